// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/ResourceGateway.h"
#include "models/ports/ServiceHttp.h"
#include "models/ports/Telemetry.h"

#include <QJsonObject>

#include <memory>
#include <tuple>

namespace qd::telemetry {

/// A Service of the cluster that is what is looked for, by its name, labels and ports.
struct Candidate {
    ports::TelemetryPart part = ports::TelemetryPart::Metrics;
    ports::ServiceAddress address;
    QString prefix = {};        ///< in front of its API: /prometheus of Mimir
    int rank = 0;               ///< smaller ones are asked first
    friend bool operator==(const Candidate &a, const Candidate &b) { return a.tied() == b.tied(); }

private:
    using Texts = std::tuple<ports::TelemetryPart, QString, QString, QString, QString, QString, int>;
    [[nodiscard]] Texts tied() const { return {part, address.ns, address.service, address.port, address.scheme, prefix, rank}; }
};

/// What is needed of a Service to judge it, for ListQuery::reduce; empty for one that cannot be any of the three.
[[nodiscard]] QJsonObject judged(const QJsonObject &service);
/// Of a list of Services, in the order of inOrder().
[[nodiscard]] QList<Candidate> candidatesIn(const QJsonObject &services);
/// Whoever may make a Service gives it any name and label: those in trusted namespaces come first, then by rank, namespace and name.
[[nodiscard]] QList<Candidate> inOrder(QList<Candidate> candidates, const QStringList &own);
/// It is one of these, or one where charts put what measures a cluster.
[[nodiscard]] bool isTrusted(const QString &ns, const QStringList &own);
struct Services {
    QList<Candidate> candidates;
    int seen = 0;               ///< of how many: what looking has cost
};
/// Looks at the Services of all namespaces; where that is not allowed, of these and of those where they usually are. The error is that of
/// the list of all, when nothing could be read.
[[nodiscard]] QFuture<Result<Services>> lookForServices(const std::shared_ptr<ports::ResourceGateway> &gateway, const QStringList &namespaces,
                                                        std::stop_token stop = {});

}
