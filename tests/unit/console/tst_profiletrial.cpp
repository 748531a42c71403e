// SPDX-License-Identifier: GPL-3.0-or-later
// A profile tried from issuer to rights, at a scripted provider and a scripted API server: which step fails, why, and that nothing stays.
#include "app/console/ProfileTrial.h"
#include "tests/support/TestPki.h"
#include "tests/support/TestProvider.h"

#include <QFile>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <QTest>

using namespace qd;
using namespace qd::console;
using namespace Qt::StringLiterals;
using ports::TrialState;

class TestProfileTrial : public QObject {
    Q_OBJECT
    support::TestPki m_pki;         ///< a bearer goes over TLS only
    std::unique_ptr<support::TestProvider> m_provider;
    std::unique_ptr<support::FaultServer> m_api;
    std::unique_ptr<QTemporaryDir> m_dir;
    QNetworkAccessManager m_browser;
    bool m_goes = true;             ///< the person signs in at once
    bool m_allowed = true;
    bool m_inUse = false;
    QStringList m_bearers;

    void answerApi()
    {
        m_api->handle(u"POST /apis/authentication.k8s.io/v1/selfsubjectreviews"_s, [this](const support::FaultRequest &request) {
            m_bearers.append(QString::fromLatin1(request.header("authorization")));
            return support::FaultAnswer::json(201, R"({"kind":"SelfSubjectReview","status":{"userInfo":{"username":"oidc:mira","groups":["a","b"]}}})");
        });
        m_api->handle(u"POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews"_s, [this](const support::FaultRequest &request) {
            const bool secrets = request.body.contains("secrets");
            return support::FaultAnswer::json(201, QByteArray(R"({"kind":"SelfSubjectAccessReview","status":{"allowed":)") + (m_allowed && !secrets ? "true" : "false") + "}}");
        });
    }
    config::Profile profile() const
    {
        config::Profile out;
        out.name = u"prod"_s;
        out.kubeconfig = m_dir->filePath(u"config"_s);
        config::SignIn signIn;
        signIn.issuer = m_provider->issuer();
        signIn.clientId = u"quarterdeck"_s;
        signIn.scopes = {u"openid"_s};
        out.signIn = signIn;
        return out;
    }
    std::unique_ptr<ProfileTrial> trial(const config::Profile &profile)
    {
        ProfileTrial::Parts parts;
        parts.openBrowser = [this](const QUrl &url) {
            if (m_goes)
                m_browser.get(QNetworkRequest(m_provider->agree(url)));
            return true;
        };
        parts.questions = {{u"See nodes"_s, {u"list"_s, {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, u"validators"_s}}}, {u"Read secrets"_s, {u"get"_s, {{}, u"v1"_s, u"secrets"_s}}}};
        parts.inUse = [this](const ports::SignInSettings &) { return m_inUse; };
        return std::make_unique<ProfileTrial>(profile, parts);
    }
    static QStringList said(const ProfileTrial &trial)
    {
        static const QStringList kWords{u"notBegun"_s, u"running"_s, u"waiting"_s, u"passed"_s, u"warned"_s, u"failed"_s, u"skipped"_s};
        QStringList out;
        for (const ports::TrialStep &step : trial.steps())
            out.append(kWords.at(int(step.state)));
        return out;
    }
    static QString all(const ProfileTrial &trial)
    {
        QStringList out;
        for (const ports::TrialStep &step : trial.steps())
            out.append(QString(step.title + u": "_s + step.words + u' ' + step.remedy));
        return out.join(u'\n');
    }

private Q_SLOTS:
    void init()
    {
        m_provider = std::make_unique<support::TestProvider>();
        m_api = std::make_unique<support::FaultServer>(m_pki.serverConfiguration({}));
        m_dir = std::make_unique<QTemporaryDir>();
        m_goes = m_allowed = true;
        m_inUse = false;
        m_bearers.clear();
        answerApi();
        QFile file(m_dir->filePath(u"config"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("apiVersion: v1\nkind: Config\ncurrent-context: lab\nclusters: [{name: c, cluster: {server: '" + m_api->url().toEncoded()
                   + "', certificate-authority-data: " + m_pki.ca().toBase64() + "}}]\ncontexts:\n- {name: lab, context: {cluster: c, user: admin}}\nusers:\n- {name: admin, user: {token: of-the-kubeconfig}}\n");
    }

    void allOfItPassesAndIsSignedOutAgain()
    {
        const auto one = trial(profile());
        one->start(ports::SignInWay::Browser);
        QVERIFY(one->running());
        QTRY_VERIFY_WITH_TIMEOUT(!one->running(), 20000);
        QCOMPARE(said(*one).join(u' '), u"passed passed passed passed passed passed passed"_s);
        for (const ports::TrialStep &step : one->steps())
            QVERIFY2(step.ms >= 0 && !step.words.isEmpty(), qPrintable(step.title));
        QVERIFY(all(*one).contains(u"oidc:mira"_s) && all(*one).contains(u"See nodes: yes. Read secrets: no."_s));
        // the API server got the person's token, not the kubeconfig's credential
        QVERIFY(m_bearers.size() == 1 && m_bearers.first().startsWith(u"Bearer ey"_s));
        QTRY_VERIFY(!m_provider->revoked.isEmpty());
        for (const QString &secret : std::as_const(m_provider->secrets))
            QVERIFY(!all(*one).contains(secret));
        QCOMPARE(one->signIn().phase, ports::SignInPhase::SignedOut);
    }

    void aClientThatIsSignedInElsewhereInTheProgramIsNotRevoked()
    {
        m_inUse = true;
        const auto one = trial(profile());
        one->start(ports::SignInWay::Browser);
        QTRY_VERIFY_WITH_TIMEOUT(!one->running(), 20000);
        QCOMPARE(said(*one).last(), u"passed"_s);
        QCOMPARE(one->signIn().phase, ports::SignInPhase::SignedOut);
        const QByteArray spared = m_provider->lastRefresh;
        // A revocation comes after the end: the next trial's is waited for, and is the only one.
        m_inUse = false;
        const auto two = trial(profile());
        two->start(ports::SignInWay::Browser);
        QTRY_VERIFY_WITH_TIMEOUT(!m_provider->revoked.isEmpty(), 20000);
        QVERIFY(!m_provider->revoked.contains(QString::fromLatin1(spared)));
    }

    void theStepThatFailsIsNamedAndTheRestSkipped_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<QString>("wanted");
        const auto states = [](int passed) { return QString(u"passed "_s.repeated(passed) + u"failed"_s + u" skipped"_s.repeated(6 - passed)); };
        QTest::newRow("no kubeconfig") << u"kubeconfig"_s << u"failed skipped skipped skipped skipped"_s;
        QTest::newRow("nobody at the issuer") << u"issuer"_s << states(1);
        QTest::newRow("another issuer's document") << u"document"_s << states(1);
        QTest::newRow("no keys") << u"keys"_s << states(2);
        QTest::newRow("a client nobody knows") << u"client"_s << states(3);
        QTest::newRow("denied") << u"denied"_s << states(3);
        QTest::newRow("a token for somebody else") << u"audience"_s << states(4);
        QTest::newRow("an API server that does not trust it") << u"api"_s << states(5);
        QTest::newRow("reviews that break") << u"review"_s << states(6);
    }
    void theStepThatFailsIsNamedAndTheRestSkipped()
    {
        QFETCH(QString, fault);
        QFETCH(QString, wanted);
        config::Profile tried = profile();
        const auto refused = support::FaultAnswer::json(401, R"({"kind":"Status","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401})");
        if (fault == "kubeconfig"_L1)
            tried.kubeconfig = m_dir->filePath(u"nowhere"_s);
        else if (fault == "issuer"_L1)
            m_provider->server.stopListening();
        else if (fault == "document"_L1)
            m_provider->discovery.insert(u"issuer"_s, u"https://somebody.example.com"_s);
        else if (fault == "keys"_L1)
            m_provider->server.handle(u"/keys"_s, [](const support::FaultRequest &) { return support::FaultAnswer::json(500, "{}"); });
        else if (fault == "client"_L1) {
            m_goes = false;     // an error page leads nowhere
            m_provider->server.handle(u"/auth"_s, [](const support::FaultRequest &) { return support::FaultAnswer::text(400, "<h1>Client not found</h1>", "text/html"); });
        } else if (fault == "denied"_L1)
            m_provider->failNext(support::FaultAnswer::json(400, R"({"error":"invalid_client"})"), false);
        else if (fault == "audience"_L1)
            m_provider->claimChanges.insert(u"aud"_s, u"somebody-else"_s);
        else if (fault == "api"_L1)
            m_api->handle(u"POST /apis/authentication.k8s.io/v1/selfsubjectreviews"_s, [refused](const support::FaultRequest &) { return refused; });
        else
            m_api->handle(u"POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews"_s, [](const support::FaultRequest &) {
                return support::FaultAnswer::json(403, R"({"kind":"Status","status":"Failure","message":"no","reason":"Forbidden","code":403})");
            });
        const auto one = trial(tried);
        one->start(ports::SignInWay::Browser);
        QTRY_VERIFY_WITH_TIMEOUT(!one->running(), 30000);
        QString got = said(*one).join(u' ');
        if (fault == "denied"_L1)       // the code was taken to the token endpoint: that is the token's step
            wanted = u"passed passed passed passed failed skipped skipped"_s;
        QVERIFY2(got == wanted, qPrintable(got + u'\n' + all(*one)));
        const QList<ports::TrialStep> steps = one->steps();
        const auto failed = std::find_if(steps.begin(), steps.end(), [](const ports::TrialStep &step) { return step.state == TrialState::Failed; });
        QVERIFY2(!failed->words.isEmpty() && !failed->remedy.isEmpty(), qPrintable(all(*one)));
        QCOMPARE(one->signIn().phase, ports::SignInPhase::SignedOut);
    }

    void whoMayNothingIsToldWhichRightIsMissing()
    {
        m_allowed = false;
        const auto one = trial(profile());
        one->start(ports::SignInWay::Browser);
        QTRY_VERIFY_WITH_TIMEOUT(!one->running(), 20000);
        QCOMPARE(one->steps().last().state, TrialState::Warned);
        QVERIFY(one->steps().last().remedy.contains(u"list validators.canton.quarterdeck.io"_s));
    }

    void cancellingWhileThePersonIsWaitedForEndsIt()
    {
        m_goes = false;
        const auto one = trial(profile());
        one->start(ports::SignInWay::Browser);
        QTRY_COMPARE(one->signIn().phase, ports::SignInPhase::WaitingForBrowser);
        QCOMPARE(one->steps().at(3).state, TrialState::Waiting);
        const QUrl link = one->signIn().browserUrl;
        one->cancel();
        QVERIFY(!one->running());
        QCOMPARE(said(*one).join(u' '), u"passed passed passed notBegun notBegun notBegun notBegun"_s);
        // and once more, from the start
        m_goes = true;
        one->start(ports::SignInWay::Browser);
        QTRY_VERIFY_WITH_TIMEOUT(!one->running(), 20000);
        QCOMPARE(said(*one).last(), u"passed"_s);
        QVERIFY(link.isValid());
    }

    void withoutASignInTheKubeconfigsCredentialIsTried()
    {
        config::Profile plain = profile();
        plain.signIn.reset();
        plain.contexts = {u"lab"_s};
        const auto one = trial(plain);
        one->start(ports::SignInWay::Browser);
        QTRY_VERIFY_WITH_TIMEOUT(!one->running(), 20000);
        QCOMPARE(said(*one).join(u' '), u"passed passed passed"_s);
        QCOMPARE(m_bearers, QStringList{u"Bearer of-the-kubeconfig"_s});
    }

    void itMayBeTakenAwayAtAnyTime()
    {
        for (int moment = 0; moment < 6; ++moment) {
            auto one = trial(profile());
            int changes = 0;
            connect(one.get(), &ports::ProfileTrial::changed, this, [&changes] { ++changes; });
            one->start(ports::SignInWay::Browser);
            QTRY_VERIFY(changes > moment);
            one.reset();
        }
        QCOMPARE(m_api->count(u"/nowhere"_s), 0);
    }
};

QTEST_GUILESS_MAIN(TestProfileTrial)
#include "tst_profiletrial.moc"
