// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows of a cluster are otherwise, without reading them all.
#include "models/state/RowWatch.h"
#include "tests/unit/items/ItemsFixture.h"

#include <QTest>

using namespace qd;
using namespace Qt::StringLiterals;
using test::batchOf;

class RowWatchTest : public QObject {
    Q_OBJECT
    static network::Row row(const test::FixtureEnvironment &of, const QString &kind, const QString &name, const QString &phase = u"Ready"_s)
    {
        return test::rowOf(of.kind(kind), name, {}, phase);
    }

private Q_SLOTS:
    void rows()
    {
        test::FixedClock clock;
        test::FixtureEnvironment prod(u"prod"_s, state::Mark::Production, &clock);
        state::ResourceStore *validators = prod.store(u"Validator"_s);
        validators->applyBatch(batchOf({row(prod, u"Validator"_s, u"a"_s), row(prod, u"Validator"_s, u"b"_s)}));
        const auto wanted = [](const network::KindInfo &kind) { return kind.kind == "Validator"_L1; };
        state::RowWatch watch(&prod.environment, wanted);
        QVERIFY(watch.of(&prod.environment) && !watch.of(nullptr));
        QVERIFY(!watch.others() && watch.take().isEmpty());
        validators->applyBatch(batchOf({row(prod, u"Validator"_s, u"b"_s, u"Failed"_s)}));
        QCOMPARE(watch.take(), QSet<QString>{row(prod, u"Validator"_s, u"b"_s).uid});
        QVERIFY(watch.take().isEmpty());
        QVERIFY(!watch.others());
        // Another kind is none of its business, one that is wanted and new is.
        prod.store(u"Participant"_s)->applyBatch(batchOf({row(prod, u"Participant"_s, u"c"_s)}));
        QVERIFY(!watch.others() && watch.take().isEmpty());
        // One that comes, one that goes.
        validators->applyBatch(batchOf({row(prod, u"Validator"_s, u"d"_s)}));
        QVERIFY(watch.others());
        state::RowWatch next(&prod.environment, wanted);
        QVERIFY(!next.others());
        network::RowBatch gone;
        gone.removedUids = {row(prod, u"Validator"_s, u"a"_s).uid};
        validators->applyBatch(gone);
        QVERIFY(next.others());
    }

    void aKindThatComes()
    {
        test::FixedClock clock;
        test::FixtureEnvironment prod(u"prod"_s, state::Mark::Production, &clock);
        state::RowWatch watch(&prod.environment, [](const network::KindInfo &kind) { return kind.kind == "Validator"_L1; });
        (void)prod.store(u"Participant"_s);
        QVERIFY(!watch.others());
        (void)prod.store(u"Validator"_s);
        QVERIFY(watch.others());
        const state::RowWatch nobody(nullptr, [](const network::KindInfo &) { return true; });
        QVERIFY(!nobody.of(nullptr));
    }
};

QTEST_GUILESS_MAIN(RowWatchTest)
#include "tst_rowwatch.moc"
