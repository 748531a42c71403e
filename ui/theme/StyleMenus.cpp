// SPDX-License-Identifier: GPL-3.0-or-later
// Menus and tooltips.
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"

#include <QStyleOption>

namespace qd::ui::style {

using namespace Qt::StringLiterals;

void menuPanel(const QStyleOption &option, QPainter *painter)
{
    const Tokens t = tokens(option.palette);
    painter->save();
    painter->setCompositionMode(QPainter::CompositionMode_Source);
    painter->fillRect(option.rect, Qt::transparent);
    painter->restore();
    box(painter, option.rect, metrics::kRadiusPopup, t[Token::Base], mix(t[Token::Line], t[Token::Edge], 0.3));
}

namespace {

void menuMark(const QStyleOptionMenuItem &option, QPainter *painter, const Tokens &t, const QRect &rect, const QColor &color)
{
    QRect square(0, 0, metrics::kIcon, metrics::kIcon);
    square.moveCenter(rect.center());
    if (option.checkType != QStyleOptionMenuItem::NotCheckable) {
        QStyleOption box;
        box.rect = square;
        box.palette = option.palette;
        box.state = option.state & QStyle::State_Enabled;
        box.state.setFlag(QStyle::State_On, option.checked);
        if (option.checkType == QStyleOptionMenuItem::Exclusive)
            check(box, painter, true);
        else if (option.checked || option.icon.isNull())
            check(box, painter, false);
        return;
    }
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    if (!option.icon.isNull())
        paintIcon(painter, square, option.icon, enabled ? mix(color, t[Token::Text2], 0.6) : color,
                  enabled ? QIcon::Normal : QIcon::Disabled, QIcon::Off);
}

}

void menuItem(const QStyleOptionMenuItem &option, QPainter *painter)
{
    const Tokens t = tokens(option.palette);
    if (option.menuItemType == QStyleOptionMenuItem::Separator) {
        painter->fillRect(QRect(option.rect.x(), option.rect.center().y(), option.rect.width(), 1), t[Token::Line]);
        if (!option.text.isEmpty()) {
            painter->setPen(t[Token::Text2]);
            painter->drawText(option.rect.adjusted(12, 0, -12, 0), Qt::AlignVCenter, option.text);
        }
        return;
    }
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    if (enabled && option.state.testFlag(QStyle::State_Selected))
        box(painter, option.rect, metrics::kRadiusControl, t[Token::Sel], Qt::transparent);
    const auto visual = [&](const QRect &r) { return QStyle::visualRect(option.direction, option.rect, r); };
    const QColor color = t[enabled ? Token::Text : Token::Text3];
    const QRect rect = option.rect;
    const bool marks = option.maxIconWidth > 0 || option.menuHasCheckableItems;
    const int left = marks ? 36 : 12;
    if (marks)
        menuMark(option, painter, t, visual(QRect(rect.x() + 10, rect.y(), metrics::kIcon, rect.height())), color);
    painter->save();
    painter->setFont(option.font);
    painter->setPen(color);
    const QString text = option.text.section(u'\t', 0, 0);
    const QString key = option.text.section(u'\t', 1);
    const bool sub = option.menuItemType == QStyleOptionMenuItem::SubMenu;
    const QRect textRect = visual(rect.adjusted(left, 0, sub ? -24 : -12, 0));
    painter->drawText(textRect, Qt::AlignVCenter | Qt::TextHideMnemonic | Qt::TextSingleLine
                          | (Qt::AlignAbsolute | (option.direction == Qt::RightToLeft ? Qt::AlignRight : Qt::AlignLeft)), text);
    if (!key.isEmpty()) {
        painter->setFont(typeFont(Type::Caption, option.font));
        painter->setPen(t[enabled ? Token::Text2 : Token::Text3]);
        painter->drawText(textRect, Qt::AlignVCenter | Qt::TextSingleLine
                              | (Qt::AlignAbsolute | (option.direction == Qt::RightToLeft ? Qt::AlignLeft : Qt::AlignRight)), key);
    }
    painter->restore();
    if (sub) {
        const QRect r = visual(QRect(rect.right() - 20, rect.center().y() - 5, 12, 12));
        paintIcon(painter, r, option.direction == Qt::RightToLeft ? u"left"_s : u"right"_s, color);
    }
}

void tip(const QStyleOption &option, QPainter *painter)
{
    painter->fillRect(option.rect, tokens(option.palette)[Token::Tooltip]);
}

}
