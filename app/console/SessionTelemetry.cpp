// SPDX-License-Identifier: GPL-3.0-or-later
// What measures a cluster: the profile's words, with the tokens of who signed in.
#include "app/console/Session.h"
#include "app/telemetry/Telemetry.h"

#include <algorithm>

namespace qd::console {

using namespace Qt::StringLiterals;

/// The chosen profile speaks for the contexts it names, or for the one at the start when it names none: one cluster's Prometheus never
/// stands beside another's nodes. Of the other profiles the first that names the context in this kubeconfig.
const config::Profile *Session::measuringProfile(const QString &context) const
{
    const QString first = m_invocation.value(u"context"_s, m_kubeConfig ? m_kubeConfig->currentContext() : QString());
    if (m_profile && (m_profile->contexts.isEmpty() ? context == first : m_profile->contexts.contains(context)))
        return m_profile->telemetry ? &*m_profile : nullptr;
    const auto speaks = [this, &context](const config::Profile &profile) {
        const bool here = profile.kubeconfig.isEmpty() ? m_kubeOptions.explicitPath.isEmpty() : m_kubeOptions.files().contains(profile.kubeconfig);
        return profile.telemetry && here && profile.contexts.contains(context) && (!m_profile || profile.name != m_profile->name);
    };
    const auto it = std::find_if(m_profiles.profiles.begin(), m_profiles.profiles.end(), speaks);
    return it == m_profiles.profiles.end() ? nullptr : &*it;
}

std::shared_ptr<ports::Telemetry> Session::telemetryOf(const SessionCluster &cluster)
{
    telemetry::TelemetrySettings settings;
    settings.namespaces = QStringList(cluster.info.namespaces + QStringList{targetNamespace(cluster)});
    if (m_profile)
        settings.within = m_profile->namespaces;
    settings.sockets = cluster.kube->sockets();
    for (const auto &[part, flag] : {std::pair(ports::TelemetryPart::Metrics, u"demo-missing-prometheus"_s), std::pair(ports::TelemetryPart::Alerts, u"demo-missing-alertmanager"_s),
                                     std::pair(ports::TelemetryPart::Logs, u"demo-missing-loki"_s)}) {
        if (m_invocation.has(flag))
            settings.absent.insert(part, m_invocation.value(flag));
    }
    const config::Profile *profile = measuringProfile(cluster.info.name);
    if (profile) {
        // A token is of the chosen profile; another's services are asked without.
        const bool chosen = m_profile && profile->name == m_profile->name;
        const auto named = [this, chosen](const std::optional<config::TelemetryTarget> &target) -> std::optional<telemetry::NamedTarget> {
            if (!target)
                return std::nullopt;
            return telemetry::NamedTarget{target->address, target->tenant, chosen ? serviceTokens(target->bearer) : nullptr};
        };
        settings.metrics = named(profile->telemetry->prometheus);
        settings.alerts = named(profile->telemetry->alertmanager);
        settings.logs = named(profile->telemetry->loki);
        settings.grafana = profile->telemetry->grafanaUrl;
    }
    return telemetry::makeTelemetry(cluster.kube->gateway(), cluster.kube->services(), settings);
}

}
