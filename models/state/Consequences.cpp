// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"
#include "models/state/ChangeReview.h"
#include "models/state/ComponentPaths.h"
#include "models/state/FieldConsequences.h"
#include "models/state/OwnVerbs.h"
#include "models/state/Redaction.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;
using network::State;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Consequences)
};

QString metadataText(const QJsonObject &object, const QString &map, QLatin1StringView key)
{
    return object.value("metadata"_L1).toObject().value(map).toObject().value(key).toString();
}

QString tooMany(const QString &text, qsizetype limit = 120)
{
    return text.size() <= limit ? text : QString(text.left(limit) + u'…');
}

/// What one edit of one object leads to, read off its two versions.
class Teller
{
public:
    Teller(const EditReview &review, bool beforeDeletion, QList<Consequence> &out)
        : m_review(review)
        , m_beforeDeletion(beforeDeletion)
        , m_before(review.before)
        , m_after(review.after)
        , m_name(review.edit.object.name)
        , m_out(out)
    {
    }

    void tell()
    {
        if (m_review.nothingToDo)
            return say(
                State::Ready, Words::tr("%1 is as asked already").arg(m_name), Words::tr("Nothing is sent for it."));
        if (m_review.edit.verb == ports::Verb::Delete)
            return deletion();
        if (m_review.edit.verb == ports::Verb::Create)
            return say(State::Progressing, Words::tr("A new %1 is made").arg(m_review.edit.kind),
                Words::tr("%1 in namespace %2").arg(m_name, m_review.edit.object.ns));
        if (m_review.edit.object.gvr.group == "argoproj.io"_L1)
            selfHeal();
        suspension();
        version();
        components();
        storage();
        requests();
        m_out.append(fieldConsequences(m_review));
        rest();
        rebased();
    }

private:
    [[nodiscard]] QJsonValue was(const QString &pointer) const { return json::at(m_before, pointer); }
    [[nodiscard]] QJsonValue willBe(const QString &pointer) const { return json::at(m_after, pointer); }
    [[nodiscard]] bool changes(const QString &pointer) const { return !(was(pointer) == willBe(pointer)); }
    void say(State state, const QString &headline, const QString &detail) { m_out.append({state, headline, detail}); }

    /// "962 parties, no other replica": who notices.
    [[nodiscard]] QString audience() const
    {
        const QJsonValue parties = was(u"/status/counts/localParties"_s);
        return parties.isDouble() ? Words::tr("%n party(s)", nullptr, parties.toInt()) : QString();
    }

    void deletion()
    {
        say(State::Failed, Words::tr("%1 is deleted").arg(m_name),
            Words::tr("It cannot be taken back. %1").arg(audience()).trimmed());
        m_out.append(deletionConsequences(m_review));
        unsavedKeys();
        QStringList finalizers;
        const QJsonArray list = was(u"/metadata/finalizers"_s).toArray();
        for (const QJsonValue &finalizer : list)
            finalizers.append(finalizer.toString());
        if (!finalizers.isEmpty())
            say(State::Progressing, Words::tr("The operator cleans up first"),
                Words::tr("waits for %1").arg(finalizers.join(u", "_s)));
        if (m_review.notPreviewable)
            say(State::Degraded, Words::tr("The deletion could not be tried beforehand"),
                m_review.notPreviewableReason);
    }

    /// A node whose identity is nowhere else (catbm.md 4.22 no. 18).
    void unsavedKeys()
    {
        const QString kind = m_review.edit.kind;
        if (!isNodeKind(kind) || kind == "SyncDomain"_L1)
            return;
        const QJsonArray conditions = was(u"/status/conditions"_s).toArray();
        const bool saved = std::any_of(conditions.begin(), conditions.end(), [](const QJsonValue &condition) {
            return condition.toObject().value("type"_L1) == QJsonValue(u"IdentityBackedUp"_s)
                && condition.toObject().value("status"_L1) == QJsonValue(u"True"_s);
        });
        if (!saved)
            say(State::Failed, Words::tr("No fresh identity dump of %1 is known").arg(m_name),
                Words::tr("Its keys are lost with it; make a dump first."));
    }

    void selfHeal()
    {
        const QString pointer = u"/spec/syncPolicy/automated/selfHeal"_s;
        if (!changes(pointer))
            return;
        if (willBe(pointer).toBool())
            say(State::Degraded, Words::tr("%1 undoes direct edits again").arg(m_name),
                Words::tr("also those made while it was paused"));
        else
            say(State::Degraded, Words::tr("%1 no longer undoes direct edits").arg(m_name),
                Words::tr("of all objects it keeps, until self-heal is switched on again; what Git changes is still synced"));
    }

    void suspension()
    {
        const QString pointer = suspendPointer(m_review.edit.kind);
        if (pointer.isEmpty() || !changes(pointer) || (!willBe(pointer).toBool() && !was(pointer).toBool()))
            return;
        const bool node = !componentsOf(m_review.edit.kind).isEmpty();
        if (willBe(pointer).toBool())
            say(node ? State::Degraded : State::Suspended,
                node ? Words::tr("Every component of %1 stops").arg(m_name)
                     : Words::tr("%1 starts nothing new").arg(m_name),
                node ? Words::tr("Data is kept. %1").arg(audience()).trimmed() : Words::tr("until it is resumed"));
        else
            say(State::Progressing,
                node ? Words::tr("Every component of %1 starts again").arg(m_name)
                     : Words::tr("%1 goes on").arg(m_name),
                {});
    }

    void version()
    {
        const bool application = m_review.edit.kind == "Application"_L1;
        const QString pointer = application ? u"/spec/source/image/imageTag"_s : u"/spec/imageTag"_s;
        if (!changes(pointer))
            return;
        say(State::Updating,
            Words::tr("Version goes from %1 to %2").arg(was(pointer).toString(), willBe(pointer).toString()),
            Words::tr("Components without a tag of their own follow."));
        if (willBe(pointer).toString() == "latest"_L1)
            say(State::Degraded, Words::tr("latest is no fixed version"),
                Words::tr("The next restart may bring another one."));
    }

    /// Whether something changed that the pods of a component are made of.
    [[nodiscard]] bool restarts(const ComponentPath &path) const
    {
        QStringList pointers{path.imageTag, path.base + u"/imageRepo"_s, path.env, path.base + u"/logLevel"_s,
            path.base + u"/kmsConfigRef"_s, path.base + u"/auth"_s};
        for (const auto name :
            {"cpuRequested"_L1, "cpuLimit"_L1, "memoryRequested"_L1, "memoryLimit"_L1, "imagePullSecret"_L1})
            pointers.append(path.resources + u'/' + name);
        if (willBe(path.imageTag).isUndefined())
            pointers.append(u"/spec/imageTag"_s);
        return std::any_of(pointers.begin(), pointers.end(), [this](const QString &p) { return changes(p); });
    }

    void restart(const QString &component, int replicas)
    {
        if (replicas == 0)
            return;
        if (replicas > 1)
            return say(State::Updating, Words::tr("%1 restarts pod by pod").arg(component),
                Words::tr("%n pod(s), one after another", nullptr, replicas));
        const QString who = audience();
        say(State::Degraded, Words::tr("%1 restarts, without answers meanwhile").arg(component),
            who.isEmpty() ? Words::tr("1 pod, no other replica") : Words::tr("1 pod, %1, no other replica").arg(who));
    }

    void components()
    {
        const QList<ComponentPath> all = componentsOf(m_review.edit.kind);
        for (const ComponentPath &path : all) {
            const int from = was(path.replicas).toInt(1);
            const int to = willBe(path.replicas).toInt(1);
            if (to == 0 && from != 0)
                say(State::Degraded, Words::tr("%1 stops").arg(path.name),
                    Words::tr("no pods any more; there were %1").arg(from));
            else if (to < from)
                say(State::Degraded,
                    Words::tr("%1 shrinks from %2 to %3 pods")
                        .arg(path.name, QString::number(from), QString::number(to)),
                    to == 1 ? Words::tr("no other replica is left") : QString());
            else if (to > from)
                say(State::Progressing,
                    Words::tr("%1 grows from %2 to %3 pods").arg(path.name, QString::number(from), QString::number(to)),
                    {});
            if (restarts(path))
                restart(path.name, to);
            secrets(path);
        }
    }

    void secrets(const ComponentPath &path)
    {
        if (!changes(path.env))
            return;
        const QJsonArray list = willBe(path.env).toArray();
        for (const QJsonValue &entry : list) {
            const QString name = entry.toObject().value("name"_L1).toString();
            if (isSecretName(name) && entry.toObject().value("value"_L1).isString())
                say(State::Degraded, Words::tr("%1 stands in clear text in the resource").arg(name),
                    Words::tr("Everybody who may read it sees the value; use valueFrom.secretKeyRef."));
        }
    }

    void storage()
    {
        QStringList pointers{u"/spec/storageSize"_s};
        const QList<ComponentPath> all = componentsOf(m_review.edit.kind);
        for (const ComponentPath &path : all) {
            if (!path.storage.isEmpty() && !pointers.contains(path.storage))
                pointers.append(path.storage);
        }
        for (const QString &pointer : pointers) {
            if (changes(pointer) && willBe(pointer).isString())
                say(State::Degraded,
                    Words::tr("Storage grows to %1 and cannot shrink again").arg(willBe(pointer).toString()),
                    was(pointer).isString() ? Words::tr("it is %1 now").arg(was(pointer).toString()) : QString());
        }
    }

    [[nodiscard]] bool requested(QLatin1StringView key) const
    {
        return metadataText(m_review.before, u"annotations"_s, key)
            != metadataText(m_review.after, u"annotations"_s, key);
    }

    void requests()
    {
        if (requested(annotation::kRestart)) {
            const QList<ComponentPath> all = componentsOf(m_review.edit.kind);
            for (const ComponentPath &path : all)
                restart(path.name, willBe(path.replicas).toInt(1));
        }
        if (requested(annotation::kTrigger) && kindsOfOwnVerb(u"probe"_s).contains(m_review.edit.kind))
            say(State::Progressing, Words::tr("The connection of %1 is tested").arg(m_name), Words::tr("its answer is in the conditions"));
        else if (requested(annotation::kTrigger))
            say(State::Progressing, Words::tr("%1 runs now").arg(m_name), Words::tr("beside its schedule"));
        if (requested(annotation::kReconcile))
            say(State::Progressing, Words::tr("The operator looks at %1 again").arg(m_name), {});
        if (requested(annotation::kConfirmDelete))
            say(State::Ready, Words::tr("The deletion of %1 is confirmed to the policy").arg(m_name), {});
        if (!cancelPointer(m_review.edit.kind).isEmpty() && changes(cancelPointer(m_review.edit.kind)))
            say(State::Degraded, Words::tr("%1 is cancelled").arg(m_name),
                Words::tr("What it has done so far is not taken back by itself."));
    }

    /// Fields nobody above spoke of.
    void rest()
    {
        const bool spoken
            = std::any_of(m_out.begin(), m_out.end(), [](const Consequence &c) { return c.state != State::Ready; });
        QStringList labels;
        for (const JsonChange &change : m_review.diff) {
            if (change.path.startsWith("/spec"_L1))
                labels.append(change.label);
        }
        if (spoken)
            return;
        if (labels.isEmpty() && m_beforeDeletion)
            return;
        if (labels.isEmpty())
            return say(State::Ready, Words::tr("Nothing restarts"), Words::tr("Only labels and annotations change."));
        say(State::Updating, Words::tr("Changes %n field(s) of the spec", nullptr, int(labels.size())),
            tooMany(labels.join(u", "_s)));
    }

    void rebased()
    {
        const int count = int(m_review.rebasedFields.size());
        if (count > 0)
            say(State::Ready, Words::tr("Keeps %n field(s) that others changed meanwhile", nullptr, count),
                tooMany(m_review.rebasedFields.join(u", "_s)));
    }

    const EditReview &m_review;
    const bool m_beforeDeletion; ///< the object goes afterwards: that nothing restarts is no comfort
    const QJsonValue m_before;
    const QJsonValue m_after;
    const QString m_name;
    QList<Consequence> &m_out;
};

}

QList<Consequence> consequencesOf(const ChangeDraft &draft, const QList<EditReview> &edits)
{
    const bool deletes = std::any_of(
        edits.begin(), edits.end(), [](const EditReview &review) { return review.edit.verb == ports::Verb::Delete; });
    const bool several = draft.objectCount() > 1;
    QList<Consequence> out;
    QHash<QString, qsizetype> known; // several objects that fare alike share a line
    for (const EditReview &review : edits) {
        QList<Consequence> own;
        if (review.outcome.kind != EditOutcome::Kind::Refused)
            Teller(review, deletes, own).tell();
        for (Consequence &consequence : own) {
            if (!several) {
                out.append(consequence);
                continue;
            }
            const QString name = review.edit.object.name;
            const QString key = QString::number(int(consequence.state)) + u'\n' + consequence.headline + u'\n' + consequence.detail;
            if (!known.contains(key)) {
                known.insert(key, out.size());
                out.append(consequence);
            }
            QStringList &objects = out[known.value(key)].objects;
            if (!objects.contains(name))
                objects.append(name);
        }
    }
    if (!draft.unchanged.isEmpty())
        out.append({State::Ready, Words::tr("As asked already, nothing is sent"), {}, draft.unchanged});
    std::stable_sort(
        out.begin(), out.end(), [](const Consequence &a, const Consequence &b) { return a.state < b.state; });
    return out;
}

ArgoOwner argoOwnerOf(const QJsonObject &object)
{
    const QString tracking = metadataText(object, u"annotations"_s, "argocd.argoproj.io/tracking-id"_L1);
    if (!tracking.isEmpty()) {
        // "app:group/Kind:ns/name", and "team_app:…" for an Application outside Argo CD's own namespace.
        const QString application = tracking.section(u':', 0, 0);
        return {application.section(u'_', -1), true, application.section(u'_', 0, -2)};
    }
    return {metadataText(object, u"labels"_s, "app.kubernetes.io/instance"_L1), false};
}

bool Review::hasConflicts() const
{
    return std::any_of(edits.begin(), edits.end(), [](const EditReview &edit) { return !edit.conflicts.isEmpty(); });
}

QString EditOutcome::id() const
{
    static const QStringList kIds{u"open"_s, u"refused"_s, u"failed"_s, u"applied"_s, u"settled"_s, u"timeout"_s};
    return kIds.value(int(kind));
}

QString ChangeOutcome::id() const
{
    switch (kind) {
    case Kind::Settled:
        return u"settled"_s;
    case Kind::Applied:
        return u"applied"_s;
    case Kind::Refused:
        return u"refused"_s;
    case Kind::Conflict:
        return u"conflict"_s;
    case Kind::Failed:
        return u"failed"_s;
    case Kind::Timeout:
        return u"timeout"_s;
    case Kind::DryRun:
        return u"dry-run"_s;
    case Kind::Cancelled:
        break;
    }
    return u"cancelled"_s;
}

}
