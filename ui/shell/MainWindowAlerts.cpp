// SPDX-License-Identifier: GPL-3.0-or-later
// What fires, in the frame: where notices and the bell lead, and what can be switched off.
#include "ui/shell/MainWindow.h"

#include "ui/panes/telemetry/AlertsPage.h"
#include "ui/shell/EnvironmentBar.h"
#include "ui/shell/Notices.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/WindowAlerts.h"

#include <QToolButton>

namespace qd::ui {

using namespace Qt::StringLiterals;

void MainWindow::makeAlerts()
{
    m_alerts->setNotices(m_notices);
    connect(m_alerts, &WindowAlerts::alertsWanted, this, &MainWindow::showAlerts);
    connect(m_alerts, &WindowAlerts::quitWanted, this, &QWidget::close);
    connect(m_alerts, &WindowAlerts::changed, this, &MainWindow::updateAttention);
    connect(m_bar->alertsButton(), &QToolButton::clicked, this, [this] { showAlerts({}); });
    const auto add = [this](const QString &id, const QString &text, const QString &iconName, bool on, auto call) {
        QAction *action = m_actions->add({id, text, iconName, {}});
        action->setCheckable(true);
        action->setChecked(on);
        addAction(action);
        connect(action, &QAction::triggered, m_alerts, call);
        return action;
    };
    add(u"alerts.notices"_s, tr("Notices of critical alerts in the window"), u"bell"_s, m_alerts->noticesOn(), [this](bool on) { m_alerts->setNoticesOn(on); });
    add(u"alerts.desktop"_s, tr("Desktop notices of critical alerts"), u"bell"_s, m_alerts->desktopOn(), [this](bool on) { m_alerts->setDesktopOn(on); });
    add(u"alerts.tray"_s, tr("Icon in the tray"), u"alert"_s, m_alerts->trayOn(), [this](bool on) { m_alerts->setTrayOn(on); });
    QAction *pause = add(u"alerts.pause"_s, tr("Pause notices for an hour"), u"pause"_s, false, [this](bool on) { m_alerts->setPaused(on); });
    connect(m_alerts, &WindowAlerts::pausedChanged, pause, &QAction::setChecked);
    connect(m_alerts, &WindowAlerts::pausedChanged, this, [this] { m_bar->setNoticesPaused(m_alerts->pausedUntil()); });
}

void MainWindow::showAlerts(const QString &key)
{
    m_panes->showList(u"telemetry"_s, u"alerts"_s, false);
    Pane *pane = m_panes->pane(u"telemetry"_s);
    auto *page = pane ? pane->findChild<AlertsPage *>() : nullptr;
    if (page && !key.isEmpty())
        page->showAlert(key);
}

}
