// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/ports/ResourceGateway.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>

#include <chrono>
#include <optional>

namespace qd::demo {

/// Our kinds and the workloads below, by plural.
[[nodiscard]] Gvr canton(const QString &plural);
[[nodiscard]] Gvr core(const QString &plural);

/// A core/v1 Event that regards the object, or one of its pods, as a kubelet would tell it.
struct EventDraft {
    QString type;                       ///< Normal, Warning
    QString reason;                     ///< CamelCase
    QString message;
    QString pod = {};                   ///< of the object's namespace; empty: the object itself
    friend bool operator==(const EventDraft &, const EventDraft &) = default;
};

/// What one look at an object leads to. A plan says the whole wanted status (merged into the live one field by field; null
/// removes) and is empty when everything is as it should be: a second look at the result plans nothing.
struct Plan {
    QJsonObject status = {};                            ///< merge patch for the status subresource
    QJsonObject metadata = {};                          ///< merge patch: finalizers, labels
    QList<ports::WriteRequest> writes = {};             ///< of other objects, in order, before the status
    QList<EventDraft> events = {};                      ///< recorded after the status was written
    QStringList logLines = {};                          ///< "component|level|text": what its pods write (node/Kubelet.h)
    std::optional<std::chrono::milliseconds> again = {};   ///< look again after so long (already divided by the speed)
    [[nodiscard]] bool nothing() const
    {
        return status.isEmpty() && metadata.isEmpty() && writes.isEmpty() && events.isEmpty() && logLines.isEmpty();
    }
};

}
