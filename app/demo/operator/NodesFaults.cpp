// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/NodesLook.h"
#include "models/core/Json.h"

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

/// `why`: what status.retry told of it before; empty: nothing.
Ailment crashOf(const QString &component, const QString &pod, const QString &why)
{
    Ailment ill{Ailment::Kind::Crash, u"CrashLoop"_s,
        u"The container %1 ends with exit code 1 again and again%2. Read the log of pod %3, mend what it names, and restart the node."_s.arg(
            component, why.isEmpty() ? QString() : QString(u": "_s + why), pod),
        {}};
    if (!why.isEmpty())
        ill.lines = {QString(u"ERROR|Failed to initialize the node's storage: "_s + why),
            u"INFO|Shutting down all nodes"_s};
    else if (component.endsWith("postgres"_L1))
        ill.lines = {u"ERROR|could not locate a valid checkpoint record"_s, u"INFO|startup process was terminated by signal 6: Aborted"_s};
    else if (component.endsWith("-ui"_L1))
        ill.lines = {u"ERROR|host not found in upstream \"validator\" in /etc/nginx/conf.d/default.conf:12"_s};
    else
        ill.lines = {u"ERROR|An unexpected error happened: java.lang.IllegalStateException: the node's storage cannot be read"_s,
            u"ERROR|Fatal error occurred, crashing the node to recover from invalid state"_s,
            u"INFO|Shutting down all nodes"_s};
    return ill;
}

/// The first replica has every connection there is: those behind it never start.
Ailment noConnections(const Component &component, const QString &pod)
{
    return {Ailment::Kind::Crash, u"NoConnections"_s,
        u"The database has no connection left for pod %1: 1 of %2 replicas of %3 runs. Scale %3 back to 1, or raise max_connections."_s.arg(
            pod, QString::number(component.desired), component.name),
        {u"ERROR|Failed to initialize the node's storage: PSQLException: FATAL: remaining connection slots are reserved for non-replication superuser connections"_s,
            u"INFO|Shutting down all nodes"_s},
        1};
}

Ailment diskFull(const QString &volume, Ailment::Kind kind, bool database)
{
    Ailment ill{kind, u"DiskFull"_s, {}, {}};
    ill.message = u"The database cannot write: %1 is full. Grow spec.storageSize or prune."_s.arg(volume);
    if (database)
        ill.lines = {u"ERROR|could not write to file \"pg_wal/xlogtemp.29\": No space left on device"_s,
            u"INFO|all server processes terminated; reinitializing"_s};
    else
        ill.lines = {
            u"ERROR|DB_STORAGE_DEGRADATION(3,0): Could not write to the database: PSQLException: PANIC: No space left on device"_s,
            u"WARN|Health of component 'db-storage' is failed: the node is not serving"_s};
    return ill;
}

}

void NodeLook::playFault()
{
    if (!m_fault)
        return;
    if (m_fault->until.isValid()) {
        const double left = double(std::max<qint64>(0, m_moment.now.msecsTo(m_fault->until)) + 1);
        m_draft.again(milliseconds(qint64(left * m_moment.speed)));
    }
    if (m_suspended)
        return;
    const QList<Component> components = nodeComponents(m_object);
    if (m_fault->name == "crash"_L1) {
        const QString name = componentNamed(m_fault->component, m_kind);
        const QString told = m_draft.at(u"/retry/lastError"_s).toString();
        const QString why = told.startsWith(QString(name + u" exited"_s)) ? told.section(u": "_s, 1) : QString();
        m_pods.ail(name, crashOf(name, podName(m_name, name, 0), why));
        return;
    }
    if (m_fault->name == "few-connections"_L1) {
        const QString name = componentNamed(m_fault->component, m_kind);
        for (const Component &component : components) {
            if (component.name == name && component.desired > 1)
                m_pods.ail(name, noConnections(component, podName(m_name, name, 1)));
        }
        return;
    }
    if (m_fault->name != "disk-full"_L1)
        return;
    QString volume = u"the volume of the external server"_s;
    for (const Component &component : components) {
        if (!component.database)
            continue;
        volume = u"the volume data-%1 (%2)"_s.arg(podName(m_name, component.name, 0), component.storage);
        m_pods.ail(component.name, diskFull(volume, Ailment::Kind::Crash, true));
    }
    for (const Component &component : components) {
        const bool writes = component.name == "participant"_L1 || component.name == "sequencer"_L1
            || component.name == "mediator"_L1;
        if (writes)
            m_pods.ail(component.name, diskFull(volume, Ailment::Kind::Unready, false));
    }
}

}
