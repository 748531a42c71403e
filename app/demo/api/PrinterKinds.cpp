// SPDX-License-Identifier: GPL-3.0-or-later
// Columns of workloads, bindings and their like, as kube-apiserver prints them (pkg/printers/internalversion).
#include "app/demo/api/PrinterKinds.h"

#include "app/demo/api/Printer.h"
#include "models/core/Json.h"

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QString kNone = u"<none>"_s;

qint64 number(const QJsonObject &object, const char *pointer)
{
    return json::at(object, QLatin1String(pointer)).toInteger(0);
}

QString word(const QJsonObject &object, const char *pointer)
{
    return json::at(object, QLatin1String(pointer)).toString();
}

QString orNone(const QString &text)
{
    return text.isEmpty() ? kNone : text;
}

QString ageOf(const QJsonObject &object, const QDateTime &now, const char *pointer = "/metadata/creationTimestamp")
{
    const QDateTime since = QDateTime::fromString(word(object, pointer), Qt::ISODate);
    return since.isValid() ? humanDuration(since.secsTo(now)) : u"<unknown>"_s;
}

QString joined(const QJsonArray &array, const char *member)
{
    QStringList texts;
    for (const QJsonValue &one : array)
        texts.append(one.toObject().value(QLatin1String(member)).toString());
    return texts.join(u',');
}

QString selectorOf(const QJsonObject &object)
{
    QStringList terms;
    const QJsonObject labels = json::at(object, u"/spec/selector/matchLabels"_s).toObject();
    for (auto label = labels.begin(); label != labels.end(); ++label)
        terms.append(QString(label.key() + u'=' + label->toString()));
    return orNone(terms.join(u','));
}

QString ratio(qint64 part, qint64 whole)
{
    return QString(QString::number(part) + u'/' + QString::number(whole));
}

QJsonArray withPods(QJsonArray cells, const QJsonObject &object, const char *spec)
{
    const QJsonArray containers = json::at(object, QString(QLatin1String(spec) + u"/containers"_s)).toArray();
    cells.append(joined(containers, "name"));
    cells.append(joined(containers, "image"));
    return cells;
}

QJsonArray deployment(const QJsonObject &o, const QDateTime &now)
{
    QJsonArray cells = withPods({word(o, "/metadata/name"), ratio(number(o, "/status/readyReplicas"), number(o, "/spec/replicas")),
        number(o, "/status/updatedReplicas"), number(o, "/status/availableReplicas"), ageOf(o, now)}, o, "/spec/template/spec");
    cells.append(selectorOf(o));
    return cells;
}

QJsonArray statefulSet(const QJsonObject &o, const QDateTime &now)
{
    return withPods({word(o, "/metadata/name"), ratio(number(o, "/status/readyReplicas"), number(o, "/spec/replicas")), ageOf(o, now)}, o, "/spec/template/spec");
}

QJsonArray replicaSet(const QJsonObject &o, const QDateTime &now)
{
    QJsonArray cells = withPods({word(o, "/metadata/name"), number(o, "/spec/replicas"), number(o, "/status/replicas"), number(o, "/status/readyReplicas"),
        ageOf(o, now)}, o, "/spec/template/spec");
    cells.append(selectorOf(o));
    return cells;
}

QJsonArray job(const QJsonObject &o, const QDateTime &now)
{
    QString status = u"Running"_s;
    for (const QJsonValue &one : json::at(o, u"/status/conditions"_s).toArray()) {
        const QJsonObject condition = one.toObject();
        if (condition.value("status"_L1).toString() == "True"_L1 && condition.value("type"_L1).toString() != "SuccessCriteriaMet"_L1)
            status = condition.value("type"_L1).toString();
    }
    const QDateTime begun = QDateTime::fromString(word(o, "/status/startTime"), Qt::ISODate);
    const QDateTime ended = QDateTime::fromString(word(o, "/status/completionTime"), Qt::ISODate);
    const QString took = begun.isValid() ? humanDuration(begun.secsTo(ended.isValid() ? ended : now)) : QString();
    QJsonArray cells = withPods({word(o, "/metadata/name"), status, ratio(number(o, "/status/succeeded"), std::max<qint64>(1, number(o, "/spec/completions"))), took,
        ageOf(o, now)}, o, "/spec/template/spec");
    cells.append(selectorOf(o));
    return cells;
}

QJsonArray cronJob(const QJsonObject &o, const QDateTime &now)
{
    const bool ran = !word(o, "/status/lastScheduleTime").isEmpty();
    QJsonArray cells = withPods({word(o, "/metadata/name"), word(o, "/spec/schedule"), orNone(word(o, "/spec/timeZone")),
        json::at(o, u"/spec/suspend"_s).toBool() ? u"True"_s : u"False"_s, json::at(o, u"/status/active"_s).toArray().size(),
        ran ? ageOf(o, now, "/status/lastScheduleTime") : kNone, ageOf(o, now)}, o, "/spec/jobTemplate/spec/template/spec");
    cells.append(selectorOf(o));
    return cells;
}

QJsonArray binding(const QJsonObject &o, const QDateTime &now)
{
    QJsonArray cells{word(o, "/metadata/name"), QString(word(o, "/roleRef/kind") + u'/' + word(o, "/roleRef/name")), ageOf(o, now)};
    for (const QString &kind : {u"User"_s, u"Group"_s, u"ServiceAccount"_s}) {
        QStringList names;
        for (const QJsonValue &one : o.value("subjects"_L1).toArray()) {
            const QJsonObject subject = one.toObject();
            if (subject.value("kind"_L1).toString() != kind)
                continue;
            const QString name = subject.value("name"_L1).toString();
            names.append(kind == "ServiceAccount"_L1 ? QString(subject.value("namespace"_L1).toString() + u'/' + name) : name);
        }
        cells.append(names.join(u", "_s));
    }
    return cells;
}

QJsonArray ingress(const QJsonObject &o, const QDateTime &now)
{
    QStringList hosts;
    for (const QJsonValue &rule : json::at(o, u"/spec/rules"_s).toArray()) {
        if (const QString host = rule.toObject().value("host"_L1).toString(); !host.isEmpty())
            hosts.append(host);
    }
    const bool tls = !json::at(o, u"/spec/tls"_s).toArray().isEmpty();
    return {word(o, "/metadata/name"), orNone(word(o, "/spec/ingressClassName")), hosts.isEmpty() ? u"*"_s : hosts.join(u','),
        joined(json::at(o, u"/status/loadBalancer/ingress"_s).toArray(), "ip"), tls ? u"80, 443"_s : u"80"_s, ageOf(o, now)};
}

QJsonArray endpoints(const QJsonObject &o, const QDateTime &now)
{
    QStringList all;
    for (const QJsonValue &subset : o.value("subsets"_L1).toArray()) {
        const QJsonArray ports = subset.toObject().value("ports"_L1).toArray();
        for (const QJsonValue &port : ports) {
            for (const QJsonValue &address : subset.toObject().value("addresses"_L1).toArray())
                all.append(QString(address.toObject().value("ip"_L1).toString() + u':' + QString::number(port.toObject().value("port"_L1).toInteger())));
        }
    }
    const qsizetype more = all.size() - 3;
    const QString shown = more > 0 ? QString(all.mid(0, 3).join(u',') + u" + "_s + QString::number(more) + u" more..."_s) : all.join(u',');
    return {word(o, "/metadata/name"), orNone(shown), ageOf(o, now)};
}

QJsonArray claim(const QJsonObject &o, const QDateTime &now)
{
    static const QHash<QString, QString> shorts{{u"ReadWriteOnce"_s, u"RWO"_s}, {u"ReadOnlyMany"_s, u"ROX"_s}, {u"ReadWriteMany"_s, u"RWX"_s}, {u"ReadWriteOncePod"_s, u"RWOP"_s}};
    QStringList modes;
    for (const QJsonValue &mode : json::at(o, u"/status/accessModes"_s).toArray())
        modes.append(shorts.value(mode.toString(), mode.toString()));
    const bool gone = !word(o, "/metadata/deletionTimestamp").isEmpty();
    return {word(o, "/metadata/name"), gone ? u"Terminating"_s : word(o, "/status/phase"), word(o, "/spec/volumeName"), word(o, "/status/capacity/storage"),
        modes.join(u','), word(o, "/spec/storageClassName"), u"<unset>"_s, ageOf(o, now), word(o, "/spec/volumeMode")};
}

}

CellsOf cellsOf(const QString &resource)
{
    static const QHash<QString, CellsOf> all{{u"deployments.apps"_s, deployment}, {u"statefulsets.apps"_s, statefulSet}, {u"replicasets.apps"_s, replicaSet},
        {u"jobs.batch"_s, job}, {u"cronjobs.batch"_s, cronJob}, {u"rolebindings.rbac.authorization.k8s.io"_s, binding},
        {u"clusterrolebindings.rbac.authorization.k8s.io"_s, binding}, {u"ingresses.networking.k8s.io"_s, ingress}, {u"endpoints"_s, endpoints},
        {u"persistentvolumeclaims"_s, claim}};
    return all.value(resource);
}

QStringList titlesOf(const QString &plural)
{
    const QStringList pods{u"-Containers"_s, u"-Images"_s};
    const QStringList bound{u"Name"_s, u"Role"_s, u"Age"_s, u"-Users"_s, u"-Groups"_s, u"-ServiceAccounts"_s};
    static const QHash<QString, QStringList> all{
        {u"deployments"_s, QStringList{u"Name"_s, u"Ready"_s, u"Up-to-date"_s, u"Available"_s, u"Age"_s} + pods + QStringList{u"-Selector"_s}},
        {u"statefulsets"_s, QStringList{u"Name"_s, u"Ready"_s, u"Age"_s} + pods},
        {u"replicasets"_s, QStringList{u"Name"_s, u"Desired"_s, u"Current"_s, u"Ready"_s, u"Age"_s} + pods + QStringList{u"-Selector"_s}},
        {u"jobs"_s, QStringList{u"Name"_s, u"Status"_s, u"Completions"_s, u"Duration"_s, u"Age"_s} + pods + QStringList{u"-Selector"_s}},
        {u"cronjobs"_s, QStringList{u"Name"_s, u"Schedule"_s, u"Timezone"_s, u"Suspend"_s, u"Active"_s, u"Last Schedule"_s, u"Age"_s} + pods + QStringList{u"-Selector"_s}},
        {u"rolebindings"_s, bound}, {u"clusterrolebindings"_s, bound},
        {u"ingresses"_s, {u"Name"_s, u"Class"_s, u"Hosts"_s, u"Address"_s, u"Ports"_s, u"Age"_s}}, {u"endpoints"_s, {u"Name"_s, u"Endpoints"_s, u"Age"_s}},
        {u"persistentvolumeclaims"_s, {u"Name"_s, u"Status"_s, u"Volume"_s, u"Capacity"_s, u"Access Modes"_s, u"StorageClass"_s, u"VolumeAttributesClass"_s,
            u"Age"_s, u"-VolumeMode"_s}}};
    return all.value(plural);
}

QString typeOf(const QString &plural, const QString &title)
{
    static const QStringList integers{u"replicasets/Desired"_s, u"replicasets/Current"_s, u"replicasets/Ready"_s, u"cronjobs/Active"_s};
    if (integers.contains(QString(plural + u'/' + title)))
        return u"integer"_s;
    return plural == "cronjobs"_L1 && title == "Suspend"_L1 ? u"boolean"_s : u"string"_s;
}

}
