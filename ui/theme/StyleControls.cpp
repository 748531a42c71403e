// SPDX-License-Identifier: GPL-3.0-or-later
// Buttons, fields, combos, spin boxes, checks.
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"

#include <QStyleOption>

namespace qd::ui::style {

using namespace Qt::StringLiterals;

namespace {

struct ButtonLook {
    QColor fill;
    QColor border;
    QColor text;
    bool filled = false;
};

ButtonLook buttonLook(const QStyleOption &option, const QWidget *widget)
{
    const Tokens t = tokens(option.palette);
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool down = option.state.testFlag(QStyle::State_Sunken);
    const bool on = option.state.testFlag(QStyle::State_On);
    const bool hover = enabled && option.state.testFlag(QStyle::State_MouseOver);
    const bool ghost = is(widget, "ghost");
    if (!enabled)
        return {ghost ? QColor(Qt::transparent) : t[Token::Window], ghost ? QColor(Qt::transparent) : t[Token::Line], t[Token::Text3]};
    QColor fill;
    QColor text = t[Token::OnAccent];
    if (is(widget, "danger")) {
        fill = t[Token::Bad];
    } else if (is(widget, "production")) {
        fill = t[Token::ProdFill];
        text = t[Token::OnProd];
    } else if (is(widget, "primary")) {
        fill = t[Token::Accent];
    }
    if (fill.isValid()) {
        if (down || hover)
            fill = mix(fill, t.dark() ? QColor(Qt::black) : QColor(Qt::white), down ? 0.12 : 0.06);
        return {fill, fill, text, true};
    }
    if (ghost)
        return {down ? t[Token::ButtonDown] : on ? t[Token::Sel] : hover ? t[Token::ButtonHover] : QColor(Qt::transparent),
                Qt::transparent, t[is(widget, "link") ? Token::Accent : Token::Text]};
    if (on)
        return {t[Token::Sel], t[Token::Accent], t[Token::Text]};
    return {down ? t[Token::ButtonDown] : hover ? t[Token::ButtonHover] : t[Token::Button],
            mix(t[Token::Line], t[Token::Edge], t.dark() ? 0.25 : 0.35), t[Token::Text]};
}

}

bool is(const QWidget *widget, const char *property)
{
    return widget && widget->property(property).toBool();
}

void box(QPainter *painter, const QRectF &rect, qreal radius, const QColor &fill, const QColor &border, qreal width)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(fill.alpha() ? QBrush(fill) : QBrush(Qt::NoBrush));
    if (border.alpha())
        painter->setPen(QPen(border, width));
    else
        painter->setPen(Qt::NoPen);
    const qreal inset = border.alpha() ? width / 2 : 0;
    painter->drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius);
    painter->restore();
}

void focusRing(QPainter *painter, const QRectF &rect, qreal radius, const QColor &color)
{
    box(painter, rect, radius, Qt::transparent, color, 2);
}

void buttonPanel(const QStyleOption &option, QPainter *painter, const QWidget *widget)
{
    const ButtonLook look = buttonLook(option, widget);
    const QRectF rect(option.rect);
    box(painter, rect, metrics::kRadiusControl, look.fill, look.border);
    if (!option.state.testFlag(QStyle::State_HasFocus))
        return;
    if (look.filled)   // the accent ring would not show on the fill: the ring lies inside in the text's colour
        focusRing(painter, rect.adjusted(2, 2, -2, -2), metrics::kRadiusBadge, look.text);
    else
        focusRing(painter, rect, metrics::kRadiusControl, tokens(option.palette)[Token::Accent]);
}

void buttonLabel(const QStyleOptionButton &option, QPainter *painter, const QWidget *widget)
{
    const ButtonLook look = buttonLook(option, widget);
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    painter->save();
    QFont font = painter->font();
    font.setWeight(look.filled ? QFont::DemiBold : QFont::Medium);
    painter->setFont(font);
    const bool menu = option.features.testFlag(QStyleOptionButton::HasMenu);
    const int iconWidth = option.icon.isNull() ? 0 : option.iconSize.width();
    const int gap = iconWidth && !option.text.isEmpty() ? metrics::kGap : 0;
    const int menuWidth = menu ? 20 : 0;
    const QString text = QFontMetrics(font).elidedText(option.text, Qt::ElideRight,
                                                       option.rect.width() - iconWidth - gap - menuWidth - 8, Qt::TextShowMnemonic);
    const int textWidth = QFontMetrics(font).size(Qt::TextShowMnemonic, text).width();
    int x = option.rect.x() + (option.rect.width() - iconWidth - gap - textWidth - menuWidth) / 2;
    const bool rtl = option.direction == Qt::RightToLeft;
    const auto place = [&](int width) {
        const QRect r(x, option.rect.y(), width, option.rect.height());
        x += width;
        return rtl ? QStyle::visualRect(option.direction, option.rect, r) : r;
    };
    if (iconWidth) {
        const QRect r = place(iconWidth);
        const QRect square(r.x(), r.center().y() - option.iconSize.height() / 2 + 1 - (r.height() % 2), iconWidth, option.iconSize.height());
        const QColor color = look.filled || !enabled ? look.text : mix(look.text, tokens(option.palette)[Token::Text2], 0.6);
        paintIcon(painter, square, option.icon, color, enabled ? QIcon::Normal : QIcon::Disabled, QIcon::Off);
        x += gap;
    }
    painter->setPen(look.text);
    painter->drawText(place(textWidth), Qt::AlignCenter | Qt::TextHideMnemonic | Qt::TextDontClip, text);
    if (menu) {
        const QRect r = place(menuWidth);
        paintIcon(painter, QRectF(r.right() - 10, r.center().y() - 4, 10, 10), u"down"_s, look.filled || !enabled ? look.text : tokens(option.palette)[Token::Text2]);
    }
    painter->restore();
}

void toolButton(const QStyleOptionToolButton &option, QPainter *painter, const QWidget *widget)
{
    QStyleOption panel = option;
    const bool raised = option.state.testFlag(QStyle::State_AutoRaise);
    const bool active = option.activeSubControls != QStyle::SC_None && option.state.testFlag(QStyle::State_MouseOver);
    const Tokens t = tokens(option.palette);
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    if (raised) {
        const bool on = option.state.testFlag(QStyle::State_On);
        const bool down = option.state.testFlag(QStyle::State_Sunken);
        if (enabled && (on || down || active))
            box(painter, option.rect, metrics::kRadiusControl, down ? t[Token::ButtonDown] : on ? t[Token::Sel] : t[Token::ButtonHover],
                Qt::transparent);
        if (option.state.testFlag(QStyle::State_HasFocus))
            focusRing(painter, option.rect, metrics::kRadiusControl, t[Token::Accent]);
    } else {
        buttonPanel(panel, painter, widget);
    }
    const bool menu = option.features.testFlag(QStyleOptionToolButton::HasMenu)
        && option.toolButtonStyle != Qt::ToolButtonIconOnly;
    const QColor text = enabled ? t[Token::Text] : t[Token::Text3];
    const bool showText = option.toolButtonStyle != Qt::ToolButtonIconOnly && !option.text.isEmpty();
    const bool showIcon = option.toolButtonStyle != Qt::ToolButtonTextOnly && !option.icon.isNull();
    painter->save();
    QFont font = option.font;
    font.setWeight(QFont::Medium);
    painter->setFont(font);
    const int iconWidth = showIcon ? option.iconSize.width() : 0;
    const int gap = showIcon && showText ? 6 : 0;
    const int tail = menu ? 18 : 0;
    const QString shown = showText ? QFontMetrics(font).elidedText(option.text, Qt::ElideRight,
                                                                   option.rect.width() - iconWidth - gap - tail - 8, Qt::TextShowMnemonic)
                                   : QString();
    const int textWidth = QFontMetrics(font).size(Qt::TextShowMnemonic, shown).width();
    QRect content(0, 0, iconWidth + gap + textWidth + tail, option.rect.height());
    content.moveCenter(option.rect.center());
    const auto place = [&](int left, int width) {
        return QStyle::visualRect(option.direction, option.rect, QRect(content.x() + left, option.rect.y(), width, option.rect.height()));
    };
    if (showIcon) {
        QRect r(QPoint(0, 0), option.iconSize);
        r.moveCenter(place(0, iconWidth).center());
        const QColor color = enabled ? mix(text, t[Token::Text2], 0.6) : text;
        paintIcon(painter, r, option.icon, color, enabled ? QIcon::Normal : QIcon::Disabled, QIcon::Off);
    }
    painter->setPen(text);
    if (showText)
        painter->drawText(place(iconWidth + gap, textWidth), Qt::AlignCenter | Qt::TextHideMnemonic | Qt::TextDontClip, shown);
    if (menu) {
        const QRect r = place(iconWidth + gap + textWidth, tail);
        paintIcon(painter, QRectF(r.right() - 10, r.center().y() - 4, 10, 10), u"down"_s, enabled ? t[Token::Text2] : text);
    }
    painter->restore();
}

void field(const QStyleOption &option, QPainter *painter, const QWidget *widget)
{
    const Tokens t = tokens(option.palette);
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool readOnly = option.state.testFlag(QStyle::State_ReadOnly);
    const bool focus = enabled && option.state.testFlag(QStyle::State_HasFocus);
    const QColor fill = enabled && !readOnly ? t[Token::Base] : t[Token::Window];
    if (is(widget, "bare")) {
        painter->fillRect(option.rect, fill);
        if (focus)
            focusRing(painter, option.rect, metrics::kRadiusControl, t[Token::Accent]);
        return;
    }
    const bool invalid = is(widget, "invalid");
    const QColor border = invalid ? t[Token::Bad] : focus ? t[Token::Accent] : enabled ? t[Token::Edge] : t[Token::Line];
    box(painter, option.rect, metrics::kRadiusControl, fill, border, focus || invalid ? (focus ? 2 : 1.4) : 1);
}

void combo(const QStyleOptionComboBox &option, QPainter *painter, const QWidget *widget, const QRect &arrow)
{
    QStyleOption panel = option;
    panel.state.setFlag(QStyle::State_ReadOnly, false);
    field(panel, painter, widget);
    const Tokens t = tokens(option.palette);
    const QColor color = t[option.state.testFlag(QStyle::State_Enabled) ? Token::Text2 : Token::Text3];
    paintIcon(painter, QRectF(arrow.center().x() - 6, arrow.center().y() - 5, 12, 12), u"down"_s, color);
}

void spin(const QStyleOptionSpinBox &option, QPainter *painter, const QWidget *widget, const QRect &up, const QRect &down)
{
    if (option.frame)
        field(option, painter, widget);
    if (option.buttonSymbols == QAbstractSpinBox::NoButtons)
        return;
    const Tokens t = tokens(option.palette);
    const auto arrow = [&](const QRect &rect, const QString &name, QAbstractSpinBox::StepEnabledFlag step, QStyle::SubControl control) {
        const bool enabled = option.state.testFlag(QStyle::State_Enabled) && option.stepEnabled.testFlag(step);
        if (enabled && option.activeSubControls == control)
            painter->fillRect(rect.adjusted(1, 1, -2, -1),
                              t[option.state.testFlag(QStyle::State_Sunken) ? Token::ButtonDown : Token::ButtonHover]);
        paintIcon(painter, QRectF(rect.center().x() - 4, rect.center().y() - 4, 9, 9), name, t[enabled ? Token::Text2 : Token::Text3]);
    };
    arrow(up, u"up"_s, QAbstractSpinBox::StepUpEnabled, QStyle::SC_SpinBoxUp);
    arrow(down, u"down"_s, QAbstractSpinBox::StepDownEnabled, QStyle::SC_SpinBoxDown);
}

void check(const QStyleOption &option, QPainter *painter, bool radio)
{
    const Tokens t = tokens(option.palette);
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool on = option.state.testFlag(QStyle::State_On);
    const bool part = option.state.testFlag(QStyle::State_NoChange);
    QRectF rect(0, 0, 16, 16);
    rect.moveCenter(QRectF(option.rect).center());
    rect.moveTopLeft(QPointF(std::floor(rect.x()) + 0.5, std::floor(rect.y()) + 0.5));
    rect.setSize(QSizeF(15, 15));
    const QColor accent = enabled ? t[Token::Accent] : t[Token::Text3];
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (radio) {
        painter->setPen(QPen(on ? accent : enabled ? t[Token::Edge] : t[Token::Line], on ? 2 : 1.2));
        painter->setBrush(t[Token::Base]);
        painter->drawEllipse(rect.adjusted(0.5, 0.5, -0.5, -0.5));
        if (on) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(accent);
            painter->drawEllipse(rect.center(), 3.4, 3.4);
        }
    } else {
        const bool filled = on || part;
        painter->setPen(QPen(filled ? accent : enabled ? t[Token::Edge] : t[Token::Line], 1));
        painter->setBrush(filled ? accent : t[Token::Base]);
        painter->drawRoundedRect(rect, metrics::kRadiusBadge, metrics::kRadiusBadge);
        if (filled)
            paintIcon(painter, rect.adjusted(1.5, 1.5, -1.5, -1.5), part ? u"minus"_s : u"check"_s, t[Token::OnAccent]);
    }
    painter->restore();
}

}
