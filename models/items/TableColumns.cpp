// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/TableColumns.h"

#include <QCoreApplication>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::CellType;
using network::Source;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("TableColumns", text);
}

QList<TableColumn> implicitColumns()
{
    return {
        {u"name"_s, tr("Name"), CellType::Text, Source::Metadata, false, 26},
        {u"phase"_s, tr("Phase"), CellType::Text, Source::Reported, false, 13},
        {u"network"_s, tr("Network"), CellType::Text, Source::Declared, true, 12},
        {u"kind"_s, tr("Kind"), CellType::Text, Source::Metadata, true, 14},
        {u"namespace"_s, tr("Namespace"), CellType::Text, Source::Metadata, true, 16},
        {u"cluster"_s, tr("Cluster"), CellType::Text, Source::Metadata, true, 14},
        {u"age"_s, tr("Age"), CellType::Time, Source::Metadata, false, 6},
    };
}

int place(const TableColumn &column)
{
    static const QStringList known{u"name"_s, u"phase"_s, u"version"_s, u"parties"_s, u"balance"_s, u"traffic"_s,
                                   u"components"_s, u"backup"_s};
    if (column.optional)
        return 1000;
    if (column.id == "age"_L1)
        return 900;
    const qsizetype at = known.indexOf(column.id);
    return at < 0 ? 500 : int(at);
}

}

QList<TableColumn> unionOfColumns(const QList<const network::KindInfo *> &kinds)
{
    QList<TableColumn> out = implicitColumns();
    const qsizetype own = out.size();
    for (const network::KindInfo *kind : kinds) {
        for (const network::Column &column : kind->columns) {
            const auto same = std::find_if(out.begin(), out.end(), [&](const TableColumn &c) { return c.id == column.id; });
            if (same == out.end())
                out.append({column.id, column.title, column.type, column.source, column.optional, column.width, column.end});
            else if (same - out.begin() >= own)
                same->optional = same->optional && column.optional;
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const TableColumn &a, const TableColumn &b) { return place(a) < place(b); });
    return out;
}

QList<int> columnMap(const QList<TableColumn> &table, const network::KindInfo &kind)
{
    QList<int> out;
    const QList<TableColumn> own = implicitColumns();
    for (const TableColumn &column : table) {
        const bool implicit = std::any_of(own.begin(), own.end(), [&](const TableColumn &c) { return c.id == column.id; });
        int index = -1;
        for (qsizetype i = 0; !implicit && i < kind.columns.size(); ++i) {
            if (kind.columns.at(i).id == column.id)
                index = int(i);
        }
        out.append(index);
    }
    return out;
}

}
