// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/overview/OverviewPane.h"

#include "ui/panes/overview/ProblemCard.h"
#include "ui/panes/overview/SideCards.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/StatePage.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QScrollArea>
#include <QScrollBar>
#include <QTimer>
#include <QToolTip>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::overview::Overview;
using items::overview::Problem;
using items::overview::Report;
using items::overview::Step;

namespace {
constexpr int kSideWidth = 400;
constexpr int kBodyHeight = 16;
constexpr int kStepWidth = 128;
constexpr int kChanges = 5;
constexpr int kRefreshTicks = 10;
constexpr int kHoldTicks = 5;
}

OverviewPane::OverviewPane(const ShellContext &context, ActionRegistry *actions, const items::Readings *readings, QWidget *parent)
    : Pane(parent)
    , m_context(context)
    , m_actions(actions)
    , m_overview(new Overview(context.clock, context.bodies, this))
    , m_stepTimer(new QTimer(this))
    , m_changesTimer(new QTimer(this))
{
    setAccessibleName(tr("Overview"));
    setFocusPolicy(Qt::StrongFocus);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Window);
    m_overview->setReadings(readings);
    if (context.verdicts)
        m_overview->setVerdicts(context.verdicts);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildBar(layout);
    buildCards(layout);
    connectCards();
    restoreState();
    m_overview->setWindow(window().seconds, window().count);
    for (state::Environment *environment : m_context.environments)
        adopt(environment);
    apply();
    applyChanges();
}

OverviewPane::~OverviewPane() = default;

void OverviewPane::buildBar(QVBoxLayout *layout)
{
    auto *bar = new QWidget(this);
    bar->setMinimumHeight(metrics::kPageBar);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(metrics::kPageEdge, 0, 16, 0);
    row->setSpacing(8);
    row->addWidget(new Label(tr("Overview"), Type::Heading, Token::Text, bar));
    row->addSpacing(6);
    m_counts = new ElidedLabel({}, Type::Body, Token::Text2, Qt::ElideRight, bar);
    row->addWidget(m_counts, 1);
    m_windowLabel = new Label(tr("Observed window"), Type::Body, Token::Text2, bar);
    row->addWidget(m_windowLabel);
    m_window = new QComboBox(bar);
    m_window->setAccessibleName(tr("Observed window"));
    m_window->setToolTip(tr("The time availability is looked at in"));
    m_windowLabel->setBuddy(m_window);
    const QList<ObservedWindow> windows = ObservedWindow::all();
    for (const ObservedWindow &window : windows)
        m_window->addItem(window.text, window.id);
    row->addWidget(m_window);
    m_copy = makeButton(tr("Copy as report"), ButtonKind::Normal, u"copy"_s, bar);
    m_copy->setToolTip(tr("The page as Markdown, for a ticket"));
    row->addWidget(m_copy);
    layout->addWidget(bar);
    layout->addWidget(new Hairline(Qt::Horizontal, this));
}

void OverviewPane::buildCards(QVBoxLayout *layout)
{
    m_empty = new StatePage(this);
    m_empty->showEmpty(tr("No environment is open."), tr("What needs attention in the clusters that are open stands here."));
    layout->addWidget(m_empty, 1);
    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setBackgroundRole(QPalette::Window);
    m_scroll->verticalScrollBar()->setProperty("bare", true);
    m_page = new QWidget;
    m_columns = new QBoxLayout(QBoxLayout::LeftToRight, m_page);
    m_columns->setContentsMargins(metrics::kPageEdge, metrics::kCard, metrics::kPageEdge, metrics::kPageEdge);
    m_columns->setSpacing(metrics::kCard);
    auto *main = new QVBoxLayout;
    main->setSpacing(metrics::kCard);
    m_problems = new ProblemCard(m_page);
    m_availability = new AvailabilityCard(m_page);
    m_changes = new ChangesCard(m_page);
    for (Card *card : {static_cast<Card *>(m_problems), static_cast<Card *>(m_availability), static_cast<Card *>(m_changes)})
        main->addWidget(card);
    main->addStretch(1);
    m_columns->addLayout(main, 1);
    m_side = new QWidget(m_page);
    auto *side = new QVBoxLayout(m_side);
    side->setContentsMargins(0, 0, 0, 0);
    side->setSpacing(metrics::kCard);
    m_traffic = new TrafficCard(m_side);
    m_backups = new BackupsCard(m_side);
    m_endings = new EndingsCard(m_side);
    m_progress = new ProgressCard(m_side);
    for (Card *card : {static_cast<Card *>(m_traffic), static_cast<Card *>(m_backups), static_cast<Card *>(m_endings), static_cast<Card *>(m_progress)})
        side->addWidget(card);
    side->addStretch(1);
    m_columns->addWidget(m_side);
    m_scroll->setWidget(m_page);
    m_page->setAutoFillBackground(false);
    m_scroll->viewport()->setAutoFillBackground(false);
    layout->addWidget(m_scroll, 1);
    sizeCards();
}

void OverviewPane::connectCards()
{
    connect(m_overview, &Overview::changed, this, &OverviewPane::apply);
    connect(m_problems, &ProblemCard::openWanted, this, [this](const Problem &problem) {
        if (problem.object.name.isEmpty())
            takeStep(problem);
        else
            Q_EMIT objectWanted(problem.object);
    });
    connect(m_problems, &ProblemCard::stepWanted, this, &OverviewPane::takeStep);
    connect(m_problems, &ProblemCard::rowEntered, this, [this](QWidget *row) { m_scroll->ensureWidgetVisible(row, 0, metrics::kCard); });
    connect(m_problems, &ProblemCard::acknowledgeWanted, this, &OverviewPane::acknowledge);
    connect(m_problems, &ProblemCard::showAcknowledgedWanted, this, [this](bool show) {
        m_problems->setShowAcknowledged(show);
        m_overview->setShowAcknowledged(show);
    });
    connect(m_availability, &AvailabilityCard::objectWanted, this, &Pane::objectWanted);
    connect(m_traffic, &TrafficCard::objectWanted, this, &Pane::objectWanted);
    connect(m_endings, &EndingsCard::objectWanted, this, &Pane::objectWanted);
    connect(m_progress, &ProgressCard::objectWanted, this, &Pane::objectWanted);
    connect(m_changes, &ChangesCard::objectWanted, this, &Pane::objectWanted);
    connect(m_changes, &ChangesCard::changeWanted, this, &Pane::changeWanted);
    const auto plain = [this](const QString &pane, const QString &kind) { Q_EMIT listWanted(pane, kind, false); };
    connect(m_problems, &ProblemCard::listWanted, this, [this](const QString &pane, const QString &kind) { Q_EMIT listWanted(pane, kind, true); });
    connect(m_backups, &BackupsCard::listWanted, this, plain);
    connect(m_availability, &AvailabilityCard::listWanted, this, plain);
    connect(m_traffic, &TrafficCard::listWanted, this, plain);
    connect(m_endings, &EndingsCard::listWanted, this, plain);
    connect(m_progress, &ProgressCard::listWanted, this, plain);
    connect(m_changes, &ChangesCard::listWanted, this, plain);
    connect(m_copy, &QPushButton::clicked, this, &OverviewPane::copyReport);
    connect(m_window, &QComboBox::currentIndexChanged, this, [this] {
        m_context.settings->setValue(u"overview/window"_s, window().id);
        m_overview->setWindow(window().seconds, window().count);
        m_availability->setReport(m_overview->report(), window());
    });
    m_stepTimer->setSingleShot(true);
    m_stepTimer->setInterval(200);
    connect(m_stepTimer, &QTimer::timeout, this, &OverviewPane::applySteps);
    m_changesTimer->setSingleShot(true);
    m_changesTimer->setInterval(300);
    connect(m_changesTimer, &QTimer::timeout, this, [this] {
        if (isVisible())
            applyChanges();
    });
    const auto soon = [this] {
        if (!m_changesTimer->isActive())
            m_changesTimer->start();
    };
    if (m_context.changeLog)
        connect(m_context.changeLog, &state::JournalLog::changed, this, soon);
    if (m_context.settling)
        connect(m_context.settling, &state::JournalSettling::changed, this, soon);
    if (m_context.operations)
        connect(m_context.operations, &state::Operations::changed, this, soon);
}

void OverviewPane::adopt(state::Environment *environment)
{
    m_overview->addEnvironment(environment);
    const auto steps = [this] {
        if (!m_stepTimer->isActive())
            m_stepTimer->start();
    };
    connect(environment, &state::Environment::readOnlyChanged, this, steps);
    connect(environment->permissions(), &state::Permissions::changed, this, steps);
}

void OverviewPane::addEnvironment(state::Environment *environment)
{
    adopt(environment);
    m_overview->refresh();
    apply();
}

void OverviewPane::removeEnvironment(state::Environment *environment)
{
    environment->disconnect(this);
    environment->permissions()->disconnect(this);
    m_overview->removeEnvironment(environment);
    m_overview->refresh();
    apply();
}

/// Hashes only: what they stand for is known while the problem is there.
void OverviewPane::restoreState()
{
    const int at = m_window->findData(m_context.settings->value(u"overview/window"_s, u"30d"_s));
    m_window->setCurrentIndex(at < 0 ? m_window->findData(u"30d"_s) : at);
    QHash<quint64, quint64> marks;
    const QStringList kept = m_context.settings->value(u"overview/acknowledged"_s).toStringList();
    for (const QString &pair : kept) {
        bool good = false, goodToo = false;
        const quint64 key = pair.section(u':', 0, 0).toULongLong(&good, 16), mark = pair.section(u':', 1).toULongLong(&goodToo, 16);
        if (good && goodToo)
            marks.insert(key, mark);
    }
    m_overview->setAcknowledged(marks);
}

void OverviewPane::acknowledge(const Problem &problem, bool hide)
{
    m_heldTicks = kHoldTicks;   // the row goes although the pointer is over it
    const QHash<quint64, quint64> before = m_overview->acknowledged();
    m_overview->acknowledge(problem, hide);
    // What came and went, beside what another window of the program acknowledged.
    QStringList gone, come;
    const auto text = [](quint64 key, quint64 mark) { return QString(QString::number(key, 16) + u':' + QString::number(mark, 16)); };
    const QHash<quint64, quint64> now = m_overview->acknowledged();
    for (auto it = before.constBegin(); it != before.constEnd(); ++it) {
        if (now.value(it.key()) != it.value())
            gone.append(text(it.key(), it.value()));
    }
    for (auto it = now.constBegin(); it != now.constEnd(); ++it) {
        if (before.value(it.key()) != it.value())
            come.append(text(it.key(), it.value()));
    }
    m_context.settings->update(u"overview/acknowledged"_s, [gone, come](const QVariant &old) {
        QStringList kept = old.toStringList() + come;
        kept.removeIf([&gone](const QString &one) { return gone.contains(one); });
        kept.removeDuplicates();
        kept.sort();
        return QVariant(kept);
    });
    if (!m_problems->rows().isEmpty() && m_problems->isVisible())
        m_problems->rows().first()->link()->setFocus();
}

qint64 OverviewPane::now() const
{
    return m_context.clock->now().toSecsSinceEpoch();
}

ObservedWindow OverviewPane::window() const
{
    return ObservedWindow::all().value(m_window->currentIndex());
}

/// Behind another page only the navigation's figure is kept; the cards are brought up to date when the page comes to the front.
void OverviewPane::apply()
{
    if (isVisible())
        applyCards();
    if (const items::Attention::Count count = attention(); count != m_told) {
        m_told = count;
        Q_EMIT attentionChanged();
    }
}

void OverviewPane::applyCards()
{
    const Report &report = m_overview->report();
    m_empty->setVisible(m_context.environments.isEmpty());
    m_scroll->setVisible(!m_context.environments.isEmpty());
    m_counts->setText(m_context.environments.isEmpty() ? QString()
                                                       : tr("%n environment(s)", nullptr, report.environments) + u", "_s + tr("%n node(s)", nullptr, report.nodes));
    m_copy->setEnabled(!m_context.environments.isEmpty());
    applyProblems();
    m_availability->setReport(report, window());
    m_traffic->setReport(report);
    m_backups->setReport(report);
    m_endings->setReport(report, now());
    m_progress->setReport(report);
}

/// Rows never move under the pointer: another order waits until it has gone, five seconds at most.
void OverviewPane::applyProblems()
{
    const Report &report = m_overview->report();
    QStringList order;
    for (const Problem &problem : report.problems)
        order.append(problem.key);
    m_held = order != m_order && !m_order.isEmpty() && m_problems->isVisible() && m_problems->underMouse() && m_heldTicks < kHoldTicks;
    if (m_held)
        return;
    m_order = order;
    m_heldTicks = 0;
    m_problems->setReport(report, now());
    applySteps();
}

void OverviewPane::applyChanges()
{
    QString problem;
    m_changesShown = {};
    if (m_context.changeLog) {
        m_changesShown = items::overview::LatestChanges::of({m_context.changeLog, m_context.settling, m_context.operations, m_context.kinds, m_context.clock}, now(), kChanges);
        problem = m_context.changeLog->error().message;
    }
    m_changes->setChanges(m_changesShown.lines, m_changesShown.more, problem, now());
}

ActionTarget OverviewPane::targetOf(const ObjectId &object) const
{
    for (state::Environment *environment : m_context.environments) {
        const network::KindInfo *kind = environment->name() == object.cluster ? environment->kinds().find(object.gvr) : nullptr;
        const state::ResourceStore *store = kind ? environment->known(*kind) : nullptr;
        if (store)
            return {environment, *kind, store->row(object.uid)};
    }
    return {};
}

/// A verb the catalogue does not have for this kind leads to the object instead.
Step OverviewPane::stepOf(const Problem &problem) const
{
    Step step = problem.step;
    if (step.does != Step::Does::Action)
        return step;
    if (step.target.name.isEmpty())
        step.target = problem.object;
    const ActionTarget target = targetOf(step.target);
    const state::ActionCatalogue *catalogue = m_actions->catalogue();
    if (!target.row || !catalogue || !catalogue->applies(step.id, target.kind))
        return {Step::Does::Open, tr("Open details")};
    return step;
}

void OverviewPane::applySteps()
{
    const QList<ProblemRow *> rows = m_problems->rows();
    for (ProblemRow *row : rows) {
        const Step step = stepOf(row->problem());
        row->setStep(step.text, step.does == Step::Does::Action ? m_actions->whyNot(step.id, targetOf(step.target)) : QString());
    }
    // One column of buttons.
    int width = kStepWidth * std::max(kBodyHeight, fontMetrics().height()) / kBodyHeight;
    for (const ProblemRow *row : rows)
        width = std::max(width, row->stepButton()->sizeHint().width());
    for (const ProblemRow *row : rows)
        row->stepButton()->setFixedWidth(width);
}

void OverviewPane::takeStep(const Problem &problem)
{
    const Step step = stepOf(problem);
    switch (step.does) {
    case Step::Does::Open: Q_EMIT objectWanted(problem.object); break;
    case Step::Does::Tab: Q_EMIT tabWanted(problem.object, step.id); break;
    case Step::Does::Action: {
        const ActionTarget target = targetOf(step.target);
        if (target.row && m_actions->whyNot(step.id, target).isEmpty())
            Q_EMIT m_actions->changeRequested(step.id, {target});
        break;
    }
    case Step::Does::AskAgain:
        for (state::Environment *environment : m_context.environments) {
            const QList<state::ResourceStore *> stores = environment->name() == problem.object.cluster ? environment->stores() : QList<state::ResourceStore *>();
            for (state::ResourceStore *store : stores)
                store->retryNow();
        }
        break;
    }
}

items::Attention::Count OverviewPane::attention() const
{
    const Report &report = m_overview->report();
    return {report.problemCount, report.worst};
}

QString OverviewPane::asReport() const
{
    return items::overview::toMarkdown(m_overview->report(), m_changesShown.lines, window().text, m_context.clock->now());
}

void OverviewPane::copyReport()
{
    QGuiApplication::clipboard()->setText(asReport());
    QToolTip::showText(m_copy->mapToGlobal(QPoint(0, m_copy->height())), tr("Copied"), m_copy);
}

/// Beside each other where there is room, else below.
void OverviewPane::sizeCards()
{
    const int width = kSideWidth * std::max(kBodyHeight, fontMetrics().height()) / kBodyHeight;
    m_columns->setDirection(m_narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_windowLabel->setVisible(!m_narrow);
    m_side->setMinimumWidth(m_narrow ? 0 : width);
    m_side->setMaximumWidth(m_narrow ? QWIDGETSIZE_MAX : width);
}

void OverviewPane::setNarrow(bool narrow)
{
    m_narrow = narrow;
    sizeCards();
}

void OverviewPane::setPaused(bool paused)
{
    m_overview->setPaused(paused);
}

void OverviewPane::tick()
{
    if (++m_ticks % kRefreshTicks == 0) {
        m_overview->refresh();
        m_endings->setReport(m_overview->report(), now());
        applySteps();   // why a verb cannot be done may have gone
    }
    ++m_heldTicks;
    if (m_held)
        applyProblems();
    m_problems->tick(now());
    m_changes->tick(now());
}

void OverviewPane::enter()
{
    m_actions->setTargets({});
    setFocus();   // Tab and Down lead on
}

QString OverviewPane::keyHints() const
{
    return tr("↓ next   Enter open   Del acknowledge");
}

void OverviewPane::keyPressEvent(QKeyEvent *event)
{
    QScrollBar *bar = m_scroll->verticalScrollBar();
    const auto scroll = [bar](QAbstractSlider::SliderAction action) { bar->triggerAction(action); };
    switch (event->key()) {
    case Qt::Key_PageDown: scroll(QAbstractSlider::SliderPageStepAdd); break;
    case Qt::Key_PageUp: scroll(QAbstractSlider::SliderPageStepSub); break;
    case Qt::Key_Down: focusDown(); break;
    case Qt::Key_Up: focusPreviousChild(); break;
    case Qt::Key_Home: scroll(QAbstractSlider::SliderToMinimum); break;
    case Qt::Key_End: scroll(QAbstractSlider::SliderToMaximum); break;
    default: Pane::keyPressEvent(event);
    }
}

/// From the page itself to the worst problem, then on.
void OverviewPane::focusDown()
{
    const QList<ProblemRow *> rows = m_problems->rows();
    if (hasFocus() && !rows.isEmpty())
        rows.first()->link()->setFocus(Qt::TabFocusReason);
    else
        focusNextChild();
}

void OverviewPane::changeEvent(QEvent *event)
{
    Pane::changeEvent(event);
    if (event->type() == QEvent::FontChange && m_side)
        sizeCards();
}

void OverviewPane::showEvent(QShowEvent *event)
{
    Pane::showEvent(event);
    m_overview->setActive(true);
    apply();
    applyChanges();
}

void OverviewPane::hideEvent(QHideEvent *event)
{
    Pane::hideEvent(event);
    m_overview->setActive(false);
}

}
