// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/issuer/Jose.h"

#include "models/core/Json.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QJsonDocument>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr int kCoordinate = 32;   // octets of r, s, x and y on P-256
constexpr qsizetype kTokenMax = 16 * 1024;

template <auto Free> struct Freed {
    template <typename T> void operator()(T *pointer) const { Free(pointer); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

QByteArray encoded(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

/// Strict: what would be written otherwise is refused.
std::optional<QByteArray> decoded(const QByteArray &text)
{
    const auto bytes = QByteArray::fromBase64Encoding(text, QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
    if (!bytes || encoded(*bytes) != text)
        return std::nullopt;
    return *bytes;
}

const unsigned char *octets(const QByteArray &bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.constData());
}

/// A number of the key, of at least `length` octets.
QByteArray number(EVP_PKEY *key, const char *name, int length = 0)
{
    BIGNUM *raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &raw) != 1)
        return {};
    const NumberPtr value(raw);
    QByteArray bytes(std::max(length, BN_num_bytes(value.get())), '\0');
    if (BN_bn2binpad(value.get(), reinterpret_cast<unsigned char *>(bytes.data()), int(bytes.size())) < 0)
        return {};
    return bytes;
}

/// From DER to r and s one after the other, as JWS has them.
QByteArray plainSignature(const QByteArray &der)
{
    const unsigned char *at = octets(der);
    const SignaturePtr signature(d2i_ECDSA_SIG(nullptr, &at, long(der.size())));
    if (!signature)
        return {};
    QByteArray plain(2 * kCoordinate, '\0');
    auto *out = reinterpret_cast<unsigned char *>(plain.data());
    if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, kCoordinate) < 0
        || BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + kCoordinate, kCoordinate) < 0)
        return {};
    return plain;
}

QByteArray derSignature(const QByteArray &plain)
{
    if (plain.size() != 2 * kCoordinate)
        return {};
    const SignaturePtr signature(ECDSA_SIG_new());
    NumberPtr r(BN_bin2bn(octets(plain), kCoordinate, nullptr)), s(BN_bin2bn(octets(plain) + kCoordinate, kCoordinate, nullptr));
    if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1)
        return {};
    (void)r.release();
    (void)s.release();
    unsigned char *raw = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &raw);
    if (size <= 0)
        return {};
    const QByteArray der(reinterpret_cast<const char *>(raw), size);
    OPENSSL_free(raw);
    return der;
}

QString algorithmName(SigningAlgorithm algorithm)
{
    return algorithm == SigningAlgorithm::RS256 ? u"RS256"_s : u"ES256"_s;
}

}

class SigningKey::Impl {
public:
    SigningAlgorithm algorithm = SigningAlgorithm::RS256;
    KeyPtr key;
    QJsonObject jwk;
};

Result<SigningKey> SigningKey::make(SigningAlgorithm algorithm)
{
    auto impl = std::make_shared<Impl>();
    impl->algorithm = algorithm;
    const auto text = [&impl](const char *name, int length) {
        return QString::fromLatin1(encoded(number(impl->key.get(), name, length)));
    };
    // The members of the thumbprint, in its order: QJsonObject sorts by name, as RFC 7638 wants.
    QJsonObject &jwk = impl->jwk;
    if (algorithm == SigningAlgorithm::RS256) {
        impl->key.reset(EVP_RSA_gen(2048U));
        if (impl->key)
            jwk = {{u"e"_s, text(OSSL_PKEY_PARAM_RSA_E, 0)}, {u"kty"_s, u"RSA"_s}, {u"n"_s, text(OSSL_PKEY_PARAM_RSA_N, 0)}};
    } else {
        impl->key.reset(EVP_EC_gen("P-256"));
        if (impl->key) {
            jwk = {{u"crv"_s, u"P-256"_s}, {u"kty"_s, u"EC"_s}, {u"x"_s, text(OSSL_PKEY_PARAM_EC_PUB_X, kCoordinate)},
                {u"y"_s, text(OSSL_PKEY_PARAM_EC_PUB_Y, kCoordinate)}};
        }
    }
    if (!impl->key)
        return Error{ErrorKind::Internal, QCoreApplication::translate("qd::demo::Issuer", "A signing key could not be made.")};
    const QString kid = QString::fromLatin1(digestText(json::compact(jwk)));
    jwk.insert("kid"_L1, kid);
    jwk.insert("alg"_L1, algorithmName(algorithm));
    jwk.insert("use"_L1, u"sig"_s);
    SigningKey made;
    made.m_impl = std::move(impl);
    return made;
}

SigningAlgorithm SigningKey::algorithm() const
{
    return m_impl->algorithm;
}

QString SigningKey::kid() const
{
    return m_impl->jwk.value("kid"_L1).toString();
}

QJsonObject SigningKey::jwk() const
{
    return m_impl->jwk;
}

QByteArray SigningKey::sign(const QJsonObject &claims, const QString &type) const
{
    const QJsonObject head{{u"alg"_s, algorithmName(m_impl->algorithm)}, {u"kid"_s, kid()}, {u"typ"_s, type}};
    const QByteArray text = encoded(json::compact(head)) + '.' + encoded(json::compact(claims));
    const ContextPtr context(EVP_MD_CTX_new());
    size_t size = 0;
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, m_impl->key.get()) != 1
        || EVP_DigestSign(context.get(), nullptr, &size, octets(text), size_t(text.size())) != 1)
        return {};
    QByteArray signature(qsizetype(size), '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &size, octets(text), size_t(text.size())) != 1)
        return {};
    signature.truncate(qsizetype(size));
    if (m_impl->algorithm == SigningAlgorithm::ES256)
        signature = plainSignature(signature);
    return signature.isEmpty() ? QByteArray() : QByteArray(text + '.' + encoded(signature));
}

bool SigningKey::verifies(const QByteArray &signedPart, const QByteArray &signature) const
{
    const QByteArray raw = m_impl->algorithm == SigningAlgorithm::ES256 ? derSignature(signature) : signature;
    const ContextPtr context(EVP_MD_CTX_new());
    return !raw.isEmpty() && context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, m_impl->key.get()) == 1
        && EVP_DigestVerify(context.get(), octets(raw), size_t(raw.size()), octets(signedPart), size_t(signedPart.size())) == 1;
}

std::optional<QJsonObject> openToken(const QByteArray &token, const QString &type, const QList<SigningKey> &keys)
{
    const QList<QByteArray> parts = token.size() > kTokenMax ? QList<QByteArray>() : token.split('.');
    if (parts.size() != 3)
        return std::nullopt;
    const auto head = decoded(parts.at(0)), body = decoded(parts.at(1)), signature = decoded(parts.at(2));
    if (!head || !body || !signature)
        return std::nullopt;
    const QJsonObject said = QJsonDocument::fromJson(*head).object();
    if (said.contains("crit"_L1) || said.value("typ"_L1).toString() != type)
        return std::nullopt;
    for (const SigningKey &key : keys) {
        if (key.kid() != said.value("kid"_L1).toString() || algorithmName(key.algorithm()) != said.value("alg"_L1).toString())
            continue;
        const QJsonDocument claims = QJsonDocument::fromJson(*body);
        if (!claims.isObject() || !key.verifies(QByteArray(parts.at(0) + '.' + parts.at(1)), *signature))
            return std::nullopt;
        return claims.object();
    }
    return std::nullopt;
}

QString halfHash(const QByteArray &token)
{
    return QString::fromLatin1(encoded(QCryptographicHash::hash(token, QCryptographicHash::Sha256).left(16)));
}

QByteArray randomText(int octetCount)
{
    QByteArray bytes(octetCount, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char *>(bytes.data()), octetCount) != 1)
        qFatal("the library has no random numbers");
    return encoded(bytes);
}

QByteArray digestText(const QByteArray &secret)
{
    return encoded(QCryptographicHash::hash(secret, QCryptographicHash::Sha256));
}

bool sameSecret(const QByteArray &one, const QByteArray &other)
{
    return one.size() == other.size() && CRYPTO_memcmp(one.constData(), other.constData(), size_t(one.size())) == 0;
}

}
