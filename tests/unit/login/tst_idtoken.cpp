// SPDX-License-Identifier: GPL-3.0-or-later
// The rules of OpenID Connect Core 3.1.3.7 and 12.2, and where roles come from.
#include "app/login/tokens/Base64Url.h"
#include "app/login/tokens/IdToken.h"
#include "app/login/tokens/Roles.h"
#include "app/login/tokens/Signature.h"
#include "app/login/tokens/TokenErrors.h"

#include <QJsonArray>
#include <QTest>

using namespace qd;
using namespace qd::login;
using namespace Qt::StringLiterals;
using ports::SignInFault;

class TestIdToken : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatHoldsIsTaken();
    void wrongClaims_data();
    void wrongClaims();
    void audiences_data();
    void audiences();
    void timesAtTheLimit_data();
    void timesAtTheLimit();
    void nonceOfTheFirstToken();
    void wrongAtHash();
    void missingAtHashIsFine();
    void renewedTokenOfAnotherPerson();
    void rolesByPointer();
    void firstSourceThatHasSomething();
    void tooManyGroupsAreSaid();

private:
    static constexpr qint64 kNow = 1767225600;
    [[nodiscard]] static QJsonObject claims()
    {
        return {{u"iss"_s, u"https://id.example"_s}, {u"sub"_s, u"248"_s}, {u"aud"_s, u"quarterdeck"_s}, {u"exp"_s, double(kNow + 300)},
            {u"iat"_s, double(kNow)}, {u"nonce"_s, u"n-1"_s}};
    }
    [[nodiscard]] static IdTokenRules rules()
    {
        return {u"https://id.example"_s, u"quarterdeck"_s, {}, QDateTime::fromSecsSinceEpoch(kNow, Qt::UTC), 60, QByteArray("n-1"), {}, u"RS256"_s};
    }
};

void TestIdToken::whatHoldsIsTaken()
{
    const Result<IdClaims> taken = checkIdToken(claims(), rules());
    QVERIFY2(taken.ok(), taken ? "" : qPrintable(taken.error().text()));
    QCOMPARE(taken->subject, u"248"_s);
    QCOMPARE(taken->expiresAt.toSecsSinceEpoch(), kNow + 300);
}

void TestIdToken::wrongClaims_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QJsonValue>("value");
    const QJsonValue gone = QJsonValue::Undefined;
    QTest::newRow("iss of another") << u"iss"_s << QJsonValue(u"https://id.example.attacker"_s);
    QTest::newRow("iss with a slash") << u"iss"_s << QJsonValue(u"https://id.example/"_s);
    QTest::newRow("iss missing") << u"iss"_s << gone;
    QTest::newRow("iss a list") << u"iss"_s << QJsonValue(QJsonArray{u"https://id.example"_s});
    QTest::newRow("sub missing") << u"sub"_s << gone;
    QTest::newRow("sub empty") << u"sub"_s << QJsonValue(u""_s);
    QTest::newRow("sub a number") << u"sub"_s << QJsonValue(248);
    QTest::newRow("exp missing") << u"exp"_s << gone;
    QTest::newRow("exp text") << u"exp"_s << QJsonValue(u"1767225900"_s);
    QTest::newRow("exp negative") << u"exp"_s << QJsonValue(-1);
    QTest::newRow("exp beyond any calendar") << u"exp"_s << QJsonValue(1e300);
    QTest::newRow("exp true") << u"exp"_s << QJsonValue(true);
    QTest::newRow("iat missing") << u"iat"_s << gone;
    QTest::newRow("iat text") << u"iat"_s << QJsonValue(u"now"_s);
    QTest::newRow("nbf text") << u"nbf"_s << QJsonValue(u"now"_s);
    QTest::newRow("nonce of another") << u"nonce"_s << QJsonValue(u"n-2"_s);
    QTest::newRow("nonce missing") << u"nonce"_s << gone;
    QTest::newRow("nonce a number") << u"nonce"_s << QJsonValue(1);
}

void TestIdToken::wrongClaims()
{
    QFETCH(QString, name);
    QFETCH(QJsonValue, value);
    QJsonObject wrong = claims();
    wrong.insert(name, value);
    if (value.isUndefined())
        wrong.remove(name);
    const Result<IdClaims> taken = checkIdToken(wrong, rules());
    QVERIFY(!taken.ok());
    QCOMPARE(ports::faultOf(taken.error()), SignInFault::TokenInvalid);
    QVERIFY(!taken.error().remedy.isEmpty());
}

void TestIdToken::audiences_data()
{
    QTest::addColumn<QJsonValue>("aud");
    QTest::addColumn<QJsonValue>("azp");
    QTest::addColumn<bool>("fine");
    const QJsonValue gone = QJsonValue::Undefined;
    QTest::newRow("text") << QJsonValue(u"quarterdeck"_s) << gone << true;
    QTest::newRow("list") << QJsonValue(QJsonArray{u"quarterdeck"_s}) << gone << true;
    QTest::newRow("another") << QJsonValue(u"other"_s) << gone << false;
    QTest::newRow("another, azp ours") << QJsonValue(u"other"_s) << QJsonValue(u"quarterdeck"_s) << false;
    QTest::newRow("missing") << gone << gone << false;
    QTest::newRow("empty list") << QJsonValue(QJsonArray()) << gone << false;
    QTest::newRow("number") << QJsonValue(1) << gone << false;
    QTest::newRow("list with a number") << QJsonValue(QJsonArray{u"quarterdeck"_s, 1}) << gone << false;
    QTest::newRow("trusted beside, no azp") << QJsonValue(QJsonArray{u"quarterdeck"_s, u"kube"_s}) << gone << false;
    QTest::newRow("trusted beside, azp") << QJsonValue(QJsonArray{u"quarterdeck"_s, u"kube"_s}) << QJsonValue(u"quarterdeck"_s) << true;
    QTest::newRow("untrusted beside") << QJsonValue(QJsonArray{u"quarterdeck"_s, u"evil"_s}) << QJsonValue(u"quarterdeck"_s) << false;
    QTest::newRow("azp of another") << QJsonValue(u"quarterdeck"_s) << QJsonValue(u"evil"_s) << false;
    QTest::newRow("substring") << QJsonValue(u"quarterdeck2"_s) << gone << false;
}

void TestIdToken::audiences()
{
    QFETCH(QJsonValue, aud);
    QFETCH(QJsonValue, azp);
    QFETCH(bool, fine);
    QJsonObject some = claims();
    some.remove(u"aud"_s);
    if (!aud.isUndefined())
        some.insert(u"aud"_s, aud);
    if (!azp.isUndefined())
        some.insert(u"azp"_s, azp);
    IdTokenRules wanted = rules();
    wanted.audiences = {u"kube"_s};
    const Result<IdClaims> taken = checkIdToken(some, wanted);
    QCOMPARE(taken.ok(), fine);
    if (!fine)
        QCOMPARE(ports::faultOf(taken.error()), SignInFault::WrongAudience);
}

void TestIdToken::timesAtTheLimit_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<double>("offset");
    QTest::addColumn<bool>("fine");
    QTest::newRow("exp now") << u"exp"_s << 0.0 << true;
    QTest::newRow("exp 59 s ago") << u"exp"_s << -59.0 << true;
    QTest::newRow("exp 60 s ago") << u"exp"_s << -60.0 << false;
    QTest::newRow("exp with a fraction") << u"exp"_s << 10.5 << true;
    QTest::newRow("iat 60 s ahead") << u"iat"_s << 60.0 << true;
    QTest::newRow("iat 61 s ahead") << u"iat"_s << 61.0 << false;
    QTest::newRow("nbf 60 s ahead") << u"nbf"_s << 60.0 << true;
    QTest::newRow("nbf 61 s ahead") << u"nbf"_s << 61.0 << false;
}

void TestIdToken::timesAtTheLimit()
{
    QFETCH(QString, name);
    QFETCH(double, offset);
    QFETCH(bool, fine);
    QJsonObject some = claims();
    some.insert(name, double(kNow) + offset);
    const Result<IdClaims> taken = checkIdToken(some, rules());
    QCOMPARE(taken.ok(), fine);
    QVERIFY(fine || aboutTime(taken.error()));
}

void TestIdToken::nonceOfTheFirstToken()
{
    QJsonObject some = claims();
    some.remove(u"nonce"_s);
    IdTokenRules later = rules();
    later.nonce.reset();
    QVERIFY(!checkIdToken(some, rules()).ok());
    QVERIFY(checkIdToken(some, later).ok());
}

void TestIdToken::wrongAtHash()
{
    IdTokenRules with = rules();
    with.accessToken = "access-token-1";
    QJsonObject some = claims();
    some.insert(u"at_hash"_s, QString::fromLatin1(toBase64Url(hashFor(u"RS256"_s, "access-token-1").left(16))));
    QVERIFY(checkIdToken(some, with).ok());
    with.accessToken = "access-token-2";
    const Result<IdClaims> substituted = checkIdToken(some, with);
    QVERIFY(!substituted.ok());
    QVERIFY(substituted.error().message.contains(u"at_hash"_s));
    // The hash is of the signature's size: SHA-512 for EdDSA.
    with.algorithm = u"EdDSA"_s;
    some.insert(u"at_hash"_s, QString::fromLatin1(toBase64Url(hashFor(u"EdDSA"_s, "access-token-2").left(32))));
    QVERIFY(checkIdToken(some, with).ok());
    some.insert(u"at_hash"_s, 5);
    QVERIFY(!checkIdToken(some, with).ok());
}

void TestIdToken::missingAtHashIsFine()
{
    IdTokenRules with = rules();
    with.accessToken = "access-token-1";
    QVERIFY(checkIdToken(claims(), with).ok());
}

void TestIdToken::renewedTokenOfAnotherPerson()
{
    const IdClaims first = *checkIdToken(claims(), rules());
    IdTokenRules later = rules();
    later.nonce.reset();
    QJsonObject fresh = claims();
    fresh.remove(u"nonce"_s);
    QVERIFY(checkRefreshed(*checkIdToken(fresh, later), first).ok());
    fresh.insert(u"sub"_s, u"249"_s);
    QVERIFY(!checkRefreshed(*checkIdToken(fresh, later), first).ok());
    fresh.insert(u"sub"_s, u"248"_s);
    fresh.insert(u"nonce"_s, u"other"_s);
    QVERIFY(!checkRefreshed(*checkIdToken(fresh, later), first).ok());
    QJsonObject timed = claims();
    timed.insert(u"auth_time"_s, double(kNow - 10));
    const IdClaims firstTimed = *checkIdToken(timed, later);
    timed.insert(u"auth_time"_s, double(kNow - 5));
    QVERIFY(!checkRefreshed(*checkIdToken(timed, later), firstTimed).ok());
}

void TestIdToken::rolesByPointer()
{
    const QJsonObject token{{u"realm_access"_s, QJsonObject{{u"roles"_s, QJsonArray{u"operator"_s, u"viewer"_s, u"operator"_s, 5}}}},
        {u"resource_access"_s, QJsonObject{{u"my-client"_s, QJsonObject{{u"roles"_s, u"admin"_s}}}}},
        {u"https://example.com/roles"_s, u"a b"_s}};
    const RolesRead read = readRoles({{u"ID token"_s, token}},
        {u"/realm_access/roles"_s, u"/resource_access/my-client/roles"_s, u"/https:~1~1example.com~1roles"_s, u"/missing"_s});
    const QList<ports::RoleGrant> expected = {{u"operator"_s, u"ID token /realm_access/roles"_s},
        {u"viewer"_s, u"ID token /realm_access/roles"_s}, {u"admin"_s, u"ID token /resource_access/my-client/roles"_s},
        {u"a"_s, u"ID token /https:~1~1example.com~1roles"_s}, {u"b"_s, u"ID token /https:~1~1example.com~1roles"_s}};
    QCOMPARE(read.roles, expected);
    QCOMPARE(read.notes.size(), 1);
    QVERIFY(read.notes.first().contains(u"/missing"_s));
}

void TestIdToken::firstSourceThatHasSomething()
{
    const ClaimSource id{u"ID token"_s, {{u"groups"_s, QJsonArray{u"a"_s}}}};
    const ClaimSource access{u"access token"_s, {{u"groups"_s, QJsonArray{u"b"_s}}, {u"roles"_s, QJsonArray{u"c"_s}}}};
    const RolesRead read = readRoles({id, access}, {u"/groups"_s, u"/roles"_s});
    const QList<ports::RoleGrant> expected = {{u"a"_s, u"ID token /groups"_s}, {u"c"_s, u"access token /roles"_s}};
    QCOMPARE(read.roles, expected);
}

void TestIdToken::tooManyGroupsAreSaid()
{
    const QJsonObject entra{{u"_claim_names"_s, QJsonObject{{u"groups"_s, u"src1"_s}}}};
    const RolesRead read = readRoles({{u"ID token"_s, entra}}, {u"/groups"_s});
    QVERIFY(read.roles.isEmpty());
    QVERIFY2(read.notes.first().contains(u"too many groups"_s), qPrintable(read.notes.join(u'|')));
    QVERIFY(readRoles({{u"ID token"_s, {{u"hasgroups"_s, true}}}}, {}).notes.size() == 1);
}

QTEST_GUILESS_MAIN(TestIdToken)
#include "tst_idtoken.moc"
