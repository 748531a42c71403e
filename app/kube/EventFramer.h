// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Error.h"

#include <QByteArray>

#include <optional>
#include <vector>

namespace qd::kube {

inline constexpr size_t kFrameCap = 32U * 1024 * 1024;   ///< longest event or list item we take
inline constexpr size_t kFramePadding = 64;              ///< readable bytes behind every frame

/// Finds the end of one JSON value whatever the cuts: braces, brackets and strings are followed, nothing is validated.
class JsonScanner {
public:
    void reset() { *this = {}; }
    /// Past the end of the value, or null when it goes on behind `end`. Call again with the next piece.
    [[nodiscard]] const char *scan(const char *from, const char *end);

private:
    [[nodiscard]] const char *scanString(const char *from, const char *end);
    int m_depth = 0;
    bool m_begun = false;
    bool m_string = false;
    bool m_escape = false;
    bool m_scalar = false;
};

/// A growing buffer read from the front; `kFramePadding` bytes behind the data are always readable.
class FrameBuffer {
public:
    void append(const char *bytes, size_t count);
    void consume(size_t count) { m_begin += count; }
    [[nodiscard]] const char *begin() const { return m_bytes.data() + m_begin; }
    [[nodiscard]] const char *end() const { return m_bytes.data() + m_end; }
    [[nodiscard]] size_t size() const { return m_end - m_begin; }
    /// From `at` to the end of the allocation.
    [[nodiscard]] size_t capacityFrom(const char *at) const { return size_t(m_bytes.data() + m_bytes.size() - at); }
    void clear();

private:
    std::vector<char> m_bytes;
    size_t m_begin = 0;
    size_t m_end = 0;
};

struct Frame {
    const char *data = nullptr;
    size_t size = 0;
    size_t capacity = 0;   ///< readable bytes from data
};

/// Cuts a watch stream into events. One event a line is the fast path (kube-apiserver); pretty-printed events, events without
/// newlines, CRLF and blank lines are found by braces (kubernetes.md 2.2.7). Frames are valid until the next append().
class EventFramer {
public:
    explicit EventFramer(size_t cap = kFrameCap) : m_cap(cap) { }
    void append(const QByteArray &bytes) { m_buffer.append(bytes.constData(), size_t(bytes.size())); }
    [[nodiscard]] std::optional<Frame> next();
    /// The last frame was one line but no single complete value: take it again, and from now on follow braces.
    /// False when braces are followed already.
    [[nodiscard]] bool distrustLines();
    /// Set when the stream cannot be read further: no JSON, or an event above the cap.
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }
    /// Nothing but white space is left: the stream ended between events.
    [[nodiscard]] bool atBoundary() const;
    void reset();

private:
    void skipSpace();
    std::optional<Frame> take(size_t length, size_t consumed);
    std::optional<Frame> byBraces();
    void refuse(const char *begin);

    FrameBuffer m_buffer;
    JsonScanner m_scanner;
    size_t m_cap;
    size_t m_scanned = 0;      ///< of the pending event, by the scanner
    size_t m_searched = 0;     ///< of the pending event, for a newline
    size_t m_lastConsumed = 0;
    bool m_lines = true;
    std::optional<Error> m_error;
};

}
