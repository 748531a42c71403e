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

/// What the API server lacks: the lines of /livez that begin with [-].
QString lacking(const QByteArray &body)
{
    QStringList names;
    for (const QByteArray &line : body.split('\n')) {
        if (line.startsWith("[-]"))
            names.append(QString::fromUtf8(line.mid(3).split(' ').first().left(80)));
    }
    return names.join(u", "_s);
}

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
    connect(m_pool, &StreamPool::suspected, this, &Heartbeat::onSuspected);
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
    if (m_probe) {
        m_probe->disconnect(this);
        m_probe->deleteLater();
    }
    const bool fresh = m_freshness.state == Freshness::State::Fresh;
    m_probe = new HeartbeatProbe(m_pool, m_pool->first(), m_options, *m_time, fresh, this);
    connect(m_probe, &HeartbeatProbe::answered, this, &Heartbeat::onAnswer);
    connect(m_probe, &HeartbeatProbe::failed, this, &Heartbeat::onFailed);
    if (fresh)
        askOthers();
    // The next one gives this one up, unless it was answered before.
    m_beat->start(m_freshness.state == Freshness::State::Stale ? std::max(kRetryMs, m_options.heartbeatMs / 2)
                                                               : m_options.heartbeatMs);
}

/// What they say about the server says the first one too: here only dead connections are replaced.
void Heartbeat::askOthers()
{
    for (const QPointer<HeartbeatProbe> &other : std::as_const(m_others)) {
        if (other)
            other->deleteLater();
    }
    m_others.clear();
    for (HttpClient *client : m_pool->shared()) {
        if (client != m_pool->first())
            m_others.append(new HeartbeatProbe(m_pool, client, m_options, *m_time, true, this));
    }
}

void Heartbeat::onSuspected(HttpClient *client)
{
    if (m_freshness.state != Freshness::State::Fresh)
        return;
    const auto asks = [client](const HeartbeatProbe *probe) { return probe && probe->client() == client && !probe->over(); };
    if (!asks(m_probe) && std::none_of(m_others.cbegin(), m_others.cend(), [&asks](const auto &other) { return asks(other); }))
        beat();
}

void Heartbeat::onAnswer(const HttpHead &head, const QByteArray &body)
{
    if (HeartbeatProbe::proves(head.status)) {
        m_refusal.clear();
        return answered();
    }
    const QString lacks = lacking(body);
    if (head.status >= 502 && head.status <= 504 && lacks.isEmpty())
        m_refusal = tr("A gateway before %1 answers with status %2.").arg(m_options.cluster).arg(head.status);
    else if (head.status / 100 == 3)
        m_refusal = tr("Something before %1 answers with a redirect (status %2), not the API server.").arg(m_options.cluster).arg(head.status);
    else if (lacks.isEmpty())
        m_refusal = tr("%1 answers /livez with status %2: it is not well.").arg(m_options.cluster).arg(head.status);
    else
        m_refusal = tr("%1 answers /livez with status %2: %3 not well.").arg(m_options.cluster).arg(head.status).arg(lacks);
    notWell(m_refusal);
}

void Heartbeat::onFailed(const Error &error)
{
    m_refusal.clear();
    notWell(error.message);
}

void Heartbeat::notWell(const QString &reason)
{
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
    if (m_refusal.isEmpty())   // else the connection lives, it is the server that is not well
        m_pool->dropConnections();
    set(m_freshness.lastAnswer.isValid() ? Freshness::State::Stale : Freshness::State::NotConnected,
        m_refusal.isEmpty() ? reason : m_refusal, 0);
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
