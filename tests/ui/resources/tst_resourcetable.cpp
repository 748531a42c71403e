// SPDX-License-Identifier: GPL-3.0-or-later
// Times that outgrow their column, and that a second that went by lays nothing out otherwise.
#include "models/core/Format.h"
#include "models/items/Roles.h"
#include "tests/ui/support/UiTest.h"
#include "tests/unit/items/ItemsFixture.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/widgets/CellPainter.h"

#include <QHeaderView>
#include <QPaintEvent>
#include <QSignalSpy>

using namespace qd;
using namespace qd::ui;
using namespace qd::test;

namespace {

constexpr int kPadding = 16;

struct Stage {
    explicit Stage(int rows)
    {
        model.addEnvironment(&prod.environment, prod.nodeKinds());
        const network::KindInfo &kind = prod.kind(u"Validator"_s);
        for (qsizetype i = 0; i < kind.columns.size(); ++i)
            backup = kind.columns.at(i).id == "backup"_L1 ? int(i) : backup;
        QList<network::Row> all;
        for (int i = 0; i < rows; ++i) {
            network::Row row = rowOf(kind, u"node-%1"_s.arg(i, 4, 10, QChar(u'0')), u"mainnet"_s, u"Ready"_s);
            row.cells[backup] = integerCell(now - 3 * 86400);
            all.append(row);
        }
        prod.store(u"Validator"_s)->applyBatch(batchOf(all));
        table.setChosenColumns({u"backup"_s});
        table.show();
        column = model.columnOf(u"backup"_s);
        // As narrow as the column still has its place, and a little: the air there is falls to it only in part.
        for (int width = 700; width > 250; --width) {
            table.resize(width, 400);
            QCoreApplication::sendPostedEvents();
            if (table.isColumnHidden(column)) {
                table.resize(width + 40, 400);
                break;
            }
        }
        QCoreApplication::sendPostedEvents();
    }
    /// The backup of the first node is, or will be, so long ago.
    void set(qint64 ago)
    {
        const network::KindInfo &kind = prod.kind(u"Validator"_s);
        network::Row row = *prod.store(u"Validator"_s)->row(u"uid-validator-node-0000"_s);
        row.resourceVersion += u'1';
        row.cells[backup] = integerCell(clock.at.toSecsSinceEpoch() - ago);
        prod.store(u"Validator"_s)->applyBatch(batchOf({row}));
        Q_UNUSED(kind)
    }
    void tick()
    {
        clock.at = clock.at.addSecs(1);
        table.tick();
    }
    [[nodiscard]] QString text() const { return model.index(model.rowOf(u"infra-prod"_s, u"uid-validator-node-0000"_s), column).data().toString(); }
    [[nodiscard]] bool fits() const { return tabularWidth(QFontMetrics(table.font()), text()) + kPadding <= table.columnWidth(column); }
    FixedClock clock;
    qint64 now = clock.at.toSecsSinceEpoch();
    FixtureEnvironment prod{u"infra-prod"_s, state::Mark::Production, &clock};
    items::ResourceModel model{&clock};
    ResourceTable table{&model};
    int backup = -1, column = -1;
};

}

class ResourceTableTest : public QObject {
    Q_OBJECT
    Theme m_theme;

private Q_SLOTS:
    void initTestCase() { m_theme.apply(*qApp); }

    void aTimeThatOutgrowsItsColumnGetsRoomOnce()
    {
        Stage stage(300);
        QVERIFY(!stage.table.isColumnHidden(stage.column));
        stage.tick();
        // A clock of the cluster that is ahead: "in 20 h 59 m" where ages stand.
        stage.set(-(20 * 3600 + 59 * 60 + 30));
        QVERIFY2(stage.text().startsWith(u"in "_s), qPrintable(stage.text()));
        QVERIFY2(!stage.fits(), qPrintable(stage.text()));
        stage.tick();
        QVERIFY2(stage.fits(), qPrintable(u"%1 has %2 px"_s.arg(stage.text()).arg(stage.table.columnWidth(stage.column))));
        // And that is that: no tick, and no other change, lays anything out again.
        const QSignalSpy resized(stage.table.horizontalHeader(), &QHeaderView::sectionResized);
        for (int i = 0; i < 20; ++i) {
            if (i % 5 == 0)
                stage.set(i % 2 == 0 ? 60 : -(20 * 3600 + 59 * 60 + 40));
            stage.tick();
        }
        QVERIFY(stage.fits());
        QCOMPARE(resized.size(), 0);
    }

    /// Many rows and some columns change at once: what is on screen of them is painted, and what is below the end is not.
    void whatChangedIsPaintedWhereItIsSeen()
    {
        struct Paints : QObject {
            QRegion region;
            bool eventFilter(QObject *, QEvent *event) override
            {
                if (event->type() == QEvent::Paint)
                    region += static_cast<QPaintEvent *>(event)->region();
                return false;
            }
        } paints;
        Stage stage(300);
        QVERIFY(QTest::qWaitForWindowExposed(&stage.table));
        stage.table.repaint();
        stage.table.viewport()->installEventFilter(&paints);
        const QRect all = stage.table.viewport()->rect();
        const auto painted = [&](int first, int last, int left, int right) {
            QCoreApplication::sendPostedEvents();
            paints.region = {};
            Q_EMIT stage.model.dataChanged(stage.model.index(first, left), stage.model.index(last, right));
            QCoreApplication::sendPostedEvents();
            return paints.region;
        };
        const int column = stage.column, last = stage.model.rowCount() - 1;
        const QRegion one = painted(0, last, column, column);
        for (int row = 1; row <= last; ++row) {
            const QRect cell = stage.table.visualRect(stage.model.index(row, column)) & all;
            QVERIFY(cell.isEmpty() || QRegion(cell).subtracted(one).isEmpty());
        }
        QVERIFY(!one.contains(stage.table.visualRect(stage.model.index(2, 0)).center()));
        QCOMPARE(painted(0, last, 0, int(stage.model.columns().size()) - 1).boundingRect(), all);
        QVERIFY(painted(last - 20, last, column, column).isEmpty());
        QVERIFY(painted(last - 20, last, 0, int(stage.model.columns().size()) - 1).isEmpty());
        // A column somebody moved is painted where it stands.
        stage.table.horizontalHeader()->moveSection(stage.table.horizontalHeader()->visualIndex(column), 0);
        const QRect moved = stage.table.visualRect(stage.model.index(3, column));
        QVERIFY(QRegion(moved & all).subtracted(painted(1, last, column, column)).isEmpty());
    }

    /// Ages of days: the seconds go by unseen. One of seconds is told each second, and it alone.
    void onlyWhatSaysSomethingElseIsPainted()
    {
        struct Paints : QObject {
            QList<QRect> rects;
            bool eventFilter(QObject *, QEvent *event) override
            {
                if (event->type() == QEvent::Paint)
                    rects.append(static_cast<QPaintEvent *>(event)->rect());
                return false;
            }
        } paints;
        Stage stage(300);
        QVERIFY(QTest::qWaitForWindowExposed(&stage.table));
        const auto ticks = [&](int count) {
            paints.rects.clear();
            for (int i = 0; i < count; ++i) {
                stage.tick();
                QCoreApplication::sendPostedEvents();
            }
            return paints.rects.size();
        };
        stage.table.repaint();
        stage.table.viewport()->installEventFilter(&paints);
        (void)ticks(1);   // what the first one finds it paints
        QTRY_COMPARE(ticks(30), 0);
        stage.set(5);
        QCoreApplication::sendPostedEvents();
        (void)ticks(1);
        const QModelIndex young = stage.model.index(stage.model.rowOf(u"infra-prod"_s, u"uid-validator-node-0000"_s), stage.column);
        QVERIFY(stage.table.viewport()->rect().contains(stage.table.visualRect(young)));
        QCOMPARE(ticks(10), 10);
        for (const QRect &rect : std::as_const(paints.rects))
            QVERIFY2(rect.height() <= 2 * stage.table.rowHeight(young.row()), qPrintable(QString::number(rect.height())));
    }
};

QTEST_MAIN(ResourceTableTest)
#include "tst_resourcetable.moc"
