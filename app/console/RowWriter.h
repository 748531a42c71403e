// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/Row.h"

#include <QByteArray>
#include <QDateTime>
#include <QList>

namespace qd::console {

/// The lines of `watch` (commands.md): NDJSON written straight into a buffer (a document a row would cost as much as the
/// stream itself), or columns for people.
class RowWriter {
public:
    /// `several`: people see the cluster in a column of its own.
    RowWriter(const QString &cluster, const network::KindInfo &kind, bool json, bool several = false);
    /// Whose lines come next.
    void setCluster(const QString &cluster);
    /// The columns for people become wide enough for these rows; the first call writes the heading. JSON has neither.
    void measure(QByteArray &out, const network::RowList &rows);
    void row(QByteArray &out, const char *event, const network::Row &row, const QDateTime &asOf) const;
    void deleted(QByteArray &out, const QString &ns, const QString &name, const QString &uid, const QString &version,
                 const QDateTime &asOf) const;
    void synced(QByteArray &out, qsizetype count, const QString &version, const QDateTime &asOf) const;
    /// stale, fresh or error, with a sentence.
    void event(QByteArray &out, const char *event, const QDateTime &asOf, const QString &message) const;

private:
    void head(QByteArray &out, const char *event) const;
    void tableLine(QByteArray &out, QStringList cells) const;
    /// A foreign kind without a phase has no column for it.
    [[nodiscard]] bool hasPhase() const;
    [[nodiscard]] bool forPeople(const network::Column &column) const;
    [[nodiscard]] QStringList tableCells(const char *event, const network::Row &row) const;
    QByteArray m_clusterAndKind;      ///< ready to append: "kind":"…","cluster":"…"
    network::KindInfo m_kind;
    QList<QByteArray> m_keys;         ///< "version": for each column, ready to append; empty when implicit
    QList<qsizetype> m_widths;        ///< of the columns for people
    QString m_cluster;
    bool m_json;
    bool m_several;
};

/// Appends a JSON string with its quotes.
void appendJsonString(QByteArray &out, const QString &text);

}
