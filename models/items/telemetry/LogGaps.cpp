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

LogGaps::LogGaps(LogModel *model, const LogSession *session, const Clock *clock, QObject *parent)
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
    m_model->setFillable(m_logs != nullptr);
}

void LogGaps::load(quint64 id)
{
    const std::optional<LogModel::GapSpan> span = m_model->gapSpan(id);
    const ports::LogRequest *request = span ? m_session->request(span->source) : nullptr;
    if (!m_logs || !request || !span->fillable)
        return;
    auto one = std::make_shared<Ask>();
    one->id = id;
    one->source = span->source;
    QString said = span->said;
    if (said.endsWith(u'.'))
        said.chop(1);
    one->said = *m_said.insert(id, m_said.value(id, said));
    one->container = request->container;
    one->query.expr = u"{namespace=%1, pod=%2}"_s.arg(logqlQuoted(request->ns), logqlQuoted(request->pod));
    one->query.end = span->to > 0 ? span->to : m_clock->now().toMSecsSinceEpoch() * 1'000'000;
    one->query.start = span->from > 0 ? span->from : one->query.end - kHour;
    one->query.limit = kPage;
    m_model->sayAtGap(id, tr("%1. Its lines are asked of Loki.").arg(one->said), false);
    ask(one);
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
    for (const ports::LogEntry &entry : page->entries) {
        const QString container = entry.stream.value(u"container"_s);
        if (container.isEmpty() || container == one->container)
            one->entries.append(entry);
    }
    const bool cut = page->rest && one->entries.size() >= kMost;
    if (page->rest && !cut)
        return ask(one);
    QList<LogText> texts;
    for (auto it = one->entries.crbegin(); it != one->entries.crend(); ++it)
        texts.append({it->line, one->source, it->at, it->metadata.value(u"trace_id"_s).toUtf8()});
    m_reader.add(std::move(texts));
    m_reader.then([this, one, cut] { fill(*one, std::exchange(m_read, {}), cut); });
}

void LogGaps::fill(const Ask &one, QList<LogLine> lines, bool cut)
{
    m_said.remove(one.id);
    const QString from = logClock(lines.isEmpty() || !cut ? one.query.start : lines.first().time, m_model->utc(), true);
    const QString to = logClock(one.query.end, m_model->utc(), true);
    if (lines.isEmpty())
        return m_model->sayAtGap(one.id, tr("%1. Loki has no line of %2 to %3 either.").arg(one.said, from, to), false);
    const int count = int(lines.size());
    QString sentence = tr("%n line(s) of %1 to %2 from Loki", nullptr, count).arg(from, to);
    if (cut)
        sentence += tr(", older ones were left out");
    m_model->fillGap(one.id, std::move(lines), sentence);
}

}
