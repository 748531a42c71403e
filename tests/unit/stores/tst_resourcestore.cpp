// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ResourceStore.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd::network;
using qd::LoadState;
using qd::state::ResourceStore;

namespace {
class ScriptedFeed final : public qd::ports::ResourceFeed {
public:
    void start() override { started = true; }
    void retryNow() override { ++retries; }
    void send(const RowBatch &b) { Q_EMIT batch(b); }
    void say(LoadState::Phase phase) { Q_EMIT loadStateChanged(LoadState{phase}); }
    bool started = false;
    int retries = 0;
};

Row row(const QString &uid, const QString &name, const QString &ns = u"a"_s, const QString &version = u"1"_s)
{
    Row r;
    r.uid = uid;
    r.name = name;
    r.ns = ns;
    r.resourceVersion = version;
    return r;
}

RowBatch batch(RowBatch::Sync sync, const QList<Row> &rows, bool replace = false, const QList<QString> &removed = {})
{
    RowBatch b;
    b.sync = sync;
    b.replace = replace;
    b.upserts = rows;
    b.removedUids = removed;
    return b;
}
}

class ResourceStoreTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_store = std::make_unique<ResourceStore>(u"c"_s, KindInfo{});
        m_changes = std::make_unique<QSignalSpy>(m_store.get(), &ResourceStore::changed);
    }

    void sameFaceIsSilentButVersionMoves()
    {
        m_store->applyBatch(batch(RowBatch::Sync::Running, {row(u"1"_s, u"n"_s)}));
        m_store->applyBatch(batch(RowBatch::Sync::Running, {row(u"1"_s, u"n"_s, u"a"_s, u"2"_s)}));
        QCOMPARE(m_changes->size(), 1);
        QCOMPARE(m_store->row(u"1"_s)->resourceVersion, u"2"_s);
    }

    /// A row goes into the store without a copy; who writes to the batch afterwards writes to a row of its own.
    void rowsOfABatchAreSharedUntilWritten()
    {
        RowBatch given = batch(RowBatch::Sync::Running, {row(u"1"_s, u"n"_s), row(u"2"_s, u"m"_s)});
        m_store->applyBatch(given);
        QCOMPARE(m_store->row(u"1"_s).get(), &given.upserts.at(0));
        const RowBatch before = given;
        for (Row &each : given.upserts)
            each.name += u'x';
        QCOMPARE(given.upserts.at(0).name, u"nx"_s);
        QCOMPARE(before.upserts.at(0).name, u"n"_s);
        QCOMPARE(m_store->row(u"1"_s)->name, u"n"_s);
        given.upserts.removeUnordered(0);
        QCOMPARE(given.upserts.size(), 1);
        QCOMPARE(given.upserts.first().name, u"mx"_s);
        QCOMPARE(before.upserts.size(), 2);
    }

    void recreatedUnderTheSameNameIsAnotherRow()
    {
        m_store->applyBatch(batch(RowBatch::Sync::Running, {row(u"1"_s, u"n"_s)}));
        m_store->applyBatch(batch(RowBatch::Sync::Running, {row(u"2"_s, u"n"_s)}, false, {u"1"_s}));
        QCOMPARE(m_store->rows().size(), 1);
        QVERIFY(m_store->row(u"2"_s));
        QCOMPARE(m_changes->last().at(1).toStringList(), QStringList{u"1"_s});
    }

    void replaceRemovesWhatWasNotSeen()
    {
        m_store->applyBatch(batch(RowBatch::Sync::Complete, {row(u"1"_s, u"x"_s), row(u"2"_s, u"y"_s)}));
        m_store->applyBatch(batch(RowBatch::Sync::Complete, {row(u"2"_s, u"y"_s)}, true));
        QCOMPARE(m_store->rows().keys(), QStringList{u"2"_s});
    }

    void feedsOfTwoNamespacesDoNotRemoveEachOthersRows()
    {
        auto a = std::make_unique<ScriptedFeed>();
        auto b = std::make_unique<ScriptedFeed>();
        ScriptedFeed *feedA = a.get(), *feedB = b.get();
        m_store->addFeed(u"a"_s, std::move(a));
        m_store->addFeed(u"b"_s, std::move(b));
        QVERIFY(feedA->started && feedB->started);
        QSignalSpy completed(m_store.get(), &ResourceStore::completed);
        feedA->send(batch(RowBatch::Sync::Complete, {row(u"1"_s, u"x"_s, u"a"_s)}));
        QVERIFY(!m_store->complete());
        feedB->send(batch(RowBatch::Sync::Complete, {row(u"2"_s, u"y"_s, u"b"_s)}));
        QVERIFY(m_store->complete());
        QCOMPARE(completed.size(), 1);
        feedA->send(batch(RowBatch::Sync::Complete, {}, true));
        QCOMPARE(m_store->rows().keys(), QStringList{u"2"_s});
        feedA->say(LoadState::Phase::Ready);
        feedB->say(LoadState::Phase::Failed);
        QCOMPARE(m_store->loadState().phase, LoadState::Phase::Failed);
        feedB->say(LoadState::Phase::Ready);
        QCOMPARE(m_store->loadState().phase, LoadState::Phase::Ready);
    }

private:
    std::unique_ptr<ResourceStore> m_store;
    std::unique_ptr<QSignalSpy> m_changes;
};

QTEST_GUILESS_MAIN(ResourceStoreTest)
#include "tst_resourcestore.moc"
