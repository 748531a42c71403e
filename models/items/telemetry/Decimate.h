// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/telemetry/TimeSeries.h"

#include <QList>
#include <QPointF>

#include <span>

namespace qd::items {

/// A stretch of samples without a gap and without NaN or infinity.
using SampleRun = std::span<const network::Sample>;

/// The runs of a series that touch from..to, ascending; the samples just outside stay, so that a line reaches the edge. Where two
/// stand further apart than one and a half steps there is a gap (step 0: no gaps), and so is what is no number; never bridged.
[[nodiscard]] std::vector<SampleRun> runsOf(const std::vector<network::Sample> &samples, double step, double from, double to);

/// First, lowest, highest and last of each of `columns` pixel columns of from..to (M4): the line drawn through them is the line drawn
/// through all, at that width. x is the time, y the value; no more points than the run has.
[[nodiscard]] QList<QPointF> decimate(SampleRun run, double from, double to, int columns);

/// What one column of a dense run covers, with the way from the column before.
struct ColumnSpan {
    int column = 0;
    double low = 0;
    double high = 0;
    friend bool operator==(const ColumnSpan &, const ColumnSpan &) = default;
};
[[nodiscard]] std::vector<ColumnSpan> columnSpans(SampleRun run, double from, double to, int columns);

/// A time without data of every line, or of one: where its hatch goes.
struct DataGap {
    double from = 0;
    double to = 0;
    friend bool operator==(const DataGap &, const DataGap &) = default;
};
/// The gaps of a series inside from..to, also the ones before its first and after its last sample; `step` 0: none.
[[nodiscard]] std::vector<DataGap> gapsOf(const std::vector<network::Sample> &samples, double step, double from, double to);

}
