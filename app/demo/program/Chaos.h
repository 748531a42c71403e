// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/Faults.h"
#include "app/demo/program/Command.h"
#include "models/network/KindTable.h"
#include "models/ports/ResourceGateway.h"

namespace qd::demo {

/// What `chaos KIND/NAME FAULT [--for D]` asks for. The fault "none" heals.
struct ChaosOrder {
    network::KindInfo kind;
    QString name;
    std::optional<Fault> fault;         ///< empty: heal
    QString ns = {};                    ///< where the object is; empty: as the command line and the kubeconfig say
    QString shown = {};                 ///< what people call it, if not KIND/NAME
    [[nodiscard]] QString object() const { return shown.isEmpty() ? QString(kind.gvr.resource + u'/' + name) : shown; }
};

/// Errors name the word and what is possible instead.
[[nodiscard]] Result<ChaosOrder> chaosOrder(const Arguments &arguments, const network::KindTable &kinds, const QDateTime &now);
/// What the order makes of this object: the one annotation, and nothing else. An Error when the object has no such component.
[[nodiscard]] Result<ports::WriteRequest> chaosWrite(const ChaosOrder &order, const QJsonObject &object);
/// The table of `chaos --list`.
[[nodiscard]] QString chaosList();
/// The command: a plain API client, that writes the annotation the operator plays.
[[nodiscard]] std::unique_ptr<Command> makeChaos(const Arguments &arguments);

}
