// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/HeartbeatProbe.h"
#include "models/core/Freshness.h"

namespace qd::kube {

/// GET /livez every 10 s on the watches' own connection; fresh while the last one was answered within 15 s
/// (architecture.md "Fresh means"). Which answers count says HeartbeatProbe::proves; when another one came last, it is told
/// as the reason, with what the server says it lacks.
/// A connection without an answer for 3 s is replaced, if a new one answers, and its streams move there within a second:
/// 10 + 3 + 1 s after the last answer on the old one, so that the 15 s hold and freshness is never lost over a GOAWAY or a
/// forgotten connection. When nothing answers, all connections are given up at 15 s and it is stale. Over HTTP/2 every further
/// connection of the pool is asked too. Also notices that the machine slept: the wall clock, or our own timer, jumps.
/// Worker thread.
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
    void askOthers();
    void onSuspected(HttpClient *client);
    void tick();
    void onAnswer(const HttpHead &head, const QByteArray &body);
    void onFailed(const Error &error);
    void notWell(const QString &reason);
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
    HeartbeatProbe *m_probe = nullptr;
    QList<QPointer<HeartbeatProbe>> m_others;   ///< on further connections
    QString m_refusal;   ///< the last answer was one that proves nothing
    Freshness m_freshness;
    qint64 m_tickAt = 0;
    QDateTime m_tickWall;
};

}
