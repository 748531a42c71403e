// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/Loki.h"

#include "app/telemetry/Chain.h"
#include "app/telemetry/LokiRead.h"
#include "app/telemetry/LokiTail.h"
#include "app/telemetry/ServiceAnswer.h"
#include "app/telemetry/Sources.h"
#include "models/core/Async.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <limits>

namespace qd::telemetry {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Loki)
};

Error errorOfLoki(const ports::HttpAnswer &answer, const ServiceTarget &target)
{
    Error error = errorOfService(answer, target);
    const QString says = wordsOfService(answer);
    if (says.contains("no org id"_L1)) {
        error.kind = ErrorKind::Unauthenticated;
        error.remedy = Tr::tr("This Loki keeps tenants apart: write yours into the profile, under telemetry (tenant).");
    } else if (says.contains("query time range exceeds"_L1) || says.contains("query length"_L1)) {
        error.kind = ErrorKind::Invalid;
        error.remedy = Tr::tr("Choose a shorter time.");
    } else if (answer.status == 400 && says.contains("parse error"_L1)) {
        error.causes = {{u"query"_s, u"FieldValueInvalid"_s, says}};
        error.remedy = Tr::tr("Correct the query: it is LogQL, a selector first.");
    }
    return error;
}

template <typename T>
Result<T> readWith(const ports::HttpAnswer &answer, const ServiceTarget &target, Result<T> (*read)(const QByteArray &))
{
    if (answer.status != 200)
        return errorOfLoki(answer, target);
    Result<T> value = read(answer.body);
    return value ? value : Result<T>(errorUnreadable(answer, target, value.error().message));
}

}

QMap<QByteArray, QByteArray> lokiHeaders()
{
    return {{"X-Loki-Response-Encoding-Flags", "categorize-labels"}};
}

int entriesLimit(const QString &says)
{
    static const QRegularExpression pattern(u"max entries limit.*\\(\\d+ > (\\d+)\\)"_s);
    return pattern.match(says).captured(1).toInt();
}

ports::LogPage pageOf(const ports::LogQuery &query, const ports::LogPage &before, QList<ports::LogEntry> entries, int asked)
{
    const qsizetype came = entries.size();
    std::stable_sort(entries.begin(), entries.end(), [&query](const ports::LogEntry &a, const ports::LogEntry &b) {
        return query.backward ? a.at > b.at : a.at < b.at;
    });
    ports::LogPage page;
    page.rest = came >= asked;
    page.next = entries.isEmpty() ? before.next : entries.back().at;
    QList<ports::LogEntry> told = before.told;
    QList<ports::LogEntry> again = told;
    for (const ports::LogEntry &entry : std::as_const(entries)) {
        // each line that was told is left out as often as it was told
        if (entry.at == before.next && again.removeOne(entry))
            continue;
        page.entries.append(entry);
    }
    if (page.next != before.next || before.told.isEmpty())
        told.clear();
    for (const ports::LogEntry &entry : std::as_const(page.entries))
        if (entry.at == page.next)
            told.append(entry);
    page.told = told;
    if (page.rest && page.entries.isEmpty()) {
        // more lines of one nanosecond than an answer may hold: the others cannot be had
        page.warnings.append(Tr::tr("More lines carry the same time than one answer holds (%1); not all of them could be read.").arg(asked));
        page.next += query.backward ? -1 : 1;
        page.told.clear();
    }
    return page;
}

QFuture<Result<ports::LogPage>> Loki::page(const ports::LogQuery &query, const ports::LogPage &before, std::stop_token stop)
{
    return ask(query, before, m_most, std::move(stop));
}

QFuture<Result<ports::LogPage>> Loki::ask(const ports::LogQuery &query, const ports::LogPage &before, int most, std::stop_token stop)
{
    ports::LogQuery rest = query;
    // `end` is exclusive and `start` inclusive: several lines may carry the time where the page before ended
    if (before.rest && query.backward)
        rest.end = before.next + 1;
    else if (before.rest)
        rest.start = before.next;
    const int asked = int(std::min<qsizetype>(qsizetype(query.limit) + before.told.size(), most));
    TargetCall call{.path = u"/loki/api/v1/query_range"_s};
    call.query = {{u"query"_s, rest.expr}, {u"start"_s, QString::number(rest.start)}, {u"end"_s, QString::number(rest.end)},
                  {u"limit"_s, QString::number(asked)}, {u"direction"_s, rest.backward ? u"backward"_s : u"forward"_s}};
    call.headers = lokiHeaders();
    return chainTo<ports::LogPage>(m_target.request(call, stop), [self = shared_from_this(), query, before, asked, most, stop](const ports::HttpAnswer &answer) {
        // this server allows less than Loki does unasked
        const int allowed = answer.status == 400 ? entriesLimit(wordsOfService(answer)) : 0;
        if (allowed > 0 && allowed < asked && allowed < most) {
            self->m_most = allowed;
            return self->ask(query, before, allowed, stop);
        }
        return readOnPool<ports::LogPage>(readyFuture<ports::HttpAnswer>(answer), [self, query, before, asked](const ports::HttpAnswer &whole) -> Result<ports::LogPage> {
            const Result<QList<ports::LogEntry>> entries = readWith<QList<ports::LogEntry>>(whole, self->m_target, &readStreams);
            if (!entries)
                return entries.error();
            return pageOf(query, before, *entries, asked);
        });
    });
}

QFuture<Result<QStringList>> Loki::labelValues(const QString &label, qint64 start, qint64 end, std::stop_token stop)
{
    // the name goes into the path: only what a label's name can be gets there
    static const QRegularExpression name(u"\\A[A-Za-z_][A-Za-z0-9_]*\\z"_s);
    if (!name.match(label).hasMatch())
        return readyFuture<QStringList>(Error{ErrorKind::Invalid, Tr::tr("“%1” is not the name of a label.").arg(label),
                                              Tr::tr("It has letters, digits and underscores only.")});
    TargetCall call{.path = QString(u"/loki/api/v1/label/"_s + label + u"/values"_s)};
    call.query = {{u"start"_s, QString::number(start)}, {u"end"_s, QString::number(end)}};
    return readOnPool<QStringList>(m_target.request(call, std::move(stop)), [target = m_target](const ports::HttpAnswer &answer) {
        return readWith<QStringList>(answer, target, &readLabelValues);
    });
}

std::unique_ptr<ports::LogTail> Loki::tail(const QString &expr, qint64 start)
{
    return std::make_unique<LokiTail>(shared_from_this(), expr, start);
}

std::shared_ptr<ports::LogSearch> makeLoki(ServiceTarget target)
{
    return std::make_shared<Loki>(std::move(target));
}

}
