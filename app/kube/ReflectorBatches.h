// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/Row.h"

#include <QHash>

namespace qd::kube {

/// What a live list owes its store: keeps the rows of a synchronisation apart until it is whole, joins changes of one object,
/// and knows by uid who stands under a name (delete and recreate arrive as one replacement). No threads, no time.
class ReflectorBatches {
public:
    /// keepVersions: remember uid and version of everything, for the self-check.
    explicit ReflectorBatches(bool keepVersions) : m_keepVersions(keepVersions) { }
    /// A synchronisation begins (again). The first one shows its rows as they come; later ones, and the first one begun again
    /// after rows were shown, are collected and swapped.
    void beginSync();
    void upsert(network::Row row);
    void remove(const network::Row &row);
    void addBytes(qsizetype count) { m_pending.batch.bytes += count; }
    /// The list is whole; the next take() says Complete.
    void complete();
    [[nodiscard]] bool pending() const;
    /// The next batch is a whole list and must not wait.
    [[nodiscard]] bool urgent() const { return m_pending.batch.sync == network::RowBatch::Sync::Complete; }
    [[nodiscard]] network::RowBatch take();
    [[nodiscard]] bool syncedOnce() const { return m_syncedOnce; }
    /// uid to version; only with keepVersions.
    [[nodiscard]] const QHash<QString, QString> &versions() const { return m_versions; }

private:
    enum class Mode : quint8 { Provisional, Collect, Running };
    static quint64 nameKey(const network::Row &row);
    /// Rows handed in and not handed out; the index is made when an object comes twice, which initial events never do.
    struct Pile {
        network::RowBatch batch;
        QHash<QString, qsizetype> index;   ///< uid to place, of the first index.size() rows
        QHash<quint64, QString> names;     ///< hash of namespace and name to uid
        void put(network::Row &&row, bool known);
        void drop(const QString &uid);
        void catchUp();
    };

    bool m_keepVersions;
    Mode m_mode = Mode::Provisional;
    bool m_syncedOnce = false;
    bool m_shown = false;                    ///< rows of an unfinished synchronisation were handed out
    Pile m_pending;
    Pile m_collected;
    QHash<QString, QString> m_versions;
};

}
