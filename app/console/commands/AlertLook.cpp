// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/commands/AlertLook.h"

#include "models/core/Format.h"

#include <QJsonArray>

#include <algorithm>
#include <chrono>

namespace qd::console {

using namespace Qt::StringLiterals;
using Phase = ports::TelemetryState::Phase;

namespace {

/// Discovery and requests have deadlines of their own; this is for the sum of them.
constexpr std::chrono::seconds kLimit{45};

QJsonObject objectOf(const network::Labels &labels)
{
    QJsonObject out;
    for (auto it = labels.begin(); it != labels.end(); ++it)
        out.insert(it.key(), it.value());
    return out;
}

QJsonValue timeOf(const QDateTime &at)
{
    return at.isValid() ? QJsonValue(formatRfc3339(at.toUTC())) : QJsonValue(QJsonValue::Null);
}

}

AlertLook::AlertLook(Session *session, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_alerts(std::make_unique<items::AlertsSession>(session->clock(), session->journal(), session->profileName()))
{
    for (const SessionCluster &cluster : session->clusters()) {
        m_environments.push_back(std::make_unique<state::Environment>(cluster.info, session->kinds(), cluster.kube->gateway(), nullptr, session->clock()));
        m_environments.back()->setTelemetry(session->telemetryOf(cluster));
        m_alerts->addEnvironment(m_environments.back().get());
    }
    m_limit.setSingleShot(true);
    connect(&m_limit, &QTimer::timeout, this, [this] {
        if (!std::exchange(m_done, true))
            Q_EMIT ready();
    });
    connect(m_alerts.get(), &items::AlertsSession::looked, this, [this](const QString &cluster) {
        m_looked.insert(cluster);
        judge();
    });
    connect(m_alerts.get(), &items::AlertsSession::changed, this, &AlertLook::judge);
}

AlertLook::~AlertLook()
{
    m_alerts.reset();
}

void AlertLook::start()
{
    m_limit.start(kLimit);
    m_alerts->setWanted(this, true);
}

/// A cluster is done when what it has was asked after both were found or given up.
void AlertLook::judge()
{
    if (m_done)
        return;
    for (const items::AlertsStanding &standing : m_alerts->standings()) {
        const bool looking = standing.alertmanager.phase == Phase::Looking || standing.prometheus.phase == Phase::Looking;
        if (looking || (standing.any() && !m_looked.contains(standing.cluster)))
            return;
        const bool asked = standing.asOf.isValid() || standing.alertmanagerError || standing.prometheusError;
        if (standing.any() && !asked)
            return;
    }
    m_done = true;
    // Not from within a signal of what is deleted next.
    QMetaObject::invokeMethod(this, &AlertLook::ready, Qt::QueuedConnection);
}

QList<Error> AlertLook::errors() const
{
    QList<Error> out;
    for (const items::AlertsStanding &standing : m_alerts->standings()) {
        const auto add = [&out, &standing](Error error) {
            error.message = u"%1: %2"_s.arg(standing.cluster, error.message);
            out.append(error);
        };
        if (!standing.any()) {
            const Error &why = standing.alertmanager.why;
            add(why.message.isEmpty() ? Error{ErrorKind::Timeout, Session::tr("Neither an Alertmanager nor a Prometheus answered in time.")} : why);
            continue;
        }
        if (standing.alertmanagerError)
            add(*standing.alertmanagerError);
        if (standing.prometheusError)
            add(*standing.prometheusError);
    }
    return out;
}

QStringList AlertLook::notes() const
{
    QStringList out;
    for (const items::AlertsStanding &standing : m_alerts->standings()) {
        if (standing.any() && standing.alertmanager.phase == Phase::Missing)
            out.append(Session::tr("%1: no Alertmanager was found, so that silences are not known. %2").arg(standing.cluster, standing.alertmanager.why.text()));
        if (standing.any() && standing.prometheus.phase == Phase::Missing)
            out.append(Session::tr("%1: no Prometheus was found, so that pending alerts and values are not known. %2").arg(standing.cluster, standing.prometheus.why.text()));
        for (const QString &problem : standing.ruleProblems)
            out.append(Session::tr("%1: a rule cannot be evaluated. %2").arg(standing.cluster, problem));
    }
    return out;
}

QJsonObject alertJson(const items::Alert &alert)
{
    QJsonArray receivers;
    for (const QString &receiver : alert.receivers)
        receivers.append(QJsonObject{{u"name"_s, receiver}});
    // Alertmanager's word; one that only Prometheus knows is active, or "pending" as Prometheus says
    const QString state = !alert.managedState.isEmpty() ? alert.managedState : alert.state == items::AlertState::Pending ? u"pending"_s : u"active"_s;
    QJsonObject out{{u"labels"_s, objectOf(alert.labels)}, {u"annotations"_s, objectOf(alert.annotations)}, {u"startsAt"_s, timeOf(alert.managed ? alert.startsAt : alert.since)},
                    {u"endsAt"_s, timeOf(alert.endsAt)}, {u"updatedAt"_s, timeOf(alert.updatedAt)}, {u"fingerprint"_s, alert.fingerprint}, {u"generatorURL"_s, alert.generatorUrl},
                    {u"receivers"_s, receivers},
                    {u"status"_s, QJsonObject{{u"state"_s, state}, {u"silencedBy"_s, QJsonArray::fromStringList(alert.silencedBy)}, {u"inhibitedBy"_s, QJsonArray::fromStringList(alert.inhibitedBy)}}},
                    {u"source"_s, alert.source()}, {u"state"_s, items::alertStateId(alert.state)}, {u"cluster"_s, alert.cluster},
                    {u"value"_s, alert.value.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(alert.value)}, {u"silencedUntil"_s, timeOf(alert.silencedUntil)}};
    return out;
}

QJsonObject silenceJson(const QString &cluster, const ports::Silence &silence, std::optional<int> alerts)
{
    QJsonArray matchers;
    for (const ports::Matcher &matcher : silence.matchers)
        matchers.append(QJsonObject{{u"name"_s, matcher.name}, {u"value"_s, matcher.value}, {u"isRegex"_s, matcher.isRegex}, {u"isEqual"_s, matcher.isEqual}});
    return {{u"id"_s, silence.id}, {u"matchers"_s, matchers}, {u"startsAt"_s, timeOf(silence.startsAt)}, {u"endsAt"_s, timeOf(silence.endsAt)},
            {u"updatedAt"_s, timeOf(silence.updatedAt)}, {u"createdBy"_s, silence.createdBy}, {u"comment"_s, silence.comment}, {u"status"_s, QJsonObject{{u"state"_s, silence.state}}},
            {u"source"_s, u"alertmanager"_s}, {u"cluster"_s, cluster}, {u"alerts"_s, alerts ? QJsonValue(*alerts) : QJsonValue(QJsonValue::Null)}};
}

}
