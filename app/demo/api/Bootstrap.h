// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Kinds.h"
#include "app/demo/store/Store.h"

#include <QDateTime>

namespace qd::demo {

/// The kinds of the cluster: the built-in ones (:/demo/kinds) and our CRDs (:/crds).
[[nodiscard]] Result<Kinds> bootstrapKinds();
/// What a new cluster holds: namespaces and roles (:/demo/bootstrap.yaml), the CRDs as objects, our policies and roles.
[[nodiscard]] std::optional<Error> bootstrap(Store &store, const Kinds &kinds, const QDateTime &now);

}
