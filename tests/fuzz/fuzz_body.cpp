// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a packed body, and any text packed and opened again.
#include "app/kube/BodyCodec.h"

#include <cstdlib>

using namespace qd::kube;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    const auto *text = reinterpret_cast<const char *>(data);
    // A damaged size would only make the allocation large: the interesting sizes are small.
    if (size >= 4 && data[2] == 0 && (data[3] & 0x7F) == 0)
        (void)unpackBody(QByteArray(text, qsizetype(size)));
    BodyPacker packer;
    for (int round = 0; round < 2; ++round) {
        const qd::network::PackedBody packed = packer.pack({text, size});
        const qd::Result<QByteArray> plain = unpackBody(packed);
        if (!plain || *plain != QByteArray(text, qsizetype(size)))
            std::abort();
    }
    return 0;
}
