// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/Http.h"

#include <QProcess>
#include <QSslSocket>
#include <QtTest>

#include <openssl/crypto.h>

#include <cstdlib>
#include <cstring>

using namespace Qt::StringLiterals;

namespace {

constexpr auto kChild = "--end-like-the-program";
constexpr int kCleaned = 42;

/// As the program does it: a client, Qt's TLS, then the end. OpenSSL calls the handler when its exit handler tidies up.
int endLikeTheProgram()
{
    const auto client = qd::kube::HttpClient::make({}, nullptr);
    if (!client || !QSslSocket::supportsSsl() || OPENSSL_atexit([] { std::_Exit(kCleaned); }) != 1)
        return 2;
    return 0;
}

}

/// The end of the program. A thread that QThread::wait() says has ended may still free what OpenSSL keeps for it, while exit()
/// runs; when OpenSSL's exit handler frees that too, the program aborts with "double free" once in many runs.
class TestTlsExit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void openSslFreesNothingAtExit();
};

void TestTlsExit::openSslFreesNothingAtExit()
{
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(), {QString::fromLatin1(kChild)});
    QVERIFY(child.waitForFinished(30000));
    QCOMPARE(child.exitStatus(), QProcess::NormalExit);
    QVERIFY2(child.exitCode() != kCleaned, "OPENSSL_cleanup() ran at exit");
    QCOMPARE(child.exitCode(), 0);
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    if (argc == 2 && std::strcmp(argv[1], kChild) == 0)
        return endLikeTheProgram();
    TestTlsExit test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_tls_exit.moc"
