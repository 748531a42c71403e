// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/PanelSlot.h"

#include <algorithm>
#include <cmath>

namespace qd::items {

using network::Sample;

namespace {

/// Readings at `at` and at `other` are of one grid.
bool onGrid(double at, double other, double step)
{
    return step <= 0 || std::abs(std::remainder(at - other, step)) < step / 1000;
}

}

/// What is under way will answer this, too.
bool PanelSlot::covers(const ports::RangeQuery &wanted) const
{
    return m_underWay && m_asked.expr == wanted.expr && qFuzzyCompare(m_asked.step, wanted.step) && m_asked.end >= wanted.end && m_asked.start <= wanted.start
        && onGrid(wanted.start, m_asked.start, wanted.step);
}

bool PanelSlot::want(const QString &expr, const QString &question, double start, double end, double step, bool all)
{
    if (m_question != question)
        m_error.reset();        // of another one
    m_question = question;
    if (m_expr == expr)         // the same words are the same question
        m_known = question;
    if (m_asked.expr == expr)
        m_askedQuestion = question;
    m_anew = m_anew || all;
    const bool same = m_answered && !m_error && m_expr == expr && qFuzzyCompare(m_step, step);
    const bool known = same && m_from <= start && m_to >= end && onGrid(start, m_from, step);
    const ports::RangeQuery wanted{expr, start, end, step};
    const bool coming = covers(wanted);
    if (!m_anew && (known || coming)) {
        m_wanted.reset();
        if (!coming)
            stop();     // its answer would take the place of what is known
        return false;
    }
    m_wanted = wanted;
    m_wantAll = m_anew || m_expr != expr || !m_answered || !qFuzzyCompare(m_step, step) || m_from > start || m_to < start || m_to > end || !onGrid(start, m_from, step)
        || end - m_wholeTo >= kWhole;
    return true;
}

bool PanelSlot::supersedes() const
{
    if (!m_underWay || !m_wanted)
        return false;
    const double longer = (m_wanted->end - m_wanted->start) - (m_asked.end - m_asked.start);
    return m_wanted->expr != m_asked.expr || !qFuzzyCompare(m_wanted->step, m_asked.step) || m_wanted->start < m_asked.start
        || std::abs(longer) > 2 * m_asked.step || m_wanted->start >= m_asked.end;
}

ports::RangeQuery PanelSlot::begin(quint64 number)
{
    stop();
    m_stop = std::stop_source();
    m_number = number;
    m_underWay = true;
    m_asked = *m_wanted;
    m_askedQuestion = m_question;
    m_askedAll = m_wantAll;
    m_anew = false;
    m_wanted.reset();
    ports::RangeQuery out = m_asked;
    if (!m_askedAll) {
        const double from = m_to - std::max(kOverlap, 2 * m_asked.step);
        if (from > m_asked.start)   // on the grid: kOverlap may be no multiple of the step
            out.start = m_asked.start + std::floor((from - m_asked.start) / m_asked.step) * m_asked.step;
    }
    return out;
}

void PanelSlot::stop()
{
    if (m_underWay)
        m_stop.request_stop();
    m_underWay = false;
}

bool PanelSlot::take(quint64 number, const Result<network::SeriesAnswer> &answer)
{
    if (number != m_number || !m_underWay)
        return false;
    m_underWay = false;
    if (!answer) {
        m_error = answer.error();
        return true;
    }
    m_error.reset();
    m_warnings = answer->warnings;
    m_infos = answer->infos;
    splice(*answer);
    m_answered = true;
    m_expr = m_asked.expr;
    m_known = m_askedQuestion;
    m_from = m_asked.start;
    m_to = m_asked.end;
    if (!answer->warnings.isEmpty())
        m_wholeTo = 0;
    else if (m_askedAll)
        m_wholeTo = m_asked.end;
    m_step = m_asked.step;
    return true;
}

void PanelSlot::splice(const network::SeriesAnswer &answer)
{
    QHash<QString, qsizetype> known;
    const auto keyOf = [](const network::Labels &labels) {
        QString key;
        for (auto it = labels.cbegin(); it != labels.cend(); ++it)
            key += it.key() + QChar(1) + it.value() + QChar(2);
        return key;
    };
    std::vector<Series> next;
    for (const network::TimeSeries &series : answer.series) {
        known.insert(keyOf(series.labels), qsizetype(next.size()));
        next.push_back({series.labels, std::make_shared<const std::vector<Sample>>(series.samples)});
    }
    if (!m_askedAll) {
        const auto before = [](const Sample &sample, double at) { return sample.at < at; };
        for (const Series &old : m_series) {
            const auto begin = std::lower_bound(old.samples->begin(), old.samples->end(), m_asked.start, before);
            const auto end = std::lower_bound(begin, old.samples->end(), answer.start - m_asked.step / 1000, before);
            if (begin == end)
                continue;
            const auto found = known.constFind(keyOf(old.labels));
            if (found == known.cend()) {
                next.push_back({old.labels, std::make_shared<const std::vector<Sample>>(begin, end)});
                continue;
            }
            Series &fresh = next.at(std::size_t(*found));
            std::vector<Sample> samples;
            samples.reserve(std::size_t(end - begin) + fresh.samples->size());    // a vector that grows by itself keeps room for as many again
            samples.insert(samples.end(), begin, end);
            samples.insert(samples.end(), fresh.samples->begin(), fresh.samples->end());
            fresh.samples = std::make_shared<const std::vector<Sample>>(std::move(samples));
        }
    }
    m_series = std::move(next);
}

}
