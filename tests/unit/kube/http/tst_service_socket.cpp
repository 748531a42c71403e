// SPDX-License-Identifier: GPL-3.0-or-later
// WebSockets to services: a server of Qt's plays what comes and how it ends; a web server that knows none; nobody at the port.
#include "app/kube/KubeCluster.h"
#include "tests/support/FaultServer.h"
#include "tests/support/TestPki.h"

#include <QTemporaryDir>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace Qt::StringLiterals;
using namespace qd;

namespace {

/// What a socket told.
struct Heard {
    bool opened = false;
    QList<QByteArray> messages;
    std::optional<int> code;
    Error why;
    explicit Heard(ports::ServiceSocket *socket)
    {
        QObject::connect(socket, &ports::ServiceSocket::opened, socket, [this] { opened = true; });
        QObject::connect(socket, &ports::ServiceSocket::messages, socket, [this](const QList<QByteArray> &some) { messages += some; });
        QObject::connect(socket, &ports::ServiceSocket::closed, socket, [this](int ended, const Error &error) {
            code = ended;
            why = error;
        });
    }
};

}

class ServiceSocketTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        kube::ClusterConfig config;
        config.context = u"none"_s;
        config.server = QUrl(u"https://127.0.0.1:1"_s);
        config.auth.token = "the cluster's own";
        m_cluster = kube::KubeCluster::make(config);
        QVERIFY(m_server.listen(QHostAddress::LocalHost));
        connect(&m_server, &QWebSocketServer::newConnection, this, [this] { m_peer.reset(m_server.nextPendingConnection()); });
    }

    void cleanup() { m_peer.reset(); }

    void messagesAndTheEndAsThePeerSaysIt()
    {
        auto socket = m_cluster->sockets()->open(call(u"/prefix"_s));
        Heard heard(socket.get());
        socket->start();
        QTRY_VERIFY(heard.opened && m_peer);
        QCOMPARE(m_peer->requestUrl().path(), u"/prefix/tail"_s);
        QCOMPARE(m_peer->requestUrl().query(QUrl::FullyDecoded), u"query={a=\"b\"}"_s);
        QCOMPARE(m_peer->request().rawHeader("X-Scope-OrgID"), QByteArray("acme"));
        QVERIFY(!m_peer->request().hasRawHeader("Authorization"));   // what the cluster knows stays with the cluster
        m_peer->sendTextMessage(u"één"_s);
        m_peer->sendBinaryMessage("two");
        QTRY_COMPARE(heard.messages, (QList<QByteArray>{"één", "two"}));
        m_peer->close(QWebSocketProtocol::CloseCode(1011), u"reached tail max duration limit"_s);
        QTRY_COMPARE(heard.code, 1011);
        QVERIFY2(heard.why.message.contains(u"reached tail max duration limit"_s), qPrintable(heard.why.message));
    }

    /// The authority that the profile names for this URL, and no other.
    void anAuthorityOfItsOwn()
    {
        const support::TestPki pki;
        QWebSocketServer server(u"tls"_s, QWebSocketServer::SecureMode);
        server.setSslConfiguration(pki.serverConfiguration({}));
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QTemporaryDir dir;
        QFile file(dir.filePath(u"ca.pem"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(pki.ca()) > 0);
        file.close();
        for (const QString &caFile : {file.fileName(), QString()}) {
            ports::SocketCall call;
            call.to.url = u"https://127.0.0.1:%1"_s.arg(server.serverPort());
            call.to.caFile = caFile;
            call.pathAndQuery = u"/tail"_s;
            auto socket = m_cluster->sockets()->open(call);
            Heard heard(socket.get());
            socket->start();
            if (caFile.isEmpty()) {
                QTRY_COMPARE(heard.code, 0);
                QVERIFY(!heard.opened);
                const QString said = heard.why.text();
                QVERIFY2(said.contains(u"127.0.0.1:%1"_s.arg(server.serverPort())) && said.contains(u"certificate"_s) && said.contains(u"caFile"_s), qPrintable(said));
            } else {
                QTRY_VERIFY(heard.opened);
            }
        }
    }

    void aMessageThatIsTooLarge()
    {
        ports::SocketCall small = call();
        small.largestMessage = 1024;
        auto socket = m_cluster->sockets()->open(small);
        Heard heard(socket.get());
        socket->start();
        QTRY_VERIFY(heard.opened && m_peer);
        m_peer->sendTextMessage(QString(4096, u'x'));
        QTRY_VERIFY(heard.code.has_value());
        QVERIFY(heard.messages.isEmpty());
    }

    void aServerWithoutWebSockets()
    {
        support::FaultServer web;
        web.on(u"/tail"_s, support::FaultAnswer::text(403, "<html>no</html>"));
        ports::SocketCall to = call();
        to.to.url = web.url().toString();
        auto socket = m_cluster->sockets()->open(to);
        Heard heard(socket.get());
        socket->start();
        QTRY_COMPARE(heard.code, 0);
        QVERIFY(!heard.opened);
        QCOMPARE(heard.why.kind, ErrorKind::Network);
    }

    void nobodyIsThere()
    {
        ports::SocketCall to = call();
        to.to.url = u"http://127.0.0.1:1"_s;
        auto socket = m_cluster->sockets()->open(to);
        Heard heard(socket.get());
        socket->start();
        QTRY_COMPARE(heard.code, 0);
    }

    /// Accepted, but never answered.
    void aServerThatHangs()
    {
        support::FaultServer web;
        web.setFrozen(true);
        ports::SocketCall to = call();
        to.to.url = web.url().toString();
        to.openMs = 200;
        auto socket = m_cluster->sockets()->open(to);
        Heard heard(socket.get());
        socket->start();
        QTRY_COMPARE(heard.code, 0);
        QCOMPARE(heard.why.kind, ErrorKind::Timeout);
    }

    void aConnectionThatIsCut()
    {
        auto socket = m_cluster->sockets()->open(call());
        Heard heard(socket.get());
        socket->start();
        QTRY_VERIFY(heard.opened && m_peer);
        m_peer->abort();
        QTRY_COMPARE(heard.code, 0);
    }

    void goneBeforeItOpened()
    {
        auto socket = m_cluster->sockets()->open(call());
        socket->start();
        socket.reset();
        QVERIFY(m_cluster->sockets()->open(call()) != nullptr);
    }

private:
    [[nodiscard]] ports::SocketCall call(const QString &prefix = {}) const
    {
        return {{u"http://127.0.0.1:%1%2"_s.arg(m_server.serverPort()).arg(prefix)}, u"/tail?query=%7Ba%3D%22b%22%7D"_s, {{"X-Scope-OrgID", "acme"}}};
    }
    std::unique_ptr<kube::KubeCluster> m_cluster;
    QWebSocketServer m_server{u"test"_s, QWebSocketServer::NonSecureMode};
    std::unique_ptr<QWebSocket> m_peer;
};

QTEST_GUILESS_MAIN(ServiceSocketTest)
#include "tst_service_socket.moc"
