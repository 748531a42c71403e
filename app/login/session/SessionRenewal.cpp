// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/Session.h"

#include "app/login/tokens/Authorization.h"
#include "app/login/tokens/TokenErrors.h"
#include "models/core/Json.h"
#include "models/core/Redact.h"

#include <QCoreApplication>

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::BearerToken;
using ports::SignInFault;
using ports::SignInPhase;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Session)
};

constexpr qint64 kTickMs = 30'000;      // so that a machine that slept is noticed
constexpr qint64 kSoonMs = 5 * 60'000;
constexpr int kLongestWaitSeconds = 60;

QString textOf(const QJsonObject &claims, QLatin1StringView name)
{
    return plainText(claims.value(name).toString()).simplified();
}

}

QString userOf(const QJsonObject &claims, const QString &subject)
{
    for (const QLatin1StringView name : {"preferred_username"_L1, "email"_L1}) {
        if (const QString text = textOf(claims, name); !text.isEmpty())
            return text;
    }
    return plainText(subject);
}

void Session::serve(const TokenWaiter &waiter)
{
    m_waiting.remove_if([](const TokenWaiter &one) {
        if (one.stop.stop_requested())
            one.promise.finish(Result<ports::Credential>());
        return one.promise.finished();
    });
    if (waiter.stop.stop_requested())
        return waiter.promise.finish(Result<ports::Credential>());
    if (!waiter.real)
        return;
    m_waiting.push_back(waiter);
    const bool mayRenew = !m_flow && m_state.phase != SignInPhase::Restoring && !m_tokens.refreshToken.isEmpty() && m_desk->stale(waiter.which)
        && mayTry();
    if (mayRenew)
        renew();
    if (!m_renewing && !m_flow && m_state.phase != SignInPhase::Restoring && m_state.phase != SignInPhase::Exchanging)
        serveAll();
}

void Session::serveAll()
{
    std::list<TokenWaiter> waiting;
    waiting.swap(m_waiting);
    for (const TokenWaiter &waiter : waiting) {
        const Result<ports::Credential> token = m_desk->take(waiter.which, waiter.audience);
        const bool told = token || ports::faultOf(token.error()) != SignInFault::None || !m_state.error;
        waiter.promise.finish(told ? token : Result<ports::Credential>(*m_state.error));
    }
}

/// A program that starts renews only what is due: the ID token at rest serves while it is good and says all that is wanted of it.
/// Many commands in a row, or at once, then ask for one renewal (and the keyring writes one).
void Session::takeUp(const StoredSignIn &stored, const std::function<void()> &otherwise)
{
    const QJsonObject claims = unverifiedClaims(stored.idToken);
    const TokenDesk::Token token{stored.idToken, timeOf(claims, u"exp"_s).value_or(QDateTime()), stored.savedAt};
    bool serves = m_settings.bearer == BearerToken::IdToken && token.expiresAt.isValid() && m_parts.clock->now() < dueAt(token);
    for (const QString &pointer : m_settings.roleClaims)
        serves = serves && !json::at(claims, pointer).isUndefined();
    if (!serves)
        return otherwise();
    const TokenSet tokens{stored.idToken, {}, stored.refreshToken, {}};
    m_hurry = m_client.hurry();
    m_client.verify(tokens, std::nullopt, ProviderClient::Age::InTime, this, [this, tokens, stored, otherwise, era = m_era](const Result<IdClaims> &verified) {
        m_hurry.reset();
        if (era != m_era)
            return;
        const bool away = !verified && m_client.away(verified.error());
        const Result<IdClaims> held = away ? m_client.verifyWith(stored.keySet, stored.algorithms, tokens) : verified;
        if (!held || !checkRefreshed(*held, IdClaims{stored.subject, {}, {}, {}, {}, {{u"iss"_s, m_settings.issuer}}}))
            return away ? renewalFailed(verified.error()) : otherwise();   // who cannot be reached does not renew either
        if (away) {
            m_note = Tr::tr("The identity provider %1 could not be asked; the sign-in in the keychain serves until %2. (%3)")
                         .arg(m_settings.issuer, held->expiresAt.toUTC().toString(Qt::ISODate), verified.error().message);
        }
        m_tokens.refreshToken = stored.refreshToken;
        adopt(tokens, *held, stored.savedAt);
    });
}

/// Single flight here by m_renewing, across processes by the lock.
void Session::renew(bool restoring)
{
    if (m_renewing)
        return;
    m_renewing = true;
    if (m_state.phase == SignInPhase::SignedIn || m_state.phase == SignInPhase::Expired) {
        ports::SignInState next = m_state;
        next.phase = m_state.phase == SignInPhase::SignedIn ? SignInPhase::Refreshing : SignInPhase::Restoring;
        show(next);
    }
    m_vault.lock([this, restoring, era = m_era](const Result<Guard> &guard) {
        if (era != m_era)
            return;
        if (!guard)
            return renewalFailed(guard.error());
        renewWith(*guard, restoring);
    });
}

/// Another process may have renewed since: the keychain has the newest refresh token.
void Session::renewWith(const Guard &guard, bool restoring)
{
    m_vault.read([this, guard, restoring, era = m_era](const Result<StoredSignIn> &stored) {
        if (era != m_era)
            return;
        const bool kept = m_atRest && m_parts.secrets->place() == ports::SecretPlace::Keychain;
        if (kept && !stored && stored.error().kind == ErrorKind::NotFound)
            return endedElsewhere();
        const bool mine = stored && stored->subject == m_subject;
        m_displaced = !mine && (m_displaced || (kept && stored));
        if (mine && !m_keychainError)
            m_tokens.refreshToken = stored->refreshToken;
        if (mine) {
            m_keySet = stored->keySet;
            m_algorithms = stored->algorithms;
        }
        const QByteArray used = m_tokens.refreshToken;
        const auto ask = [this, guard, used] { renewBy(guard, used); };
        if (restoring && stored && stored->subject == m_subject)
            return takeUp(*stored, ask);
        ask();
    });
}

void Session::renewBy(const Guard &guard, const QByteArray &used)
{
    const ProviderClient::Fields fields = {{"grant_type", "refresh_token"}, {"refresh_token", used}, {"resource", m_settings.resource.toUtf8()}};
    m_client.grant(fields, this, [this, guard, used, era = m_era](const Result<TokenSet> &answer) {
        if (era == m_era)
            renewed(guard, used, answer);
        else if (answer && m_leaving)
            m_leaving->owe(answer->refreshToken);   // signed out meanwhile: the sign-out waits for the guard
    });
}

/// What this session wrote is not there any more: another window or a command signed out, or keeps the sign-in in its memory only.
/// Either way the token here is not to be used, and nothing is to be written again.
void Session::endedElsewhere()
{
    forgetTokens();
    renewalFailed(signInError(SignInFault::SessionEnded, Tr::tr("The sign-in at %1 was ended in another window or by a command.").arg(m_settings.issuer),
                              Tr::tr("Sign in again.")));
}

void Session::renewed(const Guard &guard, const QByteArray &used, const Result<TokenSet> &answer)
{
    if (!answer) {
        const Error error = answer.error();
        if (ports::faultOf(error) != SignInFault::SessionEnded)
            return renewalFailed(error);
        forgetTokens();
        m_vault.removeSpent(used, [this, guard, error, era = m_era](const Result<Done> &) {
            if (era == m_era)
                renewalFailed(error);
        });
        return;
    }
    TokenSet tokens = *answer;
    if (tokens.refreshToken.isEmpty())
        tokens.refreshToken = used;     // RFC 6749 6
    if (tokens.idToken.isEmpty())
        tokens.idToken = m_tokens.idToken;
    // The used one may be worth nothing any more: the new one is kept before anything can fail.
    m_tokens.refreshToken = tokens.refreshToken;
    keep(guard, tokens, [this, guard, tokens, fresh = !answer->idToken.isEmpty(), era = m_era] {
        if (era != m_era)
            return;
        if (fresh || !m_claims)
            check(guard, tokens, fresh);
        else
            goOn(tokens);
    });
}

void Session::keep(const Guard &guard, const TokenSet &tokens, const std::function<void()> &then)
{
    m_atRest = false;
    if (m_displaced) {
        m_keychainError.reset();
        return then();
    }
    if (tokens.refreshToken.isEmpty()) {
        // What the keychain has is of an earlier sign-in, perhaps another person's: it must not come back with the next start.
        return m_vault.remove([this, guard, then](const Result<Done> &removed) {
            m_keychainError = removed ? std::nullopt : std::optional(removed.error());
            then();
        });
    }
    if (!m_client.keySet().isEmpty() && m_client.known()) {
        m_keySet = m_client.keySet();
        m_algorithms = m_client.known()->algorithms;
    }
    const StoredSignIn stored{m_settings.issuer, m_settings.clientId, m_subject, tokens.refreshToken, tokens.idToken,
                              scopesOf(m_settings), m_parts.clock->now(), m_keySet, m_algorithms};
    m_vault.write(stored, [this, guard, then](const Result<Done> &written) {
        m_keychainError = written ? std::nullopt : std::optional(written.error());
        m_atRest = written && m_parts.secrets->place() == ports::SecretPlace::Keychain;
        then();
    });
}

/// OpenID Connect Core 12.2: a renewal need not bring an ID token. The old one serves until it ends.
void Session::goOn(const TokenSet &tokens)
{
    if (m_settings.bearer == BearerToken::IdToken && m_parts.clock->now() >= m_claims->expiresAt) {
        forgetTokens();
        return renewalFailed(signInError(SignInFault::SessionEnded, Tr::tr("The identity provider %1 does not renew ID tokens, and this one has ended.").arg(m_settings.issuer),
                                         Tr::tr("Sign in again, or set signIn.bearer: accessToken if the API server accepts that.")));
    }
    adopt(tokens, IdClaims(*m_claims));
}

/// A token that is not fresh is the one at rest: it says who, even when it has ended.
void Session::check(const Guard &guard, const TokenSet &tokens, bool fresh)
{
    if (tokens.idToken.isEmpty())
        return identify(tokens, badDocument(Tr::tr("The identity provider %1 gave no ID token.").arg(m_settings.issuer)));
    TokenSet toVerify = tokens;
    if (!fresh)
        toVerify.accessToken.clear();   // its at_hash is of an earlier access token
    const auto age = fresh ? ProviderClient::Age::InTime : ProviderClient::Age::MayHaveEnded;
    m_client.verify(toVerify, std::nullopt, age, this, [this, guard, tokens, fresh, era = m_era](const Result<IdClaims> &claims) {
        if (era != m_era)
            return;
        if (!claims)
            return fresh ? renewalFailed(claims.error()) : identify(tokens, claims.error());
        const IdClaims first = m_claims.value_or(IdClaims{m_subject, {}, {}, {}, {}, {{u"iss"_s, m_settings.issuer}}});
        if (const Result<Done> same = checkRefreshed(*claims, first); !same) {
            forgetTokens();
            return renewalFailed(same.error());
        }
        if (fresh && m_atRest && !m_client.verifyWith(m_keySet, m_algorithms, {tokens.idToken, {}, {}, {}})) {   // a new key: it belongs beside its token
            return keep(guard, tokens, [this, tokens, claims = *claims, era] {
                if (era == m_era)
                    adopt(tokens, claims);
            });
        }
        if (fresh)
            return adopt(tokens, *claims);
        m_claims = *claims;
        goOn(tokens);
    });
}

/// A renewal without an ID token, and the one at rest is gone or of a key that is: the access token holds all the same, and
/// userinfo says whose it is.
void Session::identify(const TokenSet &tokens, const Error &why)
{
    if (m_settings.bearer != BearerToken::AccessToken || why.retryable())
        return renewalFailed(why);
    m_client.userinfo(tokens.accessToken, m_subject, this, [this, tokens, why, era = m_era](const Result<QJsonObject> &info) {
        if (era != m_era)
            return;
        if (!info)
            return renewalFailed(why);
        TokenSet without = tokens;
        without.idToken.clear();
        QJsonObject claims = *info;
        claims.insert(u"iss"_s, m_settings.issuer);
        adopt(without, IdClaims{m_subject, {}, {}, {}, {}, claims});
    });
}

void Session::renewalFailed(const Error &error)
{
    m_renewing = false;
    ++m_failures;
    m_retryAt = m_parts.clock->now().addSecs(qMin(5 << qMin(m_failures - 1, 4), kLongestWaitSeconds));
    ports::SignInState next = m_flow ? m_before : m_state;
    next.error = error;
    const bool usable = !m_desk->stale(m_settings.bearer);
    next.phase = usable ? SignInPhase::SignedIn : next.identity ? SignInPhase::Expired : SignInPhase::Failed;
    if (ports::faultOf(error) == SignInFault::SessionEnded)
        next.phase = SignInPhase::Expired;
    settle(next);
    serveAll();
    if (!m_tokens.refreshToken.isEmpty() && (error.retryable() || usable))
        plan();
}

void Session::adopt(const TokenSet &tokens, const IdClaims &claims, const QDateTime &obtainedAt)
{
    m_tokens = tokens;
    m_obtainedAt = obtainedAt.isValid() ? obtainedAt : m_parts.clock->now();
    m_claims = claims;
    m_subject = claims.subject;
    m_desk->put(idToken(), accessToken(), !tokens.refreshToken.isEmpty());
    // Within the skew that is allowed, and over here all the same: the next one would be too, and it would be asked for at once, for ever.
    if (const QDateTime ends = bearerExpiry(); ends.isValid() && ends <= m_obtainedAt) {
        ++m_plan;
        return renewalFailed(signInError(SignInFault::ClockOff,
                                         Tr::tr("The token was over when it arrived: this computer's clock is ahead of the issuer's."),
                                         Tr::tr("Set the clock (timedatectl set-ntp true) and sign in again.")));
    }
    gatherRoles([this, era = m_era](const QList<ClaimSource> &sources, const QStringList &notes) {
        if (era != m_era)
            return;
        m_renewing = false;
        m_failures = 0;
        m_retryAt = {};
        m_saidEndsSoon = false;
        ports::SignInState next{.phase = SignInPhase::SignedIn};
        const QDateTime since = m_state.identity ? m_state.identity->signedInAt : QDateTime();
        next.identity = identityOf(*m_claims, sources, notes);
        m_note.clear();
        if (since.isValid())
            next.identity->signedInAt = since;
        next.error = m_keychainError;
        settle(next);
        serveAll();
        plan();
    });
}

/// userinfo and the access token are looked at only for what the ID token does not say. Each must be of the same person.
void Session::gatherRoles(const std::function<void(QList<ClaimSource>, QStringList)> &then)
{
    QList<ClaimSource> sources = {{m_tokens.idToken.isEmpty() ? Tr::tr("userinfo") : Tr::tr("ID token"), m_claims->all}};
    bool whole = true;
    for (const QString &pointer : m_settings.roleClaims)
        whole = whole && !json::at(m_claims->all, pointer).isUndefined();
    if (whole || m_tokens.accessToken.isEmpty())
        return then(sources, {});
    m_client.userinfo(m_tokens.accessToken, m_subject, this, [this, sources, then](const Result<QJsonObject> &info) {
        QList<ClaimSource> more = sources;
        if (info)
            more.append({Tr::tr("userinfo"), *info});
        m_client.accessClaims(m_tokens.accessToken, m_subject, this, [more, then](const Result<QJsonObject> &access) {
            QList<ClaimSource> all = more;
            if (access)
                all.append({Tr::tr("access token"), *access});
            const bool stranger = !access && access.error().detail == QLatin1String(kOtherPerson);
            then(all, stranger ? QStringList{access.error().message} : QStringList());
        });
    });
}

ports::SignInIdentity Session::identityOf(const IdClaims &claims, const QList<ClaimSource> &sources, const QStringList &notes) const
{
    ports::SignInIdentity out;
    out.issuer = m_settings.issuer;
    out.subject = claims.subject;
    out.email = textOf(claims.all, "email"_L1);
    out.name = textOf(claims.all, "name"_L1);
    out.user = userOf(claims.all, claims.subject);
    out.claims = claims.all;
    const RolesRead roles = readRoles(sources, m_settings.roleClaims);
    out.roles = roles.roles;
    out.notes = roles.notes + notes;
    if (!m_note.isEmpty())
        out.notes.prepend(m_note);
    const Result<Jws> bearer = parseJws(m_settings.bearer == BearerToken::IdToken ? m_tokens.idToken : m_tokens.accessToken);
    if (bearer && (bearer->algorithm == "EdDSA"_L1 || bearer->algorithm == "Ed25519"_L1))
        out.notes.append(Tr::tr("The token is signed with %1, which a Kubernetes API server does not accept: let the issuer sign with RS256 or ES256.")
                             .arg(bearer->algorithm));
    out.signedInAt = m_obtainedAt;
    out.expiresAt = bearerExpiry();
    out.renews = !m_tokens.refreshToken.isEmpty();
    out.remembered = out.renews && m_atRest;
    return out;
}

void Session::forgetTokens()
{
    m_tokens = {};
    m_claims.reset();
    m_atRest = m_displaced = false;
    m_desk->clear();
    ++m_plan;
}

TokenDesk::Token Session::idToken() const
{
    return {m_tokens.idToken, m_claims ? m_claims->expiresAt : QDateTime(), m_obtainedAt};
}

TokenDesk::Token Session::accessToken() const
{
    return {m_tokens.accessToken, m_tokens.accessExpiresAt, m_obtainedAt};
}

QDateTime Session::bearerExpiry() const
{
    return (m_settings.bearer == BearerToken::IdToken ? idToken() : accessToken()).expiresAt;
}

/// When to renew: before what is needed ends, not before the next try after a failure. Null: nothing ends.
QDateTime Session::dueTime() const
{
    QDateTime out = dueAt(accessToken());
    if (m_settings.bearer == BearerToken::IdToken) {
        const QDateTime id = dueAt(idToken());
        if (id.isValid() && (!out.isValid() || id < out))
            out = id;
    }
    if (m_tokens.refreshToken.isEmpty())
        return bearerExpiry();
    if (m_retryAt.isValid() && (!out.isValid() || out < m_retryAt))
        out = m_retryAt;
    return out;
}

/// After a failure not at once. A wait that is longer than any is of a clock that was set back.
bool Session::mayTry() const
{
    const qint64 wait = m_retryAt.isValid() ? m_parts.clock->now().secsTo(m_retryAt) : 0;
    return wait <= 0 || wait > kLongestWaitSeconds;
}

void Session::plan()
{
    const QDateTime due = dueTime();
    const qint64 left = due.isValid() ? m_parts.clock->now().msecsTo(due) : kTickMs;
    const auto wait = std::chrono::milliseconds(qBound<qint64>(m_flow ? 1000 : 50, left, kTickMs));
    m_parts.later(wait, this, [this, plan = ++m_plan] {
        if (plan == m_plan)
            tick();
    });
}

void Session::tick()
{
    const QDateTime now = m_parts.clock->now();
    const QDateTime ends = bearerExpiry();
    if (!m_tokens.refreshToken.isEmpty()) {
        const QDateTime due = dueTime();
        if (due.isValid() && now >= due && !m_flow)
            return renew();
    } else if (ends.isValid() && now >= ends && m_state.phase == SignInPhase::SignedIn) {
        forgetTokens();
        return renewalFailed(signInError(SignInFault::SessionEnded, Tr::tr("The session at %1 has ended.").arg(m_settings.issuer), Tr::tr("Sign in again.")));
    } else if (ends.isValid() && now.msecsTo(ends) <= kSoonMs && !std::exchange(m_saidEndsSoon, true)) {
        Q_EMIT endsSoon(ends);
    }
    plan();
}

}
