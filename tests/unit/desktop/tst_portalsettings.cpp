// SPDX-License-Identifier: GPL-3.0-or-later
// A portal of our own on a bus of our own: what it says first, what it says later, and what is said when it fails.
#include "app/desktop/PortalSettings.h"

#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusVariant>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace qd;
using namespace Qt::StringLiterals;

using Sections = QMap<QString, QVariantMap>;
Q_DECLARE_METATYPE(Sections)

namespace {

const QString kAppearance = u"org.freedesktop.appearance"_s;

class Portal : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")
public:
    Sections settings;
    bool fails = false;
    int asked = 0;

public Q_SLOTS:
    Q_SCRIPTABLE Sections ReadAll(const QStringList &sections)
    {
        ++asked;
        if (fails || sections != QStringList{kAppearance}) {
            sendErrorReply(u"org.freedesktop.portal.Error.Failed"_s, u"this portal fails"_s);
            return {};
        }
        return settings;
    }
};

}

class TestPortalSettings : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    QProcess m_daemon;
    QString m_address;
    std::unique_ptr<Portal> m_portal;
    int m_connections = 0;

    QDBusConnection connection(const QString &name) { return QDBusConnection::connectToBus(m_address, name); }
    QDBusConnection fresh() { return connection(u"console-%1"_s.arg(++m_connections)); }
    bool startPortal()
    {
        m_portal = std::make_unique<Portal>();
        QDBusConnection bus = connection(u"portal"_s);
        return bus.registerObject(u"/org/freedesktop/portal/desktop"_s, m_portal.get(), QDBusConnection::ExportScriptableSlots)
            && bus.registerService(u"org.freedesktop.portal.Desktop"_s);
    }

    void say(const QString &section, const QString &key, const QVariant &value)
    {
        QDBusMessage signal = QDBusMessage::createSignal(u"/org/freedesktop/portal/desktop"_s, u"org.freedesktop.portal.Settings"_s, u"SettingChanged"_s);
        signal << section << key << QVariant::fromValue(QDBusVariant(value));
        QVERIFY(connection(u"portal"_s).send(signal));
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QString program = QStandardPaths::findExecutable(u"dbus-daemon"_s);
        if (program.isEmpty()) {
            if (qEnvironmentVariable("QD_LIVE") == "required"_L1)
                QFAIL("dbus-daemon is not installed");
            QSKIP("dbus-daemon is not installed");
        }
        qDBusRegisterMetaType<Sections>();
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
        if (m_portal)
            connection(u"portal"_s).unregisterService(u"org.freedesktop.portal.Desktop"_s);
        QDBusConnection::disconnectFromBus(u"portal"_s);
        m_portal.reset();
    }
    void cleanupTestCase()
    {
        m_daemon.terminate();
        m_daemon.waitForFinished(5000);
    }

    void followsThePortal()
    {
        QVERIFY(startPortal());
        m_portal->settings = {{kAppearance, {{u"color-scheme"_s, 1U}, {u"contrast"_s, 1U}, {u"accent-color"_s, u"blue"_s}}}};
        desktop::PortalSettings settings(fresh());
        QSignalSpy changed(&settings, &desktop::PortalSettings::changed);
        QTRY_COMPARE(changed.count(), 1);
        QCOMPARE(settings.look(), (ports::DesktopLook{true, true, false}));
        say(kAppearance, u"color-scheme"_s, 2U);
        QTRY_COMPARE(changed.count(), 2);
        QCOMPARE(settings.look().dark, std::optional(false));
        say(kAppearance, u"contrast"_s, 0U);
        QTRY_COMPARE(changed.count(), 3);
        QVERIFY(!settings.look().highContrast);
        // Not ours, not a number, not known, and what is so already: nothing is told until the last one.
        say(u"org.gnome.desktop.interface"_s, u"color-scheme"_s, 1U);
        say(kAppearance, u"color-scheme"_s, u"dark"_s);
        say(kAppearance, u"color-scheme"_s, 2U);
        say(kAppearance, u"accent-color"_s, 1U);
        say(kAppearance, u"reduced-motion"_s, 1U);
        QTRY_COMPARE(changed.count(), 4);
        QCOMPARE(settings.look(), (ports::DesktopLook{false, false, true}));
        // A number of the future is no preference; wrapped twice, as Read of old portals answers.
        say(kAppearance, u"color-scheme"_s, QVariant::fromValue(QDBusVariant(7U)));
        QTRY_COMPARE(changed.count(), 5);
        QCOMPARE(settings.look().dark, std::nullopt);
    }

    void startsLater()
    {
        desktop::PortalSettings settings(fresh());
        QSignalSpy changed(&settings, &desktop::PortalSettings::changed);
        QVERIFY(startPortal());
        m_portal->settings = {{kAppearance, {{u"color-scheme"_s, 1U}}}};
        QTRY_COMPARE(changed.count(), 1);
        QCOMPARE(settings.look().dark, std::optional(true));
    }

    void failing()
    {
        QVERIFY(startPortal());
        m_portal->fails = true;
        QTest::ignoreMessage(QtInfoMsg, "the desktop does not say whether it is light or dark: this portal fails");
        desktop::PortalSettings settings(fresh());
        QSignalSpy changed(&settings, &desktop::PortalSettings::changed);
        QTRY_COMPARE(m_portal->asked, 1);
        // It is heard all the same when it has something to say.
        say(kAppearance, u"color-scheme"_s, 1U);
        QTRY_COMPARE(changed.count(), 1);
        QCOMPARE(settings.look().dark, std::optional(true));
    }

    void withoutABus()
    {
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");
        qputenv("XDG_RUNTIME_DIR", m_dir.path().toUtf8());
        desktop::PortalSettings settings;
        QCOMPARE(settings.look(), ports::DesktopLook());
    }
};

QTEST_GUILESS_MAIN(TestPortalSettings)
#include "tst_portalsettings.moc"
