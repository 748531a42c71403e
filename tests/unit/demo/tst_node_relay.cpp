// SPDX-License-Identifier: GPL-3.0-or-later
// Logs and port-forward through an API server that relays them to the kubelet, and the words it finds for refusals.
#include "app/demo/api/PodLogs.h"
#include "app/demo/http/HttpServer.h"
#include "app/demo/http/Pki.h"
#include "app/demo/node/Kubelet.h"
#include "app/demo/node/PodServers.h"
#include "tests/unit/demo/SpdyPeer.h"

#include <QJsonDocument>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace qd;
using namespace qd::demo;
using namespace Qt::StringLiterals;
using qd::support::NodeClient;
using qd::support::SpdyPeer;
using qd::support::WsFrame;

namespace {

/// A program in a pod that tells what it was asked.
class Echo : public PodServers {
public:
    bool listens(const QString &, const QString &pod, quint16 port) const override { return pod == "p-0"_L1 && port < 8000; }
    std::optional<Response> answer(const QString &, const QString &, quint16 port, const Request &request) const override
    {
        if (request.path == "/gone"_L1)
            return std::nullopt;
        Response response;
        response.status = request.path == "/busy"_L1 ? 503 : 200;
        response.contentType = "text/plain";
        response.body = QByteArray::number(port) + ' ' + request.method + ' ' + request.target + ' ' + request.body;
        return response;
    }
};

}

class tst_node_relay : public QObject {
    Q_OBJECT
    Result<Authority> m_authority;
    KeyPair m_apiServer;
    KeyPair m_serving;
    std::shared_ptr<Kubelet> m_kubelet;
    std::shared_ptr<HttpServer> m_api;
    std::unique_ptr<QTcpServer> m_backend;

    std::unique_ptr<NodeClient> client() { return std::make_unique<NodeClient>(m_api->port(), m_authority->certificate(), m_apiServer); }

    QByteArray get(const QByteArray &target, QByteArray *status = nullptr)
    {
        const auto peer = client();
        const QByteArray head = peer->request("GET", target);
        if (status != nullptr)
            *status = head.mid(9, 3);
        return peer->body(head);
    }

    std::shared_ptr<HttpServer> api(quint16 kubelet, const KeyPair &shown)
    {
        ServerOptions options;
        options.certificate = m_serving.certificate;
        options.key = m_serving.key;
        options.clientAuthority = m_authority->certificate();
        options.backendCertificate = shown.certificate;
        options.backendKey = shown.key;
        options.backendAuthority = m_authority->certificate();
        const auto started = HttpServer::start(options, [kubelet](Request &request) {
            Forward forward;
            forward.port = kubelet;
            forward.tls = true;
            forward.target = request.target;
            forward.failed = [](const QString &why) {
                Failure failure{500, u"InternalError"_s, why};
                return failure.response();
            };
            if (request.path.startsWith("/pod/"_L1)) {   // /pod/NAME/PORT/…
                forward.podPath = QString(u"/podConnect/ns/"_s + request.path.section(u'/', 2, 3)).toLatin1();
                forward.peer = QString(u"10.244.0.1:"_s + request.path.section(u'/', 3, 3));
                forward.target = QByteArray('/' + request.target.split('/').mid(4).join('/'));
            }
            if (request.path.startsWith("/containerLogs"_L1))
                forward.refused = [](int status, const QByteArray &body) { return podLogRefused(status, u"p-0"_s, body).response(); };
            Response response;
            response.forward = forward;
            return response;
        });
        return started ? *started : nullptr;
    }

    /// Port 7000 of the pod answers each request with these bytes and closes.
    void play(const QByteArray &answer)
    {
        m_backend = std::make_unique<QTcpServer>();
        connect(m_backend.get(), &QTcpServer::newConnection, this, [this, answer] {
            QTcpSocket *socket = m_backend->nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, answer] {
                socket->readAll();
                socket->write(answer);
                socket->disconnectFromHost();
            });
        });
        m_backend->listen(QHostAddress::LocalHost);
        m_kubelet->setPort(u"ns"_s, u"p-0"_s, 7000, m_backend->serverPort());
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_authority = Authority::make(u"relay-test"_s);
        QVERIFY(m_authority.ok());
        m_apiServer = *m_authority->client(u"kube-apiserver-kubelet-client"_s, {u"system:masters"_s}, std::chrono::hours(1));
        m_serving = *m_authority->server(u"canton-demo-node"_s, {}, std::chrono::hours(1));
        const auto kubelet = Kubelet::start({0, m_serving.certificate, m_serving.key, m_authority->certificate(), std::make_shared<Echo>()});
        QVERIFY(kubelet.ok());
        m_kubelet = *kubelet;
        m_api = api(m_kubelet->port(), m_apiServer);
        QVERIFY(m_api);
        m_kubelet->addLine(u"ns"_s, u"p-0"_s, u"c"_s, "one");
    }

    void logs()
    {
        QByteArray status;
        QCOMPARE(get("/containerLogs/ns/p-0/c?timestamps=false", &status), QByteArray("one\n"));
        QCOMPARE(status, QByteArray("200"));
        const auto peer = client();
        QVERIFY(peer->request("GET", "/containerLogs/ns/p-0/c?follow=true&tailLines=0").startsWith("HTTP/1.1 200"));
        m_kubelet->addLine(u"ns"_s, u"p-0"_s, u"c"_s, "two");
        QCOMPARE(peer->chunk(), QByteArray("two\n"));
        m_kubelet->forget(u"ns"_s, u"p-0"_s);
        QCOMPARE(peer->chunk(), QByteArray());
        m_kubelet->addLine(u"ns"_s, u"p-0"_s, u"c"_s, "one");
    }

    void refusals()
    {
        QByteArray status;
        QJsonObject body = QJsonDocument::fromJson(get("/containerLogs/ns/p-0/c?previous=true", &status)).object();
        QCOMPARE(status, QByteArray("400"));
        QCOMPARE(body.value("message"_L1).toString(), u"previous terminated container \"c\" in pod \"p-0\" not found"_s);
        QCOMPARE(body.value("reason"_L1).toString(), u"BadRequest"_s);
        body = QJsonDocument::fromJson(get("/containerLogs/ns/p-1/c", &status)).object();
        QCOMPARE(status, QByteArray("404"));
        QCOMPARE(body.value("message"_L1).toString(), u"the server could not find the requested resource ( pods/log p-0)"_s);
        QCOMPARE(body.value("details"_L1).toObject(), (QJsonObject{{u"name"_s, u"p-0"_s}, {u"kind"_s, u"pods/log"_s}}));
        // The connection is kept: a refusal is an answer like any other.
        const auto peer = client();
        for (int i = 0; i < 3; ++i) {
            const QByteArray head = peer->request("GET", "/containerLogs/ns/p-1/c");
            QVERIFY2(head.startsWith("HTTP/1.1 404"), head.constData());
            QVERIFY(peer->body(head).contains("pods/log p-0"));
        }
        // kube-apiserver asks for logs by itself: what the client wants to upgrade to counts for nothing.
        const QByteArray upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
        QByteArray head = peer->request("GET", "/containerLogs/ns/p-1/c", upgrade);
        QVERIFY2(head.startsWith("HTTP/1.1 404"), head.constData());
        QVERIFY(peer->body(head).contains("pods/log p-0"));
        head = peer->request("GET", "/containerLogs/ns/p-0/c", upgrade);
        QVERIFY2(head.startsWith("HTTP/1.1 200"), head.constData());
        QCOMPARE(peer->body(head), QByteArray("one\n"));
    }

    void unreachable()
    {
        QTcpServer nobody;
        nobody.listen(QHostAddress::LocalHost);
        const quint16 port = nobody.serverPort();
        nobody.close();
        QByteArray status;
        m_api = api(port, m_apiServer);
        QVERIFY(get("/containerLogs/ns/p-0/c", &status).contains("connect: connection refused"));
        QCOMPARE(status, QByteArray("500"));
        // Who answers without TLS, and a kubelet that does not know our certificate.
        QTcpServer silent;
        connect(&silent, &QTcpServer::newConnection, this, [&] { silent.nextPendingConnection()->write("no TLS here\r\n\r\n"); });
        silent.listen(QHostAddress::LocalHost);
        m_api = api(silent.serverPort(), m_apiServer);
        QVERIFY(get("/containerLogs/ns/p-0/c", &status).contains("tls: "));
        QCOMPARE(status, QByteArray("500"));
        const auto other = Authority::make(u"someone-else"_s);
        m_api = api(m_kubelet->port(), *other->client(u"kube-apiserver-kubelet-client"_s, {}, std::chrono::hours(1)));
        get("/containerLogs/ns/p-0/c", &status);
        QCOMPARE(status, QByteArray("500"));
        m_api = api(m_kubelet->port(), m_apiServer);
        QCOMPARE(get("/containerLogs/ns/p-0/c"), QByteArray("one\n"));
    }

    void forwards_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("channels") << 0;
        QTest::newRow("SPDY") << 1;
        QTest::newRow("SPDY in WebSocket") << 2;
    }

    void forwards()
    {
        QTcpServer backend;
        connect(&backend, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = backend.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] { socket->write(socket->readAll()); });
        });
        backend.listen(QHostAddress::LocalHost);
        m_kubelet->setPort(u"ns"_s, u"p-0"_s, 9000, backend.serverPort());
        QFETCH(int, how);
        if (how == 0) {
            const auto peer = client();
            QVERIFY(peer->upgrade("/portForward/ns/p-0?ports=9000", "v4.channel.k8s.io").startsWith("HTTP/1.1 101"));
            QCOMPARE(peer->bytes(10).toHex(), QByteArray("82030028238203012823"));
            peer->message(QByteArray("\0hello", 6));
            QCOMPARE(peer->frame(), (WsFrame{2, QByteArray("\0hello", 6)}));
            return;
        }
        SpdyPeer peer(client(), how == 2);
        QVERIFY2(peer.open("/portForward/ns/p-0"), peer.head.constData());
        QCOMPARE(peer.pair(1, "9000", "0"), QByteArray("reply 1, reply 3"));
        peer.send(SpdyWriter::data(3, 0, "hello"));
        QCOMPARE(peer.next(), QByteArray("data 3 hello"));
    }

    /// Proxies of pods and services: through the kubelet to what listens in the pod.
    void podProxy()
    {
        QByteArray status;
        QCOMPARE(get("/pod/p-0/7575/v2/version?a=b%20c", &status), QByteArray("7575 GET /v2/version?a=b%20c "));
        QCOMPARE(status, QByteArray("200"));
        QVERIFY(get("/pod/p-0/7575/busy", &status).startsWith("7575 GET /busy"));   // its own refusal is its answer
        QCOMPARE(status, QByteArray("503"));
        const auto peer = client();
        const QByteArray head = peer->request("POST", "/pod/p-0/80/x", "Content-Length: 0\r\n");
        QVERIFY2(head.startsWith("HTTP/1.1 200"), head.constData());
        QCOMPARE(peer->body(head), QByteArray("80 POST /x "));
        QVERIFY(get("/pod/p-0/9999/", &status).contains("dial tcp 10.244.0.1:9999: connect: connection refused"));
        QCOMPARE(status, QByteArray("500"));
        QVERIFY(get("/pod/p-1/80/", &status).contains("dial tcp 10.244.0.1:80: connect: connection refused"));
        QVERIFY(get("/pod/p-0/80/gone", &status).contains("\"EOF\""));
        QCOMPARE(status, QByteArray("500"));
    }

    void podProxyToALocalPort()
    {
        play("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nreal");
        QCOMPARE(get("/pod/p-0/7000/"), QByteArray("real"));   // it goes before what is played
    }

    void theConnectionOutlivesTheBackends_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArray>("fields");   // of the head, which has to hold them
        QTest::addColumn<QByteArray>("body");
        const QByteArray chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n";
        QTest::newRow("length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nreal")
                                << QByteArray("content-length: 4") << QByteArray("real");
        QTest::newRow("chunks") << QByteArray(chunked + "2\r\nre\r\n2;ext=1\r\nal\r\n0\r\nX-Sum: 1\r\n\r\n")
                                << QByteArray("transfer-encoding: chunked") << QByteArray("real");
        QTest::newRow("until its end") << QByteArray("HTTP/1.0 200 OK\r\nX-Own: 1\r\n\r\nreal") << QByteArray("x-own: 1") << QByteArray("real");
        QTest::newRow("no body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") << QByteArray("content-length: 0") << QByteArray();
        QTest::newRow("no content") << QByteArray("HTTP/1.1 204 No Content\r\n\r\n") << QByteArray("204") << QByteArray();
        QTest::newRow("a field twice") << QByteArray("HTTP/1.1 200 OK\r\nVary: a\r\nVary: b\r\nContent-Length: 1\r\n\r\nx")
                                       << QByteArray("vary: a, b") << QByteArray("x");
        QTest::newRow("large") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + QByteArray(300000, 'x'))
                               << QByteArray("content-length: 300000") << QByteArray(300000, 'x');
    }

    void theConnectionOutlivesTheBackends()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QByteArray, fields);
        play(answer);
        const auto peer = client();
        for (int i = 0; i < 3; ++i) {
            const QByteArray head = peer->request("GET", "/pod/p-0/7000/");
            QVERIFY2(head.contains(fields), head.constData());
            QVERIFY2(!head.contains("connection: close") && !head.contains("trailer"), head.constData());
            const QByteArray body = head.startsWith("HTTP/1.1 204") ? QByteArray() : peer->body(head);
            QTEST(body, "body");
        }
    }

    void aHeadAndItsLength()
    {
        play("HTTP/1.1 200 OK\r\nContent-Length: 4711\r\n\r\n");
        const auto peer = client();
        for (int i = 0; i < 2; ++i) {
            const QByteArray head = peer->request("HEAD", "/pod/p-0/7000/");
            QVERIFY2(head.contains("content-length: 4711"), head.constData());
        }
    }

    /// What ends in the middle must not look whole.
    void aBackendThatBreaksOff_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nreal");
        QTest::newRow("chunks") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nreal\r\n");
        QTest::newRow("nonsense for a chunk") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nreal\r\nzz\r\n");
    }

    void aBackendThatBreaksOff()
    {
        QFETCH(QByteArray, answer);
        play(answer);
        const auto peer = client();
        const QByteArray head = peer->request("GET", "/pod/p-0/7000/");
        QVERIFY2(head.startsWith("HTTP/1.1 200"), head.constData());
        QCOMPARE(head.contains("chunked") ? peer->chunk() : peer->bytes(4), QByteArray("real"));
        QVERIFY(peer->ended());
    }

    void whatIsNoAnswer()
    {
        QByteArray status;
        play("I speak something else\r\n\r\n");
        QVERIFY(get("/pod/p-0/7000/", &status).contains("transport connection broken"));
        QCOMPARE(status, QByteArray("500"));
        play("HTTP/1.1 200 OK\r\nContent-Le");
        QVERIFY(get("/pod/p-0/7000/", &status).contains("unexpected EOF"));
        QCOMPARE(status, QByteArray("500"));
    }

    /// A client that leaves in the middle of a stream: the backend hears it, and is not read for nobody.
    void aClientThatLeaves()
    {
        QTcpServer backend;
        bool left = false;
        connect(&backend, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = backend.nextPendingConnection();
            connect(socket, &QTcpSocket::disconnected, socket, [&left] { left = true; });
            connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                if (!socket->readAll().isEmpty())
                    socket->write("HTTP/1.1 200 OK\r\n\r\nfirst");
            });
        });
        backend.listen(QHostAddress::LocalHost);
        m_kubelet->setPort(u"ns"_s, u"p-0"_s, 7000, backend.serverPort());
        const auto peer = client();
        QVERIFY(peer->request("GET", "/pod/p-0/7000/").startsWith("HTTP/1.1 200"));
        QCOMPARE(peer->chunk(), QByteArray("first"));
        QVERIFY(!left);
        peer->cut();
        QTRY_VERIFY(left);
    }

    /// A forward to what is played: several requests on one connection, in pieces, and nonsense.
    void forwardToAPlayedPort()
    {
        const auto peer = client();
        QVERIFY(peer->upgrade("/portForward/ns/p-0?ports=7575", "v4.channel.k8s.io").startsWith("HTTP/1.1 101"));
        QCOMPARE(peer->bytes(10).size(), 10);
        const auto say = [&](const QByteArray &text) { peer->message(QByteArray("\0", 1) + text); };
        say("GET /one HT");
        say("TP/1.1\r\nHost: x\r\n\r\nHEAD /two HTTP/1.1\r\nHost: x\r\n\r\nPOST /three HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbo");
        say("dynonsense\r\n\r\n");
        QByteArray all;
        while (!all.contains("Illegal request")) {
            const WsFrame frame = peer->frame();
            QVERIFY2(frame.opcode == 2, all.constData());
            all += frame.payload.mid(1);
        }
        QVERIFY2(all.contains("7575 GET /one "), all.constData());
        QVERIFY2(!all.contains("7575 HEAD /two ") && all.contains("7575 POST /three body"), all.constData());
        QVERIFY2(all.contains("HTTP/1.1 400"), all.constData());
        QCOMPARE(all.count("HTTP/1.1 200"), 3);
        WsFrame last = peer->frame();
        while (last.opcode == 2)
            last = peer->frame();
        QCOMPARE(last.opcode, 8);   // the program closed, and a second later the forward did
    }

    void options_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("message");
        QTest::newRow("fine") << u"follow=true&tailLines=0&limitBytes=1&sinceSeconds=1&timestamps"_s << 0 << QString();
        QTest::newRow("time") << u"sinceTime=2026-01-01T00:00:00Z"_s << 0 << QString();
        QTest::newRow("number") << u"tailLines=ten"_s << 400 << u"strconv.ParseInt: parsing \"ten\": invalid syntax"_s;
        QTest::newRow("bad time") << u"sinceTime=yesterday"_s << 400
                                  << u"parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\""_s;
        QTest::newRow("negative") << u"tailLines=-1"_s << 422
                                  << u"PodLogOptions \"p-0\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0"_s;
        QTest::newRow("zero") << u"limitBytes=0"_s << 422 << u"PodLogOptions \"p-0\" is invalid: limitBytes: Invalid value: 0: must be greater than 0"_s;
        QTest::newRow("both") << u"sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z"_s << 422
            << u"PodLogOptions \"p-0\" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"_s;
        QTest::newRow("stream") << u"stream=Stderr"_s << 422 << u"PodLogOptions \"p-0\" is invalid: stream: Forbidden: may not be specified"_s;
    }

    void options()
    {
        QFETCH(QString, query);
        QFETCH(int, code);
        QFETCH(QString, message);
        Request request;
        request.query = QUrlQuery(query);
        const auto failure = checkPodLog(request, u"p-0"_s);
        QCOMPARE(failure ? failure->code : 0, code);
        QCOMPARE(failure ? failure->message : QString(), message);
    }
};

QTEST_GUILESS_MAIN(tst_node_relay)
#include "tst_node_relay.moc"
