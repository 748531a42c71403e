// SPDX-License-Identifier: GPL-3.0-or-later
// Notices of the desktop over a bus of our own: a service written in another language (python3-gi) hears what is called, says what it can,
// and what a person clicks.
#include "app/desktop/NotificationService.h"

#include <QDBusConnection>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace qd;
using namespace Qt::StringLiterals;

namespace {

/// Desktop Notifications 1.2 in thirty lines. A line of JSON for each call; lines on its input: "click N ACTION", "close N", "quit".
const char *const kService = R"py(
import json, os, sys
from gi.repository import Gio, GLib
capabilities = sys.argv[1].split(",") if sys.argv[1] else []
XML = """<node><interface name="org.freedesktop.Notifications">
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method></interface></node>"""
last = [0]
def say(**what):
    print(json.dumps(what), flush=True)
def call(bus, sender, path, interface, method, args, invocation):
    if method == "GetCapabilities":
        return invocation.return_value(GLib.Variant("(as)", (capabilities,)))
    if method == "CloseNotification":
        say(method=method, number=args.unpack()[0])
        return invocation.return_value(None)
    app, replaces, icon, title, text, actions, hints, timeout = args.unpack()
    last[0] = replaces or last[0] + 1
    say(method=method, number=last[0], replaces=replaces, title=title, text=text, actions=actions, urgency=hints.get("urgency"), entry=hints.get("desktop-entry"))
    invocation.return_value(GLib.Variant("(u)", (last[0],)))
bus = Gio.bus_get_sync(Gio.BusType.SESSION)
bus.register_object("/org/freedesktop/Notifications", Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], call)
loop = GLib.MainLoop()
Gio.bus_own_name_on_connection(bus, "org.freedesktop.Notifications", 0, lambda *a: say(method="ready"), lambda *a: loop.quit())
def heard(channel, condition):
    lines = os.read(0, 65536).decode().splitlines()
    return all([obey(line.split()) for line in lines or ["quit"]])
def obey(words):
    if words[0] == "quit":
        loop.quit()
        return False
    if words[0] == "click":
        bus.emit_signal(None, "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "ActivationToken", GLib.Variant("(us)", (int(words[1]), "token-7")))
        bus.emit_signal(None, "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "ActionInvoked", GLib.Variant("(us)", (int(words[1]), words[2])))
    else:
        bus.emit_signal(None, "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "NotificationClosed", GLib.Variant("(uu)", (int(words[1]), 2)))
    return True
GLib.io_add_watch(0, GLib.IO_IN | GLib.IO_HUP, heard)
loop.run()
)py";

}

class TestNotifications : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    QProcess m_daemon;
    QProcess m_service;
    QString m_address;
    int m_connections = 0;

    QDBusConnection fresh() { return QDBusConnection::connectToBus(m_address, u"console-%1"_s.arg(++m_connections)); }
    bool start(const QString &capabilities)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, m_address);
        m_service.setProcessEnvironment(environment);
        m_service.start(QStandardPaths::findExecutable(u"python3"_s, {u"/usr/bin"_s}), {m_dir.filePath(u"service.py"_s), capabilities});
        return next().value("method"_L1) == "ready"_L1;
    }
    /// What was called next.
    QJsonObject next()
    {
        if (!QTest::qWaitFor([this] { return m_service.canReadLine() || m_service.state() == QProcess::NotRunning; }, 10'000))
            return {};
        return QJsonDocument::fromJson(m_service.readLine()).object();
    }
    void person(const QByteArray &does)
    {
        m_service.write(does + '\n');
    }
    void stop()
    {
        person("quit");
        m_service.waitForFinished(5000);
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QString program = QStandardPaths::findExecutable(u"dbus-daemon"_s);
        QProcess gi;
        gi.start(u"/usr/bin/python3"_s, {u"-c"_s, u"from gi.repository import Gio"_s});
        const bool python = gi.waitForFinished(20'000) && gi.exitCode() == 0;
        if (program.isEmpty() || !python) {
            if (qEnvironmentVariable("QD_LIVE") == "required"_L1)
                QFAIL("dbus-daemon or python3-gi is not installed");
            QSKIP("dbus-daemon or python3-gi is not installed");
        }
        QFile script(m_dir.filePath(u"service.py"_s));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write(kService);
        script.close();
        QFile conf(m_dir.filePath(u"bus.conf"_s));
        QVERIFY(conf.open(QIODevice::WriteOnly));
        conf.write(QString(u"<busconfig><type>session</type><listen>unix:dir="_s + m_dir.path() + u"</listen><auth>EXTERNAL</auth><policy context=\"default\">"
                           u"<allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>"_s).toUtf8());
        conf.close();
        m_daemon.start(program, {u"--config-file="_s + conf.fileName(), u"--print-address"_s, u"--nofork"_s, u"--nopidfile"_s, u"--nosyslog"_s});
        QTRY_VERIFY2_WITH_TIMEOUT(m_daemon.canReadLine(), m_daemon.readAllStandardError().constData(), 10000);
        m_address = QString::fromUtf8(m_daemon.readLine()).trimmed();
    }
    void cleanup()
    {
        if (m_service.state() != QProcess::NotRunning)
            stop();
    }
    void cleanupTestCase()
    {
        m_daemon.terminate();
        m_daemon.waitForFinished(5000);
    }

    void showsReplacesAndWithdraws()
    {
        QVERIFY(start(u"body,body-markup,actions"_s));
        desktop::NotificationService notices(fresh());
        QTRY_VERIFY(notices.available());
        notices.show({u"a"_s, u"3 alerts <b>fire</b>"_s, u"<img src=x> & more"_s, true, u"Show"_s});
        const QJsonObject first = next();
        QCOMPARE(first.value("title"_L1).toString(), u"3 alerts <b>fire</b>"_s);   // a summary has no markup
        QCOMPARE(first.value("text"_L1).toString(), u"&lt;img src=x&gt; &amp; more"_s);
        QCOMPARE(first.value("urgency"_L1).toInt(), 2);
        QCOMPARE(first.value("entry"_L1).toString(), u"quarterdeck"_s);
        QCOMPARE(first.value("actions"_L1).toArray(), (QJsonArray{u"default"_s, u"Show"_s, u"open"_s, u"Show"_s}));
        QCOMPARE(first.value("replaces"_L1).toInt(), 0);
        // Its number is known once its answer is here; what comes before that waits for it.
        notices.show({u"a"_s, u"4 alerts fire"_s});
        const QJsonObject second = next();
        QCOMPARE(second.value("replaces"_L1).toInt(), first.value("number"_L1).toInt());
        QCOMPARE(second.value("urgency"_L1).toInt(), 1);
        notices.withdraw(u"a"_s);
        const QJsonObject closed = next();
        QCOMPARE(closed.value("method"_L1).toString(), u"CloseNotification"_s);
        QCOMPARE(closed.value("number"_L1).toInt(), first.value("number"_L1).toInt());
    }

    void plainWhereMarkupIsNotRead()
    {
        QVERIFY(start(u"body"_s));
        desktop::NotificationService notices(fresh());
        QTRY_VERIFY(notices.available());
        notices.show({u"a"_s, u"t"_s, u"a & b"_s, false, u"Show"_s});
        const QJsonObject shown = next();
        QCOMPARE(shown.value("text"_L1).toString(), u"a & b"_s);
        QCOMPARE(shown.value("actions"_L1).toArray(), QJsonArray());
    }

    void clicksComeBack()
    {
        QVERIFY(start(u"actions"_s));
        desktop::NotificationService notices(fresh());
        QTRY_VERIFY(notices.available());
        QSignalSpy activated(&notices, &ports::DesktopNotices::activated);
        notices.show({u"a"_s, u"t"_s});
        const int number = next().value("number"_L1).toInt();
        notices.show({u"b"_s, u"t"_s});
        (void)next();
        person("click 999 default");    // somebody else's
        person("click " + QByteArray::number(number) + " default");
        QTRY_COMPARE(activated.count(), 1);
        QCOMPARE(activated.first().at(0).toString(), u"a"_s);
        QCOMPARE(activated.first().at(1).toString(), u"token-7"_s);
        person("close " + QByteArray::number(number));
        person("click " + QByteArray::number(number + 1) + " open");
        QTRY_COMPARE(activated.count(), 2);
        QCOMPARE(activated.last().at(0).toString(), u"b"_s);
        // What was closed is a new one when it is shown again.
        notices.show({u"a"_s, u"t"_s});
        QCOMPARE(next().value("replaces"_L1).toInt(), 0);
    }

    void offWithoutAService()
    {
        desktop::NotificationService notices(fresh());
        notices.show({u"a"_s, u"t"_s});
        QVERIFY(!notices.available());
        QSignalSpy changed(&notices, &ports::DesktopNotices::availableChanged);
        QVERIFY(start(u"body"_s));
        QTRY_COMPARE(changed.count(), 1);
        QVERIFY(notices.available());
        notices.show({u"a"_s, u"t"_s});
        QCOMPARE(next().value("title"_L1).toString(), u"t"_s);
        stop();
        QTRY_COMPARE(changed.count(), 2);
        QVERIFY(!notices.available());
        notices.show({u"a"_s, u"t"_s});     // and nothing comes of it
        // The next service gives numbers of its own.
        QVERIFY(start(u"body"_s));
        QTRY_VERIFY(notices.available());
        notices.show({u"a"_s, u"again"_s});
        const QJsonObject shown = next();
        QCOMPARE(shown.value("title"_L1).toString(), u"again"_s);
        QCOMPARE(shown.value("replaces"_L1).toInt(), 0);
    }

    void noBusIsNoService()
    {
        desktop::NotificationService notices(QDBusConnection(u"nothing here"_s));
        notices.show({u"a"_s, u"t"_s});
        notices.withdraw(u"a"_s);
        QVERIFY(!notices.available());
    }
};

QTEST_GUILESS_MAIN(TestNotifications)
#include "tst_notifications.moc"
