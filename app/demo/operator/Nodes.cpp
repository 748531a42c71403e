// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/NodesLook.h"
#include "models/core/Json.h"

#include <QVersionNumber>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

class NodeReconciler final : public Reconciler {
public:
    explicit NodeReconciler(const NodeKind &kind) : m_kind(kind) { }
    [[nodiscard]] QString plural() const override { return m_kind.plural; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        return NodeLook(m_kind, object, world, moment).run();
    }
    [[nodiscard]] QList<std::pair<QString, QString>> touches(const QJsonObject &object, const World &world) const override
    {
        // What its backups are refused for is told by their schedules.
        const QString fault = json::at(object, u"/metadata/annotations"_s).toObject().value(QLatin1String(kFaultAnnotation)).toString();
        if (!fault.startsWith("broken-backup"_L1))
            return {};
        const QString ns = json::at(object, u"/metadata/namespace"_s).toString();
        QList<std::pair<QString, QString>> touched;
        for (const QJsonObject &schedule : world.referring(u"backupschedules"_s, u"/spec/template/nodeRef"_s, ns, m_kind.kind,
                 json::at(object, u"/metadata/name"_s).toString()))
            touched.append({u"backupschedules"_s, QString(ns + u'/' + json::at(schedule, u"/metadata/name"_s).toString())});
        return touched;
    }

private:
    const NodeKind &m_kind;
};

/// A CantonNetwork has nothing to run: it is probed, and its nodes look at it.
class NetworkReconciler final : public Reconciler {
public:
    [[nodiscard]] QString plural() const override { return u"cantonnetworks"_s; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override;
    [[nodiscard]] QList<std::pair<QString, QString>> touches(const QJsonObject &object, const World &world) const override;
};

/// What the nodes of a network say together.
struct Census {
    QVersionNumber version;
    QString versionText;
    int migrationId = -1;
    int superValidators = 0;
};

Census censusOf(const QJsonObject &network, const World &world)
{
    Census census;
    const QString ns = json::at(network, u"/metadata/namespace"_s).toString();
    const QString name = json::at(network, u"/metadata/name"_s).toString();
    const auto ask = [&](const QString &plural, bool versionCounts) {
        for (const QJsonObject &node : world.all(plural, ns)) {
            if (json::at(node, u"/spec/networkRef/name"_s).toString() != name)
                continue;
            const QString text = json::at(node, u"/status/version"_s).toString();
            const QVersionNumber version = QVersionNumber::fromString(text);
            if (versionCounts && version > census.version) {
                census.version = version;
                census.versionText = text;
            }
            if (plural == "supervalidators"_L1 && json::at(node, u"/status/phase"_s).toString() == "Ready"_L1)
                ++census.superValidators;
            census.migrationId = std::max(census.migrationId, json::at(node, u"/status/currentMigrationId"_s).toInt(-1));
        }
    };
    ask(u"supervalidators"_s, true);
    ask(u"validators"_s, census.versionText.isEmpty());
    return census;
}

/// Rounds are ten minutes long; each network began at a time of its own.
qint64 roundOf(const QJsonObject &network, const Moment &moment, qint64 known, const QString &since)
{
    const QDateTime probed = QDateTime::fromString(since, Qt::ISODate);
    if (known > 0 && probed.isValid()) {
        const qint64 before = probed.toSecsSinceEpoch() / 600;
        return known + std::max<qint64>(0, moment.now.toSecsSinceEpoch() / 600 - before);
    }
    const qint64 age = 6000 + qint64(60000 * moment.chance(network, u"round"_s));
    return age;
}

/// What another object would have to be there for.
QString refusalOf(const QJsonObject &network, const World &world)
{
    const QString ns = json::at(network, u"/metadata/namespace"_s).toString();
    const QString kms = json::at(network, u"/spec/kmsConfigRef/name"_s).toString();
    if (kms.isEmpty() || !world.find(u"kmsconfigs"_s, ns, kms).isEmpty())
        return {};
    return u"spec.kmsConfigRef: the namespace %1 has no KmsConfig %2. Create it, or name one that is there."_s.arg(ns, kms);
}

void probe(StatusDraft &draft, const QJsonObject &network, const World &world, const Moment &moment)
{
    const bool open = json::at(network, u"/spec/type"_s).toString() != "Private"_L1;
    const Census census = censusOf(network, world);
    const int declared = json::at(network, u"/spec/migrationId"_s).toInt(0);
    const QString last = draft.at(u"/lastProbeTime"_s).toString();
    if (open) {
        draft.set(u"/currentRound"_s, roundOf(network, moment, draft.at(u"/currentRound"_s).toInteger(0), last));
        if (draft.at(u"/activeSvCount"_s).isUndefined())
            draft.set(u"/activeSvCount"_s,
                std::max(census.superValidators, 13 + int(3 * moment.chance(network, u"svs"_s))));
        const QVersionNumber known = QVersionNumber::fromString(draft.at(u"/networkVersion"_s).toString());
        if (census.version > known)
            draft.set(u"/networkVersion"_s, census.versionText);
    }
    // A private subnet does not migrate; the id its bridge reports is that of the network outside.
    draft.set(u"/observedMigrationId"_s, open ? std::max(declared, census.migrationId) : declared);
    draft.set(u"/lastProbeTime"_s, moment.stamp());
}

}

Plan NetworkReconciler::reconcile(const QJsonObject &object, const World &world, const Moment &moment) const
{
    StatusDraft draft(object, moment);
    if (json::at(object, u"/metadata/deletionTimestamp"_s).isString())
        return draft.take();   // no finalizer of ours
    const bool open = json::at(object, u"/spec/type"_s).toString() != "Private"_L1;
    const QString before = draft.phase();
    const milliseconds interval = 2 * ambientInterval(world);
    const QDateTime last = QDateTime::fromString(draft.at(u"/lastProbeTime"_s).toString(), Qt::ISODate);
    const qint64 gone = last.isValid() ? last.msecsTo(moment.now) : interval.count();
    const bool due = gone >= interval.count() || gone < 0 || draft.newGeneration();
    if (due)
        probe(draft, object, world, moment);
    draft.again(milliseconds(qint64(double(due ? interval.count() : interval.count() - gone) * moment.speed) + 1));
    draft.observed();
    const QString refused = refusalOf(object, world);
    if (!refused.isEmpty() && draft.condition(u"SpecAccepted"_s).value("message"_L1).toString() != refused)
        draft.event(u"Warning"_s, u"KmsConfigNotFound"_s, refused);
    draft.setCondition(u"SpecAccepted"_s, refused.isEmpty() ? u"True"_s : u"False"_s,
        refused.isEmpty() ? u"Accepted"_s : u"KmsConfigNotFound"_s, refused);
    const int declared = json::at(object, u"/spec/migrationId"_s).toInt(0);
    const int observed = draft.at(u"/observedMigrationId"_s).toInt(declared);
    if (open) {
        draft.setCondition(u"ScanReachable"_s, u"True"_s, u"Answered"_s);
        draft.setCondition(u"MigrationIdMatches"_s, declared == observed ? u"True"_s : u"False"_s,
            declared == observed ? u"Equal"_s : u"Differs"_s,
            declared == observed ? QString()
                                 : u"spec.migrationId is %1, the nodes run with %2."_s.arg(
                                     QString::number(declared), QString::number(observed)));
    }
    const bool well = declared == observed;
    const QString message = draft.condition(u"MigrationIdMatches"_s).value("message"_L1).toString();
    draft.setPhase(well ? u"Ready"_s : u"Degraded"_s, well ? QString() : message);
    draft.setCondition(u"Ready"_s, well ? u"True"_s : u"False"_s, well ? u"AllProbesPass"_s : u"MigrationIdDiffers"_s, message);
    if (before != draft.phase())
        draft.event(well ? u"Normal"_s : u"Warning"_s, draft.phase(),
            well ? open ? u"Scan answers"_s : u"The subnet is ready"_s : message);
    if (!draft.openRequest(u"reconcile"_s).isEmpty())
        draft.handled(u"reconcile"_s);
    return draft.take();
}

QList<std::pair<QString, QString>> NetworkReconciler::touches(const QJsonObject &object, const World &world) const
{
    QList<std::pair<QString, QString>> touched;
    const QString ns = json::at(object, u"/metadata/namespace"_s).toString();
    const QString name = json::at(object, u"/metadata/name"_s).toString();
    for (const NodeKind &kind : nodeKinds()) {
        for (const QJsonObject &node : world.all(kind.plural, ns)) {
            // Only those that wait for it: the others look at it in their own time.
            if (json::at(node, u"/spec/networkRef/name"_s).toString() == name
                && json::at(node, u"/status/phase"_s).toString() != "Ready"_L1)
                touched.append({kind.plural, QString(ns + u'/' + json::at(node, u"/metadata/name"_s).toString())});
        }
    }
    return touched;
}

void addNodeReconcilers(std::vector<std::unique_ptr<Reconciler>> &to)
{
    to.push_back(std::make_unique<NetworkReconciler>());
    for (const NodeKind &kind : nodeKinds())
        to.push_back(std::make_unique<NodeReconciler>(kind));
}

}
