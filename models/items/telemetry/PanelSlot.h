// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Error.h"
#include "models/network/telemetry/TimeSeries.h"
#include "models/ports/Metrics.h"

#include <QDateTime>
#include <QHash>
#include <QString>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace qd::items {

/// One query of a panel at one cluster: what was asked, what is known, and what is to be asked next. Answers are spliced: of a time that moves on
/// only the end is asked again, with an overlap, as the newest points are not final yet. Owned by DashboardSession.
class PanelSlot {
public:
    /// Seconds that are asked again: late samples and rate() windows at the edge.
    static constexpr double kOverlap = 600;
    /// Seconds after which all of it is asked again: what is older may have come later (a store that was away, a history that is filled in).
    /// An answer that was partial is asked again at once.
    static constexpr double kWhole = 120;

    QString panel;                  ///< empty: the spans of alerts
    QString cluster;
    qsizetype query = 0;
    std::shared_ptr<ports::MetricsSource> source;
    QDateTime asOf;                 ///< of its last answer that was no error

    /// Wants this expression over this time; `all`: nothing that is known counts. False: it is known, or on its way already, and what else was
    /// under way is stopped. `question`: what is asked whatever the time and step; what is known of another one is no answer to it.
    bool want(const QString &expr, const QString &question, double start, double end, double step, bool all);
    [[nodiscard]] bool isWanting() const { return m_wanted.has_value(); }
    /// What goes out now; the request before, if it still runs, is stopped.
    [[nodiscard]] ports::RangeQuery begin(quint64 number);
    [[nodiscard]] bool isUnderWay() const { return m_underWay; }
    /// What is under way is of no use for what is wanted: another expression, step or time. A refresh waits instead.
    [[nodiscard]] bool supersedes() const;
    [[nodiscard]] std::stop_token stopToken() const { return m_stop.get_token(); }
    void stop();
    /// Takes an answer in if it is that of the newest request.
    bool take(quint64 number, const Result<network::SeriesAnswer> &answer);

    struct Series {
        network::Labels labels;
        std::shared_ptr<const std::vector<network::Sample>> samples;
    };
    [[nodiscard]] const std::vector<Series> &series() const { return m_series; }
    /// What it holds is of what is wanted. The lines of another choice are not shown as those of this one.
    [[nodiscard]] bool answered() const { return m_answered && m_known == m_question; }
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }
    [[nodiscard]] const QStringList &warnings() const { return m_warnings; }
    [[nodiscard]] const QStringList &infos() const { return m_infos; }
    [[nodiscard]] double step() const { return m_step; }
    [[nodiscard]] const QString &expr() const { return m_expr; }    ///< as it was asked last

private:
    void splice(const network::SeriesAnswer &answer);
    [[nodiscard]] bool covers(const ports::RangeQuery &wanted) const;
    std::optional<ports::RangeQuery> m_wanted;
    ports::RangeQuery m_asked;
    QString m_question, m_askedQuestion, m_known;   ///< that is wanted, is under way, is answered
    bool m_anew = false;                            ///< all of it is wanted whatever is known, and was not asked yet
    bool m_wantAll = false;
    bool m_askedAll = false;
    bool m_underWay = false;
    quint64 m_number = 0;
    std::stop_source m_stop;
    std::vector<Series> m_series;
    QString m_expr;
    double m_from = 0, m_to = 0, m_step = 0;    ///< what is known
    double m_wholeTo = 0;                       ///< end of the last time that was asked as a whole and answered in full
    bool m_answered = false;
    std::optional<Error> m_error;
    QStringList m_warnings, m_infos;
};

}
