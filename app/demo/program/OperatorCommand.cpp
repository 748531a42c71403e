// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Operator.h"
#include "app/demo/program/Command.h"
#include "app/demo/program/SeedConnection.h"
#include "models/core/Async.h"

#include <QCoreApplication>
#include <QTimer>

#include <chrono>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

class OperatorCommand : public Command {
public:
    explicit OperatorCommand(Arguments arguments) : m_arguments(std::move(arguments)) { }

    void run() override
    {
        auto cluster = connectTo(m_arguments.value(u"kubeconfig"_s), m_arguments.value(u"context"_s), QString::fromLatin1(kOperatorManager));
        if (!cluster) {
            fail(cluster.error());
            return;
        }
        m_cluster = std::move(*cluster);
        whenFinished(m_cluster->gateway()->discover(), this, [this](const Result<QList<ports::ServedResource>> &served) {
            if (!served)
                fail(served.error());
            else if (const auto missing = missingKinds(*served))
                fail(*missing);
            else
                makeNamespace(m_cluster->gateway(), m_options.ns, this, [this](const Result<Done> &made) {
                    if (!made)
                        fail(made.error());
                    else if (!m_ending)
                        operate();
                });
        });
    }

    void end() override
    {
        if (m_operator == nullptr || std::exchange(m_ending, true)) {
            Q_EMIT finished(Ok);
            return;
        }
        connect(m_operator.get(), &Operator::stopped, this, [this] { Q_EMIT finished(Ok); });
        // A server that does not answer any more keeps nobody here: the Lease runs out by itself.
        QTimer::singleShot(5s, this, [this] {
            say(tr("The Lease could not be given back; another operator waits until it has run out."));
            Q_EMIT finished(Ok);
        });
        m_operator->stop();
    }

private:
    void operate()
    {
        m_options.speed = m_arguments.value(u"speed"_s, u"1"_s).toDouble();
        m_options.seed = m_arguments.value(u"seed"_s, u"1"_s).toULongLong();
        m_options.identity = QString(QSysInfo::machineHostName() + u'_' + QString::number(QCoreApplication::applicationPid()));
        m_operator = std::make_unique<Operator>(m_cluster->gateway(), *m_cluster->feed(), kube::makeBodyCodec(), m_options);
        connect(m_operator.get(), &Operator::working, this, [this] {
            m_said.clear();
            printJson({{u"operator"_s, u"working"_s}, {u"identity"_s, m_options.identity}, {u"apiServer"_s, m_cluster->gateway()->serverUrl()},
                {u"speed"_s, m_options.speed}});
        });
        connect(m_operator.get(), &Operator::troubled, this, [this](const Error &error) {
            // The operator tries again by itself; the same trouble is said once.
            if (std::exchange(m_said, error.message) != error.message)
                sayError(error);
        });
        m_operator->start();
    }

    void fail(const Error &error)
    {
        sayError(error);
        Q_EMIT finished(exitCodeOf(error));
    }

    Arguments m_arguments;
    OperatorOptions m_options;
    std::unique_ptr<kube::KubeCluster> m_cluster;
    std::unique_ptr<Operator> m_operator;
    QString m_said;
    bool m_ending = false;
};

}

std::unique_ptr<Command> makeOperator(const Arguments &arguments)
{
    return std::make_unique<OperatorCommand>(arguments);
}

}
