// SPDX-License-Identifier: GPL-3.0-or-later
// Headers, rows, tabs, scroll bars, progress.
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"

#include <QHeaderView>
#include <QStyleOption>
#include <QTabBar>
#include <QTableView>
#include <QTreeView>

namespace qd::ui::style {

using namespace Qt::StringLiterals;

namespace {

void hairline(QPainter *painter, const QRect &rect, const QColor &color)
{
    painter->fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), color);
}

bool firstColumn(const QStyleOptionViewItem &option, const QWidget *widget)
{
    if (option.viewItemPosition != QStyleOptionViewItem::Invalid)
        return option.viewItemPosition == QStyleOptionViewItem::Beginning || option.viewItemPosition == QStyleOptionViewItem::OnlyOne;
    if (const auto *table = qobject_cast<const QTableView *>(widget))
        return table->horizontalHeader()->visualIndex(option.index.column()) == 0;
    return true;
}

bool selectsRows(const QWidget *widget)
{
    const auto *view = qobject_cast<const QAbstractItemView *>(widget);
    return !view || view->selectionBehavior() == QAbstractItemView::SelectRows;
}

bool isPopupList(const QWidget *widget)
{
    return widget && widget->window()->windowFlags().testFlag(Qt::Popup);
}

QColor rowFill(const QStyleOptionViewItem &option)
{
    const Tokens t = tokens(option.palette);
    if (option.state.testFlag(QStyle::State_Selected))
        return t[option.state.testFlag(QStyle::State_Active) ? Token::Sel : Token::Sel2];
    if (option.state.testFlag(QStyle::State_MouseOver) && option.state.testFlag(QStyle::State_Enabled))
        return t[Token::Hover];
    return {};
}

void accentBar(const QStyleOptionViewItem &option, QPainter *painter)
{
    const Tokens t = tokens(option.palette);
    const QRect bar = QStyle::visualRect(option.direction, option.rect, QRect(option.rect.x(), option.rect.y(), 3, option.rect.height()));
    painter->fillRect(bar, t[option.state.testFlag(QStyle::State_Active) ? Token::Accent : Token::Edge]);
}

}

void itemPanel(const QStyleOptionViewItem &option, QPainter *painter, const QWidget *widget)
{
    const Tokens t = tokens(option.palette);
    if (option.backgroundBrush.style() != Qt::NoBrush)
        painter->fillRect(option.rect, option.backgroundBrush);
    const QColor fill = rowFill(option);
    if (isPopupList(widget)) {   // combo popups: a rounded band like a menu
        if (fill.isValid())
            box(painter, option.rect.adjusted(4, 1, -4, -1), metrics::kRadiusControl,
                option.state.testFlag(QStyle::State_Selected) ? t[Token::Sel] : fill, Qt::transparent);
        return;
    }
    if (fill.isValid())
        painter->fillRect(option.rect, fill);
    hairline(painter, option.rect, mix(fill.isValid() ? fill : t[Token::Base], t[Token::Line], 0.6));
    if (option.state.testFlag(QStyle::State_Selected) && selectsRows(widget) && firstColumn(option, widget)
        && !(qobject_cast<const QTreeView *>(widget) && option.rect.x() > 3 && qobject_cast<const QTreeView *>(widget)->rootIsDecorated()))
        accentBar(option, painter);
    if (option.state.testFlag(QStyle::State_HasFocus) && !selectsRows(widget))
        focusRing(painter, QRectF(option.rect), 2, t[Token::Accent]);
}

void rowPanel(const QStyleOptionViewItem &option, QPainter *painter, const QWidget *widget)
{
    if (is(widget, "plain"))   // its delegate paints whole rows
        return;
    // Trees paint the branch area with it (selected), then the row behind the cells (not selected); cells cover the latter.
    const Tokens t = tokens(option.palette);
    const QColor fill = rowFill(option);
    if (fill.isValid())
        painter->fillRect(option.rect, fill);
    hairline(painter, option.rect, mix(fill.isValid() ? fill : t[Token::Base], t[Token::Line], 0.6));
    if (option.state.testFlag(QStyle::State_Selected) && qobject_cast<const QTreeView *>(widget))
        accentBar(option, painter);
}

void branch(const QStyleOption &option, QPainter *painter)
{
    if (!option.state.testFlag(QStyle::State_Children))
        return;
    const Tokens t = tokens(option.palette);
    QRectF rect(0, 0, 12, 12);
    rect.moveCenter(QRectF(option.rect).center());
    const bool rtl = option.direction == Qt::RightToLeft;
    paintIcon(painter, rect, option.state.testFlag(QStyle::State_Open) ? u"down"_s : rtl ? u"left"_s : u"right"_s, t[Token::Text2]);
}

void header(const QStyleOptionHeader &option, QPainter *painter, const QWidget *widget)
{
    const Tokens t = tokens(option.palette);
    const bool hover = option.state.testFlag(QStyle::State_MouseOver) && option.state.testFlag(QStyle::State_Enabled);
    const auto *view = qobject_cast<const QHeaderView *>(widget);
    const bool clickable = view && view->sectionsClickable();
    painter->fillRect(option.rect, hover && clickable ? t[Token::Hover] : t[is(widget, "bare") ? Token::Base : Token::Window]);
    if (option.orientation == Qt::Horizontal)
        hairline(painter, option.rect, t[Token::Line]);
    else
        painter->fillRect(QRect(option.rect.right(), option.rect.y(), 1, option.rect.height()), t[Token::Line]);
}

void headerLabel(const QStyleOptionHeader &option, QPainter *painter, const QWidget *)
{
    const Tokens t = tokens(option.palette);
    const bool sorted = option.sortIndicator != QStyleOptionHeader::None;
    painter->save();
    QFont font = painter->font();
    font.setWeight(sorted ? QFont::DemiBold : QFont::Normal);
    painter->setFont(font);
    painter->setPen(t[sorted ? Token::Text : Token::Text2]);
    const QFontMetrics fm(font);
    const int chevron = sorted ? 16 : 0;
    const QRect rect = option.rect;
    const bool right = option.textAlignment.testFlag(Qt::AlignRight);
    const QString text = fm.elidedText(option.text, Qt::ElideRight, rect.width() - chevron);
    const int width = fm.horizontalAdvance(text);
    QRect textRect(right ? rect.right() + 1 - width : rect.x(), rect.y(), width, rect.height());
    if (option.textAlignment.testFlag(Qt::AlignHCenter))
        textRect.moveLeft(rect.x() + (rect.width() - width - chevron) / 2);
    QRectF mark(right ? textRect.x() - 16 : textRect.right() + 5, rect.center().y() - 5, 12, 12);
    if (option.direction == Qt::RightToLeft) {
        textRect = QStyle::visualRect(option.direction, rect, textRect);
        mark = QStyle::visualRect(option.direction, rect, mark.toRect());
    }
    painter->drawText(textRect, Qt::AlignVCenter | Qt::TextSingleLine | Qt::TextDontClip, text);
    if (sorted)   // SortDown is Qt's word for an ascending sort
        paintIcon(painter, mark, option.sortIndicator == QStyleOptionHeader::SortDown ? u"up"_s : u"down"_s, t[Token::Text2]);
    painter->restore();
}

void tabShape(const QStyleOptionTab &option, QPainter *painter, const QWidget *)
{
    const Tokens t = tokens(option.palette);
    if (option.state.testFlag(QStyle::State_Selected)) {
        const int inset = 6;
        painter->fillRect(QRect(option.rect.x() + inset, option.rect.bottom() - 1, option.rect.width() - 2 * inset, 2), t[Token::Accent]);
    }
    if (option.state.testFlag(QStyle::State_HasFocus))
        focusRing(painter, QRectF(option.rect).adjusted(1, 3, -1, -5), metrics::kRadiusControl, t[Token::Accent]);
}

void tabLabel(const QStyleOptionTab &option, QPainter *painter, const QWidget *)
{
    const Tokens t = tokens(option.palette);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool hover = option.state.testFlag(QStyle::State_MouseOver);
    painter->save();
    QFont font = painter->font();
    font.setWeight(selected ? QFont::DemiBold : QFont::Normal);
    painter->setFont(font);
    painter->setPen(t[!enabled ? Token::Text3 : selected || hover ? Token::Text : Token::Text2]);
    painter->drawText(option.rect, Qt::AlignCenter | Qt::TextHideMnemonic | Qt::TextDontClip, option.text);
    painter->restore();
}

void scrollBar(const QStyleOptionSlider &option, QPainter *painter, const QRect &slider)
{
    const Tokens t = tokens(option.palette);
    painter->fillRect(option.rect, t[Token::Base]);
    if (option.minimum >= option.maximum || !option.state.testFlag(QStyle::State_Enabled))
        return;
    const bool active = option.activeSubControls.testFlag(QStyle::SC_ScrollBarSlider)
        && option.state & (QStyle::State_MouseOver | QStyle::State_Sunken);
    const QColor thumb = mix(t[Token::Base], t[Token::Edge], active ? 1.0 : t.dark() ? 0.5 : 0.6);
    const QRectF rect(slider);
    const qreal inset = active ? 2 : 3;
    const bool horizontal = option.orientation == Qt::Horizontal;
    const QRectF bar = horizontal ? rect.adjusted(2, inset, -2, -inset) : rect.adjusted(inset, 2, -inset, -2);
    box(painter, bar, (horizontal ? bar.height() : bar.width()) / 2, thumb, Qt::transparent);
}

void progress(const QStyleOption &option, QPainter *painter, bool contents)
{
    const Tokens t = tokens(option.palette);
    QRectF rect(option.rect.x(), option.rect.center().y() - 1, option.rect.width(), 4);
    if (!contents) {
        box(painter, rect, 2, t[Token::Line], Qt::transparent);
        return;
    }
    const auto *bar = qstyleoption_cast<const QStyleOptionProgressBar *>(&option);
    if (!bar)
        return;
    const bool open = bar->minimum >= bar->maximum;
    const double share = open ? 0.3 : double(qint64(bar->progress) - bar->minimum) / double(qint64(bar->maximum) - bar->minimum);
    const double width = rect.width() * qBound(0.0, share, 1.0);
    if (option.direction == Qt::RightToLeft)
        rect.setLeft(rect.right() - width);
    else
        rect.setWidth(width);
    if (width > 0)
        box(painter, rect, 2, t[Token::Busy], Qt::transparent);
}

}
