// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Buttons.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"

#include <QActionEvent>
#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QStyle>
#include <QToolTip>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

/// Return presses the focused button, like Space; auto default would also make it the button of a whole dialog.
class Button final : public QPushButton {
public:
    using QPushButton::QPushButton;

protected:
    void keyPressEvent(QKeyEvent *event) override
    {
        const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
        if (!enter || event->isAutoRepeat() || (event->modifiers() & ~Qt::KeypadModifier))
            return QPushButton::keyPressEvent(event);
        click();
    }
};

}

void setButtonKind(QPushButton *button, ButtonKind kind)
{
    button->setProperty("primary", kind == ButtonKind::Primary);
    button->setProperty("production", kind == ButtonKind::Production);
    button->setProperty("danger", kind == ButtonKind::Danger);
    button->setProperty("ghost", kind == ButtonKind::Ghost);
    button->updateGeometry();
    button->update();
}

QPushButton *makeButton(const QString &text, ButtonKind kind, const QString &iconName, QWidget *parent)
{
    auto *button = new Button(text, parent);
    if (!iconName.isEmpty())
        button->setIcon(icon(iconName));
    button->setIconSize({metrics::kIcon, metrics::kIcon});
    button->setAutoDefault(false);
    setButtonKind(button, kind);
    return button;
}

QToolButton *makeIconButton(const QString &iconName, const QString &name, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(icon(iconName));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setToolTip(name);
    button->setAccessibleName(name);
    return button;
}

PillButton::PillButton(const QString &text, QWidget *parent) : QPushButton(text, parent)
{
    setCheckable(true);
    setAutoDefault(false);
}

OverflowMenuButton::OverflowMenuButton(const QString &name, QWidget *parent) : QToolButton(parent)
{
    setIcon(qd::ui::icon(u"more"_s));
    setAutoRaise(true);
    setFocusPolicy(Qt::TabFocus);
    setPopupMode(QToolButton::InstantPopup);
    setToolTip(name);
    setAccessibleName(name);
    setMenu(new QMenu(this));
    setEnabled(false);
}

void OverflowMenuButton::actionEvent(QActionEvent *event)
{
    QToolButton::actionEvent(event);
    if (!menu() || event->action() == menu()->menuAction())
        return;   // QToolButton adds the menu itself
    if (event->type() == QEvent::ActionAdded)
        menu()->addAction(event->action());
    else if (event->type() == QEvent::ActionRemoved)
        menu()->removeAction(event->action());
    setEnabled(!menu()->actions().isEmpty());
}

CopyButton::CopyButton(const QString &what, QWidget *parent) : QToolButton(parent)
{
    setIcon(qd::ui::icon(u"copy"_s));
    setAutoRaise(true);
    setFocusPolicy(Qt::TabFocus);
    setIconSize({14, 14});
    setFixedSize(22, 22);
    setToolTip(tr("Copy %1").arg(what));
    setAccessibleName(toolTip());
    connect(this, &QToolButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_text);
        QToolTip::showText(mapToGlobal(QPoint(0, height())), tr("Copied"), this, {}, 1500);
    });
}

}
