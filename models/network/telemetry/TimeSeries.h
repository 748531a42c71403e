// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QString>
#include <QStringList>

#include <vector>

namespace qd::network {

/// A series' label set, its name under "__name__". Sorted, so that equal sets are equal texts.
using Labels = QMap<QString, QString>;

/// One reading. NaN is a reading too (0/0); where there is none there is no sample: absent and NaN are never swapped.
struct Sample {
    double at = 0;      ///< epoch seconds, UTC
    double value = 0;
    friend bool operator==(const Sample &, const Sample &) = default;
};

/// A series as Prometheus answered it; samples ascend by time, steps without a reading are left out (not NaN).
struct TimeSeries {
    Labels labels;
    std::vector<Sample> samples;
    friend bool operator==(const TimeSeries &, const TimeSeries &) = default;
};

/// A matrix on the grid start + k*step, or an instant vector (start == end, step 0, one sample each).
struct SeriesAnswer {
    double start = 0;
    double end = 0;
    double step = 0;
    std::vector<TimeSeries> series;
    QStringList warnings;   ///< of the server: partial answers, limits; the data are there all the same
    QStringList infos;
    QString type = {};      ///< as the server names it: matrix, vector, scalar, string; empty: it does not
};

/// Two neighbours stand further apart than one and a half steps: a gap, never bridged (Prometheus leaves absent steps out).
[[nodiscard]] inline bool isGap(const Sample &before, const Sample &after, double step)
{
    return step > 0 && after.at - before.at > 1.5 * step;
}

}
