// SPDX-License-Identifier: GPL-3.0-or-later
// What drawn widgets are to a screen reader: roles, values, tables; a window has what is open over it as children.
#include "tests/ui/support/UiTest.h"
#include "ui/widgets/Charts.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StepBar.h"

#include <QFrame>
#include <QStandardItemModel>

using namespace Qt::StringLiterals;
using namespace qd::ui;
using qd::network::State;

namespace {

QAccessibleInterface *faceOf(QObject *object)
{
    return QAccessible::queryAccessibleInterface(object);
}

QAccessibleInterface *tableOf(QWidget *widget)
{
    QAccessibleInterface *owner = faceOf(widget);
    for (int i = 0; owner && i < owner->childCount(); ++i) {
        if (owner->child(i) && owner->child(i)->role() == QAccessible::Table)
            return owner->child(i);
    }
    return nullptr;
}

QStringList row(QAccessibleInterface *table, int row)
{
    QStringList out;
    for (int column = 0; column < table->tableInterface()->columnCount(); ++column)
        out.append(table->tableInterface()->cellAt(row, column)->text(QAccessible::Name));
    return out;
}

}

class TestFaces : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roles()
    {
        StateGlyph glyph(State::Failed);
        QCOMPARE(faceOf(&glyph)->role(), QAccessible::Graphic);
        QCOMPARE(faceOf(&glyph)->text(QAccessible::Name), u"Failed"_s);
        NoticeBar bar(State::Failed, u"It failed."_s, u"Try again."_s);
        QCOMPARE(faceOf(&bar)->role(), QAccessible::AlertMessage);
        QCOMPARE(faceOf(&bar)->text(QAccessible::Name), u"It failed. Try again."_s);
        QVERIFY(!faceOf(&bar)->valueInterface());
        QVERIFY(!tableOf(&bar));
    }

    void meter()
    {
        Meter meter(u"Traffic left"_s);
        meter.setPercent(43);
        QAccessibleInterface *face = faceOf(&meter);
        QCOMPARE(face->role(), QAccessible::ProgressBar);
        QVERIFY(face->valueInterface());
        QCOMPARE(face->valueInterface()->currentValue().toDouble(), 43.0);
        QCOMPARE(face->valueInterface()->maximumValue().toDouble(), 100.0);
    }

    void sparkline()
    {
        Sparkline spark;
        QVERIFY2(!tableOf(&spark), "nothing is drawn, nothing is read");
        spark.setSeries(u"Traffic"_s, {10.0, std::nullopt, 30.0, 20.5}, u"1 h ago"_s, u"now"_s);
        spark.setSpan(3600);
        QCOMPARE(faceOf(&spark)->role(), QAccessible::Chart);
        QAccessibleInterface *table = tableOf(&spark);
        QVERIFY(table);
        QCOMPARE(table->parent(), faceOf(&spark));
        QCOMPARE(faceOf(&spark)->indexOfChild(table), faceOf(&spark)->childCount() - 1);
        QCOMPARE(table->text(QAccessible::Name), u"Traffic"_s);
        QCOMPARE(table->tableInterface()->columnDescription(0), u"Ago"_s);
        QCOMPARE(table->tableInterface()->rowCount(), 4);
        QCOMPARE(row(table, 0), (QStringList{u"now"_s, u"20.50"_s}));
        QCOMPARE(row(table, 2), (QStringList{u"40 m"_s, u"no data"_s}));
        QAccessibleInterface *cell = table->child(5);
        QCOMPARE(cell, table->tableInterface()->cellAt(2, 1));
        QCOMPARE(table->indexOfChild(cell), 5);
        QCOMPARE(cell->tableCellInterface()->rowIndex(), 2);
        QVERIFY(cell->isValid());
        // A shorter series: what is gone says so, and the rest reads what is there now.
        spark.setSeries(u"Traffic"_s, {7.0}, {}, {});
        QVERIFY(!cell->isValid());
        QVERIFY(!table->tableInterface()->cellAt(2, 1));
        QCOMPARE(row(table, 0), (QStringList{u"now"_s, u"7.00"_s}));
    }

    void steps()
    {
        StepBar bar;
        bar.setSteps({{u"Allowed"_s, State::Ready, false}, {u"Review"_s, State::NotBegun, true}});
        QAccessibleInterface *table = tableOf(&bar);
        QVERIFY(table);
        QCOMPARE(row(table, 0), (QStringList{u"Allowed"_s, u"done"_s}));
        QCOMPARE(row(table, 1), (QStringList{u"Review"_s, u"current"_s}));
    }

    /// A view of our own class reads its model.
    void modelAsTable()
    {
        class View final : public QWidget, public Drawn {
        public:
            View() : m_model(3, 2)
            {
                setAccessibleRole(this, QAccessible::Pane);
                setAccessibleName(u"Log lines"_s);
                m_model.setHorizontalHeaderLabels({u"Time"_s, u"Message"_s});
                m_model.setItem(1, 1, new QStandardItem(u"started"_s));
                m_model.item(1, 1)->setData(u"Gap: started"_s, Qt::AccessibleTextRole);
                m_model.setItem(2, 0, new QStandardItem(u"12:04"_s));
            }
            [[nodiscard]] const QAbstractItemModel *twinModel() const override { return &m_model; }
            QStandardItemModel m_model;
        };
        View view;
        QAccessibleInterface *table = tableOf(&view);
        QVERIFY(table);
        QCOMPARE(table->text(QAccessible::Name), u"Log lines"_s);
        QCOMPARE(table->tableInterface()->columnDescription(1), u"Message"_s);
        QCOMPARE(row(table, 1), (QStringList{{}, u"Gap: started"_s}));
        QCOMPARE(row(table, 2), (QStringList{u"12:04"_s, {}}));
        view.m_model.removeRow(0);
        QCOMPARE(row(table, 0).at(1), u"Gap: started"_s);
    }

    /// Faces are made and deleted in any order without a use after free (the sanitizers watch).
    void lifetime()
    {
        auto spark = std::make_unique<Sparkline>();
        spark->setSeries(u"Balance"_s, {1.0, 2.0}, {}, {});
        QAccessibleInterface *table = tableOf(spark.get());
        QVERIFY(table->tableInterface()->cellAt(1, 1));
        const QAccessible::Id id = QAccessible::uniqueId(table);
        spark.reset();
        QVERIFY(!QAccessible::accessibleInterface(id));
    }

    void windowHasItsPanels()
    {
        QWidget window;
        setAccessibleRole(&window, QAccessible::Window);
        auto *inside = new QFrame(&window);
        auto *panel = new QFrame(&window, Qt::Popup | Qt::FramelessWindowHint);
        setAccessibleRole(panel, QAccessible::Dialog);
        window.show();
        const int without = faceOf(&window)->childCount();
        panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(panel));
        QCOMPARE(faceOf(&window)->childCount(), without + 1);
        QAccessibleInterface *last = faceOf(&window)->child(without);
        QCOMPARE(last->object(), panel);
        QCOMPARE(last->role(), QAccessible::Dialog);
        QCOMPARE(faceOf(&window)->indexOfChild(last), without);
        QCOMPARE(last->parent(), faceOf(&window));
        QVERIFY(faceOf(&window)->indexOfChild(faceOf(inside)) < without);
        panel->hide();
        QCOMPARE(faceOf(&window)->childCount(), without);
    }
};

QTEST_MAIN(TestFaces)
#include "tst_faces.moc"
