// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/network/State.h"
#include "models/state/Journal.h"

#include <QDateTime>
#include <QJsonObject>

namespace qd::items {

/// Something that happened to an object: a change made with this console, a write of anybody's, or an event of the cluster.
struct HistoryEntry {
    enum class Is : quint8 { Change, Write, Event };
    Is is = Is::Event;
    QDateTime time;              ///< UTC; of an event that repeats: the last time
    network::State state = network::State::Unknown;
    QString who;                 ///< the person, or the component that reported it
    QString what;                ///< "Scale northgate-1", "Set replicas to 2", "BackOff"
    QString outcome;             ///< how it ended in words, the fields a write set, or the event's message
    QString detail;              ///< reason given, for the tooltip
    QString changeId;            ///< of a change, the key in the journal
    qint64 count = 1;            ///< of an event
};

/// The changes of the journal that touched the object: by uid, or by name where the uid was not known when it was written.
/// A change that has no result yet says so. Newest first.
[[nodiscard]] QList<HistoryEntry> changesOf(const QList<state::JournalRecord> &records, const ObjectId &object);
/// When an event was told for the last time, whether it is an old one (lastTimestamp) or a new one (eventTime and series).
[[nodiscard]] QDateTime eventTime(const QJsonObject &event);
[[nodiscard]] qint64 eventCount(const QJsonObject &event);
/// The events of a list as the cluster gives it (kubernetes.md 2.11), newest first.
[[nodiscard]] QList<HistoryEntry> eventsOf(const QJsonObject &list);
/// The last write of each manager that set what is declared (spec, labels), as the live object's managedFields tell: the
/// cluster's own record, whoever wrote and with whatever. Who is the person of requested-by where that write set it, else the
/// manager. What one of `changes` is behind, a change of the journal within a minute before it, is not told twice. Newest first.
[[nodiscard]] QList<HistoryEntry> writesOf(const QJsonObject &live, const QList<HistoryEntry> &changes);
/// Both by time, newest first.
[[nodiscard]] QList<HistoryEntry> merged(QList<HistoryEntry> changes, const QList<HistoryEntry> &events);

}
