// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/TourOverview.h"

#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/items/Readings.h"
#include "ui/panes/overview/OverviewPane.h"
#include "ui/panes/overview/ProblemCard.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourQuiet.h"
#include "ui/shell/tour/TourChanges.h"
#include "ui/shell/tour/TourObjects.h"
#include "ui/shell/tour/TourVerdicts.h"

#include <QJsonArray>

namespace qd::ui {

using namespace Qt::StringLiterals;
using Phase = LoadState::Phase;

namespace {

constexpr QSize kWide{1440, 900};
constexpr QSize kTall{1440, 1240};
constexpr QSize kSmall{1000, 700};
constexpr qint64 kHour = 3600;
constexpr qint64 kDay = 24 * kHour;

QString ago(const TourWorld &world, qint64 seconds)
{
    return formatRfc3339(world.clock().now().addSecs(-seconds));
}

QJsonObject condition(const QString &type, const QString &reason, const QString &message, const QString &since)
{
    return {{u"type"_s, type}, {u"status"_s, u"False"_s}, {u"reason"_s, reason}, {u"message"_s, message}, {u"lastTransitionTime"_s, since}};
}

QJsonObject object(const TourWorld &world, const QString &kind, const QString &ns, const QString &name, const QJsonObject &spec, const QJsonObject &status)
{
    const QString api = kind == "Certificate"_L1 ? u"cert-manager.io/v1"_s : u"canton.quarterdeck.io/v1alpha1"_s;
    return {{u"apiVersion"_s, api}, {u"kind"_s, kind}, {u"spec"_s, spec}, {u"status"_s, status},
            {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, ns}, {u"uid"_s, QString(u"tour-"_s + name)}, {u"resourceVersion"_s, u"88120500"_s},
                                        {u"generation"_s, 1}, {u"creationTimestamp"_s, ago(world, 3 * kHour)}}}};
}

QJsonObject nodeRef(const QString &kind, const QString &name)
{
    return {{u"kind"_s, kind}, {u"name"_s, name}};
}

void addSchedule(TourWorld &world, int environment, const QString &ns, const QString &kind, const QString &node, qint64 successAgo)
{
    (void)addTourObject(world, environment,
                        object(world, u"BackupSchedule"_s, ns, node + u"-4h"_s,
                               {{u"schedule"_s, u"0 */4 * * *"_s},
                                {u"template"_s, QJsonObject{{u"nodeRef"_s, nodeRef(kind, node)}, {u"retention"_s, QJsonObject{{u"keepFor"_s, u"30d"_s}}}}}},
                               {{u"phase"_s, u"Ready"_s}, {u"lastSuccessTime"_s, ago(world, successAgo)}}));
}

void addUpgrade(TourWorld &world)
{
    const auto step = [&world](const char *name, const char *state, qint64 began = 0) {
        return QJsonObject{{u"name"_s, QLatin1StringView(name)}, {u"state"_s, QLatin1StringView(state)}, {u"startTime"_s, ago(world, began)}};
    };
    (void)addTourObject(world, 0,
                        object(world, u"Upgrade"_s, u"canton-mainnet"_s, u"mainnet-0-4-16"_s,
                               {{u"fromVersion"_s, u"0.4.15"_s}, {u"toVersion"_s, u"0.4.16"_s}, {u"observation"_s, QJsonObject{{u"duration"_s, u"1h"_s}}},
                                {u"order"_s, QJsonArray{u"northgate-validator-1"_s, u"northgate-validator-2"_s}},
                                {u"targets"_s, QJsonArray{nodeRef(u"Validator"_s, u"northgate-validator-1"_s), nodeRef(u"Validator"_s, u"northgate-validator-2"_s)}}},
                               {{u"phase"_s, u"Observing"_s}, {u"perTarget"_s, QJsonArray{QJsonObject{{u"name"_s, u"northgate-validator-1"_s}, {u"phase"_s, u"Observing"_s}}}},
                                {u"steps"_s, QJsonArray{step("PreCheck", "Succeeded"), step("IdentityDump", "Succeeded"), step("Backup", "Succeeded"),
                                                        step("ApplyVersion", "Succeeded"), step("Observe", "Running", 38 * 60),
                                                        step("AwaitApproval", "Pending"), step("Promote", "Pending")}}}));
}

void addEndings(TourWorld &world)
{
    const auto certificate = [&world](const QString &name, qint64 ends, qint64 renews, int attempts) {
        (void)addTourObject(world, 0,
                            object(world, u"Certificate"_s, u"canton-private"_s, name.section(u'.', 0, 0), {{u"dnsNames"_s, QJsonArray{name}}},
                                   {{u"notAfter"_s, ago(world, -ends)}, {u"renewalTime"_s, ago(world, -renews)}, {u"failedIssuanceAttempts"_s, attempts}}));
    };
    certificate(u"wallet.harbor.example"_s, 6 * kDay, -kDay, 3);
    certificate(u"scan.lighthouse.example"_s, 18 * kDay, 3 * kDay, 0);
    (void)addTourObject(world, 0, object(world, u"ValidatorOnboarding"_s, u"canton-private"_s, u"acme-validator"_s, {{u"validatorName"_s, u"acme-validator"_s}},
                                         {{u"phase"_s, u"Issued"_s}, {u"issuedTime"_s, ago(world, 17 * kHour)}, {u"expiresTime"_s, ago(world, -31 * kHour)}}));
}

/// The participant of the picture crashes; in other pictures its volume is full.
void crash(TourWorld &world)
{
    QJsonValue node = world.gateway(0)->objects.value(u"participants/bob-custody"_s);
    json::set(node, u"/status/message"_s, u"participant-0 restarted 7 times, last exit 137 (out of memory)."_s);
    json::set(node, u"/status/conditions"_s, QJsonArray{condition(u"Active"_s, u"OOMKilled"_s, {}, ago(world, 18 * 60))});
    json::set(node, u"/status/lastBackup/time"_s, ago(world, 591 * 60));
    json::set(node, u"/metadata/resourceVersion"_s, u"88120501"_s);
    (void)addTourObject(world, 0, node.toObject());
}

/// Every list of our kinds is complete.
void settle(TourWorld &world)
{
    for (int i = 0; i < 3; ++i) {
        for (const network::KindInfo &kind : world.environment(i)->kinds().kinds()) {
            if (!kind.own || !kind.eager || world.environment(i)->store(kind)->loadState().phase != Phase::NotYet)
                continue;
            LoadState ready;
            ready.phase = Phase::Ready;
            ready.asOf = world.clock().now();
            world.environment(i)->store(kind)->setLoadState(ready);
        }
    }
}

OverviewPane *openPane(MainWindow &window)
{
    window.panes()->show(u"overview"_s);
    return qobject_cast<OverviewPane *>(window.panes()->currentPane());
}

/// Shows the page once the journal is read.
std::function<void(TourWorld &, MainWindow &)> shown(std::function<void(OverviewPane &)> act = {})
{
    return [act = std::move(act)](TourWorld &world, MainWindow &window) {
        fillTraffic(world, window);
        OverviewPane *pane = openPane(window);
        pane->overview()->refresh();
        if (act)
            TourQuiet::then(&window, [pane, act] { act(*pane); });
    };
}

void forbidden(TourWorld &world)
{
    fillOverview(world);
    LoadState state;
    state.phase = Phase::Forbidden;
    for (const QString &kind : {u"Party"_s, u"LedgerUser"_s, u"WalletUser"_s})
        world.environment(0)->store(*world.environment(0)->kinds().find(kind))->setLoadState(state);
}

void many(TourWorld &world)
{
    settle(world);
    world.fillMany(2000);
    const network::KindInfo *kind = world.environment(0)->kinds().find(u"Party"_s);
    network::RowBatch batch;
    batch.sync = network::RowBatch::Sync::Complete;
    for (int i = 0; i < 5000; ++i) {
        network::Row row = tourRow(object(world, u"Party"_s, u"canton-mainnet"_s, u"party-%1"_s.arg(i), {}, {{u"phase"_s, i % 50 == 0 ? u"Failed"_s : u"Ready"_s}}), *kind);
        batch.upserts.append(row);
    }
    world.environment(0)->store(*kind)->applyBatch(batch);
}

}

void fillOverview(TourWorld &world)
{
    measureTour(world);
    world.fillConsortium();
    settle(world);
    world.makeStale(2);
    crash(world);
    addSchedule(world, 0, u"canton-mainnet"_s, u"Validator"_s, u"northgate-validator-1"_s, 72 * 60);
    addSchedule(world, 0, u"canton-mainnet"_s, u"Validator"_s, u"northgate-validator-2"_s, 160 * 60);
    addSchedule(world, 0, u"canton-harbor"_s, u"Participant"_s, u"bob-custody"_s, 591 * 60);
    (void)addTourObject(world, 0, object(world, u"DarDeployment"_s, u"canton-mainnet"_s, u"utility-registry-1-4-0"_s,
                                         {{u"darRef"_s, QJsonObject{{u"name"_s, u"utility-registry-1-4-0"_s}}}},
                                         {{u"phase"_s, u"PartiallyFailed"_s},
                                          {u"conditions"_s, QJsonArray{condition(u"VettedEverywhere"_s, u"NotVetted"_s, u"Vetted on 2 of 3 nodes that use it."_s, ago(world, 3 * kHour))}}}));
    addUpgrade(world);
    addEndings(world);
    addChange(world, 3 * kHour, u"Change storage of northgate-validator-1"_s, u"northgate-validator-1"_s, u"settled"_s, u"done"_s, 48);
    addChange(world, 38 * 60, u"Edit northgate-validator-2"_s, u"northgate-validator-2"_s, u"refused"_s, u"Edit northgate-validator-2: insufficient coin."_s, 1);
    addChange(world, 60, u"Restart alice-bank"_s, u"alice-bank"_s, u"settled"_s, u"done"_s, 21);
}

void fillCalm(TourWorld &world)
{
    world.fillFew();
    settle(world);
    const network::KindInfo *kind = world.environment(0)->kinds().find(u"Validator"_s);
    state::ResourceStore *store = world.environment(0)->store(*kind);
    if (const state::RowPtr low = store->row(u"tour-northgate-validator-2"_s)) {
        network::Row row = *low;
        row.phase = u"Ready"_s;
        row.state = network::State::Ready;
        row.drift = false;
        for (qsizetype i = 0; i < kind->columns.size(); ++i) {
            if (kind->columns.at(i).id == "traffic"_L1)
                row.cells[i].number = 64;
        }
        network::RowBatch batch;
        batch.upserts = {row};
        store->applyBatch(batch);
    }
}

void fillTraffic(TourWorld &world, MainWindow &window)
{
    const qint64 now = world.clock().now().toSecsSinceEpoch();
    const struct {
        const char *node;
        double before, left;
        qint64 ago;
    } kSeen[]{{"northgate-validator-2", 9.4, 6, 4 * kHour}, {"harbor-bridge", 50.2, 43, kDay}, {"northgate-validator-1", 74.74, 71, kDay}, {"lighthouse-sv", 93, 92, kDay}};
    for (const auto &seen : kSeen) {
        const QString uid = QString(u"tour-"_s + QLatin1StringView(seen.node));
        window.nodes()->readings()->add(u"infra-prod"_s, uid, u"traffic"_s, {now - seen.ago, seen.before});
        window.nodes()->readings()->add(u"infra-prod"_s, uid, u"traffic"_s, {now, seen.left});
    }
}

void Tour::addOverviewScenes()
{
    m_scenes.append({u"overview-list"_s, kWide, fillOverview, shown()});
    m_scenes.append({u"overview-whole"_s, kTall, fillOverview, shown()});
    m_scenes.append({u"overview-small"_s, kSmall, fillOverview, shown(), true});
    m_scenes.append({u"overview-calm"_s, kWide, fillCalm, shown()});
    m_scenes.append({u"overview-many"_s, kWide, many, shown()});
    m_scenes.append({u"overview-acknowledged"_s, kWide, fillOverview, shown([](OverviewPane &pane) {
                         Q_EMIT pane.problems()->rows().at(1)->acknowledgeWanted();
                         pane.problems()->acknowledgedLink()->click();
                     })});
    m_scenes.append({u"overview-loading"_s, kWide, [](TourWorld &w) { w.setPhase(Phase::Loading); }, shown()});
    m_scenes.append({u"overview-empty"_s, kWide, [](TourWorld &w) {
                         w.setPhase(Phase::Ready);
                         settle(w);
                     }, shown()});
    m_scenes.append({u"overview-forbidden"_s, kWide, forbidden, shown()});
    m_scenes.append({u"overview-stale"_s, kWide, [](TourWorld &w) {
                         fillOverview(w);
                         for (int i = 0; i < 3; ++i)
                             w.makeStale(i);
                     }, shown()});
}

}
