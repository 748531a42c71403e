// SPDX-License-Identifier: GPL-3.0-or-later
// What login, logout, whoami and every command with a sign-in say, with which exit code, and by which program a link is opened.
#include "app/console/Browser.h"
#include "app/console/commands/SignInSteps.h"
#include "app/login/secrets/MemorySecrets.h"
#include "models/ports/SecretStore.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace qd;
using namespace qd::console;
using namespace Qt::StringLiterals;
using ports::SignInFault;
using ports::SignInPhase;

namespace {

constexpr char kProfiles[] = R"(schema: 1
profiles:
- {name: prod, contexts: [lab], signIn: {issuer: 'https://id.example.com', clientId: quarterdeck}}
- {name: plain, contexts: [bare]}
)";

constexpr char kKubeConfig[] = R"(apiVersion: v1
kind: Config
current-context: lab
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]
contexts: [{name: lab, context: {cluster: c, user: u}}, {name: bare, context: {cluster: c, user: u}}]
users: [{name: u, user: {token: t}}]
)";

Error errorOf(SignInFault fault, ErrorKind kind)
{
    return {kind, u"It is so."_s, u"Press the button."_s, {}, ports::faultReason(fault)};
}

/// A session whose next state the test says.
class ScriptedSignIn final : public ports::SignInSession {
public:
    QString profile() const override { return u"prod"_s; }
    const ports::SignInSettings &settings() const override { return m_settings; }
    ports::SignInState state() const override { return m_state; }
    void restore() override
    {
        ++restored;
        m_state = {.phase = SignInPhase::Restoring};
        if (at)
            go(*at);
    }
    void start(ports::SignInWay) override { ++started; }
    void cancel() override { }
    void openBrowserAgain() override { ++started; }
    void refresh() override { }
    QFuture<Result<ports::SignOutEnd>> signOut(bool) override { return {}; }
    void keepInMemoryOnly(bool) override { }
    std::shared_ptr<ports::TokenSource> apiServerTokens() override { return {}; }
    std::shared_ptr<ports::TokenSource> accessTokens(const QString &) override { return {}; }
    void go(const ports::SignInState &state)
    {
        m_state = state;
        Q_EMIT changed();
    }
    std::optional<ports::SignInState> at;   ///< at once, from within restore()
    int restored = 0;
    int started = 0;

private:
    ports::SignInSettings m_settings{.issuer = u"https://id.example.com"_s, .clientId = u"quarterdeck"_s};
    ports::SignInState m_state;
};

ports::SignInIdentity paula()
{
    ports::SignInIdentity out{.issuer = u"https://id.example.com"_s, .subject = u"248"_s, .user = u"paula"_s};
    out.roles = {{u"admin"_s, u"ID token /groups"_s}, {u"viewer"_s, u"access token /realm_access/roles"_s}};
    out.expiresAt = QDateTime(QDate(2026, 11, 29), QTime(8, 0, 5), Qt::UTC);
    out.renews = out.remembered = true;
    return out;
}

}

class TestSignInSteps : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<Session> session(const QMap<QString, QString> &flags = {{u"profile"_s, u"prod"_s}})
    {
        Invocation invocation;
        invocation.flags = {{u"config-dir"_s, {m_folder.path()}}};
        for (auto it = flags.begin(); it != flags.end(); ++it)
            invocation.flags.insert(it.key(), {it.value()});
        auto made = Session::make(invocation);
        if (!made || !(*made)->connectClusters())
            return nullptr;
        return std::move(*made);
    }
    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_STATE_HOME", m_folder.path().toLocal8Bit());
        qputenv("KUBECONFIG", m_folder.filePath(u"config"_s).toLocal8Bit());
        for (const auto &[name, text] : {std::pair(u"profiles.yaml"_s, kProfiles), std::pair(u"config"_s, kKubeConfig)}) {
            QFile file(m_folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) > 0);
        }
    }

    void exitCodes_data()
    {
        QTest::addColumn<SignInFault>("fault");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<int>("code");
        QTest::newRow("cancelled") << SignInFault::Cancelled << ErrorKind::Cancelled << int(Interrupted);
        QTest::newRow("nobody came") << SignInFault::TimedOut << ErrorKind::Timeout << int(NotAllowed);
        QTest::newRow("no browser") << SignInFault::NoBrowser << ErrorKind::Unsupported << int(NotAllowed);
        QTest::newRow("no port") << SignInFault::NoListener << ErrorKind::Unsupported << int(NotAllowed);
        QTest::newRow("denied") << SignInFault::Denied << ErrorKind::Unauthenticated << int(NotAllowed);
        QTest::newRow("provider away") << SignInFault::IssuerUnreachable << ErrorKind::Network << int(Unreachable);
        QTest::newRow("provider wrong") << SignInFault::IssuerInvalid << ErrorKind::Invalid << int(Failed);
        QTest::newRow("client refused") << SignInFault::ClientRefused << ErrorKind::Unauthenticated << int(NotAllowed);
        QTest::newRow("token wrong") << SignInFault::TokenInvalid << ErrorKind::Unauthenticated << int(NotAllowed);
        QTest::newRow("clock") << SignInFault::ClockOff << ErrorKind::Unauthenticated << int(NotAllowed);
        QTest::newRow("ended") << SignInFault::SessionEnded << ErrorKind::Unauthenticated << int(NotAllowed);
        QTest::newRow("lost") << SignInFault::ResponseLost << ErrorKind::Network << int(Unreachable);
        QTest::newRow("locked") << SignInFault::KeychainLocked << ErrorKind::Storage << int(NotAllowed);
        QTest::newRow("no keychain") << SignInFault::KeychainUnavailable << ErrorKind::Timeout << int(NotAllowed);
    }
    void exitCodes()
    {
        QFETCH(SignInFault, fault);
        QFETCH(ErrorKind, kind);
        QTEST(signInExitCode(errorOf(fault, kind)), "code");
    }

    void waysOut_data()
    {
        QTest::addColumn<QString>("reason");
        QTest::addColumn<QString>("says");
        QTest::newRow("locked") << QString::fromLatin1(ports::secret::kLocked) << u"--profile prod login"_s;
        QTest::newRow("none yet") << QString::fromLatin1(ports::secret::kNoKeyring) << u"--profile prod login"_s;
        QTest::newRow("no service") << QString::fromLatin1(ports::secret::kAbsent) << u"Install and start one"_s;
        QTest::newRow("silent") << QString::fromLatin1(ports::secret::kNotResponding) << u"try again"_s;
        QTest::newRow("refused") << QString::fromLatin1(ports::secret::kRefused) << u"Allow Quarterdeck"_s;
        QTest::newRow("damaged") << QString::fromLatin1(ports::secret::kDamaged) << u"--profile prod login"_s;
        QTest::newRow("ended") << ports::faultReason(SignInFault::SessionEnded) << u"--profile prod login"_s;
        QTest::newRow("nobody came") << ports::faultReason(SignInFault::TimedOut) << u"--profile prod login"_s;
        QTest::newRow("no port") << ports::faultReason(SignInFault::NoListener) << u"--profile prod login --device"_s;
        QTest::newRow("not signed in") << QString() << u"--profile prod login"_s;
        QTest::newRow("its own") << ports::faultReason(SignInFault::ClientRefused) << u"Press the button."_s;
    }
    /// A terminal has no button and keeps nothing in memory.
    void waysOut()
    {
        QFETCH(QString, reason);
        const auto made = session();
        QVERIFY(made);
        qputenv("DISPLAY", ":9");   // where a dialog could open; nothing here opens one
        const Error error = withWayOut({ErrorKind::Unauthenticated, u"It is so."_s, u"Press the button."_s, {}, reason}, *made);
        qunsetenv("DISPLAY");
        QCOMPARE(error.message, u"It is so."_s);
        QFETCH(QString, says);
        QVERIFY2(error.remedy.contains(says), qPrintable(error.remedy));
        QVERIFY(says == "Press the button."_L1 || !error.remedy.contains(u"Press"_s));
    }

    /// `login` cannot open the keyring's dialog there: it would send people round in a circle.
    void aKeyringWithoutADisplay()
    {
        qunsetenv("DISPLAY");
        qunsetenv("WAYLAND_DISPLAY");
        const auto made = session();
        QVERIFY(made && !hasDisplay());
        const auto remedy = [&made](const char *reason) {
            return withWayOut({ErrorKind::Forbidden, u"It is so."_s, {}, {}, QString::fromLatin1(reason)}, *made).remedy;
        };
        for (const char *reason : {ports::secret::kLocked, ports::secret::kNoKeyring}) {
            QVERIFY2(remedy(reason).contains(u"| gnome-keyring-daemon --replace --unlock"_s), qPrintable(remedy(reason)));
            QVERIFY2(!remedy(reason).contains(u"dialog"_s) && !remedy(reason).contains(u"login"_s), qPrintable(remedy(reason)));
        }
        QVERIFY(remedy(ports::secret::kLocked).startsWith(u"Unlock it"_s));
        QVERIFY(remedy(ports::secret::kNoKeyring).startsWith(u"Make one"_s));
    }

    /// The network of --demo ends with the command: its login would be of a network that is gone.
    void theWayInOfADemoStays()
    {
        const auto made = session({{u"profile"_s, u"prod"_s}, {u"demo"_s, u"true"_s}});
        QVERIFY(made);
        QVERIFY(loginCommand(*made).startsWith(u"quarterdeck-demo up --dir"_s));
        QVERIFY(loginCommand(*made).endsWith(u"quarterdeck --config-dir /tmp/net --profile demo login"_s));
    }

    void aRequestNobodySignedInForSaysHow()
    {
        const auto made = session();
        QVERIFY(made && made->cluster().signIn);
        const Error error{ErrorKind::Unauthenticated, u"Not signed in."_s, u"Press the button."_s};
        QVERIFY(explained(error, *made, made->cluster()).remedy.contains(u"--profile prod login"_s));
        const Error other{ErrorKind::Forbidden, u"No."_s, u"Ask."_s};
        QCOMPARE(explained(other, *made, made->cluster()), other);
        const auto plain = session({{u"context"_s, u"bare"_s}});   // the kubeconfig's own credentials have other ways out
        QCOMPARE(explained(error, *plain, plain->cluster()), error);
    }

    void theCommandFindsTheSameSignIn()
    {
        const QString dir = m_folder.path();
        QCOMPARE(loginCommand(*session()), u"quarterdeck --config-dir %1 --profile prod login"_s.arg(dir));
        // No profile was named; the one that names the context signs in.
        QCOMPARE(loginCommand(*session({{u"context"_s, u"lab"_s}})), u"quarterdeck --config-dir %1 --context lab --profile prod login"_s.arg(dir));
        QCOMPARE(loginCommand(*session({{u"context"_s, u"bare"_s}})), u"quarterdeck --config-dir %1 --context bare login"_s.arg(dir));
        // A profile speaks of the kubeconfig as kubectl finds it, not of another.
        const QMap<QString, QString> elsewhere{{u"context"_s, u"lab"_s}, {u"kubeconfig"_s, m_folder.filePath(u"config"_s)}};
        QCOMPARE(loginCommand(*session(elsewhere)), u"quarterdeck --config-dir %1 --kubeconfig %1/config --context lab login"_s.arg(dir));
    }

    void withoutASignInProfilesThatHaveOneAreNamed()
    {
        const auto made = session({{u"profile"_s, u"plain"_s}});
        QVERIFY(made && !signInOf(*made));
        const Error error = noSignIn(*made);
        QVERIFY(error.message.contains(u"plain"_s) && error.remedy.contains(u"prod"_s));
    }

    void takesUpWhatIsRemembered()
    {
        const auto made = session();
        QVERIFY(made);
        QObject context;
        std::optional<Result<ports::SignInIdentity>> told;
        int times = 0;
        const auto handler = [&](const Result<ports::SignInIdentity> &identity) {
            told = identity;
            ++times;
        };
        for (const bool atOnce : {false, true}) {
            const auto signIn = std::make_shared<ScriptedSignIn>();
            const ports::SignInState in{.phase = SignInPhase::SignedIn, .identity = paula()};
            if (atOnce)
                signIn->at = in;
            takeUpSignIn(*made, signIn, &context, handler);
            QCOMPARE(signIn->restored, 1);
            signIn->go({.phase = SignInPhase::Refreshing, .identity = paula()});
            signIn->go(in);
            signIn->go({});   // what comes later is not its matter
            QVERIFY(told && *told);
            QCOMPARE((*told)->user, u"paula"_s);
            QCOMPARE(std::exchange(times, 0), 1);
            QCOMPARE(signIn->started, 0);   // never a browser
            told.reset();
        }
        const auto dying = std::make_shared<ScriptedSignIn>();
        {
            QObject gone;
            takeUpSignIn(*made, dying, &gone, handler);
        }
        dying->go({.phase = SignInPhase::SignedIn, .identity = paula()});
        QCOMPARE(times, 0);
    }

    void saysWhyNobodyIs()
    {
        const auto made = session();
        QVERIFY(made);
        QObject context;
        for (const SignInPhase phase : {SignInPhase::SignedOut, SignInPhase::Expired, SignInPhase::Failed}) {
            const auto signIn = std::make_shared<ScriptedSignIn>();
            std::optional<Error> told;
            takeUpSignIn(*made, signIn, &context, [&](const Result<ports::SignInIdentity> &identity) { told = identity.error(); });
            ports::SignInState state{.phase = phase};
            if (phase != SignInPhase::SignedOut)
                state.error = errorOf(SignInFault::SessionEnded, ErrorKind::Unauthenticated);
            signIn->go(state);
            QVERIFY(told);
            QCOMPARE(signInExitCode(*told), int(NotAllowed));
            QVERIFY2(told->remedy.contains(u"--profile prod login"_s), qPrintable(told->remedy));
            QVERIFY(phase != SignInPhase::SignedOut || told->message.contains(u"prod"_s));
        }
    }

    /// commands.md: these keys, to the letter.
    void theJson()
    {
        const QJsonObject said = whoJson({u"prod"_s, paula(), {{u"lab"_s, ports::Identity{u"kc:paula"_s, {}, {u"qd:admin"_s}}}, {u"eu"_s, Error{ErrorKind::Network, u"Away."_s}}}});
        QCOMPARE(said.value("issuer"_L1), u"https://id.example.com"_s);
        QCOMPARE(said.value("subject"_L1), u"248"_s);
        QCOMPARE(said.value("user"_L1), u"paula"_s);
        QCOMPARE(said.value("roles"_L1), (QJsonArray{QJsonObject{{u"role"_s, u"admin"_s}, {u"source"_s, u"ID token /groups"_s}},
                                                     QJsonObject{{u"role"_s, u"viewer"_s}, {u"source"_s, u"access token /realm_access/roles"_s}}}));
        QCOMPARE(said.value("expiresAt"_L1), u"2026-11-29T08:00:05Z"_s);
        QCOMPARE(said.value("clusterUser"_L1), u"kc:paula"_s);
        QCOMPARE(said.value("clusterGroups"_L1), (QJsonArray{u"qd:admin"_s}));
        QCOMPARE(said.value("clusters"_L1)[1]["error"_L1], u"Away."_s);
        const QJsonObject nothing = whoJson({});
        for (const QString &key : {u"issuer"_s, u"subject"_s, u"user"_s, u"expiresAt"_s, u"clusterUser"_s})
            QVERIFY2(nothing.contains(key) && nothing.value(key).isNull(), qPrintable(key));
        QCOMPARE(nothing.value("roles"_L1), QJsonArray());
        QCOMPARE(nothing.value("clusterGroups"_L1), QJsonArray());
    }

    void theBrowserGetsTheLinkAsItsLastArgument_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QByteArray>("arguments");
        QTest::newRow("by its path") << u"%1"_s << QByteArray("https://id/?a=b%20c&d=1\n");
        QTest::newRow("words") << u"\"%1\" --new-window \"two words\""_s << QByteArray("--new-window\ntwo words\nhttps://id/?a=b%20c&d=1\n");
    }
    void theBrowserGetsTheLinkAsItsLastArgument()
    {
        QFETCH(QString, command);
        const QString out = m_folder.filePath(u"told"_s);
        const QString program = m_folder.filePath(u"a browser"_s);   // with a blank
        QFile::remove(out);
        QFile file(program);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\nprintf '%s\\n' \"$@\" > '" + out.toUtf8() + ".new'; mv '" + out.toUtf8() + ".new' '" + out.toUtf8() + "'\n");
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        Invocation invocation;
        invocation.flags = {{u"browser"_s, {command.arg(program)}}};
        QVERIFY(browserOf(invocation)(QUrl(u"https://id/?a=b%20c&d=1"_s)));
        QTRY_VERIFY(QFile::exists(out));
        QFile told(out);
        QVERIFY(told.open(QIODevice::ReadOnly));
        QTEST(told.readAll(), "arguments");
        QFile::remove(program);
    }

    void aBrowserThatFailsIsTold()
    {
        QString told;
        Invocation invocation;
        invocation.flags = {{u"browser"_s, {u"sh -c \"exit 3\""_s}}};
        const ports::BrowserOpener failing = browserOf(invocation, [&told](const QString &how) { told = how; });
        QVERIFY(failing(QUrl(u"https://id/"_s)));
        QTRY_COMPARE(told, u"sh ended with 3"_s);
        invocation.flags = {{u"browser"_s, {u"sh -c \"kill -9 $$\""_s}}};
        const ports::BrowserOpener killed = browserOf(invocation, [&told](const QString &how) { told = how; });
        QVERIFY(killed(QUrl(u"https://id/"_s)));
        QTRY_COMPARE(told, u"sh was ended by signal 9"_s);
        invocation.flags = {{u"browser"_s, {u"true"_s}}};
        const ports::BrowserOpener well = browserOf(invocation, [&told](const QString &how) { told += how; });
        QVERIFY(well(QUrl(u"https://id/"_s)));
        invocation.flags = {{u"browser"_s, {u"false"_s}}};
        const ports::BrowserOpener later = browserOf(invocation, [&told](const QString &how) { told += how; });
        QVERIFY(later(QUrl(u"https://id/"_s)));
        QTRY_COMPARE(told, u"sh was ended by signal 9false ended with 1"_s);   // of the one that ended well nothing
    }

    void thereIsNoBrowser()
    {
        Invocation invocation;
        invocation.flags = {{u"browser"_s, {u"/nowhere/firefox"_s}}};
        QVERIFY(!browserOf(invocation)(QUrl(u"https://id/"_s)));
        qunsetenv("DISPLAY");
        qunsetenv("WAYLAND_DISPLAY");
        QVERIFY(!browserOf({})(QUrl(u"https://id/"_s)));
    }
};

QTEST_GUILESS_MAIN(TestSignInSteps)
#include "tst_signinsteps.moc"
