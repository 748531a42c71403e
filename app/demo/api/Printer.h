// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Kinds.h"

#include <QDateTime>
#include <QJsonArray>

namespace qd::demo {

/// meta/v1 Table: the columns `kubectl get` shows. Custom kinds by additionalPrinterColumns (JSONPath subset of kubectl: fields,
/// [index], [*], [?(@.type=="Ready")]), pods, events, namespaces, nodes, deployments and so on as kube-apiserver prints them.
[[nodiscard]] QJsonArray tableColumns(const Kind &kind);
[[nodiscard]] QJsonArray tableCells(const Kind &kind, const QJsonObject &object, const QDateTime &now);
/// 3d4h, 5m, as apimachinery duration.HumanDuration.
[[nodiscard]] QString humanDuration(qint64 seconds);

}
