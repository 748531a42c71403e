// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a watch stream, cut anywhere: framer and decoder must stay inside their buffers and come to an end.
#include "app/kube/BodyCodec.h"
#include "app/kube/RowDecoder.h"
#include "tests/support/WatchTexts.h"

#include <cstdlib>

using namespace qd::kube;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    if (size < 1)
        return 0;
    static const qd::network::KindInfo kind = qd::support::testKind();
    const size_t piece = 1 + data[0];
    WatchDecoder decoder(kind, true);
    for (size_t at = 1; at < size; at += piece) {
        decoder.append(QByteArray(reinterpret_cast<const char *>(data) + at, qsizetype(std::min(piece, size - at))));
        while (const std::optional<DecodedEvent> event = decoder.next()) {
            const qd::network::Row &row = event->row;
            // What was packed opens again.
            if (!row.body.isEmpty() && !unpackBody(row.body))
                std::abort();
            if (event->type == DecodedEvent::Type::Added && row.cells.size() != kind.columns.size())
                std::abort();
        }
    }
    return 0;
}
