// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <optional>

namespace qd::demo {

/// A fault that is played on an object: the annotation demo.quarterdeck.io/fault, "NAME[:COMPONENT][ until RFC3339]". The chaos
/// command writes it, the reconcilers play it: conditions, events, pods and log lines tell it as a real network would.
struct Fault {
    QString name;
    QString component = {};
    QDateTime until = {};               ///< not valid: until it is healed
    [[nodiscard]] QString annotation() const;
};

/// What can be broken: crash, disk-full, out-of-traffic, stalled-sync, expired-certificate, broken-backup, disconnected-domain,
/// failed-gate, and what each needs.
struct FaultInfo {
    QString name;
    QStringList kinds;                  ///< plurals it can be played on
    bool component = false;             ///< takes :COMPONENT
    QString summary;                    ///< what an operator will see
};

[[nodiscard]] const QList<FaultInfo> &faults();
/// The fault under way on this object now.
[[nodiscard]] std::optional<Fault> faultOf(const QJsonObject &object, const QDateTime &now);
/// "crash:participant"; an Error lists what this kind can suffer.
[[nodiscard]] Result<Fault> parseFault(const QString &text, const QString &plural);

extern const char kFaultAnnotation[];

}
