// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Faults.h"
#include "app/demo/schema/Schema.h"
#include "app/demo/seed/Consortium.h"
#include "app/demo/seed/Documents.h"
#include "app/demo/seed/Seeder.h"
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ShippedFiles.h"

#include <QJsonArray>
#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::demo;
using namespace qd::demo::documents;

namespace {

const QDateTime kNow(QDate(2027, 3, 1), QTime(10, 30, 0), Qt::UTC);

QList<QJsonObject> built(int scale, quint64 seed)
{
    const auto documents = consortium({kNow, scale, seed}, *yaml::makeYamlCodec());
    if (!documents)
        qFatal("%s", qPrintable(documents.error().text()));
    return *documents;
}

QList<QJsonObject> made(int scale = 0, quint64 seed = 1)
{
    static QHash<std::pair<int, quint64>, QList<QJsonObject>> known;   // reading the YAML is the slow part
    const std::pair key(scale, seed);
    if (!known.contains(key))
        known.insert(key, built(scale, seed));
    return known.value(key);
}

QString at(const QJsonObject &document, const QString &pointer)
{
    return json::at(document, pointer).toString();
}

/// The schemas of our CRDs by kind.
QHash<QString, Schema> schemas()
{
    QHash<QString, Schema> all;
    const QStringList files = test::shippedFiles(u"resources/crds"_s);
    for (const QString &name : files) {
        const QJsonObject crd = test::shippedObject(name);
        const auto schema = Schema::compile(json::at(crd, u"/spec/versions/0/schema/openAPIV3Schema"_s).toObject());
        if (!schema)
            qFatal("%s: %s", qPrintable(name), qPrintable(schema.error().text()));
        all.insert(at(crd, u"/spec/names/kind"_s), *schema);
    }
    return all;
}

/// The latest time that stands anywhere in it, but for the fields that speak of the future.
void latest(const QJsonValue &value, const QString &name, QDateTime &out)
{
    static const QStringList future{u"nextScheduleTime"_s, u"nextRunTime"_s, u"nextRun"_s, u"nextRetryTime"_s, u"usableUntil"_s,
        u"expiresTime"_s, u"notAfter"_s, u"notBefore"_s, u"expires"_s};
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto member = object.begin(); member != object.end(); ++member)
            latest(member.value(), member.key(), out);
    } else if (value.isArray()) {
        for (const QJsonValue &one : value.toArray())
            latest(one, name, out);
    } else if (value.isString() && !future.contains(name)) {
        const QDateTime time = QDateTime::fromString(value.toString(), Qt::ISODate);
        if (time.isValid() && value.toString().endsWith(u'Z'))
            out = std::max(out, time);
    }
}

SeedSummary run(const std::shared_ptr<test::FakeGateway> &gateway, const QList<QJsonObject> &documents, const QList<SeedEdit> &edits = {})
{
    Seeder seeder(gateway, documents);
    seeder.setEdits(edits, gateway);
    SeedSummary summary;
    bool over = false;
    QObject::connect(&seeder, &Seeder::finished, &seeder, [&](const SeedSummary &told) {
        summary = told;
        over = true;
    });
    seeder.start();
    if (!QTest::qWaitFor([&over] { return over; }, 20000))
        qFatal("the seed did not end");
    return summary;
}

}

class TestSeed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyDocumentFitsItsDefinition()
    {
        const QHash<QString, Schema> known = schemas();
        QSet<QString> kinds, titles;
        const QList<QJsonObject> documents = made(20);
        for (const QJsonObject &document : documents) {
            QVERIFY2(!titles.contains(titleOf(document)), qPrintable(titleOf(document)));
            titles.insert(titleOf(document));
            const QString kind = at(document, u"/kind"_s);
            kinds.insert(kind);
            if (kind == "Namespace"_L1)
                continue;
            QVERIFY2(known.contains(kind), qPrintable(kind));
            QJsonObject object = document;
            const Schema schema = known.value(kind);
            QCOMPARE(schema.prune(object), QStringList());
            schema.applyDefaults(object);
            const QList<ErrorCause> causes = schema.validate(object, nullptr);
            for (const ErrorCause &cause : causes)
                qWarning("%s %s: %s", qPrintable(titleOf(document)), qPrintable(cause.field), qPrintable(cause.message));
            QVERIFY(causes.isEmpty());
        }
        QCOMPARE(kinds.size(), 25);   // ours, and Namespace
    }

    void sameSeedSameDocuments()
    {
        QCOMPARE(built(30, 1), made(30));
        QVERIFY(made(30, 1) != made(30, 2));
        const auto names = [](const QList<QJsonObject> &documents) {
            QStringList all;
            for (const QJsonObject &document : documents)
                all.append(titleOf(document));
            return all;
        };
        QCOMPARE(names(made(30, 1)), names(made(30, 2)));
    }

    void itIsNow()
    {
        QSet<QString> births;
        for (const QJsonObject &document : made()) {
            QDateTime last = kNow.addYears(-10);
            latest(document, {}, last);
            QVERIFY2(last <= kNow, qPrintable(QString(titleOf(document) + u' ' + stampOf(last))));
            QVERIFY2(!document.value("metadata"_L1).toObject().contains("creationTimestamp"_L1), qPrintable(titleOf(document)));
            const QString born = at(document, u"/metadata/annotations/demo.quarterdeck.io~1created-at"_s);
            QVERIFY2(waveOf(document) == 0 || QDateTime::fromString(born, Qt::ISODate) < kNow, qPrintable(QString(titleOf(document) + u' ' + born)));
            if (waveOf(document) > 0)
                births.insert(born);
        }
        QVERIFY(births.size() > 100);   // not of one age
        const QJsonObject node = documentOf(made(), u"Validator"_s, u"northgate-validator-1"_s);
        QCOMPARE(at(node, u"/status/lastBackup/time"_s), stampOf(kNow.addSecs(-72 * 60)));
    }

    void whatIsReferredToIsThere()
    {
        const QList<QJsonObject> documents = made(20);
        QSet<QString> titles;
        for (const QJsonObject &document : documents)
            titles.insert(titleOf(document));
        for (const QJsonObject &document : documents) {
            const QString ns = at(document, u"/metadata/namespace"_s);
            const auto there = [&](const QString &plural, const QString &name) {
                return name.isEmpty() || titles.contains(QString(plural + u'/' + ns + u'/' + name));
            };
            QVERIFY2(there(u"backups"_s, at(document, u"/status/lastBackup/name"_s)), qPrintable(titleOf(document)));
            if (at(document, u"/kind"_s) != "SyncDomain"_L1)
                QVERIFY2(there(u"identitydumps"_s, at(document, u"/status/lastIdentityDump/name"_s)), qPrintable(titleOf(document)));
            const QJsonObject node = json::at(document, u"/spec/nodeRef"_s).toObject();
            if (!node.isEmpty()) {
                const QString plural = QString(node.value("kind"_L1).toString().toLower() + u's');
                QVERIFY2(there(plural, node.value("name"_L1).toString()), qPrintable(titleOf(document)));
            }
        }
    }

    void thePictureIsThere()
    {
        const QList<QJsonObject> documents = made();
        QHash<QString, int> phases;
        int failed = 0, dumps = 0;
        for (const QJsonObject &document : documents) {
            const QString kind = at(document, u"/kind"_s);
            if (kind == "Backup"_L1) {
                ++phases[at(document, u"/status/phase"_s)];
                failed += at(document, u"/status/phase"_s) == "Failed"_L1;
            }
            dumps += kind == "IdentityDump"_L1;
        }
        QVERIFY2(phases.value(u"Succeeded"_s) > 120, qPrintable(QString::number(phases.value(u"Succeeded"_s))));
        QVERIFY(failed >= 3);
        QVERIFY(dumps >= 24);
        const auto phaseOf = [&](const QString &kind, const QString &name) { return at(documentOf(documents, kind, name), u"/status/phase"_s); };
        QCOMPARE(phaseOf(u"Validator"_s, u"northgate-validator-2"_s), u"Degraded"_s);
        QCOMPARE(phaseOf(u"Participant"_s, u"dora-exchange"_s), u"Suspended"_s);
        QCOMPARE(phaseOf(u"Upgrade"_s, u"devnet-0-4-16"_s), u"Succeeded"_s);
        QCOMPARE(phaseOf(u"Upgrade"_s, u"mainnet-0-4-16"_s), u"AwaitingApproval"_s);
        const auto fault = faultOf(documentOf(documents, u"Validator"_s, u"northgate-validator-2"_s), kNow);
        QVERIFY(fault);
        QCOMPARE(fault->name, u"out-of-traffic"_s);
        const auto crash = faultOf(documentOf(documents, u"Participant"_s, u"bob-custody"_s), kNow);
        QVERIFY(crash);
        QCOMPARE(crash->component, u"participant"_s);
    }

    void schedulesKeepTheirCron()
    {
        for (const QJsonObject &document : made()) {
            if (at(document, u"/kind"_s) != "BackupSchedule"_L1 || json::at(document, u"/spec/suspend"_s).toBool())
                continue;
            const QDateTime next = QDateTime::fromString(at(document, u"/status/nextScheduleTime"_s), Qt::ISODate);
            const int hours = at(document, u"/spec/schedule"_s).section(u'/', 1).section(u' ', 0, 0).toInt();
            QVERIFY2(next > kNow && next <= kNow.addSecs(hours * 3600), qPrintable(titleOf(document)));
            QCOMPARE(next.time().minute(), 0);
            QCOMPARE(next.time().hour() % hours, 0);
        }
    }

    void scaleAddsSoMany()
    {
        const auto count = [](const QList<QJsonObject> &documents, const QString &kind) {
            return std::count_if(documents.begin(), documents.end(), [&](const QJsonObject &d) { return at(d, u"/kind"_s) == kind; });
        };
        const QList<QJsonObject> plain = made(), scaled = made(50);
        QCOMPARE(count(scaled, u"Party"_s) - count(plain, u"Party"_s), 50);
        QCOMPARE(count(scaled, u"Validator"_s) - count(plain, u"Validator"_s), 5);
        QCOMPARE(scaled.size() - plain.size(), 55);
        const QJsonObject party = documentOf(scaled, u"Party"_s, u"dev-party-00007"_s);
        const QJsonObject node = documentOf(scaled, u"Validator"_s, at(party, u"/spec/nodeRef/name"_s));
        QVERIFY(!node.isEmpty());
        const QString fingerprint = at(node, u"/status/participantId"_s).section(u"::"_s, -1);
        QCOMPARE(at(party, u"/status/partyId"_s), QString(u"dev-party-00007::"_s + fingerprint));
        QCOMPARE(count(made(9), u"Party"_s) - count(plain, u"Party"_s), 9);   // less than a node: they live on northgate-dev-1
    }

    void makesEverythingOnceInOrder()
    {
        auto gateway = std::make_shared<test::FakeGateway>();
        const QList<QJsonObject> documents = made(20);
        const SeedSummary first = run(gateway, documents);
        QVERIFY2(!first.error, qPrintable(first.error ? first.error->text() : QString()));
        QCOMPARE(first.created, int(documents.size()));
        int wave = 0;
        for (const auto &call : gateway->calls) {
            if (call.verb != "create"_L1)
                continue;
            QVERIFY(waveOf(call.body.toObject()) >= wave);
            wave = waveOf(call.body.toObject());
            QVERIFY(!call.body.toObject().contains("status"_L1));
        }
        QCOMPARE(at(gateway->stored(u"validators/northgate-validator-1"_s), u"/status/phase"_s), u"Ready"_s);
        gateway->calls.clear();
        const SeedSummary second = run(gateway, documents);
        QCOMPARE(second.unchanged, int(documents.size()));
        QCOMPARE(second.kept, QStringList());
        QCOMPARE(gateway->count(u"patch"_s), 0);
    }

    /// What somebody did is done in the seed too: made as it was, then changed by them, and by nobody twice.
    void whatPersonsDidIsTheirs()
    {
        auto gateway = std::make_shared<test::FakeGateway>();
        const QString key = u"validators/harbor-bridge"_s, replicas = u"/spec/participant/spec/resources/replicas"_s;
        const QList<QJsonObject> documents{documentOf(made(), u"Validator"_s, u"harbor-bridge"_s)};
        const QList<SeedEdit> edits = consortiumEdits({kNow});
        QCOMPARE(json::at(documents.first(), replicas).toInt(), 2);
        QCOMPARE(titleOf(documents.first()), edits.first().title);
        const SeedSummary first = run(gateway, documents, edits);
        QVERIFY2(!first.error, qPrintable(first.error ? first.error->text() : QString()));
        QCOMPARE(first.created, 1);
        QCOMPARE(json::at(gateway->calls.first().body, replicas).toInt(), 1);
        QCOMPARE(json::at(gateway->stored(key), replicas).toInt(), 2);
        QCOMPARE(at(gateway->stored(key), u"/metadata/annotations/canton.quarterdeck.io~1requested-by"_s), edits.first().by);
        QCOMPARE(at(gateway->stored(key), u"/metadata/annotations/canton.quarterdeck.io~1change-reason"_s), edits.first().reason);
        QCOMPARE(at(gateway->stored(key), u"/status/phase"_s), u"Degraded"_s);
        gateway->calls.clear();
        const SeedSummary second = run(gateway, documents, edits);
        QCOMPARE(second.unchanged, 1);
        QCOMPARE(second.kept, QStringList());
        QCOMPARE(gateway->count(u"patch"_s), 0);
    }

    void keepsWhatPeopleChanged()
    {
        auto gateway = std::make_shared<test::FakeGateway>();
        const QList<QJsonObject> documents = made();
        (void)run(gateway, documents);
        gateway->patch(u"validators/northgate-dev-1"_s, {{u"spec"_s, QJsonObject{{u"imageTag"_s, u"0.4.17"_s}}}});
        gateway->patch(u"validators/northgate-validator-1"_s,
            {{u"metadata"_s, QJsonObject{{u"labels"_s, QJsonObject{{u"canton.quarterdeck.io/network"_s, QJsonValue::Null}}}}}});
        const SeedSummary again = run(gateway, documents);
        QCOMPARE(again.kept.size(), 1);
        QVERIFY2(again.kept.first().startsWith("validators/canton-devnet/northgate-dev-1 /spec/imageTag: 0.4.17"_L1), qPrintable(again.kept.first()));
        QCOMPARE(at(gateway->stored(u"validators/northgate-dev-1"_s), u"/spec/imageTag"_s), u"0.4.17"_s);
        QCOMPARE(again.updated, 1);   // the label
        QCOMPARE(at(gateway->stored(u"validators/northgate-validator-1"_s), u"/metadata/labels/canton.quarterdeck.io~1network"_s), u"mainnet"_s);
        QCOMPARE(again.done(), int(documents.size()));
    }

    void followsItsOwnNewerDocuments()
    {
        auto gateway = std::make_shared<test::FakeGateway>();
        QList<QJsonObject> documents{documentOf(made(), u"Validator"_s, u"northgate-dev-1"_s)};
        (void)run(gateway, documents);
        for (const QString &tag : {u"0.4.18"_s, u"0.4.19"_s}) {
            QJsonValue newer = documents.first();
            json::set(newer, u"/spec/imageTag"_s, tag);
            documents.replace(0, newer.toObject());
            const SeedSummary summary = run(gateway, documents);
            QCOMPARE(summary.updated, 1);
            QCOMPARE(at(gateway->stored(u"validators/northgate-dev-1"_s), u"/spec/imageTag"_s), tag);
        }
    }

    void goesOnAfterAnInterruption()
    {
        auto gateway = std::make_shared<test::FakeGateway>();
        const QList<QJsonObject> documents = made();
        gateway->failNext(u"patch"_s, {ErrorKind::Network, u"connection reset"_s});
        const SeedSummary broken = run(gateway, documents);
        QVERIFY(broken.error);
        QVERIFY2(broken.error->message.contains("could not be made: connection reset"_L1), qPrintable(broken.error->message));
        QVERIFY(!broken.error->remedy.isEmpty());
        QVERIFY(broken.done() < documents.size());
        const SeedSummary whole = run(gateway, documents);
        QVERIFY(!whole.error);
        QCOMPARE(whole.completed, 1);
        for (const QJsonObject &document : documents) {
            if (document.contains("status"_L1)) {
                const QString key = QString(gvrOf(document)->resource + u'/' + at(document, u"/metadata/name"_s));
                QVERIFY2(!json::at(gateway->stored(key), u"/status/phase"_s).isUndefined(), qPrintable(key));
            }
        }
    }

    void anOperatorThatWasQuickerHasNoSay()
    {
        auto gateway = std::make_shared<test::FakeGateway>();
        bool once = false;
        gateway->beforeWrite = [&](const ports::WriteRequest &request) {
            if (request.subresource != "status"_L1 || request.name != "northgate-validator-1-0"_L1 || std::exchange(once, true))
                return;
            gateway->setStatus(u"backups/northgate-validator-1-0"_s, {{u"phase"_s, u"Running"_s}, {u"steps"_s, QJsonArray{u"x"_s}}});
        };
        const QList<QJsonObject> documents = made();
        QVERIFY(!run(gateway, documents).error);
        QVERIFY(once);
        QCOMPARE(gateway->stored(u"backups/northgate-validator-1-0"_s).value("status"_L1),
            documentOf(documents, u"Backup"_s, u"northgate-validator-1-0"_s).value("status"_L1));
    }

    void aStatusThatIsThereStays()
    {
        auto gateway = std::make_shared<test::FakeGateway>();
        const QList<QJsonObject> documents = made();
        (void)run(gateway, documents);
        gateway->setStatus(u"validators/northgate-dev-2"_s, {{u"phase"_s, u"Ready"_s}});
        (void)run(gateway, documents);
        QCOMPARE(at(gateway->stored(u"validators/northgate-dev-2"_s), u"/status/phase"_s), u"Ready"_s);
    }
};

QTEST_GUILESS_MAIN(TestSeed)
#include "tst_seed.moc"
