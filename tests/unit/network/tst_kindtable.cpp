// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/network/Row.h"
#include "tests/support/ShippedFiles.h"

#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd::network;

class KindTableTest : public QObject {
    Q_OBJECT
private:
    static QJsonObject shipped()
    {
        return qd::test::shippedObject(u"resources/kinds.yaml"_s);
    }

private Q_SLOTS:
    void shippedTableIsValid()
    {
        const auto table = KindTable::fromJson(shipped());
        QVERIFY2(table.ok(), table ? "" : qPrintable(table.error().text()));
        int own = 0;
        // Every list has these beside the kind's: the filter and the order would not know which one is meant.
        const QSet<QString> lists{u"name"_s, u"namespace"_s, u"phase"_s, u"network"_s, u"cluster"_s, u"age"_s};
        for (const KindInfo &kind : table->kinds()) {
            own += kind.own ? 1 : 0;
            QSet<QString> ids;
            for (const Column &column : kind.columns) {
                QVERIFY2(!lists.contains(column.id) && !ids.contains(column.id), qPrintable(kind.gvr.name() + u' ' + column.id));
                ids.insert(column.id);
            }
        }
        QCOMPARE(own, 24);
    }

    void findsByEveryName()
    {
        const auto table = KindTable::fromJson(shipped());
        QVERIFY(table.ok());
        for (const QString &name : {u"Validator"_s, u"validators"_s, u"validator"_s, u"val"_s, u"validators.canton.quarterdeck.io"_s})
            QVERIFY2(table->find(name) && table->find(name)->kind == "Validator"_L1, qPrintable(name));
        QVERIFY(!table->find(u"nothing"_s));
        QCOMPARE(table->nearest(u"validatrs"_s), u"validators"_s);
    }

    void ownKindsWinOverForeignOnes()
    {
        const auto table = KindTable::fromJson(shipped());
        QVERIFY(table.ok());
        QCOMPARE(table->find(u"backups"_s)->gvr.group, u"canton.quarterdeck.io"_s);
        QCOMPARE(table->find(u"backups.postgresql.cnpg.io"_s)->gvr.group, u"postgresql.cnpg.io"_s);
    }

    void everyMistakeIsACause()
    {
        QJsonObject column{{u"id"_s, u"x"_s}, {u"title"_s, u"X"_s}, {u"type"_s, u"colour"_s}, {u"pointer"_s, u"status"_s}};
        QJsonObject kind{{u"kind"_s, u"A"_s}, {u"version"_s, u"v1"_s}, {u"columns"_s, QJsonArray{column}},
                         {u"phases"_s, QJsonObject{{u"Ready"_s, u"green"_s}}}};
        const auto table = KindTable::fromJson({{u"schema"_s, 1}, {u"kinds"_s, QJsonArray{kind}}});
        QVERIFY(!table.ok());
        QStringList fields;
        for (const auto &cause : table.error().causes)
            fields.append(cause.field);
        fields.sort();
        QCOMPARE(fields, (QStringList{u"kinds[0].columns[0].pointer"_s, u"kinds[0].columns[0].type"_s,
                                      u"kinds[0].phases.Ready"_s, u"kinds[0].plural"_s}));
    }

    void cellsKeepAbsentAndUnknownApart()
    {
        const Cell absent{};
        Cell unknown;
        unknown.is = Cell::Is::Unknown;
        Cell zero;
        zero.is = Cell::Is::Integer;
        QVERIFY(!(absent == unknown));
        QVERIFY(!(absent == zero));
        QVERIFY(Cell::compare(zero, unknown) < 0);
        QVERIFY(Cell::compare(unknown, absent) < 0);
        QCOMPARE(zero.toJson(CellType::Integer), QJsonValue(0));
        QVERIFY(absent.toJson(CellType::Text).isNull());
    }

    void worstStateFirst()
    {
        QCOMPARE(worse(State::Ready, State::Failed), State::Failed);
        QCOMPARE(worse(State::Stale, State::Unknown), State::Stale);
        QVERIFY(isProblem(State::Unknown));
        QVERIFY(!isProblem(State::Suspended));
        QCOMPARE(stateFromId(stateId(State::NotBegun)), State::NotBegun);
    }
};

QTEST_GUILESS_MAIN(KindTableTest)
#include "tst_kindtable.moc"
