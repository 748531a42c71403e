// SPDX-License-Identifier: GPL-3.0-or-later
// What a report of the overview costs on a network of 5,000 nodes, beside making it from nothing.
//   bench_overview [NODES]
// Prints one JSON line. Fails when a report after one node changed costs more than a third of the first one: then all nodes are
// looked at again.
#include "tests/bench/ThreadTime.h"
#include "tests/unit/items/OverviewFixture.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QTextStream>

#include <algorithm>

using namespace qd;
using namespace Qt::StringLiterals;
using bench::milliseconds;

namespace {

constexpr int kRounds = 15;
constexpr int kReadings = 60;
constexpr double kPart = 1.0 / 3;

void fill(test::OverviewWorld &world, int nodes)
{
    const network::KindInfo &kind = *world.kinds->find(u"Validator"_s);
    QList<network::Row> rows;
    for (int i = 0; i < nodes; ++i) {
        network::Row row = world.row(u"Validator"_s, u"node-%1"_s.arg(i), i % 50 == 0 ? u"Degraded"_s : u"Ready"_s);
        test::setCell(row, kind, u"backup"_s, test::integerCell(world.now - 60 * (i % 300)));
        test::setCell(row, kind, u"traffic"_s, test::numberCell(20 + i % 80));
        for (int k = 0; k < kReadings; ++k)
            world.readings.add(u"infra-prod"_s, row.uid, u"traffic"_s, {world.now - 60 * (kReadings - k), 100.0 - k});
        rows.append(row);
    }
    world.prod.store(u"Validator"_s)->applyBatch(test::batchOf(rows));
}

/// A failed backup makes the report ask for its node.
void addRun(test::OverviewWorld &world)
{
    network::Row failed = world.row(u"Backup"_s, u"run"_s, u"Failed"_s);
    test::setCell(failed, *world.kinds->find(u"Backup"_s), u"node"_s, test::textCell(u"node-1"_s));
    world.add(u"Backup"_s, failed);
}

}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const int nodes = app.arguments().size() > 1 ? app.arguments().at(1).toInt() : 5000;
    test::OverviewWorld world;
    fill(world, nodes);
    addRun(world);
    QList<double> first, next;
    for (int round = 0; round < kRounds; ++round) {
        items::overview::Overview fresh(&world.clock, &world.bodies);
        fresh.setReadings(&world.readings);
        first.append(milliseconds([&] {
            fresh.addEnvironment(&world.prod.environment);
            fresh.refresh();
        }));
        world.addNode(u"node-%1"_s.arg(round), round % 2 == 0 ? u"Failed"_s : u"Degraded"_s, round);
        next.append(milliseconds([&fresh] { fresh.refresh(); }));
    }
    const double whole = *std::min_element(first.begin(), first.end()), part = *std::min_element(next.begin(), next.end());
    QTextStream(stdout) << QJsonDocument(QJsonObject{{u"nodes"_s, nodes}, {u"first"_s, whole}, {u"afterOneChange"_s, part}}).toJson(QJsonDocument::Compact) << '\n';
    if (part <= whole * kPart)
        return 0;
    QTextStream(stderr) << "bench_overview: a report after one node changed costs " << part << " ms, the first one " << whole << " ms\n";
    return 1;
}
