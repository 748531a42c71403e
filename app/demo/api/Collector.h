// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Lists.h"
#include "app/demo/api/Objects.h"
#include "app/demo/store/Store.h"

#include <memory>

namespace qd::demo {

/// What kube-controller-manager does for us: the garbage collector (owner references: background, foreground with
/// blockOwnerDeletion, orphan; owners that never existed), the namespace controller (empties a namespace, then lets it go), and
/// Endpoints and EndpointSlices of Services with a selector. Acts on changes, soon; deterministic.
class Collector {
public:
    Collector(Store &store, const Kinds &kinds, Objects &objects, Later later);
    ~Collector();

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

}
