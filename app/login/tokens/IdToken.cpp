// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/tokens/IdToken.h"

#include "app/login/tokens/Base64Url.h"
#include "app/login/tokens/Signature.h"
#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <cmath>

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SignInFault;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(IdToken)
};

QString shown(const QDateTime &time)
{
    return time.toUTC().toString(u"yyyy-MM-dd HH:mm:ss 'UTC'"_s);
}

Error wrongAudience(const QString &message, const QString &remedy)
{
    return signInError(SignInFault::WrongAudience, message, remedy);
}

Result<Done> checkIssuer(const QJsonObject &claims, const IdTokenRules &rules)
{
    const QJsonValue issuer = claims.value("iss"_L1);
    if (!issuer.isString() || issuer.toString() != rules.issuer) {
        return badToken(Tr::tr("The ID token is of issuer \"%1\", expected is \"%2\".")
                            .arg(quoted(issuer.toString()), rules.issuer));
    }
    return Done{};
}

Result<Done> checkAudience(const QJsonObject &claims, const IdTokenRules &rules)
{
    const QStringList audiences = audiencesOf(claims);
    if (!audiences.contains(rules.clientId)) {
        return wrongAudience(Tr::tr("The ID token is for %1, expected is \"%2\".")
                                 .arg(audiences.isEmpty() ? Tr::tr("nobody") : quoted(audiences.join(u", "_s)), rules.clientId),
                             Tr::tr("Check signIn.clientId of the profile."));
    }
    for (const QString &audience : audiences) {
        if (audience != rules.clientId && !rules.audiences.contains(audience)) {
            return wrongAudience(Tr::tr("The ID token is also for \"%1\", which the profile does not name.").arg(quoted(audience)),
                                 Tr::tr("Nothing of this token is used. Let the identity provider issue it for \"%1\" only.")
                                     .arg(rules.clientId));
        }
    }
    const QJsonValue party = claims.value("azp"_L1);
    if (audiences.size() > 1 && party.isUndefined())
        return wrongAudience(Tr::tr("The ID token has several audiences and does not say who asked for it (azp)."), {});
    if (!party.isUndefined() && party.toString() != rules.clientId) {
        return wrongAudience(Tr::tr("The ID token was issued to \"%1\" (azp), expected is \"%2\".")
                                 .arg(quoted(party.toString()), rules.clientId), {});
    }
    return Done{};
}

Result<Done> checkTimes(const QJsonObject &claims, const IdTokenRules &rules, IdClaims &out)
{
    const std::optional<QDateTime> expires = timeOf(claims, u"exp"_s);
    const std::optional<QDateTime> issued = timeOf(claims, u"iat"_s);
    if (!expires)
        return badToken(Tr::tr("The ID token does not say until when it holds (exp)."));
    if (!issued)
        return badToken(Tr::tr("The ID token does not say when it was issued (iat)."));
    if (!rules.mayHaveEnded && rules.now >= expires->addSecs(rules.skewSeconds))
        return badTime(Tr::tr("The ID token held until %1; here it is %2.").arg(shown(*expires), shown(rules.now)));
    if (*issued > rules.now.addSecs(rules.skewSeconds))
        return badTime(Tr::tr("The ID token was issued at %1, which is in the future here: it is %2.").arg(shown(*issued), shown(rules.now)));
    if (claims.contains("nbf"_L1)) {
        const std::optional<QDateTime> begins = timeOf(claims, u"nbf"_s);
        if (!begins)
            return badToken(Tr::tr("The ID token's nbf is no time."));
        if (*begins > rules.now.addSecs(rules.skewSeconds))
            return badTime(Tr::tr("The ID token holds from %1; here it is %2.").arg(shown(*begins), shown(rules.now)));
    }
    out.expiresAt = *expires;
    out.issuedAt = *issued;
    return Done{};
}

Result<Done> checkNonce(const QJsonObject &claims, const IdTokenRules &rules)
{
    if (!rules.nonce)
        return Done{};
    const QJsonValue nonce = claims.value("nonce"_L1);
    if (!nonce.isString() || !sameSecret(nonce.toString().toUtf8(), *rules.nonce))
        return badToken(Tr::tr("The ID token is not the answer to this sign-in (nonce)."),
                        Tr::tr("Nothing of it is used. Start the sign-in again."));
    return Done{};
}

Result<Done> checkAccessHash(const QJsonObject &claims, const IdTokenRules &rules)
{
    const QJsonValue hash = claims.value("at_hash"_L1);
    if (hash.isUndefined() || rules.accessToken.isEmpty())
        return Done{};
    const QByteArray whole = hashFor(rules.algorithm, rules.accessToken);
    const QByteArray expected = toBase64Url(whole.left(whole.size() / 2));
    if (!hash.isString() || hash.toString().toLatin1() != expected)
        return badToken(Tr::tr("The access token is not the one the ID token was issued with (at_hash)."));
    return Done{};
}

}

QStringList audiencesOf(const QJsonObject &claims)
{
    const QJsonValue value = claims.value("aud"_L1);
    if (value.isString())
        return {value.toString()};
    QStringList out;
    const QJsonArray list = value.toArray();
    for (const QJsonValue &one : list) {
        if (!one.isString())
            return {};
        out.append(one.toString());
    }
    return out;
}

std::optional<QDateTime> timeOf(const QJsonObject &claims, const QString &name)
{
    const QJsonValue value = claims.value(name);
    if (!value.isDouble())
        return std::nullopt;
    const double seconds = value.toDouble();
    if (!std::isfinite(seconds) || seconds < 0 || seconds > 253402300799.0)
        return std::nullopt;
    return QDateTime::fromSecsSinceEpoch(qint64(seconds), Qt::UTC);
}

Result<IdClaims> checkIdToken(const QJsonObject &claims, const IdTokenRules &rules)
{
    IdClaims out;
    const QJsonValue subject = claims.value("sub"_L1);
    if (!subject.isString() || subject.toString().isEmpty() || subject.toString().size() > 255)
        return badToken(Tr::tr("The ID token does not say who it is about (sub)."));
    out.subject = subject.toString();
    for (const Result<Done> &step : {checkIssuer(claims, rules), checkAudience(claims, rules), checkNonce(claims, rules),
                                     checkAccessHash(claims, rules), checkTimes(claims, rules, out)}) {
        if (!step)
            return step.error();
    }
    if (const std::optional<QDateTime> at = timeOf(claims, u"auth_time"_s))
        out.authTime = at->toSecsSinceEpoch();
    out.nonce = claims.value("nonce"_L1).toString();
    out.all = claims;
    return out;
}

Result<Done> checkRefreshed(const IdClaims &fresh, const IdClaims &first)
{
    if (fresh.all.value("iss"_L1) != first.all.value("iss"_L1) || fresh.subject != first.subject)
        return badToken(Tr::tr("The renewed ID token is of another person than the session."),
                        Tr::tr("Nothing of it is used. Sign in again."));
    if (fresh.authTime && first.authTime && fresh.authTime != first.authTime)
        return badToken(Tr::tr("The renewed ID token is of another sign-in (auth_time)."), Tr::tr("Sign in again."));
    if (!fresh.nonce.isEmpty() && !first.nonce.isEmpty() && fresh.nonce != first.nonce)
        return badToken(Tr::tr("The renewed ID token is of another sign-in (nonce)."), Tr::tr("Sign in again."));
    return Done{};
}

}
