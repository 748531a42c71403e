// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Session.h"
#include "app/yaml/Yaml.h"

#include <QFile>
#include <QJsonDocument>
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

}

/// How strictly a context is guarded, by profiles.yaml.
class TestSession : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void guardsOfAContext_data()
    {
        QTest::addColumn<QString>("profile");
        QTest::addColumn<QString>("context");
        QTest::addColumn<bool>("production");
        QTest::addColumn<bool>("readOnly");
        QTest::newRow("named by several, the strictest counts") << QString() << u"both"_s << true << true;
        QTest::newRow("the chosen profile speaks for what it names") << u"dev"_s << u"both"_s << false << false;
        QTest::newRow("a chosen profile does not speak for others") << u"dev"_s << u"ledger"_s << true << false;
        QTest::newRow("nor takes the mark of a name away") << u"dev"_s << u"prod-eu"_s << true << false;
        QTest::newRow("one that names none does not either") << u"any"_s << u"ledger"_s << true << true;
        QTest::newRow("the cluster's name tells where the context's does not") << QString() << u"vera"_s << true << false;
        QTest::newRow("unknown") << QString() << u"lab"_s << false << false;
    }

    void guardsOfAContext()
    {
        QFETCH(QString, profile);
        QFETCH(QString, context);
        QTemporaryDir folder;
        qputenv("XDG_STATE_HOME", folder.path().toLocal8Bit());
        write(folder.filePath(u"profiles.yaml"_s),
            "schema: 1\nprofiles:\n- name: dev\n  contexts: [both]\n- name: main\n  production: true\n"
            "  contexts: [both, ledger]\n- name: audit\n  readOnly: true\n  contexts: [both]\n"
            "- name: any\n  readOnly: true\n");
        QByteArray config = "apiVersion: v1\nkind: Config\ncurrent-context: lab\n"
                            "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}, {name: prod-2, cluster: {server: 'http://127.0.0.1:1'}}]\n"
                            "contexts:\n- {name: vera, context: {cluster: prod-2}}\n";
        for (const char *name : {"both", "ledger", "prod-eu", "lab"})
            config += QByteArray("- {name: ") + name + ", context: {cluster: c}}\n";
        write(folder.filePath(u"config"_s), config);
        Invocation invocation;
        invocation.flags = {{u"config-dir"_s, {folder.path()}}, {u"kubeconfig"_s, {folder.filePath(u"config"_s)}},
            {u"context"_s, {context}}};
        if (!profile.isEmpty())
            invocation.flags.insert(u"profile"_s, {profile});
        const auto session = Session::make(invocation);
        QVERIFY(session);
        const auto connected = (*session)->connectClusters();
        QVERIFY2(connected, qPrintable(connected ? QString() : connected.error().text()));
        const auto environment = (*session)->pipelineEnvironment((*session)->cluster(), u"mira"_s);
        QTEST(environment.production, "production");
        QTEST(environment.readOnly, "readOnly");
    }

    /// Whose Prometheus is asked about which cluster.
    void whatMeasuresAContext_data()
    {
        QTest::addColumn<QString>("profile");
        QTest::addColumn<QString>("context");
        QTest::addColumn<QString>("address");   // empty: looked for in the cluster
        QTest::newRow("the chosen profile's") << u"dev"_s << u"both"_s << u"https://dev.example.com/prometheus"_s;
        QTest::newRow("not for a context it does not name") << u"dev"_s << u"lab"_s << QString();
        QTest::newRow("of another that names the context") << u"dev"_s << u"ledger"_s << u"monitoring/prometheus:9090 through the API server"_s;
        QTest::newRow("of the first that names it") << QString() << u"both"_s << u"https://dev.example.com/prometheus"_s;
        QTest::newRow("one that names no contexts, at the start") << u"any"_s << u"lab"_s << u"https://any.example.com"_s;
        QTest::newRow("the chosen one says nothing of it") << u"silent"_s << u"both"_s << QString();
    }
    void whatMeasuresAContext()
    {
        QFETCH(QString, profile);
        QFETCH(QString, context);
        QFETCH(QString, address);
        QTemporaryDir folder;
        qputenv("XDG_STATE_HOME", folder.path().toLocal8Bit());
        const QByteArray here = "  kubeconfig: '" + folder.filePath(u"config"_s).toUtf8() + "'\n";
        write(folder.filePath(u"profiles.yaml"_s),
              "schema: 1\nprofiles:\n- name: dev\n" + here + "  contexts: [both]\n  telemetry:\n    prometheus: {url: 'https://dev.example.com/prometheus'}\n"
              "    grafana: {url: 'https://grafana.example.com'}\n- name: main\n" + here + "  contexts: [both, ledger]\n"
              "  telemetry: {prometheus: {service: 'monitoring/prometheus:9090'}}\n- name: any\n  telemetry: {prometheus: {url: 'https://any.example.com'}}\n"
              "- name: silent\n  contexts: [both]\n");
        QByteArray config = "apiVersion: v1\nkind: Config\ncurrent-context: lab\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\ncontexts:\n";
        for (const char *name : {"both", "ledger", "lab", "other"})
            config += QByteArray("- {name: ") + name + ", context: {cluster: c}}\n";
        write(folder.filePath(u"config"_s), config);
        Invocation invocation;
        invocation.flags = {{u"config-dir"_s, {folder.path()}}, {u"kubeconfig"_s, {folder.filePath(u"config"_s)}}, {u"context"_s, {context}}};
        if (!profile.isEmpty())
            invocation.flags.insert(u"profile"_s, {profile});
        const auto session = Session::make(invocation);
        QVERIFY(session && (*session)->connectClusters());
        const auto telemetry = (*session)->telemetryOf((*session)->cluster());
        const ports::TelemetryState state = telemetry->state(ports::TelemetryPart::Metrics);
        QCOMPARE(state.address, address);
        QCOMPARE(state.fromProfile, !address.isEmpty());
        QCOMPARE(telemetry->grafana().isEmpty(), !address.startsWith(u"https://dev"_s));
        QCOMPARE(telemetry->state(ports::TelemetryPart::Logs).phase, ports::TelemetryState::Phase::Looking);
        const auto other = (*session)->connectContext(u"other"_s);   // opened later; nobody speaks for it
        QVERIFY(other);
        QVERIFY(!(*session)->telemetryOf(**other)->state(ports::TelemetryPart::Metrics).fromProfile);
    }

    /// The build turns the YAML into JSON; both say the same. A site's file replaces it, and its mistakes are named.
    void kindsBuiltInAndOfTheSite()
    {
        QTemporaryDir folder;
        qputenv("XDG_STATE_HOME", folder.path().toLocal8Bit());
        QFile yaml(u":/kinds.yaml"_s), json(u":/kinds.json"_s);
        QVERIFY(yaml.open(QIODevice::ReadOnly) && json.open(QIODevice::ReadOnly));
        const QByteArray text = yaml.readAll();
        const auto document = yaml::makeYamlCodec()->parse(text);
        QVERIFY(document);
        QCOMPARE(QJsonDocument::fromJson(json.readAll()).object(), document->value.toObject());
        Invocation invocation;
        invocation.flags = {{u"config-dir"_s, {folder.path()}}};
        const auto plain = Session::make(invocation);
        QVERIFY(plain);
        QVERIFY((*plain)->kinds()->kinds().size() > 24);
        write(folder.filePath(u"kinds.yaml"_s),
              "schema: 1\nkinds:\n- {kind: Widget, group: example.com, version: v1, plural: widgets}\n");
        const auto site = Session::make(invocation);
        QVERIFY(site);
        QCOMPARE((*site)->kinds()->kinds().size(), 1);
        write(folder.filePath(u"kinds.yaml"_s), "schema: [1\n");
        const auto broken = Session::make(invocation);
        QVERIFY(!broken);
        QVERIFY2(broken.error().message.contains(u"kinds.yaml"_s), qPrintable(broken.error().message));
    }

    /// What a first run does: the files are looked for, are not there, are broken, are mended, in one process.
    void filesAreReadAgain()
    {
        QTemporaryDir folder;
        qputenv("XDG_STATE_HOME", folder.path().toLocal8Bit());
        const QString file = folder.filePath(u"config"_s);
        Invocation invocation;
        invocation.flags = {{u"config-dir"_s, {folder.path()}}, {u"kubeconfig"_s, {file}}};
        const auto session = Session::make(invocation);
        QVERIFY(session);
        auto connected = (*session)->connectClusters();
        QVERIFY(!connected);
        QVERIFY(connected.error().message.contains(file));
        QCOMPARE((*session)->kubeConfigOptions().files(), QStringList{file});
        write(file, "apiVersion: v1\nkind: Config\nclusters: nothing\n");
        connected = (*session)->connectClusters();
        QVERIFY(!connected);
        QVERIFY2(connected.error().text().contains(u"clusters"_s), qPrintable(connected.error().text()));
        write(file, "apiVersion: v1\nkind: Config\ncurrent-context: lab\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n"
                    "contexts: [{name: lab, context: {cluster: c}}]\n");
        connected = (*session)->connectClusters();
        QVERIFY2(connected, qPrintable(connected ? QString() : connected.error().text()));
        QCOMPARE((*session)->clusters().size(), size_t(1));
    }

    void viewedAsSomebodyElse()
    {
        QTemporaryDir folder;
        qputenv("XDG_STATE_HOME", folder.path().toLocal8Bit());
        write(folder.filePath(u"config"_s), "apiVersion: v1\nkind: Config\ncurrent-context: prod-eu\n"
                                            "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n"
                                            "contexts: [{name: prod-eu, context: {cluster: c, namespace: canton}}]\n");
        Invocation invocation;
        invocation.flags = {{u"config-dir"_s, {folder.path()}}, {u"kubeconfig"_s, {folder.filePath(u"config"_s)}}};
        const auto session = Session::make(invocation);
        QVERIFY(session && (*session)->connectClusters());
        const auto other = (*session)->connectAs(u"prod-eu"_s, u"ana"_s, {u"ops"_s, u"auditors"_s});
        QVERIFY(other);
        QCOMPARE((*other)->config.as.user, u"ana"_s);
        QCOMPARE((*other)->config.as.groups, (QStringList{u"ops"_s, u"auditors"_s}));
        QCOMPARE((*other)->info.name, u"prod-eu as ana"_s);
        QVERIFY((*other)->info.readOnly);
        QCOMPARE((*other)->info.mark, state::Mark::Production);   // guarded as what it is
        QVERIFY(!(*session)->cluster().config.as.active());
        QVERIFY(!(*session)->connectAs(u"prod-eu"_s, u"ana"_s, {}));   // open already
        QVERIFY(!(*session)->connectAs(u"nowhere"_s, u"ana"_s, {}));
        (*session)->disconnect(u"prod-eu as ana"_s);
        QCOMPARE((*session)->clusters().size(), size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
