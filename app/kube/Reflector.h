// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterFeedPool.h"
#include "app/kube/EventFramerList.h"
#include "app/kube/ReflectorBatches.h"
#include "app/kube/ReflectorRequests.h"
#include "app/kube/ReflectorTime.h"
#include "app/kube/RowDecoder.h"

namespace qd::kube {

class SelfCheck;

/// Keeps one list of one cluster: WatchList first, LIST + WATCH where the server does not do it, then a watch that is opened
/// again for ever (kubernetes.md 2.1, 2.2; anchor client-go tools/cache/reflector.go). Made on any thread, then moved to the
/// worker; everything but the constructor is called there. Batches go out at most ten a second, the first of a burst at once.
class Reflector : public QObject {
    Q_OBJECT
public:
    Reflector(const ports::WatchRequest &request, const WatchOptions &options);
    ~Reflector() override;
    void start(StreamPool *pool);
    void retryNow();
    /// The network may have changed under us: the stream is opened again within a second.
    void resumed();
    /// The stream is opened again when it is one of `client`, whose connection is no good any more.
    void moveFrom(const HttpClient *client);

Q_SIGNALS:
    void batch(const qd::network::RowBatch &batch);
    void loadStateChanged(const qd::LoadState &state);
    /// One object could not be read; the others go on.
    void refused(const qd::Error &error);
    /// The self-check compared this many objects and found so many differences.
    void checked(int objects, int differences);

private:
    enum class Step : quint8 { Idle, Waiting, WatchList, List, Watch };

    // opening and closing
    void proceed();
    void open();
    void openOn(HttpClient *client);
    [[nodiscard]] HttpRequest request() const;
    void close();
    void later(int ms);
    void again(const Error &error);
    [[nodiscard]] int backoff(int floorSeconds);

    // what arrives
    void onHead(const HttpHead &head);
    void onData(const QByteArray &bytes);
    void onFinished(bool clean, const Error &error);
    void drainWatch();
    void drainList();
    void take(DecodedEvent &event);
    void onBookmark(const DecodedEvent &event);
    void ended();
    void pageEnded();
    void onQuiet();
    void onUnanswered();

    // what it means
    void failed(const Error &error, bool inStream);
    void restartSync(const Error &error);
    void listInstead(bool forGood);
    void slowly(const Error &error, LoadState::Phase phase, int seconds);
    void synced(const QString &version);
    void fresh();
    void setState(LoadState::Phase phase, const Error &error = {}, int retryMs = -1);
    void flush();
    void flushSoon();

    const ports::WatchRequest m_request;
    const WatchOptions m_options;
    std::shared_ptr<ReflectorTime> m_time;
    Alarm *m_retry;
    Alarm *m_flush;
    Alarm *m_quiet;      ///< the initial events fell silent
    Alarm *m_unanswered; ///< a stream without a head: is its connection alive?
    StreamPool *m_pool = nullptr;
    HttpClient *m_client = nullptr;
    HttpExchange *m_exchange = nullptr;
    quint64 m_turn = 0;  ///< of the slot asked for; a later turn makes an earlier answer void
    Step m_step = Step::Idle;
    WatchDecoder m_decoder;
    std::unique_ptr<ListFramer> m_page;
    ReflectorBatches m_batches;
    std::unique_ptr<SelfCheck> m_check;

    QString m_version;          ///< last resourceVersion that may be watched from
    bool m_needSync = true;
    bool m_listThisRound = false;
    bool m_unpaged = false;     ///< paging was cut off by 410: one full list
    QString m_continue;
    QString m_listVersion;
    HttpHead m_head;
    QByteArray m_answer;        ///< body of a refusal
    int m_events = 0;
    qint64 m_openedAt = 0;
    int m_tries = 0;
    qint64 m_lastBackoff = 0;
    int m_resets = 0;           ///< Relist or DropVersion since the last synchronisation
    std::optional<qint64> m_resetAt;
    int m_shortWatches = 0;
    int m_goneAways = 0;        ///< in a row
    bool m_moveWhenSynced = false;
    qint64 m_lastFlush = -1000;
    QDateTime m_lastByte;
    LoadState m_state;
};

}
