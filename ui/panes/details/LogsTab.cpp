// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/LogsTab.h"

#include "models/core/Format.h"
#include "ui/panes/details/LogSources.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"
#include "ui/widgets/StatePage.h"

#include <QPushButton>
#include <QSplitter>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::ContainerFacts;
using items::LogSource;
using items::PodFacts;

namespace {

/// At the body size of look.md: from here on the tree stands at the left by itself; below, it stands above the lines.
constexpr int kWithTree = 1080;
constexpr int kBeside = 720;
constexpr int kHighEnough = 280;
constexpr int kBodyHeight = 16;
constexpr int kTree = 264;
constexpr qint64 kMinute = qint64(60) * 1'000'000'000;

}

LogsTab::LogsTab(const ports::BodyCodec *bodies, const Clock *clock, QWidget *parent)
    : DetailsTab(parent)
    , m_clock(clock)
    , m_model(this)
    , m_session(&m_model, clock, this)
    , m_pods(bodies, this)
    , m_gaps(&m_model, &m_session, clock, this)
    , m_rates(this)
    , m_soon(this)
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_sources(new LogSources(m_splitter))
    , m_view(new LogView(&m_model, m_splitter))
    , m_toggle(nullptr)
    , m_previous(nullptr)
{
    setAccessibleName(tr("Logs"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_splitter->addWidget(m_sources);
    m_splitter->addWidget(m_view);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    column->addWidget(m_splitter, 1);
    buildControls();
    setFocusProxy(m_view);
    m_view->page()->setClock(clock);
    connectParts();
    arrange();
}

LogsTab::~LogsTab() = default;

void LogsTab::buildControls()
{
    m_toggle = new PillButton({}, this);
    m_toggle->setIcon(icon(u"applications"_s));
    m_toggle->setAccessibleName(tr("Sources"));
    m_toggle->setToolTip(tr("Which pods and containers are read"));
    m_previous = new PillButton(tr("Previous run"), this);
    m_previous->setIcon(icon(u"undo"_s));
    m_window = makeIconButton(u"external"_s, tr("Logs in a window of their own"), this);
    m_view->addLead(m_toggle, 1);
    m_view->addLead(m_previous);
    m_view->addLead(m_window);
    connect(m_toggle, &QPushButton::clicked, this, [this](bool on) {
        m_sourcesWanted = on;
        arrange();
        on ? m_sources->tree()->setFocus() : m_view->focusLines();
    });
    connect(m_previous, &QPushButton::clicked, this, &LogsTab::choose);
    connect(m_window, &QToolButton::clicked, this, &DetailsTab::windowWanted);
}

void LogsTab::setInWindow()
{
    m_window->hide();
}

void LogsTab::connectParts()
{
    connect(&m_pods, &items::PodList::changed, this, &LogsTab::podsChanged);
    connect(m_sources, &LogSources::chosenChanged, this, &LogsTab::chosenChanged);
    connect(&m_session, &items::LogSession::changed, this, &LogsTab::updateNotes);
    connect(&m_model, &items::LogModel::countsChanged, this, &LogsTab::updatePage);
    connect(m_view, &LogView::pauseWanted, this, [this](bool paused) {
        m_pausedAt = m_clock->now();
        m_session.setPaused(paused);
        updateNotes();
    });
    connect(m_view->table(), &LogTable::gapWanted, &m_gaps, &items::LogGaps::load);
    connect(m_view->page(), &StatePage::clicked, this, [this](StatePage::Button button) {
        if (button == StatePage::Button::RetryNow || button == StatePage::Button::CheckAgain)
            m_pods.retry();
        else if (button == StatePage::Button::ClearFilter && m_sources->chosen() == 0)
            m_sources->chooseAll();
        else if (button == StatePage::Button::ClearFilter)
            m_view->clearFilters();
    });
    m_rates.setInterval(2000);
    connect(&m_rates, &QTimer::timeout, this, &LogsTab::updateRates);
    m_soon.setSingleShot(true);
    m_soon.setInterval(300);
    connect(&m_soon, &QTimer::timeout, this, &LogsTab::updateRates);
    connect(&m_model, &items::LogModel::countsChanged, this, [this] {
        if (!m_soon.isActive())
            m_soon.start();
    });
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] { m_moved = true; });
}

/// The tree at the left where there is room for it and the lines, else on demand: beside them, or above them when it is narrow.
void LogsTab::arrange()
{
    if (std::exchange(m_arranging, true))
        return;
    const int unit = std::max(1, fontMetrics().height());
    const auto atLeast = [unit](int have, int wanted) { return have * kBodyHeight >= wanted * unit; };
    const bool roomy = atLeast(width(), kWithTree) && atLeast(height(), kHighEnough);
    const bool beside = atLeast(width(), kBeside);
    const bool shown = m_sourcesWanted.value_or(roomy);
    const Qt::Orientation orientation = beside ? Qt::Horizontal : Qt::Vertical;
    m_moved = m_moved && !m_sources->isHidden() && m_splitter->orientation() == orientation;
    m_splitter->setOrientation(orientation);
    m_sources->setVisible(shown);
    m_toggle->setChecked(shown);
    m_sources->setMinimumWidth(beside ? kTree * unit * 3 / 4 / kBodyHeight : 0);
    if (shown && !m_moved)
        sizeTree();
    m_arranging = false;
    // The tree says how many are chosen itself.
    const bool brief = shown && beside;
    m_toggle->setText(brief ? QString() : m_words);
    m_previous->setVisible(!brief || m_previous->isEnabled());
}

void LogsTab::sizeTree()
{
    const int unit = std::max(1, fontMetrics().height());
    const bool beside = m_splitter->orientation() == Qt::Horizontal;
    const int all = beside ? width() : height();
    const int part = beside ? kTree * unit / kBodyHeight : std::min(240 * unit / kBodyHeight, height() / 2);
    m_splitter->setSizes({part, std::max(1, all - part)});
}

void LogsTab::resizeEvent(QResizeEvent *event)
{
    DetailsTab::resizeEvent(event);
    arrange();
}

void LogsTab::showEvent(QShowEvent *event)
{
    DetailsTab::showEvent(event);
    m_rates.start();
}

void LogsTab::hideEvent(QHideEvent *event)
{
    DetailsTab::hideEvent(event);
    m_rates.stop();
}

void LogsTab::leave()
{
    if (!m_environment)
        return;   // nothing was asked for
    m_session.clear();
    m_pods.close();
    m_gaps.setLogs(nullptr);
    if (m_environment->telemetry())
        m_environment->telemetry()->disconnect(this);
    m_object = {};
    m_environment = nullptr;
    m_sources->clear();
    m_previous->setChecked(false);
    m_view->clearFilters();
}

void LogsTab::present(const DetailsSubject &subject)
{
    const ObjectId object = subject.target.object();
    if (object == m_object)
        return;
    leave();
    m_object = object;
    m_environment = subject.target.environment;
    if (!m_environment)
        return;
    m_sources->setObject(object.name);
    m_session.setOpener(m_environment->logs());
    m_view->setFileName(u"%1.log"_s.arg(object.name));
    if (const auto &telemetry = m_environment->telemetry()) {
        connect(telemetry.get(), &ports::Telemetry::changed, this, &LogsTab::findStore);
        telemetry->look();
    }
    findStore();
    m_pods.watch(m_environment->feed(), object.ns, items::podSelection(subject.target.kind, object.name, object.uid));
    updatePage();
}

/// Who keeps what the pods' logs no longer have.
void LogsTab::findStore()
{
    const auto telemetry = m_environment ? m_environment->telemetry() : nullptr;
    m_gaps.setLogs(telemetry && !m_environment->needsSignIn() ? telemetry->logs() : nullptr);
    updateRates();
}

void LogsTab::openLog(const QString &pod, const QString &container, bool previous)
{
    m_sources->choose(pod, container);
    m_previous->setChecked(previous);
    choose();
}

void LogsTab::podsChanged()
{
    if (!m_environment)
        return;
    m_sources->setPods(m_pods.pods(), m_pods.complete());
    updateSources();
}

/// What is not wanted any more goes with its lines; the others go on.
void LogsTab::chosenChanged()
{
    if (m_previous->isChecked()) {
        m_previous->setChecked(false);
        return choose();
    }
    const QList<PodFacts> pods = m_pods.pods();
    QStringList gone;
    for (const PodFacts &pod : pods) {
        for (const ContainerFacts &container : pod.containers) {
            if (!m_sources->reads(pod.name, container))
                gone.append(pod.uid + u'/' + container.name);
        }
    }
    m_session.forget(gone);
    updateSources();
}

/// Another log: what stood here goes.
void LogsTab::choose()
{
    m_session.clear();
    m_view->table()->setFollow(true);
    updateSources();
}

QList<LogSource> LogsTab::wanted() const
{
    QList<LogSource> out;
    const QList<PodFacts> pods = m_pods.pods();
    for (const PodFacts &pod : pods) {
        for (const ContainerFacts &container : pod.containers) {
            if (!m_sources->reads(pod.name, container))
                continue;
            LogSource source;
            source.key = pod.uid + u'/' + container.name;
            source.name = m_sources->shortName(pod, container);
            source.request = {pod.ns, pod.name, container.name, -1, m_previous->isChecked(), true};
            source.run = QString::number(container.restarts) + container.startedAt.toString(Qt::ISODate);
            if (m_previous->isChecked())
                source.run.clear();
            out.append(source);
        }
    }
    return out;
}

void LogsTab::updateSources()
{
    const QString only = m_sources->only();
    m_previous->setEnabled(!only.isEmpty());
    m_previous->setToolTip(only.isEmpty() ? tr("Choose one container to see its run before") : tr("The log of the run before of %1").arg(only));
    const QString words = tr("Sources %1 of %2").arg(formatInteger(m_sources->chosen()), formatInteger(m_sources->all()));
    m_words = only.isEmpty() || m_sources->all() == 1 ? words : fontMetrics().elidedText(only, Qt::ElideMiddle, 180);
    m_toggle->setAccessibleName(words);
    arrange();
    m_session.setSources(wanted());
    QHash<QString, int> numbers;
    const QList<PodFacts> pods = m_pods.pods();
    for (const PodFacts &pod : pods) {
        for (const ContainerFacts &container : pod.containers) {
            if (const int number = m_session.number(pod.uid + u'/' + container.name); number >= 0)
                numbers.insert(pod.name + u'/' + container.name, number);
        }
    }
    m_sources->setNumbers(numbers);
    updateRates();
    updatePage();
}

void LogsTab::updateRates()
{
    if (!m_environment || m_sources->isHidden())
        return;
    const QDateTime now = m_clock->now();
    const QHash<int, int> lines = m_model.since(now.toMSecsSinceEpoch() * 1'000'000 - kMinute);
    QHash<QString, int> rates;
    const QList<PodFacts> pods = m_pods.pods();
    for (const PodFacts &pod : pods) {
        for (const ContainerFacts &container : pod.containers) {
            const int number = m_session.number(pod.uid + u'/' + container.name);
            if (m_session.reads(number).value_or(false) && m_sources->reads(pod.name, container) && !m_previous->isChecked())
                rates.insert(pod.name + u'/' + container.name, lines.value(number));
        }
    }
    m_sources->setRates(rates);
    if (!m_session.paused() || !m_asOf.isValid())
        m_asOf = now;
    const QString at = m_asOf.toUTC().toString(u"HH:mm:ss"_s);
    const QString from = m_model.fillable()
        ? tr("From the pods, as of %1. What their logs no longer have can be loaded from Loki, where they say so.").arg(at)
        : tr("From the pods, as of %1. What their logs no longer have is not determined: no log store (Loki) is known.").arg(at);
    m_sources->setNote(m_sources->chosen() > 1 ? tr("Merged by the time of the nodes") : tr("By the time of the node"), from);
}

/// Containers that have not begun say why themselves; true when that is all there is.
bool LogsTab::showWhatWaits()
{
    QStringList waiting;
    int read = 0;
    const QList<PodFacts> pods = m_pods.pods();
    for (const PodFacts &pod : pods) {
        for (const ContainerFacts &container : pod.containers) {
            if (!m_sources->reads(pod.name, container))
                continue;
            ++read;
            if (container.startedAt.isValid() || container.previous || container.lastExit || container.state == network::State::Ready)
                continue;
            const QString said = u"%1: %2"_s.arg(m_sources->shortName(pod, container), container.word);
            waiting.append(container.message.isEmpty() ? said : u"%1, %2"_s.arg(said, container.message));
        }
    }
    if (waiting.isEmpty() || waiting.size() < read || m_previous->isChecked())
        return false;
    waiting.append(tr("The log is followed from its first line on."));
    m_view->page()->showEmpty(tr("%n container(s) waiting to start.", nullptr, read), waiting.join(u'\n'));
    return true;
}

/// What stands in place of lines while there are none.
void LogsTab::updatePage()
{
    StatePage *page = m_view->page();
    // Gaps alone, said by logs that were refused or have not begun, are not a log.
    int lines = 0;
    for (const items::LogLevel level : {items::LogLevel::None, items::LogLevel::Debug, items::LogLevel::Info, items::LogLevel::Warn, items::LogLevel::Error})
        lines += m_model.count(level);
    const bool empty = m_model.rowCount() == 0 || lines == 0;
    m_view->showPage(empty);
    if (!empty || !m_environment)
        return;
    const LoadState &state = m_pods.state();
    if (!m_environment->feed() || !m_environment->logs())
        return page->showError({ErrorKind::Network, tr("Logs need a connection to %1.").arg(m_environment->name())});
    if (state.phase == LoadState::Phase::Forbidden)
        return page->showForbidden(state.error);
    if (state.phase == LoadState::Phase::Failed)
        return page->showError(state.error, state.retryAt);
    if (lines > 0)
        return page->showFiltered(tr("No line has the levels and fields that are chosen."), {});
    if (!m_pods.complete())
        return page->showLoading(tr("%1: pods of %2").arg(m_environment->name(), m_object.name));
    if (m_pods.pods().isEmpty())
        return page->showEmpty(tr("%1 has no pods now.").arg(m_object.name), tr("Logs of pods that are gone are not in the cluster any more."));
    if (m_sources->chosen() == 0)
        return page->showFiltered(tr("No source is chosen."), {});
    if (const Error *refusal = m_session.refusal())
        return page->showForbidden(*refusal);
    if (showWhatWaits())
        return;
    if (const QStringList endings = m_session.endings(); !endings.isEmpty() && m_session.awaited() == 0 && m_session.open() == 0)
        return page->showEmpty(tr("There is no log to show."), endings.join(u'\n'));
    page->showEmpty(tr("No lines yet."), tr("The log is followed: lines are shown as they are written."));
}

void LogsTab::updateNotes()
{
    m_view->setPaused(m_session.paused(), m_pausedAt, m_session.waiting(), m_session.waitingErrors(), m_session.held());
    const QStringList troubles = m_session.troubles();
    m_view->setTrouble(troubles.isEmpty() ? QString() : tr("%n log(s) interrupted", nullptr, int(troubles.size())), troubles.mid(0, 3).join(u'\n'));
    updatePage();
}

}
