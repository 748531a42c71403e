// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/Heartbeat.h"
#include "app/kube/Reflector.h"

#include <QSet>

namespace qd::kube {

/// The worker's half of a ClusterFeed: clients, heartbeat and reflectors. Made on the GUI thread, then moved; every call but
/// the constructor happens on the worker thread.
class ClusterWorker : public QObject {
    Q_OBJECT
public:
    ClusterWorker(HttpClientFactory makeClient, const WatchOptions &options);
    ~ClusterWorker() override;
    /// Takes a reflector that already lives on the worker.
    void add(Reflector *reflector);
    void startReflector(Reflector *reflector);
    void retry(Reflector *reflector);
    void remove(Reflector *reflector);
    void resumed();

Q_SIGNALS:
    void freshnessChanged(const qd::Freshness &freshness);

private:
    void reopen();
    void move(HttpClient *from);

    StreamPool m_pool;
    Heartbeat m_heartbeat;
    QSet<Reflector *> m_reflectors;
};

}
