// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/TableRows.h"
#include "tests/support/FakeGateway.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::console;
using namespace qd::network;

class TableRowsTest : public QObject {
    Q_OBJECT
private:
    static QJsonObject definitions()
    {
        return QJsonDocument::fromJson(R"({"kind":"Table","columnDefinitions":[
            {"name":"Name","type":"string","format":"name"},{"name":"TYPE","type":"string"},{"name":"Cluster-IP","type":"string"},
            {"name":"Data","type":"integer"},{"name":"Last Seen","type":"date"},{"name":"Ready","type":"boolean"},
            {"name":"Share","type":"number"},{"name":"Selector","type":"string","priority":1},{"name":"State","type":"string"},
            {"name":"Data","type":"string"},{"name":"Age","type":"string"}]})").object();
    }

    static QJsonObject tableOf(const QList<std::pair<QString, QString>> &rows)
    {
        QJsonArray out;
        for (const auto &[uid, version] : rows) {
            const QJsonArray cells{uid, QString(u"of "_s + version), QJsonValue::Null, 3, u"5m"_s, true, 0.5, u"a=b"_s, u"Up"_s, u"x"_s, u"7d"_s};
            out.append(QJsonObject{{u"cells"_s, cells},
                                   {u"object"_s, QJsonObject{{u"metadata"_s, QJsonObject{{u"uid"_s, uid}, {u"resourceVersion"_s, version}}}}}});
        }
        QJsonObject table = definitions();
        table.insert("rows"_L1, out);
        return table;
    }

    static Row row(const QString &uid, const QString &version)
    {
        Row r;
        r.uid = uid;
        r.name = uid;
        r.ns = u"canton"_s;
        r.resourceVersion = version;
        r.created = 1767225600;
        return r;
    }

    struct Rig {
        std::shared_ptr<test::FakeGateway> gateway = std::make_shared<test::FakeGateway>();
        TableRows rows{gateway, {{{}, u"v1"_s, u"things"_s}, {}, u"app=x"_s}, TableRows::columnsOf(definitions())};
        QList<RowBatch> out;
        QList<ports::ListQuery> asked;
        Rig()
        {
            connect(&rows, &TableRows::ready, &rows, [this](const RowBatch &batch) { out.append(batch); });
            gateway->printTable = [this](const ports::ListQuery &query) -> Result<QJsonObject> {
                asked.append(query);
                return tableOf({{u"a"_s, u"9"_s}, {u"b"_s, u"9"_s}});
            };
        }
    };

private Q_SLOTS:
    void columns()
    {
        const QList<Column> columns = TableRows::columnsOf(definitions());
        QStringList ids;
        for (const Column &column : columns)
            ids.append(column.id);
        QCOMPARE(ids, (QStringList{u"type"_s, u"clusterIp"_s, u"data"_s, u"lastSeen"_s, u"ready"_s, u"share"_s, u"selector"_s,
                                   u"columnState"_s, u"data2"_s, u"age"_s}));
        QCOMPARE(columns.at(1).title, u"Cluster-IP"_s);
        QVERIFY(columns.at(6).optional && !columns.at(5).optional);
        QCOMPARE(columns.at(2).type, CellType::Integer);
        QCOMPARE(columns.at(9).type, CellType::Time);
    }

    /// The versions of the Table are those of the rows: nothing more is asked.
    void knownRowsLeaveAtOnce()
    {
        Rig rig;
        rig.rows.know(tableOf({{u"a"_s, u"1"_s}}));
        RowBatch batch;
        batch.sync = RowBatch::Sync::Complete;
        batch.upserts = {row(u"a"_s, u"1"_s)};
        rig.rows.add(batch);
        QCOMPARE(rig.out.size(), 1);
        QVERIFY(rig.asked.isEmpty());
        const CellList &cells = rig.out.first().upserts.first().cells;
        QCOMPARE(cells.size(), 10);
        QCOMPARE(cells.at(0).text, u"of 1"_s);
        QCOMPARE(cells.at(1).is, Cell::Is::Absent);
        QCOMPARE(cells.at(2).integer, 3);
        QCOMPARE(cells.at(3).text, u"5m"_s);
        QCOMPARE(cells.at(4).is, Cell::Is::Boolean);
        QCOMPARE(cells.at(5).number, 0.5);
        QCOMPARE(cells.at(9).integer, 1767225600);   // not "7d"
    }

    /// A change asks for the one object, and what follows waits its turn.
    void changeAsksForTheOneObject()
    {
        Rig rig;
        RowBatch change;
        change.upserts = {row(u"a"_s, u"2"_s)};
        RowBatch removal;
        removal.removedUids = {u"a"_s};
        rig.rows.add(change);
        rig.rows.add(removal);
        QVERIFY(rig.out.isEmpty());
        QTRY_COMPARE(rig.out.size(), 2);
        QCOMPARE(rig.asked.size(), 1);
        QCOMPARE(rig.asked.first().ns, u"canton"_s);
        QCOMPARE(rig.asked.first().fieldSelector, u"metadata.name=a"_s);
        QCOMPARE(rig.out.first().upserts.first().cells.at(0).text, u"of 9"_s);
        QCOMPARE(rig.out.last().removedUids, QList<QString>{u"a"_s});
    }

    void manyChangesAskForAll()
    {
        Rig rig;
        RowBatch batch;
        for (const QChar c : u"abcdef"_s)
            batch.upserts.append(row(QString(c), u"3"_s));
        rig.rows.add(batch);
        QTRY_COMPARE(rig.out.size(), 1);
        QCOMPARE(rig.asked.size(), 1);
        QCOMPARE(rig.asked.first().labelSelector, u"app=x"_s);
        QVERIFY(rig.asked.first().fieldSelector.isEmpty());
        QCOMPARE(rig.out.first().upserts.at(1).cells.at(0).text, u"of 9"_s);
        QCOMPARE(rig.out.first().upserts.at(5).cells.at(0).is, Cell::Is::Absent);   // gone meanwhile
    }

    /// No answer is no reason to keep a change back: its cells are unknown, and why is said.
    void refusalIsSaid()
    {
        Rig rig;
        QSignalSpy refused(&rig.rows, &TableRows::refused);
        rig.gateway->printTable = [](const ports::ListQuery &) -> Result<QJsonObject> {
            return Error{ErrorKind::Forbidden, u"may not"_s};
        };
        RowBatch batch;
        batch.upserts = {row(u"a"_s, u"2"_s)};
        rig.rows.add(batch);
        QTRY_COMPARE(rig.out.size(), 1);
        QCOMPARE(refused.size(), 1);
        const Cell &cell = rig.out.first().upserts.first().cells.at(0);
        QCOMPARE(cell.is, Cell::Is::Unknown);
        QCOMPARE(cell.text, u"may not"_s);
        QCOMPARE(rig.out.first().upserts.first().cells.at(9).integer, 1767225600);
    }

    /// A server that does not select by name is asked for all instead.
    void noSelectionByName()
    {
        Rig rig;
        const auto whole = rig.gateway->printTable;
        rig.gateway->printTable = [whole](const ports::ListQuery &query) -> Result<QJsonObject> {
            if (!query.fieldSelector.isEmpty())
                return Error{ErrorKind::Invalid, u"field label not supported"_s};
            return whole(query);
        };
        RowBatch batch;
        batch.upserts = {row(u"a"_s, u"2"_s)};
        rig.rows.add(batch);
        QTRY_COMPARE(rig.out.size(), 1);
        QCOMPARE(rig.out.first().upserts.first().cells.at(0).text, u"of 9"_s);
    }
};

QTEST_GUILESS_MAIN(TableRowsTest)
#include "tst_tablerows.moc"
