// SPDX-License-Identifier: GPL-3.0-or-later
// The clusters of the window: opened, closed, narrowed to a namespace while it runs.
#include "models/state/telemetry/Verdicts.h"
#include "ui/panes/Pane.h"
#include "ui/shell/EnvironmentBar.h"
#include "ui/shell/EnvironmentMenus.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Notices.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/StaleNotice.h"
#include "ui/shell/StatusBar.h"
#include "ui/shell/ViewAs.h"
#include "ui/shell/WindowAlerts.h"
#include "ui/shell/WindowJournal.h"
#include "ui/signin/WindowSignIn.h"
#include "ui/theme/Icons.h"

#include <QMenu>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

/// Where a person left an environment, by its name.
QString namespaceKey(const state::Environment &environment)
{
    return u"environments/"_s + environment.name() + u"/namespaces"_s;
}

}

QMenu *MainWindow::openEnvironments()
{
    auto *menu = new OpenEnvironmentMenu(m_context.source, this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu, &OpenEnvironmentMenu::contextWanted, this, &MainWindow::openContext);
    connect(menu, &OpenEnvironmentMenu::demoWanted, this, &MainWindow::startDemo);
    QWidget *button = m_bar->openButton();
    menu->popup(button->mapToGlobal(QPoint(0, button->height() + 4)));
    return menu;
}

void MainWindow::startDemo()
{
    if (!m_context.source)
        return;
    if (const Result<Done> started = m_context.source->startDemo(); !started)
        m_notices->show(network::State::Failed, started.error().message, started.error().remedy);
}

void MainWindow::openContext(const QString &name)
{
    if (!m_context.source)
        return;
    const Result<state::Environment *> opened = m_context.source->open(name);
    if (!opened) {
        m_notices->show(network::State::Failed, tr("%1 could not be opened: %2").arg(name, opened.error().message), opened.error().remedy);
        return;
    }
    adopt(*opened);
}

void MainWindow::restoreNamespaces(state::Environment *environment)
{
    const QStringList namespaces = m_context.settings->value(namespaceKey(*environment)).toStringList();
    if (!namespaces.isEmpty() && environment->info().namespaces.isEmpty())
        environment->setNamespaces(namespaces);
}

/// Shows one more cluster beside the others.
void MainWindow::adopt(state::Environment *environment)
{
    restoreNamespaces(environment);
    m_context.environments.append(environment);
    m_attention->addEnvironment(environment);
    m_alerts->addEnvironment(environment);
    m_context.verdicts->addEnvironment(environment);
    m_bar->addChip(environment);
    connect(environment, &state::Environment::freshnessChanged, m_status, &StatusBar::tick);
    m_panes->addEnvironment(environment);
    m_journal->environmentsChanged();
    m_signIns->environmentsChanged();
    m_stale->addEnvironment(environment);
    updateFirstRun();
}

/// What is under way in a cluster is followed to its end.
bool MainWindow::busyIn(const state::Environment &environment) const
{
    if (!m_context.operations)
        return false;
    const QList<state::Operation> &list = m_context.operations->list();
    return std::any_of(list.begin(), list.end(), [&](const state::Operation &o) { return o.running() && o.cluster == environment.name(); });
}

void MainWindow::closeEnvironment(state::Environment *environment)
{
    if (!m_context.source || !m_context.environments.contains(environment))
        return;
    if (m_context.environments.size() == 1 || busyIn(*environment)) {
        m_notices->show(network::State::Progressing, tr("%1 stays open.").arg(environment->name()),
                        m_context.environments.size() == 1 ? tr("It is the only environment; open another one first.")
                                                           : tr("A change in it is under way."));
        return;
    }
    m_context.environments.removeAll(environment);
    m_actions->setTargets({});
    m_panes->removeEnvironment(environment);
    m_alerts->removeEnvironment(environment);
    m_context.verdicts->removeEnvironment(environment);
    m_journal->environmentsChanged();
    m_signIns->environmentsChanged();
    m_bar->removeChip(environment);
    m_stale->removeEnvironment(environment);
    const QList<ViewAsBar *> bars = findChildren<ViewAsBar *>();
    for (ViewAsBar *bar : bars) {
        if (bar->environment() == environment)
            bar->deleteLater();
    }
    m_context.source->close(environment);
    m_status->tick();
}

void MainWindow::makeSignIns()
{
    m_signIns = new WindowSignIn(m_context, m_viewAsBars, this);
    connect(m_signIns, &WindowSignIn::whoAmIWanted, this, &MainWindow::openIdentity);
    connect(m_signIns, &WindowSignIn::told, this, [this](network::State state, const QString &title, const QString &detail) { m_notices->show(state, title, detail); });
    QAction *action = m_actions->add({u"view.signIn"_s, tr("Sign in or see the session…"), u"key"_s, {QKeySequence(u"Ctrl+Shift+H"_s)}});
    addAction(action);
    connect(action, &QAction::triggered, this, [this] {
        if (!openSignIn())
            m_notices->show(network::State::Suspended, tr("Nobody signs in here."), tr("These clusters take the credentials of the kubeconfig."));
    });
    makeProfiles();
}

Popup *MainWindow::openSignIn(state::Environment *environment)
{
    const QList<ActionTarget> &targets = m_actions->targets();
    if (!environment && !targets.isEmpty() && targets.first().environment && targets.first().environment->signIn())
        environment = targets.first().environment;
    for (state::Environment *one : std::as_const(m_context.environments)) {
        if (!environment && one->signIn())
            environment = one;
    }
    return m_signIns->openCard(environment);
}

QMenu *MainWindow::openEnvironmentMenu(state::Environment *environment, QWidget *chip)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const Freshness fresh = environment->freshness();
    QAction *title = menu->addAction(fresh.lastAnswer.isValid()
                                         ? tr("%1, last answer %2 UTC").arg(environment->name(), fresh.lastAnswer.toUTC().toString(u"HH:mm:ss"_s))
                                         : tr("%1, no answer yet").arg(environment->name()));
    title->setEnabled(false);
    connect(menu->addAction(icon(u"refresh"_s), tr("Ask again now")), &QAction::triggered, environment, [environment] {
        const QList<state::ResourceStore *> stores = environment->stores();
        for (state::ResourceStore *store : stores)
            store->retryNow();
    });
    if (environment->signIn()) {
        connect(menu->addAction(icon(u"key"_s), environment->needsSignIn() ? tr("Sign in…") : tr("Sign-in…")), &QAction::triggered, environment,
                [this, environment] { openSignIn(environment); });
    } else if (const auto offer = m_context.source ? m_context.source->signInOffer(environment) : std::nullopt) {
        QAction *here = menu->addAction(icon(u"key"_s), tr("Sign in here instead of through %1…").arg(offer->program));
        here->setEnabled(offer->problem.isEmpty());
        here->setToolTip(offer->problem.isEmpty() ? tr("At %1, in the browser").arg(offer->issuer) : offer->problem);
        menu->setToolTipsVisible(true);
        connect(here, &QAction::triggered, environment, [this, environment] { (void)m_signIns->signInHere(environment); });
    }
    menu->addAction(m_actions->action(u"view.pause"_s));
    QAction *readOnly = menu->addAction(icon(u"lock"_s), tr("Read-only"));
    readOnly->setCheckable(true);
    readOnly->setChecked(environment->readOnly());
    connect(readOnly, &QAction::toggled, environment, &state::Environment::setReadOnly);
    auto *namespaces = new NamespaceMenu(environment, menu);
    menu->addMenu(namespaces);
    connect(namespaces, &NamespaceMenu::namespaceWanted, this, [this, environment](const QString &ns) {
        environment->setNamespaces(ns.isEmpty() ? QStringList() : QStringList{ns});
        m_context.settings->setValue(namespaceKey(*environment), environment->info().namespaces);
    });
    connect(menu->addAction(icon(u"filter"_s), tr("Show only %1").arg(environment->name())), &QAction::triggered, this,
            [this, environment] { m_panes->currentPane()->setFilterText(u"cluster:"_s + environment->name()); });
    if (m_context.source) {
        menu->addSeparator();
        addProfiles(menu);
        connect(menu->addAction(icon(u"eye"_s), tr("View as…")), &QAction::triggered, this, [this, environment] { askViewAs(environment); });
        QAction *close = menu->addAction(icon(u"x"_s), tr("Close %1").arg(environment->name()));
        close->setEnabled(m_context.environments.size() > 1);
        connect(close, &QAction::triggered, this, [this, environment] { closeEnvironment(environment); });
    }
    menu->popup(chip->mapToGlobal(QPoint(0, chip->height() + 4)));
    return menu;
}

}
