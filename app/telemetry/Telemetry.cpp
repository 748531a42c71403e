// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/Telemetry.h"

#include "app/telemetry/Chain.h"
#include "app/telemetry/Discovery.h"
#include "app/telemetry/Sources.h"

#include <QCoreApplication>
#include <QHash>

#include <array>
#include <functional>

namespace qd::telemetry {

using namespace Qt::StringLiterals;
using ports::TelemetryPart;
using ports::TelemetryState;

namespace {

constexpr qint64 kAgainMs = 10'000;
constexpr qint64 kSoonMs = 60'000;          ///< where something is there that does not answer yet
constexpr qint64 kSeldomMs = 600'000;
/// Services are listed anew after so long for each there was: one costs some 75 microseconds, and looking is to take a thousandth of a core.
constexpr qint64 kServiceMs = 75;
constexpr std::array kParts{TelemetryPart::Metrics, TelemetryPart::Alerts, TelemetryPart::Logs};

/// Loki tells nothing of itself that could be relied on; a list of labels is what any of them answers.
QFuture<Result<Done>> answers(const std::shared_ptr<ports::LogSearch> &logs, std::stop_token stop)
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
    return chainTo<Done>(logs->labelValues(u"job"_s, now - 3'600'000'000'000, now, stop), [](const QStringList &) { return readyFuture<Done>(Done{}); });
}

/// One that tells nothing of itself, as any program without that page does, has to be able to count.
QFuture<Result<Done>> measures(const std::shared_ptr<ports::MetricsSource> &metrics, std::stop_token stop)
{
    return chainTo<Done>(metrics->build(stop), [metrics, stop](const QString &build) {
        if (!build.isEmpty())
            return readyFuture<Done>(Done{});
        return chainTo<Done>(metrics->query(u"vector(1)"_s, 0, stop), [](const network::SeriesAnswer &) { return readyFuture<Done>(Done{}); });
    });
}

class Finder final : public ports::Telemetry {
    Q_DECLARE_TR_FUNCTIONS(Telemetry)
public:
    Finder(std::shared_ptr<ports::ResourceGateway> gateway, std::shared_ptr<ports::ServiceHttp> services, TelemetrySettings settings)
        : m_gateway(std::move(gateway))
        , m_services(std::move(services))
        , m_settings(std::move(settings))
        , m_clock(m_settings.clock ? m_settings.clock : &m_systemClock)
    {
        for (const TelemetryPart part : kParts) {
            if (const std::optional<NamedTarget> &named = namedOf(part))
                take(part, targetOf(part, named->address, {}, named->tenant, named->tokens), true);
        }
    }

    ~Finder() override { m_stop.request_stop(); }

    void look() override
    {
        if (!m_looking && missesOne() && (!m_againAtMs || m_clock->monotonicMs() >= *m_againAtMs))
            start(false);
    }

    void lookAgain() override
    {
        m_stop.request_stop();
        m_stop = {};
        ++m_turn;
        m_looking = false;
        m_againMs = kAgainMs;
        if (namesAll())
            return Q_EMIT changed();
        start(true);
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

    /// What was found stays in use until it is known better. Unless somebody wants `all` looked at, what is found is not asked, and what is
    /// missing stays missing until it is there.
    void start(bool all)
    {
        m_looking = true;
        m_mayCome = false;
        QList<TelemetryPart> parts;
        for (const TelemetryPart part : kParts) {
            const Phase phase = m_states[size_t(part)].phase;
            if (namedOf(part) || (!all && phase == Phase::Found))
                continue;
            parts.append(part);
            if (all && phase == Phase::Missing)
                m_states[size_t(part)] = {};
        }
        m_open = int(parts.size());
        const quint64 turn = m_turn;
        if (all)
            Q_EMIT changed();
        if (turn != m_turn)
            return;
        const bool list = all || m_clock->monotonicMs() >= m_listAgainAtMs;
        const auto services = list ? lookForServices(m_gateway, m_settings.namespaces, m_stop.get_token()) : readyFuture<Services>(m_known);
        whenFinished(services, this, [this, parts, turn, list](const Result<Services> &found) {
            if (list && turn == m_turn) {
                m_known = found ? *found : Services();
                m_listAgainAtMs = found ? m_clock->monotonicMs() + std::min(found->seen * kServiceMs, kSeldomMs) : 0;
            }
            const Result<QList<Candidate>> candidates = found ? Result<QList<Candidate>>(chosen(found->candidates)) : Result<QList<Candidate>>(found.error());
            for (const TelemetryPart part : parts) {
                if (turn == m_turn)
                    ask(part, candidates, 0, std::nullopt);
            }
        });
    }

    /// Where the profile names namespaces, only those and the usual ones are trusted to measure.
    QList<Candidate> chosen(const QList<Candidate> &all)
    {
        QList<Candidate> out;
        m_elsewhere.clear();
        for (const Candidate &one : inOrder(all, m_settings.within)) {
            if (m_settings.within.isEmpty() || isTrusted(one.address.ns, m_settings.within))
                out.append(one);
            else if (!m_elsewhere.contains(one.part))
                m_elsewhere.insert(one.part, QString(one.address.ns + u'/' + one.address.service));
        }
        return out;
    }

    /// The namespaces in which others look like it: a person has to know that one was chosen, and what decides.
    static QString place(const ServiceTarget &target, TelemetryPart part, const QList<Candidate> &candidates)
    {
        QStringList others;
        for (const Candidate &one : candidates) {
            if (one.part == part && one.address.ns != target.address.ns && !others.contains(one.address.ns))
                others.append(one.address.ns);
        }
        if (others.isEmpty())
            return target.place();
        return tr("%1 (others are in %2; telemetry in the profile decides)").arg(target.place(), others.mid(0, 3).join(u", "_s) + (others.size() > 3 ? u", …"_s : QString()));
    }

    void ask(TelemetryPart part, const Result<QList<Candidate>> &candidates, qsizetype at, const std::optional<Error> &first)
    {
        if (!candidates)
            return miss(part, notListed(part, candidates.error()), candidates.error().kind != ErrorKind::Forbidden);
        while (at < candidates->size() && candidates->at(at).part != part)
            ++at;
        if (at == candidates->size())
            return miss(part, first ? *first : notThere(part), first.has_value());
        const Candidate &one = candidates->at(at);
        const ServiceTarget target = targetOf(part, one.address, one.prefix, {}, {});
        whenFinished(probe(part, target), this, [this, part, candidates, at, first, target, turn = m_turn](const Result<Done> &answer) {
            if (turn != m_turn)
                return;
            if (!answer)
                return ask(part, candidates, at + 1, first ? first : std::optional(answer.error()));
            take(part, target, false);
            m_states[size_t(part)].address = place(target, part, *candidates);
            settle(true);
        });
    }

    [[nodiscard]] QFuture<Result<Done>> probe(TelemetryPart part, const ServiceTarget &target) const
    {
        const std::stop_token stop = m_stop.get_token();
        if (part == TelemetryPart::Metrics)
            return measures(makePrometheus(target), stop);
        if (part == TelemetryPart::Alerts)
            return chainTo<Done>(makeAlertmanager(target)->build(stop), [](const QString &) { return readyFuture<Done>(Done{}); });
        return answers(makeLoki(target), stop);
    }

    void miss(TelemetryPart part, const Error &why, bool mayCome)
    {
        if (part == TelemetryPart::Metrics)
            m_metrics.reset();
        else if (part == TelemetryPart::Alerts)
            m_alerts.reset();
        else
            m_logs.reset();
        m_mayCome = m_mayCome || mayCome;
        const TelemetryState before = std::exchange(m_states[size_t(part)], {Phase::Missing, {}, false, why});
        settle(m_states[size_t(part)] != before);
    }

    /// The longer a part is missing, the more seldom it is looked for.
    void settle(bool news)
    {
        if (--m_open <= 0) {
            m_looking = false;
            m_againMs = std::min(m_againMs, m_mayCome ? kSoonMs : kSeldomMs);
            m_againAtMs = m_clock->monotonicMs() + m_againMs;
            m_againMs *= 2;
        }
        if (news)
            Q_EMIT changed();
    }

    static Error notListed(TelemetryPart part, const Error &error)
    {
        if (error.kind != ErrorKind::Forbidden)
            return error;
        return {ErrorKind::Forbidden, tr("%1 cannot be looked for: the right to list services is missing.").arg(nameOf(part)),
                tr("Write its address into the profile, under telemetry, or ask for a role that may list services."), error.message};
    }

    [[nodiscard]] Error notThere(TelemetryPart part) const
    {
        if (m_elsewhere.contains(part))
            return {ErrorKind::NotFound, tr("%1 looks like %2, but is in none of the profile's namespaces nor of the usual ones.").arg(m_elsewhere.value(part), nameOf(part)),
                    tr("If it is the right one, write its address into the profile, under telemetry.")};
        return {ErrorKind::NotFound, tr("No service of the cluster looks like %1.").arg(nameOf(part)),
                m_settings.absent.contains(part) ? m_settings.absent.value(part) : tr("Install it in the cluster, or write its address into the profile, under telemetry.")};
    }

    std::shared_ptr<ports::ResourceGateway> m_gateway;
    std::shared_ptr<ports::ServiceHttp> m_services;
    TelemetrySettings m_settings;
    std::array<TelemetryState, 3> m_states;
    std::shared_ptr<ports::MetricsSource> m_metrics;
    std::shared_ptr<ports::AlertsSource> m_alerts;
    std::shared_ptr<ports::LogSearch> m_logs;
    std::stop_source m_stop;
    SystemClock m_systemClock;
    const Clock *m_clock;
    QHash<TelemetryPart, QString> m_elsewhere;      ///< the first that was not taken for its namespace
    std::optional<qint64> m_againAtMs;
    qint64 m_againMs = kAgainMs;    ///< until the next look, by itself
    Services m_known;               ///< when they were listed last
    qint64 m_listAgainAtMs = 0;
    quint64 m_turn = 0;
    int m_open = 0;                 ///< parts that are looked for
    bool m_mayCome = false;         ///< something is there that does not answer
    bool m_looking = false;
};

}

std::shared_ptr<ports::Telemetry> makeTelemetry(std::shared_ptr<ports::ResourceGateway> gateway, std::shared_ptr<ports::ServiceHttp> services,
                                                TelemetrySettings settings)
{
    return std::make_shared<Finder>(std::move(gateway), std::move(services), std::move(settings));
}

}
