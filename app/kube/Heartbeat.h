// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterFeedPool.h"
#include "app/kube/ReflectorTime.h"
#include "models/core/Freshness.h"

namespace qd::kube {

/// GET /livez every 10 s on the watches' own connection; fresh while the last one was answered within 15 s
/// (architecture.md "Fresh means"). A connection that does not answer is given up, so that a half-open one cannot stay.
/// Also notices that the machine slept: the wall clock, or our own timer, jumps. Worker thread.
class Heartbeat : public QObject {
    Q_OBJECT
public:
    explicit Heartbeat(const WatchOptions &options);
    void start(StreamPool *pool);
    /// Asks at once.
    void beatNow();
    [[nodiscard]] const Freshness &freshness() const { return m_freshness; }

Q_SIGNALS:
    void freshnessChanged(const qd::Freshness &freshness);
    /// Answers again after silence, or the machine woke: every stream should be opened again.
    void cameBack();

private:
    void beat();
    void tick();
    void onFinished(HttpExchange *exchange, const Error &error);
    void answered();
    void missed(const QString &reason);
    void set(Freshness::State state, const QString &reason, int nextMs);
    void adopt(const Freshness &next);

    const WatchOptions m_options;
    std::shared_ptr<ReflectorTime> m_time;
    Alarm *m_beat;
    Alarm *m_stale;
    Alarm *m_tick;
    StreamPool *m_pool = nullptr;
    HttpExchange *m_exchange = nullptr;
    HttpHead m_head;
    Freshness m_freshness;
    qint64 m_tickAt = 0;
    QDateTime m_tickWall;
};

}
