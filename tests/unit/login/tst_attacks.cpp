// SPDX-License-Identifier: GPL-3.0-or-later
// Attacks on a sign-in as a whole that the tests of its parts do not make: who shares the port, who drips, where secrets would be redirected
// to, what an answer says back.
#include "app/login/session/LoopbackListener.h"
#include "tests/unit/login/SignInRig.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>
#include <QTimer>
#include <QUrlQuery>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace qd;
using namespace qd::login;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using support::FaultAnswer;
using support::FaultRequest;
using support::FaultServer;

class TestAttacks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void portIsNotShared();
    void drippingSocketIsDropped();
    void noAnswerRepeatsTheRequest_data();
    void noAnswerRepeatsTheRequest();
    void attackersCallbackIsNotTaken();
    void callbackOfAnEarlierAttemptIsNotTaken();
    void portClosesWithTheSession();
    void challengeIsSentWhateverDiscoverySays();
    void redirectNeverGetsAToken_data();
    void redirectNeverGetsAToken();
    void answersTooLong_data();
    void answersTooLong();
    void deviceAddressThatIsNoPage_data();
    void deviceAddressThatIsNoPage();
    void deviceTimeoutsBackOff();
    void keychainAbsent();
    void hmacTokenInTheAnswer();

private:
    static QByteArray ask(quint16 port, const QByteArray &bytes)
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, port);
        socket.write(bytes);
        if (!QTest::qWaitFor([&] { return socket.state() == QAbstractSocket::UnconnectedState; }, 20'000))
            return "still open";
        return socket.readAll();
    }
    static QUrl waiting(const Session &session, SignInRig &rig)
    {
        return SignInRig::reaches(session, SignInPhase::WaitingForBrowser) ? rig.provider.agree(session.state().browserUrl) : QUrl();
    }
};

/// Another process of the same person that asks the kernel for the very port, with every option there is.
void TestAttacks::portIsNotShared()
{
    LoopbackListener listener;
    QVERIFY(listener.listen({}).ok());
    for (const QHostAddress &address : {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::AnyIPv4)}) {
        QTcpServer other;
        QVERIFY(!other.listen(address, listener.port()));
    }
    for (const in_addr_t address : {htonl(INADDR_LOOPBACK), htonl(INADDR_ANY)}) {
        const int other = ::socket(AF_INET, SOCK_STREAM, 0);
        const int on = 1;
        QCOMPARE(::setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
        QCOMPARE(::setsockopt(other, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(listener.port());
        at.sin_addr.s_addr = address;
        const bool bound = ::bind(other, reinterpret_cast<const sockaddr *>(&at), sizeof at) == 0 && ::listen(other, 1) == 0;
        ::close(other);
        QVERIFY(!bound);
    }
}

/// A byte now and then does not keep a socket: its time is of all of it.
void TestAttacks::drippingSocketIsDropped()
{
    LoopbackListener listener({8 * 1024, 8, 200}, nullptr);
    QVERIFY(listener.listen({}).ok());
    listener.expect({{}, u"/callback"_s, "st4te", u"https://id.example"_s, false}, false);
    QTcpSocket socket;
    QSignalSpy out(&socket, &QAbstractSocket::disconnected);
    socket.connectToHost(QHostAddress::LocalHost, listener.port());
    socket.write("GET /callback?code=");
    QTimer drip;
    connect(&drip, &QTimer::timeout, &socket, [&] { socket.write("a"); });
    drip.start(20);
    QTRY_COMPARE_WITH_TIMEOUT(out.count(), 1, 20'000);
    QVERIFY(listener.listening());
}

void TestAttacks::noAnswerRepeatsTheRequest_data()
{
    QTest::addColumn<QByteArray>("request");
    const QByteArray host = " HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n";
    QTest::newRow("path") << "GET /m4rker" + host + "\r\n";
    QTest::newRow("query") << "GET /callback?state=m4rker&code=m4rker" + host + "\r\n";
    QTest::newRow("method") << "M4RKER /callback" + host + "\r\n";
    QTest::newRow("host") << QByteArray("GET /callback HTTP/1.1\r\nHost: m4rker\r\n\r\n");
    QTest::newRow("origin") << "GET /callback?state=st4te&code=x" + host + "Origin: https://m4rker\r\n\r\n";
    QTest::newRow("error") << "GET /callback?state=st4te&error=m4rker&error_description=m4rker&error_uri=https://m4rker" + host + "\r\n";
    QTest::newRow("code") << "GET /callback?state=st4te&code=m4rker" + host + "\r\n";
    QTest::newRow("issuer") << "GET /callback?state=st4te&code=m4rker&iss=https://m4rker" + host + "\r\n";
    QTest::newRow("split") << "GET /callback?state=st4te&code=x%0d%0aSet-Cookie:m4rker" + host + "\r\n";
    QTest::newRow("header") << "GET /callback?state=st4te&code=x" + host + "Cookie: m4rker\r\nReferer: https://m4rker/\r\n\r\n";
}

/// Neither in the page nor in a header, and no header lets another page read it or sends the browser on.
void TestAttacks::noAnswerRepeatsTheRequest()
{
    QFETCH(QByteArray, request);
    LoopbackListener listener;
    QVERIFY(listener.listen({}).ok());
    listener.expect({{}, u"/callback"_s, "st4te", u"https://id.example"_s, false}, false);
    const QByteArray answer = ask(listener.port(), request.replace("PORT", QByteArray::number(listener.port())));
    QVERIFY(answer.startsWith("HTTP/1.1 "));
    const QByteArray low = answer.toLower();
    for (const char *never : {"m4rker", "access-control", "\r\nlocation:", "set-cookie", "<a ", "<script", "<img", "<link", "url("})
        QVERIFY2(!low.contains(never), answer.constData());
    QVERIFY(low.contains("content-security-policy: default-src 'none'") && low.contains("cache-control: no-store"));
}

/// The attacker began a sign-in of their own and lets the victim's browser come back with their code.
void TestAttacks::attackersCallbackIsNotTaken()
{
    SignInRig rig;
    const auto attacker = rig.session(u"attacker"_s);
    const auto victim = rig.session(u"victim"_s);
    attacker->start(ports::SignInWay::Browser);
    victim->start(ports::SignInWay::Browser);
    QUrl theirs = waiting(*attacker, rig);
    const QUrl right = waiting(*victim, rig);
    QVERIFY(theirs.port() > 0 && right.port() > 0 && theirs.port() != right.port());
    theirs.setPort(right.port());
    QVERIFY(SignInRig::visit(theirs).startsWith("HTTP/1.1 400 "));
    QCOMPARE(victim->state().phase, SignInPhase::WaitingForBrowser);
    QCOMPARE(rig.provider.tokenRequests(), 0);
    SignInRig::visit(right);
    QVERIFY(SignInRig::reaches(*victim, SignInPhase::SignedIn));
}

void TestAttacks::callbackOfAnEarlierAttemptIsNotTaken()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    QUrl old = waiting(*session, rig);
    session->start(ports::SignInWay::Browser);
    const QUrl right = waiting(*session, rig);
    old.setPort(right.port());
    QVERIFY(SignInRig::visit(old).startsWith("HTTP/1.1 400 "));
    QCOMPARE(rig.provider.tokenRequests(), 0);
    SignInRig::visit(right);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
}

/// The program ends, or the profile goes, while the person is in the browser.
void TestAttacks::portClosesWithTheSession()
{
    SignInRig rig;
    auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    const QUrl back = waiting(*session, rig);
    session.reset();
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, quint16(back.port()));
    QTRY_COMPARE(socket.error(), QAbstractSocket::ConnectionRefusedError);
}

void TestAttacks::challengeIsSentWhateverDiscoverySays()
{
    for (const QJsonValue &methods : {QJsonValue(QJsonValue::Undefined), QJsonValue(QJsonArray()), QJsonValue(QJsonArray{u"plain"_s})}) {
        SignInRig rig;
        rig.provider.discovery.insert(u"code_challenge_methods_supported"_s, methods);
        const auto session = rig.session();
        session->start(ports::SignInWay::Browser);
        QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
        const QUrlQuery query(session->state().browserUrl);
        QCOMPARE(query.queryItemValue(u"code_challenge_method"_s), u"S256"_s);
        QCOMPARE(query.queryItemValue(u"code_challenge"_s).size(), 43);
    }
}

void TestAttacks::redirectNeverGetsAToken_data()
{
    QTest::addColumn<QString>("path");
    for (const char *path : {"/token", "/me", "/revoke", "/keys", "/device"})
        QTest::newRow(path) << QString::fromLatin1(path);
}

/// Of every request that carries a token, or decides which are believed.
void TestAttacks::redirectNeverGetsAToken()
{
    QFETCH(QString, path);
    for (const int status : {301, 302, 303, 307, 308}) {
        SignInRig rig;
        FaultServer elsewhere;
        elsewhere.fallback([](const FaultRequest &) { return FaultAnswer::json(200, "{}"); });
        rig.settings.roleClaims = {u"/only/userinfo/says/it"_s};
        const auto session = rig.session();
        const auto redirect = [&] {
            rig.provider.server.handle(path, [&elsewhere, status](const FaultRequest &) {
                return FaultAnswer::text(status, "").header("Location", elsewhere.url().toEncoded() + "/steal");
            });
        };
        if (path == "/token"_L1) {
            QVERIFY(rig.signIn(*session));
            redirect();
            session->refresh();
            QTRY_COMPARE(session->state().fault, SignInFault::IssuerInvalid);
        } else if (path == "/revoke"_L1) {
            QVERIFY(rig.signIn(*session));
            redirect();
            const auto done = session->signOut(false);
            QTRY_VERIFY(done.isFinished());
            QVERIFY(rig.secrets->entries.isEmpty());
        } else if (path == "/device"_L1) {
            redirect();
            session->start(ports::SignInWay::DeviceCode);
            QVERIFY(SignInRig::reaches(*session, SignInPhase::Failed));
        } else {
            redirect();
            QCOMPARE(rig.signIn(*session), path == "/me"_L1);   // roles are not what a sign-in fails for, keys are
        }
        QVERIFY(rig.provider.server.count(path) > 0);
        QCOMPARE(elsewhere.connections(), 0);
    }
}

void TestAttacks::answersTooLong_data()
{
    QTest::addColumn<QString>("path");
    for (const char *path : {"/token", "/keys", "/device"})
        QTest::newRow(path) << QString::fromLatin1(path);
}

/// 256 KiB, said by Content-Length or not.
void TestAttacks::answersTooLong()
{
    QFETCH(QString, path);
    for (const bool chunked : {false, true}) {
        SignInRig rig;
        const QByteArray body = R"({"padding":")" + QByteArray(300 * 1024, 'x') + R"("})";
        rig.provider.server.handle(path, [&](const FaultRequest &) {
            if (!chunked)
                return FaultAnswer::json(200, body);
            return FaultAnswer::silent().raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                                             + QByteArray::number(body.size(), 16) + "\r\n" + body + "\r\n0\r\n\r\n");
        });
        const auto session = rig.session();
        if (path == "/device"_L1)
            session->start(ports::SignInWay::DeviceCode);
        else
            QVERIFY(!rig.signIn(*session));
        QVERIFY(SignInRig::reaches(*session, SignInPhase::Failed));
        QCOMPARE(session->state().fault, SignInFault::IssuerInvalid);
        QVERIFY2(session->state().error->message.contains(u"256 KiB"_s), qPrintable(session->state().error->message));
    }
}

void TestAttacks::deviceAddressThatIsNoPage_data()
{
    QTest::addColumn<QString>("address");
    for (const char *address : {"file:///etc/passwd", "smb://attacker.example/x", "javascript:alert(1)", "http://attacker.example/device", "//attacker.example", ""})
        QTest::addRow("%s", address) << QString::fromLatin1(address);
}

void TestAttacks::deviceAddressThatIsNoPage()
{
    QFETCH(QString, address);
    SignInRig rig;
    const auto answer = [&](const QString &page, const QString &complete) {
        const QJsonObject said{{u"device_code"_s, u"d"_s}, {u"user_code"_s, u"KXBW-4TLN"_s}, {u"verification_uri"_s, page},
            {u"verification_uri_complete"_s, complete}, {u"expires_in"_s, 600}};
        rig.provider.server.handle(u"/device"_s, [said](const FaultRequest &) { return FaultAnswer::json(200, QJsonDocument(said).toJson()); });
    };
    answer(address, {});
    const auto session = rig.session();
    session->start(ports::SignInWay::DeviceCode);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Failed));
    QCOMPARE(session->state().fault, SignInFault::IssuerInvalid);
    // The page with the code in it is left out.
    answer(QString(rig.provider.issuer() + u"/device"_s), address);
    const auto other = rig.session();
    other->start(ports::SignInWay::DeviceCode);
    QVERIFY(SignInRig::reaches(*other, SignInPhase::WaitingForDevice));
    QVERIFY(other->state().verificationUrlComplete.isEmpty());
    QVERIFY(rig.opened.isEmpty());
}

/// RFC 8628 3.5.
void TestAttacks::deviceTimeoutsBackOff()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::DeviceCode);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForDevice));
    rig.provider.failNext(FaultAnswer::silent().cut(), false);
    rig.time.advance(5s);
    QTRY_COMPARE(rig.provider.tokenRequests(), 1);
    QTRY_COMPARE(rig.time.waiting(), 2);   // the next question and the deadline
    rig.time.advance(9s);
    QCOMPARE(rig.provider.tokenRequests(), 1);
    rig.provider.deviceSays.clear();
    rig.time.advance(1s);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
}

/// A machine without a keychain signs in all the same, says so, and remembers nothing.
void TestAttacks::keychainAbsent()
{
    SignInRig rig;
    rig.secrets->broken = Error{ErrorKind::Unsupported, u"none"_s, u"install one"_s, {}, QString::fromLatin1(ports::secret::kAbsent)};
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    QCOMPARE(session->state().fault, SignInFault::KeychainUnavailable);
    QVERIFY(!session->state().identity->remembered);
    QVERIFY(SignInRig::credential(*session->apiServerTokens()).ok());
    for (const QFileInfo &file : QDir(rig.folder.path()).entryInfoList(QDir::Files | QDir::Hidden)) {
        QFile text(file.filePath());
        QVERIFY(text.open(QIODevice::ReadOnly));
        const QByteArray content = text.readAll();
        for (const QString &secret : std::as_const(rig.provider.secrets))
            QVERIFY2(!content.contains(secret.toUtf8()), qPrintable(file.filePath()));
    }
}

/// HS256 keyed with what everybody can fetch: the public key as it is published.
void TestAttacks::hmacTokenInTheAnswer()
{
    SignInRig rig;
    const support::TestSigner rsa(support::TestSigner::Kind::Rsa, u"rsa"_s);
    rig.provider.server.handle(u"/keys"_s, [&](const FaultRequest &) { return FaultAnswer::json(200, rsa.jwks()); });
    rig.provider.discovery.insert(u"id_token_signing_alg_values_supported"_s, QJsonArray{u"RS256"_s, u"HS256"_s});
    const QByteArray payload = rig.provider.idToken().split('.').at(1);
    for (const QByteArray &key : {rsa.publicPem(), QByteArray::fromBase64(rsa.jwk().value("n"_L1).toString().toLatin1(), QByteArray::Base64UrlEncoding), QByteArray()}) {
        const QByteArray head = support::base64Url(R"({"alg":"HS256","kid":"rsa"})") + '.' + payload;
        rig.provider.answerChanges = {{u"id_token"_s, QString::fromLatin1(head + '.' + support::base64Url(support::hmacSha256(key, head)))}};
        const auto session = rig.session();
        QVERIFY(!rig.signIn(*session));
        QCOMPARE(session->state().fault, SignInFault::TokenInvalid);
        QVERIFY(rig.secrets->entries.isEmpty());
    }
}

QTEST_GUILESS_MAIN(TestAttacks)
#include "tst_attacks.moc"
