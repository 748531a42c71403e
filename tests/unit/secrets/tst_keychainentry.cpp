// SPDX-License-Identifier: GPL-3.0-or-later
// How a value is laid into entries of few bytes, and what is refused when it is read again.
#include "app/login/secrets/KeychainEntry.h"
#include "app/login/secrets/SecretErrors.h"
#include "app/login/secrets/SecretKey.h"

#include <QRandomGenerator>
#include <QTest>

using namespace qd;
using namespace qd::login;
using namespace Qt::StringLiterals;

class tst_keychainentry : public QObject
{
    Q_OBJECT

    static QByteArray bytes(qsizetype size, quint32 seed = 1)
    {
        QRandomGenerator random(seed);
        QByteArray out(size, Qt::Uninitialized);
        for (char &c : out)
            c = static_cast<char>(random.bounded(256));
        return out;
    }

private Q_SLOTS:
    void aValueComesBack_data()
    {
        QTest::addColumn<qsizetype>("size");
        QTest::addColumn<qsizetype>("limit");
        for (const qsizetype size : {0, 1, 1947, 1948, 1949, 2048, 3996, 3997, 5000, 100000}) {
            for (const qsizetype limit : {0, 2048})
                QTest::addRow("%lld bytes, limit %lld", static_cast<long long>(size), static_cast<long long>(limit)) << size << limit;
        }
    }
    void aValueComesBack()
    {
        QFETCH(const qsizetype, size);
        QFETCH(const qsizetype, limit);
        const QByteArray value = bytes(size);
        const auto layout = layOut(value, 'b', limit);
        QVERIFY(layout);
        QCOMPARE(layout->entry.others, static_cast<int>(layout->others.size()));
        if (limit == 0)
            QCOMPARE(layout->others.size(), 0);
        else {
            QVERIFY(layout->entry.firstPart().size() <= limit);
            for (const QByteArray &part : layout->others)
                QVERIFY(part.size() <= limit && !part.isEmpty());
        }
        const auto entry = KeychainEntry::read(layout->entry.firstPart());
        QVERIFY(entry);
        QCOMPARE(entry->slot, 'b');
        const auto again = entry->value(layout->others);
        QVERIFY(again);
        QCOMPARE(*again, value);
    }

    void tooLargeIsAnErrorAndNoLoss()
    {
        QVERIFY(layOut(bytes(2048 * 63), 'a', 2048));
        const auto layout = layOut(bytes(2048 * 64), 'a', 2048);
        QVERIFY(!layout);
        QCOMPARE(layout.error().kind, ErrorKind::Invalid);
        QVERIFY(layout.error().message.contains(u"131072"));
    }

    void whatIsNoEntryIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray good = layOut("hello", 'a', 0)->entry.firstPart();
        QVERIFY(KeychainEntry::read(good));
        const QByteArray digest = good.mid(10, 64);
        QTest::addRow("empty") << QByteArray();
        QTest::addRow("no head") << QByteArray("hello");
        QTest::addRow("a token of somebody else") << QByteArray("eyJhbGciOiJSUzI1NiJ9.e30.c2ln\n");
        QTest::addRow("another version") << QByteArray(good).replace("qd1", "qd2");
        QTest::addRow("another slot") << QByteArray(good).replace("qd1 a", "qd1 c");
        QTest::addRow("slot of two") << QByteArray(good).replace("qd1 a", "qd1 ab");
        QTest::addRow("negative parts") << QByteArray("qd1 a -1 5 " + digest + "\nhello");
        QTest::addRow("too many parts") << QByteArray("qd1 a 64 5 " + digest + "\nhello");
        QTest::addRow("number with a sign") << QByteArray("qd1 a 0 +5 " + digest + "\nhello");
        QTest::addRow("leading zero") << QByteArray("qd1 a 0 05 " + digest + "\nhello");
        QTest::addRow("huge length") << QByteArray("qd1 a 1 99999999999999999999 " + digest + "\nhello");
        QTest::addRow("longer than it says") << QByteArray("qd1 a 0 4 " + digest + "\nhello");
        QTest::addRow("shorter than it says") << good.chopped(1);
        QTest::addRow("cut in the head") << good.left(40);
        QTest::addRow("short digest") << QByteArray("qd1 a 0 5 " + digest.chopped(1) + "\nhello");
        QTest::addRow("a word more") << QByteArray("qd1 a 0 5 " + digest + " x\nhello");
    }
    void whatIsNoEntryIsRefused()
    {
        QFETCH(const QByteArray, text);
        const auto entry = KeychainEntry::read(text);
        QVERIFY(!entry);
        QCOMPARE(entry.error().kind, ErrorKind::Invalid);
        QVERIFY(!entry.error().text().contains(u"hello") && !entry.error().detail.contains(u"hello"));
    }

    void partsOfTwoValuesAreRefused()
    {
        const auto one = layOut(bytes(5000, 1), 'a', 2048);
        const auto two = layOut(bytes(5000, 2), 'a', 2048);
        QList<QByteArray> mixed = one->others;
        mixed[1] = two->others.at(1);
        QCOMPARE(one->entry.value(mixed).error().kind, ErrorKind::Invalid);
        QCOMPARE(one->entry.value(two->others).error().kind, ErrorKind::Invalid);
        QCOMPARE(one->entry.value(one->others.mid(0, 1)).error().kind, ErrorKind::Invalid);
        QCOMPARE(one->entry.value({one->others.at(1), one->others.at(0)}).error().kind, ErrorKind::Invalid);
        QVERIFY(one->entry.value(one->others));
    }

    void keysOfPartsAreNoKeysOfSignIns()
    {
        QSet<QString> keys;
        for (const QString &key : {secretKey(u"https://a"_s, u"b"_s, u"c"_s), secretKey(u"https://a"_s, u"b"_s, u"c#a1"_s)}) {
            keys.insert(key);
            for (const char slot : {'a', 'b'}) {
                for (int i = 1; i < 12; ++i)
                    keys.insert(KeychainEntry::otherKey(key, slot, i));
            }
        }
        QCOMPARE(keys.size(), 2 * (1 + 2 * 11));
    }

    void oneEntryForEachIssuerClientAndSubject()
    {
        QSet<QString> keys;
        const QStringList words{u"a"_s, u"a|b"_s, u"b"_s, u"a%7Cb"_s, u""_s, u"|"_s, u"ü 日本"_s, u"https://sso.example.com/realms/x"_s, u"a#b"_s, u"A"_s};
        for (const QString &issuer : words) {
            for (const QString &client : words) {
                for (const QString &subject : words) {
                    const QString key = secretKey(issuer, client, subject);
                    QVERIFY2(!keys.contains(key), qPrintable(key));
                    keys.insert(key);
                    const SecretKeyParts parts = secretKeyParts(key);
                    QCOMPARE(parts.issuer, issuer);
                    QCOMPARE(parts.clientId, client);
                    QCOMPARE(parts.subject, subject);
                }
            }
        }
        QCOMPARE(secretKey(u"https://sso.example.com/realms/x"_s, u"quarterdeck"_s, u"olga@example.com"_s),
                 u"quarterdeck|https://sso.example.com/realms/x|quarterdeck|olga@example.com"_s);
        QVERIFY(secretKeyParts(u"else|a|b|c"_s).issuer.isEmpty());
        QVERIFY(secretKeyParts(u"quarterdeck|a|b"_s).issuer.isEmpty());
    }

    void everyErrorNamesTheSignInAndTheWayOut()
    {
        const QString key = secretKey(u"https://sso.example.com"_s, u"quarterdeck"_s, u"olga"_s);
        QSet<QString> messages;
        for (const char *reason : {ports::secret::kLocked, ports::secret::kNoKeyring, ports::secret::kNotResponding, ports::secret::kAbsent,
                                   ports::secret::kVanished, ports::secret::kRefused, ports::secret::kDamaged, ports::secret::kMissing}) {
            for (const SecretDeed deed : {SecretDeed::Read, SecretDeed::Write, SecretDeed::Remove}) {
                const Error error = secretError(reason, deed, key, u"words"_s);
                QVERIFY2(error.message.contains(u"https://sso.example.com"), reason);
                QVERIFY2(!error.remedy.isEmpty() && !error.message.contains(u'%'), reason);
                QCOMPARE(error.reason, QString::fromLatin1(reason));
                QCOMPARE(error.kind == ErrorKind::NotFound, reason == ports::secret::kMissing);
                messages.insert(error.message);
            }
        }
        QCOMPARE(messages.size(), 8 * 3);
        QCOMPARE(secretError(ports::SecretState::Locked, SecretDeed::Read, key).reason, QString::fromLatin1(ports::secret::kLocked));
    }
};

QTEST_GUILESS_MAIN(tst_keychainentry)
#include "tst_keychainentry.moc"
