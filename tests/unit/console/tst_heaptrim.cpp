// SPDX-License-Identifier: GPL-3.0-or-later
// Memory that lists left in holes goes back to the system, after they are complete and while rows change.
#include "app/console/HeapTrim.h"
#include "tests/unit/items/ItemsFixture.h"

#include <QFile>
#include <QTest>

#include <memory>
#include <vector>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace qd;

namespace {

constexpr int kBlocks = 200'000;
constexpr size_t kSize = 256;
constexpr size_t kKept = 64;   ///< one in so many stays: most pages are free, but for the heap's end
constexpr int kAtOnceMs = 20;
constexpr int kNeverMs = 3'600'000;

qint64 resident()
{
    QFile file(u"/proc/self/statm"_s);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("/proc/self/statm cannot be read");
    return file.readAll().split(' ').value(1).toLongLong() * sysconf(_SC_PAGESIZE);
}

/// What a list of many rows leaves behind.
std::vector<std::unique_ptr<char[]>> makeHoles()
{
    std::vector<std::unique_ptr<char[]>> blocks;
    blocks.reserve(kBlocks);
    for (int i = 0; i < kBlocks; ++i)
        blocks.push_back(std::make_unique<char[]>(kSize));   // written: its pages are there
    for (size_t i = 0; i < blocks.size(); ++i) {
        if (i % kKept != 0)
            blocks[i].reset();
    }
    return blocks;
}

network::RowBatch rows(const network::KindInfo &kind, network::RowBatch::Sync sync)
{
    static int version = 0;
    network::Row row = test::rowOf(kind, u"one"_s, u"devnet"_s, u"Ready"_s);
    row.labels = QString::number(++version);
    network::RowBatch batch = test::batchOf({row});
    batch.sync = sync;
    return batch;
}

}

class HeapTrimTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void holesGoBack_data()
    {
        QTest::addColumn<bool>("complete");
        QTest::addColumn<bool>("storeIsThere");
        QTest::newRow("a list is complete") << true << true;
        QTest::newRow("a list that is asked for later is complete") << true << false;
        QTest::newRow("rows change") << false << true;
    }

    void holesGoBack()
    {
        QFETCH(bool, complete);
        QFETCH(bool, storeIsThere);
        const test::FixedClock clock;
        test::FixtureEnvironment world(u"infra-dev"_s, state::Mark::Dev, &clock);
        if (storeIsThere)
            (void)world.store(u"Validator"_s);
        console::HeapTrim trim(complete ? kAtOnceMs : kNeverMs, complete ? kNeverMs : kAtOnceMs);
        trim.watch(&world.environment);
        state::ResourceStore *store = world.store(u"Validator"_s);
        const auto kept = makeHoles();
        const qint64 before = resident();
        store->applyBatch(rows(store->kind(), complete ? network::RowBatch::Sync::Complete : network::RowBatch::Sync::Running));
        constexpr qint64 kHalf = qint64(kBlocks) * qint64(kSize) / 2;
        QTRY_VERIFY2(before - resident() > kHalf, qPrintable(u"%1 MiB, were %2"_s.arg(resident() >> 20).arg(before >> 20)));
    }
};

QTEST_GUILESS_MAIN(HeapTrimTest)
#include "tst_heaptrim.moc"
