// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/DashboardSession.h"
#include "ui/panes/telemetry/TelemetryPage.h"
#include "ui/shell/ShellContext.h"

#include <QHash>
#include <QSet>

#include <memory>
#include <tuple>

class QGridLayout;
class QHBoxLayout;
class QScrollArea;
class QTimer;
class QVBoxLayout;

namespace qd::state {
class NodeLabels;
}

namespace qd::ui {

class CardTurns;
class ChartCard;
class ChartGroup;
class FiringAlerts;
class NoticeBar;
class StatePage;
class VariableButton;

/// A dashboard: its variables in a row, its panels on a grid of twelve columns that becomes narrower with the page. Only panels that are
/// seen ask and draw. GUI thread; borrows context and group.
class DashboardPage : public TelemetryPage {
    Q_OBJECT
public:
    /// `firing`: with the card of what fires at its foot.
    DashboardPage(const ShellContext &context, ChartGroup *group, const network::Dashboard &dashboard, bool firing, QWidget *parent = nullptr);
    ~DashboardPage() override;

    void setDashboard(const network::Dashboard &dashboard);
    [[nodiscard]] const network::Dashboard &dashboard() const { return m_session->dashboard(); }
    [[nodiscard]] items::DashboardSession *session() const { return m_session; }
    [[nodiscard]] ChartCard *card(const QString &panel) const { return m_cards.value(panel); }
    [[nodiscard]] StatePage *statePage() const { return m_state; }
    [[nodiscard]] VariableButton *variable(const QString &name) const { return m_variables.value(name); }
    [[nodiscard]] const QList<items::DashboardNode> &nodes() const { return m_nodes; }
    void setInterval(int seconds) { m_session->setInterval(seconds); }
    void setMarks(const QList<items::ChartMark> &marks) { m_session->setMarks(marks); }

    void addEnvironment(state::Environment *environment) override;
    void removeEnvironment(state::Environment *environment) override;
    void setShown(bool shown) override;
    void setRange(const items::TimeRange &range) override;
    void setUtc(bool utc) override;
    void setPaused(bool paused) override;
    void refresh() override;
    void setNarrow(bool narrow) override;
    void tick() override;
    void saveState() const override;
    [[nodiscard]] QString keyHints() const override;
    void enter() override;

Q_SIGNALS:
    void editWanted(const QString &panel);
    void removeWanted(const QString &panel);
    void addWanted();
    void grafanaWanted(const QStringList &queries, double from, double to);
    void alertWanted(const QString &key);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildCards();
    void buildEmpty();
    void buildVariables();
    void arrange();
    void look();
    void showVisible();
    void showPanel(const QString &panel);
    void updateSources();
    void updateNodes();
    [[nodiscard]] bool tellsOthers(const state::ResourceStore &store, const QStringList &upserted, const QStringList &removed) const;
    void updateState();
    [[nodiscard]] QStringList chosenClusters() const;
    const ShellContext &m_context;
    ChartGroup *m_group;
    items::DashboardSession *m_session;
    QList<state::Environment *> m_environments;
    QList<items::DashboardNode> m_nodes;
    QHash<std::pair<QString, QString>, QString> m_networks;     ///< of these, by cluster and uid
    QHash<const state::Environment *, std::shared_ptr<const state::NodeLabels>> m_labels;  ///< of these
    bool m_otherNodes = true;               ///< there may be others
    /// What the session was given last: cluster, where its readings come from, whose names the nodes have.
    QList<std::tuple<QString, const void *, const void *>> m_given;
    QHBoxLayout *m_variablesRow = nullptr;
    QWidget *m_variablesHost = nullptr;
    VariableButton *m_cluster = nullptr;
    QHash<QString, VariableButton *> m_variables;
    NoticeBar *m_notice = nullptr;
    StatePage *m_state = nullptr;
    QScrollArea *m_scroll = nullptr;
    QVBoxLayout *m_column = nullptr;
    QHash<QString, ChartCard *> m_cards;
    QStringList m_order;                    ///< of the panels on the page
    QSet<QString> m_seen;                   ///< panels that are seen now
    QList<QWidget *> m_rows;                ///< and what stands in their place where there are none
    FiringAlerts *m_firing = nullptr;
    CardTurns *m_turns;
    QTimer *m_soon;
    QTimer *m_nodesSoon;
    QString m_shownState;
    int m_columns = 0;
    bool m_shown = false;
};

}
