// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Async.h"
#include "models/ports/Alerts.h"
#include "models/ports/LogSearch.h"
#include "ui/shell/tour/TourWorld.h"

#include <QPointer>

namespace qd::ui {

/// An Alertmanager out of memory. Also used by tests/ui.
class TourAlerts final : public ports::AlertsSource {
public:
    /// What picture 07 shows of this environment: three that fire and one that is silenced, none of the others.
    TourAlerts(int environment, QDateTime now);
    QList<ports::ManagedAlert> told;
    QList<ports::Silence> known;
    std::optional<Error> refused;           ///< what is read is not told
    std::optional<Error> writeRefused;
    bool silent = false;                    ///< no answer comes
    [[nodiscard]] ports::ManagedAlert alert(const QString &name, const QString &severity, const QString &node, const QString &summary, qint64 ago) const;
    [[nodiscard]] ports::Silence silence(const QString &id, const QString &name, qint64 seconds, const QString &comment) const;
    /// So many more, of many nodes and rules.
    void addMany(int count);
    [[nodiscard]] QFuture<Result<QList<ports::ManagedAlert>>> alerts(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<ports::AlertGroup>>> groups(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<ports::Silence>>> silences(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QString>> setSilence(const ports::Silence &silence, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<Done>> expireSilence(const QString &id, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QString>> build(std::stop_token stop) override;

private:
    QDateTime m_now;
    std::vector<SharedPromise<QList<ports::ManagedAlert>>> m_alertsWait;
    std::vector<SharedPromise<QList<ports::AlertGroup>>> m_groupsWait;
    std::vector<SharedPromise<QList<ports::Silence>>> m_silencesWait;
};

/// A Loki out of memory: it knows text within lines (|=) and the pods of a node (pod=~), no more of LogQL.
class TourLoki final : public ports::LogSearch {
public:
    QList<ports::LogEntry> lines;           ///< the newest first
    std::optional<Error> refused;
    QPointer<ports::LogTail> last;          ///< that was asked for
    bool silent = false;
    /// Lines of one pod as its log has them, each with its time before it.
    void add(const QString &pod, const QStringList &log, const QString &ns = QStringLiteral("canton-mainnet"));
    [[nodiscard]] QFuture<Result<ports::LogPage>> page(const ports::LogQuery &query, const ports::LogPage &before, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QStringList>> labelValues(const QString &label, qint64 start, qint64 end, std::stop_token stop) override;
    [[nodiscard]] std::unique_ptr<ports::LogTail> tail(const QString &expr, qint64 start) override;

private:
    std::vector<SharedPromise<ports::LogPage>> m_waiting;
};

/// Every environment is measured, the first one has a Loki with half an hour of one node.
[[nodiscard]] std::shared_ptr<TourLoki> addTourLoki(TourWorld &world);
[[nodiscard]] TourAlerts *tourAlerts(const TourWorld &world, int environment);

}
