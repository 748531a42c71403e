// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/BodyCodec.h"

#include <string_view>
#include <vector>

namespace qd::kube {

/// Packs the bodies of rows one after the other with one set of work memory. One thread at a time.
/// Format: plain size (4 bytes, little endian; the top bit says that the built-in dictionary was used), then one LZ4 block.
class BodyPacker {
public:
    BodyPacker();
    ~BodyPacker();
    BodyPacker(const BodyPacker &) = delete;
    BodyPacker &operator=(const BodyPacker &) = delete;
    /// `json` must stay in place during the call only.
    [[nodiscard]] QByteArray pack(std::string_view json);

private:
    struct Streams;
    std::unique_ptr<Streams> m_streams;
    std::vector<char> m_scratch;
};

/// Plain JSON of a packed body; an Invalid error when it is damaged.
[[nodiscard]] Result<QByteArray> unpackBody(const QByteArray &body);

}
