// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/Http.h"
#include "models/ports/ResourceFeed.h"

namespace qd::kube {

/// Percent-encoded paths of the live list's requests (kubernetes.md 2.1, 2.2).
[[nodiscard]] QString collectionPath(const ports::WatchRequest &request);
[[nodiscard]] QString watchListPath(const ports::WatchRequest &request, const QString &version, int timeoutSeconds);
[[nodiscard]] QString watchPath(const ports::WatchRequest &request, const QString &version, int timeoutSeconds);
/// limit 0: unpaged.
[[nodiscard]] QString listPath(const ports::WatchRequest &request, const QString &version, int limit);
/// Only limit and continue: resourceVersion on a later page is refused (k/k #85221).
[[nodiscard]] QString nextPagePath(const ports::WatchRequest &request, const QString &continueToken, int limit);
/// LIST at exactly this version.
[[nodiscard]] QString exactListPath(const ports::WatchRequest &request, const QString &version);

/// What to do about a refused or broken request.
enum class Verdict : quint8 {
    BackOff,        ///< the same again, later
    Relist,         ///< the version is too old: synchronise from nothing
    DropVersion,    ///< the version is too new for this server: synchronise without one
    ListInstead,    ///< this round by LIST
    NeverWatchList, ///< LIST for as long as the connection lives
    Forbidden,
    NotServed
};
/// `watchList`: the request asked for initial events; `inStream`: an ERROR event after HTTP 200.
[[nodiscard]] Verdict judge(const Error &error, bool watchList, bool inStream);
/// Error of an ERROR event's Status.
[[nodiscard]] Error errorFromStatus(const QByteArray &status, const QString &what);
/// The sentence for 403, naming the right.
[[nodiscard]] Error missingRight(const ports::WatchRequest &request, const QString &verb, const QString &cluster,
                                 const Error &answer);
[[nodiscard]] Error notServed(const ports::WatchRequest &request, const QString &cluster, const Error &answer);

}
