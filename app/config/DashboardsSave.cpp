// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config/Dashboards.h"
#include "app/config/YamlEdit.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QSaveFile>

#include <algorithm>
#include <functional>

namespace qd::config {

using namespace Qt::StringLiterals;

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qd::config::Dashboards)
};

const QStringList &keyOrder()
{
    static const QStringList keys{u"schema"_s, u"id"_s, u"title"_s, u"tab"_s, u"order"_s, u"first"_s, u"variables"_s, u"rows"_s, u"panels"_s, u"note"_s,
                                  u"unit"_s, u"decimals"_s, u"span"_s, u"legend"_s, u"fromZero"_s, u"log"_s, u"min"_s, u"max"_s, u"words"_s,
                                  u"queries"_s, u"expr"_s, u"thresholds"_s, u"value"_s, u"level"_s, u"metrics"_s, u"alerts"_s};
    return keys;
}

Error notWritten(const QString &path, const QString &why)
{
    return {ErrorKind::Storage, Text::tr("%1 could not be written: %2.").arg(path, why),
            Text::tr("What was there is unchanged. See to the space and the rights of %1, then save again.").arg(QFileInfo(path).path())};
}

Result<QString> write(const QString &path, const QByteArray &text)
{
    if (!QDir().mkpath(QFileInfo(path).path()))
        return notWritten(path, Text::tr("its folder cannot be made"));
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return notWritten(path, file.errorString());
    file.write(text);
    if (!file.commit())
        return notWritten(path, file.errorString());
    return path;
}

/// A file's rows with one panel other than it is. Null: it cannot be.
using RowsEdit = std::function<QJsonValue(QJsonArray)>;

/// The panel's place in rows: which row, which of its panels; -1: it is not there.
std::pair<qsizetype, qsizetype> placeOf(const QJsonArray &rows, const QString &panel)
{
    for (qsizetype r = 0; r < rows.size(); ++r) {
        const QJsonArray panels = rows.at(r).toObject().value("panels"_L1).toArray();
        for (qsizetype p = 0; p < panels.size(); ++p) {
            if (panels.at(p).toObject().value("id"_L1).toString() == panel)
                return {r, p};
        }
    }
    return {-1, -1};
}

QJsonArray panelsOf(const QJsonArray &rows, qsizetype row)
{
    return rows.at(row).toObject().value("panels"_L1).toArray();
}

void setPanels(QJsonArray &rows, qsizetype row, const QJsonArray &panels)
{
    QJsonObject changed = rows.at(row).toObject();
    changed.insert("panels"_L1, panels);
    rows.replace(row, changed);
}

/// What became another is put in; what did not, and what the program does not know, stays as the file has it.
QJsonObject merged(QJsonObject file, const QJsonObject &before, const QJsonObject &after)
{
    const QStringList keys = before.keys() + after.keys();
    for (const QString &key : keys) {
        if (before.value(key) == after.value(key))
            continue;
        if (after.contains(key))
            file.insert(key, after.value(key));
        else
            file.remove(key);
    }
    return file;
}

/// The same of a list of such: an item that moved is known by what it says.
QJsonArray mergedList(const QJsonArray &file, const QJsonArray &before, const QJsonArray &after)
{
    QJsonArray out;
    for (qsizetype i = 0; i < after.size(); ++i) {
        qsizetype at = i < before.size() && before.at(i) == after.at(i) ? i : 0;
        while (at < before.size() && before.at(at) != after.at(i))
            ++at;
        if (at < std::min(before.size(), file.size()))
            out.append(file.at(at));
        else if (i < std::min(before.size(), file.size()))
            out.append(merged(file.at(i).toObject(), before.at(i).toObject(), after.at(i).toObject()));
        else
            out.append(after.at(i));
    }
    return out;
}

QJsonObject mergedPanel(const QJsonObject &file, const network::Panel &was, const network::Panel &panel)
{
    const QJsonObject before = panelJson(was), after = panelJson(panel);
    QJsonObject out = merged(file, before, after);
    for (const QString &key : {u"queries"_s, u"thresholds"_s}) {
        if (const QJsonArray list = after.value(key).toArray(); !list.isEmpty())
            out.insert(key, mergedList(file.value(key).toArray(), before.value(key).toArray(), list));
    }
    // Where a legend stands that is not told hangs on the width.
    if (was.span != panel.span) {
        out.remove(u"legend"_s);
        if (after.contains("legend"_L1))
            out.insert(u"legend"_s, after.value("legend"_L1));
    }
    return out;
}

/// This panel in its place.
QJsonValue withPanel(QJsonArray rows, const network::Panel &was, const network::Panel &panel)
{
    const std::pair<qsizetype, qsizetype> at = placeOf(rows, panel.id);
    if (at.first < 0)
        return {};
    QJsonArray panels = panelsOf(rows, at.first);
    panels.replace(at.second, mergedPanel(panels.at(at.second).toObject(), was, panel));
    setPanels(rows, at.first, panels);
    return rows;
}

/// As the last one of the last row.
QJsonValue withNewPanel(QJsonArray rows, const network::Panel &panel)
{
    if (placeOf(rows, panel.id).first >= 0)
        return {};
    if (rows.isEmpty())
        rows.append(QJsonObject{{u"panels"_s, QJsonArray()}});
    QJsonArray panels = panelsOf(rows, rows.size() - 1);
    panels.append(panelJson(panel));
    setPanels(rows, rows.size() - 1, panels);
    return rows;
}

/// A row that has none left goes with it.
QJsonValue withoutPanel(QJsonArray rows, const QString &panel)
{
    const std::pair<qsizetype, qsizetype> at = placeOf(rows, panel);
    if (at.first < 0)
        return {};
    QJsonArray panels = panelsOf(rows, at.first);
    panels.removeAt(at.second);
    if (panels.isEmpty())
        rows.removeAt(at.first);
    else
        setPanels(rows, at.first, panels);
    return rows;
}

Error gone(const network::Dashboard &dashboard, const QString &why)
{
    return {ErrorKind::Conflict, QString(dashboard.path + u' ' + why), Text::tr("Read the dashboards again.")};
}

/// A change of one panel, and why it cannot be done where `rows` says so.
struct Change {
    QString panel;
    RowsEdit rows;
    QString otherwise;
};

/// Done in the file of the dashboard, where everything else stays as it is written.
Result<QString> changeFile(const network::Dashboard &dashboard, const Change &change, const ports::YamlCodec &codec)
{
    const Result<QByteArray> text = dashboardText(dashboard.path);
    if (!text)
        return text.error();
    const Result<network::Dashboard> there = readDashboard(*text, dashboard.path, codec);
    if (!there)
        return there.error();
    // What somebody else wrote since it was read is not written over.
    const network::Panel *now = there->panel(change.panel), *before = dashboard.panel(change.panel);
    if (there->id != dashboard.id)
        return gone(dashboard, Text::tr("is the dashboard \"%1\" by now.").arg(there->id));
    if (now && before && *now != *before)
        return gone(dashboard, Text::tr("says something else of the panel \"%1\" than when it was read.").arg(change.panel));
    const Result<ports::YamlDocument> document = codec.parse(*text);
    if (!document)
        return document.error();
    QJsonObject root = document->value.toObject();
    const QJsonValue rows = change.rows(root.value("rows"_L1).toArray());
    if (rows.isNull())
        return gone(dashboard, change.otherwise);
    root.insert("rows"_L1, rows);
    const Result<QByteArray> changed = editYaml(*text, root, keyOrder(), codec);
    if (!changed)
        return changed.error();
    if (const Result<network::Dashboard> checked = readDashboard(*changed, dashboard.path, codec); !checked)
        return checked.error();
    if (const Result<QByteArray> again = dashboardText(dashboard.path); !again || *again != *text)
        return gone(dashboard, Text::tr("was changed by another program just now."));
    return write(dashboard.path, *changed);
}

/// A whole file, as it would be changed later.
Result<QString> writeWhole(const QString &path, const QJsonObject &root, const ports::YamlCodec &codec)
{
    const Result<QByteArray> text = editYaml({}, root, keyOrder(), codec);
    if (!text)
        return text.error();
    if (const Result<network::Dashboard> checked = readDashboard(*text, path, codec); !checked)
        return checked.error();
    return write(path, *text);
}

/// Done in a copy of the shipped dashboard.
Result<QString> changeCopy(const QString &folder, const network::Dashboard &dashboard, const Change &change, const ports::YamlCodec &codec)
{
    const QString path = QDir(folder).filePath(dashboard.id + u".yaml"_s);
    if (QFileInfo::exists(path))
        return Error{ErrorKind::Conflict, Text::tr("%1 is there already and is no dashboard \"%2\" that can be read.").arg(path, dashboard.id),
                     Text::tr("Correct it, or give it another name; then save again.")};
    QJsonObject root = dashboardJson(dashboard);
    const QJsonValue rows = change.rows(root.value("rows"_L1).toArray());
    if (rows.isNull())
        return gone(dashboard, change.otherwise);
    root.insert("rows"_L1, rows);
    return writeWhole(path, root, codec);
}

Result<QString> apply(const QString &folder, const network::Dashboard &dashboard, const Change &change, const ports::YamlCodec &codec)
{
    if (dashboard.own)
        return changeFile(dashboard, change, codec);
    // A copy that came since the dashboards were read is a file like any other.
    const QList<network::Dashboard> known = readDashboards(folder, codec).dashboards;
    const auto copy = std::find_if(known.cbegin(), known.cend(), [&dashboard](const network::Dashboard &one) { return one.own && one.id == dashboard.id; });
    if (copy == known.cend())
        return changeCopy(folder, dashboard, change, codec);
    network::Dashboard meanwhile = dashboard;
    meanwhile.path = copy->path;
    return changeFile(meanwhile, change, codec);
}

}

Result<QString> savePanel(const QString &folder, const network::Dashboard &dashboard, const network::Panel &panel, const ports::YamlCodec &codec)
{
    if (const network::Panel *was = dashboard.panel(panel.id))
        return apply(folder, dashboard, {panel.id, [&panel, was](const QJsonArray &rows) { return withPanel(rows, *was, panel); }, Text::tr("has no panel \"%1\" any more.").arg(panel.id)}, codec);
    return apply(folder, dashboard, {panel.id, [&panel](const QJsonArray &rows) { return withNewPanel(rows, panel); }, Text::tr("has a panel \"%1\" by now.").arg(panel.id)}, codec);
}

Result<QString> removePanel(const QString &folder, const network::Dashboard &dashboard, const QString &panel, const ports::YamlCodec &codec)
{
    return apply(folder, dashboard, {panel, [&panel](const QJsonArray &rows) { return withoutPanel(rows, panel); }, Text::tr("has no panel \"%1\" any more.").arg(panel)}, codec);
}

Result<QString> createDashboard(const QString &folder, const network::Dashboard &dashboard, const ports::YamlCodec &codec)
{
    const QString path = QDir(folder).filePath(dashboard.id + u".yaml"_s);
    if (QFileInfo::exists(path))
        return Error{ErrorKind::Conflict, Text::tr("%1 is there already.").arg(path), Text::tr("Give the dashboard another title, or read the dashboards again.")};
    return writeWhole(path, dashboardJson(dashboard), codec);
}

}
