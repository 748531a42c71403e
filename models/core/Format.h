// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QString>

namespace qd {

/// "2 s", "1 h 12 m", "3 d": two units at most, a zero unit is dropped ("10 h", look.md "Words").
[[nodiscard]] QString formatAge(qint64 seconds);
[[nodiscard]] QString formatAge(const QDateTime &from, const QDateTime &now);
/// A moment as seen from now, `ago` seconds after it: "3 d" when it is past, "in 28 d" when it is to come (negative). Clocks
/// differ by a little: up to two seconds ahead is now.
[[nodiscard]] QString formatMoment(qint64 ago);
/// The same in a sentence: "3 d ago", "in 28 d".
[[nodiscard]] QString formatWhen(qint64 ago);
/// Of a moment at which something ends: "in 28 d", "ended 2 d ago".
[[nodiscard]] QString formatEnd(qint64 ago);
/// RFC 3339 UTC as Kubernetes writes it: 2026-01-01T00:00:00Z.
[[nodiscard]] QString formatRfc3339(const QDateTime &utc);
/// Local number by locale, fixed decimals.
[[nodiscard]] QString formatNumber(double value, int decimals);
[[nodiscard]] QString formatInteger(qint64 value);
/// Parses kubectl durations ("1h2m", "30s", "1.5h", "500ms", plain seconds); -1 when it is none. Milliseconds.
[[nodiscard]] qint64 parseDuration(const QString &text);

}
