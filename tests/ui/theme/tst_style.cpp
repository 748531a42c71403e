// SPDX-License-Identifier: GPL-3.0-or-later
// The style: variants look different, focus is seen, nothing is clipped, scroll bars have no arrows, icons follow the theme.
#include "tests/ui/support/UiTest.h"
#include "ui/theme/Icons.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/StatePainter.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Buttons.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QRadioButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QStyleOptionSlider>
#include <QTabBar>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace qd::ui;
using qd::network::State;

namespace {

// Colour in the middle of a widget's left padding: its fill.
QColor fillOf(QWidget *widget)
{
    const QImage image = widget->grab().toImage();
    const int ratio = qRound(image.devicePixelRatio());
    return image.pixelColor(6 * ratio, image.height() / 2);
}

int pixelsOf(QWidget *widget, const QColor &color)
{
    const QImage image = widget->grab().toImage();
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, y).rgb() == color.rgb();
    }
    return count;
}

QTableView *galleryTable()
{
    auto *table = new QTableView;
    auto *model = new QStandardItemModel(3, 3, table);
    model->setHorizontalHeaderLabels({u"Name"_s, u"Phase"_s, u"Age"_s});
    for (int r = 0; r < 3; ++r) {
        for (int c = 0; c < 3; ++c)
            model->setItem(r, c, new QStandardItem(u"cell %1.%2"_s.arg(r).arg(c)));
    }
    table->setModel(model);
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->verticalHeader()->hide();
    table->setSortingEnabled(true);
    table->sortByColumn(0, Qt::AscendingOrder);
    table->selectRow(1);
    return table;
}

QWidget *gallery()
{
    auto *page = new QWidget;
    page->setAutoFillBackground(true);
    page->setBackgroundRole(QPalette::Base);
    auto *grid = new QGridLayout(page);
    int row = 0;
    const auto line = [&](std::initializer_list<QWidget *> widgets) {
        int column = 0;
        for (QWidget *widget : widgets)
            grid->addWidget(widget, row, column++);
        ++row;
    };
    auto *disabled = makeButton(u"Change northgate-validator-2"_s, ButtonKind::Primary);
    disabled->setEnabled(false);
    line({makeButton(u"Set up validator…"_s, ButtonKind::Primary, u"plus"_s), makeButton(u"Restart…"_s, ButtonKind::Normal, u"restart"_s),
          makeButton(u"Delete party"_s, ButtonKind::Danger), makeButton(u"Change node"_s, ButtonKind::Production),
          makeButton(u"Details"_s, ButtonKind::Ghost), disabled});
    auto *edit = new QLineEdit(u"Traffic alert CANTON-2291"_s);
    auto *empty = new QLineEdit;
    empty->setPlaceholderText(u"LOG_LEVEL_STDOUT=INFO"_s);
    auto *bad = new QLineEdit(u"50"_s);
    bad->setProperty("invalid", true);
    auto *combo = new QComboBox;
    combo->addItems({u"0.4.15, as northgate-validator-1"_s, u"0.4.16"_s});
    auto *spin = new QSpinBox;
    spin->setSuffix(u" cores"_s);
    auto *off = new QLineEdit(u"off"_s);
    off->setEnabled(false);
    line({edit, empty, bad, combo, spin, off});
    auto *check = new QCheckBox(u"Allow traffic only from this network"_s);
    check->setChecked(true);
    auto *radio = new QRadioButton(u"Yours"_s);
    radio->setChecked(true);
    auto *part = new QCheckBox(u"Some"_s);
    part->setTristate(true);
    part->setCheckState(Qt::PartiallyChecked);
    auto *progress = new QProgressBar;
    progress->setValue(66);
    progress->setTextVisible(false);
    line({check, new QCheckBox(u"Unchecked"_s), part, radio, new QRadioButton(u"Theirs"_s), progress});
    auto *tabs = new QTabBar;
    tabs->addTab(u"Overview"_s);
    tabs->addTab(u"Pods"_s);
    tabs->setCurrentIndex(0);
    auto *scroll = new QScrollBar(Qt::Horizontal);
    scroll->setRange(0, 300);
    scroll->setPageStep(100);
    auto *more = new QToolButton;
    more->setText(u"5 more"_s);
    more->setMenu(new QMenu(more));
    more->setPopupMode(QToolButton::InstantPopup);
    more->setAutoRaise(true);
    auto *pill = new PillButton(u"Problems only"_s);
    pill->setChecked(true);
    line({tabs, scroll, more, pill, makeIconButton(u"columns"_s, u"Columns"_s), new CopyButton(u"id"_s)});
    grid->addWidget(galleryTable(), row++, 0, 1, 6);
    return page;
}

}

class TestStyle : public QObject {
    Q_OBJECT
    Theme *m_theme = nullptr;
private Q_SLOTS:
    void initTestCase()
    {
        m_theme = new Theme(this);
        m_theme->setMode(Theme::Mode::Light);
        m_theme->apply(*qApp);
    }

    void gallery_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void gallery()
    {
        QFETCH(bool, dark);
        m_theme->setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        const std::unique_ptr<QWidget> page(::gallery());
        page->show();
        QVERIFY(QTest::qWaitForWindowExposed(page.get()));
        QCOMPARE(qd::test::clipped(page.get()), QStringList());
        qd::test::grab(page.get(), dark ? u"style-dark"_s : u"style-light"_s);
        QCOMPARE(fillOf(page.get()), Tokens::value(Token::Base, dark));
    }

    void variants_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("fill");
        QTest::newRow("primary") << int(ButtonKind::Primary) << int(Token::Accent);
        QTest::newRow("danger") << int(ButtonKind::Danger) << int(Token::Bad);
        QTest::newRow("production") << int(ButtonKind::Production) << int(Token::ProdFill);
        QTest::newRow("normal") << int(ButtonKind::Normal) << int(Token::Button);
    }
    void variants()
    {
        QFETCH(int, kind);
        QFETCH(int, fill);
        for (const bool dark : {false, true}) {
            m_theme->setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
            const std::unique_ptr<QPushButton> button(makeButton(u"Scale…"_s, ButtonKind(kind)));
            button->resize(button->sizeHint());
            QCOMPARE(fillOf(button.get()), Tokens::value(Token(fill), dark));
            button->setEnabled(false);
            QVERIFY(fillOf(button.get()) == Tokens::value(Token::Window, dark));
        }
    }

    void focusIsSeen()
    {
        m_theme->setMode(Theme::Mode::Light);
        QWidget page;
        auto *row = new QHBoxLayout(&page);
        auto *first = makeButton(u"First"_s);
        auto *edit = new QLineEdit;
        auto *check = new QCheckBox(u"Check"_s);
        for (QWidget *widget : std::initializer_list<QWidget *>{first, edit, check})
            row->addWidget(widget);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        const QColor accent = Tokens::value(Token::Accent, false);
        for (QWidget *widget : std::initializer_list<QWidget *>{first, edit, check}) {
            widget->clearFocus();
            const int before = pixelsOf(widget, accent);
            widget->setFocus(Qt::TabFocusReason);
            QTRY_VERIFY(widget->hasFocus());
            const int after = pixelsOf(widget, accent);
            QVERIFY2(after > before + 30, qPrintable(u"%1: %2 then %3"_s.arg(QString::fromLatin1(widget->metaObject()->className())).arg(before).arg(after)));
        }
    }

    void scrollBarsHaveNoArrows()
    {
        QScrollBar bar(Qt::Vertical);
        bar.setRange(0, 1000);
        bar.setPageStep(100);
        bar.resize(bar.sizeHint().width(), 200);
        QCOMPARE(bar.sizeHint().width(), 12);
        QStyleOptionSlider option;
        option.initFrom(&bar);
        option.orientation = Qt::Vertical;
        option.minimum = 0;
        option.maximum = 1000;
        option.pageStep = 100;
        option.sliderPosition = 1000;
        QVERIFY(bar.style()->subControlRect(QStyle::CC_ScrollBar, &option, QStyle::SC_ScrollBarAddLine, &bar).isEmpty());
        QVERIFY(bar.style()->subControlRect(QStyle::CC_ScrollBar, &option, QStyle::SC_ScrollBarSubLine, &bar).isEmpty());
        const QRect slider = bar.style()->subControlRect(QStyle::CC_ScrollBar, &option, QStyle::SC_ScrollBarSlider, &bar);
        QCOMPARE(slider.bottom(), 199);
        QVERIFY(slider.height() >= 32);
        // A click below the thumb pages down, a drag reaches both ends.
        bar.show();
        QTest::mouseClick(&bar, Qt::LeftButton, {}, QPoint(6, 190));
        QCOMPARE(bar.value(), 100);
    }

    void headerShowsOneChevron()
    {
        m_theme->setMode(Theme::Mode::Light);
        QTableView table;
        QStandardItemModel model(1, 1);
        model.setHorizontalHeaderLabels({u"Name"_s});
        table.setModel(&model);
        table.setSortingEnabled(true);
        table.sortByColumn(0, Qt::AscendingOrder);
        table.resize(200, 80);
        const QImage sorted = table.horizontalHeader()->grab().toImage();
        table.sortByColumn(0, Qt::DescendingOrder);
        const QImage other = table.horizontalHeader()->grab().toImage();
        table.horizontalHeader()->setSortIndicatorShown(false);
        const QImage plain = table.horizontalHeader()->grab().toImage();
        QVERIFY(sorted != other);
        QVERIFY(sorted != plain);
        QVERIFY(table.horizontalHeader()->height() >= 28);
    }

    void iconsFollowTheTheme()
    {
        QVERIFY(iconNames().size() >= 75);
        for (const QString &name : iconNames()) {
            QVERIFY2(!icon(name).isNull(), qPrintable(name));
            QImage image(16, 16, QImage::Format_ARGB32_Premultiplied);
            image.fill(Qt::transparent);
            QPainter painter(&image);
            paintIcon(&painter, QRectF(0, 0, 16, 16), name, Qt::red, Qt::white);
            painter.end();
            int red = 0;
            for (int y = 0; y < 16; ++y) {
                for (int x = 0; x < 16; ++x)
                    red += image.pixelColor(x, y).red() > 100;
            }
            QVERIFY2(red > 4, qPrintable(name));
        }
        QVERIFY(icon(u"no-such-icon"_s).isNull());
        const QIcon copy = icon(u"copy"_s);
        m_theme->setMode(Theme::Mode::Light);
        const QImage light = copy.pixmap(16, 16).toImage();
        m_theme->setMode(Theme::Mode::Dark);
        const QImage dark = copy.pixmap(16, 16).toImage();
        QVERIFY(light != dark);
        QVERIFY(copy.pixmap(16, 16, QIcon::Disabled).toImage() != dark);
        QCOMPARE(copy.pixmap(QSize(16, 16), 2.0).devicePixelRatio(), 2.0);
        m_theme->setMode(Theme::Mode::Light);
    }

    void statesDifferInShape()
    {
        // Without colour every state still has a shape of its own, but for the pairs look.md draws alike.
        QHash<QByteArray, QString> seen;
        for (int i = 0; i <= int(State::Cancelled); ++i) {
            const State state = State(i);
            if (state == State::Succeeded || state == State::Cancelled)
                continue;   // ring and tick, ring and minus: the quiet ends of Ready and Deleting
            QImage image(28, 28, QImage::Format_ARGB32_Premultiplied);
            image.fill(Qt::white);
            QPainter painter(&image);
            paintState(&painter, QRectF(0, 0, 28, 28), state, Qt::black, Qt::white);
            painter.end();
            const QByteArray bytes(reinterpret_cast<const char *>(image.constBits()), image.sizeInBytes());
            QVERIFY2(!seen.contains(bytes), qPrintable(qd::network::stateId(state) + u" looks like "_s + seen.value(bytes)));
            seen.insert(bytes, qd::network::stateId(state));
        }
    }

    void themeChanges()
    {
        QSignalSpy changed(m_theme, &Theme::changed);
        m_theme->setMode(Theme::Mode::Dark);
        QCOMPARE(changed.count(), 1);
        QVERIFY(m_theme->dark());
        QCOMPARE(QApplication::palette().color(QPalette::Base), Tokens::value(Token::Base, true));
        m_theme->setMode(Theme::Mode::Dark);
        QCOMPARE(changed.count(), 1);
        m_theme->setBodySize(20);
        QCOMPARE(QApplication::font().pixelSize(), 20);
        const std::unique_ptr<QPushButton> big(makeButton(u"Scale…"_s));
        QVERIFY(big->sizeHint().height() >= QFontMetrics(big->font()).height() + 12);
        m_theme->setBodySize(0);
        m_theme->setMode(Theme::Mode::Light);
        QCOMPARE(typeFont(Type::Heading).pixelSize(), QApplication::font().pixelSize() + 5);
        QCOMPARE(typeFont(Type::Micro).pixelSize(), QApplication::font().pixelSize() - 2);
    }

    void menus()
    {
        for (const bool dark : {false, true}) {
            m_theme->setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
            QMenu menu;
            menu.addAction(icon(u"copy"_s), u"Copy name"_s)->setShortcut(QKeySequence(u"Ctrl+C"_s));
            QAction *checked = menu.addAction(u"Problems only"_s);
            checked->setCheckable(true);
            checked->setChecked(true);
            menu.addSeparator();
            menu.addMenu(u"More verbs with a long name"_s)->addAction(u"x"_s);
            menu.addAction(icon(u"trash"_s), u"Delete…"_s)->setEnabled(false);
            menu.popup({});
            menu.setActiveAction(menu.actions().first());
            QVERIFY(menu.sizeHint().width() > 180);
            qd::test::grab(&menu, dark ? u"menu-dark"_s : u"menu-light"_s);
        }
        m_theme->setMode(Theme::Mode::Light);
    }

    /// What the portal says counts more than the platform's palette, and less than a person's choice.
    void followsTheDesktop()
    {
        Theme theme;
        theme.apply(*qApp);
        QSignalSpy changed(&theme, &Theme::changed);
        QVERIFY(!theme.dark());   // the offscreen platform is light
        theme.setDesktop({true, false, false});
        QCOMPARE(changed.count(), 1);
        QVERIFY(theme.dark());
        QCOMPARE(QApplication::palette().color(QPalette::Window), Tokens::value(Token::Window, true));
        theme.setDesktop({true, false, false});
        QCOMPARE(changed.count(), 1);
        theme.setDesktop({false, true, true});
        QVERIFY(!theme.dark());
        QVERIFY(theme.reducedMotion());
        QCOMPARE(QApplication::palette().color(QPalette::WindowText), QColor(Qt::black));
        theme.setMode(Theme::Mode::Dark);
        QVERIFY(theme.dark());
        QCOMPARE(QApplication::palette().color(QPalette::WindowText), QColor(Qt::white));   // still of high contrast
        theme.setMode(Theme::Mode::Desktop);
        theme.setDesktop({});
        QVERIFY(!theme.dark());
        QVERIFY(!theme.reducedMotion());
        QCOMPARE(QApplication::palette().color(QPalette::WindowText), Tokens::value(Token::Text, false));
    }
};

QTEST_MAIN(TestStyle)
#include "tst_style.moc"
