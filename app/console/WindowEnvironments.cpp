// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/WindowEnvironments.h"

#include <QProcess>

#include <algorithm>

namespace qd::console {

using namespace Qt::StringLiterals;

WindowEnvironments::WindowEnvironments(Session *session)
    : m_session(session)
{
    for (const SessionCluster &cluster : m_session->clusters())
        add(cluster)->start();
}

WindowEnvironments::~WindowEnvironments() = default;

state::Environment *WindowEnvironments::add(const SessionCluster &cluster)
{
    m_environments.push_back(std::make_unique<state::Environment>(cluster.info, m_session->kinds(), cluster.kube->gateway(),
                                                                  cluster.kube->feed(), m_session->clock()));
    return m_environments.back().get();
}

/// A context that cannot be resolved is listed too: opening it says what is wrong with it.
QList<ui::EnvironmentSource::Context> WindowEnvironments::contexts() const
{
    QList<Context> out;
    if (!m_session->kubeConfig())
        return out;
    const QList<kube::KubeContext> known = m_session->kubeConfig()->contexts();
    for (const kube::KubeContext &context : known) {
        const bool open = std::any_of(m_environments.begin(), m_environments.end(), [&](const auto &e) { return e->name() == context.name; });
        const Result<state::EnvironmentInfo> info = m_session->describeContext(context.name);
        out.append({context.name, context.cluster, context.ns, info ? info->mark : state::guessMark(context.name), open});
    }
    return out;
}

Result<state::Environment *> WindowEnvironments::open(const QString &context)
{
    for (const auto &environment : m_environments) {
        if (environment->name() == context)
            return Error{ErrorKind::Invalid, tr("%1 is open already.").arg(context)};
    }
    const Result<const SessionCluster *> cluster = m_session->connectContext(context);
    if (!cluster)
        return cluster.error();
    state::Environment *made = add(**cluster);
    made->start();
    return made;
}

void WindowEnvironments::close(state::Environment *environment)
{
    const QString name = environment->name();
    std::erase_if(m_environments, [environment](const auto &e) { return e.get() == environment; });
    m_session->disconnect(name);
}

Result<Done> WindowEnvironments::startDemo()
{
    const QString program = QCoreApplication::applicationFilePath();
    if (!QProcess::startDetached(program, {u"--demo"_s}))
        return Error{ErrorKind::NotFound, tr("%1 --demo could not be started.").arg(program)};
    return Done{};
}

}
