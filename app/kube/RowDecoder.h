// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/EventFramer.h"
#include "models/core/Error.h"
#include "models/network/Row.h"

#include <memory>

namespace qd::kube {

/// One event of a watch, or one item of a list, decoded.
struct DecodedEvent {
    enum class Type : quint8 {
        Added, Modified, Deleted,
        Bookmark,      ///< only resourceVersion and initialEventsEnd
        Error,         ///< `status` holds the server's Status
        Unknown,       ///< a type nobody knows: skip it
        Refused,       ///< one object cannot be read; `error` names it. The rest goes on.
        NoSingleValue  ///< the frame is no single complete JSON value
    };
    Type type = Type::Unknown;
    network::Row row = {};
    QString resourceVersion = {};
    bool initialEventsEnd = false;
    QByteArray status = {};
    Error error = {};
};

/// Makes rows of one kind from JSON, driven by the kinds table: one pass over each object fills every cell (kubernetes.md 3.2).
/// metadata.managedFields is cut out of the kept body without serialising again. One thread at a time.
class RowDecoder {
public:
    RowDecoder(const network::KindInfo &kind, bool keepBodies);
    ~RowDecoder();
    RowDecoder(const RowDecoder &) = delete;
    RowDecoder &operator=(const RowDecoder &) = delete;
    /// {"type":…,"object":…}
    [[nodiscard]] DecodedEvent event(const Frame &frame);
    /// An item of a list, as Added.
    [[nodiscard]] DecodedEvent item(const Frame &frame);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Bytes of a watch in, events out: framer and decoder, and the agreement between them on what a line is worth.
class WatchDecoder {
public:
    WatchDecoder(const network::KindInfo &kind, bool keepBodies) : m_rows(kind, keepBodies) { }
    void append(const QByteArray &bytes) { m_framer.append(bytes); }
    [[nodiscard]] std::optional<DecodedEvent> next();
    [[nodiscard]] const EventFramer &framer() const { return m_framer; }
    [[nodiscard]] RowDecoder &rows() { return m_rows; }
    /// A new stream begins.
    void reset() { m_framer.reset(); }

private:
    EventFramer m_framer;
    RowDecoder m_rows;
};

}
