// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/Ambient.h"
#include "app/demo/operator/Faults.h"
#include "app/demo/operator/Pods.h"

namespace qd::demo {

/// What the four kinds of node differ in.
struct NodeKind {
    QString plural;
    QString kind;
    QString joined;                     ///< condition that holds for ever once the node is what it is to be: Onboarded, …
    QString joining;                    ///< phase meanwhile; empty: none
    QString mainComponent;              ///< the one that status.replicas and version speak of
    QStringList finalizers;
};
[[nodiscard]] const QList<NodeKind> &nodeKinds();
/// "validators" for "Validator"; empty when it is no node.
[[nodiscard]] QString nodePlural(const QString &kind);

/// The components the spec asks for, in the order they start in.
[[nodiscard]] QList<Component> nodeComponents(const QJsonObject &node);
/// A Secret the spec names, and the components that mount it.
struct NeededSecret {
    QString name;
    QString field;                      ///< spec.onboarding.secretRef
    QStringList components;
    QStringList keys = {};              ///< it has to have; empty: not known
};
[[nodiscard]] QList<NeededSecret> neededSecrets(const QJsonObject &node);
/// The component a person means: participant, validatorApp, walletUI, …; the main one when nothing is said.
[[nodiscard]] QString componentNamed(const QString &text, const NodeKind &kind);
/// A fingerprint as Canton writes it: 1220 and 64 hex digits; the same for the same name and seed.
[[nodiscard]] QString fingerprintOf(const QString &name, quint64 seed);

/// One look at one node. Made, run once, thrown away.
class NodeLook {
public:
    NodeLook(const NodeKind &kind, const QJsonObject &object, const World &world, const Moment &moment);
    [[nodiscard]] Plan run();

private:
    // NodesLook.cpp: its life
    void ensureFinalizers();
    void requests();
    [[nodiscard]] QString runningRestore() const;
    void play();
    void adopt();
    void decidePhase(const QString &before);
    void decideRunning();
    void decideJoining();
    void retryLater(int restarts);
    void storage();
    void tellPhase(const QString &before);
    [[nodiscard]] bool complete() const;
    [[nodiscard]] bool crashing() const;
    [[nodiscard]] bool joined() const { return m_draft.conditionTrue(m_kind.joined); }
    [[nodiscard]] int readyCount() const;
    [[nodiscard]] int podCount() const;
    [[nodiscard]] int wantedCount() const;
    [[nodiscard]] const ComponentState *stateOf(const QString &component) const;

    // NodesDelete.cpp
    void teardown();
    [[nodiscard]] QString blockedBy() const;
    [[nodiscard]] bool dropFinalizer(const QString &name, const QString &reason, const QString &message);

    // NodesRefs.cpp: what only the other objects can tell
    struct Refusal {
        QString reason, message;
        bool hard = false;              ///< a node that has not begun yet does not begin
    };
    [[nodiscard]] QList<Refusal> refusals() const;
    void refuse(QList<Refusal> &to, const QString &reason, const QString &message, bool hard) const;
    void checkBridge(QList<Refusal> &to) const;
    void checkAlias(QList<Refusal> &to) const;
    void checkReferences(QList<Refusal> &to) const;
    bool acceptSpec();                  ///< sets SpecAccepted; false: do not begin
    void dependencies();                ///< soft: DependenciesReady
    [[nodiscard]] QList<NeededSecret> missingSecrets() const;   ///< each with the keys it lacks; none: it is not there
    void mountSecrets(QList<Component> &components);

    // NodesFaults.cpp
    void playFault();

    // NodesFacts.cpp: what it reports
    void components();
    void identity();
    void versionAndUptime();
    void newest();                      ///< last backup and dump
    void counts();
    void domains();
    void kindFacts();
    void validatorFacts();
    void superValidatorFacts();
    [[nodiscard]] bool sponsors(const QJsonObject &validator) const;   ///< this super validator; its name may be written with a dash
    void syncDomainFacts();
    // NodesConditions.cpp
    void conditions();
    void databaseCondition();
    void identityConditions();
    void joinedCondition();
    void certificateCondition();
    void domainConditions();
    void degrade();
    void componentCondition(const QString &type, const QString &component, const QString &good);
    void versionCondition();
    void upgradingCondition();

    // NodesAmbient.cpp: balances, traffic, log lines
    void ambient();
    void balances(bool tick);
    void traffic(bool tick);
    void topUp();
    void trafficCondition();
    [[nodiscard]] bool due(const QString &pointer);

    [[nodiscard]] QJsonValue spec(const QString &pointer) const;
    [[nodiscard]] QString text(const QString &pointer) const;      ///< of spec
    [[nodiscard]] QJsonObject network() const;
    [[nodiscard]] bool publicNetwork() const;
    [[nodiscard]] QString globalDomain() const;
    [[nodiscard]] QString uid() const;
    /// A nominal time has passed since the condition's last transition; asks to be looked at again when not.
    bool passedSince(const QString &condition, std::chrono::milliseconds nominal);
    void setIfAbsent(const QString &pointer, const QJsonValue &value);
    /// An event when the condition's status changes to this one.
    void condition(const QString &type, const QString &status, const QString &reason, const QString &message,
                   const EventDraft &onChange = {});

    const NodeKind &m_kind;
    QJsonObject m_object;
    const World &m_world;
    Moment m_moment;
    StatusDraft m_draft;
    Pods m_pods;
    QString m_ns;
    QString m_name;
    std::optional<Fault> m_fault;
    QList<ComponentState> m_states;
    QString m_restore;                  ///< the Restore that holds the node down now
    bool m_suspended = false;           ///< by its spec, or for a Restore
    bool m_adopting = false;
};

}
