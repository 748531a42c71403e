// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/PaneList.h"

#include "ui/panes/changes/ChangesPane.h"
#include "ui/panes/map/MapPane.h"
#include "ui/panes/overview/OverviewPane.h"
#include "ui/panes/resources/KindsPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/telemetry/TelemetryPane.h"

#include <array>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

struct ListPlace {
    const char *id;
    const char *icon;
    int group;
    const char *key;
};

/// Panes of the kinds table.
constexpr std::array kLists{
    ListPlace{"map", "map", 0, "Alt+2"}, ListPlace{"nodes", "nodes", 1, "Alt+3"}, ListPlace{"parties", "parties", 1, "Alt+4"},
    ListPlace{"users", "users", 1, "Alt+5"}, ListPlace{"dars", "dars", 1, "Alt+6"}, ListPlace{"applications", "applications", 1, "Alt+7"},
    ListPlace{"identity", "identity", 1, "Alt+8"}, ListPlace{"backups", "backups", 2, "Alt+9"}, ListPlace{"upgrades", "upgrades", 2, "Alt+0"},
};

/// The list of nodes keeps what they reported: small charts, and when traffic runs out, are told from it.
const items::Readings *readingsOf(QWidget *parent)
{
    auto *host = qobject_cast<PaneHost *>(parent);
    auto *nodes = host ? qobject_cast<ResourcePane *>(host->pane(u"nodes"_s)) : nullptr;
    return nodes ? nodes->readings() : nullptr;
}

PaneInfo listPane(const ListPlace &place, const ShellContext &context, ActionRegistry *actions, const items::Attention *attention)
{
    PaneInfo out;
    out.id = QString::fromLatin1(place.id);
    out.title = ListSpec::paneTitle(out.id);
    out.icon = QString::fromLatin1(place.icon);
    out.group = place.group;
    out.key = QString::fromLatin1(place.key);
    out.attention = {out.id};
    out.make = [&context, actions, attention, id = out.id](QWidget *parent) -> Pane * {
        QList<ListSpec> lists = ListSpec::ofPane(id, *context.kinds);
        if (id == "map"_L1)
            return new MapPane(context, actions, attention, std::move(lists), readingsOf(parent), parent);
        if (lists.size() == 1)
            return new ResourcePane(context, actions, lists.first(), parent);
        return new KindsPane(context, actions, attention, std::move(lists), parent);
    };
    return out;
}

PaneInfo overviewPane(const ShellContext &context, ActionRegistry *actions)
{
    PaneInfo out;
    out.id = u"overview"_s;
    out.title = QCoreApplication::translate("PaneList", "Overview");
    out.icon = u"overview"_s;
    out.group = 0;
    out.key = u"Alt+1"_s;
    auto made = std::make_shared<QPointer<OverviewPane>>();
    out.make = [&context, actions, made](QWidget *parent) -> Pane * {
        *made = new OverviewPane(context, actions, readingsOf(parent), parent);
        return *made;
    };
    out.count = [made] { return *made ? (*made)->attention() : items::Attention::Count(); };
    return out;
}

PaneInfo telemetryPane(const ShellContext &context, ActionRegistry *actions)
{
    PaneInfo out;
    out.id = u"telemetry"_s;
    out.title = QCoreApplication::translate("PaneList", "Telemetry");
    out.icon = u"telemetry"_s;
    out.group = 3;
    out.key = u"Alt+T"_s;
    out.make = [&context, actions](QWidget *parent) -> Pane * { return new TelemetryPane(context, actions, parent); };
    out.count = [&context] { return TelemetryPane::attention(context); };
    return out;
}

PaneInfo changesPane(const ShellContext &context, ActionRegistry *actions)
{
    PaneInfo out;
    out.id = u"changes"_s;
    out.title = QCoreApplication::translate("PaneList", "Changes");
    out.icon = u"changes"_s;
    out.group = 3;
    out.key = u"Alt+-"_s;
    out.make = [&context, actions](QWidget *parent) -> Pane * { return new ChangesPane(context, actions, parent); };
    out.count = [&context] {
        return items::ChangesModel::today({context.changeLog, context.settling, context.operations, context.kinds, context.clock});
    };
    return out;
}

}

QList<PaneInfo> paneList(const ShellContext &context, ActionRegistry *actions, const items::Attention *attention)
{
    QList<PaneInfo> out{overviewPane(context, actions)};
    for (const ListPlace &place : kLists) {
        if (!context.kinds->ofPane(QString::fromLatin1(place.id)).isEmpty())
            out.append(listPane(place, context, actions, attention));
    }
    if (context.dashboards || context.alerts)
        out.append(telemetryPane(context, actions));
    if (context.changeLog)
        out.append(changesPane(context, actions));
    return out;
}

}
