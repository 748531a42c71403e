// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QJsonValue>

#include <algorithm>
#include <optional>

namespace qd::network {

/// The pods of a component, or of several added up, as status.components tells them: {name, ready, desired}, of which only the
/// name is sure to be there (catbm.md 4.2).
struct PodCount {
    qint64 ready = 0;     ///< never more than desired: a pod that has yet to go makes up for no other component
    qint64 desired = 0;

    /// A component that does not say how many it wants wants one, as its spec does; one that does not say what is ready has none.
    [[nodiscard]] static PodCount of(std::optional<qint64> ready, std::optional<qint64> desired)
    {
        const qint64 wanted = std::max<qint64>(0, desired.value_or(1));
        return {std::clamp<qint64>(ready.value_or(0), 0, wanted), wanted};
    }

    /// Of an entry of status.components; `ready` may be true or false for a component of one pod.
    [[nodiscard]] static PodCount of(const QJsonObject &component)
    {
        const QJsonValue ready = component.value(QLatin1StringView("ready"));
        const QJsonValue desired = component.value(QLatin1StringView("desired"));
        const auto number = [](const QJsonValue &value) { return value.isDouble() ? std::optional<qint64>(value.toInteger()) : std::nullopt; };
        return of(ready.isBool() ? std::optional<qint64>(ready.toBool()) : number(ready), number(desired));
    }

    PodCount &operator+=(const PodCount &other)
    {
        ready += other.ready;
        desired += other.desired;
        return *this;
    }
    friend bool operator==(const PodCount &, const PodCount &) = default;
};

}
