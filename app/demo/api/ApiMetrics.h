// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/store/Store.h"

namespace qd::demo {

/// What GET /metrics says of this process (Prometheus text format 0.0.4): objects by resource under kube-apiserver's own name,
/// the process collector's usual names, and the heap in use and free as glibc counts it (mallinfo2, bytes), so that data that grows
/// can be told from memory that is merely not given back.
[[nodiscard]] QByteArray serverMetrics(const Store &store);

}
