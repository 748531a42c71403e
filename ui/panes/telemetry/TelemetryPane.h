// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Attention.h"
#include "models/items/telemetry/ChartDeployments.h"
#include "models/items/telemetry/ChartEvents.h"
#include "models/ports/DashboardStore.h"
#include "ui/actions/ActionRegistry.h"
#include "ui/panes/Pane.h"
#include "ui/panes/telemetry/TelemetryPage.h"
#include "ui/shell/ShellContext.h"

#include <functional>

class QAction;
class QHBoxLayout;
class QPushButton;
class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace qd::ui {

class ChartGroup;
class DashboardPage;
class GrafanaDoor;
class NoticeBar;
class RangeButton;
class Tabs;

/// The page of picture 07: dashboards, alerts and logs as tabs over one time range, which it owns with its history, the interval of refreshes
/// and the marks. A dashboard's page is made when it is wanted first.
class TelemetryPane : public Pane {
    Q_OBJECT
public:
    TelemetryPane(const ShellContext &context, ActionRegistry *actions, QWidget *parent = nullptr);
    ~TelemetryPane() override;

    [[nodiscard]] Tabs *tabs() const { return m_tabs; }
    [[nodiscard]] TelemetryPage *page(const QString &id) const { return m_pages.value(id); }
    [[nodiscard]] TelemetryPage *currentPage() const { return m_current; }
    [[nodiscard]] DashboardPage *dashboard(const QString &id) const;
    [[nodiscard]] ChartGroup *group() const { return m_group; }
    /// Shows a tab ("validator", "alerts", "logs"); made if need be. False: there is none.
    bool showTab(const QString &id);
    void setRange(const items::TimeRange &range);
    void setInterval(int seconds);
    void setUtc(bool utc);
    /// Deployments, changes, notes and events over the charts; kept.
    void setMarksShown(bool shown);
    [[nodiscard]] bool marksShown() const { return m_marksShown; }
    /// A note at this time (epoch seconds) over all charts.
    void addNote(double at, const QString &text);
    [[nodiscard]] static items::Attention::Count attention(const ShellContext &context);

    void setNarrow(bool narrow) override;
    void setDensity(Density density) override;
    void setPaused(bool paused) override;
    void addEnvironment(state::Environment *environment) override;
    void removeEnvironment(state::Environment *environment) override;
    void tick() override;
    void saveState() const override;
    void enter() override;
    bool showKind(const QString &kind) override { return showTab(kind); }
    void setFilterText(const QString &text) override;
    [[nodiscard]] QString keyHints() const override;

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void buildBar(QVBoxLayout *layout);
    void buildMenu();
    void registerActions();
    void readDashboards();
    void takeDashboards(const Result<ports::DashboardFiles> &files);
    void takeGrafana(const QStringList &queries, double from, double to);
    TelemetryPage *makePage(const QString &id);
    void connectPage(TelemetryPage *page);
    void apply(const items::TimeRange &range);
    void updateTabs();
    void updateHistory();
    void updateChoices();
    void refreshNow();
    void say(const QString &title, const QString &detail);
    [[nodiscard]] static QString intervalText(int seconds);
    void updateMarks();
    void giveMarks(const QList<items::ChartMark> &marks);
    void follow(state::Environment *environment);
    void forgetReadings(const QString &cluster);
    void showZone();
    void askArgo();
    void askEvents();
    void annotate();
    /// `panel` empty: a new one.
    void editPanel(const QString &dashboard, const QString &panel);
    void removePanel(const QString &dashboard, const QString &panel);
    void newDashboard();
    void createDashboard(const QString &title);
    const ShellContext &m_context;
    ActionRegistry *m_actions;
    ChartGroup *m_group;
    QHBoxLayout *m_bar = nullptr;
    Tabs *m_tabs = nullptr;
    QStackedWidget *m_stack = nullptr;
    NoticeBar *m_notice = nullptr;
    RangeButton *m_range = nullptr;
    QToolButton *m_back = nullptr;
    QToolButton *m_forward = nullptr;
    QPushButton *m_refresh = nullptr;
    QPushButton *m_annotate = nullptr;
    QAction *m_utcAction = nullptr;
    QAction *m_marksAction = nullptr;
    QPushButton *m_zone = nullptr;  ///< says the zone of all times on the page, and changes it
    QAction *m_annotateAction = nullptr;
    GrafanaDoor *m_grafana = nullptr;
    QAction *m_grafanaAction = nullptr;
    QAction *m_addAction = nullptr;
    QList<network::Dashboard> m_dashboards;
    QHash<QString, TelemetryPage *> m_pages;
    TelemetryPage *m_current = nullptr;
    items::ChartDeployments *m_deployments;
    items::ChartEvents *m_events;
    QString m_wantedTab;            ///< chosen before the dashboards were read
    int m_interval = 15;
    int m_ticks = 0;
    bool m_marksShown = true;
    bool m_eventsOld = true;        ///< of other nodes than those that are shown
    bool m_utc = false;
    bool m_narrow = false;
    bool m_paused = false;
    Density m_density = Density::Compact;
};

}
