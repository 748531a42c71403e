// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace qd::network {

/// The states of look.md. The order is the severity a group shows (worst first), the last four are run-once words.
enum class State : quint8 {
    Failed, Degraded, Stale, Unknown, Deleting, Updating, Provisioning, Progressing, Suspended, Ready,
    Waiting,    ///< waits for a person
    NotBegun, Succeeded, Cancelled
};

/// Kinds-table id ("ready", "notBegun") to state; Unknown for a word nobody knows.
[[nodiscard]] State stateFromId(const QString &id);
[[nodiscard]] QString stateId(State state);
/// The word people read, translated.
[[nodiscard]] QString stateWord(State state);
/// The worse of the two, by the order above.
[[nodiscard]] State worse(State a, State b);
/// Failed, Degraded, Stale or Unknown: what "problems only" keeps.
[[nodiscard]] bool isProblem(State state);

}
