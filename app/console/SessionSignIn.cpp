// SPDX-License-Identifier: GPL-3.0-or-later
// Who asks a cluster: the kubeconfig's user, or somebody who signs in here.
#include "app/console/Session.h"

#include <QDir>
#include <QFile>

#include <algorithm>

namespace qd::console {

using namespace Qt::StringLiterals;
using Credentials = kube::KubeConfig::Credentials;

namespace {

/// No profile has a name with a slash.
QString sessionName(const QString &context)
{
    return u"context/"_s + context;
}

}

/// The chosen profile speaks for the contexts it names, or for the current one when it names none; of the others the first that names the
/// context in this kubeconfig. A token never goes to a cluster that no profile names.
const config::Profile *Session::signingProfile(const QString &context) const
{
    const bool current = m_profile && m_profile->contexts.isEmpty() && m_kubeConfig && m_kubeConfig->currentContext() == context;
    if (m_profile && (current || m_profile->contexts.contains(context)))
        return m_profile->signIn ? &*m_profile : nullptr;
    const auto speaks = [this, &context](const config::Profile &profile) {
        const bool here = profile.kubeconfig.isEmpty() ? m_kubeOptions.explicitPath.isEmpty() : m_kubeOptions.files().contains(profile.kubeconfig);
        return profile.signIn && here && profile.contexts.contains(context) && (!m_profile || profile.name != m_profile->name);
    };
    const auto it = std::find_if(m_profiles.profiles.begin(), m_profiles.profiles.end(), speaks);
    return it == m_profiles.profiles.end() ? nullptr : &*it;
}

QString Session::issuerOf(const QString &context) const
{
    if (const config::Profile *profile = signingProfile(context))
        return profile->signIn->issuer;
    const std::optional<FoundInContext> found = m_kubeConfig ? foundIn(*m_kubeConfig, context) : std::nullopt;
    return found && doneHere(*found, context) ? found->found.settings.issuer : QString();
}

bool Session::doneHere(const FoundInContext &found, const QString &context) const
{
    return found.found.problem.isEmpty() && (found.only() || m_signIns.remembers(sessionName(context), found.found.settings));
}

/// All a connection needs, and who asks. With a sign-in, the user's credentials of the kubeconfig are not even read: a client certificate
/// would win over the bearer at the API server.
Result<kube::ClusterConfig> Session::resolve(const QString &context, Way &way)
{
    if (const config::Profile *profile = signingProfile(context)) {
        const Result<kube::ClusterConfig> resolved = m_kubeConfig->resolve(context, Credentials::None);
        if (resolved)
            way.signIn = m_signIns.session(profile->name, signInSettings(*profile->signIn));
        return resolved;
    }
    const std::optional<FoundInContext> found = foundIn(*m_kubeConfig, context);
    if (!found || (!found->only() && !doneHere(*found, context))) {
        way.found = found;
        return m_kubeConfig->resolve(context);
    }
    const Result<std::shared_ptr<ports::SignInSession>> session = sessionOf(*found, context);
    if (!session)
        return session.error();
    way.signIn = *session;
    return m_kubeConfig->resolve(context, Credentials::None);
}

Result<std::shared_ptr<ports::SignInSession>> Session::sessionOf(const FoundInContext &found, const QString &context)
{
    const Result<ports::SignInSettings> settings = settingsOf(found.found, m_signIns.folder());
    if (!settings) {
        Error error = settings.error();
        error.message = tr("The sign-in that the context %1 describes cannot be used here: %2").arg(context, error.message);
        return error;
    }
    return m_signIns.session(sessionName(context), *settings);
}

Result<std::shared_ptr<ports::SignInSession>> Session::signInHere(const QString &name)
{
    const auto it = std::find_if(m_clusters.begin(), m_clusters.end(), [&name](const SessionCluster &cluster) { return cluster.info.name == name; });
    if (it == m_clusters.end())
        return Error{ErrorKind::NotFound, tr("%1 is not open.").arg(name)};
    if (it->signIn)
        return it->signIn;
    if (!it->found || !it->tokens)
        return Error{ErrorKind::Unsupported, tr("The kubeconfig's user of %1 describes no sign-in.").arg(name), tr("Write signIn into a profile.")};
    const Result<std::shared_ptr<ports::SignInSession>> session = sessionOf(*it->found, name);
    if (!session)
        return session;
    it->signIn = *session;
    it->found.reset();
    it->tokens->choose((*session)->apiServerTokens());
    return session;
}

std::shared_ptr<ports::SignInSession> Session::signIn()
{
    if (m_profile && m_profile->signIn)
        return m_signIns.session(m_profile->name, signInSettings(*m_profile->signIn));
    return m_clusters.empty() ? nullptr : cluster().signIn;
}

std::shared_ptr<ports::TokenSource> Session::serviceTokens(config::Bearer bearer, const QString &audience)
{
    // A service of the chosen profile gets nothing of another profile that signs in for the cluster.
    const bool others = m_profile && !m_profile->signIn && !m_clusters.empty() && signingProfile(cluster().info.name);
    const std::shared_ptr<ports::SignInSession> session = bearer == config::Bearer::None || others ? nullptr : signIn();
    if (!session)
        return nullptr;
    if (bearer == config::Bearer::AccessToken)
        return session->accessTokens(audience);
    return session->settings().bearer == ports::BearerToken::IdToken ? session->apiServerTokens() : nullptr;
}

/// The demo network's own, beside the person's: a name of both is the network's. Their clusters can be opened like those of its persons.
void Session::readDemoProfiles()
{
    QFile file(m_invocation.value(u"demo-profiles"_s));
    if (file.fileName().isEmpty() || !file.open(QIODevice::ReadOnly))
        return;
    const Result<config::Profiles> profiles = config::readProfiles(file.readAll(), file.fileName(), *m_yaml);
    if (!profiles) {
        m_notes.append(profiles.error().text());
        return;
    }
    for (const config::Profile &profile : profiles->profiles) {
        m_profiles.profiles.removeIf([&profile](const config::Profile &own) { return own.name == profile.name; });
        m_profiles.profiles.append(profile);
        m_kubeOptions.kubeconfigEnv += QDir::listSeparator() + profile.kubeconfig;
    }
}

}
