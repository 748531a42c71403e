// SPDX-License-Identifier: GPL-3.0-or-later
// What helps a person along: the page without clusters, help, the size of the text, what was open last time.
#include "ui/panes/Pane.h"
#include "ui/shell/CommandPalette.h"
#include "ui/shell/EnvironmentBar.h"
#include "ui/shell/FirstRunPage.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Navigation.h"
#include "ui/shell/Notices.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/SavedViews.h"
#include "ui/shell/StatusBar.h"
#include "ui/shell/ViewAs.h"
#include "ui/shell/WindowJournal.h"
#include "ui/shell/help/HelpPages.h"
#include "ui/shell/help/HelpWindow.h"

#include <QFontInfo>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kSmallestText = 9;
constexpr int kLargestText = 28;
/// Of a page without clusters, what the journal on this machine says is readable.
constexpr QLatin1StringView kWithoutClusters{"changes"};
}

void MainWindow::registerGuideActions()
{
    const auto add = [this](const QString &id, const QString &text, const QString &iconName, const QList<QKeySequence> &keys, auto call) {
        QAction *action = m_actions->add({id, text, iconName, keys});
        addAction(action);
        connect(action, &QAction::triggered, this, call);
    };
    add(u"view.help"_s, tr("Help on this page"), u"overview"_s, {QKeySequence(u"F1"_s)}, [this] { openHelp(); });
    add(u"view.saveView"_s, tr("Save this as a view…"), u"pin"_s, {QKeySequence(u"Ctrl+Shift+B"_s)}, [this] { saveView(); });
    add(u"view.viewAs"_s, tr("View as somebody else…"), u"eye"_s, {QKeySequence(u"Ctrl+Shift+I"_s)}, [this] {
        const QList<ActionTarget> &targets = m_actions->targets();
        state::Environment *selected = targets.isEmpty() ? nullptr : targets.first().environment.data();
        state::Environment *environment = selected ? selected : m_context.environments.value(0);
        if (environment && m_context.source)
            askViewAs(environment);
    });
    add(u"view.larger"_s, tr("Larger text"), u"plus"_s, {QKeySequence(u"Ctrl++"_s), QKeySequence(u"Ctrl+="_s)}, [this] { changeTextSize(1); });
    add(u"view.smaller"_s, tr("Smaller text"), u"minus"_s, {QKeySequence(u"Ctrl+-"_s)}, [this] { changeTextSize(-1); });
    add(u"view.normal"_s, tr("Text as large as the desktop's"), u"sun"_s, {QKeySequence(u"Ctrl+0"_s)}, [this] { changeTextSize(0); });
    add(u"view.desktopTheme"_s, tr("Light or dark as the desktop"), u"sun"_s, {}, [this] {
        if (!m_context.theme)
            return;
        m_context.theme->setMode(Theme::Mode::Desktop);
        m_context.settings->setValue(u"window/theme"_s, int(Theme::Mode::Desktop));
    });
}

HelpWindow *MainWindow::openHelp(const QString &id)
{
    if (!m_help) {
        m_help = new HelpWindow(m_context.settings, this);
        connect(m_help, &HelpWindow::paneWanted, this, [this](const QString &pane) {
            m_panes->show(pane);
            raise();
            activateWindow();
        });
    }
    const bool first = m_first && m_first->isVisible();
    m_help->open(!id.isEmpty() ? id : first ? u"start"_s : m_panes->current());
    return m_help;
}

QMenu *MainWindow::openViews(QWidget *button)
{
    auto *menu = new SavedViewsMenu(*m_views, m_panes->current(), m_panes->currentPane()->listView(), this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu, &SavedViewsMenu::viewWanted, this, &MainWindow::showView);
    connect(menu, &SavedViewsMenu::saveWanted, this, &MainWindow::saveView);
    connect(menu, &SavedViewsMenu::removeWanted, m_views, &SavedViews::remove);
    connect(menu, &SavedViewsMenu::replaceWanted, this, [this](const QString &name) {
        if (const auto view = m_panes->currentPane()->listView())
            m_views->save({name, m_panes->current(), *view});
    });
    menu->popup(button->mapToGlobal(QPoint(0, button->height() + 4)));
    return menu;
}

void MainWindow::showView(const QString &name)
{
    const SavedView *saved = m_views->find(name);
    if (!saved)
        return;
    const SavedView wanted = *saved;
    m_panes->show(wanted.pane);
    if (m_panes->current() == wanted.pane)
        m_panes->currentPane()->showListView(wanted.view);
}

Popup *MainWindow::saveView()
{
    const auto view = m_panes->currentPane()->listView();
    if (!view) {
        m_notices->show(network::State::Suspended, tr("This page is no list."), tr("A view keeps the filter, columns and order of a list."));
        return nullptr;
    }
    return askViewName(*m_views, view->filter.left(40), [this, pane = m_panes->current(), view = *view](const QString &name) {
        m_views->save({name, pane, view});
    }, this);
}

void MainWindow::addToPalette(CommandPalette *palette)
{
    QList<CommandPalette::Entry> views, environments, help;
    for (const SavedView &view : m_views->all())
        views.append({view.name, view.view.filter, u"pin"_s, [this, name = view.name] { showView(name); }});
    for (state::Environment *environment : std::as_const(m_context.environments)) {
        environments.append({tr("Only %1").arg(environment->name()), tr("in this list"), u"filter"_s, [this, name = environment->name()] {
            m_panes->currentPane()->setFilterText(u"cluster:"_s + name);
        }});
    }
    const QList<EnvironmentSource::Context> contexts = m_context.source ? m_context.source->contexts() : QList<EnvironmentSource::Context>();
    for (const EnvironmentSource::Context &context : contexts) {
        if (!context.open)
            environments.append({tr("Open %1").arg(context.name), context.cluster, u"env"_s, [this, name = context.name] { openContext(name); }});
    }
    for (const HelpPage &page : HelpPages::all())
        help.append({page.title, tr("help"), u"overview"_s, [this, id = page.id] { openHelp(id); }});
    palette->addSource(u'=', tr("Saved views"), views, true);
    palette->addSource(u'@', tr("Environments"), environments, false);
    palette->addSource(u'?', tr("Help"), help, false);
}

/// By one pixel; 0: the desktop's own again.
void MainWindow::changeTextSize(int by)
{
    if (!m_context.theme)
        return;
    const int now = QFontInfo(m_context.theme->font()).pixelSize();
    const int next = by == 0 ? 0 : std::clamp(now + by, kSmallestText, kLargestText);
    m_context.theme->setBodySize(next);
    m_context.settings->setValue(u"window/textSize"_s, next);
}

Popup *MainWindow::askViewAs(state::Environment *environment)
{
    return ui::askViewAs(environment->name(), [this, guarded = QPointer(environment)](const QString &user, const QStringList &groups) {
        if (guarded)
            viewAs(guarded, user, groups);
    }, this);
}

void MainWindow::viewAs(state::Environment *environment, const QString &user, const QStringList &groups)
{
    if (!m_context.source)
        return;
    const QString context = environment->name();
    const Result<state::Environment *> opened = m_context.source->openAs(context, user, groups);
    if (!opened) {
        m_notices->show(network::State::Failed, tr("%1 could not be viewed as %2: %3").arg(context, user, opened.error().message), opened.error().remedy);
        return;
    }
    auto *bar = new ViewAsBar(*opened, context, user, groups, m_context.theme, this);
    m_viewAsBars->addWidget(bar);
    bar->show();
    connect(bar, &ViewAsBar::endWanted, this, [this, made = *opened] { closeEnvironment(made); });
    m_viewedAs.append(*opened);
    adopt(*opened);
}

void MainWindow::updateFirstRun()
{
    const bool first = m_context.environments.isEmpty() && m_panes->current() != kWithoutClusters;
    if (first && !m_first) {
        m_first = new FirstRunPage(m_context.source, this);
        m_row->addWidget(m_first, 1);
        connect(m_first, &FirstRunPage::demoWanted, this, &MainWindow::startDemo);
        connect(m_first, &FirstRunPage::checkWanted, this, &MainWindow::readAgain);
        connect(m_first, &FirstRunPage::helpWanted, this, [this] { openHelp(u"start"_s); });
        m_first->offerProfiles(m_context.profiles != nullptr);
        connect(m_first, &FirstRunPage::profilesWanted, this, [this] { openProfiles(); });
        connect(m_first, &FirstRunPage::contextWanted, this, &MainWindow::openContext);
        m_first->showProblem(m_context.problems.isEmpty() ? QString() : m_context.problems.first());
    }
    if (m_first)
        m_first->setVisible(first);
    m_panes->setVisible(!first);
    if (first)   // a list that is not there has no keys
        m_status->setKeyHints(tr("Ctrl+K search    F1 help    ? keys"));
    else if (m_panes->currentPane())
        m_status->setKeyHints(m_panes->currentPane()->keyHints());
}

void MainWindow::readAgain()
{
    if (!m_context.source)
        return;
    const Result<QList<state::Environment *>> read = m_context.source->readAgain();
    if (!read) {
        m_context.problems = {QString(read.error().message + u'\n' + read.error().remedy).trimmed()};
        m_first->sayStill(m_context.problems.first());
        return;
    }
    m_context.problems.clear();
    for (state::Environment *environment : *read)
        adopt(environment);
    m_panes->currentPane()->enter();
}

/// The namespaces and further clusters a person left; the command line and a profile's contexts say more than the last window.
void MainWindow::restoreEnvironments()
{
    for (state::Environment *environment : std::as_const(m_context.environments))
        restoreNamespaces(environment);
    if (!m_context.source || m_context.environments.isEmpty() || m_context.source->origin().contextsGiven)
        return;
    const QStringList last = m_context.settings->value(u"window/environments"_s).toStringList();
    const QList<EnvironmentSource::Context> contexts = m_context.source->contexts();
    for (const EnvironmentSource::Context &context : contexts) {
        if (last.contains(context.name) && !context.open)
            openContext(context.name);
    }
}

void MainWindow::saveEnvironments() const
{
    if (m_context.environments.isEmpty())
        return;
    QStringList open;
    for (const state::Environment *environment : m_context.environments)
        open.append(environment->name());
    m_context.settings->keep(u"window/environments"_s, open);
}

}
