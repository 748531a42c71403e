// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Lists.h"
#include "app/demo/api/Objects.h"
#include "app/demo/store/Store.h"

#include <memory>

namespace qd::demo {

/// What kube-controller-manager does for us: the garbage collector (owner references: background, foreground with
/// blockOwnerDeletion, orphan; owners that never existed), the namespace controller (empties a namespace, then lets it go), and
/// Endpoints of Services with a selector. Acts on changes, soon; deterministic. Looks at what changed only, however many objects
/// there are. Events go after an hour, the oldest of more than 2,000 sooner.
class Collector {
public:
    Collector(Store &store, const Kinds &kinds, Objects &objects, Later later);
    ~Collector();

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

}
