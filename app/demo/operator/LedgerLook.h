// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/StatusDraft.h"

namespace qd::demo {

/// What is missing or wrong: a reason in CamelCase and a sentence that names the object, the field and the way out.
struct Need
{
    QString reason;
    QString message;
};

/// One look of a reconciler of edges, the ledger or access at its object: the draft of its status and what these kinds
/// have in common: finalizers, SpecAccepted, DependenciesReady with its retries, steps that take their time, events on
/// a change only.
class Look
{
public:
    Look(QString plural, const QJsonObject &object, const World &world, const Moment &moment);
    [[nodiscard]] const QString &plural() const { return m_plural; }
    const QJsonObject object;
    const World &world;
    const Moment &moment;
    const QString ns;
    const QString name;
    StatusDraft draft;
    const bool edited; ///< the spec is newer than what was acted on before this look
    const bool forced; ///< a reconcile was asked for by annotation (and is echoed by this look)

    [[nodiscard]] QJsonValue spec(const QString &pointer) const; ///< below /spec
    [[nodiscard]] QString text(const QString &pointer) const;
    [[nodiscard]] QString uid() const;

    // finalizers and the end
    [[nodiscard]] bool deleting() const;
    [[nodiscard]] bool held() const; ///< has a finalizer of ours
    void hold(const QStringList &finalizers); ///< adds them when it has none of ours
    /// Phase Deleting for so long, then the finalizers go; nothing when it has none of ours. True when they go now.
    bool leave(
        std::chrono::milliseconds nominal, const QString &message, const QString &phase = QStringLiteral("Deleting"));
    /// Stays Deleting with condition DeletionBlocked.
    void block(const Need &why);

    // phases and conditions; true when something changed, the moment to record an event
    bool enter(const QString &phase, const QString &message = {});
    bool turn(const QString &type, bool is, const QString &reason, const QString &message = {});
    bool turnUnknown(const QString &type, const QString &reason, const QString &message = {});
    void say(const QString &reason, const QString &message) { draft.event(QStringLiteral("Normal"), reason, message); }
    void warn(const QString &reason, const QString &message)
    {
        draft.event(QStringLiteral("Warning"), reason, message);
    }

    // time
    /// Whether the condition has had its status for so long; asks to be looked at again when it will have.
    bool after(const QString &condition, std::chrono::milliseconds nominal);
    /// Whether the status was last written so long ago.
    bool afterWrite(std::chrono::milliseconds nominal);
    /// Looks again so much later, but not more than once in two seconds however fast the network plays.
    void poll(std::chrono::milliseconds nominal);
    void againIn(std::chrono::milliseconds real); ///< not divided by the speed

    // what every kind says of its spec and of what it needs
    void accept();
    void refuse(const Need &why, const QString &phase = QStringLiteral("Failed"));
    void waitFor(const Need &need); ///< DependenciesReady False and a retry
    void retry(const QString &error); ///< counts in status.retry, with growing delays
    void ready(); ///< DependenciesReady True, no retry

    [[nodiscard]] Plan take() { return draft.take(); }

private:
    void passTime(std::chrono::milliseconds left);
    QString m_plural;
};

/// The text at a JSON pointer; empty when there is none.
[[nodiscard]] QString textAt(const QJsonValue &object, const QString &pointer);

// What references lead to.
[[nodiscard]] QString pluralOfKind(const QString &kind);
[[nodiscard]] QString refText(const QJsonValue &ref); ///< "Validator validator-1"
[[nodiscard]] QJsonObject nodeAt(const Look &look, const QJsonValue &ref);
/// It is to go, but something still keeps it.
[[nodiscard]] bool deletionBlocked(const QJsonObject &object);
/// The node's participant (or domain) works: Ready, or changed or degraded while that component runs.
[[nodiscard]] bool nodeWorks(const QJsonObject &node);
/// What keeps a node from being used; field is where the reference stands.
[[nodiscard]] std::optional<Need> nodeNeed(const Look &look, const QJsonValue &ref, const QString &field);
/// A domain of spec.synchronizers, by alias or id, that this node is not connected to: nothing can be allocated or vetted there.
[[nodiscard]] std::optional<Need> synchronizerNeed(const Look &look, const QJsonValue &node);
/// An object of that plural that has to be in one of the phases.
[[nodiscard]] std::optional<Need> objectNeed(const Look &look, const QString &plural, const QString &kind,
    const QString &name, const QStringList &phases, const QString &field);
/// Party id of {name} or {partyId}; empty while there is none.
[[nodiscard]] QString partyIdOf(const Look &look, const QJsonValue &ref);
[[nodiscard]] QString partyText(const QJsonValue &ref);
/// Both objects say the same name at the pointer, and the other is older: the younger one gives way.
[[nodiscard]] bool olderThan(const QJsonObject &other, const QJsonObject &object);

// Ids as Canton makes them.
[[nodiscard]] QString fingerprintFor(const QString &text); ///< 1220 and the SHA-256
[[nodiscard]] QString fingerprintOf(
    const QString &id); ///< of hint::fingerprint, PAR::id::fingerprint, alias::fingerprint::pv-n
[[nodiscard]] QString memberOf(const QString &id); ///< without PAR::, SEQ::, MED::
/// An address that can never answer (RFC 2606: the top-level domain invalid).
[[nodiscard]] bool neverAnswers(const QString &address);

extern const char kLedgerFinalizer[];
extern const char kTeardownFinalizer[];
extern const char kIdpFinalizer[];
extern const char kArtifactFinalizer[];

}
