// SPDX-License-Identifier: GPL-3.0-or-later
// The sign-in as a person meets it: the card in each state and what its buttons do, the bars of a window, who am I.
#include "models/core/Async.h"
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Popup.h"
#include "ui/shell/tour/TourSignIn.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/signin/SignInCard.h"
#include "ui/signin/WindowSignIn.h"
#include "ui/widgets/NoticeBar.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using test::button;
using test::texts;

namespace {

/// A keychain that answers unlock() as the test says.
class Keychain final : public ports::SecretStore {
public:
    Result<Done> unlocked{Done{}};
    int asked = 0;
    QFuture<Result<QByteArray>> read(const QString &) override { return readyFuture(Result<QByteArray>(Error{ErrorKind::NotFound, u"none"_s})); }
    QFuture<Result<Done>> write(const QString &, const QByteArray &) override { return finished(); }
    QFuture<Result<Done>> remove(const QString &) override { return finished(); }
    QFuture<Result<Done>> unlock(std::stop_token) override
    {
        ++asked;
        return readyFuture(unlocked);
    }
};

}

class TestSignIn : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();
    std::shared_ptr<ports::YamlCodec> m_codec = yaml::makeYamlCodec();
    TourClock m_clock;

    std::unique_ptr<SignInCard> card(const std::shared_ptr<TourSession> &session, const std::shared_ptr<ports::SecretStore> &secrets = {})
    {
        auto made = std::make_unique<SignInCard>(SignInCard::Subject{session, u"infra-dev"_s, nullptr, secrets}, &m_clock);
        made->resize(452, 260);
        made->show();
        return made;
    }

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    void eachStateSaysItsTitleAndItsWaysOn_data()
    {
        QTest::addColumn<QString>("title");
        QTest::addColumn<QStringList>("buttons");
        QTest::newRow("browser") << u"Sign in to infra-dev"_s << QStringList{u"Copy link"_s, u"Without a browser…"_s, u"Open browser again"_s, u"Cancel"_s};
        QTest::newRow("nobrowser") << u"Sign in to infra-dev"_s << QStringList{u"Copy link"_s, u"Without a browser…"_s, u"Open browser again"_s, u"Cancel"_s};
        QTest::newRow("device") << u"Sign in to infra-dev"_s << QStringList{u"Use the browser"_s, u"Cancel"_s};
        QTest::newRow("exchanging") << u"Sign in to infra-dev"_s << QStringList{u"Cancel"_s};
        QTest::newRow("in") << u"Signed in to infra-dev"_s << QStringList{u"Who am I"_s, u"Open infra-dev"_s};
        QTest::newRow("expired") << u"The session for infra-dev has ended"_s << QStringList{u"Without a browser…"_s, u"Not now"_s, u"Sign in"_s};
        QTest::newRow("locked") << u"The keyring is locked"_s << QStringList{u"Not now"_s, u"Unlock…"_s};
        QTest::newRow("absent") << u"There is no keyring to keep the sign-in in"_s << QStringList{u"Not now"_s, u"Ask again"_s};
        QTest::newRow("clock") << u"This clock is 11 m behind"_s << QStringList{u"Copy command"_s, u"Check again"_s};
        QTest::newRow("audience") << u"This token is for somebody else"_s << QStringList{u"Copy for the administrator"_s, u"Edit profile…"_s, u"Try again"_s};
        QTest::newRow("refused") << u"id.northgate.example refuses this client"_s << QStringList{u"Copy for the administrator"_s, u"Edit profile…"_s, u"Try again"_s};
        QTest::newRow("unreachable") << u"id.northgate.example does not answer"_s << QStringList{u"Copy for the administrator"_s, u"Try again"_s};
        QTest::newRow("timeout") << u"Nobody signed in in time"_s << QStringList{u"Without a browser…"_s, u"Try again"_s};
        QTest::newRow("out") << u"Sign in to infra-dev"_s << QStringList{u"Without a browser…"_s, u"Not now"_s, u"Sign in"_s};
    }
    void eachStateSaysItsTitleAndItsWaysOn()
    {
        QFETCH(QString, title);
        QFETCH(QStringList, buttons);
        const auto session = tourSession(QLatin1StringView(QTest::currentDataTag()), m_clock.now());
        const auto shown = card(session);
        QCOMPARE(shown->face().title, title);
        for (const QString &text : std::as_const(buttons))
            QVERIFY2(button(shown.get(), text), qPrintable(text + u" in " + texts(shown.get())));
        QCOMPARE(shown->findChildren<QPushButton *>().size(), buttons.size());
        QCOMPARE(test::unnamed(shown.get()), QStringList());
        shown->resize(452, shown->heightForWidth(452));
        QCOMPARE(test::clipped(shown.get()).join(u'|'), QString());
        test::grab(shown.get(), u"signin-"_s + QLatin1StringView(QTest::currentDataTag()));
    }

    void buttonsDoWhatTheySay_data()
    {
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("press");
        QTest::addColumn<QString>("asked");
        QTest::newRow("start") << u"out"_s << u"Sign in"_s << u"start browser"_s;
        QTest::newRow("code") << u"out"_s << u"Without a browser…"_s << u"start code"_s;
        QTest::newRow("cancel") << u"browser"_s << u"Cancel"_s << u"cancel"_s;
        QTest::newRow("again") << u"browser"_s << u"Open browser again"_s << u"open again"_s;
        QTest::newRow("browser after code") << u"device"_s << u"Use the browser"_s << u"start browser"_s;
        QTest::newRow("after expiry") << u"expired"_s << u"Sign in"_s << u"start browser"_s;
        QTest::newRow("try again") << u"unreachable"_s << u"Try again"_s << u"start browser"_s;
        QTest::newRow("keychain without a store") << u"absent"_s << u"Ask again"_s << u"restore"_s;
    }
    void buttonsDoWhatTheySay()
    {
        QFETCH(QString, state);
        QFETCH(QString, press);
        QFETCH(QString, asked);
        const auto session = tourSession(state, m_clock.now());
        const auto shown = card(session);
        QTest::keyClick(button(shown.get(), press), Qt::Key_Space);
        QCOMPARE(session->asked, QStringList{asked});
    }

    void theLinkAndTheReportAreCopiedAndHoldNoMoreThanTheyShould()
    {
        const auto waiting = tourSession(u"browser"_s, m_clock.now());
        const auto first = card(waiting);
        QTest::keyClick(button(first.get(), u"Copy link"_s), Qt::Key_Space);
        QCOMPARE(QGuiApplication::clipboard()->text(), waiting->state().browserUrl.toString(QUrl::FullyEncoded));
        const auto refused = tourSession(u"refused"_s, m_clock.now());
        const auto second = card(refused);
        QTest::keyClick(button(second.get(), u"Copy for the administrator"_s), Qt::Key_Space);
        const QString report = QGuiApplication::clipboard()->text();
        for (const QString &part : {u"https://id.northgate.example/realms/canton"_s, u"quarterdesk"_s, u"invalid_client"_s})
            QVERIFY2(report.contains(part), qPrintable(report));
        QVERIFY(!report.contains(u"state="_s));
    }

    void aLockedKeychainIsUnlockedAndTheSessionTakenUp()
    {
        const auto session = tourSession(u"locked"_s, m_clock.now());
        const auto keychain = std::make_shared<Keychain>();
        const auto shown = card(session, keychain);
        keychain->unlocked = Error{ErrorKind::Forbidden, u"You closed the dialog of the keyring."_s, u"Unlock it when you are ready."_s};
        QTest::keyClick(button(shown.get(), u"Unlock…"_s), Qt::Key_Space);
        QTRY_VERIFY(texts(shown.get()).contains(u"You closed the dialog of the keyring."_s));
        QCOMPARE(session->asked, QStringList());
        keychain->unlocked = Done{};
        QTest::keyClick(button(shown.get(), u"Unlock…"_s), Qt::Key_Space);
        QTRY_COMPARE(session->asked, QStringList{u"restore"_s});
        QCOMPARE(keychain->asked, 2);
    }

    void memoryOnlyIsChosenAndSaid()
    {
        const auto session = tourSession(u"locked"_s, m_clock.now());
        const auto keychain = std::make_shared<Keychain>();
        const auto shown = card(session, keychain);
        const auto choices = shown->findChildren<QRadioButton *>();
        QCOMPARE(choices.size(), 2);
        QVERIFY(choices.first()->isChecked());
        choices.last()->setChecked(true);
        QTest::keyClick(button(shown.get(), u"Sign in…"_s), Qt::Key_Space);
        QCOMPARE(session->asked, (QStringList{u"memory only"_s, u"start browser"_s}));
        QCOMPARE(keychain->asked, 0);
    }

    void theCardFollowsItsSessionAndKeepsTheKeyboard()
    {
        const auto session = tourSession(u"out"_s, m_clock.now());
        const auto shown = card(session);
        shown->activateWindow();
        QTRY_VERIFY(shown->isActiveWindow());
        button(shown.get(), u"Sign in"_s)->setFocus();
        session->become(tourSignIn(u"browser"_s, m_clock.now()));
        QCOMPARE(shown->face().title, u"Sign in to infra-dev"_s);
        QVERIFY(shown->focusWidget() && shown->isAncestorOf(shown->focusWidget()));
        session->become(tourSignIn(u"in"_s, m_clock.now()));
        QVERIFY(texts(shown.get()).contains(u"mira.koenig@northgate.example"_s));
        QVERIFY(texts(shown.get()).contains(u"8 h, renews by itself"_s));
    }

    void aSessionThatEndedIsABarAndNothingIsLost()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto session = tourSession(u"in"_s, world.clock().now());
        world.environment(1)->setSignIn(session);
        MainWindow window(world.context());
        window.resize(1440, 900);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTRY_COMPARE(window.signIns()->bars().size(), 0);
        session->become(tourSignIn(u"expired"_s, world.clock().now()));
        QCOMPARE(window.signIns()->bars().size(), 1);
        NoticeBar *bar = window.signIns()->bars().first();
        QVERIFY2(texts(bar).contains(u"The session for infra-dev has ended"_s), qPrintable(texts(bar)));
        QVERIFY2(texts(bar).contains(u"Showing "_s), qPrintable(texts(bar)));
        QTest::keyClick(button(bar, u"Sign in…"_s), Qt::Key_Space);
        Popup *panel = window.openSignIn(world.environment(1));
        QVERIFY(panel && panel->isVisible());
        QTest::keyClick(button(panel, u"Sign in"_s), Qt::Key_Space);
        QCOMPARE(session->asked, QStringList{u"start browser"_s});
        session->become(tourSignIn(u"browser"_s, world.clock().now()));
        QVERIFY(texts(bar).contains(u"Signing in to infra-dev"_s));
        session->become(tourSignIn(u"in"_s, world.clock().now()));
        QTRY_COMPARE(window.signIns()->bars().size(), 0);
        panel->close();
    }

    void anEndWithoutRenewalIsAnnouncedBefore()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto session = tourSession(u"ending"_s, world.clock().now());
        world.environment(1)->setSignIn(session);
        MainWindow window(world.context());
        window.show();
        Q_EMIT session->endsSoon(world.clock().now().addSecs(240));
        QCOMPARE(window.signIns()->bars().size(), 1);
        QVERIFY(texts(window.signIns()->bars().first()).contains(u"The session for infra-dev ends in 4 m"_s));
        session->become(tourSignIn(u"in"_s, world.clock().now()));
        QTRY_COMPARE(window.signIns()->bars().size(), 0);
    }

    void whoAmITellsRolesWithTheirSourceAndSignsOut()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto session = tourSession(u"in"_s, world.clock().now());
        world.environment(1)->setSignIn(session);
        MainWindow window(world.context());
        window.resize(1440, 900);
        window.show();
        Popup *panel = window.openIdentity();
        const QString said = texts(panel);
        QVERIFY2(said.contains(u"Role canton-operators, from ID token /realm_access/roles"_s), qPrintable(said));
        QVERIFY2(said.contains(u"8 h, renews by itself"_s), qPrintable(said));
        QCOMPARE(test::unnamed(panel), QStringList());
        QCOMPARE(test::clipped(panel).join(u'|'), QString());
        QTest::keyClick(button(panel, u"Sign out everywhere"_s), Qt::Key_Space);
        QCOMPARE(session->asked, QStringList{u"sign out everywhere"_s});
        QCOMPARE(window.signIns()->bars().size(), 1);
    }

    /// Signed out is signed out; that the provider does not know it is told, and is no failure.
    void aProviderThatCouldNotBeToldIsNoFailure()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto session = tourSession(u"in"_s, world.clock().now());
        session->signedOut = ports::SignOutEnd{true, false, Error{ErrorKind::Network, u"id.example.com cannot be reached."_s}};
        world.environment(1)->setSignIn(session);
        MainWindow window(world.context());
        QStringList told;
        connect(window.signIns(), &WindowSignIn::told, this, [&told](network::State state, const QString &title, const QString &detail) {
            told = {state == network::State::Ready ? u"ready"_s : u"other"_s, title, detail};
        });
        window.signIns()->signOut(world.environment(1), false);
        QTRY_COMPARE(told.size(), 3);
        QCOMPARE(told.first(), u"ready"_s);
        QVERIFY2(told.at(1).startsWith(u"Signed out of"_s) && told.at(2).contains(u"could not be told: id.example.com cannot be reached."_s), qPrintable(told.join(u' ')));
    }
};

QTEST_MAIN(TestSignIn)
#include "tst_signin.moc"
