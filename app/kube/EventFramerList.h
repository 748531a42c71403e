// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/EventFramer.h"

namespace qd::kube {

/// Cuts a LIST answer into its items while it arrives, whatever the order of its keys (lists of custom resources have
/// `metadata` behind `items`). Frames are valid until the next append().
class ListFramer {
public:
    explicit ListFramer(size_t cap = kFrameCap) : m_cap(cap) { }
    void append(const QByteArray &bytes) { m_buffer.append(bytes.constData(), size_t(bytes.size())); }
    [[nodiscard]] std::optional<Frame> next();
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }
    /// The closing brace was seen.
    [[nodiscard]] bool complete() const { return m_state == State::Done; }
    /// The list's `metadata` object as JSON text (resourceVersion, continue, remainingItemCount).
    [[nodiscard]] const QByteArray &metadata() const { return m_metadata; }

private:
    enum class State : quint8 { Open, Key, Colon, Value, Items, Item, Comma, Done };
    /// One step; false when more bytes are needed or nothing more comes.
    bool step(std::optional<Frame> *item);
    bool punctuation(char c);
    bool composite(std::optional<Frame> *item);
    void refuse();

    FrameBuffer m_buffer;
    JsonScanner m_scanner;
    size_t m_cap;
    size_t m_scanned = 0;
    State m_state = State::Open;
    QByteArray m_key;
    QByteArray m_metadata;
    std::optional<Error> m_error;
};

}
