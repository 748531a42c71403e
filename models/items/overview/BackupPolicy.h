// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace qd::items::overview {

/// How often a schedule runs, in seconds. A schedule that pauses at night has a longest gap of its own.
struct Rhythm {
    qint64 usual = 0;
    qint64 longest = 0;
    friend bool operator==(const Rhythm &, const Rhythm &) = default;
};

/// Of a cron expression as Kubernetes takes it (five fields, names, steps, lists, @daily, @every 4h); nothing when it is none
/// or never runs. Time zones do not matter for gaps.
[[nodiscard]] std::optional<Rhythm> cronRhythm(const QString &expression);

enum class Standing : quint8 { Within, Overdue, NotDetermined };

/// A backup younger than the policy is within; one that takes a while to be made is given a quarter of the time, at most 30
/// minutes. `last` in epoch seconds, 0: none is known.
[[nodiscard]] Standing backupStanding(qint64 last, qint64 every, qint64 now);

/// What is common when no schedule says otherwise.
inline constexpr qint64 kCommonEvery = 4 * 3600;

}
