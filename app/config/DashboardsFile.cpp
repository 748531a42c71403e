// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config/Dashboards.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace qd::config {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kMostBytes = 1 << 20;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qd::config::Dashboards)
};

template <typename Value>
void put(QJsonObject &out, const QString &key, const Value &value, const Value &usual)
{
    if (value != usual)
        out.insert(key, value);
}

void take(const QString &path, bool own, const ports::YamlCodec &codec, DashboardList &out)
{
    const Result<QByteArray> text = dashboardText(path);
    Result<network::Dashboard> read = text ? readDashboard(*text, path, codec, &out.warnings) : Result<network::Dashboard>(text.error());
    if (!read) {
        out.errors.append(read.error());
        return;
    }
    read->own = own;
    const auto same = std::find_if(out.dashboards.begin(), out.dashboards.end(),
                                   [&read](const network::Dashboard &other) { return other.id == read->id; });
    if (same == out.dashboards.end())
        out.dashboards.append(*read);
    else if (same->own == own)
        out.errors.append({ErrorKind::Invalid, Text::tr("%1: the id \"%2\" is taken by %3.").arg(path, read->id, same->path)});
    else
        *same = *read;
}

QStringList filesOf(const QString &folder)
{
    const QDir dir(folder);
    QStringList out;
    const QStringList names = dir.entryList({u"*.yaml"_s, u"*.yml"_s}, QDir::Files, QDir::Name);
    for (const QString &name : names)
        out.append(dir.filePath(name));
    return out;
}

}

Result<QByteArray> dashboardText(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorKind::Storage, Text::tr("%1 could not be read: %2.").arg(path, file.errorString()), Text::tr("See to the file, then read the dashboards again.")};
    QByteArray out = file.read(kMostBytes + 1);
    if (out.size() > kMostBytes)
        return Error{ErrorKind::Invalid, Text::tr("%1 is larger than 1 MiB; a dashboard is not.").arg(path)};
    return out;
}

Result<network::Dashboard> readDashboard(const QByteArray &text, const QString &path, const ports::YamlCodec &codec, QStringList *warnings)
{
    const Result<ports::YamlDocument> document = codec.parse(text);
    if (!document) {
        Error out = document.error();
        out.message = u"%1: %2"_s.arg(path, out.message);
        return out;
    }
    const CheckedDashboard checked = checkDashboard(*document, path);
    if (warnings) {
        for (const FileProblem &problem : checked.warnings)
            warnings->append(problemText(path, problem));
    }
    if (checked.errors.isEmpty())
        return checked.dashboard;
    Error out{ErrorKind::Invalid, {}, Text::tr("Correct the file and reload the dashboards.")};
    QStringList lines;
    for (const FileProblem &problem : checked.errors) {
        lines.append(problemText(path, problem));
        out.causes.append({problem.field, u"FieldValueInvalid"_s, lines.last()});
    }
    out.message = lines.join(u'\n');
    return out;
}

QJsonObject panelJson(const network::Panel &panel)
{
    QJsonObject out{{u"id"_s, panel.id}, {u"title"_s, panel.title}};
    put(out, u"note"_s, panel.note, QString());
    put(out, u"unit"_s, panel.unit, QString());
    put(out, u"decimals"_s, panel.decimals, -1);
    put(out, u"span"_s, panel.span, 4);
    if (panel.legend != (panel.span == 12 ? network::LegendSide::Right : network::LegendSide::Below))
        out.insert(u"legend"_s, panel.legend == network::LegendSide::Right ? u"right"_s : panel.legend == network::LegendSide::None ? u"none"_s : u"below"_s);
    put(out, u"fromZero"_s, panel.fromZero, true);
    put(out, u"log"_s, panel.logarithmic, false);
    if (panel.softMin)
        out.insert(u"min"_s, *panel.softMin);
    if (panel.softMax)
        out.insert(u"max"_s, *panel.softMax);
    QJsonObject words;
    for (auto it = panel.words.cbegin(); it != panel.words.cend(); ++it)
        words.insert(QString::number(it.key(), 'g', 17), it.value());
    put(out, u"words"_s, words, QJsonObject());
    QJsonArray queries, thresholds;
    for (const network::PanelQuery &query : panel.queries) {
        QJsonObject one{{u"expr"_s, query.expr}};
        put(one, u"legend"_s, query.legend, QString());
        queries.append(one);
    }
    out.insert(u"queries"_s, queries);
    for (const network::PanelThreshold &threshold : panel.thresholds) {
        QJsonObject one{{u"value"_s, threshold.value}, {u"words"_s, threshold.words}};
        if (!threshold.critical)
            one.insert(u"level"_s, u"warning"_s);
        thresholds.append(one);
    }
    put(out, u"thresholds"_s, thresholds, QJsonArray());
    put(out, u"metrics"_s, QJsonArray::fromStringList(panel.metrics), QJsonArray());
    put(out, u"alerts"_s, QJsonArray::fromStringList(panel.alerts), QJsonArray());
    return out;
}

QJsonObject dashboardJson(const network::Dashboard &dashboard)
{
    QJsonObject out{{u"schema"_s, 1}, {u"id"_s, dashboard.id}, {u"title"_s, dashboard.title}};
    put(out, u"tab"_s, dashboard.tab, dashboard.title);
    put(out, u"order"_s, dashboard.order, 1000);
    put(out, u"first"_s, dashboard.first, false);
    QJsonArray variables, rows;
    for (const network::DashboardVariable &variable : dashboard.variables) {
        QJsonObject one{{u"name"_s, variable.name}};
        put(one, u"title"_s, variable.title, variable.name);
        put(one, u"of"_s, variable.of, QString());
        put(one, u"label"_s, variable.label, QString());
        put(one, u"match"_s, variable.match, QString());
        put(one, u"values"_s, QJsonArray::fromStringList(variable.values), QJsonArray());
        put(one, u"multiple"_s, variable.multiple, true);
        put(one, u"first"_s, variable.first, QString());
        variables.append(one);
    }
    put(out, u"variables"_s, variables, QJsonArray());
    for (const network::PanelRow &row : dashboard.rows) {
        QJsonObject one;
        put(one, u"title"_s, row.title, QString());
        QJsonArray panels;
        for (const network::Panel &panel : row.panels)
            panels.append(panelJson(panel));
        one.insert(u"panels"_s, panels);
        rows.append(one);
    }
    out.insert(u"rows"_s, rows);
    return out;
}

DashboardList readDashboards(const QString &folder, const ports::YamlCodec &codec)
{
    DashboardList out;
    const QStringList shipped = filesOf(u":/dashboards"_s);
    for (const QString &path : shipped)
        take(path, false, codec, out);
    const QStringList own = folder.isEmpty() ? QStringList() : filesOf(folder);
    for (const QString &path : own)
        take(path, true, codec, out);
    std::stable_sort(out.dashboards.begin(), out.dashboards.end(), [](const network::Dashboard &a, const network::Dashboard &b) {
        return std::pair(a.order, a.title) < std::pair(b.order, b.title);
    });
    return out;
}

}
