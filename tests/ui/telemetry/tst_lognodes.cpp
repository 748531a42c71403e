// SPDX-License-Identifier: GPL-3.0-or-later
// The tree of nodes of the Logs page with thousands of them: what did not change is not touched, and its columns have room.
#include "ui/panes/telemetry/LogNodes.h"
#include "ui/widgets/Fields.h"

#include <QHeaderView>
#include <QSignalSpy>
#include <QTest>
#include <QTreeWidget>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

class TestLogNodes : public QObject {
    Q_OBJECT

    static QList<LogNodeEntry> nodes(int count)
    {
        QList<LogNodeEntry> out;
        for (int i = 0; i < count; ++i)
            out.append({u"key-%1"_s.arg(i), u"node-%1"_s.arg(i), u"node-%1, validators, canton"_s.arg(i), network::State::Failed, u"Failed"_s});
        return out;
    }

private Q_SLOTS:
    void onlyWhatChangesIsTouched()
    {
        LogNodes tree;
        tree.resize(260, 600);
        tree.show();
        QList<LogNodeEntry> all = nodes(5000);
        tree.setNodes(all);
        QSignalSpy touched(tree.tree()->model(), &QAbstractItemModel::dataChanged), made(tree.tree()->model(), &QAbstractItemModel::rowsInserted);
        tree.setNodes(all);
        QCOMPARE(touched.count(), 0);
        all[4321].state = network::State::Ready;
        all[4321].word = u"Ready"_s;
        tree.setNodes(all);
        QVERIFY2(touched.count() >= 1 && touched.count() <= 8, qPrintable(QString::number(touched.count())));
        for (const QList<QVariant> &change : touched)
            QCOMPARE(change.first().toModelIndex().row(), 4322);    // below "All nodes"
        QCOMPARE(tree.tree()->topLevelItem(4322)->toolTip(1), u"Ready"_s);
        QCOMPARE(tree.tree()->topLevelItem(4321)->toolTip(1), u"Failed"_s);
        QCOMPARE(made.count(), 0);
        // One by itself; as it was it is not touched.
        touched.clear();
        all[17].word = u"Unknown"_s;
        tree.setNode(all.at(17));
        QVERIFY(touched.count() >= 1);
        for (const QList<QVariant> &change : touched)
            QCOMPARE(change.first().toModelIndex().row(), 18);
        QCOMPARE(tree.tree()->topLevelItem(18)->toolTip(1), u"Unknown"_s);
        touched.clear();
        tree.setNode(all.at(17));
        tree.setNode({u"nobody"_s, u"nobody"_s, {}, network::State::Ready, u"Ready"_s});
        QCOMPARE(touched.count(), 0);
        tree.setNodes(all);
        QCOMPARE(touched.count(), 0);
    }

    /// Components that become known one by one cost their own rows; nothing is said again of the others.
    void aNewComponentTouchesItsNode()
    {
        LogNodes tree;
        tree.resize(260, 600);
        tree.show();
        tree.setNodes(nodes(5000));
        tree.chooseAll();
        const auto name = [](int i) { return QString(u"key-%1"_s.arg(i)); };
        QHash<QString, int> numbers, rates;
        for (int i = 0; i < 300; ++i) {
            tree.addComponents(name(i), {u"participant"_s});
            numbers.insert(LogNodes::componentKey(name(i), u"participant"_s), i);
            rates.insert(LogNodes::componentKey(name(i), u"participant"_s), i);
        }
        tree.setNumbers(numbers);
        tree.setRates(rates);
        QSignalSpy touched(tree.tree()->model(), &QAbstractItemModel::dataChanged), made(tree.tree()->model(), &QAbstractItemModel::rowsInserted);
        const auto touches = [&](int node) {
            QVERIFY2(touched.count() >= 1 && touched.count() <= 20, qPrintable(QString::number(touched.count())));
            for (const QList<QVariant> &change : std::as_const(touched)) {
                const QModelIndex index = change.first().toModelIndex(), row = index.parent().isValid() ? index.parent() : index;
                QCOMPARE(row.row(), node + 1);      // below "All nodes"
            }
            touched.clear();
        };
        tree.addComponents(name(4321), {u"sequencer"_s});
        touches(4321);
        tree.addComponents(name(7), {u"mediator"_s, u"sequencer"_s});
        touches(7);
        QCOMPARE(made.count(), 3);
        const QTreeWidgetItem *seven = tree.tree()->topLevelItem(8);
        QCOMPARE(seven->child(0)->text(0), u"mediator"_s);
        QCOMPARE(seven->child(1)->text(0), u"participant"_s);
        QCOMPARE(seven->child(2)->text(0), u"sequencer"_s);
        QVERIFY(seven->child(0)->icon(0).isNull() && !seven->child(1)->icon(0).isNull());
        QCOMPARE(seven->child(2)->checkState(0), Qt::Checked);
        // Numbers and rates likewise.
        numbers.insert(LogNodes::componentKey(name(7), u"mediator"_s), 300);
        tree.setNumbers(numbers);
        touches(7);
        QVERIFY(!seven->child(0)->icon(0).isNull());
        rates.insert(LogNodes::componentKey(name(7), u"mediator"_s), 5);
        rates.remove(LogNodes::componentKey(name(7), u"participant"_s));
        tree.setRates(rates);
        touches(7);
        QVERIFY2(seven->text(2).startsWith(u"5 "_s), qPrintable(seven->text(2)));
        QCOMPARE(seven->child(1)->text(2), u"?"_s);
        tree.setRates(rates);
        QCOMPARE(touched.count(), 0);
    }

    /// Whoever stands on a component still does when another one comes before it.
    void aNewComponentMovesNobody()
    {
        LogNodes tree;
        tree.setNodes(nodes(3));
        tree.choose(u"key-1"_s);
        tree.addComponents(u"key-1"_s, {u"participant"_s});
        QTreeWidgetItem *node = tree.tree()->topLevelItem(2);
        QVERIFY(node->isExpanded());
        tree.tree()->setCurrentItem(node->child(0));
        tree.addComponents(u"key-1"_s, {u"mediator"_s});
        QCOMPARE(tree.tree()->currentItem(), node->child(1));
        QCOMPARE(tree.tree()->currentItem()->text(0), u"participant"_s);
    }

    /// A column that follows its contents measures hundreds of rows for each one that changes.
    void columnsDoNotMeasureRows()
    {
        LogNodes tree;
        for (int column = 0; column < tree.tree()->columnCount(); ++column)
            QVERIFY2(tree.tree()->header()->sectionResizeMode(column) != QHeaderView::ResizeToContents, qPrintable(QString::number(column)));
    }

    void ratesHaveRoom()
    {
        LogNodes tree;
        tree.resize(260, 600);
        tree.show();
        tree.setNodes(nodes(3));
        tree.choose(u"key-1"_s);
        tree.addComponents(u"key-1"_s, {u"participant"_s});
        tree.setRates({{LogNodes::componentKey(u"key-1"_s, u"participant"_s), 1'234'567}});
        const QTreeWidgetItem *node = tree.tree()->topLevelItem(2);
        QVERIFY2(node->text(2).startsWith(u"1,234,567"_s), qPrintable(node->text(2)));
        QCOMPARE(node->child(0)->text(2), node->text(2));
        const auto fits = [&] {
            const QRect cell = tree.tree()->visualItemRect(node);
            const int column = tree.tree()->header()->sectionSize(2);
            return cell.isValid() && column >= tree.tree()->fontMetrics().horizontalAdvance(node->text(2)) + 4;
        };
        QVERIFY(fits());
        QFont larger = tree.font();
        larger.setPointSizeF(larger.pointSizeF() * 1.8);
        tree.setFont(larger);
        QTRY_VERIFY(fits());
        // What is not read any more is not determined.
        tree.setRates({});
        QCOMPARE(node->text(2), u"?"_s);
    }

    void whoLooksForANodeSeesOnlyThose()
    {
        LogNodes tree;
        QList<LogNodeEntry> all = nodes(30);
        tree.setNodes(all);
        tree.search()->setText(u"node-2"_s);
        QVERIFY(tree.tree()->topLevelItem(0)->isHidden() && tree.tree()->topLevelItem(2)->isHidden());
        QVERIFY(!tree.tree()->topLevelItem(3)->isHidden() && !tree.tree()->topLevelItem(30)->isHidden());
        all[1].name = u"node-2b"_s;
        tree.setNodes(all);
        QVERIFY(!tree.tree()->topLevelItem(2)->isHidden());
        tree.search()->clear();
        for (int row = 0; row <= 30; ++row)
            QVERIFY(!tree.tree()->topLevelItem(row)->isHidden());
    }
};

QTEST_MAIN(TestLogNodes)
#include "tst_lognodes.moc"
