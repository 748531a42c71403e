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
