// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/TestProvider.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>

namespace qd::support {

using namespace Qt::StringLiterals;

namespace {

void merge(QJsonObject &into, const QJsonObject &changes)
{
    for (auto it = changes.begin(); it != changes.end(); ++it) {
        if (it.value().isNull())
            into.remove(it.key());
        else
            into.insert(it.key(), it.value());
    }
}

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QUrlQuery formOf(const FaultRequest &request)
{
    return QUrlQuery(QString::fromLatin1(QByteArray(request.body).replace('+', "%20")));
}

QString of(const QUrlQuery &form, const char *name)
{
    return form.queryItemValue(QLatin1String(name), QUrl::FullyDecoded);
}

}

TestProvider::TestProvider(const std::optional<QSslConfiguration> &tls)
    : server(tls)
    , m_signer(std::make_unique<TestSigner>(TestSigner::Kind::P256, u"one"_s))
{
    const QString at = issuer();
    discovery = {{u"issuer"_s, at}, {u"authorization_endpoint"_s, QString(at + u"/auth"_s)},
        {u"token_endpoint"_s, QString(at + u"/token"_s)}, {u"jwks_uri"_s, QString(at + u"/keys"_s)},
        {u"userinfo_endpoint"_s, QString(at + u"/me"_s)}, {u"end_session_endpoint"_s, QString(at + u"/end"_s)},
        {u"revocation_endpoint"_s, QString(at + u"/revoke"_s)}, {u"device_authorization_endpoint"_s, QString(at + u"/device"_s)},
        {u"id_token_signing_alg_values_supported"_s, QJsonArray{u"ES256"_s, u"RS256"_s}},
        {u"authorization_response_iss_parameter_supported"_s, true}};
    server.handle(u"/.well-known/openid-configuration"_s, [this](const FaultRequest &) { return json(200, discovery); });
    server.handle(u"/keys"_s, [this](const FaultRequest &) { return FaultAnswer::json(200, m_signer->jwks()); });
    server.handle(u"/token"_s, [this](const FaultRequest &request) { return token(request); });
    server.handle(u"/me"_s, [this](const FaultRequest &) {
        return json(200, {{u"sub"_s, u"248"_s}, {u"groups"_s, QJsonArray{u"from-userinfo"_s}}});
    });
    server.handle(u"/revoke"_s, [this](const FaultRequest &request) {
        const QString token = of(formOf(request), "token");
        revoked.append(token);
        if (!m_live.remove(token) && m_spent.contains(token))
            m_live.clear();     // of the family
        return json(200, {});
    });
    server.handle(u"/device"_s, [this](const FaultRequest &) {
        const QString code = u"device-code-%1"_s.arg(++m_serial);
        secrets.append(code);
        return json(200, {{u"device_code"_s, code}, {u"user_code"_s, u"KXBW-4TLN"_s},
            {u"verification_uri"_s, QString(issuer() + u"/device"_s)}, {u"expires_in"_s, 600}});
    });
}

QString TestProvider::issuer() const
{
    const QString url = server.url().toString();
    return url.endsWith(u'/') ? url.chopped(1) : url;
}

QUrl TestProvider::agree(const QUrl &authorization)
{
    const QUrlQuery asked(authorization);
    const QString code = QString::fromLatin1(base64Url(QCryptographicHash::hash(QByteArray::number(++m_serial), QCryptographicHash::Sha256)));
    secrets.append(code);
    m_codes.insert(code, {of(asked, "code_challenge"), of(asked, "redirect_uri"), of(asked, "nonce")});
    QUrl back(of(asked, "redirect_uri"));
    QUrlQuery query;
    query.addQueryItem(u"code"_s, code);
    query.addQueryItem(u"state"_s, of(asked, "state"));
    query.addQueryItem(u"iss"_s, QString::fromLatin1(issuer().toUtf8().toPercentEncoding()));
    back.setQuery(query);
    return back;
}

void TestProvider::rotateKey(const QString &kid)
{
    m_signer = std::make_unique<TestSigner>(TestSigner::Kind::P256, kid);
}

QByteArray TestProvider::idToken(const QJsonObject &changes) const
{
    const qint64 at = now().toSecsSinceEpoch();
    QJsonObject claims{{u"iss"_s, issuer()}, {u"sub"_s, u"248"_s}, {u"aud"_s, u"quarterdeck"_s}, {u"iat"_s, double(at)},
        {u"exp"_s, double(at + lifetime)}, {u"preferred_username"_s, u"olga"_s}, {u"email"_s, u"olga@example.com"_s},
        {u"name"_s, u"Olga Operator"_s}, {u"groups"_s, QJsonArray{u"canton-operators"_s}}};
    merge(claims, claimChanges);
    merge(claims, changes);
    return m_signer->token(algorithm, claims);
}

FaultAnswer TestProvider::json(int status, const QJsonObject &body) const
{
    FaultAnswer answer = FaultAnswer::json(status, compact(body));
    if (dateHeader)
        answer.header("Date", dateHeader());
    return answer;
}

FaultAnswer TestProvider::refuse(const QByteArray &name, const QByteArray &description)
{
    return json(400, {{u"error"_s, QString::fromLatin1(name)}, {u"error_description"_s, QString::fromLatin1(description)}});
}

FaultAnswer TestProvider::tokens(const QString &nonce)
{
    m_nonce = nonce;
    QJsonObject claims{{u"iss"_s, issuer()}, {u"sub"_s, claimChanges.value("sub"_L1).toString(u"248"_s)},
        {u"aud"_s, QJsonArray{u"https://canton.example"_s, u"account"_s}}, {u"n"_s, ++m_serial},
        {u"realm_access"_s, QJsonObject{{u"roles"_s, QJsonArray{u"from-access-token"_s}}}}};
    merge(claims, accessChanges);
    const QString access = QString::fromLatin1(m_signer->token(algorithm, claims));
    const QString id = QString::fromLatin1(idToken(nonce.isEmpty() ? QJsonObject() : QJsonObject{{u"nonce"_s, nonce}}));
    QJsonObject body{{u"access_token"_s, access}, {u"id_token"_s, id}, {u"token_type"_s, u"Bearer"_s}, {u"expires_in"_s, lifetime}};
    secrets << access << id;
    if (issueRefresh) {
        const QString refresh = u"refresh-token-%1"_s.arg(++m_serial);
        m_live.insert(refresh);
        lastRefresh = refresh.toLatin1();
        secrets.append(refresh);
        body.insert(u"refresh_token"_s, refresh);
    }
    merge(body, answerChanges);
    return json(200, body);
}

FaultAnswer TestProvider::token(const FaultRequest &request)
{
    const QUrlQuery form = formOf(request);
    if (const auto call = std::exchange(atToken, {}))
        call();
    const std::optional<Fault> fault = m_faults.isEmpty() ? std::nullopt : std::optional(m_faults.takeFirst());
    if (fault && !fault->effect)
        return fault->answer;
    const QString kind = of(form, "grant_type");
    FaultAnswer answer = of(form, "client_id") != u"quarterdeck"_s  ? refuse("invalid_client")
        : kind == u"authorization_code"_s                           ? grantCode(form)
        : kind == u"refresh_token"_s                                ? grantRefresh(form)
        : kind != u"urn:ietf:params:oauth:grant-type:device_code"_s ? refuse("unsupported_grant_type")
        : deviceSays.isEmpty()                                      ? tokens({})
                                                                    : refuse(deviceSays.toLatin1());
    return fault ? fault->answer : answer;
}

FaultAnswer TestProvider::grantCode(const QUrlQuery &form)
{
    const QString verifier = of(form, "code_verifier");
    secrets.append(verifier);
    const Code code = m_codes.take(of(form, "code"));
    const QByteArray challenge = base64Url(QCryptographicHash::hash(verifier.toLatin1(), QCryptographicHash::Sha256));
    if (code.challenge.isEmpty() || QString::fromLatin1(challenge) != code.challenge || of(form, "redirect_uri") != code.redirect
        || form.hasQueryItem(u"client_secret"_s) || verifier.size() < 43)
        return refuse("invalid_grant");
    return tokens(code.nonce);
}

FaultAnswer TestProvider::grantRefresh(const QUrlQuery &form)
{
    const QString given = of(form, "refresh_token");
    if (m_spent.contains(given))
        m_live.clear();   // reuse ends the family
    if (!m_live.contains(given))
        return refuse("invalid_grant", "grant request is invalid");
    if (rotate) {
        m_live.remove(given);
        m_spent.insert(given);
        return tokens(m_nonce);
    }
    const bool before = std::exchange(issueRefresh, false);
    FaultAnswer answer = tokens(m_nonce);
    issueRefresh = before;
    return answer;
}

}
