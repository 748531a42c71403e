// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Kinds.h"

namespace qd::demo {

/// What kube-apiserver's registry does to objects of its own kinds between defaults and validation and no schema can say: a
/// namespace's label, finalizer and phase, stringData of a secret, a service's address, the first status of pods and claims.
/// `old` is empty on create. What defaultBuiltin sets belongs to the writer (managedFields), what prepareBuiltin sets to nobody.
/// The cluster address of a service that asks for none: of 10.96.0.0/12, told by its name, so that the same network looks the same
/// each time.
[[nodiscard]] QString serviceAddress(const QString &ns, const QString &name);
void defaultBuiltin(const Kind &kind, QJsonObject &object);
void prepareBuiltin(const Kind &kind, const QJsonObject &old, QJsonObject &object);

}
