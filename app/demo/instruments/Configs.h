// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/workload/Exposition.h"
#include "app/demo/workload/Workload.h"
#include "models/core/Result.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace qd::demo {

/// Where the demo's Prometheus finds what. Files lie in one folder, names are relative to it.
struct PrometheusSetup {
    QString apiServer;                  ///< https://127.0.0.1:PORT
    quint16 alertmanager = 0;           ///< port; 0: none
    int intervalSeconds = 15;           ///< of scrapes and evaluations
    QString authority, certificate, key;
    QString targets;                    ///< podTargets(), read anew when it changes
    QString rules;                      ///< file; empty: nothing is evaluated
};

/// A page of the demo's own: a port of the pod kube-state-metrics-0.
struct InstrumentPage {
    const char *job;
    quint16 port;
};
inline constexpr InstrumentPage kKubeletPage{"kubelet", 10250};
inline constexpr InstrumentPage kStatePage{"kube-state-metrics", 8080};
inline constexpr InstrumentPage kPostgresPage{"postgres-exporter", 9187};

/// What a ServiceMonitor would label the pod's series with: namespace, pod, container, service, endpoint, job (the service) and instance.
[[nodiscard]] exposition::Labels targetLabels(const Workload::Measured &measured);
[[nodiscard]] exposition::Labels targetLabels(const InstrumentPage &page);
/// The pods' metrics by the API server's pod proxy, as file_sd wants them: Debian's Prometheus is built without Kubernetes discovery.
[[nodiscard]] QJsonArray podTargets(const QList<Workload::Measured> &measured, const QString &apiServer);
/// JSON, which is YAML.
[[nodiscard]] QJsonObject prometheusConfig(const PrometheusSetup &setup);
[[nodiscard]] QJsonObject alertmanagerConfig();
/// The groups of PrometheusRule documents as a rule file; with a network that runs faster alerts wait less.
[[nodiscard]] Result<QJsonObject> ruleFile(const QList<QJsonObject> &documents, double speed);
/// Recording rules for promtool that tell the alerts of the hours before: since when each is active (ALERTS_FOR_STATE, from which a
/// Prometheus that starts goes on), or that it was (ALERTS).
[[nodiscard]] QJsonObject alertRecorder(const QJsonObject &ruleFile, bool since);
/// Namespace, pods and Services of the instruments that are there, each with its plural; and what lets Prometheus ask pods.
[[nodiscard]] QList<std::pair<QString, QJsonObject>> instrumentObjects(bool prometheus, bool alertmanager);
/// Who Prometheus is for the API server.
[[nodiscard]] QString prometheusUser();

inline constexpr char kInstrumentNamespace[] = "monitoring";
inline constexpr char kPrometheusPod[] = "prometheus-k8s-0";
inline constexpr char kAlertmanagerPod[] = "alertmanager-main-0";
inline constexpr char kStatePod[] = "kube-state-metrics-0";

}
