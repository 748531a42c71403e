// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/Operator.h"
#include "app/demo/operator/Reconciler.h"
#include "app/demo/operator/Recorder.h"
#include "app/demo/operator/WorkQueue.h"

#include <QSet>
#include <QTimer>

#include <optional>

namespace qd::demo {

/// The operator's work: feeds fill the World, changed and due objects queue up, each is looked at by its kind's Reconciler and
/// the plan is written. One object is under way once; a change meanwhile queues it again. A conflict waits for the watch to bring
/// the newer object; other failures back off, up to 30 s, and are said in status.retry.
class Engine : public QObject {
    Q_OBJECT
public:
    Engine(std::shared_ptr<ports::ResourceGateway> gateway, ports::ClusterFeed &feed, std::shared_ptr<ports::BodyCodec> bodies,
           const Clock &clock, const OperatorOptions &options, QObject *parent = nullptr);
    ~Engine() override;
    void start();
    /// Only the leader acts; the World is kept up to date always.
    void setActive(bool active);
    [[nodiscard]] bool synchronised() const { return m_unsynchronised.isEmpty(); }

Q_SIGNALS:
    void allSynchronised();
    void troubled(const qd::Error &error);

private:
    using Key = WorkKey;
    struct Work {
        Plan plan;
        QJsonObject object;
        qsizetype next = 0;      ///< of plan.writes
    };
    void watch(const Gvr &gvr);
    void received(const QString &plural, const network::RowBatch &batch);
    void forget(const QString &plural, const QString &uid);
    void queue(const Key &key);
    void queueTouched(const QString &plural, const QJsonObject &object);
    void due();
    void scheduleTimer();
    void pump();
    void look(const Key &key);
    void advance(const Key &key, const std::shared_ptr<Work> &work);
    void writeObject(const Key &key, const std::shared_ptr<Work> &work, bool status);
    void finish(const Key &key, const std::shared_ptr<Work> &work);
    void learn(const ports::WriteRequest &request, const Result<ports::WriteOutcome> &outcome);
    /// The object of an event: the one looked at, or its pod.
    [[nodiscard]] QJsonObject regarded(const Key &key, const QJsonObject &object, const EventDraft &event) const;
    void tellLog(const Key &key, const QString &line);
    void tellPod(const QJsonObject &pod);
    void failed(const Key &key, const Error &error);
    void tellRetry(const Key &key, int attempts, std::chrono::milliseconds wait, const Error &error);
    void writeRetry(const Key &key, const QJsonValue &retry);
    [[nodiscard]] Moment moment() const;

    std::shared_ptr<ports::ResourceGateway> m_gateway;
    ports::ClusterFeed &m_feed;
    std::shared_ptr<ports::BodyCodec> m_bodies;
    const Clock &m_clock;
    OperatorOptions m_options;
    Recorder m_recorder;
    World m_world;
    std::vector<std::unique_ptr<Reconciler>> m_reconcilers;
    QHash<QString, const Reconciler *> m_byPlural;
    std::vector<std::unique_ptr<ports::ResourceFeed>> m_feeds;
    QSet<QString> m_unsynchronised;
    QHash<QString, Key> m_byUid;
    WorkQueue m_queue;
    QTimer m_timer;
    QTimer m_slice;                         ///< goes on with what is queued
    std::optional<qint64> m_timerAt;        ///< monotonic ms; what the timer was set to
    bool m_active = false;
};

}
