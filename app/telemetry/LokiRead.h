// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/ports/LogSearch.h"

#include <vector>

namespace qd::telemetry {

/// Streams of an answer of query_range, in the order of the answer: each stream sorted, not merged. Structured metadata is taken
/// categorised (X-Loki-Response-Encoding-Flags) and flat; a matrix or anything else is Invalid with the reader's words.
[[nodiscard]] Result<QList<ports::LogEntry>> readStreams(const QByteArray &body);

/// A message of the tail.
struct TailMessage {
    QList<ports::LogEntry> entries;
    std::vector<size_t> marks;      ///< of each entry, see markOf
    int dropped = 0;                ///< lines the server left out
    qint64 droppedFrom = 0, droppedTo = 0;
};
[[nodiscard]] Result<TailMessage> readTail(const QByteArray &message);

/// What tells two lines apart: time, text, and the labels with the metadata, as one set: where the server does not tell these apart
/// (no encoding flags on the way) the same line has the same mark.
[[nodiscard]] size_t markOf(const ports::LogEntry &entry);

/// Values of a label, sorted; an answer without data has none.
[[nodiscard]] Result<QStringList> readLabelValues(const QByteArray &body);

}
