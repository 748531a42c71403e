// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/PaneList.h"

#include "ui/panes/resources/KindsPane.h"
#include "ui/panes/resources/ResourcePane.h"

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
        if (lists.size() == 1)
            return new ResourcePane(context, actions, lists.first(), parent);
        return new KindsPane(context, actions, attention, std::move(lists), parent);
    };
    return out;
}

}

QList<PaneInfo> paneList(const ShellContext &context, ActionRegistry *actions, const items::Attention *attention)
{
    QList<PaneInfo> out;
    for (const ListPlace &place : kLists) {
        if (!context.kinds->ofPane(QString::fromLatin1(place.id)).isEmpty())
            out.append(listPane(place, context, actions, attention));
    }
    return out;
}

}
