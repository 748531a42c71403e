// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/tour/TourWorld.h"

#include <QJsonArray>

namespace qd::ui {

/// A log that says what it is told: for pictures and tests.
class TourLog final : public ports::LogFeed {
    Q_OBJECT
public:
    explicit TourLog(const ports::LogRequest &asked) : request(asked) { }
    void start() override;
    void setPaused(bool value) override { paused = value; }
    ports::LogRequest request;
    bool paused = false;
    QStringList first;           ///< said once it is started
    std::optional<Error> refused = {};   ///< instead
};

/// Live lists of pods and logs out of memory, for one environment, which it belongs to.
class TourPods final : public ports::ClusterFeed {
    Q_OBJECT
public:
    /// Puts itself in place of the environment's cluster.
    explicit TourPods(state::Environment *environment);
    [[nodiscard]] std::unique_ptr<ports::ResourceFeed> watch(const ports::WatchRequest &request) override;
    [[nodiscard]] Freshness freshness() const override { return {}; }
    void resumed() override { }
    /// Adds a pod or changes it, for those that watch too.
    void put(const QJsonObject &pod);
    void remove(const QString &name);
    [[nodiscard]] TourLog *log(const QString &pod, bool previous = false) const;
    QHash<QString, QStringList> lines;       ///< by pod, and "pod previous"
    QHash<QString, Error> refusals;          ///< by pod: its log is not given out
    QList<QPointer<TourLog>> logs;           ///< opened so far
    int watches = 0;                         ///< open now
    bool silent = false;                     ///< lists never come

private:
    friend class TourPodFeed;
    [[nodiscard]] network::Row rowOf(const QJsonObject &pod) const;
    QMap<QString, QJsonObject> m_pods;
    QList<class TourPodFeed *> m_feeds;
};

/// A pod as an operator makes it. `state`: what status.containerStatuses has, {} for one that runs and is ready.
[[nodiscard]] QJsonObject tourPod(const QString &node, const QString &component, const QJsonObject &status = {}, int restarts = 0);
/// A container that crashes again and again, exit 137.
[[nodiscard]] QJsonObject tourCrash();
/// A container that has not begun.
[[nodiscard]] QJsonObject tourWaiting(const QString &reason, const QString &message);
/// northgate-validator-2 with its pods, one of them crashing, and what they write.
/// Lines of one log, `count` of them, the last one at noon.
[[nodiscard]] QStringList tourLines(int count);
TourPods *addTourLogs(TourWorld &world, int environment);

}
