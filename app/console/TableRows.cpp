// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/TableRows.h"

#include "models/core/Async.h"
#include "models/core/Json.h"

#include <QJsonArray>
#include <QTimer>

#include <algorithm>

namespace qd::console {

using namespace Qt::StringLiterals;
using network::Cell;
using network::CellType;

namespace {

constexpr int kFew = 4;             ///< rows asked for one by one
constexpr int kAllEveryMs = 1000;   ///< not more often than this

/// "CLUSTER-IP" is clusterIp, "Last Seen" lastSeen, "READY" ready, "readyReplicas" stays.
QString lowerCamel(const QString &title)
{
    QString out;
    QString word;
    const auto take = [&out, &word] {
        if (word.isEmpty())
            return;
        if (word == word.toUpper())
            word = word.toLower();
        word[0] = out.isEmpty() ? word.at(0).toLower() : word.at(0).toUpper();
        out += std::exchange(word, {});
    };
    for (const QChar c : title) {
        if (c.isLetterOrNumber())
            word += c;
        else
            take();
    }
    take();
    return out;
}

CellType typeOf(const QString &word)
{
    if (word == "integer"_L1)
        return CellType::Integer;
    if (word == "number"_L1)
        return CellType::Number;
    return word == "boolean"_L1 ? CellType::Boolean : CellType::Text;
}

Cell cellOf(const QJsonValue &value, CellType type)
{
    Cell cell;
    if (value.isNull() || value.isUndefined())
        return cell;
    if (value.isBool()) {
        cell.is = Cell::Is::Boolean;
        cell.integer = value.toBool() ? 1 : 0;
    } else if (value.isDouble() && type == CellType::Integer) {
        cell.is = Cell::Is::Integer;
        cell.integer = value.toInteger();
    } else if (value.isDouble()) {
        cell.is = Cell::Is::Number;
        cell.number = value.toDouble();
    } else {
        cell.is = Cell::Is::Text;
        cell.text = value.isString() ? value.toString() : QString::fromUtf8(json::compact(value));
    }
    return cell;
}

}

TableRows::TableRows(std::shared_ptr<ports::ResourceGateway> gateway, Scope scope, QList<network::Column> columns)
    : m_gateway(std::move(gateway))
    , m_scope(std::move(scope))
    , m_columns(std::move(columns))
{
}

QList<network::Column> TableRows::columnsOf(const QJsonObject &table)
{
    QList<network::Column> out;
    const QJsonArray definitions = table.value("columnDefinitions"_L1).toArray();
    for (const QJsonValue &definition : definitions) {
        network::Column column;
        column.title = definition["name"_L1].toString();
        column.id = lowerCamel(column.title);
        column.type = typeOf(definition["type"_L1].toString());
        column.optional = definition["priority"_L1].toInt() > 0;
        if (column.id.isEmpty() || column.id == "name"_L1 || column.id == "namespace"_L1)
            continue;
        if (column.id == "age"_L1) {
            column.title = u"Created"_s;
            column.type = CellType::Time;
        }
        // A row has its own members of these names.
        if (column.id == "state"_L1 || column.id == "network"_L1)
            column.id = u"column"_s + column.id.at(0).toUpper() + column.id.sliced(1);
        const QString id = column.id;
        for (int n = 2; std::any_of(out.begin(), out.end(), [&column](const auto &other) { return other.id == column.id; }); ++n)
            column.id = id + QString::number(n);
        out.append(column);
    }
    return out;
}

void TableRows::know(const QJsonObject &table)
{
    const QJsonArray definitions = table.value("columnDefinitions"_L1).toArray();
    QList<qsizetype> places;   // in the Table, of each of our columns
    for (const network::Column &column : m_columns) {
        const auto it = std::find_if(definitions.begin(), definitions.end(),
                                     [&column](const QJsonValue &d) { return d["name"_L1].toString() == column.title; });
        places.append(it == definitions.end() ? -1 : it - definitions.begin());
    }
    const QJsonArray rows = table.value("rows"_L1).toArray();
    for (const QJsonValue &row : rows) {
        const QJsonObject metadata = row["object"_L1]["metadata"_L1].toObject();
        const QJsonArray values = row["cells"_L1].toArray();
        Known known{metadata.value("resourceVersion"_L1).toString(), {}};
        for (qsizetype i = 0; i < m_columns.size(); ++i)
            known.cells.append(places.at(i) < 0 ? Cell() : cellOf(values.at(places.at(i)), m_columns.at(i).type));
        m_known.insert(metadata.value("uid"_L1).toString(), known);
    }
}

void TableRows::add(const network::RowBatch &batch)
{
    m_waiting.append(batch);
    pump();
}

void TableRows::pump()
{
    if (m_open > 0 || m_scheduled || m_waiting.isEmpty())
        return;
    QList<const network::Row *> missing;
    for (const network::RowBatch &batch : std::as_const(m_waiting)) {
        for (const network::Row &row : batch.upserts) {
            if (m_known.value(row.uid).version != row.resourceVersion)
                missing.append(&row);
        }
    }
    const bool all = missing.size() > kFew || (!m_singly && !missing.isEmpty());
    if (all && m_sinceAll.isValid() && m_sinceAll.elapsed() < kAllEveryMs) {
        m_scheduled = true;
        QTimer::singleShot(kAllEveryMs - int(m_sinceAll.elapsed()), this, [this] {
            m_scheduled = false;
            pump();
        });
        return;
    }
    m_asked = m_waiting;
    m_problem.clear();
    if (all) {
        m_sinceAll.start();
        ports::ListQuery query;
        query.ns = m_scope.ns;
        query.labelSelector = m_scope.labelSelector;
        ask(query, false);
    } else {
        for (const network::Row *row : std::as_const(missing)) {
            ports::ListQuery query;
            query.ns = row->ns;
            query.fieldSelector = u"metadata.name="_s + row->name;
            ask(query, true);
        }
    }
    m_waiting.clear();
    if (m_open == 0)
        emitAll();
}

void TableRows::ask(const ports::ListQuery &query, bool one)
{
    ++m_open;
    whenFinished(m_gateway->table(m_scope.gvr, query), this,
                 [this, one](const Result<QJsonObject> &table) { answered(table, one); });
}

void TableRows::answered(const Result<QJsonObject> &table, bool one)
{
    if (table) {
        know(*table);
    } else if (one && table.error().kind == ErrorKind::Invalid) {
        m_singly = false;
    } else {
        m_problem = table.error().message;
        Q_EMIT refused(table.error());
    }
    if (--m_open > 0)
        return;
    if (!one || m_singly)
        return emitAll();
    // Once more, as a whole.
    m_waiting = std::exchange(m_asked, {}) + m_waiting;
    pump();
}

void TableRows::emitAll()
{
    QList<network::RowBatch> batches = std::exchange(m_asked, {});
    for (network::RowBatch &batch : batches) {
        for (network::Row &row : batch.upserts)
            fill(row);
    }
    // What a first list still waits for is kept, the rest is asked for when it changes.
    const bool more = std::any_of(batches.begin(), batches.end(), [](const network::RowBatch &batch) {
        return batch.sync == network::RowBatch::Sync::Provisional;
    });
    if (!more)
        m_known.clear();
    for (const network::RowBatch &batch : std::as_const(batches))
        Q_EMIT ready(batch);
    pump();
}

void TableRows::fill(network::Row &row) const
{
    const auto known = m_known.constFind(row.uid);
    if (known != m_known.constEnd()) {
        row.cells = known->cells;
    } else {
        // Gone by now, or not answered.
        row.cells.resize(m_columns.size());
        for (qsizetype i = 0; i < m_columns.size() && !m_problem.isEmpty(); ++i)
            row.cells[i] = Cell{Cell::Is::Unknown, m_problem};
    }
    for (qsizetype i = 0; i < m_columns.size(); ++i) {
        const QString &id = m_columns.at(i).id;
        if (id == "age"_L1) {
            Cell created;
            created.is = row.created > 0 ? Cell::Is::Integer : Cell::Is::Absent;
            created.integer = row.created;
            row.cells[i] = created;
        } else if (id == "phase"_L1 && row.phase.isEmpty()) {
            row.phase = row.cells.at(i).text;
        }
    }
}

}
