// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/Row.h"
#include "models/ports/ResourceGateway.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>

#include <memory>

namespace qd::console {

/// The server's own columns for a kind the kinds table does not know (meta.k8s.io/v1 Table, kubernetes.md 2.9). A watch brings
/// the rows and keeps them live; their cells are asked for with one LIST as a Table at a time: of the one object when few
/// changed, else of all, at most once a second. Rows leave in the order they came, each with what the server prints of it
/// then, which is never older than the row. Ages are not taken from the server (a text that is wrong a minute later): the
/// column "age" is the time of creation. Lives on one thread.
class TableRows : public QObject {
    Q_OBJECT
public:
    /// What of the kind is watched.
    struct Scope {
        Gvr gvr;
        QString ns;              ///< empty: all namespaces
        QString labelSelector;
    };
    TableRows(std::shared_ptr<ports::ResourceGateway> gateway, Scope scope, QList<network::Column> columns);

    /// The columns of a Table: ids in lowerCamelCase, titles as the server names them; name and namespace left out, as every
    /// row has them; those of a priority above 0 are optional.
    [[nodiscard]] static QList<network::Column> columnsOf(const QJsonObject &table);
    /// Rows whose version is the Table's need not be asked for again.
    void know(const QJsonObject &table);
    void add(const network::RowBatch &batch);

Q_SIGNALS:
    /// A batch of add(), its rows with cells.
    void ready(const network::RowBatch &batch);
    /// The server did not say what stands in the cells; the rows come with unknown ones.
    void refused(const Error &error);

private:
    struct Known {
        QString version;
        network::CellList cells;
    };
    void pump();
    void ask(const ports::ListQuery &query, bool one);
    void answered(const Result<QJsonObject> &table, bool one);
    void emitAll();
    void fill(network::Row &row) const;
    std::shared_ptr<ports::ResourceGateway> m_gateway;
    Scope m_scope;
    QList<network::Column> m_columns;
    QList<network::RowBatch> m_waiting;
    QList<network::RowBatch> m_asked;      ///< their cells are asked for
    QHash<QString, Known> m_known;         ///< by uid, until its row has left
    QString m_problem;                     ///< why cells are not known
    QElapsedTimer m_sinceAll;
    int m_open = 0;
    bool m_scheduled = false;
    bool m_singly = true;                  ///< false: the server does not select by name
};

}
