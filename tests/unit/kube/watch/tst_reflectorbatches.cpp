// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/ReflectorBatches.h"

#include <QMap>
#include <QRandomGenerator>
#include <QTest>

using namespace qd::kube;
using namespace Qt::StringLiterals;
using qd::network::Row;
using qd::network::RowBatch;

class TestReflectorBatches : public QObject {
    Q_OBJECT

private:
    static Row row(const QString &name, const QString &uid, int version);
    static void apply(QMap<QString, QString> *store, const RowBatch &batch);

private Q_SLOTS:
    void changesOfOneObjectAreJoined();
    void anObjectKeepsOneTextForItsUid();
    void addedAndDeletedBetweenBatches();
    void recreatedBetweenBatches();
    void rowsWithoutUidAreKeyedByName();
    void randomHistories();
};

Row TestReflectorBatches::row(const QString &name, const QString &uid, int version)
{
    Row out;
    out.ns = u"ns"_s;
    out.name = name;
    out.uid = uid;
    out.resourceVersion = QString::number(version);
    return out;
}

void TestReflectorBatches::apply(QMap<QString, QString> *store, const RowBatch &batch)
{
    if (batch.replace)
        store->clear();
    for (const QString &uid : batch.removedUids)
        store->remove(uid);
    for (const Row &r : batch.upserts)
        store->insert(r.uid, r.name + u'@' + r.resourceVersion);
}

void TestReflectorBatches::changesOfOneObjectAreJoined()
{
    ReflectorBatches batches(false);
    batches.beginSync();
    batches.complete();
    (void)batches.take();
    for (int i = 0; i < 5; ++i)
        batches.upsert(row(u"a"_s, u"1"_s, i));
    const RowBatch batch = batches.take();
    QCOMPARE(batch.upserts.size(), 1);
    QCOMPARE(batch.upserts.at(0).resourceVersion, u"4"_s);
    QVERIFY(!batches.pending());
}

void TestReflectorBatches::anObjectKeepsOneTextForItsUid()
{
    ReflectorBatches batches(false);
    batches.beginSync();
    batches.complete();
    (void)batches.take();
    batches.upsert(row(u"a"_s, QString::fromLatin1("1"), 1));
    const RowBatch first = batches.take();
    batches.upsert(row(u"a"_s, QString::fromLatin1("1"), 2));
    const RowBatch second = batches.take();
    QCOMPARE(second.upserts.at(0).resourceVersion, u"2"_s);
    QCOMPARE(static_cast<const void *>(second.upserts.at(0).uid.constData()), static_cast<const void *>(first.upserts.at(0).uid.constData()));
}

void TestReflectorBatches::addedAndDeletedBetweenBatches()
{
    ReflectorBatches batches(false);
    batches.beginSync();
    batches.complete();
    (void)batches.take();
    batches.upsert(row(u"a"_s, u"1"_s, 1));
    batches.upsert(row(u"b"_s, u"2"_s, 2));
    batches.remove(row(u"a"_s, u"1"_s, 3));
    const RowBatch batch = batches.take();
    QCOMPARE(batch.upserts.size(), 1);
    QCOMPARE(batch.removedUids, QStringList{u"1"_s});
}

void TestReflectorBatches::recreatedBetweenBatches()
{
    ReflectorBatches batches(false);
    batches.beginSync();
    batches.upsert(row(u"a"_s, u"1"_s, 1));
    batches.complete();
    (void)batches.take();
    batches.remove(row(u"a"_s, u"1"_s, 2));
    batches.upsert(row(u"a"_s, u"9"_s, 3));
    const RowBatch batch = batches.take();
    QCOMPARE(batch.removedUids, QStringList{u"1"_s});
    QCOMPARE(batch.upserts.at(0).uid, u"9"_s);
}

void TestReflectorBatches::rowsWithoutUidAreKeyedByName()
{
    ReflectorBatches batches(false);
    batches.beginSync();
    batches.upsert(row(u"a"_s, {}, 1));
    batches.upsert(row(u"b"_s, {}, 1));
    batches.complete();
    QCOMPARE(batches.take().upserts.size(), 2);
    batches.remove(row(u"a"_s, {}, 2));
    QCOMPARE(batches.take().removedUids, QStringList{u"ns/a"_s});
}

/// Whatever the order of events, flushes and synchronisations, the store equals the truth once complete.
void TestReflectorBatches::randomHistories()
{
    QRandomGenerator random(42);
    for (int round = 0; round < 300; ++round) {
        ReflectorBatches batches(true);
        QMap<QString, QString> store;
        QMap<QString, Row> truth;   // by name
        int uid = 0;
        int version = 0;
        batches.beginSync();
        batches.complete();
        for (int step = 0; step < 200; ++step) {
            const QString name = u"n%1"_s.arg(random.bounded(12));
            const int what = random.bounded(20);
            if (what < 9) {
                const bool fresh = !truth.contains(name) || random.bounded(6) == 0;   // sometimes recreated unseen
                const QString id = fresh ? u"u%1"_s.arg(++uid) : truth.value(name).uid;
                truth.insert(name, row(name, id, ++version));
                batches.upsert(truth.value(name));
            } else if (what < 13 && truth.contains(name)) {
                batches.remove(truth.take(name));
            } else if (what < 16) {
                apply(&store, batches.take());
            } else if (what == 16) {   // a gap: things happen unseen, then everything is read again
                truth.remove(name);
                truth.insert(u"n0"_s, row(u"n0"_s, u"u%1"_s.arg(++uid), ++version));
                batches.beginSync();
                for (const Row &r : std::as_const(truth))
                    batches.upsert(r);
                if (random.bounded(3) == 0) {   // broken off and begun again
                    batches.beginSync();
                    for (const Row &r : std::as_const(truth))
                        batches.upsert(r);
                }
                batches.complete();
            }
        }
        apply(&store, batches.take());
        QMap<QString, QString> expected;
        QHash<QString, QString> versions;
        for (const Row &r : std::as_const(truth)) {
            expected.insert(r.uid, r.name + u'@' + r.resourceVersion);
            versions.insert(r.uid, r.resourceVersion);
        }
        QCOMPARE(store, expected);
        QCOMPARE(batches.versions(), versions);
    }
}

QTEST_GUILESS_MAIN(TestReflectorBatches)
#include "tst_reflectorbatches.moc"
