// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/node/LogBook.h"

#include <QRegularExpression>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

constexpr qsizetype kPiece = 64 * 1024;   // of a body
constexpr qint64 kOverhead = 48;          // of a line in memory
constexpr qint64 kLeast = 8 * 1024;       // of a container when there are very many

bool flag(const Request &request, const QString &key)
{
    // As apimachinery reads a bool: there, and neither false nor 0.
    const QString value = request.queryValue(key);
    return request.query.hasQueryItem(key) && value.compare("false"_L1, Qt::CaseInsensitive) != 0 && value != "0"_L1;
}

std::optional<Response> readNumber(const Request &request, const QString &key, std::optional<qint64> &number)
{
    if (!request.query.hasQueryItem(key))
        return std::nullopt;
    bool ok = false;
    number = request.queryValue(key).toLongLong(&ok);
    if (!ok)
        return plainText(400, u"{\"message\": \"Unable to decode query.\"}"_s);
    return std::nullopt;
}

}

/// A log being read: pulled by the server, woken by what is written.
class LogBook::Body : public BodySource {
public:
    Body(std::shared_ptr<std::mutex> mutex, std::shared_ptr<LogRun> run, const LogQuery &query)
        : m_mutex(std::move(mutex)), m_run(std::move(run)), m_query(query), m_left(query.limitBytes.value_or(std::numeric_limits<qint64>::max()))
    {
        const quint64 count = m_run->lines.size();
        const quint64 wanted = query.tailLines ? std::min(quint64(std::max<qint64>(*query.tailLines, 0)), count) : count;
        m_next = m_run->end() - wanted;
        m_end = m_run->end();
    }

    Next next(QByteArray &bytes) override
    {
        const std::lock_guard lock(*m_mutex);
        m_next = std::max(m_next, m_run->first);   // who reads too slowly misses what was dropped
        const quint64 end = m_query.follow ? m_run->end() : std::min(m_end, m_run->end());
        for (; m_next < end && m_left > 0 && bytes.size() < kPiece; ++m_next)
            add(bytes, m_run->lines.at(m_next - m_run->first));
        if (!bytes.isEmpty())
            return Next::Bytes;
        return m_query.follow && !m_run->ended && m_left > 0 ? Next::Wait : Next::End;
    }

    void onWake(std::function<void()> wake) override { m_wake = std::move(wake); }

    void wake()
    {
        if (const auto wake = std::exchange(m_wake, {}))
            wake();
    }

private:
    void add(QByteArray &bytes, const LogRun::Line &line)
    {
        if (m_query.since && line.time < *m_query.since)
            return;
        QByteArray text;
        if (m_query.timestamps)
            text.append(logTime(line.time)).append(' ');
        text.append(line.text).append('\n');
        text.truncate(qsizetype(std::min<qint64>(text.size(), m_left)));
        m_left -= text.size();
        bytes.append(text);
    }

    std::shared_ptr<std::mutex> m_mutex;
    std::shared_ptr<LogRun> m_run;
    LogQuery m_query;
    qint64 m_left;
    quint64 m_next = 0;
    quint64 m_end = 0;
    std::function<void()> m_wake;
};

LogBook::LogBook(std::function<void(std::function<void()>)> post) : m_post(std::move(post)) { }

void LogBook::runs(const QString &ns, const QString &pod, const QStringList &containers)
{
    const std::lock_guard lock(*m_mutex);
    m_pods[{ns, pod}];
    for (const QString &name : containers)
        container(ns, pod, name);
}

std::shared_ptr<LogBook::Container> LogBook::container(const QString &ns, const QString &pod, const QString &name)
{
    auto &place = m_pods[{ns, pod}][name];
    if (!place) {
        place = std::make_shared<Container>();
        ++m_containers;
    }
    return place;
}

void LogBook::append(LogRun &run, const QByteArray &line) const
{
    const auto now = time_point_cast<nanoseconds>(system_clock::now());
    // One tick later than the line before, where the clock does not tell them apart; where it was set back, as it says.
    const bool same = !run.lines.empty() && run.lines.back().time >= now && run.lines.back().time - now < microseconds(100);
    run.lines.push_back({same ? run.lines.back().time + nanoseconds(1) : now, line.left(kLine)});
    run.bytes += run.lines.back().text.size() + kOverhead;
    const qint64 most = std::clamp(kAllBytes / std::max<qint64>(m_containers, 1), kLeast, kBytes);
    while (run.lines.size() > 1 && (run.lines.size() > kLines || run.bytes > most)) {
        run.bytes -= run.lines.front().text.size() + kOverhead;
        run.lines.pop_front();
        ++run.first;
    }
}

void LogBook::wake(const std::shared_ptr<Container> &container)
{
    if (container->waking || container->followers.empty())
        return;
    container->waking = true;
    m_post([container, mutex = m_mutex] {
        std::vector<std::shared_ptr<Body>> bodies;
        {
            const std::lock_guard lock(*mutex);
            container->waking = false;
            std::erase_if(container->followers, [](const std::weak_ptr<Body> &body) { return body.expired(); });
            for (const std::weak_ptr<Body> &body : container->followers)
                bodies.push_back(body.lock());
        }
        for (const std::shared_ptr<Body> &body : bodies) {
            if (body)
                body->wake();
        }
    });
}

void LogBook::addLine(const QString &ns, const QString &pod, const QString &name, const QByteArray &line)
{
    QByteArray text = line;
    if (text.endsWith('\n'))
        text.chop(1);
    const std::lock_guard lock(*m_mutex);
    const auto place = container(ns, pod, name);
    for (const QByteArray &part : text.split('\n'))
        append(*place->now, part);
    wake(place);
}

void LogBook::restarted(const QString &ns, const QString &pod, const QString &name)
{
    const std::lock_guard lock(*m_mutex);
    const auto place = container(ns, pod, name);
    place->now->ended = true;
    place->before = std::exchange(place->now, std::make_shared<LogRun>());
    wake(place);
}

void LogBook::forget(const QString &ns, const QString &pod)
{
    const std::lock_guard lock(*m_mutex);
    const auto found = m_pods.find({ns, pod});
    if (found == m_pods.end())
        return;
    for (const auto &[name, place] : found->second) {
        place->now->ended = true;
        wake(place);
        --m_containers;
    }
    m_pods.erase(found);
}

bool LogBook::knows(const QString &ns, const QString &pod) const
{
    const std::lock_guard lock(*m_mutex);
    return m_pods.contains({ns, pod});
}

Response LogBook::open(const QString &ns, const QString &pod, const QString &name, const LogQuery &query)
{
    const std::lock_guard lock(*m_mutex);
    const auto found = m_pods.find({ns, pod});
    if (found == m_pods.end())
        return plainText(404, u"pod \""_s + pod + u"\" does not exist\n"_s);
    const auto place = found->second.find(name);
    if (place == found->second.end())
        return plainText(404, u"container \""_s + name + u"\" not found in pod \""_s + pod + u"\"\n"_s);
    Container &container = *place->second;
    if (query.previous && !container.before)
        return plainText(400, u"previous terminated container \""_s + name + u"\" in pod \""_s + pod + u"\" not found"_s);
    const auto body = std::make_shared<Body>(m_mutex, query.previous ? container.before : container.now, query);
    if (query.follow && !query.previous) {
        std::erase_if(container.followers, [](const std::weak_ptr<Body> &other) { return other.expired(); });
        container.followers.push_back(body);
    }
    Response response;
    response.contentType = "text/plain";
    response.stream = body;
    return response;
}

QByteArray logTime(sys_time<nanoseconds> time)
{
    const auto second = floor<seconds>(time);
    const QDateTime utc = QDateTime::fromSecsSinceEpoch(second.time_since_epoch().count(), Qt::UTC);
    return utc.toString(u"yyyy-MM-dd'T'HH:mm:ss"_s).toLatin1() + '.'
        + QByteArray::number(qint64((time - second).count())).rightJustified(9, '0') + 'Z';
}

std::optional<Response> readLogQuery(const Request &request, LogQuery &query)
{
    query.follow = flag(request, u"follow"_s);
    query.previous = flag(request, u"previous"_s);
    query.timestamps = flag(request, u"timestamps"_s);
    std::optional<qint64> sinceSeconds;
    if (auto refusal = readNumber(request, u"tailLines"_s, query.tailLines))
        return refusal;
    if (auto refusal = readNumber(request, u"limitBytes"_s, query.limitBytes))
        return refusal;
    if (auto refusal = readNumber(request, u"sinceSeconds"_s, sinceSeconds))
        return refusal;
    const bool sinceTime = request.query.hasQueryItem(u"sinceTime"_s);
    const bool invalid = (query.tailLines && *query.tailLines < 0) || (query.limitBytes && *query.limitBytes < 1)
        || (sinceSeconds && (*sinceSeconds < 1 || sinceTime));
    if (sinceTime) {
        static const QRegularExpression fraction(u"\\.\\d+"_s);   // whole seconds, as metav1.Time
        const QDateTime time = QDateTime::fromString(request.queryValue(u"sinceTime"_s).remove(fraction), Qt::ISODate);
        if (!time.isValid() || time.timeSpec() == Qt::LocalTime)
            return plainText(400, u"{\"message\": \"Unable to decode query.\"}"_s);
        query.since = sys_time<nanoseconds>(seconds(time.toSecsSinceEpoch()));
    }
    if (invalid)
        return plainText(422, u"{\"message\": \"Invalid request.\"}"_s);
    if (sinceSeconds) {
        constexpr qint64 kMost = qint64(100) * 365 * 24 * 3600;
        query.since = time_point_cast<nanoseconds>(system_clock::now() - seconds(std::min(*sinceSeconds, kMost)));
    }
    return std::nullopt;
}

Response plainText(int status, const QString &text)
{
    Response response;
    response.status = status;
    response.contentType = "text/plain; charset=utf-8";
    response.body = text.toUtf8();
    return response;
}

}
