// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/BodyCodec.h"

#include <memory>
#include <string_view>
#include <vector>

namespace qd::kube {

/// Packs the bodies of a list one after the other. The first bodies are learned as the dictionary of those that follow, so that
/// what all objects of a kind say is kept once (half of a 2.1 KB body of which 600 bytes are random). One thread at a time.
class BodyPacker {
public:
    BodyPacker();
    ~BodyPacker();
    BodyPacker(const BodyPacker &) = delete;
    BodyPacker &operator=(const BodyPacker &) = delete;
    /// `json` must stay in place during the call only. Empty when it is longer than 64 MB.
    [[nodiscard]] network::PackedBody pack(std::string_view json);

private:
    void learn(std::string_view json);
    struct Streams;
    std::unique_ptr<Streams> m_streams;
    std::vector<char> m_scratch;
    QByteArray m_dictionary;   ///< empty: none yet
    int m_count = 0;
};

/// Plain JSON of a packed body; an Invalid error when it is damaged.
[[nodiscard]] Result<QByteArray> unpackBody(const network::PackedBody &body);

}
