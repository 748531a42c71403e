// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QStackedWidget;
class QWidget;

namespace qd::ui {

/// QStackedWidget::setCurrentWidget for stacks that hold much. That one turns the updates of the stack off and on again, each of
/// which walks through every widget of every page (Qt 6.4, QStackedLayout::setCurrentIndex); here the stack alone is still.
void showInStack(QStackedWidget *stack, QWidget *page);

}
