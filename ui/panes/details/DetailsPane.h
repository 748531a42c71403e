// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Readings.h"
#include "ui/panes/details/TabList.h"
#include "ui/shell/ShellContext.h"
#include "ui/widgets/Throttle.h"

#include <stop_token>

class QBoxLayout;
class QHBoxLayout;
class QMenu;
class QStackedWidget;
class QToolButton;

namespace qd::ui {

class ElidedLabel;
class NoticeBar;
class OverflowMenuButton;
class OverviewTab;
class StateGlyph;
class Tabs;

/// One object beside the list, or alone in a window (look.md "Details"): name, up to three verbs, tabs, the worst condition as
/// a bar. Shows the row's own body at once, then GETs the live object; moving on cancels the request. Its verbs act on the
/// object shown, whatever is selected elsewhere.
class DetailsPane : public QWidget {
    Q_OBJECT
public:
    /// `actions`: the window's, through which another window is asked for.
    DetailsPane(const ShellContext &context, ActionRegistry *actions, QWidget *parent = nullptr);
    ~DetailsPane() override;

    void setTarget(const ActionTarget &target);
    void clearTarget();
    [[nodiscard]] const ActionTarget &target() const { return m_subject.target; }
    /// The row changed while it is shown.
    void rowChanged(const state::RowPtr &row);
    /// It is not there any more: it is shown as it last was, without verbs, and said so.
    void rowGone();
    /// The list beside it waits: nothing newer than its rows is shown or asked for.
    void setHeld(bool held);
    void setBelow(bool below);
    /// They have the page for themselves; Esc goes back first.
    void setMaximized(bool maximized);
    [[nodiscard]] bool maximized() const { return m_maximized; }
    /// In a window of its own there is nothing to close, move or pin.
    void setAlone();
    void setTab(const QString &id);
    /// The keyboard goes on in the tab.
    void focusTab();
    [[nodiscard]] QString tab() const;
    /// Ids of the tabs the object's kind has, in their order.
    [[nodiscard]] QStringList tabs() const;
    [[nodiscard]] bool pinned() const;
    /// Where the small chart has its values from; outlives the pane.
    void setReadings(const items::Readings *readings);
    /// A quarter of a minute went by, or a person wants it now: the chart moves on, ages grow, events are asked for.
    void renew();
    /// The verbs of the object shown.
    [[nodiscard]] ActionRegistry *verbs() const { return m_own; }

Q_SIGNALS:
    void closeWanted();
    void placeToggled();
    void maximizeToggled(bool maximized);
    void objectWanted(const qd::ObjectId &object);
    void changeWanted(const QString &changeId);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildHeader();
    void buildTabs();
    [[nodiscard]] DetailsTab *tabOf(const QString &id);
    void arrangeTabs();
    void fetchLive();
    void adoptLive(const Result<QJsonObject> &live);
    void present(const QJsonObject &object, bool live);
    void showProblem(const Error &error);
    void showHeadline();
    void askGit();
    void tellGit();
    void rebuildVerbs();
    void fitVerbs();
    void refreshTab();
    const ShellContext &m_context;
    ActionRegistry *m_actions;
    ActionRegistry *m_own;
    QMenu *m_kubectl;
    DetailsSubject m_subject;
    std::stop_source m_stop;
    bool m_asking = false;   ///< for the live object
    bool m_held = false;
    bool m_gone = false;
    QString m_askedFor;      ///< a version of the row that the answer was older than
    Throttle m_live{DetailsTab::kAgainMs, [this] { fetchLive(); }};
    void setLying(bool lying);
    bool m_below = false;
    bool m_inWindow = false;
    bool m_lying = false;                ///< more width than height: verbs beside the name
    bool m_maximized = false;
    StateGlyph *m_icon;
    ElidedLabel *m_name;
    QHBoxLayout *m_head;
    QWidget *m_verbsHost;
    QHBoxLayout *m_verbs;
    QList<QWidget *> m_verbButtons;
    QList<QAction *> m_verbActions;      ///< of the buttons, in order
    QList<QAction *> m_otherVerbs;
    QString m_verbsFor;
    OverflowMenuButton *m_more;
    QToolButton *m_maximize;
    QToolButton *m_place;
    QToolButton *m_pin;
    QToolButton *m_close;
    Tabs *m_tabs;
    NoticeBar *m_headline;
    NoticeBar *m_problem;
    QStackedWidget *m_stack;
    QList<DetailsTabInfo> m_infos;
    QHash<QString, DetailsTab *> m_made;
    OverviewTab *m_overview = nullptr;
    const items::Readings *m_readings = nullptr;
    QString m_gitAsked;                  ///< uid whose Application was asked for
    QString m_gitSync;                   ///< how it stands for Argo CD; empty: not known
    QDateTime m_gitAt;                   ///< when it was asked last
};

/// A push button that is an action: text, icon, enabled and tooltip follow it.
[[nodiscard]] QWidget *makeActionButton(QAction *action, bool primary, QWidget *parent);

}
