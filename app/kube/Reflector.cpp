// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/Reflector.h"

#include "app/kube/HttpOptions.h"
#include "app/kube/SelfCheck.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace qd::kube {

using namespace Qt::StringLiterals;
using Type = DecodedEvent::Type;

namespace {

constexpr int kFlushMs = 100;
/// Between the batches of a first list, behind its first rows: each one lays out and paints the whole table anew, which took as
/// much processor time as all the reading (50,000 rows).
constexpr int kFirstListFlushMs = 300;
constexpr int kBackoffMs = 800;
constexpr int kBackoffCapMs = 30000;
constexpr qint64 kBackoffResetMs = 120000;
constexpr qint64 kShortWatchMs = 1000;
constexpr int kShortWatches = 3;   ///< in a row: it is said
constexpr int kSlowSeconds = 60;
constexpr qsizetype kAnswerCap = 64 * 1024;

/// A stream that ends with an event again and again is opened once a second, not as fast as the server answers.
int restOfShort(qint64 lived)
{
    return int(std::clamp<qint64>(kShortWatchMs - lived, 0, kShortWatchMs));
}

/// "Validators: The server sent something that …"
Error named(Error error, const QString &title)
{
    error.message = QString(title + u": "_s + error.message);
    return error;
}

}

Reflector::Reflector(const ports::WatchRequest &request, const WatchOptions &options)
    : m_request(request), m_options(options), m_time(options.time ? options.time : makeSystemTime()),
      m_retry(m_time->makeAlarm(this)), m_flush(m_time->makeAlarm(this)), m_quiet(m_time->makeAlarm(this)), m_unanswered(m_time->makeAlarm(this)),
      m_decoder(request.kind, request.keepBodies), m_batches(options.selfCheck)
{
    connect(m_retry, &Alarm::fired, this, &Reflector::proceed);
    connect(m_flush, &Alarm::fired, this, &Reflector::flush);
    connect(m_quiet, &Alarm::fired, this, &Reflector::onQuiet);
    connect(m_unanswered, &Alarm::fired, this, &Reflector::onUnanswered);
}

Reflector::~Reflector()
{
    close();
}

void Reflector::start(StreamPool *pool)
{
    m_pool = pool;
    setState(LoadState::Phase::Loading);
    proceed();
}

void Reflector::retryNow()
{
    if (m_step == Step::WatchList || m_step == Step::List || !m_pool)
        return;
    m_retry->stop();
    m_tries = 0;
    if (m_batches.syncedOnce()) {
        m_needSync = true;
        m_listThisRound = false;
    }
    close();
    proceed();
}

void Reflector::resumed()
{
    if (!m_pool || m_step == Step::Idle)
        return;
    close();
    later(int(m_time->chance() * 1000));
}

void Reflector::moveFrom(const HttpClient *client)
{
    if (!m_pool || m_client != client || !client)
        return;
    // A list that is arriving is not begun again: its bytes prove that the connection lives so long.
    const bool arriving = m_lastByte.isValid() && m_lastByte.msecsTo(m_time->clock().now()) < m_options.overdueMs;
    if ((m_step == Step::WatchList || m_step == Step::List) && arriving)
        m_moveWhenSynced = true;
    else
        resumed();
}

// ---- opening and closing

void Reflector::proceed()
{
    if (m_needSync) {
        const bool list = m_listThisRound || m_pool->noWatchList;
        m_step = list ? Step::List : Step::WatchList;
        m_continue.clear();
        m_listVersion.clear();
        flush();
        m_batches.beginSync();
        if (m_batches.syncedOnce())
            setState(LoadState::Phase::Refreshing);
        else if (m_state.phase != LoadState::Phase::Loading)
            setState(LoadState::Phase::Loading);
    } else {
        m_step = Step::Watch;
    }
    open();
}

void Reflector::open()
{
    const quint64 turn = ++m_turn;
    m_pool->acquire(this, [this, turn](HttpClient *client) {
        if (turn == m_turn)
            openOn(client);
        else
            m_pool->release(client);
    });
}

HttpRequest Reflector::request() const
{
    HttpRequest out;
    const int timeout = 300 + int(m_time->chance() * 300);
    switch (m_step) {
    case Step::WatchList:
        out.pathAndQuery = watchListPath(m_request, m_version, timeout);
        break;
    case Step::List:
        if (!m_continue.isEmpty()) {
            out.pathAndQuery = nextPagePath(m_request, m_continue, m_options.pageSize);
        } else {
            // First any state the server's cache has, later at least what we know; after 410 (empty) what etcd says.
            const bool first = m_version.isEmpty() && m_resets == 0;
            const bool paged = !m_unpaged && m_version.isEmpty();
            out.pathAndQuery = listPath(m_request, first ? u"0"_s : m_version, paged ? m_options.pageSize : 0);
        }
        break;
    default:
        out.pathAndQuery = watchPath(m_request, m_version, timeout);
        break;
    }
    out.silenceMs = m_step == Step::List ? std::min(m_options.answerMs, m_options.silenceMs) : m_options.silenceMs;
    return out;
}

void Reflector::openOn(HttpClient *client)
{
    m_client = client;
    m_head = {};
    m_answer.clear();
    m_events = 0;
    m_openedAt = m_time->clock().monotonicMs();
    m_decoder.reset();
    m_page = m_step == Step::List ? std::make_unique<ListFramer>() : nullptr;
    if (m_step == Step::WatchList)
        m_quiet->start(m_options.answerMs);
    m_moveWhenSynced = false;
    m_unanswered->start(m_options.overdueMs);
    m_exchange = client->open(request(), this);
    connect(m_exchange, &HttpExchange::head, this, &Reflector::onHead);
    connect(m_exchange, &HttpExchange::data, this, &Reflector::onData);
    connect(m_exchange, &HttpExchange::finished, this, &Reflector::onFinished);
}

void Reflector::close()
{
    ++m_turn;
    m_quiet->stop();
    m_unanswered->stop();
    if (m_exchange) {
        m_exchange->disconnect(this);
        m_exchange->abort();
        m_exchange->deleteLater();
        m_exchange = nullptr;
    }
    if (m_client)
        m_pool->release(std::exchange(m_client, nullptr));
}

void Reflector::later(int ms)
{
    m_step = Step::Waiting;
    m_retry->start(std::max(0, ms));
}

int Reflector::backoff(int floorSeconds)
{
    const qint64 now = m_time->clock().monotonicMs();
    if (m_tries > 0 && now - m_lastBackoff > kBackoffResetMs)
        m_tries = 0;
    m_lastBackoff = now;
    const int base = m_tries > 5 ? kBackoffCapMs : std::min(kBackoffCapMs, kBackoffMs << m_tries);
    ++m_tries;
    const int jittered = base + int(m_time->chance() * base);
    return std::max(jittered, floorSeconds * 1000);
}

void Reflector::again(const Error &error)
{
    const int ms = backoff(error.retryAfterSeconds);
    later(ms);
    setState(m_batches.syncedOnce() ? LoadState::Phase::Stale : LoadState::Phase::Failed, error, ms);
}

// ---- what arrives

void Reflector::onHead(const HttpHead &head)
{
    m_head = head;
    m_unanswered->stop();
    m_pool->answered(m_client);
    if (head.status / 100 != 2)
        return;
    if (m_step == Step::WatchList)
        m_quiet->start(m_options.bookmarkWaitMs);
    // A watch that has ended at once again and again proves itself by its first event.
    if (m_step == Step::Watch && m_shortWatches < kShortWatches) {
        fresh();
        m_goneAways = 0;
    }
}

void Reflector::fresh()
{
    if (m_state.phase != LoadState::Phase::Ready)
        setState(LoadState::Phase::Ready);
}

void Reflector::onData(const QByteArray &bytes)
{
    if (m_head.status / 100 != 2) {
        if (m_answer.size() < kAnswerCap)
            m_answer += bytes;
        return;
    }
    m_lastByte = m_time->clock().now();
    m_batches.addBytes(bytes.size());
    if (m_step == Step::List) {
        m_page->append(bytes);
        drainList();
    } else {
        if (m_step == Step::WatchList)
            m_quiet->start(m_options.bookmarkWaitMs);
        m_decoder.append(bytes);
        drainWatch();
    }
    flushSoon();
}

void Reflector::drainWatch()
{
    const quint64 turn = m_turn;
    while (std::optional<DecodedEvent> event = m_decoder.next()) {
        ++m_events;
        take(*event);
        if (turn == m_turn && m_step == Step::Watch)
            fresh();
        if (turn != m_turn)   // the event closed the stream
            return;
    }
    if (m_decoder.framer().error()) {
        const Error error = named(*m_decoder.framer().error(), m_request.kind.title);
        close();
        again(error);
    }
}

void Reflector::drainList()
{
    while (const std::optional<Frame> frame = m_page->next()) {
        DecodedEvent event = m_decoder.rows().item(*frame);
        if (event.type == Type::Added)
            m_batches.upsert(std::move(event.row));
        else
            Q_EMIT refused(event.error);
    }
    if (m_page->error()) {
        const Error error = named(*m_page->error(), m_request.kind.title);
        close();
        again(error);
    }
}

void Reflector::take(DecodedEvent &event)
{
    // Initial events are in no order of versions: only their closing bookmark says where we are.
    const bool advance = m_step == Step::Watch && !event.resourceVersion.isEmpty();
    switch (event.type) {
    case Type::Added:
    case Type::Modified:
        m_batches.upsert(std::move(event.row));
        break;
    case Type::Deleted:
        m_batches.remove(event.row);
        break;
    case Type::Bookmark:
        onBookmark(event);
        return;
    case Type::Error: {
        const Error error = errorFromStatus(event.status, m_request.kind.title);
        close();
        failed(error, true);
        return;
    }
    case Type::Refused:
    case Type::NoSingleValue:
        Q_EMIT refused(event.error);
        break;
    case Type::Unknown:
        return;
    }
    if (advance)
        m_version = event.resourceVersion;
}

void Reflector::onBookmark(const DecodedEvent &event)
{
    if (m_step == Step::Watch)
        m_version = event.resourceVersion;
    else if (event.initialEventsEnd)
        synced(event.resourceVersion);
}

void Reflector::onFinished(bool clean, const Error &error)
{
    const HttpHead head = m_head;
    const QByteArray answer = m_answer;
    const qint64 lived = m_time->clock().monotonicMs() - m_openedAt;
    const bool wasWatch = m_step == Step::Watch;
    if (error.reason == QLatin1String(kGoneAway) && ++m_goneAways <= kShortWatches) {
        // The server goes on without this connection: on another one, and nothing is stale for it.
        m_pool->renew(m_client);
        close();
        later(m_goneAways > 1 ? int(kShortWatchMs) : int(m_time->chance() * 200));
        return;
    }
    if (head.status / 100 == 2 && clean) {
        ended();
        return;
    }
    close();
    if (head.status != 0 && head.status / 100 != 2) {
        failed(errorFromAnswer(head, answer, m_request.kind.title), false);
    } else if (wasWatch && head.status / 100 == 2 && (lived >= kShortWatchMs || m_events > 0)) {
        // A stream that lived broke: the usual end of a connection. Again soon, spread a little.
        later(restOfShort(lived) + int(m_time->chance() * 200));
    } else {
        again(error);
    }
}

void Reflector::ended()
{
    const qint64 lived = m_time->clock().monotonicMs() - m_openedAt;
    if (m_step == Step::List) {
        pageEnded();
        return;
    }
    const bool initial = m_step == Step::WatchList;
    close();
    if (initial) {
        if (++m_shortWatches >= 2) {
            m_shortWatches = 0;
            listInstead(false);
        } else {
            later(backoff(0));
        }
    } else if (lived < kShortWatchMs && m_events == 0) {
        const Error error{ErrorKind::Network, tr("The server ends the watch of %1 at once.").arg(m_request.kind.title),
                          tr("Quarterdeck tries again. Look for a proxy that does not let long answers through.")};
        if (++m_shortWatches >= kShortWatches)
            again(error);
        else
            later(backoff(0));
    } else {
        m_shortWatches = 0;
        later(restOfShort(lived));
    }
}

void Reflector::pageEnded()
{
    const bool whole = m_page && m_page->complete();
    const QByteArray text = m_page ? m_page->metadata() : QByteArray();
    close();
    if (!whole) {
        again({ErrorKind::Network, tr("The list of %1 was cut off.").arg(m_request.kind.title),
               tr("Quarterdeck reads it again.")});
        return;
    }
    const QJsonObject metadata = QJsonDocument::fromJson(text).object();
    if (m_listVersion.isEmpty())   // that of the first page counts
        m_listVersion = metadata.value("resourceVersion"_L1).toString();
    m_continue = metadata.value("continue"_L1).toString();
    if (!m_continue.isEmpty()) {
        open();
        return;
    }
    synced(m_listVersion);
    m_step = Step::Watch;
    open();
}

void Reflector::onUnanswered()
{
    if (m_client && m_client->lastWasHttp2())
        m_pool->suspect(m_client);
}

void Reflector::onQuiet()
{
    if (m_step != Step::WatchList)
        return;
    // A server that does not know sendInitialEvents sends the objects and no bookmark; one that is only slow is asked by LIST
    // this time (client-go only warns; a person would look at an unfinished list for ever). A busy server may be silent for 10 s.
    const bool ignores = m_events > 0;
    const bool silent = m_head.status == 0;
    close();
    if (silent) {
        again({ErrorKind::Timeout, tr("%1 does not answer.").arg(m_options.cluster),
               tr("Check the network, the VPN and the address of the API server. Quarterdeck tries again.")});
        return;
    }
    listInstead(ignores);
}

// ---- what it means

void Reflector::failed(const Error &error, bool inStream)
{
    const bool watchList = m_step == Step::WatchList;
    const bool laterPage = m_step == Step::List && !m_continue.isEmpty();
    switch (judge(error, watchList, inStream)) {
    case Verdict::Relist:
        m_unpaged = m_unpaged || laterPage;
        return restartSync(error);
    case Verdict::DropVersion:
        return restartSync(error);
    case Verdict::ListInstead:
        return listInstead(false);
    case Verdict::NeverWatchList:
        return listInstead(true);
    case Verdict::Forbidden:
        return slowly(missingRight(m_request, m_step == Step::List ? u"list"_s : u"watch"_s, m_options.cluster, error),
                      LoadState::Phase::Forbidden, kSlowSeconds);
    case Verdict::NotServed:
        return slowly(notServed(m_request, m_options.cluster, error), LoadState::Phase::NotServed, kSlowSeconds);
    case Verdict::BackOff:
        return again(error);
    }
}

void Reflector::restartSync(const Error &error)
{
    ++m_resets;
    m_version.clear();
    m_needSync = true;
    // A server that lists a version it will not watch would be listed for ever without a pause.
    const qint64 now = m_time->clock().monotonicMs();
    const bool often = m_resets == 1 && m_resetAt && now - *m_resetAt < kBackoffResetMs;
    m_resetAt = now;
    if (m_resets > 2 || often)
        return again(error);
    later(0);
}

void Reflector::listInstead(bool forGood)
{
    if (forGood)
        m_pool->noWatchList = true;
    m_listThisRound = true;
    m_needSync = true;
    proceed();
}

void Reflector::slowly(const Error &error, LoadState::Phase phase, int seconds)
{
    const int ms = std::max(seconds, error.retryAfterSeconds) * 1000 + int(m_time->chance() * 10000);
    later(ms);
    setState(phase, error, ms);
}

void Reflector::synced(const QString &version)
{
    m_quiet->stop();
    m_version = version;
    m_needSync = false;
    m_listThisRound = false;
    m_unpaged = false;
    m_resets = 0;
    m_shortWatches = 0;
    m_goneAways = 0;
    m_step = Step::Watch;
    m_batches.complete();
    flush();
    setState(LoadState::Phase::Ready);
    if (m_moveWhenSynced && m_exchange)
        QMetaObject::invokeMethod(this, &Reflector::resumed, Qt::QueuedConnection);   // not from inside the stream's own signal
    if (m_options.selfCheck) {
        m_check = std::make_unique<SelfCheck>(m_request, m_pool, m_batches.versions(), version);
        connect(m_check.get(), &SelfCheck::finished, this, &Reflector::checked);
        m_check->start();
    }
}

void Reflector::setState(LoadState::Phase phase, const Error &error, int retryMs)
{
    const QDateTime now = m_time->clock().now();
    if (m_state.phase != phase)
        m_state.since = now;
    m_state.phase = phase;
    m_state.error = error;
    m_state.retryAt = retryMs >= 0 ? now.addMSecs(retryMs) : QDateTime();
    if (phase == LoadState::Phase::Ready)
        m_state.asOf = now;
    else if (m_batches.syncedOnce())
        m_state.asOf = m_lastByte;   // what is there was true then
    Q_EMIT loadStateChanged(m_state);
}

void Reflector::flushSoon()
{
    if (!m_batches.pending() || m_flush->active())
        return;
    const qint64 since = m_time->clock().monotonicMs() - m_lastFlush;
    const int gap = m_batches.syncedOnce() ? kFlushMs : kFirstListFlushMs;
    if (since >= gap)
        flush();
    else
        m_flush->start(int(gap - since));
}

void Reflector::flush()
{
    m_flush->stop();
    if (!m_batches.pending())
        return;
    m_lastFlush = m_time->clock().monotonicMs();
    network::RowBatch out = m_batches.take();
    out.resourceVersion = m_version;
    out.asOf = m_time->clock().now();
    Q_EMIT batch(out);
}

}
