// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/network/telemetry/TimeSeries.h"

#include <QByteArray>

#include <stop_token>

namespace qd::telemetry {

/// What an answer of query or query_range says.
struct SeriesBody {
    network::SeriesAnswer answer;   ///< start, end and step are for who asked to fill in
    bool failed = false;            ///< the envelope says "error"
    QString errorType, error;
};

/// Takes such an answer apart as a stream: matrix, vector, scalar and string; a native histogram counts by its number of
/// observations, a text by no sample. Keys may come in any order, unknown ones are passed over. Invalid with the reader's words for
/// anything else, Cancelled when told to stop.
[[nodiscard]] Result<SeriesBody> readSeries(QByteArray body, std::stop_token stop = {});

}
