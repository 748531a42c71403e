// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as an answer of query or query_range: refused with a message, or read; what is read is neither cut nor followed by anything,
// and its texts can be written again. Any bytes as a value: as strtod reads it, or none.
#include "app/telemetry/JsonCursor.h"
#include "app/telemetry/SeriesReader.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>

using namespace qd::telemetry;

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    if (const auto read = readSeries(bytes)) {
        require(!readSeries(bytes.trimmed().chopped(1)) && !readSeries(bytes + 'x'));
        for (const qd::network::TimeSeries &series : read->answer.series) {
            for (auto it = series.labels.begin(); it != series.labels.end(); ++it)
                require(it.key().isValidUtf16() && it.value().isValidUtf16());
        }
    } else {
        require(!read.error().message.isEmpty());
    }
    double value = 0;
    if (size < 64 && readValue(bytes.constData(), bytes.constData() + bytes.size(), &value)) {
        const double known = std::strtod(bytes.constData(), nullptr);
        require(std::isnan(value) ? std::isnan(known) : value == known);
    }
    return 0;
}
