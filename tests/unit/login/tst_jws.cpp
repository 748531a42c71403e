// SPDX-License-Identifier: GPL-3.0-or-later
// Signatures and the attacks on them.
#include "app/login/tokens/Base64Url.h"
#include "app/login/tokens/Jws.h"
#include "app/login/tokens/Signature.h"
#include "app/login/tokens/StrictJson.h"
#include "models/ports/SignInState.h"
#include "tests/support/TestSigner.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace qd;
using namespace qd::login;
using namespace Qt::StringLiterals;
using qd::support::base64Url;
using Kind = support::TestSigner::Kind;

class TestJws : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void base64UrlIsStrict_data();
    void base64UrlIsStrict();
    void everyAlgorithmVerifies_data();
    void everyAlgorithmVerifies();
    void noneIsRefused();
    void hmacWithTheRsaKeyIsRefused();
    void onlyWhatTheIssuerSignsWith();
    void keyOfAnotherKindIsNotTried();
    void signatureOfWrongLengthIsRefused();
    void signatureInDerIsRefused();
    void smallRsaKeyIsRefused();
    void exponentOfOneIsRefused();
    void pointOffTheCurveIsRefused();
    void keysFromTheHeaderAreNotUsed();
    void criticalExtensionIsRefused();
    void partsAreThree_data();
    void partsAreThree();
    void membersStandOnce_data();
    void membersStandOnce();
    void unknownKidIsSaid();
    void withoutKidOneKeyMustFit();
    void encryptionKeysArePassedOver();
    void brokenKeySets_data();
    void brokenKeySets();
    void nothingOfATokenIsInAnError();

private:
    static Result<QJsonObject> verified(const QByteArray &token, const QByteArray &jwks, const QStringList &algorithms = acceptedAlgorithms())
    {
        const Result<Jws> jws = parseJws(token);
        if (!jws)
            return jws.error();
        const Result<JwkSet> keys = parseJwks(jwks);
        return keys ? verifyJws(*jws, *keys, algorithms) : Result<QJsonObject>(keys.error());
    }
    static QByteArray keySet(const QJsonArray &keys)
    {
        return QJsonDocument(QJsonObject{{u"keys"_s, keys}}).toJson(QJsonDocument::Compact);
    }
    const support::TestSigner m_rsa{Kind::Rsa, u"rsa"_s};
    const support::TestSigner m_p256{Kind::P256, u"p256"_s};
    const support::TestSigner m_p384{Kind::P384, u"p384"_s};
    const support::TestSigner m_p521{Kind::P521, u"p521"_s};
    const support::TestSigner m_ed{Kind::Ed25519, u"ed"_s};
    const QJsonObject m_claims{{u"sub"_s, u"vera"_s}, {u"secretish"_s, u"s3cr3t-value"_s}};
};

void TestJws::base64UrlIsStrict_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("fine");
    QTest::newRow("plain") << QByteArray("QUJD") << true;
    QTest::newRow("two left") << QByteArray("QUI") << true;
    QTest::newRow("empty") << QByteArray("") << true;
    QTest::newRow("padding") << QByteArray("QUI=") << false;
    QTest::newRow("plus") << QByteArray("QU+D") << false;
    QTest::newRow("slash") << QByteArray("QU/D") << false;
    QTest::newRow("space") << QByteArray("QU JD") << false;
    QTest::newRow("line feed") << QByteArray("QUJD\n") << false;
    QTest::newRow("one left") << QByteArray("QUJDQ") << false;
    QTest::newRow("bits left over") << QByteArray("QUJ") << false;
}

void TestJws::base64UrlIsStrict()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, fine);
    QCOMPARE(fromBase64Url(text).has_value(), fine);
    if (fine)
        QCOMPARE(toBase64Url(*fromBase64Url(text)), text);
}

void TestJws::everyAlgorithmVerifies_data()
{
    QTest::addColumn<int>("signer");
    for (const QString &algorithm : acceptedAlgorithms()) {
        const int signer = algorithm.contains(u'S') && (algorithm.startsWith(u'R') || algorithm.startsWith(u'P')) ? 0
            : algorithm == u"ES256"_s                                                                           ? 1
            : algorithm == u"ES384"_s                                                                           ? 2
            : algorithm == u"ES512"_s                                                                           ? 3
                                                                                                                : 4;
        QTest::newRow(qPrintable(algorithm)) << signer;
    }
}

void TestJws::everyAlgorithmVerifies()
{
    QFETCH(int, signer);
    const QString algorithm = QString::fromLatin1(QTest::currentDataTag());
    const support::TestSigner *all[] = {&m_rsa, &m_p256, &m_p384, &m_p521, &m_ed};
    const QByteArray token = all[signer]->token(algorithm, m_claims);
    const Result<QJsonObject> claims = verified(token, all[signer]->jwks());
    QVERIFY2(claims.ok(), claims ? "" : qPrintable(claims.error().text()));
    QCOMPARE(*claims, m_claims);
    // Every part matters.
    const QList<QByteArray> parts = token.split('.');
    QByteArray payload = *fromBase64Url(parts.at(1));
    payload.replace("vera", "olga");
    QVERIFY(!verified(parts.at(0) + '.' + toBase64Url(payload) + '.' + parts.at(2), all[signer]->jwks()).ok());
    QByteArray signature = *fromBase64Url(parts.at(2));
    signature[signature.size() / 2] = char(signature.at(signature.size() / 2) ^ 1);
    QVERIFY(!verified(parts.at(0) + '.' + parts.at(1) + '.' + toBase64Url(signature), all[signer]->jwks()).ok());
}

void TestJws::noneIsRefused()
{
    const QByteArray payload = QJsonDocument(m_claims).toJson(QJsonDocument::Compact);
    for (const QByteArray &name : {QByteArray("none"), QByteArray("None"), QByteArray("NONE"), QByteArray("")}) {
        const QByteArray head = base64Url("{\"alg\":\"" + name + "\"}") + '.' + base64Url(payload);
        QVERIFY(!parseJws(head + '.').ok());
        QVERIFY(!parseJws(head + ".AAAA").ok());
    }
}

void TestJws::hmacWithTheRsaKeyIsRefused()
{
    const QByteArray payload = QJsonDocument(m_claims).toJson(QJsonDocument::Compact);
    const QByteArray modulus = *fromBase64Url(m_rsa.jwk().value(u"n"_s).toString().toLatin1());
    for (const QByteArray &key : {m_rsa.publicPem(), modulus, m_rsa.jwks()}) {
        const QByteArray text = base64Url("{\"alg\":\"HS256\",\"kid\":\"rsa\"}") + '.' + base64Url(payload);
        const Result<QJsonObject> claims = verified(text + '.' + base64Url(support::hmacSha256(key, text)), m_rsa.jwks());
        QVERIFY(!claims.ok());
        QVERIFY2(claims.error().message.contains(u"HS256"_s), qPrintable(claims.error().message));
        QCOMPARE(ports::faultOf(claims.error()), ports::SignInFault::TokenInvalid);
    }
}

void TestJws::onlyWhatTheIssuerSignsWith()
{
    const QByteArray token = m_rsa.token(u"RS512"_s, m_claims);
    QVERIFY(verified(token, m_rsa.jwks(), {u"RS256"_s, u"RS512"_s}).ok());
    QVERIFY(!verified(token, m_rsa.jwks(), {u"RS256"_s}).ok());
    QVERIFY(!verified(token, m_rsa.jwks(), {}).ok());
}

void TestJws::keyOfAnotherKindIsNotTried()
{
    // The kid is of an RSA key, the algorithm of a curve.
    const QByteArray token = m_p256.token(u"ES256"_s, m_claims, {{u"kid"_s, u"rsa"_s}});
    const Result<QJsonObject> claims = verified(token, keySet({m_rsa.jwk(), m_p256.jwk()}));
    QVERIFY(!claims.ok());
    QCOMPARE(claims.error().detail, QString::fromLatin1(kUnknownKey));
    // A key that says its algorithm is used for no other.
    QJsonObject bound = m_rsa.jwk();
    bound.insert(u"alg"_s, u"RS256"_s);
    QVERIFY(verified(m_rsa.token(u"RS256"_s, m_claims), keySet({bound})).ok());
    QVERIFY(!verified(m_rsa.token(u"PS256"_s, m_claims), keySet({bound})).ok());
}

void TestJws::signatureOfWrongLengthIsRefused()
{
    const QList<QByteArray> parts = m_p256.token(u"ES256"_s, m_claims).split('.');
    const QByteArray signature = *fromBase64Url(parts.at(2));
    for (const QByteArray &wrong : QByteArrayList{signature.left(63), signature + '\0', '\0' + signature, signature.left(32), QByteArray(96, '\1')}) {
        const Result<QJsonObject> claims = verified(parts.at(0) + '.' + parts.at(1) + '.' + toBase64Url(wrong), m_p256.jwks());
        QVERIFY(!claims.ok());
    }
    QVERIFY(!verified(parts.at(0) + '.' + parts.at(1) + '.' + toBase64Url(QByteArray(64, '\0')), m_p256.jwks()).ok());
    const QList<QByteArray> rsa = m_rsa.token(u"RS256"_s, m_claims).split('.');
    QVERIFY(!verified(rsa.at(0) + '.' + rsa.at(1) + '.' + toBase64Url('\0' + *fromBase64Url(rsa.at(2))), m_rsa.jwks()).ok());
}

void TestJws::signatureInDerIsRefused()
{
    const QList<QByteArray> parts = m_p256.token(u"ES256"_s, m_claims).split('.');
    const QByteArray raw = *fromBase64Url(parts.at(2));
    const auto integer = [](QByteArray value) {
        while (value.size() > 1 && value.startsWith('\0'))
            value.remove(0, 1);
        if (value.at(0) & '\x80')
            value.prepend('\0');
        return QByteArray('\x02' + QByteArray(1, char(value.size())) + value);
    };
    const QByteArray body = integer(raw.left(32)) + integer(raw.mid(32));
    const QByteArray der = '\x30' + QByteArray(1, char(body.size())) + body;
    QVERIFY(!verified(parts.at(0) + '.' + parts.at(1) + '.' + toBase64Url(der), m_p256.jwks()).ok());
}

void TestJws::smallRsaKeyIsRefused()
{
    const support::TestSigner small(Kind::SmallRsa, u"small"_s);
    const Result<QJsonObject> claims = verified(small.token(u"RS256"_s, m_claims), small.jwks());
    QVERIFY(!claims.ok());
    QVERIFY2(claims.error().message.contains(u"2048"_s), qPrintable(claims.error().message));
}

void TestJws::exponentOfOneIsRefused()
{
    // With an exponent of one the padded hash is its own signature.
    QJsonObject key = m_rsa.jwk();
    key.insert(u"e"_s, u"AQ"_s);
    const QByteArray text = m_rsa.token(u"RS256"_s, m_claims).split('.').mid(0, 2).join('.');
    const QByteArray info = QByteArray::fromHex("3031300d060960864801650304020105000420") + hashFor(u"RS256"_s, text);
    const QByteArray padded = QByteArray("\0\1", 2) + QByteArray(256 - 3 - info.size(), '\xff') + QByteArray("\0", 1) + info;
    QVERIFY(!verified(text + '.' + toBase64Url(padded), keySet({key})).ok());
}

void TestJws::pointOffTheCurveIsRefused()
{
    QJsonObject key = m_p256.jwk();
    key.insert(u"y"_s, QString::fromLatin1(toBase64Url(QByteArray(32, '\7'))));
    const Result<QJsonObject> claims = verified(m_p256.token(u"ES256"_s, m_claims), keySet({key}));
    QVERIFY(!claims.ok());
}

void TestJws::keysFromTheHeaderAreNotUsed()
{
    const support::TestSigner attacker(Kind::P256, u"p256"_s);
    const QByteArray token = attacker.token(u"ES256"_s, m_claims,
        {{u"jwk"_s, attacker.jwk()}, {u"jku"_s, u"https://attacker.example/keys"_s}, {u"x5u"_s, u"https://attacker.example/c"_s},
            {u"x5c"_s, QJsonArray{u"AAAA"_s}}});
    QVERIFY(!verified(token, m_p256.jwks()).ok());
    QVERIFY(verified(m_p256.token(u"ES256"_s, m_claims, {{u"jku"_s, u"https://attacker.example/keys"_s}}), m_p256.jwks()).ok());
}

void TestJws::criticalExtensionIsRefused()
{
    QVERIFY(!verified(m_p256.token(u"ES256"_s, m_claims, {{u"crit"_s, QJsonArray{u"b64"_s}}, {u"b64"_s, false}}), m_p256.jwks()).ok());
    QVERIFY(!verified(m_p256.token(u"ES256"_s, m_claims, {{u"crit"_s, QJsonArray()}}), m_p256.jwks()).ok());
}

void TestJws::partsAreThree_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("one") << QByteArray("abcd");
    QTest::newRow("two") << QByteArray("e30.e30");
    QTest::newRow("four") << QByteArray("e30.e30.e30.e30");
    QTest::newRow("five, encrypted") << QByteArray("e30.e30.e30.e30.e30");
    QTest::newRow("dots") << QByteArray("..");
    QTest::newRow("header no object") << base64Url("[]") + ".e30.AAAA";
    QTest::newRow("header no json") << QByteArray("AAAA.e30.AAAA");
    QTest::newRow("no alg") << QByteArray("e30.e30.AAAA");
    QTest::newRow("alg a number") << base64Url("{\"alg\":256}") + ".e30.AAAA";
    QTest::newRow("space") << base64Url("{\"alg\":\"RS256\"}") + " .e30.AAAA";
    QTest::newRow("padding") << base64Url("{\"alg\":\"RS256\"}") + ".e30=.AAAA";
    QTest::newRow("long") << base64Url("{\"alg\":\"RS256\"}") + '.' + QByteArray(70000, 'A') + ".AAAA";
}

void TestJws::partsAreThree()
{
    QFETCH(QByteArray, token);
    const Result<Jws> jws = parseJws(token);
    QVERIFY(!jws.ok());
    QVERIFY(!jws.error().message.isEmpty());
}

void TestJws::membersStandOnce_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("twice") << QByteArray(R"({"sub":"vera","sub":"olga"})");
    QTest::newRow("by an escape") << QByteArray(R"({"sub":"vera","s\u0075b":"olga"})");
    QTest::newRow("deep") << QByteArray(R"({"a":[{"b":1,"c":{"d":1,"d":2}}]})");
    QTest::newRow("after an object") << QByteArray(R"({"a":{"x":1},"b":["a,\"a\":"],"a":2})");
}

void TestJws::membersStandOnce()
{
    QFETCH(QByteArray, payload);
    const QByteArray token = m_p256.compact(u"ES256"_s, R"({"alg":"ES256","kid":"p256"})", payload);
    const Result<QJsonObject> claims = verified(token, m_p256.jwks());
    QVERIFY(!claims.ok());
    QVERIFY2(claims.error().message.contains(u"twice"_s), qPrintable(claims.error().message));
    QVERIFY(!parseJws(m_p256.compact(u"ES256"_s, R"({"alg":"none","alg":"ES256","kid":"p256"})", "{}")).ok());
    QVERIFY(strictObject(R"({"a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":2}],"d":"x\"x"})", u"It"_s).ok());
}

void TestJws::unknownKidIsSaid()
{
    const Result<QJsonObject> claims = verified(m_p256.token(u"ES256"_s, m_claims, {{u"kid"_s, u"other"_s}}), m_p256.jwks());
    QVERIFY(!claims.ok());
    QCOMPARE(claims.error().detail, QString::fromLatin1(kUnknownKey));
    QVERIFY(claims.error().message.contains(u"other"_s));
}

void TestJws::withoutKidOneKeyMustFit()
{
    const support::TestSigner second(Kind::P256, u"second"_s);
    const QByteArray token = m_p256.token(u"ES256"_s, m_claims, {{u"kid"_s, QJsonValue::Null}});
    QVERIFY(verified(token, keySet({m_rsa.jwk(), m_p256.jwk(), m_ed.jwk()})).ok());
    QVERIFY(!verified(token, keySet({m_p256.jwk(), second.jwk()})).ok());
}

void TestJws::encryptionKeysArePassedOver()
{
    QJsonObject enc = m_rsa.jwk();
    enc.insert(u"use"_s, u"enc"_s);
    QJsonObject ops = m_rsa.jwk();
    ops.insert(u"key_ops"_s, QJsonArray{u"encrypt"_s});
    QJsonObject secret{{u"kty"_s, u"oct"_s}, {u"k"_s, u"AAAA"_s}, {u"kid"_s, u"rsa"_s}};
    QJsonObject exotic = m_p256.jwk();
    exotic.insert(u"crv"_s, u"secp256k1"_s);
    const Result<JwkSet> keys = parseJwks(keySet({enc, ops, secret, exotic, u"text"_s, m_ed.jwk()}));
    QVERIFY(keys.ok());
    QCOMPARE(keys->keys.size(), 1);
    QCOMPARE(keys->passedOver, 5);
    QVERIFY(!verified(m_rsa.token(u"RS256"_s, m_claims), keySet({enc})).ok());
}

void TestJws::brokenKeySets_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("html") << QByteArray("<html>");
    QTest::newRow("list") << QByteArray("[]");
    QTest::newRow("no keys") << QByteArray("{}");
    QTest::newRow("keys no list") << QByteArray(R"({"keys":{}})");
    QTest::newRow("twice") << QByteArray(R"({"keys":[],"keys":[]})");
    QJsonArray many;
    for (int i = 0; i < 101; ++i)
        many.append(QJsonObject());
    QTest::newRow("101") << keySet(many);
}

void TestJws::brokenKeySets()
{
    QFETCH(QByteArray, text);
    const Result<JwkSet> keys = parseJwks(text);
    QVERIFY(!keys.ok());
    QCOMPARE(ports::faultOf(keys.error()), ports::SignInFault::IssuerInvalid);
}

void TestJws::nothingOfATokenIsInAnError()
{
    const QByteArray token = m_rsa.token(u"RS256"_s, m_claims);
    const QList<Result<QJsonObject>> failures = {verified(token, m_p256.jwks()), verified(token + "A", m_rsa.jwks()),
        verified(token + ".x", m_rsa.jwks()), verified(token, m_rsa.jwks(), {u"ES256"_s}), verified(token, "{\"keys\":[]}")};
    for (const Result<QJsonObject> &failure : failures) {
        QVERIFY(!failure.ok());
        const QString text = QString(failure.error().text() + failure.error().detail);
        for (const QByteArray &part : token.split('.'))
            QVERIFY(!text.contains(QString::fromLatin1(part.left(12))));
        QVERIFY(!text.contains(u"s3cr3t"_s));
    }
}

QTEST_GUILESS_MAIN(TestJws)
#include "tst_jws.moc"
