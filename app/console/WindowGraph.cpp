// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/WindowGraph.h"

#include <QApplication>
#include <QDesktopServices>

namespace qd::console {

using namespace Qt::StringLiterals;

WindowGraph::WindowGraph(Session *session, QApplication &application, const QStringList &problems)
    : m_session(session)
    , m_settings(QString(session->layoutDir() + u"/window.ini"_s), session->profileName())
    , m_bodies(kube::makeBodyCodec())
    , m_operations(session->clock())
    , m_environments(session)   // the watches open while the window is made: its first picture may have rows already
    , m_profiles(session, [](const QUrl &url) { return QDesktopServices::openUrl(url); },
                 [](const QString &path) { return QDesktopServices::openUrl(QUrl::fromLocalFile(path)); })
    , m_dashboards(session->configDir() + u"/dashboards"_s, session->yamlCodec(), [](const QString &path) { return QDesktopServices::openUrl(QUrl::fromLocalFile(path)); })
{
    m_theme.apply(application);
    QObject::connect(&m_desktop, &desktop::PortalSettings::changed, &m_theme, &ui::Theme::setDesktop);
    ui::ShellContext context;
    context.clock = session->clock();
    context.kinds = session->kinds().get();
    context.catalogue = &session->catalogue();
    context.bodies = m_bodies.get();
    context.yaml = session->yaml();
    context.operations = &m_operations;
    context.settings = &m_settings;
    context.theme = &m_theme;
    context.journal = session->journal();
    context.desktopNotices = &m_notices;
    context.profile = session->profileName();
    context.problems = problems;
    context.source = &m_environments;
    context.secrets = session->signIns().secrets();   // asks nothing of the keychain before somebody does
    context.profiles = &m_profiles;
    context.dashboards = &m_dashboards;
    for (const auto &environment : m_environments.all())
        context.environments.append(environment.get());
    m_window = std::make_unique<ui::MainWindow>(context);
}

WindowGraph::~WindowGraph() = default;

void WindowGraph::show()
{
    m_window->show();
}

}
