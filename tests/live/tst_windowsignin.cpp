// SPDX-License-Identifier: GPL-3.0-or-later
// Signing in with the window: a real Keycloak, a browser that follows its pages, the bearer at a real API server that trusts the realm, the
// controls as its RBAC says, a change under review whose audit record names the person; a session that ends while work is open, and one
// that is signed out of. Then the same on the demo network's own issuer.
#include "models/core/Async.h"
#include "models/ports/SecretStore.h"
#include "models/state/ChangePipeline.h"
#include "tests/live/LiveRig.h"
#include "tests/live/LiveWindow.h"
#include "ui/actions/ActionRegistry.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/panes/review/ActionDialog.h"
#include "ui/panes/review/ReviewDialog.h"
#include "ui/shell/MainWindow.h"
#include "ui/signin/SignInCard.h"
#include "ui/signin/WindowSignIn.h"
#include "ui/widgets/NoticeBar.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMenu>
#include <QLineEdit>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using ports::SignInPhase;
using state::ChangeOutcome;
using state::ChangePipeline;
using test::kPatience;
using test::Shown;

namespace {

const QString kKind = u"Validator"_s;
const QString kDev = u"northgate-dev-1"_s;
const QString kDevSpace = u"canton-devnet"_s;

/// A keychain that is there and open; what it holds outlives the window.
class OpenKeychain final : public ports::SecretStore {
public:
    QFuture<Result<QByteArray>> read(const QString &key) override
    {
        return readyFuture<QByteArray>(m_entries.contains(key) ? Result<QByteArray>(m_entries.value(key)) : Result<QByteArray>(Error{ErrorKind::NotFound, u"no entry"_s}));
    }
    QFuture<Result<Done>> write(const QString &key, const QByteArray &value) override
    {
        m_entries.insert(key, value);
        return readyFuture<Done>(Done{});
    }
    QFuture<Result<Done>> remove(const QString &key) override
    {
        m_entries.remove(key);
        return readyFuture<Done>(Done{});
    }

private:
    QHash<QString, QByteArray> m_entries;
};

/// The admin API of the realm, as its administrator.
class KeycloakAdmin {
public:
    explicit KeycloakAdmin(const QJsonObject &idp) : m_realm(idp["keycloak"_L1]["issuer"_L1].toString())
    {
        m_tls.setCaCertificates(QSslCertificate::fromPath(idp["ca"_L1].toString()));
    }

    /// Nobody renews as a person who may not sign in.
    bool allow(const QString &person, bool allowed)
    {
        const QByteArray form = "grant_type=password&client_id=admin-cli&username=rig&password=rig-of-the-live-lane";
        QNetworkRequest request = to(m_realm.section(u"/realms/"_s, 0, 0) + u"/realms/master/protocol/openid-connect/token"_s);
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/x-www-form-urlencoded"_s);
        m_token = answer(m_http.post(request, form)).object()["access_token"_L1].toString().toUtf8();
        const QString users = m_realm.section(u"/realms/"_s, 0, 0) + u"/admin/realms/"_s + m_realm.section(u'/', -1) + u"/users"_s;
        const QString id = answer(m_http.get(to(users + u"?exact=true&username="_s + person))).array().first()["id"_L1].toString();
        request = to(users + u'/' + id);
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
        (void)answer(m_http.put(request, allowed ? QByteArray("{\"enabled\":true}") : QByteArray("{\"enabled\":false}")));
        return !id.isEmpty() && m_status == 204;
    }

private:
    QNetworkRequest to(const QString &url)
    {
        QNetworkRequest request{QUrl(url)};
        request.setSslConfiguration(m_tls);
        if (!m_token.isEmpty())
            request.setRawHeader("Authorization", "Bearer " + m_token);
        return request;
    }
    QJsonDocument answer(QNetworkReply *reply)
    {
        (void)QTest::qWaitFor([reply] { return reply->isFinished(); }, kPatience);
        m_status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        reply->deleteLater();
        return QJsonDocument::fromJson(reply->readAll());
    }

    QString m_realm;
    QSslConfiguration m_tls = QSslConfiguration::defaultConfiguration();
    QNetworkAccessManager m_http;
    QByteArray m_token;
    int m_status = 0;
};

}

class WindowSignInTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
    }

    void cleanupTestCase()
    {
        m_shown.reset();
        m_other.reset();
        m_demo.reset();
    }

    /// The card comes up by itself; nothing is asked before; then the viewer sees and may change nothing, and is told which right is missing.
    void viewerAtKeycloak()
    {
        m_rig = std::make_unique<test::LiveRig>(QStringList{u"--idp"_s, u"--examples"_s, u"--operator"_s, u"--pace"_s, u"1"_s});
        if (m_rig->skipped())
            QSKIP(qPrintable(m_rig->why()));
        QVERIFY2(m_rig->ready(), qPrintable(m_rig->why()));
        m_other = std::make_unique<test::SecondClient>(m_rig->kubeconfig());
        QVERIFY2(m_other->trouble().isEmpty(), qPrintable(m_other->trouble()));
        m_browser = m_rig->idp()["browser"_L1].toVariant().toStringList();
        open({u"--profile"_s, u"keycloak"_s}, m_rig->idp()["configDir"_L1].toString());
        QTRY_VERIFY_WITH_TIMEOUT(card(), kPatience);
        QCOMPARE(m_shown->model()->rowCount(), 0);
        QVERIFY(environment()->needsSignIn());
        QVERIFY(records(u"kc:vera"_s, {}).isEmpty());
        QVERIFY(signInAs(u"vera"_s));
        QCOMPARE(environment()->identity().user, u"kc:vera"_s);
        QVERIFY(environment()->identity().groups.contains(u"qd:viewer"_s));
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(kKind, kDev) >= 0, kPatience);
        QVERIFY(m_shown->walkTo(kKind, kDev));
        QAction *scale = m_shown->window()->actionRegistry()->action(u"change.scale"_s);
        QTRY_VERIFY2_WITH_TIMEOUT(scale->toolTip().contains("Missing right"_L1), qPrintable(scale->toolTip()), kPatience);
        QVERIFY(!scale->isEnabled());
        const QList<ports::RoleGrant> roles = session()->state().identity->roles;
        QVERIFY(std::any_of(roles.begin(), roles.end(), [](const ports::RoleGrant &r) { return r.role == "viewer"_L1 && r.source.contains("/groups"_L1); }));
    }

    /// Watches end with the session, and the next person sees nothing of what the last one saw before it is theirs.
    void signedOut()
    {
        if (!m_shown)
            QSKIP("no rig");
        const QString before = session()->state().identity->subject;
        m_shown->window()->signIns()->signOut(environment(), false);
        QTRY_VERIFY_WITH_TIMEOUT(session()->state().phase == SignInPhase::SignedOut, kPatience);
        state::ResourceStore *store = environment()->store(*m_shown->session->kinds()->find(kKind));
        QTRY_VERIFY_WITH_TIMEOUT(store->loadState().phase != LoadState::Phase::Ready, kPatience);
        m_other->write(ports::Verb::MergePatch, target(), {{u"metadata"_s, QJsonObject{{u"labels"_s, QJsonObject{{u"seen"_s, u"no"_s}}}}}});
        const QString version = m_other->get(target().gvr, kDevSpace, kDev)["metadata"_L1]["resourceVersion"_L1].toString();
        QTRY_VERIFY_WITH_TIMEOUT(bar() && bar()->isVisible(), kPatience);
        const state::RowPtr row = m_shown->row(kKind, kDev);
        QVERIFY(row->resourceVersion != version);
        QVERIFY(!m_shown->session->signIn()->state().identity);
        QVERIFY(openCardByBar());
        QVERIFY(signInAs(u"paula"_s));
        QVERIFY(session()->state().identity->subject != before);
        QCOMPARE(environment()->identity().user, u"kc:paula"_s);
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(kKind, kDev) >= 0 && m_shown->row(kKind, kDev)->resourceVersion == version, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(!bar(), kPatience);
    }

    /// The review stands open when the provider ends the session. Filter, rows and the review are there afterwards; the change goes
    /// through as the person who signed in again, and the API server's record says who.
    void endedWhileWorkIsOpen()
    {
        if (!m_shown)
            QSKIP("no rig");
        KeycloakAdmin admin(m_rig->idp());
        m_shown->pane()->setFilterText(u"northgate"_s);
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(kKind, kDev) >= 0 && m_shown->model()->rowCount() < 20, kPatience);
        const int rows = m_shown->model()->rowCount();
        ui::ReviewDialog *dialog = scaleTo(2);
        QVERIFY(dialog);
        QVERIFY(admin.allow(u"paula"_s, false));
        session()->refresh();
        QTRY_VERIFY_WITH_TIMEOUT(session()->state().phase == SignInPhase::Expired, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(bar(), kPatience);
        QVERIFY2(test::textsOf(bar()).contains(u"has ended"_s), qPrintable(test::textsOf(bar())));
        QCOMPARE(m_shown->model()->rowCount(), rows);
        QVERIFY(admin.allow(u"paula"_s, true));
        QVERIFY(openCardByBar());
        QVERIFY(signInAs(u"paula"_s));
        QTRY_VERIFY_WITH_TIMEOUT(!bar(), kPatience);
        QCOMPARE(m_shown->model()->rowCount(), rows);
        QVERIFY(review() == dialog && dialog->isVisible());
        QVERIFY(confirmAndSettle(dialog));
        const QJsonObject now = m_other->get(target().gvr, kDevSpace, kDev);
        QCOMPARE(now["spec"_L1]["participant"_L1]["spec"_L1]["resources"_L1]["replicas"_L1].toInt(), 2);
        const QList<QJsonObject> written = records(u"kc:paula"_s, {u"update"_s, u"patch"_s});
        QVERIFY(!written.isEmpty());
        QVERIFY(std::any_of(written.begin(), written.end(), [](const QJsonObject &r) {
            return r["objectRef"_L1]["name"_L1].toString() == kDev && !r["requestURI"_L1].toString().contains("dryRun"_L1) && r["responseStatus"_L1]["code"_L1].toInt() == 200;
        }));
        QVERIFY(records(u"kc:vera"_s, {u"update"_s, u"patch"_s, u"delete"_s}).isEmpty());
        QVERIFY(noTokenAtRest());
    }

    /// The window again, in another process so to speak: the store remembers, no browser is asked, nothing comes up.
    void rememberedAtTheNextStart()
    {
        if (!m_shown)
            QSKIP("no rig");
        m_shown.reset();
        m_links.clear();
        open({u"--profile"_s, u"keycloak"_s}, m_rig->idp()["configDir"_L1].toString());
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(kKind, kDev) >= 0, kPatience);
        QCOMPARE(session()->state().identity->user, u"paula"_s);
        QVERIFY(m_links.isEmpty() && !card() && !bar());
    }

    /// As --demo --profile demo: the network's own issuer and its page of persons.
    void demoIssuer()
    {
        m_shown.reset();
        m_secrets = std::make_shared<OpenKeychain>();
        auto started = test::startDemo(m_folder.path());
        QVERIFY2(started, qPrintable(started ? QString() : started.error().text()));
        m_demo = std::move(*started);
        QVERIFY(!m_demo->profiles().isEmpty());
        m_browser = QStringList{u"python3"_s, u"-B"_s, QStringLiteral(QD_SOURCE_DIR "/tests/live/idp/browser.py")};
        open({u"--profile"_s, u"demo"_s}, QFileInfo(m_demo->profiles()).absolutePath());
        QTRY_VERIFY_WITH_TIMEOUT(card(), kPatience);
        QVERIFY(signInAs(u"vera"_s));
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(kKind, kDev) >= 0, kPatience);
        QVERIFY(environment()->identity().user.contains(u"vera"_s));
        QVERIFY(m_shown->walkTo(kKind, kDev));
        QAction *scale = m_shown->window()->actionRegistry()->action(u"change.scale"_s);
        QTRY_VERIFY2_WITH_TIMEOUT(scale->toolTip().contains("Missing right"_L1), qPrintable(scale->toolTip()), kPatience);
        m_shown->window()->signIns()->signOut(environment(), false);
        QVERIFY(openCardByBar());
        QVERIFY(signInAs(u"paula"_s));
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(kKind, kDev) >= 0, kPatience);
        QVERIFY(m_shown->walkTo(kKind, kDev));
        QTRY_VERIFY2_WITH_TIMEOUT(scale->isEnabled(), qPrintable(scale->toolTip()), kPatience);
    }

    /// As --demo alone: at once, by the persons' certificates; the issuer's context stands beside them and signs in when it is opened.
    void demoAtOnce()
    {
        if (!m_demo)
            QSKIP("no demo network");
        m_shown.reset();
        m_links.clear();
        m_secrets = std::make_shared<OpenKeychain>();
        const QTemporaryDir config;
        open({}, config.path(), {{u"demo"_s, {u"true"_s}}, {u"demo-kubeconfig"_s, {m_demo->kubeconfig()}}, {u"demo-profiles"_s, {m_demo->profiles()}}, {u"demo-folder"_s, {m_demo->consoleFolder()}}});
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(kKind, kDev) >= 0, kPatience);
        QVERIFY(!card() && !bar() && !environment()->signIn());
        const QList<QAction *> ways = m_shown->window()->openEnvironments()->actions();
        const auto way = std::find_if(ways.begin(), ways.end(), [](const QAction *a) { return a->text() == "Open demo and sign in"_L1; });
        QVERIFY(way != ways.end());
        (*way)->trigger();
        QCOMPARE(m_shown->graph->environments().size(), size_t(2));
        state::Environment *signedIn = m_shown->graph->environments().back().get();
        QVERIFY(signedIn->signIn() && signedIn->needsSignIn());
        QTRY_VERIFY_WITH_TIMEOUT(card(), kPatience);
        QVERIFY(signInAs(u"nora"_s, signedIn));
        QVERIFY(signedIn->identity().user.contains(u"nora"_s));
    }

    /// A context that signs in through kubelogin, which fails: it is said, and done here when the person chooses so; nothing is opened anew.
    void kubeloginFailsAndIsDoneHere()
    {
        if (!m_demo)
            QSKIP("no demo network");
        const config::Profile *demo = m_shown->session->profiles().find(u"demo"_s);
        QVERIFY(demo);
        const kube::ClusterConfig &cluster = m_shown->session->cluster().config;
        const QString program = m_folder.filePath(u"kubelogin"_s);
        const QString file = m_folder.filePath(u"kubelogin.config"_s);
        QVERIFY(write(program, "#!/bin/sh\necho no browser for me >&2\nexit 1\n") && QFile::setPermissions(program, QFile::ReadOwner | QFile::ExeOwner));
        const QJsonArray arguments{u"get-token"_s, QString(u"--oidc-issuer-url="_s + demo->signIn->issuer), QString(u"--oidc-client-id="_s + demo->signIn->clientId),
                                   u"--oidc-extra-scope=profile,groups,offline_access"_s, u"--oidc-redirect-url=http://127.0.0.1/callback"_s,
                                   u"--listen-address=127.0.0.1:28651,127.0.0.1:28652,127.0.0.1:28653"_s};
        const QJsonObject exec{{u"apiVersion"_s, u"client.authentication.k8s.io/v1"_s}, {u"command"_s, program}, {u"args"_s, arguments}, {u"interactiveMode"_s, u"Never"_s}};
        const QJsonObject at{{u"server"_s, cluster.server.toString()}, {u"certificate-authority-data"_s, QString::fromLatin1(cluster.caData.toBase64())}};
        const QJsonObject whole{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Config"_s}, {u"current-context"_s, u"company"_s},
            {u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, u"c"_s}, {u"cluster"_s, at}}}},
            {u"contexts"_s, QJsonArray{QJsonObject{{u"name"_s, u"company"_s}, {u"context"_s, QJsonObject{{u"cluster"_s, u"c"_s}, {u"user"_s, u"u"_s}}}}}},
            {u"users"_s, QJsonArray{QJsonObject{{u"name"_s, u"u"_s}, {u"user"_s, QJsonObject{{u"exec"_s, exec}}}}}}};
        QVERIFY(write(file, QJsonDocument(whole).toJson()));
        m_shown.reset();
        const QTemporaryDir config;
        open({u"--kubeconfig"_s, file}, config.path());
        QTRY_VERIFY_WITH_TIMEOUT(bar(), kPatience);
        QVERIFY2(test::textsOf(bar()).contains(u"company signs in through kubelogin"_s), qPrintable(test::textsOf(bar())));
        QVERIFY(!environment()->signIn() && !card());
        QVERIFY(openCardByBar());
        QVERIFY(signInAs(u"vera"_s));
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(kKind, kDev) >= 0, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(!bar(), kPatience);
        // The choice is remembered with the sign-in.
        m_shown.reset();
        m_links.clear();
        open({u"--kubeconfig"_s, file}, config.path());
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(kKind, kDev) >= 0, kPatience);
        // Who one is may be told after the first rows.
        QTRY_VERIFY_WITH_TIMEOUT(environment()->signIn() && environment()->identity().user.contains(u"vera"_s), kPatience);
        QVERIFY(m_links.isEmpty() && !bar() && !card());
    }

private:
    static bool write(const QString &path, const QByteArray &text)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }

    void open(const QStringList &arguments, const QString &configDir, const QMap<QString, QStringList> &flags = {})
    {
        m_shown = std::make_unique<Shown>(arguments, configDir, [this](console::Session &session) {
            session.signIns().keepIn(m_secrets);
            session.signIns().openWith([this](const QUrl &url) {
                m_links.append(url);
                return QProcess::startDetached(m_browser.first(), m_browser.mid(1) + QStringList{u"--person"_s, m_person, url.toString(QUrl::FullyEncoded)});
            });
        }, flags);
    }

    [[nodiscard]] state::Environment *environment() const { return m_shown->graph->environments().front().get(); }
    [[nodiscard]] ports::SignInSession *session() const { return environment()->signIn().get(); }
    [[nodiscard]] ui::ReviewDialog *review() const { return m_shown->window()->findChild<ui::ReviewDialog *>(); }
    [[nodiscard]] ui::NoticeBar *bar() const { return m_shown->window()->signIns()->bars().value(0); }
    [[nodiscard]] ui::SignInCard *card() const
    {
        auto *found = m_shown->window()->findChild<ui::SignInCard *>();
        return found && found->isVisible() ? found : nullptr;
    }
    [[nodiscard]] test::SecondClient::Target target() const { return {m_shown->session->kinds()->find(kKind)->gvr, kDevSpace, kDev}; }

    bool openCardByBar()
    {
        if (!QTest::qWaitFor([this] { return bar() && bar()->findChild<QPushButton *>(); }, kPatience))
            return false;
        QTest::mouseClick(bar()->findChild<QPushButton *>(), Qt::LeftButton);
        return QTest::qWaitFor([this] { return card(); }, kPatience);
    }

    /// The card's way on, the pages of the provider, and back: until the cluster has said who that is.
    bool signInAs(const QString &person, state::Environment *where = nullptr)
    {
        state::Environment *at = where ? where : environment();
        m_person = person;
        const qsizetype links = m_links.size();
        const auto way = [this] {
            const QList<QPushButton *> buttons = card()->findChildren<QPushButton *>();
            const auto it = std::find_if(buttons.begin(), buttons.end(), [](const QPushButton *b) { return b->isVisible() && b->text() == "Sign in"_L1; });
            return it == buttons.end() ? nullptr : *it;
        };
        if (!QTest::qWaitFor([&way] { return way() != nullptr; }, kPatience)) {
            qWarning("No way on: %s", qPrintable(test::textsOf(card())));
            return false;
        }
        QTest::mouseClick(way(), Qt::LeftButton);
        const auto in = [at, person] { return at->signIn()->state().phase == SignInPhase::SignedIn && at->identity().user.endsWith(person); };
        const bool done = QTest::qWaitFor(in, kPatience);
        if (!done) {
            const auto error = at->signIn()->state().error;
            qWarning("Phase %d: %s; %s", int(at->signIn()->state().phase), qPrintable(error ? error->text() : QString()), qPrintable(at->connectError().text()));
        }
        if (ui::SignInCard *open = card())
            open->window()->close();
        return done && m_links.size() == links + 1 && QTest::qWaitFor([this] { return !card(); }, kPatience);
    }

    /// The action on the row, its fields, the review that waits.
    ui::ReviewDialog *scaleTo(int count)
    {
        m_shown->window()->activateWindow();
        QAction *scale = m_shown->window()->actionRegistry()->action(u"change.scale"_s);
        if (!m_shown->walkTo(kKind, kDev) || !QTest::qWaitFor([scale] { return scale->isEnabled(); }, kPatience)) {
            qWarning("Scale stays disabled: %s", qPrintable(scale->toolTip()));
            return nullptr;
        }
        scale->trigger();
        const auto shown = [this] { return m_shown->window()->findChild<ui::ActionDialog *>(); };
        if (!QTest::qWaitFor([&shown] { return shown() && shown()->isVisible(); }, kPatience) || !QTest::qWaitForWindowActive(shown())) {
            qWarning("No dialog, or not active");
            return nullptr;
        }
        ui::ActionDialog *asks = shown();
        auto *component = asks->findChild<QComboBox *>();
        if (!component)
            return nullptr;
        component->setCurrentText(u"participant"_s);
        component->setFocus();
        QTest::keyClick(component, Qt::Key_Tab);
        auto *number = qobject_cast<QLineEdit *>(asks->focusWidget());
        if (!number) {
            qWarning("The focus is at %s", asks->focusWidget() ? asks->focusWidget()->metaObject()->className() : "nothing");
            return nullptr;
        }
        QTest::keyClicks(number, QString::number(count));
        QTest::keyClick(number, Qt::Key_Return);
        const auto waits = [this] {
            const ChangePipeline *p = review() ? review()->pipeline() : nullptr;
            return p && p->step() == ChangePipeline::Step::Review && p->stepState(ChangePipeline::Step::Review) == ChangePipeline::StepState::Waiting;
        };
        if (QTest::qWaitFor(waits, kPatience))
            return review();
        qWarning("No review: %s", qPrintable(test::textsOf(asks)));
        return nullptr;
    }

    bool confirmAndSettle(ui::ReviewDialog *dialog)
    {
        QSignalSpy ended(dialog, &ui::ReviewDialog::ended);
        QTest::mouseClick(dialog->findChild<QPushButton *>(u"confirm"_s), Qt::LeftButton);
        if (!QTest::qWaitFor([&ended] { return ended.count() == 1; }, kPatience))
            return false;
        const auto outcome = ended.first().first().value<ChangeOutcome>();
        if (outcome.kind != ChangeOutcome::Kind::Settled)
            qWarning("%s", qPrintable(outcome.message));
        dialog->close();
        return outcome.kind == ChangeOutcome::Kind::Settled && QTest::qWaitFor([this] { return !review(); }, kPatience);
    }

    /// What the API server's audit log has of a person; of all verbs when none is named.
    [[nodiscard]] QList<QJsonObject> records(const QString &user, const QStringList &verbs) const
    {
        QList<QJsonObject> out;
        QFile file(QFileInfo(m_rig->kubeconfig()).absolutePath() + u"/audit.log"_s);
        if (!file.open(QIODevice::ReadOnly))
            return {{{u"no audit log"_s, file.fileName()}}};
        while (!file.atEnd()) {
            const QJsonObject record = QJsonDocument::fromJson(file.readLine()).object();
            if (record["user"_L1]["username"_L1].toString() == user && (verbs.isEmpty() || verbs.contains(record["verb"_L1].toString())))
                out.append(record);
        }
        return out;
    }

    /// Neither in the state folder nor in the settings: a JWT begins so.
    [[nodiscard]] bool noTokenAtRest() const
    {
        for (const QString &root : {m_folder.path(), m_rig->idp()["configDir"_L1].toString()}) {
            QDirIterator it(root, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
            while (it.hasNext()) {
                QFile file(it.next());
                if (file.open(QIODevice::ReadOnly) && file.readAll().contains("eyJ")) {
                    qWarning("%s has a token", qPrintable(file.fileName()));
                    return false;
                }
            }
        }
        return true;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<test::LiveRig> m_rig;
    std::unique_ptr<test::SecondClient> m_other;
    std::unique_ptr<console::DemoProcess> m_demo;
    std::shared_ptr<OpenKeychain> m_secrets = std::make_shared<OpenKeychain>();
    QStringList m_browser;
    QString m_person;
    QList<QUrl> m_links;
    std::unique_ptr<Shown> m_shown;
};

QTEST_MAIN(WindowSignInTest)
#include "tst_windowsignin.moc"
