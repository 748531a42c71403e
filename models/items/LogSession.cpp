// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/LogSession.h"

#include "models/core/Format.h"

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

/// What was written until so long after opening is the old part of a log; the clocks of nodes differ.
constexpr qint64 kFirst = qint64(5) * 1'000'000'000;
/// Who collects logs may stamp them when they come to it, or with the program's own clock. Told twice is the lesser evil than not at all.
constexpr qint64 kStampedLater = qint64(5) * 1'000'000'000;
constexpr qint64 kStampedEarlier = qint64(100) * 1'000'000;

}

LogSession::LogSession(LogModel *model, const Clock *clock, QObject *parent)
    : QObject(parent)
    , m_model(model)
    , m_clock(clock)
    , m_reader([this](QList<LogLine> lines) { take(std::move(lines)); }, this)
{
}

LogSession::~LogSession() = default;

LogSession::Stream *LogSession::streamOf(int number) const
{
    const auto found = std::find_if(m_streams.begin(), m_streams.end(), [number](const auto &s) { return s->number == number; });
    return found == m_streams.end() ? nullptr : found->get();
}

void LogSession::setSources(const QList<LogSource> &sources)
{
    std::erase_if(m_streams, [this, &sources](const std::unique_ptr<Stream> &stream) {
        const bool gone = std::none_of(sources.begin(), sources.end(), [&](const LogSource &s) { return s.key == stream->source.key; });
        if (gone)
            m_closed.insert(stream->number, stream->last);
        return gone;
    });
    bool more = false;
    for (const LogSource &source : sources) {
        if (!m_numbers.contains(source.key)) {
            m_numbers.insert(source.key, int(m_names.size()));
            m_names.append(source.name);
            more = true;
        }
        Stream *stream = streamOf(m_numbers.value(source.key));
        if (!stream) {
            m_streams.push_back(std::make_unique<Stream>(Stream{source, m_numbers.value(source.key), ++m_lives, source.run}));
            stream = m_streams.back().get();
            stream->last = m_closed.take(stream->number);
        } else if (stream->feed || stream->source.run == source.run) {
            stream->nextRun = source.run;
            continue;
        }
        stream->source = source;
        stream->nextRun = source.run;
        openStream(*stream);
    }
    if (more)
        m_model->setSources(m_names);
    Q_EMIT changed();
}

void LogSession::openStream(Stream &stream)
{
    ports::LogRequest request = stream.source.request;
    request.tailLines = kTail;
    request.stamps = true;
    m_requests.insert(stream.number, request);
    stream.answered = false;
    stream.told = false;
    stream.ending.clear();
    stream.refused.reset();
    stream.trouble.clear();
    inOrder(stream, [now = m_clock->now().toMSecsSinceEpoch() * 1'000'000](Stream &opened) {
        opened.reopened = opened.last != 0;
        opened.received = 0;
        opened.opened = now;
    });
    stream.feed = m_opener ? m_opener(request) : nullptr;
    if (!stream.feed) {
        stream.ending = tr("%1 cannot be read: there is no connection.").arg(stream.source.name);
        return;
    }
    ports::LogFeed *feed = stream.feed.get();
    connect(feed, &ports::LogFeed::lines, this, [this, &stream](const QStringList &lines) { took(stream, lines); });
    connect(feed, &ports::LogFeed::interrupted, this, [this, &stream](const Error &why) { interrupted(stream, why); });
    connect(feed, &ports::LogFeed::resumed, this, [this, &stream] { resumed(stream); });
    connect(feed, &ports::LogFeed::ended, this, [this, &stream](const Error &error) { ended(stream, error); });
    feed->setPaused(m_hold.held());
    feed->start();
}

void LogSession::took(Stream &stream, const QStringList &lines)
{
    const bool first = !std::exchange(stream.answered, true);
    stream.told = stream.told || !lines.isEmpty();
    QList<LogText> texts;
    texts.reserve(lines.size());
    for (const QString &line : lines)
        texts.append({line, stream.number});
    m_reader.add(std::move(texts));
    hold();
    if (first)
        Q_EMIT changed();
}

/// Behind the lines that came until now; not when the source is gone by then.
void LogSession::inOrder(const Stream &stream, std::function<void(Stream &)> call)
{
    m_reader.then([this, number = stream.number, life = stream.life, call = std::move(call)] {
        if (Stream *there = streamOf(number); there && there->life == life)
            call(*there);
    });
}

/// Each line of elsewhere is one of the log: the first that has its text, about its time.
bool LogSession::hadElsewhere(const LogLine &line)
{
    const auto there = m_elsewhere.find(line.source);
    if (there == m_elsewhere.end() || line.time == 0)
        return false;
    const qint64 from = line.time - kStampedEarlier;
    if (from > there->last) {
        m_elsewhere.erase(there);
        return false;
    }
    const auto times = there->times.find(qHash(line.raw));
    if (times == there->times.end())
        return false;
    while (!times->isEmpty() && times->first() < from)
        times->removeFirst();
    if (times->isEmpty() || times->first() > line.time + kStampedLater)
        return false;
    times->removeFirst();
    return true;
}

/// Whether a line is new; says once that a log had more lines than were asked for.
bool LogSession::admit(Stream &stream, const LogLine &line, QList<LogLine> &before)
{
    if (stream.reopened && line.time != 0 && line.time <= stream.last)
        return false;
    stream.reopened = false;
    stream.last = std::max(stream.last, line.time);
    if (hadElsewhere(line))
        return false;
    if (++stream.received == 1)
        stream.first = line.time;
    if (stream.received != kTail || line.time > stream.opened + kFirst)
        return true;
    LogLine gap;
    gap.kind = LogLine::Kind::Gap;
    gap.source = stream.number;
    gap.time = stream.first - 1;
    gap.fillable = true;
    gap.message = tr("%1: older lines were not read, only the last %2").arg(stream.source.name, formatInteger(kTail));
    before.append(gap);
    return true;
}

void LogSession::take(QList<LogLine> lines)
{
    QList<LogLine> fresh;
    fresh.reserve(lines.size());
    Stream *stream = nullptr;
    for (LogLine &line : lines) {
        if (!stream || stream->number != line.source)
            stream = streamOf(line.source);
        if (!stream)    // read before it was closed
            m_closed[line.source] = std::max(m_closed.value(line.source), line.time);
        if (!stream || admit(*stream, line, fresh))
            fresh.append(std::move(line));
    }
    give(std::move(fresh));
    hold();
}

void LogSession::give(QList<LogLine> lines)
{
    if (lines.isEmpty())
        return;
    if (!m_paused)
        return m_model->append(std::move(lines));
    m_kept += lines;
    countKept(lines);
    Q_EMIT changed();
}

void LogSession::countKept(const QList<LogLine> &lines)
{
    for (const LogLine &line : lines) {
        m_keptBytes += logLineCost(line);
        m_keptErrors += line.level == LogLevel::Error ? 1 : 0;
    }
}

void LogSession::hold()
{
    if (!m_hold.update({m_reader.waiting() + m_kept.size(), m_reader.backlog().bytes + m_keptBytes}))
        return;
    for (const auto &stream : m_streams) {
        if (stream->feed)
            stream->feed->setPaused(m_hold.held());
    }
    Q_EMIT changed();
}

void LogSession::setPaused(bool paused)
{
    if (std::exchange(m_paused, paused) == paused)
        return;
    if (!paused) {
        m_keptErrors = 0;
        m_keptBytes = 0;
        if (QList<LogLine> kept = std::exchange(m_kept, {}); !kept.isEmpty())
            m_model->append(std::move(kept));
        hold();
    }
    Q_EMIT changed();
}

/// A gap in the log of one source, where it stands now.
void LogSession::mark(Stream &stream, const QString &sentence, bool missing)
{
    LogLine gap;
    gap.kind = LogLine::Kind::Gap;
    gap.source = stream.number;
    gap.loud = missing;
    gap.time = std::max(stream.last, m_elsewhere.value(stream.number).last);
    gap.fillable = missing && gap.time != 0;
    gap.message = sentence;
    give({gap});
}

void LogSession::interrupted(Stream &stream, const Error &why)
{
    if (stream.trouble.isEmpty())
        stream.interruptedAt = m_clock->now();
    stream.answered = true;
    stream.trouble = u"%1: %2"_s.arg(stream.source.name, why.text());
    Q_EMIT changed();
}

void LogSession::resumed(Stream &stream)
{
    if (stream.trouble.isEmpty())
        return;
    const QString age = formatAge(stream.interruptedAt, m_clock->now());
    inOrder(stream, [this, age](Stream &there) {
        if (there.last != 0)
            mark(there, tr("%1: connected again after %2, nothing is missing").arg(there.source.name, age), false);
    });
    stream.trouble.clear();
    Q_EMIT changed();
}

void LogSession::ended(Stream &stream, const Error &error)
{
    stream.answered = true;
    stream.trouble.clear();
    const bool clean = error.kind == ErrorKind::Cancelled;
    if (error.kind == ErrorKind::Forbidden)
        stream.refused = error;
    QString words = error.text();
    if (stream.source.request.previous && (error.kind == ErrorKind::NotFound || error.httpStatus == 400))
        words = tr("there is no earlier run, or its log is gone");
    stream.ending = u"%1: %2"_s.arg(stream.source.name, words);
    inOrder(stream, [this, clean, ending = stream.ending](Stream &there) {
        if (there.last != 0 || !clean)
            mark(there, ending, !clean);
    });
    ports::LogFeed *feed = stream.feed.release();
    feed->disconnect(this);
    feed->deleteLater();
    // Refused because it had not begun, and it has by now: that came first.
    if (std::exchange(stream.source.run, stream.nextRun) != stream.nextRun && !clean && !stream.told)
        openStream(stream);
    Q_EMIT changed();
}

std::optional<bool> LogSession::reads(int number) const
{
    const Stream *stream = streamOf(number);
    return stream ? std::optional(stream->feed && stream->trouble.isEmpty() && !m_paused && !m_hold.held()) : std::nullopt;
}

qint64 LogSession::firstWaiting(int number) const
{
    const auto found = std::find_if(m_kept.cbegin(), m_kept.cend(), [number](const LogLine &line) { return line.source == number && line.kind == LogLine::Kind::Line; });
    return found == m_kept.cend() ? 0 : found->time;
}

void LogSession::told(int number, const QList<LogLine> &lines)
{
    if (lines.isEmpty() || (!streamOf(number) && !m_closed.contains(number)))
        return;
    Elsewhere &there = m_elsewhere[number];
    for (const LogLine &line : lines)
        there.times[qHash(line.raw)].append(line.time);
    there.last = std::max(there.last, lines.last().time);
}

const ports::LogRequest *LogSession::request(int number) const
{
    const auto found = m_requests.constFind(number);
    return found == m_requests.constEnd() ? nullptr : &*found;
}

void LogSession::forget(const QStringList &keys)
{
    QSet<int> numbers;
    for (const QString &key : keys) {
        if (const int number = m_numbers.value(key, -1); number >= 0)
            numbers.insert(number);
    }
    if (numbers.isEmpty())
        return;
    std::erase_if(m_streams, [&numbers](const std::unique_ptr<Stream> &stream) { return numbers.contains(stream->number); });
    for (const int number : std::as_const(numbers)) {
        m_reader.forget(number);
        m_closed.remove(number);
        m_elsewhere.remove(number);
    }
    m_kept.removeIf([&numbers](const LogLine &line) { return numbers.contains(line.source); });
    m_keptErrors = 0;
    m_keptBytes = 0;
    countKept(m_kept);
    m_model->forget(numbers);
    hold();
    Q_EMIT changed();
}

void LogSession::clear()
{
    m_streams.clear();
    m_numbers.clear();
    m_names.clear();
    m_requests.clear();
    m_closed.clear();
    m_elsewhere.clear();
    m_reader.clear();
    m_kept.clear();
    m_keptErrors = 0;
    m_keptBytes = 0;
    m_paused = false;
    m_hold.clear();
    m_model->clear();
    m_model->setSources({});
    Q_EMIT changed();
}

int LogSession::open() const
{
    return int(std::count_if(m_streams.begin(), m_streams.end(), [](const auto &s) { return s->feed != nullptr; }));
}

int LogSession::awaited() const
{
    return int(std::count_if(m_streams.begin(), m_streams.end(), [](const auto &s) { return s->feed && !s->answered; }));
}

QStringList LogSession::troubles() const
{
    QStringList out;
    for (const auto &stream : m_streams) {
        if (!stream->trouble.isEmpty())
            out.append(stream->trouble);
    }
    return out;
}

const Error *LogSession::refusal() const
{
    const bool all = !m_streams.empty()
        && std::all_of(m_streams.begin(), m_streams.end(), [](const auto &stream) { return stream->refused.has_value(); });
    return all ? &*m_streams.front()->refused : nullptr;
}

QStringList LogSession::endings() const
{
    QStringList out;
    for (const auto &stream : m_streams) {
        if (!stream->ending.isEmpty())
            out.append(stream->ending);
    }
    return out;
}

}
