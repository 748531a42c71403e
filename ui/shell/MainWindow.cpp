// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/MainWindow.h"

#include "models/core/Format.h"
#include "models/state/telemetry/Verdicts.h"
#include "ui/panes/details/DetailsWindow.h"
#include "ui/panes/details/ObjectCommands.h"
#include "ui/panes/changes/ChangesPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/CommandPalette.h"
#include "ui/shell/EnvironmentBar.h"
#include "ui/shell/KeysPanel.h"
#include "ui/shell/Navigation.h"
#include "ui/shell/Notices.h"
#include "ui/shell/PaneList.h"
#include "ui/shell/Panels.h"
#include "ui/shell/SavedViews.h"
#include "ui/shell/StaleNotice.h"
#include "ui/shell/StatusBar.h"
#include "ui/shell/WindowAlerts.h"
#include "ui/shell/WindowChanges.h"
#include "ui/shell/WindowJournal.h"
#include "ui/signin/IdentityPanel.h"
#include "ui/signin/WindowSignIn.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Faces.h"

#include <QCloseEvent>
#include <QMenu>
#include <QScreen>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kNarrow = 1280;
constexpr int kBodyHeight = 16;
}

MainWindow::MainWindow(ShellContext context, QWidget *parent)
    : QWidget(parent)
    , m_context(std::move(context))
    , m_actions(new ActionRegistry(m_context.catalogue, this))
    , m_attention(new items::Attention(this))
    , m_timer(new QTimer(this))
{
    setAccessibleRole(this, QAccessible::Window);
    setWindowTitle(tr("Quarterdeck"));
    setWindowIcon(icon(u"quarterdeck"_s));
    setMinimumSize(800, 560);
    m_journal = new WindowJournal(m_context, this);
    m_alerts = new WindowAlerts(m_context, this);
    m_context.verdicts = new state::Verdicts(m_context.clock, this);
    for (state::Environment *environment : std::as_const(m_context.environments))
        m_context.verdicts->addEnvironment(environment);
    m_views = new SavedViews(m_context.settings, this);
    makeStarter();
    registerActions();
    build();
    restoreState();
    for (const QString &problem : std::as_const(m_context.problems)) {
        if (!m_context.environments.isEmpty())
            m_notices->show(network::State::Degraded, tr("Something in the files is not as it should be."), problem);
    }
    m_timer->setInterval(1000);
    connect(m_timer, &QTimer::timeout, this, &MainWindow::tick);
    m_timer->start();
}

MainWindow::~MainWindow()
{
    delete m_windows;   // they still look at what else goes with this one
}

void MainWindow::makeStarter()
{
    if (m_context.changes || !m_context.catalogue)
        return;
    auto *changes = new WindowChanges(m_context, this);
    m_context.changes = changes;
    connect(changes, &WindowChanges::failed, this, [this](const Error &error) {
        if (error.kind != ErrorKind::Cancelled)
            m_notices->show(network::State::Failed, error.message, error.remedy);
    });
    connect(changes, &WindowChanges::draftKept, this, [this](const state::ChangeDraft &draft) {
        m_notices->show(network::State::Suspended, tr("Draft kept: %1").arg(draft.title),
                        tr("It waits under Operations; nothing was sent."),
                        {tr("Review…"), [this, id = draft.id] { m_context.operations->reviewKept(id); }});
    });
}

void MainWindow::registerActions()
{
    const auto add = [this](const QString &id, const QString &text, const QString &iconName, const QString &key, auto call) {
        QAction *action = m_actions->add({id, text, iconName, key.isEmpty() ? QList<QKeySequence>() : QList<QKeySequence>{QKeySequence(key)}});
        addAction(action);
        connect(action, &QAction::triggered, this, call);
    };
    add(u"view.palette"_s, tr("Search or command"), u"search"_s, u"Ctrl+K"_s, [this] { openPalette(); });
    add(u"view.keys"_s, tr("Keys that work here"), u"keyboard"_s, u"?"_s, [this] { openKeys(); });
    add(u"view.readOnly"_s, tr("Read-only or read-write"), u"lock"_s, u"Ctrl+Shift+L"_s, [this] { toggleReadOnly(); });
    add(u"view.operations"_s, tr("Operations"), u"tasks"_s, u"Ctrl+J"_s, [this] { openOperations(); });
    add(u"view.identity"_s, tr("Who am I"), u"user"_s, u"Ctrl+I"_s, [this] { openIdentity(); });
    add(u"view.back"_s, tr("Back"), u"left"_s, u"Alt+Left"_s, [this] { m_panes->back(); });
    add(u"view.forward"_s, tr("Forward"), u"right"_s, u"Alt+Right"_s, [this] { m_panes->forward(); });
    add(u"view.density"_s, tr("Compact or comfortable rows"), u"columns"_s, u"Ctrl+Shift+C"_s, [this] {
        if (m_context.theme)
            setDensity(m_context.theme->density() == Density::Compact ? Density::Comfortable : Density::Compact);
    });
    add(u"view.theme"_s, tr("Light or dark"), u"sun"_s, u"Ctrl+Shift+T"_s, [this] {
        if (!m_context.theme)
            return;
        m_context.theme->setMode(m_context.theme->dark() ? Theme::Mode::Light : Theme::Mode::Dark);
        m_context.settings->setValue(u"window/theme"_s, int(m_context.theme->mode()));
    });
    add(u"view.pause"_s, tr("Pause live updates"), u"pause"_s, u"F8"_s, [this] { setPaused(!m_panes->isPaused()); });
    add(u"view.openEnvironment"_s, tr("Open another environment…"), u"plus"_s, u"Ctrl+O"_s, [this] { openEnvironments(); });
    const std::pair<QString, QString> others[]{{u"Participant"_s, tr("Set up participant…")}, {u"SuperValidator"_s, tr("Set up super validator…")},
                                               {u"SyncDomain"_s, tr("Set up sync domain…")}};
    for (const auto &[kind, text] : others)   // of kinds the page of nodes has no button for
        add(u"create."_s + kind, text, u"plus"_s, {}, [this, kind = kind] {
            m_panes->show(u"nodes"_s);
            m_nodes->setUp(kind);
        });
    add(u"view.quit"_s, tr("Quit"), u"out"_s, u"Ctrl+Q"_s, [this] { close(); });
    registerGuideActions();
    registerObjectCommands(m_actions);
    connect(m_actions, &ActionRegistry::tabWanted, this, [this](const ActionTarget &target, const QString &tab) { m_panes->openTab(target.object(), tab); });
    connect(m_actions, &ActionRegistry::changeRequested, this, [this](const QString &id, const QList<ActionTarget> &targets) {
        if (m_context.changes && !targets.isEmpty())
            m_context.changes->startAction(id, targets, {}, this);
    });
}

void MainWindow::build()
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_bar = new EnvironmentBar(m_context, m_actions, this);
    column->addWidget(m_bar);
    m_viewAsBars = new QVBoxLayout;
    column->addLayout(m_viewAsBars);
    m_row = new QHBoxLayout;
    m_row->setSpacing(0);
    m_navigation = new Navigation(this);
    m_row->addWidget(m_navigation);
    buildPanes();
    m_row->addWidget(m_panes, 1);
    column->addLayout(m_row, 1);
    m_status = new StatusBar(m_context, this);
    column->addWidget(m_status);
    m_notices = new Notices(this);
    m_stale = new StaleNotice(m_context, m_panes, m_notices, this);
    makeAlerts();
    makeSignIns();
    connect(m_journal, &WindowJournal::failed, this, [this](const Error &error) { m_notices->show(network::State::Failed, error.message, error.remedy); });
    connect(m_bar, &EnvironmentBar::paletteWanted, this, [this](const QString &text) { openPalette(text); });
    connect(m_bar->operationsButton(), &QToolButton::clicked, this, [this] { openOperations(); });
    connect(m_bar->identityButton(), &QToolButton::clicked, this, [this] { openIdentity(); });
    connect(m_bar, &EnvironmentBar::environmentClicked, this, &MainWindow::openEnvironmentMenu);
    connect(m_panes, &PaneHost::viewsWanted, this, &MainWindow::openViews);
    connect(m_panes, &PaneHost::waitingChanged, this, [this] { m_status->setPaused(m_panes->isPaused(), m_panes->waiting()); });
    connect(m_status->resumeButton(), &QToolButton::clicked, this, [this] { setPaused(false); });
    if (m_context.operations)
        connect(m_context.operations, &state::Operations::operationFinished, this, &MainWindow::operationFinished);
    if (m_context.theme)
        connect(m_context.theme, &Theme::changed, this, [this] { m_panes->setDensity(m_context.theme->density()); });
}

void MainWindow::buildPanes()
{
    m_panes = new PaneHost(m_context, paneList(m_context, m_actions, m_attention), this);
    for (const PaneInfo &pane : m_panes->panes())
        m_navigation->addPane(pane.id, pane.icon, pane.title, pane.group);
    registerPanes();
    for (state::Environment *environment : std::as_const(m_context.environments))
        m_attention->addEnvironment(environment);
    m_nodes = qobject_cast<ResourcePane *>(m_panes->pane(u"nodes"_s));
    // It counts what needs attention whatever page is shown.
    (void)m_panes->pane(u"overview"_s);
    connect(m_navigation, &Navigation::paneWanted, m_panes, &PaneHost::show);
    connect(m_panes, &PaneHost::attentionChanged, this, &MainWindow::updateAttention);
    connect(m_panes, &PaneHost::currentPaneChanged, this, &MainWindow::updateCurrent);
    connect(m_panes, &PaneHost::historyChanged, this, &MainWindow::updateCurrent);
    connect(m_panes, &PaneHost::hintsChanged, this, &MainWindow::updateCurrent);
    connect(m_panes, &PaneHost::objectMissing, this, &MainWindow::sayMissing);
    connect(m_nodes, &ResourcePane::refused, this, [this](const QString &why) { m_notices->show(network::State::Suspended, tr("Nothing can be set up now"), why); });
    connect(m_attention, &items::Attention::changed, this, &MainWindow::updateAttention);
    connect(m_journal, &WindowJournal::changed, this, &MainWindow::updateAttention);
    m_alerts->setNodes(m_attention);
    updateAttention();
    m_windows = new DetailsWindows(m_context, m_actions, this);
    const auto front = [this] {
        raise();
        activateWindow();
    };
    connect(m_windows, &DetailsWindows::objectWanted, this, [this, front](const ObjectId &object) {
        if (m_panes->openObject(object))
            front();
    });
    connect(m_windows, &DetailsWindows::changeWanted, this, [this, front](const QString &change) {
        if (m_panes->openChange(change))
            front();
    });
}

void MainWindow::registerPanes()
{
    for (const PaneInfo &pane : m_panes->panes()) {
        QAction *action = m_actions->add({u"view.pane."_s + pane.id, tr("Go to: %1").arg(pane.title), pane.icon,
                                          {QKeySequence(pane.key, QKeySequence::PortableText)}});
        addAction(action);
        connect(action, &QAction::triggered, m_panes, [this, id = pane.id] { m_panes->show(id); });
    }
}

void MainWindow::updateAttention()
{
    for (const PaneInfo &pane : m_panes->panes()) {
        items::Attention::Count sum;
        for (const QString &id : pane.attention) {
            const items::Attention::Count one = m_attention->of(id);
            sum.problems += one.problems;
            sum.worst = network::worse(sum.worst, one.worst);
        }
        if (pane.count)
            sum = pane.count();
        m_navigation->item(pane.id)->setAttention(sum.worst, sum.problems);
    }
}

void MainWindow::updateCurrent()
{
    m_navigation->setCurrent(m_panes->current());
    m_actions->action(u"view.back"_s)->setEnabled(m_panes->canGoBack());
    m_actions->action(u"view.forward"_s)->setEnabled(m_panes->canGoForward());
    updateFirstRun();
}

void MainWindow::restoreState()
{
    SettingsStore *settings = m_context.settings;
    if (m_context.theme) {
        m_context.theme->setMode(Theme::Mode(settings->value(u"window/theme"_s, int(m_context.theme->mode())).toInt()));
        setDensity(settings->value(u"window/compact"_s, true).toBool() ? Density::Compact : Density::Comfortable);
        if (const int size = settings->value(u"window/textSize"_s, 0).toInt(); size > 0)
            m_context.theme->setBodySize(size);
    }
    const QByteArray geometry = settings->value(u"window/geometry"_s).toByteArray();
    if (geometry.isEmpty() || !restoreGeometry(geometry))
        resize(QSize(1440, 900).boundedTo(screen()->availableSize() - QSize(16, 48)));   // with the frame around it
    const QString last = settings->value(u"window/pane"_s, u"overview"_s).toString();
    const QList<PaneInfo> &panes = m_panes->panes();
    const bool known = std::any_of(panes.begin(), panes.end(), [&last](const PaneInfo &p) { return p.id == last; });
    m_panes->show(known ? last : panes.first().id);
    restoreEnvironments();
}

void MainWindow::setDensity(Density density)
{
    m_context.theme->setDensity(density);
    m_panes->setDensity(density);
    m_context.settings->setValue(u"window/compact"_s, density == Density::Compact);
}

void MainWindow::tick()
{
    m_bar->tick();
    m_status->tick();
    m_stale->tick();
    if (m_panes->currentPane())
        m_panes->currentPane()->tick();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fold();
}

void MainWindow::fold()
{
    // 1280 px at the body size of look.md; a larger font needs the room earlier.
    const int folded = width() * kBodyHeight < kNarrow * fontMetrics().height() ? 1 : 0;
    if (folded == m_folded)
        return;
    m_folded = folded;
    m_bar->setFolded(folded);
    m_navigation->setFolded(folded);
    m_status->setFolded(folded);
    m_panes->setNarrow(folded);
}

/// A write under way is answered first: closing would leave it unknown whether it was made.
bool MainWindow::applying() const
{
    if (!m_context.operations)
        return false;
    const QList<state::Operation> &list = m_context.operations->list();
    return std::any_of(list.begin(), list.end(), [this](const state::Operation &operation) {
        const state::ChangePipeline *pipeline = operation.running() ? m_context.operations->pipeline(operation.id) : nullptr;
        return pipeline && pipeline->step() == state::ChangePipeline::Step::Apply;
    });
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (applying()) {
        event->ignore();
        m_notices->show(network::State::Progressing, tr("A change is being applied."), tr("The window can be closed once the server has answered."));
        return;
    }
    m_context.settings->keep(u"window/geometry"_s, saveGeometry());
    m_context.settings->keep(u"window/pane"_s, m_panes->current());
    m_panes->saveState();
    saveEnvironments();
    m_windows->closeAll();
    event->accept();
}

void MainWindow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        update();
    if (event->type() == QEvent::FontChange && m_folded >= 0)   // it was laid out once
        fold();
}

Popup *MainWindow::openPalette(const QString &text)
{
    QList<CommandPalette::Pane> panes;
    for (const PaneInfo &pane : m_panes->panes())
        panes.append({pane.id, pane.title, pane.icon});
    auto *palette = new CommandPalette(m_context, m_actions, panes, this);
    addToPalette(palette);
    palette->setText(text);
    connect(palette, &CommandPalette::objectWanted, m_panes, &PaneHost::openObject);
    connect(palette, &CommandPalette::paneWanted, m_panes, &PaneHost::show);
    palette->popupCentered();
    return palette;
}

Popup *MainWindow::openOperations()
{
    Popup *panel = makeOperationsPanel(m_context, this, [this](const ObjectId &object) {
        (void)m_panes->openObject(object);
    }, [this](const QString &change) { showChange(change); });
    panel->popupBelow(m_bar->operationsButton());
    return panel;
}

void MainWindow::showChange(const QString &id)
{
    m_panes->show(u"changes"_s);
    if (auto *changes = qobject_cast<ChangesPane *>(m_panes->currentPane()); changes && !id.isEmpty())
        (void)changes->showChange(id);
}

Popup *MainWindow::openIdentity()
{
    const SessionDo call = [this](state::Environment *environment, SessionVerb verb) {
        if (verb == SessionVerb::SignIn)
            m_signIns->openCard(environment);
        else
            m_signIns->signOut(environment, verb == SessionVerb::SignOutEverywhere);
    };
    Popup *panel = makeIdentityPanel(m_context, call, this);
    panel->popupBelow(m_bar->identityButton());
    return panel;
}

Popup *MainWindow::openKeys()
{
    auto *panel = new KeysPanel(*m_actions, this);
    panel->popupCentered();
    return panel;
}

void MainWindow::toggleReadOnly()
{
    QList<QPointer<state::Environment>> writable;
    for (state::Environment *environment : std::as_const(m_context.environments)) {
        if (!environment->readOnly())
            writable.append(environment);
    }
    for (state::Environment *environment : std::as_const(writable))
        environment->setReadOnly(true);
    if (!writable.isEmpty()) {
        m_locked.append(writable);
        return;
    }
    const bool any = std::any_of(m_locked.begin(), m_locked.end(), [](const auto &locked) { return !locked.isNull(); });
    for (state::Environment *environment : std::as_const(m_context.environments)) {
        if (any ? m_locked.contains(environment) : !m_viewedAs.contains(environment))
            environment->setReadOnly(false);
    }
    m_locked.clear();
}

void MainWindow::sayMissing(const ObjectId &object)
{
    const auto environment = std::find_if(m_context.environments.begin(), m_context.environments.end(),
                                          [&object](const state::Environment *e) { return e->name() == object.cluster; });
    if (environment == m_context.environments.end())
        return;
    const QStringList namespaces = (*environment)->watchedNamespaces();
    m_notices->show(network::State::Degraded, tr("%1 is not in %2.").arg(object.name, object.cluster),
                    namespaces.isEmpty() || namespaces.contains(QString()) || namespaces.contains(object.ns) ? tr("It was deleted since.") : tr("It was deleted since, or it is in another namespace: %1 is shown.").arg(namespaces.join(u", "_s)));
}

void MainWindow::setPaused(bool paused)
{
    m_panes->setPaused(paused);
    m_status->setPaused(paused, m_panes->waiting());
    QAction *action = m_actions->action(u"view.pause"_s);
    action->setText(paused ? tr("Go on with live updates") : tr("Pause live updates"));
    action->setIcon(icon(paused ? u"play"_s : u"pause"_s));
    if (!paused && m_status->resumeButton()->hasFocus())
        m_panes->currentPane()->enter();
}

void MainWindow::operationFinished(const state::Operation &operation, const state::ChangeOutcome &outcome)
{
    using Kind = state::ChangeOutcome::Kind;
    const bool good = outcome.kind == Kind::Settled || outcome.kind == Kind::Applied || outcome.kind == Kind::DryRun;
    if (outcome.kind == Kind::Cancelled)
        return;
    // The journal keeps whole sentences; here the title stands above.
    QString detail = outcome.message;
    if (const QString titled = operation.title + u": "_s; detail.size() > titled.size() && detail.startsWith(titled))
        detail = detail.at(titled.size()).toUpper() + detail.mid(titled.size() + 1);
    NoticeAction more;
    if (!good)
        more = {tr("Details"), [this, id = operation.id] { showChange(id); }};
    m_notices->show(good ? network::State::Ready : network::State::Failed, operation.title, detail, more);
}

}
