// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/DashboardDesk.h"
#include "app/console/ProfileDesk.h"
#include "app/console/Session.h"
#include "app/console/WindowEnvironments.h"
#include "app/desktop/NotificationService.h"
#include "app/desktop/PortalSettings.h"
#include "models/state/Operations.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/SettingsStore.h"
#include "ui/theme/Theme.h"

#include <memory>
#include <vector>

class QApplication;

namespace qd::console {

/// The window and all it stands on, in construction order. A session without clusters makes a window that says why.
class WindowGraph {
public:
    WindowGraph(Session *session, QApplication &application, const QStringList &problems);
    ~WindowGraph();
    void show();
    [[nodiscard]] ui::MainWindow *window() const { return m_window.get(); }
    [[nodiscard]] const std::vector<std::unique_ptr<state::Environment>> &environments() const { return m_environments.all(); }

private:
    Session *m_session;
    desktop::PortalSettings m_desktop;
    desktop::NotificationService m_notices;
    ui::Theme m_theme;
    ui::IniSettings m_settings;
    std::shared_ptr<ports::BodyCodec> m_bodies;
    state::Operations m_operations;
    WindowEnvironments m_environments;
    ProfileDesk m_profiles;
    DashboardDesk m_dashboards;
    std::unique_ptr<ui::MainWindow> m_window;
};

}
