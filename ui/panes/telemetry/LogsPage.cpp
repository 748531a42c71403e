// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/LogsPage.h"

#include "models/core/Format.h"
#include "models/items/PodList.h"
#include "ui/panes/details/LogsTab.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"
#include "ui/widgets/StatePage.h"

#include <QComboBox>
#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QStackedWidget>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::LogLine;
using ports::TelemetryPart;
using ports::TelemetryState;

namespace {

/// Choices made one after the other are one.
constexpr int kSoonMs = 150;
/// So long lines are read at a time: half a frame; and so many wait at most before Loki waits.
constexpr qint64 kBudgetMs = 8;
constexpr size_t kWaiting = 20'000;

QString keyOf(const ActionTarget &target)
{
    const ObjectId object = target.object();
    return object.cluster + u'\n' + object.gvr.name() + u'\n' + object.uid;
}

}

QString LogsPage::whyPods(const TelemetryState &state)
{
    return state.phase == TelemetryState::Phase::Looking ? tr("Loki is looked for.") : state.why.message;
}

LogsPage::LogsPage(const ShellContext &context, QWidget *parent)
    : TelemetryPage(parent)
    , m_context(context)
    , m_model(this)
    , m_read(this)
    , m_soon(this)
    , m_nodes(new QComboBox(this))
    , m_components(new QComboBox(this))
    , m_podsButton(new PillButton(tr("From the pods"), this))
    , m_traceButton(new PillButton(tr("Its trace in all nodes"), this))
    , m_source(new ElidedLabel({}, Type::Caption, Token::Text2, Qt::ElideRight, this))
    , m_stack(new QStackedWidget(this))
    , m_view(new LogView(&m_model, m_stack))
    , m_pods(new LogsTab(context.bodies, context.clock, m_stack))
{
    setAccessibleName(tr("Logs"));
    buildBar();
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_pods);
    m_pods->setInWindow();
    m_view->page()->setClock(context.clock);
    m_view->setFileName(u"logs.log"_s);
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &LogsPage::restart);
    m_read.setSingleShot(true);
    connect(&m_read, &QTimer::timeout, this, &LogsPage::readSome);
    connect(m_view, &LogView::pauseWanted, this, [this](bool paused) {
        m_viewPaused = paused;
        m_pausedAt = m_context.clock->now();
        hold();
        m_view->setPaused(paused, m_pausedAt);
    });
    connect(&m_model, &items::LogModel::countsChanged, this, &LogsPage::updatePage);
    connect(m_view->table()->selectionModel(), &QItemSelectionModel::currentChanged, this, &LogsPage::updateTrace);
    connect(m_view->page(), &StatePage::clicked, this, [this](StatePage::Button button) {
        button == StatePage::Button::ClearFilter ? m_view->clearFilters() : refresh();
    });
}

LogsPage::~LogsPage() = default;

void LogsPage::buildBar()
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(12, 8, 12, 4);
    bar->setSpacing(8);
    m_nodes->setAccessibleName(tr("Node"));
    m_nodes->setToolTip(tr("Whose logs are read"));
    m_nodes->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_components->setAccessibleName(tr("Component"));
    m_components->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_components->addItem(tr("All components"), QString());
    m_podsButton->setIcon(icon(u"nodes"_s));
    m_podsButton->setToolTip(tr("Read the pods themselves instead of Loki"));
    m_traceButton->setIcon(icon(u"search"_s));
    bar->addWidget(m_nodes);
    bar->addWidget(m_components);
    bar->addWidget(m_podsButton);
    bar->addWidget(m_traceButton);
    bar->addWidget(m_source, 1);
    column->addLayout(bar);
    column->addWidget(m_stack, 1);
    setFocusProxy(m_view);
    connect(m_nodes, &QComboBox::currentIndexChanged, this, [this] {
        if (m_filling)
            return;
        m_text.clear();
        m_seenComponents.clear();
        m_traceButton->setChecked(false);
        const QSignalBlocker still(m_components);
        while (m_components->count() > 1)
            m_components->removeItem(1);
        m_components->setCurrentIndex(0);
        m_soon.start();
    });
    connect(m_components, &QComboBox::currentIndexChanged, this, [this] { m_soon.start(); });
    connect(m_podsButton, &QPushButton::clicked, this, [this] { m_soon.start(); });
    connect(m_traceButton, &QPushButton::clicked, this, [this](bool on) {
        const int row = m_view->table()->currentRow();
        if (on && row >= 0 && !m_model.lineAt(row).trace.isEmpty())
            return search(QString::fromUtf8(m_model.lineAt(row).trace));
        m_text.clear();
        m_soon.start();
    });
}

void LogsPage::addEnvironment(state::Environment *environment)
{
    m_environments.append(environment);
    if (const auto &telemetry = environment->telemetry())
        connect(telemetry.get(), &ports::Telemetry::changed, this, [this] {
            const state::Environment *now = this->environment();
            if (!m_shown || !now || !now->telemetry())
                return;
            // Loki was found or lost
            if ((now->telemetry()->logs() != nullptr) == m_wasMissing)
                m_soon.start();
            else if (m_wasMissing && !m_soon.isActive())
                readPods(whyPods(now->telemetry()->state(TelemetryPart::Logs)));
        });
    if (m_shown)
        fillNodes();
}

void LogsPage::removeEnvironment(state::Environment *environment)
{
    m_environments.removeOne(environment);
    if (const auto &telemetry = environment->telemetry())
        telemetry->disconnect(this);
    m_targets.clear();
    m_filling = true;
    m_nodes->clear();
    m_filling = false;
    m_log.reset();
    m_pods->leave();
    m_podsOf.clear();
    fillNodes();
    if (m_shown)
        m_soon.start();
}

state::Environment *LogsPage::environment() const
{
    const ActionTarget *target = chosen();
    return target ? target->environment.data() : nullptr;
}

const ActionTarget *LogsPage::chosen() const
{
    const int at = m_nodes->currentIndex();
    return at >= 0 && at < m_targets.size() ? &m_targets.at(at) : nullptr;
}

/// The nodes that are known, by cluster and name; a cluster's own line stands for all of its nodes.
void LogsPage::fillNodes()
{
    QList<ActionTarget> targets;
    for (state::Environment *environment : std::as_const(m_environments)) {
        QList<ActionTarget> nodes;
        for (const network::KindInfo &kind : environment->kinds().kinds()) {
            const state::ResourceStore *store = items::hasPods(kind) ? environment->known(kind) : nullptr;
            for (const state::RowPtr &row : store ? store->rows() : QHash<QString, state::RowPtr>())
                if (items::podSelection(kind, row->name, row->uid).ownerUid.isEmpty())
                    nodes.append({environment, kind, row});
        }
        std::sort(nodes.begin(), nodes.end(), [](const ActionTarget &a, const ActionTarget &b) { return a.row->name < b.row->name; });
        targets.append(ActionTarget{environment, {}, {}});
        targets += nodes;
    }
    const auto same = [](const ActionTarget &a, const ActionTarget &b) { return keyOf(a) == keyOf(b); };
    if (std::equal(targets.begin(), targets.end(), m_targets.begin(), m_targets.end(), same))
        return;
    const QString before = chosen() ? keyOf(*chosen()) : QString();
    m_targets = targets;
    m_filling = true;
    m_nodes->clear();
    int now = -1;
    for (const ActionTarget &target : std::as_const(m_targets)) {
        const QString cluster = target.environment->name();
        const QString all = m_environments.size() > 1 ? tr("All nodes of %1").arg(cluster) : tr("All nodes");
        m_nodes->addItem(target.row ? target.row->name : all);
        m_nodes->setItemData(m_nodes->count() - 1, target.row ? QString(target.kind.gvr.resource + u", "_s + cluster) : cluster, Qt::ToolTipRole);
        if (keyOf(target) == before)
            now = m_nodes->count() - 1;
    }
    // the first node rather than all: pods can be read of one
    m_nodes->setCurrentIndex(now >= 0 ? now : std::min(1, m_nodes->count() - 1));
    m_filling = false;
    // of the node that is read too, where one is known now whose pods are named alike
    if (now < 0 || (m_log && chosen() && chosen()->row && expression() != m_expr))
        m_soon.start();
}

void LogsPage::setShown(bool shown)
{
    if (std::exchange(m_shown, shown) == shown)
        return;
    if (!shown) {
        m_soon.stop();
        m_log.reset();
        m_pods->leave();
        m_podsOf.clear();
        return;
    }
    fillNodes();
    m_soon.start();
}

void LogsPage::setRange(const items::TimeRange &range)
{
    if (std::exchange(m_range, range) == range || !m_shown)
        return;
    m_soon.start();
}

void LogsPage::setUtc(bool utc)
{
    m_model.setUtc(utc);
    m_pods->model()->setUtc(utc);
}

void LogsPage::setPaused(bool paused)
{
    m_panePaused = paused;
    hold();
    m_pods->session()->setPaused(paused);
    updatePage();
}

void LogsPage::refresh()
{
    if (environment() && environment()->telemetry())
        environment()->telemetry()->look();
    m_podsOf.clear();
    m_soon.start();
}

void LogsPage::setNarrow(bool narrow)
{
    m_source->setVisible(!narrow);
}

void LogsPage::tick()
{
    fillNodes();
}

void LogsPage::enter()
{
    m_stack->currentWidget() == m_pods ? m_pods->setFocus() : m_view->focusLines();
}

QString LogsPage::source() const
{
    return m_source->text();
}

void LogsPage::search(const QString &text)
{
    m_text = text;
    if (const ActionTarget *target = chosen()) {
        const auto all = std::find_if(m_targets.cbegin(), m_targets.cend(), [target](const ActionTarget &t) { return t.environment == target->environment && !t.row; });
        m_filling = true;
        m_nodes->setCurrentIndex(int(all - m_targets.cbegin()));
        m_filling = false;
    }
    const QSignalBlocker still(m_components);
    m_components->setCurrentIndex(0);
    m_traceButton->setChecked(true);
    m_soon.start();
}

/// Reads what is chosen, from its beginning.
void LogsPage::restart()
{
    // what was held is gone; the pause was of it
    if (std::exchange(m_viewPaused, false))
        m_view->setPaused(false);
    m_log.reset();
    m_waiting.clear();
    m_read.stop();
    m_held = false;
    m_failure.reset();
    m_trouble.clear();
    m_view->setTrouble({});
    m_model.clear();
    m_names.clear();
    m_numbers.clear();
    m_ofPod.clear();
    m_caughtUp = false;
    if (!m_shown)
        return;
    state::Environment *environment = this->environment();
    if (!environment) {
        m_stack->setCurrentWidget(m_view);
        return updatePage();
    }
    const std::shared_ptr<ports::Telemetry> &telemetry = environment->telemetry();
    if (telemetry)
        telemetry->look();
    const TelemetryState state = telemetry ? telemetry->state(TelemetryPart::Logs) : TelemetryState{TelemetryState::Phase::Missing};
    m_wasMissing = !telemetry || !telemetry->logs();
    m_podsButton->setVisible(!m_wasMissing);
    m_components->setVisible(!m_wasMissing && !m_podsButton->isChecked());
    m_traceButton->setVisible(m_components->isVisibleTo(this));
    if (m_wasMissing)
        return readPods(whyPods(state));
    if (m_podsButton->isChecked())
        return readPods({});
    readLoki(environment, telemetry->logs(), state.address);
}

void LogsPage::readPods(const QString &why)
{
    const ActionTarget *target = chosen();
    if (target && !target->row) {
        // pods are read of one node: each container is a connection
        m_pods->leave();
        m_podsOf.clear();
        m_stack->setCurrentWidget(m_view);
        m_source->setText(why);
        return updatePage();
    }
    m_source->setText(why.isEmpty() ? tr("From the pods") : tr("%1 The pods are read instead.").arg(why));
    m_source->setToolTip(m_source->text());
    m_stack->setCurrentWidget(m_pods);
    if (std::exchange(m_podsOf, keyOf(*target)) == keyOf(*target))
        return;
    DetailsSubject subject;
    subject.target = *target;
    m_pods->present(subject);
}

QString LogsPage::expression() const
{
    const ActionTarget *target = chosen();
    const QString component = m_components->currentData().toString();
    QString expr;
    if (target->row) {
        QStringList others;
        for (const ActionTarget &one : m_targets)
            if (one.row && one.environment == target->environment && one.row->ns == target->row->ns)
                others.append(one.row->name);
        expr = items::podLogsExpr(target->row->ns, target->row->name, component, others);
    } else {
        QStringList spaces;
        for (const ActionTarget &one : m_targets)
            if (one.row && one.environment == target->environment && !spaces.contains(one.row->ns))
                spaces.append(one.row->ns);
        spaces.sort();
        const QString pods = component.isEmpty() ? QString() : QString(u", pod=~"_s + items::logqlQuoted(u".+-"_s + component + u"-.+"_s));
        expr = u"{namespace=~%1%2}"_s.arg(items::logqlQuoted(spaces.isEmpty() ? u".+"_s : spaces.join(u'|')), pods);
    }
    return m_text.isEmpty() ? expr : QString(expr + u" |= "_s + items::logqlQuoted(m_text));
}

void LogsPage::readLoki(state::Environment *environment, const std::shared_ptr<ports::LogSearch> &logs, const QString &address)
{
    Q_UNUSED(environment)
    m_pods->leave();
    m_podsOf.clear();
    m_stack->setCurrentWidget(m_view);
    m_view->table()->setFollow(true);
    m_source->setText(m_text.isEmpty() ? tr("From Loki, %1").arg(address)
                                       : tr("Lines with %1, from Loki, %2").arg(items::shortTrace(m_text.toUtf8()), address));
    m_expr = expression();
    m_source->setToolTip(m_expr);
    const qint64 now = m_context.clock->now().toMSecsSinceEpoch() * 1'000'000;
    const double seconds = double(now) / 1e9;
    items::LokiRequest request{m_expr, qint64(m_range.start(seconds) * 1e9), m_range.live() ? 0 : qint64(m_range.end(seconds) * 1e9)};
    request.follow = m_range.live();
    m_log = std::make_unique<items::LokiLog>(logs, request, now);
    items::LokiLog *log = m_log.get();
    connect(log, &items::LokiLog::entries, this, &LogsPage::took);
    connect(log, &items::LokiLog::caughtUp, this, [this, log, most = request.most] {
        m_caughtUp = true;
        // the oldest of them is the first that waits
        if (log->cut() && !m_waiting.empty())
            m_model.addGap(m_waiting.front().entry.at - 1, 0, tr("Older lines of this time were not read, only the last %1").arg(formatInteger(most)), true);
        updatePage();
    });
    connect(log, &items::LokiLog::warned, this, [this](const QString &sentence) { gap(sentence, true); });
    connect(log, &items::LokiLog::dropped, this, [this](int count) { gap(tr("Lines that Loki left out: %1").arg(formatInteger(count)), true); });
    connect(log, &items::LokiLog::interrupted, this, [this](const Error &why) { m_view->setTrouble(tr("Loki is interrupted"), why.text()); });
    connect(log, &items::LokiLog::resumed, this, [this] {
        m_view->setTrouble({});
        gap(tr("Loki answers again, nothing is missing"), false);
    });
    connect(log, &items::LokiLog::ended, this, [this](const Error &error) {
        if (error.kind != ErrorKind::Cancelled) {
            m_failure = error;
            m_view->setTrouble(m_model.rowCount() > 0 ? tr("Loki is not read any more") : QString(), error.text());
        }
        updatePage();
    });
    m_log->setPaused(m_viewPaused || m_panePaused);
    m_log->start();
    updatePage();
}

QString LogsPage::nodeOfPod(const QString &pod) const
{
    QString best;
    for (const ActionTarget &target : m_targets)
        if (target.row && pod.startsWith(QString(target.row->name + u'-')) && target.row->name.size() > best.size())
            best = target.row->name;
    return best;
}

/// Of the source of lines in the model.
int LogsPage::numberOf(const network::Labels &stream)
{
    const QString pod = stream.value(u"pod"_s);
    QString component = stream.value(u"component"_s);
    const QString key = QString(pod + u'/' + component);
    if (const auto known = m_ofPod.constFind(key); known != m_ofPod.constEnd())
        return *known;
    const QString node = chosen() && chosen()->row ? chosen()->row->name : nodeOfPod(pod);
    if (component.isEmpty())
        component = node.isEmpty() ? pod : items::componentOfPod(node, pod);
    const int number = numberOfSource(node, component);
    m_ofPod.insert(key, number);
    return number;
}

int LogsPage::numberOfSource(const QString &node, const QString &component)
{
    const QString name = chosen() && chosen()->row ? (component.isEmpty() ? node : component) : QString(node + u' ' + component).trimmed();
    if (const auto found = m_numbers.constFind(name); found != m_numbers.constEnd())
        return *found;
    const int number = int(m_names.size());
    m_numbers.insert(name, number);
    m_names.append(name);
    m_model.setSources(m_names);
    if (!component.isEmpty() && !m_seenComponents.contains(component)) {
        m_seenComponents.append(component);
        const QSignalBlocker still(m_components);
        m_components->addItem(component, component);
    }
    return number;
}

void LogsPage::took(const QList<ports::LogEntry> &entries)
{
    for (const ports::LogEntry &entry : entries)
        m_waiting.push_back({entry});
    hold();
    if (!m_read.isActive())
        m_read.start(0);
}

void LogsPage::gap(const QString &sentence, bool missing)
{
    m_waiting.push_back({{}, sentence, missing});
    if (!m_read.isActive())
        m_read.start(0);
}

/// Reads what came, for half a frame; the rest in the next one.
void LogsPage::readSome()
{
    QElapsedTimer spent;
    spent.start();
    QList<LogLine> lines;
    while (!m_waiting.empty() && spent.elapsed() < kBudgetMs) {
        const Waiting one = std::move(m_waiting.front());
        m_waiting.pop_front();
        if (!one.gap.isEmpty()) {
            m_model.append(std::exchange(lines, {}));
            m_model.addGap(m_model.lastTime(), 0, one.gap, one.missing);
            continue;
        }
        const ports::LogEntry &entry = one.entry;
        LogLine line = items::readLogText(entry.line, entry.at, numberOf(entry.stream));
        if (line.trace.isEmpty())
            line.trace = entry.metadata.value(u"trace_id"_s).toUtf8();
        lines.append(std::move(line));
    }
    if (!lines.isEmpty())
        m_model.append(std::move(lines));
    hold();
    if (!m_waiting.empty())
        m_read.start(0);
    else
        updatePage();
}

/// Who reads too slowly lets Loki wait.
void LogsPage::hold()
{
    m_held = m_waiting.size() > (m_held ? kWaiting / 2 : kWaiting);
    if (m_log)
        m_log->setPaused(m_viewPaused || m_panePaused || m_held);
}

void LogsPage::updateTrace()
{
    const int row = m_view->table()->currentRow();
    const bool has = row >= 0 && row < m_model.rowCount() && !m_model.lineAt(row).trace.isEmpty();
    m_traceButton->setEnabled(has || m_traceButton->isChecked());
    m_traceButton->setToolTip(has || m_traceButton->isChecked() ? tr("All lines of this trace, of all nodes") : tr("Choose a line that says its trace"));
}

/// What stands in place of lines while there are none.
void LogsPage::updatePage()
{
    updateTrace();
    StatePage *page = m_view->page();
    const bool empty = m_model.rowCount() == 0;
    m_view->showPage(empty);
    if (!empty)
        return;
    const ActionTarget *target = chosen();
    if (!target)
        return page->showEmpty(tr("No node is known yet."), tr("Open a cluster, or wait until its nodes are listed."));
    if (m_failure)
        return m_failure->kind == ErrorKind::Forbidden ? page->showForbidden(*m_failure) : page->showError(*m_failure);
    if (!m_log && !target->row)
        return page->showEmpty(tr("Choose a node."), tr("Without Loki the pods are read, of one node at a time."));
    if (m_model.kept() > 0)
        return page->showFiltered(tr("No line has the levels and fields that are chosen."), {});
    if (m_panePaused && !m_caughtUp)
        return page->showEmpty(tr("Paused."), tr("Loki is asked when the window goes on."));
    if (!m_caughtUp || !m_waiting.empty())
        return page->showLoading(tr("%1: Loki").arg(target->environment->name()));
    page->showEmpty(m_text.isEmpty() ? tr("Loki has no lines of this time.") : tr("Loki has no line with %1 in this time.").arg(m_text),
                    tr("Asked for: %1. “From the pods” reads the pods themselves.").arg(expression()));
}

}
