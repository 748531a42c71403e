// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/map/NetworkMap.h"
#include "tests/support/ShippedFiles.h"
#include "tests/unit/items/ItemsFixture.h"

namespace qd::test {

/// Two clusters with networks, nodes and their connections, fed by hand.
struct MapWorld {
    FixedClock clock;
    std::shared_ptr<const network::KindTable> kinds = shippedKinds();
    FixtureEnvironment prod{u"infra-prod"_s, state::Mark::Production, &clock, kinds};
    FixtureEnvironment dev{u"infra-dev"_s, state::Mark::Dev, &clock, kinds};

    [[nodiscard]] const network::KindInfo &kind(const QString &name) const { return *kinds->find(name); }
    [[nodiscard]] QList<state::Environment *> environments() { return {&prod.environment, &dev.environment}; }
    void set(network::Row &row, const QString &kindName, const QString &column, const network::Cell &cell) const
    {
        const QList<network::Column> &columns = kind(kindName).columns;
        for (qsizetype i = 0; i < columns.size(); ++i) {
            if (columns.at(i).id == column)
                row.cells[i] = cell;
        }
    }
    [[nodiscard]] network::Row networkRow(const QString &name, const QString &type = u"MainNet"_s) const
    {
        network::Row row = rowOf(kind(u"CantonNetwork"_s), name, name, u"Ready"_s);
        set(row, u"CantonNetwork"_s, u"type"_s, textCell(type));
        return row;
    }
    [[nodiscard]] network::Row nodeRow(const QString &name, const QString &network, const QString &phase = u"Ready"_s, double traffic = 80) const
    {
        network::Row row = rowOf(kind(u"Validator"_s), name, network, phase);
        set(row, u"Validator"_s, u"traffic"_s, numberCell(traffic));
        return row;
    }
    [[nodiscard]] network::Row edgeRow(const QString &node, const QString &network, const QString &phase = u"Connected"_s, bool healthy = true) const
    {
        network::Row row = rowOf(kind(u"SyncDomainConnection"_s), node + u"-to-"_s + network, network, phase);
        set(row, u"SyncDomainConnection"_s, u"node"_s, textCell(node));
        set(row, u"SyncDomainConnection"_s, u"toNetwork"_s, textCell(network));
        set(row, u"SyncDomainConnection"_s, u"alias"_s, textCell(u"global"_s));
        set(row, u"SyncDomainConnection"_s, u"latency"_s, textCell(u"9ms"_s));
        network::Cell is;
        is.is = network::Cell::Is::Boolean;
        is.integer = healthy ? 1 : 0;
        set(row, u"SyncDomainConnection"_s, u"healthy"_s, is);
        return row;
    }
    void add(FixtureEnvironment &to, const QString &kindName, const QList<network::Row> &rows) { to.store(kindName)->applyBatch(batchOf(rows)); }
    void remove(FixtureEnvironment &from, const QString &kindName, const QStringList &uids) { from.store(kindName)->applyBatch(batchOf({}, uids)); }
    /// So many validators of two networks in the first cluster, each with its connection.
    void fill(int count)
    {
        add(prod, u"CantonNetwork"_s, {networkRow(u"mainnet"_s), networkRow(u"harbor"_s, u"DevNet"_s)});
        QList<network::Row> nodes, edges;
        for (int i = 0; i < count; ++i) {
            const QString name = u"node-%1"_s.arg(i, 5, 10, QChar(u'0')), network = i % 3 == 0 ? u"harbor"_s : u"mainnet"_s;
            nodes.append(nodeRow(name, network, i % 97 == 0 ? u"Failed"_s : i % 53 == 0 ? u"Updating"_s : u"Ready"_s, i % 41 == 0 ? 12 : 80));
            edges.append(edgeRow(name, network, i % 101 == 0 ? u"Failed"_s : u"Connected"_s, i % 67 != 0));
        }
        add(prod, u"Validator"_s, nodes);
        add(prod, u"SyncDomainConnection"_s, edges);
    }
    void setStale(FixtureEnvironment &of, bool stale)
    {
        Freshness freshness;
        freshness.state = stale ? Freshness::State::Stale : Freshness::State::Fresh;
        freshness.lastAnswer = clock.at.addSecs(stale ? -360 : 0);
        of.environment.setFreshness(freshness);
    }
};

}
