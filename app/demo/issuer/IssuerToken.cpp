// SPDX-License-Identifier: GPL-3.0-or-later
// What programs ask without a browser: tokens, revocation, userinfo.
#include "app/demo/issuer/IssuerCore.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QUuid>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QString kAccessType = u"at+jwt"_s;
/// Whom access tokens are for beside our own userinfo: the Ledger API. Never the API server, which takes ID tokens.
const QString kLedgerAudience = u"https://canton.network.global"_s;

QString subjectOf(const QString &user)
{
    // The same person is the same subject in every run.
    return QUuid::createUuidV5(QUuid(u"{6f1b2f5e-6a3c-4f0e-9d63-6a0c6c1f3b52}"_s), user).toString(QUuid::WithoutBraces);
}

OAuthError invalidRequest(const QString &why)
{
    return {"invalid_request", why};
}

}

std::variant<IssuerClient, Response> IssuerCore::clientOf(const Request &request, const Parameters &form)
{
    if (const QString twice = form.repeated(); !twice.isEmpty())
        return oauthError(invalidRequest(QString(twice.left(64) + u" is given twice"_s)));
    if (!form.has("client_id"_L1) && !request.headers.contains("authorization"))
        return oauthError(invalidRequest(u"client_id is missing in the body, which must be application/x-www-form-urlencoded"_s));
    const IssuerClient *client = findClient(form.value("client_id"_L1));
    if (client == nullptr)
        return oauthError({"invalid_client", u"no such client"_s, 401});
    if (request.headers.contains("authorization") || form.has("client_secret"_L1) || form.has("client_assertion"_L1))
        return oauthError({"invalid_client", u"the client is public: it has no secret, and sends none"_s, 401});
    return *client;
}

Response IssuerCore::token(const Request &request)
{
    const Parameters form = Parameters::ofForm(request);
    const auto known = clientOf(request, form);
    if (const auto *refused = std::get_if<Response>(&known))
        return *refused;
    const IssuerClient &client = std::get<IssuerClient>(known);
    const QString type = form.value("grant_type"_L1);
    const auto given = granted(form, client, type);
    if (const auto *error = std::get_if<OAuthError>(&given))
        return oauthError(*error);
    const Issued &issued = std::get<Issued>(given);
    QStringList scopes = issued.granted.scopes;
    if (type == "refresh_token"_L1 && form.has("scope"_L1)) {
        // Less than before may be asked for; the family keeps what it has.
        const QStringList wanted = form.words("scope"_L1);
        if (!std::all_of(wanted.begin(), wanted.end(), [&scopes](const QString &one) { return scopes.contains(one); }))
            return oauthError({"invalid_scope", u"more than was granted"_s});
        scopes = wanted;
    }
    return tokens(issued, client, scopes);
}

OrOAuthError<Issued> IssuerCore::granted(const Parameters &form, const IssuerClient &client, const QString &type)
{
    const auto missing = [&form](QLatin1StringView name) { return form.value(name).isEmpty(); };
    if (type == "authorization_code"_L1) {
        for (const QLatin1StringView name : {"code"_L1, "redirect_uri"_L1, "code_verifier"_L1}) {
            if (missing(name))
                return invalidRequest(QString(name + u" is missing"_s));
        }
        return grants.redeem(form.value("code"_L1).toUtf8(), client.id, form.value("redirect_uri"_L1), form.value("code_verifier"_L1).toUtf8());
    }
    if (type == "refresh_token"_L1) {
        if (missing("refresh_token"_L1))
            return invalidRequest(u"refresh_token is missing"_s);
        return grants.refresh(form.value("refresh_token"_L1).toUtf8(), client.id);
    }
    if (type == "urn:ietf:params:oauth:grant-type:device_code"_L1) {
        if (missing("device_code"_L1))
            return invalidRequest(u"device_code is missing"_s);
        const auto polled = devices.poll(form.value("device_code"_L1).toUtf8(), client.id);
        if (const auto *error = std::get_if<OAuthError>(&polled))
            return *error;
        return grants.begin(std::get<Granted>(polled));
    }
    if (type.isEmpty())
        return invalidRequest(u"grant_type is missing"_s);
    return OAuthError{"unsupported_grant_type", u"possible: authorization_code, refresh_token, urn:ietf:params:oauth:grant-type:device_code"_s};
}

QJsonObject IssuerCore::personClaims(const Granted &granted, const QStringList &scopes) const
{
    QJsonObject claims{{u"sub"_s, subjectOf(granted.user)}};
    const IssuerPerson *who = person(granted.user);
    if (who == nullptr)
        return claims;
    if (scopes.contains(u"profile"_s)) {
        claims.insert("name"_L1, who->name);
        claims.insert("preferred_username"_L1, who->user);
    }
    if (scopes.contains(u"email"_s)) {
        claims.insert("email"_L1, QString(who->user + u"@demo.example"_s));
        claims.insert("email_verified"_L1, true);
    }
    if (scopes.contains(u"groups"_s))
        claims.insert("groups"_L1, QJsonArray::fromStringList(who->groups));
    return claims;
}

QByteArray IssuerCore::signedBy(SigningAlgorithm algorithm, const QJsonObject &claims, const QString &type) const
{
    for (const SigningKey &key : keys.all()) {
        if (key.algorithm() == algorithm)
            return key.sign(claims, type);
    }
    return {};
}

Response IssuerCore::tokens(const Issued &issued, const IssuerClient &client, const QStringList &scopes)
{
    const qint64 at = shownTime().toSecsSinceEpoch(), until = at + options.tokenLifetime.count();
    const Granted &granted = issued.granted;
    // The family's name leads the id, so that userinfo knows what is revoked.
    const QString id = QString(issued.family + u'.' + QString::fromLatin1(randomText(12)));
    const QByteArray access = signedBy(SigningAlgorithm::ES256,
        {{u"iss"_s, options.url}, {u"sub"_s, subjectOf(granted.user)}, {u"aud"_s, QJsonArray{kLedgerAudience, options.url}}, {u"client_id"_s, client.id},
            {u"scope"_s, scopes.join(u' ')}, {u"iat"_s, at}, {u"exp"_s, until}, {u"jti"_s, id}}, kAccessType);
    QJsonObject body{{u"token_type"_s, u"Bearer"_s}, {u"expires_in"_s, qint64(options.tokenLifetime.count())}, {u"scope"_s, scopes.join(u' ')},
        {u"access_token"_s, QString::fromLatin1(access)}, {u"refresh_token"_s, QString::fromLatin1(issued.refreshToken)}};
    if (scopes.contains(u"openid"_s)) {
        QJsonObject claims = personClaims(granted, scopes);
        const QJsonObject more{{u"iss"_s, options.url}, {u"aud"_s, client.id}, {u"iat"_s, at}, {u"exp"_s, until}, {u"auth_time"_s, granted.authTime},
            {u"sid"_s, granted.sid}, {u"jti"_s, QString::fromLatin1(randomText(12))}, {u"at_hash"_s, halfHash(access)}};
        for (auto claim = more.begin(); claim != more.end(); ++claim)
            claims.insert(claim.key(), claim.value());
        if (!granted.nonce.isEmpty())
            claims.insert("nonce"_L1, granted.nonce);
        body.insert("id_token"_L1, QString::fromLatin1(signedBy(client.algorithm, claims, u"JWT"_s)));
    }
    return oauthJson(200, body);
}

Response IssuerCore::revoke(const Request &request)
{
    const Parameters form = Parameters::ofForm(request);
    const auto known = clientOf(request, form);
    if (const auto *refused = std::get_if<Response>(&known))
        return *refused;
    const IssuerClient &client = std::get<IssuerClient>(known);
    const QByteArray token = form.value("token"_L1).toUtf8();
    if (token.isEmpty())
        return oauthError(invalidRequest(u"token is missing"_s));
    grants.revoke(token, client.id);
    const auto access = openToken(token, kAccessType, keys.all());
    if (access && access->value("client_id"_L1).toString() == client.id)
        grants.revokeFamily(access->value("jti"_L1).toString().section(u'.', 0, 0));
    return oauthJson(200, {});   // whatever it was, it is nothing any more (RFC 7009)
}

Response IssuerCore::userInfo(const Request &request)
{
    const QByteArray header = request.headers.value("authorization");
    if (!header.toLower().startsWith("bearer "))
        return oauthError({"invalid_request", u"an access token is needed as bearer"_s, 401});
    const auto access = openToken(header.mid(7).trimmed(), kAccessType, keys.all());
    const bool good = access && access->value("iss"_L1).toString() == options.url && access->value("exp"_L1).toDouble() > double(shownTime().toSecsSinceEpoch())
        && grants.alive(access->value("jti"_L1).toString().section(u'.', 0, 0));
    if (!good)
        return oauthError({"invalid_token", u"the access token is not one of ours, has expired or is revoked"_s, 401});
    Granted granted;
    for (const IssuerPerson &one : options.persons) {
        if (subjectOf(one.user) == access->value("sub"_L1).toString())
            granted.user = one.user;
    }
    return oauthJson(200, personClaims(granted, access->value("scope"_L1).toString().split(u' ')));
}

}
