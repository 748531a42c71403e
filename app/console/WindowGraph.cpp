// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/WindowGraph.h"

#include <QApplication>

namespace qd::console {

using namespace Qt::StringLiterals;

WindowGraph::WindowGraph(Session *session, QApplication &application, const QStringList &problems)
    : m_session(session)
    , m_settings(QString(session->configDir() + u"/window.ini"_s))
    , m_bodies(kube::makeBodyCodec())
    , m_operations(session->clock())
{
    // The watches open while the window is made: its first picture may have rows already.
    makeEnvironments();
    for (const auto &environment : m_environments)
        environment->start();
    m_theme.apply(application);
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
    context.profile = session->profileName();
    context.problems = problems;
    for (const auto &environment : m_environments)
        context.environments.append(environment.get());
    m_window = std::make_unique<ui::MainWindow>(context);
}

WindowGraph::~WindowGraph() = default;

void WindowGraph::makeEnvironments()
{
    for (const SessionCluster &cluster : m_session->clusters())
        m_environments.push_back(std::make_unique<state::Environment>(cluster.info, m_session->kinds(), cluster.kube->gateway(),
                                                                      cluster.kube->feed(), m_session->clock()));
}

void WindowGraph::show()
{
    m_window->show();
}

}
