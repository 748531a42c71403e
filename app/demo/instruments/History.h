// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/instruments/ClusterState.h"
#include "app/demo/instruments/InstrumentProcess.h"
#include "app/demo/workload/Workload.h"

#include <QObject>
#include <QStringList>

#include <atomic>
#include <memory>
#include <thread>

namespace qd::demo {

/// Samples of Prometheus' text format in OpenMetrics, with these labels more and that time; a sample's own labels win.
void appendSamples(QByteArray &out, const QByteArray &text, const QByteArray &labels, qint64 ms);
/// The moments that are told of this window, ascending: sparse long ago, dense of late. All times in ms.
[[nodiscard]] QList<qint64> historyMoments(qint64 from, qint64 upTo, qint64 end);

/// What a Prometheus would have seen in the hours before this one began: the same programs asked at earlier moments, made into blocks
/// of its storage by promtool. Works on a thread of its own; one at a time.
class History : public QObject {
    Q_OBJECT
public:
    History(std::shared_ptr<Workload> workload, std::shared_ptr<ClusterState> cluster, QString folder, QString storage, QObject *parent = nullptr);
    ~History() override;
    /// The hours up to now.
    void make(int hours);
    [[nodiscard]] qint64 end() const { return m_end; }   ///< its last moment, ms

Q_SIGNALS:
    /// All blocks lie in the storage; `trouble`: why not all, empty otherwise.
    void finished(const QString &trouble);
    void written(const QString &file);   ///< queued to itself; a window's text

private:
    void next();
    void done(const QString &trouble);

    std::shared_ptr<Workload> m_workload;
    std::shared_ptr<ClusterState> m_cluster;
    QString m_folder, m_storage;
    std::unique_ptr<InstrumentProcess> m_tool;
    std::thread m_thread;
    std::atomic<bool> m_stop{false};
    QStringList m_files;
    qint64 m_end = 0;
    bool m_told = false;                ///< the last file is written
};

}
