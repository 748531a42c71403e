// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/ChartData.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace qd::items {

/// What a line says, for legends, readers and tables. None: there is no finite value.
struct LineReading {
    std::optional<double> now;      ///< at the moment asked for, or the newest
    bool nan = false;               ///< there is a sample, and it is NaN
    double at = 0;                  ///< of that sample
    std::optional<double> low;
    std::optional<double> high;
    qint64 silent = 0;              ///< seconds from the last sample to the end, when more than two steps; 0: it goes on
};
/// At `time`: the sample there, no further away than half a step (step 0: the one before); without a time the newest one, unless the
/// line ended more than two steps before the end. Low and high are of from..to.
[[nodiscard]] LineReading readLine(const ChartLine &line, const ChartData &data, double from, double to, std::optional<double> time);

/// The sample of a line that counts for a moment (as above); null: none. Cheap.
[[nodiscard]] const network::Sample *sampleAt(const ChartLine &line, const ChartData &data, double time);

/// What lines say at one moment.
struct MomentReadings {
    struct Row {
        qsizetype line = 0;                         ///< index in the data
        const network::Sample *sample = nullptr;    ///< as sampleAt; null: nothing there
    };
    QList<Row> rows;
    qsizetype left = 0;                             ///< lines beyond those
};
/// Of these lines, largest first, then NaN, then those without a sample; `most` at most. The line `strong` (a key) is among them in any
/// case, as the last one if it must be. Points into the data.
[[nodiscard]] MomentReadings readMoment(const ChartData &data, const QList<qsizetype> &lines, double time, qsizetype most, const QString &strong = {});

/// The nearest moment of the data to `time` at which a line that is seen has a sample; none: there is none.
[[nodiscard]] std::optional<double> nearestSample(const ChartData &data, double time);
/// The moment `steps` samples away from `time`, inside from..to.
[[nodiscard]] double stepFrom(const ChartData &data, double time, int steps, double from, double to);

/// How a chart is told to who does not see it: title, range, newest values, the worst of them against the thresholds.
[[nodiscard]] QString spokenChart(const ChartData &data, double from, double to, bool utc);

/// Time (RFC 3339, UTC), then a column for each line; empty where it has no sample, NaN where that is what it says. Fields that a
/// spreadsheet would take for a formula are quoted with an apostrophe before.
[[nodiscard]] QByteArray chartCsv(const ChartData &data);

}
