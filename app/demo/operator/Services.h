// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/Pods.h"

namespace qd::demo {

/// Keeps a Service NODE-COMPONENT in front of each component others talk to (hasService), with the ports its pods declare; one of a
/// component that is not wanted any more goes. A Service of that name that is somebody else's is left alone.
void keepServices(const QJsonObject &node, const QList<Component> &components, const World &world, StatusDraft &draft);

}
