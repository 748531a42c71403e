// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/ObjectHistory.h"

#include "models/core/Json.h"
#include "models/items/ManagedFields.h"
#include "models/state/ComponentPaths.h"

#include <QCoreApplication>
#include <QHash>
#include <QJsonArray>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::State;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ObjectHistory)
};

bool newer(const HistoryEntry &a, const HistoryEntry &b)
{
    return a.time > b.time;
}

bool touches(const QJsonObject &record, const ObjectId &object)
{
    if (record.value("cluster"_L1).toString() != object.cluster)
        return false;
    const QString resource = object.gvr.name() + u'/' + object.name;
    const QJsonArray edits = record.value("edits"_L1).toArray();
    return std::any_of(edits.begin(), edits.end(), [&](const QJsonValue &value) {
        const QString uid = value["uid"_L1].toString();
        if (!uid.isEmpty() && !object.uid.isEmpty())
            return uid == object.uid;
        return value["resource"_L1].toString() == resource && value["namespace"_L1].toString() == object.ns;
    });
}

struct Outcome {
    State state;
    QString word;
};

Outcome outcomeOf(const QString &id)
{
    if (id == "settled"_L1)
        return {State::Succeeded, Words::tr("Settled")};
    if (id == "applied"_L1)
        return {State::Succeeded, Words::tr("Applied")};
    if (id == "refused"_L1)
        return {State::Failed, Words::tr("Refused")};
    if (id == "conflict"_L1)
        return {State::Failed, Words::tr("Conflict")};
    if (id == "failed"_L1)
        return {State::Failed, Words::tr("Failed")};
    if (id == "timeout"_L1)
        return {State::Degraded, Words::tr("Not settled in time")};
    if (id == "cancelled"_L1)
        return {State::Cancelled, Words::tr("Cancelled")};
    if (id == "dry-run"_L1)
        return {State::Succeeded, Words::tr("Only previewed")};
    return {State::Unknown, id};
}

constexpr auto kRequestedBy = "canton.quarterdeck.io/requested-by"_L1;
constexpr auto kChangeReason = "canton.quarterdeck.io/change-reason"_L1;
constexpr qsizetype kNamed = 3;   ///< so many fields by their path, the others by their number

/// What a manager owns of an object, sorted by what it says.
struct Written {
    QList<QStringList> leaves;   ///< ways to what is declared
    QStringList notes;           ///< annotations
};

void collect(const QList<OwnedField> &fields, const QStringList &above, Written &out)
{
    for (const OwnedField &field : fields) {
        QStringList way = above;
        way.append(field.label);
        if (!field.fields.isEmpty()) {
            collect(field.fields, way, out);
            continue;
        }
        if (way.mid(0, 2) == QStringList{u"metadata"_s, u"annotations"_s})
            out.notes.append(field.label);
        else if (way.first() != "status"_L1 && (way.first() != "metadata"_L1 || way.value(1) == "labels"_L1))
            out.leaves.append(way);
    }
}

Written writtenBy(const FieldManager &manager)
{
    Written out;
    collect(manager.fields, {}, out);
    return out;
}

/// A manager is told with the second of its last write; the journal's intent is a little older.
bool behind(const QList<HistoryEntry> &changes, const QDateTime &write)
{
    return std::any_of(changes.begin(), changes.end(), [&write](const HistoryEntry &change) {
        const qint64 later = change.time.secsTo(write);
        return later >= -1 && later <= 60;
    });
}

/// participant.spec.resources.replicas
QString pathOf(const QStringList &leaf)
{
    const bool spec = leaf.first() == "spec"_L1 && leaf.size() > 1;
    return leaf.mid(spec ? 1 : 0).join(u'.').replace(u".["_s, u"["_s);
}

QString titleOf(const QStringList &leaf, const QJsonObject &live)
{
    const QJsonValue value = json::at(live, json::join(leaf));
    const QString name = leaf.last().startsWith(u'[') && leaf.size() > 1 ? leaf.at(leaf.size() - 2) : leaf.last();
    if (value.isString() && !value.toString().isEmpty())
        return Words::tr("Set %1 to %2").arg(name, value.toString());
    if (value.isDouble())
        return Words::tr("Set %1 to %2").arg(name, QString::number(value.toDouble(), 'g', 15));
    if (value.isBool())
        return Words::tr("Set %1 to %2").arg(name, value.toBool() ? u"true"_s : u"false"_s);
    return Words::tr("Set %1").arg(name);
}

}

QList<HistoryEntry> changesOf(const QList<state::JournalRecord> &records, const ObjectId &object)
{
    QList<HistoryEntry> out;
    QHash<QString, qsizetype> known;
    for (const state::JournalRecord &record : records) {
        const QJsonObject &json = record.json;
        const QString id = json.value("id"_L1).toString();
        const bool result = json.value("type"_L1).toString() == "result"_L1;
        if (!touches(json, object))
            continue;
        if (!known.contains(id)) {
            HistoryEntry entry;
            entry.is = HistoryEntry::Is::Change;
            entry.time = QDateTime::fromString(json.value("time"_L1).toString(), Qt::ISODate);
            entry.who = json.value("user"_L1).toString();
            entry.what = json.value("title"_L1).toString();
            entry.detail = json.value("reason"_L1).toString();
            entry.changeId = id;
            entry.outcome = Words::tr("No result was recorded");
            known.insert(id, out.size());
            out.append(entry);
        }
        if (!result)
            continue;
        HistoryEntry &entry = out[known.value(id)];
        const Outcome outcome = outcomeOf(json.value("outcome"_L1).toString());
        const QString message = json.value("message"_L1).toString();
        entry.state = outcome.state;
        entry.outcome = message.isEmpty() ? outcome.word : Words::tr("%1: %2").arg(outcome.word, message);
    }
    std::stable_sort(out.begin(), out.end(), newer);
    return out;
}

QDateTime eventTime(const QJsonObject &event)
{
    for (const QString &pointer : {u"/series/lastObservedTime"_s, u"/lastTimestamp"_s, u"/eventTime"_s, u"/metadata/creationTimestamp"_s}) {
        const QDateTime time = QDateTime::fromString(json::at(event, pointer).toString(), Qt::ISODate);
        if (time.isValid())
            return time;
    }
    return {};
}

qint64 eventCount(const QJsonObject &event)
{
    return std::max(event.value("count"_L1).toInteger(1), json::at(event, u"/series/count"_s).toInteger(1));
}

QList<HistoryEntry> eventsOf(const QJsonObject &list)
{
    QList<HistoryEntry> out;
    const QJsonArray items = list.value("items"_L1).toArray();
    for (const QJsonValue &value : items) {
        const QJsonObject event = value.toObject();
        HistoryEntry entry;
        entry.time = eventTime(event);
        entry.state = event.value("type"_L1).toString() == "Warning"_L1 ? State::Degraded : State::Ready;
        entry.who = json::at(event, u"/source/component"_s).toString();
        if (entry.who.isEmpty())
            entry.who = event.value("reportingComponent"_L1).toString(event.value("reportingController"_L1).toString());
        entry.what = event.value("reason"_L1).toString();
        entry.outcome = event.value("message"_L1).toString();
        entry.count = eventCount(event);
        out.append(entry);
    }
    std::stable_sort(out.begin(), out.end(), newer);
    return out;
}

QList<HistoryEntry> writesOf(const QJsonObject &live, const QList<HistoryEntry> &changes)
{
    QList<HistoryEntry> out;
    const QJsonObject annotations = json::at(live, u"/metadata/annotations"_s).toObject();
    const QList<FieldManager> managers = fieldManagers(live);
    for (const FieldManager &manager : managers) {
        const Written written = writtenBy(manager);
        if (manager.subresource == "status"_L1 || written.leaves.isEmpty() || (manager.manager == "quarterdeck"_L1 && behind(changes, manager.time)))
            continue;
        HistoryEntry entry;
        entry.is = HistoryEntry::Is::Write;
        entry.time = manager.time;
        entry.who = manager.manager;
        // Where the requester stays named it is who made the object, not who wrote last.
        const bool told = written.notes.contains(kRequestedBy) && !state::requesterStays(live.value("kind"_L1).toString());
        if (const QString person = annotations.value(kRequestedBy).toString(); told && !person.isEmpty())
            entry.who = person;
        if (written.notes.contains(kChangeReason))
            entry.detail = annotations.value(kChangeReason).toString();
        entry.what = written.leaves.size() == 1 ? titleOf(written.leaves.first(), live)
                                                : Words::tr("Set %n field(s)", nullptr, int(written.leaves.size()));
        QStringList paths;
        for (const QStringList &leaf : written.leaves.mid(0, kNamed))
            paths.append(pathOf(leaf));
        entry.outcome = paths.join(u", "_s);
        if (const qsizetype more = written.leaves.size() - paths.size(); more > 0)
            entry.outcome = Words::tr("%1 and %n more", nullptr, int(more)).arg(entry.outcome);
        out.append(entry);
    }
    std::stable_sort(out.begin(), out.end(), newer);
    return out;
}

QList<HistoryEntry> merged(QList<HistoryEntry> changes, const QList<HistoryEntry> &events)
{
    changes += events;
    std::stable_sort(changes.begin(), changes.end(), newer);
    return changes;
}

}
