// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/ports/BodyCodec.h"
#include "models/ports/ResourceGateway.h"
#include "models/state/ActionCatalogue.h"
#include "models/state/Environment.h"
#include "models/state/Operations.h"
#include "ui/shell/ShellContext.h"

#include <QTemporaryDir>

#include <optional>

namespace qd::ui {

/// Noon of the pictures: nothing in the tour moves by itself.
class TourClock final : public Clock {
public:
    [[nodiscard]] QDateTime now() const override;
    qint64 ago = 0;   ///< seconds before noon: what has happened already
    [[nodiscard]] qint64 monotonicMs() const override { return 0; }
};

/// Bodies as plain JSON.
class TourBodies final : public ports::BodyCodec {
public:
    [[nodiscard]] Result<QJsonObject> open(const network::PackedBody &body) const override;
    [[nodiscard]] network::PackedBody pack(const QByteArray &json) const override { return json; }
};

/// Answers from memory what a cluster would; `allowed` says what its person may do.
class TourGateway final : public ports::ResourceGateway {
public:
    explicit TourGateway(QString cluster) : m_cluster(std::move(cluster)) { }
    QHash<QString, QJsonObject> objects;     ///< by "plural/name"
    QHash<QString, QJsonObject> lists;       ///< what list answers, by plural; of other kinds the tour has none
    QHash<QString, Error> refusals;          ///< what a write of an object is answered, by "plural/name"
    QJsonObject schema;                      ///< the OpenAPI document of every group
    bool allowed = true;
    QHash<QString, int> asked;               ///< how often it was, by verb: get, events
    std::optional<Error> fails;              ///< what a GET is answered
    int moreEvents = 0;                      ///< so often an event that repeats came since
    QString onlyIn;                          ///< the namespace rights are given in; empty: all
    QStringList withheld;                    ///< rights nobody has all the same: "create validators"
    [[nodiscard]] QString cluster() const override { return m_cluster; }
    [[nodiscard]] QString serverUrl() const override;
    [[nodiscard]] QFuture<Result<ports::ServerVersion>> version(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<ports::Identity>> whoAmI(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<ports::ServedResource>>> discover(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QJsonObject>> get(const Gvr &gvr, const QString &ns, const QString &name, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QJsonObject>> list(const Gvr &gvr, const ports::ListQuery &query, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QJsonObject>> table(const Gvr &gvr, const ports::ListQuery &query, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<ports::WriteOutcome>> write(const ports::WriteRequest &request, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<ports::AccessAnswer>> mayI(const ports::AccessQuestion &question, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QJsonObject>> rules(const QString &ns, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QJsonObject>> events(const ObjectId &object, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QJsonObject>> openApi(const Gvr &gvr, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QByteArray>> podLog(const QString &ns, const QString &pod, const QString &container, int tailLines,
                                                     bool previous, std::stop_token stop) override;

private:
    [[nodiscard]] static Error none(const QString &what);
    QString m_cluster;
};

/// A whole console without a cluster: the consortium of the pictures, or what a scene makes of it. Also used by tests/ui.
class TourWorld {
public:
    TourWorld(std::shared_ptr<const network::KindTable> kinds, const ports::YamlCodec *yaml, Theme *theme);
    ~TourWorld();

    void fillConsortium();
    void fillMany(int count);
    void fillFew();
    /// Every node kind in every environment.
    void setPhase(LoadState::Phase phase, const Error &error = {}, const QDateTime &retryAt = {});
    /// The nodes of the first environment once more, as somebody else would see them.
    state::Environment *addSeenAs(const QString &name, const QStringList &groups);
    /// Somebody else's change of three nodes.
    void changeThree();
    void makeStale(int environment);
    [[nodiscard]] state::Environment *environment(int index) const { return m_environments.at(size_t(index)).get(); }
    [[nodiscard]] TourGateway *gateway(int index) const { return m_gateways.at(size_t(index)).get(); }
    [[nodiscard]] ShellContext context();
    [[nodiscard]] const TourClock &clock() const { return m_clock; }
    [[nodiscard]] MemorySettings &settings() { return m_settings; }
    [[nodiscard]] state::Journal &journal() { return m_journal; }
    [[nodiscard]] state::Operations &operations() { return m_operations; }
    [[nodiscard]] const state::ActionCatalogue &catalogue() const { return m_catalogue; }
    void setStarter(ChangeStarter *starter) { m_starter = starter; }
    /// What could be opened besides; without one nothing can.
    void setSource(std::shared_ptr<EnvironmentSource> source) { m_source = std::move(source); }
    [[nodiscard]] EnvironmentSource *source() const { return m_source.get(); }
    /// Without it there is no editor of profiles.
    void setProfiles(std::shared_ptr<ports::ProfileStore> profiles) { m_profiles = std::move(profiles); }
    void setDashboards(std::shared_ptr<ports::DashboardStore> dashboards) { m_dashboards = std::move(dashboards); }
    [[nodiscard]] ports::DashboardStore *dashboards() const { return m_dashboards.get(); }
    /// A console that found nothing to open; `problems` say why (ShellContext).
    void openNothing(const QStringList &problems);
    /// What comes now happened so many seconds ago.
    void setAgo(qint64 seconds) { m_clock.ago = seconds; }

private:
    void addEnvironment(const QString &name, state::Mark mark, qint64 secondsAgo);
    TourClock m_clock;
    TourBodies m_bodies;
    MemorySettings m_settings;
    std::shared_ptr<const network::KindTable> m_kinds;
    const ports::YamlCodec *m_yaml;
    Theme *m_theme;
    state::ActionCatalogue m_catalogue;
    state::Operations m_operations;
    QTemporaryDir m_folder;
    state::Journal m_journal;
    ChangeStarter *m_starter = nullptr;
    std::shared_ptr<EnvironmentSource> m_source;
    std::shared_ptr<ports::ProfileStore> m_profiles;
    std::shared_ptr<ports::DashboardStore> m_dashboards;
    bool m_nothing = false;
    QStringList m_problems;
    std::vector<std::shared_ptr<TourGateway>> m_gateways;
    std::vector<std::unique_ptr<state::Environment>> m_environments;
};

}
