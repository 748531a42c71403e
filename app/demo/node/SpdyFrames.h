// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QMap>

#include <memory>
#include <optional>

namespace qd::demo {

using SpdyHeaders = QMap<QByteArray, QByteArray>;

/// SPDY/3.1 as kubectl and a kubelet speak it (draft-mbelshe-httpbis-spdy-00, section 2): pairs of streams, no flow control.
struct SpdyFrame {
    enum Type : quint16 { Data = 0, SynStream = 1, SynReply = 2, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, Headers = 8, WindowUpdate = 9 };
    enum Status : quint32 { ProtocolError = 1, Cancel = 5, FlowControlError = 7 };
    static constexpr quint8 kFin = 1;

    quint16 type = Data;
    quint8 flags = 0;
    quint32 stream = 0;                 ///< of a ping its number
    quint32 status = 0;                 ///< of a reset and a goodbye
    SpdyHeaders headers = {};
    QByteArray payload = {};            ///< of data: what has come of it; the last piece carries kFin
    [[nodiscard]] bool fin() const { return (flags & kFin) != 0; }
};

/// One direction's header compression: zlib with the dictionary of SPDY/3, flushed at each block. A reader or a writer, not both.
class SpdyZlib {
public:
    enum class Direction { Read, Write };
    explicit SpdyZlib(Direction direction);
    ~SpdyZlib();
    SpdyZlib(const SpdyZlib &) = delete;
    SpdyZlib &operator=(const SpdyZlib &) = delete;
    [[nodiscard]] QByteArray write(const SpdyHeaders &headers);
    /// Nothing: broken, or more than 64 KiB.
    [[nodiscard]] std::optional<SpdyHeaders> read(const QByteArray &block);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// Cuts bytes into frames. Data comes in pieces as it arrives, control frames whole.
class SpdyReader {
public:
    static constexpr qsizetype kMaxControl = 64 * 1024;
    void feed(const QByteArray &bytes) { m_bytes.append(bytes); }
    /// The next frame; nothing: more bytes are needed, or broken().
    [[nodiscard]] std::optional<SpdyFrame> next();
    /// Why nothing more can be read; empty while all is well.
    [[nodiscard]] QByteArray broken() const { return m_broken; }

private:
    std::optional<SpdyFrame> data();
    std::optional<SpdyFrame> control(quint16 type, quint8 flags, const QByteArray &body);

    QByteArray m_bytes;
    QByteArray m_broken;
    SpdyZlib m_zlib{SpdyZlib::Direction::Read};
    quint32 m_dataStream = 0;
    quint8 m_dataFlags = 0;
    qsizetype m_dataLeft = -1;          ///< of the data frame under way; -1: none
};

/// Writes frames; keeps the compression of its direction.
class SpdyWriter {
public:
    [[nodiscard]] QByteArray synStream(quint32 stream, quint8 flags, const SpdyHeaders &headers);
    [[nodiscard]] QByteArray synReply(quint32 stream);
    [[nodiscard]] static QByteArray data(quint32 stream, quint8 flags, const QByteArray &bytes);
    [[nodiscard]] static QByteArray reset(quint32 stream, quint32 status);
    [[nodiscard]] static QByteArray ping(quint32 number);
    [[nodiscard]] static QByteArray goAway(quint32 last, quint32 status);

private:
    SpdyZlib m_zlib{SpdyZlib::Direction::Write};
};

}
