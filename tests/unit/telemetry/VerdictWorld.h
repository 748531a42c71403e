// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/telemetry/VerdictRules.h"
#include "models/state/telemetry/Verdicts.h"
#include "tests/support/FakeTelemetry.h"
#include "tests/unit/items/OverviewFixture.h"

#include <cmath>

namespace qd::test {

using namespace Qt::StringLiterals;

/// A cluster of two validators and what a Prometheus says of them.
struct VerdictWorld {
    FixedClock clock;
    std::shared_ptr<const network::KindTable> kinds = shippedKinds();
    FixtureEnvironment prod{u"infra-prod"_s, state::Mark::Production, &clock, kinds};
    std::shared_ptr<FakeMetrics> metrics = std::make_shared<FakeMetrics>();
    std::shared_ptr<FakeTelemetry> telemetry = std::make_shared<FakeTelemetry>();
    QHash<QString, double> eventAges;       ///< by node
    QStringList down;
    QHash<QString, double> freeOf;          ///< by claim
    std::optional<Error> fails;

    VerdictWorld()
    {
        add(u"CantonNetwork"_s, u"mainnet"_s);
        network::Row &network = m_last;
        setCell(network, *kinds->find(u"CantonNetwork"_s), u"type"_s, textCell(u"MainNet"_s));
        put(u"CantonNetwork"_s, network);
        for (const QString &name : {u"one"_s, u"two"_s}) {
            add(u"Validator"_s, name);
            setCell(m_last, *kinds->find(u"Validator"_s), u"components"_s, ratioCell(5, 5));
            put(u"Validator"_s, m_last);
            eventAges.insert(name, 2);
        }
        telemetry->metricsSource = metrics;
        prod.environment.setTelemetry(telemetry);
        metrics->onQuery = [this](const QString &expr, double) { return fails ? Result<network::SeriesAnswer>(*fails) : Result<network::SeriesAnswer>(answer(expr)); };
    }
    void add(const QString &kind, const QString &name) { m_last = rowOf(*kinds->find(kind), name, u"mainnet"_s, u"Ready"_s); }
    void putLast(const QString &kind) { put(kind, m_last); }
    void put(const QString &kind, const network::Row &row) { prod.store(kind)->applyBatch(batchOf({row})); }
    [[nodiscard]] double now() const { return double(clock.at.toSecsSinceEpoch()); }
    [[nodiscard]] ObjectId node(const QString &name) const
    {
        return {u"infra-prod"_s, kinds->find(u"Validator"_s)->gvr, u"canton"_s, name, u"uid-validator-"_s + name};
    }
    [[nodiscard]] network::SeriesAnswer answer(const QString &expr) const
    {
        network::SeriesAnswer out{now(), now(), 0, {}, {}, {}};
        const auto add = [&](const QString &name, const QString &metric, double value, const network::Labels &more = {}) {
            network::Labels labels = more;
            if (!metric.isEmpty())
                labels.insert(u"__name__"_s, metric);
            labels.insert(u"namespace"_s, u"canton"_s);
            labels.insert(u"pod"_s, name + u"-participant-0"_s);
            labels.insert(u"instance"_s, name);
            out.series.push_back({labels, {{now(), value}}});
        };
        for (auto it = eventAges.constBegin(); it != eventAges.constEnd(); ++it) {
            if (expr == state::verdictTargets()) {
                add(it.key(), {}, down.contains(it.key()) ? 0 : 1, {{u"qd_signal"_s, u"up"_s}});
                add(it.key(), {}, now() - 5, {{u"qd_signal"_s, u"scraped"_s}});
            } else if (expr == state::verdictGauges() && !down.contains(it.key())) {
                add(it.key(), QLatin1StringView(state::metric::kLastEvent), (now() - it.value()) * 1e6, {{u"synchronizer"_s, u"global"_s}});
                add(it.key(), QLatin1StringView(state::metric::kIngestion), (now() - 5) * 1e3, {{u"store_name"_s, u"DbValidatorStore"_s}});
                add(it.key(), u"daml_health_status"_s, std::nan(""), {{u"component"_s, u"x"_s}});
            }
        }
        for (auto it = freeOf.constBegin(); expr == state::verdictRates() && it != freeOf.constEnd(); ++it)
            out.series.push_back({{{u"qd_signal"_s, QLatin1StringView(state::derived::kVolume)}, {u"namespace"_s, u"canton"_s}, {u"persistentvolumeclaim"_s, it.key()}}, {{now(), it.value()}}});
        return out;
    }

private:
    network::Row m_last;
};

}
