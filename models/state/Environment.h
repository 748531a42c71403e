// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/core/Freshness.h"
#include "models/network/KindTable.h"
#include "models/ports/ResourceFeed.h"
#include "models/ports/ResourceGateway.h"
#include "models/ports/SignIn.h"
#include "models/ports/Telemetry.h"
#include "models/state/Permissions.h"
#include "models/state/ResourceStore.h"

#include <QHash>
#include <QObject>

#include <map>
#include <memory>

namespace qd::state {

/// What an environment is to people (look.md "Environment bar").
enum class Mark : quint8 { Plain, Production, Dev, Test, Private, Demo };

/// "production", "dev", …: the id that roles and marks on screen go by; empty for Plain.
[[nodiscard]] QString markId(Mark mark);

struct EnvironmentInfo {
    QString name;               ///< context name; key of everything in it
    Mark mark = Mark::Plain;
    QString accent = {};        ///< #rrggbb of the profile, or empty
    bool readOnly = false;
    QString defaultNamespace = {};
    QStringList namespaces = {};   ///< empty: all the person may list
};

/// A guess for a context without a profile: "prod" or "mainnet" in the name is Production, so that the guard errs to care.
[[nodiscard]] Mark guessMark(const QString &contextName);

/// One cluster on screen: identity, what it serves, freshness, its stores (made on demand), permissions. GUI thread.
class Environment : public QObject {
    Q_OBJECT
public:
    Environment(EnvironmentInfo info, std::shared_ptr<const network::KindTable> kinds,
                std::shared_ptr<ports::ResourceGateway> gateway, ports::ClusterFeed *feed, const Clock *clock,
                QObject *parent = nullptr);
    ~Environment() override;

    /// Watches the kinds of the first pane at once and asks meanwhile whether all namespaces may be listed, who we are and what
    /// is served; then watches the other eager kinds. With a sign-in: once somebody is signed in.
    void start();
    /// The session its requests are authenticated with; null: the kubeconfig's own credentials. Set before start(). Each time somebody
    /// has signed in again, what was refused meanwhile is asked again: who we are, rights, what is served, every list. Nothing that was
    /// read as one person is shown to another, and signing out ends the watches, which outlive their token.
    void setSignIn(std::shared_ptr<ports::SignInSession> session);
    [[nodiscard]] const std::shared_ptr<ports::SignInSession> &signIn() const { return m_signIn; }
    /// Nobody is signed in, and without that nothing can be asked.
    [[nodiscard]] bool needsSignIn() const;
    /// The store of a kind; watched from the first call on (without a feed: an empty store, for tests and the tour).
    [[nodiscard]] ResourceStore *store(const network::KindInfo &kind);
    [[nodiscard]] QList<ResourceStore *> stores() const;
    /// What discovery said; until it answered, what this program knows counts as served if it is a kind of ours.
    [[nodiscard]] bool serves(const network::KindInfo &kind) const { return m_served.value(kind.gvr.name(), kind.own); }
    /// A kind's store if somebody asked for it before; starts nothing.
    [[nodiscard]] ResourceStore *known(const network::KindInfo &kind) const;

    [[nodiscard]] const EnvironmentInfo &info() const { return m_info; }
    [[nodiscard]] const QString &name() const { return m_info.name; }
    [[nodiscard]] const network::KindTable &kinds() const { return *m_kinds; }
    [[nodiscard]] const std::shared_ptr<ports::ResourceGateway> &gateway() const { return m_gateway; }
    /// Where live lists of more kinds come from, for who needs one for a while; null without a cluster.
    [[nodiscard]] ports::ClusterFeed *feed() const { return m_onDemand ? m_onDemand : m_feed; }
    /// Tests and the tour: such lists come from there, without a cluster. Borrowed.
    void setOnDemandFeed(ports::ClusterFeed *feed) { m_onDemand = feed; }
    /// Opens logs of its pods; empty: this environment has none.
    [[nodiscard]] const ports::LogOpener &logs() const { return m_logs; }
    void setLogs(ports::LogOpener logs) { m_logs = std::move(logs); }
    /// What measures this cluster; null: nothing can (tests, the tour). Shared with who asks it.
    [[nodiscard]] const std::shared_ptr<ports::Telemetry> &telemetry() const { return m_telemetry; }
    void setTelemetry(std::shared_ptr<ports::Telemetry> telemetry) { m_telemetry = std::move(telemetry); }
    [[nodiscard]] Permissions *permissions() const { return m_permissions; }
    [[nodiscard]] Freshness freshness() const { return m_freshness; }
    [[nodiscard]] const ports::Identity &identity() const { return m_identity; }
    /// Empty message: none. Why the first requests failed.
    [[nodiscard]] const Error &connectError() const { return m_connectError; }
    [[nodiscard]] bool isProduction() const { return m_info.mark == Mark::Production; }
    /// Production by its own mark, or because the network of the object is a MainNet, as far as the networks are known here.
    [[nodiscard]] bool isProductionFor(const QString &network) const;
    [[nodiscard]] bool readOnly() const { return m_info.readOnly; }
    /// What is watched of namespaced kinds: an empty name is all of them; else those that are shown, or may be listed.
    [[nodiscard]] const QStringList &watchedNamespaces() const { return m_watchedNamespaces; }
    void setReadOnly(bool readOnly);
    /// Watches these namespaces from now on instead; empty: all. Rows of others go.
    void setNamespaces(const QStringList &namespaces);
    /// Namespaces that rows were in so far, and the context's own.
    [[nodiscard]] QStringList seenNamespaces() const;
    /// Tests and the tour.
    void setFreshness(const Freshness &freshness);
    void setIdentity(const ports::Identity &identity);

Q_SIGNALS:
    void storeAdded(qd::state::ResourceStore *store);
    void freshnessChanged();
    void identityChanged();
    void servedChanged();
    void namespacesChanged();
    void readOnlyChanged();
    void connectErrorChanged();
    void signInChanged();

private:
    void chooseNamespaces();
    void beginAll(const QStringList &namespaces);
    void discover();
    void askWhoAmI();
    void signInMoved();
    void signedIn();
    void lookForTelemetry();
    void begin(ResourceStore *store);
    EnvironmentInfo m_info;
    std::shared_ptr<const network::KindTable> m_kinds;
    std::shared_ptr<ports::ResourceGateway> m_gateway;
    ports::ClusterFeed *m_feed;
    ports::ClusterFeed *m_onDemand = nullptr;
    ports::LogOpener m_logs;
    std::shared_ptr<ports::Telemetry> m_telemetry;
    Permissions *m_permissions;
    std::shared_ptr<ports::SignInSession> m_signIn;
    bool m_needsSignIn = false;         ///< as last seen
    QString m_subject;                  ///< who signed in last
    bool m_startWanted = false;         ///< start() waits for the person
    Freshness m_freshness;
    ports::Identity m_identity;
    Error m_connectError{ErrorKind::Internal, {}};
    std::map<QString, std::unique_ptr<ResourceStore>> m_stores;
    QHash<QString, bool> m_served;      ///< Gvr::name -> served; empty until discovery answered
    bool m_started = false;             ///< namespaces are chosen
    QStringList m_watchedNamespaces;
    QStringList m_leftNamespaces;       ///< of rows that were dropped
};

}
