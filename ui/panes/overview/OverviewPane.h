// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/overview/LatestChanges.h"
#include "models/items/overview/Overview.h"
#include "ui/panes/Pane.h"
#include "ui/panes/overview/NodeCards.h"
#include "ui/shell/ShellContext.h"

class QBoxLayout;
class QComboBox;
class QPushButton;
class QScrollArea;
class QTimer;

namespace qd::ui {

class BackupsCard;
class ChangesCard;
class ElidedLabel;
class EndingsCard;
class Label;
class ProblemCard;
class ProblemRow;
class ProgressCard;
class StatePage;

/// The first page: what needs attention with its one next step, and how the nodes are, in cards (picture 03). Shows what
/// items::overview::Overview decided; everything leads to the thing.
class OverviewPane : public Pane {
    Q_OBJECT
public:
    /// `readings` may be null: when traffic runs out is then not determined.
    OverviewPane(const ShellContext &context, ActionRegistry *actions, const items::Readings *readings, QWidget *parent = nullptr);
    ~OverviewPane() override;

    [[nodiscard]] items::overview::Overview *overview() const { return m_overview; }
    [[nodiscard]] ProblemCard *problems() const { return m_problems; }
    /// What the navigation shows.
    [[nodiscard]] items::Attention::Count attention() const;
    /// The page as Markdown.
    [[nodiscard]] QString asReport() const;

    void setNarrow(bool narrow) override;
    void setPaused(bool paused) override;
    void addEnvironment(state::Environment *environment) override;
    void removeEnvironment(state::Environment *environment) override;
    void tick() override;
    void enter() override;
    [[nodiscard]] QString keyHints() const override;

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void buildBar(QVBoxLayout *layout);
    void buildCards(QVBoxLayout *layout);
    void connectCards();
    void adopt(state::Environment *environment);
    void restoreState();
    void apply();
    void applyCards();
    void applyProblems();
    void applyChanges();
    void applySteps();
    void sizeCards();
    void focusDown();
    void takeStep(const items::overview::Problem &problem);
    void acknowledge(const items::overview::Problem &problem, bool hide);
    void copyReport();
    [[nodiscard]] qint64 now() const;
    [[nodiscard]] ActionTarget targetOf(const ObjectId &object) const;
    [[nodiscard]] items::overview::Step stepOf(const items::overview::Problem &problem) const;
    [[nodiscard]] ObservedWindow window() const;
    const ShellContext &m_context;
    ActionRegistry *m_actions;
    items::overview::Overview *m_overview;
    items::overview::LatestChanges m_changesShown;
    ElidedLabel *m_counts = nullptr;
    Label *m_windowLabel = nullptr;
    QComboBox *m_window = nullptr;
    QPushButton *m_copy = nullptr;
    QScrollArea *m_scroll = nullptr;
    QWidget *m_page = nullptr;
    QWidget *m_side = nullptr;
    QBoxLayout *m_columns = nullptr;
    StatePage *m_empty = nullptr;
    ProblemCard *m_problems = nullptr;
    AvailabilityCard *m_availability = nullptr;
    ChangesCard *m_changes = nullptr;
    TrafficCard *m_traffic = nullptr;
    BackupsCard *m_backups = nullptr;
    EndingsCard *m_endings = nullptr;
    ProgressCard *m_progress = nullptr;
    QTimer *m_stepTimer;
    QTimer *m_changesTimer;
    items::Attention::Count m_told;
    QStringList m_order;         ///< of the problems that are shown
    int m_ticks = 0;
    int m_heldTicks = 0;         ///< an order waits while the pointer is over the rows
    bool m_held = false;
    bool m_narrow = false;
};

}
