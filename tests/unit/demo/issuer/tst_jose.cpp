// SPDX-License-Identifier: GPL-3.0-or-later
// Signatures of the demo's issuer: they fit their key and nothing else.
#include "app/demo/issuer/Jose.h"

#include "models/core/Json.h"

#include <QJsonDocument>
#include <QTest>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

using namespace qd;
using namespace qd::demo;
using namespace Qt::StringLiterals;

namespace {

const QJsonObject kClaims{{u"sub"_s, u"somebody"_s}, {u"exp"_s, 17}};

QByteArray part(const QJsonObject &object)
{
    return json::compact(object).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray bytes(const QJsonObject &jwk, const char *name)
{
    return QByteArray::fromBase64(jwk.value(QLatin1StringView(name)).toString().toLatin1(), QByteArray::Base64UrlEncoding);
}

/// A stranger's eyes on the JWK: the key made from n and e alone.
bool rsaVerifies(const QJsonObject &jwk, const QByteArray &text, const QByteArray &signature)
{
    const QByteArray n = bytes(jwk, "n"), e = bytes(jwk, "e");
    BIGNUM *modulus = BN_bin2bn(reinterpret_cast<const unsigned char *>(n.constData()), int(n.size()), nullptr);
    BIGNUM *exponent = BN_bin2bn(reinterpret_cast<const unsigned char *>(e.constData()), int(e.size()), nullptr);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus);
    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent);
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *make = EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr);
    EVP_PKEY *key = nullptr;
    bool good = EVP_PKEY_fromdata_init(make) == 1 && EVP_PKEY_fromdata(make, &key, EVP_PKEY_PUBLIC_KEY, parameters) == 1;
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    good = good && EVP_DigestVerifyInit(digest, nullptr, EVP_sha256(), nullptr, key) == 1
        && EVP_DigestVerify(digest, reinterpret_cast<const unsigned char *>(signature.constData()), size_t(signature.size()),
               reinterpret_cast<const unsigned char *>(text.constData()), size_t(text.size())) == 1;
    EVP_MD_CTX_free(digest);
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(make);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    BN_free(modulus);
    BN_free(exponent);
    return good;
}

}

class TestJose : public QObject {
    Q_OBJECT
    QList<SigningKey> m_keys;

private Q_SLOTS:
    void initTestCase()
    {
        for (const SigningAlgorithm algorithm : {SigningAlgorithm::RS256, SigningAlgorithm::ES256}) {
            const auto key = SigningKey::make(algorithm);
            QVERIFY(key);
            m_keys.append(*key);
        }
    }

    void whatIsSignedOpens_data()
    {
        QTest::addColumn<int>("key");
        QTest::newRow("RS256") << 0;
        QTest::newRow("ES256") << 1;
    }

    void whatIsSignedOpens()
    {
        QFETCH(int, key);
        for (int i = 0; i < 40; ++i) {   // r and s are short now and then
            const QByteArray token = m_keys.at(key).sign(kClaims, u"JWT"_s);
            const auto claims = openToken(token, u"JWT"_s, m_keys);
            QVERIFY(claims);
            QCOMPARE(*claims, kClaims);
        }
    }

    void aJwkIsPublicAndWhole()
    {
        const QJsonObject rsa = m_keys.at(0).jwk(), ec = m_keys.at(1).jwk();
        QCOMPARE(rsa.keys(), (QStringList{u"alg"_s, u"e"_s, u"kid"_s, u"kty"_s, u"n"_s, u"use"_s}));
        QCOMPARE(ec.keys(), (QStringList{u"alg"_s, u"crv"_s, u"kid"_s, u"kty"_s, u"use"_s, u"x"_s, u"y"_s}));
        QCOMPARE(bytes(rsa, "n").size(), 256);
        QCOMPARE(bytes(ec, "x").size(), 32);
        QCOMPARE(bytes(ec, "y").size(), 32);
        const QJsonObject members{{u"crv"_s, ec.value("crv"_L1)}, {u"kty"_s, u"EC"_s}, {u"x"_s, ec.value("x"_L1)}, {u"y"_s, ec.value("y"_L1)}};
        QCOMPARE(m_keys.at(1).kid(), QString::fromLatin1(digestText(json::compact(members))));
        const QList<QByteArray> parts = m_keys.at(0).sign(kClaims, u"JWT"_s).split('.');
        const QByteArray signature = QByteArray::fromBase64(parts.at(2), QByteArray::Base64UrlEncoding);
        QVERIFY(rsaVerifies(rsa, QByteArray(parts.at(0) + '.' + parts.at(1)), signature));
        QVERIFY(!rsaVerifies(rsa, QByteArray(parts.at(0) + ".e30"), signature));
    }

    void whatWasChangedDoesNot_data()
    {
        QTest::addColumn<QByteArray>("token");
        const QList<QByteArray> rsa = m_keys.at(0).sign(kClaims, u"JWT"_s).split('.'), ec = m_keys.at(1).sign(kClaims, u"JWT"_s).split('.');
        const auto made = [](const QByteArray &head, const QByteArray &body, const QByteArray &signature) { return QByteArray(head + '.' + body + '.' + signature); };
        const auto head = [](const QString &algorithm, const QString &kid) {
            return part({{u"alg"_s, algorithm}, {u"kid"_s, kid}, {u"typ"_s, u"JWT"_s}});
        };
        const QString kid = m_keys.at(0).kid();
        QByteArray flipped = rsa.at(2);
        flipped[5] = flipped.at(5) == 'A' ? 'B' : 'A';
        QTest::newRow("another body") << made(rsa.at(0), part({{u"sub"_s, u"admin"_s}}), rsa.at(2));
        QTest::newRow("another signature") << made(rsa.at(0), rsa.at(1), flipped);
        QTest::newRow("no signature") << made(rsa.at(0), rsa.at(1), {});
        QTest::newRow("alg none") << made(head(u"none"_s, kid), rsa.at(1), {});
        QTest::newRow("alg HS256 with the RSA key's id") << made(head(u"HS256"_s, kid), rsa.at(1), rsa.at(2));
        QTest::newRow("alg of another key") << made(head(u"ES256"_s, kid), rsa.at(1), rsa.at(2));
        QTest::newRow("unknown kid") << made(head(u"RS256"_s, u"x"_s), rsa.at(1), rsa.at(2));
        QTest::newRow("a critical header") << made(part({{u"alg"_s, u"RS256"_s}, {u"kid"_s, kid}, {u"typ"_s, u"JWT"_s}, {u"crit"_s, u"b64"_s}}), rsa.at(1), rsa.at(2));
        QTest::newRow("two parts") << QByteArray(rsa.at(0) + '.' + rsa.at(1));
        QTest::newRow("four parts") << QByteArray(rsa.join('.') + '.');
        QTest::newRow("padded") << QByteArray(rsa.join('.') + '=');
        QTest::newRow("a space") << QByteArray(rsa.join('.') + ' ');
        QTest::newRow("half an ES256 signature") << made(ec.at(0), ec.at(1), ec.at(2).left(43));
        QTest::newRow("an ES256 signature of zeros") << made(ec.at(0), ec.at(1), QByteArray(86, 'A'));
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("long") << QByteArray(100000, 'a');
    }

    void whatWasChangedDoesNot()
    {
        QFETCH(QByteArray, token);
        QVERIFY(!openToken(token, u"JWT"_s, m_keys));
    }

    void anotherTypeDoesNot()
    {
        const QByteArray token = m_keys.at(1).sign(kClaims, u"at+jwt"_s);
        QVERIFY(openToken(token, u"at+jwt"_s, m_keys));
        QVERIFY(!openToken(token, u"JWT"_s, m_keys));
    }

    void secrets()
    {
        QCOMPARE(randomText().size(), 43);
        QVERIFY(randomText() != randomText());
        QVERIFY(sameSecret("abc", "abc"));
        QVERIFY(!sameSecret("abc", "abd"));
        QVERIFY(!sameSecret("abc", "ab"));
        QCOMPARE(digestText("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), QByteArray("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        QCOMPARE(halfHash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), u"77QmUPtjPfzWtF2AnpK9RQ"_s);   // OpenID Connect Core, A.3
    }
};

QTEST_GUILESS_MAIN(TestJose)
#include "tst_jose.moc"
