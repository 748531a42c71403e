// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/network/KindTable.h"

#include <QByteArray>
#include <QDateTime>
#include <QJsonObject>
#include <QString>
#include <QVariant>

namespace qd::network {

/// One value of a table. Raw, unformatted: delegates and the command line make texts of it.
/// Absent ("–", does not apply or is not there) is not Unknown ("unknown", could not be determined): never swap them.
struct Cell {
    enum class Is : quint8 { Absent, Unknown, Text, Integer, Number, Boolean, Ratio };
    Is is = Is::Absent;
    QString text = {};       ///< Text; for Quantity as written; for List joined by ", "; for Unknown the reason
    union {
        qint64 integer = 0;  ///< Integer, Boolean, Time (epoch seconds), Ratio: the part; List and Count: the size
        double number;       ///< Number, Quantity (value), Left (per cent)
    };
    qint64 whole = 0;        ///< Ratio: the whole
    [[nodiscard]] bool equals(const Cell &other) const;
    friend bool operator==(const Cell &a, const Cell &b) { return a.equals(b); }
    /// As in `watch` JSON: string, number, bool, "5/5"; null when absent or unknown.
    [[nodiscard]] QJsonValue toJson(CellType type) const;
    /// <0, 0, >0; absent sorts last.
    [[nodiscard]] static int compare(const Cell &a, const Cell &b);
};

/// One object as the tables keep it. Made by the decoder on the adapter's thread, then only read.
/// `body` is the object's JSON without metadata.managedFields, LZ4 block with its plain size in the first 4 bytes
/// (little endian); open it with ports::BodyCodec. Empty when bodies are not kept.
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
    QList<Cell> cells;       ///< one for each column of the kind
    QByteArray body;
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
