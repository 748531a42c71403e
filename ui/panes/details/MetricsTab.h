// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/ChartDeployments.h"
#include "models/items/telemetry/ChartEvents.h"
#include "models/items/telemetry/DashboardSession.h"
#include "ui/panes/details/DetailsTab.h"
#include "ui/shell/ShellContext.h"

#include <QHash>
#include <QPointer>
#include <QTimer>

class QComboBox;
class QGridLayout;
class QScrollArea;

namespace qd::ui {

class ChartCard;
class ChartGroup;
class GrafanaDoor;
class Label;
class NoticeBar;
class StatePage;

/// The few charts that matter for a node, with one time for all of them, its alerts and events, and what was changed in its cluster. Asks
/// while it is looked at, for what is seen of it.
class MetricsTab : public DetailsTab {
    Q_OBJECT
public:
    explicit MetricsTab(const ShellContext &context, QWidget *parent = nullptr);
    ~MetricsTab() override;
    void present(const DetailsSubject &subject) override;
    void leave() override;
    void setWide(bool wide) override;
    [[nodiscard]] items::DashboardSession *session() const { return m_session; }
    [[nodiscard]] ChartCard *card(const QString &panel) const { return m_cards.value(panel); }
    [[nodiscard]] StatePage *statePage() const { return m_state; }

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void connectAll();
    void makeCards();
    void follow(ChartCard *card);
    void arrange();
    void look();
    void showSeen();
    void showAsOf();
    void setRange(const items::TimeRange &range);
    void forgetCards();
    void askMarks();
    void updateMarks();
    void forgetMarks();
    [[nodiscard]] bool marksShown() const;
    const ShellContext &m_context;
    ChartGroup *m_group;
    GrafanaDoor *m_grafana;
    NoticeBar *m_notice;
    items::DashboardSession *m_session;
    items::ChartDeployments *m_deployments;
    items::ChartEvents *m_events;
    QComboBox *m_range;
    Label *m_asOf;
    StatePage *m_state;
    QScrollArea *m_scroll;
    QGridLayout *m_grid;
    QTimer m_soon{this};
    QTimer m_second{this};
    QHash<QString, ChartCard *> m_cards;
    QStringList m_order;
    ObjectId m_node;
    QString m_kind;
    QPointer<state::Environment> m_environment;
    int m_ticks = 0;                ///< since what is marked was asked for
};

}
