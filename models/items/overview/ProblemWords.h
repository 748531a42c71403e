// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/overview/OverviewReport.h"
#include "models/network/KindTable.h"
#include "models/network/Row.h"

#include <QJsonObject>

namespace qd::items::overview {

/// Whether a row is a problem by itself: failed, degraded, not determined, drifted, or waiting for a person. Kinds of others
/// (Argo CD, cert-manager) speak another language and are none.
[[nodiscard]] bool isProblemRow(const network::KindInfo &kind, const network::Row &row);

/// The problem of such a row in words: title, what and why from conditions, message and phase, since when, and the next step.
/// `body` empty: what the row alone says. `now` in epoch seconds.
[[nodiscard]] Problem problemOf(const network::KindInfo &kind, const network::Row &row, const QJsonObject &body, const ObjectId &object,
                                qint64 now);

/// Severity of the list: Failed, Degraded, Stale, Unknown, then what waits for a person.
[[nodiscard]] int severity(State state);
/// A time that is known about: one unit, rounded ("7 h", "31 h", "6 d").
[[nodiscard]] QString roughly(qint64 seconds);
/// What it means that a condition of this type is not as it should be ("Database is not ready"); empty where that is not known.
[[nodiscard]] QString conditionTitle(const QString &type);
/// "LedgerUser" is "Ledger user", "DarDeployment" "DAR deployment".
[[nodiscard]] QString wordsOf(const QString &camelCase);
/// The cell of a column; absent when the kind has none of this id.
[[nodiscard]] network::Cell cellOf(const network::KindInfo &kind, const network::Row &row, const QString &column);
/// Where a column stands, -1: nowhere.
[[nodiscard]] qsizetype columnOf(const network::KindInfo &kind, const QString &column);

}
