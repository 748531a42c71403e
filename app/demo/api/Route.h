// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Access.h"
#include "app/demo/api/Kinds.h"
#include "app/demo/http/Exchange.h"

namespace qd::demo {

/// What a request is about, as apiserver's RequestInfo: the resource and verb, or a plain path.
struct Route {
    const Kind *kind = nullptr;         ///< null: no resource of ours
    QString group, version, resource, subresource, ns, name;
    QString rest;                       ///< after /proxy/, still percent-encoded, with its leading '/'
    QString verb;
    QString chosen;                     ///< the one name a list or watch is about: fieldSelector metadata.name=
    bool isResource = false;            ///< below /api/V or /apis/G/V
    [[nodiscard]] Attributes attributes(const QString &path) const;
};

[[nodiscard]] Route routeOf(const Request &request, const Kinds &kinds);

}
