// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

class QStyleOptionButton;
class QStyleOptionComboBox;
class QStyleOptionHeader;
class QStyleOptionMenuItem;
class QStyleOptionSlider;
class QStyleOptionSpinBox;
class QStyleOptionTab;
class QStyleOptionToolButton;
class QStyleOptionViewItem;

namespace qd::ui {

/// The look of every control over Fusion (look.md "How, in Qt Widgets"); colours are tokens of the option's palette.
/// Dynamic properties of the widget choose variants: buttons `primary`, `danger`, `production`, `ghost`, with it `link` (bool);
/// fields `invalid` (bool, bad border); `bare` (bool) a frame, field or tab bar without lines, a header on the
/// ground of its card.
class QuarterdeckStyle : public QProxyStyle {
    Q_OBJECT
public:
    QuarterdeckStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget = nullptr) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget = nullptr) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                            const QWidget *widget = nullptr) const override;
    QRect subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget = nullptr) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl subControl,
                         const QWidget *widget = nullptr) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &contents,
                           const QWidget *widget = nullptr) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption *option = nullptr, const QWidget *widget = nullptr) const override;
    int styleHint(StyleHint hint, const QStyleOption *option = nullptr, const QWidget *widget = nullptr,
                  QStyleHintReturn *returnData = nullptr) const override;
    QPalette standardPalette() const override;
    QIcon standardIcon(StandardPixmap which, const QStyleOption *option = nullptr, const QWidget *widget = nullptr) const override;
    void polish(QWidget *widget) override;
    void unpolish(QWidget *widget) override;
    using QProxyStyle::polish;
    using QProxyStyle::unpolish;

private:
    [[nodiscard]] QRect sliderRect(const QStyleOptionSlider &option) const;
    [[nodiscard]] QSize buttonSize(const QStyleOptionButton &option, const QWidget *widget) const;
    [[nodiscard]] QSize toolButtonSize(const QStyleOptionToolButton &option) const;
    [[nodiscard]] QSize menuItemSize(const QStyleOptionMenuItem &option) const;
};

/// The parts, each in a file of its own; used by QuarterdeckStyle only.
namespace style {

bool is(const QWidget *widget, const char *property);
void focusRing(QPainter *painter, const QRectF &rect, qreal radius, const QColor &color);
void box(QPainter *painter, const QRectF &rect, qreal radius, const QColor &fill, const QColor &border, qreal width = 1);

void buttonPanel(const QStyleOption &option, QPainter *painter, const QWidget *widget);
void buttonLabel(const QStyleOptionButton &option, QPainter *painter, const QWidget *widget);
void toolButton(const QStyleOptionToolButton &option, QPainter *painter, const QWidget *widget);
void field(const QStyleOption &option, QPainter *painter, const QWidget *widget);
void combo(const QStyleOptionComboBox &option, QPainter *painter, const QWidget *widget, const QRect &arrow);
void spin(const QStyleOptionSpinBox &option, QPainter *painter, const QWidget *widget, const QRect &up, const QRect &down);
void check(const QStyleOption &option, QPainter *painter, bool radio);

void header(const QStyleOptionHeader &option, QPainter *painter, const QWidget *widget);
void headerLabel(const QStyleOptionHeader &option, QPainter *painter, const QWidget *widget);
void itemPanel(const QStyleOptionViewItem &option, QPainter *painter, const QWidget *widget);
void rowPanel(const QStyleOptionViewItem &option, QPainter *painter, const QWidget *widget);
void branch(const QStyleOption &option, QPainter *painter);
void tabShape(const QStyleOptionTab &option, QPainter *painter, const QWidget *widget);
void tabLabel(const QStyleOptionTab &option, QPainter *painter, const QWidget *widget);
void scrollBar(const QStyleOptionSlider &option, QPainter *painter, const QRect &slider);
void progress(const QStyleOption &option, QPainter *painter, bool contents);

void menuPanel(const QStyleOption &option, QPainter *painter);
void menuItem(const QStyleOptionMenuItem &option, QPainter *painter);
void tip(const QStyleOption &option, QPainter *painter);

}

}
