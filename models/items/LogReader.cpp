// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/LogReader.h"

#include "models/core/Async.h"
#include "models/core/OnPool.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

/// A frame.
constexpr int kTogetherMs = 30;
/// Lines at a time at most: what a model takes in well within a frame.
constexpr qsizetype kPiece = 5000;
/// So often it is asked whether they are still wanted.
constexpr qsizetype kLook = 128;
/// What a pair of texts costs beside their characters.
constexpr qsizetype kPair = 96;

using Lines = std::shared_ptr<QList<LogLine>>;

LogBacklog backlogOf(const QList<LogText> &lines)
{
    LogBacklog out{lines.size(), 0};
    for (const LogText &line : lines)
        out.bytes += logTextCost(line.text, line.metadata);
    return out;
}

QByteArray packed(const network::Labels &metadata)
{
    QJsonObject out;
    for (auto it = metadata.begin(); it != metadata.end(); ++it) {
        if (it.key() != "detected_level"_L1)
            out.insert(it.key(), it.value());
    }
    return out.isEmpty() ? QByteArray() : QJsonDocument(out).toJson(QJsonDocument::Compact);
}

Lines readAll(const QList<LogText> &lines, const std::stop_token &stop)
{
    auto out = std::make_shared<QList<LogLine>>();
    out->reserve(lines.size());
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (i % kLook == 0 && stop.stop_requested())
            break;
        const LogText &one = lines.at(i);
        LogLine line = one.time == 0 ? readLogLine(one.text, one.source) : readLogText(one.text, one.time, one.source);
        if (line.trace.isEmpty())
            line.trace = one.trace;
        if (line.level == LogLevel::None)
            line.level = one.level;
        line.metadata = packed(one.metadata);
        out->append(std::move(line));
    }
    return out;
}

}

qsizetype logTextCost(const QString &text, const network::Labels &metadata)
{
    qsizetype out = text.size() * qsizetype(sizeof(QChar));
    for (auto it = metadata.begin(); it != metadata.end(); ++it)
        out += kPair + (it.key().size() + it.value().size()) * qsizetype(sizeof(QChar));
    return out;
}

bool LogHold::update(const LogBacklog &waiting)
{
    const qsizetype part = m_held ? 2 : 1;
    const bool held = waiting.lines > kLines / part || waiting.bytes > kBytes / part;
    return std::exchange(m_held, held) != held;
}

LogReader::LogReader(Take take, QObject *parent)
    : QObject(parent)
    , m_take(std::move(take))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &LogReader::next);
}

LogReader::~LogReader()
{
    m_stop.request_stop();
}

void LogReader::add(QList<LogText> lines)
{
    if (lines.isEmpty())
        return;
    const LogBacklog more = backlogOf(lines);
    m_waiting.lines += more.lines;
    m_waiting.bytes += more.bytes;
    if (m_steps.empty() || m_steps.back().call)
        m_steps.push_back({std::move(lines), {}});
    else
        m_steps.back().lines += std::move(lines);
    if (!m_reading && !m_timer.isActive())
        m_timer.start(kTogetherMs);
}

void LogReader::then(std::function<void()> call)
{
    if (m_steps.empty() && !m_reading && !m_giving)
        return call();
    m_steps.push_back({{}, std::move(call)});
}

void LogReader::forget(int source)
{
    if (m_reading)
        m_forgotten.insert(source);
    for (Step &step : m_steps) {
        const LogBacklog before = backlogOf(step.lines);
        step.lines.removeIf([source](const LogText &line) { return line.source == source; });
        const LogBacklog rest = backlogOf(step.lines);
        m_waiting.lines -= before.lines - rest.lines;
        m_waiting.bytes -= before.bytes - rest.bytes;
    }
}

void LogReader::clear()
{
    m_stop.request_stop();
    m_steps.clear();
    m_forgotten.clear();
    m_timer.stop();
    m_waiting = {};
    m_reading = false;
}

/// The next piece, up to what must be called behind it.
void LogReader::next()
{
    while (!m_reading && !m_steps.empty() && m_steps.front().lines.isEmpty()) {
        const std::function<void()> call = std::move(m_steps.front().call);
        m_steps.pop_front();
        if (call)
            call();
    }
    if (m_reading || m_steps.empty())
        return;
    QList<LogText> &front = m_steps.front().lines;
    QList<LogText> piece;
    if (front.size() <= kPiece) {
        piece = std::exchange(front, {});
    } else {
        piece = front.mid(0, kPiece);
        front.remove(0, kPiece);
    }
    m_reading = true;
    m_stop = std::stop_source();
    const LogBacklog asked = backlogOf(piece);
    whenFinished(onPool<Lines>([piece = std::move(piece), stop = m_stop.get_token()] { return Result<Lines>(readAll(piece, stop)); }), this,
                 [this, asked, stop = m_stop.get_token()](const Result<Lines> &lines) {
                     if (!stop.stop_requested())
                         came(lines ? std::move(**lines) : QList<LogLine>(), asked);
                 });
}

void LogReader::came(QList<LogLine> lines, const LogBacklog &asked)
{
    m_reading = false;
    m_waiting.lines -= asked.lines;
    m_waiting.bytes -= asked.bytes;
    for (const int source : std::exchange(m_forgotten, {}))
        lines.removeIf([source](const LogLine &line) { return line.source == source; });
    m_giving = true;
    m_take(std::move(lines));
    m_giving = false;
    // One that holds no more than a frame's waits for the rest of the frame.
    if (!m_steps.empty() && (m_steps.front().lines.size() >= kPiece / 2 || m_steps.front().lines.isEmpty()))
        next();
    else if (!m_steps.empty() && !m_timer.isActive())
        m_timer.start(kTogetherMs);
}

}
