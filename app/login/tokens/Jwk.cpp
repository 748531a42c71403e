// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/tokens/Jwk.h"

#include "app/login/tokens/Base64Url.h"
#include "app/login/tokens/StrictJson.h"
#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <utility>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Jwk)
};

struct Fit {
    QLatin1StringView algorithm;
    QLatin1StringView kty;
    QLatin1StringView crv;
};

constexpr Fit kFits[] = {
    {"RS256"_L1, "RSA"_L1, ""_L1},      {"RS384"_L1, "RSA"_L1, ""_L1},      {"RS512"_L1, "RSA"_L1, ""_L1},
    {"PS256"_L1, "RSA"_L1, ""_L1},      {"PS384"_L1, "RSA"_L1, ""_L1},      {"PS512"_L1, "RSA"_L1, ""_L1},
    {"ES256"_L1, "EC"_L1, "P-256"_L1},  {"ES384"_L1, "EC"_L1, "P-384"_L1},  {"ES512"_L1, "EC"_L1, "P-521"_L1},
    {"EdDSA"_L1, "OKP"_L1, "Ed25519"_L1}, {"Ed25519"_L1, "OKP"_L1, "Ed25519"_L1},
};

qsizetype fieldBytes(const QString &crv)
{
    return crv == "P-256"_L1 ? 32 : crv == "P-384"_L1 ? 48 : crv == "P-521"_L1 ? 66 : crv == "Ed25519"_L1 ? 32 : 0;
}

std::optional<QByteArray> bytesOf(const QJsonObject &object, QLatin1StringView name)
{
    const QJsonValue value = object.value(name);
    if (!value.isString() || value.toString().size() > 4096)
        return std::nullopt;
    const std::optional<QByteArray> bytes = fromBase64Url(value.toString().toLatin1());
    return bytes && !bytes->isEmpty() ? bytes : std::nullopt;
}

bool forSigning(const QJsonObject &object)
{
    const QJsonValue use = object.value("use"_L1);
    if (!use.isUndefined() && use.toString() != "sig"_L1)
        return false;
    const QJsonValue operations = object.value("key_ops"_L1);
    return operations.isUndefined() || operations.toArray().contains(u"verify"_s);
}

bool takeRsa(const QJsonObject &object, Jwk &key)
{
    const std::optional<QByteArray> n = bytesOf(object, "n"_L1);
    const std::optional<QByteArray> e = bytesOf(object, "e"_L1);
    if (!n || !e)
        return false;
    key.n = *n;
    key.e = *e;
    while (key.n.startsWith('\0'))
        key.n.remove(0, 1);
    while (key.e.startsWith('\0'))
        key.e.remove(0, 1);
    return true;
}

bool takeCurve(const QJsonObject &object, Jwk &key)
{
    key.crv = object.value("crv"_L1).toString();
    const qsizetype size = fieldBytes(key.crv);
    const std::optional<QByteArray> x = bytesOf(object, "x"_L1);
    if (size == 0 || !x || x->size() != size)
        return false;
    key.x = *x;
    if (key.kty == "OKP"_L1)
        return key.crv == "Ed25519"_L1;
    const std::optional<QByteArray> y = bytesOf(object, "y"_L1);
    if (key.crv == "Ed25519"_L1 || !y || y->size() != size)
        return false;
    key.y = *y;
    return true;
}

std::optional<Jwk> keyOf(const QJsonObject &object)
{
    Jwk key;
    key.kty = object.value("kty"_L1).toString();
    const QJsonValue kid = object.value("kid"_L1);
    if (kid.isString())
        key.kid = kid.toString();
    const QJsonValue algorithm = object.value("alg"_L1);
    if (!algorithm.isUndefined()) {
        key.alg = algorithm.toString();
        if (!acceptedAlgorithms().contains(key.alg))
            return std::nullopt;
    }
    if (!forSigning(object))
        return std::nullopt;
    const bool whole = key.kty == "RSA"_L1 ? takeRsa(object, key)
                     : key.kty == "EC"_L1 || key.kty == "OKP"_L1 ? takeCurve(object, key) : false;
    return whole ? std::optional(key) : std::nullopt;
}

bool sameAlgorithm(const QString &ofKey, const QString &wanted)
{
    const auto plain = [](const QString &name) { return name == "Ed25519"_L1 ? u"EdDSA"_s : name; };
    return ofKey.isEmpty() || plain(ofKey) == plain(wanted);
}

}

const QStringList &acceptedAlgorithms()
{
    static const QStringList all = [] {
        QStringList names;
        for (const Fit &fit : kFits)
            names.append(QString(fit.algorithm));
        return names;
    }();
    return all;
}

QList<Jwk> JwkSet::fitting(const QString &algorithm, const std::optional<QString> &kid) const
{
    QList<Jwk> out;
    for (const Fit &fit : kFits) {
        if (fit.algorithm != algorithm)
            continue;
        for (const Jwk &key : keys) {
            if (key.kty == fit.kty && key.crv == fit.crv && sameAlgorithm(key.alg, algorithm) && (!kid || key.kid == kid))
                out.append(key);
        }
    }
    if (!kid && out.size() > 1)
        return {};
    return out;
}

Result<JwkSet> parseJwks(const QByteArray &text)
{
    const Result<QJsonObject> object = strictObject(text, Tr::tr("The issuer's key set"));
    if (!object)
        return object.error();
    const QJsonValue keys = object->value("keys"_L1);
    if (!keys.isArray())
        return badDocument(Tr::tr("The issuer's key set has no list \"keys\"."));
    const QJsonArray list = keys.toArray();
    if (list.size() > 100)
        return badDocument(Tr::tr("The issuer's key set has %n keys; at most 100 are read.", nullptr, int(list.size())));
    JwkSet set;
    for (const QJsonValue &value : list) {
        if (std::optional<Jwk> key = keyOf(value.toObject()))
            set.keys.append(*std::move(key));
        else
            ++set.passedOver;
    }
    return set;
}

}
