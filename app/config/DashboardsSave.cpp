// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config/Dashboards.h"
#include "app/config/YamlEdit.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QSaveFile>

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

/// This panel in its place; what the file has of it that the program does not know stays.
QJsonValue withPanel(QJsonArray rows, const network::Panel &panel)
{
    const std::pair<qsizetype, qsizetype> at = placeOf(rows, panel.id);
    if (at.first < 0)
        return {};
    QJsonArray panels = panelsOf(rows, at.first);
    const QJsonObject before = panels.at(at.second).toObject();
    QJsonObject after = panelJson(panel);
    for (auto it = before.begin(); it != before.end(); ++it) {
        if (!keyOrder().contains(it.key()) && !after.contains(it.key()))
            after.insert(it.key(), it.value());
    }
    panels.replace(at.second, after);
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

/// `edit` done in the file of the dashboard, where everything else stays as it is written. `otherwise`: why it cannot be done.
Result<QString> changeFile(const network::Dashboard &dashboard, const RowsEdit &edit, const QString &otherwise, const ports::YamlCodec &codec)
{
    QFile file(dashboard.path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorKind::Storage, Text::tr("%1 could not be read: %2.").arg(dashboard.path, file.errorString())};
    const QByteArray text = file.readAll();
    const Result<network::Dashboard> there = readDashboard(text, dashboard.path, codec);
    if (!there)
        return there.error();
    const Result<ports::YamlDocument> document = codec.parse(text);
    if (!document)
        return document.error();
    QJsonObject root = document->value.toObject();
    const QJsonValue rows = edit(root.value("rows"_L1).toArray());
    if (rows.isNull())
        return gone(dashboard, otherwise);
    root.insert("rows"_L1, rows);
    const Result<QByteArray> changed = editYaml(text, root, keyOrder(), codec);
    if (!changed)
        return changed.error();
    if (const Result<network::Dashboard> checked = readDashboard(*changed, dashboard.path, codec); !checked)
        return checked.error();
    return write(dashboard.path, *changed);
}

/// `edit` done in a copy of the shipped dashboard.
Result<QString> changeCopy(const QString &folder, const network::Dashboard &dashboard, const RowsEdit &edit, const QString &otherwise, const ports::YamlCodec &codec)
{
    const QString path = QDir(folder).filePath(dashboard.id + u".yaml"_s);
    if (QFileInfo::exists(path))
        return Error{ErrorKind::Conflict, Text::tr("%1 is there already and is no dashboard \"%2\" that can be read.").arg(path, dashboard.id),
                     Text::tr("Correct it, or give it another name; then save again.")};
    QJsonObject root = dashboardJson(dashboard);
    const QJsonValue rows = edit(root.value("rows"_L1).toArray());
    if (rows.isNull())
        return gone(dashboard, otherwise);
    root.insert("rows"_L1, rows);
    const QByteArray text = codec.emitText(root);
    if (const Result<network::Dashboard> checked = readDashboard(text, path, codec); !checked)
        return checked.error();
    return write(path, text);
}

Result<QString> change(const QString &folder, const network::Dashboard &dashboard, const RowsEdit &edit, const QString &otherwise, const ports::YamlCodec &codec)
{
    return dashboard.own ? changeFile(dashboard, edit, otherwise, codec) : changeCopy(folder, dashboard, edit, otherwise, codec);
}

}

Result<QString> savePanel(const QString &folder, const network::Dashboard &dashboard, const network::Panel &panel, const ports::YamlCodec &codec)
{
    if (dashboard.panel(panel.id))
        return change(folder, dashboard, [&panel](const QJsonArray &rows) { return withPanel(rows, panel); }, Text::tr("has no panel \"%1\" any more.").arg(panel.id), codec);
    return change(folder, dashboard, [&panel](const QJsonArray &rows) { return withNewPanel(rows, panel); }, Text::tr("has a panel \"%1\" by now.").arg(panel.id), codec);
}

Result<QString> removePanel(const QString &folder, const network::Dashboard &dashboard, const QString &panel, const ports::YamlCodec &codec)
{
    return change(folder, dashboard, [&panel](const QJsonArray &rows) { return withoutPanel(rows, panel); }, Text::tr("has no panel \"%1\" any more.").arg(panel), codec);
}

Result<QString> createDashboard(const QString &folder, const network::Dashboard &dashboard, const ports::YamlCodec &codec)
{
    const QString path = QDir(folder).filePath(dashboard.id + u".yaml"_s);
    if (QFileInfo::exists(path))
        return Error{ErrorKind::Conflict, Text::tr("%1 is there already.").arg(path), Text::tr("Give the dashboard another title, or read the dashboards again.")};
    const QByteArray text = codec.emitText(dashboardJson(dashboard));
    if (const Result<network::Dashboard> checked = readDashboard(text, path, codec); !checked)
        return checked.error();
    return write(path, text);
}

}
