// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Format.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>
#include <QTimeZone>

#include <cmath>

namespace qd {

using namespace Qt::StringLiterals;

namespace {
QString unit(qint64 value, const char *pattern)
{
    return QCoreApplication::translate("Format", pattern).arg(value);
}

QString twoDigits(qint64 value, const char *pattern)
{
    return QCoreApplication::translate("Format", pattern).arg(value, 2, 10, QChar(u'0'));
}
}

QString formatAge(qint64 seconds)
{
    constexpr qint64 kMinute = 60, kHour = 3600, kDay = 86400;
    if (seconds < 0)
        seconds = 0;
    if (seconds < kMinute)
        return unit(seconds, QT_TRANSLATE_NOOP("Format", "%1 s"));
    if (seconds < kHour) {
        const QString minutes = unit(seconds / kMinute, QT_TRANSLATE_NOOP("Format", "%1 m"));
        const qint64 rest = seconds % kMinute;
        return seconds < 10 * kMinute && rest > 0 ? QString(minutes + u' ' + unit(rest, "%1 s")) : minutes;
    }
    if (seconds < kDay) {
        const QString hours = unit(seconds / kHour, QT_TRANSLATE_NOOP("Format", "%1 h"));
        const qint64 minutes = seconds % kHour / kMinute;
        return minutes == 0 ? hours : QString(hours + u' ' + twoDigits(minutes, QT_TRANSLATE_NOOP("Format", "%1 m")));
    }
    const QString days = unit(seconds / kDay, QT_TRANSLATE_NOOP("Format", "%1 d"));
    const qint64 hours = seconds % kDay / kHour;
    return seconds < 3 * kDay && hours > 0 ? QString(days + u' ' + unit(hours, "%1 h")) : days;
}

QString formatAge(const QDateTime &from, const QDateTime &now)
{
    return from.isValid() ? formatAge(from.secsTo(now)) : QString(u'\u2013');
}

QString formatMoment(qint64 ago)
{
    constexpr qint64 kSkew = 2;
    return ago < -kSkew ? QCoreApplication::translate("Format", "in %1").arg(formatAge(-ago)) : formatAge(ago);
}

QString formatWhen(qint64 ago)
{
    const QString moment = formatMoment(ago);
    return moment == formatAge(ago) ? QCoreApplication::translate("Format", "%1 ago").arg(moment) : moment;
}

QString formatEnd(qint64 ago)
{
    return ago < 0 ? QCoreApplication::translate("Format", "in %1").arg(formatAge(-ago))
                   : QCoreApplication::translate("Format", "ended %1 ago").arg(formatAge(ago));
}

QString formatRfc3339(const QDateTime &utc)
{
    return utc.isValid() ? utc.toUTC().toString(u"yyyy-MM-dd'T'HH:mm:ss'Z'"_s) : QString();
}

QString formatNumber(double value, int decimals)
{
    return QLocale().toString(value, 'f', decimals);
}

QString formatInteger(qint64 value)
{
    return QLocale().toString(value);
}

qint64 parseDuration(const QString &text)
{
    static const QRegularExpression part(u"([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h|d)"_s);
    bool plain = false;
    const double seconds = text.toDouble(&plain);
    if (plain)
        return seconds < 0 || !std::isfinite(seconds) ? -1 : qint64(std::llround(seconds * 1000));
    qsizetype at = 0;
    double total = 0;
    while (at < text.size()) {
        const QRegularExpressionMatch match = part.match(text, at, QRegularExpression::NormalMatch,
                                                        QRegularExpression::AnchorAtOffsetMatchOption);
        if (!match.hasMatch())
            return -1;
        const QString name = match.captured(2);
        const double factor = name == "ms"_L1 ? 1 : name == "s"_L1 ? 1e3 : name == "m"_L1 ? 6e4 : name == "h"_L1 ? 36e5 : 864e5;
        total += match.captured(1).toDouble() * factor;
        at = match.capturedEnd();
    }
    return text.isEmpty() ? -1 : qint64(std::llround(total));
}

}
