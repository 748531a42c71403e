// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/node/Kubelet.h"
#include "app/demo/operator/Operator.h"
#include "app/demo/program/Command.h"
#include "app/demo/program/Crowd.h"
#include "app/demo/program/DemoInstruments.h"
#include "app/demo/instruments/Configs.h"
#include "app/demo/program/SeedConnection.h"
#include "app/demo/program/Serve.h"
#include "app/demo/program/StateFolder.h"
#include "app/demo/seed/Consortium.h"
#include "app/demo/seed/Seeder.h"
#include "app/demo/workload/Workload.h"
#include "app/demo/seed/Scale.h"
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QTimer>

#include <chrono>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// The whole demo network in one process: API server, kubelet, the consortium's objects, operator.
class UpCommand : public Command {
public:
    explicit UpCommand(Arguments arguments) : m_arguments(std::move(arguments)) { }

    ~UpCommand() override { takeDown(); }

    void run() override
    {
        m_since.start();
        const QString dir = QFileInfo(m_arguments.value(u"dir"_s)).absoluteFilePath();
        StateFolder::sweep(QDir::tempPath());
        // What it makes itself among the temporary files goes with it; a folder someone chose or prepared stays, with its audit log.
        const bool temporary = !QFileInfo::exists(dir) && dir.startsWith(QString(QDir::tempPath() + u'/'));
        auto rig = ServeRig::start({dir, m_arguments.value(u"port"_s, u"0"_s).toUShort(), true, true, true,
            tokenLifetime(m_arguments), m_arguments.has(u"issuer-tls"_s), {prometheusUser()}});
        if (!rig) {
            sayError(rig.error());
            leave(Failed);
            return;
        }
        m_rig = *rig;
        if (temporary)   // not before it is held: it may be another one's, who was quicker
            m_temporary = dir;
        m_workload = std::make_shared<Workload>(m_clock, seedNumber());
        auto kubelet = m_rig->kubeletOptions();
        if (wantsInstruments())
            m_instruments = makeInstruments(dir);
        if (kubelet)
            kubelet->servers = m_instruments ? m_instruments->servers() : m_workload;
        const auto started = kubelet ? Kubelet::start(*kubelet) : Result<std::shared_ptr<Kubelet>>(kubelet.error());
        if (!started) {
            fail(started.error());
            return;
        }
        m_kubelet = *started;
        if (m_instruments)
            m_instruments->start(m_kubelet);
        for (const auto &[to, manager] : {std::pair(&m_cluster, kOperatorManager), std::pair(&m_seedCluster, kSeedManager), std::pair(&m_persons, kPersonManager)}) {
            auto cluster = connectTo(m_rig->kubeconfig(), u"admin"_s, QString::fromLatin1(manager));
            if (!cluster) {
                fail(cluster.error());
                return;
            }
            *to = std::move(*cluster);
        }
        seed();
    }

    void end() override
    {
        if (std::exchange(m_ending, true) || m_operator == nullptr) {
            leave(Ok);
            return;
        }
        connect(m_operator.get(), &Operator::stopped, this, [this] { leave(Ok); });
        QTimer::singleShot(2s, this, [this] { leave(Ok); });
        m_operator->stop();
    }

private:
    void seed()
    {
        SeedOptions options{QDateTime::currentDateTimeUtc(), m_arguments.value(u"scale"_s, u"0"_s).toInt(), seedNumber()};
        options.firstOnly = options.scale >= Crowd::kFrom;
        const auto documents = consortium(options, *yaml::makeYamlCodec());
        if (!documents) {
            fail(documents.error());
            return;
        }
        if (options.firstOnly)
            expectCrowd(json::at(documentOf(*documents, u"Validator"_s, scale::nodeName(1)), u"/metadata/namespace"_s).toString(), options);
        m_seeder = std::make_unique<Seeder>(m_seedCluster->gateway(), *documents);
        m_seeder->setEdits(consortiumEdits(options), m_persons->gateway());
        connect(m_seeder.get(), &Seeder::finished, this, [this](const SeedSummary &summary) {
            if (summary.error) {
                fail(*summary.error);
                return;
            }
            makeNamespace(m_cluster->gateway(), OperatorOptions().ns, this, [this](const Result<Done> &made) {
                if (!made)
                    fail(made.error());
                else if (!m_ending)
                    operate();
            });
        });
        m_seeder->start();
    }

    /// When the first ones have settled the operator makes room, the others come, and it begins anew with all of them.
    void expectCrowd(const QString &ns, const SeedOptions &options)
    {
        m_crowd = std::make_unique<Crowd>(m_rig, m_kubelet, ns, options);
        connect(m_crowd.get(), &Crowd::failed, this, &UpCommand::fail);
        connect(m_crowd.get(), &Crowd::modelsSettled, this, [this] {
            connect(m_operator.get(), &Operator::stopped, m_crowd.get(), &Crowd::make, Qt::QueuedConnection);
            m_operator->stop();
        });
        connect(m_crowd.get(), &Crowd::made, this, [this] {
            m_crowd.release()->deleteLater();   // it speaks just now
            if (!m_ending)
                operate();
        });
    }

    void operate()
    {
        OperatorOptions options;
        options.speed = m_arguments.value(u"speed"_s, u"1"_s).toDouble();
        options.seed = seedNumber();
        options.kubelet = m_kubelet;
        options.seen = [this](const QString &plural, const QJsonObject &object) {
            m_workload->put(plural, object);
            if (m_instruments)
                m_instruments->put(plural, object);
        };
        options.gone = [this](const QString &plural, const QString &ns, const QString &name) {
            m_workload->remove(plural, ns, name);
            if (m_instruments)
                m_instruments->remove(plural, ns, name);
        };
        m_operator = std::make_unique<Operator>(m_cluster->gateway(), *m_cluster->feed(), kube::makeBodyCodec(), options);
        connect(m_operator.get(), &Operator::working, this, [this] { m_crowd ? m_crowd->awaitModels() : works(); });
        connect(m_operator.get(), &Operator::troubled, this, [this](const Error &error) {
            if (std::exchange(m_said, error.message) != error.message)
                sayError(error);
        });
        m_operator->start();
    }

    /// Large networks go without: a Prometheus of their size would have the machine to itself.
    [[nodiscard]] bool wantsInstruments() const
    {
        return !m_arguments.has(u"no-instruments"_s) && qEnvironmentVariable("QUARTERDECK_DEMO_INSTRUMENTS") != "off"_L1
            && m_arguments.value(u"scale"_s, u"0"_s).toInt() < Crowd::kFrom;
    }

    std::unique_ptr<DemoInstruments> makeInstruments(const QString &dir)
    {
        InstrumentsOptions options{dir, m_arguments.value(u"speed"_s, u"1"_s).toDouble(), seedNumber()};
        if (m_arguments.has(u"no-history"_s))
            options.historyHours = 0;
        auto instruments = std::make_unique<DemoInstruments>(options, m_rig, m_workload);
        connect(instruments.get(), &DemoInstruments::troubled, this, [](const Error &error) { sayError(error); });
        return instruments;
    }

    void works()
    {
        if (!m_instruments || m_instruments->isSettled())
            tellReady();
        else
            connect(m_instruments.get(), &DemoInstruments::settled, this, &UpCommand::tellReady);
        if (m_instruments)
            m_instruments->networkWorks();
    }

    void tellReady()
    {
        const QString why = tr("It is not part of the demo network yet.");
        QJsonObject missing;
        QJsonObject ready{{u"kubeconfig"_s, m_rig->kubeconfig()}, {u"apiServer"_s, m_rig->url()}, {u"issuer"_s, m_rig->issuer()}, {u"profiles"_s, m_rig->profiles()},
            {u"seconds"_s, double(m_since.elapsed()) / 1000}};
        for (const QString &part : {u"ledger"_s, u"loki"_s, u"prometheus"_s, u"alertmanager"_s}) {
            const bool instrument = part == "prometheus"_L1 || part == "alertmanager"_L1;
            ready.insert(part, QJsonValue::Null);
            missing.insert(part, instrument ? tr("It was left out (--no-instruments, QUARTERDECK_DEMO_INSTRUMENTS=off, or a network of %1 parties and more).").arg(Crowd::kFrom) : why);
        }
        if (m_instruments) {
            for (const QString &part : {u"prometheus"_s, u"alertmanager"_s})
                missing.remove(part);
            m_instruments->tell(ready, missing);
        }
        ready.insert("missing"_L1, missing);
        printJson(ready);
    }

    [[nodiscard]] quint64 seedNumber() const { return m_arguments.value(u"seed"_s, u"1"_s).toULongLong(); }

    void fail(const Error &error)
    {
        sayError(error);
        leave(exitCodeOf(error));
    }

    void leave(int code)
    {
        takeDown();
        Q_EMIT finished(code);
    }

    /// Clients first, then the servers, then the folder.
    void takeDown()
    {
        if (m_operator != nullptr)
            m_operator->disconnect(this);
        m_operator.reset();
        m_crowd.reset();
        m_seeder.reset();
        m_instruments.reset();
        for (auto *cluster : {&m_cluster, &m_seedCluster, &m_persons})
            cluster->reset();
        m_kubelet.reset();
        m_rig.reset();
        if (!m_temporary.isEmpty())
            QDir(std::exchange(m_temporary, {})).removeRecursively();
    }

    Arguments m_arguments;
    QElapsedTimer m_since;
    QString m_temporary;
    std::shared_ptr<ServeRig> m_rig;
    SystemClock m_clock;
    std::shared_ptr<Workload> m_workload;
    std::shared_ptr<Kubelet> m_kubelet;
    std::unique_ptr<kube::KubeCluster> m_cluster;       ///< the operator's
    std::unique_ptr<kube::KubeCluster> m_seedCluster, m_persons;
    std::unique_ptr<Seeder> m_seeder;
    std::unique_ptr<Operator> m_operator;
    std::unique_ptr<Crowd> m_crowd;   ///< until the network has its size
    std::unique_ptr<DemoInstruments> m_instruments;
    QString m_said;
    bool m_ending = false;
};

}

std::unique_ptr<Command> makeUp(const Arguments &arguments)
{
    return std::make_unique<UpCommand>(arguments);
}

}
