// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/ManagedFields.h"
#include "models/items/ObjectHistory.h"
#include "models/items/OwnerGraph.h"

#include <QJsonArray>
#include <QTest>

using namespace qd;
using namespace qd::items;
using namespace Qt::StringLiterals;
using network::State;

namespace {

const ObjectId kNode{u"prod"_s, {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, u"validators"_s}, u"canton"_s, u"a"_s, u"uid-a"_s};

state::JournalRecord record(const QString &id, const QString &type, const QString &uid, const QString &time, const QString &outcome = {})
{
    QJsonObject json{{u"id"_s, id}, {u"type"_s, type}, {u"time"_s, time}, {u"title"_s, u"Scale a"_s}, {u"user"_s, u"mira"_s},
                     {u"cluster"_s, u"prod"_s}, {u"reason"_s, u"load"_s},
                     {u"edits"_s, QJsonArray{QJsonObject{{u"resource"_s, u"validators.canton.quarterdeck.io/a"_s}, {u"namespace"_s, u"canton"_s},
                                                         {u"uid"_s, uid}}}}};
    if (!outcome.isEmpty()) {
        json.insert(u"outcome"_s, outcome);
        json.insert(u"message"_s, u"two replicas"_s);
    }
    return {1, {}, json};
}

QJsonObject meta(const QString &name, const QString &uid, const QString &ownerUid)
{
    return {{u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"canton"_s}, {u"uid"_s, uid},
                                        {u"ownerReferences"_s, QJsonArray{QJsonObject{{u"uid"_s, ownerUid}}}}}}};
}

}

class TestObjectHistory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void intentAndResultAreOneChange()
    {
        const QList<HistoryEntry> out = changesOf({record(u"1"_s, u"intent"_s, u"uid-a"_s, u"2026-11-27T10:00:00Z"_s),
                                                   record(u"1"_s, u"result"_s, u"uid-a"_s, u"2026-11-27T10:01:00Z"_s, u"settled"_s),
                                                   record(u"2"_s, u"intent"_s, u"uid-a"_s, u"2026-11-27T11:00:00Z"_s)}, kNode);
        QCOMPARE(out.size(), 2);
        QCOMPARE(out.first().changeId, u"2"_s);
        QCOMPARE(out.first().state, State::Unknown);
        QVERIFY(!out.first().outcome.isEmpty());
        QCOMPARE(out.last().state, State::Succeeded);
        QCOMPARE(out.last().outcome, u"Settled: two replicas"_s);
        QCOMPARE(out.last().time, QDateTime(QDate(2026, 11, 27), QTime(10, 0), Qt::UTC));
    }

    void onlyThisObject()
    {
        QCOMPARE(changesOf({record(u"1"_s, u"intent"_s, u"uid-b"_s, u"2026-11-27T10:00:00Z"_s)}, kNode).size(), 0);
        // Created here: the uid was not known yet.
        QCOMPARE(changesOf({record(u"1"_s, u"intent"_s, {}, u"2026-11-27T10:00:00Z"_s)}, kNode).size(), 1);
        ObjectId other = kNode;
        other.cluster = u"dev"_s;
        QCOMPARE(changesOf({record(u"1"_s, u"intent"_s, u"uid-a"_s, u"2026-11-27T10:00:00Z"_s)}, other).size(), 0);
        other = kNode;
        other.ns = u"elsewhere"_s;
        QCOMPARE(changesOf({record(u"1"_s, u"intent"_s, {}, u"2026-11-27T10:00:00Z"_s)}, other).size(), 0);
    }

    void eventsOldAndNewByTime()
    {
        const QJsonObject list{{u"items"_s, QJsonArray{
            QJsonObject{{u"type"_s, u"Normal"_s}, {u"reason"_s, u"Old"_s}, {u"lastTimestamp"_s, u"2026-11-27T09:00:00Z"_s}, {u"count"_s, 3},
                        {u"source"_s, QJsonObject{{u"component"_s, u"kubelet"_s}}}},
            QJsonObject{{u"type"_s, u"Warning"_s}, {u"reason"_s, u"New"_s}, {u"eventTime"_s, u"2026-11-27T08:00:00Z"_s}, {u"reportingComponent"_s, u"operator"_s},
                        {u"series"_s, QJsonObject{{u"count"_s, 7}, {u"lastObservedTime"_s, u"2026-11-27T12:00:00Z"_s}}}}}}};
        const QList<HistoryEntry> events = eventsOf(list);
        QCOMPARE(events.size(), 2);
        QCOMPARE(events.first().what, u"New"_s);
        QCOMPARE(events.first().count, 7);
        QCOMPARE(events.first().who, u"operator"_s);
        QCOMPARE(events.first().state, State::Degraded);
        QCOMPARE(events.last().who, u"kubelet"_s);
        QCOMPARE(events.last().count, 3);
        const QList<HistoryEntry> all = merged(changesOf({record(u"1"_s, u"intent"_s, u"uid-a"_s, u"2026-11-27T10:00:00Z"_s)}, kNode), events);
        QCOMPARE(all.size(), 3);
        QCOMPARE(all.at(1).is, HistoryEntry::Is::Change);
    }

    void whoWroteWhatIsDeclared()
    {
        const auto field = [](const QString &path, const QJsonObject &inside = {}) {
            QJsonObject out = inside;
            const QStringList parts = path.split(u' ');
            for (auto part = parts.crbegin(); part != parts.crend(); ++part)
                out = {{u"f:"_s + *part, out}};
            return out;
        };
        const auto entry = [](const QString &manager, const QString &subresource, const QString &time, const QJsonObject &fields) {
            return QJsonObject{{u"manager"_s, manager}, {u"operation"_s, u"Update"_s}, {u"subresource"_s, subresource}, {u"time"_s, time}, {u"fieldsV1"_s, fields}};
        };
        QJsonObject person = field(u"spec participant spec resources replicas"_s);
        person.insert(u"f:metadata"_s, QJsonObject{{u"f:annotations"_s, QJsonObject{{u"f:canton.quarterdeck.io/requested-by"_s, QJsonObject()},
                                                                                   {u"f:canton.quarterdeck.io/change-reason"_s, QJsonObject()}}}});
        QJsonObject made{{u"f:a"_s, QJsonObject()}, {u"f:b"_s, QJsonObject()}, {u"f:c"_s, QJsonObject()}, {u"f:d"_s, QJsonObject()}};
        const QJsonArray entries{entry(u"argocd"_s, {}, u"2026-11-01T00:00:00Z"_s, {{u"f:spec"_s, made}}),
                                 entry(u"quarterdeck"_s, {}, u"2026-11-27T09:00:00Z"_s, person),
                                 entry(u"operator"_s, {}, u"2026-11-27T11:00:00Z"_s, field(u"metadata finalizers"_s)),
                                 entry(u"operator"_s, u"status"_s, u"2026-11-27T12:00:00Z"_s, field(u"status phase"_s))};
        const QJsonObject annotations{{u"canton.quarterdeck.io/requested-by"_s, u"jonas"_s}, {u"canton.quarterdeck.io/change-reason"_s, u"Friday"_s}};
        const QJsonObject resources{{u"resources"_s, QJsonObject{{u"replicas"_s, 2}}}};
        const QJsonObject live{{u"metadata"_s, QJsonObject{{u"managedFields"_s, entries}, {u"annotations"_s, annotations}}},
                               {u"spec"_s, QJsonObject{{u"participant"_s, QJsonObject{{u"spec"_s, resources}}}}}};
        const QList<HistoryEntry> writes = writesOf(live, {});
        QCOMPARE(writes.size(), 2);   // finalizers and status are nobody's doing
        QCOMPARE(writes.first().who, u"jonas"_s);
        QCOMPARE(writes.first().what, u"Set replicas to 2"_s);
        QCOMPARE(writes.first().outcome, u"participant.spec.resources.replicas"_s);
        QCOMPARE(writes.first().detail, u"Friday"_s);
        QCOMPARE(writes.first().is, HistoryEntry::Is::Write);
        QCOMPARE(writes.last().who, u"argocd"_s);
        QVERIFY2(writes.last().outcome.startsWith(u"a, b, c"_s), qPrintable(writes.last().outcome));
        QVERIFY(writes.last().detail.isEmpty());
        // The journal tells it already.
        const QList<HistoryEntry> ours = changesOf({record(u"1"_s, u"intent"_s, u"uid-a"_s, u"2026-11-27T08:59:40Z"_s)}, kNode);
        QCOMPARE(writesOf(live, ours).size(), 1);
        const QList<HistoryEntry> older = changesOf({record(u"1"_s, u"intent"_s, u"uid-a"_s, u"2026-11-27T08:00:00Z"_s)}, kNode);
        QCOMPARE(writesOf(live, older).size(), 2);
        QVERIFY(writesOf({}, {}).isEmpty());
    }

    void managedFieldsAreATreeWithOwners()
    {
        const QJsonObject envVars{{u"k:{\"name\":\"A\"}"_s, QJsonObject{{u"."_s, QJsonObject()}, {u"f:value"_s, QJsonObject()}}}};
        const QJsonObject finalizers{{u"v:\"x/y\""_s, QJsonObject()}};
        const QJsonObject replicas{{u"f:replicas"_s, QJsonObject()}};
        QJsonObject all = replicas;
        all.insert(u"f:envVars"_s, envVars);
        all.insert(u"f:finalizers"_s, finalizers);
        const auto entry = [](const QString &manager, const QString &subresource, const QString &time, const QJsonObject &spec) {
            return QJsonObject{{u"manager"_s, manager}, {u"operation"_s, u"Update"_s}, {u"subresource"_s, subresource}, {u"time"_s, time},
                               {u"fieldsV1"_s, QJsonObject{{u"f:spec"_s, spec}}}};
        };
        const QJsonArray entries{entry(u"old"_s, {}, u"2026-11-20T00:00:00Z"_s, all), entry(u"new"_s, u"status"_s, u"2026-11-27T00:00:00Z"_s, replicas)};
        const QJsonObject object{{u"metadata"_s, QJsonObject{{u"managedFields"_s, entries}}}};
        const QList<FieldManager> managers = fieldManagers(object);
        QCOMPARE(managers.size(), 2);
        QCOMPARE(managers.first().manager, u"new"_s);
        QCOMPARE(managers.first().subresource, u"status"_s);
        QCOMPARE(managers.last().count, 3);
        const QHash<QString, QStringList> owners = fieldOwners(managers);
        QCOMPARE(owners.value(u"spec.replicas"_s), (QStringList{u"new"_s, u"old"_s}));
        QCOMPARE(owners.value(u"spec.envVars[name=A].value"_s), QStringList{u"old"_s});
        QCOMPARE(owners.value(u"spec.finalizers[x/y]"_s), QStringList{u"old"_s});
        QVERIFY(!owners.contains(u"spec"_s));
        QVERIFY(fieldManagers(QJsonObject()).isEmpty());
    }

    void ownersMakeATreeAndRingsAreCut()
    {
        const auto list = [](const QJsonArray &items) { return QJsonObject{{u"items"_s, items}}; };
        const OwnedKind sets = ownedKinds().at(0), pods{{{}, u"v1"_s, u"pods"_s}, u"Pod"_s}, secrets{{{}, u"v1"_s, u"secrets"_s}, u"Secret"_s};
        const QList<OwnedObject> tree = ownedBy(u"uid-a"_s, u"prod"_s, {{pods, list({meta(u"a-0"_s, u"p"_s, u"s"_s), meta(u"other"_s, u"q"_s, u"x"_s)})},
                                                                     {sets, list({meta(u"a"_s, u"s"_s, u"uid-a"_s)})},
                                                                     {secrets, list({meta(u"key"_s, u"k"_s, u"uid-a"_s), meta(u"ring"_s, u"uid-a"_s, u"p"_s)})}});
        QCOMPARE(tree.size(), 2);
        QCOMPARE(tree.first().kind, u"Secret"_s);
        QCOMPARE(tree.last().owned.size(), 1);
        QCOMPARE(tree.last().owned.first().object.name, u"a-0"_s);
        QVERIFY(tree.last().owned.first().owned.isEmpty());
        QVERIFY(ownedBy({}, u"prod"_s, {}).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestObjectHistory)
#include "tst_objecthistory.moc"
