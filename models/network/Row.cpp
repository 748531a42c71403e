// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/network/Row.h"

#include "models/core/Format.h"

#include <algorithm>

namespace qd::network {

using namespace Qt::StringLiterals;

bool Cell::equals(const Cell &other) const
{
    if (is != other.is || text != other.text || whole != other.whole)
        return false;
    return is == Is::Number ? number == other.number : integer == other.integer;
}

QJsonValue Cell::toJson(CellType type) const
{
    switch (is) {
    case Is::Absent:
    case Is::Unknown:
        return QJsonValue::Null;
    case Is::Text:
        return text;
    case Is::Integer:
        if (type == CellType::Time)
            return formatRfc3339(QDateTime::fromSecsSinceEpoch(integer, Qt::UTC));
        return type == CellType::List ? QJsonValue(text) : QJsonValue(integer);
    case Is::Number:
        return type == CellType::Quantity ? QJsonValue(text) : QJsonValue(number);
    case Is::Boolean:
        return integer != 0;
    case Is::Ratio:
        return u"%1/%2"_s.arg(integer).arg(whole);
    }
    return QJsonValue::Null;
}

int Cell::compare(const Cell &a, const Cell &b)
{
    const auto rank = [](const Cell &c) { return c.is == Is::Absent ? 2 : c.is == Is::Unknown ? 1 : 0; };
    if (rank(a) != rank(b))
        return rank(a) - rank(b);
    const auto value = [](const Cell &c) {
        if (c.is == Is::Ratio)
            return c.whole > 0 ? double(c.integer) / double(c.whole) : 0;
        return c.is == Is::Number ? c.number : double(c.integer);
    };
    if (a.is == Is::Text || b.is == Is::Text)
        return a.text.localeAwareCompare(b.text);
    const double x = value(a), y = value(b);
    return x < y ? -1 : x > y ? 1 : 0;
}

bool Row::sameFace(const Row &other) const
{
    return uid == other.uid && ns == other.ns && name == other.name && created == other.created
        && deleted == other.deleted && generation == other.generation && observedGeneration == other.observedGeneration
        && phase == other.phase && state == other.state && network == other.network
        && managedByGit == other.managedByGit && drift == other.drift && labels == other.labels && cells == other.cells;
}

void Row::shareTexts(const Row &old)
{
    for (QString Row::*text : {&Row::uid, &Row::ns, &Row::name, &Row::resourceVersion, &Row::phase, &Row::network, &Row::labels}) {
        if (this->*text == old.*text)
            this->*text = old.*text;
    }
    cells.shareTexts(old.cells);
}

Row &RowList::operator[](qsizetype index)
{
    std::shared_ptr<Row> &row = m_rows[index];
    if (row.use_count() > 1)
        row = std::make_shared<Row>(*row);
    return *row;
}

void RowList::removeUnordered(qsizetype index)
{
    if (index != size() - 1)
        m_rows[index] = m_rows.last();
    m_rows.removeLast();
}

QJsonObject rowToJson(const Row &row, const KindInfo &kind)
{
    QJsonObject out{{u"name"_s, row.name}, {u"namespace"_s, row.ns}, {u"phase"_s, row.phase},
                    {u"state"_s, stateId(row.state)}};
    out.insert("network"_L1, row.network.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(row.network));
    out.insert("age"_L1, row.created > 0 ? QJsonValue(formatRfc3339(QDateTime::fromSecsSinceEpoch(row.created, Qt::UTC)))
                                         : QJsonValue(QJsonValue::Null));
    const qsizetype count = std::min(row.cells.size(), kind.columns.size());
    for (qsizetype i = 0; i < count; ++i) {
        const QString &id = kind.columns.at(i).id;
        if (!out.contains(id))
            out.insert(id, row.cells.at(i).toJson(kind.columns.at(i).type));
    }
    return out;
}

}
