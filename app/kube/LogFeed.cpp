// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/LogFeed.h"

#include "app/kube/GatewayPaths.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QRandomGenerator>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(LogFeed)
};

const Gvr kPods{{}, u"v1"_s, u"pods"_s};
constexpr char kAccept[] = "text/plain, application/json, */*";

/// Whether the container runs or will start (again) by itself.
bool goesOn(const QJsonObject &pod, const QString &container)
{
    if (pod.value("metadata"_L1).toObject().contains("deletionTimestamp"_L1))
        return false;
    const QJsonObject status = pod.value("status"_L1).toObject();
    const QString phase = status.value("phase"_L1).toString();
    if (phase == "Succeeded"_L1 || phase == "Failed"_L1)
        return false;
    for (const QLatin1String list :
        {"containerStatuses"_L1, "initContainerStatuses"_L1, "ephemeralContainerStatuses"_L1}) {
        for (const QJsonValue &value : status.value(list).toArray()) {
            const QJsonObject one = value.toObject();
            if (container.isEmpty() || one.value("name"_L1).toString() == container)
                return !one.value("state"_L1).toObject().contains("terminated"_L1);
        }
    }
    return true;
}

/// The time a line begins with; empty: none.
QByteArray stampOf(const QByteArray &line)
{
    const qsizetype space = line.indexOf(' ');
    return space >= 20 && line.at(4) == '-' && line.at(10) == 'T' ? line.left(space) : QByteArray();
}

/// Stamps are RFC 3339 in UTC, some with trailing zeros cut: the seconds, then the fraction without them.
QByteArray sortable(const QByteArray &stamp)
{
    QByteArray fraction = stamp.mid(20).replace('Z', "");
    while (fraction.endsWith('0'))
        fraction.chop(1);
    return stamp.left(19) + '.' + fraction;
}

}

QStringList LogLines::take(const QByteArray &bytes)
{
    QStringList out;
    m_rest += bytes;
    qsizetype from = 0;
    for (qsizetype end = m_rest.indexOf('\n'); end >= 0; end = m_rest.indexOf('\n', from)) {
        line(m_rest.mid(from, end - from), out);
        from = end + 1;
    }
    m_rest.remove(0, from);
    if (m_rest.size() > kLongest)
        out += flush();
    return out;
}

QStringList LogLines::flush()
{
    QStringList out;
    if (!m_rest.isEmpty())
        line(std::exchange(m_rest, {}), out);
    return out;
}

void LogLines::resume()
{
    m_rest.clear();
    m_resumeStamp = m_stamp;
    m_known = m_atStamp;
}

QByteArray LogLines::missing(const QByteArray &lastLine) const
{
    const QByteArray stamp = stampOf(lastLine);
    return !stamp.isEmpty() && (m_stamp.isEmpty() || sortable(m_stamp) < sortable(stamp)) ? stamp : QByteArray();
}

void LogLines::line(const QByteArray &raw, QStringList &out)
{
    const QByteArray own = stampOf(raw);
    const QByteArray stamp = own.isEmpty() ? m_stamp : own;
    QByteArray text = own.isEmpty() ? raw : raw.mid(own.size() + 1);
    if (text.endsWith('\r'))
        text.chop(1);
    if (!m_resumeStamp.isEmpty()) {
        if (sortable(stamp) < sortable(m_resumeStamp))
            return;
        if (stamp == m_resumeStamp) {
            if (m_known.removeOne(text))
                return;
        } else {
            m_resumeStamp.clear();
            m_known.clear();
        }
    }
    if (stamp != m_stamp) {
        m_stamp = stamp;
        m_atStamp.clear();
    }
    // Pieces of a line without end have no stamp of their own: not all are kept.
    if (m_atStamp.size() < kKnown)
        m_atStamp.append(text);
    const QString plain = QString::fromUtf8(text);
    out.append(m_stamps && !stamp.isEmpty() ? QString(QString::fromLatin1(stamp) + u' ' + plain) : plain);
}

LogFollower::LogFollower(std::unique_ptr<HttpClient> stream, HttpDispatcher *requests, const LogTarget &target,
    Sink sink, const LogTiming &timing)
    : m_stream(std::move(stream))
    , m_requests(requests)
    , m_target(target)
    , m_sink(std::move(sink))
    , m_lines(target.stamps)
    , m_timing(timing)
{
    m_flush.setSingleShot(true);
    m_flush.setInterval(50);
    connect(&m_flush, &QTimer::timeout, this, &LogFollower::flush);
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &LogFollower::open);
    m_silence.setSingleShot(true);
    connect(&m_silence, &QTimer::timeout, this, &LogFollower::probe);
}

LogFollower::~LogFollower()
{
    m_stop.request_stop();
}

void LogFollower::start()
{
    open();
}

QString LogFollower::logPath() const
{
    return resourcePath(kPods, m_target.ns, m_target.pod, u"log"_s);
}

/// A log of an earlier run is silent once it is read: it ends by itself.
void LogFollower::listen(int ms)
{
    if (!m_paused && !ends())
        m_silence.start(ms);
}

void LogFollower::open()
{
    const QString since = m_lines.lastStamp();
    HttpRequest request;
    request.accept = kAccept;
    request.pathAndQuery = withQuery(logPath(),
        {{u"container"_s, m_target.container}, {u"previous"_s, m_target.previous ? u"true"_s : QString()},
            {u"follow"_s, ends() ? QString() : u"true"_s}, {u"timestamps"_s, u"true"_s}, {u"sinceTime"_s, since},
            {u"sinceSeconds"_s,
                since.isEmpty() && m_target.sinceSeconds > 0 ? QString::number(m_target.sinceSeconds) : QString()},
            {u"tailLines"_s,
                since.isEmpty() && m_target.tailLines >= 0 ? QString::number(m_target.tailLines) : QString()}});
    m_lines.resume();
    m_head = {};
    m_errorBody.clear();
    m_secondLook = false;
    m_doubted = false;
    ++m_opened;
    m_exchange = m_stream->open(request, this);
    m_exchange->setPaused(m_paused);
    connect(m_exchange, &HttpExchange::head, this, [this](const HttpHead &head) {
        m_head = head;
        if (head.status == 200)
            resumed();
    });
    connect(m_exchange, &HttpExchange::data, this, &LogFollower::took);
    connect(m_exchange, &HttpExchange::finished, this, &LogFollower::streamEnded);
    // A log without output has no head either (live-rig.md 5.5): whether it is there again is asked soon.
    listen(m_interrupted.isEmpty() ? m_timing.silenceMs : m_timing.graceMs);
}

void LogFollower::took(const QByteArray &bytes)
{
    if (m_head.status != 200) {
        if (m_errorBody.size() < LogLines::kLongest)
            m_errorBody += bytes;
        return;
    }
    m_failures = 0;
    m_secondLook = false;
    listen(m_timing.silenceMs);
    m_ready += m_lines.take(bytes);
    if (!m_ready.isEmpty() && !m_flush.isActive())
        m_flush.start();
}

void LogFollower::streamEnded(bool clean, const Error &error)
{
    m_silence.stop();
    m_exchange->deleteLater();
    m_exchange = nullptr;
    if (m_ended)
        return;
    const QString what = Tr::tr("Log of %1").arg(objectText(kPods, m_target.ns, m_target.pod));
    if (clean && m_head.status < 300) {
        // The container ended, the pod was deleted or the kubelet died: all look the same (live-rig.md 5.5).
        m_ready += m_lines.flush();
        flush();
        if (ends() && m_head.status == 200)
            return end(Error{ErrorKind::Cancelled,
                m_target.previous ? Tr::tr("The log of the run before ends here.") : Tr::tr("The log ends here for now.")});
        if (m_head.status == 204)
            interrupt(Error{ErrorKind::Unsupported, Tr::tr("The pod %1 has no node yet: there is no log.").arg(m_target.pod),
                Tr::tr("It is shown as soon as the pod starts.")});
        return askPod();
    }
    Error failure = clean ? errorFromAnswer(m_head, m_errorBody, what) : error;
    if (!failure.retryable())
        return end(failure);
    interrupt(failure);
    reconnect();
}

void LogFollower::askPod()
{
    HttpCall call;
    call.request.pathAndQuery = resourcePath(kPods, m_target.ns, m_target.pod);
    call.what = objectText(kPods, m_target.ns, m_target.pod);
    call.retry = true;
    call.stop = m_stop.get_token();
    m_requests->send(std::move(call), [this, stop = m_stop.get_token()](Result<HttpReply> answer) {
        if (stop.stop_requested())
            return;
        if (!answer) {
            if (answer.error().kind == ErrorKind::NotFound)
                return end(Error{ErrorKind::Cancelled, Tr::tr("The pod %1 was deleted.").arg(m_target.pod)});
            if (!answer.error().retryable())
                return end(answer.error());
            interrupt(answer.error());
            return reconnect();
        }
        if (!goesOn(QJsonDocument::fromJson(answer->body).object(), m_target.container))
            return end(Error{ErrorKind::Cancelled, Tr::tr("The container has ended.")});
        reconnect();
    });
}

void LogFollower::probe()
{
    HttpCall call;
    call.request.accept = kAccept;
    call.request.pathAndQuery = withQuery(
        logPath(), {{u"container"_s, m_target.container}, {u"timestamps"_s, u"true"_s}, {u"tailLines"_s, u"1"_s}});
    call.request.deadlineMs = m_timing.probeMs;
    call.what = Tr::tr("Log of %1").arg(objectText(kPods, m_target.ns, m_target.pod));
    call.lane = Lane::Background;
    call.stop = m_stop.get_token();
    m_requests->send(
        std::move(call), [this, stop = m_stop.get_token(), opened = m_opened](Result<HttpReply> answer) {
            if (stop.stop_requested() || !m_exchange || opened != m_opened || m_silence.isActive() || m_paused)
                return;
            answer ? probed(answer->body) : probeFailed(answer.error());
        });
}

void LogFollower::probed(const QByteArray &lastLine)
{
    const QByteArray missing = m_lines.missing(lastLine);
    if (m_doubted || (!missing.isEmpty() && missing != m_openedFor)) {
        // The line may be under way on the stream: it has a moment more.
        if (!m_doubted && !std::exchange(m_secondLook, true))
            return m_silence.start(m_timing.graceMs);
        m_openedFor = missing;
        drop();
        return open();
    }
    m_secondLook = false;
    resumed();
    m_silence.start(m_timing.silenceMs);
}

void LogFollower::probeFailed(const Error &error)
{
    if (error.retryable())
        interrupt(error);
    if (error.httpStatus == 0) {
        m_doubted = true;
        return m_silence.start(m_timing.graceMs);
    }
    // The server answers; the kubelet, the pod or the right is gone: what is true now is read.
    drop();
    askPod();
}

/// The stream, without its signals.
void LogFollower::drop()
{
    m_silence.stop();
    m_exchange->disconnect(this);
    m_exchange->abort();
    m_exchange->deleteLater();
    m_exchange = nullptr;
}

void LogFollower::interrupt(const Error &why)
{
    if (m_interrupted == why.message)
        return;
    flush();
    m_interrupted = why.message;
    if (m_sink.interrupted)
        m_sink.interrupted(why);
}

void LogFollower::resumed()
{
    if (!std::exchange(m_interrupted, {}).isEmpty() && m_sink.resumed)
        m_sink.resumed();
}

void LogFollower::reconnect()
{
    // 0.8 s doubled up to 30 s, with chance, so that many followers do not come back at once.
    const int base = qMin(30000, 800 << qMin(m_failures, 6));
    ++m_failures;
    m_retry.start(base / 2 + int(QRandomGenerator::global()->bounded(base / 2 + 1)));
}

void LogFollower::flush()
{
    m_flush.stop();
    if (!m_ready.isEmpty())
        m_sink.lines(std::exchange(m_ready, {}));
}

void LogFollower::end(const Error &error)
{
    if (m_ended)
        return;
    m_ended = true;
    m_silence.stop();
    flush();
    m_sink.ended(error);
}

void LogFollower::setPaused(bool paused)
{
    m_paused = paused;
    if (!m_exchange)
        return;
    m_exchange->setPaused(paused);
    if (paused)
        m_silence.stop();
    else
        listen(m_timing.silenceMs);
}

PodLogFeed::PodLogFeed(HttpMailbox worker, Make make)
    : m_worker(std::move(worker))
    , m_self(this)
    , m_make(std::move(make))
    , m_shared(std::make_shared<Shared>())
{
}

PodLogFeed::~PodLogFeed()
{
    m_self.close();
    m_worker.post([shared = m_shared] { delete std::exchange(shared->follower, nullptr); });
}

void PodLogFeed::start()
{
    if (std::exchange(m_started, true))
        return;
    LogFollower::Sink sink;
    sink.lines = [this, box = m_self, shared = m_shared](QStringList text) {
        const int count = int(text.size());
        if (shared->underWay.fetch_add(count) + count > kBehind && shared->follower)
            shared->follower->setPaused(true);
        box.post([this, text = std::move(text), count] {
            const QPointer<PodLogFeed> self(this);
            Q_EMIT lines(text);
            if (self)
                took(count);
        });
    };
    sink.ended = [this, box = m_self](const Error &error) { box.post([this, error] { Q_EMIT ended(error); }); };
    sink.interrupted = [this, box = m_self](const Error &why) { box.post([this, why] { Q_EMIT interrupted(why); }); };
    sink.resumed = [this, box = m_self] { box.post([this] { Q_EMIT resumed(); }); };
    const bool posted = m_worker.post([shared = m_shared, make = m_make, sink] {
        shared->follower = make(sink);
        shared->follower->setPaused(shared->wanted);
        shared->follower->start();
    });
    if (!posted)
        m_self.post([this] {
            Q_EMIT ended(Error{ErrorKind::Cancelled, Tr::tr("The connection to the cluster was closed.")});
        });
}

void PodLogFeed::took(int count)
{
    const int before = m_shared->underWay.fetch_sub(count);
    if (before > kBehind && before - count <= kBehind)
        setPaused(m_shared->wanted);
}

void PodLogFeed::setPaused(bool paused)
{
    m_shared->wanted = paused;
    m_worker.post([shared = m_shared] {
        if (shared->follower)
            shared->follower->setPaused(shared->wanted || shared->underWay > kBehind);
    });
}

}
