// SPDX-License-Identifier: GPL-3.0-or-later
// Cells: each paint stays inside its rectangle in every width, density, theme and direction, and shows what it must.
#include "models/items/CellText.h"
#include "models/network/Row.h"
#include "tests/ui/support/UiTest.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/CellDelegate.h"
#include "ui/widgets/CellPainter.h"
#include "ui/widgets/Label.h"

#include <QHeaderView>
#include <QPainter>
#include <QStandardItemModel>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::ui;
using items::CellPaint;
using network::Cell;
using network::CellType;
using network::State;

namespace {

Cell number(double value)
{
    Cell cell;
    cell.is = Cell::Is::Number;
    cell.number = value;
    return cell;
}

Cell integer(qint64 value)
{
    Cell cell;
    cell.is = Cell::Is::Integer;
    cell.integer = value;
    return cell;
}

Cell ratio(qint64 part, qint64 whole)
{
    Cell cell;
    cell.is = Cell::Is::Ratio;
    cell.integer = part;
    cell.whole = whole;
    return cell;
}

Cell unknown()
{
    Cell cell;
    cell.is = Cell::Is::Unknown;
    return cell;
}

QStandardItem *cellItem(const Cell &cell, CellType type, bool muted = false)
{
    constexpr qint64 now = 400 * 86400;
    auto *item = new QStandardItem(items::cellText(cell, type, now));
    item->setData(QVariant::fromValue(cell), items::CellRole);
    item->setData(int(type), items::CellTypeRole);
    item->setData(muted, items::MutedRole);
    const int severity = items::cellSeverity(cell, type);
    if (severity)
        item->setData(int(severity == 2 ? State::Failed : State::Degraded), items::SeverityRole);
    return item;
}

QStandardItem *nameItem(const QString &name, const QString &icon, bool drift, bool git, bool stale = false)
{
    auto *item = new QStandardItem(name);
    item->setData(int(CellPaint::Name), items::CellPaintRole);
    item->setData(icon, items::KindIconRole);
    item->setData(drift, items::DriftRole);
    item->setData(git, items::GitRole);
    item->setData(stale, items::StaleRole);
    return item;
}

QStandardItem *statusItem(State state, const QString &word = {})
{
    auto *item = new QStandardItem(word.isEmpty() ? network::stateWord(state) : word);
    item->setData(int(CellPaint::Status), items::CellPaintRole);
    item->setData(int(state), items::StateRole);
    return item;
}

QStandardItem *groupItem(const QString &name, const QString &mark, const QString &detail)
{
    auto *item = new QStandardItem(name);
    item->setData(true, items::IsGroupRole);
    item->setData(mark, items::GroupMarkRole);
    item->setData(detail, items::GroupDetailRole);
    item->setData(true, items::ExpandedRole);
    return item;
}

constexpr qint64 kNow = 400 * 86400;

/// The rows of picture 01.
void fill(QStandardItemModel *model)
{
    model->setHorizontalHeaderLabels({u"Name"_s, u"Phase"_s, u"Version"_s, u"Parties"_s, u"CC balance"_s, u"Traffic left"_s, u"Pods"_s,
                                      u"Backup"_s, u"Age"_s, u"Party id"_s});
    for (int c = 3; c < 9; ++c)
        model->setHeaderData(c, Qt::Horizontal, int(Qt::AlignRight | Qt::AlignVCenter), Qt::TextAlignmentRole);
    const auto version = [](const QString &text, bool drift) {
        Cell cell;
        cell.is = text.isEmpty() ? Cell::Is::Unknown : Cell::Is::Text;
        cell.text = text;
        QStandardItem *item = cellItem(cell, CellType::Text);
        item->setData(drift, items::DriftRole);
        return item;
    };
    const auto id = [] {
        auto *item = new QStandardItem(u"PAR::northgate-validator-2::1220b70299ac81fd2a6e"_s);
        item->setData(int(CellPaint::Id), items::CellPaintRole);
        return item;
    };
    const auto age = [](qint64 seconds) { return cellItem(integer(kNow - seconds), CellType::Time, true); };
    model->appendRow(groupItem(u"MainNet"_s, u"production"_s, u"infra-prod, migration 4, 2 nodes"_s));
    model->appendRow({nameItem(u"northgate-validator-1"_s, u"validator"_s, false, true), statusItem(State::Ready), version(u"0.4.15"_s, false),
                      cellItem(integer(1284), CellType::Integer), cellItem(number(48120.55), CellType::Number),
                      cellItem(number(71), CellType::Left), cellItem(ratio(5, 5), CellType::Ready), age(4320), age(214 * 86400), id()});
    model->appendRow({nameItem(u"northgate-validator-2"_s, u"validator"_s, true, false), statusItem(State::Degraded), version(u"0.4.14"_s, true),
                      cellItem(integer(962), CellType::Integer), cellItem(number(812.4), CellType::Number),
                      cellItem(number(6), CellType::Left), cellItem(ratio(5, 5), CellType::Ready), age(9600), age(198 * 86400), id()});
    model->appendRow(groupItem(u"harbor"_s, u"private"_s, u"infra-prod, private subnet, 7 nodes"_s));
    const std::initializer_list<std::pair<State, QString>> states{{State::Failed, u"bob-custody"_s}, {State::Updating, u"carol-clearing"_s},
        {State::Suspended, u"dora-exchange"_s}, {State::Provisioning, u"northgate-dev-2"_s}, {State::Unknown, u"legacy-probe"_s},
        {State::Stale, u"northgate-test-1"_s}, {State::Deleting, u"old-relay"_s}, {State::Progressing, u"alice-bank"_s},
        {State::Waiting, u"promote-0.4.16"_s}, {State::NotBegun, u"restore-7"_s}, {State::Succeeded, u"backup-3"_s}, {State::Cancelled, u"backup-4"_s}};
    for (const auto &[state, name] : states) {
        const bool stale = state == State::Stale;
        QList<QStandardItem *> row{nameItem(name, u"participant"_s, false, false, stale),
                                   statusItem(state, stale ? u"was Ready"_s : QString()), version(state == State::Unknown ? QString() : u"3.5.2"_s, false),
                                   cellItem(state == State::Unknown ? unknown() : Cell{}, CellType::Integer), cellItem(Cell{}, CellType::Number),
                                   cellItem(state == State::Waiting ? number(18) : Cell{}, CellType::Left), cellItem(ratio(1, 3), CellType::Ready), age(600), age(163 * 86400), id()};
        for (QStandardItem *item : std::as_const(row))
            item->setData(stale, items::StaleRole);
        model->appendRow(row);
    }
}

/// A cell alone, its left edge at 0.
QImage paintCell(const QModelIndex &index, int width)
{
    const CellDelegate delegate;
    QStyleOptionViewItem option;
    option.palette = Tokens::makePalette(false);
    option.font = QApplication::font();
    option.fontMetrics = QFontMetrics(option.font);
    option.state = QStyle::State_Enabled | QStyle::State_Active;
    option.rect = QRect(0, 0, width, delegate.sizeHint(option, index).height());
    QImage image(option.rect.size(), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    delegate.paint(&painter, option, index);
    return image;
}

bool isEmpty(const QImage &image)
{
    const QRgb ground = image.pixel(image.width() - 1, 0);
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixel(x, y) != ground)
                return false;
        }
    }
    return true;
}

QTableView *makeTable(QStandardItemModel *model, CellDelegate *delegate)
{
    auto *table = new QTableView;
    table->setModel(model);
    table->setItemDelegate(delegate);
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->verticalHeader()->hide();
    table->setProperty("bare", true);
    table->horizontalHeader()->setSortIndicatorShown(true);
    table->horizontalHeader()->setSortIndicator(0, Qt::AscendingOrder);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setSectionsClickable(true);
    for (int r = 0; r < model->rowCount(); ++r) {
        const bool group = model->index(r, 0).data(items::IsGroupRole).toBool();
        if (group)
            table->setSpan(r, 0, 1, model->columnCount());
        QStyleOptionViewItem option;
        option.font = table->font();
        table->setRowHeight(r, delegate->sizeHint(option, model->index(r, 0)).height());
    }
    const int widths[] = {230, 120, 72, 72, 96, 104, 60, 84, 68, 190};
    for (int c = 0; c < model->columnCount(); ++c)
        table->setColumnWidth(c, widths[c]);
    table->selectRow(2);
    return table;
}

}

class TestDelegates : public QObject {
    Q_OBJECT
    Theme *m_theme = nullptr;
private Q_SLOTS:
    void initTestCase()
    {
        m_theme = new Theme(this);
        m_theme->setMode(Theme::Mode::Light);
        m_theme->apply(*qApp);
    }

    void picture_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("compact");
        QTest::newRow("light") << false << false;
        QTest::newRow("dark") << true << true;
    }
    void picture()
    {
        QFETCH(bool, dark);
        QFETCH(bool, compact);
        m_theme->setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        QStandardItemModel model;
        fill(&model);
        CellDelegate delegate;
        delegate.setDensity(compact ? Density::Compact : Density::Comfortable);
        const std::unique_ptr<QTableView> table(makeTable(&model, &delegate));
        table->resize(1110, 600);
        table->show();
        QVERIFY(QTest::qWaitForWindowExposed(table.get()));
        const QFontMetrics fm(table->font());
        QCOMPARE(table->rowHeight(1), fm.height() + (compact ? 12 : 20));
        QCOMPARE(table->rowHeight(0), std::max(30, fm.height() + 14));
        qd::test::grab(table.get(), dark ? u"cells-dark"_s : u"cells-light"_s);
        m_theme->setMode(Theme::Mode::Light);
    }

    /// Each cell painted into the middle of a magenta image: not one pixel outside its rectangle may change.
    void staysInside_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<qreal>("scale");
        QTest::addColumn<bool>("rtl");
        for (const int width : {4, 17, 30, 60, 110, 240}) {
            for (const qreal scale : {1.0, 2.0})
                QTest::addRow("%d px at %d", width, int(scale)) << width << scale << false;
        }
        QTest::newRow("right to left") << 110 << 1.0 << true;
    }
    void staysInside()
    {
        QFETCH(int, width);
        QFETCH(qreal, scale);
        QFETCH(bool, rtl);
        QStandardItemModel model;
        fill(&model);
        CellDelegate delegate;
        for (int r = 0; r < model.rowCount(); ++r) {
            for (int c = 0; c < model.columnCount(); ++c) {
                const QModelIndex index = model.index(r, c);
                QStyleOptionViewItem option;
                option.palette = Tokens::makePalette(r % 2);
                option.font = QApplication::font();
                option.fontMetrics = QFontMetrics(option.font);
                option.state = QStyle::State_Enabled | QStyle::State_Active;
                option.direction = rtl ? Qt::RightToLeft : Qt::LeftToRight;
                option.state.setFlag(QStyle::State_Selected, r % 3 == 0);
                option.state.setFlag(QStyle::State_HasFocus, r % 3 == 0);
                option.rect = QRect(20, 20, width, delegate.sizeHint(option, index).height());
                const QColor magenta(255, 0, 255);
                QImage image((QSizeF(width + 40, option.rect.height() + 40) * scale).toSize(), QImage::Format_RGB32);
                image.setDevicePixelRatio(scale);
                image.fill(magenta);
                QPainter painter(&image);
                delegate.paint(&painter, option, index);
                painter.end();
                const QRect inside(QPoint(int(20 * scale), int(20 * scale)), QSize(int(width * scale), int(option.rect.height() * scale)));
                QImage outside = image;
                outside.setDevicePixelRatio(1);
                QPainter eraser(&outside);
                eraser.fillRect(inside, magenta);
                eraser.end();
                QImage untouched(outside.size(), outside.format());
                untouched.fill(magenta);
                QVERIFY2(outside == untouched, qPrintable(u"row %1 column %2 paints outside its rectangle"_s.arg(r).arg(c)));
            }
        }
    }

    /// What does not fit is elided or left out, never cut: a cell that shows the same pixels as a wider one shows all of it.
    void nothingIsCut_data()
    {
        QTest::addColumn<int>("width");
        for (const int width : {50, 60, 70, 80, 110, 150})
            QTest::addRow("%d px", width) << width;
    }
    void nothingIsCut()
    {
        QFETCH(int, width);
        QStandardItemModel model;
        fill(&model);
        for (int r = 0; r < model.rowCount(); ++r) {
            for (int c = 0; c < model.columnCount(); ++c) {
                const QModelIndex index = model.index(r, c);
                const bool right = index.data(items::CellTypeRole).isValid()
                    && items::standsRight(CellType(index.data(items::CellTypeRole).toInt()));
                // Groups leave out their mark and detail whole; drift cells have their corner elsewhere.
                if (right || index.data(items::DriftRole).toBool() || index.data(items::IsGroupRole).toBool())
                    continue;
                const QImage narrow = paintCell(index, width);
                const QImage wide = paintCell(index, width + 400);
                const QRect shown(8, 0, width - 16, narrow.height() - 1);
                const bool same = narrow.copy(shown) == wide.copy(shown);
                const QRect beyond(width - 8, 0, 400, narrow.height() - 1);
                QVERIFY2(!same || isEmpty(wide.copy(beyond)), qPrintable(u"\"%1\" is cut at %2"_s.arg(index.data().toString()).arg(width)));
            }
        }
    }

    void paintOfTypes()
    {
        QStandardItemModel model(1, 1);
        const QModelIndex index = model.index(0, 0);
        QCOMPARE(CellDelegate::paintOf(index), CellPaint::Text);
        const std::initializer_list<std::pair<CellType, CellPaint>> wanted{{CellType::Integer, CellPaint::Number},
            {CellType::Quantity, CellPaint::Number}, {CellType::Count, CellPaint::Number}, {CellType::Time, CellPaint::Age},
            {CellType::Ready, CellPaint::Ratio}, {CellType::Left, CellPaint::Meter}, {CellType::List, CellPaint::Text}};
        for (const auto &[type, paint] : wanted) {
            model.setData(index, int(type), items::CellTypeRole);
            QCOMPARE(CellDelegate::paintOf(index), paint);
        }
        model.setData(index, int(CellPaint::Id), items::CellPaintRole);
        QCOMPARE(CellDelegate::paintOf(index), CellPaint::Id);
    }

    void digitsAreTabular()
    {
        const QFontMetrics fm(QApplication::font());
        QCOMPARE(tabularWidth(fm, u"1,111.11"_s), tabularWidth(fm, u"8,888.88"_s));
        QCOMPARE(tabularWidth(fm, u"111 d"_s), tabularWidth(fm, u"406 d"_s));
        QVERIFY(tabularWidth(fm, u"1111"_s) > tabularWidth(fm, u"111"_s));
        // Right-aligned numbers: the last digit's column is the same for 1 and 8.
        const auto rightmost = [](const QString &text) {
            QImage image(100, 30, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            painter.setFont(QApplication::font());
            painter.setPen(Qt::black);
            drawTabular(&painter, QRect(0, 0, 100, 30), Qt::AlignRight, text);
            painter.end();
            return image;
        };
        QVERIFY(rightmost(u"18"_s) != rightmost(u"88"_s));
        // The part left of the last digit is the same picture when only the last digit differs.
        const int digit = tabularWidth(fm, u"0"_s);
        const QRect left(0, 0, 100 - digit - 1, 30);
        QCOMPARE(rightmost(u"41"_s).copy(left), rightmost(u"48"_s).copy(left));
    }

    void idsKeepTheirTail()
    {
        const QFontMetrics fm(typeFont(Type::Mono));
        const QString id = u"PAR::northgate-validator-2::1220b70299ac81fd2a6e"_s;
        const int width = fm.horizontalAdvance(u'0') * 24;
        const QString shown = elideId(fm, id, width);
        QVERIFY(shown.endsWith(u"81fd2a6e"_s));
        QVERIFY(shown.startsWith(u"PAR::"_s));
        QVERIFY(shown.contains(QChar(0x2026)));
        QVERIFY(fm.horizontalAdvance(shown) <= width);
        QCOMPARE(elideId(fm, u"short"_s, width), u"short"_s);
        QCOMPARE(elideId(fm, id, 4000), id);
    }

    void meterColours()
    {
        QCOMPARE(meterToken(71), Token::Idle);
        QCOMPARE(meterToken(24.9), Token::Warn);
        QCOMPARE(meterToken(25), Token::Idle);
        QCOMPARE(meterToken(9.9), Token::Bad);
        QCOMPARE(meterToken(10), Token::Warn);
    }
};

QTEST_MAIN(TestDelegates)
#include "tst_delegates.moc"
