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
        QSignalSpy renewed(m_store.get(), &ResourceStore::renewed);
        m_store->applyBatch(batch(RowBatch::Sync::Running, {row(u"1"_s, u"n"_s)}));   // the same once more
        QVERIFY(renewed.isEmpty());
        m_store->applyBatch(batch(RowBatch::Sync::Running, {row(u"1"_s, u"n"_s, u"a"_s, u"2"_s), row(u"2"_s, u"other"_s)}));
        QCOMPARE(m_changes->size(), 2);
        QCOMPARE(m_changes->last().first().toStringList(), QStringList{u"2"_s});
        QCOMPARE(m_store->row(u"1"_s)->resourceVersion, u"2"_s);
        QCOMPARE(renewed.size(), 1);    // who keeps rows is told
        QCOMPARE(renewed.first().first().toStringList(), QStringList{u"1"_s});
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

    /// Keys and other rows have its texts already: a newer row takes those that are as they were, and brings no others.
    void aNewerRowSharesItsTexts()
    {
        const auto made = [](const char *name, const char *version, const char *cell) {
            Row out = row(QString::fromLatin1("1"), QString::fromLatin1(name), QString::fromLatin1("b"), QString::fromLatin1(version));
            out.labels = QString::fromLatin1("app=canton");
            Cell first, second;
            first.is = second.is = Cell::Is::Text;
            first.text = QString::fromLatin1("participant");
            second.text = QString::fromLatin1(cell);
            out.cells = QList<Cell>{first, {}, second};
            return out;
        };
        m_store->applyBatch(batch(RowBatch::Sync::Running, {made("n", "1", "a")}));
        const RowPtr old = m_store->row(u"1"_s);
        const auto shared = [](const QString &a, const QString &b) { return a == b && a.constData() == b.constData(); };
        m_store->applyBatch(batch(RowBatch::Sync::Running, {made("n", "2", "a")}));
        RowPtr now = m_store->row(u"1"_s);
        QVERIFY(now != old && now->resourceVersion == u"2"_s);
        QVERIFY(shared(now->uid, old->uid) && shared(now->name, old->name) && shared(now->ns, old->ns) && shared(now->labels, old->labels));
        QVERIFY(&now->cells.at(2) == &old->cells.at(2));
        m_store->applyBatch(batch(RowBatch::Sync::Running, {made("n", "3", "other")}));
        now = m_store->row(u"1"_s);
        QCOMPARE(now->cells.at(2).text, u"other"_s);
        QCOMPARE(old->cells.at(2).text, u"a"_s);
        QVERIFY(shared(now->cells.at(0).text, old->cells.at(0).text));
        QCOMPARE(now->cells.at(1).is, Cell::Is::Absent);
        QCOMPARE(m_changes->size(), 2);
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
