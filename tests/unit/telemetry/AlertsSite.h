// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/FakeGateway.h"
#include "tests/support/FakeTelemetry.h"
#include "tests/unit/items/ItemsFixture.h"

namespace qd::test {

using namespace Qt::StringLiterals;

inline ports::ManagedAlert managed(const QString &name, const QString &node, const QDateTime &since, const QString &severity = u"critical"_s)
{
    ports::ManagedAlert out;
    out.labels = {{u"alertname"_s, name}, {u"node_name"_s, node}, {u"severity"_s, severity}};
    out.annotations = {{u"summary"_s, QString(name + u" of "_s + node)}};
    out.startsAt = since;
    out.state = u"active"_s;
    return out;
}

/// A cluster with all that measures it.
struct Site {
    Site(const QString &name, const Clock *clock, state::Mark mark = state::Mark::Plain)
        : gateway(std::make_shared<FakeGateway>(name))
        , environment({name, mark}, smallKinds(), gateway, nullptr, clock)
    {
        telemetry->metricsSource = metrics;
        telemetry->alertsSource = alerts;
        environment.setTelemetry(telemetry);
        environment.setIdentity({u"mira"_s, {}, {}});
    }
    std::shared_ptr<FakeGateway> gateway;
    std::shared_ptr<FakeMetrics> metrics = std::make_shared<FakeMetrics>();
    std::shared_ptr<FakeAlerts> alerts = std::make_shared<FakeAlerts>();
    std::shared_ptr<FakeTelemetry> telemetry = std::make_shared<FakeTelemetry>();
    state::Environment environment;

    /// Alertmanager as it is: a silence is there once it was taken.
    Result<QString> takes(ports::Silence silence, const QString &id)
    {
        silence.id = id;
        silence.state = u"active"_s;
        QList<ports::Silence> all = *alerts->silencesAnswer;
        all.removeIf([&id](const ports::Silence &other) { return other.id == id; });
        all.append(silence);
        alerts->silencesAnswer = all;
        return id;
    }
};

}
