// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/ObjectHistory.h"

#include "models/core/Json.h"

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

/// Old events have lastTimestamp, new ones eventTime and series.
QDateTime timeOf(const QJsonObject &event)
{
    for (const QString &pointer : {u"/series/lastObservedTime"_s, u"/lastTimestamp"_s, u"/eventTime"_s, u"/metadata/creationTimestamp"_s}) {
        const QDateTime time = QDateTime::fromString(json::at(event, pointer).toString(), Qt::ISODate);
        if (time.isValid())
            return time;
    }
    return {};
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

QList<HistoryEntry> eventsOf(const QJsonObject &list)
{
    QList<HistoryEntry> out;
    const QJsonArray items = list.value("items"_L1).toArray();
    for (const QJsonValue &value : items) {
        const QJsonObject event = value.toObject();
        HistoryEntry entry;
        entry.time = timeOf(event);
        entry.state = event.value("type"_L1).toString() == "Warning"_L1 ? State::Degraded : State::Ready;
        entry.who = json::at(event, u"/source/component"_s).toString();
        if (entry.who.isEmpty())
            entry.who = event.value("reportingComponent"_L1).toString(event.value("reportingController"_L1).toString());
        entry.what = event.value("reason"_L1).toString();
        entry.outcome = event.value("message"_L1).toString();
        entry.count = std::max(event.value("count"_L1).toInteger(1), json::at(event, u"/series/count"_s).toInteger(1));
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
