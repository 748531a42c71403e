// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/LokiTail.h"

#include "models/core/Async.h"
#include "models/core/OnPool.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QElapsedTimer>
#include <QPointer>

#include <algorithm>

namespace qd::telemetry {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Loki)
};

constexpr int kPage = 2000;
/// A server's clock may be ahead of ours by so much.
constexpr qint64 kAheadNs = 600'000'000'000;
constexpr int kBriefMost = 3;

qint64 monotonicMs()
{
    QElapsedTimer timer;
    timer.start();
    return timer.msecsSinceReference();
}

qint64 nowNs()
{
    return QDateTime::currentMSecsSinceEpoch() * 1'000'000;
}

/// It will be refused again.
bool isFinal(const Error &error)
{
    return error.kind == ErrorKind::Invalid || error.kind == ErrorKind::Forbidden || error.kind == ErrorKind::Unsupported;
}

}

LokiTail::LokiTail(std::shared_ptr<Loki> loki, QString expr, qint64 start, const TailTiming &timing)
    : m_loki(std::move(loki)), m_expr(std::move(expr)), m_timing(timing), m_position(start), m_start(start), m_seenFrom(start)
{
    m_next.setSingleShot(true);
    m_again.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, &LokiTail::catchUp);
    connect(&m_again, &QTimer::timeout, this, &LokiTail::openSocket);
}

LokiTail::~LokiTail()
{
    m_stop.request_stop();
    dropSocket();
}

void LokiTail::start()
{
    if (std::exchange(m_started, true))
        return;
    openSocket();
}

void LokiTail::openSocket()
{
    if (m_ended || m_paused || m_opening || m_socket)
        return;
    const ServiceTarget &target = m_loki->target();
    if (!target.sockets)
        return catchUp();
    m_opening = true;
    TargetCall call{.path = u"/loki/api/v1/tail"_s};
    call.query = {{u"query"_s, m_expr}, {u"start"_s, QString::number(m_position)}, {u"limit"_s, QString::number(kPage)}, {u"delay_for"_s, u"0"_s}};
    call.headers = lokiHeaders();
    whenFinished(target.socketCall(call, m_stop.get_token()), this, [this](const Result<ports::SocketCall> &ready) {
        m_opening = false;
        if (m_ended)
            return;
        // what stands in the way is said by the question
        if (!ready || m_paused)
            return catchUp();
        m_socket = m_loki->target().sockets->open(*ready);
        if (!m_socket)
            return catchUp();
        connect(m_socket.get(), &ports::ServiceSocket::opened, this, &LokiTail::socketOpened);
        connect(m_socket.get(), &ports::ServiceSocket::messages, this, &LokiTail::took);
        connect(m_socket.get(), &ports::ServiceSocket::closed, this, &LokiTail::socketClosed);
        m_socket->start();
    });
}

void LokiTail::socketOpened()
{
    m_opened = true;
    m_openedMs = monotonicMs();
    m_next.stop();
    // pages asked for before it was open may end before it begins
    m_onceMore = m_asking;
    m_catching = m_asking;
    catchUp();
}

void LokiTail::socketClosed(int code, const Error &why)
{
    const bool brief = !m_opened || monotonicMs() - m_openedMs < m_timing.briefMs;
    dropSocket();
    if (m_ended)
        return;
    if (why.kind == ErrorKind::TooMany)
        return catchUp();
    m_brief = brief ? m_brief + 1 : 0;
    // never opened: there is none on this way; 1011 at once, again and again: the server has enough of us
    const bool instead = code == 0 ? brief : m_brief >= kBriefMost;
    if (instead) {
        m_again.start(m_timing.againMs);
        return catchUp();
    }
    // whatever is left of the messages has its place in the question that follows
    if (brief)
        m_again.start(m_timing.firstRetryMs);
    else
        openSocket();
}

void LokiTail::dropSocket()
{
    m_opened = false;
    m_waiting.clear();
    m_waitingBytes = 0;
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    // it may be inside its own signal
    m_socket.release()->deleteLater();
}

void LokiTail::setPaused(bool paused)
{
    if (std::exchange(m_paused, paused) == paused || !m_started || m_ended)
        return;
    if (paused) {
        m_next.stop();
        return;
    }
    if (!m_socket && !m_opening && !m_again.isActive())
        return openSocket();
    if (m_catching || !m_opened)
        return catchUp();
    readNext();
}

void LokiTail::took(const QList<QByteArray> &messages)
{
    for (const QByteArray &message : messages)
        m_waitingBytes += message.size();
    m_waiting += messages;
    if (m_waitingBytes > kWaitingBytes && (m_paused || m_catching)) {
        // Loki keeps them: they are read from there when there is room again
        dropSocket();
        m_brief = 0;
        if (!m_catching && !m_paused)
            openSocket();
        return;
    }
    readNext();
}

/// Takes messages apart beside this thread, all that wait at once.
void LokiTail::readNext()
{
    if (m_reading || m_catching || m_paused || m_waiting.isEmpty())
        return;
    m_reading = true;
    const QList<QByteArray> messages = std::exchange(m_waiting, {});
    m_waitingBytes = 0;
    whenFinished(onPool<TailMessage>([messages]() -> Result<TailMessage> {
        TailMessage all;
        for (const QByteArray &message : messages) {
            Result<TailMessage> one = readTail(message);
            if (!one)
                return one.error();
            all.entries += one->entries;
            all.marks.insert(all.marks.end(), one->marks.begin(), one->marks.end());
            all.dropped += one->dropped;
            if (one->droppedFrom > 0)
                all.droppedFrom = all.droppedFrom == 0 ? one->droppedFrom : std::min(all.droppedFrom, one->droppedFrom);
            all.droppedTo = std::max(all.droppedTo, one->droppedTo);
        }
        return all;
    }), this, [this](const Result<TailMessage> &all) {
        m_reading = false;
        if (m_ended)
            return;
        if (!all) {
            dropSocket();
            m_again.start(m_timing.againMs);
            return catchUp();
        }
        const QPointer<LokiTail> self(this);
        tell(all->entries, all->marks);
        if (self && all->dropped > 0)
            Q_EMIT dropped(all->dropped, all->droppedFrom, all->droppedTo);
        if (self)
            readNext();
    });
}

bool LokiTail::isNew(const ports::LogEntry &entry, size_t mark)
{
    if (!m_seen.insert(mark).second)
        return false;
    m_order.emplace_back(entry.at, mark);
    // A pod whose clock is ahead must not hide what others write meanwhile.
    const qint64 now = nowNs();
    while (m_order.size() > kMarks) {
        if (m_order.front().first <= now)
            m_seenFrom = std::max(m_seenFrom, m_order.front().first + 1);
        m_seen.erase(m_order.front().second);
        m_order.pop_front();
    }
    m_position = std::max(m_position, std::min(entry.at, now));
    return true;
}

void LokiTail::tell(const QList<ports::LogEntry> &entries, const std::vector<size_t> &marks)
{
    QList<ports::LogEntry> fresh;
    fresh.reserve(entries.size());
    for (qsizetype i = 0; i < entries.size(); ++i)
        if (isNew(entries.at(i), marks.at(size_t(i))))
            fresh.append(entries.at(i));
    if (!fresh.isEmpty())
        Q_EMIT this->entries(fresh);
}

/// A WebSocket tells lines as Loki takes them in, however old they are; who asks has to look back for them.
qint64 LokiTail::overlap()
{
    const qint64 now = monotonicMs();
    if (m_lookedBackMs > 0 && now - m_lookedBackMs < m_timing.lateEveryMs)
        return m_timing.overlapNs;
    m_lookedBackMs = now;
    return m_timing.lateNs;
}

/// What was written since the last line, by pages.
void LokiTail::catchUp()
{
    if (m_ended || m_asking)
        return;
    const QPointer<LokiTail> self(this);
    if (!m_catching) {
        m_catching = true;
        const qint64 back = overlap(), from = m_position - back;
        m_query = {m_expr, std::max(m_seenFrom, from), std::max(nowNs(), m_position) + kAheadNs, kPage, false};
        m_page = {};
        const bool isShort = m_seenFrom > m_start && from < m_seenFrom;
        if (back == m_timing.lateNs && std::exchange(m_short, isShort) != isShort && isShort)
            Q_EMIT warned(Tr::tr("So many lines come that only the last %n second(s) are looked through again: lines that Loki takes in later may be missing.",
                                 nullptr, int((m_position - m_seenFrom) / 1'000'000'000)));
    }
    if (self)
        askPage();
}

void LokiTail::askPage()
{
    if (m_paused || m_asking)
        return;
    m_asking = true;
    whenFinished(m_loki->page(m_query, m_page, m_stop.get_token()), this, [this](const Result<ports::LogPage> &page) {
        m_asking = false;
        if (!m_ended)
            pageCame(page);
    });
}

void LokiTail::pageCame(const Result<ports::LogPage> &page)
{
    if (!page)
        return failed(page.error());
    m_retryMs = 0;
    m_page = *page;
    std::vector<size_t> marks;
    for (const ports::LogEntry &entry : page->entries)
        marks.push_back(markOf(entry));
    const QPointer<LokiTail> self(this);
    tell(page->entries, marks);
    if (!self)
        return;
    // what is read once more is not said once more
    if (!page->warnings.isEmpty() && m_page.next > m_warnedTo) {
        m_warnedTo = m_page.next;
        Q_EMIT warned(page->warnings.join(u' '));
    }
    if (!self)
        return;
    if (page->rest)
        return askPage();
    caughtUp();
}

void LokiTail::caughtUp()
{
    m_catching = false;
    m_page = {};
    if (std::exchange(m_onceMore, false))
        return catchUp();
    const QPointer<LokiTail> self(this);
    if (std::exchange(m_interrupted, false)) {
        m_again.stop();   // what answers again may take a WebSocket again
        Q_EMIT resumed();
    }
    if (!self)
        return;
    if (m_opened)
        return readNext();
    // it went away meanwhile for want of room, or there is none
    if (!m_socket && !m_opening && !m_again.isActive() && m_loki->target().sockets)
        return openSocket();
    if (!m_socket && !m_paused)
        m_next.start(m_timing.pollMs);
}

void LokiTail::failed(const Error &error)
{
    const QPointer<LokiTail> self(this);
    if (isFinal(error)) {
        m_ended = true;
        dropSocket();
        m_next.stop();
        m_again.stop();
        Q_EMIT ended(error);
        return;
    }
    if (!std::exchange(m_interrupted, true))
        Q_EMIT interrupted(error);
    if (!self)
        return;
    m_retryMs = m_retryMs == 0 ? m_timing.firstRetryMs : std::min(2 * m_retryMs, m_timing.mostRetryMs);
    m_next.start(m_retryMs);
}

}
