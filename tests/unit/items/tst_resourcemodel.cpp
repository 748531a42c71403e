// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/ResourceModel.h"
#include "tests/unit/items/ItemsFixture.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QItemSelectionModel>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace qd;
using namespace qd::items;
using namespace qd::test;
using network::Row;
using network::State;

namespace {

QStringList namesOf(const ResourceModel &model)
{
    QStringList out;
    for (int i = 0; i < model.rowCount(); ++i) {
        const QModelIndex index = model.index(i, 0);
        const QString name = index.data().toString();
        out.append(index.data(IsGroupRole).toBool() ? QString(u'[' + name + u']') : name);
    }
    return out;
}

state::FilterQuery query(const ResourceModel &model, const QString &text)
{
    const Result<state::FilterQuery> parsed = state::FilterQuery::parse(text, model.columnIds());
    return parsed.ok() ? *parsed : state::FilterQuery();
}

}

class TestResourceModel : public QObject {
    Q_OBJECT
    FixedClock m_clock;

    void fill(FixtureEnvironment &prod)
    {
        const network::KindInfo &validator = prod.kind(u"Validator"_s), &participant = prod.kind(u"Participant"_s);
        Row one = rowOf(validator, u"north-10"_s, u"mainnet"_s, u"Ready"_s);
        one.cells[1] = integerCell(1284);
        Row two = rowOf(validator, u"north-2"_s, u"mainnet"_s, u"Degraded"_s);
        two.cells[1] = integerCell(962);
        prod.store(u"Validator"_s)->applyBatch(batchOf({one, two}));
        prod.store(u"Participant"_s)->applyBatch(batchOf({rowOf(participant, u"alice"_s, u"harbor"_s, u"Ready"_s),
                                                          rowOf(participant, u"bob"_s, u"harbor"_s, u"Failed"_s)}));
        Row net = rowOf(prod.kind(u"CantonNetwork"_s), u"harbor"_s, u"harbor"_s, u"Ready"_s);
        net.cells[0] = textCell(u"Private"_s);
        Row main = rowOf(prod.kind(u"CantonNetwork"_s), u"mainnet"_s, u"mainnet"_s, u"Ready"_s);
        main.cells[0] = textCell(u"MainNet"_s);
        main.cells[1] = integerCell(4);
        prod.store(u"CantonNetwork"_s)->applyBatch(batchOf({net, main}));
    }

private Q_SLOTS:
    void groupsByNetworkAndSortsNamesNaturally()
    {
        FixtureEnvironment prod(u"infra-prod"_s, state::Mark::Production, &m_clock);
        ResourceModel model(&m_clock);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.addEnvironment(&prod.environment, prod.nodeKinds());
        fill(prod);
        QCOMPARE(namesOf(model), (QStringList{u"[mainnet]"_s, u"north-2"_s, u"north-10"_s, u"[harbor]"_s, u"alice"_s, u"bob"_s}));
        QCOMPARE(model.index(0, 0).data(GroupMarkRole).toString(), u"production"_s);
        QCOMPARE(model.index(3, 0).data(GroupMarkRole).toString(), u"private"_s);
        QCOMPARE(model.index(0, 0).data(GroupDetailRole).toString(), u"infra-prod, migration 4, 2 node(s)"_s);
        QCOMPARE(model.index(3, 0).data(StateRole).toInt(), int(State::Failed));
        QCOMPARE(model.counts(), (ResourceModel::Counts{4, 4, 2, State::Failed}));
    }

    /// Kinds that stand by namespace: their groups are not called as their rows' network, also when it becomes known later.
    void groupsByNamespaceSurviveNewNetworks()
    {
        FixtureEnvironment prod(u"infra-prod"_s, state::Mark::Production, &m_clock);
        ResourceModel model(&m_clock);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.addEnvironment(&prod.environment, {&prod.kind(u"CantonNetwork"_s)});
        Row net = rowOf(prod.kind(u"CantonNetwork"_s), u"harbor"_s, u"harbor"_s, u"Ready"_s);
        net.ns = u"canton-private"_s;
        prod.store(u"CantonNetwork"_s)->applyBatch(batchOf({net}));
        QVERIFY2(namesOf(model).contains(u"harbor"_s), qPrintable(namesOf(model).join(u' ')));
        const QString group = model.index(0, 0).data().toString();
        net.resourceVersion = u"2"_s;
        net.cells[0] = textCell(u"Private"_s);
        prod.store(u"CantonNetwork"_s)->applyBatch(batchOf({net}));
        QCOMPARE(model.index(0, 0).data().toString(), group);
        QCOMPARE(model.rowCount(), 2);
    }

    void aPauseHoldsRowsAndCountsWhatWaits()
    {
        FixtureEnvironment prod(u"infra-prod"_s, state::Mark::Production, &m_clock);
        ResourceModel model(&m_clock);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.addEnvironment(&prod.environment, prod.nodeKinds());
        fill(prod);
        const QStringList before = namesOf(model);
        model.setPaused(true);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged), waiting(&model, &ResourceModel::waitingChanged);
        Row two = *prod.store(u"Validator"_s)->row(u"uid-validator-north-2"_s);
        two.state = State::Ready;
        two.phase = u"Ready"_s;
        two.resourceVersion = u"2"_s;
        prod.store(u"Validator"_s)->applyBatch(batchOf({two}));
        two.resourceVersion = u"3"_s;
        prod.store(u"Validator"_s)->applyBatch(batchOf({two}));
        prod.store(u"Participant"_s)->applyBatch(batchOf({rowOf(prod.kind(u"Participant"_s), u"carol"_s, u"harbor"_s, u"Ready"_s)},
                                                         {u"uid-participant-bob"_s}));
        QCOMPARE(model.waiting(), 3);   // one changed twice, one came, one went
        QVERIFY(!waiting.isEmpty());
        QVERIFY(changed.isEmpty());
        QCOMPARE(namesOf(model), before);
        QCOMPARE(model.counts().problems, 2);
        model.setPaused(false);
        QCOMPARE(model.waiting(), 0);
        QCOMPARE(namesOf(model), (QStringList{u"[mainnet]"_s, u"north-2"_s, u"north-10"_s, u"[harbor]"_s, u"alice"_s, u"carol"_s}));
        QCOMPARE(model.counts(), (ResourceModel::Counts{4, 4, 0, State::Ready}));
    }

    /// A body changes far more often than what a list shows of it: the old row is not kept beside the new one.
    void aRowThatLooksTheSameIsKeptOnce()
    {
        FixtureEnvironment prod(u"infra-prod"_s, state::Mark::Production, &m_clock);
        ResourceModel model(&m_clock);
        model.addEnvironment(&prod.environment, prod.nodeKinds());
        fill(prod);
        state::ResourceStore *store = prod.store(u"Validator"_s);
        const QString uid = u"uid-validator-north-2"_s;
        const auto change = [store, &uid](const QString &version, const QString &phase) {
            const std::weak_ptr<const Row> old = store->row(uid);
            Row next = *store->row(uid);
            next.resourceVersion = version;
            next.phase = phase;
            store->applyBatch(batchOf({next}));
            return old;
        };
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged), renewed(&model, &ResourceModel::renewed);
        QVERIFY(change(u"2"_s, u"Degraded"_s).expired());
        QCOMPARE(model.rowAt(model.rowOf(u"infra-prod"_s, uid))->resourceVersion, u"2"_s);
        QVERIFY(changed.isEmpty());
        QCOMPARE(renewed.size(), 1);
        // In a pause it says what it said, and is the old one as long as the new one looks otherwise.
        model.setPaused(true);
        QVERIFY(change(u"3"_s, u"Degraded"_s).expired());
        (void)change(u"4"_s, u"Failed"_s);
        (void)change(u"5"_s, u"Failed"_s);
        QCOMPARE(model.rowAt(model.rowOf(u"infra-prod"_s, uid))->resourceVersion, u"3"_s);
        QCOMPARE(model.waiting(), 1);
        model.setPaused(false);
        QCOMPARE(model.rowAt(model.rowOf(u"infra-prod"_s, uid))->resourceVersion, u"5"_s);
    }

    void columnsAreTheUnionInTheOrderOfThePicture()
    {
        FixtureEnvironment prod(u"p"_s, state::Mark::Plain, &m_clock);
        ResourceModel model(&m_clock);
        model.addEnvironment(&prod.environment, prod.nodeKinds());
        QCOMPARE(model.columnIds(), (QStringList{u"name"_s, u"phase"_s, u"version"_s, u"parties"_s, u"balance"_s, u"traffic"_s,
                                                 u"components"_s, u"backup"_s, u"age"_s, u"network"_s, u"kind"_s,
                                                 u"namespace"_s, u"cluster"_s, u"sponsor"_s}));
        QVERIFY(model.columns().last().optional);
    }

    void cellsAreRawAndAbsentIsNotUnknown()
    {
        FixtureEnvironment prod(u"p"_s, state::Mark::Plain, &m_clock);
        ResourceModel model(&m_clock);
        model.addEnvironment(&prod.environment, prod.nodeKinds());
        Row row = rowOf(prod.kind(u"Validator"_s), u"a"_s, u"n"_s, u"Ready"_s);
        row.cells[1].is = network::Cell::Is::Unknown;
        row.cells[1].text = u"the ledger does not answer"_s;
        row.cells[3] = numberCell(6);
        row.cells[4] = ratioCell(1, 3);
        row.cells[5] = integerCell(m_clock.now().toSecsSinceEpoch() - 5 * 3600);
        prod.store(u"Validator"_s)->applyBatch(batchOf({row}));
        const auto at = [&](const QString &id, int role) { return model.index(1, model.columnOf(id)).data(role); };
        QCOMPARE(at(u"version"_s, Qt::DisplayRole).toString(), QString(u'\u2013'));
        QCOMPARE(at(u"parties"_s, Qt::DisplayRole).toString(), u"unknown"_s);
        QCOMPARE(at(u"parties"_s, ReasonRole).toString(), u"the ledger does not answer"_s);
        QVERIFY(!at(u"parties"_s, SortRole).isValid());
        QCOMPARE(at(u"traffic"_s, SeverityRole).toInt(), int(State::Failed));
        QCOMPARE(at(u"components"_s, SeverityRole).toInt(), int(State::Degraded));
        QCOMPARE(at(u"backup"_s, Qt::DisplayRole).toString(), u"5 h"_s);
        QCOMPARE(at(u"backup"_s, SeverityRole).toInt(), int(State::Failed));
        QCOMPARE(at(u"traffic"_s, CellRole).value<network::Cell>(), row.cells.at(3));
        QCOMPARE(at(u"phase"_s, Qt::AccessibleTextRole).toString(), u"Ready"_s);
    }

    void selectionSurvivesChangesAndMoves()
    {
        FixtureEnvironment prod(u"p"_s, state::Mark::Plain, &m_clock);
        ResourceModel model(&m_clock);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.addEnvironment(&prod.environment, prod.nodeKinds());
        fill(prod);
        QItemSelectionModel selection(&model);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.sort(model.columnOf(u"parties"_s), Qt::DescendingOrder);
        const int row = model.rowOf(u"p"_s, u"uid-validator-north-2"_s);
        selection.setCurrentIndex(model.index(row, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        Row moved = rowOf(prod.kind(u"Validator"_s), u"north-2"_s, u"mainnet"_s, u"Ready"_s);
        moved.cells[1] = integerCell(5000);
        moved.resourceVersion = u"2"_s;
        prod.store(u"Validator"_s)->applyBatch(batchOf({moved}));
        QCOMPARE(selection.currentIndex().data(UidRole).toString(), u"uid-validator-north-2"_s);
        QCOMPARE(selection.selectedRows().size(), 1);
        QVERIFY(model.rowOf(u"p"_s, moved.uid) < row);
        moved.network = u"harbor"_s;
        prod.store(u"Validator"_s)->applyBatch(batchOf({moved}));
        QCOMPARE(selection.currentIndex().data(UidRole).toString(), u"uid-validator-north-2"_s);
        QCOMPARE(resets.count(), 0);
    }

    void aChangeOfOneCellIsOneRange()
    {
        FixtureEnvironment prod(u"p"_s, state::Mark::Plain, &m_clock);
        ResourceModel model(&m_clock);
        model.addEnvironment(&prod.environment, prod.nodeKinds());
        fill(prod);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged), layout(&model, &QAbstractItemModel::layoutChanged);
        Row row = rowOf(prod.kind(u"Validator"_s), u"north-2"_s, u"mainnet"_s, u"Degraded"_s);
        row.cells[1] = integerCell(963);
        prod.store(u"Validator"_s)->applyBatch(batchOf({row}));
        QCOMPARE(layout.count(), 0);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed.first().at(0).toModelIndex().row(), model.groupRows().first());
        QCOMPARE(changed.first().at(1).toModelIndex().row(), model.rowOf(u"p"_s, row.uid));
    }

    void filterProblemsAndFoldingHideRowsOnly()
    {
        FixtureEnvironment prod(u"p"_s, state::Mark::Production, &m_clock);
        ResourceModel model(&m_clock);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.addEnvironment(&prod.environment, prod.nodeKinds());
        fill(prod);
        model.setFilter(query(model, u"net:harbor phase:failed"_s));
        QCOMPARE(namesOf(model), (QStringList{u"[harbor]"_s, u"bob"_s}));
        QCOMPARE(model.counts().shown, 1);
        model.setFilter(query(model, u"nothing-like-it"_s));
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.counts().total, 4);
        model.setFilter({});
        model.setProblemsOnly(true);
        QCOMPARE(namesOf(model), (QStringList{u"[mainnet]"_s, u"north-2"_s, u"[harbor]"_s, u"bob"_s}));
        model.setProblemsOnly(false);
        model.setExpanded(0, false);
        QCOMPARE(namesOf(model), (QStringList{u"[mainnet]"_s, u"[harbor]"_s, u"alice"_s, u"bob"_s}));
        prod.store(u"Validator"_s)->applyBatch(batchOf({}, {u"uid-validator-north-2"_s}));
        QCOMPARE(namesOf(model).size(), 4);
        prod.store(u"Validator"_s)->applyBatch(batchOf({}, {u"uid-validator-north-10"_s}));
        QCOMPARE(namesOf(model), (QStringList{u"[harbor]"_s, u"alice"_s, u"bob"_s}));
    }

    void staleEnvironmentSaysWas()
    {
        FixtureEnvironment prod(u"p"_s, state::Mark::Test, &m_clock);
        ResourceModel model(&m_clock);
        model.addEnvironment(&prod.environment, prod.nodeKinds());
        fill(prod);
        Freshness stale;
        stale.state = Freshness::State::Stale;
        stale.lastAnswer = m_clock.now().addSecs(-371);
        prod.environment.setFreshness(stale);
        const int row = model.rowOf(u"p"_s, u"uid-validator-north-10"_s);
        QCOMPARE(model.index(row, model.columnOf(u"phase"_s)).data().toString(), u"was Ready"_s);
        QVERIFY(model.index(row, 0).data(StaleRole).toBool());
        QVERIFY(model.index(model.groupRows().first(), 0).data(GroupDetailRole).toString().contains(u"6 m 11 s ago"_s));
        QCOMPARE(model.counts().problems, 4);
    }

    void heldOrderMovesNothingUntilReleased()
    {
        FixtureEnvironment prod(u"p"_s, state::Mark::Plain, &m_clock);
        ResourceModel model(&m_clock);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.addEnvironment(&prod.environment, prod.nodeKinds());
        fill(prod);
        model.sort(model.columnOf(u"parties"_s), Qt::AscendingOrder);
        const QStringList before = namesOf(model);
        model.setOrderHeld(true);
        Row row = rowOf(prod.kind(u"Validator"_s), u"north-2"_s, u"mainnet"_s, u"Degraded"_s);
        row.cells[1] = integerCell(99999);
        prod.store(u"Validator"_s)->applyBatch(batchOf({row}));
        QCOMPARE(namesOf(model), before);
        QCOMPARE(model.index(model.rowOf(u"p"_s, row.uid), model.columnOf(u"parties"_s)).data(SortRole).toInt(), 99999);
        model.setOrderHeld(false);
        QVERIFY(namesOf(model) != before);
    }

    /// By value where there are digits, letters of other alphabets behind ours; what is alike for longer than anybody reads stands by name.
    void textsStandInTheirOrder()
    {
        FixtureEnvironment prod(u"p"_s, state::Mark::Plain, &m_clock);
        ResourceModel model(&m_clock);
        model.addEnvironment(&prod.environment, prod.nodeKinds());
        const QString same = QString(60, u'x');
        const QList<std::pair<QString, QString>> all{{u"e"_s, QString(same + u'a')}, {u"d"_s, QString(same + u'b')}, {u"a"_s, u"release-10"_s}, {u"b"_s, u"release-9"_s}, {u"c"_s, u"été"_s}};
        QList<Row> rows;
        for (const auto &[name, version] : all) {
            rows.append(rowOf(prod.kind(u"Validator"_s), name, u"mainnet"_s, u"Ready"_s));
            rows.last().cells[0] = textCell(version);
        }
        prod.store(u"Validator"_s)->applyBatch(batchOf(rows));
        const auto order = [&model] {
            QString out;
            for (int row = 0; row < model.rowCount(); ++row)
                out += model.index(row, 0).data(IsGroupRole).toBool() ? QString() : model.index(row, 0).data().toString();
            return out;
        };
        model.sort(model.columnOf(u"version"_s), Qt::AscendingOrder);
        QCOMPARE(order(), u"badec"_s);
        model.sort(model.columnOf(u"version"_s), Qt::DescendingOrder);
        QCOMPARE(order(), u"cdeab"_s);
    }

    void environmentThatDiesTakesItsRowsAlong()
    {
        ResourceModel model(&m_clock);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        FixtureEnvironment dev(u"dev"_s, state::Mark::Dev, &m_clock);
        model.addEnvironment(&dev.environment, dev.nodeKinds());
        fill(dev);
        {
            FixtureEnvironment prod(u"p"_s, state::Mark::Production, &m_clock);
            model.addEnvironment(&prod.environment, prod.nodeKinds());
            fill(prod);
            QCOMPARE(model.counts().total, 8);
            QCOMPARE(model.index(0, 0).data(GroupMarkRole).toString(), u"production"_s);
        }
        QCOMPARE(model.counts().total, 4);
        QCOMPARE(model.rowCount(), 6);
    }

    void randomOperationsAgreeWithAFreshModel_data()
    {
        QTest::addColumn<quint32>("seed");
        for (quint32 seed = 1; seed <= 6; ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }
    void randomOperationsAgreeWithAFreshModel();
    void fiftyThousandRowsStayQuick();
};

namespace {
/// One random step of the fuzz test; the store and the model's knobs are turned as a person and a cluster would.
struct Fuzz {
    QRandomGenerator random;
    FixtureEnvironment &environment;
    ResourceModel &model;
    QString filter = {};
    bool problems = false;
    int column = 0;
    Qt::SortOrder order = Qt::AscendingOrder;
    int version = 1;

    Row randomRow(const network::KindInfo &kind)
    {
        static const QStringList phases{u"Ready"_s, u"Degraded"_s, u"Failed"_s, u"Updating"_s};
        Row row = rowOf(kind, u"n-%1"_s.arg(random.bounded(60)), u"net%1"_s.arg(random.bounded(4)), phases.at(random.bounded(4)));
        row.cells[1] = integerCell(random.bounded(20));
        row.resourceVersion = QString::number(++version);
        return row;
    }

    void step()
    {
        const QString kind = random.bounded(2) ? u"Validator"_s : u"Participant"_s;
        state::ResourceStore *store = environment.store(kind);
        switch (random.bounded(9)) {
        case 0: case 1: case 2: case 3: {
            QList<Row> rows;
            const int count = random.bounded(3) == 0 ? random.bounded(60) : random.bounded(1, 6);
            for (int i = 0; i < count; ++i)
                rows.append(randomRow(store->kind()));
            QStringList gone;
            for (int i = random.bounded(4); i > 0; --i)
                gone.append(u"uid-"_s + store->kind().singular + u"-n-%1"_s.arg(random.bounded(60)));
            store->applyBatch(batchOf(rows, gone));
            break;
        }
        case 4:
            filter = random.bounded(3) == 0 ? QString() : u"parties:>%1"_s.arg(random.bounded(20));
            model.setFilter(query(model, filter));
            break;
        case 5:
            problems = random.bounded(2) == 0;
            model.setProblemsOnly(problems);
            break;
        case 6:
            column = random.bounded(4);
            order = random.bounded(2) ? Qt::AscendingOrder : Qt::DescendingOrder;
            model.sort(column, order);
            break;
        case 7:
            if (model.rowCount() > 0)
                model.setExpanded(random.bounded(model.rowCount()), random.bounded(2) == 0);
            break;
        default: {
            Freshness fresh;
            fresh.state = random.bounded(3) == 0 ? Freshness::State::Stale : Freshness::State::Fresh;
            environment.environment.setFreshness(fresh);
            break;
        }
        }
    }
};
}

void TestResourceModel::randomOperationsAgreeWithAFreshModel()
{
    QFETCH(quint32, seed);
    FixtureEnvironment prod(u"p"_s, state::Mark::Plain, &m_clock);
    ResourceModel model(&m_clock);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.addEnvironment(&prod.environment, prod.nodeKinds());
    Fuzz fuzz{QRandomGenerator(seed), prod, model};
    QPersistentModelIndex kept;
    QString keptUid;
    for (int i = 0; i < 400; ++i) {
        fuzz.step();
        if (kept.isValid()) {
            QCOMPARE(kept.data(UidRole).toString(), keptUid);
        } else if (model.rowCount() > 1) {
            kept = model.index(int(fuzz.random.bounded(model.rowCount())), 0);
            keptUid = kept.data(UidRole).toString();
        }
        if (i % 10 != 9)
            continue;
        ResourceModel fresh(&m_clock);
        fresh.addEnvironment(&prod.environment, prod.nodeKinds());
        fresh.setFilter(query(fresh, fuzz.filter));
        fresh.setProblemsOnly(fuzz.problems);
        fresh.sort(fuzz.column, fuzz.order);
        QSet<QString> folded;
        for (const int row : model.groupRows()) {
            if (!model.index(row, 0).data(ExpandedRole).toBool())
                folded.insert(model.index(row, 0).data().toString());
        }
        for (int row = fresh.rowCount() - 1; row >= 0; --row) {
            const QModelIndex index = fresh.index(row, 0);
            if (index.data(IsGroupRole).toBool() && folded.contains(index.data().toString()))
                fresh.setExpanded(row, false);
        }
        // Equal keys may stand in another order of ids in a fresh model only when name and key agree: compare with kinds out.
        QCOMPARE(namesOf(model), namesOf(fresh));
        QCOMPARE(model.counts(), fresh.counts());
    }
}

void TestResourceModel::fiftyThousandRowsStayQuick()
{
    FixtureEnvironment prod(u"p"_s, state::Mark::Plain, &m_clock);
    ResourceModel model(&m_clock);
    model.addEnvironment(&prod.environment, prod.nodeKinds());
    const network::KindInfo &kind = prod.kind(u"Validator"_s);
    QList<Row> rows;
    for (int i = 0; i < 50000; ++i) {
        Row row = rowOf(kind, u"party-%1"_s.arg(i), u"net%1"_s.arg(i % 3), i % 50 == 0 ? u"Failed"_s : u"Ready"_s);
        row.cells[0] = textCell(u"0.4.%1"_s.arg(i % 17));
        row.cells[1] = integerCell(i % 1000);
        rows.append(row);
    }
    QElapsedTimer timer;
    timer.start();
    prod.store(u"Validator"_s)->applyBatch(batchOf(rows));
    const qint64 loaded = timer.restart();
    QCOMPARE(model.rowCount(), 50003);
    model.setFilter(query(model, u"4999"_s));
    const qint64 keystroke = timer.restart();
    QCOMPARE(model.counts().shown, 15);
    model.setFilter({});
    const qint64 cleared = timer.restart();
    for (int batch = 0; batch < 10; ++batch) {
        QList<Row> some;
        for (int i = 0; i < 100; ++i) {
            Row row = rows.at((batch * 7919 + i * 101) % 50000);
            row.cells[1] = integerCell(batch * 100 + i);
            some.append(row);
        }
        prod.store(u"Validator"_s)->applyBatch(batchOf(some));
    }
    const qint64 churn = timer.restart();
    model.sort(model.columnOf(u"parties"_s), Qt::DescendingOrder);
    const qint64 sorted = timer.restart();
    qInfo("50,000 rows: load %lld ms, keystroke %lld ms, clear %lld ms, 10 batches of 100 changes %lld ms, sort %lld ms",
          loaded, keystroke, cleared, churn, sorted);
    // Debug builds on a loaded machine take several times as long as the goals; tests/bench measures those.
    QVERIFY(keystroke < 500);
    QVERIFY(churn < 1000);
}

QTEST_GUILESS_MAIN(TestResourceModel)
#include "tst_resourcemodel.moc"
