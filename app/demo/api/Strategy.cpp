// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Strategy.h"

#include "models/core/Json.h"

#include <QHash>
#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

QString serviceAddress(const QString &ns, const QString &name)
{
    const auto hash = quint32(qHash(QString(ns + u'/' + name).toUtf8(), 7));
    return u"10.%1.%2.%3"_s.arg(96 + hash % 16).arg((hash >> 8) % 256).arg(1 + (hash >> 16) % 254);
}

namespace {

void insertAt(QJsonObject &object, const QString &pointer, const QJsonValue &value)
{
    QJsonValue whole = object;
    json::set(whole, pointer, value);
    object = whole.toObject();
}

void fallback(QJsonObject &object, const QString &name, const QJsonValue &value)
{
    if (object.value(name).isUndefined() || object.value(name).isNull())
        object.insert(name, value);
}

QJsonObject defaultContainer(QJsonObject container)
{
    const QString image = container.value("image"_L1).toString();
    const bool latest = image.endsWith(":latest"_L1) || !image.section(u'/', -1).contains(u':');
    fallback(container, u"imagePullPolicy"_s, latest ? u"Always"_s : u"IfNotPresent"_s);
    fallback(container, u"terminationMessagePath"_s, u"/dev/termination-log"_s);
    fallback(container, u"terminationMessagePolicy"_s, u"File"_s);
    fallback(container, u"resources"_s, QJsonObject());
    return container;
}

void defaultPodSpec(QJsonObject &spec)
{
    for (const auto name : {"containers"_L1, "initContainers"_L1}) {
        QJsonArray containers = spec.value(name).toArray();
        for (qsizetype i = 0; i < containers.size(); ++i)
            containers.replace(i, defaultContainer(containers.at(i).toObject()));
        if (spec.contains(name))
            spec.insert(name, containers);
    }
    fallback(spec, u"dnsPolicy"_s, u"ClusterFirst"_s);
    fallback(spec, u"restartPolicy"_s, u"Always"_s);
    fallback(spec, u"schedulerName"_s, u"default-scheduler"_s);
    fallback(spec, u"securityContext"_s, QJsonObject());
    fallback(spec, u"terminationGracePeriodSeconds"_s, 30);
}

/// The pod template below a path, and the empty objects Go writes on the way to it.
void defaultTemplate(QJsonObject &object, const QString &path)
{
    QJsonValue whole = json::at(object, path);
    if (!whole.isObject())
        return;
    QJsonObject pod = whole.toObject();
    fallback(pod, u"metadata"_s, QJsonObject());
    QJsonObject spec = pod.value("spec"_L1).toObject();
    defaultPodSpec(spec);
    pod.insert("spec"_L1, spec);
    insertAt(object, path, pod);
}

void defaultPod(QJsonObject &object)
{
    QJsonObject spec = object.value("spec"_L1).toObject();
    defaultPodSpec(spec);
    fallback(spec, u"enableServiceLinks"_s, true);
    // A limit without a request is the request too.
    QJsonArray containers = spec.value("containers"_L1).toArray();
    for (qsizetype i = 0; i < containers.size(); ++i) {
        QJsonObject container = containers.at(i).toObject();
        QJsonObject resources = container.value("resources"_L1).toObject();
        const QJsonObject limits = resources.value("limits"_L1).toObject();
        QJsonObject requests = resources.value("requests"_L1).toObject();
        for (auto limit = limits.begin(); limit != limits.end(); ++limit)
            fallback(requests, limit.key(), *limit);
        if (!requests.isEmpty())
            resources.insert("requests"_L1, requests);
        container.insert("resources"_L1, resources);
        containers.replace(i, container);
    }
    if (!containers.isEmpty())
        spec.insert("containers"_L1, containers);
    object.insert("spec"_L1, spec);
}

void defaultWorkload(QJsonObject &object)
{
    defaultTemplate(object, u"/spec/template"_s);
    QJsonObject spec = object.value("spec"_L1).toObject();
    const QString kind = object.value("kind"_L1).toString();
    if (kind == "Deployment"_L1) {
        fallback(spec, u"strategy"_s, QJsonObject{{u"type"_s, u"RollingUpdate"_s}});
        QJsonObject strategy = spec.value("strategy"_L1).toObject();
        fallback(strategy, u"type"_s, u"RollingUpdate"_s);
        if (strategy.value("type"_L1).toString() == "RollingUpdate"_L1) {
            QJsonObject rolling = strategy.value("rollingUpdate"_L1).toObject();
            fallback(rolling, u"maxUnavailable"_s, u"25%"_s);
            fallback(rolling, u"maxSurge"_s, u"25%"_s);
            strategy.insert("rollingUpdate"_L1, rolling);
        }
        spec.insert("strategy"_L1, strategy);
        fallback(spec, u"revisionHistoryLimit"_s, 10);
        fallback(spec, u"progressDeadlineSeconds"_s, 600);
    } else if (kind == "StatefulSet"_L1) {
        fallback(spec, u"podManagementPolicy"_s, u"OrderedReady"_s);
        fallback(spec, u"updateStrategy"_s, QJsonObject{{u"type"_s, u"RollingUpdate"_s}, {u"rollingUpdate"_s, QJsonObject{{u"partition"_s, 0}}}});
        fallback(spec, u"revisionHistoryLimit"_s, 10);
        fallback(spec, u"persistentVolumeClaimRetentionPolicy"_s, QJsonObject{{u"whenDeleted"_s, u"Retain"_s}, {u"whenScaled"_s, u"Retain"_s}});
    }
    if (kind != "Job"_L1)
        fallback(spec, u"replicas"_s, 1);
    object.insert("spec"_L1, spec);
}

void defaultJob(QJsonObject &object)
{
    defaultTemplate(object, u"/spec/template"_s);
    QJsonObject spec = object.value("spec"_L1).toObject();
    if (spec.value("completions"_L1).isUndefined() && spec.value("parallelism"_L1).isUndefined())
        spec.insert("completions"_L1, 1);
    fallback(spec, u"parallelism"_s, 1);
    fallback(spec, u"backoffLimit"_s, 6);
    fallback(spec, u"completionMode"_s, u"NonIndexed"_s);
    fallback(spec, u"suspend"_s, false);
    fallback(spec, u"podReplacementPolicy"_s, u"TerminatingOrFailed"_s);
    fallback(spec, u"manualSelector"_s, false);
    object.insert("spec"_L1, spec);
}

void defaultCronJob(QJsonObject &object)
{
    defaultTemplate(object, u"/spec/jobTemplate/spec/template"_s);
    QJsonObject spec = object.value("spec"_L1).toObject();
    QJsonObject job = spec.value("jobTemplate"_L1).toObject();
    fallback(job, u"metadata"_s, QJsonObject());
    spec.insert("jobTemplate"_L1, job);
    fallback(spec, u"concurrencyPolicy"_s, u"Allow"_s);
    fallback(spec, u"suspend"_s, false);
    fallback(spec, u"successfulJobsHistoryLimit"_s, 3);
    fallback(spec, u"failedJobsHistoryLimit"_s, 1);
    object.insert("spec"_L1, spec);
}

void defaultNamespace(QJsonObject &object)
{
    insertAt(object, u"/metadata/labels/kubernetes.io~1metadata.name"_s, json::at(object, u"/metadata/name"_s));
}

void defaultClaim(QJsonObject &object)
{
    if (json::at(object, u"/spec/volumeMode"_s).isUndefined() && object.value("spec"_L1).isObject())
        insertAt(object, u"/spec/volumeMode"_s, u"Filesystem"_s);
}

void defaultService(QJsonObject &object)
{
    QJsonObject spec = object.value("spec"_L1).toObject();
    fallback(spec, u"sessionAffinity"_s, u"None"_s);
    fallback(spec, u"type"_s, u"ClusterIP"_s);
    if (spec.value("type"_L1).toString() != "ExternalName"_L1)
        fallback(spec, u"internalTrafficPolicy"_s, u"Cluster"_s);
    QJsonArray ports = spec.value("ports"_L1).toArray();
    for (qsizetype i = 0; i < ports.size(); ++i) {
        QJsonObject port = ports.at(i).toObject();
        fallback(port, u"protocol"_s, u"TCP"_s);
        fallback(port, u"targetPort"_s, port.value("port"_L1));
        ports.replace(i, port);
    }
    if (!ports.isEmpty())
        spec.insert("ports"_L1, ports);
    object.insert("spec"_L1, spec);
}

void prepareNamespace(const QJsonObject &old, QJsonObject &object)
{
    if (!old.isEmpty())
        return;
    insertAt(object, u"/spec/finalizers"_s, QJsonArray{u"kubernetes"_s});
    insertAt(object, u"/status/phase"_s, u"Active"_s);
}

void defaultSecret(QJsonObject &object)
{
    if (object.value("type"_L1).toString().isEmpty())
        object.insert("type"_L1, u"Opaque"_s);
    const QJsonObject texts = object.value("stringData"_L1).toObject();
    object.remove("stringData"_L1);
    if (texts.isEmpty())
        return;
    QJsonObject data = object.value("data"_L1).toObject();
    for (auto text = texts.begin(); text != texts.end(); ++text)
        data.insert(text.key(), QString::fromLatin1(text->toString().toUtf8().toBase64()));
    object.insert("data"_L1, data);
}

void prepareService(const QJsonObject &old, QJsonObject &object)
{
    const QString type = json::at(object, u"/spec/type"_s).toString();
    if (type == "ExternalName"_L1)
        return;
    QString address = json::at(object, u"/spec/clusterIP"_s).toString();
    if (address.isEmpty())
        address = json::at(old, u"/spec/clusterIP"_s).toString();
    if (address.isEmpty())
        address = serviceAddress(json::at(object, u"/metadata/namespace"_s).toString(), json::at(object, u"/metadata/name"_s).toString());
    insertAt(object, u"/spec/clusterIP"_s, address);
    insertAt(object, u"/spec/clusterIPs"_s, QJsonArray{address});
    // Headless and without a selector: whoever writes the endpoints chooses the family.
    const bool open = address == "None"_L1 && json::at(object, u"/spec/selector"_s).toObject().isEmpty();
    insertAt(object, u"/spec/ipFamilies"_s, open ? QJsonArray{u"IPv4"_s, u"IPv6"_s} : QJsonArray{u"IPv4"_s});
    insertAt(object, u"/spec/ipFamilyPolicy"_s, open ? u"RequireDualStack"_s : u"SingleStack"_s);
    if (old.isEmpty())
        insertAt(object, u"/status/loadBalancer"_s, QJsonObject());
}

void preparePod(const QJsonObject &old, QJsonObject &object)
{
    if (!old.isEmpty())
        return;
    bool asks = false;
    for (const QJsonValue &container : json::at(object, u"/spec/containers"_s).toArray())
        asks = asks || !json::at(container, u"/resources/requests"_s).isUndefined() || !json::at(container, u"/resources/limits"_s).isUndefined();
    object.insert("status"_L1, QJsonObject{{u"phase"_s, u"Pending"_s}, {u"qosClass"_s, asks ? u"Burstable"_s : u"BestEffort"_s}});
    // Admission: DefaultTolerationSeconds and Priority.
    QJsonObject spec = object.value("spec"_L1).toObject();
    QJsonArray tolerations = spec.value("tolerations"_L1).toArray();
    for (const QString &key : {u"node.kubernetes.io/not-ready"_s, u"node.kubernetes.io/unreachable"_s}) {
        const bool there = std::any_of(tolerations.begin(), tolerations.end(), [&key](const QJsonValue &one) {
            const QString its = one.toObject().value("key"_L1).toString();
            return its == key || its.isEmpty();
        });
        if (!there)
            tolerations.append(QJsonObject{{u"key"_s, key}, {u"operator"_s, u"Exists"_s}, {u"effect"_s, u"NoExecute"_s}, {u"tolerationSeconds"_s, 300}});
    }
    spec.insert("tolerations"_L1, tolerations);
    fallback(spec, u"priority"_s, 0);
    fallback(spec, u"preemptionPolicy"_s, u"PreemptLowerPriority"_s);
    object.insert("spec"_L1, spec);
}

/// What Go writes of a status nobody has set.
void prepareStatus(const QJsonObject &old, QJsonObject &object)
{
    if (!old.isEmpty())
        return;
    static const QHash<QString, QJsonObject> all{{u"StatefulSet"_s, {{u"replicas"_s, 0}, {u"availableReplicas"_s, 0}}}, {u"ReplicaSet"_s, {{u"replicas"_s, 0}}},
        {u"Ingress"_s, {{u"loadBalancer"_s, QJsonObject()}}}};
    object.insert("status"_L1, all.value(object.value("kind"_L1).toString()));
}

/// A job's pods are told by its uid.
void prepareJob(const QJsonObject &old, QJsonObject &object)
{
    prepareStatus(old, object);
    if (!old.isEmpty() || json::at(object, u"/spec/manualSelector"_s).toBool())
        return;
    const QString uid = json::at(object, u"/metadata/uid"_s).toString();
    const QString name = json::at(object, u"/metadata/name"_s).toString();
    insertAt(object, u"/spec/selector"_s, QJsonObject{{u"matchLabels"_s, QJsonObject{{u"batch.kubernetes.io/controller-uid"_s, uid}}}});
    QJsonObject labels = json::at(object, u"/spec/template/metadata/labels"_s).toObject();
    for (const QString &prefix : {QString(), u"batch.kubernetes.io/"_s}) {
        labels.insert(QString(prefix + u"controller-uid"_s), uid);
        labels.insert(QString(prefix + u"job-name"_s), name);
    }
    insertAt(object, u"/spec/template/metadata/labels"_s, labels);
    if (json::at(object, u"/metadata/labels"_s).toObject().isEmpty())
        insertAt(object, u"/metadata/labels"_s, labels);
}

/// What Go writes of an event though nobody has set it.
void prepareEvent(const QJsonObject &, QJsonObject &object)
{
    for (const QString &time : {u"eventTime"_s, u"firstTimestamp"_s, u"lastTimestamp"_s}) {
        if (!object.contains(time))
            object.insert(time, QJsonValue::Null);
    }
    fallback(object, u"source"_s, QJsonObject());
    fallback(object, u"reportingComponent"_s, u""_s);
    fallback(object, u"reportingInstance"_s, u""_s);
}

void prepareClaim(const QJsonObject &old, QJsonObject &object)
{
    if (old.isEmpty())
        object.insert("status"_L1, QJsonObject{{u"phase"_s, u"Pending"_s}});
}

}

void defaultBuiltin(const Kind &kind, QJsonObject &object)
{
    using Default = void (*)(QJsonObject &);
    static const QHash<QString, Default> all{{u"namespaces"_s, defaultNamespace}, {u"services"_s, defaultService}, {u"pods"_s, defaultPod},
        {u"persistentvolumeclaims"_s, defaultClaim}, {u"deployments.apps"_s, defaultWorkload}, {u"statefulsets.apps"_s, defaultWorkload},
        {u"replicasets.apps"_s, defaultWorkload}, {u"jobs.batch"_s, defaultJob}, {u"cronjobs.batch"_s, defaultCronJob}, {u"secrets"_s, defaultSecret}};
    if (kind.custom)
        return;
    if (const Default set = all.value(kind.resource()))
        set(object);
}

void prepareBuiltin(const Kind &kind, const QJsonObject &old, QJsonObject &object)
{
    using Prepare = void (*)(const QJsonObject &, QJsonObject &);
    static const QHash<QString, Prepare> all{{u"namespaces"_s, prepareNamespace}, {u"events"_s, prepareEvent}, {u"deployments.apps"_s, prepareStatus},
        {u"statefulsets.apps"_s, prepareStatus}, {u"replicasets.apps"_s, prepareStatus}, {u"cronjobs.batch"_s, prepareStatus},
        {u"ingresses.networking.k8s.io"_s, prepareStatus}, {u"jobs.batch"_s, prepareJob}, {u"services"_s, prepareService}, {u"pods"_s, preparePod}, {u"persistentvolumeclaims"_s, prepareClaim}};
    if (kind.custom)
        return;
    if (const Prepare prepare = all.value(kind.resource()))
        prepare(old, object);
}

}
