// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/issuer/Grants.h"

#include "app/demo/issuer/Jose.h"

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kCodeLifetime = 60;
constexpr qsizetype kMost = 2000;
constexpr qsizetype kMostRefreshes = 20000;

OAuthError invalidGrant(const QString &description)
{
    return {"invalid_grant", description};
}

}

Grants::Grants(std::function<QDateTime()> now, std::chrono::seconds sessionLifetime)
    : m_now(std::move(now)), m_sessionLifetime(sessionLifetime.count())
{
}

std::pair<QByteArray, BrowserSession> Grants::beginSession(const QString &user)
{
    prune();
    const QByteArray cookie = randomText();
    const BrowserSession session{QString::fromLatin1(randomText(16)), user, now(), now() + m_sessionLifetime};
    m_sessions.insert(digestText(cookie), session);
    return {cookie, session};
}

std::optional<BrowserSession> Grants::session(const QByteArray &cookie)
{
    prune();
    const auto found = m_sessions.constFind(digestText(cookie));
    return found == m_sessions.constEnd() ? std::nullopt : std::optional(*found);
}

void Grants::endSession(const QString &sid)
{
    m_sessions.removeIf([&sid](const auto &one) { return one.value().sid == sid; });
    m_codes.removeIf([&sid](const auto &one) { return one.value().granted.sid == sid; });
    m_families.removeIf([&sid](const auto &one) { return one.value().granted.sid == sid; });
}

void Grants::endAll()
{
    m_sessions.clear();
    m_codes.clear();
    m_families.clear();
    m_refreshes.clear();
}

QByteArray Grants::code(const Granted &granted, const QString &redirect, const QByteArray &challenge)
{
    prune();
    const QByteArray code = randomText();
    m_codes.insert(digestText(code), {granted, redirect, challenge, {}, false, now() + kCodeLifetime});
    return code;
}

OrOAuthError<Issued> Grants::redeem(const QByteArray &code, const QString &client, const QString &redirect, const QByteArray &verifier)
{
    prune();
    const auto found = m_codes.find(digestText(code));
    if (found == m_codes.end())
        return invalidGrant(u"the code is unknown, or its minute is over"_s);
    if (std::exchange(found->used, true)) {
        m_families.remove(found->family);
        return invalidGrant(u"the code was used before; what it gave is revoked"_s);
    }
    if (found->granted.client != client)
        return invalidGrant(u"the code was made for another client"_s);
    if (found->redirect != redirect)
        return invalidGrant(u"redirect_uri is not the one of the authorization request"_s);
    if (!sameSecret(digestText(verifier), found->challenge))
        return invalidGrant(u"code_verifier does not fit code_challenge"_s);
    const Issued issued = begin(found->granted);
    found->family = issued.family;
    found->until = m_families.value(issued.family).until;   // so that a replay is known for as long as something can be revoked
    return issued;
}

Issued Grants::begin(const Granted &granted)
{
    const QString family = QString::fromLatin1(randomText(16));
    const qint64 until = now() + m_sessionLifetime;
    m_families.insert(family, {granted, until});
    return {granted, family, nextRefresh(family, until)};
}

OrOAuthError<Issued> Grants::refresh(const QByteArray &token, const QString &client)
{
    prune();
    const auto found = m_refreshes.find(digestText(token));
    if (found == m_refreshes.end())
        return invalidGrant(u"the refresh token is unknown or expired"_s);
    const auto family = m_families.constFind(found->family);
    if (family == m_families.constEnd())
        return invalidGrant(u"the session has ended"_s);
    if (family->granted.client != client || std::exchange(found->used, true)) {
        const bool stranger = family->granted.client != client;
        m_families.erase(family);
        return invalidGrant(stranger ? u"the refresh token belongs to another client; it is revoked"_s
                                     : u"the refresh token was used before; all that came of it are revoked"_s);
    }
    Granted granted = family->granted;
    granted.nonce.clear();
    const QString name = found->family;
    return Issued{granted, name, nextRefresh(name, family->until)};
}

void Grants::revoke(const QByteArray &token, const QString &client)
{
    prune();
    const auto found = m_refreshes.constFind(digestText(token));
    if (found != m_refreshes.constEnd() && m_families.value(found->family).granted.client == client)
        revokeFamily(found->family);
}

void Grants::revokeFamily(const QString &family)
{
    m_families.remove(family);
}

bool Grants::alive(const QString &family)
{
    prune();
    return m_families.contains(family);
}

QByteArray Grants::nextRefresh(const QString &family, qint64 until)
{
    const QByteArray token = randomText();
    m_refreshes.insert(digestText(token), {family, false, until});
    return token;
}

void Grants::prune()
{
    const qint64 at = now();
    pruneTable(m_sessions, at, kMost);
    pruneTable(m_codes, at, kMost);
    pruneTable(m_families, at, kMost);
    pruneTable(m_refreshes, at, kMostRefreshes);
}

}
