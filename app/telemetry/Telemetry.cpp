// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/Telemetry.h"

#include "app/telemetry/Chain.h"
#include "app/telemetry/Discovery.h"
#include "app/telemetry/Sources.h"

#include <QCoreApplication>
#include <QDeadlineTimer>

#include <array>
#include <functional>

namespace qd::telemetry {

using namespace Qt::StringLiterals;
using ports::TelemetryPart;
using ports::TelemetryState;

namespace {

constexpr int kAgainMs = 10'000;
constexpr std::array kParts{TelemetryPart::Metrics, TelemetryPart::Alerts, TelemetryPart::Logs};

/// Loki tells nothing of itself that could be relied on; a list of labels is what any of them answers.
QFuture<Result<Done>> answers(const std::shared_ptr<ports::LogSearch> &logs, std::stop_token stop)
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
    return chainTo<Done>(logs->labelValues(u"job"_s, now - 3'600'000'000'000, now, stop), [](const QStringList &) { return readyFuture<Done>(Done{}); });
}

class Finder final : public ports::Telemetry {
    Q_DECLARE_TR_FUNCTIONS(Telemetry)
public:
    Finder(std::shared_ptr<ports::ResourceGateway> gateway, std::shared_ptr<ports::ServiceHttp> services, TelemetrySettings settings)
        : m_gateway(std::move(gateway))
        , m_services(std::move(services))
        , m_settings(std::move(settings))
    {
        for (const TelemetryPart part : kParts) {
            if (const std::optional<NamedTarget> &named = namedOf(part))
                take(part, targetOf(part, named->address, {}, named->tenant, named->tokens), true);
        }
    }

    ~Finder() override { m_stop.request_stop(); }

    void look() override
    {
        if (!m_looking && missesOne() && m_again.hasExpired())
            start();
    }

    void lookAgain() override
    {
        m_stop.request_stop();
        m_stop = {};
        ++m_turn;
        m_looking = false;
        if (namesAll())
            return Q_EMIT changed();
        start();
    }

    TelemetryState state(TelemetryPart part) const override { return m_states[size_t(part)]; }
    std::shared_ptr<ports::MetricsSource> metrics() const override { return m_metrics; }
    std::shared_ptr<ports::AlertsSource> alerts() const override { return m_alerts; }
    std::shared_ptr<ports::LogSearch> logs() const override { return m_logs; }
    QString grafana() const override { return m_settings.grafana; }

private:
    using Phase = TelemetryState::Phase;

    [[nodiscard]] const std::optional<NamedTarget> &namedOf(TelemetryPart part) const
    {
        return part == TelemetryPart::Metrics ? m_settings.metrics : part == TelemetryPart::Alerts ? m_settings.alerts : m_settings.logs;
    }

    [[nodiscard]] bool namesAll() const { return m_settings.metrics && m_settings.alerts && m_settings.logs; }

    [[nodiscard]] bool missesOne() const
    {
        return std::any_of(m_states.begin(), m_states.end(), [](const TelemetryState &state) { return state.phase != Phase::Found; });
    }

    static QString nameOf(TelemetryPart part)
    {
        return part == TelemetryPart::Metrics ? u"Prometheus"_s : part == TelemetryPart::Alerts ? u"Alertmanager"_s : u"Loki"_s;
    }

    [[nodiscard]] ServiceTarget targetOf(TelemetryPart part, const ports::ServiceAddress &address, const QString &prefix, const QString &tenant,
                                         const std::shared_ptr<ports::TokenSource> &tokens) const
    {
        return {m_services, address, prefix, tenant, tokens, nameOf(part), m_settings.sockets};
    }

    void take(TelemetryPart part, const ServiceTarget &target, bool fromProfile)
    {
        if (part == TelemetryPart::Metrics)
            m_metrics = makePrometheus(target);
        else if (part == TelemetryPart::Alerts)
            m_alerts = makeAlertmanager(target);
        else
            m_logs = makeLoki(target);
        m_states[size_t(part)] = {Phase::Found, target.place(), fromProfile};
    }

    /// What was found before stays in use until it is known better.
    void start()
    {
        m_looking = true;
        for (const TelemetryPart part : kParts) {
            if (m_states[size_t(part)].phase == Phase::Missing)
                m_states[size_t(part)] = {};
        }
        Q_EMIT changed();
        whenFinished(lookForServices(m_gateway, m_settings.namespaces, m_stop.get_token()), this,
                     [this, turn = m_turn](const Result<QList<Candidate>> &candidates) {
                         if (turn != m_turn)
                             return;
                         m_open = 0;
                         for (const TelemetryPart part : kParts)
                             m_open += namedOf(part) ? 0 : 1;
                         for (const TelemetryPart part : kParts) {
                             if (!namedOf(part))
                                 ask(part, candidates, 0, std::nullopt);
                         }
                     });
    }

    void ask(TelemetryPart part, const Result<QList<Candidate>> &candidates, qsizetype at, const std::optional<Error> &first)
    {
        if (!candidates)
            return miss(part, notListed(part, candidates.error()));
        while (at < candidates->size() && candidates->at(at).part != part)
            ++at;
        if (at == candidates->size())
            return miss(part, first ? *first : notThere(part));
        const Candidate &one = candidates->at(at);
        const ServiceTarget target = targetOf(part, one.address, one.prefix, {}, {});
        whenFinished(probe(part, target), this, [this, part, candidates, at, first, target, turn = m_turn](const Result<Done> &answer) {
            if (turn != m_turn)
                return;
            if (!answer)
                return ask(part, candidates, at + 1, first ? first : std::optional(answer.error()));
            take(part, target, false);
            settle();
        });
    }

    [[nodiscard]] QFuture<Result<Done>> probe(TelemetryPart part, const ServiceTarget &target) const
    {
        const std::stop_token stop = m_stop.get_token();
        const auto done = [](const QString &) { return readyFuture<Done>(Done{}); };
        if (part == TelemetryPart::Metrics)
            return chainTo<Done>(makePrometheus(target)->build(stop), done);
        if (part == TelemetryPart::Alerts)
            return chainTo<Done>(makeAlertmanager(target)->build(stop), done);
        return answers(makeLoki(target), stop);
    }

    void miss(TelemetryPart part, const Error &why)
    {
        if (part == TelemetryPart::Metrics)
            m_metrics.reset();
        else if (part == TelemetryPart::Alerts)
            m_alerts.reset();
        else
            m_logs.reset();
        m_states[size_t(part)] = {Phase::Missing, {}, false, why};
        settle();
    }

    void settle()
    {
        if (--m_open <= 0) {
            m_looking = false;
            m_again.setRemainingTime(kAgainMs);
        }
        Q_EMIT changed();
    }

    static Error notListed(TelemetryPart part, const Error &error)
    {
        if (error.kind != ErrorKind::Forbidden)
            return error;
        return {ErrorKind::Forbidden, tr("%1 cannot be looked for: the right to list services is missing.").arg(nameOf(part)),
                tr("Write its address into the profile, under telemetry, or ask for a role that may list services."), error.message};
    }

    static Error notThere(TelemetryPart part)
    {
        return {ErrorKind::NotFound, tr("No service of the cluster looks like %1.").arg(nameOf(part)),
                tr("Install it in the cluster, or write its address into the profile, under telemetry.")};
    }

    std::shared_ptr<ports::ResourceGateway> m_gateway;
    std::shared_ptr<ports::ServiceHttp> m_services;
    TelemetrySettings m_settings;
    std::array<TelemetryState, 3> m_states;
    std::shared_ptr<ports::MetricsSource> m_metrics;
    std::shared_ptr<ports::AlertsSource> m_alerts;
    std::shared_ptr<ports::LogSearch> m_logs;
    std::stop_source m_stop;
    QDeadlineTimer m_again;         ///< a time in the past at first
    quint64 m_turn = 0;
    int m_open = 0;
    bool m_looking = false;
};

}

std::shared_ptr<ports::Telemetry> makeTelemetry(std::shared_ptr<ports::ResourceGateway> gateway, std::shared_ptr<ports::ServiceHttp> services,
                                                TelemetrySettings settings)
{
    return std::make_shared<Finder>(std::move(gateway), std::move(services), std::move(settings));
}

}
