// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/DashboardSession.h"

#include "models/core/Async.h"
#include "models/items/telemetry/PanelState.h"

#include <QSet>

#include <algorithm>
#include <cmath>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::VariableValue;

namespace {

constexpr int kUsualWidth = 600;
constexpr qint64 kOldMs = 60'000;
constexpr int kSpanPoints = 360;
const QString kAlerts = u"ALERTS{alertstate=\"firing\"}"_s;
/// How far apart the readings of most targets are.
const QString kScrapes = u"600 / quantile(0.5, count_over_time(up[10m]))"_s;
constexpr double kScrapesOver = 600;
constexpr double kLeastScrape = 15, kMostScrape = 300;

}

DashboardSession::DashboardSession(const Clock *clock, QObject *parent) : QObject(parent), m_clock(clock), m_at(clock->now()) { }

DashboardSession::~DashboardSession()
{
    forgetAnswers();
    forgetLabels();
    m_scrapesStop.request_stop();
}

double DashboardSession::at() const
{
    return double(m_at.toMSecsSinceEpoch()) / 1000;
}

PanelState *DashboardSession::state(const QString &panel) const
{
    for (const auto &one : m_panels) {
        if (one->panel.id == panel)
            return one.get();
    }
    return nullptr;
}

void DashboardSession::forgetAnswers()
{
    m_underWay.clear();
    for (const auto &panel : m_panels) {
        for (const auto &slot : panel->slots)
            slot->stop();
    }
    for (const auto &slot : m_spans)
        slot->stop();
}

void DashboardSession::setDashboard(const network::Dashboard &dashboard)
{
    if (dashboard == m_dashboard)
        return;
    QHash<QString, QStringList> chosen;
    for (const VariableState &variable : std::as_const(m_variables))
        chosen.insert(variable.variable.name, variable.chosen);
    forgetAnswers();
    m_dashboard = dashboard;
    m_variables.clear();
    for (const network::DashboardVariable &variable : dashboard.variables) {
        VariableState state{variable, variable.values, chosen.value(variable.name), false, {}};
        if (!variable.multiple && state.chosen.isEmpty() && !variable.first.isEmpty())
            state.chosen = {variable.first};
        m_variables.append(state);
    }
    m_visible.clear();
    makeSlots();
    loadVariables();
}

void DashboardSession::makeSlots()
{
    forgetAnswers();
    std::vector<std::unique_ptr<PanelState>> before = std::exchange(m_panels, {});
    for (const network::PanelRow &row : m_dashboard.rows) {
        for (const network::Panel &panel : row.panels) {
            auto state = std::make_unique<PanelState>();
            state->panel = panel;
            for (const MetricsOf &source : std::as_const(m_sources)) {
                for (qsizetype query = 0; query < panel.queries.size(); ++query)
                    state->slots.push_back(slotFor(before, panel.id, source, query));
            }
            m_panels.push_back(std::move(state));
        }
    }
    m_spans.clear();
    for (const MetricsOf &source : std::as_const(m_sources))
        m_spans.push_back(slotFor({}, {}, source, 0));
}

/// What is known of a query stays known while its cluster and source are the same.
std::unique_ptr<PanelSlot> DashboardSession::slotFor(const std::vector<std::unique_ptr<PanelState>> &before, const QString &panel, const MetricsOf &source,
                                                     qsizetype query)
{
    for (const auto &state : before) {
        if (state->panel.id != panel)
            continue;
        for (auto &slot : state->slots) {
            if (slot && slot->cluster == source.cluster && slot->source == source.source && slot->query == query)
                return std::move(slot);
        }
    }
    auto out = std::make_unique<PanelSlot>();
    out->panel = panel;
    out->cluster = source.cluster;
    out->source = source.source;
    out->query = query;
    return out;
}

void DashboardSession::setSources(const QList<MetricsOf> &sources)
{
    const bool same = sources == m_sources;
    m_sources = sources;
    if (same)
        return tellAll();   // they may name nodes otherwise
    if (sources.isEmpty())
        forgetLabels();
    m_scrapesOf = {0, 0};
    makeSlots();
    loadVariables();
    wantAll(false);
    tellAll();
}

void DashboardSession::setNodes(const QList<DashboardNode> &nodes)
{
    if (nodes == m_nodes)
        return;
    m_nodes = nodes;
    loadVariables();
    wantAll(false);
    tellAll();      // a series may have a node's name now
}

void DashboardSession::setRange(const TimeRange &range)
{
    if (range == m_range)
        return;
    m_range = range;
    if (!m_paused || !range.live())
        m_at = m_clock->now();
    for (const auto &panel : m_panels)
        panel->looked.clear();
    wantAll(false);
    tellAll();      // what is there, over the new time
}

void DashboardSession::setInterval(int seconds)
{
    m_interval = seconds;
}

void DashboardSession::setShown(bool shown)
{
    if (shown == m_shown)
        return;
    m_shown = shown;
    if (!shown) {
        m_chosenMarks = {};     // of those that are shown alone; clear() would keep the room
        return;
    }
    if (!m_paused && m_interval > 0)
        m_at = m_clock->now();
    loadVariables();
    wantAll(false);
    tellAll();
}

void DashboardSession::setPaused(bool paused)
{
    if (std::exchange(m_paused, paused) && !paused && m_shown) {
        m_at = m_clock->now();
        wantAll(false);
    }
}

void DashboardSession::setVisiblePanels(const QList<std::pair<QString, int>> &panels)
{
    if (panels == m_visible)
        return;
    m_visible = panels;
    wantAll(false);
}

void DashboardSession::setUtc(bool utc)
{
    if (utc == m_utc)
        return;
    m_utc = utc;
    wantAll(false);
}

/// Of the zone as it is at the end of the time, so that one time has one grid.
double DashboardSession::onGrid(double at, double step) const
{
    const qint64 end = qint64(m_range.end(this->at()));
    return network::alignDown(at, step, m_utc ? 0 : QDateTime::fromSecsSinceEpoch(end).offsetFromUtc());
}

void DashboardSession::setMarks(const QList<ChartMark> &marks)
{
    if (marks == m_marks)
        return;
    m_marks = marks;
    tellAll();
}

void DashboardSession::tellAll()
{
    if (m_shown)
        chooseMarks();
    for (const auto &visible : std::as_const(m_visible))
        Q_EMIT panelChanged(visible.first);
}

void DashboardSession::refresh()
{
    m_at = m_clock->now();
    for (const auto &panel : m_panels)
        panel->looked.clear();
    loadVariables();
    wantAll(true);
}

void DashboardSession::tick()
{
    // Who refreshes by hand asks nothing by itself; that it is old by now is said all the same.
    const qint64 every = m_interval > 0 ? m_interval * 1000 : kOldMs;
    if (!m_shown || m_paused || !m_range.live() || m_clock->monotonicMs() - m_refreshedMs < every)
        return;
    if (m_interval <= 0) {
        m_refreshedMs = m_clock->monotonicMs();
        return tellAll();
    }
    m_at = m_clock->now();
    wantAll(false);
    tellAll();      // the axis moves, whether an answer comes or not
}

/// What every visible panel needs now, the topmost first.
void DashboardSession::wantAll(bool all)
{
    m_refreshedMs = m_clock->monotonicMs();
    if (!m_shown || !variablesReady())
        return;
    for (const auto &visible : std::as_const(m_visible)) {
        if (PanelState *panel = state(visible.first))
            wantPanel(*panel, visible.second, all);
    }
    const double start = m_range.start(at()), end = m_range.end(at());
    const double step = network::chooseStep(start, end, kSpanPoints);
    const bool spans = std::any_of(m_visible.cbegin(), m_visible.cend(), [this](const auto &one) {
        const PanelState *panel = state(one.first);
        return panel && !panel->panel.alerts.isEmpty();
    });
    for (const auto &slot : m_spans) {
        if (spans)
            slot->want(kAlerts, {}, onGrid(start, step), onGrid(end, step), step, all);
    }
    askScrapes();
    pump();
}

/// Sites scrape every 15 s, every 30 s, every minute; of days ago less may be left. Asked once for a time that is seen, and only where
/// something depends on it.
void DashboardSession::askScrapes()
{
    const bool rates = std::any_of(m_visible.cbegin(), m_visible.cend(), [this](const auto &one) {
        const PanelState *panel = state(one.first);
        return panel && std::any_of(panel->panel.queries.cbegin(), panel->panel.queries.cend(), [](const network::PanelQuery &query) {
            return query.expr.contains("__rate_interval"_L1);
        });
    });
    const double start = m_range.start(at()), end = m_range.end(at());
    const std::pair<double, double> of = m_range.live() ? std::pair(double(m_range.last), std::floor(end / PanelSlot::kWhole)) : std::pair(start, end);
    if (!rates || of == m_scrapesOf)
        return;
    m_scrapesOf = of;
    m_scrapesStop.request_stop();
    m_scrapesStop = {};
    struct Asked {
        double most = 0;
        qsizetype left = 0;
    };
    const auto asked = std::make_shared<Asked>();
    asked->left = 2 * m_sources.size();
    for (const MetricsOf &source : std::as_const(m_sources)) {
        for (const double moment : {std::min(start + kScrapesOver, end), end}) {
            whenFinished(source.source->query(kScrapes, moment, m_scrapesStop.get_token()), this,
                         [this, asked, of](const Result<network::SeriesAnswer> &answer) {
                             if (answer && !answer->series.empty() && !answer->series.front().samples.empty())
                                 asked->most = std::max(asked->most, answer->series.front().samples.back().value);
                             if (--asked->left == 0 && of == m_scrapesOf && asked->most > 0)     // what was known stays
                                 takeScrapes(asked->most);
                         });
        }
    }
}

void DashboardSession::takeScrapes(double seconds)
{
    const double scrape = std::isfinite(seconds) ? std::min(kMostScrape, network::roundInterval(std::max(kLeastScrape, seconds))) : m_scrape;
    if (scrape == m_scrape)
        return;
    m_scrape = scrape;
    wantAll(false);
}

bool DashboardSession::variablesReady() const
{
    return std::none_of(m_variables.cbegin(), m_variables.cend(), [](const VariableState &variable) {
        return !variable.variable.multiple && variable.chosen.isEmpty() && variable.values.isEmpty() && variable.loading;
    });
}

void DashboardSession::wantPanel(PanelState &panel, int width, bool all)
{
    const double start = m_range.start(at()), end = m_range.end(at());
    const double step = network::chooseStep(start, end, width > 0 ? width : kUsualWidth);
    const network::StepFacts facts{start, end, step, m_scrape};
    QHash<QString, VariableValue> chosen;
    for (const VariableState &variable : std::as_const(m_variables))
        chosen.insert(variable.variable.name, {variable.chosen});
    QHash<QString, QHash<QString, VariableValue>> values;   // by cluster
    for (const auto &slot : panel.slots) {
        if (!values.contains(slot->cluster))
            values.insert(slot->cluster, chosenValues(slot->cluster));
        const QString &expr = panel.panel.queries.at(slot->query).expr;
        const QString asked = network::interpolate(expr, facts, values.value(slot->cluster));
        slot->want(asked, network::interpolate(expr, {}, chosen), onGrid(start, step), onGrid(end, step), step, all);
    }
    lookForMetrics(panel);      // of what is known already no answer comes
}

void DashboardSession::pump()
{
    const auto askWhatCan = [this](const std::vector<std::unique_ptr<PanelSlot>> &list) {
        for (const auto &slot : list) {
            if (slot->isWanting() && (slot->supersedes() || (!slot->isUnderWay() && m_underWay.size() < kAtOnce)))
                ask(slot.get());
        }
    };
    for (const auto &visible : std::as_const(m_visible)) {
        if (const PanelState *panel = state(visible.first))
            askWhatCan(panel->slots);
    }
    askWhatCan(m_spans);
}

void DashboardSession::ask(PanelSlot *slot)
{
    m_underWay.remove(m_underWay.key(slot, 0));
    const quint64 number = ++m_number;
    m_underWay.insert(number, slot);
    const ports::RangeQuery query = slot->begin(number);
    whenFinished(slot->source->range(query, slot->stopToken()), this, [this, number](const Result<network::SeriesAnswer> &answer) {
        answered(number, answer);
    });
}

void DashboardSession::answered(quint64 number, const Result<network::SeriesAnswer> &answer)
{
    PanelSlot *slot = m_underWay.take(number);
    if (slot && slot->take(number, answer)) {
        if (answer)
            m_asOf = slot->asOf = m_clock->now();
        if (slot->panel.isEmpty()) {
            tellAll();
        } else {
            if (PanelState *panel = state(slot->panel))
                lookForMetrics(*panel);
            Q_EMIT panelChanged(slot->panel);
        }
    }
    pump();
}

/// A panel without a line: is there such a metric at all, or only nothing of it?
void DashboardSession::lookForMetrics(PanelState &panel)
{
    const bool all = std::all_of(panel.slots.cbegin(), panel.slots.cend(), [](const auto &slot) { return slot->answered(); });
    const bool lines = std::any_of(panel.slots.cbegin(), panel.slots.cend(), [](const auto &slot) { return slot->answered() && !slot->series().empty(); });
    const bool failed = std::any_of(panel.slots.cbegin(), panel.slots.cend(), [](const auto &slot) { return slot->error().has_value(); });
    if (lines)
        panel.looked.clear();   // it is there by now
    if (!all || lines || failed)
        return;
    const QStringList needed = panel.needs();
    if (needed.isEmpty())
        return;
    QStringList names;
    for (const QString &name : needed)
        names.append(network::regexEscaped(name));
    const QString match = u"{__name__=~"_s + network::promQuoted(u'(' + names.join(u'|') + u")(_bucket|_sum|_count)?"_s) + u'}';
    for (const MetricsOf &source : std::as_const(m_sources)) {
        if (panel.looked.contains(source.cluster))
            continue;
        panel.looked.insert(source.cluster, {++m_number});
        const double start = m_range.start(at()), end = m_range.end(at());
        whenFinished(source.source->labelValues(u"__name__"_s, match, start, end), this,
                     [this, id = panel.panel.id, cluster = source.cluster, number = m_number](const Result<QStringList> &found) {
                         PanelState *state = this->state(id);
                         if (!state || state->looked.value(cluster).number != number)
                             return;
                         state->looked[cluster] = {number, true, found.ok(), found ? *found : QStringList()};
                         Q_EMIT panelChanged(id);
                     });
    }
}

}
