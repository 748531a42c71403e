// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestPem.h"
#include "app/kube/KubeConfig.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::kube;

/// kubeconfig as kubectl reads it. With QD_KUBECTL=<program> every document is compared with kubectl's, byte for byte.
class TestKubeConfig : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    QString write(const QString &name, const QByteArray &content) const
    {
        const QString path = m_dir.filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(path));
        return path;
    }

    KubeConfigOptions options(const QString &env) const
    {
        KubeConfigOptions out;
        out.kubeconfigEnv = env;
        out.homeDir = m_dir.path();
        out.workDir = m_dir.path();
        return out;
    }

    static QByteArray viewed(const KubeConfigOptions &options, bool raw)
    {
        const Result<KubeConfig> config = KubeConfig::load(options);
        if (!config)
            return "error: " + config.error().text().toUtf8();
        const Result<QJsonObject> document = config->document(raw);
        return document ? kubectlJson(*document) : QByteArray("error: " + document.error().text().toUtf8());
    }

    /// kubectl's own answer, empty without QD_KUBECTL; "error" when it refused.
    QByteArray kubectl(const KubeConfigOptions &options, const QStringList &flags) const
    {
        const QString program = qEnvironmentVariable("QD_KUBECTL");
        if (program.isEmpty())
            return {};
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"HOME"_s, options.homeDir);
        environment.insert(u"KUBECONFIG"_s, options.kubeconfigEnv);
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_dir.path());
        QStringList arguments = {u"config"_s, u"view"_s, u"-o"_s, u"json"_s};
        if (!options.explicitPath.isEmpty())
            arguments << u"--kubeconfig"_s << options.explicitPath;
        process.start(program, arguments + flags);
        process.waitForFinished(-1);
        return process.exitCode() == 0 ? process.readAllStandardOutput() : QByteArray("error");
    }

    static QByteArray user(const QByteArray &yaml)
    {
        return "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters:\n- {name: k, cluster: {server: 'https://h:1'}}\n"
               "contexts:\n- {name: c, context: {cluster: k, user: u}}\nusers:\n- name: u\n  user: " + yaml + "\n";
    }
    static QByteArray cluster(const QByteArray &yaml)
    {
        return "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters:\n- name: k\n  cluster: " + yaml
            + "\ncontexts:\n- {name: c, context: {cluster: k, user: u, namespace: ns1}}\nusers:\n- {name: u, user: {token: t}}\n";
    }

    Result<ClusterConfig> resolved(const QByteArray &text, const KubeOverrides &overrides = {}) const
    {
        KubeConfigOptions from = options(write(u"one"_s, text));
        from.overrides = overrides;
        const Result<KubeConfig> config = KubeConfig::load(from);
        return config ? config->resolve() : Result<ClusterConfig>(config.error());
    }

    /// Documents of the right and of the wrong shape.
    static void addShapes(const std::function<void(const char *, const QByteArray &)> &add)
    {
        add("lists null", "clusters:\nusers: ~\ncontexts: []\ncurrent-context: ''\n");
        add("item null", "clusters: [~]\nusers: [~]\ncontexts: [~]\n");
        add("names missing", "clusters: [{cluster: {server: a}}]\nusers: [{user: {token: x}}]\ncontexts: [{context: {}}]\n");
        add("name number", "users: [{name: 1, user: {}}]\n");
        add("duplicate name", "users: [{name: a, user: {}}, {name: a, user: {}}]\n");
        add("duplicate key", "current-context: a\ncurrent-context: b\n");
        add("sorted by bytes", "users: [{name: b}, {name: B}, {name: \xc3\xa9}, {name: a}, {name: '0'}, {name: ''}]\n");
        add("preferences", "preferences: {colors: true, extensions: [{name: x, extension: {k: v}}]}\n");
        add("preferences empty", "preferences: {}\n");
        add("preferences list", "preferences: []\n");
        add("top extensions", "extensions: [{name: x, extension: {k: v}}]\n");
        add("context namespace", "contexts: [{name: a, context: {cluster: c, user: u, namespace: '', extensions: [{name: x, extension: 1}]}}]\n");
        add("json", "{\"apiVersion\":\"v1\",\"kind\":\"Config\",\"clusters\":[{\"name\":\"a\",\"cluster\":{\"server\":\"https://h\"}}]}");
        add("json with tabs", "{\n\t\"users\": [\n\t\t{\"name\": \"a\",\n\t\t\"user\": {\"token\": \"x\"}}\n\t]\n}\n");
        add("anchors", "x: &c {server: 'https://h'}\nclusters:\n- {name: a, cluster: *c}\n- name: b\n  cluster:\n    <<: *c\n    proxy-url: http://p\n");
        add("two documents", "current-context: a\n---\ncurrent-context: b\n");
        add("wrong kind", "kind: Pod\n");
        add("wrong version", "apiVersion: v2\n");
        add("list", "[1]\n");
        add("scalar", "hello\n");
        add("broken", "a: [\n");
        add("utf8 mark", "\xef\xbb\xbf" "current-context: a\n");
        add("invalid utf8", "current-context: \xff\n");
        add("tabs", "a:\n\t- b\n");
        add("users map", "users: {a: {}}\n");
        add("user list", "users: [{name: a, user: []}]\n");
        add("current number", "current-context: 12\n");
        add("windows lines", "current-context: a\r\nusers:\r\n- name: b\r\n  user:\r\n    token: c\r\n");
    }

private Q_SLOTS:
    void initTestCase()
    {
        write(u"pki/ca.crt"_s, kTestCertificate);
        write(u"pki/client.crt"_s, kTestCertificate);
        write(u"pki/client.key"_s, kTestKey);
        write(u"pki/empty"_s, {});
        write(u"pki/token"_s, "from-file\n");
    }

    void view_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray data = QByteArray(kTestCertificate).toBase64();
        const auto add = [](const char *name, const QByteArray &text) { QTest::newRow(name) << text; };
        add("empty", {});
        add("comment", "# nothing\n");
        add("null", "null\n");
        add("no kind", "current-context: x\n");
        add("token", user("{token: abc}"));
        add("password", user("{username: a, password: b}"));
        add("files", user("{client-certificate: pki/client.crt, client-key: ./pki/../pki/client.key}"));
        add("empty file", user("{client-certificate: pki/empty, client-key: pki/client.key}"));
        add("missing file", user("{client-certificate: pki/nope}"));
        add("both", user("{client-certificate: pki/client.crt, client-certificate-data: " + data + "}"));
        add("data", user("{client-certificate-data: " + data + ", client-key-data: aGk=}"));
        add("empty data", user("{client-key-data: \"\"}"));
        add("bad base64", user("{client-key-data: \"%%%\"}"));
        add("unpadded base64", user("{client-key-data: aGk}"));
        add("folded base64", user("{client-key-data: \"aG\\nk=\"}"));
        add("bytes as a list", user("{client-key-data: [104, 105]}"));
        add("token file", user("{tokenFile: pki/token}"));
        add("token number", user("{token: 123}"));
        add("token on", user("{token: on}"));
        add("token octal in quotes", user("{token: '0123'}"));
        add("token null", user("{token: ~}"));
        add("unknown fields", user("{token: a, colour: red, Token: b}"));
        add("impersonation", user("{as: jane, as-uid: '7', as-groups: [a, b], as-user-extra: {x: [1a, 2], y: ~}}"));
        add("impersonation texts", user("{as: jane, as-groups: [], as-user-extra: {x: ['1', \"2\"], y: [], z: ~}}"));
        add("auth provider", user("{auth-provider: {name: oidc, config: {idp-issuer-url: 'https://i', client-id: x}}}"));
        add("auth provider empty", user("{auth-provider: {}}"));
        add("auth provider null", user("{auth-provider: ~}"));
        add("exec", user("{exec: {apiVersion: client.authentication.k8s.io/v1, command: bin/login, args: [a, '-b'], env: [{name: N, value: V}], "
                         "installHint: 'go <get> it & run', provideClusterInfo: true, interactiveMode: Never}}"));
        add("exec v1beta1", user("{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: login}}"));
        add("exec v1alpha1", user("{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: login, args: [], env: []}}"));
        add("exec empty", user("{exec: {}}"));
        add("exec parent", user("{exec: {apiVersion: client.authentication.k8s.io/v1, command: ../login}}"));
        add("ca", cluster("{server: 'https://h', certificate-authority: pki/ca.crt}"));
        add("ca data", cluster("{server: 'https://h', certificate-authority-data: " + data + "}"));
        add("all of cluster", cluster("{server: 'https://h/p?q', tls-server-name: name, insecure-skip-tls-verify: true, proxy-url: 'socks5://p:1', disable-compression: true}"));
        add("server missing", cluster("{}"));
        add("server null", cluster("~"));
        add("server number", cluster("{server: 8080}"));
        add("insecure text", cluster("{server: 'https://h', insecure-skip-tls-verify: 'true'}"));
        add("insecure yes", cluster("{server: 'https://h', insecure-skip-tls-verify: yes}"));
        add("extensions", cluster("{server: 'https://h', extensions: [{name: z, extension: {b: 1, a: [1.5, 1e3, 1e21, 1e-7, 0x1f, ~, on], c: {}, d: []}}, {name: a, extension: text}, "
                                  "{name: n}, {name: client.authentication.k8s.io/exec, extension: {audience: x}}]}"));
        add("extension order", cluster("{server: 'https://h', extensions: [{name: e, extension: {\"\xef\xbf\xbd\": 1, \"\xf0\x9f\x9a\x80\": 2, B: 3, a: 4}}]}"));
        add("escapes", user("{token: \"<a>&b\\t\\x01\\u2028\\\"\\\\\xc3\xa9\xf0\x9f\x9a\x80\"}"));
        addShapes(add);
    }

    /// Each case alone, as the second of a list behind a file that wins, and named by --kubeconfig.
    void view()
    {
        QFETCH(QByteArray, text);
        const QString path = write(u"case"_s, text);
        const QString first = write(u"sub/first"_s, "current-context: c\nusers: [{name: u, user: {tokenFile: t}}, {name: zz, user: {}}]\n");
        KubeConfigOptions named = options({});
        named.explicitPath = u"case"_s;
        for (const KubeConfigOptions &from : {options(path), options(u"sub/first:case:nope"_s), named}) {
            const QByteArray ours = viewed(from, true);
            QVERIFY(!ours.isEmpty());
            if (const QByteArray theirs = kubectl(from, {u"--flatten"_s, u"--raw"_s}); !theirs.isEmpty()) {
                if (theirs == "error")
                    QVERIFY2(ours.startsWith("error: "), ours.constData());
                else
                    QCOMPARE(QString::fromUtf8(ours), QString::fromUtf8(theirs));
            }
            if (ours.startsWith("error"))
                continue;
            KubeConfigOptions flat = options({});
            flat.explicitPath = write(u"flat"_s, ours);
            QCOMPARE(viewed(flat, true), ours);   // what we print is read back as the same
            if (const QByteArray theirs = kubectl(flat, {}); !theirs.isEmpty())
                QCOMPARE(QString::fromUtf8(viewed(from, false)), QString::fromUtf8(theirs));
        }
    }

    void redacted()
    {
        const QByteArray text = viewed(options(write(u"one"_s, user("{token: S3CRET, username: a, password: S3CRET, client-certificate-data: UzNDUkVU, client-key-data: UzNDUkVU}"))), false);
        QVERIFY(!text.contains("S3CRET") && !text.contains("UzNDUkVU"));
        QVERIFY(text.contains("\"token\": \"REDACTED\"") && text.contains("\"password\": \"REDACTED\"") && text.contains("\"client-key-data\": \"DATA+OMITTED\""));
        QVERIFY(text.startsWith("{\n    \"kind\": \"Config\",\n    \"apiVersion\": \"v1\",\n    \"clusters\": [\n        {\n            \"name\": \"k\",\n"));
    }

    void merging()
    {
        write(u"a"_s, "users: [{name: u, user: {username: x}}]\nclusters: [{name: k, cluster: {server: 'https://a', certificate-authority: ca.crt}}]\n");
        write(u"sub/ca.crt"_s, kTestCertificate);
        write(u"sub/b"_s, "current-context: c\nusers: [{name: u, user: {token: lost, tokenFile: t}}]\n"
                          "clusters: [{name: s, cluster: {server: 'https://b', certificate-authority: ca.crt}}]\n"
                          "contexts: [{name: c, context: {cluster: s, user: u}}, {name: d, context: {cluster: s}}]\n");
        const Result<KubeConfig> config = KubeConfig::load(options(u"a::nope:sub/b:a"_s));
        QVERIFY(config.ok());
        QCOMPARE(config->files(), (QStringList{u"a"_s, u"sub/b"_s}));
        QCOMPARE(config->missingFiles(), QStringList{u"nope"_s});
        const Result<ClusterConfig> cluster = config->resolve();
        QVERIFY2(cluster.ok(), cluster ? "" : qPrintable(cluster.error().text()));
        QCOMPARE(cluster->auth.token, QByteArray());   // no field merge: the second user is discarded entirely
        QCOMPARE(cluster->auth.username, u"x"_s);
        QCOMPARE(cluster->caFile, m_dir.filePath(u"sub/ca.crt"_s));
        QCOMPARE(cluster->ns, u"default"_s);
        QCOMPARE(config->contexts().size(), 2);
        QVERIFY(config->resolve(u"d"_s)->auth.username.isEmpty());   // a context without a user is anonymous
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        const QByteArray data = QByteArray(kTestCertificate).toBase64();
        const auto add = [](const char *name, const QByteArray &text, const QString &says) { QTest::newRow(name) << text << says; };
        add("dangling current", "current-context: x\ncontexts: [{name: a, context: {}}]\n", u"The context \"x\" is not in %1. Choose another with --context NAME (there are: a)"_s);
        add("none chosen", "contexts: [{name: a, context: {}}]\n", u"%1 has no current-context. Pass --context NAME (there are: a)"_s);
        add("empty", {}, u"No cluster is configured: %1 has no context."_s);
        add("dangling cluster", "current-context: c\ncontexts: [{name: c, context: {cluster: gone}}]\n", u"%1: the context \"c\" names the cluster \"gone\", which is in none of %1."_s);
        add("dangling user", cluster("{server: 'https://h'}").replace("user: u", "user: gone"), u"names the user \"gone\", who is in none of %1. Correct its user (there are: u)"_s);
        add("no cluster", "current-context: c\ncontexts: [{name: c, context: {}}]\n", u"the context \"c\" names no cluster."_s);
        add("no server", cluster("{}"), u"%1: the cluster \"k\" has no server. Add server: https://HOST:PORT to it."_s);
        add("bad server", cluster("{server: 'ftp://h'}"), u"server \"ftp://h\" is not an http or https URL."_s);
        add("bad proxy", cluster("{server: 'https://h', proxy-url: 'ftp://p'}"), u"proxy-url \"ftp://p\" is not an http, https or socks5 URL."_s);
        add("ca and insecure", cluster("{server: 'https://h', insecure-skip-tls-verify: true, certificate-authority: pki/ca.crt}"), u"has a certificate authority and insecure-skip-tls-verify: true"_s);
        add("ca twice", cluster("{server: 'https://h', certificate-authority: pki/ca.crt, certificate-authority-data: " + data + "}"), u"has both certificate-authority and certificate-authority-data."_s);
        add("ca unreadable", cluster("{server: 'https://h', certificate-authority: pki/nope}"), u"certificate-authority "_s);
        add("ca rubbish", cluster("{server: 'https://h', certificate-authority-data: aGk=}"), u"certificate-authority-data holds no certificate. It must be PEM"_s);
        add("token and basic", user("{token: a, username: b}"), u"%1: the user \"u\" has a token and a user name with password; only one is allowed. Remove one of them."_s);
        add("no key", user("{client-certificate: pki/client.crt}"), u"has a client certificate but no key."_s);
        add("key twice", user("{client-certificate: pki/client.crt, client-key: pki/client.key, client-key-data: aGk=}"), u"has both client-key and client-key-data."_s);
        add("key unreadable", user("{client-certificate: pki/client.crt, client-key: pki/nope}"), u"client-key "_s);
        add("token file", user("{tokenFile: pki/nope}"), u"tokenFile "_s);
        add("exec version", user("{exec: {command: x}}"), u"exec has no apiVersion. Add apiVersion: client.authentication.k8s.io/v1."_s);
        add("exec old", user("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}"), u"exec.apiVersion \"client.authentication.k8s.io/v1alpha1\" is not supported."_s);
        add("exec command", user("{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}"), u"exec has no command."_s);
        add("exec mode", user("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1}}"), u"exec has no interactiveMode."_s);
        add("exec odd mode", user("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Maybe}}"), u"exec.interactiveMode \"Maybe\" is unknown."_s);
        add("gcp", user("{auth-provider: {name: gcp}}"), u"the auth-provider \"gcp\" was removed from Kubernetes clients and cannot be used. Install gke-gcloud-auth-plugin"_s);
        add("groups alone", user("{token: a, as-groups: [b]}"), u"without a user."_s);
        add("number", user("{token: 5}"), u"%1: users[0].user.token, line 10, column 17 must be a text, not a number; put it in quotes."_s);
        add("base64", user("{client-key-data: '%'}"), u"users[0].user.client-key-data, line 10, column 27 is not valid base64."_s);
        add("syntax", "a: [\n", u"%1: Line 2, column 1: end of sequence flow not found."_s);
        add("utf8", "a: \xff", u"%1: Byte 3 (line 1, column 4) is not valid UTF-8. Save the file as UTF-8."_s);
    }
    void refused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const Result<ClusterConfig> cluster = resolved(text);
        QVERIFY(!cluster.ok());
        const QString wanted = says.contains("%1"_L1) ? says.replace("%1"_L1, m_dir.filePath(u"one"_s)) : says;
        QVERIFY2(cluster.error().text().contains(wanted), qPrintable(cluster.error().text()));
    }

    void everythingWrongAtOnce()
    {
        const Result<ClusterConfig> cluster = resolved(user("{token: a, username: b, as-groups: [x]}").replace("server: 'https://h:1'", ""));
        QVERIFY(!cluster.ok());
        QCOMPARE(cluster.error().causes.size(), 3);
        const Result<KubeConfig> two = KubeConfig::load(options(write(u"x"_s, "[1]") + u':' + write(u"y"_s, "{")));
        QVERIFY(!two.ok());
        QVERIFY(two.error().message.contains(m_dir.filePath(u"x"_s)) && two.error().message.contains(m_dir.filePath(u"y"_s)));
    }

    void missing()
    {
        KubeConfigOptions from = options({});
        from.homeDir = m_dir.filePath(u"nobody"_s);
        const Result<KubeConfig> config = KubeConfig::load(from);
        QVERIFY(config.ok());
        const Error error = config->resolve().error();
        QVERIFY(error.message.contains(u"nobody/.kube/config does not exist."_s) && error.remedy.contains(u"--kubeconfig FILE"_s));
        from.kubeconfigEnv = u"::"_s;
        QVERIFY(KubeConfig::load(from)->resolve().error().message.contains(u"KUBECONFIG names no file."_s));
        from.explicitPath = u"nope"_s;
        QCOMPARE(KubeConfig::load(from).error().kind, ErrorKind::NotFound);
        from.explicitPath = m_dir.path();
        QVERIFY(KubeConfig::load(from).error().message.contains(u"is a folder"_s));
    }

    void overridden()
    {
        KubeOverrides over;
        over.as = u"jane"_s;
        over.asGroups = QStringList{u"a"_s, u"b"_s};
        over.ns = u"canton"_s;
        over.server = u"https://other:2"_s;
        over.insecureSkipTlsVerify = true;
        const Result<ClusterConfig> cluster = resolved(TestKubeConfig::cluster("{server: 'https://h', tls-server-name: name, certificate-authority: pki/ca.crt}"), over);
        QVERIFY2(cluster.ok(), cluster ? "" : qPrintable(cluster.error().text()));
        QCOMPARE(cluster->as.user, u"jane"_s);
        QCOMPARE(cluster->as.groups, over.asGroups);
        QCOMPARE(cluster->ns, u"canton"_s);
        QCOMPARE(cluster->server, QUrl(u"https://other:2"_s));
        QVERIFY(cluster->tlsServerName.isEmpty() && cluster->caFile.isEmpty() && cluster->insecureSkipTlsVerify);
        over = {};
        over.asGroups = QStringList{u"a"_s};
        QVERIFY(resolved(user("{token: a}"), over).error().message.contains(u"without a user"_s));
        over = {};
        over.context = u"nope"_s;
        QCOMPARE(resolved(user("{token: a}"), over).error().kind, ErrorKind::NotFound);
        over = {};
        over.server = u"h:8443"_s;
        QCOMPARE(resolved({}, over)->server, QUrl(u"http://h:8443"_s));
    }

    void explicitWinsOverExec()
    {
        const QByteArray exec = "exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}";
        QVERIFY(resolved(user("{" + exec + "}"))->auth.exec.has_value());
        QVERIFY(!resolved(user("{token: a, " + exec + "}"))->auth.exec.has_value());
        QVERIFY(!resolved(user("{client-certificate: pki/client.crt, client-key: pki/client.key, " + exec + "}"))->auth.exec.has_value());
    }

    void inCluster()
    {
        KubeConfigOptions from = options({});
        from.homeDir = m_dir.filePath(u"nobody"_s);
        from.serviceAccountDir = m_dir.filePath(u"sa"_s);
        from.serviceHost = u"fd00::1"_s;
        from.servicePort = u"443"_s;
        QVERIFY(!KubeConfig::load(from)->inCluster());
        write(u"sa/token"_s, "t\n");
        write(u"sa/namespace"_s, "canton\n");
        write(u"sa/ca.crt"_s, kTestCertificate);
        const Result<ClusterConfig> cluster = KubeConfig::load(from)->resolve();
        QVERIFY2(cluster.ok(), cluster ? "" : qPrintable(cluster.error().text()));
        QCOMPARE(cluster->server, QUrl(u"https://[fd00::1]:443"_s));
        QCOMPARE(cluster->ns, u"canton"_s);
        QCOMPARE(cluster->auth.tokenFile, m_dir.filePath(u"sa/token"_s));
        QCOMPARE(cluster->caFile, m_dir.filePath(u"sa/ca.crt"_s));
        from.overrides.token = u"mine"_s;
        from.overrides.requestTimeoutMs = 7;
        const Result<ClusterConfig> other = KubeConfig::load(from)->resolve();
        QCOMPARE(other->auth.token, QByteArray("mine"));
        QVERIFY(other->auth.tokenFile.isEmpty() && other->requestTimeoutMs == 7);
        from.overrides.server = u"https://x"_s;
        QVERIFY(!KubeConfig::load(from)->inCluster());
    }
};

QTEST_GUILESS_MAIN(TestKubeConfig)
#include "tst_kubeconfig.moc"
