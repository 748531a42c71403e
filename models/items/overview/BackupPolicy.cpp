// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/overview/BackupPolicy.h"

#include "models/core/Format.h"

#include <QDate>
#include <QHash>
#include <QStringList>

#include <algorithm>
#include <bitset>

namespace qd::items::overview {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kDay = 86400;
constexpr int kDaysWatched = 800;    ///< two of everything yearly
using Bits = std::bitset<64>;

struct Field {
    int low, high;
    QStringList names;
};

std::optional<int> numberOf(const QString &text, const Field &field)
{
    const qsizetype name = field.names.indexOf(text.toUpper());
    if (name >= 0)
        return int(name) + field.low;
    bool ok = false;
    const int value = text.toInt(&ok);
    return ok && value >= field.low && value <= field.high ? std::optional(value) : std::nullopt;
}

bool takePart(const QString &part, const Field &field, Bits &bits)
{
    const QString range = part.section(u'/', 0, 0);
    bool ok = true;
    const int step = part.contains(u'/') ? part.section(u'/', 1).toInt(&ok) : 1;
    if (!ok || step < 1)
        return false;
    std::optional<int> from = field.low, to = field.high;
    if (range != "*"_L1 && range != "?"_L1) {
        from = numberOf(range.section(u'-', 0, 0), field);
        to = range.contains(u'-') ? numberOf(range.section(u'-', 1), field) : part.contains(u'/') ? std::optional(field.high) : from;
    }
    if (!from || !to || *from > *to)
        return false;
    for (int i = *from; i <= *to; i += step)
        bits.set(size_t(i));
    return true;
}

std::optional<Bits> bitsOf(const QString &text, const Field &field)
{
    Bits bits;
    const QStringList parts = text.split(u',');
    const bool good = std::all_of(parts.begin(), parts.end(), [&](const QString &part) { return takePart(part, field, bits); });
    return good && bits.any() ? std::optional(bits) : std::nullopt;
}

struct Cron {
    Bits minutes, hours, days, months, weekdays;
    bool anyDay = true, anyWeekday = true;
    [[nodiscard]] bool on(const QDate &date) const
    {
        if (!months.test(size_t(date.month())))
            return false;
        const bool day = days.test(size_t(date.day())), weekday = weekdays.test(size_t(date.dayOfWeek() % 7));
        return anyDay || anyWeekday ? day && weekday : day || weekday;
    }
};

std::optional<Cron> parse(const QString &expression)
{
    static const QHash<QString, QString> kNamed{{u"@hourly"_s, u"0 * * * *"_s}, {u"@daily"_s, u"0 0 * * *"_s}, {u"@midnight"_s, u"0 0 * * *"_s},
                                                {u"@weekly"_s, u"0 0 * * 0"_s}, {u"@monthly"_s, u"0 0 1 * *"_s}, {u"@yearly"_s, u"0 0 1 1 *"_s},
                                                {u"@annually"_s, u"0 0 1 1 *"_s}};
    const QString text = expression.simplified();
    const QStringList fields = kNamed.value(text, text).split(u' ');
    if (fields.size() != 5)
        return std::nullopt;
    static const QStringList kMonths{u"JAN"_s, u"FEB"_s, u"MAR"_s, u"APR"_s, u"MAY"_s, u"JUN"_s, u"JUL"_s, u"AUG"_s, u"SEP"_s, u"OCT"_s, u"NOV"_s, u"DEC"_s};
    static const QStringList kWeekdays{u"SUN"_s, u"MON"_s, u"TUE"_s, u"WED"_s, u"THU"_s, u"FRI"_s, u"SAT"_s};
    const auto minutes = bitsOf(fields.at(0), {0, 59, {}}), hours = bitsOf(fields.at(1), {0, 23, {}}), days = bitsOf(fields.at(2), {1, 31, {}});
    auto months = bitsOf(fields.at(3), {1, 12, kMonths}), weekdays = bitsOf(fields.at(4), {0, 7, kWeekdays});
    if (!minutes || !hours || !days || !months || !weekdays)
        return std::nullopt;
    if (weekdays->test(7))
        weekdays->set(0);
    return Cron{*minutes, *hours, *days, *months, *weekdays, fields.at(2).startsWith(u'*') || fields.at(2) == "?"_L1,
                fields.at(4).startsWith(u'*') || fields.at(4) == "?"_L1};
}

QList<qint64> timesOfDay(const Cron &cron)
{
    QList<qint64> out;
    for (int hour = 0; hour < 24; ++hour) {
        for (int minute = 0; minute < 60 && cron.hours.test(size_t(hour)); ++minute) {
            if (cron.minutes.test(size_t(minute)))
                out.append(hour * 3600 + minute * 60);
        }
    }
    return out;
}

}

std::optional<Rhythm> cronRhythm(const QString &expression)
{
    if (expression.startsWith("@every "_L1)) {
        const qint64 every = parseDuration(expression.mid(7).trimmed()) / 1000;
        return every > 0 ? std::optional(Rhythm{every, every}) : std::nullopt;
    }
    const std::optional<Cron> cron = parse(expression);
    if (!cron)
        return std::nullopt;
    const QList<qint64> times = timesOfDay(*cron);
    QHash<qint64, int> gaps;
    int days = 0;
    qint64 last = -1;
    for (int i = 0; i < kDaysWatched; ++i) {
        if (!cron->on(QDate(2026, 1, 1).addDays(i)))
            continue;
        ++days;
        if (last >= 0)
            ++gaps[i * kDay + times.first() - last];
        last = i * kDay + times.last();
    }
    for (qsizetype i = 1; i < times.size(); ++i)
        gaps[times.at(i) - times.at(i - 1)] += days;
    Rhythm out;
    int most = 0;
    for (auto it = gaps.begin(); it != gaps.end(); ++it) {
        out.longest = std::max(out.longest, it.key());
        if (it.value() > most || (it.value() == most && it.key() < out.usual)) {
            most = it.value();
            out.usual = it.key();
        }
    }
    return out.usual > 0 ? std::optional(out) : std::nullopt;
}

Standing backupStanding(qint64 last, qint64 every, qint64 now)
{
    if (last <= 0 || every <= 0)
        return Standing::NotDetermined;
    return now - last > every + std::min<qint64>(every / 4, 1800) ? Standing::Overdue : Standing::Within;
}

}
