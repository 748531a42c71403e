// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Access.h"
#include "app/demo/api/Admission.h"
#include "app/demo/api/Api.h"
#include "app/demo/api/Collector.h"
#include "app/demo/api/Discovery.h"
#include "app/demo/api/Kinds.h"
#include "app/demo/api/Objects.h"
#include "app/demo/api/Route.h"
#include "app/demo/store/Store.h"
#include "models/ports/YamlCodec.h"

namespace qd::demo {

/// Whether the kind has the subresource scale (autoscaling/v1).
[[nodiscard]] bool hasScale(const Kind &kind);

/// The parts of the API and what they do for a request about a resource that was let through. Internal to api/.
class ApiCore {
public:
    ApiCore(const ApiOptions &given, Kinds loaded);
    [[nodiscard]] Response resource(Request &request, const Route &route);

    ApiOptions options;
    Kinds kinds;
    Store store;
    Access access;
    Admission admission;
    Objects objects;
    Discovery discovery;
    Collector collector;

private:
    [[nodiscard]] Response answer(Request &request, const Route &route);
    [[nodiscard]] Response read(const Request &request, const Route &route);
    [[nodiscard]] Response write(const Request &request, const Route &route);
    [[nodiscard]] Response remove(const Request &request, const Route &route);
    [[nodiscard]] Response removeAll(const Request &request, const Route &route, const DeleteOptions &options);
    [[nodiscard]] Response viewedEvent(const Request &request, const Route &route);   ///< ApiEvents.cpp
    [[nodiscard]] Outcome<QJsonObject> eventOf(const Request &request, const Route &route, const Kind &stored);
    [[nodiscard]] Response scale(const Request &request, const Route &route);      ///< ApiScale.cpp
    [[nodiscard]] Response review(const Request &request, const Route &route);     ///< ApiReviews.cpp
    [[nodiscard]] Response connect(const Request &request, const Route &route);    ///< ApiConnect.cpp: log, portforward, proxy
    [[nodiscard]] Response podConnect(const Request &request, const Route &route);
    [[nodiscard]] Response serviceProxy(const Request &request, const Route &route);
    [[nodiscard]] Outcome<QJsonValue> bodyOf(const Request &request, const QByteArray &type) const;

    std::shared_ptr<ports::YamlCodec> m_yaml;
};

}
