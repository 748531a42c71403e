// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Attention.h"
#include "ui/shell/ShellContext.h"

#include <QPointer>
#include <QWidget>

class QHBoxLayout;
class QMenu;
class QTimer;
class QVBoxLayout;

namespace qd::ui {

class DetailsWindows;
class CommandPalette;
class EnvironmentBar;
class FirstRunPage;
class HelpWindow;
class Navigation;
class ResourcePane;
class Notices;
class PaneHost;
class Popup;
class ProfilesDialog;
class SavedViews;
class StaleNotice;
class StatusBar;
class WindowAlerts;
class WindowJournal;
class WindowSignIn;

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
    [[nodiscard]] DetailsWindows *detailsWindows() const { return m_windows; }
    [[nodiscard]] Notices *notices() const { return m_notices; }
    [[nodiscard]] WindowAlerts *alerts() const { return m_alerts; }
    [[nodiscard]] EnvironmentBar *environmentBar() const { return m_bar; }
    /// Opened panels, for the tour and tests; they close by themselves.
    Popup *openPalette(const QString &text = {});
    Popup *openOperations();
    /// The page Changes, with the details of one when it is among them.
    void showChange(const QString &id);
    Popup *openIdentity();
    /// The page of alerts, at this one (Alert::key; empty: all).
    void showAlerts(const QString &key);
    /// The sign-in of an environment; null: the selected one, else the first that has one.
    Popup *openSignIn(state::Environment *environment = nullptr);
    [[nodiscard]] WindowSignIn *signIns() const { return m_signIns; }
    /// The editor of profiles.yaml, at one of them; null where there is none.
    ProfilesDialog *openProfiles(const QString &profile = {});
    Popup *openKeys();
    /// All read-only as long as one is not; then what that has locked may be changed again, and never what is viewed as somebody else.
    void toggleReadOnly();
    /// The page of help; empty: the one of the page on screen.
    HelpWindow *openHelp(const QString &id = {});
    /// Only while no environment is open.
    [[nodiscard]] FirstRunPage *firstRun() const { return m_first; }
    /// Views kept by name: their menu below a button, the one that is wanted, this page as a new one.
    QMenu *openViews(QWidget *button);
    void showView(const QString &name);
    Popup *saveView();
    [[nodiscard]] SavedViews *views() const { return m_views; }
    /// An environment once more as another user and groups, with a banner, read-only; ends like any environment.
    Popup *askViewAs(state::Environment *environment);
    void viewAs(state::Environment *environment, const QString &user, const QStringList &groups);
    /// By one pixel, kept; 0: as the desktop has it.
    void changeTextSize(int by);
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
    void fold();
    void makeStarter();
    void registerActions();
    void registerPanes();
    void build();
    void buildPanes();
    void updateAttention();
    void updateCurrent();
    void restoreState();
    void startDemo();
    void registerGuideActions();
    void makeAlerts();
    void makeSignIns();
    void makeProfiles();
    void addProfiles(QMenu *menu);
    void addToPalette(CommandPalette *palette);
    void updateFirstRun();
    void readAgain();
    void adopt(state::Environment *environment);
    void restoreNamespaces(state::Environment *environment);
    void restoreEnvironments();
    void saveEnvironments() const;
    [[nodiscard]] bool busyIn(const state::Environment &environment) const;
    void operationFinished(const state::Operation &operation, const state::ChangeOutcome &outcome);
    void setDensity(Density density);
    void tick();
    void sayMissing(const ObjectId &object);
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
    WindowAlerts *m_alerts = nullptr;
    WindowSignIn *m_signIns = nullptr;
    DetailsWindows *m_windows = nullptr;
    Notices *m_notices = nullptr;
    StaleNotice *m_stale = nullptr;
    QVBoxLayout *m_viewAsBars = nullptr;
    QList<QPointer<state::Environment>> m_locked;     ///< by toggleReadOnly()
    QList<QPointer<state::Environment>> m_viewedAs;
    QHBoxLayout *m_row = nullptr;
    FirstRunPage *m_first = nullptr;
    HelpWindow *m_help = nullptr;
    SavedViews *m_views = nullptr;
    QTimer *m_timer;
    int m_folded = -1;
};

}
