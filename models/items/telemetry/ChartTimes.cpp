// SPDX-License-Identifier: GPL-3.0-or-later
// The time side of ChartUnits.h.
#include "models/items/telemetry/ChartUnits.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <array>
#include <cmath>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kDay = 86400;

QDateTime moment(double at, bool utc)
{
    return QDateTime::fromMSecsSinceEpoch(std::llround(at * 1000), utc ? Qt::UTC : Qt::LocalTime);
}

QString said(const QDateTime &at, const char *format)
{
    return QLocale().toString(at, QCoreApplication::translate("ChartUnits", format));
}

constexpr const char *kDate = QT_TRANSLATE_NOOP("ChartUnits", "d MMM");
constexpr const char *kMonth = QT_TRANSLATE_NOOP("ChartUnits", "MMM yyyy");

}

QList<ChartTick> timeTicks(double from, double to, double least, bool utc)
{
    QList<ChartTick> out;
    if (!(to > from) || !(least > 0))
        return out;
    static constexpr std::array<qint64, 18> kSteps{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, kDay};
    qint64 step = 0;
    for (const qint64 one : kSteps) {
        if (double(one) >= least) {
            step = one;
            break;
        }
    }
    // By the calendar from a day on: a day of a change of the clock has 23 hours.
    if (step == 0 || step == kDay) {
        const int days = std::max(1, int(std::ceil(least / double(kDay))));
        QDate day = moment(from, utc).date();
        for (; double(QDateTime(day, QTime(0, 0), utc ? Qt::UTC : Qt::LocalTime).toSecsSinceEpoch()) < from; day = day.addDays(1)) { }
        for (;; day = day.addDays(days)) {
            const QDateTime at(day, QTime(0, 0), utc ? Qt::UTC : Qt::LocalTime);
            if (double(at.toSecsSinceEpoch()) > to)
                return out;
            out.append({double(at.toSecsSinceEpoch()), said(at, days > 60 ? kMonth : kDate)});
        }
    }
    const qint64 offset = utc ? 0 : moment(from, false).offsetFromUtc();
    for (qint64 at = (qint64(std::ceil(from)) + offset + step - 1) / step * step - offset; double(at) <= to; at += step) {
        const QDateTime time = moment(double(at), utc);
        const bool midnight = time.time() == QTime(0, 0);
        out.append({double(at), midnight ? said(time, kDate) : time.time().toString(step < 60 ? u"HH:mm:ss"_s : u"HH:mm"_s)});
    }
    return out;
}

QString timeText(double at, double span, bool utc)
{
    const QDateTime time = moment(at, utc);
    const QString clock = time.toString(span > 2 * double(kDay) ? u"HH:mm"_s : u"HH:mm:ss"_s);
    return span > double(kDay) ? QString(said(time, kDate) + u' ' + clock) : clock;
}

QString rangeText(double from, double to, bool utc)
{
    const QDateTime first = moment(from, utc), last = moment(to, utc);
    const QString zone = utc ? u"UTC"_s : last.timeZoneAbbreviation();
    const QString begin = u"%1, %2"_s.arg(said(first, kDate), first.toString(u"HH:mm"_s));
    const QString end = first.date() == last.date() ? last.toString(u"HH:mm"_s) : u"%1, %2"_s.arg(said(last, kDate), last.toString(u"HH:mm"_s));
    return QCoreApplication::translate("ChartUnits", "%1 to %2 %3").arg(begin, end, zone);
}

}
