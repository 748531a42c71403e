// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/HttpDispatcher.h"
#include "models/ports/ResourceFeed.h"

#include <QSet>
#include <QTimer>

#include <atomic>

namespace qd::kube {

/// Takes a followed log apart: lines with the server's time stamps in front, cut anywhere. Remembers the last stamp and
/// the lines that carry it, so that what comes again after a reconnect (sinceTime is cut to whole seconds,
/// live-rig.md 5.5) is left out.
class LogLines
{
public:
    /// `stamps`: lines are given out with theirs in front.
    explicit LogLines(bool stamps = false) : m_stamps(stamps) {}
    /// Complete lines that are new, without their stamps unless these are wanted.
    QStringList take(const QByteArray &bytes);
    /// What stood behind the last line feed, at the end of a stream.
    QStringList flush();
    /// RFC 3339 with nanoseconds; empty before the first line.
    [[nodiscard]] QString lastStamp() const { return QString::fromLatin1(m_stamp); }
    /// A new connection starts: lines up to the last one seen may come again.
    void resume();
    /// Whether a log whose last line begins with this text has lines that have not come; its stamp, or empty.
    [[nodiscard]] QByteArray missing(const QByteArray &lastLine) const;

    static constexpr qsizetype kLongest = 1 << 20; ///< a longer line is given out in pieces
    static constexpr qsizetype kKnown = 64; ///< texts remembered of one stamp

private:
    void line(const QByteArray &raw, QStringList &out);
    bool m_stamps;
    QByteArray m_rest;
    QByteArray m_stamp;
    QList<QByteArray> m_atStamp; ///< texts seen with m_stamp, in order
    QByteArray m_resumeStamp; ///< until a later stamp comes, known lines are dropped
    QList<QByteArray> m_known;
};

using LogTarget = ports::LogRequest;

/// How a silent log is watched over.
struct LogTiming
{
    int silenceMs = 20000; ///< nothing came for so long: the log is asked for its last line
    int graceMs = 2000; ///< until the second look, and while it is interrupted
    int probeMs = 10000; ///< an answer to that takes no longer
};

/// The worker's side: one stream at a time, opened again while the container runs. A followed log has no limit of silence,
/// but its connection may be gone without a word (a network that forgot it, a sleep): when nothing came for a while, the
/// log's last line is read on the cluster's own connection. Is it newer than what came, the stream is opened again.
class LogFollower : public QObject
{
    Q_OBJECT
public:
    struct Sink
    {
        std::function<void(QStringList)> lines;
        std::function<void(Error)> ended;
        std::function<void(Error)> interrupted = {};
        std::function<void()> resumed = {};
    };
    /// `stream`: a client of its own (Qt opens six connections a host and client, and a log holds one for hours), on
    /// HTTP/1.1 with a small read buffer, so that a pause reaches the server.
    LogFollower(std::unique_ptr<HttpClient> stream, HttpDispatcher *requests, const LogTarget &target, Sink sink,
        const LogTiming &timing = {});
    ~LogFollower() override;
    void start();
    void setPaused(bool paused);

private:
    void open();
    void streamEnded(bool clean, const Error &error);
    void took(const QByteArray &bytes);
    void askPod();
    void probe();
    void probed(const QByteArray &lastLine);
    void probeFailed(const Error &error);
    void drop();
    void reconnect();
    void interrupt(const Error &why);
    void resumed();
    [[nodiscard]] QString logPath() const;
    [[nodiscard]] bool ends() const { return m_target.previous || !m_target.follow; }
    void flush();
    void listen(int ms);
    void end(const Error &error);
    std::unique_ptr<HttpClient> m_stream;
    HttpDispatcher *m_requests;
    LogTarget m_target;
    Sink m_sink;
    LogLines m_lines;
    HttpExchange *m_exchange = nullptr;
    HttpHead m_head;
    QByteArray m_errorBody;
    QStringList m_ready;
    QTimer m_flush;
    QTimer m_retry;
    LogTiming m_timing;
    QTimer m_silence;
    quint64 m_opened = 0; ///< streams so far: an answer to a probe of an earlier one says nothing
    bool m_secondLook = false;
    bool m_doubted = false; ///< a probe found no network: the stream may have died with it
    QByteArray m_openedFor; ///< the last line that was missing; the same one never opens twice
    QString m_interrupted; ///< what was said last; empty: not interrupted
    std::stop_source m_stop;
    int m_failures = 0;
    bool m_paused = false;
    bool m_ended = false;
};

/// See ports::LogFeed; on the caller's thread. Batches come at most twenty a second; when the caller falls behind,
/// reading stops.
class PodLogFeed final : public ports::LogFeed
{
    Q_OBJECT
public:
    using Make = std::function<LogFollower *(LogFollower::Sink)>;
    /// `make` runs on the worker and gives a child of the worker's root.
    PodLogFeed(HttpMailbox worker, Make make);
    ~PodLogFeed() override;
    void start() override;
    void setPaused(bool paused) override;

    static constexpr int kBehind = 20000; ///< lines under way to the caller at which reading stops

private:
    struct Shared
    {
        LogFollower *follower = nullptr; ///< worker's thread only
        std::atomic<int> underWay = 0;
        std::atomic<bool> wanted = false; ///< paused by the caller
    };
    void took(int count);
    HttpMailbox m_worker;
    HttpMailbox m_self;
    Make m_make;
    std::shared_ptr<Shared> m_shared;
    bool m_started = false;
};

}
