// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/LogGaps.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/items/telemetry/LokiLog.h"

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPage = 2000;
constexpr qint64 kHour = qint64(3600) * 1'000'000'000;

}

LogGaps::LogGaps(LogModel *model, LogSession *session, const Clock *clock, QObject *parent)
    : QObject(parent)
    , m_model(model)
    , m_session(session)
    , m_clock(clock)
    , m_reader([this](QList<LogLine> lines) { m_read += lines; }, this)
{
}

LogGaps::~LogGaps()
{
    m_stop.request_stop();
}

void LogGaps::setLogs(std::shared_ptr<ports::LogSearch> logs)
{
    if (logs == m_logs)
        return;
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_logs = std::move(logs);
    m_older = {};
    m_olderId = 0;
    m_model->setFillable(m_logs != nullptr);
}

void LogGaps::load(quint64 id)
{
    const std::optional<LogModel::GapSpan> span = m_model->gapSpan(id);
    const bool older = id == m_olderId && m_older.source;
    const ports::LogRequest *request = span && !older ? m_session->request(span->source) : nullptr;
    if (!m_logs || !span || !span->fillable || (!request && !older))
        return;
    auto one = std::make_shared<Ask>();
    one->id = id;
    one->source = span->source;
    one->older = older;
    QString said = span->said;
    if (said.endsWith(u'.'))
        said.chop(1);
    one->said = *m_said.insert(id, m_said.value(id, said));
    m_model->sayAtGap(id, tr("%1. Its lines are asked of Loki.").arg(one->said), false);
    if (older) {
        one->query = m_older.query;
        one->page = m_older.page;
        return ask(one);
    }
    one->container = request->container;
    one->query.expr = u"{namespace=%1, pod=%2}"_s.arg(logqlQuoted(request->ns), logqlQuoted(request->pod));
    const qint64 next = nextAfter(*span);
    one->query.end = next > 0 ? next : m_clock->now().toMSecsSinceEpoch() * 1'000'000;
    one->query.start = span->from > 0 ? span->from : one->query.end - kHour;
    one->query.limit = kPage;
    ask(one);
}

/// Time of its source's next line, shown or waiting; 0: there is none.
qint64 LogGaps::nextAfter(const LogModel::GapSpan &span) const
{
    return span.to > 0 ? span.to : m_session->firstWaiting(span.source);
}

void LogGaps::addOlder(Older older, qint64 oldest, const QString &sentence)
{
    m_older = std::move(older);
    m_olderId = m_model->addGap(oldest - 1, -1, sentence, true, true);
}

/// -1: it is of another container, or of nobody's choice.
int LogGaps::sourceOf(const Ask &one, const ports::LogEntry &entry) const
{
    if (one.older)
        return m_older.source ? m_older.source(entry.stream) : -1;
    const QString container = entry.stream.value(u"container"_s);
    return container.isEmpty() || container == one.container ? one.source : -1;
}

void LogGaps::ask(const std::shared_ptr<Ask> &one)
{
    whenFinished(m_logs->page(one->query, one->page, m_stop.get_token()), this, [this, one, stop = m_stop.get_token()](const Result<ports::LogPage> &page) {
        if (stop.stop_requested())
            return m_model->sayAtGap(one->id, one->said, true);
        came(one, page);
    });
}

void LogGaps::came(const std::shared_ptr<Ask> &one, const Result<ports::LogPage> &page)
{
    if (!page)
        return m_model->sayAtGap(one->id, tr("%1. Loki did not give its lines: %2").arg(one->said, page.error().text()), true);
    one->page = *page;
    one->warnings += page->warnings;
    for (const ports::LogEntry &entry : page->entries) {
        if (sourceOf(*one, entry) < 0)
            continue;
        one->entries.append(entry);
        one->bytes += logTextCost(entry.line, entry.metadata);
    }
    const bool cut = page->rest && (one->entries.size() >= kMost || one->bytes >= LogHold::kBytes || ++one->pages >= kMostPages);
    if (page->rest && !cut)
        return ask(one);
    QList<LogText> texts;
    for (auto it = one->entries.crbegin(); it != one->entries.crend(); ++it)
        texts.append(logTextOf(*it, sourceOf(*one, *it)));
    m_reader.add(std::move(texts));
    m_reader.then([this, one, cut] { fill(*one, std::exchange(m_read, {}), cut); });
}

/// The log may have told some of them itself by now, and does not tell the others any more.
void LogGaps::leaveWhatCame(const Ask &one, QList<LogLine> &lines)
{
    const std::optional<LogModel::GapSpan> span = m_model->gapSpan(one.id);
    if (one.older || !span)
        return;
    if (const qint64 next = nextAfter(*span); next > 0)
        lines.removeIf([next](const LogLine &line) { return line.time >= next; });
    else
        m_session->told(one.source, lines);
}

void LogGaps::fill(const Ask &one, QList<LogLine> lines, bool cut)
{
    m_said.remove(one.id);
    leaveWhatCame(one, lines);
    const QString from = logClock(lines.isEmpty() || !cut ? one.query.start : lines.first().time, m_model->utc(), true);
    const QString to = logClock(one.older && !lines.isEmpty() ? lines.last().time : one.query.end, m_model->utc(), true);
    QStringList warnings = one.warnings;
    warnings.removeDuplicates();
    const QString warned = warnings.join(u' ');
    const auto withWarnings = [&warned](const QString &sentence) { return warned.isEmpty() ? sentence : QString(sentence + u' ' + warned); };
    if (lines.isEmpty() && cut)
        return m_model->sayAtGap(one.id, withWarnings(tr("%1. Among the newest lines that Loki has of its pod none is of this container; older ones were not read.").arg(one.said)), false);
    if (lines.isEmpty())
        return m_model->sayAtGap(one.id, withWarnings(tr("%1. Loki has no line of %2 to %3 either.").arg(one.said, from, to)), false);
    const int count = int(lines.size());
    QString sentence = tr("%n line(s) of %1 to %2 from Loki", nullptr, count).arg(from, to);
    if (cut && !one.older)
        sentence += tr(": older ones were left out");
    if (!warned.isEmpty())
        sentence = withWarnings(sentence + u'.');
    const qint64 oldest = lines.first().time;
    m_model->fillGap(one.id, std::move(lines), sentence, (cut && !one.older) || !warned.isEmpty());
    if (!one.older || !cut || m_olderId != one.id)
        return;
    Older rest = std::exchange(m_older, {});
    rest.page = one.page;
    rest.page.entries.clear();
    addOlder(std::move(rest), oldest, one.said);
}

}
