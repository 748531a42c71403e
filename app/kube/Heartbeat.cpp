// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/Heartbeat.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

constexpr int kTickMs = 2000;
constexpr qint64 kJumpMs = 5000;   ///< more than this between the clocks, or late: we slept or were stopped
constexpr int kRetryMs = 2000;     ///< while stale

}

Heartbeat::Heartbeat(const WatchOptions &options)
    : m_options(options), m_time(options.time ? options.time : makeSystemTime()), m_beat(m_time->makeAlarm(this)),
      m_stale(m_time->makeAlarm(this)), m_tick(m_time->makeAlarm(this))
{
    connect(m_beat, &Alarm::fired, this, &Heartbeat::beat);
    connect(m_tick, &Alarm::fired, this, &Heartbeat::tick);
    connect(m_stale, &Alarm::fired, this, [this] { missed(tr("%1 does not answer.").arg(m_options.cluster)); });
}

void Heartbeat::start(StreamPool *pool)
{
    if (m_pool)
        return;
    m_pool = pool;
    m_tickAt = m_time->clock().monotonicMs();
    m_tickWall = m_time->clock().now();
    m_tick->start(kTickMs);
    m_stale->start(m_options.freshMs);
    set(Freshness::State::Connecting, {}, -1);
    beat();
}

void Heartbeat::beatNow()
{
    if (!m_pool)
        return;
    beat();
}

void Heartbeat::beat()
{
    if (m_exchange) {
        m_exchange->disconnect(this);
        m_exchange->abort();
        m_exchange->deleteLater();
        m_exchange = nullptr;
    }
    m_head = {};
    HttpRequest request;
    request.pathAndQuery = u"/livez"_s;
    request.accept = "*/*";
    request.deadlineMs = m_options.freshMs;
    m_exchange = m_pool->first()->open(request, this);
    HttpExchange *exchange = m_exchange;
    connect(exchange, &HttpExchange::head, this, [this](const HttpHead &head) {
        m_head = head;
        m_pool->answered(m_pool->first());
        // Whatever it says, it answers; a gateway's 502 to 504 says that the API server does not.
        if (head.status < 502 || head.status > 504)
            answered();
    });
    connect(exchange, &HttpExchange::finished, this, [this, exchange](bool, const Error &error) { onFinished(exchange, error); });
    // The next one gives this one up, unless it was answered before.
    m_beat->start(m_freshness.state == Freshness::State::Stale ? std::max(kRetryMs, m_options.heartbeatMs / 2)
                                                               : m_options.heartbeatMs);
}

void Heartbeat::onFinished(HttpExchange *exchange, const Error &error)
{
    exchange->deleteLater();
    m_exchange = nullptr;
    const bool gateway = m_head.status >= 502 && m_head.status <= 504;
    if (m_head.status != 0 && !gateway)
        return;
    const QString reason = gateway ? tr("A gateway before %1 answers with status %2.").arg(m_options.cluster).arg(m_head.status)
                                   : error.message;
    m_beat->start(std::min(kRetryMs, m_options.heartbeatMs));
    // One failure within the time is no staleness yet, but a connection never had is no freshness either.
    if (m_freshness.state != Freshness::State::Fresh)
        set(m_freshness.lastAnswer.isValid() ? Freshness::State::Stale : Freshness::State::NotConnected, reason, kRetryMs);
}

void Heartbeat::answered()
{
    const bool back = m_freshness.state == Freshness::State::Stale;
    m_stale->start(m_options.freshMs);
    adopt({Freshness::State::Fresh, m_time->clock().now(), {}, {}});
    if (back)
        Q_EMIT cameBack();
}

void Heartbeat::missed(const QString &reason)
{
    m_pool->dropConnections();
    set(m_freshness.lastAnswer.isValid() ? Freshness::State::Stale : Freshness::State::NotConnected, reason, 0);
    m_stale->start(m_options.freshMs);
    beat();
}

void Heartbeat::tick()
{
    const qint64 now = m_time->clock().monotonicMs();
    const QDateTime wall = m_time->clock().now();
    const qint64 passed = now - m_tickAt;
    const bool slept = std::abs(m_tickWall.msecsTo(wall) - passed) > kJumpMs || passed > kTickMs + kJumpMs;
    m_tickAt = now;
    m_tickWall = wall;
    m_tick->start(kTickMs);
    if (!slept)
        return;
    m_pool->dropConnections();
    Q_EMIT cameBack();
    beat();
}

void Heartbeat::set(Freshness::State state, const QString &reason, int nextMs)
{
    Freshness next = m_freshness;
    next.state = state;
    next.reason = reason;
    next.nextTry = nextMs >= 0 ? m_time->clock().now().addMSecs(nextMs) : QDateTime();
    adopt(next);
}

/// Every answer is told, also one that changes nothing but the time of the last one: that is the age people see.
void Heartbeat::adopt(const Freshness &next)
{
    if (next == m_freshness)
        return;
    m_freshness = next;
    Q_EMIT freshnessChanged(m_freshness);
}

}
