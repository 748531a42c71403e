// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/FakeGateway.h"
#include "tests/support/FakeTelemetry.h"
#include "tests/support/ManualClock.h"
#include "tests/ui/support/UiTest.h"
#include "tests/unit/items/ItemsFixture.h"
#include "ui/panes/telemetry/AlertDetails.h"
#include "ui/panes/telemetry/AlertsPage.h"
#include "ui/panes/telemetry/AlertsTable.h"
#include "ui/panes/telemetry/FiringAlerts.h"
#include "ui/panes/telemetry/MatcherEditor.h"
#include "ui/panes/telemetry/SilenceDialog.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QVBoxLayout>

namespace qd::test {

using namespace qd::ui;
using namespace Qt::StringLiterals;

/// Two clusters that tell alerts, and the page of them; a third is added by who needs one.
struct AlertStage {
    explicit AlertStage(Theme *theme)
        : journal(dir.filePath(u"journal.jsonl"_s), &clock)
    {
        context.clock = &clock;
        context.settings = &settings;
        context.journal = &journal;
        context.theme = theme;
        session = std::make_unique<items::AlertsSession>(&clock, &journal, QString());
        context.alerts = session.get();
    }
    ~AlertStage()
    {
        host.reset();
    }

    struct Site {
        std::shared_ptr<FakeGateway> gateway;
        std::shared_ptr<FakeMetrics> metrics = std::make_shared<FakeMetrics>();
        std::shared_ptr<FakeAlerts> alerts = std::make_shared<FakeAlerts>();
        std::shared_ptr<FakeTelemetry> telemetry = std::make_shared<FakeTelemetry>();
        std::unique_ptr<state::Environment> environment;
        QList<ports::ManagedAlert> managed;
        QList<ports::RuleAlert> evaluated;
        QList<ports::Silence> silences;
        void give()
        {
            alerts->alertsAnswer = managed;
            alerts->silencesAnswer = silences;
            metrics->alertsAnswer = evaluated;
        }
    };

    Site &add(const QString &name, state::Mark mark = state::Mark::Plain, const QStringList &nodes = {})
    {
        sites.push_back(std::make_unique<Site>());
        Site &site = *sites.back();
        site.gateway = std::make_shared<FakeGateway>(name);
        site.environment = std::make_unique<state::Environment>(state::EnvironmentInfo{name, mark}, kinds, site.gateway, nullptr, &clock);
        site.telemetry->metricsSource = site.metrics;
        site.telemetry->alertsSource = site.alerts;
        site.environment->setTelemetry(site.telemetry);
        site.environment->setIdentity({u"mira.koenig"_s, {}, {}});
        const network::KindInfo &kind = *kinds->find(u"Validator"_s);
        QList<network::Row> rows;
        for (const QString &node : nodes)
            rows.append(rowOf(kind, node, {}, u"Ready"_s));
        site.environment->store(kind)->applyBatch(batchOf(rows));
        session->addEnvironment(site.environment.get());
        return site;
    }

    /// The page in a window of its own, looked at.
    void show(const QSize &size = {1240, 800})
    {
        host = std::make_unique<QWidget>();
        host->resize(size);
        auto *column = new QVBoxLayout(host.get());
        column->setContentsMargins(0, 0, 0, 0);
        page = new AlertsPage(context, host.get());
        column->addWidget(page);
        host->show();
        (void)QTest::qWaitForWindowExposed(host.get());
        look();
    }
    void look()
    {
        for (const auto &site : sites)
            site->give();
        QSignalSpy looked(session.get(), &items::AlertsSession::looked);
        page->setShown(true);
        session->refresh();
        const int all = int(sites.size());
        (void)QTest::qWaitFor([&looked, all] { return looked.count() >= all; });
        QCoreApplication::sendPostedEvents();
    }

    ports::ManagedAlert alert(const QString &name, const QString &node, const QString &severity, qint64 ago, const QString &summary = {}) const
    {
        ports::ManagedAlert out;
        out.labels = {{u"alertname"_s, name}, {u"severity"_s, severity}, {u"namespace"_s, u"canton"_s}};
        if (!node.isEmpty())
            out.labels.insert(u"node_name"_s, node);
        out.annotations = {{u"runbook_url"_s, QString(u"https://runbooks.example.com/"_s + name)}};
        if (!summary.isEmpty())
            out.annotations.insert(u"summary"_s, summary);
        out.startsAt = clock.now().addSecs(-ago);
        out.updatedAt = clock.now();
        out.state = u"active"_s;
        out.receivers = QStringList{u"pager"_s};
        out.generatorUrl = u"http://prometheus-0:9090/graph?g0.expr=up"_s;
        return out;
    }
    ports::Silence silence(const QString &id, const QString &name, qint64 seconds) const
    {
        ports::Silence out;
        out.id = id;
        out.matchers = {{u"alertname"_s, name}};
        out.startsAt = clock.now().addSecs(-600);
        out.endsAt = clock.now().addSecs(seconds);
        out.state = seconds > 0 ? u"active"_s : u"expired"_s;
        out.createdBy = u"jonas.weber"_s;
        out.comment = u"database moves to the new storage class"_s;
        return out;
    }

    /// Picture 07's foot: three that fire, one silenced, one pending.
    Site &three()
    {
        Site &site = add(u"infra-prod"_s, state::Mark::Production, {u"bob-custody"_s, u"northgate-validator-2"_s, u"harbor-bridge"_s});
        site.managed = {alert(u"ParticipantDown"_s, u"bob-custody"_s, u"critical"_s, 1080, u"no ready pod behind the ledger API"_s),
                        alert(u"BackupOverdue"_s, u"bob-custody"_s, u"critical"_s, 21060, u"9 h 51 m since last success, policy 4 h"_s),
                        alert(u"TrafficLow"_s, u"northgate-validator-2"_s, u"warning"_s, 2280, u"6 % left, empty in about 7 h"_s),
                        alert(u"DatabaseGrowth"_s, u"harbor-bridge"_s, u"warning"_s, 7200, u"4.1 GB more than yesterday"_s)};
        site.managed[3].silencedBy = QStringList{u"s1"_s};
        site.silences = {silence(u"s1"_s, u"DatabaseGrowth"_s, 9000), silence(u"s0"_s, u"TrafficLow"_s, -4000)};
        ports::RuleAlert down;
        down.labels = site.managed.first().labels;
        down.state = u"firing"_s;
        down.value = u"0e+00"_s;
        down.activeAt = clock.now().addSecs(-1380);
        ports::RuleAlert pending;
        pending.labels = {{u"alertname"_s, u"ConfirmationLatencyHigh"_s}, {u"severity"_s, u"warning"_s}, {u"namespace"_s, u"canton"_s}, {u"pod"_s, u"northgate-validator-2-participant-0"_s}};
        pending.annotations = {{u"summary"_s, u"95th percentile above 600 ms"_s}};
        pending.state = u"pending"_s;
        pending.value = u"6.82e-01"_s;
        pending.activeAt = clock.now().addSecs(-95);
        site.evaluated = {down, pending};
        ports::Rule rule;
        rule.group = u"canton-nodes"_s;
        rule.name = u"ParticipantDown"_s;
        rule.type = u"alerting"_s;
        rule.expr = u"sum by (namespace, node_name) (kube_pod_status_ready{condition=\"true\", component=\"participant\"}) < 1"_s;
        rule.forSeconds = 300;
        rule.labels = {{u"severity"_s, u"critical"_s}};
        rule.health = u"ok"_s;
        site.metrics->rulesAnswer = QList{rule};
        // It was pending, fired for an hour at night, and does again.
        site.metrics->onRange = [](const ports::RangeQuery &query) {
            network::SeriesAnswer out{query.start, query.end, query.step, {}, {}, {}};
            network::TimeSeries state;
            for (double at = query.start; at <= query.end; at += query.step) {
                const double left = query.end - at;
                if (left > 50'000 && left < 55'000)
                    continue;   // Prometheus was away
                const bool fires = left < 1400 || (left > 30'000 && left < 34'000), waits = left < 1800 || (left >= 34'000 && left < 35'000);
                state.samples.push_back({at, fires ? 2.0 : waits ? 1.0 : 0.0});
            }
            out.series = {state};
            return Result<network::SeriesAnswer>(out);
        };
        return site;
    }

    QTemporaryDir dir;
    ManualClock clock;
    MemorySettings settings;
    state::Journal journal;
    std::shared_ptr<const network::KindTable> kinds = smallKinds();
    std::vector<std::unique_ptr<Site>> sites;
    std::unique_ptr<items::AlertsSession> session;
    ShellContext context;
    std::unique_ptr<QWidget> host;
    AlertsPage *page = nullptr;
};

}
