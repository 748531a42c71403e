// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ObjectFacts.h"
#include "models/items/Readings.h"
#include "ui/shell/ShellContext.h"

#include <QWidget>

#include <stop_token>

class QHBoxLayout;
class QStackedWidget;
class QToolButton;

namespace qd::ui {

class ConditionsTab;
class ElidedLabel;
class EventsTab;
class NoticeBar;
class OverflowMenuButton;
class OverviewTab;
class RelationsTab;
class StateGlyph;
class Tabs;
class YamlTab;

/// One object beside the list (look.md "Details"): name, up to three verbs, tabs, the worst condition as a bar. Shows the
/// row's own body at once, then GETs the live object; moving on cancels the request.
class DetailsPane : public QWidget {
    Q_OBJECT
public:
    DetailsPane(const ShellContext &context, ActionRegistry *actions, QWidget *parent = nullptr);
    ~DetailsPane() override;

    void setTarget(const ActionTarget &target);
    void clearTarget();
    [[nodiscard]] const ActionTarget &target() const { return m_target; }
    /// The row changed while it is shown.
    void rowChanged(const state::RowPtr &row);
    void setBelow(bool below);
    void setTab(const QString &id);
    [[nodiscard]] QString tab() const;
    [[nodiscard]] bool pinned() const;
    /// Where the small chart has its values from; outlives the pane.
    void setReadings(const items::Readings *readings) { m_readings = readings; }
    /// A minute went by: the chart moves on.
    void refreshTrend();

Q_SIGNALS:
    void closeWanted();
    void placeToggled();
    void objectWanted(const qd::ObjectId &object);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildHeader();
    void buildTabs();
    void fetchLive();
    void present(const QJsonObject &object, bool live);
    void showProblem(const Error &error);
    void rebuildVerbs();
    void fitVerbs();
    void refreshTab();
    const ShellContext &m_context;
    ActionRegistry *m_actions;
    ActionTarget m_target;
    QJsonObject m_object;
    const items::Readings *m_readings = nullptr;
    std::stop_source m_stop;
    bool m_below = false;
    bool m_live = false;
    QWidget *m_icon;
    QString m_iconName;
    ElidedLabel *m_name;
    QHBoxLayout *m_head;
    QWidget *m_verbsHost;
    QHBoxLayout *m_verbs;
    QList<QWidget *> m_verbButtons;
    QList<QAction *> m_verbActions;      ///< of the buttons, in order
    QList<QAction *> m_otherVerbs;
    QString m_verbsFor;
    OverflowMenuButton *m_more;
    QToolButton *m_place;
    QToolButton *m_pin;
    Tabs *m_tabs;
    NoticeBar *m_headline;
    NoticeBar *m_problem;
    QStackedWidget *m_stack;
    OverviewTab *m_overview;
    ConditionsTab *m_conditions;
    EventsTab *m_events;
    YamlTab *m_yaml;
    RelationsTab *m_relations;
};

/// A push button that is an action: text, icon, enabled and tooltip follow it.
[[nodiscard]] QWidget *makeActionButton(QAction *action, bool primary, QWidget *parent);

}
