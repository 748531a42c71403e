// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/SeedConnection.h"

#include "app/demo/seed/Documents.h"
#include "app/kube/KubeConfig.h"
#include "models/core/Async.h"

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

const char kSeedManager[] = "quarterdeck-demo";
const char kOperatorManager[] = "canton-operator";
const char kPersonManager[] = "quarterdeck";

Result<std::unique_ptr<kube::KubeCluster>> connectTo(const QString &kubeconfig, const QString &context, const QString &manager)
{
    kube::KubeConfigOptions options = kube::KubeConfigOptions::fromEnvironment();
    options.explicitPath = kubeconfig;
    options.overrides.context = context;
    const Result<kube::KubeConfig> config = kube::KubeConfig::load(options);
    if (!config)
        return config.error();
    Result<kube::ClusterConfig> resolved = config->resolve();
    if (!resolved)
        return resolved.error();
    resolved->fieldManager = manager;
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

void makeNamespace(const std::shared_ptr<ports::ResourceGateway> &gateway, const QString &ns, QObject *context,
    std::function<void(const Result<Done> &)> then)
{
    ports::WriteRequest request;
    request.verb = ports::Verb::Create;
    request.gvr = {{}, u"v1"_s, u"namespaces"_s};
    request.name = ns;
    request.body = QJsonObject{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Namespace"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, ns}}}};
    whenFinished(gateway->write(request), context, [then = std::move(then)](const Result<ports::WriteOutcome> &made) {
        const bool gone = !made && (made.error().kind == ErrorKind::Network || made.error().kind == ErrorKind::Timeout);
        then(gone ? Result<Done>(made.error()) : Result<Done>(Done{}));
    });
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
