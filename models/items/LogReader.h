// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogLine.h"
#include "models/network/telemetry/TimeSeries.h"

#include <QObject>
#include <QSet>
#include <QStringList>
#include <QTimer>

#include <deque>
#include <functional>
#include <stop_token>

namespace qd::items {

/// A line that is not read yet.
struct LogText {
    QString text;
    int source = 0;
    qint64 time = 0;              ///< 0: a stamp stands in front of the text
    QByteArray trace = {};        ///< taken when the line says none itself
    LogLevel level = LogLevel::None;   ///< likewise
    network::Labels metadata = {};     ///< kept with the line, but for the level that was found
};

/// What a line takes up that is not read yet, by our own reckoning: its text, and what is kept beside it.
[[nodiscard]] qsizetype logTextCost(const QString &text, const network::Labels &metadata);

/// What waits to be taken in.
struct LogBacklog {
    qsizetype lines = 0;
    qsizetype bytes = 0;
};

/// Who reads too slowly stops the servers, not the memory: whether those who send wait, from the limit on until half of it is taken in.
class LogHold {
public:
    static constexpr qsizetype kLines = 20'000;
    static constexpr qsizetype kBytes = qsizetype(64) << 20;
    /// True: it is another answer than before.
    bool update(const LogBacklog &waiting);
    void clear() { m_held = false; }
    [[nodiscard]] bool held() const { return m_held; }

private:
    bool m_held = false;
};

/// Reads lines beside the GUI thread, on the program's pool, in the order they came; gives them on together, about once a frame, so that
/// several logs come merged and a busy one costs few layouts. Who adds looks at backlog() and stops: this keeps all it is given. GUI thread.
class LogReader : public QObject {
public:
    using Take = std::function<void(QList<LogLine>)>;
    explicit LogReader(Take take, QObject *parent = nullptr);
    ~LogReader() override;
    void add(QList<LogText> lines);
    /// Called when all that was added before is given; at once when nothing waits.
    void then(std::function<void()> call);
    /// Lines of a source that are not given yet go.
    void forget(int source);
    /// All that is not given yet goes, calls too.
    void clear();
    /// Lines that are not given yet.
    [[nodiscard]] qsizetype waiting() const { return m_waiting.lines; }
    [[nodiscard]] const LogBacklog &backlog() const { return m_waiting; }

private:
    struct Step {
        QList<LogText> lines;
        std::function<void()> call;
    };
    void next();
    void came(QList<LogLine> lines, const LogBacklog &asked);
    Take m_take;
    std::deque<Step> m_steps;
    std::stop_source m_stop;      ///< of the piece that is read now
    QSet<int> m_forgotten;        ///< while it is read
    QTimer m_timer{this};
    LogBacklog m_waiting;
    bool m_reading = false;
    bool m_giving = false;
};

}
