// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Attention.h"
#include "ui/shell/ShellContext.h"

#include <QWidget>

class QMenu;
class QTimer;

namespace qd::ui {

class EnvironmentBar;
class Navigation;
class ResourcePane;
class Notices;
class PaneHost;
class Popup;
class StatusBar;
class WindowJournal;

/// The frame: bars around a stack of panes. Knows panes and actions, no features. The context is copied; what it points to
/// outlives the window.
class MainWindow : public QWidget {
    Q_OBJECT
public:
    explicit MainWindow(ShellContext context, QWidget *parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] ActionRegistry *actionRegistry() const { return m_actions; }
    [[nodiscard]] PaneHost *panes() const { return m_panes; }
    [[nodiscard]] ResourcePane *nodes() const { return m_nodes; }
    [[nodiscard]] Notices *notices() const { return m_notices; }
    [[nodiscard]] EnvironmentBar *environmentBar() const { return m_bar; }
    /// Opened panels, for the tour and tests; they close by themselves.
    Popup *openPalette(const QString &text = {});
    Popup *openOperations();
    Popup *openIdentity();
    Popup *openKeys();
    void toggleReadOnly();
    /// Menus of the "+" beside the chips and of a chip.
    QMenu *openEnvironments();
    QMenu *openEnvironmentMenu(state::Environment *environment, QWidget *chip);
    /// Connects a context of the kubeconfig and shows it beside the others; a notice says why it could not.
    void openContext(const QString &name);
    /// Refused, with a notice, while a change in it is under way or it is the last one.
    void closeEnvironment(state::Environment *environment);
    /// Live updates wait, rows stay as they are; F8, the menu of a chip, the palette.
    void setPaused(bool paused);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void makeStarter();
    void registerActions();
    void registerPanes();
    void build();
    void buildPanes();
    void updateAttention();
    void updateCurrent();
    void restoreState();
    void startDemo();
    [[nodiscard]] bool busyIn(const state::Environment &environment) const;
    void operationFinished(const state::Operation &operation, const state::ChangeOutcome &outcome);
    void setDensity(Density density);
    void tick();
    [[nodiscard]] bool applying() const;
    ShellContext m_context;
    ActionRegistry *m_actions;
    EnvironmentBar *m_bar = nullptr;
    Navigation *m_navigation = nullptr;
    StatusBar *m_status = nullptr;
    ResourcePane *m_nodes = nullptr;
    PaneHost *m_panes = nullptr;
    items::Attention *m_attention;
    WindowJournal *m_journal = nullptr;
    Notices *m_notices = nullptr;
    QTimer *m_timer;
    int m_folded = -1;
};

}
