// SPDX-License-Identifier: GPL-3.0-or-later
// The demo's HTTP server against clients that take their time: what does not arrive within its time is let go, and nobody else waits.
#include "app/demo/http/HttpServer.h"
#include "app/demo/http/Pki.h"
#include "tests/unit/demo/NodeClient.h"

#include <QTcpSocket>
#include <QTest>

using namespace qd;
using namespace qd::support;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestHttpServer : public QObject {
    Q_OBJECT
    demo::Authority m_authority;
    demo::KeyPair m_person;
    std::shared_ptr<demo::HttpServer> m_server;

    std::unique_ptr<NodeClient> client() { return std::make_unique<NodeClient>(m_server->port(), m_authority.certificate(), m_person); }

private Q_SLOTS:
    void initTestCase()
    {
        const auto authority = demo::Authority::make(u"test"_s);
        QVERIFY(authority);
        m_authority = *authority;
        const auto pair = m_authority.server(u"server"_s, {}, 1h);
        const auto person = m_authority.client(u"somebody"_s, {}, 1h);
        QVERIFY(pair && person);
        m_person = *person;
        demo::ServerOptions options;
        options.certificate = pair->certificate;
        options.key = pair->key;
        options.clientAuthority = m_authority.certificate();
        options.idle = 1s;
        options.maxConnections = 20;
        const auto server = demo::HttpServer::start(options, [](demo::Request &request) {
            demo::Response response;
            if (request.path == "/throws"_L1)
                throw std::runtime_error("this went wrong");
            response.body = request.user.name.toUtf8();
            return response;
        });
        QVERIFY2(server, qPrintable(server ? QString() : server.error().text()));
        m_server = *server;
    }

    void slowRequestsAreLetGo_data()
    {
        QTest::addColumn<QByteArray>("sent");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("half a head") << QByteArray("GET /x HTTP/1.1\r\nHost: a\r\nX: ");
        QTest::newRow("half a body") << QByteArray("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
        QTest::newRow("half a chunk") << QByteArray("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\na\r\nabc");
    }

    void slowRequestsAreLetGo()
    {
        QFETCH(QByteArray, sent);
        auto slow = client();
        QVERIFY(slow->connected());
        slow->send(sent);
        auto other = client();
        QVERIFY(other->request("GET", "/y").startsWith("HTTP/1.1 200"));
        QVERIFY(slow->ended());
    }

    void aDropAtATimeIsNoRequestEither()
    {
        auto slow = client();
        QVERIFY(slow->connected());
        slow->send("GET /x HTTP/1.1\r\nHost: a\r\nX: ");
        QTimer drops;
        connect(&drops, &QTimer::timeout, this, [&slow] { slow->send("x"); });
        drops.start(100);   // its time is that of the whole request, not of a byte
        QVERIFY(slow->ended());
    }

    void withoutTlsItIsSaid()
    {
        QTcpSocket plain;
        plain.connectToHost(u"127.0.0.1"_s, m_server->port());
        plain.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_COMPARE(plain.state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(plain.readAll(), QByteArray("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"));
    }

    void inTheClearWhereThatIsWanted()
    {
        demo::ServerOptions options;
        options.plain = true;
        bool open = true;
        options.admits = [&open] { return open; };
        const auto server = demo::HttpServer::start(options, [](demo::Request &request) {
            demo::Response response;
            response.body = request.user.name.toUtf8() + ' ' + request.body;
            if (request.path == "/messages"_L1)
                response.webSocket.emplace();
            return response;
        });
        QVERIFY(server);
        QTcpSocket client;
        client.connectToHost(u"127.0.0.1"_s, (*server)->port());
        const auto asked = [&client](const QByteArray &request, const QByteArray &end) {
            client.write(request);
            QByteArray answer;
            return QTest::qWaitFor([&] { return (answer += client.readAll()).endsWith(end); }, 5000) ? answer : QByteArray();
        };
        for (const char *body : {"ab", "cd"})   // the connection is kept
            QVERIFY(asked("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n" + QByteArray(body), "system:anonymous " + QByteArray(body)).startsWith("HTTP/1.1 200"));
        QVERIFY(asked("GET /messages HTTP/1.1\r\nHost: a\r\n\r\n", "}\n").startsWith("HTTP/1.1 400"));
        client.abort();
        (*server)->post([&open] { open = false; });
        QTcpSocket refused;
        refused.connectToHost(u"127.0.0.1"_s, (*server)->port());
        QTRY_COMPARE((*server)->connections(), 0);
        refused.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_COMPARE(refused.state(), QAbstractSocket::UnconnectedState);
        QVERIFY(refused.readAll().isEmpty());
    }

    void whatTheHandlerThrowsIsA500()
    {
        auto one = client();
        QVERIFY(one->connected());
        const QByteArray head = one->request("GET", "/throws");
        QVERIFY2(head.startsWith("HTTP/1.1 500"), head.constData());
        QVERIFY(one->body(head).contains("this went wrong"));
        QVERIFY(one->request("GET", "/y").startsWith("HTTP/1.1 200"));
    }

    void thereIsRoomAgainWhenSomeHaveGone()
    {
        std::vector<std::unique_ptr<QTcpSocket>> many;
        for (int i = 0; i < 30; ++i) {
            many.push_back(std::make_unique<QTcpSocket>());
            many.back()->connectToHost(u"127.0.0.1"_s, m_server->port());
            QVERIFY(many.back()->waitForConnected(5000));
        }
        QTRY_COMPARE(m_server->connections(), 20);
        QCOMPARE(m_server->connections(), 20);
        many.clear();
        QTRY_COMPARE(m_server->connections(), 0);
        auto one = client();
        QVERIFY(one->request("GET", "/y").startsWith("HTTP/1.1 200"));
    }
};

QTEST_GUILESS_MAIN(TestHttpServer)
#include "tst_httpserver.moc"
