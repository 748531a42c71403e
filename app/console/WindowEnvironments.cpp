// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/WindowEnvironments.h"

#include <QDir>
#include <QFileInfo>
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
    m_trim.watch(m_environments.back().get());
    m_environments.back()->setLogs([kube = cluster.kube.get()](const ports::LogRequest &request) { return kube->openLog(request); });
    measure(m_environments.back().get(), m_session->telemetryOf(cluster));
    if (cluster.signIn)
        signIn(m_environments.back().get(), cluster.signIn);
    return m_environments.back().get();
}

/// Who signs in later, or gets rights as somebody else, is told by identityChanged: what could not be found before may be found then.
void WindowEnvironments::measure(state::Environment *environment, const std::shared_ptr<ports::Telemetry> &telemetry)
{
    environment->setTelemetry(telemetry);
    QObject::connect(environment, &state::Environment::identityChanged, telemetry.get(), [raw = telemetry.get()] {
        for (const ports::TelemetryPart part : {ports::TelemetryPart::Metrics, ports::TelemetryPart::Alerts, ports::TelemetryPart::Logs}) {
            if (raw->state(part).phase == ports::TelemetryState::Phase::Missing)
                return raw->lookAgain();
        }
    });
}

/// What the keychain remembers is taken up while the window comes; nothing is sent before.
void WindowEnvironments::signIn(state::Environment *environment, const std::shared_ptr<ports::SignInSession> &session)
{
    environment->setSignIn(session);
    if (session->state().phase == ports::SignInPhase::SignedOut)
        session->restore();
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
        out.append({context.name, context.cluster, context.ns, markOf(context.name), open, m_session->issuerOf(context.name)});
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

Result<state::Environment *> WindowEnvironments::openAs(const QString &context, const QString &user, const QStringList &groups)
{
    const Result<const SessionCluster *> cluster = m_session->connectAs(context, user, groups);
    if (!cluster)
        return cluster.error();
    state::Environment *made = add(**cluster);
    made->start();
    return made;
}

std::optional<ui::EnvironmentSource::SignInOffer> WindowEnvironments::signInOffer(const state::Environment *environment) const
{
    const std::vector<SessionCluster> &clusters = m_session->clusters();
    const auto it = std::find_if(clusters.begin(), clusters.end(), [environment](const SessionCluster &c) { return c.info.name == environment->name(); });
    if (it == clusters.end() || !it->found || it->signIn)
        return std::nullopt;
    return SignInOffer{it->found->program, it->found->found.settings.issuer, it->found->found.problem};
}

Result<Done> WindowEnvironments::signInHere(state::Environment *environment)
{
    const Result<std::shared_ptr<ports::SignInSession>> session = m_session->signInHere(environment->name());
    if (!session)
        return session.error();
    signIn(environment, *session);
    return Done{};
}

void WindowEnvironments::close(state::Environment *environment)
{
    const QString name = environment->name();
    std::erase_if(m_environments, [environment](const auto &e) { return e.get() == environment; });
    m_session->disconnect(name);
}

ui::EnvironmentSource::Origin WindowEnvironments::origin() const
{
    const kube::KubeConfigOptions &options = m_session->kubeConfigOptions();
    Origin out;
    const QString given = m_session->invocation().value(u"kubeconfig"_s);
    out.from = !given.isEmpty()                   ? Origin::From::CommandLine
        : !options.explicitPath.isEmpty()         ? Origin::From::Profile
        : !options.kubeconfigEnv.isEmpty()        ? Origin::From::Environment
                                                  : Origin::From::Home;
    const QDir work(options.workDir);
    const QStringList files = options.files();
    for (const QString &file : files)
        out.files.append({file, QFileInfo::exists(work.absoluteFilePath(file))});
    out.profilesFile = m_session->profilesFile();
    out.profilesThere = QFileInfo::exists(out.profilesFile);
    for (const config::Profile &profile : m_session->profiles().profiles)
        out.profiles.append(profile.name);
    out.profile = m_session->profileName();
    const config::Profile *chosen = m_session->profiles().find(out.profile);
    out.contextsGiven = m_session->invocation().has(u"context"_s) || m_session->invocation().has(u"demo"_s)
        || (chosen && !chosen->contexts.isEmpty());
    return out;
}

/// Describing a context reads and takes apart its certificates; asked of all of them whenever the palette opens.
state::Mark WindowEnvironments::markOf(const QString &context) const
{
    if (const auto known = m_marks.constFind(context); known != m_marks.constEnd())
        return *known;
    const Result<state::EnvironmentInfo> info = m_session->describeContext(context);
    return info ? *m_marks.insert(context, info->mark) : state::guessMark(context);
}

Result<QList<state::Environment *>> WindowEnvironments::readAgain()
{
    m_marks.clear();
    if (!m_environments.empty())
        return Error{ErrorKind::Invalid, tr("Environments are open already.")};
    // What a profile names may be connected in part when another of its contexts is broken: it is shown then.
    const Result<Done> connected = m_session->connectClusters();
    QList<state::Environment *> out;
    for (const SessionCluster &cluster : m_session->clusters())
        out.append(add(cluster));
    for (state::Environment *environment : std::as_const(out))
        environment->start();
    if (out.isEmpty() && !connected)
        return connected.error();
    return out;
}

Result<Done> WindowEnvironments::startDemo()
{
    const QString program = QCoreApplication::applicationFilePath();
    if (!QProcess::startDetached(program, {u"--demo"_s}))
        return Error{ErrorKind::NotFound, tr("%1 --demo could not be started.").arg(program)};
    return Done{};
}

}
