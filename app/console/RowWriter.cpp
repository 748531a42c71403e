// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/RowWriter.h"

#include "models/core/Format.h"
#include "models/core/Json.h"

#include <QCoreApplication>

#include <algorithm>

namespace qd::console {

using namespace Qt::StringLiterals;
using network::Cell;
using network::CellType;

namespace {

void member(QByteArray &out, const char *key, const QString &text)
{
    out += ",\"";
    out += key;
    out += "\":";
    appendJsonString(out, text);
}

void appendCell(QByteArray &out, const Cell &cell, CellType type)
{
    switch (cell.is) {
    case Cell::Is::Absent:
    case Cell::Is::Unknown: out += "null"; return;
    case Cell::Is::Text: appendJsonString(out, cell.text); return;
    case Cell::Is::Boolean: out += cell.integer != 0 ? "true" : "false"; return;
    default: out += json::compact(cell.toJson(type)); return;
    }
}

QByteArray stamp(const QDateTime &utc)
{
    return formatRfc3339(utc).toLatin1();
}

/// For people: two decimals at most, none that say nothing.
QString decimals(double value)
{
    QString text = QString::number(value, 'f', 2);
    while (text.endsWith(u'0') && text.contains(u'.'))
        text.chop(1);
    if (text.endsWith(u'.'))
        text.chop(1);
    return text == "-0"_L1 ? u"0"_s : text;
}

const QStringList kImplicitColumns{u"name"_s, u"namespace"_s, u"phase"_s, u"state"_s, u"network"_s, u"age"_s};

}

void appendJsonString(QByteArray &out, const QString &text)
{
    static constexpr char kHex[] = "0123456789abcdef";
    const QByteArray utf8 = text.toUtf8();
    out += '"';
    for (const char c : utf8) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) >= 0x20) {
            out += c;
        } else {
            out += "\\u00";
            out += kHex[(c >> 4) & 0xf];
            out += kHex[c & 0xf];
        }
    }
    out += '"';
}

RowWriter::RowWriter(const QString &cluster, const network::KindInfo &kind, bool json, bool several)
    : m_kind(kind)
    , m_json(json)
    , m_several(several)
{
    setCluster(cluster);
    for (const network::Column &column : kind.columns) {
        QByteArray key;
        if (!kImplicitColumns.contains(column.id)) {
            key = ",";
            appendJsonString(key, column.id);
            key += ':';
        }
        m_keys.append(key);
    }
}

void RowWriter::setCluster(const QString &cluster)
{
    m_cluster = cluster;
    m_clusterAndKind.clear();
    member(m_clusterAndKind, "kind", m_kind.kind);
    member(m_clusterAndKind, "cluster", cluster);
}

void RowWriter::head(QByteArray &out, const char *event) const
{
    out += "{\"event\":\"";
    out += event;
    out += '"';
    out += m_clusterAndKind;
}

void RowWriter::row(QByteArray &out, const char *event, const network::Row &row, const QDateTime &asOf) const
{
    if (!m_json)
        return tableLine(out, tableCells(event, row));
    head(out, event);
    member(out, "namespace", row.ns);
    member(out, "name", row.name);
    member(out, "uid", row.uid);
    member(out, "resourceVersion", row.resourceVersion);
    out += ",\"row\":{\"name\":";
    appendJsonString(out, row.name);
    member(out, "namespace", row.ns);
    member(out, "phase", row.phase);
    member(out, "state", network::stateId(row.state));
    out += ",\"network\":";
    if (row.network.isEmpty())
        out += "null";
    else
        appendJsonString(out, row.network);
    out += ",\"age\":";
    if (row.created > 0)
        out += '"' + stamp(QDateTime::fromSecsSinceEpoch(row.created, Qt::UTC)) + '"';
    else
        out += "null";
    for (qsizetype i = 0; i < std::min(row.cells.size(), m_keys.size()); ++i) {
        if (m_keys.at(i).isEmpty())
            continue;
        out += m_keys.at(i);
        appendCell(out, row.cells.at(i), m_kind.columns.at(i).type);
    }
    out += "},\"asOf\":\"" + stamp(asOf) + "\"}\n";
}

void RowWriter::measure(QByteArray &out, const network::RowList &rows)
{
    if (m_json)
        return;
    const bool first = m_widths.isEmpty();
    QStringList heading{u"EVENT"_s, m_kind.namespaced ? u"NAMESPACE/NAME"_s : u"NAME"_s};
    if (hasPhase())
        heading.append(u"PHASE"_s);
    for (const network::Column &column : m_kind.columns) {
        if (forPeople(column))
            heading.append(column.title.toUpper());
    }
    m_widths.resize(heading.size() + (m_several ? 1 : 0));
    const auto widen = [this](QStringList cells) {
        if (m_several)
            cells.prepend(m_cluster);
        for (qsizetype i = 0; i < std::min(cells.size(), m_widths.size()); ++i)
            m_widths[i] = std::max(m_widths.at(i), cells.at(i).size());
    };
    // Wide enough for most from the first line on; what streams in later may widen them.
    widen({u"modified"_s, QString(36, u' '), QString(hasPhase() ? 13 : 0, u' ')});
    widen(heading);
    if (m_several)
        m_widths[0] = std::max(m_widths.first(), qsizetype(16));
    for (const network::Row &row : rows)
        widen(tableCells("", row));
    if (!first)
        return;
    const QString cluster = std::exchange(m_cluster, u"CLUSTER"_s);
    tableLine(out, heading);
    m_cluster = cluster;
}

bool RowWriter::hasPhase() const
{
    return m_kind.own || !m_kind.phasePointer.isEmpty();
}

bool RowWriter::forPeople(const network::Column &column) const
{
    if (column.optional)
        return false;
    return !kImplicitColumns.contains(column.id) || column.id == "age"_L1 || (column.id == "phase"_L1 && !hasPhase());
}

QStringList RowWriter::tableCells(const char *event, const network::Row &row) const
{
    QStringList cells{QString::fromLatin1(event), row.ns.isEmpty() ? row.name : QString(row.ns + u'/' + row.name)};
    if (hasPhase())
        cells.append(row.phase.isEmpty() ? u"unknown"_s : row.phase);
    for (qsizetype i = 0; i < std::min(row.cells.size(), m_kind.columns.size()); ++i) {
        const network::Column &column = m_kind.columns.at(i);
        if (!forPeople(column))
            continue;
        const QJsonValue value = row.cells.at(i).toJson(column.type);
        const bool unknown = row.cells.at(i).is == Cell::Is::Unknown;
        cells.append(unknown ? u"unknown"_s : value.isNull() ? u"-"_s : value.isDouble() ? decimals(value.toDouble()) : value.toVariant().toString());
    }
    return cells;
}

void RowWriter::tableLine(QByteArray &out, QStringList cells) const
{
    if (m_several)
        cells.prepend(m_cluster);
    QString line;
    for (qsizetype i = 0; i < cells.size(); ++i)
        line += i + 1 < cells.size() ? QString(cells.at(i).leftJustified(m_widths.value(i)) + u"  "_s) : cells.at(i);
    out += line.trimmed().toUtf8() + '\n';
}

void RowWriter::deleted(QByteArray &out, const QString &ns, const QString &name, const QString &uid, const QString &version,
                        const QDateTime &asOf) const
{
    if (!m_json) {
        tableLine(out, {u"deleted"_s, ns.isEmpty() ? name : QString(ns + u'/' + name)});
        return;
    }
    head(out, "deleted");
    member(out, "namespace", ns);
    member(out, "name", name);
    member(out, "uid", uid);
    member(out, "resourceVersion", version);
    out += ",\"row\":{},\"asOf\":\"" + stamp(asOf) + "\"}\n";
}

void RowWriter::synced(QByteArray &out, qsizetype count, const QString &version, const QDateTime &asOf) const
{
    if (!m_json) {
        tableLine(out, {u"synced"_s, QCoreApplication::translate("RowWriter", "%n object(s) at version %1", nullptr, int(count)).arg(version)});
        return;
    }
    head(out, "synced");
    out += ",\"count\":" + QByteArray::number(count);
    member(out, "resourceVersion", version);
    out += ",\"asOf\":\"" + stamp(asOf) + "\"}\n";
}

void RowWriter::event(QByteArray &out, const char *event, const QDateTime &asOf, const QString &message) const
{
    if (!m_json) {
        tableLine(out, {QString::fromLatin1(event), QString(formatRfc3339(asOf) + u' ' + message)});
        return;
    }
    head(out, event);
    if (!message.isEmpty())
        member(out, "message", message);
    out += ",\"asOf\":\"" + stamp(asOf) + "\"}\n";
}

}
