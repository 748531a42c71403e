// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

#include <optional>

namespace qd::network {

/// The rules by which a chart's time becomes a query's (Grafana's intervalv2, login-telemetry-desktop.md 3.3). Pure; times in seconds.

/// 1 ms … 1 y, each from the midpoint below it: 1, 2, 5, 10, 15, 20, 30 s, 1, 2, 5, … m, 1, 2, 3, 6, 12 h, 1, 7, 30 d.
[[nodiscard]] double roundInterval(double seconds);

/// The step for so many points at most (0: 1500); never below `least`, and never more than 11,000 points.
[[nodiscard]] double chooseStep(double start, double end, int points, double least = 15);

/// Onto the grid of the step, down; with an offset of the zone so that days begin at midnight there.
[[nodiscard]] double alignDown(double at, double step, double zoneOffset = 0);

/// Long enough for rate(): four scrapes, and one scrape more than the step.
[[nodiscard]] double rateInterval(double step, double scrape = 15);

/// As PromQL writes it: "90s", "500ms"; never below a millisecond.
[[nodiscard]] QString promDuration(double seconds);

/// The chosen values of a variable; nothing chosen: all of them.
struct VariableValue {
    QStringList values;
    QStringList all = {};           ///< what "all" stands for; empty: anything, also a series without the label
    QHash<QString, QString> patterns = {};  ///< of a value that stands for more than itself: its regular expression
    QString except = {};            ///< the regular expression of what the patterns take in although it is not meant
    bool isAll() const { return values.isEmpty(); }
    friend bool operator==(const VariableValue &, const VariableValue &) = default;
};

struct StepFacts {
    double start = 0;
    double end = 0;
    double step = 15;
    double scrape = 15;
};

/// The expression with its variables replaced, the longest names first: $__interval, $__interval_ms, $__rate_interval, $__range,
/// $__range_s, $__range_ms, then the dashboard's own as $name or ${name}. Behind =~ and !~ a value is escaped as a regular expression,
/// several become (a|b); behind = and != it stands as it is. What it does not know stays, so that the server can say where. Where a variable
/// takes in what is not meant, a matcher that leaves it out follows: pod=~"alice(-.*)?",pod!~"alice-bank(-.*)?".
[[nodiscard]] QString interpolate(const QString &expr, const StepFacts &facts, const QHash<QString, VariableValue> &variables);

/// Names of variables that an expression uses ("network"), without those that begin with two underscores.
[[nodiscard]] QStringList variablesOf(const QString &expr);

/// Several values, or all, cannot stand behind = or !=: the name of the first variable that does; empty: none.
[[nodiscard]] QString variableBehindEquals(const QString &expr, const QStringList &multiple);

/// A text as it stands between double quotes in PromQL.
[[nodiscard]] QString promQuoted(const QString &text);
/// With what RE2 takes for a sign escaped.
[[nodiscard]] QString regexEscaped(const QString &text);

}
