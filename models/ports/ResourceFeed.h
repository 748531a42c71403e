// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Freshness.h"
#include "models/core/Ids.h"
#include "models/core/LoadState.h"
#include "models/network/Row.h"

#include <QObject>

#include <functional>
#include <memory>

namespace qd::ports {

struct WatchRequest {
    network::KindInfo kind;
    QString ns = {};              ///< empty: all namespaces
    QString labelSelector = {};
    bool keepBodies = true;
};

/// A live list of one kind in one cluster: synchronises, follows, reconnects by itself until it is destroyed.
/// Lives on the caller's thread; the work is done on the adapter's. Batches come at most ten a second, except the first
/// rows of a synchronisation, which come at once. Never advances from synthetic events; keyed by uid (kubernetes.md 2.1, 2.2).
class ResourceFeed : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start() = 0;
    /// Synchronise again now (F5, Retry now); keeps what is there.
    virtual void retryNow() = 0;

Q_SIGNALS:
    void batch(const qd::network::RowBatch &batch);
    /// Loading, Ready, Refreshing, Stale, Failed, Forbidden, NotServed; error and retryAt inside.
    void loadStateChanged(const qd::LoadState &state);
    /// One object could not be read and is left out; the error names it. The others go on.
    void refused(const qd::Error &error);
};

/// One cluster's live side: makes feeds, and says how fresh the connection is (heartbeat GET /livez every 10 s on the
/// watches' own connection; fresh while answered within 15 s).
class ClusterFeed : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    [[nodiscard]] virtual std::unique_ptr<ResourceFeed> watch(const WatchRequest &request) = 0;
    [[nodiscard]] virtual Freshness freshness() const = 0;
    /// After sleep or a network change: every stream is opened again, with jitter.
    virtual void resumed() = 0;

Q_SIGNALS:
    void freshnessChanged(const qd::Freshness &freshness);
};

/// Which log of a container.
struct LogRequest {
    QString ns;
    QString pod;
    QString container;
    int tailLines = -1;           ///< -1: all there is
    bool previous = false;        ///< of the run before the one that runs; ends when it is read
    bool stamps = false;          ///< lines carry the node's time in front, RFC 3339 and a space
    bool follow = true;           ///< false: what is there now; ends when it is read
    int sinceSeconds = 0;         ///< lines not older than this; 0: whatever their age
};

/// A followed pod log. Lines as they are; reading stops while paused (back-pressure to the server). It may be silent for
/// ever; that the connection is gone without a word is found by asking the log itself, and nothing comes twice.
class LogFeed : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start() = 0;
    virtual void setPaused(bool paused) = 0;

Q_SIGNALS:
    void lines(const QStringList &lines);
    void ended(const qd::Error &error);   ///< kind Cancelled: a clean end
    /// Lines may be missing from now on; it is opened again by itself, from the last line. Why: no node yet, kubelet or
    /// network down. Said again when the reason changes.
    void interrupted(const qd::Error &why);
    void resumed();                       ///< after interrupted(): complete again up to now
};

/// Opens logs of one cluster; the caller owns the feed and starts it.
using LogOpener = std::function<std::unique_ptr<LogFeed>(const LogRequest &)>;

}
