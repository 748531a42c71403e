// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/store/Store.h"

#include <QJsonArray>
#include <QTest>

using namespace qd::demo;
using namespace Qt::StringLiterals;

namespace {

const QString kPods = u"pods"_s;

QJsonObject pod(const QString &name, const QString &label = {}, const QString &ns = u"n"_s)
{
    QJsonObject metadata{{u"name"_s, name}, {u"namespace"_s, ns}, {u"uid"_s, QString(u"uid-"_s + name)}};
    if (!label.isEmpty())
        metadata.insert("labels"_L1, QJsonObject{{u"app"_s, label}});
    return {{u"metadata"_s, metadata}};
}

}

class tst_store : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyWriteGetsTheNextRevision()
    {
        Store store;
        const qint64 before = store.revision();
        QVERIFY(before > 1);   // 0 and 1 mean something else to clients
        const auto a = store.put(kPods, pod(u"a"_s, u"x"_s));
        const auto b = store.put(u"secrets"_s, pod(u"b"_s));
        QCOMPARE(a->version, before + 1);
        QCOMPARE(b->version, before + 2);
        QCOMPARE(store.revision(), before + 2);
        QCOMPARE(a->object().value("metadata"_L1).toObject().value("resourceVersion"_L1).toString(), QString::number(before + 1));
        QCOMPARE(a->labels.value(u"app"_s), u"x"_s);
        QCOMPARE(store.find(kPods, u"n"_s, u"a"_s), a);
        QVERIFY(!store.find(kPods, u"m"_s, u"a"_s));
        QCOMPARE(store.count(kPods), 1);
    }

    void snapshotsStayAsTheyWere()
    {
        Store store;
        store.put(kPods, pod(u"b"_s));
        store.put(kPods, pod(u"a"_s));
        const Snapshot first = store.snapshot(kPods);
        store.put(kPods, pod(u"c"_s));
        store.remove(kPods, u"n"_s, u"a"_s);
        QCOMPARE(first.objects->size(), size_t(2));
        QCOMPARE(first.objects->front()->name, u"a"_s);   // sorted
        const Snapshot second = store.snapshot(kPods);
        QCOMPARE(second.objects->size(), size_t(2));
        QCOMPARE(second.objects->back()->name, u"c"_s);
        QVERIFY(second.version > first.version);
        QVERIFY(!store.keptSnapshot(kPods, first.version).objects);
        store.keepSnapshot(kPods, first);
        QCOMPARE(store.keptSnapshot(kPods, first.version).objects, first.objects);
        QVERIFY(!store.keptSnapshot(u"secrets"_s, first.version).objects);
    }

    void cursorsReadEveryChangeOnce()
    {
        Store store;
        store.put(kPods, pod(u"a"_s));
        const auto cursor = store.watch(kPods, store.revision());
        Change change;
        QCOMPARE(cursor->next(change), Cursor::Next::Wait);
        int woken = 0;
        cursor->onChange([&woken] { ++woken; });
        store.put(kPods, pod(u"a"_s, u"x"_s));
        store.put(u"secrets"_s, pod(u"s"_s));
        store.remove(kPods, u"n"_s, u"a"_s);
        QCOMPARE(woken, 1);   // once: who was woken reads until there is nothing more
        QCOMPARE(cursor->next(change), Cursor::Next::Change);
        QVERIFY(change.before && change.after);
        QCOMPARE(cursor->next(change), Cursor::Next::Change);
        QVERIFY(change.before && !change.after);
        QCOMPARE(change.last->version, change.version);
        QCOMPARE(cursor->next(change), Cursor::Next::Wait);
        store.put(u"secrets"_s, pod(u"t"_s));
        QCOMPARE(woken, 1);
    }

    void compactionCutsOffOnlyWhoLagsBehind()
    {
        Store store;
        store.put(kPods, pod(u"a"_s));
        const qint64 first = store.revision();
        const auto behind = store.watch(kPods, first - 1);
        const auto upToDate = store.watch(kPods, first);
        store.put(u"secrets"_s, pod(u"s"_s));
        store.compact(store.revision());
        Change change;
        QCOMPARE(behind->next(change), Cursor::Next::Gone);
        QCOMPARE(upToDate->next(change), Cursor::Next::Wait);
        QCOMPARE(store.watch(kPods, first)->next(change), Cursor::Next::Gone);   // a new one cannot begin there
        store.put(kPods, pod(u"b"_s));
        QCOMPARE(upToDate->next(change), Cursor::Next::Change);
        QCOMPARE(store.compacted(), store.revision() - 1);
    }

    void historyIsBounded()
    {
        Store store;
        const auto cursor = store.watch(kPods, store.revision());
        for (int i = 0; i < 25000; ++i)
            store.put(kPods, pod(u"a"_s, QString::number(i)));
        Change change;
        QCOMPARE(cursor->next(change), Cursor::Next::Gone);
    }

    void historyIsBoundedInBytes()
    {
        Store store;
        const qint64 begin = store.revision();
        const QString big(100'000, u'x');
        for (int i = 0; i < 400; ++i)   // 40 MB
            store.put(kPods, pod(u"a"_s, QString(big + QString::number(i))));
        Change change;
        QCOMPARE(store.watch(kPods, begin)->next(change), Cursor::Next::Gone);
        const auto recent = store.watch(kPods, store.revision() - 100);
        for (int i = 0; i < 100; ++i)
            QCOMPARE(recent->next(change), Cursor::Next::Change);
        QCOMPARE(recent->next(change), Cursor::Next::Wait);
    }

    void ownersAndEndingAreRead()
    {
        Store store;
        QJsonObject object = pod(u"a"_s, u"x"_s);
        QJsonObject metadata = object.value("metadata"_L1).toObject();
        metadata.insert("ownerReferences"_L1, QJsonArray{QJsonObject{{u"uid"_s, u"o"_s}}});
        object.insert("metadata"_L1, metadata);
        const StoredPtr first = store.put(kPods, object);
        QCOMPARE(first->owners, QStringList{u"o"_s});
        QVERIFY(!first->ending);
        metadata.insert("deletionTimestamp"_L1, u"2026-11-28T12:00:00Z"_s);
        object.insert("metadata"_L1, metadata);
        const StoredPtr second = store.put(kPods, object);
        QVERIFY(second->ending);
        QCOMPARE(second->name.constData(), first->name.constData());   // shared with the version before
    }

    void expiry()
    {
        Store store;
        for (const QString &name : {u"a"_s, u"b"_s, u"c"_s})
            store.put(kPods, pod(name));
        store.put(kPods, pod(u"a"_s, u"again"_s));
        const auto cursor = store.watch(kPods, store.revision());
        store.expire(kPods, store.find(kPods, u"n"_s, u"c"_s)->written, 100);
        QVERIFY(!store.find(kPods, u"n"_s, u"b"_s));
        QVERIFY(store.find(kPods, u"n"_s, u"c"_s));
        store.expire(kPods, {}, 1);
        QVERIFY(store.find(kPods, u"n"_s, u"a"_s));
        QCOMPARE(store.count(kPods), 1);
        Change change;
        QCOMPARE(cursor->next(change), Cursor::Next::Change);
        QVERIFY(change.last && change.last->name == "b"_L1);
    }

    void aDeadCursorIsForgotten()
    {
        Store store;
        int woken = 0;
        {
            const auto cursor = store.watch(kPods, store.revision());
            cursor->onChange([&woken] { ++woken; });
        }
        store.put(kPods, pod(u"a"_s));
        QCOMPARE(woken, 0);
    }

    void removingWhatIsNotThere()
    {
        Store store;
        const qint64 before = store.revision();
        QVERIFY(!store.remove(kPods, u"n"_s, u"a"_s));
        QCOMPARE(store.revision(), before);
    }
};

QTEST_GUILESS_MAIN(tst_store)
#include "tst_store.moc"
