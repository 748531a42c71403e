// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/instruments/Configs.h"

#include "app/demo/operator/Pods.h"
#include "models/core/Format.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>
#include <QUuid>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QString kNamespace = QString::fromLatin1(kInstrumentNamespace);

QJsonObject pageJob(const InstrumentPage &page, const QString &address, const QJsonObject &tls)
{
    const QString job = QString::fromLatin1(page.job);
    const QString path = QString(u"/api/v1/namespaces/"_s + kNamespace + u"/pods/http:"_s + QLatin1String(kStatePod) + u':'
        + QString::number(page.port) + u"/proxy/metrics"_s);
    QJsonObject labels;
    for (const auto &[name, value] : targetLabels(page))
        labels.insert(name, value);
    return {{u"job_name"_s, job}, {u"scheme"_s, u"https"_s}, {u"tls_config"_s, tls}, {u"metrics_path"_s, path}, {u"honor_labels"_s, true},
        {u"static_configs"_s, QJsonArray{QJsonObject{{u"targets"_s, QJsonArray{address}}, {u"labels"_s, labels}}}}};
}

QString seconds(qint64 ms)
{
    return QString(QString::number(std::max<qint64>(0, ms)) + u"ms"_s);
}

QJsonObject stamped(const QString &apiVersion, const QString &kind, const QString &name, const QJsonObject &labels, bool namespaced = true)
{
    QJsonObject metadata{{u"name"_s, name}, {u"uid"_s, QUuid::createUuid().toString(QUuid::WithoutBraces)},
        {u"creationTimestamp"_s, QDateTime::currentDateTimeUtc().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s)}};
    if (namespaced)
        metadata.insert("namespace"_L1, kNamespace);
    if (!labels.isEmpty())
        metadata.insert("labels"_L1, labels);
    return {{u"apiVersion"_s, apiVersion}, {u"kind"_s, kind}, {u"metadata"_s, metadata}};
}

QJsonObject podObject(const QString &name, const QString &container, const QString &image, const QList<std::pair<QString, quint16>> &ports)
{
    QJsonObject pod = stamped(u"v1"_s, u"Pod"_s, name, {{u"app.kubernetes.io/name"_s, container}});
    QJsonArray portList;
    for (const auto &[portName, number] : ports)
        portList.append(QJsonObject{{u"name"_s, portName}, {u"containerPort"_s, int(number)}, {u"protocol"_s, u"TCP"_s}});
    pod.insert("spec"_L1, QJsonObject{{u"nodeName"_s, QString::fromLatin1(kVirtualNode)}, {u"restartPolicy"_s, u"Always"_s},
        {u"containers"_s, QJsonArray{QJsonObject{{u"name"_s, container}, {u"image"_s, image}, {u"ports"_s, portList}}}}});
    const QString now = json::at(pod, u"/metadata/creationTimestamp"_s).toString();
    QJsonArray conditions;
    for (const QString &type : {u"PodScheduled"_s, u"Initialized"_s, u"ContainersReady"_s, u"Ready"_s})
        conditions.append(QJsonObject{{u"type"_s, type}, {u"status"_s, u"True"_s}, {u"lastTransitionTime"_s, now}});
    const QString ip = podAddress(kNamespace, name);
    pod.insert("status"_L1, QJsonObject{{u"phase"_s, u"Running"_s}, {u"hostIP"_s, u"127.0.0.1"_s}, {u"podIP"_s, ip}, {u"startTime"_s, now},
        {u"podIPs"_s, QJsonArray{QJsonObject{{u"ip"_s, ip}}}}, {u"conditions"_s, conditions},
        {u"containerStatuses"_s, QJsonArray{QJsonObject{{u"name"_s, container}, {u"image"_s, image}, {u"imageID"_s, image}, {u"ready"_s, true},
            {u"started"_s, true}, {u"restartCount"_s, 0}, {u"lastState"_s, QJsonObject()},
            {u"state"_s, QJsonObject{{u"running"_s, QJsonObject{{u"startedAt"_s, now}}}}}}}}});
    return pod;
}

/// Headless, as the Prometheus Operator makes them.
QJsonObject serviceObject(const QString &name, const QString &of, const QString &portName, quint16 port)
{
    QJsonObject service = stamped(u"v1"_s, u"Service"_s, name, {{QString(u"operated-"_s + of), u"true"_s}});
    service.insert("spec"_L1, QJsonObject{{u"type"_s, u"ClusterIP"_s}, {u"clusterIP"_s, u"None"_s}, {u"clusterIPs"_s, QJsonArray{u"None"_s}},
        {u"selector"_s, QJsonObject{{u"app.kubernetes.io/name"_s, of}}}, {u"sessionAffinity"_s, u"None"_s},
        {u"ports"_s, QJsonArray{QJsonObject{{u"name"_s, portName}, {u"port"_s, int(port)}, {u"targetPort"_s, int(port)}, {u"protocol"_s, u"TCP"_s}}}}});
    return service;
}

QString role()
{
    return u"prometheus-k8s"_s;
}

}

exposition::Labels targetLabels(const Workload::Measured &measured)
{
    const QString service = QString(measured.subject.name() + u'-' + measured.subject.component);
    return {{u"namespace"_s, measured.ns}, {u"pod"_s, measured.pod},
        {u"container"_s, json::at(measured.subject.pod, u"/spec/containers/0/name"_s).toString()}, {u"endpoint"_s, u"metrics"_s}, {u"service"_s, service},
        {u"job"_s, service}, {u"instance"_s, QString(measured.address + u':' + QString::number(measured.port))}};
}

exposition::Labels targetLabels(const InstrumentPage &page)
{
    exposition::Labels labels{{u"job"_s, QString::fromLatin1(page.job)}, {u"instance"_s, QString(QLatin1String(kVirtualNode) + u':' + QString::number(page.port))}};
    if (page.port == kKubeletPage.port)
        labels.append({u"node"_s, QString::fromLatin1(kVirtualNode)});
    return labels;
}

QJsonArray podTargets(const QList<Workload::Measured> &measured, const QString &apiServer)
{
    QJsonArray all;
    for (const Workload::Measured &one : measured) {
        if (one.address.isEmpty())   // it has not come so far that somebody could dial it
            continue;
        QJsonObject labels{{u"__metrics_path__"_s,
            QString(u"/api/v1/namespaces/"_s + one.ns + u"/pods/http:"_s + one.pod + u':' + QString::number(one.port) + u"/proxy/metrics"_s)}};
        for (const auto &[name, value] : targetLabels(one))
            labels.insert(name, value);
        all.append(QJsonObject{{u"targets"_s, QJsonArray{QString(apiServer).remove(u"https://"_s)}}, {u"labels"_s, labels}});
    }
    return all;
}

QString prometheusUser()
{
    return QString(u"system:serviceaccount:"_s + kNamespace + u':' + role());
}

QJsonObject prometheusConfig(const PrometheusSetup &setup)
{
    const QString address = QString(setup.apiServer).remove(u"https://"_s);
    const QJsonObject tls{{u"ca_file"_s, setup.authority}, {u"cert_file"_s, setup.certificate}, {u"key_file"_s, setup.key}};
    const QString interval = QString(QString::number(setup.intervalSeconds) + u's');
    const QJsonArray jobs{
        QJsonObject{{u"job_name"_s, u"canton"_s}, {u"scheme"_s, u"https"_s}, {u"tls_config"_s, tls}, {u"honor_labels"_s, true},
            {u"file_sd_configs"_s, QJsonArray{QJsonObject{{u"files"_s, QJsonArray{setup.targets}}, {u"refresh_interval"_s, u"30s"_s}}}}},
        pageJob(kKubeletPage, address, tls), pageJob(kStatePage, address, tls), pageJob(kPostgresPage, address, tls)};
    QJsonObject config{{u"global"_s,
                           QJsonObject{{u"scrape_interval"_s, interval}, {u"evaluation_interval"_s, interval},
                               {u"scrape_timeout"_s, QString(QString::number(std::min(10, setup.intervalSeconds)) + u's')}}},
        {u"rule_files"_s, setup.rules.isEmpty() ? QJsonArray() : QJsonArray{setup.rules}}, {u"scrape_configs"_s, jobs}};
    if (setup.alertmanager != 0) {
        const QString at = QString(u"127.0.0.1:"_s + QString::number(setup.alertmanager));
        config.insert("alerting"_L1,
            QJsonObject{{u"alertmanagers"_s, QJsonArray{QJsonObject{{u"static_configs"_s, QJsonArray{QJsonObject{{u"targets"_s, QJsonArray{at}}}}}}}}});
    }
    return config;
}

QJsonObject alertmanagerConfig()
{
    const QJsonArray same{u"alertname"_s, u"namespace"_s, u"pod"_s};
    return {{u"route"_s, QJsonObject{{u"receiver"_s, u"console"_s}, {u"group_by"_s, QJsonArray{u"alertname"_s, u"namespace"_s}}, {u"group_wait"_s, u"5s"_s}}},
        {u"receivers"_s, QJsonArray{QJsonObject{{u"name"_s, u"console"_s}}}},
        {u"inhibit_rules"_s, QJsonArray{QJsonObject{{u"source_matchers"_s, QJsonArray{u"severity = critical"_s}},
            {u"target_matchers"_s, QJsonArray{u"severity = warning"_s}}, {u"equal"_s, same}}}}};
}

Result<QJsonObject> ruleFile(const QList<QJsonObject> &documents, double speed)
{
    QJsonArray groups;
    for (const QJsonObject &document : documents) {
        for (const QJsonValue &value : json::at(document, u"/spec/groups"_s).toArray()) {
            QJsonObject group = value.toObject();
            QJsonArray rules;
            for (const QJsonValue &one : group.value("rules"_L1).toArray()) {
                QJsonObject rule = one.toObject();
                if (speed > 1 && rule.contains("for"_L1))
                    rule.insert("for"_L1, seconds(qint64(double(parseDuration(rule.value("for"_L1).toString())) / speed)));
                rules.append(rule);
            }
            group.insert("rules"_L1, rules);
            groups.append(group);
        }
    }
    if (groups.isEmpty())
        return Error{ErrorKind::Storage, QCoreApplication::translate("qd::demo::Instruments", "This program was built without its alert rules.")};
    return QJsonObject{{u"groups"_s, groups}};
}

QJsonObject alertRecorder(const QJsonObject &ruleFile, bool since)
{
    QJsonArray rules;
    for (const QJsonValue &group : ruleFile.value("groups"_L1).toArray()) {
        for (const QJsonValue &value : group["rules"_L1].toArray()) {
            QJsonObject labels = value["labels"_L1].toObject();
            labels.insert("alertname"_L1, value["alert"_L1]);
            if (!since)
                labels.insert("alertstate"_L1, u"firing"_s);
            const QString holds = QString(u'(' + value["expr"_L1].toString() + u')');
            // The first moment of the last hour at which it held.
            const QString expr = since ? QString(u"min_over_time(timestamp"_s + holds + u"[1h:1m])"_s) : QString(u"clamp("_s + holds + u", 1, 1)"_s);
            rules.append(QJsonObject{{u"record"_s, since ? u"ALERTS_FOR_STATE"_s : u"ALERTS"_s}, {u"expr"_s, expr}, {u"labels"_s, labels}});
        }
    }
    return {{u"groups"_s, QJsonArray{QJsonObject{{u"name"_s, u"past"_s}, {u"rules"_s, rules}}}}};
}

namespace {

/// What lets Prometheus ask the pods, and people ask Prometheus.
QList<std::pair<QString, QJsonObject>> roleObjects()
{
    QJsonObject clusterRole = stamped(u"rbac.authorization.k8s.io/v1"_s, u"ClusterRole"_s, role(), {}, false);
    clusterRole.insert("rules"_L1,
        QJsonArray{QJsonObject{{u"apiGroups"_s, QJsonArray{QString()}}, {u"resources"_s, QJsonArray{u"pods/proxy"_s}}, {u"verbs"_s, QJsonArray{u"get"_s}}}});
    QJsonObject binding = stamped(u"rbac.authorization.k8s.io/v1"_s, u"ClusterRoleBinding"_s, role(), {}, false);
    binding.insert("roleRef"_L1, QJsonObject{{u"apiGroup"_s, u"rbac.authorization.k8s.io"_s}, {u"kind"_s, u"ClusterRole"_s}, {u"name"_s, role()}});
    binding.insert("subjects"_L1, QJsonArray{QJsonObject{{u"kind"_s, u"ServiceAccount"_s}, {u"name"_s, role()}, {u"namespace"_s, kNamespace}}});
    // Who sees everything sees readings, too; the others reach any Service by their own roles.
    QJsonObject readers = stamped(u"rbac.authorization.k8s.io/v1"_s, u"RoleBinding"_s, u"quarterdeck-demo-telemetry"_s, {});
    readers.insert("roleRef"_L1, QJsonObject{{u"apiGroup"_s, u"rbac.authorization.k8s.io"_s}, {u"kind"_s, u"ClusterRole"_s}, {u"name"_s, u"quarterdeck-telemetry"_s}});
    QJsonArray groups;
    for (const QString &group : {u"qd:viewer"_s, u"qd:ledger-operator"_s})
        groups.append(QJsonObject{{u"apiGroup"_s, u"rbac.authorization.k8s.io"_s}, {u"kind"_s, u"Group"_s}, {u"name"_s, group}});
    readers.insert("subjects"_L1, groups);
    return {{u"clusterroles.rbac.authorization.k8s.io"_s, clusterRole}, {u"clusterrolebindings.rbac.authorization.k8s.io"_s, binding},
        {u"rolebindings.rbac.authorization.k8s.io"_s, readers}};
}

}

QList<std::pair<QString, QJsonObject>> instrumentObjects(bool prometheus, bool alertmanager)
{
    QJsonObject space = stamped(u"v1"_s, u"Namespace"_s, kNamespace, {{u"kubernetes.io/metadata.name"_s, kNamespace}}, false);
    space.insert("spec"_L1, QJsonObject{{u"finalizers"_s, QJsonArray{u"kubernetes"_s}}});
    space.insert("status"_L1, QJsonObject{{u"phase"_s, u"Active"_s}});
    QList<std::pair<QString, QJsonObject>> all{{u"namespaces"_s, space}};
    all += roleObjects();
    if (prometheus) {
        all.append({u"pods"_s, podObject(QString::fromLatin1(kPrometheusPod), u"prometheus"_s, u"quay.io/prometheus/prometheus:v2.42.0"_s, {{u"web"_s, quint16(9090)}})});
        all.append({u"pods"_s, podObject(QString::fromLatin1(kStatePod), u"kube-state-metrics"_s, u"registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.13.0"_s,
            {{u"http-metrics"_s, kStatePage.port}})});
        all.append({u"services"_s, serviceObject(u"prometheus-operated"_s, u"prometheus"_s, u"web"_s, 9090)});
    }
    if (alertmanager) {
        all.append({u"pods"_s, podObject(QString::fromLatin1(kAlertmanagerPod), u"alertmanager"_s, u"quay.io/prometheus/alertmanager:v0.25.0"_s, {{u"web"_s, quint16(9093)}})});
        all.append({u"services"_s, serviceObject(u"alertmanager-operated"_s, u"alertmanager"_s, u"web"_s, 9093)});
    }
    return all;
}

}
