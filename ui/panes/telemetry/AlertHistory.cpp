// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/AlertHistory.h"

#include "models/core/Async.h"
#include "models/items/telemetry/AlertMatch.h"
#include "ui/charts/ChartView.h"
#include "ui/widgets/Label.h"

#include <QVBoxLayout>

#include <cmath>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr double kSpan = 86'400;
constexpr double kStep = 240;       ///< 360 readings, more than there are pixels
constexpr qint64 kAgainMs = 60'000;
constexpr int kHeight = 112;
constexpr double kPending = 1, kFiring = 2;

}

AlertHistory::AlertHistory(items::AlertsSession *session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_note(new Label({}, Type::Caption, Token::Text2, this))
    , m_chart(new ChartView(this))
{
    setAccessibleName(tr("History of the alert"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(new Label(tr("Last 24 hours"), Type::CaptionStrong, Token::Text, this));
    m_note->setWordWrap(true);
    column->addWidget(m_note);
    m_chart->setFixedHeight(kHeight);
    m_chart->setAccessibleName(tr("When it was pending and when it fired"));
    column->addWidget(m_chart);
}

AlertHistory::~AlertHistory()
{
    m_stop.request_stop();
}

QString AlertHistory::queryOf(const items::Alert &alert)
{
    if (!alert.evaluated || alert.ruleLabels.isEmpty())
        return {};
    QList<ports::Matcher> matchers;
    for (auto it = alert.ruleLabels.begin(); it != alert.ruleLabels.end(); ++it)
        matchers.append({it.key(), it.value()});
    // Neither is a reading too, where Prometheus recorded anything at all: without one it did not look.
    const QString labels = items::matchersText(matchers);
    return u"max(2 * ALERTS{%1, alertstate=\"firing\"} or ALERTS{%1, alertstate=\"pending\"} or 0 * group(up))"_s.arg(labels);
}

/// One line of what it was; a gap where nobody looked.
items::ChartData AlertHistory::chartOf(const network::SeriesAnswer &answer)
{
    auto samples = std::make_shared<std::vector<network::Sample>>();
    items::ChartData out;
    for (const network::TimeSeries &series : answer.series) {
        for (const network::Sample &sample : series.samples) {
            samples->push_back(sample);
            if (sample.value < kFiring)
                continue;
            if (!out.spans.isEmpty() && sample.at - out.spans.last().to <= answer.step * 1.5)
                out.spans.last().to = sample.at;
            else
                out.spans.append({sample.at, sample.at, tr("firing")});
        }
    }
    out.from = answer.start;
    out.to = answer.end;
    out.step = answer.step;
    out.unit = items::ChartUnit::State;
    out.softMin = 0;
    out.softMax = kFiring;
    out.words = {{0, tr("quiet")}, {kPending, tr("pending")}, {kFiring, tr("firing")}};
    if (!samples->empty())
        out.lines.append({u"state"_s, tr("State"), {}, samples});
    out.warnings = answer.warnings;
    return out;
}

void AlertHistory::setAlert(const items::Alert &alert)
{
    // Prometheus may tell later of one that Alertmanager told first.
    if (alert.key == m_key && queryOf(alert) == m_query)
        return;
    m_key = alert.key;
    m_cluster = alert.cluster;
    m_query = queryOf(alert);
    m_stop.request_stop();
    m_chart->hide();
    m_note->setText(m_query.isEmpty() ? tr("Prometheus does not tell this alert, so that its history is not known.") : tr("Asking Prometheus…"));
    m_note->show();
    ask();
}

void AlertHistory::clear()
{
    m_stop.request_stop();
    m_key.clear();
    m_query.clear();
    m_cluster.clear();
    m_chart->setData({});
    m_chart->hide();
    m_note->setText({});
}

void AlertHistory::tick()
{
    if (m_session->clock()->monotonicMs() - m_askedMs >= kAgainMs)
        ask();
}

void AlertHistory::ask()
{
    m_askedMs = m_session->clock()->monotonicMs();
    const state::Environment *environment = m_session->environment(m_cluster);
    const auto source = environment && environment->telemetry() ? environment->telemetry()->metrics() : nullptr;
    if (m_query.isEmpty() || !source)
        return;
    m_stop.request_stop();
    m_stop = std::stop_source();
    const double end = std::floor(double(m_session->clock()->now().toSecsSinceEpoch()) / kStep) * kStep;
    whenFinished(source->range({m_query, end - kSpan, end, kStep}, m_stop.get_token()), this, [this, stop = m_stop.get_token()](const Result<network::SeriesAnswer> &answer) {
        if (stop.stop_requested())
            return;
        if (!answer) {
            // A picture that is there stays; its age is seen on its axis.
            m_note->setText(tr("The history could not be read: %1").arg(answer.error().message));
            m_note->show();
            return;
        }
        items::ChartData data = chartOf(*answer);
        data.asOf = m_session->clock()->now();
        const bool empty = data.lines.isEmpty();
        m_chart->setData(data);
        m_chart->setVisible(!empty);
        m_note->setText(empty ? tr("Prometheus recorded nothing of it in that time.") : QString());
        m_note->setVisible(empty);
    });
}

}
