// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/node/SpdyFrames.h"

#include <QtEndian>

#include <zlib.h>

#include <array>
#include <stdexcept>

namespace qd::demo {

namespace {

constexpr quint16 kVersion = 3;
constexpr qsizetype kMaxHeaders = 64 * 1024;

// The dictionary of SPDY/3 (2.6.10.1): words behind their lengths, then words without.
const char *const kWords[] = {
    "options", "head", "post", "put", "delete", "trace", "accept", "accept-charset", "accept-encoding",
    "accept-language", "accept-ranges", "age", "allow", "authorization", "cache-control", "connection",
    "content-base", "content-encoding", "content-language", "content-length", "content-location",
    "content-md5", "content-range", "content-type", "date", "etag", "expect", "expires", "from", "host",
    "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-modified",
    "location", "max-forwards", "pragma", "proxy-authenticate", "proxy-authorization", "range", "referer",
    "retry-after", "server", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "vary", "via",
    "warning", "www-authenticate", "method", "get", "status", "200 OK", "version", "HTTP/1.1", "url", "public",
    "set-cookie", "keep-alive", "origin"};
const char kTail[] =
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authori"
    "tative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not "
    "Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug S"
    "ept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,imag"
    "e/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,"
    "sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

QByteArray big32(quint32 value)
{
    QByteArray bytes(4, Qt::Uninitialized);
    qToBigEndian(value, bytes.data());
    return bytes;
}

quint32 read32(const QByteArray &bytes, qsizetype at)
{
    return qFromBigEndian<quint32>(bytes.constData() + at);
}

QByteArray makeDictionary()
{
    QByteArray bytes;
    for (const char *word : kWords)
        bytes += big32(quint32(qstrlen(word))) + word;
    return bytes + kTail;
}

const QByteArray &dictionary()
{
    static const QByteArray bytes = makeDictionary();
    return bytes;
}

Bytef *raw(QByteArray &bytes)
{
    return reinterpret_cast<Bytef *>(bytes.data());
}

const Bytef *raw(const QByteArray &bytes)
{
    return reinterpret_cast<const Bytef *>(bytes.constData());
}

QByteArray head(quint16 type, quint8 flags, qsizetype size)
{
    return big32(0x80000000U | quint32(kVersion) << 16 | type) + big32(quint32(flags) << 24 | quint32(size));
}

QByteArray frame(quint16 type, quint8 flags, const QByteArray &body)
{
    return head(type, flags, body.size()) + body;
}

}

struct SpdyZlib::Private {
    z_stream stream = {};
    Direction direction;
};

SpdyZlib::SpdyZlib(Direction direction) : d(std::make_unique<Private>())
{
    d->direction = direction;
    // A small window: there may be many connections, and headers are short.
    const int done = direction == Direction::Read ? inflateInit(&d->stream)
                                                  : deflateInit2(&d->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 11, 1, Z_DEFAULT_STRATEGY);
    if (done != Z_OK)
        throw std::runtime_error("zlib cannot be set up");
    if (direction == Direction::Write)
        deflateSetDictionary(&d->stream, raw(dictionary()), uInt(dictionary().size()));
}

SpdyZlib::~SpdyZlib()
{
    if (d->direction == Direction::Read)
        inflateEnd(&d->stream);
    else
        deflateEnd(&d->stream);
}

QByteArray SpdyZlib::write(const SpdyHeaders &headers)
{
    QByteArray plain = big32(quint32(headers.size()));
    for (auto header = headers.begin(); header != headers.end(); ++header)
        plain += big32(quint32(header.key().size())) + header.key() + big32(quint32(header.value().size())) + header.value();
    QByteArray block(qsizetype(deflateBound(&d->stream, uLong(plain.size()))) + 64, Qt::Uninitialized);
    d->stream.next_in = raw(plain);
    d->stream.avail_in = uInt(plain.size());
    d->stream.next_out = raw(block);
    d->stream.avail_out = uInt(block.size());
    deflate(&d->stream, Z_SYNC_FLUSH);
    block.chop(qsizetype(d->stream.avail_out));
    return block;
}

std::optional<SpdyHeaders> SpdyZlib::read(const QByteArray &block)
{
    QByteArray input = block;
    QByteArray plain(kMaxHeaders, Qt::Uninitialized);
    d->stream.next_in = raw(input);
    d->stream.avail_in = uInt(input.size());
    d->stream.next_out = raw(plain);
    d->stream.avail_out = uInt(plain.size());
    int done = inflate(&d->stream, Z_SYNC_FLUSH);
    if (done == Z_NEED_DICT && inflateSetDictionary(&d->stream, raw(dictionary()), uInt(dictionary().size())) == Z_OK)
        done = inflate(&d->stream, Z_SYNC_FLUSH);
    if ((done != Z_OK && done != Z_BUF_ERROR) || d->stream.avail_in > 0 || d->stream.avail_out == 0)
        return std::nullopt;
    plain.chop(qsizetype(d->stream.avail_out));
    qsizetype at = 0;
    const auto text = [&plain, &at]() -> std::optional<QByteArray> {
        if (plain.size() - at < 4)
            return std::nullopt;
        const qsizetype size = qsizetype(read32(plain, at));
        at += 4;
        if (size > plain.size() - at)
            return std::nullopt;
        at += size;
        return plain.mid(at - size, size);
    };
    if (plain.size() < 4)
        return std::nullopt;
    const quint32 count = read32(plain, 0);
    at = 4;
    SpdyHeaders headers;
    for (quint32 i = 0; i < count; ++i) {
        const auto name = text();
        const auto value = name ? text() : std::nullopt;
        if (!value)
            return std::nullopt;
        headers.insert(name->toLower(), *value);
    }
    return headers;
}

std::optional<SpdyFrame> SpdyReader::data()
{
    SpdyFrame frame;
    frame.stream = m_dataStream;
    frame.payload = m_bytes.left(m_dataLeft);
    m_bytes.remove(0, frame.payload.size());
    m_dataLeft -= frame.payload.size();
    if (m_dataLeft == 0) {
        frame.flags = m_dataFlags;
        m_dataLeft = -1;
    } else if (frame.payload.isEmpty()) {
        return std::nullopt;
    }
    return frame;
}

std::optional<SpdyFrame> SpdyReader::next()
{
    if (!m_broken.isEmpty())
        return std::nullopt;
    if (m_dataLeft >= 0)
        return data();
    if (m_bytes.size() < 8)
        return std::nullopt;
    const quint32 first = read32(m_bytes, 0);
    const quint32 second = read32(m_bytes, 4);
    const quint8 flags = quint8(second >> 24);
    const qsizetype size = qsizetype(second & 0xffffffU);
    if ((first & 0x80000000U) == 0) {
        m_bytes.remove(0, 8);
        m_dataStream = first;
        m_dataFlags = flags;
        m_dataLeft = size;
        return data();
    }
    if (((first >> 16) & 0x7fffU) != kVersion)
        m_broken = "a frame of SPDY/" + QByteArray::number((first >> 16) & 0x7fffU) + ", not SPDY/3";
    else if (size > kMaxControl)
        m_broken = "a control frame of " + QByteArray::number(size) + " bytes";
    if (!m_broken.isEmpty() || m_bytes.size() < 8 + size)
        return std::nullopt;
    const QByteArray body = m_bytes.mid(8, size);
    m_bytes.remove(0, 8 + size);
    return control(quint16(first & 0xffffU), flags, body);
}

std::optional<SpdyFrame> SpdyReader::control(quint16 type, quint8 flags, const QByteArray &body)
{
    SpdyFrame frame;
    frame.type = type;
    frame.flags = flags;
    const bool block = type == SpdyFrame::SynStream || type == SpdyFrame::SynReply || type == SpdyFrame::Headers;
    const qsizetype fixed = type == SpdyFrame::SynStream ? 10 : type == SpdyFrame::Reset || type == SpdyFrame::GoAway ? 8 : 4;
    if (body.size() < fixed) {
        m_broken = "a control frame of type " + QByteArray::number(type) + " with " + QByteArray::number(body.size()) + " bytes";
        return std::nullopt;
    }
    frame.stream = type == SpdyFrame::Ping ? read32(body, 0) : read32(body, 0) & 0x7fffffffU;
    if (type == SpdyFrame::Reset || type == SpdyFrame::GoAway)
        frame.status = read32(body, 4);
    if (block) {
        const auto headers = m_zlib.read(body.mid(fixed));
        if (!headers) {
            m_broken = "a header block that cannot be read";
            return std::nullopt;
        }
        frame.headers = *headers;
    }
    return frame;
}

QByteArray SpdyWriter::synStream(quint32 stream, quint8 flags, const SpdyHeaders &headers)
{
    return frame(SpdyFrame::SynStream, flags, big32(stream) + big32(0) + QByteArray(2, '\0') + m_zlib.write(headers));
}

QByteArray SpdyWriter::synReply(quint32 stream)
{
    return frame(SpdyFrame::SynReply, 0, big32(stream) + m_zlib.write({}));
}

QByteArray SpdyWriter::data(quint32 stream, quint8 flags, const QByteArray &bytes)
{
    return big32(stream & 0x7fffffffU) + big32(quint32(flags) << 24 | quint32(bytes.size())) + bytes;
}

QByteArray SpdyWriter::reset(quint32 stream, quint32 status)
{
    return frame(SpdyFrame::Reset, 0, big32(stream) + big32(status));
}

QByteArray SpdyWriter::ping(quint32 number)
{
    return frame(SpdyFrame::Ping, 0, big32(number));
}

QByteArray SpdyWriter::goAway(quint32 last, quint32 status)
{
    return frame(SpdyFrame::GoAway, 0, big32(last) + big32(status));
}

}
