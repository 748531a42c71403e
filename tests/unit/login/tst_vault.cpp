// SPDX-License-Identifier: GPL-3.0-or-later
// What is at rest, and the lock between processes.
#include "tests/unit/login/SignInRig.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>

using namespace qd;
using namespace qd::login;
using namespace qd::test;
using namespace Qt::StringLiterals;

class TestVault : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void thereAndBack();
    void damagedRecords_data();
    void damagedRecords();
    void oneAtATime();
    void inOneProcessToo();
    void deadProcessDoesNotHold();
    void holderIsNamed();
    void stoppedWaiting();
    void folderNotWritable();
    void folderIsPrivate();

private:
    static Result<ports::SessionLock::Guard> take(ports::SessionLock &lock, int timeoutMs = 5000)
    {
        QFuture<Result<ports::SessionLock::Guard>> future = lock.acquire(u"key"_s, timeoutMs);
        if (!QTest::qWaitFor([&] { return future.isFinished(); }))
            return Error{ErrorKind::Internal, u"never answered"_s};
        return future.result();
    }
    const StoredSignIn m_stored{u"https://id.example"_s, u"quarterdeck"_s, u"248"_s, "refresh", "id", {u"openid"_s},
        QDateTime::fromSecsSinceEpoch(1767225600, Qt::UTC), "{\"keys\":[]}", {u"ES256"_s}};
};

void TestVault::thereAndBack()
{
    QCOMPARE(decodeStored(encodeStored(m_stored)), std::optional(m_stored));
}

void TestVault::damagedRecords_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray good = encodeStored(m_stored);
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("cut") << good.left(good.size() - 3);
    QTest::newRow("text") << QByteArray("{\"refresh\":\"x\"}");
    QTest::newRow("without a token") << encodeStored({m_stored.issuer, m_stored.clientId, m_stored.subject, {}, {}, {}, {}});
    QTest::newRow("without a subject") << encodeStored({m_stored.issuer, m_stored.clientId, {}, "r", {}, {}, {}});
}

void TestVault::damagedRecords()
{
    QFETCH(QByteArray, bytes);
    QVERIFY(!decodeStored(bytes));
}

void TestVault::oneAtATime()
{
    QTemporaryDir folder;
    const auto one = makeFileLock(folder.path());
    const auto two = makeFileLock(folder.path());
    auto guard = std::make_optional(take(*one));
    QVERIFY(guard->ok());
    QFuture<Result<ports::SessionLock::Guard>> second = two->acquire(u"key"_s, 10'000);
    QFuture<Result<ports::SessionLock::Guard>> other = two->acquire(u"another key"_s, 10'000);
    QTRY_VERIFY(other.isFinished());
    QVERIFY(!second.isFinished());
    guard.reset();
    QTRY_VERIFY(second.isFinished());
    QVERIFY(second.result().ok());
}

void TestVault::inOneProcessToo()
{
    QTemporaryDir folder;
    const auto lock = makeFileLock(folder.path());
    auto guard = std::make_optional(take(*lock));
    QVERIFY(guard->ok());
    QFuture<Result<ports::SessionLock::Guard>> second = lock->acquire(u"key"_s, 10'000);
    QVERIFY(!second.isFinished());
    guard.reset();
    QTRY_VERIFY(second.isFinished());
    QVERIFY(second.result().ok());
}

void TestVault::deadProcessDoesNotHold()
{
    QTemporaryDir folder;
    const auto lock = makeFileLock(folder.path());
    QVERIFY(take(*lock).ok());
    const QStringList files = QDir(folder.path()).entryList({u"*.lock"_s});
    QCOMPARE(files.size(), 1);   // it stays
    // One process that takes the lock and is killed with it.
    QProcess other;
    other.start(u"sh"_s, {u"-c"_s, u"exec 9<>\"$1\"; flock 9; echo held; exec sleep 1000"_s, u"sh"_s, folder.filePath(files.first())});
    QVERIFY(other.waitForReadyRead());
    QCOMPARE(take(*lock, 50).error().kind, ErrorKind::Timeout);
    other.kill();
    QVERIFY(other.waitForFinished());
    // Whatever it left in the file: another machine's name, an id that is somebody else's by now.
    QFile left(folder.filePath(files.first()));
    QVERIFY(left.open(QIODevice::WriteOnly));
    left.write("1\nquarterdeck\nanother-host\n");
    left.close();
    QVERIFY(take(*lock, 50).ok());
}

void TestVault::holderIsNamed()
{
    QTemporaryDir folder;
    const auto one = makeFileLock(folder.path());
    const auto two = makeFileLock(folder.path());
    const auto guard = take(*one);
    QVERIFY(guard.ok());
    const auto refused = take(*two, 50);
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().kind, ErrorKind::Timeout);
    QVERIFY(refused.error().message.contains(QString::number(QCoreApplication::applicationPid())));
}

void TestVault::stoppedWaiting()
{
    QTemporaryDir folder;
    const auto one = makeFileLock(folder.path());
    const auto two = makeFileLock(folder.path());
    const auto guard = take(*one);
    std::stop_source stop;
    QFuture<Result<ports::SessionLock::Guard>> second = two->acquire(u"key"_s, 60'000, stop.get_token());
    stop.request_stop();
    QTRY_VERIFY(second.isFinished());
    QCOMPARE(second.result().error().kind, ErrorKind::Cancelled);
}

void TestVault::folderNotWritable()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"file"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto refused = take(*makeFileLock(folder.filePath(u"file/sub"_s)));
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().kind, ErrorKind::Storage);
    QVERIFY(refused.error().message.contains(u"file/sub"_s));
}

void TestVault::folderIsPrivate()
{
    QTemporaryDir folder;
    const QString at = folder.filePath(u"sign-in"_s);
    QVERIFY(take(*makeFileLock(at)).ok());
    QCOMPARE(QFileInfo(at).permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther), QFile::Permissions());
}

QTEST_GUILESS_MAIN(TestVault)
#include "tst_vault.moc"
