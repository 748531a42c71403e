// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/WorkQueue.h"
#include "app/demo/operator/World.h"

#include <QElapsedTimer>
#include <QTest>

using namespace qd::demo;
using namespace Qt::StringLiterals;

namespace {

WorkKey key(const QString &name)
{
    return {u"parties"_s, u"n"_s, name};
}

QJsonObject party(const QString &name, const QString &node = u"v"_s)
{
    return {{u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"n"_s}}},
        {u"spec"_s, QJsonObject{{u"nodeRef"_s, QJsonObject{{u"kind"_s, u"Validator"_s}, {u"name"_s, node}}}}}};
}

QStringList namesOf(const QList<QJsonObject> &objects)
{
    QStringList names;
    for (const QJsonObject &object : objects)
        names.append(object.value("metadata"_L1).toObject().value("name"_L1).toString());
    return names;
}

QStringList taken(WorkQueue &queue)
{
    QStringList names;
    while (const auto next = queue.take())
        names.append(next->name);
    return names;
}

}

class tst_workqueue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onceAndInOrder()
    {
        WorkQueue queue;
        queue.add(key(u"b"_s));
        queue.add(key(u"a"_s));
        queue.add(key(u"b"_s));
        QCOMPARE(taken(queue), (QStringList{u"b"_s, u"a"_s}));
        QVERIFY(!queue.take());
        QCOMPARE(queue.known(), 0);
    }

    void whatIsUnderWayWaits()
    {
        WorkQueue queue;
        queue.begin(key(u"a"_s));
        queue.begin(key(u"b"_s));
        QCOMPARE(queue.underWay(), size_t(2));
        queue.add(key(u"a"_s));
        QVERIFY(queue.empty());
        QVERIFY(queue.end(key(u"a"_s)));
        QVERIFY(!queue.end(key(u"b"_s)));
        QCOMPARE(queue.underWay(), size_t(0));
        QCOMPARE(queue.known(), 0);
    }

    void laterByTimeThenByFirstKnown()
    {
        WorkQueue queue;
        QVERIFY(!queue.nextDue());
        queue.addAt(key(u"c"_s), 30);
        queue.addAt(key(u"b"_s), 20);
        queue.addAt(key(u"a"_s), 20);
        queue.addAt(key(u"d"_s), 40);
        QCOMPARE(queue.nextDue(), std::optional<qint64>(20));
        queue.ripen(19);
        QVERIFY(queue.empty());
        queue.ripen(30);
        QCOMPARE(taken(queue), (QStringList{u"b"_s, u"a"_s, u"c"_s}));
        QCOMPARE(queue.nextDue(), std::optional<qint64>(40));
    }

    void aNewTimeReplacesTheOldOne()
    {
        WorkQueue queue;
        queue.addAt(key(u"a"_s), 10);
        queue.addAt(key(u"a"_s), 50);
        queue.ripen(49);
        QVERIFY(queue.empty());
        queue.add(key(u"a"_s));   // now; the later time is forgotten
        QVERIFY(!queue.nextDue());
        QCOMPARE(taken(queue), QStringList{u"a"_s});
    }

    void failuresInARow()
    {
        WorkQueue queue;
        QCOMPARE(queue.failed(key(u"a"_s)), 1);
        QCOMPARE(queue.failed(key(u"a"_s)), 2);
        QCOMPARE(queue.recovered(key(u"a"_s)), 2);
        QCOMPARE(queue.recovered(key(u"a"_s)), 0);
        QCOMPARE(queue.failed(key(u"a"_s)), 1);
        queue.addAt(key(u"a"_s), 10);
        queue.forget(key(u"a"_s));
        QVERIFY(!queue.nextDue());
        QCOMPARE(queue.known(), 0);
    }

    void aHundredThousandAreNoSlower()
    {
        // Each turn looks at what is next, not at all that is due some day: linear in the turns, whatever is known.
        const auto turns = [](int known) {
            WorkQueue queue;
            for (int i = 0; i < known; ++i)
                queue.addAt(key(QString::number(i)), 1'000'000 + i);
            QElapsedTimer timer;
            timer.start();
            for (int i = 0; i < 5000; ++i) {
                queue.addAt(key(u"x"_s), i);
                queue.ripen(i);
                if (!queue.take() || !queue.nextDue())
                    qFatal("a due key did not come");
            }
            return timer.nsecsElapsed();
        };
        const qint64 few = std::min({turns(100), turns(100), turns(100)});
        const qint64 many = std::min({turns(100'000), turns(100'000), turns(100'000)});
        QVERIFY2(many < few * 20, qPrintable(u"%1 ns with a hundred, %2 ns with a hundred thousand"_s.arg(few).arg(many)));
    }

    void theWorldIsInOrder()
    {
        World world;
        for (const QString &name : {u"c"_s, u"a"_s, u"d"_s, u"b"_s})
            world.put(u"parties"_s, party(name, name == "d"_L1 ? u"w"_s : u"v"_s));
        QCOMPARE(namesOf(world.all(u"parties"_s)), (QStringList{u"a"_s, u"b"_s, u"c"_s, u"d"_s}));
        QCOMPARE(namesOf(world.ofNode(u"parties"_s, u"n"_s, u"Validator"_s, u"v"_s)), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
        QCOMPARE(world.countOfNode(u"parties"_s, u"n"_s, u"Validator"_s, u"w"_s), 1);
    }

    void theWorldFollowsANodeRef()
    {
        World world;
        world.put(u"parties"_s, party(u"a"_s));
        world.put(u"parties"_s, party(u"a"_s, u"w"_s));
        QCOMPARE(world.countOfNode(u"parties"_s, u"n"_s, u"Validator"_s, u"v"_s), 0);
        QCOMPARE(world.countOfNode(u"parties"_s, u"n"_s, u"Validator"_s, u"w"_s), 1);
        world.remove(u"parties"_s, u"n"_s, u"a"_s);
        QCOMPARE(world.countOfNode(u"parties"_s, u"n"_s, u"Validator"_s, u"w"_s), 0);
        QCOMPARE(world.count(u"parties"_s), 0);
        world.remove(u"parties"_s, u"n"_s, u"a"_s);   // was not there
    }
};

QTEST_GUILESS_MAIN(tst_workqueue)
#include "tst_workqueue.moc"
