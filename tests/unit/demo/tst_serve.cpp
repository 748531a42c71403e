// SPDX-License-Identifier: GPL-3.0-or-later
// The API server of the demo network as a whole: over TLS with our own client, and as the program it is.
#include "app/demo/program/Serve.h"
#include "app/kube/Http.h"
#include "app/kube/KubeConfig.h"
#include "app/kube/KubeTokenSource.h"
#include "models/core/Json.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace qd;
using namespace Qt::StringLiterals;

namespace {

struct Answer {
    int status = 0;
    QMap<QByteArray, QByteArray> headers = {};
    QByteArray body = {};
    [[nodiscard]] QJsonObject object() const { return QJsonDocument::fromJson(body).object(); }
    [[nodiscard]] QString text(const char *pointer) const { return json::at(object(), QLatin1String(pointer)).toString(); }
};

Result<kube::ClusterConfig> configOf(const QString &kubeconfig, const QString &context)
{
    kube::KubeConfigOptions options;
    options.explicitPath = kubeconfig;
    const auto file = kube::KubeConfig::load(options);
    return file ? file->resolve(context) : Result<kube::ClusterConfig>(file.error());
}

/// Frames of a watch so far.
QList<QJsonObject> frames(const QByteArray &bytes)
{
    QList<QJsonObject> all;
    const QList<QByteArray> lines = bytes.split('\n');
    for (const QByteArray &line : lines) {
        if (!line.isEmpty())
            all.append(QJsonDocument::fromJson(line).object());
    }
    return all;
}

}

class tst_serve : public QObject
{
    Q_OBJECT
    QTemporaryDir m_temporary;
    std::shared_ptr<demo::ServeRig> m_rig;
    std::unique_ptr<kube::HttpClient> m_client;

    QString dir(const QString &name) const { return m_temporary.filePath(name); }

    kube::HttpExchange *open(const kube::HttpRequest &request, Answer *answer, bool *ended)
    {
        kube::HttpExchange *exchange = m_client->open(request, this);
        connect(exchange, &kube::HttpExchange::head, this, [answer](const kube::HttpHead &head) {
            answer->status = head.status;
            answer->headers = head.headers;
        });
        connect(exchange, &kube::HttpExchange::data, this, [answer](const QByteArray &bytes) { answer->body += bytes; });
        connect(exchange, &kube::HttpExchange::finished, this, [ended](bool clean, const Error &error) {
            if (!clean)
                qWarning("%s", qPrintable(error.text()));
            *ended = true;
        });
        return exchange;
    }

    Answer send(const QByteArray &method, const QString &path, const QByteArray &body = {},
        const QByteArray &type = "application/json", const QByteArray &accept = "application/json")
    {
        Answer answer;
        bool ended = false;
        kube::HttpRequest request;
        request.method = method;
        request.pathAndQuery = path;
        request.body = body;
        request.contentType = body.isEmpty() ? QByteArray() : type;
        request.accept = accept;
        kube::HttpExchange *exchange = open(request, &answer, &ended);
        if (!QTest::qWaitFor([&ended] { return ended; }, 20000))
            qWarning("no answer to %s", qPrintable(path));
        delete exchange;
        return answer;
    }

    QByteArray configMap(const QString &name, const QString &value)
    {
        return QJsonDocument(QJsonObject{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"ConfigMap"_s},
                                 {u"metadata"_s, QJsonObject{{u"name"_s, name}}}, {u"data"_s, QJsonObject{{u"k"_s, value}}}})
            .toJson();
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto rig = demo::ServeRig::start({dir(u"demo"_s), 0, true});
        QVERIFY2(rig, qPrintable(rig ? QString() : rig.error().text()));
        m_rig = *rig;
        const auto config = configOf(m_rig->kubeconfig(), u"admin"_s);
        QVERIFY2(config, qPrintable(config ? QString() : config.error().text()));
        m_client = kube::HttpClient::make(*config, kube::makeKubeTokenSource(*config));
    }

    void filesAreItsUsersAlone()
    {
        using P = QFileDevice;
        const QFileInfo folder(dir(u"demo"_s)), file(m_rig->kubeconfig());
        const auto others = P::ReadGroup | P::WriteGroup | P::ExeGroup | P::ReadOther | P::WriteOther | P::ExeOther;
        QVERIFY(!(folder.permissions() & others));
        QVERIFY(!(file.permissions() & others));
        QVERIFY(file.permissions() & P::WriteOwner);
    }

    void everyPersonaIsWhoTheirCertificateSays()
    {
        for (const demo::Persona &persona : demo::ServeRig::personas()) {
            const auto config = configOf(m_rig->kubeconfig(), persona.context);
            QVERIFY(config);
            auto admins = std::exchange(m_client, kube::HttpClient::make(*config, kube::makeKubeTokenSource(*config)));
            const Answer me = send("POST", u"/apis/authentication.k8s.io/v1/selfsubjectreviews"_s,
                R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})");
            const Answer secrets = send("GET", u"/api/v1/secrets"_s);
            const Answer validators = send("GET", u"/apis/canton.quarterdeck.io/v1alpha1/validators"_s);
            m_client = std::move(admins);
            QCOMPARE(me.status, 201);
            QCOMPARE(me.text("/status/userInfo/username"), persona.user);
            QVERIFY(json::at(me.object(), u"/status/userInfo/groups"_s).toArray().contains(persona.groups.first()));
            QCOMPARE(validators.status, 200);
            const bool secret = persona.context == "admin"_L1 || persona.context == "platform-admin"_L1;
            QCOMPARE(secrets.status, secret ? 200 : 403);
            if (!secret)
                QVERIFY2(secrets.text("/message").contains(persona.user), secrets.body.constData());
        }
    }

    void beginsAsAClusterDoes()
    {
        QCOMPARE(send("GET", u"/livez"_s).body, QByteArray("ok"));
        for (const QString &ns : {u"default"_s, u"kube-system"_s, u"kube-public"_s, u"kube-node-lease"_s})
            QCOMPARE(send("GET", QString(u"/api/v1/namespaces/"_s + ns)).text("/status/phase"), u"Active"_s);
        const Answer crds = send("GET", u"/apis/apiextensions.k8s.io/v1/customresourcedefinitions"_s);
        QCOMPARE(crds.object().value("items"_L1).toArray().size(), 24);
        QCOMPARE(send("GET", u"/no/such/path"_s).status, 404);
    }

    void namespaceIsMadeAndEmptied()
    {
        const Answer made = send("POST", u"/api/v1/namespaces"_s, R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"room"}})");
        QCOMPARE(made.status, 201);
        QCOMPARE(made.text("/status/phase"), u"Active"_s);
        QCOMPARE(made.text("/metadata/labels/kubernetes.io~1metadata.name"), u"room"_s);
        QCOMPARE(send("POST", u"/api/v1/namespaces/room/configmaps"_s, configMap(u"inside"_s, u"1"_s)).status, 201);
        const Answer gone = send("DELETE", u"/api/v1/namespaces/room"_s);
        QCOMPARE(gone.text("/status/phase"), u"Terminating"_s);
        QTRY_COMPARE(send("GET", u"/api/v1/namespaces/room"_s).status, 404);
        QCOMPARE(send("GET", u"/api/v1/namespaces/room/configmaps/inside"_s).status, 404);
        QCOMPARE(send("POST", u"/api/v1/namespaces/room/configmaps"_s, configMap(u"late"_s, u"1"_s)).status, 404);
    }

    void watchTellsEveryChange()
    {
        const QString path = u"/api/v1/namespaces/default/configmaps"_s;
        const QString version = send("GET", path).text("/metadata/resourceVersion");
        Answer stream;
        bool ended = false;
        kube::HttpRequest request;
        request.pathAndQuery = QString(path + u"?watch=1&fieldSelector=metadata.name%3Dwatched&resourceVersion="_s + version);
        const std::unique_ptr<kube::HttpExchange> exchange(open(request, &stream, &ended));
        QTRY_COMPARE(stream.status, 200);
        QCOMPARE(send("POST", path, configMap(u"other"_s, u"1"_s)).status, 201);
        QCOMPARE(send("POST", path, configMap(u"watched"_s, u"1"_s)).status, 201);
        QCOMPARE(send("PATCH", QString(path + u"/watched"_s), R"({"data":{"k":"2"}})", "application/merge-patch+json").status, 200);
        QCOMPARE(send("DELETE", QString(path + u"/watched"_s)).status, 200);
        QTRY_COMPARE(frames(stream.body).size(), 3);
        const QList<QJsonObject> all = frames(stream.body);
        QCOMPARE(all.at(0).value("type"_L1).toString(), u"ADDED"_s);
        QCOMPARE(all.at(1).value("type"_L1).toString(), u"MODIFIED"_s);
        QCOMPARE(json::at(all.at(1), u"/object/data/k"_s).toString(), u"2"_s);
        QCOMPARE(all.at(2).value("type"_L1).toString(), u"DELETED"_s);
        QVERIFY(!ended);
    }

    void forgottenHistoryIs410()
    {
        const QString path = u"/api/v1/namespaces/default/configmaps"_s;
        const QString version = send("GET", path).text("/metadata/resourceVersion");
        QCOMPARE(send("POST", path, configMap(u"moves-on"_s, u"1"_s)).status, 201);
        m_rig->compact();
        const Answer answer = send("GET", QString(path + u"?watch=1&resourceVersion="_s + version));
        const QJsonObject status = answer.status == 410 ? answer.object() : json::at(frames(answer.body).value(0), u"/object"_s).toObject();
        QCOMPARE(status.value("code"_L1).toInt(), 410);
        QCOMPARE(status.value("reason"_L1).toString(), u"Expired"_s);
    }

    void brokenInputIsNamed_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<int>("status");
        const QString maps = u"/api/v1/namespaces/default/configmaps"_s;
        const QString validators = u"/apis/canton.quarterdeck.io/v1alpha1/namespaces/default/validators"_s;
        QTest::newRow("no JSON") << QByteArray("POST") << maps << QByteArray("{\"a\":") << QByteArray("application/json") << 400;
        QTest::newRow("no object") << QByteArray("POST") << maps << QByteArray("[1]") << QByteArray("application/json") << 400;
        QTest::newRow("other kind") << QByteArray("POST") << maps << QByteArray(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}})")
                                    << QByteArray("application/json") << 400;
        QTest::newRow("other type") << QByteArray("POST") << maps << QByteArray("a=b") << QByteArray("application/x-www-form-urlencoded") << 415;
        QTest::newRow("bad name") << QByteArray("POST") << maps << QByteArray(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"A b"}})")
                                  << QByteArray("application/json") << 422;
        QTest::newRow("empty spec") << QByteArray("POST") << validators
                                    << QByteArray(R"({"apiVersion":"canton.quarterdeck.io/v1alpha1","kind":"Validator","metadata":{"name":"a"},"spec":{}})")
                                    << QByteArray("application/json") << 422;
        QTest::newRow("too large") << QByteArray("POST") << maps << QByteArray(4 * 1024 * 1024, 'x') << QByteArray("application/json") << 413;
        QTest::newRow("no kind") << QByteArray("GET") << u"/api/v1/unicorns"_s << QByteArray() << QByteArray() << 404;
        QTest::newRow("bad selector") << QByteArray("GET") << QString(maps + u"?labelSelector=a%20b%20c"_s) << QByteArray() << QByteArray() << 400;
        QTest::newRow("bad continue") << QByteArray("GET") << QString(maps + u"?limit=1&continue=nonsense"_s) << QByteArray() << QByteArray() << 400;
    }

    void brokenInputIsNamed()
    {
        QFETCH(QByteArray, method);
        QFETCH(QString, path);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, type);
        QFETCH(int, status);
        const Answer answer = send(method, path, body, type);
        QVERIFY2(answer.status == status, qPrintable(QString::number(answer.status) + u" "_s + QString::fromUtf8(answer.body.left(500))));
        QCOMPARE(answer.text("/kind"), u"Status"_s);
        QCOMPARE(answer.text("/status"), u"Failure"_s);
        QVERIFY(!answer.text("/message").isEmpty() && !answer.text("/reason").isEmpty());
        QCOMPARE(send("GET", u"/livez"_s).status, 200);
    }

    void auditNamesWhoDidWhat()
    {
        QCOMPARE(send("POST", u"/api/v1/namespaces/default/configmaps"_s, configMap(u"audited"_s, u"1"_s)).status, 201);
        QFile log(QFileInfo(m_rig->kubeconfig()).dir().filePath(u"audit.log"_s));
        QVERIFY(log.open(QIODevice::ReadOnly));
        const QList<QJsonObject> events = frames(log.readAll());
        QVERIFY(!events.isEmpty());
        QCOMPARE(json::at(events.last(), u"/user/username"_s).toString(), u"admin"_s);
        QCOMPARE(events.last().value("verb"_L1).toString(), u"create"_s);
        QCOMPARE(json::at(events.last(), u"/objectRef/resource"_s).toString(), u"configmaps"_s);
    }

    void foldersThatCannotBeUsed()
    {
        QFile file(dir(u"file"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto noFolder = demo::ServeRig::start({file.fileName()});
        QVERIFY(!noFolder && noFolder.error().message.contains(file.fileName()));
        const auto below = demo::ServeRig::start({QString(file.fileName() + u"/x"_s)});
        QVERIFY(!below && !below.error().remedy.isEmpty());
        const auto held = demo::ServeRig::start({dir(u"demo"_s)});
        QVERIFY(!held);
        QVERIFY2(held.error().message.contains(QString::number(QCoreApplication::applicationPid())), qPrintable(held.error().text()));
        QVERIFY(QDir().mkdir(dir(u"open"_s)));
        QFile inside(dir(u"open/something"_s));
        QVERIFY(inside.open(QIODevice::WriteOnly));
        QVERIFY(QFile::setPermissions(dir(u"open"_s), QFileDevice::Permissions(0x7755)));
        const auto open = demo::ServeRig::start({dir(u"open"_s)});
        QVERIFY(!open && open.error().message.contains(u"open to others"_s));
    }

    void takenPortIsNamed()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        const auto rig = demo::ServeRig::start({dir(u"taken"_s), other.serverPort()});
        QVERIFY(!rig);
        QVERIFY2(rig.error().message.contains(QString::number(other.serverPort())), qPrintable(rig.error().text()));
        QVERIFY(!rig.error().remedy.isEmpty());
        QVERIFY(!QFileInfo::exists(dir(u"taken"_s)));   // nothing is left of the attempt
    }

    void endsWithItsParent_data()
    {
        QTest::addColumn<bool>("parent");
        QTest::newRow("parent gone") << true;
        QTest::newRow("SIGTERM") << false;
    }

    void endsWithItsParent()
    {
        QFETCH(bool, parent);
        QProcess owner;
        owner.start(u"sleep"_s, {u"600"_s});
        QVERIFY(owner.waitForStarted());
        const QString folder = dir(parent ? u"child"_s : u"alone"_s);
        QProcess program;
        program.start(QStringLiteral(QD_DEMO_PROGRAM), {u"serve"_s, u"--dir"_s, folder, u"--parent"_s, QString::number(owner.processId())});
        QVERIFY(program.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(program.canReadLine(), 20000);
        const QJsonObject ready = QJsonDocument::fromJson(program.readLine()).object();
        QCOMPARE(ready.value("kubeconfig"_L1).toString(), QString(folder + u"/kubeconfig"_s));
        QVERIFY(ready.value("apiServer"_L1).toString().startsWith(u"https://127.0.0.1:"_s));
        QVERIFY(ready.contains("loki"_L1) && !json::at(ready, u"/missing/loki"_s).toString().isEmpty());
        if (parent)
            owner.kill();
        else
            program.terminate();
        QTRY_COMPARE_WITH_TIMEOUT(program.state(), QProcess::NotRunning, 5000);
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), 0);
        QVERIFY(!QFileInfo::exists(QString(folder + u"/kubeconfig"_s)));
        owner.kill();
        owner.waitForFinished();
    }

    void wrongUsage_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        QTest::newRow("nothing") << QStringList() << u"command is missing"_s;
        QTest::newRow("no such command") << QStringList{u"sing"_s} << u"\"sing\" is no command"_s;
        QTest::newRow("no folder") << QStringList{u"serve"_s} << u"serve needs --dir"_s;
        QTest::newRow("no such option") << QStringList{u"serve"_s, u"--loud"_s} << u"\"--loud\" is no option"_s;
        QTest::newRow("no port") << QStringList{u"serve"_s, u"--dir"_s, u"x"_s, u"--port"_s, u"70000"_s} << u"\"70000\" is no value of --port"_s;
    }

    void wrongUsage()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        QProcess program;
        program.start(QStringLiteral(QD_DEMO_PROGRAM), arguments);
        QVERIFY(program.waitForFinished());
        QCOMPARE(program.exitCode(), 2);
        QVERIFY2(QString::fromUtf8(program.readAllStandardError()).contains(says), qPrintable(says));
    }

    void cleanupTestCase()
    {
        const QString kubeconfig = m_rig ? m_rig->kubeconfig() : QString();
        m_client.reset();
        m_rig.reset();
        QVERIFY(!QFileInfo::exists(kubeconfig));
    }
};

QTEST_GUILESS_MAIN(tst_serve)
#include "tst_serve.moc"
