// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/TourMap.h"

#include "models/core/Format.h"
#include "models/core/Json.h"
#include "ui/panes/map/MapPane.h"
#include "ui/panes/map/MapView.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourObjects.h"
#include "ui/shell/tour/TourQuiet.h"
#include "ui/shell/tour/TourTelemetry.h"
#include "ui/shell/tour/TourVerdicts.h"
#include "ui/widgets/StatePage.h"

#include <QJsonArray>

namespace qd::ui {

using namespace Qt::StringLiterals;
using Phase = LoadState::Phase;

namespace {

constexpr QSize kWide{1440, 900};
constexpr QSize kSmall{1000, 700};

/// One connection of the picture.
struct Sample {
    int environment;
    const char *ns, *node, *kind, *domain, *network, *phase, *latency;
    qint64 silent;           ///< seconds since its last event
    bool healthy = true;
    const char *message = "";
};

constexpr Sample kSamples[]{
    {0, "harbor", "alice-bank", "Participant", "harbor", nullptr, "Connected", "9ms", 2},
    {0, "harbor", "bob-custody", "Participant", "harbor", nullptr, "Failed", nullptr, 18 * 60, false, "The participant does not answer."},
    {0, "harbor", "carol-clearing", "Participant", "harbor", nullptr, "Connected", "11ms", 3},
    {0, "harbor", "dora-exchange", "Participant", "harbor", nullptr, "Disconnected", nullptr, 4 * 86400},
    {0, "harbor", "harbor-bridge", "Validator", "harbor", nullptr, "Connected", "14ms", 2},
    {0, "harbor", "harbor-bridge", "Validator", nullptr, "mainnet", "Connected", "212ms", 2, false, "Latency above 200 ms."},
    {0, "mainnet", "lighthouse-sv", "SuperValidator", nullptr, "mainnet", "Connected", "6ms", 1},
    {0, "mainnet", "northgate-validator-1", "Validator", nullptr, "mainnet", "Connected", "38ms", 2},
    {0, "mainnet", "northgate-validator-2", "Validator", nullptr, "mainnet", "Connected", "41ms", 3},
    {1, "devnet", "northgate-dev-1", "Validator", nullptr, "devnet", "Connected", "41ms", 2},
    {1, "devnet", "northgate-dev-2", "Validator", nullptr, "devnet", "Registering", nullptr, -1, false},
    {2, "testnet", "northgate-test-1", "Validator", nullptr, "testnet", "Connected", "44ms", 2},
};

QJsonObject ref(const char *name)
{
    return {{u"name"_s, QLatin1StringView(name)}};
}

QJsonObject connection(const TourWorld &world, const Sample &sample)
{
    const QString alias = sample.domain ? QString::fromLatin1(sample.domain) : u"global"_s;
    const QString name = QString::fromLatin1(sample.node) + u'-' + alias;
    QJsonObject target, status{{u"phase"_s, QLatin1StringView(sample.phase)}, {u"observedGeneration"_s, 1}, {u"healthy"_s, sample.healthy}};
    target.insert(sample.domain ? u"syncDomainRef"_s : u"networkRef"_s, ref(sample.domain ? sample.domain : sample.network));
    if (sample.latency)
        status.insert(u"latency"_s, QLatin1StringView(sample.latency));
    if (sample.silent >= 0)
        status.insert(u"lastSequencedTime"_s, formatRfc3339(world.clock().now().addSecs(-sample.silent)));
    if (*sample.message)
        status.insert(u"message"_s, QLatin1StringView(sample.message));
    status.insert(u"permission"_s, u"Submission"_s);
    status.insert(u"domainId"_s, QString(alias + u"::1220b1431ef217342db44d516bb9"_s));
    const QString wanted = QLatin1StringView(sample.phase) == "Disconnected"_L1 ? u"Disconnected"_s : u"Connected"_s;
    return {{u"apiVersion"_s, u"canton.quarterdeck.io/v1alpha1"_s}, {u"kind"_s, u"SyncDomainConnection"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, QString(u"canton-"_s + QLatin1StringView(sample.ns))}, {u"uid"_s, QString(u"tour-sdc-"_s + name)},
                                        {u"generation"_s, 1}, {u"creationTimestamp"_s, u"2026-04-27T12:04:31Z"_s}}},
            {u"spec"_s, QJsonObject{{u"nodeRef"_s, QJsonObject{{u"kind"_s, QLatin1StringView(sample.kind)}, {u"name"_s, QLatin1StringView(sample.node)}}},
                                    {u"target"_s, target}, {u"alias"_s, alias}, {u"state"_s, wanted}, {u"priority"_s, 0}, {u"connectionType"_s, u"single"_s}}},
            {u"status"_s, status}};
}

/// A column of a row that is there, or its network.
void change(TourWorld &world, const QString &kind, const QString &name, const QString &column, const QString &text)
{
    state::Environment *environment = world.environment(0);
    const network::KindInfo *info = environment->kinds().find(kind);
    for (const state::RowPtr &row : environment->store(*info)->rows()) {
        if (row->name != name)
            continue;
        network::Row next = *row;
        next.resourceVersion += u'1';
        if (column.isEmpty()) {
            next.network = text;
            next.ns = u"canton-"_s + text;
        }
        for (qsizetype i = 0; i < info->columns.size(); ++i) {
            if (info->columns.at(i).id == column) {
                next.cells[i].is = network::Cell::Is::Text;
                next.cells[i].text = text;
            }
        }
        network::RowBatch batch;
        batch.upserts = {next};
        environment->store(*info)->applyBatch(batch);
        return;
    }
}

MapPane *openMap(MainWindow &window)
{
    window.panes()->show(u"map"_s);
    auto *pane = qobject_cast<MapPane *>(window.panes()->currentPane());
    pane->showMap(true);
    pane->refresh();
    return pane;
}

std::function<void(TourWorld &, MainWindow &)> shown(std::function<void(MapPane &)> act = {})
{
    return [act = std::move(act)](TourWorld &, MainWindow &window) {
        MapPane *pane = openMap(window);
        if (act)
            TourQuiet::then(&window, [pane, act] { act(*pane); });
    };
}

std::function<void(MapPane &)> chosen(const QString &plural, const QString &ns, const QString &name)
{
    return [=](MapPane &pane) { (void)pane.openObject({u"infra-prod"_s, {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, plural}, ns, name, {}}); };
}

}

void setMapPhase(TourWorld &world, LoadState::Phase phase, const Error &error)
{
    const QDateTime again = phase == Phase::Failed ? world.clock().now().addSecs(8) : QDateTime();
    world.setPhase(phase, error, again);
    for (int i = 0; i < 3; ++i) {
        for (const network::KindInfo *kind : {world.environment(i)->kinds().find(u"CantonNetwork"_s), world.environment(i)->kinds().find(u"SyncDomainConnection"_s)}) {
            LoadState state;
            state.phase = phase;
            state.error = error;
            state.retryAt = again;
            state.since = state.asOf = world.clock().now();
            world.environment(i)->store(*kind)->setLoadState(state);
        }
    }
}

void fillMap(TourWorld &world)
{
    world.fillConsortium();
    change(world, u"Validator"_s, u"harbor-bridge"_s, u"role"_s, u"Bridge"_s);
    change(world, u"SuperValidator"_s, u"lighthouse-sv"_s, {}, u"mainnet"_s);
    for (const Sample &sample : kSamples)
        (void)addTourObject(world, sample.environment, connection(world, sample));
    measureTour(world);
    for (int i = 0; i < 2; ++i)     // no notice over the map
        tourTelemetry(world, i)->alertsState = {ports::TelemetryState::Phase::Missing, {}, false, {ErrorKind::NotFound, u"No Alertmanager was found in this cluster."_s}};
}

void fillMapMany(TourWorld &world, int count)
{
    world.fillMany(count);
    state::Environment *environment = world.environment(0);
    const network::KindInfo *kind = environment->kinds().find(u"SyncDomainConnection"_s);
    network::RowBatch batch;
    for (const state::RowPtr &node : environment->store(*environment->kinds().find(u"Validator"_s))->rows()) {
        const QByteArray network = node->network.toLatin1();
        Sample sample{0, "mainnet", "", "Validator", nullptr, network.constData(), node->state == qd::network::State::Failed ? "Failed" : "Connected", "38ms", node->state == qd::network::State::Failed ? 18 * 60 : 2};
        network::Row row = tourRow(connection(world, sample), *kind);
        row.name = node->name + u"-global"_s;
        row.uid = u"tour-sdc-"_s + node->name;
        row.ns = node->ns;
        for (qsizetype i = 0; i < kind->columns.size(); ++i) {
            if (kind->columns.at(i).id == "node"_L1)
                row.cells[i].text = node->name;
        }
        batch.upserts.append(row);
    }
    environment->store(*kind)->applyBatch(batch);
}

void Tour::addMapScenes()
{
    m_scenes.append({u"map-network"_s, kWide, fillMap, shown([](MapPane &pane) { pane.view()->setCurrent({}); })});
    m_scenes.append({u"map-connection"_s, kWide, fillMap, shown(chosen(u"syncdomainconnections"_s, u"canton-harbor"_s, u"harbor-bridge-global"_s))});
    m_scenes.append({u"map-node"_s, kWide, fillMap, shown(chosen(u"participants"_s, u"canton-harbor"_s, u"bob-custody"_s))});
    m_scenes.append({u"map-small"_s, kSmall, fillMap, shown()});
    m_scenes.append({u"map-below"_s, kSmall, fillMap, shown(chosen(u"syncdomainconnections"_s, u"canton-harbor"_s, u"bob-custody-harbor"_s))});
    m_scenes.append({u"map-3"_s, kWide, [](TourWorld &w) { w.fillFew(); }, shown()});
    m_scenes.append({u"map-10000"_s, kWide, [](TourWorld &w) { fillMapMany(w, 10000); }, shown()});
    m_scenes.append({u"map-problems"_s, kWide, fillMap, shown([](MapPane &pane) { pane.setProblemsOnly(true); })});
    m_scenes.append({u"map-found"_s, kWide, fillMap, shown([](MapPane &pane) { pane.setFilterText(u"north"_s); })});
    m_scenes.append({u"map-calm"_s, kWide, [](TourWorld &w) { w.fillFew(); }, shown([](MapPane &pane) { pane.setProblemsOnly(true); })});
    m_scenes.append({u"map-stale"_s, kWide, [](TourWorld &w) {
                         fillMap(w);
                         w.makeStale(2);
                         w.makeStale(0);
                     }, shown()});
    m_scenes.append({u"map-empty"_s, kWide, [](TourWorld &w) { setMapPhase(w, Phase::Ready); }, shown()});
    m_scenes.append({u"map-loading"_s, kWide, [](TourWorld &w) { setMapPhase(w, Phase::Loading); },
                     shown([](MapPane &pane) { pane.statePage()->showLoadingSince(u"infra-prod: networks"_s, 4000); })});
    m_scenes.append({u"map-error"_s, kWide, [](TourWorld &w) {
                         setMapPhase(w, Phase::Failed, {ErrorKind::Network, u"Nodes could not be listed: the connection was reset."_s, u"infra-prod, GET validators, 3 attempts."_s});
                     }, shown()});
    m_scenes.append({u"map-forbidden"_s, kWide, [](TourWorld &w) {
                         for (int i = 0; i < 3; ++i)
                             w.gateway(i)->allowed = false;
                         setMapPhase(w, Phase::Forbidden, {ErrorKind::Forbidden, u"Listing validators in canton-mainnet is not allowed."_s,
                                                     u"Signed in as mira.koenig, groups canton-viewers.\nMissing right: list validators.canton.quarterdeck.io"_s});
                     }, shown()});
    m_scenes.append({u"map-lists"_s, kWide, fillMap, shown([](MapPane &pane) { (void)pane.showKind(u"SyncDomainConnection"_s); })});
}

}
