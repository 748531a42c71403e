// SPDX-License-Identifier: GPL-3.0-or-later
// Who asks which cluster, by profiles.yaml and the kubeconfig; nothing is sent.
#include "app/console/Session.h"
#include "app/login/secrets/MemorySecrets.h"
#include "app/login/session/FileLock.h"
#include "app/login/session/Vault.h"
#include "models/core/Async.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace qd;
using namespace qd::console;
using namespace Qt::StringLiterals;

namespace {

void write(const QString &path, const QByteArray &text)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("cannot write");
}

/// A keychain that is there and open.
class OpenKeychain final : public ports::SecretStore {
public:
    QFuture<Result<QByteArray>> read(const QString &key) override
    {
        return readyFuture<QByteArray>(m_entries.contains(key) ? Result<QByteArray>(m_entries.value(key)) : Result<QByteArray>(Error{ErrorKind::NotFound, u"no entry"_s}));
    }
    QFuture<Result<Done>> write(const QString &key, const QByteArray &value) override
    {
        m_entries.insert(key, value);
        return finished();
    }
    QFuture<Result<Done>> remove(const QString &key) override
    {
        m_entries.remove(key);
        return finished();
    }

private:
    QHash<QString, QByteArray> m_entries;
};

/// Answers as the test says.
class Services final : public ports::ServiceHttp {
public:
    Result<ports::HttpAnswer> answer{Error{ErrorKind::Network, u"Argo CD does not answer."_s}};
    QString asked;
    QFuture<Result<ports::HttpAnswer>> request(const ports::ServiceAddress &to, const QByteArray &method, const QString &pathAndQuery,
                                               const QMap<QByteArray, QByteArray> &headers, const QByteArray &, std::stop_token) override
    {
        asked = QString::fromLatin1(method) + u' ' + to.url + to.ns + u'/' + to.service + pathAndQuery + (headers.contains("authorization") ? u"!"_s : QString());
        return readyFuture(answer);
    }
};

constexpr char kProfiles[] = R"(schema: 1
profiles:
- name: prod
  contexts: [prod-main, prod-eu]
  signIn: {issuer: https://id.example.com/realms/canton, clientId: quarterdeck, scopes: [openid, groups], redirectPorts: [8000], bearer: accessToken,
           roles: [/groups], localhostName: true, redirectPath: /back, audiences: [kubernetes], resource: https://canton.network.global}
- name: dev
  contexts: [dev]
  signIn: {issuer: https://dev.example.com, clientId: quarterdeck}
- name: plain
  contexts: [prod-main, lab]
- name: elsewhere
  kubeconfig: /nowhere/config
  contexts: [lab]
  signIn: {issuer: https://elsewhere.example.com, clientId: quarterdeck}
- name: every
  signIn: {issuer: https://every.example.com, clientId: quarterdeck}
)";

constexpr char kKubeConfig[] = R"(apiVersion: v1
kind: Config
current-context: lab
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]
contexts:
- {name: lab, context: {cluster: c, user: admin}}
- {name: prod-main, context: {cluster: c, user: broken}}
- {name: prod-eu, context: {cluster: c, user: nobody-knows}}
- {name: dev, context: {cluster: c, user: admin}}
- {name: login, context: {cluster: c, user: kubelogin}}
- {name: secret, context: {cluster: c, user: kubelogin-secret}}
- {name: old, context: {cluster: c, user: retired}}
- {name: old-secret, context: {cluster: c, user: retired-secret}}
users:
- {name: admin, user: {token: t0ken, as: lea, as-groups: [g]}}
- {name: broken, user: {client-certificate: /nowhere/cert.pem, client-key: /nowhere/key.pem, as: mira}}
- name: kubelogin
  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/false, interactiveMode: Never, args: [x]}}
- name: kubelogin-secret
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: kubelogin, interactiveMode: Never,
           args: [get-token, --oidc-issuer-url=https://id.example.com, --oidc-client-id=k8s, --oidc-client-secret=s]}
- {name: retired, user: {auth-provider: {name: oidc, config: {idp-issuer-url: 'https://old.example.com', client-id: old, id-token: x.y.z,
                                                             idp-certificate-authority-data: Y2VydA==}}}}
- {name: retired-secret, user: {auth-provider: {name: oidc, config: {idp-issuer-url: 'https://old.example.com', client-id: old, client-secret: s}}}}
)";

}

class TestSignIns : public QObject {
    Q_OBJECT
private:
    [[nodiscard]] std::unique_ptr<Session> session(const QMap<QString, QString> &flags)
    {
        Invocation invocation;
        invocation.flags = {{u"config-dir"_s, {m_folder.path()}}};
        if (!flags.contains(u"profile"_s) || flags.value(u"profile"_s) != "elsewhere"_L1)
            qputenv("KUBECONFIG", m_folder.filePath(u"config"_s).toLocal8Bit());
        for (auto it = flags.begin(); it != flags.end(); ++it)
            invocation.flags.insert(it.key(), {it.value()});
        auto made = Session::make(invocation);
        return made ? std::move(*made) : nullptr;
    }

    QTemporaryDir m_folder;

private Q_SLOTS:
    void init()
    {
        qputenv("XDG_STATE_HOME", m_folder.path().toLocal8Bit());
        QDir(m_folder.filePath(u"quarterdeck"_s)).removeRecursively();
        write(m_folder.filePath(u"profiles.yaml"_s), kProfiles);
        QByteArray config = kKubeConfig;
        // A kubelogin that works: nothing takes its place by itself.
        write(m_folder.filePath(u"kubelogin"_s), "#!/bin/sh\nexit 1\n");
        QFile::setPermissions(m_folder.filePath(u"kubelogin"_s), QFile::ReadOwner | QFile::ExeOwner);
        config.replace("command: /bin/false", QByteArray("command: " + m_folder.filePath(u"kubelogin"_s).toUtf8()));
        config.replace("args: [x]", "args: [get-token, --oidc-issuer-url, 'https://id.example.com', --oidc-client-id=k8s]");
        write(m_folder.filePath(u"config"_s), config);
    }

    void settings()
    {
        const auto made = session({{u"profile"_s, u"prod"_s}});
        QVERIFY(made->connectClusters());
        const ports::SignInSettings settings = made->signIn()->settings();
        QCOMPARE(settings.issuer, u"https://id.example.com/realms/canton"_s);
        QCOMPARE(settings.clientId, u"quarterdeck"_s);
        QCOMPARE(settings.scopes, (QStringList{u"openid"_s, u"groups"_s}));
        QCOMPARE(settings.redirectPorts, QList<quint16>{8000});
        QVERIFY(settings.bearer == ports::BearerToken::AccessToken && settings.localhostName);
        QCOMPARE(settings.roleClaims, QStringList{u"/groups"_s});
        QCOMPARE(settings.redirectPath, u"/back"_s);
        QCOMPARE(settings.audiences, QStringList{u"kubernetes"_s});
        QCOMPARE(settings.resource, u"https://canton.network.global"_s);
    }

    void whoAsks_data()
    {
        QTest::addColumn<QString>("profile");
        QTest::addColumn<QString>("context");
        QTest::addColumn<QString>("issuer");
        QTest::newRow("no profile, no sign-in") << QString() << u"lab"_s << QString();
        QTest::newRow("named by a profile, none is chosen") << QString() << u"dev"_s << u"https://dev.example.com"_s;
        QTest::newRow("the chosen profile") << u"dev"_s << u"dev"_s << u"https://dev.example.com"_s;
        QTest::newRow("a chosen one without sign-in speaks for what it names") << u"plain"_s << u"lab"_s << QString();
        QTest::newRow("and another for what it does not") << u"plain"_s << u"prod-eu"_s << u"https://id.example.com/realms/canton"_s;
        QTest::newRow("a chosen one that names none speaks for the current one") << u"every"_s << u"dev"_s << u"https://every.example.com"_s;
        QTest::newRow("a chosen one never for what it does not name") << u"dev"_s << u"lab"_s << QString();
        QTest::newRow("kubelogin stays what it is") << QString() << u"login"_s << QString();
        QTest::newRow("the retired auth-provider is done here") << QString() << u"old"_s << u"https://old.example.com"_s;
    }

    void whoAsks()
    {
        QFETCH(QString, profile);
        QFETCH(QString, context);
        QFETCH(QString, issuer);
        const auto made = session(profile.isEmpty() ? QMap<QString, QString>{{u"context"_s, context}}
                                                    : QMap<QString, QString>{{u"context"_s, context}, {u"profile"_s, profile}});
        const auto connected = made->connectClusters();
        QVERIFY2(connected, qPrintable(connected ? QString() : connected.error().text()));
        QCOMPARE(made->cluster().signIn ? made->cluster().signIn->settings().issuer : QString(), issuer);
        QCOMPARE(made->issuerOf(context), issuer);
        QVERIFY(made->describeContext(context));
        if (!issuer.isEmpty()) {
            // Nothing of the kubeconfig's user goes beside the bearer, and whom to impersonate stays.
            const kube::AuthConfig &auth = made->cluster().config.auth;
            QVERIFY(auth.token.isEmpty() && auth.clientCertificateFile.isEmpty() && auth.clientKeyFile.isEmpty() && !auth.exec && auth.authProvider.isEmpty());
            QCOMPARE(made->cluster().config.as.user, context == "dev"_L1 ? u"lea"_s : context == "prod-main"_L1 ? u"mira"_s : QString());
        } else {
            QVERIFY(!made->signIns().used());   // neither the keychain nor the bus is touched
        }
    }

    /// The profile's file is another: its name for a cluster is not ours.
    void anotherKubeconfig()
    {
        const auto made = session({});
        QVERIFY(made->connectClusters());
        QVERIFY(!made->cluster().signIn && !made->signIns().used());
    }

    void severalAtOnce()
    {
        const auto made = session({{u"profile"_s, u"prod"_s}});
        QVERIFY(made->connectClusters());
        QCOMPARE(made->clusters().size(), size_t(2));
        QCOMPARE(made->clusters().at(0).signIn, made->clusters().at(1).signIn);
        const auto dev = made->connectContext(u"dev"_s);
        QVERIFY(dev && (*dev)->signIn);
        QVERIFY((*dev)->signIn != made->clusters().at(0).signIn);
        QCOMPARE((*dev)->signIn->profile(), u"dev"_s);
        const auto lab = made->connectContext(u"lab"_s);
        QVERIFY(lab && !(*lab)->signIn && !(*lab)->config.auth.token.isEmpty());
        const auto other = made->connectAs(u"dev"_s, u"vera"_s, {});
        QVERIFY(other);
        QCOMPARE((*other)->signIn->profile(), u"dev"_s);
        QCOMPARE((*other)->config.as.user, u"vera"_s);
    }

    /// It names no context: what is opened beside the current one does not get its token.
    void noContextsIsTheCurrentOne()
    {
        const auto made = session({{u"profile"_s, u"every"_s}});
        QVERIFY(made->connectClusters());
        QCOMPARE(made->cluster().signIn->profile(), u"every"_s);
        const auto eu = made->connectContext(u"prod-eu"_s);
        QVERIFY(eu && (*eu)->signIn);
        QCOMPARE((*eu)->signIn->profile(), u"prod"_s);
        const auto login = made->connectContext(u"login"_s);
        QVERIFY(login && !(*login)->signIn && (*login)->found);
    }

    void kubeloginByChoice()
    {
        const auto made = session({{u"context"_s, u"login"_s}});
        made->signIns().keepIn(std::make_shared<login::MemorySecrets>());
        QVERIFY(made->connectClusters());
        QVERIFY(made->cluster().found && made->cluster().config.auth.exec);
        QCOMPARE(made->cluster().found->program, u"kubelogin"_s);
        const auto before = made->cluster().tokens->credential({});
        QTRY_VERIFY(before.isFinished());
        QVERIFY(!before.result() && before.result().error().message.contains(u"kubelogin"_s));
        const auto chosen = made->signInHere(u"login"_s);
        QVERIFY2(chosen, qPrintable(chosen ? QString() : chosen.error().text()));
        QCOMPARE((*chosen)->settings().redirectPorts, (QList<quint16>{8000, 18000}));
        QCOMPARE(made->cluster().signIn, *chosen);
        const auto after = made->cluster().tokens->credential({});
        QTRY_VERIFY(after.isFinished());
        QCOMPARE(after.result().error().kind, ErrorKind::Unauthenticated);   // of the session: nobody signed in yet
        QVERIFY(!made->signInHere(u"lab"_s));
    }

    /// Next time it is done here without a word, until somebody signs out.
    void theChoiceHoldsAsLongAsTheSignIn()
    {
        login::SessionParts parts;
        parts.secrets = std::make_shared<OpenKeychain>();
        auto made = session({{u"context"_s, u"login"_s}});
        parts.stateFolder = made->signIns().folder();
        parts.lock = login::makeFileLock(parts.stateFolder);
        const auto settings = foundIn(*kube::KubeConfig::load(Session::kubeOptions(made->invocation())), u"login"_s)->found.settings;
        login::Vault vault(u"context/login"_s, settings, parts);
        bool written = false;
        vault.write({settings.issuer, settings.clientId, u"sub"_s, "r", {}, {}, {}}, [&written](const Result<Done> &done) { written = done.ok(); });
        QTRY_VERIFY(written);
        QVERIFY(vault.remembers());
        QVERIFY(made->connectClusters());
        QVERIFY(made->cluster().signIn && !made->cluster().found);
        QCOMPARE(made->issuerOf(u"login"_s), u"https://id.example.com"_s);
        vault.remove([&written](const Result<Done> &) { written = false; });
        QTRY_VERIFY(!written);
        made = session({{u"context"_s, u"login"_s}});
        QVERIFY(made->connectClusters());
        QVERIFY(!made->cluster().signIn && made->cluster().found);
    }

    void serviceTokens()
    {
        auto made = session({{u"profile"_s, u"prod"_s}});
        made->signIns().keepIn(std::make_shared<login::MemorySecrets>());
        QVERIFY(made->connectClusters());
        QVERIFY(!made->serviceTokens(config::Bearer::None));
        QVERIFY(!made->serviceTokens(config::Bearer::IdToken));   // the API server gets the access token
        const auto tokens = made->serviceTokens(config::Bearer::AccessToken, u"https://canton.network.global"_s);
        QVERIFY(tokens);
        const auto asked = tokens->credential({});
        QTRY_VERIFY(asked.isFinished());
        QCOMPARE(asked.result().error().kind, ErrorKind::Unauthenticated);
        made = session({{u"profile"_s, u"dev"_s}});
        QVERIFY(made->connectClusters() && made->serviceTokens(config::Bearer::IdToken));
        made = session({{u"context"_s, u"lab"_s}});
        QVERIFY(made->connectClusters() && !made->serviceTokens(config::Bearer::AccessToken));
    }

    /// The editor says that only what is open keeps what it was opened with.
    void whatIsSavedHoldsForWhatIsOpenedNext()
    {
        const auto made = session({{u"context"_s, u"login"_s}});
        QVERIFY(made->connectClusters());
        QByteArray text = kProfiles;
        text.replace("- name: dev\n", "- name: dev\n  production: true\n  readOnly: true\n");
        write(m_folder.filePath(u"profiles.yaml"_s), text);
        made->readProfilesAgain();
        const auto dev = made->connectContext(u"dev"_s);
        QVERIFY(dev && (*dev)->info.readOnly && (*dev)->info.mark == state::Mark::Production);
    }

    void withClientSecret()
    {
        auto made = session({{u"context"_s, u"secret"_s}});
        QVERIFY(made->connectClusters());
        const auto chosen = made->signInHere(u"secret"_s);
        QVERIFY(!chosen && chosen.error().message.contains(u"client secret"_s));
        QVERIFY(!made->cluster().signIn && made->cluster().found);
        made = session({{u"context"_s, u"old-secret"_s}});
        const auto connected = made->connectClusters();
        QVERIFY(!connected);
        QVERIFY2(connected.error().message.contains(u"old-secret"_s) && connected.error().message.contains(u"client secret"_s),
                 qPrintable(connected.error().text()));
    }

    void authorityOfTheEntry()
    {
        const auto made = session({{u"context"_s, u"old"_s}});
        QVERIFY(made->connectClusters());
        QFile file(made->cluster().signIn->settings().caFile);
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
        QCOMPARE(file.readAll(), QByteArray("cert"));
        QVERIFY(file.fileName().startsWith(made->signIns().folder()));
    }

    void argo_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("issuer");
        QTest::addColumn<QString>("problem");
        QTest::newRow("oidc") << 200 << QByteArray("{\"oidcConfig\": {\"issuer\": \"https://id.example.com\", \"clientID\": \"argo\", \"cliClientID\": \"argo-cli\"}}")
                              << u"https://id.example.com argo-cli"_s << QString();
        QTest::newRow("its own dex") << 200 << QByteArray("{\"dexConfig\": {\"connectors\": [{\"name\": \"LDAP\"}]}}")
                                     << u"https://argo.example.com/api/dex argo-cd-cli"_s << QString();
        QTest::newRow("local users only") << 200 << QByteArray("{\"url\": \"https://argo.example.com\"}") << QString() << u"signs nobody in"_s;
        QTest::newRow("something else") << 200 << QByteArray("<html>") << QString() << u"does not answer as an Argo CD"_s;
        QTest::newRow("not there") << 404 << QByteArray("{}") << QString() << u"answers 404"_s;
        QTest::newRow("unreachable") << 0 << QByteArray() << QString() << u"Argo CD does not answer."_s;
    }

    void argo()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QString, issuer);
        QFETCH(QString, problem);
        const auto services = std::make_shared<Services>();
        if (status > 0)
            services->answer = ports::HttpAnswer{status, {}, body};
        const auto asked = argoSignIn(services, {.ns = u"argocd"_s, .service = u"argocd-server"_s, .port = u"80"_s}, u"https://argo.example.com/"_s);
        QTRY_VERIFY(asked.isFinished());
        QCOMPARE(services->asked, u"GET argocd/argocd-server/api/v1/settings"_s);
        const auto found = asked.result();
        QCOMPARE(found.ok(), problem.isEmpty());
        if (found)
            QCOMPARE(QString(found->settings.issuer + u' ' + found->settings.clientId), issuer);
        else
            QVERIFY2(found.error().message.contains(problem), qPrintable(found.error().text()));
    }

    /// The demo network's profile and its cluster stand beside the person's own.
    void demo()
    {
        write(m_folder.filePath(u"demo.yaml"_s), "schema: 1\nprofiles: [{name: demo, kubeconfig: sign-in.config, contexts: [demo], "
                                                 "signIn: {issuer: 'http://127.0.0.1:9', clientId: quarterdeck}}]\n");
        write(m_folder.filePath(u"sign-in.config"_s), "apiVersion: v1\nkind: Config\ncurrent-context: demo\nclusters: [{name: d, cluster: {server: 'https://127.0.0.1:1'}}]\n"
                                                      "contexts: [{name: demo, context: {cluster: d, user: nobody}}]\nusers: [{name: nobody, user: {}}]\n");
        const QMap<QString, QString> flags{{u"demo"_s, u"true"_s}, {u"demo-kubeconfig"_s, m_folder.filePath(u"config"_s)}, {u"demo-profiles"_s, m_folder.filePath(u"demo.yaml"_s)},
                                           {u"demo-folder"_s, m_folder.filePath(u"network/console"_s)}};
        auto made = session(flags);
        QVERIFY(made->connectClusters());
        QCOMPARE(made->cluster().info.name, u"lab"_s);   // at once, without a browser
        QCOMPARE(made->signIns().secrets()->place(), ports::SecretPlace::MemoryOnly);   // nothing of it stays in the keyring,
        QCOMPARE(made->signIns().folder(), m_folder.filePath(u"network/console/sign-ins"_s));           // nor beside the person's own
        QCOMPARE(made->stateDir(), m_folder.filePath(u"network/console"_s));
        QCOMPARE(made->layoutDir(), made->configDir());     // a folder that is named is meant
        Invocation plain;
        plain.flags = {{u"demo"_s, {u"true"_s}}, {u"demo-folder"_s, {m_folder.filePath(u"network/console"_s)}}};
        QCOMPARE((*Session::make(plain))->layoutDir(), m_folder.filePath(u"network/console"_s));
        QCOMPARE(made->issuerOf(u"demo"_s), u"http://127.0.0.1:9"_s);
        const auto opened = made->connectContext(u"demo"_s);
        QVERIFY(opened && (*opened)->signIn);
        auto chosen = flags;
        chosen.insert(u"profile"_s, u"demo"_s);
        made = session(chosen);
        QVERIFY(made->connectClusters());
        QCOMPARE(made->cluster().info.name, u"demo"_s);
        QVERIFY(made->cluster().signIn && made->signIn() == made->cluster().signIn);
        QVERIFY(QFile::remove(m_folder.filePath(u"profiles.yaml"_s)));
        QVERIFY(session(chosen)->connectClusters());
    }
};

QTEST_GUILESS_MAIN(TestSignIns)
#include "tst_signins.moc"
