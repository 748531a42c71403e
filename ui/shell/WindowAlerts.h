// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Attention.h"
#include "models/items/telemetry/AlertNews.h"
#include "models/items/telemetry/AlertsSession.h"
#include "models/ports/DesktopNotices.h"
#include "ui/shell/ShellContext.h"

#include <QPointer>
#include <QTimer>

namespace qd::ui {

class Notices;
class TrayIcon;
struct TrayReading;

/// The window's look at alerts: the session that pages, counts and notices share, from the start on; critical alerts told by the window's
/// notices, by the desktop while nobody looks at the program, and by the tray. Each can be switched off, and stays so.
class WindowAlerts : public QObject {
    Q_OBJECT
public:
    /// Puts the session into the context.
    WindowAlerts(ShellContext &context, QWidget *window);
    ~WindowAlerts() override;
    void setNotices(Notices *notices) { m_notices = notices; }
    void addEnvironment(state::Environment *environment);
    void removeEnvironment(state::Environment *environment);
    [[nodiscard]] items::AlertsSession *session() const { return m_session; }
    /// What fires and is not silenced, for the navigation.
    [[nodiscard]] items::Attention::Count attention() const;
    [[nodiscard]] bool noticesOn() const { return m_noticesOn; }
    void setNoticesOn(bool on);
    [[nodiscard]] bool desktopOn() const { return m_desktopOn; }
    void setDesktopOn(bool on);
    [[nodiscard]] bool trayOn() const { return m_trayOn; }
    void setTrayOn(bool on);
    /// No notices for an hour, or again; not kept.
    [[nodiscard]] bool paused() const { return m_pause.isActive(); }
    void setPaused(bool paused);
    /// Null: they are not paused.
    [[nodiscard]] QDateTime pausedUntil() const { return paused() ? m_pausedUntil : QDateTime(); }
    /// Null: it is off, or there is no tray.
    [[nodiscard]] TrayIcon *tray() const;
    /// Whose nodes the tray tells of.
    void setNodes(const items::Attention *nodes);
    /// What the tray tells, also where there is none.
    [[nodiscard]] TrayReading trayReading() const;
    /// Whether somebody looks at the program; tests say it.
    std::function<bool()> looked;
    /// The notice of one alert that stands on screen anyway goes after so long: it covers it.
    int seenMs = 8000;

Q_SIGNALS:
    void changed();
    /// The page of alerts is wanted, at this one (Alert::key; empty: all).
    void alertsWanted(const QString &key);
    void quitWanted();
    /// By whomever, or because the hour is over.
    void pausedChanged(bool paused);

private:
    void tellNews();
    void tell(const items::AlertNews &news);
    void withdraw(const QString &id);
    void leaveWhatIsSeen();
    void makeTray();
    void showTray();
    void comeToFront(const QString &token);
    const ShellContext &m_context;
    QWidget *m_window;
    items::AlertsSession *m_session;
    items::AlertNewsDesk m_desk;
    QPointer<Notices> m_notices;
    QPointer<ports::DesktopNotices> m_desktop;
    QPointer<TrayIcon> m_tray;
    QPointer<const items::Attention> m_nodes;
    QList<QPointer<state::Environment>> m_environments;
    QSet<QString> m_looked;             ///< clusters that have answered
    QHash<QString, QString> m_told;     ///< notice -> key of its one alert, empty for several
    QTimer m_held{this};
    QTimer m_pause{this};
    QDateTime m_pausedUntil;
    bool m_noticesOn = true, m_desktopOn = true, m_trayOn = true;
};

}
