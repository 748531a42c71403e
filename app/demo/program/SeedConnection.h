// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/program/Arguments.h"
#include "app/kube/KubeCluster.h"
#include "models/core/Result.h"

#include <functional>
#include <memory>
#include <optional>

namespace qd::demo {

/// The cluster of a kubeconfig; nothing is sent yet. An empty context is the current one. `manager` owns what is written: the
/// seed's objects, the operator's and what persons of the story did have different owners.
[[nodiscard]] Result<std::unique_ptr<kube::KubeCluster>> connectTo(const QString &kubeconfig, const QString &context, const QString &manager);
extern const char kSeedManager[];       ///< quarterdeck-demo
extern const char kOperatorManager[];   ///< canton-operator
extern const char kPersonManager[];     ///< quarterdeck: they use the console
/// Which of the kinds the seed and the operator need are not served; nothing when all are.
[[nodiscard]] std::optional<Error> missingKinds(const QList<ports::ServedResource> &served);
/// The operator's Lease needs its namespace: made when it is not there. That it is not ours to make shows when the Lease is taken;
/// only a server that is gone is a failure here. `then` is called on the thread of `context`.
void makeNamespace(const std::shared_ptr<ports::ResourceGateway> &gateway, const QString &ns, QObject *context,
                   std::function<void(const Result<Done> &)> then);
/// The exit code an error stands for.
[[nodiscard]] ExitCode exitCodeOf(const Error &error);

}
