// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStackedWidget>

namespace qd::ui {

/// A stack of pages that fill it (lists, dashboards, details): the page that is seen alone says how much room is needed. QStackedLayout asks
/// all of them, and for each width anew how high their texts are, whenever a word changes on one (Qt 6.4); what is hidden has no say here.
class PageStack : public QStackedWidget {
public:
    using QStackedWidget::QStackedWidget;
    [[nodiscard]] bool hasHeightForWidth() const override { return false; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
};

/// QStackedWidget::setCurrentWidget for stacks that hold much. That one turns the updates of the stack off and on again, each of
/// which walks through every widget of every page (Qt 6.4, QStackedLayout::setCurrentIndex); here the stack alone is still.
void showInStack(QStackedWidget *stack, QWidget *page);

}
