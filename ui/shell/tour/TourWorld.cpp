// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/TourWorld.h"

#include "models/core/Format.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::Cell;
using network::KindInfo;
using network::Row;

namespace {

/// One node of the pictures; -1 and empty texts are absent, -2 is unknown.
struct Sample {
    int environment;
    const char *kind, *network, *name, *phase, *version;
    int parties;
    double balance, traffic;
    int ready, desired;
    qint64 backupMinutes, ageDays;
    bool git = false, drift = false;
};

constexpr Sample kSamples[]{
    {0, "Validator", "mainnet", "northgate-validator-1", "Ready", "0.4.15", 1284, 48120.55, 71, 5, 5, 72, 214, true, false},
    {0, "Validator", "mainnet", "northgate-validator-2", "Degraded", "0.4.14", 962, 812.40, 6, 5, 5, 160, 198, false, true},
    {0, "SyncDomain", "harbor", "harbor", "Ready", "3.5.2", -1, -1, -1, 4, 4, 62, 163},
    {0, "Participant", "harbor", "alice-bank", "Ready", "3.5.2", 38, -1, -1, 3, 3, 65, 163},
    {0, "Participant", "harbor", "bob-custody", "Failed", "3.5.2", -1, -1, -1, 1, 3, 591, 163},
    {0, "Participant", "harbor", "carol-clearing", "Updating", "3.5.3", 17, -1, -1, 2, 3, 66, 121},
    {0, "Participant", "harbor", "dora-exchange", "Suspended", "3.5.2", 9, -1, -1, 0, 3, 5760, 88},
    {0, "Validator", "harbor", "harbor-bridge", "Ready", "0.4.15", 24, 6402.18, 43, 5, 5, 69, 120},
    {0, "SuperValidator", "harbor", "lighthouse-sv", "Ready", "0.4.15", 3, 311940.02, 92, 7, 7, 61, 163},
    {1, "Validator", "devnet", "northgate-dev-1", "Ready", "0.4.16", 211, 94003.71, 88, 5, 5, 190, 42, true, false},
    {1, "Validator", "devnet", "northgate-dev-2", "Provisioning", "0.4.16", -1, -1, -1, 2, 5, -1, 0},
    {1, "Participant", "devnet", "legacy-probe", "Unknown", nullptr, -2, -1, -1, -2, -2, -2, 301},
    {2, "Validator", "testnet", "northgate-test-1", "Ready", "0.4.15", 140, 22871.09, 64, 5, 5, 171, 190},
    {2, "Participant", "testnet", "old-relay", "Deleting", "3.4.9", -1, -1, -1, 1, 3, 44640, 402},
};

void setCell(Row &row, const KindInfo &kind, const char *id, const Cell &cell)
{
    for (qsizetype i = 0; i < kind.columns.size(); ++i) {
        if (kind.columns.at(i).id == QLatin1StringView(id))
            row.cells[i] = cell;
    }
}

Cell integer(qint64 value, const QString &why = {})
{
    Cell cell;
    cell.is = value == -1 ? Cell::Is::Absent : value == -2 ? Cell::Is::Unknown : Cell::Is::Integer;
    cell.integer = value;
    cell.text = value == -2 ? why : QString();
    return cell;
}

Cell number(double value)
{
    Cell cell;
    if (value >= 0) {
        cell.is = Cell::Is::Number;
        cell.number = value;
    }
    return cell;
}

Cell text(const QString &value)
{
    Cell cell;
    cell.is = value.isEmpty() ? Cell::Is::Unknown : Cell::Is::Text;
    cell.text = value;
    return cell;
}

QJsonObject condition(const QString &type, const QString &status, const QString &reason, const QString &message, const QDateTime &since)
{
    return {{u"type"_s, type}, {u"status"_s, status}, {u"reason"_s, reason}, {u"message"_s, message},
            {u"observedGeneration"_s, 12}, {u"lastTransitionTime"_s, formatRfc3339(since)}};
}

QJsonArray conditionsOf(const Sample &sample, const QDateTime &now)
{
    const QString phase = QString::fromLatin1(sample.phase);
    QJsonArray out;
    if (phase == "Degraded"_L1)
        out.append(condition(u"TrafficSufficient"_s, u"False"_s, u"TopUpFailed"_s,
                             u"The last top-up needs 1,240.00 CC, 812.40 CC are available."_s, now.addSecs(-38 * 60)));
    if (phase == "Failed"_L1)
        out.append(condition(u"DatabaseReady"_s, u"False"_s, u"VolumeFull"_s, u"The volume of postgres is 100 % full, 40Gi."_s, now.addSecs(-9 * 3600)));
    out.append(condition(u"VersionSupported"_s, u"Unknown"_s, u"NotDetermined"_s, {}, now.addSecs(-3 * 3600)));
    out.append(condition(u"ParticipantReady"_s, u"True"_s, u"AllProbesPass"_s, {}, now.addDays(-12)));
    out.append(condition(u"Onboarded"_s, u"True"_s, u"LicenseActive"_s, {}, now.addDays(-sample.ageDays)));
    out.append(condition(u"DatabaseReady"_s, u"True"_s, u"Accepting"_s, {}, now.addDays(-12)));
    out.append(condition(u"ConnectedToSynchronizer"_s, u"True"_s, u"Connected"_s, {}, now.addDays(-2)));
    return out;
}

QJsonObject component(const QString &name, int ready, const QString &tag)
{
    return {{u"name"_s, name}, {u"image"_s, QString(u"registry.northgate.example/splice/"_s + name + u':' + tag)},
            {u"ready"_s, ready}, {u"desired"_s, 1}, {u"restarts"_s, ready ? 0 : 7}, {u"phase"_s, ready ? u"Running"_s : u"CrashLoopBackOff"_s}};
}

QJsonObject specOf(const Sample &sample, const QString &version)
{
    return {{u"networkRef"_s, QJsonObject{{u"name"_s, QString::fromLatin1(sample.network)}}},
            {u"imageRepo"_s, u"registry.northgate.example/splice/validator-app"_s},
            {u"imageTag"_s, sample.drift ? u"0.4.15"_s : version},
            {u"migrationId"_s, 4},
            {u"partyHint"_s, u"northgate-2"_s},
            {u"resources"_s, QJsonObject{{u"replicas"_s, 1}, {u"cpuRequested"_s, u"500m"_s}, {u"cpuLimit"_s, u"2"_s},
                                         {u"memoryRequested"_s, u"1Gi"_s}, {u"memoryLimit"_s, u"2Gi"_s}}},
            {u"storageSize"_s, u"200Gi"_s},
            {u"auth"_s, QJsonObject{{u"mode"_s, u"IntegratedKeycloak"_s}, {u"identityProviderRef"_s, QJsonObject{{u"name"_s, u"mainnet-keycloak"_s}}}}},
            {u"traffic"_s, QJsonObject{{u"topup"_s, QJsonObject{{u"enabled"_s, true}, {u"targetThroughput"_s, 20000}, {u"minTopupInterval"_s, u"10m"_s}}}}},
            {u"suspend"_s, QLatin1StringView(sample.phase) == "Suspended"_L1}};
}

QJsonObject statusOf(const Sample &sample, const QString &version, const QDateTime &now)
{
    const QString fingerprint = u"1220fd57f79b7eddbd0d555cca135bf6004e8c9859073e531ed7b70299ac81fd2a6e"_s;
    const QString name = QString::fromLatin1(sample.name);
    QJsonArray components;
    const QStringList names{u"participant"_s, u"validator"_s, u"wallet-ui"_s, u"cns-ui"_s, u"postgres"_s, u"sequencer"_s, u"mediator"_s};
    for (int i = 0; i < sample.desired; ++i)
        components.append(component(names.at(i), i < sample.ready, version));
    QJsonObject status{{u"observedGeneration"_s, 12}, {u"phase"_s, QString::fromLatin1(sample.phase)},
                       {u"conditions"_s, conditionsOf(sample, now)}, {u"components"_s, components},
                       {u"replicas"_s, 1}, {u"version"_s, version}, {u"currentMigrationId"_s, 4},
                       {u"participantId"_s, QString(u"PAR::"_s + name + u"::"_s + fingerprint)}};
    if (sample.balance >= 0) {
        status.insert(u"ownerParty"_s, QString(u"northgate-2::"_s + fingerprint));
        status.insert(u"sponsor"_s, u"Lighthouse SV"_s);
        status.insert(u"balances"_s, QJsonObject{{u"available"_s, QString::number(sample.balance, 'f', 10)}, {u"locked"_s, u"500.0000000000"_s},
                                                 {u"recordTime"_s, formatRfc3339(now.addSecs(-40))}});
        status.insert(u"traffic"_s, QJsonObject{{u"limit"_s, 20000000}, {u"consumed"_s, int(20000000 * (100 - sample.traffic) / 100)},
                                                {u"targetThroughput"_s, 20000}, {u"lastTopupTime"_s, formatRfc3339(now.addDays(-1))}});
    }
    return status;
}

QJsonObject objectOf(const Sample &sample, const KindInfo &kind, const Row &row, const QDateTime &now)
{
    const QString version = QString::fromLatin1(sample.version ? sample.version : "");
    QJsonObject metadata{{u"name"_s, row.name}, {u"namespace"_s, row.ns}, {u"uid"_s, row.uid}, {u"generation"_s, 12},
                         {u"resourceVersion"_s, row.resourceVersion},
                         {u"creationTimestamp"_s, formatRfc3339(QDateTime::fromSecsSinceEpoch(row.created, Qt::UTC))},
                         {u"labels"_s, QJsonObject{{u"canton.quarterdeck.io/network"_s, row.network}}}};
    if (sample.git || sample.drift)
        metadata.insert(u"annotations"_s, QJsonObject{{u"argocd.argoproj.io/tracking-id"_s,
                                                       QString(u"northgate-mainnet:canton.quarterdeck.io/Validator:canton/"_s + row.name)}});
    return {{u"apiVersion"_s, kind.gvr.apiVersion()}, {u"kind"_s, kind.kind}, {u"metadata"_s, metadata},
            {u"spec"_s, specOf(sample, version)}, {u"status"_s, statusOf(sample, version, now)}};
}

Row rowOf(const Sample &sample, const KindInfo &kind, const QDateTime &now)
{
    Row row;
    row.name = QString::fromLatin1(sample.name);
    row.uid = u"tour-"_s + row.name;
    row.ns = u"canton-"_s + QString::fromLatin1(sample.network);
    row.resourceVersion = u"88120417"_s;
    row.created = now.addSecs(sample.ageDays == 0 ? -240 : -sample.ageDays * 86400).toSecsSinceEpoch();
    row.generation = row.observedGeneration = 12;
    row.phase = QString::fromLatin1(sample.phase);
    row.state = row.phase == "Deleting"_L1 ? network::State::Deleting : kind.stateOf(row.phase);
    row.deleted = row.state == network::State::Deleting ? row.created : 0;
    row.network = QString::fromLatin1(sample.network);
    row.managedByGit = sample.git;
    row.drift = sample.drift;
    row.cells.resize(kind.columns.size());
    const QString why = u"the operator has not reported since its upgrade"_s;
    setCell(row, kind, "version", text(QString::fromLatin1(sample.version ? sample.version : "")));
    setCell(row, kind, "parties", integer(sample.parties, why));
    setCell(row, kind, "balance", number(sample.balance));
    setCell(row, kind, "traffic", number(sample.traffic));
    Cell ready = integer(sample.ready, why);
    if (sample.ready >= 0) {
        ready.is = Cell::Is::Ratio;
        ready.whole = sample.desired;
    }
    setCell(row, kind, "components", ready);
    const qint64 minutes = sample.backupMinutes;
    setCell(row, kind, "backup", integer(minutes < 0 ? minutes : now.addSecs(-60 * minutes).toSecsSinceEpoch(), why));
    Cell suspended;
    suspended.is = Cell::Is::Boolean;
    suspended.integer = row.phase == "Suspended"_L1;
    setCell(row, kind, "suspend", suspended);
    return row;
}

void addNetwork(state::Environment *environment, const QString &name, const QString &title, const QString &type, int migration)
{
    const KindInfo *kind = environment->kinds().find(u"CantonNetwork"_s);
    if (!kind)
        return;
    Row row;
    row.name = row.network = name;
    row.uid = u"tour-net-"_s + name;
    row.ns = u"canton-"_s + name;
    row.phase = u"Ready"_s;
    row.state = network::State::Ready;
    row.cells.resize(kind->columns.size());
    setCell(row, *kind, "displayName", text(title));
    setCell(row, *kind, "type", text(type));
    setCell(row, *kind, "migration", integer(migration));
    network::RowBatch batch;
    batch.upserts = {row};
    environment->store(*kind)->applyBatch(batch);
}

}

TourWorld::TourWorld(std::shared_ptr<const network::KindTable> kinds, const ports::YamlCodec *yaml, Theme *theme)
    : m_kinds(std::move(kinds))
    , m_yaml(yaml)
    , m_theme(theme)
    , m_catalogue(*m_kinds)
    , m_operations(&m_clock)
    , m_journal(m_folder.filePath(u"journal.jsonl"_s), &m_clock)
{
    m_settings.setValue(u"window/pane"_s, u"nodes"_s);   // where most scenes and tests begin
    addEnvironment(u"infra-prod"_s, state::Mark::Production, 2);
    addEnvironment(u"infra-dev"_s, state::Mark::Dev, 3);
    addEnvironment(u"infra-test"_s, state::Mark::Test, 1);
}

TourWorld::~TourWorld() = default;

void TourWorld::addEnvironment(const QString &name, state::Mark mark, qint64 secondsAgo)
{
    auto gateway = std::make_shared<TourGateway>(name);
    state::EnvironmentInfo info;
    info.name = name;
    info.mark = mark;
    auto environment = std::make_unique<state::Environment>(info, m_kinds, gateway, nullptr, &m_clock);
    Freshness fresh;
    fresh.state = Freshness::State::Fresh;
    fresh.lastAnswer = m_clock.now().addSecs(-secondsAgo);
    environment->setFreshness(fresh);
    environment->setIdentity({u"mira.koenig"_s, {}, {u"canton-operators"_s, u"oncall"_s}});
    m_gateways.push_back(std::move(gateway));
    m_environments.push_back(std::move(environment));
}

ShellContext TourWorld::context()
{
    ShellContext out;
    out.clock = &m_clock;
    out.kinds = m_kinds.get();
    out.catalogue = &m_catalogue;
    out.bodies = &m_bodies;
    out.yaml = m_yaml;
    out.operations = &m_operations;
    out.settings = &m_settings;
    out.theme = m_theme;
    out.journal = &m_journal;
    out.changes = m_starter;
    out.source = m_source.get();
    out.profiles = m_profiles.get();
    out.dashboards = m_dashboards.get();
    out.problems = m_problems;
    if (m_nothing)
        return out;
    for (const auto &environment : m_environments)
        out.environments.append(environment.get());
    return out;
}

void TourWorld::openNothing(const QStringList &problems)
{
    m_nothing = true;
    m_problems = problems;
}

state::Environment *TourWorld::addSeenAs(const QString &name, const QStringList &groups)
{
    addEnvironment(name, state::Mark::Production, 1);
    state::Environment *seen = m_environments.back().get();
    seen->setIdentity({name.section(u' ', -1), {}, groups});
    seen->setReadOnly(true);
    for (const KindInfo &kind : m_kinds->kinds()) {
        if (kind.pane != "nodes"_L1 && kind.kind != "CantonNetwork"_L1)
            continue;
        network::RowBatch batch;
        batch.sync = network::RowBatch::Sync::Complete;
        for (const state::RowPtr &row : environment(0)->store(kind)->rows())
            batch.upserts.append(*row);
        LoadState ready;
        ready.phase = LoadState::Phase::Ready;
        ready.asOf = m_clock.now();
        seen->store(kind)->setLoadState(ready);
        seen->store(kind)->applyBatch(batch);
    }
    return seen;
}

void TourWorld::setPhase(LoadState::Phase phase, const Error &error, const QDateTime &retryAt)
{
    for (const auto &environment : m_environments) {
        for (const KindInfo *kind : m_kinds->ofPane(u"nodes"_s)) {
            LoadState state;
            state.phase = phase;
            state.error = error;
            state.retryAt = retryAt;
            state.since = m_clock.now();
            state.asOf = m_clock.now();
            environment->store(*kind)->setLoadState(state);
            network::RowBatch batch;
            batch.sync = network::RowBatch::Sync::Complete;
            if (phase == LoadState::Phase::Ready)
                environment->store(*kind)->applyBatch(batch);
        }
    }
}

void TourWorld::fillConsortium()
{
    setPhase(LoadState::Phase::Ready);
    addNetwork(environment(0), u"mainnet"_s, u"MainNet"_s, u"MainNet"_s, 4);
    addNetwork(environment(0), u"harbor"_s, u"harbor"_s, u"Private"_s, 0);
    addNetwork(environment(1), u"devnet"_s, u"DevNet"_s, u"DevNet"_s, 9);
    addNetwork(environment(2), u"testnet"_s, u"TestNet"_s, u"TestNet"_s, 6);
    for (const Sample &sample : kSamples) {
        const KindInfo *kind = m_kinds->find(QString::fromLatin1(sample.kind));
        if (!kind)
            continue;
        Row row = rowOf(sample, *kind, m_clock.now());
        const QJsonObject object = objectOf(sample, *kind, row, m_clock.now());
        row.body = QJsonDocument(object).toJson(QJsonDocument::Compact);
        gateway(sample.environment)->objects.insert(kind->gvr.resource + u'/' + row.name, object);
        network::RowBatch batch;
        batch.upserts = {row};
        environment(sample.environment)->store(*kind)->applyBatch(batch);
    }
}

void TourWorld::fillFew()
{
    setPhase(LoadState::Phase::Ready);
    addNetwork(environment(0), u"mainnet"_s, u"MainNet"_s, u"MainNet"_s, 4);
    for (const int i : {0, 1, 7}) {
        const KindInfo *kind = m_kinds->find(QString::fromLatin1(kSamples[i].kind));
        network::RowBatch batch;
        batch.upserts = {rowOf(kSamples[i], *kind, m_clock.now())};
        batch.upserts.first().network = u"mainnet"_s;
        environment(0)->store(*kind)->applyBatch(batch);
    }
}

void TourWorld::fillMany(int count)
{
    setPhase(LoadState::Phase::Ready);
    addNetwork(environment(0), u"mainnet"_s, u"MainNet"_s, u"MainNet"_s, 4);
    const KindInfo *kind = m_kinds->find(u"Validator"_s);
    network::RowBatch batch;
    for (int i = 0; i < count; ++i) {
        Sample sample = kSamples[i % 97 == 0 ? 1 : i % 53 == 0 ? 4 : 0];
        sample.parties = (i * 7919) % 2000;
        sample.balance = (i * 104729) % 90000 + 0.55;
        sample.traffic = (i * 31) % 100;
        sample.drift = sample.git = false;
        Row row = rowOf(sample, *kind, m_clock.now());
        row.name = u"validator-%1"_s.arg(i, 5, 10, QChar(u'0'));
        row.uid = u"tour-many-%1"_s.arg(i);
        row.network = i % 3 == 0 ? u"harbor"_s : u"mainnet"_s;
        batch.upserts.append(row);
    }
    environment(0)->store(*kind)->applyBatch(batch);
}

void TourWorld::changeThree()
{
    for (const int i : {3, 4, 6}) {
        const KindInfo *kind = m_kinds->find(QString::fromLatin1(kSamples[i].kind));
        network::RowBatch batch;
        batch.upserts = {rowOf(kSamples[i], *kind, m_clock.now())};
        Row &row = batch.upserts.first();
        row.resourceVersion = u"88120999"_s;
        row.phase = u"Updating"_s;
        row.state = network::State::Updating;
        environment(0)->store(*kind)->applyBatch(batch);
    }
}

void TourWorld::makeStale(int index)
{
    Freshness stale;
    stale.state = Freshness::State::Stale;
    stale.lastAnswer = m_clock.now().addSecs(-371);
    stale.nextTry = m_clock.now().addSecs(12);
    stale.reason = u"The connection was reset."_s;
    environment(index)->setFreshness(stale);
}

}
