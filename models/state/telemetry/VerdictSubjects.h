// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/Environment.h"
#include "models/state/telemetry/Verdict.h"

namespace qd::state {

/// Nodes, and the kinds that say of them what verdicts need: who judges has to read all of them.
[[nodiscard]] bool tellsOfNodes(const network::KindInfo &kind);
/// The nodes of an environment as its stores have them, with what their network, connections and pruning schedules say. Reads stores that
/// are there, starts none.
[[nodiscard]] QList<VerdictSubject> verdictSubjects(const Environment &environment);
/// Their rows alone: of thousands of nodes cheap enough for every change.
[[nodiscard]] QList<RowPtr> nodeRowsOf(const Environment &environment);
[[nodiscard]] QList<ObjectId> nodesOf(const Environment &environment);

}
