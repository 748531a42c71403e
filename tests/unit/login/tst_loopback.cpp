// SPDX-License-Identifier: GPL-3.0-or-later
// The port the browser comes back to, attacked over real sockets: fact sheet 1.8.
#include "app/login/session/LoopbackListener.h"
#include "models/ports/SignInState.h"

#include <QNetworkInterface>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace qd;
using namespace qd::login;
using namespace Qt::StringLiterals;

class TestLoopback : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { delete m_listener.data(); }
    void onlyOnLoopback();
    void junkDoesNotEndTheWaiting();
    void theAnswerClosesThePort();
    void secondTabAfterSuccess();
    void pageSaysNothingOfTheRequest();
    void headInPieces();
    void longHeadIsCutOff();
    void slowSocketIsDropped();
    void manySocketsAreDropped();
    void fixedPortsInTheirOrder();
    void takenPortsAreSaid();
    void wrongIssuerEnds();
    void retiringClosesAtOnce();

private:
    /// The whole answer to the bytes, read to the end.
    QByteArray ask(const QByteArray &bytes)
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, m_port);
        socket.write(bytes);
        if (!QTest::qWaitFor([&] { return socket.state() == QAbstractSocket::UnconnectedState; }, 20'000))
            return "still open";
        return socket.readAll();
    }
    QByteArray get(const QByteArray &target) { return ask("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(m_port) + "\r\n\r\n"); }
    /// Sockets have a minute: only what tests the limit has less, however busy the machine is.
    void makeListener(const LoopbackListener::Limits &limits = {8 * 1024, 8, 60'000})
    {
        delete m_listener.data();
        m_listener = new LoopbackListener(limits, nullptr);
        QVERIFY(m_listener->listen({}).ok());
        m_port = m_listener->port();
        m_listener->expect({{}, u"/callback"_s, "st4te", u"https://id.example"_s, false}, false);
    }
    QPointer<LoopbackListener> m_listener;
    quint16 m_port = 0;
};

void TestLoopback::init()
{
    makeListener();
}

void TestLoopback::onlyOnLoopback()
{
    QVERIFY(m_port > 0);
    for (const QHostAddress &address : QNetworkInterface::allAddresses()) {
        if (address.isLoopback() || address.isLinkLocal())
            continue;
        QTcpSocket socket;
        socket.connectToHost(address, m_port);
        QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(socket.error(), QAbstractSocket::ConnectionRefusedError);
    }
}

void TestLoopback::junkDoesNotEndTheWaiting()
{
    QSignalSpy answered(m_listener, &LoopbackListener::answered);
    QVERIFY(get("/callback?error=access_denied").startsWith("HTTP/1.1 400 "));
    QVERIFY(get("/callback?error=access_denied&state=guess").startsWith("HTTP/1.1 400 "));
    QVERIFY(get("/callback?code=attackers&state=attackers").startsWith("HTTP/1.1 400 "));
    QVERIFY(get("/favicon.ico").startsWith("HTTP/1.1 404 "));
    QVERIFY(ask("POST /callback?code=a&state=st4te HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(m_port) + "\r\n\r\n").contains("Allow: GET"));
    QVERIFY(ask("GET /callback?code=a&state=st4te HTTP/1.1\r\nHost: rebound.example\r\n\r\n").startsWith("HTTP/1.1 421 "));
    QCOMPARE(answered.count(), 0);
    QVERIFY(m_listener->listening());
    QVERIFY(get("/callback?code=abc&state=st4te").startsWith("HTTP/1.1 200 "));
    QCOMPARE(answered.count(), 1);
    QCOMPARE(answered.at(0).at(0).value<CallbackVerdict>().code, QByteArray("abc"));
}

void TestLoopback::theAnswerClosesThePort()
{
    QVERIFY(get("/callback?code=abc&state=st4te").startsWith("HTTP/1.1 200 "));
    QVERIFY(!m_listener->listening());
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, m_port);
    QTRY_COMPARE(socket.error(), QAbstractSocket::ConnectionRefusedError);
}

void TestLoopback::secondTabAfterSuccess()
{
    QSignalSpy answered(m_listener, &LoopbackListener::answered);
    QTcpSocket second;
    second.connectToHost(QHostAddress::LocalHost, m_port);
    second.write("GET /callback?code=abc&state=st4te HTTP/1.1\r\n");
    QTRY_COMPARE(second.bytesToWrite(), 0);
    QVERIFY(get("/callback?code=abc&state=st4te").startsWith("HTTP/1.1 200 "));
    second.write("Host: 127.0.0.1:" + QByteArray::number(m_port) + "\r\n\r\n");
    QTRY_COMPARE(second.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(second.readAll().startsWith("HTTP/1.1 410 "));
    QCOMPARE(answered.count(), 1);
}

void TestLoopback::pageSaysNothingOfTheRequest()
{
    const QByteArray page = get("/callback?error=%3Cscript%3Ealert(1)%3C%2Fscript%3E&error_description=%3Cb%3Emarker&state=st4te");
    QVERIFY(page.startsWith("HTTP/1.1 200 "));
    QVERIFY(!page.contains("script") && !page.contains("marker"));
    for (const char *header : {"Content-Type: text/html; charset=utf-8\r\n", "X-Content-Type-Options: nosniff\r\n",
             "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'", "Referrer-Policy: no-referrer\r\n", "Cache-Control: no-store\r\n"})
        QVERIFY2(page.contains(header), header);
    QVERIFY(!page.contains("Access-Control") && !page.contains("Location:") && !page.contains("href"));
}

void TestLoopback::headInPieces()
{
    QSignalSpy answered(m_listener, &LoopbackListener::answered);
    const QByteArray head = "GET /callback?code=abc&state=st4te HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(m_port) + "\r\n\r\n";
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, m_port);
    socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    QSignalSpy written(&socket, &QIODevice::bytesWritten);
    for (const char c : head) {
        QCOMPARE(answered.count(), 0);
        const qsizetype before = written.count();
        socket.write(&c, 1);
        QTRY_COMPARE_WITH_TIMEOUT(written.count(), before + 1, 20'000);
    }
    QTRY_COMPARE_WITH_TIMEOUT(answered.count(), 1, 20'000);
}

void TestLoopback::longHeadIsCutOff()
{
    QVERIFY(get("/callback?code=" + QByteArray(9000, 'a') + "&state=st4te").startsWith("HTTP/1.1 431 "));
    QVERIFY(ask(QByteArray(9000, 'a')).startsWith("HTTP/1.1 431 "));
    QVERIFY(m_listener->listening());
}

void TestLoopback::slowSocketIsDropped()
{
    makeListener({8 * 1024, 8, 50});
    QTcpSocket socket;
    QSignalSpy in(&socket, &QAbstractSocket::connected), out(&socket, &QAbstractSocket::disconnected);
    socket.connectToHost(QHostAddress::LocalHost, m_port);
    socket.write("GET /call");
    QTRY_COMPARE_WITH_TIMEOUT(out.count(), 1, 20'000);
    QCOMPARE(in.count(), 1);
    QVERIFY(m_listener->listening());
}

void TestLoopback::manySocketsAreDropped()
{
    std::vector<std::unique_ptr<QTcpSocket>> sockets;
    for (int i = 0; i < 12; ++i) {
        sockets.push_back(std::make_unique<QTcpSocket>());
        sockets.back()->connectToHost(QHostAddress::LocalHost, m_port);
    }
    const auto open = [&] {
        return std::count_if(sockets.begin(), sockets.end(), [](const auto &s) { return s->state() == QAbstractSocket::ConnectedState; });
    };
    const auto over = [&] {
        return std::count_if(sockets.begin(), sockets.end(), [](const auto &s) { return s->state() == QAbstractSocket::UnconnectedState; });
    };
    QTRY_COMPARE(over(), 4);
    QCOMPARE(open(), 8);
    sockets.clear();
    QTRY_VERIFY(get("/favicon.ico").startsWith("HTTP/1.1 404 "));   // there is room again
    QVERIFY(get("/callback?code=abc&state=st4te").startsWith("HTTP/1.1 200 "));
}

void TestLoopback::fixedPortsInTheirOrder()
{
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    // A port that was free may be anybody's a moment later: then another is looked for, and only the order counts.
    for (int tries = 0; tries < 50; ++tries) {
        QTcpServer free;
        QVERIFY(free.listen(QHostAddress::LocalHost));
        const quint16 port = free.serverPort();
        free.close();
        LoopbackListener listener;
        if (!listener.listen({taken.serverPort(), port, taken.serverPort()}).ok())
            continue;
        QCOMPARE(listener.port(), port);
        QVERIFY(listener.listening());
        return;
    }
    QFAIL("no port of 50 could be listened at");
}

void TestLoopback::takenPortsAreSaid()
{
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    LoopbackListener listener;
    const Result<Done> listening = listener.listen({taken.serverPort()});
    QVERIFY(!listening.ok());
    QCOMPARE(ports::faultOf(listening.error()), ports::SignInFault::NoListener);
    QVERIFY(listening.error().message.contains(QString::number(taken.serverPort())));
    QVERIFY(!listening.error().remedy.isEmpty());
}

void TestLoopback::wrongIssuerEnds()
{
    QSignalSpy answered(m_listener, &LoopbackListener::answered);
    QVERIFY(get("/callback?code=abc&state=st4te&iss=https%3A%2F%2Fother.example").startsWith("HTTP/1.1 400 "));
    QCOMPARE(answered.count(), 1);
    const auto verdict = answered.at(0).at(0).value<CallbackVerdict>();
    QVERIFY(verdict.kind == CallbackVerdict::Kind::WrongIssuer && verdict.code.isEmpty());
}

void TestLoopback::retiringClosesAtOnce()
{
    m_listener->retire();
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, m_port);
    QTRY_COMPARE(socket.error(), QAbstractSocket::ConnectionRefusedError);
    QTRY_VERIFY(!m_listener);
}

QTEST_GUILESS_MAIN(TestLoopback)
#include "tst_loopback.moc"
