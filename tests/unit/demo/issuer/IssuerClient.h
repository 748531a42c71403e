// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/issuer/Issuer.h"
#include "models/core/Json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUrl>

namespace qd::support {

using namespace Qt::StringLiterals;

using Fields = QList<std::pair<QString, QString>>;

inline const QString kIssuerUrl = u"https://127.0.0.1:4443"_s;
inline const QString kBack = u"http://127.0.0.1:41234/callback"_s;
/// Of RFC 7636, appendix B.
inline const QString kVerifier = u"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"_s;
inline const QString kChallenge = u"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"_s;

inline QByteArray formOf(const Fields &fields)
{
    QByteArray text;
    for (const auto &[name, value] : fields)
        text += (text.isEmpty() ? "" : "&") + QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value);
    return text;
}

/// The fields with one replaced, or taken away when the value is null.
inline Fields with(Fields fields, const QString &name, const QString &value)
{
    fields.removeIf([&name](const auto &one) { return one.first == name; });
    if (!value.isNull())
        fields.append({name, value});
    return fields;
}

/// A good authorization request.
inline Fields authorization()
{
    return {{u"client_id"_s, u"quarterdeck"_s}, {u"redirect_uri"_s, kBack}, {u"response_type"_s, u"code"_s}, {u"scope"_s, u"openid profile groups"_s},
        {u"state"_s, u"the state"_s}, {u"nonce"_s, u"the nonce"_s}, {u"code_challenge"_s, kChallenge}, {u"code_challenge_method"_s, u"S256"_s}};
}

/// The same for all of a program's issuers: RSA keys take their time.
inline const QList<demo::SigningKey> &sharedKeys()
{
    static const QList<demo::SigningKey> keys{*demo::SigningKey::make(demo::SigningAlgorithm::RS256), *demo::SigningKey::make(demo::SigningAlgorithm::ES256)};
    return keys;
}

/// One issuer with a clock of its own.
class IssuerWorld {
public:
    explicit IssuerWorld(const QList<demo::SigningKey> &keys = sharedKeys(), const QString &url = kIssuerUrl)
    {
        options.keys = keys;
        options.url = url;
        options.persons = {{u"paula"_s, u"Paula"_s, u"Administrator"_s, u"All & more."_s, {u"qd:platform-admin"_s}},
            {u"vera"_s, u"Vera"_s, u"Viewer"_s, u"Sees."_s, {u"qd:viewer"_s}}};
        options.now = [this] { return now; };
        options.later = [this](std::chrono::milliseconds after, std::function<void()> task) { later.append({after, std::move(task)}); };
        issuer = *demo::Issuer::make(options);
    }

    demo::IssuerOptions options;
    QDateTime now = QDateTime::fromString(u"2026-11-29T12:00:00Z"_s, Qt::ISODate);
    QList<std::pair<std::chrono::milliseconds, std::function<void()>>> later;
    std::shared_ptr<demo::Issuer> issuer;
};

/// A browser, or a program, before the issuer: keeps cookies, fills forms.
class IssuerClient {
public:
    explicit IssuerClient(IssuerWorld &world) : m_world(world) { }

    demo::Response send(const QByteArray &method, const QString &pathAndQuery, const QByteArray &body = {}, demo::Headers headers = {})
    {
        demo::Request request;
        request.method = method;
        request.target = pathAndQuery.toUtf8();
        request.path = pathAndQuery.section(u'?', 0, 0);
        request.query = QUrlQuery(pathAndQuery.section(u'?', 1));
        request.body = body;
        if (!headers.contains("host"))
            headers.insert("host", "127.0.0.1:4443");
        if (!body.isEmpty() && !headers.contains("content-type"))
            headers.insert("content-type", "application/x-www-form-urlencoded");
        if (!cookies.isEmpty()) {
            QByteArrayList all;
            for (auto one = cookies.begin(); one != cookies.end(); ++one)
                all.append(one.key() + '=' + one.value());
            headers.insert("cookie", all.join("; "));
        }
        request.headers = headers;
        demo::Response response = m_world.issuer->handle(request);
        if (const QByteArray set = response.headers.value("set-cookie"); !set.isEmpty()) {
            const QByteArray pair = set.split(';').first();
            const QByteArray name = pair.left(pair.indexOf('='));
            cookies.insert(name, pair.mid(name.size() + 1));
            if (set.contains("Max-Age=0"))
                cookies.remove(name);
        }
        return response;
    }

    demo::Response post(const QString &path, const Fields &fields, const demo::Headers &headers = {}) { return send("POST", path, formOf(fields), headers); }
    demo::Response authorize(const Fields &fields = authorization()) { return send("GET", QString(u"/authorize?"_s + QString::fromLatin1(formOf(fields)))); }

    /// The secret of the form on this page.
    static QString secretOf(const demo::Response &page)
    {
        static const QRegularExpression hidden(u"name=\"request\" value=\"([^\"]+)\""_s);
        return hidden.match(QString::fromUtf8(page.body)).captured(1);
    }

    /// From the request to the answer at the redirect.
    demo::Response signIn(const QString &user = u"paula"_s, const Fields &fields = authorization())
    {
        return post(u"/login"_s, {{u"request"_s, secretOf(authorize(fields))}, {u"persona"_s, user}});
    }

    QString code(const QString &user = u"paula"_s, const Fields &fields = authorization()) { return parameter(signIn(user, fields), u"code"_s); }

    static Fields exchange(const QString &code)
    {
        return {{u"grant_type"_s, u"authorization_code"_s}, {u"code"_s, code}, {u"redirect_uri"_s, kBack}, {u"client_id"_s, u"quarterdeck"_s},
            {u"code_verifier"_s, kVerifier}};
    }

    QJsonObject tokens(const QString &user = u"paula"_s, const Fields &fields = authorization()) { return object(post(u"/token"_s, exchange(code(user, fields)))); }

    demo::Response refresh(const QString &token, const QString &client = u"quarterdeck"_s)
    {
        return post(u"/token"_s, {{u"grant_type"_s, u"refresh_token"_s}, {u"refresh_token"_s, token}, {u"client_id"_s, client}});
    }

    static QString parameter(const demo::Response &redirect, const QString &name)
    {
        return QUrlQuery(QUrl::fromEncoded(redirect.headers.value("location")).query(QUrl::FullyEncoded)).queryItemValue(name, QUrl::FullyDecoded);
    }
    static QJsonObject object(const demo::Response &response) { return QJsonDocument::fromJson(response.body).object(); }
    static QString error(const demo::Response &response) { return object(response).value("error"_L1).toString(); }
    static QString text(const QJsonObject &object, const char *name) { return object.value(QLatin1StringView(name)).toString(); }

    /// What a token says, unverified.
    static QJsonObject claims(const QString &token)
    {
        return QJsonDocument::fromJson(QByteArray::fromBase64(token.section(u'.', 1, 1).toLatin1(), QByteArray::Base64UrlEncoding)).object();
    }

    QMap<QByteArray, QByteArray> cookies;

private:
    IssuerWorld &m_world;
};

}
