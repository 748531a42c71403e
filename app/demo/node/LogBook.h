// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"

#include <QDateTime>

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <vector>

namespace qd::demo {

/// What of a container's log is wanted: v1.PodLogOptions.
struct LogQuery {
    bool follow = false;
    bool previous = false;
    bool timestamps = false;
    std::optional<qint64> tailLines = {};
    std::optional<qint64> limitBytes = {};
    std::optional<std::chrono::sys_time<std::chrono::nanoseconds>> since = {};
};

/// One run of a container: its last lines, with times and running numbers. Guarded by the book's mutex.
struct LogRun {
    struct Line {
        std::chrono::sys_time<std::chrono::nanoseconds> time;
        QByteArray text;
    };
    std::deque<Line> lines;
    quint64 first = 0;                  ///< number of lines.front()
    qint64 bytes = 0;
    bool ended = false;                 ///< nothing will be added
    [[nodiscard]] quint64 end() const { return first + lines.size(); }
};

/// The logs of all containers, in memory: for each the last 2,000 lines or 512 KiB, less when there are very many containers, and the
/// same of its previous run. Thread safe; the bodies it opens belong to the server's thread.
class LogBook {
public:
    static constexpr size_t kLines = 2000;
    static constexpr qint64 kBytes = 512 * 1024;
    static constexpr qint64 kAllBytes = 8 * 1024 * 1024;   ///< shared out when there are more than 16 containers
    static constexpr qsizetype kLine = 64 * 1024;

    /// `post` runs a task on the server's thread.
    explicit LogBook(std::function<void(std::function<void()>)> post);

    void runs(const QString &ns, const QString &pod, const QStringList &containers);
    void addLine(const QString &ns, const QString &pod, const QString &container, const QByteArray &line);
    void restarted(const QString &ns, const QString &pod, const QString &container);
    void forget(const QString &ns, const QString &pod);
    [[nodiscard]] bool knows(const QString &ns, const QString &pod) const;
    /// A body, or the kubelet's text and status of a refusal.
    [[nodiscard]] Response open(const QString &ns, const QString &pod, const QString &container, const LogQuery &query);

private:
    class Body;
    struct Container {
        std::shared_ptr<LogRun> now = std::make_shared<LogRun>();
        std::shared_ptr<LogRun> before = {};
        std::vector<std::weak_ptr<Body>> followers = {};
        bool waking = false;            ///< a task on the server's thread is under way to the followers
    };
    using Pod = std::map<QString, std::shared_ptr<Container>>;
    using PodName = std::pair<QString, QString>;

    std::shared_ptr<Container> container(const QString &ns, const QString &pod, const QString &name);
    void append(LogRun &run, const QByteArray &line) const;
    void wake(const std::shared_ptr<Container> &container);

    std::function<void(std::function<void()>)> m_post;
    std::shared_ptr<std::mutex> m_mutex = std::make_shared<std::mutex>();   ///< shared with bodies and tasks under way
    std::map<PodName, Pod> m_pods;
    qint64 m_containers = 0;
};

/// RFC 3339 in UTC with nine digits, as the kubelet writes them.
[[nodiscard]] QByteArray logTime(std::chrono::sys_time<std::chrono::nanoseconds> time);
/// Reads the query as a kubelet does; otherwise the text and status of its refusal.
[[nodiscard]] std::optional<Response> readLogQuery(const Request &request, LogQuery &query);
/// A kubelet's refusal: plain text.
[[nodiscard]] Response plainText(int status, const QString &text);

}
