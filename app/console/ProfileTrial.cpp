// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/ProfileTrial.h"

#include "app/console/SignIns.h"
#include "app/login/secrets/MemorySecrets.h"
#include "app/login/session/FileLock.h"
#include "app/login/session/Gateway.h"
#include "app/login/session/ProviderHttp.h"
#include "models/core/Async.h"
#include "models/core/OnPool.h"

#include <algorithm>

namespace qd::console {

using namespace Qt::StringLiterals;
using ports::SignInFault;
using ports::SignInPhase;
using ports::TrialState;

namespace {

constexpr qsizetype kKubeConfig = 0;
constexpr qsizetype kDiscovery = 1;
constexpr qsizetype kKeys = 2;
constexpr qsizetype kSignIn = 3;
constexpr qsizetype kToken = 4;

QString person(const ports::SignInIdentity &identity)
{
    return identity.name.isEmpty() ? identity.user : identity.name;
}

}

ProfileTrial::ProfileTrial(config::Profile profile, Parts parts)
    : m_profile(std::move(profile)), m_parts(std::move(parts))
{
    if (!m_profile.kubeconfig.isEmpty())
        m_parts.kube.explicitPath = m_profile.kubeconfig;
}

ProfileTrial::~ProfileTrial()
{
    m_life.reset();
    m_stop.request_stop();
    signOut();
}

void ProfileTrial::start(ports::SignInWay way)
{
    m_way = way;
    if (m_running && m_session) {
        if (m_at == kSignIn)
            m_session->start(way);
        return;
    }
    if (m_running)
        return;
    m_running = true;
    m_life = std::make_unique<QObject>();
    m_stop = std::stop_source();
    m_config.reset();
    m_context = -1;
    m_steps = {{tr("Kubeconfig")}};
    if (m_profile.signIn)
        m_steps += QList<ports::TrialStep>{{tr("Discovery")}, {tr("Keys")}, {tr("Sign-in in the browser")}, {tr("Token check")}};
    for (const QString &context : std::as_const(m_profile.contexts))
        m_steps += QList<ports::TrialStep>{{tr("%1 accepts you").arg(context)}, {tr("Access review in %1").arg(context)}};
    readKubeConfig();
}

qint64 ProfileTrial::took()
{
    return m_since.isValid() ? m_since.elapsed() : -1;
}

void ProfileTrial::begin(qsizetype step)
{
    m_at = step;
    m_steps[step].state = TrialState::Running;
    m_since.start();
    Q_EMIT changed();
}

void ProfileTrial::pass(const QString &words, TrialState state)
{
    m_steps[m_at] = {m_steps.at(m_at).title, state, took(), words, {}};
}

void ProfileTrial::fail(const Error &error, const QString &remedy)
{
    m_steps[m_at] = {m_steps.at(m_at).title, TrialState::Failed, took(), error.message, remedy.isEmpty() ? error.remedy : remedy};
    skipRest();
    end();
}

void ProfileTrial::skipRest()
{
    for (ports::TrialStep &step : m_steps) {
        if (step.state == TrialState::NotBegun)
            step.state = TrialState::Skipped;
    }
}

/// The clusters it is for are known before anybody signs in.
void ProfileTrial::readKubeConfig()
{
    begin(kKubeConfig);
    const auto load = [options = m_parts.kube] { return kube::KubeConfig::load(options); };
    whenFinished(onPool<kube::KubeConfig>(load), m_life.get(), [this](const Result<kube::KubeConfig> &config) {
        if (!config)
            return fail(config.error());
        m_config = *config;
        m_contexts = m_profile.contexts;
        if (m_contexts.isEmpty()) {
            m_contexts = {config->currentContext()};
            const QString name = m_contexts.first().isEmpty() ? tr("The cluster") : m_contexts.first();
            m_steps += QList<ports::TrialStep>{{tr("%1 accepts you").arg(name)}, {tr("Access review in %1").arg(name)}};
        }
        const auto credentials = m_profile.signIn ? kube::KubeConfig::Credentials::None : kube::KubeConfig::Credentials::OfUser;
        for (const QString &context : std::as_const(m_contexts)) {
            if (const Result<kube::ClusterConfig> resolved = config->resolve(context, credentials); !resolved)
                return fail(resolved.error());
        }
        pass(tr("%n context(s) in %1.", nullptr, int(m_contexts.size())).arg(config->files().join(u", "_s)));
        m_profile.signIn ? askIssuer() : nextContext();
    });
}

void ProfileTrial::askIssuer()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_login = std::make_unique<login::SessionParts>();
    login::SessionParts &parts = *m_login;
    parts.secrets = std::make_shared<login::MemorySecrets>();
    parts.lock = login::makeFileLock(m_folder->path());
    parts.stateFolder = m_folder->path();
    parts.openBrowser = m_parts.openBrowser;
    m_gateway = login::makeSignInGateway(parts);
    begin(kDiscovery);
    whenFinished(m_gateway->check(signInSettings(*m_profile.signIn), m_stop.get_token()), m_life.get(), [this](const Result<ports::IssuerCheck> &check) { gotIssuer(check); });
}

void ProfileTrial::gotIssuer(const Result<ports::IssuerCheck> &check)
{
    const QString host = QUrl(m_profile.signIn->issuer).host();
    const bool keysFailed = !check && std::any_of(check.error().causes.begin(), check.error().causes.end(), [](const ErrorCause &cause) { return cause.field == "jwks_uri"_L1; });
    if (!check && !keysFailed)
        return fail(check.error(), tr("%1 Check the issuer's address, the network and the certificate authority.").arg(check.error().remedy).trimmed());
    const bool off = check && check->clock && check->clock->tooFar();
    pass(off ? tr("%1 describes itself as the issuer; this computer's clock differs by %2 s.").arg(host).arg(qAbs(check->clock->aheadSeconds()))
             : tr("%1 describes itself as the issuer.").arg(host), off ? TrialState::Warned : TrialState::Passed);
    if (check)
        m_steps[kDiscovery].ms = check->roundTripMs;
    const qint64 whole = took();
    begin(kKeys);
    if (!check)
        return fail(check.error());
    if (check->signingKeys == 0)
        return fail({ErrorKind::Unsupported, tr("%1 publishes no key this console can verify.").arg(host)}, tr("Have the issuer sign with RS256, ES256 or EdDSA."));
    pass(tr("%n key(s): %1.", nullptr, check->signingKeys).arg(check->algorithms.isEmpty() ? tr("algorithms not said") : check->algorithms.join(u", "_s)));
    m_steps[kKeys].ms = std::max<qint64>(0, whole - check->roundTripMs);
    signInNow();
}

void ProfileTrial::signInNow()
{
    begin(kSignIn);
    m_waited = false;
    m_session = m_gateway->session(u"trial"_s, signInSettings(*m_profile.signIn));
    m_session->keepInMemoryOnly(true);
    connect(m_session.get(), &ports::SignInSession::changed, m_life.get(), [this] { followSignIn(); });
    m_session->start(m_way);
    followSignIn();
}

void ProfileTrial::followSignIn()
{
    if (!m_session)
        return;
    const ports::SignInState state = m_session->state();
    if (m_at != kSignIn && m_at != kToken)
        return;     // renewed, while the clusters are asked
    const bool waits = state.phase == SignInPhase::WaitingForBrowser || state.phase == SignInPhase::WaitingForDevice;
    if (waits && m_at == kSignIn && m_steps.at(kSignIn).state != TrialState::Waiting) {
        m_steps[kSignIn].state = TrialState::Waiting;
        m_steps[kSignIn].words = tr("Where the browser shows an error in place of a sign-in page, the issuer does not know client %1 or its way back to %2.")
                                     .arg(m_profile.signIn->clientId, m_profile.signIn->localhostName ? u"localhost"_s : u"127.0.0.1"_s);
    }
    if (state.phase == SignInPhase::WaitingForBrowser && !m_page)
        askPage(state.browserUrl);
    if (state.phase == SignInPhase::SignedIn)
        return signedIn(state);
    if (state.phase == SignInPhase::Exchanging && m_at == kSignIn) {
        pass(tr("The issuer answered."));
        begin(kToken);
    }
    if (state.phase != SignInPhase::Failed && state.phase != SignInPhase::SignedOut)
        return Q_EMIT changed();
    if (state.phase == SignInPhase::SignedOut)
        return state.error ? fail(*state.error) : Q_EMIT changed();
    fail(state.error ? *state.error : Error{ErrorKind::Internal, tr("The sign-in ended without a reason.")});
}

/// An issuer that does not know the client must not send anybody back here (RFC 6749, 4.1.2.1): it shows an error page, and this would
/// wait for somebody who never comes. Most answer that page with 400; any other answer says nothing.
void ProfileTrial::askPage(const QUrl &link)
{
    m_page = std::make_unique<login::ProviderHttp>(m_session->settings(), *m_login);
    m_page->get(link, {}, m_life.get(), [this](const Result<login::ProviderAnswer> &answer) {
        const bool waits = m_session && m_at == kSignIn && m_session->state().phase == SignInPhase::WaitingForBrowser;
        if (!waits || !answer || answer->status != 400)
            return;
        const config::SignIn &signIn = *m_profile.signIn;
        fail({ErrorKind::Invalid, tr("%1 refuses client %2 before anybody signs in (HTTP 400).").arg(QUrl(signIn.issuer).host(), signIn.clientId)},
             tr("Set the client id as the issuer registered it; its registration has to allow the redirect to http://%1, any port, and the scopes %2.")
                 .arg(QString((signIn.localhostName ? u"localhost"_s : u"127.0.0.1"_s) + signIn.redirectPath), signIn.scopes.join(u' ')));
    });
}

void ProfileTrial::signedIn(const ports::SignInState &state)
{
    if (m_at == kSignIn) {
        pass({});
        begin(kToken);
    }
    m_steps[kSignIn].words = state.identity ? tr("%1 signed in.").arg(person(*state.identity)) : tr("Somebody signed in.");
    QStringList roles;
    QStringList notes;
    if (state.identity) {
        for (const ports::RoleGrant &grant : state.identity->roles)
            roles.append(grant.role);
        notes = state.identity->notes;
    }
    roles.removeDuplicates();
    const QString found = roles.isEmpty() ? (m_profile.signIn->roles.isEmpty() ? QString() : tr("None of the claims has a role.")) : tr("Roles: %1.").arg(roles.join(u", "_s));
    QStringList words{tr("Signature, issuer, audience and times hold.")};
    words += QStringList(found) + notes;
    words.removeAll(QString());
    pass(words.join(u' '), roles.isEmpty() && !m_profile.signIn->roles.isEmpty() ? TrialState::Warned : TrialState::Passed);
    nextContext();
}

void ProfileTrial::nextContext()
{
    m_cluster.reset();
    if (++m_context >= m_contexts.size())
        return end();
    begin((m_profile.signIn ? kToken : kKubeConfig) + 1 + 2 * m_context);
    const auto credentials = m_profile.signIn ? kube::KubeConfig::Credentials::None : kube::KubeConfig::Credentials::OfUser;
    const Result<kube::ClusterConfig> resolved = m_config->resolve(m_contexts.at(m_context), credentials);
    if (!resolved)
        return fail(resolved.error());
    m_parts.ns = resolved->ns;
    m_cluster = kube::KubeCluster::make(*resolved, m_session ? m_session->apiServerTokens() : nullptr);
    whenFinished(m_cluster->gateway()->whoAmI(m_stop.get_token()), m_life.get(), [this](const Result<ports::Identity> &identity) { asked(identity); });
}

void ProfileTrial::asked(const Result<ports::Identity> &identity)
{
    if (!identity) {
        const bool refused = identity.error().kind == ErrorKind::Unauthenticated && m_profile.signIn;
        return fail(identity.error(), refused ? tr("The API server has to trust issuer %1 with audience %2 (--authentication-config); where it takes the other token, set bearer.")
                                                    .arg(m_profile.signIn->issuer, m_profile.signIn->clientId)
                                              : QString());
    }
    pass(tr("It knows you as %1, in %n group(s).", nullptr, int(identity->groups.size())).arg(identity->user));
    begin(m_at + 1);
    askRights();
}

void ProfileTrial::askRights()
{
    m_answers.clear();
    const QString ns = m_profile.namespaces.isEmpty() ? m_parts.ns : m_profile.namespaces.first();
    for (const TrialQuestion &one : std::as_const(m_parts.questions)) {
        ports::AccessQuestion question = one.question;
        question.ns = ns;
        whenFinished(m_cluster->gateway()->mayI(question, m_stop.get_token()), m_life.get(), [this, words = one.words](const Result<ports::AccessAnswer> &answer) {
            m_answers.insert(words, answer);
            if (m_answers.size() == m_parts.questions.size())
                rightsKnown();
        });
    }
    if (m_parts.questions.isEmpty())
        rightsKnown();
}

void ProfileTrial::rightsKnown()
{
    QStringList words;
    QStringList missing;
    for (const TrialQuestion &one : std::as_const(m_parts.questions)) {
        const Result<ports::AccessAnswer> answer = m_answers.value(one.words);
        if (!answer)
            return fail(answer.error());
        words.append(answer->allowed ? tr("%1: yes.").arg(one.words) : tr("%1: no.").arg(one.words));
        if (!answer->allowed)
            missing.append(one.question.text());
    }
    const bool none = !m_parts.questions.isEmpty() && missing.size() == m_parts.questions.size();
    pass(words.join(u' '), none ? TrialState::Warned : TrialState::Passed);
    if (none)
        m_steps[m_at].remedy = tr("Have a role bound to you. Missing right: %1").arg(missing.first());
    nextContext();
}

void ProfileTrial::cancel()
{
    if (!m_running)
        return;
    m_life.reset();
    m_stop.request_stop();
    if (m_at >= 0 && (m_steps.at(m_at).state == TrialState::Running || m_steps.at(m_at).state == TrialState::Waiting))
        m_steps[m_at] = {m_steps.at(m_at).title};
    end();
}

void ProfileTrial::end()
{
    m_running = false;
    m_cluster.reset();
    signOut();
    Q_EMIT changed();
}

/// The tokens are forgotten at once; what revokes them at the provider outlives the trial, for a moment.
void ProfileTrial::signOut()
{
    if (m_session && m_life)
        m_session->disconnect(m_life.get());
    if (m_page)
        m_page.release()->deleteLater();    // its answer may be what brought us here
    const auto session = std::exchange(m_session, nullptr);
    const std::shared_ptr<ports::SignInGateway> gateway = std::exchange(m_gateway, nullptr);
    std::shared_ptr<QTemporaryDir> folder = std::move(m_folder);
    if (!session)
        return;
    const SignInPhase phase = session->state().phase;
    session->cancel();
    const bool in = phase == SignInPhase::SignedIn || phase == SignInPhase::Refreshing || phase == SignInPhase::Exchanging;
    const bool revokes = in && !(m_parts.inUse && m_parts.inUse(session->settings()));
    auto *holder = new QObject;     // also where nothing is revoked: the session may be telling what brought us here
    whenFinished(revokes ? session->signOut(false) : readyFuture(Result<ports::SignOutEnd>(ports::SignOutEnd{})), holder, [holder, session, gateway, folder](const Result<ports::SignOutEnd> &) { holder->deleteLater(); });
}

ports::SignInState ProfileTrial::signIn() const
{
    return m_session ? m_session->state() : ports::SignInState{};
}

void ProfileTrial::openBrowserAgain()
{
    if (m_session)
        m_session->openBrowserAgain();
}

}
