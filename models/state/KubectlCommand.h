// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ChangeDraft.h"

namespace qd::state {

/// The kubectl command equal to an edit, quoted for a POSIX shell ("Copy as kubectl"). `context` empty: none is named.
[[nodiscard]] QString kubectlCommand(const Edit &edit, const QString &context);
/// What is read of an object, for "Copy as kubectl": `name` is `validators.canton.quarterdeck.io/northgate-1`, the others are
/// whole commands for its context and namespace.
enum class KubectlRead : quint8 { Name, Get, Describe, Edit };
[[nodiscard]] QString kubectlRead(KubectlRead what, const ObjectId &object, const QString &context);
/// What is done with a pod: its log, the log of the run before, a shell in it, one of its ports here.
enum class KubectlPod : quint8 { Logs, PreviousLogs, Exec, PortForward };
[[nodiscard]] QString kubectlPod(KubectlPod what, const ObjectId &pod, const QString &container, quint16 port, const QString &context);
/// Whether one may, asked of the server; `ns` empty: in all namespaces.
[[nodiscard]] QString kubectlCanI(const QString &verb, const QString &resource, const QString &ns, const QString &context);
/// All edits of a draft, one command after another.
[[nodiscard]] QString kubectlCommands(const ChangeDraft &draft, const QString &context);

}
