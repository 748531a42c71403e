// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/config/Profiles.h"
#include "app/console/CommandLine.h"
#include "app/console/FoundSignIns.h"
#include "app/console/SignIns.h"
#include "app/kube/KubeCluster.h"
#include "app/kube/KubeConfig.h"
#include "models/core/Clock.h"
#include "models/network/KindTable.h"
#include "models/ports/YamlCodec.h"
#include "models/state/ActionCatalogue.h"
#include "models/state/ChangePipeline.h"
#include "models/state/Environment.h"
#include "models/state/Journal.h"

#include <QCoreApplication>

#include <memory>
#include <optional>
#include <vector>

namespace qd::console {

/// One cluster of the session: how it is reached and what it is to people.
struct SessionCluster {
    state::EnvironmentInfo info;
    kube::ClusterConfig config;
    /// Whose tokens its requests carry; null: the kubeconfig's credentials.
    std::shared_ptr<ports::SignInSession> signIn = {};
    /// Signs in through another program, which this one could do itself: Session::signInHere().
    std::optional<FoundInContext> found = {};
    std::shared_ptr<ChosenTokens> tokens = {};     ///< with `found`
    std::unique_ptr<kube::KubeCluster> kube;
};

/// The composition root: the only place that names concrete classes. Built from the command line in construction order,
/// destroyed in reverse. Everything a command or the window needs, and nothing global.
class Session {
    Q_DECLARE_TR_FUNCTIONS(Session)
public:
    /// Kinds table, catalogue, journal: works without a kubeconfig.
    [[nodiscard]] static Result<std::unique_ptr<Session>> make(const Invocation &invocation);
    ~Session();

    /// Where the kubeconfig is and what the command line puts over it.
    [[nodiscard]] static kube::KubeConfigOptions kubeOptions(const Invocation &invocation);

    /// Reads profile and kubeconfig and connects the clusters (nothing is sent yet). Errors name file, entry and way out.
    /// May be called again as long as none is connected: the files are read anew.
    [[nodiscard]] Result<Done> connectClusters();
    /// profiles.yaml once more, for what is opened from now on; what is open keeps what it was opened with.
    void readProfilesAgain();
    /// Where the kubeconfig was looked for by the last connectClusters().
    [[nodiscard]] const kube::KubeConfigOptions &kubeConfigOptions() const { return m_kubeOptions; }
    [[nodiscard]] QString profilesFile() const { return m_configDir + QStringLiteral("/profiles.yaml"); }
    [[nodiscard]] const config::Profiles &profiles() const { return m_profiles; }

    /// The kubeconfig as it was read by connectClusters(); empty before, or when it could not be read.
    [[nodiscard]] const std::optional<kube::KubeConfig> &kubeConfig() const { return m_kubeConfig; }
    /// What a context is to people, without connecting it.
    [[nodiscard]] Result<state::EnvironmentInfo> describeContext(const QString &context) const;
    /// One more cluster, by its context. Errors name file, entry and way out.
    [[nodiscard]] Result<const SessionCluster *> connectContext(const QString &context);
    /// The same cluster once more as somebody else, by impersonation; read-only, named "CONTEXT as USER".
    [[nodiscard]] Result<const SessionCluster *> connectAs(const QString &context, const QString &user, const QStringList &groups);
    /// From now on the cluster is asked with a sign-in of this program instead of the one its kubeconfig describes for another
    /// (SessionCluster::found); until somebody has signed in, nothing is sent. Errors say why it cannot be.
    [[nodiscard]] Result<std::shared_ptr<ports::SignInSession>> signInHere(const QString &name);
    /// Its watches end; nothing may hold its feed any more.
    void disconnect(const QString &name);

    [[nodiscard]] const std::shared_ptr<const network::KindTable> &kinds() const { return m_kinds; }
    [[nodiscard]] const state::ActionCatalogue &catalogue() const { return *m_catalogue; }
    [[nodiscard]] state::Journal *journal() const { return m_journal.get(); }
    [[nodiscard]] const ports::YamlCodec *yaml() const { return m_yaml.get(); }
    [[nodiscard]] std::shared_ptr<ports::YamlCodec> yamlCodec() const { return m_yaml; }
    [[nodiscard]] const Clock *clock() const { return &m_clock; }
    [[nodiscard]] const std::vector<SessionCluster> &clusters() const { return m_clusters; }
    [[nodiscard]] const SessionCluster &cluster() const { return m_clusters.front(); }
    [[nodiscard]] std::shared_ptr<ports::ResourceGateway> gateway() const { return cluster().kube->gateway(); }
    [[nodiscard]] const QString &profileName() const { return m_profileName; }
    /// The sign-in of the chosen profile, else of the first cluster; null: neither has one. Makes it if need be.
    [[nodiscard]] std::shared_ptr<ports::SignInSession> signIn();
    /// What a service that the chosen profile names gets of who is signed in there: Prometheus and Loki (their `bearer`), a ledger (an access
    /// token for its audience). Null: nothing is to be sent, nobody signs in, or an ID token is wanted where the API server gets the access token.
    [[nodiscard]] std::shared_ptr<ports::TokenSource> serviceTokens(config::Bearer bearer, const QString &audience = {});
    /// What measures a cluster: as a profile names it, else looked for in the cluster. One for each call; GUI thread.
    [[nodiscard]] std::shared_ptr<ports::Telemetry> telemetryOf(const SessionCluster &cluster);
    [[nodiscard]] SignIns &signIns() { return m_signIns; }
    /// The issuer somebody signs in at for a context; empty: the kubeconfig's credentials are used.
    [[nodiscard]] QString issuerOf(const QString &context) const;
    /// What the person should know before anything else: a broken or odd profiles.yaml.
    [[nodiscard]] const QStringList &notes() const { return m_notes; }
    /// -n, else the context's namespace.
    [[nodiscard]] QString targetNamespace() const;
    [[nodiscard]] QString targetNamespace(const SessionCluster &cluster) const;
    /// What a change in a cluster needs; `user` from whoAmI.
    [[nodiscard]] state::ChangePipeline::Environment pipelineEnvironment(const SessionCluster &cluster, const QString &user) const;
    /// Folders: of profiles, dashboards and kinds; of journal, drafts and sign-ins (of --demo one that goes with its network); of the window's layout.
    [[nodiscard]] QString configDir() const { return m_configDir; }
    [[nodiscard]] QString stateDir() const { return m_stateDir; }
    [[nodiscard]] QString layoutDir() const;
    [[nodiscard]] const Invocation &invocation() const { return m_invocation; }

private:
    explicit Session(Invocation invocation);
    [[nodiscard]] Result<Done> loadKinds();
    [[nodiscard]] Result<Done> readProfiles(const QString &wanted);
    [[nodiscard]] QString profileNames() const;
    [[nodiscard]] Error withProfiles(const Error &error) const;
    [[nodiscard]] Result<std::optional<config::Profile>> chosenProfile();
    void readDemoProfiles();
    [[nodiscard]] const config::Profile *measuringProfile(const QString &context) const;
    /// The profile whose sign-in a context takes; null: none.
    [[nodiscard]] const config::Profile *signingProfile(const QString &context) const;
    /// The sign-in a context describes for another program is done here: nothing else does it, or the person chose so and did not sign out.
    [[nodiscard]] bool doneHere(const FoundInContext &found, const QString &context) const;
    struct Way {
        std::shared_ptr<ports::SignInSession> signIn;
        std::optional<FoundInContext> found;
    };
    [[nodiscard]] Result<kube::ClusterConfig> resolve(const QString &context, Way &way);
    [[nodiscard]] Result<std::shared_ptr<ports::SignInSession>> sessionOf(const FoundInContext &found, const QString &context);
    void keep(const kube::ClusterConfig &config, const state::EnvironmentInfo &info, const Way &way);
    [[nodiscard]] Result<Done> connectOne(const kube::KubeConfig &config, const QString &context,
                                          const std::optional<config::Profile> &profile);
    [[nodiscard]] state::EnvironmentInfo infoOf(const kube::ClusterConfig &config,
                                                const std::optional<config::Profile> &profile) const;
    Invocation m_invocation;
    SystemClock m_clock;
    QString m_configDir;
    QString m_stateDir;
    QString m_profileName;
    config::Profiles m_profiles;
    bool m_profilesBroken = false;
    QStringList m_notes;
    std::shared_ptr<ports::YamlCodec> m_yaml;
    std::shared_ptr<const network::KindTable> m_kinds;
    std::unique_ptr<state::ActionCatalogue> m_catalogue;
    std::unique_ptr<state::Journal> m_journal;
    kube::KubeConfigOptions m_kubeOptions;
    std::optional<kube::KubeConfig> m_kubeConfig;
    std::optional<config::Profile> m_profile;
    SignIns m_signIns;
    std::vector<SessionCluster> m_clusters;
};

}
