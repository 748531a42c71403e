// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/ResourceGateway.h"
#include "models/ports/ServiceHttp.h"

#include <QUrlQuery>

#include <initializer_list>
#include <utility>

namespace qd::kube {

/// /api/v1 or /apis/GROUP/VERSION.
[[nodiscard]] QString groupPath(const Gvr &gvr);
/// …/namespaces/NS/RESOURCE/NAME/SUBRESOURCE; each part percent-encoded, empty ones left out.
[[nodiscard]] QString resourcePath(
    const Gvr &gvr, const QString &ns, const QString &name = {}, const QString &subresource = {});
/// "path?a=b&c=d" with empty values left out; everything but unreserved characters percent-encoded (also "+").
[[nodiscard]] QString withQuery(const QString &path, std::initializer_list<std::pair<QString, QString>> items);
/// /api/v1/namespaces/NS/services/[SCHEME:]SVC[:PORT]/proxy/PATH?QUERY
[[nodiscard]] QString servicePath(const ports::ServiceAddress &to, const QString &pathAndQuery);
/// "validators.canton.quarterdeck.io/northgate-1 in canton-mainnet", for texts.
[[nodiscard]] QString objectText(const Gvr &gvr, const QString &ns, const QString &name);

}
