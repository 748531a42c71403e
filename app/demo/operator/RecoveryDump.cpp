// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/RecoveryParts.h"

#include "models/core/Json.h"

#include <QJsonArray>

namespace qd::demo::recovery {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// A dump's Secret says what it holds, and that it is the demo network's: there are no keys in it.
constexpr char kSecretType[] = "canton.quarterdeck.io/identity-dump";
constexpr char kDumpLabel[] = "canton.quarterdeck.io/identity-dump";

class DumpLook {
public:
    DumpLook(const QJsonObject &object, const World &world, const Moment &moment)
        : m_object(object), m_world(world), m_moment(moment), m_draft(object, moment), m_ref(json::at(object, u"/spec/nodeRef"_s).toObject()),
          m_node(nodeOf(world, nsOf(object), m_ref))
    {
    }

    Plan plan()
    {
        observe(m_draft);
        const QString phase = m_draft.phase();
        if (deleting(m_object)) {
            end();
            return m_draft.take();
        }
        wantFinalizer(m_draft, m_object, QLatin1String(kArtifactFinalizer), true);
        if (phase == "Running"_L1)
            run();
        else if (phase.isEmpty() || phase == "Pending"_L1)
            begin();
        return m_draft.take();
    }

private:
    [[nodiscard]] bool toSecret() const
    {
        const QJsonObject destination = json::at(m_object, u"/spec/destination"_s).toObject();
        return !destination.contains("s3"_L1) && !destination.contains("vault"_L1);
    }

    [[nodiscard]] QString secretName() const
    {
        const QString given = text(m_object, u"/spec/destination/secretName"_s);
        return given.isEmpty() ? nameOf(m_object) : given;
    }

    void begin()
    {
        const QString kind = m_ref.value("kind"_L1).toString();
        if (kind == "SyncDomain"_L1) {
            return refuse(m_draft, u"Failed"_s, u"NoIdentityToDump"_s,
                u"spec.nodeRef: %1 has no participant; its keys are backed up with the sequencer's and mediator's databases"_s.arg(
                    nodeText(m_ref)));
        }
        if (m_node.isEmpty()) {
            m_draft.again(10s);
            return refuse(m_draft, u"Pending"_s, u"NodeNotFound"_s,
                u"spec.nodeRef: there is no %1 in %2; it starts as soon as there is one"_s.arg(nodeText(m_ref), nsOf(m_object)));
        }
        const QJsonObject secret = m_world.find(u"secrets"_s, nsOf(m_object), secretName());
        const QString owner = json::at(secret, u"/metadata/labels"_s).toObject().value(QLatin1String(kDumpLabel)).toString();
        if (toSecret() && !secret.isEmpty() && owner != nameOf(m_object)) {
            return refuse(m_draft, u"Failed"_s, u"SecretTaken"_s,
                u"spec.destination.secretName: there is a Secret %1 already that is not this dump's; name another"_s.arg(secretName()));
        }
        accept(m_draft);
        if (!serving(m_node)) {
            const QString phase = phaseOf(m_node);
            if (phase == "Suspended"_L1 || phase == "Failed"_L1 || phase == "Deleting"_L1)
                return fail(u"%1 is %2: its participant does not answer"_s.arg(nodeText(m_ref), phase));
            m_draft.setPhase(u"Pending"_s, u"Waits for %1, which is %2."_s.arg(nodeText(m_ref), phase.isEmpty() ? u"not looked at yet"_s : phase));
            m_draft.again(10s);
            return;
        }
        m_draft.set(u"/startTime"_s, m_moment.stamp());
        m_draft.setPhase(u"Running"_s, u"Reads keys and topology of %1."_s.arg(nodeText(m_ref)));
        m_draft.event(u"Normal"_s, u"DumpStarted"_s, u"dumps the identity of %1"_s.arg(nodeText(m_ref)));
        m_draft.again(15s);
    }

    void run()
    {
        const auto whole = m_moment.real(15s);
        const auto elapsed = m_draft.since(u"/startTime"_s);
        if (elapsed < whole) {
            m_draft.again(std::chrono::milliseconds(qint64(double((whole - elapsed).count()) * m_moment.speed) + 1));
            return;
        }
        if (m_node.isEmpty() || !serving(m_node))
            return fail(u"%1 does not answer any more"_s.arg(nodeText(m_ref)));
        const QString bucket = text(m_object, u"/spec/destination/s3/bucket"_s);
        if (!bucket.isEmpty() && hasFault(m_node, m_moment, u"broken-backup"_s))
            return fail(u"s3://%1: 403 AccessDenied: the bucket refuses the credentials of Secret %2: renew them, then dump again"_s.arg(bucket,
                text(m_object, u"/spec/destination/s3/secretRef/name"_s)));
        succeed();
    }

    void fail(const QString &problem)
    {
        m_draft.set(u"/completionTime"_s, m_moment.stamp());
        m_draft.setCondition(u"Created"_s, u"False"_s, u"NotWritten"_s, problem);
        m_draft.setPhase(u"Failed"_s, problem);
        m_draft.event(u"Warning"_s, u"DumpFailed"_s, problem);
    }

    [[nodiscard]] QByteArray content(const QString &participant) const
    {
        QJsonArray keys;
        for (const QString &use : {u"namespace"_s, u"signing"_s, u"encryption"_s, u"sequencer-auth"_s, u"session"_s}) {
            keys.append(QJsonObject{{u"name"_s, use}, {u"fingerprint"_s, QString(u"1220"_s + digest(QString(participant + use)))},
                {u"keyPair"_s, u"left out: this is the demo network, there is no key"_s}});
        }
        return json::compact(QJsonObject{{u"id"_s, participant}, {u"keys"_s, keys}, {u"version"_s, versionOf(m_node)},
            {u"authorizedStoreSnapshot"_s, u"left out: this is the demo network"_s}});
    }

    void writeSecret(const QByteArray &dump)
    {
        ports::WriteRequest request = creation(u"Secret"_s, u"secrets"_s, secretName(), m_object, m_node, {});
        request.gvr = core(u"secrets"_s);
        QJsonValue body = request.body;
        json::set(body, u"/apiVersion"_s, u"v1"_s);
        json::remove(body, u"/spec"_s);
        json::set(body, u"/type"_s, QLatin1String(kSecretType));
        json::set(body, u"/data"_s, QJsonObject{{u"identity.json"_s, QString::fromLatin1(dump.toBase64())}});
        QJsonObject labels = json::at(body, u"/metadata/labels"_s).toObject();
        labels.insert(QLatin1String(kDumpLabel), nameOf(m_object));
        const QString network = text(m_node, u"/spec/networkRef/name"_s);
        if (!labels.contains("canton.quarterdeck.io/network"_L1) && !network.isEmpty())
            labels.insert("canton.quarterdeck.io/network"_L1, network);   // the operator watches Secrets by this label
        json::set(body, u"/metadata/labels"_s, labels);
        request.body = body;
        m_draft.write(request);
    }

    void succeed()
    {
        QString participant = text(m_node, u"/status/participantId"_s);
        if (participant.isEmpty())
            participant = u"PAR::%1::1220%2"_s.arg(nameOf(m_node), digest(QString(nsOf(m_node) + u'/' + nameOf(m_node))));
        const QByteArray dump = content(participant);
        const bool outside = !toSecret();
        if (outside) {
            m_draft.setCondition(u"OffClusterCopy"_s, u"True"_s, u"Exported"_s);
        } else {
            writeSecret(dump);
            m_draft.set(u"/secretRef"_s, QJsonObject{{u"name"_s, secretName()}});
            m_draft.setCondition(u"OffClusterCopy"_s, u"False"_s, u"NotExported"_s,
                u"The only copy is Secret %1 in this cluster."_s.arg(secretName()));
        }
        m_draft.setCondition(u"Created"_s, u"True"_s, u"Written"_s);
        m_draft.set(u"/completionTime"_s, m_moment.stamp());
        m_draft.set(u"/time"_s, m_moment.stamp());
        m_draft.set(u"/participantId"_s, participant);
        m_draft.set(u"/keyCount"_s, 5);
        m_draft.set(u"/version"_s, versionOf(m_node));
        m_draft.set(u"/checksum"_s, digest(QString::fromUtf8(dump)));
        m_draft.set(u"/exportedOutsideCluster"_s, outside);
        m_draft.setPhase(u"Succeeded"_s);
        m_draft.event(u"Normal"_s, u"DumpSucceeded"_s, u"5 keys of %1"_s.arg(participant));
    }

    /// The Secret goes with its dump, by owner reference; a restore under way holds both.
    void end()
    {
        releaseArtifacts(m_draft, m_object, m_draft.phase(), readByRestore(m_world, m_object, u"/spec/identityDumpRef"_s));
    }

    QJsonObject m_object;
    const World &m_world;
    Moment m_moment;
    StatusDraft m_draft;
    QJsonObject m_ref;
    QJsonObject m_node;
};

class DumpReconciler final : public Reconciler {
public:
    QString plural() const override { return u"identitydumps"_s; }

    Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        return DumpLook(object, world, moment).plan();
    }

    QList<std::pair<QString, QString>> touches(const QJsonObject &object, const World &world) const override
    {
        const QString ns = nsOf(object);
        QList<std::pair<QString, QString>> all;
        const QString plural = pluralOfNode(text(object, u"/spec/nodeRef/kind"_s));
        if (!plural.isEmpty())
            all.append({plural, QString(ns + u'/' + text(object, u"/spec/nodeRef/name"_s))});
        for (const QJsonObject &restore : world.referring(u"restores"_s, u"/spec/identityDumpRef"_s, ns, {}, nameOf(object)))
            all.append({u"restores"_s, QString(ns + u'/' + nameOf(restore))});
        return all;
    }
};

}

std::unique_ptr<Reconciler> makeIdentityDump()
{
    return std::make_unique<DumpReconciler>();
}

}
