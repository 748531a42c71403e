// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/network/Cell.h"

#include <QByteArray>
#include <QDateTime>
#include <QJsonObject>
#include <QString>
#include <QVariant>

namespace qd::network {

/// An object's JSON without metadata.managedFields, packed; open it with ports::BodyCodec. Plain size in the first 4 bytes
/// (little endian), then one LZ4 block. The dictionary is shared by the rows of a list, so that what all of them say is kept
/// once; it belongs to the value.
struct PackedBody {
    QByteArray bytes;
    QByteArray dictionary;
    PackedBody() = default;
    PackedBody(QByteArray packed, QByteArray with = {}) : bytes(std::move(packed)), dictionary(std::move(with)) { }
    [[nodiscard]] bool isEmpty() const { return bytes.isEmpty(); }
    [[nodiscard]] qsizetype size() const { return bytes.size(); }
};

/// One object as the tables keep it. Made by the decoder on the adapter's thread, then only read.
struct Row {
    QString uid;
    QString ns;
    QString name;
    QString resourceVersion;
    qint64 created = 0;      ///< epoch seconds; 0: not said
    qint64 deleted = 0;      ///< metadata.deletionTimestamp
    qint64 generation = 0;
    qint64 observedGeneration = -1;   ///< status.observedGeneration; -1: not reported
    QString phase;           ///< as reported; empty: no status yet
    State state = State::Unknown;
    QString network;
    bool managedByGit = false;        ///< Argo CD tracking id or instance label
    bool drift = false;               ///< a comparison of the kind disagrees while observedGeneration is current
    QString labels;          ///< "a=b,c=d" sorted, for label= filters and selectors
    CellList cells;          ///< one for each column of the kind
    PackedBody body;         ///< empty when bodies are not kept
    /// Everything a person sees is equal (resource version and body apart).
    [[nodiscard]] bool sameFace(const Row &other) const;
};

/// Row as the JSON of `watch`: {column: value} with name, namespace, phase, network and age (created, RFC 3339) included.
[[nodiscard]] QJsonObject rowToJson(const Row &row, const KindInfo &kind);

/// What one batch of a watch brings, plain values (architecture.md "The way of the data").
struct RowBatch {
    enum class Sync : quint8 {
        Running,      ///< changes on top of what is there
        Provisional,  ///< rows of a first synchronisation, not complete
        Complete      ///< after applying this batch the list is complete; `replace` says rows not seen are gone
    };
    Sync sync = Sync::Running;
    bool replace = false;               ///< Complete of a later synchronisation: uids not among `upserts` are gone
    QList<Row> upserts;
    QList<QString> removedUids;
    QString resourceVersion;            ///< of the list or the last event or bookmark
    QDateTime asOf;                     ///< UTC
    qsizetype bytes = 0;                ///< plain size of the events, for figures
};

}

Q_DECLARE_TYPEINFO(qd::network::Row, Q_RELOCATABLE_TYPE);
