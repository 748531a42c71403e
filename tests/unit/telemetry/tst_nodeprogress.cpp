// SPDX-License-Identifier: GPL-3.0-or-later
// The list's columns of what nodes did last: told when what is on screen says something else, whatever else was read.
#include "models/items/telemetry/NodeProgress.h"
#include "tests/unit/telemetry/VerdictWorld.h"

#include <QSignalSpy>
#include <QTest>

using namespace qd;
using namespace Qt::StringLiterals;

class TstNodeProgress : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyWhatIsOnScreenIsPainted()
    {
        qd::test::VerdictWorld world;
        state::Verdicts verdicts(&world.clock);
        verdicts.addEnvironment(&world.prod.environment);
        items::NodeProgress progress(&verdicts, &world.clock);
        progress.setVisible({world.node(u"one"_s)});
        QSignalSpy painted(&progress, &items::ObservedColumns::changed), read(&progress, &items::ObservedColumns::valuesChanged);
        QObject page;
        verdicts.look(&page);
        QTRY_VERIFY(read.size() >= 2);   // the verdicts, and the small lines
        QVERIFY(!painted.isEmpty());
        QCOMPARE(progress.cell(world.node(u"one"_s), u"progress"_s).integer, qint64(world.now()) - 2);
        qsizetype told = painted.size();
        const auto readAgain = [&] {
            const qsizetype was = read.size();
            verdicts.session(u"infra-prod"_s)->ask();
            return QTest::qWaitFor([&] { return read.size() > was; });
        };
        QVERIFY(readAgain());
        world.eventAges[u"two"_s] = 1;      // below the list's end
        QVERIFY(readAgain());
        QCOMPARE(painted.size(), told);
        world.eventAges[u"one"_s] = 1;
        QVERIFY(readAgain());
        QCOMPARE(painted.size(), ++told);
        // A node that comes on screen paints itself, and is among those that are told from then on.
        const qsizetype before = read.size();
        progress.setVisible({world.node(u"two"_s)});
        QTRY_VERIFY(read.size() > before);      // its small line
        told = painted.size();
        world.eventAges[u"two"_s] = 0;
        QVERIFY(readAgain());
        QCOMPARE(painted.size(), ++told);
        progress.setTrend(world.node(u"two"_s), {1, 2, 3});
        QCOMPARE(painted.size(), ++told);
        progress.setTrend(world.node(u"one"_s), {1, 2, 3});
        QCOMPARE(painted.size(), told);
    }
};

QTEST_GUILESS_MAIN(TstNodeProgress)
#include "tst_nodeprogress.moc"
