// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/ResourceGateway.h"

#include <QJsonObject>

namespace qd::kube {

/// Accept of /api and /apis: aggregated discovery v2, then v2beta1, then the lists of old. The order g, v, as matters
/// to the server (kubernetes.md 2.8).
inline constexpr char kDiscoveryAccept[]
    = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
      "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// Whether the answer's Content-Type says it is aggregated; a server that cannot answers with the old list.
[[nodiscard]] bool isAggregated(const QByteArray &contentType);

/// APIGroupDiscoveryList v2 or v2beta1 (the same fields). A group version that did not answer ("freshness: Stale")
/// keeps its resources, marked stale; when it names none, one entry with an empty resource stands for it.
[[nodiscard]] QList<ports::ServedResource> parseAggregated(const QJsonObject &list);

/// apiVersions ("v1", "canton.quarterdeck.io/v1alpha1") named by APIVersions (/api) or APIGroupList (/apis), in their
/// order.
[[nodiscard]] QStringList groupVersionsOf(const QJsonObject &list);
/// APIResourceList of one group version. Subresources are folded into their resource.
[[nodiscard]] QList<ports::ServedResource> parseResourceList(const QString &apiVersion, const QJsonObject &list);
/// The entry for a group version that did not answer.
[[nodiscard]] ports::ServedResource staleGroup(const QString &apiVersion);

}
