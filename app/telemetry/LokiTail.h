// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/telemetry/Loki.h"
#include "app/telemetry/LokiRead.h"

#include <QTimer>

#include <deque>
#include <unordered_set>

namespace qd::telemetry {

struct TailTiming {
    int pollMs = 2000;             ///< between two questions where there is no WebSocket
    int againMs = 60'000;          ///< until a WebSocket is tried again there
    int firstRetryMs = 1000;       ///< after a failed question; doubled up to the most
    int mostRetryMs = 15'000;
    int briefMs = 5000;            ///< a WebSocket that lived no longer failed; three of these in a row, and it is asked instead
    qint64 overlapNs = 5'000'000'000;   ///< lines of other streams may come so late
    qint64 lateNs = 75'000'000'000;     ///< and so late at times, a minute at least: looked for now and then
    int lateEveryMs = 15'000;           ///< between two such looks
};

/// See ports::LogTail. First the WebSocket, then what was written since by query_range, so that nothing falls between; what comes by
/// both is told once. When the WebSocket ends (1011, its longest time, a lost connection) the same again, from the last line. Where there
/// is none, it asks again and again, and now and then looks further back for lines that Loki took in late. Paused for long, it lets the
/// WebSocket go: Loki keeps what is missed.
class LokiTail final : public ports::LogTail {
    Q_OBJECT
public:
    LokiTail(std::shared_ptr<Loki> loki, QString expr, qint64 start, const TailTiming &timing = {});
    ~LokiTail() override;
    void start() override;
    void setPaused(bool paused) override;
    /// It listens now, else it asks.
    [[nodiscard]] bool listens() const { return m_socket != nullptr && m_opened; }

    static constexpr qsizetype kWaitingBytes = 8 << 20;   ///< of messages kept while paused or catching up
    static constexpr size_t kMarks = 60'000;   ///< of lines told: those of a minute, of a thousand lines a second

private:
    void openSocket();
    void socketOpened();
    void socketClosed(int code, const Error &why);
    void dropSocket();
    void took(const QList<QByteArray> &messages);
    void readNext();
    void tell(const QList<ports::LogEntry> &entries, const std::vector<size_t> &marks);
    void catchUp();
    [[nodiscard]] qint64 overlap();
    void askPage();
    void pageCame(const Result<ports::LogPage> &page);
    void failed(const Error &error);
    void caughtUp();
    [[nodiscard]] bool isNew(const ports::LogEntry &entry, size_t mark);
    std::shared_ptr<Loki> m_loki;
    QString m_expr;
    TailTiming m_timing;
    qint64 m_position;                 ///< time of the newest line told, now at most; what is older than the overlap has been told
    std::unordered_set<size_t> m_seen;
    std::deque<std::pair<qint64, size_t>> m_order;   ///< of m_seen, as they came
    const qint64 m_start;
    qint64 m_seenFrom;                 ///< of earlier lines there may be no mark any more
    qint64 m_warnedTo = 0;             ///< what is missing of lines before is said
    qint64 m_lookedBackMs = 0;
    bool m_short = false;              ///< the last look back ended where marks do: said once
    std::unique_ptr<ports::ServiceSocket> m_socket;
    QList<QByteArray> m_waiting;
    qsizetype m_waitingBytes = 0;
    ports::LogPage m_page;
    ports::LogQuery m_query;
    std::stop_source m_stop;
    QTimer m_next;                     ///< the next question, or a retry
    QTimer m_again;                    ///< a WebSocket is tried again
    qint64 m_openedMs = 0;
    int m_brief = 0;
    int m_retryMs = 0;
    bool m_started = false;
    bool m_opening = false;
    bool m_opened = false;
    bool m_catching = false;           ///< pages are read; messages wait
    bool m_onceMore = false;           ///< read once more when they have ended
    bool m_asking = false;
    bool m_reading = false;            ///< messages are taken apart on the pool
    bool m_interrupted = false;
    bool m_paused = false;
    bool m_ended = false;
};

}
