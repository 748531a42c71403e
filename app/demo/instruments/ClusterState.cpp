// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/instruments/ClusterState.h"

#include "app/demo/workload/Exposition.h"
#include "app/demo/workload/Subject.h"
#include "models/core/Json.h"

#include <QJsonArray>

#include <cmath>
#include <functional>

namespace qd::demo {

using namespace Qt::StringLiterals;
using exposition::Labels;

namespace {

const QHash<QString, QString> &nodeKinds()
{
    static const QHash<QString, QString> kinds{{u"validators"_s, u"Validator"_s}, {u"participants"_s, u"Participant"_s},
        {u"supervalidators"_s, u"SuperValidator"_s}, {u"syncdomains"_s, u"SyncDomain"_s}};
    return kinds;
}

bool isKept(const QString &plural)
{
    return nodeKinds().contains(plural) || plural == "pods"_L1 || plural == "backupschedules"_L1 || plural == "pruningschedules"_L1;
}

QString textAt(const QJsonObject &object, const QString &pointer)
{
    return json::at(object, pointer).toString();
}

double secondsOf(const QString &time)
{
    const QDateTime at = QDateTime::fromString(time, Qt::ISODateWithMs);
    return at.isValid() ? double(at.toMSecsSinceEpoch()) / 1000 : 0.0;
}


/// Families of samples: HELP and TYPE stand before the first of a name.
class Exposed {
public:
    void family(const char *name, const char *type, const char *help)
    {
        m_name = name;
        m_head = QByteArray("# HELP ") + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
    }
    void sample(const Labels &labels, double value)
    {
        m_out += std::exchange(m_head, {}) + m_name + '{' + exposition::labelText(labels) + "} " + exposition::numberText(value) + '\n';
    }
    [[nodiscard]] QByteArray text() const { return m_out; }

private:
    QByteArray m_name, m_head, m_out;
};

using Objects = QMap<QString, QJsonObject>;

/// The database of a node's component: its pod, and how full its volume is.
struct Database {
    QString ns, pod, component;
    double capacity = 0, used = 0;
    double hours = 0;                   ///< it has run
    Subject subject;
    bool up = false;
};

constexpr double kHourly = 48e6;        ///< bytes a database grows by in an hour, times 0.5 to 1.5
constexpr double kBackups = 4 * 3600;   ///< seconds between those of a schedule
constexpr double kFile = 16777216;      ///< of the write-ahead log

QList<Database> databasesOf(const QMap<QString, Objects> &objects, quint64 seed, const QDateTime &now)
{
    QList<Database> all;
    for (const QJsonObject &pod : objects.value(u"pods"_s)) {
        Database one;
        one.component = textAt(pod, u"/metadata/labels/canton.quarterdeck.io~1component"_s);
        one.capacity = exposition::bytesOf(textAt(pod, u"/metadata/annotations/canton.quarterdeck.io~1storage-size"_s));
        if (!one.component.endsWith("postgres"_L1))
            continue;
        if (one.capacity <= 0)
            one.capacity = 100 * 1073741824.0;
        one.ns = textAt(pod, u"/metadata/namespace"_s);
        one.pod = textAt(pod, u"/metadata/name"_s);
        Subject subject;
        subject.pod = pod;
        subject.now = now;
        subject.seed = seed;
        const QString place = QString(one.ns + u'/' + textAt(pod, u"/metadata/labels/canton.quarterdeck.io~1node"_s));
        for (auto kind = nodeKinds().begin(); kind != nodeKinds().end() && subject.node.isEmpty(); ++kind)
            subject.node = objects.value(kind.key()).value(place);
        subject.readPod();
        one.up = subject.ready;
        // A volume is there as long as its pod, whatever its container does.
        QDateTime since = QDateTime::fromString(textAt(pod, u"/status/startTime"_s), Qt::ISODateWithMs);
        if (subject.started.isValid() && (!since.isValid() || subject.started < since))
            since = subject.started;
        one.hours = double(since.secsTo(now)) / 3600;
        subject.component = one.component;
        if (!since.isValid() || one.hours < 0)
            continue;
        const double begun = one.capacity * (0.12 + 0.2 * subject.chance("disk"));
        // Pruning gives back by the night what the day has brought, but for a little.
        const double day = std::fmod(double(now.toSecsSinceEpoch()), 86400.0) / 3600;
        const double rate = kHourly * (0.5 + subject.chance("growth"));
        one.used = std::min(one.capacity * 0.8, begun + rate * (day + 0.02 * one.hours));
        for (const QJsonValue &value : json::at(subject.node, u"/status/conditions"_s).toArray()) {
            const QJsonObject condition = value.toObject();
            if (condition.value("reason"_L1).toString() == "DiskFull"_L1 && condition.value("status"_L1).toString() == "False"_L1
                && secondsOf(condition.value("lastTransitionTime"_L1).toString()) * 1000 <= double(now.toMSecsSinceEpoch()))
                one.used = one.capacity - kFile / 4;
        }
        one.used = std::floor(one.used);
        one.subject = subject;
        all.append(one);
    }
    return all;
}

QByteArray kubeletPage(const QList<Database> &databases)
{
    Exposed page;
    const auto volumes = [&](const char *name, const char *help, const std::function<double(const Database &)> &value) {
        page.family(name, "gauge", help);
        for (const Database &one : databases)
            page.sample({{u"namespace"_s, one.ns}, {u"persistentvolumeclaim"_s, QString(u"data-"_s + one.pod)}}, std::floor(value(one)));
    };
    volumes("kubelet_volume_stats_capacity_bytes", "[ALPHA] Capacity in bytes of the volume", [](const Database &d) { return d.capacity; });
    volumes("kubelet_volume_stats_used_bytes", "[ALPHA] Number of used bytes in the volume", [](const Database &d) { return d.used; });
    volumes("kubelet_volume_stats_available_bytes", "[ALPHA] Number of available bytes in the volume",
        [](const Database &d) { return d.capacity - d.used; });
    return page.text();
}

/// Tables that grow large, with their share of the database.
QList<std::pair<QString, double>> tablesOf(const QString &component)
{
    if (component.contains("sequencer"_L1))
        return {{u"sequencer_events"_s, 0.5}, {u"sequencer_payloads"_s, 0.3}, {u"seq_block_height"_s, 0.05}};
    if (component.contains("mediator"_L1))
        return {{u"med_response_aggregations"_s, 0.55}, {u"common_sequenced_events"_s, 0.3}};
    return {{u"par_contracts"_s, 0.28}, {u"lapi_events_create"_s, 0.22}, {u"common_sequenced_events"_s, 0.14},
        {u"lapi_events_consuming_exercise"_s, 0.1}, {u"update_history_creates"_s, 0.08}, {u"par_active_contracts"_s, 0.06}};
}

QByteArray postgresPage(const QList<Database> &databases)
{
    Exposed page;
    const auto labels = [](const Database &one) { return Labels{{u"namespace"_s, one.ns}, {u"pod"_s, one.pod}, {u"server"_s, QString(one.pod + u":5432"_s)}}; };
    page.family("pg_up", "gauge", "Whether the last scrape of metrics from PostgreSQL was able to connect to the server (1 for yes, 0 for no).");
    for (const Database &one : databases)
        page.sample(labels(one), one.up ? 1 : 0);
    page.family("pg_database_size_bytes", "gauge", "Disk space used by the database");
    for (const Database &one : databases) {
        if (one.up)
            page.sample(labels(one) + Labels{{u"datname"_s, u"canton"_s}}, std::floor(one.used * 0.92));
    }
    page.family("pg_stat_database_xact_commit", "counter", "Number of transactions in this database that have been committed");
    for (const Database &one : databases) {
        if (one.up)
            page.sample(labels(one) + Labels{{u"datname"_s, u"canton"_s}}, std::floor(one.hours * 3600 * (6 + 8 * one.subject.chance("commits"))));
    }
    page.family("pg_stat_activity_count", "gauge", "number of connections in this state");
    for (const Database &one : databases) {
        for (const QString &state : {u"active"_s, u"idle"_s}) {
            if (one.up)
                page.sample(labels(one) + Labels{{u"datname"_s, u"canton"_s}, {u"state"_s, state}}, state == "active"_L1 ? 3 : 12);
        }
    }
    page.family("pg_settings_max_connections", "gauge", "Server Parameter: max_connections");
    for (const Database &one : databases) {
        if (one.up)
            page.sample(labels(one), 100);
    }
    for (const bool size : {true, false}) {
        page.family(size ? "pg_stat_user_tables_size_bytes" : "pg_stat_user_tables_n_dead_tup", "gauge",
            size ? "Total disk space used by this table, in bytes, including all indexes and TOAST data" : "Estimated number of dead rows");
        for (const Database &one : databases) {
            for (const auto &[table, share] : tablesOf(one.component)) {
                const double saw = std::fmod(one.hours + 6 * one.subject.chance(table.toUtf8()), 6.0) / 6;
                if (one.up)
                    page.sample(labels(one) + Labels{{u"datname"_s, u"canton"_s}, {u"schemaname"_s, u"public"_s}, {u"relname"_s, table}},
                        std::floor(size ? one.used * 0.92 * share : 40000 * share * saw));
            }
        }
    }
    return page.text();
}

Labels podLabels(const QJsonObject &pod)
{
    return {{u"namespace"_s, textAt(pod, u"/metadata/namespace"_s)}, {u"pod"_s, textAt(pod, u"/metadata/name"_s)},
        {u"uid"_s, textAt(pod, u"/metadata/uid"_s)}};
}

void podFamilies(Exposed &page, const Objects &pods, const QDateTime &now)
{
    QList<std::pair<QJsonObject, Subject>> all;
    for (const QJsonObject &pod : pods) {
        Subject subject;
        subject.pod = pod;
        subject.now = now;
        subject.readPod();
        // A moment before it was ready for the last time it was ready, unless it had not begun.
        if (!subject.ready && subject.running && subject.unready > now)
            subject.ready = subject.started <= now;
        all.append({pod, subject});
    }
    page.family("kube_pod_status_phase", "gauge", "[STABLE] The pods current phase.");
    for (const auto &[pod, subject] : all) {
        for (const QString &phase : {u"Pending"_s, u"Succeeded"_s, u"Failed"_s, u"Unknown"_s, u"Running"_s})
            page.sample(podLabels(pod) + Labels{{u"phase"_s, phase}}, textAt(pod, u"/status/phase"_s) == phase ? 1 : 0);
    }
    page.family("kube_pod_status_ready", "gauge", "[STABLE] Describes whether the pod is ready to serve requests.");
    for (const auto &[pod, subject] : all) {
        page.sample(podLabels(pod) + Labels{{u"condition"_s, u"true"_s}}, subject.ready ? 1 : 0);
        page.sample(podLabels(pod) + Labels{{u"condition"_s, u"false"_s}}, subject.ready ? 0 : 1);
        page.sample(podLabels(pod) + Labels{{u"condition"_s, u"unknown"_s}}, 0);
    }
    page.family("kube_pod_container_status_restarts_total", "counter", "[STABLE] The number of container restarts per container.");
    for (const auto &[pod, subject] : all) {
        const QJsonObject container = json::at(pod, u"/status/containerStatuses/0"_s).toObject();
        page.sample(podLabels(pod) + Labels{{u"container"_s, container.value("name"_L1).toString()}}, container.value("restartCount"_L1).toInt());
    }
    page.family("kube_pod_container_status_waiting_reason", "gauge", "[STABLE] Describes the reason the container is currently in waiting state.");
    for (const auto &[pod, subject] : all) {
        const QJsonObject container = json::at(pod, u"/status/containerStatuses/0"_s).toObject();
        const QString reason = json::at(container, u"/state/waiting/reason"_s).toString();
        if (!reason.isEmpty())
            page.sample(podLabels(pod) + Labels{{u"container"_s, container.value("name"_L1).toString()}, {u"reason"_s, reason}}, 1);
    }
}

Labels customLabels(const QString &kind, const QJsonObject &object)
{
    return {{u"customresource_group"_s, u"canton.quarterdeck.io"_s}, {u"customresource_kind"_s, kind},
        {u"customresource_version"_s, u"v1alpha1"_s}, {u"namespace"_s, textAt(object, u"/metadata/namespace"_s)},
        {u"name"_s, textAt(object, u"/metadata/name"_s)}};
}

Labels scheduleLabels(const QString &kind, const QJsonObject &object, const QString &reference)
{
    return customLabels(kind, object)
        + Labels{{u"node_kind"_s, textAt(object, QString(reference + u"/kind"_s))}, {u"node_name"_s, textAt(object, QString(reference + u"/name"_s))}};
}

void conditionsOf(Exposed &page, const QString &kind, const Objects &objects, const QDateTime &now)
{
    for (const QJsonObject &object : objects) {
        for (const QJsonValue &value : json::at(object, u"/status/conditions"_s).toArray()) {
            const QJsonObject one = value.toObject();
            const QString status = one.value("status"_L1).toString();
            // kube-state-metrics makes a number of True and False; of Unknown it makes none.
            if (status != "True"_L1 && status != "False"_L1)
                continue;
            const bool then = secondsOf(one.value("lastTransitionTime"_L1).toString()) * 1000 <= double(now.toMSecsSinceEpoch());
            page.sample(customLabels(kind, object) + Labels{{u"type"_s, one.value("type"_L1).toString()}}, (status == "True"_L1) == then ? 1 : 0);
        }
    }
}

void customFamilies(Exposed &page, const QMap<QString, Objects> &objects, const QDateTime &now)
{
    page.family("kube_customresource_canton_condition", "gauge", "Whether a condition of the object holds.");
    for (auto kind = nodeKinds().begin(); kind != nodeKinds().end(); ++kind)
        conditionsOf(page, kind.value(), objects.value(kind.key()), now);
    conditionsOf(page, u"BackupSchedule"_s, objects.value(u"backupschedules"_s), now);
    const Objects schedules = objects.value(u"backupschedules"_s);
    page.family("kube_customresource_canton_backup_last_success", "gauge", "When a backup of the schedule last succeeded, in seconds since the epoch.");
    for (const QJsonObject &one : schedules) {
        double last = secondsOf(textAt(one, u"/status/lastSuccessTime"_s));
        while (last > double(now.toSecsSinceEpoch()))   // the one before, as nearly all are made every four hours
            last -= kBackups;
        if (last > 0)
            page.sample(scheduleLabels(u"BackupSchedule"_s, one, u"/spec/template/nodeRef"_s), std::floor(last));
    }
    page.family("kube_customresource_canton_backup_suspended", "gauge", "Whether the schedule makes no backups.");
    for (const QJsonObject &one : schedules)
        page.sample(scheduleLabels(u"BackupSchedule"_s, one, u"/spec/template/nodeRef"_s), json::at(one, u"/spec/suspend"_s).toBool() ? 1 : 0);
}

}

void ClusterState::put(const QString &plural, const QJsonObject &object)
{
    if (!isKept(plural))
        return;
    const std::lock_guard lock(m_mutex);
    m_objects[plural].insert(QString(textAt(object, u"/metadata/namespace"_s) + u'/' + textAt(object, u"/metadata/name"_s)), object);
}

void ClusterState::remove(const QString &plural, const QString &ns, const QString &name)
{
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_objects.find(plural); found != m_objects.end())
        found->remove(QString(ns + u'/' + name));
}

QByteArray ClusterState::text(ClusterState::Page page, const QDateTime &now) const
{
    QMap<QString, Objects> objects;
    {
        const std::lock_guard lock(m_mutex);
        objects = m_objects;
    }
    if (page == ClusterState::Page::Kubelet)
        return kubeletPage(databasesOf(objects, m_seed, now));
    if (page == ClusterState::Page::Postgres)
        return postgresPage(databasesOf(objects, m_seed, now));
    Exposed out;
    podFamilies(out, objects.value(u"pods"_s), now);
    customFamilies(out, objects, now);
    return out.text();
}

}
