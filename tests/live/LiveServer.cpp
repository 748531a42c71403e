// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/LiveServer.h"

#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTest>

#include <csignal>
#include <sys/prctl.h>

namespace qd::test {

using namespace Qt::StringLiterals;

namespace {

constexpr int kReadyMs = 90000;

quint16 freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : 0;
}

bool saysReady(const QUrl &url)
{
    QNetworkAccessManager manager;
    QNetworkRequest request(url);
    request.setTransferTimeout(5000);
    QNetworkReply *reply = manager.get(request);
    return QTest::qWaitFor([reply] { return reply->isFinished(); }, 6000) && reply->error() == QNetworkReply::NoError;
}

}

LiveServer::LiveServer(Kind kind, const QByteArray &settings, const QByteArray &past)
    : m_kind(kind)
    , m_settings(settings)
{
    if (!findProgram()) {
        m_skipped = qgetenv("QD_LIVE") != "required";
        return;
    }
    const QString port = QString::number(freePort());
    m_url = QUrl(QString(u"http://127.0.0.1:"_s + port));
    m_settings.replace("%PORT%", port.toUtf8());
    QFile config(m_folder.filePath(u"config.yml"_s));
    if (!config.open(QIODevice::WriteOnly)) {
        m_why = config.errorString();
        return;
    }
    configure(config, port);
    config.close();
    if (!past.isEmpty() && !fillBack(past))
        return;
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_process.setStandardOutputFile(QProcess::nullDevice());
    m_process.setStandardErrorFile(m_folder.filePath(u"log"_s));
    if (!begin()) {
        QFile log(m_folder.filePath(u"log"_s));
        const bool open = log.open(QIODevice::ReadOnly);
        m_why = u"%1 did not get ready: %2"_s.arg(m_program, open ? QString::fromUtf8(log.readAll().right(800)) : m_process.errorString());
    }
}

void LiveServer::configure(QFile &config, const QString &port)
{
    const QString data = m_folder.filePath(u"data"_s);
    if (m_kind == Kind::Alertmanager) {
        config.write("route:\n  receiver: none\n  group_wait: 1s\n  group_interval: 1s\n"
                     "  routes: [{receiver: storage, matchers: [team = storage], group_by: [alertname]}]\n"
                     "receivers: [{name: none}, {name: storage}]\n" + m_settings);
        m_arguments = {u"--config.file="_s + config.fileName(), u"--storage.path="_s + data, u"--web.listen-address=127.0.0.1:"_s + port,
                       u"--cluster.listen-address="_s};
    } else if (m_kind == Kind::Prometheus) {
        config.write("global: {scrape_interval: 1s, evaluation_interval: 1s}\n" + m_settings);
        m_arguments = {u"--config.file="_s + config.fileName(), u"--storage.tsdb.path="_s + data, u"--web.listen-address=127.0.0.1:"_s + port,
                       u"--storage.tsdb.retention.time=10y"_s};
    } else {
        config.write("auth_enabled: false\nserver: {http_listen_address: 127.0.0.1, http_listen_port: " + port.toUtf8()
                     + ", grpc_listen_address: 127.0.0.1, grpc_listen_port: " + QByteArray::number(freePort())
                     + ", log_level: error}\ncommon:\n  instance_addr: 127.0.0.1\n  path_prefix: " + m_folder.path().toUtf8()
                     + "\n  storage: {filesystem: {chunks_directory: " + m_folder.filePath(u"chunks"_s).toUtf8()
                     + ", rules_directory: " + m_folder.filePath(u"rules"_s).toUtf8()
                     + "}}\n  replication_factor: 1\n  ring: {kvstore: {store: inmemory}}\nschema_config:\n  configs:\n"
                       "  - {from: 2020-10-24, store: tsdb, object_store: filesystem, schema: v13, index: {prefix: index_, period: 24h}}\n"
                       "analytics: {reporting_enabled: false}\n" + m_settings);
        m_arguments = {u"-config.file="_s + config.fileName()};
    }
}

bool LiveServer::fillBack(const QByteArray &past)
{
    QFile metrics(m_folder.filePath(u"past.om"_s));
    if (!metrics.open(QIODevice::WriteOnly) || metrics.write(past) != past.size()) {
        m_why = metrics.errorString();
        return false;
    }
    metrics.close();
    QProcess promtool;
    promtool.start(u"promtool"_s, {u"tsdb"_s, u"create-blocks-from"_s, u"openmetrics"_s, metrics.fileName(), m_folder.filePath(u"data"_s)});
    if (!promtool.waitForFinished(60000) || promtool.exitCode() != 0)
        m_why = u"promtool could not fill the past: %1"_s.arg(QString::fromUtf8(promtool.readAllStandardError().right(400)));
    return m_why.isEmpty();
}

LiveServer::~LiveServer()
{
    kill();
}

bool LiveServer::findProgram()
{
    if (m_kind != Kind::Loki) {
        const QString name = m_kind == Kind::Alertmanager ? u"prometheus-alertmanager"_s : u"prometheus"_s;
        m_program = QStandardPaths::findExecutable(name);
        if (m_program.isEmpty())
            m_why = u"%1 is not installed; ./run setup brings it"_s.arg(name);
        return m_why.isEmpty();
    }
    QProcess build;
    build.start(QStringLiteral(QD_SOURCE_DIR "/tests/live/loki/build.sh"), QStringList());
    if (!build.waitForFinished(900000) || build.exitCode() != 0)
        m_why = u"Loki could not be built (%1); run tests/live/loki/build.sh with Go 1.26"_s.arg(
            QString::fromUtf8(build.readAllStandardError().trimmed().right(300)));
    else
        m_program = QString::fromUtf8(build.readAllStandardOutput().trimmed());
    return m_why.isEmpty();
}

bool LiveServer::begin()
{
    m_process.start(m_program, m_arguments);
    QUrl question = m_url;
    question.setPath(m_kind == Kind::Loki ? u"/ready"_s : u"/-/ready"_s);
    return QTest::qWaitFor([this, question] { return m_process.state() == QProcess::NotRunning || saysReady(question); }, kReadyMs)
        && m_process.state() == QProcess::Running;
}

void LiveServer::kill()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(10000);
}

bool LiveServer::startAgain()
{
    return begin();
}

}
