// SPDX-License-Identifier: GPL-3.0-or-later
// What the map of 5,000 nodes and as many connections costs when one changes, when somebody searches and when only problems are wanted,
// beside making it from nothing.
//   bench_map [NODES]
// Prints one JSON line, in milliseconds. Fails when one of them costs more than a third of the first map: then all rows are read again.
#include "tests/bench/ThreadTime.h"
#include "tests/unit/items/MapFixture.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QTextStream>

#include <algorithm>

using namespace qd;
using namespace Qt::StringLiterals;
using bench::milliseconds;

namespace {

constexpr int kRounds = 15;
constexpr double kPart = 1.0 / 3;

}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const int nodes = app.arguments().size() > 1 ? app.arguments().at(1).toInt() : 5000;
    test::MapWorld world;
    world.fill(nodes);
    items::MapReader reader;
    reader.follow(world.environments());
    const auto map = [&](const items::MapWishes &wishes) { return milliseconds([&] { (void)reader.map(wishes, world.clock.at); }); };
    (void)map({});
    QMap<QString, QList<double>> took;
    for (int round = 0; round < kRounds; ++round) {
        took[u"first"_s].append(milliseconds([&] { (void)items::networkMap(world.environments(), {}, world.clock.at); }));
        took[u"search"_s].append(map({false, true, u"node-0%1"_s.arg(round)}));
        took[u"problems"_s].append(map({true, true, {}}));
        took[u"nothing"_s].append(map({}));
        world.add(world.prod, u"Validator"_s, {world.nodeRow(u"node-00001"_s, u"mainnet"_s, round % 2 == 0 ? u"Failed"_s : u"Ready"_s)});
        took[u"afterOneChange"_s].append(map({}));
        world.add(world.prod, u"Validator"_s, {world.nodeRow(u"new-%1"_s.arg(round), u"mainnet"_s)});
        took[u"afterOneMore"_s].append(map({}));
    }
    QJsonObject out{{u"nodes"_s, nodes}};
    QStringList slow;
    for (auto it = took.constBegin(); it != took.constEnd(); ++it) {
        const double least = *std::min_element(it->begin(), it->end()), whole = *std::min_element(took[u"first"_s].begin(), took[u"first"_s].end());
        out.insert(it.key(), std::round(least * 100) / 100);
        // Where one came all are put together again.
        if (it.key() != "first"_L1 && it.key() != "afterOneMore"_L1 && least > whole * kPart)
            slow.append(u"%1 costs %2 ms, the first map %3 ms"_s.arg(it.key()).arg(least).arg(whole));
    }
    QTextStream(stdout) << QJsonDocument(out).toJson(QJsonDocument::Compact) << '\n';
    if (slow.isEmpty())
        return 0;
    QTextStream(stderr) << "bench_map: " << slow.join(u"; "_s) << '\n';
    return 1;
}
