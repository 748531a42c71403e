// SPDX-License-Identifier: GPL-3.0-or-later
// The editor of profiles.yaml as a person uses it: over the real rules and a real file, and over what a scene says.
#include "app/config/ProfilesFile.h"
#include "app/yaml/Yaml.h"
#include "models/core/Async.h"
#include "models/core/Json.h"
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/profiles/ProfileForm.h"
#include "ui/profiles/ProfilesDialog.h"
#include "ui/profiles/TrialPanel.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/tour/TourProfiles.h"
#include "ui/shell/tour/TourSignIn.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/signin/WindowSignIn.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QCheckBox>
#include <QComboBox>
#include <QJsonArray>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QRadioButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using test::texts;

namespace {

/// The file and the rules are real, what is around it a scene's.
class FileProfiles final : public ports::ProfileStore {
public:
    explicit FileProfiles(QString path) : m_path(std::move(path)) { }
    TourProfiles scene{QDateTime::currentDateTimeUtc()};
    QString chosen() const override { return u"test"_s; }
    QString path() const override { return m_path; }
    QFuture<Result<ports::ProfileFile>> read() override { return readyFuture(config::readProfilesFile(m_path, *m_codec)); }
    QFuture<Result<ports::ProfileFile>> save(const ports::ProfileFile &base, const ports::ProfileChange &change) override
    {
        return readyFuture(config::saveProfile(base, change, *m_codec));
    }
    QList<ports::ProfileNote> check(const ports::ProfileFile &base, const ports::ProfileChange &change) const override { return config::checkProfile(base, change); }
    QFuture<Result<ports::ProfileSurroundings>> look(const QJsonObject &profile) override { return scene.look(profile); }
    QFuture<Result<ports::IssuerCheck>> checkIssuer(const QJsonObject &profile, std::stop_token stop) override { return scene.checkIssuer(profile, stop); }
    QFuture<Result<ports::SignInSettings>> askArgo(const QUrl &server, std::stop_token stop) override { return scene.askArgo(server, stop); }
    bool openFile() override { return scene.openFile(); }
    std::unique_ptr<ports::ProfileTrial> tryProfile(const QJsonObject &profile) override { return scene.tryProfile(profile); }

private:
    QString m_path;
    std::shared_ptr<ports::YamlCodec> m_codec = yaml::makeYamlCodec();
};

QAbstractButton *button(QWidget *root, const QString &text)
{
    const QList<QAbstractButton *> all = root->findChildren<QAbstractButton *>();
    for (QAbstractButton *one : all) {
        if ((one->text() == text || one->accessibleName() == text) && one->isVisibleTo(root))
            return one;
    }
    return nullptr;
}

void press(QWidget *root, const QString &text)
{
    QAbstractButton *found = button(root, text);
    QVERIFY2(found && found->isEnabled(), qPrintable(text));
    QTest::keyClick(found, Qt::Key_Space);
}

/// Types over what stands in a field.
void type(ProfilesDialog *dialog, const QString &name, const QString &text)
{
    dialog->form()->focusField(name);
    auto *edit = dialog->form()->field(name)->findChild<QLineEdit *>();
    if (!edit)
        edit = qobject_cast<QLineEdit *>(dialog->form()->field(name)->editor());
    QVERIFY2(edit, qPrintable(name));
    edit->selectAll();
    text.isEmpty() ? QTest::keyClick(edit, Qt::Key_Delete) : QTest::keyClicks(edit, text);
}

constexpr char kFile[] = "schema: 1\nprofiles:\n# the real one\n- name: prod  # never rename\n  production: true\n  contexts: [infra-prod]\n- name: test\n  later: unknown\n";

}

class TestProfileEditor : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<FileProfiles> m_store;
    TourClock m_clock;

    QByteArray written() const
    {
        QFile file(m_store->path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void put(const QByteArray &text) const
    {
        QFile file(m_store->path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    std::unique_ptr<ProfilesDialog> open(const QString &profile, ports::ProfileStore *store = nullptr)
    {
        auto dialog = std::make_unique<ProfilesDialog>(store ? store : m_store.get(), &m_clock, profile, nullptr);
        dialog->open();
        return dialog;
    }

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_store = std::make_unique<FileProfiles>(m_dir->filePath(u"profiles.yaml"_s));
        m_store->scene.around.contexts = {{u"infra-prod"_s, u"p"_s, true, {}, {}}, {u"infra-dev"_s, u"d"_s, false, ports::SignInSettings{.issuer = u"https://id.example.com"_s, .clientId = u"kubelogin"_s}, {}}};
        ports::IssuerCheck check;
        check.roundTripMs = 84;
        check.signingKeys = 2;
        check.scopes = {u"openid"_s};
        m_store->scene.issuer = check;
        put(kFile);
    }

    void whatIsTypedIsWrittenAndNothingElse()
    {
        const auto dialog = open(u"prod"_s);
        QTRY_COMPARE(dialog->list()->count(), 2);
        QCOMPARE(dialog->list()->currentItem()->text(), u"prod"_s);
        QVERIFY(!button(dialog.get(), u"Save profile"_s)->isEnabled());
        type(dialog.get(), u"namespaces"_s, u"canton, validators"_s);
        QVERIFY(dialog->unsaved());
        QCOMPARE(dialog->list()->currentItem()->text(), u"prod (changed)"_s);
        press(dialog.get(), u"Save profile"_s);
        QTRY_VERIFY(!dialog->unsaved());
        QCOMPARE(written(), QByteArray(kFile).replace("contexts: [infra-prod]\n", "contexts: [infra-prod]\n  namespaces: [canton, validators]\n"));
        QVERIFY(texts(dialog.get()).contains(u"Profile prod is saved."_s));
    }

    void aFieldSaysWhatIsWrongAsItIsTyped()
    {
        const auto dialog = open(u"prod"_s);
        QTRY_COMPARE(dialog->list()->count(), 2);
        dialog->setPage(u"signIn"_s);
        QTest::keyClick(button(dialog.get(), u"OpenID Connect"_s), Qt::Key_Space);
        FormField *issuer = dialog->form()->field(u"signIn.issuer"_s);
        QVERIFY2(!issuer->hasError(), "nothing was entered yet");
        QVERIFY(texts(dialog.get()).contains(u"2 fields to change"_s));
        type(dialog.get(), u"signIn.issuer"_s, u"http://id.example.com"_s);
        QVERIFY(issuer->hasError() && texts(issuer).contains(u"https URL"_s));
        type(dialog.get(), u"signIn.clientId"_s, u"quarterdeck"_s);
        type(dialog.get(), u"signIn.redirectPorts"_s, u"8000 70000"_s);
        QVERIFY(dialog->form()->field(u"signIn.redirectPorts"_s)->hasError());
        QVERIFY(!button(dialog.get(), u"Save profile"_s)->isEnabled());
        type(dialog.get(), u"signIn.issuer"_s, u"https://id.example.com"_s);
        type(dialog.get(), u"signIn.redirectPorts"_s, u"8000"_s);
        type(dialog.get(), u"signIn.roles"_s, u"groups"_s);
        QVERIFY(dialog->form()->field(u"signIn.roles"_s)->hasError());
        type(dialog.get(), u"signIn.roles"_s, u"/groups"_s);
        QVERIFY(!issuer->hasError());
        QTRY_VERIFY(texts(issuer).contains(u"Answers in 84 ms, 2 keys valid."_s));
        type(dialog.get(), u"accent"_s, u"red"_s);
        QVERIFY(dialog->form()->field(u"accent"_s)->hasError());
        type(dialog.get(), u"accent"_s, u""_s);
        press(dialog.get(), u"Save profile"_s);
        QTRY_VERIFY(!dialog->unsaved());
        QVERIFY2(written().contains("  signIn:\n    issuer: https://id.example.com\n    clientId: quarterdeck\n    redirectPorts: [8000]\n    roles: [/groups]\n"), written().constData());
        QVERIFY(written().contains("# never rename") && written().contains("later: unknown"));
    }

    void profilesAreAddedDuplicatedRenamedAndRemoved()
    {
        const auto dialog = open({});
        QTRY_COMPARE(dialog->list()->count(), 2);
        QCOMPARE(dialog->list()->currentItem()->text(), u"test"_s);     // the one the console runs with
        press(dialog.get(), u"New profile"_s);
        QCOMPARE(dialog->list()->currentItem()->text(), u"new profile (changed)"_s);
        type(dialog.get(), u"name"_s, u"prod"_s);
        QVERIFY(dialog->form()->field(u"name"_s)->hasError());          // taken
        type(dialog.get(), u"name"_s, u"staging"_s);
        press(dialog.get(), u"Save profile"_s);
        QTRY_VERIFY(!dialog->unsaved());
        QVERIFY(written().endsWith("- name: staging\n"));
        press(dialog.get(), u"Duplicate this profile"_s);
        QVERIFY(dialog->list()->currentItem()->text().startsWith(u"staging-2"_s));
        press(dialog.get(), u"Save profile"_s);
        QTRY_VERIFY(!dialog->unsaved());
        QVERIFY(written().endsWith("- name: staging\n- name: staging-2\n"));
        type(dialog.get(), u"name"_s, u"dr"_s);
        press(dialog.get(), u"Save profile"_s);
        QTRY_VERIFY(!dialog->unsaved());
        QVERIFY(written().endsWith("- name: staging\n- name: dr\n"));
        press(dialog.get(), u"Remove this profile…"_s);
        QVERIFY(texts(dialog.get()).contains(u"Remove profile dr?"_s));
        QVERIFY(written().contains("name: dr"));
        press(dialog.get(), u"Remove"_s);
        QTRY_VERIFY(!written().contains("name: dr"));
    }

    void contextsAndFoundSignInsAreTakenOver()
    {
        const auto dialog = open(u"test"_s);
        QTRY_VERIFY(button(dialog.get(), u"infra-dev, cluster d"_s));
        press(dialog.get(), u"infra-dev, cluster d"_s);
        dialog->setPage(u"signIn"_s);
        QTest::keyClick(button(dialog.get(), u"OpenID Connect"_s), Qt::Key_Space);
        press(dialog.get(), u"Take over the sign-in of infra-dev"_s);
        press(dialog.get(), u"Save profile"_s);
        QTRY_VERIFY(!dialog->unsaved());
        QVERIFY2(written().endsWith("- name: test\n  contexts: [infra-dev]\n  signIn:\n    issuer: https://id.example.com\n    clientId: kubelogin\n  later: unknown\n"), written().constData());
        // and back: the section goes
        dialog->setPage(u"signIn"_s);
        QTest::keyClick(button(dialog.get(), u"As the kubeconfig says"_s), Qt::Key_Space);
        press(dialog.get(), u"Save profile"_s);
        QTRY_VERIFY(!written().contains("signIn"));
    }

    void anArgoCdIsAskedAtItsAddress()
    {
        m_store->scene.argo = ports::SignInSettings{.issuer = u"https://dex.example.com"_s, .clientId = u"argo-cli"_s};
        const auto dialog = open(u"test"_s);
        QTRY_COMPARE(dialog->list()->count(), 2);
        dialog->setPage(u"signIn"_s);
        QTest::keyClick(button(dialog.get(), u"OpenID Connect"_s), Qt::Key_Space);
        auto *take = button(dialog.get(), u"Take over from Argo CD"_s);
        QVERIFY(!take->isEnabled());
        for (QLineEdit *edit : dialog->findChildren<QLineEdit *>()) {
            if (edit->accessibleName() == u"Address of an Argo CD"_s)
                QTest::keyClicks(edit, u"https://argo.example.com"_s);
        }
        QTest::keyClick(take, Qt::Key_Space);
        QTRY_COMPARE(dialog->form()->value().value(u"signIn"_s).toObject().value(u"clientId"_s).toString(), u"argo-cli"_s);
        QVERIFY(m_store->scene.asked.contains(u"argo https://argo.example.com"_s));
    }

    void endpointsAndTelemetryAreEntered()
    {
        m_store->scene.around.faults = {{u"telemetry.loki.caFile"_s, u"loki.pem is not there."_s}};
        const auto dialog = open(u"test"_s);
        QTRY_COMPARE(dialog->list()->count(), 2);
        dialog->setPage(u"telemetry"_s);
        type(dialog.get(), u"telemetry.prometheus"_s, u"monitoring/prometheus"_s);
        QVERIFY(dialog->form()->field(u"telemetry.prometheus"_s)->hasError());
        type(dialog.get(), u"telemetry.prometheus"_s, u"monitoring/prometheus:9090"_s);
        QVERIFY(!dialog->form()->field(u"telemetry.prometheus"_s)->hasError());
        type(dialog.get(), u"telemetry.prometheus.caFile"_s, u"prom.pem"_s);
        QVERIFY2(dialog->form()->field(u"telemetry.prometheus.caFile"_s)->hasError(), "a service's certificate is the API server's matter");
        type(dialog.get(), u"telemetry.prometheus.caFile"_s, {});
        QVERIFY(!dialog->form()->field(u"telemetry.prometheus.caFile"_s)->hasError());
        type(dialog.get(), u"telemetry.loki"_s, u"https://loki.example.com"_s);
        type(dialog.get(), u"telemetry.loki.caFile"_s, u"loki.pem"_s);
        QTRY_VERIFY(test::texts(dialog->form()->field(u"telemetry.loki.caFile"_s)).contains(u"is not there"_s));
        type(dialog.get(), u"telemetry.loki.tenant"_s, u"canton"_s);
        dialog->setPage(u"ledger"_s);
        press(dialog.get(), u"Add endpoint"_s);
        QVERIFY(!button(dialog.get(), u"Save profile"_s)->isEnabled());
        type(dialog.get(), u"ledger.endpoints[0].node"_s, u"validators/a"_s);
        type(dialog.get(), u"ledger.endpoints[0].namespace"_s, u"canton"_s);
        type(dialog.get(), u"ledger.endpoints[0].ledgerApi"_s, u"127.0.0.1"_s);
        QVERIFY(dialog->form()->field(u"ledger.endpoints[0].ledgerApi"_s)->hasError());
        type(dialog.get(), u"ledger.endpoints[0].ledgerApi"_s, u"127.0.0.1:5001"_s);
        press(dialog.get(), u"TLS"_s);
        press(dialog.get(), u"Save profile"_s);
        QTRY_VERIFY(!dialog->unsaved());
        const auto file = config::readProfilesFile(m_store->path(), *yaml::makeYamlCodec());
        const QJsonValue test = *file->find(u"test"_s);
        QCOMPARE(json::at(test, u"/telemetry/prometheus/service"_s).toString(), u"monitoring/prometheus:9090"_s);
        QCOMPARE(json::at(test, u"/telemetry/loki"_s).toObject(), (QJsonObject{{u"url"_s, u"https://loki.example.com"_s}, {u"caFile"_s, u"loki.pem"_s}, {u"tenant"_s, u"canton"_s}}));
        QCOMPARE(json::at(test, u"/ledger/endpoints/0"_s).toObject(), (QJsonObject{{u"node"_s, u"validators/a"_s}, {u"namespace"_s, u"canton"_s}, {u"ledgerApi"_s, u"127.0.0.1:5001"_s}, {u"tls"_s, QJsonObject()}}));
        press(dialog.get(), u"Remove this endpoint"_s);
        press(dialog.get(), u"Save profile"_s);
        QTRY_VERIFY(!written().contains("ledger"));
    }

    void somebodyElsesChangeIsReadAndWhatWasEnteredGoesOverIt()
    {
        const auto dialog = open(u"prod"_s);
        QTRY_COMPARE(dialog->list()->count(), 2);
        type(dialog.get(), u"namespaces"_s, u"canton"_s);
        put(QByteArray(kFile).replace("production: true", "production: true\n  readOnly: true"));
        press(dialog.get(), u"Save profile"_s);
        QTRY_VERIFY(button(dialog.get(), u"Read again"_s));
        QVERIFY(!written().contains("canton"));
        press(dialog.get(), u"Read again"_s);
        QTRY_VERIFY(!button(dialog.get(), u"Read again"_s));
        QTRY_VERIFY(button(dialog.get(), u"Start read-only"_s)->isChecked());
        press(dialog.get(), u"Save profile"_s);
        QTRY_VERIFY(written().contains("readOnly: true") && written().contains("namespaces: [canton]"));
    }

    void aBrokenFileIsShownWithItsLinesAndTheWayToIt()
    {
        put("schema: 1\nprofiles:\n- name: prod\n  accent: red\n");
        const auto dialog = open({});
        QTRY_VERIFY2(texts(dialog.get()).contains(u"Line 4, column 11: profiles[0].accent"_s), qPrintable(texts(dialog.get())));
        QVERIFY(!button(dialog.get(), u"Save profile"_s)->isEnabled() && !button(dialog.get(), u"Test sign-in"_s)->isEnabled());
        test::grab(dialog.get(), u"profiles-broken"_s);
        press(dialog.get(), u"Open the file"_s);
        QVERIFY(m_store->scene.asked.contains(u"open file"_s));
        put(kFile);
        press(dialog.get(), u"Read again"_s);
        QTRY_COMPARE(dialog->list()->count(), 2);
    }

    void whereNothingIsThereTheFirstOneIsMade()
    {
        QVERIFY(QFile::remove(m_store->path()));
        const auto dialog = open({});
        auto *page = dialog->findChild<StatePage *>();
        QTRY_VERIFY(page->isVisible());
        press(page, u"New profile"_s);
        type(dialog.get(), u"name"_s, u"prod"_s);
        press(dialog.get(), u"Production: typed confirmations, violet stripe"_s);
        press(dialog.get(), u"Save profile"_s);
        QTRY_COMPARE(written(), QByteArray("schema: 1\nprofiles:\n- name: prod\n  production: true\n"));
    }

    void changesAreNotLostByClosing()
    {
        const auto dialog = open(u"prod"_s);
        QTRY_COMPARE(dialog->list()->count(), 2);
        type(dialog.get(), u"namespaces"_s, u"canton"_s);
        dialog->list()->setCurrentRow(1);
        dialog->list()->setCurrentRow(0);
        QCOMPARE(dialog->form()->value().value(u"namespaces"_s).toArray(), QJsonArray{u"canton"_s});
        QTest::keyClick(dialog.get(), Qt::Key_Escape);
        QVERIFY(dialog->isVisible() && texts(dialog.get()).contains(u"1 profile has changes that are not saved."_s));
        press(dialog.get(), u"Discard the changes"_s);
        QTRY_VERIFY(!dialog->isVisible());
        QCOMPARE(written(), QByteArray(kFile));
    }

    void aTestShowsItsStepsAndCanBeCancelled()
    {
        m_store->scene.trialState = u"waiting"_s;
        const auto dialog = open(u"prod"_s);
        QTRY_COMPARE(dialog->list()->count(), 2);
        press(dialog.get(), u"Test sign-in"_s);
        QVERIFY(dialog->trial()->isVisible() && !button(dialog.get(), u"Test sign-in"_s)->isEnabled());
        TourTrial *trial = m_store->scene.lastTrial;
        QVERIFY(texts(dialog->trial()).contains(u"Waits for your sign-in in the browser."_s));
        press(dialog->trial(), u"Open browser again"_s);
        press(dialog->trial(), u"Without a browser…"_s);
        QCOMPARE(trial->asked, (QStringList{u"start browser"_s, u"open again"_s, u"start code"_s}));
        press(dialog->trial(), u"Cancel the test"_s);
        QCOMPARE(trial->asked.last(), u"cancel"_s);
        QVERIFY(texts(dialog->trial()).contains(u"Cancelled."_s) && button(dialog.get(), u"Test sign-in"_s)->isEnabled());
        trial->become(TourTrial(u"discovery"_s, {}).steps(), false);
        QVERIFY(texts(dialog->trial()).contains(u"Failed at: Discovery"_s));
        QVERIFY(texts(dialog->trial()).contains(u"Check the network and the VPN"_s));
        trial->become(TourTrial(u"green"_s, {}).steps(), false);
        QVERIFY(dialog->trial()->summary().startsWith(u"Works, in"_s));
    }

    void theWindowOpensItFromEveryPlace()
    {
        const auto codec = yaml::makeYamlCodec();
        TourWorld world(test::shippedKinds(), codec.get(), &m_theme);
        world.fillConsortium();
        world.setProfiles(makeTourProfiles(world.clock().now()));
        auto session = tourSession(u"refused"_s, world.clock().now());
        world.environment(1)->setSignIn(session);
        MainWindow window(world.context());
        window.resize(1440, 900);
        window.show();
        QAction *action = window.actionRegistry()->action(u"view.profiles"_s);
        QVERIFY(action && action->shortcut() == QKeySequence(u"Ctrl+,"_s));
        action->trigger();
        auto *dialog = window.findChild<ProfilesDialog *>();
        QTRY_VERIFY(dialog && dialog->isVisible() && dialog->list()->count() == 3);
        QCOMPARE(test::unnamed(dialog), QStringList());
        dialog->reject();
        QTRY_VERIFY(!window.findChild<ProfilesDialog *>());
        QMenu *menu = window.openEnvironmentMenu(world.environment(1), &window);
        QVERIFY(menu->actions().contains(action) || !world.source());
        menu->close();
        Q_EMIT window.signIns()->profileWanted(u"dev"_s);
        dialog = window.findChild<ProfilesDialog *>();
        QTRY_VERIFY(dialog && dialog->list()->currentItem());
        QCOMPARE(dialog->list()->currentItem()->text(), u"dev"_s);
        QVERIFY(dialog->form()->field(u"signIn.issuer"_s));
        dialog->reject();
    }
};

QTEST_MAIN(TestProfileEditor)
#include "tst_profileeditor.moc"
