// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/overview/TrafficForecast.h"

#include "models/core/Format.h"
#include "models/items/overview/ProblemWords.h"

#include <QCoreApplication>

namespace qd::items::overview {

namespace {

constexpr qint64 kShortest = 600;
constexpr double kLeastUse = 0.1;    ///< points of per cent

struct Words {
    Q_DECLARE_TR_FUNCTIONS(TrafficForecast)
};

}

QString Forecast::text() const
{
    switch (why) {
    case Why::NotReported: return Words::tr("The node does not report its traffic.");
    case Why::TooShort: return Words::tr("Seen for %1 only; after 10 m the pace is known.").arg(formatAge(seen));
    case Why::NoUse: return Words::tr("No use was seen for %1.").arg(formatAge(seen));
    case Why::NothingSeen: return Words::tr("Nothing was seen of its use yet.");
    case Why::Known: break;
    }
    return {};
}

QString trafficTitle(double left, const Forecast &forecast)
{
    return left <= 0 ? Words::tr("No traffic is left")
        : forecast.lasts ? Words::tr("Traffic runs out in about %1").arg(roughly(*forecast.lasts))
                         : Words::tr("Traffic is running out");
}

Forecast trafficForecast(const QList<Readings::Reading> &readings, qint64 now)
{
    if (readings.isEmpty())
        return {std::nullopt, Forecast::Why::NothingSeen};
    if (!readings.last().value)
        return {std::nullopt, Forecast::Why::NotReported};
    const double left = *readings.last().value;
    if (left <= 0)
        return {0};
    qsizetype first = readings.size() - 1;
    while (first > 0 && readings.at(first - 1).value && *readings.at(first - 1).value >= *readings.at(first).value)
        --first;
    const qint64 seen = std::max<qint64>(0, now - readings.at(first).at);
    if (seen < kShortest)
        return {std::nullopt, Forecast::Why::TooShort, seen};
    const double used = *readings.at(first).value - left;
    if (used < kLeastUse)
        return {std::nullopt, Forecast::Why::NoUse, seen};
    return {qint64(left / used * double(seen)), Forecast::Why::Known, seen};
}

}
