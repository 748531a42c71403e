// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/WindowAlerts.h"

#include "ui/shell/Notices.h"
#include "ui/shell/SettingsStore.h"
#include "ui/shell/TrayIcon.h"
#include "ui/widgets/Label.h"

#include <QApplication>
#include <QWindow>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;

namespace {
constexpr int kPauseMs = 3'600'000;

bool tellsItsNodes(const state::Environment *environment)
{
    const QList<state::ResourceStore *> stores = environment->stores();
    int nodes = 0;
    for (const state::ResourceStore *store : stores) {
        if (!store->kind().own || store->kind().pane != "nodes"_L1)
            continue;
        if (!store->complete())
            return false;
        ++nodes;
    }
    return nodes > 0;
}
}

WindowAlerts::WindowAlerts(ShellContext &context, QWidget *window)
    : QObject(window)
    , looked([] { return QGuiApplication::applicationState() == Qt::ApplicationActive; })
    , m_context(context)
    , m_window(window)
    , m_session(new items::AlertsSession(context.clock, context.journal, context.profile, this))
    , m_desktop(context.desktopNotices)
{
    context.alerts = m_session;
    const auto on = [&context](const QString &key) { return !context.settings || context.settings->value(key, true).toBool(); };
    m_noticesOn = on(u"alerts/notices"_s);
    m_desktopOn = on(u"alerts/desktop"_s);
    m_trayOn = on(u"alerts/tray"_s);
    m_held.setSingleShot(true);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_held, &QTimer::timeout, this, &WindowAlerts::tellNews);
    connect(&m_pause, &QTimer::timeout, this, [this] { setPaused(false); });
    connect(m_session, &items::AlertsSession::looked, this, [this](const QString &cluster) {
        m_looked.insert(cluster);
        tellNews();
        leaveWhatIsSeen();
    });
    connect(m_session, &items::AlertsSession::wantedChanged, this, &WindowAlerts::leaveWhatIsSeen);
    connect(qApp, &QGuiApplication::applicationStateChanged, this, &WindowAlerts::leaveWhatIsSeen);
    connect(m_session, &items::AlertsSession::changed, this, [this] {
        showTray();
        Q_EMIT changed();
    });
    if (m_desktop)
        connect(m_desktop, &ports::DesktopNotices::activated, this, [this](const QString &id, const QString &token) {
            if (!m_told.contains(id))
                return;
            comeToFront(token);
            Q_EMIT alertsWanted(m_told.value(id));
        });
    makeTray();
    for (state::Environment *environment : std::as_const(context.environments))
        addEnvironment(environment);
    // The navigation counts what fires whatever page is shown.
    m_session->setWanted(this, true);
}

/// The session outlives it by a moment, and sees it go.
WindowAlerts::~WindowAlerts()
{
    m_session->disconnect(this);
}

TrayIcon *WindowAlerts::tray() const
{
    return m_tray;
}

void WindowAlerts::addEnvironment(state::Environment *environment)
{
    m_environments.append(environment);
    connect(environment, &state::Environment::freshnessChanged, this, &WindowAlerts::showTray);
    m_session->addEnvironment(environment);
}

void WindowAlerts::removeEnvironment(state::Environment *environment)
{
    m_looked.remove(environment->name());
    m_desk.forget(environment->name());
    m_environments.removeAll(environment);
    environment->disconnect(this);
    m_session->removeEnvironment(environment);
}

items::Attention::Count WindowAlerts::attention() const
{
    return {m_session->counts().firing, m_session->counts().worst};
}

void WindowAlerts::setNodes(const items::Attention *nodes)
{
    m_nodes = nodes;
    connect(nodes, &items::Attention::changed, this, &WindowAlerts::showTray);
    showTray();
}

void WindowAlerts::setNoticesOn(bool on)
{
    m_noticesOn = on;
    if (m_context.settings)
        m_context.settings->setValue(u"alerts/notices"_s, on);
}

void WindowAlerts::setDesktopOn(bool on)
{
    m_desktopOn = on;
    if (m_context.settings)
        m_context.settings->setValue(u"alerts/desktop"_s, on);
}

void WindowAlerts::setTrayOn(bool on)
{
    m_trayOn = on;
    if (m_context.settings)
        m_context.settings->setValue(u"alerts/tray"_s, on);
    makeTray();
}

void WindowAlerts::setPaused(bool paused)
{
    if (paused) {
        m_pause.start();
        m_pausedUntil = m_context.clock->now().addMSecs(kPauseMs);
    } else {
        m_pause.stop();
    }
    if (m_tray)
        m_tray->setPaused(paused);
    Q_EMIT pausedChanged(paused);
    if (!paused)
        tellNews();
}

/// While notices are paused nothing counts as told: what still fires afterwards is.
void WindowAlerts::tellNews()
{
    if (paused())
        return;
    const items::AlertNewsDesk::Turn turn = m_desk.take(m_session->alerts(), m_looked, m_context.clock->monotonicMs());
    for (const QString &id : turn.over)
        withdraw(id);
    if (turn.news)
        tell(*turn.news);
    if (turn.waitMs > 0)
        m_held.start(int(turn.waitMs));
    else
        m_held.stop();
}

void WindowAlerts::tell(const items::AlertNews &news)
{
    const QString key = news.keys.size() == 1 ? news.keys.first() : QString();
    m_told.insert(news.id, key);
    if (m_noticesOn && m_notices)
        m_notices->tell(news.id, State::Failed, news.title, news.text, {tr("Show"), [this, key] { Q_EMIT alertsWanted(key); }});
    if (m_desktopOn && m_desktop && m_desktop->available() && !looked())
        m_desktop->show({news.id, news.title, news.text, true, tr("Show")});
    leaveWhatIsSeen();
}

/// The alert itself stands on screen, and somebody looks. The notice of several stays: not all of them are seen.
void WindowAlerts::leaveWhatIsSeen()
{
    if (m_told.isEmpty() || !m_notices || !looked())
        return;
    const QStringList ids = m_told.keys();
    QTimer::singleShot(seenMs, this, [this, ids] {
        for (const QString &id : ids) {
            const QString key = m_told.value(id);
            if (m_notices && !key.isEmpty() && looked() && m_session->isSeen(key))
                m_notices->withdraw(id);
        }
    });
}

/// Nothing calls any more for what is over.
void WindowAlerts::withdraw(const QString &id)
{
    m_told.remove(id);
    if (m_notices)
        m_notices->withdraw(id);
    if (m_desktop)
        m_desktop->withdraw(id);
}

void WindowAlerts::makeTray()
{
    // A picture file and a screen nobody sees have no tray.
    const QString platform = QGuiApplication::platformName();
    const bool wanted = m_trayOn && platform != "offscreen"_L1 && platform != "minimal"_L1;
    if (wanted == !m_tray.isNull())
        return;
    if (!wanted) {
        delete m_tray;
        return;
    }
    m_tray = new TrayIcon(this);
    m_tray->setPaused(paused());
    connect(m_tray, &TrayIcon::openWanted, this, [this] { comeToFront({}); });
    connect(m_tray, &TrayIcon::pauseWanted, this, &WindowAlerts::setPaused);
    connect(m_tray, &TrayIcon::quitWanted, this, &WindowAlerts::quitWanted);
    showTray();
}

void WindowAlerts::showTray()
{
    if (m_tray)
        m_tray->setReading(trayReading());
}

TrayReading WindowAlerts::trayReading() const
{
    const QList<items::AlertsStanding> standings = m_session->standings();
    const bool known = !standings.isEmpty() && std::all_of(standings.begin(), standings.end(), [](const items::AlertsStanding &s) { return s.asOf.isValid(); });
    const bool stale = std::any_of(standings.begin(), standings.end(), [](const items::AlertsStanding &s) { return s.stale(); });
    TrayReading out;
    out.alerts = m_session->counts();
    // What fires is told also where not all is known.
    out.alertsKnown = known || out.alerts.firing > 0;
    out.alertsOld = stale || !known;
    if (m_nodes) {
        out.nodes = m_nodes->of(u"nodes"_s);
        // So is a node that is bad.
        out.nodesKnown = out.nodes.problems > 0 || (!m_environments.isEmpty() && std::all_of(m_environments.begin(), m_environments.end(), [](const auto &one) { return one && tellsItsNodes(one); }));
    }
    return out;
}

void WindowAlerts::comeToFront(const QString &token)
{
    if (!token.isEmpty())
        qputenv("XDG_ACTIVATION_TOKEN", token.toUtf8());     // Qt's Wayland plugin takes it from there
    m_window->setWindowState(m_window->windowState() & ~Qt::WindowMinimized);
    m_window->show();
    m_window->raise();
    m_window->activateWindow();
}

}
