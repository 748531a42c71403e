// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QDateTime>
#include <QString>
#include <QTimeZone>

namespace qd::demo {

/// A cron line. Unix: five fields (minute hour day month weekday), in a time zone, with the rules of Kubernetes' CronJob
/// (robfig/cron v3): a restricted day and a restricted weekday are alternatives; an instant fires when the wall clock of the
/// zone fits, so what falls into the gap of spring is left out and what falls into the doubled hour of autumn fires twice.
/// Quartz: six fields, seconds first, weekdays 1 (Sunday) to 7, with ?, L, LW, nL and n#k; always UTC.
class Cron {
public:
    enum class Dialect : quint8 { Unix, Quartz };
    /// An Error names the field and what may stand there.
    [[nodiscard]] static Result<Cron> parse(const QString &line, Dialect dialect);
    /// The first instant after this one, UTC; not valid when there is none within nine years (30 February).
    [[nodiscard]] QDateTime next(const QDateTime &after, const QTimeZone &zone = QTimeZone::utc()) const;
    /// The last instant in (after, upTo]; not valid when there is none.
    [[nodiscard]] QDateTime latest(const QDateTime &after, const QDateTime &upTo, const QTimeZone &zone = QTimeZone::utc()) const;

private:
    enum class Day : quint8 { Plain, Last, LastWorkday };
    [[nodiscard]] bool fits(const QDate &date) const;
    [[nodiscard]] bool fitsWeekday(const QDate &date) const;

    quint64 m_seconds = 1;      ///< a bit each
    quint64 m_minutes = 0;
    quint64 m_hours = 0;
    quint64 m_days = 0;
    quint64 m_months = 0;
    quint64 m_weekdays = 0;     ///< 0: Sunday
    bool m_anyDay = false;
    bool m_anyWeekday = false;
    Day m_day = Day::Plain;
    int m_lastWeekday = -1;     ///< nL: the last such weekday of the month
    int m_nthWeekday = -1;      ///< n#k
    int m_nth = 0;
};

}
