// SPDX-License-Identifier: GPL-3.0-or-later
// What outlives an answer: OpenAPI documents on disk, discovery by its ETag.
#include "app/kube/SchemaCache.h"
#include "tests/unit/kube/http/GatewayRig.h"

#include <QDir>
#include <QTemporaryDir>

using namespace qd;
using namespace qd::kube;
using namespace qd::kube::test;

namespace {

const QString kServer = u"https://api.example.com:6443"_s;
const QString kUrl = u"/openapi/v3/apis/a/v1?hash=ABC"_s;
const QJsonObject kDocument{{u"openapi"_s, u"3.0.0"_s}};

QString onlyFile(const QString &folder)
{
    const QStringList files = QDir(folder).entryList(QDir::Files | QDir::Hidden);
    return files.size() == 1 ? QString(folder + u'/' + files.first()) : QString();
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void put(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(content), content.size());
}

}

class tst_schema_cache : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keptByServerAndAddress()
    {
        QTemporaryDir home;
        const QString folder = home.filePath(u"a/openapi"_s);
        SchemaCache(folder).write(kServer, kUrl, kDocument);
        const SchemaCache cache(folder);
        QCOMPARE(cache.read(kServer, kUrl), std::optional(kDocument));
        QCOMPARE(cache.read(u"https://elsewhere:6443"_s, kUrl), std::nullopt);
        QCOMPARE(cache.read(kServer, u"/openapi/v3/apis/a/v1?hash=DEF"_s), std::nullopt);
    }

    void nobodyElseReadsIt()
    {
        QTemporaryDir home;
        const QString folder = home.filePath(u"openapi"_s);
        SchemaCache(folder).write(kServer, kUrl, kDocument);
        const auto others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup
            | QFileDevice::ReadOther | QFileDevice::WriteOther | QFileDevice::ExeOther;
        QCOMPARE(QFile::permissions(folder) & others, QFileDevice::Permissions());
        QCOMPARE(QFile::permissions(onlyFile(folder)) & others, QFileDevice::Permissions());
    }

    void brokenFiles_data()
    {
        QTest::addColumn<QByteArray>("content");
        const QByteArray good = "{\"openapi\":\"3.0.0\"}";
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("rubbish") << QByteArray("\x00\xff rubbish", 10);
        QTest::newRow("no sum") << good;
        QTest::newRow("another sum") << QByteArray(QByteArray(64, 'a') + '\n' + good);
        QTest::newRow("cut short") << QByteArray();   // of the real file, below
        QTest::newRow("changed") << QByteArray();
    }

    void brokenFiles()
    {
        QFETCH(QByteArray, content);
        QTemporaryDir home;
        const SchemaCache cache(home.path());
        cache.write(kServer, kUrl, kDocument);
        const QString path = onlyFile(home.path());
        const QByteArray whole = contentOf(path);
        if (QTest::currentDataTag() == QByteArray("cut short"))
            content = whole.chopped(1);
        else if (QTest::currentDataTag() == QByteArray("changed"))
            content = QByteArray(whole).replace("3.0.0", "6.6.6");
        put(path, content);
        QCOMPARE(cache.read(kServer, kUrl), std::nullopt);
        cache.write(kServer, kUrl, kDocument);
        QCOMPARE(cache.read(kServer, kUrl), std::optional(kDocument));
    }

    void theFolderIsBounded()
    {
        QTemporaryDir home;
        const SchemaCache cache(home.path(), 100'000);
        const QJsonObject document{{u"text"_s, QString(20'000, u'x')}};
        for (int i = 0; i < 20; ++i)
            cache.write(kServer, QString(kUrl + QString::number(i)), document);
        qint64 sum = 0;
        const QFileInfoList files = QDir(home.path()).entryInfoList(QDir::Files);
        for (const QFileInfo &file : files)
            sum += file.size();
        QVERIFY2(sum > 0 && sum <= 100'000, qPrintable(QString::number(sum)));
        cache.write(kServer, kUrl, {{u"text"_s, QString(90'000, u'x')}});
        QCOMPARE(cache.read(kServer, kUrl), std::nullopt);   // one document does not throw out all others
    }

    void noFolder()
    {
        const SchemaCache none({});
        none.write(kServer, kUrl, kDocument);
        QCOMPARE(none.read(kServer, kUrl), std::nullopt);
        const SchemaCache impossible(u"/proc/nowhere"_s);
        impossible.write(kServer, kUrl, kDocument);
        QCOMPARE(impossible.read(kServer, kUrl), std::nullopt);
    }

    void theNextRunAsksForTheIndexOnly()
    {
        QTemporaryDir home;
        Rig rig;
        QByteArray hash = "1";
        const QString path = u"/openapi/v3/apis/canton.quarterdeck.io/v1alpha1"_s;
        rig.server.handle(u"/openapi/v3"_s, [&](const FaultRequest &) {
            return FaultAnswer::json(200,
                "{\"paths\":{\"apis/canton.quarterdeck.io/v1alpha1\":{\"serverRelativeURL\":\"/openapi/v3/apis/"
                "canton.quarterdeck.io/v1alpha1?hash="
                    + hash + "\"}}}");
        });
        rig.server.handle(path, [&](const FaultRequest &r) {
            return FaultAnswer::json(200, "{\"hash\":\"" + r.q(u"hash"_s).toUtf8() + "\"}");
        });
        const auto ask = [&] {
            GatewayWorker worker(rig.dispatcher.get(), rig.server.url().toString(), home.path());
            Gateway gateway(u"staging"_s, rig.server.url().toString(), rig.dispatcher->mailbox(), &worker);
            const Result<QJsonObject> answer = await(gateway.openApi(kValidators, {}));
            return answer ? answer->value("hash"_L1).toString() : answer.error().text();
        };
        QCOMPARE(ask(), u"1"_s);
        QCOMPARE(ask(), u"1"_s);
        QCOMPARE(rig.server.count(path), 1);
        put(onlyFile(home.path()), "rubbish");
        QCOMPARE(ask(), u"1"_s);
        QCOMPARE(rig.server.count(path), 2);
        hash = "2";
        QCOMPARE(ask(), u"2"_s);
        QCOMPARE(rig.server.count(path), 3);
    }

    void discoveryIsAskedByItsEtag()
    {
        Rig rig;
        QByteArray etag = "\"one\"";
        int whole = 0;
        rig.server.handle(u"/apis"_s, [&](const FaultRequest &r) {
            if (r.header("if-none-match") == etag)
                return FaultAnswer::text(304, "").header("ETag", etag);
            ++whole;
            const QByteArray resource = etag == "\"one\"" ? "validators" : "parties";
            return FaultAnswer::text(200,
                "{\"items\":[{\"metadata\":{\"name\":\"canton.quarterdeck.io\"},\"versions\":[{\"version\":\"v1alpha1\","
                "\"resources\":[{\"resource\":\""
                    + resource
                    + "\",\"responseKind\":{\"kind\":\"X\"},\"scope\":\"Namespaced\",\"verbs\":[\"get\"]}]}]}]}",
                "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
                .header("ETag", etag);
        });
        const auto resource = [&] {
            const auto served = await(rig.gateway.discover({}));
            return served && served->size() == 1 ? served->first().gvr.resource : served ? u"none"_s : served.error().text();
        };
        QCOMPARE(resource(), u"validators"_s);
        QCOMPARE(resource(), u"validators"_s);
        QCOMPARE(whole, 1);
        etag = "\"two\"";
        QCOMPARE(resource(), u"parties"_s);
        QCOMPARE(resource(), u"parties"_s);
        QCOMPARE(whole, 2);
        QCOMPARE(rig.server.count(u"/apis"_s), 4);
    }
};

QTEST_GUILESS_MAIN(tst_schema_cache)
#include "tst_schema_cache.moc"
