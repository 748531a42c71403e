// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/state/Environment.h"

#include <QJsonArray>
#include <QJsonObject>

namespace qd::test {

using namespace Qt::StringLiterals;

class FixedClock final : public Clock {
public:
    QDateTime at = QDateTime(QDate(2026, 3, 1), QTime(12, 0), Qt::UTC);
    [[nodiscard]] QDateTime now() const override { return at; }
    [[nodiscard]] qint64 monotonicMs() const override { return at.toMSecsSinceEpoch(); }
};

inline network::KindInfo kindOf(const QString &kind, const QString &plural, const QList<network::Column> &columns)
{
    network::KindInfo info;
    info.kind = kind;
    info.gvr = {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, plural};
    info.singular = kind.toLower();
    info.title = kind;
    info.pane = kind == "CantonNetwork"_L1 ? u"map"_s : u"nodes"_s;
    info.icon = kind.toLower();
    info.columns = columns;
    info.phases = {{u"Ready"_s, network::State::Ready}, {u"Degraded"_s, network::State::Degraded},
                   {u"Failed"_s, network::State::Failed}, {u"Updating"_s, network::State::Updating},
                   {u"Suspended"_s, network::State::Suspended}};
    return info;
}

inline QJsonObject columnJson(const char *id, const char *title, const char *type, bool optional = false)
{
    return {{u"id"_s, QLatin1StringView(id)}, {u"title"_s, QLatin1StringView(title)}, {u"type"_s, QLatin1StringView(type)},
            {u"pointer"_s, u"/status/x"_s}, {u"optional"_s, optional}};
}

/// Networks, validators and participants; the validators' columns: version, parties, balance, traffic, components, backup, sponsor.
inline std::shared_ptr<const network::KindTable> smallKinds()
{
    const QJsonObject phases{{u"Ready"_s, u"ready"_s}, {u"Degraded"_s, u"degraded"_s}, {u"Failed"_s, u"failed"_s},
                             {u"Updating"_s, u"updating"_s}, {u"Suspended"_s, u"suspended"_s}};
    const auto kind = [&](const char *name, const char *plural, const char *pane, const QJsonArray &columns) {
        return QJsonObject{{u"kind"_s, QLatin1StringView(name)}, {u"group"_s, u"canton.quarterdeck.io"_s},
                           {u"version"_s, u"v1alpha1"_s}, {u"plural"_s, QLatin1StringView(plural)},
                           {u"pane"_s, QLatin1StringView(pane)}, {u"icon"_s, QString::fromLatin1(name).toLower()},
                           {u"phases"_s, phases}, {u"columns"_s, columns},
                           {u"network"_s, QLatin1StringView(name) == "CantonNetwork"_L1 ? u"/metadata/name"_s : u"/spec/networkRef/name"_s}};
    };
    const QJsonArray nets{columnJson("type", "Type", "text"), columnJson("migration", "Migration", "integer")};
    const QJsonArray validators{columnJson("version", "Version", "text"), columnJson("parties", "Parties", "integer"),
                                columnJson("balance", "CC balance", "number"), columnJson("traffic", "Traffic left", "left"),
                                columnJson("components", "Pods", "ready"), columnJson("backup", "Backup", "time"),
                                columnJson("sponsor", "Sponsor", "text", true)};
    const QJsonArray participants{columnJson("version", "Version", "text"), columnJson("parties", "Parties", "integer"),
                                  columnJson("components", "Pods", "ready")};
    const QJsonObject document{{u"schema"_s, 1}, {u"kinds"_s, QJsonArray{kind("CantonNetwork", "cantonnetworks", "map", nets),
                                                                         kind("Validator", "validators", "nodes", validators),
                                                                         kind("Participant", "participants", "nodes", participants)}}};
    const Result<network::KindTable> table = network::KindTable::fromJson(document);
    return std::make_shared<const network::KindTable>(table.ok() ? *table : network::KindTable());
}

inline network::Cell textCell(const QString &text)
{
    network::Cell cell;
    cell.is = network::Cell::Is::Text;
    cell.text = text;
    return cell;
}

inline network::Cell integerCell(qint64 value)
{
    network::Cell cell;
    cell.is = network::Cell::Is::Integer;
    cell.integer = value;
    return cell;
}

inline network::Cell numberCell(double value)
{
    network::Cell cell;
    cell.is = network::Cell::Is::Number;
    cell.number = value;
    return cell;
}

inline network::Cell ratioCell(qint64 part, qint64 whole)
{
    network::Cell cell;
    cell.is = network::Cell::Is::Ratio;
    cell.integer = part;
    cell.whole = whole;
    return cell;
}

inline network::Row rowOf(const network::KindInfo &kind, const QString &name, const QString &network, const QString &phase)
{
    network::Row row;
    row.uid = u"uid-"_s + kind.singular + u'-' + name;
    row.ns = u"canton"_s;
    row.name = name;
    row.resourceVersion = u"1"_s;
    row.created = QDateTime(QDate(2026, 1, 1), QTime(0, 0), Qt::UTC).toSecsSinceEpoch();
    row.phase = phase;
    row.state = kind.stateOf(phase);
    row.network = network;
    row.cells.resize(kind.columns.size());
    return row;
}

inline network::RowBatch batchOf(const QList<network::Row> &rows, const QStringList &removed = {})
{
    network::RowBatch batch;
    batch.upserts = rows;
    batch.removedUids = removed;
    return batch;
}

/// An environment without a cluster: its stores are fed by hand.
struct FixtureEnvironment {
    explicit FixtureEnvironment(const QString &name, state::Mark mark, const Clock *clock,
                                std::shared_ptr<const network::KindTable> kinds = smallKinds())
        : environment({name, mark}, std::move(kinds), nullptr, nullptr, clock)
    {
        Freshness fresh;
        fresh.state = Freshness::State::Fresh;
        fresh.lastAnswer = clock->now();
        environment.setFreshness(fresh);
    }
    state::Environment environment;
    [[nodiscard]] const network::KindInfo &kind(const QString &name) const { return *environment.kinds().find(name); }
    [[nodiscard]] state::ResourceStore *store(const QString &name) { return environment.store(kind(name)); }
    [[nodiscard]] QList<const network::KindInfo *> nodeKinds() const { return environment.kinds().ofPane(u"nodes"_s); }
};

}
