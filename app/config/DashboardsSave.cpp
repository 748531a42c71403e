// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config/Dashboards.h"
#include "app/config/YamlEdit.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QSaveFile>

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

/// The value with this panel in its place; what the file has of it that the program does not know stays. Null: it has no such panel.
QJsonValue withPanel(QJsonObject root, const network::Panel &panel)
{
    QJsonArray rows = root.value("rows"_L1).toArray();
    for (qsizetype r = 0; r < rows.size(); ++r) {
        QJsonObject row = rows.at(r).toObject();
        QJsonArray panels = row.value("panels"_L1).toArray();
        for (qsizetype p = 0; p < panels.size(); ++p) {
            const QJsonObject before = panels.at(p).toObject();
            if (before.value("id"_L1).toString() != panel.id)
                continue;
            QJsonObject after = panelJson(panel);
            for (auto it = before.begin(); it != before.end(); ++it) {
                if (!keyOrder().contains(it.key()) && !after.contains(it.key()))
                    after.insert(it.key(), it.value());
            }
            panels.replace(p, after);
            row.insert("panels"_L1, panels);
            rows.replace(r, row);
            root.insert("rows"_L1, rows);
            return root;
        }
    }
    return {};
}

Result<QString> changeFile(const network::Dashboard &dashboard, const network::Panel &panel, const ports::YamlCodec &codec)
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
    const QJsonValue wanted = withPanel(document->value.toObject(), panel);
    if (wanted.isNull())
        return Error{ErrorKind::Conflict, Text::tr("%1 has no panel \"%2\" any more.").arg(dashboard.path, panel.id), Text::tr("Read the dashboards again.")};
    const Result<QByteArray> changed = editYaml(text, wanted, keyOrder(), codec);
    if (!changed)
        return changed.error();
    if (const Result<network::Dashboard> checked = readDashboard(*changed, dashboard.path, codec); !checked)
        return checked.error();
    return write(dashboard.path, *changed);
}

}

Result<QString> savePanel(const QString &folder, const network::Dashboard &dashboard, const network::Panel &panel, const ports::YamlCodec &codec)
{
    if (dashboard.own)
        return changeFile(dashboard, panel, codec);
    network::Dashboard copy = dashboard;
    for (network::PanelRow &row : copy.rows) {
        for (network::Panel &one : row.panels) {
            if (one.id == panel.id)
                one = panel;
        }
    }
    const QString path = QDir(folder).filePath(dashboard.id + u".yaml"_s);
    if (QFileInfo::exists(path))
        return Error{ErrorKind::Conflict, Text::tr("%1 is there already and is no dashboard \"%2\" that can be read.").arg(path, dashboard.id),
                     Text::tr("Correct it, or give it another name; then save again.")};
    const QByteArray text = codec.emitText(dashboardJson(copy));
    if (const Result<network::Dashboard> checked = readDashboard(text, path, codec); !checked)
        return checked.error();
    return write(path, text);
}

}
