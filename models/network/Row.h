// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/network/Cell.h"

#include <QByteArray>
#include <QDateTime>
#include <QJsonObject>
#include <QString>
#include <QVariant>

#include <initializer_list>
#include <memory>

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
    /// Texts that are as the old row's become its own: whoever keeps one of them (keys, other rows of the list) keeps no second one.
    void shareTexts(const Row &old);
};

/// Row as the JSON of `watch`: {column: value} with name, namespace, phase, network and age (created, RFC 3339) included.
[[nodiscard]] QJsonObject rowToJson(const Row &row, const KindInfo &kind);

using RowPtr = std::shared_ptr<const Row>;

/// The rows of a batch, each shared with who keeps it: handed from thread to thread and into a store without copying one. Reads
/// and is written like a QList<Row>; a row that somebody shares is copied before it is written.
class RowList {
    template <typename List, typename Value>
    class Iterator {
    public:
        Iterator(List *list, qsizetype at) : m_list(list), m_at(at) { }
        Value &operator*() const { return (*m_list)[m_at]; }
        Value *operator->() const { return &(*m_list)[m_at]; }
        Iterator &operator++() { ++m_at; return *this; }
        friend bool operator==(const Iterator &a, const Iterator &b) { return a.m_at == b.m_at; }

    private:
        List *m_list;
        qsizetype m_at;
    };

public:
    RowList() = default;
    RowList(std::initializer_list<Row> rows) { appendAll(rows); }
    RowList(const QList<Row> &rows) { appendAll(rows); }
    [[nodiscard]] qsizetype size() const { return m_rows.size(); }
    [[nodiscard]] bool isEmpty() const { return m_rows.isEmpty(); }
    [[nodiscard]] const Row &at(qsizetype index) const { return *m_rows.at(index); }
    [[nodiscard]] const Row &operator[](qsizetype index) const { return at(index); }
    [[nodiscard]] Row &operator[](qsizetype index);
    [[nodiscard]] const Row &first() const { return at(0); }
    [[nodiscard]] Row &first() { return (*this)[0]; }
    /// The row itself, to be kept.
    [[nodiscard]] RowPtr share(qsizetype index) const { return m_rows.at(index); }
    void append(Row row) { m_rows.append(std::make_shared<Row>(std::move(row))); }
    void replace(qsizetype index, Row row) { m_rows.replace(index, std::make_shared<Row>(std::move(row))); }
    /// The last row takes the place of this one.
    void removeUnordered(qsizetype index);
    [[nodiscard]] auto begin() const { return Iterator<const RowList, const Row>(this, 0); }
    [[nodiscard]] auto end() const { return Iterator<const RowList, const Row>(this, size()); }
    [[nodiscard]] auto begin() { return Iterator<RowList, Row>(this, 0); }
    [[nodiscard]] auto end() { return Iterator<RowList, Row>(this, size()); }

private:
    template <typename Rows>
    void appendAll(const Rows &rows)
    {
        m_rows.reserve(qsizetype(rows.size()));
        for (const Row &row : rows)
            append(row);
    }
    QList<std::shared_ptr<Row>> m_rows;
};

/// What one batch of a watch brings, plain values (architecture.md "The way of the data").
struct RowBatch {
    enum class Sync : quint8 {
        Running,      ///< changes on top of what is there
        Provisional,  ///< rows of a first synchronisation, not complete
        Complete      ///< after applying this batch the list is complete; `replace` says rows not seen are gone
    };
    Sync sync = Sync::Running;
    bool replace = false;               ///< Complete of a later synchronisation: uids not among `upserts` are gone
    RowList upserts;
    QList<QString> removedUids;
    QString resourceVersion;            ///< of the list or the last event or bookmark
    QDateTime asOf;                     ///< UTC
    qsizetype bytes = 0;                ///< plain size of the events, for figures
};

}

Q_DECLARE_TYPEINFO(qd::network::Row, Q_RELOCATABLE_TYPE);
