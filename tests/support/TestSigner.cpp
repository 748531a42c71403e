// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/TestSigner.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QMessageAuthenticationCode>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace qd::support {

using namespace Qt::StringLiterals;

struct TestSigner::Private
{
    Kind kind;
    QString kid;
    EVP_PKEY *key = nullptr;
    [[nodiscard]] QByteArray number(const char *name, int size = 0) const
    {
        BIGNUM *value = nullptr;
        if (EVP_PKEY_get_bn_param(key, name, &value) != 1)
            qFatal("no %s", name);
        QByteArray out(size > 0 ? size : BN_num_bytes(value), '\0');
        BN_bn2binpad(value, reinterpret_cast<unsigned char *>(out.data()), int(out.size()));
        BN_free(value);
        return out;
    }
    [[nodiscard]] int field() const { return kind == Kind::P256 ? 32 : kind == Kind::P384 ? 48 : 66; }
    [[nodiscard]] QByteArray rawPair(const QByteArray &der) const
    {
        const auto *from = reinterpret_cast<const unsigned char *>(der.constData());
        ECDSA_SIG *pair = d2i_ECDSA_SIG(nullptr, &from, long(der.size()));
        QByteArray out(2 * field(), '\0');
        auto *to = reinterpret_cast<unsigned char *>(out.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), to, field());
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), to + field(), field());
        ECDSA_SIG_free(pair);
        return out;
    }
};

TestSigner::TestSigner(Kind kind, const QString &kid)
    : d(new Private{kind, kid})
{
    switch (kind) {
    case Kind::Rsa:
    case Kind::SmallRsa:
        d->key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t(kind == Kind::Rsa ? 2048 : 1024));
        break;
    case Kind::P256:
        d->key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
        break;
    case Kind::P384:
        d->key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384");
        break;
    case Kind::P521:
        d->key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-521");
        break;
    case Kind::Ed25519:
        d->key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
        break;
    }
    if (!d->key)
        qFatal("no key made");
}

TestSigner::~TestSigner()
{
    EVP_PKEY_free(d->key);
}

QJsonObject TestSigner::jwk() const
{
    const auto text = [](const QByteArray &bytes) { return QString::fromLatin1(base64Url(bytes)); };
    QJsonObject out{{u"kid"_s, d->kid}, {u"use"_s, u"sig"_s}};
    if (d->kind == Kind::Rsa || d->kind == Kind::SmallRsa) {
        out.insert(u"kty"_s, u"RSA"_s);
        out.insert(u"n"_s, text(d->number(OSSL_PKEY_PARAM_RSA_N)));
        out.insert(u"e"_s, text(d->number(OSSL_PKEY_PARAM_RSA_E)));
    } else if (d->kind == Kind::Ed25519) {
        QByteArray raw(32, '\0');
        size_t size = 32;
        EVP_PKEY_get_raw_public_key(d->key, reinterpret_cast<unsigned char *>(raw.data()), &size);
        out.insert(u"kty"_s, u"OKP"_s);
        out.insert(u"crv"_s, u"Ed25519"_s);
        out.insert(u"x"_s, text(raw));
    } else {
        out.insert(u"kty"_s, u"EC"_s);
        out.insert(u"crv"_s, d->kind == Kind::P256 ? u"P-256"_s : d->kind == Kind::P384 ? u"P-384"_s : u"P-521"_s);
        out.insert(u"x"_s, text(d->number(OSSL_PKEY_PARAM_EC_PUB_X, d->field())));
        out.insert(u"y"_s, text(d->number(OSSL_PKEY_PARAM_EC_PUB_Y, d->field())));
    }
    return out;
}

QByteArray TestSigner::jwks() const
{
    return QJsonDocument(QJsonObject{{u"keys"_s, QJsonArray{jwk()}}}).toJson(QJsonDocument::Compact);
}

QByteArray TestSigner::sign(const QString &algorithm, const QByteArray &text) const
{
    const EVP_MD *digest = d->kind == Kind::Ed25519 ? nullptr
        : algorithm.endsWith(u"256"_s)              ? EVP_sha256()
        : algorithm.endsWith(u"384"_s)              ? EVP_sha384()
                                                    : EVP_sha512();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options = nullptr;
    EVP_DigestSignInit(context, &options, digest, nullptr, d->key);
    if (algorithm.startsWith(u"PS"_s)) {
        EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
    }
    const auto *bytes = reinterpret_cast<const unsigned char *>(text.constData());
    size_t size = 0;
    EVP_DigestSign(context, nullptr, &size, bytes, size_t(text.size()));
    QByteArray out(qsizetype(size), '\0');
    EVP_DigestSign(context, reinterpret_cast<unsigned char *>(out.data()), &size, bytes, size_t(text.size()));
    out.resize(qsizetype(size));
    EVP_MD_CTX_free(context);
    const bool curve = d->kind == Kind::P256 || d->kind == Kind::P384 || d->kind == Kind::P521;
    return curve ? d->rawPair(out) : out;
}

QByteArray TestSigner::compact(const QString &algorithm, const QByteArray &header, const QByteArray &payload) const
{
    const QByteArray text = base64Url(header) + '.' + base64Url(payload);
    return text + '.' + base64Url(sign(algorithm, text));
}

QByteArray TestSigner::token(const QString &algorithm, const QJsonObject &claims, const QJsonObject &header) const
{
    QJsonObject head{{u"alg"_s, algorithm}, {u"kid"_s, d->kid}, {u"typ"_s, u"JWT"_s}};
    for (auto it = header.begin(); it != header.end(); ++it) {
        if (it.value().isNull())
            head.remove(it.key());
        else
            head.insert(it.key(), it.value());
    }
    return compact(algorithm, QJsonDocument(head).toJson(QJsonDocument::Compact),
        QJsonDocument(claims).toJson(QJsonDocument::Compact));
}

QByteArray TestSigner::publicPem() const
{
    BIO *bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, d->key);
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    QByteArray out(data, qsizetype(size));
    BIO_free(bio);
    return out;
}

QByteArray base64Url(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray hmacSha256(const QByteArray &key, const QByteArray &text)
{
    return QMessageAuthenticationCode::hash(text, key, QCryptographicHash::Sha256);
}

}
