// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/NodesLook.h"
#include "models/core/Json.h"

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

QString NodeLook::blockedBy() const
{
    if (m_kind.kind == "SyncDomain"_L1) {
        QStringList names;
        for (const QJsonObject &edge :
            m_world.referring(u"syncdomainconnections"_s, u"/spec/target/syncDomainRef"_s, {}, {}, m_name)) {
            const QString ns = json::at(edge, u"/metadata/namespace"_s).toString();
            if (json::at(edge, u"/spec/target/syncDomainRef/namespace"_s).toString(ns) == m_ns)
                names.append(json::at(edge, u"/metadata/name"_s).toString());
        }
        names.sort();
        if (names.isEmpty())
            return {};
        return u"%1 SyncDomainConnection(s) refer to this domain: %2. Delete them first."_s.arg(
            QString::number(names.size()), QStringList(names.mid(0, 10)).join(u", "_s));
    }
    if (m_kind.kind != "SuperValidator"_L1)
        return {};
    const QString network = text(u"/networkRef/name"_s);
    for (const QJsonObject &other : m_world.all(u"supervalidators"_s, m_ns)) {
        if (json::at(other, u"/metadata/name"_s).toString() != m_name
            && json::at(other, u"/spec/networkRef/name"_s).toString() == network
            && !json::at(other, u"/metadata/deletionTimestamp"_s).isString())
            return {};
    }
    QStringList sponsored;
    for (const QJsonObject &node : m_world.all(u"validators"_s, m_ns)) {
        if (json::at(node, u"/spec/networkRef/name"_s).toString() == network
            && sponsors(node))
            sponsored.append(json::at(node, u"/metadata/name"_s).toString());
    }
    sponsored.sort();
    if (sponsored.isEmpty())
        return {};
    return u"It is the last super validator of the network %1, and it sponsors %2. Delete those first."_s.arg(
        network, QStringList(sponsored.mid(0, 10)).join(u", "_s));
}

bool NodeLook::dropFinalizer(const QString &name, const QString &reason, const QString &message)
{
    QJsonArray finalizers = json::at(m_object, u"/metadata/finalizers"_s).toArray();
    for (qsizetype i = 0; i < finalizers.size(); ++i) {
        if (finalizers.at(i).toString() != name)
            continue;
        finalizers.removeAt(i);
        m_draft.setMetadata(u"/finalizers"_s, finalizers);
        m_draft.event(u"Normal"_s, reason, message);
        return true;
    }
    return false;
}

void NodeLook::teardown()
{
    const QString before = m_draft.phase();
    const QString blocked = blockedBy();
    m_draft.observed();
    if (!blocked.isEmpty()) {
        condition(u"DeletionBlocked"_s, u"True"_s,
            m_kind.kind == "SyncDomain"_L1 ? u"Connections"_s : u"LastSuperValidator"_s, blocked,
            {u"Warning"_s, u"DeletionBlocked"_s, blocked});
        m_draft.setPhase(u"Deleting"_s, blocked);
        m_draft.again(15s);
        return;
    }
    if (m_draft.conditionTrue(u"DeletionBlocked"_s))
        m_draft.setCondition(u"DeletionBlocked"_s, u"False"_s, u"Free"_s, u"Nothing refers to it any more."_s);
    m_draft.setPhase(u"Deleting"_s, u"Stopping every component."_s);
    m_draft.setCondition(u"Ready"_s, u"False"_s, u"Deleting"_s);
    if (before != "Deleting"_L1) {
        m_draft.event(u"Normal"_s, u"Deleting"_s, u"Components are stopped, the user interfaces first, the database last"_s);
        if (!m_draft.conditionTrue(u"IdentityBackedUp"_s))
            m_draft.event(u"Warning"_s, u"IdentityNotBackedUp"_s,
                u"There is no fresh identity dump: this identity cannot be brought back"_s);
        return;
    }
    m_states = m_pods.play(nodeComponents(m_object), true);
    components();
    if (podCount() > 0) {
        m_draft.again(500ms);
        return;
    }
    if (dropFinalizer(u"canton.quarterdeck.io/idp"_s, u"ClientsRemoved"_s,
            u"Clients and users of the node were removed from the identity provider"_s)) {
        m_draft.setPhase(u"Deleting"_s, u"Clients of the identity provider are removed."_s);
        return;
    }
    (void)dropFinalizer(
        u"canton.quarterdeck.io/teardown"_s, u"TornDown"_s, u"Workloads were removed; the volumes are kept"_s);
}

}
