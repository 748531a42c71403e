// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/tokens/Signature.h"

#include "app/login/tokens/Base64Url.h"

#include <QCryptographicHash>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include <memory>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

template <auto Free>
struct Freeing {
    template <typename T>
    void operator()(T *p) const
    {
        Free(p);
    }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freeing<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freeing<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Freeing<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freeing<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freeing<OSSL_PARAM_free>>;

const unsigned char *raw(const QByteArray &bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.constData());
}

Number numberOf(const QByteArray &bytes)
{
    return Number(BN_bin2bn(raw(bytes), int(bytes.size()), nullptr));
}

KeyPtr keyFrom(const char *type, OSSL_PARAM_BLD *builder)
{
    const Params params(OSSL_PARAM_BLD_to_param(builder));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY *key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1
        || EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
        return {};
    return KeyPtr(key);
}

KeyPtr rsaKey(const Jwk &key)
{
    const Number n = numberOf(key.n);
    const Number e = numberOf(key.e);
    const int bits = n ? BN_num_bits(n.get()) : 0;
    if (!e || bits < 2048 || bits > 16384 || BN_is_odd(n.get()) == 0 || BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1
        || BN_num_bits(e.get()) > 64)
        return {};
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1
        || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
        return {};
    return keyFrom("RSA", builder.get());
}

KeyPtr curveKey(const Jwk &key)
{
    const char *group = key.crv == "P-256"_L1 ? "prime256v1" : key.crv == "P-384"_L1 ? "secp384r1" : "secp521r1";
    const QByteArray point = '\x04' + key.x + key.y;
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1
        || OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.constData(), size_t(point.size())) != 1)
        return {};
    KeyPtr made = keyFrom("EC", builder.get());
    if (!made)
        return {};
    const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, made.get(), nullptr));
    return check && EVP_PKEY_public_check(check.get()) == 1 ? std::move(made) : KeyPtr();
}

KeyPtr openKey(const Jwk &key)
{
    if (key.kty == "RSA"_L1)
        return rsaKey(key);
    if (key.kty == "EC"_L1)
        return curveKey(key);
    return KeyPtr(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key.x), size_t(key.x.size())));
}

const EVP_MD *digestOf(const QString &algorithm)
{
    if (algorithm.endsWith("256"_L1))
        return EVP_sha256();
    if (algorithm.endsWith("384"_L1))
        return EVP_sha384();
    return algorithm.endsWith("512"_L1) ? EVP_sha512() : nullptr;
}

/// JWS has r and s side by side, each as long as the curve's order; OpenSSL wants DER.
QByteArray derOf(const QByteArray &signature, qsizetype half)
{
    if (signature.size() != 2 * half)
        return {};
    const std::unique_ptr<ECDSA_SIG, Freeing<ECDSA_SIG_free>> pair(ECDSA_SIG_new());
    Number r = numberOf(signature.left(half));
    Number s = numberOf(signature.mid(half));
    if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1)
        return {};
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
    if (size <= 0)
        return {};
    QByteArray der(size, '\0');
    auto *to = reinterpret_cast<unsigned char *>(der.data());
    i2d_ECDSA_SIG(pair.get(), &to);
    return der;
}

bool verifies(const QString &algorithm, EVP_PKEY *key, const QByteArray &text, const QByteArray &signature)
{
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX *options = nullptr;
    if (!context || EVP_DigestVerifyInit(context.get(), &options, digestOf(algorithm), nullptr, key) != 1)
        return false;
    if (algorithm.startsWith("PS"_L1)
        && (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1
            || EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1))
        return false;
    return EVP_DigestVerify(context.get(), raw(signature), size_t(signature.size()), raw(text), size_t(text.size())) == 1;
}

}

SignatureVerdict verifySignature(const QString &algorithm, const Jwk &key, const QByteArray &text, const QByteArray &signature)
{
    const KeyPtr opened = openKey(key);
    if (!opened) {
        ERR_clear_error();
        return SignatureVerdict::WeakKey;
    }
    QByteArray bytes = signature;
    if (key.kty == "EC"_L1)
        bytes = derOf(signature, key.x.size());
    else if (key.kty == "RSA"_L1 && signature.size() != EVP_PKEY_get_size(opened.get()))
        bytes.clear();
    const bool valid = !bytes.isEmpty() && verifies(algorithm, opened.get(), text, bytes);
    ERR_clear_error();
    return valid ? SignatureVerdict::Valid : SignatureVerdict::Wrong;
}

QByteArray hashFor(const QString &algorithm, const QByteArray &text)
{
    const auto method = algorithm.endsWith("256"_L1) ? QCryptographicHash::Sha256
                      : algorithm.endsWith("384"_L1) ? QCryptographicHash::Sha384 : QCryptographicHash::Sha512;
    return QCryptographicHash::hash(text, method);
}

QByteArray randomText(int count)
{
    QByteArray bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char *>(bytes.data()), count) != 1)
        qFatal("no random numbers from the system");
    return toBase64Url(bytes);
}

bool sameSecret(const QByteArray &a, const QByteArray &b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.constData(), b.constData(), size_t(a.size())) == 0;
}

}
