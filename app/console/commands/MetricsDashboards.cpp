// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config/Dashboards.h"
#include "app/console/Output.h"
#include "app/console/commands/Command.h"

#include <QJsonArray>
#include <QJsonObject>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

/// `metrics dashboards [--check]`: those there are, and what is wrong with the files of the folder.
class MetricsDashboards final : public Command {
    Q_DECLARE_TR_FUNCTIONS(MetricsDashboards)
public:
    using Command::Command;

    void run() override
    {
        const QString folder = session().configDir() + u"/dashboards"_s;
        const config::DashboardList list = config::readDashboards(folder, *session().yaml());
        invocation().json() ? tellJson(list) : tellText(list);
        Q_EMIT finished(list.errors.isEmpty() ? Ok : Usage);
    }

private:
    void tellJson(const config::DashboardList &list) const
    {
        QJsonArray dashboards, errors;
        for (const network::Dashboard &dashboard : list.dashboards) {
            int panels = 0;
            for (const network::PanelRow &row : dashboard.rows)
                panels += int(row.panels.size());
            dashboards.append(QJsonObject{{u"id"_s, dashboard.id}, {u"title"_s, dashboard.title}, {u"panels"_s, panels}, {u"path"_s, dashboard.path},
                                          {u"own"_s, dashboard.own}});
        }
        for (const Error &error : list.errors) {
            const QStringList lines = error.message.split(u'\n');
            for (const QString &line : lines)
                errors.append(line);
        }
        console::printJson(QJsonObject{{u"dashboards"_s, dashboards}, {u"errors"_s, errors}, {u"warnings"_s, QJsonArray::fromStringList(list.warnings)}});
    }

    void tellText(const config::DashboardList &list) const
    {
        if (!invocation().has(u"check"_s)) {
            QList<QStringList> rows;
            for (const network::Dashboard &dashboard : list.dashboards) {
                int panels = 0;
                for (const network::PanelRow &row : dashboard.rows)
                    panels += int(row.panels.size());
                rows.append({dashboard.id, dashboard.title, QString::number(panels), dashboard.own ? dashboard.path : tr("shipped")});
            }
            printTable({u"ID"_s, u"TITLE"_s, u"PANELS"_s, u"FROM"_s}, rows);
        }
        for (const QString &warning : list.warnings)
            say(warning);
        for (const Error &error : list.errors)
            say(error.message);
        if (list.errors.isEmpty() && invocation().has(u"check"_s))
            printLine(tr("%n dashboard(s), no error.", nullptr, int(list.dashboards.size())));
    }
};

}

std::unique_ptr<Command> makeMetricsDashboards(const Invocation &invocation, Session *session)
{
    return std::make_unique<MetricsDashboards>(invocation, session);
}

}
