// SPDX-License-Identifier: GPL-3.0-or-later
// A profile that is renamed, removed or given another issuer in the editor: the sign-in it had is ended, where nobody could any more.
#include "app/console/ProfileDesk.h"
#include "app/login/session/Vault.h"
#include "models/core/Async.h"
#include "models/core/Json.h"
#include "tests/support/FakeSecrets.h"
#include "tests/support/TestProvider.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace qd;
using namespace qd::console;
using namespace Qt::StringLiterals;

namespace {

constexpr char kKubeConfig[] = R"(apiVersion: v1
kind: Config
current-context: lab
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]
contexts: [{name: lab, context: {cluster: c, user: admin}}]
users: [{name: admin, user: {token: t0ken}}]
)";

bool write(const QString &path, const QByteArray &text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(text) == text.size();
}

}

class TestStrandedSignIn : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatNobodyWouldFindIsEnded_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("open");
        QTest::addColumn<bool>("ends");
        QTest::newRow("removed") << QString() << QString() << false << true;
        QTest::newRow("renamed") << u"/name"_s << u"production"_s << false << true;
        QTest::newRow("another issuer") << u"/signIn/issuer"_s << u"https://id.example.com"_s << false << true;
        QTest::newRow("another client") << u"/signIn/clientId"_s << u"console"_s << false << true;
        QTest::newRow("something else") << u"/readOnly"_s << u"true"_s << false << false;
        QTest::newRow("removed while it is open") << QString() << QString() << true << false;
        QTest::newRow("renamed while it is open") << u"/name"_s << u"production"_s << true << false;
    }
    void whatNobodyWouldFindIsEnded()
    {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        QFETCH(bool, open);
        QFETCH(bool, ends);
        QTemporaryDir folder;
        support::TestProvider provider;
        qputenv("XDG_STATE_HOME", folder.path().toLocal8Bit());
        qputenv("KUBECONFIG", folder.filePath(u"config"_s).toLocal8Bit());
        QVERIFY(write(folder.filePath(u"config"_s), kKubeConfig));
        QVERIFY(write(folder.filePath(u"profiles.yaml"_s),
                      "schema: 1\nprofiles:\n- name: prod\n  contexts: [lab]\n  signIn: {issuer: '" + provider.issuer().toUtf8() + "', clientId: quarterdeck}\n"));
        Invocation invocation;
        invocation.flags = {{u"config-dir"_s, {folder.path()}}};
        if (open)
            invocation.flags.insert(u"profile"_s, {u"prod"_s});
        auto session = Session::make(invocation);
        QVERIFY(session.ok());
        SignIns &signIns = (*session)->signIns();
        const auto secrets = std::make_shared<test::FakeSecrets>();
        signIns.keepIn(secrets);
        if (open)
            QVERIFY((*session)->connectClusters().ok());

        const ports::SignInSettings settings{.issuer = provider.issuer(), .clientId = u"quarterdeck"_s};
        login::SessionParts parts;
        parts.secrets = secrets;
        parts.stateFolder = signIns.folder();
        login::Vault vault(u"prod"_s, settings, parts);
        std::optional<Result<Done>> kept;
        vault.write({settings.issuer, settings.clientId, u"248"_s, "refresh", "id", {}, QDateTime::currentDateTimeUtc()}, [&kept](const Result<Done> &done) { kept = done; });
        QTRY_VERIFY(kept && kept->ok());
        QVERIFY(signIns.remembers(u"prod"_s, settings));

        ProfileDesk desk(session->get(), nullptr, nullptr);
        QFuture<Result<ports::ProfileFile>> read = desk.read();
        QTRY_VERIFY(read.isFinished() && read.result().ok());
        const ports::ProfileFile base = *read.result();
        QJsonValue profile = *base.find(u"prod"_s);
        if (!pointer.isEmpty())
            json::set(profile, pointer, value == "true"_L1 ? QJsonValue(true) : QJsonValue(value));
        QFuture<Result<ports::ProfileFile>> saved = desk.save(base, {u"prod"_s, pointer.isEmpty() ? QJsonObject() : profile.toObject()});
        bool told = false;      // after the desk itself was
        whenFinished(saved, &desk, [&told](const Result<ports::ProfileFile> &) { told = true; });
        QTRY_VERIFY(told);
        QVERIFY2(saved.result().ok(), saved.result().ok() ? "" : qPrintable(saved.result().error().text()));
        if (ends) {
            QTRY_COMPARE(provider.revoked, QStringList{u"refresh"_s});
            QVERIFY(!signIns.remembers(u"prod"_s, settings));
            QVERIFY(secrets->entries.isEmpty());
            return;
        }
        QVERIFY(signIns.remembers(u"prod"_s, settings));
        QCOMPARE(secrets->entries.size(), 1);
        QCOMPARE(provider.server.connections(), 0);
    }
};

QTEST_GUILESS_MAIN(TestStrandedSignIn)
#include "tst_strandedsignin.moc"
