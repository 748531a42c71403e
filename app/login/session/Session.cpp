// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/Session.h"

#include "app/login/tokens/Authorization.h"
#include "app/login/tokens/Jws.h"
#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SignInFault;
using ports::SignInPhase;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Session)
};

}

Session::Session(const QString &profile, const ports::SignInSettings &settings, const SessionParts &parts)
    : m_profile(profile)
    , m_settings(settings)
    , m_parts(parts)
    , m_client(settings, parts)
    , m_vault(profile, settings, parts)
    , m_desk(std::make_shared<TokenDesk>(this, [this](const TokenWaiter &waiter) { serve(waiter); }, parts.clock, profile))
{
}

Session::~Session()
{
    m_desk->close();
    for (const TokenWaiter &waiter : m_waiting)
        waiter.promise.finish(Result<ports::Credential>());
    delete m_flow;
}

void Session::show(ports::SignInState next)
{
    next.clock = m_client.clock();
    next.fault = next.error ? ports::faultOf(*next.error) : SignInFault::None;
    if (next == m_state)
        return;
    m_state = next;
    Q_EMIT changed();
}

/// What became of the tokens, also while the person is in the browser for a new sign-in.
void Session::settle(const ports::SignInState &next)
{
    if (m_flow)
        m_before = next;
    else
        show(next);
}

/// The keychain may be open now.
void Session::keepAgain()
{
    m_vault.lock([this, era = m_era](const Result<Guard> &guard) {
        if (era != m_era || !guard || m_renewing)
            return;
        keep(*guard, m_tokens, [this, era] {
            if (era != m_era || !m_state.identity || m_state.phase != SignInPhase::SignedIn)
                return;
            ports::SignInState next = m_state;
            next.identity->remembered = next.identity->renews && m_atRest;
            next.error = m_keychainError;
            show(next);
        });
    });
}

void Session::fail(const Error &error)
{
    ports::SignInState next{.phase = SignInPhase::Failed};
    next.error = error;
    settle(next);
    if (!m_flow)
        serveAll();
}

void Session::restore()
{
    if (m_state.phase == SignInPhase::SignedIn && m_keychainError)
        return keepAgain();
    if (m_keychainError && !m_tokens.refreshToken.isEmpty())
        return refresh();   // what the keychain may have is older, and used up
    if (m_flow || m_renewing || m_state.phase == SignInPhase::SignedIn || m_state.phase == SignInPhase::Restoring)
        return;
    show({.phase = SignInPhase::Restoring});
    m_vault.read([this, era = m_era](const Result<StoredSignIn> &stored) {
        if (era != m_era)
            return;
        if (!stored && stored.error().kind == ErrorKind::NotFound) {
            settle({});
            if (!m_flow)
                serveAll();
            return;
        }
        if (!stored)
            return fail(stored.error());
        m_tokens = {stored->idToken, {}, stored->refreshToken, {}};
        m_subject = stored->subject;
        m_atRest = true;
        m_claims.reset();
        takeUp(*stored, [this] { renew(true); });
    });
}

void Session::start(ports::SignInWay way)
{
    if (!m_flow)
        m_before = m_state;
    dropFlow();
    if (way == ports::SignInWay::Browser)
        m_flow = new CodeFlow(&m_client, m_settings, m_parts);
    else
        m_flow = new DeviceFlow(&m_client, m_settings, m_parts);
    Flow *flow = m_flow;
    connect(flow, &Flow::progressed, this, [this, flow] {
        if (flow != m_flow)
            return;
        ports::SignInState next = flow->progress();
        if (m_before.phase == SignInPhase::SignedIn || m_before.phase == SignInPhase::Refreshing)
            next.identity = m_before.identity;   // who signs in again is signed in meanwhile
        show(next);
    });
    connect(flow, &Flow::ended, this, [this, flow](const Result<FlowEnd> &end) {
        if (flow == m_flow)
            flowEnded(end);
    });
    flow->start();
}

void Session::dropFlow()
{
    if (!m_flow)
        return;
    m_flow->disconnect(this);
    m_flow->abandon();
    m_flow->deleteLater();
    m_flow.clear();
}

void Session::cancel()
{
    if (m_flow) {
        dropFlow();
        show(m_before.phase == SignInPhase::Failed ? ports::SignInState{} : m_before);
        if (m_before.phase == SignInPhase::SignedIn)
            plan();
        const bool comes = m_renewing || m_state.phase == SignInPhase::Restoring || m_state.phase == SignInPhase::Exchanging;
        if (!comes)
            serveAll();
    } else if (m_state.phase == SignInPhase::Restoring && !m_renewing) {   // a renewal under way may have used up the refresh token
        ++m_era;
        forgetTokens();
        show({});
        serveAll();
    }
}

void Session::openBrowserAgain()
{
    if (m_flow)
        m_flow->openBrowserAgain();
}

void Session::refresh()
{
    m_retryAt = {};
    if (!m_flow && !m_tokens.refreshToken.isEmpty())
        renew();
}

void Session::flowEnded(const Result<FlowEnd> &end)
{
    dropFlow();
    if (!end) {
        ports::SignInState next = m_before;
        if (next.phase != SignInPhase::SignedIn) {
            next = {.phase = SignInPhase::Failed};
            next.identity = m_before.identity;
        }
        next.error = end.error();
        show(next);
        return serveAll();
    }
    ++m_era;
    m_renewing = false;
    m_subject = end->claims.subject;
    m_displaced = m_atRest = false;
    show({.phase = SignInPhase::Exchanging});
    m_vault.lock([this, end = *end, era = m_era](const Result<Guard> &guard) {
        if (era != m_era)
            return;
        m_keychainError = guard ? std::nullopt : std::optional(guard.error());
        const auto done = [this, end, era] {
            if (era == m_era)
                adopt(end.tokens, end.claims);
        };
        if (guard)
            keepFirst(*guard, end, done);
        else
            done();
    });
}

/// Whose sign-in is written over: of the keychain and of this window, which may be two. The keychain is asked before it is written to and not
/// waited for: one that does not answer keeps nobody from signing in.
void Session::keepFirst(const Guard &guard, const FlowEnd &end, const std::function<void()> &then)
{
    QList<StoredSignIn> before;
    if (m_before.identity)
        before.append({m_settings.issuer, m_settings.clientId, m_before.identity->subject, m_tokens.refreshToken, m_tokens.idToken, {}, {}});
    const auto all = std::make_shared<QList<StoredSignIn>>(before);
    m_vault.read([all](const Result<StoredSignIn> &stored) {
        if (stored)
            all->append(*stored);
    });
    keep(guard, end.tokens, [this, guard, all, then, era = m_era] {
        const auto others = std::make_shared<SignOut>();
        QString who;
        for (const StoredSignIn &one : std::as_const(*all)) {
            if (one.subject == m_subject || one.refreshToken.isEmpty())
                continue;
            others->owe(one.refreshToken);
            who = userOf(unverifiedClaims(one.idToken), one.subject);
        }
        if (era != m_era || others->owed.isEmpty() || m_keychainError)
            return then();
        revoke(others, [this, others, who, then] {
            m_note = others->untold ? Tr::tr("%1 was signed in before and is signed out here; the identity provider could not be told: %2").arg(who, others->untold->message)
                                    : Tr::tr("%1 was signed in before and is signed out.").arg(who);
            then();
        });
    });
}

void Session::keepInMemoryOnly(bool on)
{
    const auto place = on ? ports::SecretPlace::MemoryOnly : ports::SecretPlace::Keychain;
    whenFinished(m_parts.secrets->keepIn(place), this, [this](const Result<Done> &done) {
        if (done && m_state.phase == SignInPhase::SignedIn)
            keepAgain();
    });
}

std::shared_ptr<ports::TokenSource> Session::apiServerTokens()
{
    return makeSessionTokens(m_desk, m_settings.bearer, {});
}

std::shared_ptr<ports::TokenSource> Session::accessTokens(const QString &audience)
{
    return makeSessionTokens(m_desk, ports::BearerToken::AccessToken, audience);
}

}
