// SPDX-License-Identifier: GPL-3.0-or-later
// What stays in the keychain when writing and signing out meet, in one process and in two, and when somebody wants memory only.
#include "app/login/secrets/KeychainSecrets.h"
#include "app/login/session/Vault.h"
#include "tests/support/FakeKeychain.h"

#include <QFutureWatcher>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace qd;
using namespace qd::login;
using namespace Qt::StringLiterals;

class tst_vaultturns : public QObject
{
    Q_OBJECT
    /// A process: a store and a vault of its own on the keychain and the folder of all.
    struct Process {
        std::shared_ptr<KeychainSecrets> store;
        std::unique_ptr<Vault> vault;
    };
    test::FakeKeychainState m_chain;
    test::FakeKeyringState m_ring;
    std::unique_ptr<QTemporaryDir> m_folder;
    const ports::SignInSettings m_settings{.issuer = u"https://id.example"_s, .clientId = u"quarterdeck"_s};

    Process process()
    {
        SessionParts parts;
        parts.secrets = std::make_shared<KeychainSecrets>(std::make_unique<test::FakeKeychain>(m_chain), std::make_unique<test::FakeKeyring>(m_ring), KeychainOptions{.service = u"test"_s});
        parts.stateFolder = m_folder->path();
        auto store = std::static_pointer_cast<KeychainSecrets>(parts.secrets);
        return {store, std::make_unique<Vault>(u"prod"_s, m_settings, parts)};
    }
    StoredSignIn record(const QByteArray &refresh, const QString &subject = u"248"_s) const
    {
        return {m_settings.issuer, m_settings.clientId, subject, refresh, "id", {u"openid"_s}, QDateTime::fromSecsSinceEpoch(1767225600, Qt::UTC)};
    }
    static Result<Done> write(Process &process, const StoredSignIn &stored)
    {
        std::optional<Result<Done>> out;
        process.vault->write(stored, [&out](const Result<Done> &done) { out = done; });
        return QTest::qWaitFor([&out] { return out.has_value(); }) ? *out : Result<Done>();
    }
    static Result<StoredSignIn> read(Process &process)
    {
        std::optional<Result<StoredSignIn>> out;
        process.vault->read([&out](const Result<StoredSignIn> &stored) { out = stored; });
        return QTest::qWaitFor([&out] { return out.has_value(); }) ? *out : Result<StoredSignIn>();
    }
    static Result<Done> removeSpent(Process &process, const QByteArray &token)
    {
        std::optional<Result<Done>> out;
        process.vault->removeSpent(token, [&out](const Result<Done> &done) { out = done; });
        return QTest::qWaitFor([&out] { return out.has_value(); }) ? *out : Result<Done>();
    }

private Q_SLOTS:
    void init()
    {
        m_chain = {};
        m_ring = {};
        m_folder = std::make_unique<QTemporaryDir>();
    }

    /// The keychain is slow, and the person signs out at once: nothing is at rest, and nothing is remembered.
    void signedOutWhileItIsWritten()
    {
        for (const bool earlier : {false, true}) {
            init();
            Process one = process();
            if (earlier)
                QVERIFY(write(one, record("before", u"another"_s)));
            std::optional<Result<Done>> written, removed;
            one.vault->write(record("refresh"), [&written](const Result<Done> &done) { written = done; });
            one.vault->remove([&removed](const Result<Done> &done) { removed = done; });
            QTRY_VERIFY(written && removed);
            QVERIFY(*removed);
            QTRY_COMPARE(m_chain.entries.size(), 0);
            QVERIFY(!one.vault->remembers());
            QCOMPARE(read(one).error().kind, ErrorKind::NotFound);
        }
    }

    /// And signs in again before the keychain has done either.
    void signedInAgainWhileItIsRemoved()
    {
        Process one = process();
        QVERIFY(write(one, record("first")));
        std::optional<Result<Done>> removed, written;
        one.vault->remove([&removed](const Result<Done> &done) { removed = done; });
        one.vault->write(record("second"), [&written](const Result<Done> &done) { written = done; });
        QTRY_VERIFY(written && removed);
        QVERIFY(one.vault->remembers());
        QCOMPARE(read(one)->refreshToken, "second");
    }

    void aSpentTokenTakesNoNewerOneAlong()
    {
        Process one = process(), two = process();
        QVERIFY(write(one, record("r1")));
        QVERIFY(write(two, record("r2")));   // the other process renewed
        QVERIFY(removeSpent(one, "r1"));
        QCOMPARE(read(one)->refreshToken, "r2");
        QVERIFY(removeSpent(one, "r2"));
        QCOMPARE(m_chain.entries.size(), 0);
        QVERIFY(!two.vault->remembers());
    }

    void whatCannotBeReadIsNotRemoved()
    {
        Process one = process();
        QVERIFY(write(one, record("r1")));
        m_ring.view.state = ports::SecretState::Locked;
        QCOMPARE(removeSpent(one, "r1").error().reason, QString::fromLatin1(ports::secret::kLocked));
        QVERIFY(one.vault->remembers());
        m_ring.view.state = ports::SecretState::Ready;
        QCOMPARE(read(one)->refreshToken, "r1");
    }

    void memoryOnlyLeavesNothingAtRest()
    {
        Process one = process();
        QVERIFY(write(one, record("r1")));
        QCOMPARE(m_chain.entries.size(), 1);
        const auto kept = one.store->keepIn(ports::SecretPlace::MemoryOnly);
        QTRY_VERIFY(kept.isFinished());
        QVERIFY(write(one, record("r2")));
        QTRY_COMPARE(m_chain.entries.size(), 0);
        QTRY_VERIFY(!one.vault->remembers());
        Process next = process();
        QCOMPARE(read(next).error().kind, ErrorKind::NotFound);
        // Back in the keychain it is remembered again.
        const auto back = one.store->keepIn(ports::SecretPlace::Keychain);
        QTRY_VERIFY(back.isFinished());
        QVERIFY(back.result());
        QVERIFY(write(one, record("r3")));
        Process third = process();
        QCOMPARE(read(third)->refreshToken, "r3");
    }
};

QTEST_GUILESS_MAIN(tst_vaultturns)
#include "tst_vaultturns.moc"
