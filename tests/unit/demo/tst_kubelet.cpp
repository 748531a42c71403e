// SPDX-License-Identifier: GPL-3.0-or-later
// The kubelet of the demo's pods over TLS: logs, and port-forward by WebSocket channels, SPDY/3.1 and SPDY/3.1 in WebSocket.
#include "app/demo/http/Pki.h"
#include "app/demo/node/Kubelet.h"
#include "tests/unit/demo/SpdyPeer.h"

#include <QDateTime>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <thread>

using namespace qd;
using namespace qd::demo;
using namespace Qt::StringLiterals;
using qd::support::NodeClient;
using qd::support::SpdyPeer;
using qd::support::WsFrame;

namespace {

const QString kNs = u"canton-mainnet"_s;
const QString kPod = u"validator-1-participant-0"_s;
const QString kContainer = u"participant"_s;
const QByteArray kLogs = "/containerLogs/canton-mainnet/validator-1-participant-0/participant";
const QByteArray kForward = "/portForward/canton-mainnet/validator-1-participant-0";

/// What listens behind a pod's port: keeps its connections, echoes when told to.
class Backend : public QTcpServer {
public:
    explicit Backend(bool echo = true)
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this, echo] {
            while (QTcpSocket *socket = nextPendingConnection()) {
                sockets.append(socket);
                connect(socket, &QTcpSocket::readyRead, this, [this, socket, echo] {
                    const QByteArray bytes = socket->readAll();
                    received += bytes;
                    if (echo) {
                        socket->write(bytes);
                        socket->flush();   // an end right behind it would drop what waits
                    }
                });
            }
        });
    }
    [[nodiscard]] bool allGone() const
    {
        return std::all_of(sockets.begin(), sockets.end(), [](const QTcpSocket *s) { return s->state() == QAbstractSocket::UnconnectedState; });
    }
    QList<QTcpSocket *> sockets;
    QByteArray received;
};

QByteArray textOf(int from, int to)
{
    QByteArray text;
    for (int i = from; i <= to; ++i)
        text += "line " + QByteArray::number(i) + '\n';
    return text;
}

}

class tst_kubelet : public QObject {
    Q_OBJECT
    Result<Authority> m_authority;
    KeyPair m_apiServer;
    std::shared_ptr<Kubelet> m_kubelet;

    std::unique_ptr<NodeClient> client() { return std::make_unique<NodeClient>(m_kubelet->port(), m_authority->certificate(), m_apiServer); }

    QByteArray get(const QByteArray &target, QByteArray *status = nullptr)
    {
        const auto peer = client();
        const QByteArray head = peer->request("GET", target);
        if (status != nullptr)
            *status = head.left(12);
        return peer->body(head);
    }

    void lines(int from, int to)
    {
        for (int i = from; i <= to; ++i)
            m_kubelet->addLine(kNs, kPod, kContainer, "line " + QByteArray::number(i));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_authority = Authority::make(u"node-test"_s);
        QVERIFY(m_authority.ok());
        const auto pair = m_authority->client(u"kube-apiserver-kubelet-client"_s, {u"system:masters"_s}, std::chrono::hours(1));
        QVERIFY(pair.ok());
        m_apiServer = *pair;
    }

    void init()
    {
        const auto serving = m_authority->server(u"canton-demo-node"_s, {}, std::chrono::hours(1));
        QVERIFY(serving.ok());
        const auto started = Kubelet::start({0, serving->certificate, serving->key, m_authority->certificate()});
        QVERIFY2(started.ok(), started.ok() ? "" : qPrintable(started.error().message));
        m_kubelet = *started;
    }

    void cleanup() { m_kubelet.reset(); }

    void needsACertificateOfItsAuthority()
    {
        const auto other = Authority::make(u"someone-else"_s);
        const auto stranger = other->client(u"kube-apiserver-kubelet-client"_s, {u"system:masters"_s}, std::chrono::hours(1));
        for (const KeyPair &pair : {KeyPair(), *stranger}) {
            NodeClient peer(m_kubelet->port(), m_authority->certificate(), pair);
            QVERIFY(peer.request("GET", "/healthz").isEmpty());   // with TLS 1.3 the refusal comes after the client's handshake
        }
        QByteArray status;
        QCOMPARE(get("/healthz", &status), QByteArray("ok"));
        QCOMPARE(status, QByteArray("HTTP/1.1 200"));
        const auto without = Kubelet::start({0, m_apiServer.certificate, m_apiServer.key, {}});
        QVERIFY(!without.ok());
    }

    void logs()
    {
        lines(1, 10);
        m_kubelet->addLine(kNs, kPod, kContainer, "two\nlines\n");
        QCOMPARE(get(kLogs), QByteArray(textOf(1, 10) + "two\nlines\n"));
        QCOMPARE(get(kLogs + "?tailLines=3"), QByteArray("line 10\ntwo\nlines\n"));
        QCOMPARE(get(kLogs + "?tailLines=0"), QByteArray());
        QCOMPARE(get(kLogs + "?tailLines=500"), QByteArray(textOf(1, 10) + "two\nlines\n"));
        QCOMPARE(get(kLogs + "?limitBytes=9"), QByteArray("line 1\nli"));
        QCOMPARE(get(kLogs + "?sinceSeconds=60&tailLines=1"), QByteArray("lines\n"));
        QCOMPARE(get(kLogs + "?sinceTime=2099-01-01T00:00:00Z"), QByteArray());
        QCOMPARE(get(kLogs + "?sinceTime=2001-01-01T00:00:00.5%2B02:00&tailLines=1"), QByteArray("lines\n"));
        m_kubelet->runs(kNs, kPod, {u"sidecar"_s});
        QCOMPARE(get("/containerLogs/canton-mainnet/validator-1-participant-0/sidecar"), QByteArray());
    }

    void timestamps()
    {
        lines(1, 200);
        const QByteArrayList all = get(kLogs + "?timestamps=true").split('\n');
        QCOMPARE(all.size(), 201);
        QByteArray before;
        for (int i = 0; i < 200; ++i) {
            const QByteArray time = all.at(i).left(all.at(i).indexOf(' '));
            QCOMPARE(time.size(), qsizetype(30));   // 2026-11-28T14:00:00.123456789Z
            QVERIFY(time.endsWith('Z') && time.at(19) == '.');
            QVERIFY2(time > before, time.constData());
            before = time;
            QCOMPARE(all.at(i).mid(31), QByteArray("line " + QByteArray::number(i + 1)));
        }
        const QDateTime last = QDateTime::fromString(QString::fromLatin1(before), Qt::ISODateWithMs);
        QVERIFY(qAbs(last.secsTo(QDateTime::currentDateTimeUtc())) < 30);
        // From the whole second of the last line on, as the API's times are cut.
        QVERIFY(get(kLogs + "?sinceTime=" + before.left(19) + ".999999Z").endsWith("line 200\n"));
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("text");
        const QByteArray pods = "/containerLogs/canton-mainnet/";
        QTest::newRow("pod") << pods + "gone/participant" << QByteArray("404") << QByteArray("pod \"gone\" does not exist\n");
        QTest::newRow("namespace") << QByteArray("/containerLogs/default/validator-1-participant-0/participant") << QByteArray("404")
                                   << QByteArray("pod \"validator-1-participant-0\" does not exist\n");
        QTest::newRow("container") << pods + "validator-1-participant-0/mediator" << QByteArray("404")
                                   << QByteArray("container \"mediator\" not found in pod \"validator-1-participant-0\"\n");
        QTest::newRow("previous") << kLogs + "?previous=true" << QByteArray("400")
                                  << QByteArray("previous terminated container \"participant\" in pod \"validator-1-participant-0\" not found");
        QTest::newRow("number") << kLogs + "?tailLines=ten" << QByteArray("400") << QByteArray("{\"message\": \"Unable to decode query.\"}");
        QTest::newRow("time") << kLogs + "?sinceTime=yesterday" << QByteArray("400") << QByteArray("{\"message\": \"Unable to decode query.\"}");
        QTest::newRow("negative") << kLogs + "?tailLines=-1" << QByteArray("422") << QByteArray("{\"message\": \"Invalid request.\"}");
        QTest::newRow("zero bytes") << kLogs + "?limitBytes=0" << QByteArray("422") << QByteArray("{\"message\": \"Invalid request.\"}");
        QTest::newRow("both times") << kLogs + "?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z" << QByteArray("422")
                                    << QByteArray("{\"message\": \"Invalid request.\"}");
        QTest::newRow("path") << QByteArray("/exec/a/b/c") << QByteArray("404") << QByteArray("404 page not found\n");
        QTest::newRow("forward without upgrade") << kForward + "?ports=1" << QByteArray("400")
            << QByteArray("unable to upgrade: missing upgrade headers in request: an Upgrade to websocket or SPDY/3.1 is needed\n");
        QTest::newRow("forward to nobody") << QByteArray("/portForward/canton-mainnet/gone?ports=1") << QByteArray("404")
                                           << QByteArray("pod does not exist");
    }

    void refusals()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, text);
        lines(1, 1);
        QByteArray answered;
        QCOMPARE(get(target, &answered), text);
        QCOMPARE(answered, QByteArray("HTTP/1.1 " + status));
    }

    void keepsTheLastLines()
    {
        lines(1, 3000);
        QCOMPARE(get(kLogs), textOf(1001, 3000));
        for (int i = 0; i < 20; ++i)
            m_kubelet->addLine(kNs, kPod, kContainer, QByteArray(100'000, char('a' + i)));
        const QByteArray text = get(kLogs);
        QVERIFY(text.size() <= 512 * 1024);
        QVERIFY(text.size() > 400 * 1024);
        QVERIFY(text.endsWith(QByteArray(QByteArray(64 * 1024, 't') + '\n')));
        QVERIFY(!text.contains("line"));
    }

    void follows()
    {
        lines(1, 3);
        const auto peer = client();
        const QByteArray head = peer->request("GET", kLogs + "?follow=true&tailLines=1");
        QVERIFY2(head.startsWith("HTTP/1.1 200") && head.contains("transfer-encoding: chunked") && head.contains("content-type: text/plain"), head.constData());
        QCOMPARE(peer->chunk(), QByteArray("line 3\n"));
        lines(4, 4);
        QCOMPARE(peer->chunk(), QByteArray("line 4\n"));
        // Another container's line is not ours.
        m_kubelet->addLine(kNs, kPod, u"sidecar"_s, "not this");
        lines(5, 5);
        QCOMPARE(peer->chunk(), QByteArray("line 5\n"));
        m_kubelet->restarted(kNs, kPod, kContainer);
        QCOMPARE(peer->chunk(), QByteArray());   // the last chunk
        lines(6, 6);
        QCOMPARE(get(kLogs), QByteArray("line 6\n"));
        QCOMPARE(get(kLogs + "?previous=true&tailLines=2"), QByteArray("line 4\nline 5\n"));
        QCOMPARE(get(kLogs + "?previous=true&follow=true&tailLines=1"), QByteArray("line 5\n"));
    }

    void followEndsWithThePod()
    {
        m_kubelet->runs(kNs, kPod, {kContainer});
        const auto peer = client();
        QVERIFY(peer->request("GET", kLogs + "?follow=true").startsWith("HTTP/1.1 200"));
        lines(1, 2);
        QByteArray text = peer->chunk();
        if (text == "line 1\n")
            text += peer->chunk();
        QCOMPARE(text, textOf(1, 2));
        m_kubelet->forget(kNs, kPod);
        QCOMPARE(peer->chunk(), QByteArray());
        QByteArray status;
        get(kLogs, &status);
        QCOMPARE(status, QByteArray("HTTP/1.1 404"));
    }

    void manyFollowersOfAFastWriter()
    {
        m_kubelet->runs(kNs, kPod, {kContainer});
        std::vector<std::unique_ptr<NodeClient>> peers;
        for (int i = 0; i < 5; ++i) {
            peers.push_back(client());
            QVERIFY(peers.back()->request("GET", kLogs + "?follow=true").startsWith("HTTP/1.1 200"));
        }
        std::thread writer([this] { lines(1, 1900); });
        writer.join();
        for (const auto &peer : peers) {
            QByteArray text;
            while (!text.endsWith("line 1900\n")) {
                const QByteArray more = peer->chunk();
                QVERIFY2(!more.isEmpty() && more != "?", text.right(20).constData());
                text += more;
            }
            QCOMPARE(text, textOf(1, 1900));
        }
        peers.at(0)->cut();
        lines(1901, 1901);
        QCOMPARE(peers.at(1)->chunk(), QByteArray("line 1901\n"));
        // The kubelet ends while the others still read.
        m_kubelet.reset();
        QVERIFY(peers.at(1)->ended());
    }

    void channels()
    {
        Backend backend;
        m_kubelet->setPort(kNs, kPod, 9000, backend.serverPort());
        const auto peer = client();
        const QByteArray head = peer->upgrade(kForward + "?ports=9000", "v4.channel.k8s.io");
        QVERIFY2(head.startsWith("HTTP/1.1 101") && head.contains("sec-websocket-protocol: v4.channel.k8s.io")
                && head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), head.constData());
        QCOMPARE(peer->bytes(10).toHex(), QByteArray("8203002823" "8203012823"));
        peer->message(QByteArray("\0hello", 6));
        QCOMPARE(peer->frame(), (WsFrame{2, QByteArray("\0hello", 6)}));
        peer->message("are you there", 9);
        QCOMPARE(peer->frame(), (WsFrame{10, "are you there"}));
        // What is for nobody is dropped.
        peer->message(QByteArray("\1no", 3));
        peer->message(QByteArray("\7no", 3));
        peer->message({});
        peer->message(QByteArray("\0again", 6));
        QCOMPARE(peer->frame(), (WsFrame{2, QByteArray("\0again", 6)}));
        QCOMPARE(backend.received, QByteArray("helloagain"));
        // The pod's end closes, after the second of grace.
        QElapsedTimer timer;
        timer.start();
        backend.sockets.first()->disconnectFromHost();
        QCOMPARE(peer->frame(), (WsFrame{8, QByteArray("\x03\xe8", 2)}));
        QVERIFY2(timer.elapsed() > 800, QByteArray::number(timer.elapsed()).constData());
        peer->message(QByteArray("\x03\xe8", 2), 8);
        QVERIFY(peer->ended());
    }

    void channelsOfSeveralPorts()
    {
        Backend first;
        Backend second;
        m_kubelet->setPort(kNs, kPod, 1, first.serverPort());
        m_kubelet->setPort(kNs, kPod, 2, second.serverPort());
        const auto peer = client();
        QVERIFY(peer->upgrade(kForward + "?ports=1,3&ports=2", "other, v4.channel.k8s.io").startsWith("HTTP/1.1 101"));
        for (const char *opening : {"\0\1\0", "\1\1\0", "\2\3\0", "\3\3\0", "\4\2\0", "\5\2\0"})
            QCOMPARE(peer->frame(), (WsFrame{2, QByteArray(opening, 3)}));
        QCOMPARE(peer->frame(), (WsFrame{2, "\3error forwarding port 3 to pod validator-1-participant-0, uid : failed to connect to localhost:3 inside pod "
                                            "\"validator-1-participant-0\": dial tcp 127.0.0.1:3: connect: connection refused"}));
        peer->message(QByteArray("\2lost", 5));
        peer->message(QByteArray("\4to second", 10));
        QCOMPARE(peer->frame(), (WsFrame{2, QByteArray("\4to second", 10)}));
        peer->message(QByteArray("\0to first", 9));
        QCOMPARE(peer->frame(), (WsFrame{2, QByteArray("\0to first", 9)}));
        // The end of one is not the end of the other; the client's end is the end of all.
        first.sockets.first()->disconnectFromHost();
        second.sockets.first()->write("unasked");
        QCOMPARE(peer->frame(), (WsFrame{2, "\4unasked"}));
        peer->cut();
        QTRY_VERIFY(second.allGone());
    }

    void resetsAreTold()
    {
        Backend backend(false);
        m_kubelet->setPort(kNs, kPod, 9000, backend.serverPort());
        const auto peer = client();
        QVERIFY(peer->upgrade(kForward + "?port=9000", "v4.channel.k8s.io").startsWith("HTTP/1.1 101"));
        QCOMPARE(peer->bytes(10).size(), 10);
        QTRY_COMPARE(backend.sockets.size(), 1);
        // Closed with unread bytes and no linger: the kernel sends RST.
        backend.sockets.first()->setReadBufferSize(1);
        peer->message(QByteArray(1, '\0') + QByteArray(200'000, 'x'));
        QTRY_VERIFY(!backend.received.isEmpty());
        backend.sockets.first()->abort();
        const WsFrame told = peer->frame();
        QCOMPARE(told.opcode, 2);
        QVERIFY2(told.payload.startsWith("\1error forwarding port 9000 to pod") && (told.payload.endsWith("connection reset by peer")
                || told.payload.endsWith("broken pipe")), told.payload.constData());
        QCOMPARE(peer->frame(), (WsFrame{8, QByteArray("\x03\xe8", 2)}));
    }

    void muchData()
    {
        Backend backend;
        m_kubelet->setPort(kNs, kPod, 9000, backend.serverPort());
        const auto peer = client();
        QVERIFY(peer->upgrade(kForward + "?port=9000", "v4.channel.k8s.io").startsWith("HTTP/1.1 101"));
        QCOMPARE(peer->bytes(10).size(), 10);
        QByteArray sent;
        for (int i = 0; i < 64; ++i) {
            QByteArray piece(100'000 + i, Qt::Uninitialized);
            for (qsizetype at = 0; at < piece.size(); ++at)
                piece[at] = char((at * 31 + i) >> 3);
            sent += piece;
            peer->message(QByteArray(1, '\0') + piece);
        }
        QByteArray back;
        while (back.size() < sent.size()) {
            const WsFrame frame = peer->frame();
            QCOMPARE(frame.opcode, 2);
            QCOMPARE(frame.payload.front(), '\0');
            back += frame.payload.mid(1);
        }
        QVERIFY(back == sent);
    }

    void badWebSockets()
    {
        lines(1, 1);
        auto peer = client();
        QByteArray head = peer->upgrade(kForward + "?ports=9000", "v5.channel.k8s.io");
        QVERIFY(head.startsWith("HTTP/1.1 403"));
        QCOMPARE(peer->body(head), QByteArray());
        const std::pair<const char *, const char *> cases[] = {{"", "query parameter \"port\" is required"},
            {"?ports=", "query parameter \"port\" cannot be empty"}, {"?ports=80,x", "unable to parse \"80,x\" as a port"},
            {"?ports=70000", "unable to parse \"70000\" as a port"}, {"?ports=0", "port \"0\" must be > 0"}};
        for (const auto &[query, text] : cases) {
            peer = client();
            head = peer->upgrade(kForward + query, "v4.channel.k8s.io");
            QVERIFY2(head.startsWith("HTTP/1.1 400"), head.constData());
            QCOMPARE(peer->body(head), QByteArray(text));
        }
        // No handshake at all, an unmasked message, one that is too long.
        peer = client();
        QVERIFY(peer->request("GET", kForward + "?ports=1", "Connection: Upgrade\r\nUpgrade: websocket\r\n").startsWith("HTTP/1.1 400"));
        Backend backend;
        m_kubelet->setPort(kNs, kPod, 1, backend.serverPort());
        for (const QByteArray &bad : {QByteArray("\x82\x02\0x", 4), QByteArray("\x82\xff\0\0\0\0\1\0\0\0\0\0\0\0", 14)}) {
            peer = client();
            QVERIFY(peer->upgrade(kForward + "?ports=1", {}).startsWith("HTTP/1.1 101"));
            QCOMPARE(peer->bytes(10).size(), 10);
            peer->send(bad);
            const WsFrame frame = peer->frame();
            QCOMPARE(frame.opcode, 8);
            QVERIFY(frame.payload == QByteArray("\x03\xea", 2) || frame.payload == QByteArray("\x03\xf1", 2));
        }
        QTRY_VERIFY(backend.allGone());
    }

    void spdy_data()
    {
        QTest::addColumn<bool>("tunnel");
        QTest::newRow("SPDY/3.1") << false;
        QTest::newRow("in WebSocket") << true;
    }

    void spdy()
    {
        Backend backend;
        m_kubelet->setPort(kNs, kPod, 9000, backend.serverPort());
        QFETCH(bool, tunnel);
        SpdyPeer peer(client(), tunnel);
        QVERIFY2(peer.open(kForward), peer.head.constData());
        QCOMPARE(peer.pair(1, "9000", "0"), QByteArray("reply 1, reply 3"));
        peer.send(SpdyWriter::data(3, 0, "hello pod"));
        QCOMPARE(peer.next(), QByteArray("data 3 hello pod"));
        peer.send(SpdyWriter::ping(5));
        QCOMPARE(peer.next(), QByteArray("ping 5"));
        // A second connection beside the first; nobody listens behind the third's port.
        QCOMPARE(peer.pair(5, "9000", "1"), QByteArray("reply 5, reply 7"));
        peer.send(SpdyWriter::data(7, 0, "second"));
        QCOMPARE(peer.next(), QByteArray("data 7 second"));
        QCOMPARE(peer.pair(9, "9001", "2"), QByteArray("reply 9, reply 11"));
        QCOMPARE(peer.next(), QByteArray("data 9 error forwarding port 9001 to pod validator-1-participant-0, uid : failed to connect to localhost:9001 "
                                         "inside pod \"validator-1-participant-0\": dial tcp 127.0.0.1:9001: connect: connection refused"));
        QCOMPARE(peer.next(), QByteArray("reset 11 5"));
        QCOMPARE(peer.next(), QByteArray("reset 9 5"));
        // The pod reads the client's end, then ends too.
        peer.send(SpdyWriter::data(3, SpdyFrame::kFin, "bye"));
        QCOMPARE(peer.next(), QByteArray("data 3 bye"));
        QCOMPARE(peer.next(), QByteArray("data 3 fin"));
        QCOMPARE(peer.next(), QByteArray("data 1 fin"));
        QCOMPARE(backend.sockets.size(), 2);
        QTRY_COMPARE(backend.sockets.at(0)->state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(backend.sockets.at(1)->state(), QAbstractSocket::ConnectedState);
        // A reset of the data stream is the end of its connection.
        peer.send(SpdyWriter::reset(7, SpdyFrame::Cancel));
        QTRY_VERIFY(backend.allGone());
    }

    void spdyOddities_data() { spdy_data(); }

    void spdyOddities()
    {
        Backend backend;
        m_kubelet->setPort(kNs, kPod, 9000, backend.serverPort());
        QFETCH(bool, tunnel);
        SpdyPeer peer(client(), tunnel);
        QVERIFY2(peer.open(kForward), peer.head.constData());
        // Streams that say too little, and a number that was there before.
        peer.send(peer.out.synStream(3, 0, {{"streamtype", "data"}}));
        QCOMPARE(peer.next(), QByteArray("reset 3 5"));
        peer.send(peer.out.synStream(5, 0, {{"streamtype", "both"}, {"port", "9000"}}));
        QCOMPARE(peer.next(), QByteArray("reset 5 5"));
        peer.send(peer.out.synStream(5, 0, {{"streamtype", "data"}, {"port", "9000"}}));
        QCOMPARE(peer.next(), QByteArray("reset 5 1"));
        // Data before its error stream waits.
        peer.send(peer.out.synStream(21, 0, {{"streamtype", "data"}, {"port", "9000"}, {"requestid", "late"}}));
        QCOMPARE(peer.next(), QByteArray("reply 21"));
        peer.send(SpdyWriter::data(21, 0, "early"));
        peer.send(peer.out.synStream(23, 0, {{"streamtype", "error"}, {"port", "9000"}, {"requestid", "late"}}));
        QCOMPARE(peer.next(), QByteArray("reply 23"));
        QCOMPARE(peer.next(), QByteArray("data 21 early"));
        // Without requestid, as old clients.
        QCOMPARE(peer.pair(25, "9000", {}), QByteArray("reply 25, reply 27"));
        peer.send(SpdyWriter::data(27, 0, "old"));
        QCOMPARE(peer.next(), QByteArray("data 27 old"));
        // What is no SPDY/3 is told so, and everything ends.
        QVERIFY(!backend.allGone());
        peer.send(QByteArray::fromHex("8002000100000000"));
        QCOMPARE(peer.next(), QByteArray("goaway 27 1"));
        QTRY_VERIFY(backend.allGone());
    }

    void spdyNegotiation()
    {
        lines(1, 1);
        auto peer = client();
        QByteArray head = peer->request("POST", kForward, "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n");
        QVERIFY(head.startsWith("HTTP/1.1 400"));
        QCOMPARE(peer->body(head), QByteArray("unable to upgrade: X-Stream-Protocol-Version is required\n"));
        peer = client();
        head = peer->request("POST", kForward, "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v2.portforward.k8s.io\r\n");
        QVERIFY(head.startsWith("HTTP/1.1 403"));
        QCOMPARE(peer->body(head), QByteArray("unable to upgrade: unable to negotiate protocol: client supports [v2.portforward.k8s.io], "
                                              "server accepts [portforward.k8s.io]\n"));
    }

    void brokenHeaders()
    {
        // A bomb, a block cut short, lengths beyond the block.
        SpdyWriter out;
        const QByteArray bomb = out.synStream(1, 0, {{"x", QByteArray(10'000'000, 'a')}});
        QVERIFY(bomb.size() < 64 * 1024);
        SpdyReader in;
        in.feed(bomb);
        QVERIFY(!in.next() && in.broken() == "a header block that cannot be read");
        SpdyReader wild;
        wild.feed(QByteArray::fromHex("80030001" "00000010" "000000010000000000000000deadbeef"));
        QVERIFY(!wild.next() && !wild.broken().isEmpty());
        SpdyReader large;
        large.feed(QByteArray::fromHex("80030001" "00ffffff"));
        QVERIFY(!large.next() && large.broken() == "a control frame of 16777215 bytes");
        SpdyReader brief;
        brief.feed(QByteArray::fromHex("80030003" "00000002" "0000"));
        QVERIFY(!brief.next() && brief.broken() == "a control frame of type 3 with 2 bytes");
    }

    void endsWithOpenForwards()
    {
        Backend backend;
        m_kubelet->setPort(kNs, kPod, 9000, backend.serverPort());
        std::vector<std::unique_ptr<NodeClient>> peers;
        for (int i = 0; i < 20; ++i) {
            peers.push_back(client());
            QVERIFY(peers.back()->upgrade(kForward + "?port=9000", "v4.channel.k8s.io").startsWith("HTTP/1.1 101"));
        }
        QTRY_COMPARE(backend.sockets.size(), 20);
        // The pod is gone, its connections are not.
        m_kubelet->forget(kNs, kPod);
        QCOMPARE(peers.front()->bytes(10).size(), 10);
        peers.front()->message(QByteArray("\0still here", 11));
        QCOMPARE(peers.front()->frame(), (WsFrame{2, QByteArray("\0still here", 11)}));
        m_kubelet.reset();
        QTRY_VERIFY(backend.allGone());
    }
};

QTEST_GUILESS_MAIN(tst_kubelet)
#include "tst_kubelet.moc"
