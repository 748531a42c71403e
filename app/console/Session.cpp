// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Session.h"

#include "app/yaml/Yaml.h"
#include "models/core/Format.h"

#include <QDir>
#include <QFile>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

/// $XDG_…, else the folder below the home folder (XDG base directory specification; Qt 6.4 has no StateLocation).
QString xdgDir(const char *variable, const QString &belowHome)
{
    const QString given = qEnvironmentVariable(variable);
    return (QDir::isAbsolutePath(given) ? given : QString(QDir::homePath() + belowHome)) + u"/quarterdeck"_s;
}

}

Session::Session(Invocation invocation)
    : m_invocation(std::move(invocation))
    , m_configDir(m_invocation.value(u"config-dir"_s, xdgDir("XDG_CONFIG_HOME", u"/.config"_s)))
    , m_stateDir(xdgDir("XDG_STATE_HOME", u"/.local/state"_s))
    , m_yaml(yaml::makeYamlCodec())
{
}

Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::make(const Invocation &invocation)
{
    std::unique_ptr<Session> session(new Session(invocation));
    if (const Result<Done> loaded = session->loadKinds(); !loaded)
        return loaded.error();
    session->m_catalogue = std::make_unique<state::ActionCatalogue>(*session->m_kinds);
    session->m_journal = std::make_unique<state::Journal>(QString(session->m_stateDir + u"/journal.jsonl"_s), &session->m_clock);
    return session;
}

/// A site's kinds.yaml in the config folder replaces the one built in.
Result<Done> Session::loadKinds()
{
    QString path = m_configDir + u"/kinds.yaml"_s;
    if (!QFile::exists(path))
        path = u":/kinds.yaml"_s;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorKind::Storage, tr("%1 could not be read: %2.").arg(path, file.errorString())};
    const Result<ports::YamlDocument> document = m_yaml->parse(file.readAll());
    if (!document) {
        Error error = document.error();
        error.message = QString(path + u": "_s + error.message);
        return error;
    }
    Result<network::KindTable> table = network::KindTable::fromJson(document->value.toObject());
    if (!table)
        return table.error();
    m_kinds = std::make_shared<const network::KindTable>(*table);
    return Done{};
}

kube::KubeConfigOptions Session::kubeOptions(const Invocation &invocation)
{
    kube::KubeConfigOptions options = kube::KubeConfigOptions::fromEnvironment();
    options.explicitPath = invocation.value(u"kubeconfig"_s);
    options.overrides.context = invocation.value(u"context"_s);
    options.overrides.ns = invocation.value(u"namespace"_s);
    options.overrides.as = invocation.value(u"as"_s);
    options.overrides.asUid = invocation.value(u"as-uid"_s);
    options.overrides.asGroups = invocation.flags.value(u"as-group"_s);
    const qint64 timeout = parseDuration(invocation.value(u"request-timeout"_s));
    options.overrides.requestTimeoutMs = timeout > 0 ? int(timeout) : 0;
    return options;
}

Result<Done> Session::connectClusters()
{
    if (m_invocation.has(u"request-timeout"_s) && parseDuration(m_invocation.value(u"request-timeout"_s)) < 0)
        return Error{ErrorKind::Invalid, tr("--request-timeout %1 is no duration.").arg(m_invocation.value(u"request-timeout"_s)),
                     tr("For example 30s.")};
    const Result<kube::KubeConfig> config = kube::KubeConfig::load(kubeOptions(m_invocation));
    if (!config)
        return config.error();
    Result<kube::ClusterConfig> resolved = config->resolve();
    if (!resolved)
        return resolved.error();
    SessionCluster cluster;
    cluster.config = *resolved;
    cluster.info.name = resolved->context.isEmpty() ? resolved->clusterName : resolved->context;
    cluster.info.mark = state::guessMark(cluster.info.name);
    cluster.info.defaultNamespace = resolved->ns;
    if (m_invocation.has(u"namespace"_s) && !m_invocation.has(u"all-namespaces"_s))
        cluster.info.namespaces = {m_invocation.value(u"namespace"_s)};
    cluster.kube = kube::KubeCluster::make(cluster.config);
    m_clusters.push_back(std::move(cluster));
    return Done{};
}

QString Session::targetNamespace() const
{
    const QString given = m_invocation.value(u"namespace"_s);
    if (!given.isEmpty())
        return given;
    return m_clusters.empty() || cluster().config.ns.isEmpty() ? u"default"_s : cluster().config.ns;
}

state::ChangePipeline::Environment Session::pipelineEnvironment(const QString &user) const
{
    state::ChangePipeline::Environment environment;
    environment.gateway = gateway();
    environment.journal = m_journal.get();
    environment.clock = &m_clock;
    environment.user = user;
    environment.profile = m_profileName;
    environment.production = cluster().info.mark == state::Mark::Production;
    environment.readOnly = cluster().info.readOnly;
    return environment;
}

}
