// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/SeedConnection.h"

#include "app/demo/seed/Documents.h"
#include "app/kube/KubeConfig.h"

#include <QCoreApplication>
#include <QSet>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::Connection", text);
}

}

Result<std::unique_ptr<kube::KubeCluster>> connectTo(const QString &kubeconfig, const QString &context)
{
    kube::KubeConfigOptions options = kube::KubeConfigOptions::fromEnvironment();
    options.explicitPath = kubeconfig;
    options.overrides.context = context;
    const Result<kube::KubeConfig> config = kube::KubeConfig::load(options);
    if (!config)
        return config.error();
    const Result<kube::ClusterConfig> resolved = config->resolve();
    if (!resolved)
        return resolved.error();
    return kube::KubeCluster::make(*resolved);
}

std::optional<Error> missingKinds(const QList<ports::ServedResource> &served)
{
    QSet<QString> there;
    for (const ports::ServedResource &resource : served) {
        if (resource.gvr.group == "canton.quarterdeck.io"_L1 && resource.gvr.version == "v1alpha1"_L1)
            there.insert(resource.gvr.resource);
    }
    QStringList missing;
    for (const QString &plural : documents::allPlurals()) {
        if (!there.contains(plural))
            missing.append(plural);
    }
    if (missing.isEmpty())
        return std::nullopt;
    Error error{ErrorKind::NotFound, {}, tr("Install the resource definitions first: kubectl apply -f resources/crds")};
    error.message = there.isEmpty() ? tr("The cluster does not serve canton.quarterdeck.io/v1alpha1.")
                                    : tr("The cluster does not serve these kinds of canton.quarterdeck.io/v1alpha1: %1.").arg(missing.join(u", "_s));
    return error;
}

ExitCode exitCodeOf(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Network:
    case ErrorKind::Timeout: return Unreachable;
    case ErrorKind::Unauthenticated:
    case ErrorKind::Forbidden: return NotAllowed;
    default: return Failed;
    }
}

}
