// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterConfig.h"
#include "models/core/Result.h"

#include <QByteArray>
#include <QList>
#include <QStringList>

#include <utility>

namespace qd::kube {

using HeaderLines = QList<std::pair<QByteArray, QByteArray>>;

/// Texts of all `Warning: 299 agent "text"` values, in order, each once. `value` may hold several, joined by commas, as
/// QNetworkReply gives repeated headers. Other warn codes and broken values are left out, as apimachinery does.
[[nodiscard]] QStringList parseWarnings(const QByteArray &value);

/// Impersonate-User, -Uid, -Group, -Extra-KEY, each value a line of its own. Refused: anything without a user
/// (kubernetes.md 2.12), and names with control characters, which could smuggle a header.
[[nodiscard]] Result<HeaderLines> impersonationHeaders(const Impersonation &as);

/// One pair for each name. QNetworkRequest keeps only the last header of a name: the further lines are put into the
/// value as lines of their own, which is valid in HTTP/1.1 only. Values must have passed impersonationHeaders.
[[nodiscard]] HeaderLines joinRepeated(const HeaderLines &lines);
/// Whether joinRepeated had to join, so that the client must stay with HTTP/1.1.
[[nodiscard]] bool hasRepeated(const HeaderLines &lines);

/// Whole seconds of Retry-After (seconds or an HTTP date); -1 when there is none.
[[nodiscard]] int parseRetryAfter(const QByteArray &value, const QDateTime &now);

/// quarterdeck/0.1.0 (linux/x86_64)
[[nodiscard]] QByteArray userAgent();

}
