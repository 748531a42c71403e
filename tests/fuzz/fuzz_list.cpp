// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a LIST answer, cut anywhere: the same items, whatever the cuts.
#include "app/kube/EventFramerList.h"
#include "app/kube/RowDecoder.h"
#include "tests/support/WatchTexts.h"

#include <cstdlib>

using namespace qd::kube;

static QByteArrayList itemsOf(const unsigned char *data, size_t size, size_t piece, RowDecoder *decoder)
{
    ListFramer framer;
    QByteArrayList out;
    for (size_t at = 0; at < size; at += piece) {
        framer.append(QByteArray(reinterpret_cast<const char *>(data) + at, qsizetype(std::min(piece, size - at))));
        while (const std::optional<Frame> frame = framer.next()) {
            out.append(QByteArray(frame->data, qsizetype(frame->size)));
            if (decoder)
                (void)decoder->item(*frame);
        }
    }
    return out;
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    if (size < 1)
        return 0;
    static const qd::network::KindInfo kind = qd::support::testKind();
    RowDecoder decoder(kind, true);
    if (itemsOf(data + 1, size - 1, size, &decoder) != itemsOf(data + 1, size - 1, 1 + data[0], nullptr))
        std::abort();
    return 0;
}
