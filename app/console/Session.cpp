// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Session.h"

#include "app/kube/KubeTokenSource.h"
#include "app/login/secrets/MemorySecrets.h"
#include "app/yaml/Yaml.h"
#include "models/core/Format.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <utility>

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
    , m_stateDir(m_invocation.value(u"demo-folder"_s, xdgDir("XDG_STATE_HOME", u"/.local/state"_s)))
    , m_yaml(yaml::makeYamlCodec())
    , m_signIns(m_stateDir)
{
    if (m_invocation.has(u"demo-folder"_s))
        m_signIns.keepIn(std::make_shared<login::MemorySecrets>());
}

Session::~Session() = default;

QString Session::layoutDir() const
{
    return m_invocation.has(u"demo-folder"_s) && !m_invocation.has(u"config-dir"_s) ? m_stateDir : m_configDir;
}

Result<std::unique_ptr<Session>> Session::make(const Invocation &invocation)
{
    std::unique_ptr<Session> session(new Session(invocation));
    if (const Result<Done> loaded = session->loadKinds(); !loaded)
        return loaded.error();
    session->m_catalogue = std::make_unique<state::ActionCatalogue>(*session->m_kinds);
    session->m_journal = std::make_unique<state::Journal>(QString(session->m_stateDir + u"/journal.jsonl"_s), &session->m_clock);
    return session;
}

/// A site's kinds.yaml in the config folder replaces the one built in, which the build has turned into JSON.
Result<Done> Session::loadKinds()
{
    const QString own = m_configDir + u"/kinds.yaml"_s;
    const bool site = QFile::exists(own);
    const QString path = site ? own : u":/kinds.json"_s;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorKind::Storage, tr("%1 could not be read: %2.").arg(path, file.errorString())};
    QJsonObject root;
    if (site) {
        const Result<ports::YamlDocument> document = m_yaml->parse(file.readAll());
        if (!document) {
            Error error = document.error();
            error.message = QString(path + u": "_s + error.message);
            return error;
        }
        root = document->value.toObject();
    } else {
        root = QJsonDocument::fromJson(file.readAll()).object();
    }
    Result<network::KindTable> table = network::KindTable::fromJson(root);
    if (!table)
        return table.error();
    m_kinds = std::make_shared<const network::KindTable>(*table);
    return Done{};
}

kube::KubeConfigOptions Session::kubeOptions(const Invocation &invocation)
{
    kube::KubeConfigOptions options = kube::KubeConfigOptions::fromEnvironment();
    options.explicitPath = invocation.value(u"kubeconfig"_s);
    if (invocation.has(u"demo-kubeconfig"_s))
        options.kubeconfigEnv = invocation.value(u"demo-kubeconfig"_s);
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
    m_notes.clear();
    m_profiles = {};
    m_profilesBroken = false;
    m_kubeConfig.reset();
    m_kubeOptions = kubeOptions(m_invocation);
    if (m_invocation.has(u"request-timeout"_s) && parseDuration(m_invocation.value(u"request-timeout"_s)) < 0)
        return Error{ErrorKind::Invalid, tr("--request-timeout %1 is no duration.").arg(m_invocation.value(u"request-timeout"_s)),
                     tr("For example 30s.")};
    const Result<std::optional<config::Profile>> profile = chosenProfile();
    if (!profile)
        return profile.error();
    m_profile = *profile;   // whose sign-in can be ended without a cluster, too
    if (*profile && m_kubeOptions.explicitPath.isEmpty())
        m_kubeOptions.explicitPath = (*profile)->kubeconfig;
    const Result<kube::KubeConfig> config = kube::KubeConfig::load(m_kubeOptions);
    if (!config)
        return withProfiles(config.error());
    m_kubeConfig = *config;
    QStringList contexts{QString()};
    if (*profile && !(*profile)->contexts.isEmpty() && !m_invocation.has(u"context"_s))
        contexts = (*profile)->contexts;
    for (const QString &context : std::as_const(contexts)) {
        if (const Result<Done> connected = connectOne(*config, context, *profile); !connected)
            return withProfiles(connected.error());
    }
    return Done{};
}

/// Of a command that names neither profile nor context: what it may have been meant to name.
Error Session::withProfiles(const Error &error) const
{
    Error out = error;
    const bool chosen = m_invocation.has(u"profile"_s) || m_invocation.has(u"context"_s) || m_invocation.has(u"kubeconfig"_s);
    if (!chosen && !m_invocation.command.isEmpty() && !m_profiles.profiles.isEmpty())
        out.remedy = QString(out.remedy + u' ' + tr("Or name a profile with --profile; known are %1.").arg(profileNames())).trimmed();
    return out;
}

QString Session::profileNames() const
{
    QStringList known;
    for (const config::Profile &profile : m_profiles.profiles)
        known.append(profile.name);
    return known.join(u", "_s);
}

/// profiles.yaml of the config folder; absent is no profile. Without --profile a broken file is a note, and every context
/// counts as production then, since the file might have said so.
Result<Done> Session::readProfiles(const QString &wanted)
{
    const QString path = profilesFile();
    QFile file(path);
    if (!file.exists() && (wanted.isEmpty() || m_invocation.has(u"demo-profiles"_s)))
        return Done{};
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorKind::Storage, tr("%1 could not be read: %2.").arg(path, file.errorString()),
                     tr("Profiles are read from profiles.yaml in the configuration folder; --config-dir names another.")};
    const Result<config::Profiles> profiles = config::readProfiles(file.readAll(), path, *m_yaml);
    if (!profiles && !wanted.isEmpty())
        return profiles.error();
    if (!profiles) {
        m_profilesBroken = true;
        m_notes.append(profiles.error().text());
        return Done{};
    }
    m_profiles = *profiles;
    for (const config::FileProblem &warning : m_profiles.warnings)
        m_notes.append(config::problemText(path, warning));
    return Done{};
}

Result<std::optional<config::Profile>> Session::chosenProfile()
{
    const QString name = m_invocation.value(u"profile"_s);
    // The demo network's profile is not of that file: a broken one is a note then.
    if (const Result<Done> read = readProfiles(m_invocation.has(u"demo-profiles"_s) ? QString() : name); !read)
        return read.error();
    readDemoProfiles();
    if (name.isEmpty())
        return std::optional<config::Profile>();
    m_profileName = name;
    if (const config::Profile *profile = m_profiles.find(name))
        return std::optional<config::Profile>(*profile);
    return Error{ErrorKind::NotFound, tr("%1 has no profile \"%2\".").arg(profilesFile(), name),
                 m_profiles.profiles.isEmpty() ? tr("It names no profile.") : tr("Known are %1.").arg(profileNames())};
}

/// A chosen profile that is of another kubeconfig by now is for the next start: names of contexts are those of the file that was read.
void Session::readProfilesAgain()
{
    const QStringList notes = m_notes;
    const config::Profiles before = std::exchange(m_profiles, {});
    const bool broken = std::exchange(m_profilesBroken, false);
    const Result<std::optional<config::Profile>> profile = chosenProfile();
    m_notes = notes;
    if (!profile) {
        m_profiles = before;
        m_profilesBroken = broken;
    } else if (m_profile && *profile && m_profile->kubeconfig == (*profile)->kubeconfig) {
        m_profile = *profile;
    }
}

Result<Done> Session::connectOne(const kube::KubeConfig &config, const QString &context,
                                 const std::optional<config::Profile> &profile)
{
    Way way;
    const Result<kube::ClusterConfig> resolved = resolve(context.isEmpty() ? config.currentContext() : context, way);
    if (!resolved)
        return resolved.error();
    keep(*resolved, infoOf(*resolved, profile), way);
    return Done{};
}

void Session::keep(const kube::ClusterConfig &config, const state::EnvironmentInfo &info, const Way &way)
{
    SessionCluster cluster;
    cluster.signIn = way.signIn;
    cluster.found = way.found;
    cluster.config = config;
    cluster.config.cacheFolder = QString(xdgDir("XDG_CACHE_HOME", u"/.cache"_s) + u"/openapi"_s);
    cluster.info = info;
    std::shared_ptr<ports::TokenSource> tokens;
    if (way.signIn)
        tokens = way.signIn->apiServerTokens();
    else if (way.found)
        tokens = cluster.tokens = std::make_shared<ChosenTokens>(kube::makeKubeTokenSource(cluster.config));
    cluster.kube = kube::KubeCluster::make(cluster.config, tokens);
    m_clusters.push_back(std::move(cluster));
}

Result<const SessionCluster *> Session::connectAs(const QString &context, const QString &user, const QStringList &groups)
{
    if (!m_kubeConfig)
        return Error{ErrorKind::NotFound, tr("No kubeconfig was read.")};
    Way way;
    const Result<kube::ClusterConfig> resolved = resolve(context, way);
    if (!resolved)
        return resolved.error();
    for (const SessionCluster &cluster : m_clusters) {
        if (cluster.info.name == context && cluster.signIn)   // also one that was chosen while it is open
            way = {cluster.signIn, {}};
    }
    way.found.reset();
    kube::ClusterConfig config = *resolved;
    config.as = {user, {}, groups, {}};
    config.context = tr("%1 as %2").arg(context, user);   // what its rows and feed are told apart by
    state::EnvironmentInfo info = infoOf(*resolved, m_profile);
    info.name = config.context;
    info.readOnly = true;
    const auto same = [&info](const SessionCluster &cluster) { return cluster.info.name == info.name; };
    if (std::any_of(m_clusters.begin(), m_clusters.end(), same))
        return Error{ErrorKind::Invalid, tr("%1 is open already.").arg(info.name)};
    keep(config, info, way);
    return &m_clusters.back();
}

Result<state::EnvironmentInfo> Session::describeContext(const QString &context) const
{
    if (!m_kubeConfig)
        return Error{ErrorKind::NotFound, tr("No kubeconfig was read.")};
    const auto credentials = issuerOf(context).isEmpty() ? kube::KubeConfig::Credentials::OfUser : kube::KubeConfig::Credentials::None;
    const Result<kube::ClusterConfig> resolved = m_kubeConfig->resolve(context, credentials);
    if (!resolved)
        return resolved.error();
    return infoOf(*resolved, m_profile);
}

Result<const SessionCluster *> Session::connectContext(const QString &context)
{
    if (!m_kubeConfig)
        return Error{ErrorKind::NotFound, tr("No kubeconfig was read.")};
    if (const Result<Done> connected = connectOne(*m_kubeConfig, context, m_profile); !connected)
        return connected.error();
    return &m_clusters.back();
}

void Session::disconnect(const QString &name)
{
    std::erase_if(m_clusters, [&name](const SessionCluster &cluster) { return cluster.info.name == name; });
}

state::EnvironmentInfo Session::infoOf(const kube::ClusterConfig &config, const std::optional<config::Profile> &profile) const
{
    state::EnvironmentInfo info;
    info.name = config.context.isEmpty() ? config.clusterName : config.context;
    info.mark = m_profilesBroken ? state::Mark::Production : state::guessMark(info.name);
    if (info.mark == state::Mark::Plain)   // a context named after a person: its cluster's name may tell
        info.mark = state::guessMark(config.clusterName);
    info.defaultNamespace = config.ns;
    // The chosen profile speaks for the contexts it names; of others the strictest that names the context counts.
    const bool claims = profile && profile->contexts.contains(info.name);
    QList<const config::Profile *> known;
    if (profile && (claims || profile->contexts.isEmpty()))
        known.append(&*profile);
    for (const config::Profile &other : m_profiles.profiles) {
        if (!claims && other.contexts.contains(info.name))
            known.append(&other);
    }
    const auto any = [&known](bool config::Profile::*flag) {
        return std::any_of(known.begin(), known.end(), [flag](const config::Profile *p) { return p->*flag; });
    };
    if (any(&config::Profile::production))
        info.mark = state::Mark::Production;
    else if (!known.isEmpty() && info.mark == state::Mark::Production)
        info.mark = state::Mark::Plain;
    if (!known.isEmpty())
        info.accent = known.first()->accent;
    info.readOnly = any(&config::Profile::readOnly) || (profile && profile->readOnly);
    if (profile)
        info.namespaces = profile->namespaces;
    if (m_invocation.has(u"namespace"_s) && !m_invocation.has(u"all-namespaces"_s))
        info.namespaces = {m_invocation.value(u"namespace"_s)};
    return info;
}

QString Session::targetNamespace() const
{
    const QString given = m_invocation.value(u"namespace"_s);
    if (m_clusters.empty())
        return given.isEmpty() ? u"default"_s : given;
    return targetNamespace(cluster());
}

QString Session::targetNamespace(const SessionCluster &cluster) const
{
    const QString given = m_invocation.value(u"namespace"_s);
    if (!given.isEmpty())
        return given;
    return cluster.config.ns.isEmpty() ? u"default"_s : cluster.config.ns;
}

state::ChangePipeline::Environment Session::pipelineEnvironment(const SessionCluster &cluster, const QString &user) const
{
    state::ChangePipeline::Environment environment;
    environment.gateway = cluster.kube->gateway();
    environment.journal = m_journal.get();
    environment.clock = &m_clock;
    environment.user = user;
    environment.profile = m_profileName;
    environment.production = cluster.info.mark == state::Mark::Production;
    environment.readOnly = cluster.info.readOnly;
    return environment;
}

}
