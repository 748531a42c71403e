// SPDX-License-Identifier: GPL-3.0-or-later
// Port-forward by SPDY/3.1: kubectl opens an error stream and a data stream for each connection, tied by their requestid.
#include "app/demo/node/PortForward.h"
#include "app/demo/node/SpdyFrames.h"

#include <map>
#include <vector>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kPairLimit = 30s;                    // for the second stream of a pair to come
constexpr qsizetype kEarly = 64 * 1024;             // data before the error stream
constexpr size_t kMaxPairs = 1000;
constexpr qsizetype kMaxWrite = 256 * 1024;

class SpdyForward : public ForwardSession {
public:
    SpdyForward(const ForwardHost &host, std::shared_ptr<RawStream> stream) : m_host(host), m_stream(std::move(stream)) { }
    ~SpdyForward() override { m_stream->close(); }
    void start() override { read(); }

private:
    struct Pair {
        quint32 errorStream = 0;        // 0: has not come
        quint32 dataStream = 0;
        quint16 port = 0;
        std::shared_ptr<PodLink> link = {};
        QByteArray early = {};
        bool earlyEnd = false;
    };

    std::weak_ptr<SpdyForward> weak() { return std::static_pointer_cast<SpdyForward>(shared_from_this()); }

    void read()
    {
        m_stream->read([weak = weak()](const QByteArray &bytes) {
            const auto session = weak.lock();
            if (!session)
                return;
            if (bytes.isEmpty()) {
                session->over();
                return;
            }
            session->m_reader.feed(bytes);
            session->process();
        });
    }

    /// Handles what has come, until a link has no room for its data or more bytes are needed.
    void process()
    {
        if (std::exchange(m_processing, true))
            return;
        while (!m_blocked && !m_leaving) {
            const auto frame = m_reader.next();
            if (!frame)
                break;
            handle(*frame);
        }
        m_processing = false;
        if (m_leaving || m_blocked)
            return;
        if (m_reader.broken().isEmpty()) {
            read();
            return;
        }
        m_leaving = true;
        send(SpdyWriter::goAway(m_lastStream, SpdyFrame::ProtocolError), {});
    }

    void handle(const SpdyFrame &frame)
    {
        switch (frame.type) {
        case SpdyFrame::SynStream:
            opened(frame);
            break;
        case SpdyFrame::Data:
            data(frame);
            break;
        case SpdyFrame::Reset:
            reset(frame.stream);
            break;
        case SpdyFrame::Ping:
            if (frame.stream % 2 == 1)   // even ones answer pings of ours
                send(SpdyWriter::ping(frame.stream), {});
            break;
        default:
            break;   // no windows, no settings; who says goodbye closes
        }
    }

    void opened(const SpdyFrame &frame)
    {
        if (frame.stream % 2 == 0 || frame.stream <= m_lastStream) {
            send(SpdyWriter::reset(frame.stream, SpdyFrame::ProtocolError), {});
            return;
        }
        m_lastStream = frame.stream;
        const QByteArray type = frame.headers.value("streamtype");
        bool number = false;
        const quint16 port = frame.headers.value("port").toUShort(&number);
        if (!number || port == 0 || (type != "error" && type != "data") || m_pairs.size() >= kMaxPairs) {
            send(SpdyWriter::reset(frame.stream, SpdyFrame::Cancel), {});
            return;
        }
        send(m_writer.synReply(frame.stream), {});
        // Clients without requestid open the data stream right behind its error stream.
        const quint32 guessed = type == "error" ? frame.stream : frame.stream - 2;
        const QByteArray key = frame.headers.value("requestid", '#' + QByteArray::number(guessed));
        const bool fresh = !m_pairs.contains(key);
        Pair &pair = m_pairs[key];
        quint32 &place = type == "error" ? pair.errorStream : pair.dataStream;
        if (place != 0) {
            tellError(pair, "error processing stream for request " + key + ": " + type + " stream already assigned");
            return;
        }
        place = frame.stream;
        m_streams[frame.stream] = key;
        if (type == "data") {
            pair.port = port;
            pair.earlyEnd = frame.fin();
        }
        if (fresh)
            watch(key);
        if (pair.errorStream != 0 && pair.dataStream != 0)
            connect(key, pair);
    }

    void watch(const QByteArray &key)
    {
        m_host.after(kPairLimit, [weak = weak(), key] {
            const auto session = weak.lock();
            if (!session)
                return;
            const auto found = session->m_pairs.find(key);
            if (found == session->m_pairs.end() || found->second.link)
                return;
            session->tellError(found->second, "(request=" + key + ") timed out waiting for streams");
            session->remove(key);
        });
    }

    void connect(const QByteArray &key, Pair &pair)
    {
        PodLink::Client client{[weak = weak(), stream = pair.dataStream](const QByteArray &bytes, std::function<void()> written) {
                                   if (const auto session = weak.lock())
                                       session->send(SpdyWriter::data(stream, 0, bytes), std::move(written));
                               },
            [weak = weak(), key](const QString &error) {
                if (const auto session = weak.lock())
                    session->ended(key, error);
            }};
        const auto link = std::make_shared<PodLink>(m_host, pair.port, std::move(client));
        pair.link = link;
        link->open();
        if (const QByteArray early = std::exchange(pair.early, {}); !early.isEmpty())
            link->write(early, [] { });
        if (pair.earlyEnd)
            link->clientEnded();
    }

    Pair *pairOf(quint32 stream, QByteArray &key)
    {
        const auto found = m_streams.find(stream);
        if (found == m_streams.end())
            return nullptr;
        key = found->second;
        return &m_pairs[key];
    }

    void data(const SpdyFrame &frame)
    {
        QByteArray key;
        Pair *pair = pairOf(frame.stream, key);
        if (pair == nullptr || pair->dataStream != frame.stream)
            return;   // a stream that has ended, or the end of an error stream
        if (!pair->link) {
            pair->early.append(frame.payload);
            pair->earlyEnd = frame.fin();
            if (pair->early.size() > kEarly) {
                send(SpdyWriter::reset(frame.stream, SpdyFrame::FlowControlError), {});
                remove(key);
            }
            return;
        }
        const auto link = pair->link;
        if (!frame.payload.isEmpty()) {
            m_blocked = true;
            link->write(frame.payload, [weak = weak()] {
                const auto session = weak.lock();
                if (!session)
                    return;
                session->m_blocked = false;
                session->process();
            });
        }
        if (frame.fin())
            link->clientEnded();
    }

    void reset(quint32 stream)
    {
        QByteArray key;
        const Pair *pair = pairOf(stream, key);
        if (pair != nullptr && pair->dataStream == stream)
            remove(key);
    }

    void tellError(const Pair &pair, const QByteArray &text)
    {
        if (pair.errorStream != 0)
            send(SpdyWriter::data(pair.errorStream, 0, text), {});
    }

    void ended(const QByteArray &key, const QString &error)
    {
        const auto found = m_pairs.find(key);
        if (found == m_pairs.end())
            return;
        const Pair pair = found->second;
        remove(key);
        if (error.isEmpty()) {
            send(SpdyWriter::data(pair.dataStream, SpdyFrame::kFin, {}), {});
            send(SpdyWriter::data(pair.errorStream, SpdyFrame::kFin, {}), {});
            return;
        }
        tellError(pair, QString(u"error forwarding port "_s + QString::number(pair.port) + u" to pod "_s + m_host.pod + u", uid : "_s + error).toUtf8());
        send(SpdyWriter::reset(pair.dataStream, SpdyFrame::Cancel), {});
        send(SpdyWriter::reset(pair.errorStream, SpdyFrame::Cancel), {});
    }

    void remove(const QByteArray &key)
    {
        const auto found = m_pairs.find(key);
        if (found == m_pairs.end())
            return;
        m_streams.erase(found->second.errorStream);
        m_streams.erase(found->second.dataStream);
        const auto link = found->second.link;   // dies when it is no longer in use
        m_pairs.erase(found);
    }

    void send(const QByteArray &bytes, std::function<void()> written)
    {
        m_queue.push_back({bytes, std::move(written)});
        flush();
    }

    void flush()
    {
        if (m_writing)
            return;
        if (m_queue.empty()) {
            if (m_leaving)
                over();
            return;
        }
        QByteArray bytes;
        std::vector<std::function<void()>> written;
        while (!m_queue.empty() && (bytes.isEmpty() || bytes.size() + m_queue.front().bytes.size() <= kMaxWrite)) {
            bytes.append(m_queue.front().bytes);
            written.push_back(std::move(m_queue.front().written));
            m_queue.pop_front();
        }
        m_writing = true;
        m_stream->write(bytes, [weak = weak(), written](bool ok) {
            const auto session = weak.lock();
            if (!session)
                return;
            if (!ok) {
                session->over();
                return;
            }
            session->m_writing = false;
            for (const auto &tell : written) {
                if (tell)
                    tell();
            }
            session->flush();
        });
    }

    struct Piece {
        QByteArray bytes;
        std::function<void()> written;
    };
    ForwardHost m_host;
    std::shared_ptr<RawStream> m_stream;
    SpdyReader m_reader;
    SpdyWriter m_writer;
    std::map<QByteArray, Pair> m_pairs;             // by request
    std::map<quint32, QByteArray> m_streams;        // the request of a stream
    std::deque<Piece> m_queue;
    quint32 m_lastStream = 0;
    bool m_writing = false;
    bool m_blocked = false;
    bool m_processing = false;
    bool m_leaving = false;
};

}

std::shared_ptr<ForwardSession> spdyForward(const ForwardHost &host, std::shared_ptr<RawStream> stream)
{
    return std::make_shared<SpdyForward>(host, std::move(stream));
}

}
