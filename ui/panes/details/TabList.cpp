// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/TabList.h"

#include "ui/panes/details/EventsTab.h"
#include "ui/panes/details/HistoryTab.h"
#include "ui/panes/details/LogsTab.h"
#include "ui/panes/details/ManagedFieldsTab.h"
#include "ui/panes/details/MetricsTab.h"
#include "ui/panes/details/OverviewTab.h"
#include "ui/panes/details/PodsTab.h"
#include "ui/panes/details/RelationsTab.h"
#include "ui/panes/details/YamlTab.h"

#include <QCoreApplication>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(DetailsTabs)
};
}

QList<DetailsTabInfo> detailsTabs(const ShellContext &context, ActionRegistry *actions)
{
    return {
        {u"overview"_s, Words::tr("Overview"), [&context](QWidget *parent) {
             auto *tab = new OverviewTab(context.clock, parent);
             tab->setVerdicts(context.verdicts);
             return tab;
         }},
        {u"pods"_s, Words::tr("Pods"), [&context](QWidget *parent) { return new PodsTab(context.bodies, context.clock, parent); }, items::hasPods},
        {u"logs"_s, Words::tr("Logs"), [&context](QWidget *parent) { return new LogsTab(context.bodies, context.clock, parent); }, items::hasPods},
        {u"metrics"_s, Words::tr("Metrics"), [&context](QWidget *parent) { return new MetricsTab(context, parent); },
         [](const network::KindInfo &kind) { return kind.own && kind.pane == "nodes"_L1; }},
        {u"conditions"_s, Words::tr("Conditions"), [&context](QWidget *parent) { return new ConditionsTab(context.clock, parent); }},
        {u"events"_s, Words::tr("Events"), [&context](QWidget *parent) { return new EventsTab(context.clock, parent); }},
        {u"yaml"_s, Words::tr("YAML"), [&context, actions](QWidget *parent) { return new YamlTab(context, actions, parent); }},
        {u"relations"_s, Words::tr("Relations"), [&context](QWidget *parent) { return new RelationsTab(context.bodies, parent); }},
        {u"history"_s, Words::tr("History"), [&context](QWidget *parent) { return new HistoryTab(context.clock, context.journal, context.changeLog, parent); }},
        {u"managed"_s, Words::tr("Managed fields"), [&context](QWidget *parent) { return new ManagedFieldsTab(context.clock, parent); }},
    };
}

QStringList detailsTabOrder(const network::KindInfo &kind)
{
    static const QStringList runs{u"overview"_s, u"pods"_s, u"events"_s, u"logs"_s, u"yaml"_s, u"conditions"_s, u"relations"_s,
                                  u"history"_s, u"managed"_s};
    static const QStringList once{u"overview"_s, u"pods"_s, u"logs"_s, u"events"_s, u"history"_s, u"yaml"_s, u"relations"_s, u"conditions"_s, u"managed"_s};
    static const QStringList plain{u"overview"_s, u"yaml"_s, u"relations"_s, u"events"_s, u"history"_s, u"conditions"_s, u"managed"_s};
    if (kind.own && kind.pane == "nodes"_L1) {
        QStringList out = runs;
        out.insert(out.indexOf(u"conditions"_s), u"metrics"_s);
        return out;
    }
    if (kind.own && kind.kind == "Application"_L1)
        return runs;
    return kind.runOnce ? once : plain;
}

}
