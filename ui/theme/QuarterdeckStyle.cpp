// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/QuarterdeckStyle.h"

#include "ui/theme/Corners.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSpinBox>
#include <QSplitterHandle>
#include <QStyleOption>
#include <QTabBar>
#include <QToolButton>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kCheckInset = 4;
}

QuarterdeckStyle::QuarterdeckStyle() : QProxyStyle(u"fusion"_s)
{
    setObjectName(u"quarterdeck"_s);
}

QPalette QuarterdeckStyle::standardPalette() const
{
    return Tokens::makePalette(QProxyStyle::standardPalette().color(QPalette::Window).lightness() < 128);
}

void QuarterdeckStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const Tokens t = tokens(option->palette);
    switch (element) {
    case PE_FrameFocusRect:
    case PE_IndicatorHeaderArrow:
    case PE_FrameStatusBarItem:
    case PE_PanelScrollAreaCorner:
        return;
    case PE_PanelButtonCommand:
    case PE_PanelButtonBevel:
    case PE_PanelButtonTool:
        style::buttonPanel(*option, painter, widget);
        return;
    case PE_PanelLineEdit:
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option); frame && frame->lineWidth > 0)
            style::field(*option, painter, widget);
        return;
    case PE_FrameLineEdit:
        return;   // the panel has drawn it
    case PE_Frame:
        if (style::is(widget, "bare"))
            return;
        if (qobject_cast<const QPlainTextEdit *>(widget))
            style::field(*option, painter, widget);
        else
            style::box(painter, option->rect, metrics::kRadiusControl, Qt::transparent, t[Token::Line]);
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        style::check(*option, painter, false);
        return;
    case PE_IndicatorRadioButton:
        style::check(*option, painter, true);
        return;
    case PE_PanelItemViewItem:
    case PE_PanelItemViewRow:
        if (const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option))
            element == PE_PanelItemViewItem ? style::itemPanel(*item, painter, widget) : style::rowPanel(*item, painter, widget);
        return;
    case PE_IndicatorBranch:
        style::branch(*option, painter);
        return;
    case PE_FrameTabBarBase:
        if (!style::is(widget, "bare"))
            painter->fillRect(QRect(option->rect.x(), option->rect.bottom(), option->rect.width(), 1), t[Token::Line]);
        return;
    case PE_PanelMenu:
    case PE_FrameMenu:
        if (element == PE_PanelMenu)
            style::menuPanel(*option, painter);
        return;
    case PE_PanelTipLabel:
        style::tip(*option, painter);
        return;
    case PE_IndicatorTabClose:
        paintIcon(painter, QRectF(option->rect), u"x"_s, t[Token::Text2]);
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

namespace {
/// The base style asks itself for the places, not us: the mark would lie on the ring.
QStyleOptionButton besideRing(const QStyleOptionButton &option)
{
    QStyleOptionButton inside(option);
    const bool rtl = option.direction == Qt::RightToLeft;
    inside.rect.adjust(rtl ? 0 : kCheckInset, 0, rtl ? -kCheckInset : 0, 0);
    return inside;
}
}

void QuarterdeckStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const Tokens t = tokens(option->palette);
    switch (element) {
    case CE_PushButtonBevel:
        style::buttonPanel(*option, painter, widget);
        return;
    case CE_PushButtonLabel:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option))
            style::buttonLabel(*button, painter, widget);
        return;
    case CE_HeaderSection:
        if (const auto *section = qstyleoption_cast<const QStyleOptionHeader *>(option))
            style::header(*section, painter, widget);
        return;
    case CE_HeaderLabel:
        if (const auto *section = qstyleoption_cast<const QStyleOptionHeader *>(option))
            style::headerLabel(*section, painter, widget);
        return;
    case CE_HeaderEmptyArea:
        painter->fillRect(option->rect, t[Token::Window]);
        painter->fillRect(QRect(option->rect.x(), option->rect.bottom(), option->rect.width(), 1), t[Token::Line]);
        return;
    case CE_TabBarTabShape:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option))
            style::tabShape(*tab, painter, widget);
        return;
    case CE_TabBarTabLabel:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option))
            style::tabLabel(*tab, painter, widget);
        return;
    case CE_Splitter:
        painter->fillRect(option->rect, t[Token::Line]);
        return;
    case CE_ProgressBarGroove:
    case CE_ProgressBarContents:
        style::progress(*option, painter, element == CE_ProgressBarContents);
        return;
    case CE_ProgressBarLabel:
        return;
    case CE_CheckBox:
    case CE_RadioButton:
        if (const auto *radio = element == CE_RadioButton ? qstyleoption_cast<const QStyleOptionButton *>(option) : nullptr) {
            const QStyleOptionButton inside = besideRing(*radio);
            QProxyStyle::drawControl(element, &inside, painter, widget);
        } else {
            QProxyStyle::drawControl(element, option, painter, widget);
        }
        if (option->state.testFlag(State_HasFocus))
            style::focusRing(painter, option->rect, metrics::kRadiusControl, t[Token::Accent]);
        return;
    case CE_MenuItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option))
            style::menuItem(*item, painter);
        return;
    case CE_MenuEmptyArea:
    case CE_ToolBar:
        return;
    default:
        QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void QuarterdeckStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                                          const QWidget *widget) const
{
    switch (control) {
    case CC_ToolButton:
        if (const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option)) {
            style::toolButton(*button, painter, widget);
            return;
        }
        break;
    case CC_ComboBox:
        if (const auto *box = qstyleoption_cast<const QStyleOptionComboBox *>(option)) {
            style::combo(*box, painter, widget, subControlRect(control, option, SC_ComboBoxArrow, widget));
            return;
        }
        break;
    case CC_SpinBox:
        if (const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(option)) {
            style::spin(*spin, painter, widget, subControlRect(control, option, SC_SpinBoxUp, widget),
                        subControlRect(control, option, SC_SpinBoxDown, widget));
            return;
        }
        break;
    case CC_ScrollBar:
        if (const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option)) {
            QStyleOptionSlider own(*bar);
            if (style::is(widget, "bare"))   // beside cards and not beside rows
                own.palette.setColor(QPalette::Base, own.palette.color(QPalette::Window));
            style::scrollBar(own, painter, sliderRect(*bar));
            return;
        }
        break;
    default: break;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QRect QuarterdeckStyle::sliderRect(const QStyleOptionSlider &option) const
{
    const bool horizontal = option.orientation == Qt::Horizontal;
    const int length = horizontal ? option.rect.width() : option.rect.height();
    const qint64 range = qint64(option.maximum) - option.minimum;
    int size = length;
    if (range > 0) {
        size = static_cast<int>(qint64(option.pageStep) * length / (range + option.pageStep));
        size = qBound(qMin(32, length), size, length);
    }
    const int at = sliderPositionFromValue(option.minimum, option.maximum, option.sliderPosition, length - size, option.upsideDown);
    return horizontal ? QRect(option.rect.x() + at, option.rect.y(), size, option.rect.height())
                      : QRect(option.rect.x(), option.rect.y() + at, option.rect.width(), size);
}

QRect QuarterdeckStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl subControl,
                                       const QWidget *widget) const
{
    const QRect rect = option->rect;
    if (const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option); bar && control == CC_ScrollBar) {
        const QRect slider = sliderRect(*bar);
        const bool horizontal = bar->orientation == Qt::Horizontal;
        switch (subControl) {
        case SC_ScrollBarSlider: return slider;
        case SC_ScrollBarGroove: return rect;
        case SC_ScrollBarSubPage:
            return horizontal ? QRect(rect.x(), rect.y(), slider.x() - rect.x(), rect.height())
                              : QRect(rect.x(), rect.y(), rect.width(), slider.y() - rect.y());
        case SC_ScrollBarAddPage:
            return horizontal ? QRect(slider.right() + 1, rect.y(), rect.right() - slider.right(), rect.height())
                              : QRect(rect.x(), slider.bottom() + 1, rect.width(), rect.bottom() - slider.bottom());
        default: return {};
        }
    }
    if (control == CC_ComboBox) {
        switch (subControl) {
        case SC_ComboBoxArrow: return visualRect(option->direction, rect, QRect(rect.right() - 25, rect.y(), 24, rect.height()));
        case SC_ComboBoxEditField: return visualRect(option->direction, rect, rect.adjusted(8, 2, -26, -2));
        case SC_ComboBoxListBoxPopup:
        case SC_ComboBoxFrame: return rect;
        default: break;
        }
    }
    if (const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(option); spin && control == CC_SpinBox) {
        const int buttons = spin->buttonSymbols == QAbstractSpinBox::NoButtons ? 0 : 22;
        const int half = rect.height() / 2;
        switch (subControl) {
        case SC_SpinBoxUp: return visualRect(option->direction, rect, QRect(rect.right() - buttons, rect.y() + 2, buttons, half - 2));
        case SC_SpinBoxDown: return visualRect(option->direction, rect, QRect(rect.right() - buttons, rect.y() + half, buttons, half - 2));
        case SC_SpinBoxEditField: return visualRect(option->direction, rect, rect.adjusted(8, 2, -buttons - 2, -2));
        case SC_SpinBoxFrame: return rect;
        default: break;
        }
    }
    return QProxyStyle::subControlRect(control, option, subControl, widget);
}

QRect QuarterdeckStyle::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    switch (element) {
    case SE_LineEditContents:
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option); frame && frame->lineWidth > 0)
            return option->rect.adjusted(8, 2, -6, -2);
        break;
    case SE_HeaderLabel: return option->rect.adjusted(8, 0, -8, -1);
    case SE_PushButtonContents: return option->rect;
    case SE_TabBarTabText: return option->rect;
    case SE_ItemViewItemText: {   // beside its icon, not a margin of each away from it
        QRect text = QProxyStyle::subElementRect(element, option, widget);
        const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option);
        if (item && item->features.testFlag(QStyleOptionViewItem::HasDecoration) && item->decorationPosition == QStyleOptionViewItem::Left)
            option->direction == Qt::RightToLeft ? text.setRight(text.right() + metrics::kGap) : text.setLeft(text.left() - metrics::kGap);
        return text;
    }
    case SE_CheckBoxIndicator:
    case SE_CheckBoxContents:
    case SE_RadioButtonIndicator:
    case SE_RadioButtonContents: {   // room for the focus ring
        const int by = option->direction == Qt::RightToLeft ? -kCheckInset : kCheckInset;
        return QProxyStyle::subElementRect(element, option, widget).translated(by, 0);
    }
    default: break;
    }
    return QProxyStyle::subElementRect(element, option, widget);
}

QSize QuarterdeckStyle::buttonSize(const QStyleOptionButton &option, const QWidget *widget) const
{
    QFont font = widget ? widget->font() : QApplication::font();
    font.setWeight(QFont::DemiBold);
    const QFontMetrics fm(font);
    int width = option.text.isEmpty() ? 0 : fm.size(Qt::TextShowMnemonic, option.text).width();
    if (!option.icon.isNull())
        width += option.iconSize.width() + (option.text.isEmpty() ? 0 : metrics::kGap);
    if (option.features.testFlag(QStyleOptionButton::HasMenu))
        width += 20;
    const int height = metrics::atLeast(metrics::kControl, fm);
    width += option.text.isEmpty() ? 12 : 26;
    return {qMax(width, height), height};
}

QSize QuarterdeckStyle::toolButtonSize(const QStyleOptionToolButton &option) const
{
    const int height = metrics::atLeast(metrics::kControl, option.fontMetrics);
    if (option.toolButtonStyle == Qt::ToolButtonIconOnly || option.text.isEmpty())
        return {height, height};
    QFont font = option.font;
    font.setWeight(QFont::Medium);
    int width = QFontMetrics(font).size(Qt::TextShowMnemonic, option.text).width() + 18;
    if (option.toolButtonStyle != Qt::ToolButtonTextOnly && !option.icon.isNull())
        width += option.iconSize.width() + 6;
    if (option.features.testFlag(QStyleOptionToolButton::HasMenu))
        width += 18;
    return {width, height};
}

QSize QuarterdeckStyle::menuItemSize(const QStyleOptionMenuItem &option) const
{
    if (option.menuItemType == QStyleOptionMenuItem::Separator)
        return {10, option.text.isEmpty() ? 9 : QFontMetrics(option.font).height() + 8};
    const QFontMetrics fm(option.font);
    const QString text = option.text.section(u'\t', 0, 0);
    const QString key = option.text.section(u'\t', 1);
    int width = fm.size(Qt::TextSingleLine | Qt::TextShowMnemonic, text).width() + 24;
    if (option.maxIconWidth > 0 || option.menuHasCheckableItems)
        width += 24;
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu)
        width += 16;
    if (!key.isEmpty())   // the view adds reservedShortcutWidth itself in Qt 6.4: the tab's own width
        width += 24;
    return {width, metrics::atLeast(metrics::kControl, fm)};
}

QSize QuarterdeckStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &contents, const QWidget *widget) const
{
    switch (type) {
    case CT_PushButton:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option))
            return buttonSize(*button, widget);
        break;
    case CT_ToolButton:
        if (const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option))
            return toolButtonSize(*button);
        break;
    case CT_CheckBox:
    case CT_RadioButton: {
        const QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
        return {size.width() + 2 * kCheckInset, qMax(size.height(), option->fontMetrics.height() + 8)};
    }
    case CT_LineEdit:
        return {contents.width() + 16, metrics::atLeast(metrics::kControl, option->fontMetrics)};
    case CT_ComboBox:
        return {contents.width() + 40, metrics::atLeast(metrics::kControl, option->fontMetrics)};
    case CT_SpinBox:
        return {contents.width() + 30, metrics::atLeast(metrics::kControl, option->fontMetrics)};
    case CT_HeaderSection: {
        QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option); header && header->orientation == Qt::Horizontal) {
            QFont font = widget ? widget->font() : QApplication::font();
            font.setWeight(QFont::DemiBold);
            size = {QFontMetrics(font).horizontalAdvance(header->text) + 16 + 18, metrics::atLeast(metrics::kControl, QFontMetrics(font))};
        }
        return size;
    }
    case CT_TabBarTab:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option)) {
            QFont font = widget ? widget->font() : QApplication::font();
            font.setWeight(QFont::DemiBold);
            const QFontMetrics fm(font);
            const int high = widget ? widget->property("tabHeight").toInt() : 0;   // of tabs in a page bar: as high as it is
            return {fm.size(Qt::TextShowMnemonic, tab->text).width() + 20, metrics::atLeast(std::max(metrics::kTabs, high), fm)};
        }
        break;
    case CT_MenuItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option))
            return menuItemSize(*item);
        break;
    case CT_ItemViewItem: {
        QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
        size.setHeight(qMax(size.height(), option->fontMetrics.height() + 12));
        return size;
    }
    default: break;
    }
    return QProxyStyle::sizeFromContents(type, option, contents, widget);
}

int QuarterdeckStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent: return metrics::kScrollBar;
    case PM_ScrollBarSliderMin: return 32;
    case PM_ScrollView_ScrollBarSpacing:
    case PM_ScrollView_ScrollBarOverlap:
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_TabBarBaseOverlap:
    case PM_TabBarTabShiftVertical:
    case PM_TabBarTabShiftHorizontal:
    case PM_TabBarTabOverlap:
    case PM_MenuPanelWidth: return 0;
    case PM_SplitterWidth:
    case PM_DefaultFrameWidth: return 1;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight: return 16;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_TabBarIconSize:
    case PM_ToolBarIconSize:
    case PM_ListViewIconSize: return metrics::kIcon;
    case PM_MenuHMargin:
    case PM_MenuVMargin: return 5;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing: return metrics::kGap;
    case PM_LayoutLeftMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutBottomMargin: return metrics::kCard;
    case PM_HeaderMargin:
        if (const auto *header = qobject_cast<const QHeaderView *>(widget); header && header->orientation() == Qt::Vertical)
            return 2;   // rows are as tall as the density says
        return metrics::kGap;
    case PM_HeaderMarkSize: return 12;
    case PM_ToolTipLabelFrameWidth: return 7;
    case PM_FocusFrameHMargin:
    case PM_FocusFrameVMargin: return 8;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int QuarterdeckStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *returnData) const
{
    switch (hint) {
    case SH_ItemView_ShowDecorationSelected:
    case SH_ScrollBar_MiddleClickAbsolutePosition: return 1;
    case SH_ItemView_ActivateItemOnSingleClick:
    case SH_EtchDisabledText:
    case SH_ComboBox_Popup:
    case SH_UnderlineShortcut:
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_TabBar_ElideMode:
    case SH_ScrollBar_ContextMenu: return hint == SH_TabBar_ElideMode ? int(Qt::ElideNone) : 0;
    case SH_ToolTipLabel_Opacity: return 255;
    case SH_ToolTip_WakeUpDelay: return 500;
    case SH_Widget_Animation_Duration: return 0;
    case SH_Menu_SupportsSections: return 1;
    default: return QProxyStyle::styleHint(hint, option, widget, returnData);
    }
}

QIcon QuarterdeckStyle::standardIcon(StandardPixmap which, const QStyleOption *option, const QWidget *widget) const
{
    switch (which) {
    case SP_LineEditClearButton: return icon(u"x"_s, Token::Text2);
    case SP_MessageBoxWarning: return icon(u"state-degraded"_s, Token::Warn);
    case SP_MessageBoxCritical: return icon(u"state-failed"_s, Token::Bad);
    case SP_BrowserReload: return icon(u"refresh"_s);
    case SP_ToolBarHorizontalExtensionButton: return icon(u"more"_s);
    default: return QProxyStyle::standardIcon(which, option, widget);
    }
}

void QuarterdeckStyle::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QMenu *>(widget) && !widget->testAttribute(Qt::WA_WState_Created))
        roundCorners(widget, metrics::kRadiusPopup);
    if (auto *header = qobject_cast<QHeaderView *>(widget); header && header->defaultAlignment() == Qt::AlignCenter)
        header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    if (qobject_cast<QAbstractButton *>(widget) || qobject_cast<QComboBox *>(widget) || qobject_cast<QHeaderView *>(widget)
        || qobject_cast<QScrollBar *>(widget) || qobject_cast<QTabBar *>(widget) || qobject_cast<QSplitterHandle *>(widget)
        || qobject_cast<QAbstractSpinBox *>(widget))
        widget->setAttribute(Qt::WA_Hover);
}

void QuarterdeckStyle::unpolish(QWidget *widget)
{
    QProxyStyle::unpolish(widget);
}

}
