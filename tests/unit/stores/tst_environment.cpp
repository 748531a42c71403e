// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/Environment.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ManualClock.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd::network;
using qd::state::Environment;
using qd::state::Mark;

class EnvironmentTest : public QObject {
    Q_OBJECT
private:
    static std::shared_ptr<const KindTable> kinds()
    {
        const QJsonObject column{{u"id"_s, u"type"_s}, {u"title"_s, u"Type"_s}, {u"pointer"_s, u"/spec/type"_s}};
        const QJsonObject kind{{u"kind"_s, u"CantonNetwork"_s}, {u"group"_s, u"canton.quarterdeck.io"_s}, {u"version"_s, u"v1alpha1"_s},
                               {u"plural"_s, u"cantonnetworks"_s}, {u"columns"_s, QJsonArray{column}}};
        return std::make_shared<const KindTable>(*KindTable::fromJson({{u"schema"_s, 1}, {u"kinds"_s, QJsonArray{kind}}}));
    }

    static RowBatch network(const QString &name, const QString &type)
    {
        Row row;
        row.uid = name;
        row.name = name;
        Cell cell;
        cell.is = Cell::Is::Text;
        cell.text = type;
        row.cells = {cell};
        RowBatch batch;
        batch.upserts = {row};
        return batch;
    }

private Q_SLOTS:
    void marksAreGuessedToTheCarefulSide()
    {
        QCOMPARE(qd::state::guessMark(u"eks-prod-eu"_s), Mark::Production);
        QCOMPARE(qd::state::guessMark(u"MainNet"_s), Mark::Production);
        QCOMPARE(qd::state::guessMark(u"infra-dev"_s), Mark::Dev);
        QCOMPARE(qd::state::guessMark(u"admin"_s), Mark::Plain);
    }

    /// A node of a MainNet asks for care whatever the context is called.
    void mainNetIsProductionInAnyCluster()
    {
        qd::test::ManualClock clock;
        Environment environment({u"admin"_s}, kinds(), std::make_shared<qd::test::FakeGateway>(), nullptr, &clock);
        QVERIFY(!environment.isProduction());
        QVERIFY(environment.isProductionFor(u"our-mainnet"_s));   // nothing is known of it yet: its name counts
        qd::state::ResourceStore *store = environment.store(environment.kinds().kinds().first());
        store->applyBatch(network(u"alpha"_s, u"MainNet"_s));
        store->applyBatch(network(u"mainnet-rehearsal"_s, u"DevNet"_s));
        QVERIFY(environment.isProductionFor(u"alpha"_s));
        QVERIFY(!environment.isProductionFor(u"mainnet-rehearsal"_s));
        QVERIFY(!environment.isProductionFor(QString()));
    }

    void productionEnvironmentIsProductionForEveryNetwork()
    {
        qd::test::ManualClock clock;
        Environment environment({u"prod"_s, Mark::Production}, kinds(), std::make_shared<qd::test::FakeGateway>(), nullptr, &clock);
        QVERIFY(environment.isProductionFor(u"devnet"_s));
        QVERIFY(environment.isProductionFor(QString()));
    }
};

QTEST_GUILESS_MAIN(EnvironmentTest)
#include "tst_environment.moc"
