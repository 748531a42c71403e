// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/ProviderClient.h"

#include "app/login/tokens/Authorization.h"
#include "app/login/tokens/StrictJson.h"
#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>
#include <QPointer>

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SignInFault;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ProviderClient)
};

constexpr qint64 kHoldMs = 3'600'000;   // of discovery and keys

Error refusal(int status, const QString &name, const QString &description, const ports::SignInSettings &asked)
{
    SignInFault fault = SignInFault::IssuerInvalid;
    QString message = Tr::tr("The identity provider %1 refused (%2).").arg(asked.issuer, quoted(name));
    QString remedy = Tr::tr("Tell who runs the identity provider.");
    if (name == "invalid_grant"_L1) {
        fault = SignInFault::SessionEnded;
        message = Tr::tr("The identity provider %1 does not go on with this sign-in.").arg(asked.issuer);
        remedy = Tr::tr("Sign in again.");
    } else if (name == "access_denied"_L1) {
        fault = SignInFault::Denied;
        message = Tr::tr("The sign-in at %1 was refused in the browser.").arg(asked.issuer);
        remedy = Tr::tr("Start it again, or ask for access at the identity provider.");
    } else if (name == "invalid_client"_L1 || name == "unauthorized_client"_L1 || name == "unsupported_grant_type"_L1
               || name == "invalid_scope"_L1 || name == "invalid_target"_L1) {
        fault = SignInFault::ClientRefused;
        message = Tr::tr("The identity provider %1 does not let the client \"%2\" do this (%3).").arg(asked.issuer, asked.clientId, quoted(name));
        remedy = Tr::tr("Check signIn.clientId and signIn.scopes, and the client's registration: public, code with PKCE.");
    }
    Error error = signInError(fault, message, remedy, QString(quoted(name) + u' ' + quoted(description)).trimmed());
    error.httpStatus = status;
    return error;
}

Error unwell(int status, const QString &issuer)
{
    Error error = signInError(SignInFault::IssuerUnreachable, Tr::tr("The identity provider %1 answers with HTTP %2.").arg(issuer, QString::number(status)),
                              Tr::tr("Try again in a moment; if it stays so, tell who runs it."));
    error.httpStatus = status;
    return error;
}

Result<QJsonObject> oauthAnswer(const ProviderAnswer &answer, const ports::SignInSettings &asked)
{
    if (answer.status >= 500 || answer.status == 429 || answer.status == 408)
        return unwell(answer.status, asked.issuer);
    Result<QJsonObject> object = strictObject(answer.body, Tr::tr("The identity provider's answer"));
    if (answer.status == 200)
        return object;
    const QString name = object ? object->value("error"_L1).toString() : QString();
    return refusal(answer.status, name.isEmpty() ? u"HTTP %1"_s.arg(answer.status) : name,
                   object ? object->value("error_description"_L1).toString() : QString(), asked);
}

/// A token travels in a header: visible ASCII only.
Result<QByteArray> tokenOf(const QJsonObject &object, QLatin1StringView name)
{
    const QJsonValue value = object.value(name);
    if (value.isUndefined() || value.isNull())
        return QByteArray();
    const QByteArray text = value.toString().toUtf8();
    for (const char c : text) {
        if (c <= 0x20 || c >= 0x7f)
            return badDocument(Tr::tr("The identity provider's %1 has characters no token has.").arg(name));
    }
    if (!value.isString() || text.isEmpty())
        return badDocument(Tr::tr("The identity provider's %1 is no text.").arg(name));
    return text;
}

Result<TokenSet> tokensOf(const QJsonObject &object, const QDateTime &now)
{
    TokenSet out;
    for (const auto &[name, place] : {std::pair("id_token"_L1, &TokenSet::idToken), std::pair("access_token"_L1, &TokenSet::accessToken),
                                      std::pair("refresh_token"_L1, &TokenSet::refreshToken)}) {
        const Result<QByteArray> token = tokenOf(object, name);
        if (!token)
            return token.error();
        out.*place = *token;
    }
    const QString type = object.value("token_type"_L1).toString();
    if (!out.accessToken.isEmpty() && type.compare("bearer"_L1, Qt::CaseInsensitive) != 0)
        return badDocument(Tr::tr("The identity provider gives tokens of type \"%1\"; only Bearer is known here.").arg(quoted(type)));
    const double seconds = object.value("expires_in"_L1).toDouble(-1);
    if (seconds > 0 && seconds < 1e9)
        out.accessExpiresAt = now.addSecs(qint64(seconds));
    return out;
}

Result<ProviderMetadata> discovered(const Result<ProviderAnswer> &answer, const QString &issuer, const QUrl &at)
{
    if (!answer)
        return answer.error();
    if (answer->status >= 500 || answer->status == 429)
        return unwell(answer->status, issuer);
    if (answer->status != 200)
        return badDocument(Tr::tr("There is no identity provider at %1: HTTP %2 for %3.").arg(issuer, QString::number(answer->status), at.path()));
    return parseDiscovery(answer->body, issuer);
}

}

ProviderClient::ProviderClient(const ports::SignInSettings &settings, const SessionParts &parts, QObject *parent)
    : QObject(parent), m_settings(settings), m_time(parts.clock), m_http(settings, parts)
{
}

bool ProviderClient::recent(const Moment &moment) const
{
    return m_time->monotonicMs() - moment.ms < kHoldMs && moment.wall.msecsTo(m_time->now()) < kHoldMs;   // one stands still in sleep
}

void ProviderClient::later(QObject *context, std::function<void()> call)
{
    const auto unlessGone = [self = QPointer(this), call = std::move(call)] {
        if (self)
            call();
    };
    QMetaObject::invokeMethod(context, unlessGone, Qt::QueuedConnection);
}

void ProviderClient::metadata(QObject *context, Handler<ProviderMetadata> handler)
{
    const Result<QUrl> url = discoveryUrl(m_settings.issuer);
    const bool known = m_metadata && recent(m_metadataAt);
    if (known || !url) {
        const Result<ProviderMetadata> result = known ? Result<ProviderMetadata>(*m_metadata) : Result<ProviderMetadata>(url.error());
        return later(context, [handler, result] { handler(result); });
    }
    m_http.get(*url, {}, context, [this, handler, at = *url](const Result<ProviderAnswer> &answer) {
        const Result<ProviderMetadata> found = discovered(answer, m_settings.issuer, at);
        if (found) {
            m_metadata = *found;
            m_metadataAt = moment();
        }
        handler(found || !m_metadata || !found.error().retryable() ? found : Result<ProviderMetadata>(*m_metadata));
    });
}

void ProviderClient::keys(QObject *context, Handler<JwkSet> handler)
{
    if (m_keys && recent(m_keysAt)) {
        return later(context, [handler, keys = *m_keys] { handler(keys); });
    }
    fetchKeys(context, [this, handler](const Result<JwkSet> &set) {
        handler(set || !m_keys || !set.error().retryable() ? set : Result<JwkSet>(*m_keys));
    });
}

void ProviderClient::fetchKeys(QObject *context, Handler<JwkSet> handler)
{
    metadata(context, [this, context, handler](const Result<ProviderMetadata> &provider) {
        if (!provider)
            return handler(provider.error());
        m_http.get(provider->jwks, {}, context, [this, handler](const Result<ProviderAnswer> &answer) {
            if (!answer)
                return handler(answer.error());
            if (answer->status != 200)
                return handler(unwell(answer->status, m_settings.issuer));
            const Result<JwkSet> set = parseJwks(answer->body);
            if (set) {
                m_keys = *set;
                m_keySet = answer->body;
                m_keysAt = moment();
            }
            handler(set);
        });
    });
}

void ProviderClient::ask(const QUrl &endpoint, const Fields &fields, QObject *context, Handler<QJsonObject> handler)
{
    Fields all = fields;
    all.emplaceBack("client_id", m_settings.clientId.toUtf8());
    m_http.post(endpoint, formBody(all), context, [this, handler](const Result<ProviderAnswer> &answer) {
        handler(answer ? oauthAnswer(*answer, m_settings) : Result<QJsonObject>(answer.error()));
    });
}

void ProviderClient::grant(const Fields &fields, QObject *context, Handler<TokenSet> handler)
{
    metadata(context, [this, fields, context, handler](const Result<ProviderMetadata> &provider) {
        if (!provider)
            return handler(provider.error());
        ask(provider->token, fields, context, [this, handler](const Result<QJsonObject> &object) {
            handler(object ? tokensOf(*object, m_time->now()) : Result<TokenSet>(object.error()));
        });
    });
}

void ProviderClient::verifySignature(const QByteArray &token, QObject *context, std::function<void(Result<QJsonObject>, QString)> handler)
{
    const Result<Jws> jws = parseJws(token);
    if (!jws) {
        return later(context, [handler, error = jws.error()] { handler(error, {}); });
    }
    const bool fresh = !m_keys || !recent(m_keysAt);
    keys(context, [this, fresh, context, handler, jws = *jws](const Result<JwkSet> &set) {
        if (!set)
            return handler(set.error(), {});
        const Result<QJsonObject> claims = verifyJws(jws, *set, m_metadata->algorithms);
        const qint64 now = m_time->monotonicMs();
        const bool unknown = !claims && claims.error().detail == QLatin1String(kUnknownKey);
        if (!unknown || fresh || (m_refetched && now - *m_refetched < 60'000))
            return handler(claims, jws.algorithm);
        m_refetched = now;
        fetchKeys(context, [this, handler, jws](const Result<JwkSet> &again) {
            handler(again ? verifyJws(jws, *again, m_metadata->algorithms) : Result<QJsonObject>(again.error()), jws.algorithm);
        });
    });
}

Result<IdClaims> ProviderClient::judge(const QJsonObject &claims, const TokenSet &tokens, const QString &algorithm,
                                       const std::optional<QByteArray> &nonce, Age age) const
{
    const IdTokenRules rules{m_settings.issuer, m_settings.clientId, m_settings.audiences, m_time->now(),
                             qBound(0, m_settings.skewSeconds, 300), nonce, tokens.accessToken, algorithm,
                             age == Age::MayHaveEnded};
    Result<IdClaims> judged = checkIdToken(claims, rules);
    const std::optional<ports::ClockOffset> offset = clock();
    if (judged || !aboutTime(judged.error()) || !offset || !offset->tooFar())
        return judged;
    const qint64 ahead = offset->aheadSeconds();
    return signInError(SignInFault::ClockOff,
                       ahead > 0 ? Tr::tr("This computer's clock is %n s ahead of the issuer's.", nullptr, int(ahead))
                                 : Tr::tr("This computer's clock is %n s behind the issuer's.", nullptr, int(-ahead)),
                       Tr::tr("Set the clock (timedatectl set-ntp true) and sign in again."), judged.error().message);
}

void ProviderClient::verify(const TokenSet &tokens, const std::optional<QByteArray> &nonce, Age age, QObject *context, Handler<IdClaims> handler)
{
    verifySignature(tokens.idToken, context, [this, tokens, nonce, age, handler](const Result<QJsonObject> &claims, const QString &algorithm) {
        handler(claims ? judge(*claims, tokens, algorithm, nonce, age) : Result<IdClaims>(claims.error()));
    });
}

bool ProviderClient::away(const Error &error) const
{
    const bool answered = error.httpStatus != 0 && error.httpStatus < 500 && error.httpStatus != 429;
    return ports::faultOf(error) == SignInFault::IssuerUnreachable && !answered && !m_http.untrusted();
}

Result<IdClaims> ProviderClient::verifyWith(const QByteArray &keySet, const QStringList &algorithms, const TokenSet &tokens) const
{
    const Result<Jws> jws = parseJws(tokens.idToken);
    if (!jws)
        return jws.error();
    const Result<JwkSet> keys = parseJwks(keySet);
    const Result<QJsonObject> claims = keys ? verifyJws(*jws, *keys, algorithms) : Result<QJsonObject>(keys.error());
    return claims ? judge(*claims, tokens, jws->algorithm, std::nullopt, Age::InTime) : Result<IdClaims>(claims.error());
}

void ProviderClient::accessClaims(const QByteArray &token, const QString &subject, QObject *context, Handler<QJsonObject> handler)
{
    verifySignature(token, context, [this, subject, handler](const Result<QJsonObject> &claims, const QString &) {
        if (!claims)
            return handler(claims);
        if (claims->value("iss"_L1).toString() != m_settings.issuer)
            return handler(badToken(Tr::tr("The access token is of another issuer.")));
        if (claims->value("sub"_L1).toString() != subject) {
            Error error = badToken(claims->contains("sub"_L1) ? Tr::tr("The access token is of another person than the ID token: its roles do not count.")
                                                              : Tr::tr("The access token does not say whose it is (sub): its roles do not count."));
            error.detail = QLatin1String(kOtherPerson);
            return handler(error);
        }
        handler(claims);
    });
}

void ProviderClient::userinfo(const QByteArray &accessToken, const QString &subject, QObject *context, Handler<QJsonObject> handler)
{
    if (!m_metadata || m_metadata->userinfo.isEmpty()) {
        const Error error = badDocument(Tr::tr("The identity provider %1 has no userinfo.").arg(m_settings.issuer));
        return later(context, [handler, error] { handler(error); });
    }
    m_http.get(m_metadata->userinfo, accessToken, context, [this, handler, subject](const Result<ProviderAnswer> &answer) {
        if (!answer)
            return handler(answer.error());
        const Result<QJsonObject> object = answer->status == 200 ? strictObject(answer->body, Tr::tr("userinfo")) : Result<QJsonObject>(unwell(answer->status, m_settings.issuer));
        if (object && object->value("sub"_L1).toString() != subject)
            return handler(badToken(Tr::tr("userinfo is of another person than the ID token.")));
        handler(object);
    });
}

void ProviderClient::revoke(const QByteArray &refreshToken, QObject *context, Handler<Done> handler)
{
    if (!m_metadata || m_metadata->revocation.isEmpty() || refreshToken.isEmpty()) {
        return later(context, [handler] { handler(Done{}); });
    }
    const QByteArray form = formBody({{"token", refreshToken}, {"token_type_hint", "refresh_token"}, {"client_id", m_settings.clientId.toUtf8()}});
    m_http.post(m_metadata->revocation, form, context, [this, handler](const Result<ProviderAnswer> &answer) {
        if (!answer)
            return handler(answer.error());
        handler(answer->status == 200 ? Result<Done>(Done{}) : Result<Done>(unwell(answer->status, m_settings.issuer)));
    });
}

}
