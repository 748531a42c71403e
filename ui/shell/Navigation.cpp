// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/Navigation.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/StatePainter.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Faces.h"

#include <QKeyEvent>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;

NavigationItem::NavigationItem(const QString &iconName, const QString &text, QWidget *parent)
    : QAbstractButton(parent)
    , m_icon(iconName)
{
    setText(text);
    setCheckable(true);
    setAutoExclusive(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    describe();
}

void NavigationItem::setAttention(State worst, int count)
{
    if (worst == m_worst && count == m_count)
        return;     // told at every look at alerts, all day
    m_worst = worst;
    m_count = count;
    describe();
    update();
}

void NavigationItem::setFolded(bool folded)
{
    m_folded = folded;
    describe();
    updateGeometry();
}

void NavigationItem::describe()
{
    QString name = text();
    if (m_count > 0)
        name = tr("%1, to look at: %2, worst %3").arg(text()).arg(m_count).arg(network::stateWord(m_worst));
    setAccessibleName(name);
    setToolTip(m_folded || m_count > 0 ? name : QString());
}

QSize NavigationItem::sizeHint() const
{
    return {m_folded ? metrics::kNavigationFolded - 16 : metrics::kNavigation - 16, metrics::atLeast(metrics::kControl, fontMetrics()) + 1};
}

void NavigationItem::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens t = tokens(this);
    const QRectF box = QRectF(rect()).adjusted(0, 0, 0, -1);
    if (isChecked())
        style::box(&painter, box, metrics::kRadiusControl, t[Token::Sel], Qt::transparent);
    else if (underMouse())
        style::box(&painter, box, metrics::kRadiusControl, t[Token::Hover], Qt::transparent);
    if (isChecked())
        style::box(&painter, QRectF(0, 5, 3, height() - 11), 1.5, t[Token::Accent], Qt::transparent);
    if (hasFocus())
        style::focusRing(&painter, box, metrics::kRadiusControl, t[Token::Accent]);
    const int x = m_folded ? (width() - metrics::kIcon) / 2 : 12;
    paintIcon(&painter, QRectF(x, (height() - metrics::kIcon) / 2.0, metrics::kIcon, metrics::kIcon), m_icon,
              t[isChecked() ? Token::Accent : Token::Text2], t[Token::Window]);
    const bool loud = m_count > 0 && m_worst <= State::Stale;
    if (m_folded) {
        if (loud)
            paintState(&painter, QRectF(width() - 13, 1, 10, 10), m_worst, t);
        return;
    }
    int right = width() - 10;
    if (loud) {
        const QFont count = typeFont(Type::Caption, typeFont(Type::Strong, font()));
        const QString number = QString::number(m_count);
        const int wide = QFontMetrics(count).horizontalAdvance(number);
        painter.setFont(count);
        painter.setPen(t[stateToken(m_worst)]);
        painter.drawText(QRect(right - wide, 0, wide, height()), Qt::AlignVCenter, number);
        right -= wide + 16;
        paintState(&painter, QRectF(right, (height() - 12) / 2.0, 12, 12), m_worst, t);
        right -= 8;
    }
    painter.setFont(isChecked() ? typeFont(Type::Strong, font()) : font());
    painter.setPen(t[Token::Text]);
    const QRect label(38, 0, right - 38, height());
    painter.drawText(label, Qt::AlignVCenter, painter.fontMetrics().elidedText(text(), Qt::ElideRight, label.width()));
}

Navigation::Navigation(QWidget *parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
{
    setAccessibleRole(this, QAccessible::Grouping);
    setAccessibleName(tr("Pages"));
    m_layout->setContentsMargins(8, 9, 9, 9);
    m_layout->setSpacing(1);
    m_layout->addStretch(1);
    setFixedWidth(metrics::kNavigation);
}

NavigationItem *Navigation::addPane(const QString &id, const QString &iconName, const QString &text, int group)
{
    auto *item = new NavigationItem(iconName, text, this);
    if (m_group >= 0 && group != m_group)
        m_layout->insertSpacing(m_layout->count() - 1, 12);
    m_group = group;
    m_layout->insertWidget(m_layout->count() - 1, item);
    m_items.insert(id, item);
    connect(item, &QAbstractButton::clicked, this, [this, id] { Q_EMIT paneWanted(id); });
    return item;
}

void Navigation::setCurrent(const QString &id)
{
    if (NavigationItem *item = m_items.value(id))
        item->setChecked(true);
}

void Navigation::setFolded(bool folded)
{
    setFixedWidth(folded ? metrics::kNavigationFolded : metrics::kNavigation);
    for (NavigationItem *item : std::as_const(m_items))
        item->setFolded(folded);
}

void Navigation::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.fillRect(rect(), t[Token::Window]);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), t[Token::Line]);
}

void Navigation::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Down)
        focusNextChild();
    else if (event->key() == Qt::Key_Up)
        focusPreviousChild();
    else
        QWidget::keyPressEvent(event);
}

}
