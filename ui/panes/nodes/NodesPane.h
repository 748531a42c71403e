// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/NodesModel.h"
#include "models/items/Readings.h"
#include "ui/panes/nodes/NodesState.h"
#include "ui/shell/ShellContext.h"

#include <QWidget>

class QPushButton;
class QSplitter;
class QTimer;
class QToolButton;
class QVBoxLayout;

namespace qd::ui {

class DetailsPane;
class FilterField;
class Label;
class NodesTable;
class PillButton;
class StatePage;

/// The Nodes pane: page bar, table, every state of picture 11, details right or below. Thin: decisions are in NodesModel,
/// NodesState and the registry.
class NodesPane : public QWidget {
    Q_OBJECT
public:
    NodesPane(const ShellContext &context, ActionRegistry *actions, QWidget *parent = nullptr);
    ~NodesPane() override;

    [[nodiscard]] items::NodesModel *model() const { return m_model; }
    [[nodiscard]] NodesTable *table() const { return m_table; }
    [[nodiscard]] DetailsPane *details() const { return m_details; }
    [[nodiscard]] StatePage *statePage() const { return m_page; }
    void setFilterText(const QString &text);
    [[nodiscard]] QString filterText() const;
    void setProblemsOnly(bool only);
    /// Details right (from 1280 px) or below.
    void setNarrow(bool narrow);
    void setDensity(Density density);
    /// Selects an object and opens its details; false when it is not in the list.
    bool openObject(const QString &cluster, const QString &uid);
    void closeDetails();
    /// Rows keep what they say until it goes on; what changed meanwhile is counted.
    void setPaused(bool paused);
    [[nodiscard]] items::Readings *readings() const { return m_readings; }
    void tick();
    void saveState() const;
    [[nodiscard]] static QString keyHints();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildBar(QVBoxLayout *layout);
    void buildBody(QVBoxLayout *layout);
    void registerActions();
    void connectSignals();
    void restoreState();
    void applyFilter(const QString &text);
    void updateCounts();
    void reopen();
    void updateState();
    void showBars(const QList<NodesState::Bar> &bars);
    void showPage(const NodesState &state);
    [[nodiscard]] QString filteredDetail() const;
    void updateTargets();
    void showDetails();
    void showMenu(const QPoint &global);
    void showColumns();
    void addSortMenu(class QMenu *menu);
    void showNoEnvironment(const QString &problem);
    void onPageButton(int button);
    void showErrorDetails();
    void setUp();
    void updatePrimary();

    const ShellContext &m_context;
    ActionRegistry *m_actions;
    QList<const network::KindInfo *> m_kinds;
    items::NodesModel *m_model;
    items::Readings *m_readings;
    NodesTable *m_table = nullptr;
    StatePage *m_page = nullptr;
    DetailsPane *m_details = nullptr;
    QSplitter *m_splitter = nullptr;
    QVBoxLayout *m_bars = nullptr;
    Label *m_counts = nullptr;
    FilterField *m_filter = nullptr;
    PillButton *m_problems = nullptr;
    QToolButton *m_columns = nullptr;
    QPushButton *m_primary = nullptr;
    QString m_barsShown;
    QString m_pageShown;
    QString m_filterError;
    QTimer *m_stateTimer;
    QList<state::ResourceStore *> m_retry;
    QStringList m_reopen;        ///< cluster and uid
    int m_ticks = 0;
    bool m_narrow = false;
    bool m_notWaiting = false;   ///< Cancel was pressed while loading
};

}
