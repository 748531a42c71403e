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

    void whatIsGoneIsForgotten()
    {
        Rig rig;
        rig.readings.addEnvironment(&rig.prod.environment, rig.prod.nodeKinds());
        rig.report(50);
        QCOMPARE(rig.traffic().size(), 1);
        rig.prod.store(u"Validator"_s)->applyBatch(batchOf({}, {rig.row.uid}));
        QVERIFY(rig.traffic().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestReadings)
#include "tst_readings.moc"
