// SPDX-License-Identifier: GPL-3.0-or-later
// Every scene of the tour, so every page, panel and dialog in its states, light and dark, as a screen reader and a weak eye meet
// it: roles and names, no two controls of a name side by side, tables whose cells read, texts with the contrast they need on the
// ground they really stand on (measured in the picture), nothing cut; and all of them are drawn, none blank.
#include "tests/ui/support/SceneWalk.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/NoticeBar.h"

#include <QAbstractItemView>
#include <QHeaderView>
#include <QTest>

#include <algorithm>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

namespace {

/// What a person may act on. A focus on anything else is read as nothing.
bool isControl(QAccessible::Role role)
{
    static constexpr std::array kRoles{QAccessible::Button, QAccessible::PushButton, QAccessible::RadioButton, QAccessible::CheckBox, QAccessible::ComboBox,
        QAccessible::EditableText, QAccessible::SpinBox, QAccessible::Table, QAccessible::Tree, QAccessible::List, QAccessible::ListItem,
        QAccessible::PageTab, QAccessible::PageTabList, QAccessible::Link, QAccessible::ButtonMenu, QAccessible::ButtonDropDown, QAccessible::MenuItem,
        QAccessible::Slider, QAccessible::StaticText, QAccessible::Chart,
        // Pages and panels that are walked by keys of their own.
        QAccessible::Pane, QAccessible::Dialog, QAccessible::Grouping, QAccessible::Window, QAccessible::PopupMenu, QAccessible::Document};
    return std::find(kRoles.begin(), kRoles.end(), role) != kRoles.end();
}

QString describe(QAccessibleInterface *face)
{
    const QObject *object = face->object();
    const auto *button = qobject_cast<const QAbstractButton *>(object);
    return u"%1 \"%2\" (role %3) %4"_s.arg(QString::fromLatin1(object ? object->metaObject()->className() : "-"), face->text(QAccessible::Name))
        .arg(int(face->role())).arg(button ? button->text() : QString());
}

bool takesFocus(const QWidget *widget)
{
    return widget && widget->focusPolicy() != Qt::NoFocus && !widget->focusProxy() && widget->isVisible() && !widget->size().isEmpty();
}

void checkRoles(QAccessibleInterface *face, QStringList &out)
{
    QSet<QString> names;
    for (int i = 0; i < face->childCount(); ++i) {
        QAccessibleInterface *child = face->child(i);
        if (!child || !child->isValid() || child->state().invisible)
            continue;
        const auto *widget = qobject_cast<const QWidget *>(child->object());
        const QString name = child->text(QAccessible::Name).trimmed();
        if (takesFocus(widget)) {
            if (name.isEmpty())
                out.append(u"no name: "_s + describe(child));
            if (!isControl(child->role()))
                out.append(u"takes the keyboard and is no control: "_s + describe(child));
            const QString known = QString::number(int(child->role())) + u'/' + name;
            if (names.contains(known))
                out.append(u"two of a name side by side: "_s + describe(child));
            names.insert(known);
        }
        if ((child->role() == QAccessible::Graphic || child->role() == QAccessible::Chart || child->role() == QAccessible::ProgressBar) && name.isEmpty())
            out.append(u"drawn and not named: "_s + describe(child));
        // The cells of a view are its model's: read below, a few rows.
        if (!child->tableInterface())
            checkRoles(child, out);
    }
}

/// The first rows of every table: headers of the columns that are seen, cells that say something.
void checkTables(QWidget *window, QStringList &out)
{
    const QList<QAbstractItemView *> views = window->findChildren<QAbstractItemView *>();
    for (const QAbstractItemView *view : views) {
        const QAbstractItemModel *model = view->model();
        if (!model || !view->isVisible() || qobject_cast<const QHeaderView *>(view))
            continue;
        const QString where = view->accessibleName() + u" ("_s + QString::fromLatin1(view->metaObject()->className()) + u')';
        const auto *header = view->findChild<QHeaderView *>();
        for (int row = 0; row < std::min(model->rowCount(view->rootIndex()), 12); ++row) {
            bool says = false;
            for (int column = 0; column < model->columnCount(view->rootIndex()); ++column) {
                const QModelIndex cell = model->index(row, column, view->rootIndex());
                says = says || !cell.data(Qt::AccessibleTextRole).toString().trimmed().isEmpty() || !cell.data(Qt::DisplayRole).toString().trimmed().isEmpty();
                // Drawn without words: the icon, the colour or the bar must be said.
                if (cell.data(Qt::DisplayRole).toString().isEmpty() && cell.data(Qt::DecorationRole).isValid()
                    && cell.data(Qt::AccessibleTextRole).toString().trimmed().isEmpty())
                    out.append(u"%1: the picture in row %2, column %3 is not said"_s.arg(where).arg(row).arg(column));
            }
            if (!says && view->visualRect(model->index(row, 0, view->rootIndex())).isValid())
                out.append(u"%1: row %2 reads as nothing"_s.arg(where).arg(row));
        }
        for (int column = 0; header && !header->isHidden() && header->orientation() == Qt::Horizontal && column < header->count(); ++column) {
            if (!header->isSectionHidden(column) && header->sectionSize(column) > 40
                && model->headerData(column, Qt::Horizontal).toString().isEmpty()
                && model->headerData(column, Qt::Horizontal, Qt::AccessibleTextRole).toString().isEmpty())
                out.append(u"%1: column %2 has no header"_s.arg(where).arg(column));
        }
    }
}

/// The colour most of a part of a picture has: the ground a text stands on.
QColor ground(const QImage &image, const QRect &rect)
{
    QHash<QRgb, int> counts;
    const QRect inside = rect.intersected(image.rect());
    for (int y = inside.top(); y <= inside.bottom(); ++y) {
        for (int x = inside.left(); x <= inside.right(); ++x)
            ++counts[image.pixel(x, y)];
    }
    const auto most = std::max_element(counts.cbegin(), counts.cend());
    return most == counts.cend() ? QColor() : QColor::fromRgb(most.key());
}

void checkContrast(QWidget *window, QStringList &out)
{
    const auto *scrim = window->findChild<Scrim *>();
    if (scrim && scrim->isVisible())
        return;   // behind a dialog: not what is read now
    const QImage image = window->grab().toImage();
    const qreal ratio = image.devicePixelRatio();
    const QList<QLabel *> labels = window->findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (!label->isVisible() || label->text().isEmpty() || !label->isEnabled() || label->window() != window || label->visibleRegion().isEmpty())
            continue;
        const QRect part = label->visibleRegion().boundingRect();
        const QRect seen(label->mapTo(window, part.topLeft()) * ratio, part.size() * ratio);
        const QColor under = ground(image, seen);
        const QColor ink = label->palette().color(QPalette::Active, label->foregroundRole());
        if (under.isValid() && contrast(ink, under) < 4.5)
            out.append(u"\"%1\" is %2 on %3: contrast %4"_s.arg(label->text().left(60), ink.name(), under.name()).arg(contrast(ink, under), 0, 'f', 2));
    }
}

}

class TestScenes : public QObject {
    Q_OBJECT
    Theme m_theme;

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    void everyScene_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("highContrast");
        QTest::newRow("light") << false << false;
        QTest::newRow("dark") << true << false;
        QTest::newRow("light, high contrast") << false << true;
        QTest::newRow("dark, high contrast") << true << true;
    }
    void everyScene()
    {
        QFETCH(bool, dark);
        QFETCH(bool, highContrast);
        m_theme.setDesktop({std::nullopt, highContrast, false});
        TourOptions options;
        options.light = !dark;
        options.dark = dark;
        // High contrast changes texts and lines alike everywhere: the lists and their details stand for all.
        options.only = highContrast ? u"nodes"_s : QString();
        options.scales = highContrast ? QList<int>() : QList<int>{1};
        const QStringList wrong = test::wrongInScenes(&m_theme, options, [dark, highContrast](QWidget *window) {
            QStringList found;
            if (window->windowType() == Qt::ToolTip)
                return found;
            if (!dark && !highContrast) {
                if (QAccessibleInterface *face = QAccessible::queryAccessibleInterface(window))
                    checkRoles(face, found);
                checkTables(window, found);
                found += test::unfit(window);
            }
            checkContrast(window, found);
            if (const QWidget *keyboard = window->focusWidget(); keyboard && keyboard->objectName() == "dialogClose"_L1)
                found.append(u"opens with the keyboard on its X"_s);
            return found;
        });
        m_theme.setDesktop({});
        QCOMPARE(wrong.size(), 0);
    }
};

QTEST_MAIN(TestScenes)
#include "tst_scenes.moc"
