// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/Http.h"
#include "models/ports/ResourceFeed.h"

#include <QThread>

#include <functional>
#include <memory>

namespace qd::kube {

class ReflectorTime;

struct WatchOptions {
    QString cluster;            ///< name of the environment, for error texts
    bool selfCheck = false;     ///< after each synchronisation compare with a LIST at the same version (QD_SELF_CHECK=1)
    int silenceMs = 120000;     ///< a stream without a byte for so long is opened again (bookmarks come every minute)
    int answerMs = 30000;       ///< for the first byte of a synchronisation (--request-timeout)
    int heartbeatMs = 10000;    ///< GET /livez
    int freshMs = 15000;        ///< fresh while the last heartbeat was answered within
    int overdueMs = 3000;       ///< a heartbeat, or the head of a stream, without an answer for so long: the connection is suspected
    int pageSize = 500;         ///< of the fallback LIST
    int bookmarkWaitMs = 30000; ///< a WatchList silent for so long without its closing bookmark is given up for LIST
    std::shared_ptr<ReflectorTime> time = {};   ///< clock, timers and chance; null: the system's
};

/// Called on the worker thread for each client the watches need (80 streams each over HTTP/2, 5 over HTTP/1.1).
using HttpClientFactory = std::function<std::unique_ptr<HttpClient>()>;

/// The live side of one cluster. Made and destroyed on the GUI thread; `worker` runs the streams and must be started and
/// must outlive it: destroy the feed first, then quit() and wait() for the thread, so that everything made there is deleted
/// there. The heartbeat begins with the first watch that is started. QD_SELF_CHECK=1 sets selfCheck.
[[nodiscard]] std::unique_ptr<ports::ClusterFeed> makeClusterFeed(HttpClientFactory makeClient, QThread *worker,
                                                                  const WatchOptions &options);
[[nodiscard]] std::unique_ptr<ports::ClusterFeed> makeClusterFeed(HttpClientFactory makeClient, QThread *worker,
                                                                  const QString &cluster);

}
