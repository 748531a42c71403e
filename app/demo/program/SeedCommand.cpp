// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/Command.h"
#include "app/demo/program/SeedConnection.h"
#include "app/demo/seed/Consortium.h"
#include "app/demo/seed/Seeder.h"
#include "app/yaml/Yaml.h"
#include "models/core/Async.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <cstdio>

#include <unistd.h>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::SeedCommand", text);
}

/// One line, written over itself on a terminal; else a line now and then.
class Progress {
public:
    void show(int done, int total)
    {
        const bool last = done == total;
        if (!m_terminal && !last && done < m_shown + qMax(100, total / 10))
            return;
        if (m_terminal && !last && m_since.isValid() && m_since.elapsed() < 100)
            return;
        m_since.start();
        m_shown = done;
        const QByteArray line = tr("%1 of %2 objects").arg(done).arg(total).toLocal8Bit();
        std::fprintf(stderr, m_terminal ? "\rquarterdeck-demo: %s%s" : "quarterdeck-demo: %s%s", line.constData(), m_terminal && !last ? "" : "\n");
        std::fflush(stderr);
    }

private:
    bool m_terminal = isatty(STDERR_FILENO) != 0;
    int m_shown = 0;
    QElapsedTimer m_since;
};

class SeedCommand : public Command {
public:
    explicit SeedCommand(Arguments arguments) : m_arguments(std::move(arguments)) { }

    void run() override
    {
        m_since.start();
        const auto connect = [this](const char *manager) {
            return connectTo(m_arguments.value(u"kubeconfig"_s), m_arguments.value(u"context"_s), QString::fromLatin1(manager));
        };
        auto cluster = connect(kSeedManager), persons = connect(kPersonManager);
        if (!cluster || !persons) {
            fail(cluster ? persons.error() : cluster.error());
            return;
        }
        m_cluster = std::move(*cluster);
        m_persons = std::move(*persons);
        whenFinished(m_cluster->gateway()->discover(), this, [this](const Result<QList<ports::ServedResource>> &served) {
            if (!served)
                fail(served.error());
            else if (const auto missing = missingKinds(*served))
                fail(*missing);
            else
                seed();
        });
    }

    void end() override
    {
        m_seeder.reset();
        m_cluster.reset();
        m_persons.reset();
        Q_EMIT finished(130);
    }

private:
    void seed()
    {
        const SeedOptions options{QDateTime::currentDateTimeUtc(), m_arguments.value(u"scale"_s, u"0"_s).toInt(),
            m_arguments.value(u"seed"_s, u"1"_s).toULongLong()};
        const auto documents = consortium(options, *yaml::makeYamlCodec());
        if (!documents) {
            fail(documents.error());
            return;
        }
        m_seeder = std::make_unique<Seeder>(m_cluster->gateway(), *documents);
        m_seeder->setEdits(consortiumEdits(options), m_persons->gateway());
        connect(m_seeder.get(), &Seeder::progressed, this, [this](int done, int total) { m_progress.show(done, total); });
        connect(m_seeder.get(), &Seeder::finished, this, &SeedCommand::seeded);
        m_seeder->start();
    }

    void seeded(const SeedSummary &summary)
    {
        QJsonObject told = summary.json();
        told.insert("seconds"_L1, double(m_since.elapsed()) / 1000);
        printJson(told);
        for (const QString &line : summary.kept)
            say(tr("Kept as someone changed it: %1").arg(line));
        if (summary.error)
            fail(*summary.error);
        else
            Q_EMIT finished(Ok);
    }

    void fail(const Error &error)
    {
        sayError(error);
        Q_EMIT finished(exitCodeOf(error));
    }

    Arguments m_arguments;
    QElapsedTimer m_since;
    Progress m_progress;
    std::unique_ptr<kube::KubeCluster> m_cluster;
    std::unique_ptr<kube::KubeCluster> m_persons;
    std::unique_ptr<Seeder> m_seeder;
};

}

std::unique_ptr<Command> makeSeed(const Arguments &arguments)
{
    return std::make_unique<SeedCommand>(arguments);
}

}
