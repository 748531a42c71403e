// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Stacks.h"

namespace qd::ui {

QSize PageStack::sizeHint() const
{
    return currentWidget() ? currentWidget()->sizeHint() : QSize(0, 0);
}

QSize PageStack::minimumSizeHint() const
{
    const QWidget *page = currentWidget();
    return page ? page->minimumSizeHint().expandedTo(page->minimumSize()) : QSize(0, 0);
}

void showInStack(QStackedWidget *stack, QWidget *page)
{
    const bool still = stack->testAttribute(Qt::WA_UpdatesDisabled);
    stack->setAttribute(Qt::WA_UpdatesDisabled);    // the layout leaves alone what is off already
    stack->setCurrentWidget(page);
    stack->setAttribute(Qt::WA_UpdatesDisabled, still);
    stack->update();
}

}
