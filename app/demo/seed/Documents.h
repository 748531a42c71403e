// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"

#include <QDateTime>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace qd::demo::documents {

/// Small things the documents of the seed are made with. Pure.
/// The resource of a document of one of our kinds, or of a Namespace; nothing for other kinds.
[[nodiscard]] std::optional<Gvr> gvrOf(const QJsonObject &document);
/// Plurals of all our kinds, sorted.
[[nodiscard]] QStringList allPlurals();
/// Documents of a lower wave are made, status and all, before those of a higher one: namespaces, networks and what nodes refer to,
/// nodes, edges and packages, what lives on nodes, history, upgrades.
[[nodiscard]] int waveOf(const QJsonObject &document);
/// "validators/canton-mainnet/northgate-validator-1", "namespaces/canton-mainnet".
[[nodiscard]] QString titleOf(const QJsonObject &document);
/// RFC 3339 in UTC with whole seconds, as Kubernetes writes metav1.Time.
[[nodiscard]] QString stampOf(const QDateTime &time);
/// The value with every such time moved.
[[nodiscard]] QJsonValue movedTimes(const QJsonValue &value, std::chrono::seconds by);
/// A fingerprint as Canton writes it (1220 and a SHA-256), the same for the same text and seed.
[[nodiscard]] QString fingerprintOf(const QString &text, quint64 seed);
/// 64 hexadecimal digits of a text.
[[nodiscard]] QString digestOf(const QString &text);
/// 0 to 1, the same for the same text and seed.
[[nodiscard]] double chanceOf(const QString &text, quint64 seed);
[[nodiscard]] QJsonObject conditionOf(const QString &type, const QString &status, const QString &reason, const QDateTime &since,
                                      const QString &message = {});

}
