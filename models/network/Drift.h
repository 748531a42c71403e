// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/KindTable.h"

#include <QJsonValue>

#include <string_view>

namespace qd::network {

/// Two scalars mean the same: equal texts, or equal as quantities ("500m" and "0.5").
[[nodiscard]] bool sameScalar(std::string_view a, std::string_view b);
/// Declared and reported mean the same. What one side does not say (absent, null) is no disagreement; key order does not
/// matter.
[[nodiscard]] bool sameTruth(const QJsonValue &declared, const QJsonValue &reported);

/// A comparison of the kind whose two sides disagree. The one place that decides it for the table, the details pane and
/// `show`; the row decoder, which has no JSON values, asks sameScalar and sameTruth. `acted`: the operator has seen this
/// generation, so that it is drift and not a change under way.
struct Difference {
    const Comparison *pair;     ///< of the kind, which must outlive it
    QJsonValue declared;
    QJsonValue reported;
    bool acted = false;
};

[[nodiscard]] QList<Difference> differencesOf(const KindInfo &kind, const QJsonObject &object);
/// status.observedGeneration has reached metadata.generation.
[[nodiscard]] bool hasActed(const QJsonObject &object);

}
