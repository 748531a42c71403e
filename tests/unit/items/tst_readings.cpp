// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/Readings.h"
#include "tests/unit/items/ItemsFixture.h"

#include <QTest>

using namespace qd;
using namespace qd::items;
using namespace qd::test;

namespace {

struct Rig {
    FixedClock clock;
    FixtureEnvironment prod{u"infra-prod"_s, state::Mark::Production, &clock};
    Readings readings{&clock};
    network::Row row = rowOf(prod.kind(u"Validator"_s), u"north-1"_s, u"mainnet"_s, u"Ready"_s);
    void report(std::optional<double> traffic)
    {
        row.cells[3] = traffic ? numberCell(*traffic) : network::Cell();
        row.resourceVersion += u'1';
        prod.store(u"Validator"_s)->applyBatch(batchOf({row}));
    }
    void freshness(Freshness::State state)
    {
        Freshness fresh = prod.environment.freshness();
        fresh.state = state;
        if (state == Freshness::State::Fresh)
            fresh.lastAnswer = clock.at;
        prod.environment.setFreshness(fresh);
    }
    [[nodiscard]] QList<Readings::Reading> traffic() const { return readings.of(u"infra-prod"_s, row.uid, u"traffic"_s); }
    [[nodiscard]] Readings::Trend trend(int points) const { return readings.trend(u"infra-prod"_s, row.uid, u"traffic"_s, points); }
};

QString text(const QList<std::optional<double>> &values)
{
    QStringList out;
    for (const std::optional<double> &value : values)
        out.append(value ? QString::number(*value) : u"-"_s);
    return out.join(u' ');
}

}

class TestReadings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsKnownBeforeTheFirstReading()
    {
        Rig rig;
        rig.readings.addEnvironment(&rig.prod.environment, rig.prod.nodeKinds());
        QCOMPARE(text(rig.trend(3).values), u"- - -"_s);
        QCOMPARE(rig.trend(3).first, 0);
        rig.report(std::nullopt);   // reported by nobody: still nothing, and no zero
        QVERIFY(rig.traffic().isEmpty());
    }

    void aReadingHoldsUntilTheNextOne()
    {
        Rig rig;
        rig.report(80);
        rig.readings.addEnvironment(&rig.prod.environment, rig.prod.nodeKinds());
        rig.clock.at = rig.clock.at.addSecs(300);
        rig.report(80);   // the same value again is no new reading
        rig.report(60);
        rig.clock.at = rig.clock.at.addSecs(150);
        QCOMPARE(rig.traffic().size(), 2);
        const Readings::Trend trend = rig.trend(5);
        QCOMPARE(trend.span, 600);
        QCOMPARE(text(trend.values), u"- 80 80 60 60"_s);
        QCOMPARE(trend.first, rig.clock.at.toSecsSinceEpoch() - 450);
        rig.report(std::nullopt);
        rig.clock.at = rig.clock.at.addSecs(75);
        QVERIFY(!rig.trend(5).values.last());
    }

    void whileAClusterDoesNotAnswerNothingIsKnown()
    {
        Rig rig;
        rig.report(50);
        rig.readings.addEnvironment(&rig.prod.environment, rig.prod.nodeKinds());
        rig.clock.at = rig.clock.at.addSecs(120);
        rig.freshness(Freshness::State::Fresh);
        rig.clock.at = rig.clock.at.addSecs(240);
        rig.freshness(Freshness::State::Stale);
        QCOMPARE(text(rig.trend(6).values), u"- - 50 50 - -"_s);   // since the last answer, 240 s ago
        rig.freshness(Freshness::State::Fresh);
        rig.clock.at = rig.clock.at.addSecs(240);
        QCOMPARE(text(rig.trend(6).values), u"50 50 - 50 50 50"_s);
    }

    void manyReadingsAreThinnedAndADayIsKept()
    {
        Rig rig;
        rig.readings.addEnvironment(&rig.prod.environment, rig.prod.nodeKinds());
        for (int i = 0; i < 30 * 360; ++i) {
            rig.report(10 + i % 7);
            rig.clock.at = rig.clock.at.addSecs(10);
        }
        const qint64 now = rig.clock.at.toSecsSinceEpoch();
        QVERIFY2(rig.traffic().size() < 1500, qPrintable(QString::number(rig.traffic().size())));
        QVERIFY(rig.traffic().first().at >= now - 86400 - 900);
        QCOMPARE(rig.trend(9).span, 86400);
        for (const std::optional<double> &value : rig.trend(9).values)
            QVERIFY(value.has_value());
    }

    /// Thousands of objects share the room: each has fewer readings, from its first to its newest.
    void manyObjectsShareTheRoom()
    {
        FixedClock clock;
        Readings readings(&clock, nullptr, 1000);
        const auto name = [](int i) { return QString::number(i); };
        const qint64 begin = clock.at.toSecsSinceEpoch();
        for (int at = 0; at < 3600; at += 10) {
            for (int i = 0; i < 100; ++i)
                readings.add(u"prod"_s, name(i), u"traffic"_s, {begin + at, double(at + i)});
            QVERIFY2(readings.count() <= 1000, qPrintable(name(int(readings.count()))));
        }
        qsizetype all = 0;
        clock.at = clock.at.addSecs(3600);
        for (int i = 0; i < 100; ++i) {
            const QList<Readings::Reading> of = readings.of(u"prod"_s, name(i), u"traffic"_s);
            all += of.size();
            QVERIFY2(of.size() >= 4, qPrintable(name(int(of.size()))));
            QCOMPARE(of.first().at, begin);
            QCOMPARE(of.last().at, begin + 3590);
            QCOMPARE(of.last().value, std::optional(double(3590 + i)));
            for (qsizetype k = 1; k < of.size(); ++k)
                QVERIFY(of.at(k).at > of.at(k - 1).at);
            const Readings::Trend trend = readings.trend(u"prod"_s, name(i), u"traffic"_s, 5);
            QCOMPARE(trend.span, 3600);
            QVERIFY(trend.values.last() > trend.values.first());
        }
        QCOMPARE(readings.count(), all);
    }

    /// When one reports nothing for a while, that is not thinned away.
    void silenceIsNotThinnedAway()
    {
        FixedClock clock;
        Readings readings(&clock, nullptr, 40);
        const qint64 begin = clock.at.toSecsSinceEpoch();
        for (int i = 0; i < 200; ++i) {
            readings.add(u"prod"_s, u"a"_s, u"traffic"_s, {begin + 2 * i, i == 100 ? std::nullopt : std::optional(double(i))});
            readings.add(u"prod"_s, u"b"_s, u"traffic"_s, {begin + 2 * i, double(i)});
        }
        const QList<Readings::Reading> of = readings.of(u"prod"_s, u"a"_s, u"traffic"_s);
        QCOMPARE(std::count_if(of.begin(), of.end(), [](const Readings::Reading &one) { return !one.value; }), 1);
        QVERIFY(readings.count() <= 40);
    }

    void whatIsGoneIsForgotten()
    {
        Rig rig;
        rig.readings.addEnvironment(&rig.prod.environment, rig.prod.nodeKinds());
        rig.report(50);
        QCOMPARE(rig.traffic().size(), 1);
        QCOMPARE(rig.readings.count(), 1);
        rig.prod.store(u"Validator"_s)->applyBatch(batchOf({}, {rig.row.uid}));
        QVERIFY(rig.traffic().isEmpty());
        QCOMPARE(rig.readings.count(), 0);
    }
};

QTEST_GUILESS_MAIN(TestReadings)
#include "tst_readings.moc"
