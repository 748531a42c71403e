// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

namespace qd::demo {

/// An event is stored in the form of the core group; events.k8s.io/v1 is another view of it (k8s.io/kubernetes/pkg/apis/events/v1).
[[nodiscard]] QJsonObject eventView(const QJsonObject &core);
[[nodiscard]] QJsonObject eventOfView(const QJsonObject &view);
/// The field of the stored event a field of the view is.
[[nodiscard]] QString storedEventField(const QString &path);

}
