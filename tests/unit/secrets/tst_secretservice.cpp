// SPDX-License-Identifier: GPL-3.0-or-later
// The keyring's state and its dialog on a bus of the test's own: a Secret Service that answers when told to, and a bus that stands still.
#include "app/login/secrets/BusProbe.h"
#include "app/login/secrets/KeyringThread.h"

#include <QDBusConnection>
#include <QDBusVariant>
#include <QDBusVirtualObject>
#include <QElapsedTimer>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <signal.h>
#include <sys/prctl.h>

using namespace qd;
using namespace qd::login;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using ports::SecretState;
using View = login::Keyring::View;

namespace {

/// org.freedesktop.secrets with one collection. Dialogs are answered by the test.
class FakeService final : public QDBusVirtualObject
{
public:
    bool locked = false;
    bool silent = false;        ///< keeps its questions to itself
    int prompts = 0;
    QList<QDBusMessage> held = {};

    void complete(const QString &prompt, bool dismissed)
    {
        locked = dismissed;
        QDBusMessage signal = QDBusMessage::createSignal(prompt, u"org.freedesktop.Secret.Prompt"_s, u"Completed"_s);
        signal.setArguments({dismissed, QVariant::fromValue(QDBusVariant(QString()))});
        m_bus.send(signal);
    }
    void answerHeld()
    {
        silent = false;
        for (const QDBusMessage &message : std::exchange(held, {}))
            handleMessage(message, m_bus);
    }
    void serve(const QDBusConnection &bus)
    {
        m_bus = bus;
        QVERIFY(m_bus.registerVirtualObject(u"/org/freedesktop/secrets"_s, this, QDBusConnection::SubPath));
        QVERIFY(m_bus.registerService(u"org.freedesktop.secrets"_s));
    }
    [[nodiscard]] QString introspect(const QString &) const override { return {}; }
    bool handleMessage(const QDBusMessage &message, const QDBusConnection &bus) override
    {
        if (silent) {
            held.append(message);
            return true;
        }
        const auto path = [](const QString &text) { return QVariant::fromValue(QDBusObjectPath(text)); };
        const QString what = message.member();
        QVariantList out;
        if (what == u"SearchItems"_s)
            out = {QVariant::fromValue(QList<QDBusObjectPath>()), QVariant::fromValue(QList<QDBusObjectPath>())};
        else if (what == u"ReadAlias"_s)
            out = {path(u"/org/freedesktop/secrets/collection/login"_s)};
        else if (what == u"Get"_s)
            out = {QVariant::fromValue(QDBusVariant(locked))};
        else if (what == u"Unlock"_s)
            out = {QVariant::fromValue(QList<QDBusObjectPath>()), path(QString(u"/org/freedesktop/secrets/prompt/p"_s + QString::number(++m_made)))};
        else if (what == u"Prompt"_s)
            ++prompts;
        else
            return false;
        return bus.send(message.createReply(out));
    }

private:
    QDBusConnection m_bus{u"none"_s};
    int m_made = 0;
};

}

class tst_secretservice : public QObject
{
    Q_OBJECT
    QTemporaryDir m_folder;
    QProcess m_daemon;
    std::unique_ptr<FakeService> m_fake;
    std::unique_ptr<KeyringThread> m_keyring;

    void open(std::chrono::milliseconds answer = 20s)
    {
        m_keyring.reset();
        m_keyring = std::make_unique<KeyringThread>(SecretService::Options{.service = u"test"_s, .answer = answer, .session = 60s});
        m_keyring->whenChanged([] { });
    }
    View look()
    {
        std::optional<View> out;
        m_keyring->look({}, [&out](const View &view) { out = view; });
        return QTest::qWaitFor([&out] { return out.has_value(); }, 30'000) ? *out : View{SecretState::Unknown, false, u"never answered"_s};
    }
    using Unlocked = std::shared_ptr<std::optional<Result<Done>>>;
    Unlocked unlock(std::stop_token stop = {})
    {
        const auto out = std::make_shared<std::optional<Result<Done>>>();
        m_keyring->unlock(std::move(stop), [out](const Result<Done> &result) { *out = result; });
        return out;
    }
    void stop() { QCOMPARE(::kill(static_cast<pid_t>(m_daemon.processId()), SIGSTOP), 0); }
    void goOn() { QCOMPARE(::kill(static_cast<pid_t>(m_daemon.processId()), SIGCONT), 0); }

    /// The keyring is asked of a bus that stands still: the event loop of this thread, the GUI's, goes on meanwhile.
    void askStopped()
    {
        qint64 longest = 0;
        QElapsedTimer turn, whole;
        QTimer ticks;
        connect(&ticks, &QTimer::timeout, this, [&] { longest = std::max(longest, turn.restart()); });
        turn.start();
        whole.start();
        ticks.start(10);
        const View view = look();
        QCOMPARE(view.state, SecretState::NotResponding);
        QVERIFY(!view.detail.isEmpty());
        longest = std::max(longest, turn.elapsed());
        QVERIFY2(longest < 2500, qPrintable(u"%1 ms without a turn"_s.arg(longest)));
        QVERIFY2(whole.elapsed() < 2 * 3000 + 2000, qPrintable(u"%1 ms"_s.arg(whole.elapsed())));
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QString program = QStandardPaths::findExecutable(u"dbus-daemon"_s);
        QVERIFY2(!program.isEmpty(), "this test needs dbus-daemon (package dbus-daemon)");
        const QString conf = m_folder.filePath(u"bus.conf"_s);
        QFile file(conf);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
                   "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\"><busconfig><type>session</type><listen>unix:dir="
            + m_folder.path().toUtf8() + "</listen><auth>EXTERNAL</auth><policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>"
                                         "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>");
        file.close();
        m_daemon.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        m_daemon.setStandardErrorFile(QProcess::nullDevice());
        m_daemon.start(program, {QString(u"--config-file="_s + conf), u"--print-address"_s, u"--nofork"_s, u"--nopidfile"_s, u"--nosyslog"_s});
        QTRY_VERIFY_WITH_TIMEOUT(m_daemon.canReadLine(), 20'000);
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_daemon.readLine().trimmed());
    }
    void cleanupTestCase()
    {
        m_daemon.kill();
        m_daemon.waitForFinished();
    }
    void init()
    {
        m_fake = std::make_unique<FakeService>();
        m_fake->serve(QDBusConnection::connectToBus(QDBusConnection::SessionBus, u"fake"_s));
    }
    void cleanup()
    {
        goOn();
        m_keyring.reset();
        m_fake.reset();
        QDBusConnection::disconnectFromBus(u"fake"_s);
    }

    void addresses_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("sockets");
        QTest::newRow("path") << u"unix:path=/run/user/1000/bus"_s << QStringList{u"/run/user/1000/bus"_s};
        QTest::newRow("with a guid") << u"unix:path=/tmp/b,guid=0123"_s << QStringList{u"/tmp/b"_s};
        QTest::newRow("abstract") << u"unix:abstract=/tmp/dbus-x,guid=0"_s << QStringList{u"@/tmp/dbus-x"_s};
        QTest::newRow("escaped") << u"unix:path=/tmp/a%20b%2cc"_s << QStringList{u"/tmp/a b,c"_s};
        QTest::newRow("the session's own") << u"unix:runtime=yes"_s << QStringList{u"/run/me/bus"_s};
        QTest::newRow("several") << u"tcp:host=localhost,port=1;unix:path=/a;;unix:path=/b"_s << QStringList{u"/a"_s, u"/b"_s};
        QTest::newRow("none") << u"autolaunch:"_s << QStringList();
        QTest::newRow("nonsense") << u"unix:;unix"_s << QStringList();
    }
    void addresses()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, sockets);
        QStringList read;
        for (const BusSocket &socket : busSockets(text, u"/run/me"_s))
            read.append(socket.abstract ? QString(u'@' + socket.name) : socket.name);
        QCOMPARE(read, sockets);
    }

    void openAndLocked()
    {
        open();
        QCOMPARE(look().state, SecretState::Ready);
        m_fake->locked = true;
        QCOMPARE(look().state, SecretState::Locked);
    }

    void busThatStandsStillFromTheStart()
    {
        open(3s);
        stop();
        askStopped();
        goOn();
        QCOMPARE(look().state, SecretState::Ready);
    }

    void busThatStandsStillLater()
    {
        open(3s);
        QCOMPARE(look().state, SecretState::Ready);
        stop();
        askStopped();
        goOn();
        QCOMPARE(look().state, SecretState::Ready);
    }

    /// Nothing of the program waits for the bus behind the answer: not the thread, which ends, and not QtDBus, which others use.
    void endsWhileTheBusStandsStill()
    {
        open(300ms);
        stop();
        QCOMPARE(look().state, SecretState::NotResponding);
        QElapsedTimer clock;
        clock.start();
        const QDBusConnection other = QDBusConnection::connectToPeer(u"unix:path=/nonexistent/bus"_s, u"other"_s);
        QVERIFY(!other.isConnected());
        QVERIFY2(clock.elapsed() < 1900, qPrintable(u"%1 ms for another connection"_s.arg(clock.elapsed())));
        m_keyring.reset();
        QVERIFY2(clock.elapsed() < 1900, qPrintable(u"%1 ms"_s.arg(clock.elapsed())));
        goOn();
        open();
        QCOMPARE(look().state, SecretState::Ready);
    }

    void endsInTheMiddleOfAQuestion()
    {
        open();
        m_fake->silent = true;
        std::optional<View> late;
        std::optional<Result<Done>> lateToo;
        m_keyring->look({}, [&late](const View &view) { late = view; });
        m_keyring->unlock({}, [&lateToo](const Result<Done> &result) { lateToo = result; });
        QTRY_COMPARE(m_fake->held.size(), 2);
        m_keyring.reset();
        m_fake->answerHeld();
        open();
        QCOMPARE(look().state, SecretState::Ready);
        QVERIFY(!late && !lateToo);
    }

    /// A service that ends under the question has gone; the one that comes after it is asked.
    void goesUnderAQuestion()
    {
        open();
        m_fake->silent = true;
        std::optional<View> seen;
        m_keyring->look({}, [&seen](const View &view) { seen = view; });
        QTRY_VERIFY(!m_fake->held.isEmpty());
        m_fake.reset();
        QDBusConnection::disconnectFromBus(u"fake"_s);
        init();
        QTRY_VERIFY_WITH_TIMEOUT(seen, 30'000);
        QVERIFY2(seen->state == SecretState::Ready || seen->state == SecretState::Absent, qPrintable(seen->detail));
        QCOMPARE(look().state, SecretState::Ready);
    }

    /// Who asks while the dialog is open waits for the same one.
    void secondUnlockJoinsTheFirst()
    {
        m_fake->locked = true;
        open();
        const Unlocked one = unlock(), two = unlock();
        QTRY_COMPARE(m_fake->prompts, 1);
        const Unlocked three = unlock();
        m_fake->complete(u"/org/freedesktop/secrets/prompt/p1"_s, false);
        QTRY_VERIFY(*one && *two && *three);
        QVERIFY(**one && **two && **three);
        QCOMPARE(m_fake->prompts, 1);
    }

    void secondUnlockGetsTheSameRefusal()
    {
        m_fake->locked = true;
        open();
        const Unlocked one = unlock(), two = unlock();
        QTRY_COMPARE(m_fake->prompts, 1);
        m_fake->complete(u"/org/freedesktop/secrets/prompt/p1"_s, true);
        QTRY_VERIFY(*one && *two);
        QCOMPARE((*one)->error().reason, QString::fromLatin1(ports::secret::kLocked));
        QCOMPARE((*two)->error().reason, QString::fromLatin1(ports::secret::kLocked));
    }

    void oneGivesUpTheOtherGoesOn()
    {
        m_fake->locked = true;
        open();
        std::stop_source stop;
        const Unlocked one = unlock(stop.get_token()), two = unlock();
        QTRY_COMPARE(m_fake->prompts, 1);
        stop.request_stop();
        QTRY_VERIFY(*one);
        QCOMPARE((*one)->error().kind, ErrorKind::Cancelled);
        QVERIFY(!*two);
        m_fake->complete(u"/org/freedesktop/secrets/prompt/p1"_s, false);
        QTRY_VERIFY(*two);
        QVERIFY(**two);
    }

    /// The first gave up before the keyring had said anything, and another began: what the keyring says to the first is not taken for
    /// an answer to the second, which has one dialog, its own.
    void lateAnswersOfTheOneBefore()
    {
        m_fake->locked = true;
        open();
        QCOMPARE(look().state, SecretState::Locked);
        m_fake->silent = true;
        std::stop_source stop;
        const Unlocked one = unlock(stop.get_token());
        QTRY_COMPARE(m_fake->held.size(), 1);
        stop.request_stop();
        QTRY_VERIFY(*one);
        const Unlocked two = unlock();
        QTRY_COMPARE(m_fake->held.size(), 2);
        m_fake->answerHeld();
        QTRY_COMPARE(m_fake->prompts, 1);
        QCOMPARE(look().state, SecretState::Locked);   // and by now a second dialog would be there
        QCOMPARE(m_fake->prompts, 1);
        m_fake->complete(u"/org/freedesktop/secrets/prompt/p1"_s, false);
        QTRY_VERIFY(*two);
        QVERIFY(**two);
    }
};

QTEST_GUILESS_MAIN(tst_secretservice)
#include "tst_secretservice.moc"
