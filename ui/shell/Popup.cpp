// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/Popup.h"

#include "ui/theme/Corners.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/Faces.h"

#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace qd::ui {

Popup::Popup(const QString &name, QWidget *parent)
    : QFrame(parent, Qt::Popup | Qt::FramelessWindowHint | Qt::NoDropShadowWindowHint)
    , m_body(new QVBoxLayout(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    roundCorners(this, metrics::kRadiusPopup);
    setAccessibleRole(this, QAccessible::Dialog);
    setAccessibleName(name);
    setWindowTitle(name);
    m_body->setContentsMargins(17, 15, 17, 15);
    m_body->setSpacing(8);
}

/// adjustSize() would stop at two thirds of the screen and squeeze what is in it.
void Popup::fit()
{
    m_body->activate();
    QSize wanted = sizeHint().expandedTo(minimumSize()).boundedTo(maximumSize());
    if (m_body->hasHeightForWidth())
        wanted.setHeight(m_body->totalHeightForWidth(wanted.width()));
    resize(wanted);
}

void Popup::refit()
{
    if (isVisible())
        fit();
}

void Popup::popupBelow(QWidget *anchor)
{
    fit();
    const QWidget *window = anchor->window();
    const QPoint corner = anchor->mapTo(window, QPoint(anchor->width(), anchor->height() + 6));
    const int x = std::clamp(corner.x() - width(), 8, std::max(8, window->width() - width() - 8));
    move(window->mapToGlobal(QPoint(x, corner.y())));
    show();
    setFocus();
}

void Popup::popupCentered()
{
    fit();
    const QWidget *window = parentWidget()->window();
    move(window->mapToGlobal(QPoint((window->width() - width()) / 2, std::max(60, (window->height() - height()) / 4))));
    show();
    setFocus();
}

void Popup::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    style::box(&painter, QRectF(rect()), metrics::kRadiusPopup, t[Token::Base], mix(t[Token::Line], t[Token::Edge], 0.4));
}

void Popup::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        close();
    else
        QFrame::keyPressEvent(event);
}

}
