// SPDX-License-Identifier: GPL-3.0-or-later
// The store over a keychain that locks, hangs, dies, forgets and holds little: no secret is lost, none stays behind, none is "not found" that is there.
#include "app/login/secrets/KeychainSecrets.h"
#include "app/login/secrets/MemorySecrets.h"
#include "app/login/secrets/SecretKey.h"
#include "tests/support/FakeKeychain.h"

#include <QFutureWatcher>
#include <QSignalSpy>
#include <QTest>

using namespace qd;
using namespace qd::login;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using ports::SecretPlace;
using ports::SecretState;
using test::FakeKeychain;
using test::FakeKeychainState;
using test::FakeKeyring;
using test::FakeKeyringState;
using View = login::Keyring::View;

namespace {

const QString kKey = u"quarterdeck|https://sso.example.com|quarterdeck|olga"_s;

QString why(const auto &result)
{
    return result ? QString() : result.error().reason;
}

}

class tst_keychainsecrets : public QObject
{
    Q_OBJECT
    FakeKeychainState chain;
    FakeKeyringState ring;
    std::unique_ptr<KeychainSecrets> store;

    void open(bool withKeyring = true, std::chrono::milliseconds job = 15s)
    {
        store.reset();
        store = std::make_unique<KeychainSecrets>(std::make_unique<FakeKeychain>(chain), withKeyring ? std::make_unique<FakeKeyring>(ring) : nullptr,
                                                  KeychainOptions{.service = u"test"_s, .job = job, .dialog = job});
    }
    template <typename T>
    static Result<T> wait(QFuture<Result<T>> future)
    {
        // By the signal: QTRY and qWaitFor look every 10 ms only, and there are thousands of these.
        QFutureWatcher<Result<T>> watcher;
        QSignalSpy finished(&watcher, &QFutureWatcherBase::finished);
        watcher.setFuture(future);
        if (!future.isFinished() && !finished.wait(10000))
            return {};
        return future.resultCount() > 0 ? future.result() : Result<T>();
    }
    Result<QByteArray> read() { return wait(store->read(kKey)); }
    Result<Done> write(const QByteArray &value) { return wait(store->write(kKey, value)); }
    Result<Done> remove() { return wait(store->remove(kKey)); }
    /// Counts requests from here on.
    void from(int FakeKeychainState::*what, int number)
    {
        chain.requests = 0;
        chain.*what = number;
    }

private Q_SLOTS:
    void init()
    {
        chain = {};
        ring = {};
        open();
    }
    void cleanup() { store.reset(); }

    void lockedIsNeverNotFound()
    {
        QVERIFY(write("tok"));
        chain.locked = true;
        ring.view.state = SecretState::Locked;
        chain.log.clear();
        QCOMPARE(why(read()), QString::fromLatin1(ports::secret::kLocked));
        QCOMPARE(why(write("new")), QString::fromLatin1(ports::secret::kLocked));
        QCOMPARE(why(remove()), QString::fromLatin1(ports::secret::kLocked));
        QVERIFY2(chain.log.isEmpty(), "nothing was asked that could open a dialog");
        chain.locked = false;
        ring.view.state = SecretState::Ready;
        QCOMPARE(*read(), "tok");
    }

    void lockedBetweenTheQuestionAndTheAnswer()
    {
        QVERIFY(write("tok"));
        for (const auto &deed : {+[](tst_keychainsecrets *t) { return why(t->read()); }, +[](tst_keychainsecrets *t) { return why(t->write("new")); },
                                 +[](tst_keychainsecrets *t) { return why(t->remove()); }}) {
            chain.locked = true;
            ring.views = {View{}};                       // still open when asked first
            ring.view.state = SecretState::Locked;
            QCOMPARE(deed(this), QString::fromLatin1(ports::secret::kLocked));
        }
        chain.locked = false;
        ring.view.state = SecretState::Ready;
        QCOMPARE(*read(), "tok");
    }

    void everyOtherStateHasItsReason()
    {
        for (const auto &[state, reason] : {std::pair{SecretState::NoKeyring, ports::secret::kNoKeyring}, std::pair{SecretState::NotResponding, ports::secret::kNotResponding},
                                            std::pair{SecretState::Absent, ports::secret::kAbsent}}) {
            ring.view.state = state;
            QCOMPARE(why(read()), QString::fromLatin1(reason));
            const auto standing = wait(store->standing());
            QVERIFY(standing);
            QCOMPARE(standing->state, state);
            QCOMPARE(standing->why.reason, QString::fromLatin1(reason));
            QVERIFY(!standing->why.remedy.isEmpty());
        }
        QVERIFY2(chain.log.isEmpty(), "the keychain itself was left alone");
    }

    void aMissingEntryIsBelievedOfAnOpenKeyringOnly()
    {
        QCOMPARE(read().error().kind, ErrorKind::NotFound);
        ring.view.hasEntry = true;   // it says it has it, and gives "not found"
        QCOMPARE(why(read()), QString::fromLatin1(ports::secret::kRefused));
        open(false);
        QCOMPARE(read().error().kind, ErrorKind::NotFound);
    }

    void aHungJobEndsAndTheQueueGoesOn()
    {
        open(true, 50ms);
        QVERIFY(write("tok"));
        from(&FakeKeychainState::hangAt, 0);
        const auto hung = read();
        QCOMPARE(why(hung), QString::fromLatin1(ports::secret::kNotResponding));
        QCOMPARE(hung.error().kind, ErrorKind::Timeout);
        QCOMPARE(*read(), "tok");
        from(&FakeKeychainState::hangAt, 1);   // the reading back
        QCOMPARE(why(write("new")), QString::fromLatin1(ports::secret::kNotResponding));
        QCOMPARE(*read(), "new");
    }

    void whatEndedMeanwhileIsTriedOnceMore()
    {
        QVERIFY(write("tok"));
        from(&FakeKeychainState::failAt, 0);
        QCOMPARE(*read(), "tok");
        QCOMPARE(chain.serviceChanges, 1);
        ring.changed();
        QCOMPARE(chain.serviceChanges, 2);
        from(&FakeKeychainState::failAt, 1);
        QVERIFY(write("second"));
        QCOMPARE(*read(), "second");
        from(&FakeKeychainState::failAt, 0);
        ring.views = {View{}};
        ring.view.state = SecretState::Absent;   // and did not come back
        QCOMPARE(why(read()), QString::fromLatin1(ports::secret::kAbsent));
    }

    void writtenIsOnlyWhatCanBeReadBack()
    {
        chain.forgetsWrites = true;
        QCOMPARE(why(write("tok")), QString::fromLatin1(ports::secret::kRefused));
        QVERIFY(chain.entries.isEmpty());
    }

    void removedIsOnlyWhatIsGone()
    {
        QVERIFY(remove());
        QVERIFY(write("tok"));
        chain.keepsRemoved = true;
        QCOMPARE(why(remove()), QString::fromLatin1(ports::secret::kRefused));
        chain.keepsRemoved = false;
        QVERIFY(remove());
        QVERIFY(chain.entries.isEmpty());
        QCOMPARE(read().error().kind, ErrorKind::NotFound);
    }

    void longValuesGoIntoSmallEntries()
    {
        chain.limit = 2048;
        for (const qsizetype size : {10, 1948, 1949, 9000, 3000, 0, 20000}) {
            const QByteArray value(size, 'x');
            QVERIFY(write(value));
            QCOMPARE(*read(), value);
            const qsizetype parts = size <= 1948 ? 1 : 1 + (size - 1948 + 2047) / 2048;
            QCOMPARE(chain.entries.size(), parts);   // of the value before nothing stays
        }
        QVERIFY(chain.largest <= 2048);
        QVERIFY(remove());
        QVERIFY(chain.entries.isEmpty());
    }

    /// The program is killed at every single request of a write: the next start finds the old value or the new one, and a write or a
    /// remove after that leaves nothing behind.
    void killedAnywhereTheEntryIsWhole()
    {
        for (const qsizetype limit : {0, 2048}) {
            bool done = false;
            for (int at = 0; !done; ++at) {
                QVERIFY(at < 60);
                chain = {};
                chain.limit = limit;
                open(true, 20ms);
                const QByteArray before(7000, 'a'), after(9000, 'b');
                QVERIFY(write(before));
                from(&FakeKeychainState::dieAt, at);
                done = write(after).ok();
                chain.dieAt = -1;
                open();
                const auto value = read();
                QVERIFY2(value, qPrintable(u"killed at request %1: %2"_s.arg(at).arg(value ? QString() : value.error().text())));
                QVERIFY(*value == before || *value == after);
                QCOMPARE(done && *value != after, false);
                if (at % 2) {
                    QVERIFY(write("short"));
                    QCOMPARE(*read(), "short");
                    QCOMPARE(chain.entries.size(), 1);
                }
                QVERIFY(remove());
                QVERIFY2(chain.entries.isEmpty(), qPrintable(chain.entries.keys().join(u' ')));
            }
        }
    }

    void aDamagedEntryIsSaidAndCanBeReplaced()
    {
        chain.limit = 2048;
        QVERIFY(write(QByteArray(9000, 'a')));
        const QStringList keys = chain.entries.keys();
        for (const QString &key : keys) {
            if (key == kKey)
                continue;
            const QByteArray part = chain.entries.take(key);
            QCOMPARE(why(read()), QString::fromLatin1(ports::secret::kDamaged));
            chain.entries.insert(key, QByteArray(part).replace(0, 1, "z"));
            QCOMPARE(why(read()), QString::fromLatin1(ports::secret::kDamaged));
            chain.entries.insert(key, part);
        }
        QVERIFY(read());
        chain.entries.insert(kKey, "someone else's");
        const auto foreign = read();
        QCOMPARE(why(foreign), QString::fromLatin1(ports::secret::kDamaged));
        QVERIFY(!foreign.error().text().contains(u"someone") && !foreign.error().detail.contains(u"someone"));
        QVERIFY(write("tok"));
        QCOMPARE(*read(), "tok");
    }

    void requestsComeBackInTheirOrder()
    {
        QStringList order;
        QObject context;
        QList<QFuture<Result<Done>>> writes;
        for (int i = 0; i < 5; ++i)
            writes.append(store->write(kKey, QByteArray::number(i)));
        const auto last = wait(store->read(kKey));
        QCOMPARE(*last, "4");
        for (const auto &future : writes)
            QVERIFY(future.isFinished() && future.result());
    }

    void memoryOnlySaysSoAndWritesNothing()
    {
        QVERIFY(write("kept"));
        QVERIFY(wait(store->keepIn(SecretPlace::MemoryOnly)));
        QCOMPARE(store->place(), SecretPlace::MemoryOnly);
        QCOMPARE(wait(store->standing())->state, SecretState::MemoryOnly);
        const auto before = chain.entries;
        chain.log.clear();
        QVERIFY(write("tok"));
        QCOMPARE(*read(), "tok");
        QVERIFY(chain.log.isEmpty());
        QCOMPARE(chain.entries, before);
        // Signing out takes the entry of the keychain along.
        QVERIFY(remove());
        QVERIFY(chain.entries.isEmpty());
        QCOMPARE(read().error().kind, ErrorKind::NotFound);
    }

    void signingOutInMemoryOnlyAsksNothingOfAKeyringThatHasNothing()
    {
        QVERIFY(wait(store->keepIn(SecretPlace::MemoryOnly)));
        for (const SecretState state : {SecretState::Absent, SecretState::NoKeyring, SecretState::Locked}) {
            ring.view = {.state = state, .hasEntry = false, .detail = {}};
            QVERIFY(write("tok"));
            QVERIFY(remove());
        }
        // But one that has an earlier sign-in and is locked: that is said.
        ring.view = {.state = SecretState::Locked, .hasEntry = true, .detail = {}};
        QCOMPARE(why(remove()), QString::fromLatin1(ports::secret::kLocked));
        QCOMPARE(read().error().kind, ErrorKind::NotFound);
    }

    void backInTheKeychainNothingIsLost()
    {
        QVERIFY(wait(store->keepIn(SecretPlace::MemoryOnly)));
        QVERIFY(write("one"));
        QVERIFY(wait(store->write(u"other"_s, "two")));
        ring.view.state = SecretState::Locked;
        QCOMPARE(why(wait(store->keepIn(SecretPlace::Keychain))), QString::fromLatin1(ports::secret::kLocked));
        QCOMPARE(store->place(), SecretPlace::MemoryOnly);
        QCOMPARE(*read(), "one");
        ring.view.state = SecretState::Ready;
        // A refresh in the middle of it.
        const auto back = store->keepIn(SecretPlace::Keychain);
        const auto late = store->write(kKey, "newest");
        QVERIFY(wait(back));
        QVERIFY(wait(late));
        QCOMPARE(store->place(), SecretPlace::Keychain);
        QCOMPARE(*read(), "newest");
        QCOMPARE(*wait(store->read(u"other"_s)), "two");
        open();   // the next start
        QCOMPARE(*read(), "newest");
        QCOMPARE(*wait(store->read(u"other"_s)), "two");
    }

    void unlockingLetsTheNextRequestThrough()
    {
        QVERIFY(write("tok"));
        ring.view.state = SecretState::Locked;
        QVERIFY(!read());
        QVERIFY(wait(store->unlock({})));
        QCOMPARE(*read(), "tok");
    }

    void anEndInTheMiddleLeavesNobodyWaiting()
    {
        from(&FakeKeychainState::hangAt, 0);
        QFuture<Result<QByteArray>> first = store->read(kKey);
        QFuture<Result<Done>> second = store->write(kKey, "x");
        QTRY_COMPARE(chain.log.size(), 1);
        store.reset();
        QTRY_VERIFY(first.isFinished() && second.isFinished());
    }

    void memoryIsAStoreOfItsOwn()
    {
        MemorySecrets memory;
        QCOMPARE(memory.place(), SecretPlace::MemoryOnly);
        QCOMPARE(wait(memory.standing())->state, SecretState::MemoryOnly);
        QCOMPARE(wait(memory.read(kKey)).error().kind, ErrorKind::NotFound);
        QVERIFY(!wait(memory.keepIn(SecretPlace::Keychain)));
        const QByteArray shared("a secret");
        QVERIFY(wait(memory.write(kKey, shared)));
        QVERIFY(wait(memory.write(kKey, "another")));
        QCOMPARE(shared, "a secret");   // what the caller holds is not overwritten
        QCOMPARE(*wait(memory.read(kKey)), "another");
    }
};

QTEST_GUILESS_MAIN(tst_keychainsecrets)
#include "tst_keychainsecrets.moc"
