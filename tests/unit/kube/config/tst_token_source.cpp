// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestPem.h"
#include "app/kube/ExecCredential.h"
#include "app/kube/KubeTokenSource.h"
#include "app/kube/CredentialFiles.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::kube;
using qd::ports::Credential;
using Answer = QFuture<Result<Credential>>;

/// Real plugins: scripts in a folder of their own, each run leaves a line in "runs".
class TestTokenSource : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    QString script(const QString &name, const QByteArray &body) const
    {
        QFile::remove(m_dir.filePath(u"runs"_s));
        const QString path = m_dir.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write %s", qPrintable(path));
        file.write("#!/bin/sh\ncd " + m_dir.path().toUtf8() + "\necho run >> runs\n" + body);
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path;
    }
    int runs() const
    {
        QFile file(m_dir.filePath(u"runs"_s));
        return file.open(QIODevice::ReadOnly) ? int(file.readAll().count('\n')) : 0;
    }
    void touch(const QString &name) const
    {
        QFile file(m_dir.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }

    static QByteArray credential(const QByteArray &status, const QByteArray &version = "v1")
    {
        return "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/" + version + "\",\"status\":{" + status + "}}'\n";
    }
    static ClusterConfig config(const QString &command)
    {
        ClusterConfig out;
        out.server = QUrl(u"https://h:1"_s);
        out.userName = u"dev"_s;
        out.auth.exec = ExecConfig{u"client.authentication.k8s.io/v1"_s, command, {}, {}, {}, u"IfAvailable"_s, false, {}};
        return out;
    }
    static Result<Credential> wait(const Answer &answer)
    {
        if (!QTest::qWaitFor([&answer] { return answer.isFinished(); }, 20000))
            return Error{ErrorKind::Timeout, u"no answer"_s};
        return answer.resultCount() > 0 ? answer.resultAt(0) : Result<Credential>();
    }
    static Result<Credential> ask(const std::shared_ptr<ports::TokenSource> &source) { return wait(source->credential()); }

private Q_SLOTS:
    void answers_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("says");   // empty: a credential
        const auto add = [](const char *name, const QByteArray &body, const QString &says = {}) { QTest::newRow(name) << body << says; };
        const QByteArray certificate = QByteArray(kTestCertificate).replace("\n", "\\n");
        const QByteArray key = QByteArray(kTestKey).replace("\n", "\\n");
        add("token", credential("\"token\":\"T\""));
        add("certificate", "cat <<'E'\n{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientCertificateData\":\"" + certificate
                + "\",\"clientKeyData\":\"" + key + "\"}}\nE\n");
        add("yaml", "printf 'kind: ExecCredential\\napiVersion: client.authentication.k8s.io/v1\\nstatus: {token: T}\\n'\n");
        add("expires", credential("\"token\":\"T\",\"expirationTimestamp\":\"2100-01-01T00:00:00Z\""));
        add("version", credential("\"token\":\"T\"", "v1beta1"), u"answered with apiVersion client.authentication.k8s.io/v1beta1, but the kubeconfig asks for client.authentication.k8s.io/v1."_s);
        add("rubbish", "echo hello T0KEN\n", u"printed 12 byte(s) that are not an ExecCredential."_s);
        add("two", credential("\"token\":\"T\"") + credential("\"token\":\"T\""), u"that are not an ExecCredential."_s);
        add("nothing", "true\n", u"printed nothing."_s);
        add("kind", "echo '{\"kind\":\"Status\"}'\n", u"printed an object of kind \"Status\""_s);
        add("no status", "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\"}'\n", u"answered without a status."_s);
        add("empty status", credential(""), u"answered without a token or a certificate and key."_s);
        add("key alone", credential("\"clientKeyData\":\"x\""), u"a certificate or a key alone"_s);
        add("not pem", credential("\"clientKeyData\":\"x\",\"clientCertificateData\":\"y\""), u"that is not PEM."_s);
        add("odd time", credential("\"token\":\"T\",\"expirationTimestamp\":\"soon\""), u"expirationTimestamp that is not an RFC 3339 time."_s);
        add("number", credential("\"token\":5"), u"status.token that is not a text."_s);
        add("exit", "printf '\\033[31mplease sign in\\033[0m token=T0KEN\\n' >&2\nexit 3\n", u"failed with exit code 3: please sign in token=REDACTED Run it in a terminal"_s);
        add("prompting", "printf 'Password: ' >&2\nread -r answer || { echo 'no terminal' >&2; exit 2; }\n", u"failed with exit code 2: Password: REDACTED terminal"_s);
        add("signal", "kill -9 $$\n", u"was ended by a signal"_s);
        add("too much", "yes | head -c 3000000\n", u"printed more than 1024 KiB"_s);
    }
    void answers()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, says);
        const Result<Credential> answer = ask(makeKubeTokenSource(config(script(u"plugin"_s, body))));
        QCOMPARE(runs(), 1);
        if (says.isEmpty()) {
            QVERIFY2(answer.ok(), answer ? "" : qPrintable(answer.error().text()));
            QVERIFY(answer->bearer == "T" || answer->clientCertificatePem == kTestCertificate);
            return;
        }
        QVERIFY(!answer.ok());
        QCOMPARE(answer.error().kind, ErrorKind::Unauthenticated);
        QVERIFY2(answer.error().text().contains(says), qPrintable(answer.error().text()));
        QVERIFY(!answer.error().text().contains(u"T0KEN"_s));
    }

    void hundredAtOnce()
    {
        // the plugin answers only after "go" is there, so that all hundred wait for it together
        const auto source = makeKubeTokenSource(config(script(u"plugin"_s, "while [ ! -e go ]; do sleep 0.02; done\n" + credential("\"token\":\"T\""))));
        QList<Answer> answers(100);
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&answers, &source, t] {
                for (int i = t; i < 100; i += 4)
                    answers[i] = source->credential();
            });
        for (std::thread &thread : threads)
            thread.join();
        touch(u"go"_s);
        for (const Answer &answer : std::as_const(answers))
            QCOMPARE(wait(answer)->bearer, QByteArray("T"));
        QCOMPARE(runs(), 1);
        QCOMPARE(ask(source)->bearer, QByteArray("T"));
        QCOMPARE(runs(), 1);
        QFile::remove(m_dir.filePath(u"go"_s));
    }

    void expiry()
    {
        std::atomic<qint64> now = QDateTime::fromString(u"2026-01-01T00:00:00Z"_s, Qt::ISODate).toMSecsSinceEpoch();
        ExecPrompt prompt;
        prompt.now = [&now] { return QDateTime::fromMSecsSinceEpoch(now, Qt::UTC); };
        const auto source = makeKubeTokenSource(config(script(u"plugin"_s, credential("\"token\":\"T\",\"expirationTimestamp\":\"2026-01-01T01:00:00+00:00\""))), prompt);
        QVERIFY(ask(source).ok());
        now += 3600'000;
        QVERIFY(ask(source).ok());
        QCOMPARE(runs(), 1);   // no leeway: valid until exactly then
        now += 1;
        QVERIFY(ask(source).ok());
        QCOMPARE(runs(), 2);
    }

    void rejection()
    {
        const auto source = makeKubeTokenSource(config(script(u"plugin"_s, "n=$(wc -l < runs)\n" + QByteArray(
            "echo \"{\\\"kind\\\":\\\"ExecCredential\\\",\\\"apiVersion\\\":\\\"client.authentication.k8s.io/v1\\\",\\\"status\\\":{\\\"token\\\":\\\"T$n\\\"}}\"\n"))));
        const Credential first = *ask(source);
        source->rejected(first);
        const Credential second = *ask(source);
        QVERIFY(first.bearer != second.bearer);
        source->rejected(first);   // a late answer to the old one
        QCOMPARE(ask(source)->bearer, second.bearer);
        QCOMPARE(runs(), 2);
    }

    void timeLimit()
    {
        ExecPrompt prompt;
        prompt.timeoutMs = 200;
        const Result<Credential> answer = ask(makeKubeTokenSource(config(script(u"plugin"_s, "sleep 60\n")), prompt));
        QVERIFY(!answer.ok());
        QVERIFY2(answer.error().text().contains(u"did not answer within 1 s."_s), qPrintable(answer.error().text()));
    }

    void cancelled()
    {
        std::atomic<int> ended = 0;
        ExecPrompt prompt;
        prompt.notice = [&ended](const ExecNotice &notice) { ended += notice.state == ExecNotice::State::Started ? 1 : 0; };
        const auto source = makeKubeTokenSource(config(script(u"plugin"_s, "echo $$ > pid\nwhile [ ! -e never ]; do sleep 0.05; done\n")), prompt);
        std::stop_source one;
        std::stop_source two;
        const Answer first = source->credential(one.get_token());
        const Answer second = source->credential(two.get_token());
        QTRY_VERIFY(QFileInfo(m_dir.filePath(u"pid"_s)).size() > 0);
        QFile pid(m_dir.filePath(u"pid"_s));
        QVERIFY(pid.open(QIODevice::ReadOnly));
        const QString proc = u"/proc/"_s + QString::fromLatin1(pid.readAll().trimmed()) + u"/cmdline"_s;
        one.request_stop();
        QCOMPARE(wait(first).error().kind, ErrorKind::Cancelled);
        QVERIFY(!second.isFinished() && QFile::exists(proc));   // the other still waits for it
        two.request_stop();
        QCOMPARE(wait(second).error().kind, ErrorKind::Cancelled);
        QTRY_VERIFY(!QFile::exists(proc));
        QCOMPARE(wait(source->credential(one.get_token())).error().kind, ErrorKind::Cancelled);
        QCOMPARE(ended.load(), 1);
    }

    void destroyedWhileRunning()
    {
        QElapsedTimer timer;
        timer.start();
        auto source = makeKubeTokenSource(config(script(u"plugin"_s, "sleep 60\n")));
        const Answer answer = source->credential();
        QTRY_COMPARE(runs(), 1);
        source.reset();
        QCOMPARE(wait(answer).error().kind, ErrorKind::Cancelled);
        QVERIFY(timer.elapsed() < 10000);
    }

    void failuresAreHeld()
    {
        ExecPrompt prompt;
        prompt.failureHoldMs = 60000;
        const auto source = makeKubeTokenSource(config(script(u"plugin"_s, "exit 1\n")), prompt);
        for (int i = 0; i < 5; ++i)
            QVERIFY(!ask(source).ok());
        QCOMPARE(runs(), 1);
    }

    void alreadyExpired()
    {
        const auto source = makeKubeTokenSource(config(script(u"plugin"_s, credential("\"token\":\"T\",\"expirationTimestamp\":\"2001-01-01T00:00:00Z\""))));
        QCOMPARE(ask(source)->bearer, QByteArray("T"));   // as client-go: used once, asked for again next time
        QCOMPARE(ask(source)->bearer, QByteArray("T"));
        QCOMPARE(runs(), 2);
    }

    void notices()
    {
        QMutex mutex;
        QStringList seen;
        ExecPrompt prompt;
        prompt.notice = [&mutex, &seen](const ExecNotice &notice) {
            const QMutexLocker lock(&mutex);
            seen.append(notice.user + (notice.state == ExecNotice::State::Started ? u" started"_s : notice.state == ExecNotice::State::Ended ? u" ended"_s : notice.text));
        };
        QVERIFY(ask(makeKubeTokenSource(config(script(u"plugin"_s, "echo 'open https://id/?code=abc' >&2\n" + credential("\"token\":\"T\""))), prompt)).ok());
        const QMutexLocker lock(&mutex);
        QCOMPARE(seen.first(), u"dev started"_s);
        QVERIFY(seen.contains(u"devopen https://id/?code=REDACTED\n"_s));
        QCOMPARE(seen.last(), u"dev ended"_s);
    }

    void needsTerminal()
    {
        ClusterConfig from = config(script(u"plugin"_s, credential("\"token\":\"T\"")));
        from.auth.exec->interactiveMode = u"Always"_s;
        const Result<Credential> answer = ask(makeKubeTokenSource(from));
        QVERIFY(!answer.ok());
        QVERIFY(answer.error().message.contains(u"needs a terminal (interactiveMode: Always)"_s));
        QCOMPARE(runs(), 0);
        ExecPrompt prompt;
        prompt.terminal = true;
        QVERIFY(ask(makeKubeTokenSource(from, prompt)).ok());
    }

    void loginShellPath()
    {
        script(u"qd-only-in-login-path"_s, credential("\"token\":\"T\""));
        const QString shell = script(u"shell"_s, "echo welcome\nPATH=" + m_dir.path().toUtf8() + ":$PATH\nexport PATH\n[ \"$1\" = -lc ] && eval \"$2\"\n");
        ExecPrompt prompt;
        prompt.shell = shell;
        QCOMPARE(ask(makeKubeTokenSource(config(u"qd-only-in-login-path"_s), prompt))->bearer, QByteArray("T"));
        ClusterConfig from = config(u"qd-no-such-plugin"_s);
        from.auth.exec->installHint = u"\x1b[1mbrew install it\x1b[0m\n"_s;
        const Result<Credential> answer = ask(makeKubeTokenSource(from, prompt));
        QVERIFY(!answer.ok());
        QVERIFY2(answer.error().message.contains(u"qd-no-such-plugin of the user \"dev\" is not installed"_s), qPrintable(answer.error().message));
        QCOMPARE(answer.error().remedy, u"brew install it"_s);
    }

    void environment()
    {
        ClusterConfig from = config(script(u"plugin"_s, "printf '%s' \"$KUBERNETES_EXEC_INFO\" > info\nprintf '%s' \"$A\" > a\ncat > input\n" + credential("\"token\":\"T\"")));
        from.auth.exec->env = {{u"A"_s, u"b c"_s}};
        QVERIFY(ask(makeKubeTokenSource(from)).ok());
        QFile info(m_dir.filePath(u"info"_s));
        QVERIFY(info.open(QIODevice::ReadOnly));
        QCOMPARE(info.readAll(), QByteArray("{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"spec\":{\"interactive\":false}}\n"));
        QFile a(m_dir.filePath(u"a"_s));
        QVERIFY(a.open(QIODevice::ReadOnly));
        QCOMPARE(a.readAll(), QByteArray("b c"));
        from.caData = "CA";
        from.tlsServerName = u"n"_s;
        from.proxyUrl = u"http://p?a&b"_s;
        from.auth.exec->provideClusterInfo = true;
        from.auth.exec->clusterInfoConfig = QJsonObject{{u"b"_s, 1}, {u"a"_s, u"<"_s}};
        QCOMPARE(execInfo(from, true), QByteArray("{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"spec\":{\"cluster\":{\"server\":\"https://h:1\","
            "\"tls-server-name\":\"n\",\"certificate-authority-data\":\"Q0E=\",\"proxy-url\":\"http://p?a\\u0026b\",\"config\":{\"a\":\"\\u003c\",\"b\":1}},\"interactive\":true}}\n"));
    }

    void withoutTls()
    {
        ClusterConfig from = config(script(u"plugin"_s, credential("\"token\":\"T\"")));
        from.server = QUrl(u"http://h"_s);
        QCOMPARE(*ask(makeKubeTokenSource(from)), Credential{});
        QCOMPARE(runs(), 0);
    }

    void tokenFile()
    {
        qint64 now = 1000;
        AuthConfig auth;
        auth.tokenFile = m_dir.filePath(u"token"_s);
        auth.token = "written";
        CredentialFiles files(auth, [&now] { return now; });
        QCOMPARE(files.current()->bearer, QByteArray("written"));   // not there yet
        const auto put = [&auth](const QByteArray &text) {
            QFile file(auth.tokenFile);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text);
        };
        put(" one\n");
        QCOMPARE(files.current()->bearer, QByteArray("one"));
        put("two");
        now += 49'999;
        QCOMPARE(files.current()->bearer, QByteArray("one"));
        now += 1;
        QCOMPARE(files.current()->bearer, QByteArray("two"));
        QFile::remove(auth.tokenFile);
        now += 100'000;
        QCOMPARE(files.current()->bearer, QByteArray("two"));   // keeps the last good one
        put("three");
        files.rejected(Credential{.bearer = "two"});
        QCOMPARE(files.current()->bearer, QByteArray("three"));
        auth.token.clear();
        QFile::remove(auth.tokenFile);
        CredentialFiles none(auth, [&now] { return now; });
        QVERIFY(none.current().error().message.contains(auth.tokenFile));
    }

    void certificateFiles()
    {
        qint64 now = 0;
        AuthConfig auth;
        auth.clientCertificateFile = m_dir.filePath(u"c.pem"_s);
        auth.clientKeyFile = m_dir.filePath(u"k.pem"_s);
        const auto put = [](const QString &path, const QByteArray &text) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text);
        };
        put(auth.clientCertificateFile, kTestCertificate);
        put(auth.clientKeyFile, kTestKey);
        CredentialFiles files(auth, [&now] { return now; });
        QCOMPARE(files.current()->clientKeyPem, QByteArray(kTestKey));
        put(auth.clientKeyFile, QByteArray("\n") + kTestKey);
        now += 299'999;
        QCOMPARE(files.current()->clientKeyPem, QByteArray(kTestKey));
        now += 1;
        QCOMPARE(files.current()->clientKeyPem, QByteArray("\n") + kTestKey);
        put(auth.clientKeyFile, "half");
        now += 300'000;
        QCOMPARE(files.current()->clientKeyPem, QByteArray("\n") + kTestKey);
        CredentialFiles fresh(auth, [&now] { return now; });
        QVERIFY(fresh.current().error().message.contains(u"is not PEM"_s));
    }
};

QTEST_GUILESS_MAIN(TestTokenSource)
#include "tst_token_source.moc"
