// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/log/Log.h"
#include "models/core/Redact.h"

#include <QFile>
#include <QLoggingCategory>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace Qt::StringLiterals;

Q_LOGGING_CATEGORY(lcTest, "qd.test")

class TestLog : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    static QString read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

private Q_SLOTS:
    void redaction_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("redacted");
        const auto same = [](const QString &text) { QTest::newRow(qPrintable(text.left(40))) << text << text; };
        const auto row = [](const QString &text, const QString &out) { QTest::newRow(qPrintable(text.left(40))) << text << out; };
        row(u"Authorization: Bearer abcdefgh"_s, u"Authorization: REDACTED"_s);
        row(u"authorization=Basic dXNlcjpwYXNz\nnext"_s, u"authorization=REDACTED\nnext"_s);
        row(u"sent Bearer s3cr3t-value to it"_s, u"sent Bearer REDACTED to it"_s);
        row(u"{\"token\":\"s3cret\",\"a\":1}"_s, u"{\"token\":\"REDACTED\",\"a\":1}"_s);
        row(u"{\"id_token\": \"x.y\", \"refresh_token\" : \"z\"}"_s, u"{\"id_token\": \"REDACTED\", \"refresh_token\" : \"REDACTED\"}"_s);
        row(u"{\"idToken\":\"a\",\"accessToken\":\"b\"}"_s, u"{\"idToken\":\"REDACTED\",\"accessToken\":\"REDACTED\"}"_s);
        row(u"GET /cb?code=abc123&state=7"_s, u"GET /cb?code=REDACTED&state=7"_s);
        row(u"client_secret=abc&grant_type=x"_s, u"client_secret=REDACTED&grant_type=x"_s);
        row(u"password=hunter2, user=a"_s, u"password=REDACTED, user=a"_s);
        row(u"password: hunter2"_s, u"password: REDACTED"_s);
        row(u"client-key-data: LS0tLS1CRUdJTg=="_s, u"client-key-data: REDACTED"_s);
        row(u"jwt eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end"_s, u"jwt REDACTED end"_s);
        row(u"https://me:pw@proxy:3128/"_s, u"https://me:REDACTED@proxy:3128/"_s);
        row(u"-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nafter"_s, u"REDACTED\nafter"_s);
        row(u"-----BEGIN PRIVATE KEY-----\ncut"_s, u"REDACTED"_s);
        row(u"X-Vault-Token=abc"_s, u"X-Vault-Token=REDACTED"_s);
        row(u"{\\\"token\\\":\\\"abc\\\"}"_s, u"{\\\"token\\\":\\\"REDACTED\\\"}"_s);
        same(u"exit code: 3"_s);
        same(u"failed with exit code 3: see above"_s);
        same(u"tokens are counted, passwords are not shown"_s);
        same(u"https://host/path?watch=true&resourceVersion=12"_s);
        same(u"validators/acme-mainnet is Ready"_s);
    }
    void redaction()
    {
        QFETCH(QString, text);
        QFETCH(QString, redacted);
        QCOMPARE(qd::redact(text), redacted);
        QCOMPARE(qd::redact(redacted), redacted);
    }

    void plain()
    {
        QCOMPARE(qd::plainText(u"\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07\r\n\tx\x1b(B\x08"_s), u"red link\n\tx"_s);
    }

    void file()
    {
        const QString folder = m_dir.filePath(u"a/b"_s);
        QString path;
        {
            const auto session = qd::log::open({.directory = folder});
            path = session->file();
            QCOMPARE(path, QString(folder + u"/quarterdeck.log"_s));
            qCInfo(lcTest) << "connected with token=abc";
            qCDebug(lcTest) << "not without -v";
            qCWarning(lcTest, "two\nlines");
            std::vector<std::thread> threads;
            for (int i = 0; i < 4; ++i)
                threads.emplace_back([] {
                    for (int n = 0; n < 50; ++n)
                        qCInfo(lcTest, "from a thread");
                });
            for (std::thread &thread : threads)
                thread.join();
        }
        qInfo("not in the file any more");
        const QString text = read(path);
        QVERIFY2(QRegularExpression(u"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z info qd\\.test: connected with token=REDACTED\n"_s).match(text).hasMatch(), qPrintable(text));
        QVERIFY(text.contains(u"warning qd.test: two\n    lines\n"_s));
        QVERIFY(!text.contains(u"not without"_s) && !text.contains(u"any more"_s));
        QCOMPARE(text.count(u"from a thread\n"_s), 200);
        QCOMPARE(QFile::permissions(path) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        QCOMPARE(QFile::permissions(folder) & (QFile::ReadGroup | QFile::ExeOther), QFile::Permissions());
    }

    void rotation()
    {
        const QString folder = m_dir.filePath(u"r"_s);
        const auto session = qd::log::open({.directory = folder, .maxBytes = 2000, .maxFiles = 2});
        for (int i = 0; i < 200; ++i)
            qCInfo(lcTest, "line %d", i);
        session->flush();
        QCOMPARE(QDir(folder).entryList(QDir::Files).size(), 3);
        for (const QFileInfo &info : QDir(folder).entryInfoList(QDir::Files)) {
            QVERIFY(info.size() <= 2000);
            QCOMPARE(info.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        }
    }

    void unwritable()
    {
        QFile blocker(m_dir.filePath(u"x"_s));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        qd::Error problem;
        const auto session = qd::log::open({.directory = m_dir.filePath(u"x/y"_s)}, &problem);
        QVERIFY(session->file().isEmpty());
        QCOMPARE(problem.kind, qd::ErrorKind::Storage);
        QVERIFY(problem.message.contains(u"x/y/quarterdeck.log cannot be written"_s));
        qCInfo(lcTest, "goes nowhere and does no harm");
    }

    void folder()
    {
        qputenv("XDG_STATE_HOME", "/var/state");
        QCOMPARE(qd::log::defaultDirectory(), u"/var/state/quarterdeck"_s);
        qunsetenv("XDG_STATE_HOME");
        QCOMPARE(qd::log::defaultDirectory(), QString(QDir::homePath() + u"/.local/state/quarterdeck"_s));
    }
};

QTEST_GUILESS_MAIN(TestLog)
#include "tst_log.moc"
