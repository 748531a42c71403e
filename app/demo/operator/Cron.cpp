// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Cron.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

struct Field {
    QString name;
    int least = 0;
    int most = 0;
    QStringList names = {};   ///< JAN … or SUN …
    int firstName = 0;
};

const QStringList kMonths{u"JAN"_s, u"FEB"_s, u"MAR"_s, u"APR"_s, u"MAY"_s, u"JUN"_s, u"JUL"_s, u"AUG"_s, u"SEP"_s, u"OCT"_s,
    u"NOV"_s, u"DEC"_s};
const QStringList kWeekdays{u"SUN"_s, u"MON"_s, u"TUE"_s, u"WED"_s, u"THU"_s, u"FRI"_s, u"SAT"_s};

/// All of this field's values.
constexpr quint64 bits(int from, int to, int step = 1)
{
    quint64 all = 0;
    for (int i = from; i <= to; i += step)
        all |= quint64(1) << i;
    return all;
}

constexpr bool has(quint64 set, int value)
{
    return (set >> value) & 1;
}

Error wrong(const Field &field, const QString &text)
{
    return {ErrorKind::Invalid, u"The cron field %1 is %2, which is not understood."_s.arg(field.name, text),
        u"It takes %1 to %2, *, lists, ranges and steps, for example %1,%2 or %1-%2/2 or */5."_s.arg(field.least).arg(field.most)};
}

int valueOf(const Field &field, const QString &text)
{
    const qsizetype named = field.names.indexOf(text.toUpper());
    if (named >= 0)
        return int(named) + field.firstName;
    bool number = false;
    const int value = text.toInt(&number);
    return number && value >= field.least && value <= field.most ? value : -1;
}

/// One part of a list: *, a, a-b, each with /step. `star` is set when it stands for everything.
Result<quint64> part(const Field &field, const QString &text, bool &star)
{
    QString range = text.section(u'/', 0, 0);
    const bool stepped = text.contains(u'/');
    const int step = stepped ? text.section(u'/', 1).toInt() : 1;
    if (step < 1 || text.count(u'/') > 1)
        return wrong(field, text);
    if (range.isEmpty() && stepped)
        range = u"*"_s;   // Quartz' /10
    if (range == "*"_L1 || range == "?"_L1) {
        star = star || step == 1;
        return bits(field.least, field.most, step);
    }
    const int from = valueOf(field, range.section(u'-', 0, 0));
    const int to = range.contains(u'-') ? valueOf(field, range.section(u'-', 1)) : stepped ? field.most : from;
    if (from < 0 || to < 0 || to < from)
        return wrong(field, text);
    return bits(from, to, step);
}

Result<quint64> setOf(const Field &field, const QString &text, bool &star)
{
    quint64 all = 0;
    for (const QString &one : text.split(u',')) {
        const Result<quint64> some = part(field, one, star);
        if (!some)
            return some.error();
        all |= *some;
    }
    return all;
}

/// 0: Sunday.
int weekdayOf(const QDate &date)
{
    return date.dayOfWeek() % 7;
}

}

Result<Cron> Cron::parse(const QString &line, Dialect dialect)
{
    const bool quartz = dialect == Dialect::Quartz;
    static const QRegularExpression blanks(u"\\s+"_s);
    QStringList words = line.split(blanks, Qt::SkipEmptyParts);
    if (words.size() != (quartz ? 6 : 5))
        return Error{ErrorKind::Invalid, u"The cron line \"%1\" has %2 fields, not %3."_s.arg(line).arg(words.size()).arg(quartz ? 6 : 5),
            quartz ? u"Quartz: second, minute, hour, day, month, weekday, for example 0 0 2 * * ?"_s
                   : u"Unix: minute, hour, day, month, weekday, for example 0 */4 * * *"_s};
    if (!quartz)
        words.prepend(u"0"_s);
    Cron cron;
    bool star = false;
    const auto read = [&star](const Field &field, const QString &text, quint64 &set) -> std::optional<Error> {
        star = false;
        const Result<quint64> parsed = setOf(field, text, star);
        if (!parsed)
            return parsed.error();
        set = *parsed;
        return std::nullopt;
    };
    if (auto error = read({u"second"_s, 0, 59}, words.at(0), cron.m_seconds))
        return *error;
    if (auto error = read({u"minute"_s, 0, 59}, words.at(1), cron.m_minutes))
        return *error;
    if (auto error = read({u"hour"_s, 0, 23}, words.at(2), cron.m_hours))
        return *error;
    const QString day = words.at(3).toUpper();
    if (quartz && (day == "L"_L1 || day == "LW"_L1)) {
        cron.m_day = day == "L"_L1 ? Day::Last : Day::LastWorkday;
    } else {
        if (auto error = read({u"day"_s, 1, 31}, day, cron.m_days))
            return *error;
        cron.m_anyDay = star;
    }
    if (auto error = read({u"month"_s, 1, 12, kMonths, 1}, words.at(4), cron.m_months))
        return *error;
    static const QRegularExpression special(u"^([1-7])(L|#([1-5]))$"_s);
    const QRegularExpressionMatch match = special.match(words.at(5).toUpper());
    if (quartz && match.hasMatch()) {
        const int weekday = match.captured(1).toInt() - 1;
        (match.captured(3).isEmpty() ? cron.m_lastWeekday : cron.m_nthWeekday) = weekday;
        cron.m_nth = match.captured(3).toInt();
        return cron;
    }
    quint64 weekdays = 0;
    if (auto error = read({u"weekday"_s, quartz ? 1 : 0, 7, kWeekdays, quartz ? 1 : 0}, words.at(5), weekdays))
        return *error;
    cron.m_anyWeekday = star;
    // Unix' 7 is Sunday too; Quartz counts from 1.
    cron.m_weekdays = quartz ? weekdays >> 1 : (weekdays & 0x7f) | (weekdays >> 7);
    return cron;
}

bool Cron::fitsWeekday(const QDate &date) const
{
    const int weekday = weekdayOf(date);
    if (m_lastWeekday >= 0)
        return weekday == m_lastWeekday && date.day() + 7 > date.daysInMonth();
    if (m_nthWeekday >= 0)
        return weekday == m_nthWeekday && (date.day() - 1) / 7 + 1 == m_nth;
    return has(m_weekdays, weekday);
}

bool Cron::fits(const QDate &date) const
{
    if (!has(m_months, date.month()))
        return false;
    if (m_day == Day::Last)
        return date.day() == date.daysInMonth();
    if (m_day == Day::LastWorkday) {
        QDate last(date.year(), date.month(), date.daysInMonth());
        while (last.dayOfWeek() > 5)
            last = last.addDays(-1);
        return date == last;
    }
    const bool day = has(m_days, date.day());
    const bool weekday = fitsWeekday(date);
    return m_anyDay || m_anyWeekday ? day && weekday : day || weekday;
}

QDateTime Cron::next(const QDateTime &after, const QTimeZone &zone) const
{
    // Zones change by whole quarters of an hour: within one the wall clock runs as UTC does.
    const qint64 first = after.toSecsSinceEpoch() + 1;
    QDate date = QDateTime::fromSecsSinceEpoch(first, zone).date();
    const QDate end = date.addDays(9 * 366);
    for (; date < end; date = date.addDays(1)) {
        if (!fits(date))
            continue;
        const qint64 morning = date.startOfDay(zone).toSecsSinceEpoch();
        const qint64 night = date.addDays(1).startOfDay(zone).toSecsSinceEpoch();
        for (qint64 quarter = std::max(morning, first - first % 900); quarter < night; quarter += 900) {
            const QTime wall = QDateTime::fromSecsSinceEpoch(quarter, zone).time();
            if (!has(m_hours, wall.hour()))
                continue;
            for (int minute = 0; minute < 15; ++minute) {
                if (!has(m_minutes, wall.minute() + minute))
                    continue;
                for (int second = 0; second < 60; ++second) {
                    const qint64 at = quarter + minute * 60 + second;
                    if (at >= first && has(m_seconds, second))
                        return QDateTime::fromSecsSinceEpoch(at, Qt::UTC);
                }
            }
        }
    }
    return {};
}

QDateTime Cron::latest(const QDateTime &after, const QDateTime &upTo, const QTimeZone &zone) const
{
    for (qint64 window = 3600;; window *= 4) {
        const bool whole = upTo.addSecs(-window) <= after;
        QDateTime found;
        for (QDateTime at = next(whole ? after : upTo.addSecs(-window), zone); at.isValid() && at <= upTo; at = next(at, zone))
            found = at;
        if (found.isValid() || whole)
            return found;
    }
}

}
