// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/TourLogs.h"

#include "models/core/Json.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QTimer>

namespace qd::ui {

using namespace Qt::StringLiterals;

class TourPodFeed final : public ports::ResourceFeed {
public:
    TourPodFeed(TourPods *pods, const QString &selector) : m_pods(pods), m_selector(selector)
    {
        ++pods->watches;
        pods->m_feeds.append(this);
    }
    ~TourPodFeed() override
    {
        if (m_pods) {
            --m_pods->watches;
            m_pods->m_feeds.removeOne(this);
        }
    }
    void start() override
    {
        if (m_pods->silent)
            return;
        network::RowBatch all;
        all.sync = network::RowBatch::Sync::Complete;
        for (const QJsonObject &pod : std::as_const(m_pods->m_pods)) {
            if (wants(pod))
                all.upserts.append(m_pods->rowOf(pod));
        }
        QTimer::singleShot(0, this, [this, all] {
            Q_EMIT loadStateChanged({LoadState::Phase::Ready});
            Q_EMIT batch(all);
        });
    }
    void retryNow() override { start(); }
    /// Of a node only its own; other selectors are not looked at.
    [[nodiscard]] bool wants(const QJsonObject &pod) const
    {
        const QString label = u"canton.quarterdeck.io/node"_s;
        return !m_selector.startsWith(QString(label + u'=')) || json::at(pod, u"/metadata/labels"_s)[label].toString() == m_selector.mid(label.size() + 1);
    }

private:
    QPointer<TourPods> m_pods;
    QString m_selector;
};

void TourLog::start()
{
    QTimer::singleShot(0, this, [this] {
        if (refused) {
            Q_EMIT ended(*refused);
            return;
        }
        if (!first.isEmpty())
            Q_EMIT lines(first);
        if (request.previous)
            Q_EMIT ended({ErrorKind::Cancelled, u"The log of the run before ends here."_s});
    });
}

TourPods::TourPods(state::Environment *environment)
{
    setParent(environment);
    environment->setOnDemandFeed(this);
    environment->setLogs([this](const ports::LogRequest &request) {
        auto log = std::make_unique<TourLog>(request);
        log->first = lines.value(request.previous ? request.pod + u" previous"_s : request.pod);
        if (refusals.contains(request.pod))
            log->refused = refusals.value(request.pod);
        logs.append(log.get());
        return log;
    });
}

std::unique_ptr<ports::ResourceFeed> TourPods::watch(const ports::WatchRequest &request)
{
    return std::make_unique<TourPodFeed>(this, request.labelSelector);
}

network::Row TourPods::rowOf(const QJsonObject &pod) const
{
    network::Row row;
    row.uid = json::at(pod, u"/metadata/uid"_s).toString();
    row.ns = json::at(pod, u"/metadata/namespace"_s).toString();
    row.name = json::at(pod, u"/metadata/name"_s).toString();
    row.body = QJsonDocument(pod).toJson(QJsonDocument::Compact);
    return row;
}

void TourPods::put(const QJsonObject &pod)
{
    const network::Row row = rowOf(pod);
    m_pods.insert(row.name, pod);
    network::RowBatch batch;
    batch.upserts = {row};
    for (TourPodFeed *feed : std::as_const(m_feeds)) {
        if (feed->wants(pod))
            Q_EMIT feed->batch(batch);
    }
}

void TourPods::remove(const QString &name)
{
    network::RowBatch batch;
    batch.removedUids = {rowOf(m_pods.take(name)).uid};
    for (TourPodFeed *feed : std::as_const(m_feeds))
        Q_EMIT feed->batch(batch);
}

TourLog *TourPods::log(const QString &pod, bool previous) const
{
    for (auto it = logs.crbegin(); it != logs.crend(); ++it) {
        if (*it && (*it)->request.pod == pod && (*it)->request.previous == previous)
            return *it;
    }
    return nullptr;
}

QJsonObject tourPod(const QString &node, const QString &component, const QJsonObject &status, int restarts)
{
    const QString name = u"%1-%2-0"_s.arg(node, component);
    QJsonObject container{{u"name"_s, component}, {u"ready"_s, status.isEmpty()}, {u"restartCount"_s, restarts},
                          {u"state"_s, QJsonObject{{u"running"_s, QJsonObject{{u"startedAt"_s, u"2026-11-26T08:00:00Z"_s}}}}}};
    for (auto it = status.begin(); it != status.end(); ++it)
        container.insert(it.key(), it.value());
    const QString image = component == "postgres"_L1 ? u"postgres:16"_s : u"ghcr.io/digital-asset/%1:3.5.2"_s.arg(component);
    return {{u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"canton-mainnet"_s}, {u"uid"_s, QString(u"pod-"_s + name)},
                                        {u"creationTimestamp"_s, u"2026-11-20T08:00:00Z"_s},
                                        {u"labels"_s, QJsonObject{{u"canton.quarterdeck.io/node"_s, node}, {u"canton.quarterdeck.io/component"_s, component}}}}},
            {u"spec"_s, QJsonObject{{u"nodeName"_s, u"worker-3"_s},
                                    {u"containers"_s, QJsonArray{QJsonObject{{u"name"_s, component}, {u"image"_s, image}}}}}},
            {u"status"_s, QJsonObject{{u"phase"_s, u"Running"_s}, {u"containerStatuses"_s, QJsonArray{container}}}}};
}

QJsonObject tourCrash()
{
    const QJsonObject waiting{{u"reason"_s, u"CrashLoopBackOff"_s}, {u"message"_s, u"back-off 2m40s restarting failed container"_s}};
    const QJsonObject ended{{u"exitCode"_s, 137}, {u"reason"_s, u"OOMKilled"_s}, {u"finishedAt"_s, u"2026-11-27T11:59:49Z"_s}};
    return {{u"ready"_s, false}, {u"state"_s, QJsonObject{{u"waiting"_s, waiting}}}, {u"lastState"_s, QJsonObject{{u"terminated"_s, ended}}}};
}

QJsonObject tourWaiting(const QString &reason, const QString &message)
{
    return {{u"ready"_s, false}, {u"state"_s, QJsonObject{{u"waiting"_s, QJsonObject{{u"reason"_s, reason}, {u"message"_s, message}}}}}};
}

namespace {

/// Half an hour before the noon of the pictures, 11:34:31 to 12:04:31.
constexpr qint64 kFirst = 1'795'779'271'000;
constexpr int kSpan = 1800;

QString stampAt(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(kFirst + ms, Qt::UTC).toString(Qt::ISODateWithMs);
}

/// The same number for the same line: pictures do not differ from run to run.
quint32 chance(int seed)
{
    quint32 x = quint32(seed) * 2654435761U;
    x ^= x >> 15;
    x *= 2246822519U;
    return x ^ (x >> 13);
}

QString jsonLine(qint64 ms, const char *level, const QString &message, int trace, const QJsonObject &more = {})
{
    QJsonObject line{{u"@timestamp"_s, stampAt(ms)}, {u"level"_s, QString::fromLatin1(level)}, {u"message"_s, message},
                     {u"thread_name"_s, u"canton-env-ec-41"_s}};
    if (trace > 0)
        line.insert(u"trace-id"_s, u"%1%2%3"_s.arg(chance(trace), 8, 16, QLatin1Char('0')).arg(chance(trace + 7), 16, 16, QLatin1Char('0')).arg(chance(trace + 3), 8, 16, QLatin1Char('0')));
    for (auto it = more.begin(); it != more.end(); ++it)
        line.insert(it.key(), it.value());
    return stampAt(ms) + u' ' + QString::fromUtf8(QJsonDocument(line).toJson(QJsonDocument::Compact));
}

QJsonObject refusedFields()
{
    return {{u"component"_s, u"participant"_s}, {u"grpc.method"_s, u"com.daml.ledger.api.v2.CommandSubmissionService/Submit"_s},
            {u"error.code"_s, u"SEQUENCER_BACKPRESSURE(2,7f1c09a6)"_s}, {u"retry.attempt"_s, u"4 of 8, next in 3.2 s"_s},
            {u"synchronizer"_s, u"harbor::1220b1431ef217342db44d516bb9"_s}};
}

/// What a participant and a validator write in half an hour: everyday lines, warnings about 11:46, errors before noon.
QStringList nodeLines(bool validator)
{
    QStringList out;
    const int seed = validator ? 9000 : 0;
    for (int i = 0; i * 2 < kSpan; ++i) {
        const int second = i * 2;
        const quint32 dice = chance(i + seed) % 100;
        if (validator ? dice < 35 : dice < 8)
            continue;
        const qint64 ms = second * 1000 + chance(i + seed + 1) % 1900;
        const bool slow = second > 690 && second < 870;
        const bool bad = second > 1480 && second < 1640;
        const int trace = validator ? (dice % 3 == 0 ? 500 + i / 4 : 0) : 500 + i / 4;
        if (!validator && ((bad && dice % 4 == 0) || (slow && dice > 96)))
            out.append(jsonLine(ms, "ERROR", u"Submission failed: timeout waiting for sequencer acknowledgement"_s, trace, refusedFields()));
        else if ((slow && dice % 3 != 0) || (bad && dice % 2 == 0) || dice == 50)
            out.append(jsonLine(ms, "WARN", validator ? u"Mediator answer late by 1.4 s, within the timeout of 30 s"_s
                                                      : u"Sequencer subscription timeout after 10 s, reconnecting"_s, trace));
        else if (validator)
            out.append(jsonLine(ms, "INFO", dice % 2 ? u"Command completed: transfer alice-bank to carol-clearing"_s
                                                     : u"Prepared %1 confirmations for the request 1220e4f0"_s.arg(180 + dice), trace));
        else
            out.append(jsonLine(ms, "INFO", dice % 2 ? u"Commands completed: %1 succeeded, 0 failed"_s.arg(180 + i % 90)
                                                     : u"Block 88,120,%1 ordered, 14 events, %2 ms"_s.arg(100 + i % 900).arg(20 + dice), trace));
    }
    return out;
}

QStringList postgresLines()
{
    QStringList out;
    for (int i = 0; i * 47 < kSpan; ++i) {
        const QString stamp = stampAt(i * 47000 + 700);
        out.append(u"%1 %2 UTC [1] LOG:  checkpoint complete: wrote %3 buffers (0.6%)"_s.arg(stamp, QString(stamp).replace(u'T', u' ').remove(u'Z')).arg(40 + i));
    }
    return out;
}

}

QStringList tourLines(int count)
{
    QStringList out;
    for (int i = 0; i < count; ++i)
        out.append(jsonLine(qint64(kSpan) * 1000 - qint64(count - i) * 800, i % 97 == 96 ? "WARN" : "INFO",
                            u"Command %1 completed: accept offer 0a97e35c by alice-settlement"_s.arg(i), 900 + i / 5));
    return out;
}

TourPods *addTourLogs(TourWorld &world, int environment)
{
    const auto node = u"northgate-validator-2"_s;
    auto *pods = new TourPods(world.environment(environment));
    pods->put(tourPod(node, u"participant"_s, tourCrash(), 7));
    pods->put(tourPod(node, u"postgres"_s));
    pods->put(tourPod(node, u"validator"_s));
    pods->lines.insert(node + u"-participant-0"_s, nodeLines(false));
    pods->lines.insert(node + u"-participant-0 previous"_s,
                       nodeLines(false) + QStringList{u"2026-11-27T12:04:49.118Z java.lang.OutOfMemoryError: Java heap space, dumping to /tmp/heap.hprof"_s});
    pods->lines.insert(node + u"-validator-0"_s, nodeLines(true));
    pods->lines.insert(node + u"-postgres-0"_s, postgresLines());
    return pods;
}

}
