// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/KindTable.h"
#include "models/state/ChangeDraft.h"
#include "models/state/Journal.h"

#include <QJsonArray>

#include <memory>

namespace qd::state {

/// One write of a change as the journal keeps it: values of secrets are masked.
struct JournaledEdit
{
    QString resource; ///< "validators.canton.quarterdeck.io"
    QString kind;
    QString ns;
    QString name;
    QString uid;
    QString verb; ///< create, merge patch, json patch, update, delete
    QString subresource;
    QString version; ///< metadata.resourceVersion it was based on
    qint64 generation = 0; ///< the server's answer; 0: none
    bool applied = false;
    QJsonArray diff; ///< {op, path, at, label, from, to}
    QJsonObject follow; ///< {until, request, value, good, bad}; empty in records of older versions
    /// "validators/north-1", for people.
    [[nodiscard]] QString shortName() const;
    /// The object in this cluster; the kinds know the version of its group. Empty gvr: no such kind is known.
    [[nodiscard]] ObjectId object(const QString &cluster, const network::KindTable &kinds) const;
    /// When it counts as settled: as recorded, with the phases of its kind.
    [[nodiscard]] FollowTarget target(const network::KindTable &kinds) const;
};

/// One record of a change: when it was confirmed, applied, and how it ended.
struct JournalStep
{
    qint64 seq = 0;
    QDateTime time; ///< UTC
    bool intent = false;
    QString outcome; ///< of a result; words of ChangeOutcome::id
    QString message;
    QString hash;
    bool readBack = false; ///< found out by a later run of the console
};

/// A change of the journal: its records put together by their id.
struct JournaledChange
{
    QString id;
    QString action;
    QString title;
    QString user;
    QString host;
    QString cluster;
    QString server;
    QString profile;
    QString danger;
    QString reason;
    bool production = false;
    QList<JournaledEdit> edits; ///< as the last record has them
    QJsonArray recordedEdits; ///< the same, raw
    QList<JournalStep> steps; ///< by seq; never empty

    [[nodiscard]] QDateTime begun() const { return steps.first().time; }
    [[nodiscard]] qint64 seq() const { return steps.first().seq; }
    /// Empty: there is an intent only.
    [[nodiscard]] QString outcome() const { return steps.last().intent ? QString() : steps.last().outcome; }
    [[nodiscard]] QString message() const { return steps.last().message; }
    [[nodiscard]] QDateTime ended() const { return steps.last().intent ? QDateTime() : steps.last().time; }
    /// What it did is not known to the end: no result, or applied and not seen settle.
    [[nodiscard]] bool isOpen() const;
    /// The one object it changes; null when there are several.
    [[nodiscard]] const JournaledEdit *onlyEdit() const;
    /// Takes in one more record of the same id; a record it has already changes nothing.
    void add(const JournalRecord &record);
};
using ChangePtr = std::shared_ptr<const JournaledChange>;

/// Values of a diff as two small objects, lists by the names of their elements, for a diff people read.
[[nodiscard]] std::pair<QJsonValue, QJsonValue> beforeAndAfter(const JournaledEdit &edit);

/// A field of an object, a list-map element by its key ("/spec/envVars/[name=LOG_LEVEL]/value"); `path` is as in diffJson.
[[nodiscard]] QString stablePath(const QJsonValue &root, const QString &path);
/// The pointer of a stable path in another version of the object; nothing when an element of it is not there. The last
/// element may be absent: then it is "-", the end of its list.
[[nodiscard]] std::optional<QString> pointerIn(const QJsonValue &root, const QString &stablePath);
/// Whether a value, or a part of it, is a masked secret.
[[nodiscard]] bool isMasked(const QJsonValue &value);

}
