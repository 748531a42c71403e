// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/BodyCodec.h"

#include "app/kube/KubeCluster.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QtEndian>

#include <lz4.h>

#include <algorithm>
#include <cstring>

namespace qd::kube {

namespace {

constexpr qsizetype kHeader = 4;
constexpr quint32 kLargest = 64U * 1024 * 1024;
constexpr qsizetype kDictionary = 8 * 1024;
constexpr int kAcceleration = 4;          ///< a quarter faster than 1, and no larger with a dictionary (bench_parse)
constexpr qsizetype kSample = 4 * 1024;   ///< of one body

constexpr quint32 kHexPacked = 0x80000000U;   ///< of the size: runs of hexadecimal digits were packed before LZ4
constexpr char kEscape = '\xff';              ///< in no UTF-8 text
constexpr quint64 kOnes = 0x0101010101010101ULL;

/// Eight lower-case hexadecimal digits as four bytes; false when they are something else.
bool packHex(const char *text, quint32 *out)
{
    const auto x = qFromLittleEndian<quint64>(text);
    const quint64 letter = (x >> 6U) & kOnes;                                   // 1: a to f, 0: a digit
    if ((x & (kOnes * 0xF0)) != kOnes * 0x30 + letter * 0x30)
        return false;
    const quint64 low = x & (kOnes * 0x0F);
    const quint64 tooHigh = (low + kOnes * 6 + letter * 3) & (kOnes * 0x10);    // digit above 9, letter above f
    const quint64 aboveZero = (low + letter * 15) & (letter << 4U);             // the letter before a is none
    if (tooHigh != 0 || aboveZero != letter << 4U)
        return false;
    const quint64 value = low + letter * 9;
    quint64 pairs = ((value & 0x00FF00FF00FF00FFULL) << 4U) | ((value >> 8U) & 0x00FF00FF00FF00FFULL);
    pairs = (pairs | (pairs >> 8U)) & 0x0000FFFF0000FFFFULL;
    *out = quint32(pairs | (pairs >> 16U));
    return true;
}

/// Digests, fingerprints and ids are half of many bodies and do not compress as text: runs of hexadecimal digits become kEscape,
/// a count of eights and four bytes for each. Returns the new length; never longer than the input.
size_t packRuns(std::string_view from, char *to)
{
    const char *p = from.data();
    const char *const end = p + from.size();
    char *out = to;
    while (end - p >= 8) {
        quint32 packed[2];
        if (!packHex(p, &packed[0]) || end - p < 16 || !packHex(p + 8, &packed[1])) {
            std::memcpy(out, p, 8);
            out += 8;
            p += 8;
            continue;
        }
        char *const count = out + 1;
        *out = kEscape;
        out += 2;
        int eights = 0;
        quint32 value = packed[0];
        do {
            qToLittleEndian(value, out);
            out += 4;
            p += 8;
            ++eights;
        } while (eights < 255 && end - p >= 8 && packHex(p, &value));
        *count = char(eights);
    }
    std::memcpy(out, p, size_t(end - p));
    return size_t(out - to) + size_t(end - p);
}

/// The reverse; false when the text is damaged.
bool unpackRuns(const QByteArray &from, QByteArray *to)
{
    static constexpr char digits[] = "0123456789abcdef";
    qsizetype at = 0;
    char *out = to->data();
    char *const end = out + to->size();
    while (at < from.size()) {
        if (from.at(at) != kEscape) {
            if (out == end)
                return false;
            *out++ = from.at(at++);
            continue;
        }
        const qsizetype bytes = at + 1 < from.size() ? qsizetype(quint8(from.at(at + 1))) * 4 : -1;
        if (bytes < 0 || at + 2 + bytes > from.size() || end - out < bytes * 2)
            return false;
        for (qsizetype i = 0; i < bytes; ++i) {
            const auto byte = quint8(from.at(at + 2 + i));
            *out++ = digits[byte >> 4U];
            *out++ = digits[byte & 15U];
        }
        at += 2 + bytes;
    }
    return out == end;
}

Error damaged()
{
    return {ErrorKind::Invalid, QCoreApplication::translate("BodyCodec", "The kept copy of the object is damaged."),
            QCoreApplication::translate("BodyCodec", "Refresh the list to read the object again.")};
}

class Lz4Codec final : public ports::BodyCodec {
public:
    Result<QJsonObject> open(const network::PackedBody &body) const override
    {
        const Result<QByteArray> plain = unpackBody(body);
        if (!plain)
            return plain.error();
        QJsonParseError parse;
        const QJsonDocument document = QJsonDocument::fromJson(*plain, &parse);
        if (!document.isObject()) {
            Error error = damaged();
            error.detail = parse.errorString();
            return error;
        }
        return document.object();
    }

    network::PackedBody pack(const QByteArray &json) const override
    {
        return BodyPacker().pack({json.constData(), size_t(json.size())});
    }
};

}

struct BodyPacker::Streams {
    LZ4_stream_t prepared;   ///< with the dictionary indexed
    LZ4_stream_t work;
};

BodyPacker::BodyPacker() : m_streams(std::make_unique<Streams>())
{
    LZ4_initStream(&m_streams->prepared, sizeof m_streams->prepared);
}

BodyPacker::~BodyPacker() = default;

void BodyPacker::learn(std::string_view json)
{
    // The newest sample stands last, where LZ4 finds it first. Bodies packed before keep the dictionary they were packed with.
    const auto sample = qsizetype(std::min(json.size(), size_t(kSample)));
    QByteArray next = m_dictionary.right(kDictionary - sample);
    next.append(json.data(), sample);
    m_dictionary = next;
    LZ4_loadDict(&m_streams->prepared, m_dictionary.constData(), int(m_dictionary.size()));
}

network::PackedBody BodyPacker::pack(std::string_view json)
{
    if (json.size() > kLargest)
        return {};
    const int bound = LZ4_compressBound(int(json.size()));
    const size_t needed = size_t(kHeader + bound) + json.size();
    if (m_scratch.size() < needed)
        m_scratch.resize(needed * 2);
    quint32 head = quint32(json.size());
    std::string_view text = json;
    if (json.size() >= 16 && !std::memchr(json.data(), kEscape, json.size())) {
        char *plain = m_scratch.data() + kHeader + bound;
        text = {plain, packRuns(json, plain)};
        head |= kHexPacked;
    }
    // A prepared state with the dictionary is copied: LZ4_loadDict for each body would index the dictionary again.
    std::memcpy(&m_streams->work, &m_streams->prepared, sizeof m_streams->work);
    const int packed = LZ4_compress_fast_continue(&m_streams->work, text.data(), m_scratch.data() + kHeader, int(text.size()),
                                                  bound, kAcceleration);
    qToLittleEndian(head, m_scratch.data());
    network::PackedBody out(QByteArray(m_scratch.data(), kHeader + packed), m_dictionary);
    // Once early, and again when the first object was no good example.
    if (m_count == 0 || m_count == 20 || m_count == 400)
        learn(text);
    m_count = std::min(m_count + 1, 1000);
    return out;
}

Result<QByteArray> unpackBody(const network::PackedBody &body)
{
    if (body.size() < kHeader)
        return damaged();
    const auto head = qFromLittleEndian<quint32>(body.bytes.constData());
    const quint32 size = head & ~kHexPacked;
    if (size > kLargest)
        return damaged();
    QByteArray plain(qsizetype(size), Qt::Uninitialized);
    const int got = LZ4_decompress_safe_usingDict(body.bytes.constData() + kHeader, plain.data(), int(body.size() - kHeader), int(size),
                                                  body.dictionary.constData(), int(body.dictionary.size()));
    if ((head & kHexPacked) == 0)
        return got == int(size) ? Result<QByteArray>(plain) : damaged();
    if (got < 0)
        return damaged();
    const QByteArray text = plain.left(got);
    return unpackRuns(text, &plain) ? Result<QByteArray>(plain) : damaged();
}

std::shared_ptr<ports::BodyCodec> makeBodyCodec()
{
    return std::make_shared<Lz4Codec>();
}

}
