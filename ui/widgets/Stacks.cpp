// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Stacks.h"

#include <QStackedWidget>

namespace qd::ui {

void showInStack(QStackedWidget *stack, QWidget *page)
{
    const bool still = stack->testAttribute(Qt::WA_UpdatesDisabled);
    stack->setAttribute(Qt::WA_UpdatesDisabled);    // the layout leaves alone what is off already
    stack->setCurrentWidget(page);
    stack->setAttribute(Qt::WA_UpdatesDisabled, still);
    stack->update();
}

}
