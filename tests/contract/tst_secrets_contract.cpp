// SPDX-License-Identifier: GPL-3.0-or-later
// What every SecretStore promises: in memory, on a keychain of small entries, on a real gnome-keyring through QtKeychain.
#include "app/login/secrets/KeychainSecrets.h"
#include "app/login/secrets/MemorySecrets.h"
#include "app/login/secrets/SecretKey.h"
#include "tests/support/FakeKeychain.h"

#include <QFutureWatcher>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

#include <thread>

using namespace qd;
using namespace qd::login;
using namespace Qt::StringLiterals;

namespace {

/// tests/live/keyringrig.py: a bus and a keyring of their own, for the whole program (libsecret keeps the first bus it sees).
class KeyringHost {
public:
    KeyringHost()
    {
        m_process.start(u"python3"_s, {QString(QStringLiteral(QD_SOURCE_DIR "/tests/live/keyringrig.py")), u"up"_s});
        QByteArray line;
        while (!line.endsWith('\n') && m_process.state() != QProcess::NotRunning && m_process.waitForReadyRead(60000))
            line += m_process.readLine();
        const QJsonObject environment = QJsonDocument::fromJson(line).object().value("environment"_L1).toObject();
        for (const auto &name : {u"DBUS_SESSION_BUS_ADDRESS"_s, u"XDG_RUNTIME_DIR"_s})
            qputenv(name.toLatin1().constData(), environment.value(name).toString().toUtf8());
        if (!environment.isEmpty())
            return;
        m_process.waitForFinished(60000);
        why = QString::fromUtf8(m_process.readAllStandardError()).trimmed();
        skipped = m_process.exitCode() == 77;
    }
    ~KeyringHost()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished(20000);
    }
    QString why;
    bool skipped = false;

private:
    QProcess m_process;
};

}

class tst_secrets_contract : public QObject
{
    Q_OBJECT
    std::unique_ptr<KeyringHost> m_keyring;
    test::FakeKeychainState m_chain;
    std::unique_ptr<ports::SecretStore> m_store;
    QString m_kind;

    template <typename T>
    static Result<T> wait(QFuture<Result<T>> future)
    {
        // By the signal: QTRY and qWaitFor look every 10 ms only, and there are thousands of these.
        QFutureWatcher<Result<T>> watcher;
        QSignalSpy finished(&watcher, &QFutureWatcherBase::finished);
        watcher.setFuture(future);
        if (!future.isFinished() && !finished.wait(60000))
            return {};
        return future.resultCount() > 0 ? future.result() : Result<T>();
    }
    Result<QByteArray> read(const QString &key) { return wait(m_store->read(key)); }
    Result<Done> write(const QString &key, const QByteArray &value) { return wait(m_store->write(key, value)); }
    Result<Done> remove(const QString &key) { return wait(m_store->remove(key)); }
    static QString key(const QString &subject) { return secretKey(u"https://sso.example.com/realms/canton"_s, u"quarterdeck"_s, subject); }

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::newRow("memory") << u"memory"_s;
        QTest::newRow("small entries") << u"small"_s;
        QTest::newRow("QtKeychain") << u"keychain"_s;
    }

    void init()
    {
        QFETCH_GLOBAL(QString, kind);
        m_kind = kind;
        if (kind == "memory"_L1) {
            m_store = std::make_unique<MemorySecrets>();
        } else if (kind == "small"_L1) {
            m_chain = {};
            m_chain.limit = 2048;
            m_store = std::make_unique<KeychainSecrets>(std::make_unique<test::FakeKeychain>(m_chain), nullptr, KeychainOptions{.service = u"test"_s});
        } else {
            if (!m_keyring)
                m_keyring = std::make_unique<KeyringHost>();
            if (m_keyring->skipped)
                QSKIP(qPrintable(m_keyring->why));
            QVERIFY2(m_keyring->why.isEmpty(), qPrintable(m_keyring->why));
            m_store = makeKeychainSecrets({.service = u"Quarterdeck contract"_s});
        }
    }

    void cleanup() { m_store.reset(); }
    void cleanupTestCase() { m_keyring.reset(); }

    void isReady()
    {
        const auto standing = wait(m_store->standing());
        QVERIFY(standing);
        const bool memory = m_kind == "memory"_L1;
        QCOMPARE(standing->state, memory ? ports::SecretState::MemoryOnly : ports::SecretState::Ready);
        QCOMPARE(m_store->place(), memory ? ports::SecretPlace::MemoryOnly : ports::SecretPlace::Keychain);
        QVERIFY(wait(m_store->unlock({})));   // nothing to do, and that is well
    }

    void givesBackWhatWasWritten_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("a letter") << QByteArray("x");
        QTest::newRow("zeros") << QByteArray(100, '\0');
        QByteArray all;
        for (int i = 0; i < 256; ++i)
            all.append(static_cast<char>(i));
        QTest::newRow("every byte") << all;
        QTest::newRow("a line end") << QByteArray("\n");
        QTest::newRow("a part") << QByteArray(2048, 'p');
        QTest::newRow("a long token") << QByteArray(20000, 't') + all;
    }
    void givesBackWhatWasWritten()
    {
        QFETCH(const QByteArray, value);
        const QString name = key(u"bytes"_s);
        QVERIFY(write(name, value));
        const auto back = read(name);
        QVERIFY2(back, qPrintable(back ? QString() : back.error().text()));
        QCOMPARE(*back, value);
        QVERIFY(remove(name));
    }

    void missingIsNotFoundAndNamesIt()
    {
        const auto none = read(key(u"nobody"_s));
        QVERIFY(!none);
        QCOMPARE(none.error().kind, ErrorKind::NotFound);
        QCOMPARE(none.error().reason, QString::fromLatin1(ports::secret::kMissing));
        QVERIFY(none.error().message.contains(u"https://sso.example.com/realms/canton"));
        QVERIFY(!none.error().remedy.isEmpty());
    }

    void theLastWriteCounts()
    {
        const QString name = key(u"olga"_s);
        for (int i = 0; i < 4; ++i)
            QVERIFY(write(name, QByteArray(i % 2 ? 6000 : 10, static_cast<char>('a' + i))));
        QCOMPARE(*read(name), QByteArray(6000, 'd'));
        QVERIFY(remove(name));
        QCOMPARE(read(name).error().kind, ErrorKind::NotFound);
        QVERIFY(remove(name));   // of what is not there, too
        QVERIFY(m_chain.entries.isEmpty());
    }

    void entriesAreApart()
    {
        const QStringList names{key(u"a"_s), key(u"A"_s), key(u"a#a1"_s), key(u"a|b"_s), key(u"ä ö"_s), secretKey(u"https://other"_s, u"quarterdeck"_s, u"a"_s)};
        for (qsizetype i = 0; i < names.size(); ++i)
            QVERIFY(write(names.at(i), QByteArray::number(i) + QByteArray(3000, '.')));
        QVERIFY(remove(names.at(1)));
        for (qsizetype i = 0; i < names.size(); ++i) {
            const auto value = read(names.at(i));
            QCOMPARE(value.ok(), i != 1);
            if (value)
                QCOMPARE(*value, QByteArray::number(i) + QByteArray(3000, '.'));
            QVERIFY(remove(names.at(i)));
        }
    }

    void requestsEndInTheirOrderFromAnyThread()
    {
        const QString name = key(u"threads"_s);
        QList<QFuture<Result<Done>>> writes;
        QFuture<Result<QByteArray>> last;
        std::thread other([&] {
            for (int i = 0; i < 8; ++i)
                writes.append(m_store->write(name, QByteArray::number(i)));
            last = m_store->read(name);
        });
        other.join();
        QCOMPARE(*wait(last), "7");
        for (const auto &future : writes)
            QVERIFY(future.isFinished() && future.result());
        QVERIFY(remove(name));
    }

    void aStoreOfTheNextStartHasIt()
    {
        if (m_kind == "memory"_L1)
            QSKIP("memory ends with its store");
        const QString name = key(u"next"_s);
        QVERIFY(write(name, QByteArray(5000, 'n')));
        m_store.reset();
        if (m_kind == "small"_L1)
            m_store = std::make_unique<KeychainSecrets>(std::make_unique<test::FakeKeychain>(m_chain), nullptr, KeychainOptions{.service = u"test"_s});
        else
            m_store = makeKeychainSecrets({.service = u"Quarterdeck contract"_s});
        QCOMPARE(*read(name), QByteArray(5000, 'n'));
        QVERIFY(remove(name));
    }

    void anEndInTheMiddleLeavesNobodyWaiting()
    {
        QFuture<Result<Done>> write = m_store->write(key(u"late"_s), "x");
        QFuture<Result<QByteArray>> read = m_store->read(key(u"late"_s));
        m_store.reset();
        QTRY_VERIFY(write.isFinished() && read.isFinished());
    }
};

QTEST_GUILESS_MAIN(tst_secrets_contract)
#include "tst_secrets_contract.moc"
