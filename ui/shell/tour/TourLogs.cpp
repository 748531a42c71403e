// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/TourLogs.h"

#include "models/core/Json.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/LogsTab.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/Tour.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"

#include <QJsonDocument>
#include <QLineEdit>
#include <QTimer>

namespace qd::ui {

using namespace Qt::StringLiterals;

class TourPodFeed final : public ports::ResourceFeed {
public:
    explicit TourPodFeed(TourPods *pods) : m_pods(pods)
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
        for (const QJsonObject &pod : std::as_const(m_pods->m_pods))
            all.upserts.append(m_pods->rowOf(pod));
        QTimer::singleShot(0, this, [this, all] {
            Q_EMIT loadStateChanged({LoadState::Phase::Ready});
            Q_EMIT batch(all);
        });
    }
    void retryNow() override { start(); }

private:
    QPointer<TourPods> m_pods;
};

void TourLog::start()
{
    QTimer::singleShot(0, this, [this] {
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
        logs.append(log.get());
        return log;
    });
}

std::unique_ptr<ports::ResourceFeed> TourPods::watch(const ports::WatchRequest &)
{
    return std::make_unique<TourPodFeed>(this);
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
    for (TourPodFeed *feed : std::as_const(m_feeds))
        Q_EMIT feed->batch(batch);
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

namespace {

QString jsonLine(int second, int ms, const char *level, const QString &message, const QJsonObject &more = {})
{
    const QString stamp = u"2026-11-27T11:%1:%2.%3Z"_s.arg(56 + second / 60, 2, 10, QLatin1Char('0')).arg(second % 60, 2, 10, QLatin1Char('0')).arg(ms, 3, 10, QLatin1Char('0'));
    QJsonObject line{{u"@timestamp"_s, stamp}, {u"level"_s, QString::fromLatin1(level)}, {u"message"_s, message},
                     {u"thread_name"_s, u"canton-env-ec-41"_s}, {u"trace-id"_s, u"7f1c09a6d2b44e0f9c1d03a2"_s}};
    for (auto it = more.begin(); it != more.end(); ++it)
        line.insert(it.key(), it.value());
    return stamp + u' ' + QString::fromUtf8(QJsonDocument(line).toJson(QJsonDocument::Compact));
}

QStringList participantLines()
{
    QStringList out;
    for (int i = 0; i < 40; ++i) {
        const int at = i * 5;
        if (i % 13 == 12)
            out.append(jsonLine(at, 310, "ERROR", u"Submission failed: timeout waiting for sequencer acknowledgement"_s,
                                {{u"component"_s, u"participant"_s},
                                 {u"grpc.method"_s, u"com.daml.ledger.api.v2.CommandSubmissionService/Submit"_s},
                                 {u"error.code"_s, u"SEQUENCER_BACKPRESSURE(2,7f1c09a6)"_s},
                                 {u"retry.attempt"_s, u"4 of 8, next in 3.2 s"_s},
                                 {u"synchronizer"_s, u"harbor::1220b1431ef217342db44d516bb9"_s}}));
        else if (i % 5 == 4)
            out.append(jsonLine(at, 455, "WARN", u"Sequencer subscription timeout after 10 s, reconnecting"_s));
        else
            out.append(jsonLine(at, 114, "INFO", u"Commands completed: %1 succeeded, 0 failed"_s.arg(180 + i)));
    }
    return out;
}

QStringList postgresLines()
{
    QStringList out;
    for (int i = 0; i < 12; ++i) {
        const QString clock = u"11:%1:%2"_s.arg(56 + i * 16 / 60, 2, 10, QLatin1Char('0')).arg(i * 16 % 60, 2, 10, QLatin1Char('0'));
        out.append(u"2026-11-27T%1.700Z 2026-11-27 %1.700 UTC [1] LOG:  checkpoint complete: wrote %2 buffers (0.6%)"_s.arg(clock).arg(40 + i));
    }
    return out;
}

LogsTab *logsOf(MainWindow &window)
{
    return window.findChild<LogsTab *>();
}

void openTab(TourWorld &world, MainWindow &window, const QString &tab)
{
    state::Environment *environment = world.environment(0);
    const network::KindInfo *kind = environment->kinds().find(u"Validator"_s);
    for (const state::RowPtr &row : environment->store(*kind)->rows()) {
        if (row->name == "northgate-validator-2"_L1)
            window.panes()->openTab(environment->store(*kind)->idOf(*row), tab);
    }
}

}

TourPods *addTourLogs(TourWorld &world, int environment)
{
    const auto node = u"northgate-validator-2"_s;
    auto *pods = new TourPods(world.environment(environment));
    pods->put(tourPod(node, u"participant"_s, tourCrash(), 7));
    pods->put(tourPod(node, u"postgres"_s));
    pods->put(tourPod(node, u"validator"_s));
    pods->lines.insert(node + u"-participant-0"_s, participantLines());
    pods->lines.insert(node + u"-participant-0 previous"_s,
                       participantLines() + QStringList{u"2026-11-27T11:59:49.118Z java.lang.OutOfMemoryError: Java heap space, dumping to /tmp/heap.hprof"_s});
    pods->lines.insert(node + u"-postgres-0"_s, postgresLines());
    return pods;
}

void Tour::addLogScenes()
{
    constexpr QSize wide{1440, 900};
    constexpr QSize small{1000, 700};
    const auto prepare = [](TourWorld &world) {
        world.fillConsortium();
        addTourLogs(world, 0);
    };
    const auto open = [](const QString &tab, std::function<void(LogsTab *)> then = {}) {
        return [tab, then](TourWorld &world, MainWindow &window) {
            openTab(world, window, tab);
            if (then)
                QTimer::singleShot(300, &window, [&window, then] { then(logsOf(window)); });
        };
    };
    const auto read = [](LogsTab *logs) {
        logs->view()->findChild<QLineEdit *>()->setText(u"timeout"_s);
        logs->view()->jumpToLastError();
        logs->view()->table()->unfold(logs->view()->table()->currentRow());
    };
    m_scenes.append({u"details-pods"_s, wide, prepare, open(u"pods"_s), false, 200});
    m_scenes.append({u"details-pods-below"_s, small, prepare, open(u"pods"_s), false, 200});
    m_scenes.append({u"logs-follow"_s, wide, prepare, open(u"logs"_s), false, 400});
    m_scenes.append({u"logs-search-fields"_s, wide, prepare, open(u"logs"_s, read), false, 700});
    m_scenes.append({u"logs-below"_s, small, prepare, open(u"logs"_s), false, 400});
    m_scenes.append({u"logs-paused"_s, wide, prepare, open(u"logs"_s, [](LogsTab *logs) {
                         Q_EMIT logs->view()->pauseWanted(true);
                         logs->model()->addGap(logs->model()->lineAt(logs->model()->rowCount() / 2).time, 0,
                                               u"participant-0: connected again after 4 s, nothing is missing"_s, false);
                         logs->model()->addGap(logs->model()->lineAt(logs->model()->rowCount() - 4).time, 0,
                                               u"214 lines dropped by the server"_s, true);
                     }), false, 700});
    m_scenes.append({u"logs-none"_s, wide, [](TourWorld &world) {
                         world.fillConsortium();
                         (void)new TourPods(world.environment(0));
                     }, open(u"logs"_s), false, 300});
}

}
