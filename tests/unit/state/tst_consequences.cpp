// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"
#include "models/state/ChangeReview.h"
#include "models/state/Redaction.h"
#include "tests/support/FakeGateway.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;
using network::State;

namespace {

QJsonObject with(QJsonValue object, const QList<std::pair<QString, QJsonValue>> &values)
{
    for (const auto &[pointer, value] : values) {
        if (!json::set(object, pointer, value))
            qFatal("%s cannot be set", qPrintable(pointer));
    }
    return object.toObject();
}

QList<Consequence> tell(const QJsonObject &before, const QJsonObject &after, const QString &kind = u"Validator"_s,
    ports::Verb verb = ports::Verb::MergePatch)
{
    EditReview review;
    review.edit.kind = kind;
    review.edit.verb = verb;
    review.edit.object.name = u"a"_s;
    review.edit.object.ns = u"canton"_s;
    std::tie(review.before, review.after) = masked(before, after);
    review.diff = diffJson(withoutServerFields(review.before, true), withoutServerFields(review.after, true));
    ChangeDraft draft;
    draft.edits = {review.edit};
    return consequencesOf(draft, {review});
}

QString headlines(const QList<Consequence> &list)
{
    QStringList out;
    for (const Consequence &consequence : list)
        out.append(network::stateId(consequence.state) + u": "_s + consequence.headline);
    return out.join(u" | "_s);
}

}

class TestConsequences : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tells_data()
    {
        QTest::addColumn<QList<std::pair<QString, QJsonValue>>>("changes");
        QTest::addColumn<QString>("said");
        using Changes = QList<std::pair<QString, QJsonValue>>;
        const QString resources = u"/spec/participant/spec/resources/"_s;
        QTest::newRow("stop") << Changes{{resources + u"replicas"_s, 0}} << u"degraded: participant stops"_s;
        QTest::newRow("limits of one pod") << Changes{{resources + u"cpuLimit"_s, u"4"_s}}
                                           << u"degraded: participant restarts, without answers meanwhile"_s;
        QTest::newRow("limits and more pods")
            << Changes{{resources + u"cpuLimit"_s, u"4"_s}, {resources + u"replicas"_s, 3}}
            << u"updating: participant restarts pod by pod | progressing: participant grows from 1 to 3 pods"_s;
        QTest::newRow("storage") << Changes{{u"/spec/storageSize"_s, u"200Gi"_s}}
                                 << u"degraded: Storage grows to 200Gi and cannot shrink again"_s;
        QTest::newRow("suspend") << Changes{{u"/spec/suspend"_s, true}} << u"degraded: Every component of a stops"_s;
        QTest::newRow("explicitly not suspended")
            << Changes{{u"/spec/suspend"_s, false}} << u"updating: Changes 1 field(s) of the spec"_s;
        QTest::newRow("any field") << Changes{{u"/spec/contactPoint"_s, u"x@y"_s}}
                                   << u"updating: Changes 1 field(s) of the spec"_s;
        QTest::newRow("label") << Changes{{u"/metadata/labels/x"_s, u"y"_s}} << u"ready: Nothing restarts"_s;
        QTest::newRow("reconcile") << Changes{{u"/metadata/annotations/canton.quarterdeck.io~1reconcile-requested-at"_s,
            u"now"_s}} << u"progressing: The operator looks at a again"_s;
    }

    void tells()
    {
        using Changes = QList<std::pair<QString, QJsonValue>>;
        QFETCH(Changes, changes);
        QFETCH(QString, said);
        const QJsonObject before = test::makeValidator(u"a"_s);
        QCOMPARE(headlines(tell(before, with(before, changes))), said);
    }

    void aVersionRestartsWhatFollowsIt()
    {
        const QJsonObject before
            = with(test::makeValidator(u"a"_s), {{u"/spec/participant/spec/imageTag"_s, u"0.4.14"_s}});
        const QList<Consequence> said = tell(before, with(before, {{u"/spec/imageTag"_s, u"latest"_s}}));
        const QString text = headlines(said);
        QVERIFY2(text.contains(u"Version goes from 0.4.15 to latest"_s), qPrintable(text));
        QVERIFY(text.contains(u"latest is no fixed version"_s));
        QVERIFY(text.contains(u"validatorApp restarts"_s));
        QVERIFY(!text.contains(u"participant restarts"_s)); // it has a tag of its own
        for (qsizetype i = 1; i < said.size(); ++i)
            QVERIFY(said.at(i - 1).state <= said.at(i).state);
    }

    void partiesAreNamed()
    {
        const QJsonObject before = test::makeValidator(u"a"_s);
        const QList<Consequence> said
            = tell(before, with(before, {{u"/spec/participant/spec/resources/memoryLimit"_s, u"8Gi"_s}}));
        QVERIFY2(said.first().detail.contains(u"962"_s), qPrintable(said.first().detail));
    }

    void deletionsAreTheWorst()
    {
        const QJsonObject before
            = with(test::makeValidator(u"a"_s), {{u"/metadata/finalizers"_s, QJsonArray{u"x/teardown"_s}}});
        const QString text = headlines(tell(before, {}, u"Validator"_s, ports::Verb::Delete));
        QVERIFY2(text.startsWith(u"failed: a is deleted | failed: No fresh identity dump of a is known"_s),
            qPrintable(text));
        QVERIFY(text.contains(u"The operator cleans up first"_s));
        QJsonArray conditions = json::at(before, u"/status/conditions"_s).toArray();
        conditions.append(QJsonObject{{u"type"_s, u"IdentityBackedUp"_s}, {u"status"_s, u"True"_s}});
        QVERIFY(!headlines(
            tell(with(before, {{u"/status/conditions"_s, conditions}}), {}, u"Validator"_s, ports::Verb::Delete))
                     .contains(u"identity dump"_s));
        QVERIFY(!headlines(tell(before, {}, u"Party"_s, ports::Verb::Delete)).contains(u"identity dump"_s));
    }

    void fieldsOfSingleKinds_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QJsonValue>("before");
        QTest::addColumn<QJsonValue>("after");
        QTest::addColumn<QString>("said");
        const QJsonValue none(QJsonValue::Undefined);
        const QJsonObject topup{{u"enabled"_s, true}, {u"targetThroughput"_s, 20000}, {u"minTopupInterval"_s, u"10m"_s}};
        QTest::newRow("top-up") << u"Validator"_s << u"/spec/traffic/topup"_s << none << QJsonValue(topup) << u"progressing: a buys traffic by itself"_s;
        QTest::newRow("top-up off") << u"Validator"_s << u"/spec/traffic/topup/enabled"_s << QJsonValue(true) << QJsonValue(false)
                                    << u"degraded: a buys no traffic any more"_s;
        QTest::newRow("bridge") << u"Validator"_s << u"/spec/role"_s << QJsonValue(u"Standard"_s) << QJsonValue(u"Bridge"_s) << u"updating: a becomes a bridge"_s;
        QTest::newRow("user") << u"LedgerUser"_s << u"/spec/active"_s << none << QJsonValue(false) << u"degraded: a can no longer sign in"_s;
        QTest::newRow("user again") << u"LedgerUser"_s << u"/spec/active"_s << QJsonValue(false) << QJsonValue(true) << u"progressing: a can sign in again"_s;
        QTest::newRow("provider") << u"IdentityProviderConfig"_s << u"/spec/ledger/deactivated"_s << none << QJsonValue(true)
                                  << u"degraded: The ledger refuses the users of a"_s;
        QTest::newRow("audience") << u"IdentityProviderConfig"_s << u"/spec/allowAllAudiences"_s << QJsonValue(true) << QJsonValue(false)
                                  << u"degraded: Tokens of any other audience are refused"_s;
        QTest::newRow("wallet") << u"WalletProvider"_s << u"/spec/enabled"_s << none << QJsonValue(false) << u"degraded: a signs nothing any more"_s;
        QTest::newRow("unvet") << u"DarDeployment"_s << u"/spec/vet"_s << none << QJsonValue(false)
                               << u"degraded: The nodes take no new transactions with the package"_s;
        QTest::newRow("hold") << u"Backup"_s << u"/spec/retention/hold"_s << none << QJsonValue(true) << u"suspended: a is kept until it is released"_s;
        QTest::newRow("release") << u"Backup"_s << u"/spec/retention/hold"_s << QJsonValue(true) << QJsonValue(false) << u"degraded: a may be deleted again"_s;
        QTest::newRow("verify") << u"Backup"_s << u"/spec/verify"_s << none << QJsonValue(true) << u"progressing: Every part of a is read and compared"_s;
        QTest::newRow("sign") << u"TopologyChange"_s << u"/spec/authorize/approved"_s << none << QJsonValue(true)
                              << u"updating: The nodes that are run here sign a"_s;
        QTest::newRow("reject") << u"TopologyChange"_s << u"/spec/authorize/rejected"_s << none << QJsonValue(true) << u"degraded: a is rejected for good"_s;
        QTest::newRow("approve") << u"Upgrade"_s << u"/spec/promotion/approvedBy"_s << none << QJsonValue(u"dana"_s)
                                 << u"updating: a goes on with the nodes that are left"_s;
        QTest::newRow("back") << u"Upgrade"_s << u"/spec/rollback/toRevision"_s << none << QJsonValue(u"0.4.15"_s)
                              << u"degraded: Every node that was changed goes back to 0.4.15"_s;
        QTest::newRow("disconnect") << u"SyncDomainConnection"_s << u"/spec/state"_s << none << QJsonValue(u"Disconnected"_s)
                                    << u"degraded: a is disconnected"_s;
        QTest::newRow("connect") << u"SyncDomainConnection"_s << u"/spec/state"_s << QJsonValue(u"Disconnected"_s) << QJsonValue(u"Connected"_s)
                                 << u"progressing: a connects"_s;
        const QJsonValue now(u"2026-03-01T12:00:00Z"_s);
        const QString trigger = u"/metadata/annotations/canton.quarterdeck.io~1trigger-at"_s;
        QTest::newRow("test") << u"KmsConfig"_s << trigger << none << now << u"progressing: The connection of a is tested"_s;
        QTest::newRow("run") << u"BackupSchedule"_s << trigger << none << now << u"progressing: a runs now"_s;
    }

    void fieldsOfSingleKinds()
    {
        QFETCH(QString, kind);
        QFETCH(QString, pointer);
        QFETCH(QJsonValue, before);
        QFETCH(QJsonValue, after);
        QFETCH(QString, said);
        const QJsonObject bare{{u"metadata"_s, QJsonObject{{u"name"_s, u"a"_s}}}, {u"spec"_s, QJsonObject()}};
        const QJsonObject was = before.isUndefined() ? bare : with(bare, {{pointer, before}});
        QCOMPARE(headlines(tell(was, with(was, {{pointer, after}}), kind)), said);
    }

    void deletionsOfSingleKinds()
    {
        const auto said = [](const QString &kind, const QString &pointer, const QJsonValue &value) {
            const QJsonObject bare{{u"metadata"_s, QJsonObject{{u"name"_s, u"a"_s}}}};
            return headlines(tell(with(bare, {{pointer, value}}), {}, kind, ports::Verb::Delete));
        };
        QVERIFY(said(u"ValidatorOnboarding"_s, u"/status/phase"_s, u"Issued"_s).contains(u"can no longer be used"_s));
        QVERIFY(!said(u"ValidatorOnboarding"_s, u"/status/phase"_s, u"Used"_s).contains(u"can no longer be used"_s));
        QVERIFY(said(u"Party"_s, u"/spec/hint"_s, u"a"_s).contains(u"stays on the ledger"_s));
        QVERIFY(said(u"Backup"_s, u"/spec/retention/hold"_s, true).contains(u"waits, as it is held"_s));
        QVERIFY(!said(u"Backup"_s, u"/spec/retention/hold"_s, false).contains(u"waits"_s));
    }

    void schedulesAndRuns()
    {
        const QJsonObject schedule{
            {u"spec"_s, QJsonObject{{u"suspend"_s, false}}}, {u"metadata"_s, QJsonObject{{u"name"_s, u"a"_s}}}};
        QCOMPARE(headlines(tell(schedule, with(schedule, {{u"/spec/suspend"_s, true}}), u"BackupSchedule"_s)),
            u"suspended: a starts nothing new"_s);
        QCOMPARE(headlines(tell(schedule,
                     with(schedule, {{u"/metadata/annotations/canton.quarterdeck.io~1trigger-at"_s, u"t"_s}}),
                     u"BackupSchedule"_s)),
            u"progressing: a runs now"_s);
        QCOMPARE(headlines(tell(schedule, with(schedule, {{u"/spec/cancel"_s, true}}), u"Backup"_s)),
            u"degraded: a is cancelled"_s);
        QCOMPARE(
            headlines(tell({}, schedule, u"Backup"_s, ports::Verb::Create)), u"progressing: A new Backup is made"_s);
    }
};

QTEST_GUILESS_MAIN(TestConsequences)
#include "tst_consequences.moc"
