// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/DashboardSession.h"

#include "models/core/Format.h"
#include "models/items/telemetry/ChartMarks.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>
#include <array>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

constexpr int kFewestPixels = 100;      ///< of a plot
constexpr double kMarkPixels = 12;      ///< marks closer than this lie over each other

ChartUnit unitOf(const QString &word)
{
    static const QHash<QString, ChartUnit> units{
        {u"none"_s, ChartUnit::None}, {u"count"_s, ChartUnit::Count}, {u"percent"_s, ChartUnit::Percent}, {u"ratio"_s, ChartUnit::Ratio},
        {u"seconds"_s, ChartUnit::Seconds}, {u"bytes"_s, ChartUnit::Bytes}, {u"bytesPerSecond"_s, ChartUnit::BytesPerSecond},
        {u"perSecond"_s, ChartUnit::PerSecond}, {u"coin"_s, ChartUnit::Coin}, {u"dollars"_s, ChartUnit::Dollars},
        {u"dateTime"_s, ChartUnit::DateTime}, {u"state"_s, ChartUnit::State}};
    return units.value(word, ChartUnit::None);
}

QString stepText(double seconds)
{
    return seconds < 1 ? network::promDuration(seconds) : formatAge(qint64(seconds));
}

/// Labels that tell where a series comes from when no node of ours is known, the most telling first.
constexpr std::array kPlaces{"pod"_L1, "node_name"_L1, "instance"_L1, "job"_L1, "namespace"_L1};

}

QStringList PanelState::needs() const
{
    QStringList out = panel.metrics;
    static const QRegularExpression parts(u"_(bucket|sum|count)$"_s);
    if (!out.isEmpty())
        return out;
    for (const network::PanelQuery &query : panel.queries) {
        const QStringList names = network::metricNames(query.expr);
        for (QString name : names) {
            name.remove(parts);
            if (!out.contains(name))
                out.append(name);
        }
    }
    return out;
}

QStringList PanelState::missing() const
{
    QSet<QString> there;
    for (const Looked &one : looked) {
        if (!one.answered || !one.known)
            return {};
        for (const QString &name : one.names)
            there.insert(name);
    }
    QStringList out;
    const QStringList needed = needs();
    for (const QString &name : needed) {
        if (!looked.isEmpty() && !there.contains(name) && !there.contains(name + u"_bucket"_s) && !there.contains(name + u"_sum"_s) && !there.contains(name + u"_count"_s))
            out.append(name);
    }
    return out;
}

QString DashboardSession::nodeText(const QString &cluster, const network::Labels &labels, bool *known) const
{
    for (const MetricsOf &source : m_sources) {
        const QString node = source.cluster == cluster && source.nodeOf ? source.nodeOf(labels) : QString();
        *known = !node.isEmpty();
        if (*known)
            return node;
    }
    for (const auto place : kPlaces) {
        if (const QString value = labels.value(QString(place)); !value.isEmpty())
            return value;
    }
    return {};
}

ChartData DashboardSession::data(const QString &id) const
{
    ChartData out;
    const PanelState *state = this->state(id);
    if (!state)
        return out;
    const network::Panel &panel = state->panel;
    out.title = panel.title;
    out.from = m_range.start(at());
    out.to = m_range.end(at());
    out.unit = unitOf(panel.unit);
    out.decimals = panel.decimals;
    out.fromZero = panel.fromZero;
    out.logarithmic = panel.logarithmic;
    out.softMin = panel.softMin;
    out.softMax = panel.softMax;
    out.words = panel.words;
    for (const network::PanelThreshold &threshold : panel.thresholds)
        out.thresholds.append({threshold.value, threshold.words, threshold.critical});
    out.marks = marks(id, out.from, out.to);
    out.spans = spans(panel.alerts);
    fillLines(out, *state);
    fillWords(out, *state);
    return out;
}

QSet<QString> DashboardSession::chosenNodes() const
{
    for (const VariableState &variable : m_variables) {
        if (variable.variable.of == "nodes"_L1)
            return {variable.chosen.cbegin(), variable.chosen.cend()};
    }
    return {};
}

void DashboardSession::fillLines(ChartData &out, const PanelState &state) const
{
    QSet<QString> keys;
    const QSet<QString> chosenNodes = this->chosenNodes();
    for (const auto &slot : state.slots) {
        if (!slot->answered())
            continue;
        const network::PanelQuery &query = state.panel.queries.at(slot->query);
        if (!slot->expr().isEmpty() && !out.queries.contains(slot->expr()))
            out.queries.append(slot->expr());
        out.step = std::max(out.step, slot->step());
        QList<ChartLine> lines;
        for (const PanelSlot::Series &series : slot->series()) {
            network::Labels labels = series.labels;
            bool known = false;
            labels.insert(u"@node"_s, nodeText(slot->cluster, labels, &known));
            if (known && !chosenNodes.isEmpty() && !chosenNodes.contains(labels.value(u"@node"_s)))
                continue;
            ChartLine line;
            if (query.legend.isEmpty())
                line.name = network::legendText({}, series.labels);
            else
                line.name = network::legendText(query.legend, labels);
            if (line.name.isEmpty())
                line.name = state.panel.title;
            line.key = line.name;
            line.labels = series.labels;
            if (m_sources.size() > 1)
                line.labels.insert(u"cluster"_s, slot->cluster);
            line.samples = series.samples;
            line.selector = slot->expr();
            lines.append(line);
        }
        std::stable_sort(lines.begin(), lines.end(), [](const ChartLine &a, const ChartLine &b) { return a.name < b.name; });
        for (ChartLine &line : lines) {
            if (keys.contains(line.key)) {   // two of one name: what tells them apart is said
                const QString place = m_sources.size() > 1 ? slot->cluster : line.labels.value(u"pod"_s, line.labels.value(u"instance"_s));
                line.key = line.name = u"%1 (%2)"_s.arg(line.name, place.isEmpty() || keys.contains(u"%1 (%2)"_s.arg(line.name, place))
                                                                        ? network::legendText({}, line.labels) : place);
            }
            keys.insert(line.key);
            out.lines.append(line);
        }
    }
    if (out.lines.size() > kMostLines) {
        out.left = int(out.lines.size()) - kMostLines;
        out.lines.resize(kMostLines);
    }
}

void DashboardSession::fillWords(ChartData &out, const PanelState &state) const
{
    bool all = !state.slots.empty();
    double newest = 0;
    for (const auto &slot : state.slots) {
        all = all && slot->answered();
        if (slot->error() && !out.error)
            out.error = slot->error();
        if (!slot->answered())
            continue;
        if (slot->asOf.isValid() && (!out.asOf.isValid() || slot->asOf < out.asOf))
            out.asOf = slot->asOf;      // the oldest of what is shown
        for (const QString &warning : slot->warnings()) {
            if (!out.warnings.contains(warning))
                out.warnings.append(warning);
        }
        for (const QString &info : slot->infos()) {
            if (!out.infos.contains(info))
                out.infos.append(info);
        }
    }
    for (const ChartLine &line : out.lines) {
        if (!line.samples->empty())
            newest = std::max(newest, line.samples->back().at);
    }
    out.waiting = !all;
    out.loading = !all && out.lines.isEmpty() && !out.error;
    const double now = double(m_clock->now().toMSecsSinceEpoch()) / 1000;
    out.stale = !out.lines.isEmpty() && (out.error.has_value() || (m_range.live() && newest < now - 2 * out.step - std::max(m_interval, 15)));
    out.note = state.panel.note;
    if (out.note.isEmpty() && !out.lines.isEmpty())
        out.note = tr("step %1, %n series", nullptr, int(out.lines.size()) + out.left).arg(stepText(out.step));
    if (!all || out.error || !out.lines.isEmpty())
        return;
    const QStringList missing = state.missing();
    if (!missing.isEmpty())
        out.missing = tr("The metric %1 is not there: nothing that is scraped told it in this time.").arg(missing.first());
    else
        out.missing = tr("No reading of what is chosen in this time.");
}

/// The namespaces that the chosen nodes and networks live in at this cluster; none: nothing is chosen.
std::optional<QSet<QString>> DashboardSession::chosenNamespaces(const QString &cluster) const
{
    std::optional<QSet<QString>> out;
    for (const VariableState &variable : m_variables) {
        const bool nodes = variable.variable.of == "nodes"_L1;
        if (variable.chosen.isEmpty() || (!nodes && variable.variable.of != "networks"_L1))
            continue;
        QSet<QString> here, known;
        for (const DashboardNode &node : m_nodes) {
            const QString &of = nodes ? node.name : node.network;
            known.insert(of);
            if (node.cluster == cluster && variable.chosen.contains(of))
                here.insert(node.ns);
        }
        for (const QString &chosen : variable.chosen) {
            if (!nodes && !known.contains(chosen))
                here.insert(chosen);    // a network that no node of ours is in is asked for by this namespace
        }
        out = out ? out->intersect(here) : here;
    }
    return out;
}

QMap<QString, QStringList> DashboardSession::namespaces() const
{
    QMap<QString, QStringList> out;
    const QSet<QString> names = chosenNodes();
    for (const MetricsOf &source : m_sources) {
        const std::optional<QSet<QString>> chosen = chosenNamespaces(source.cluster);
        QSet<QString> here;
        for (const DashboardNode &node : m_nodes) {
            if (node.cluster == source.cluster && (names.isEmpty() || names.contains(node.name)) && (!chosen || chosen->contains(node.ns)))
                here.insert(node.ns);
        }
        QStringList sorted(here.cbegin(), here.cend());
        sorted.sort();
        if (!sorted.isEmpty())
            out.insert(source.cluster, sorted);
    }
    return out;
}

/// Once for all panels: there may be thousands of nodes.
void DashboardSession::chooseMarks()
{
    m_chosenMarks.clear();
    if (m_marks.isEmpty())
        return;
    const QSet<QString> nodes = chosenNodes();
    QHash<QString, QSet<QString>> places;
    const QMap<QString, QStringList> known = namespaces();
    for (auto it = known.cbegin(); it != known.cend(); ++it)
        places.insert(it.key(), {it->cbegin(), it->cend()});
    // Deployments, changes and notes are of all; an event is of a node.
    std::copy_if(m_marks.cbegin(), m_marks.cend(), std::back_inserter(m_chosenMarks), [&](const ChartMark &mark) {
        return mark.node.isEmpty() || (places.value(mark.cluster).contains(mark.ns) && (nodes.isEmpty() || nodes.contains(mark.node)));
    });
}

QList<ChartMark> DashboardSession::marks(const QString &panel, double from, double to) const
{
    QList<ChartMark> out;
    std::copy_if(m_chosenMarks.cbegin(), m_chosenMarks.cend(), std::back_inserter(out), [from, to](const ChartMark &mark) { return mark.at >= from && mark.at <= to; });
    int width = kFewestPixels;
    for (const auto &visible : m_visible) {
        if (visible.first == panel)
            width = std::max(width, visible.second);
    }
    return coalesced(out, (to - from) / width * kMarkPixels);
}

QList<ChartSpan> DashboardSession::spans(const QStringList &alerts) const
{
    QList<ChartSpan> out;
    if (alerts.isEmpty())
        return out;
    const QSet<QString> nodes = chosenNodes();
    for (const auto &slot : m_spans) {
        const std::optional<QSet<QString>> namespaces = chosenNamespaces(slot->cluster);
        for (const PanelSlot::Series &series : slot->series()) {
            const QString name = series.labels.value(u"alertname"_s), ns = series.labels.value(u"namespace"_s);
            const bool named = alerts.contains(name);
            if (!named && !alerts.contains(u"*"_s))
                continue;
            bool known = false;
            const QString node = nodeText(slot->cluster, series.labels, &known);
            // One that says no place is of nobody who is chosen, unless it is asked for by its name.
            if (!named && !known && ns.isEmpty() && namespaces)
                continue;
            if ((known && !nodes.isEmpty() && !nodes.contains(node)) || (namespaces && !ns.isEmpty() && !namespaces->contains(ns)))
                continue;
            const QString text = node.isEmpty() ? name : u"%1 (%2)"_s.arg(name, node);
            addSpans(out, {0, 0, text, series.labels.value(u"severity"_s) == "critical"_L1}, *series.samples, slot->step());
        }
    }
    return out;
}

/// One for each time that the readings go on without a gap.
void DashboardSession::addSpans(QList<ChartSpan> &out, ChartSpan span, const std::vector<network::Sample> &samples, double step) const
{
    double last = 0;
    for (const network::Sample &sample : samples) {
        if (last > 0 && sample.at - last > 1.5 * step) {
            span.to = last + step / 2;
            out.append(span);
            last = 0;
        }
        if (last == 0)
            span.from = sample.at - step / 2;
        last = sample.at;
    }
    if (last > 0) {
        span.to = m_range.live() && last >= m_range.end(at()) - 2 * step ? 0 : last + step / 2;
        out.append(span);
    }
}

}
