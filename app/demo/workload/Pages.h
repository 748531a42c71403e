// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"
#include "app/demo/workload/PortTable.h"
#include "app/demo/workload/Subject.h"

namespace qd::demo {

/// What a running component answers on one of its HTTP ports: health, versions and the few facts its object's status knows, in the
/// words of Canton and Splice; /metrics. What is not played says so with 501.
[[nodiscard]] Response pageOf(const Subject &subject, const PodPort &port, const Request &request);

}
