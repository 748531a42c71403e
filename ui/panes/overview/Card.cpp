// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/overview/Card.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Label.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>

namespace qd::ui {

using namespace Qt::StringLiterals;

Card::Card(const QString &title, QWidget *parent)
    : QFrame(parent)
    , m_name(title)
    , m_remark(new Label({}, Type::Caption, Token::Text2, this))
    , m_head(new QHBoxLayout)
    , m_body(new QVBoxLayout)
{
    setBackgroundRole(QPalette::Base);
    setAccessibleRole(this, QAccessible::Grouping);
    setAccessibleName(title);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_head->setContentsMargins(metrics::kCard, 11, metrics::kCard, 8);
    m_head->setSpacing(6);
    m_head->addWidget(new Label(title, Type::Strong, Token::Text, this));
    m_head->addStretch(1);
    m_head->addWidget(m_remark);
    column->addLayout(m_head);
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(0);
    column->addLayout(m_body);
}

void Card::setRemark(const QString &remark)
{
    m_remark->setText(remark);
    setAccessibleDescription(remark);
}

QString Card::remark() const
{
    return m_remark->text();
}

void Card::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    style::box(&painter, QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadiusCard, t[Token::Base], t[Token::Line]);
}

LinkButton::LinkButton(QWidget *parent, Type type) : QAbstractButton(parent), m_type(type)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    restyle();
}

void LinkButton::restyle()
{
    if (m_restyling)
        return;
    m_restyling = true;
    setFont(typeFont(m_type));
    m_restyling = false;
}

bool LinkButton::event(QEvent *event)
{
    const bool done = QAbstractButton::event(event);
    if (event->type() == QEvent::ApplicationFontChange)
        restyle();
    return done;
}

void LinkButton::setLink(const QString &text, const QString &iconName, const QString &spoken)
{
    m_icon = iconName;
    setAccessibleName(spoken.isEmpty() ? text : spoken);
    setText(text);
    updateGeometry();
    update();
}

QSize LinkButton::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + 6 + (m_icon.isEmpty() ? 0 : metrics::kGlyph + 6), fontMetrics().height() + 4};
}

QSize LinkButton::minimumSizeHint() const
{
    return {std::min(sizeHint().width(), fontMetrics().averageCharWidth() * 10), sizeHint().height()};
}

void LinkButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens t = tokens(this);
    int x = 2;
    if (!m_icon.isEmpty()) {
        paintIcon(&painter, QRectF(x, (height() - metrics::kGlyph) / 2.0, metrics::kGlyph, metrics::kGlyph), m_icon, t[Token::Text2], t[Token::Base]);
        x += metrics::kGlyph + 6;
    }
    QFont font = this->font();
    font.setUnderline(underMouse());
    painter.setFont(font);
    painter.setPen(t[Token::Accent]);
    painter.drawText(QRect(x, 0, width() - x - 2, height()), Qt::AlignVCenter | Qt::TextSingleLine,
                     fontMetrics().elidedText(text(), Qt::ElideRight, width() - x - 3));
    if (hasFocus())
        style::focusRing(&painter, QRectF(rect()), metrics::kRadiusControl, t[Token::Accent]);
}

void LinkButton::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

JumpRow::JumpRow(QWidget *parent) : QAbstractButton(parent), m_line(new QHBoxLayout(this))
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_line->setContentsMargins(metrics::kCard, 0, metrics::kCard, 0);
    m_line->setSpacing(8);
}

QSize JumpRow::sizeHint() const
{
    return {m_line->sizeHint().width(), std::max(fontMetrics().height() + 11, m_line->sizeHint().height())};
}

QSize JumpRow::minimumSizeHint() const
{
    return {m_line->minimumSize().width(), sizeHint().height()};
}

void JumpRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens t = tokens(this);
    const QRectF box = QRectF(rect()).adjusted(6, 0, -6, 0);
    if (underMouse())
        style::box(&painter, box, metrics::kRadiusControl, t[Token::Hover], Qt::transparent);
    if (hasFocus())
        style::focusRing(&painter, box, metrics::kRadiusControl, t[Token::Accent]);
}

void JumpRow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

ListCard::ListCard(const QString &title, int spacing, QWidget *parent) : Card(title, parent), m_list(new QVBoxLayout)
{
    m_list->setSpacing(spacing);
    body()->addLayout(m_list);
}

void ListCard::addMore(const QString &pane)
{
    m_more = new LinkButton(this);
    auto *line = new QHBoxLayout;
    line->setContentsMargins(metrics::kCard - 2, 2, metrics::kCard, 0);
    line->addWidget(m_more);
    line->addStretch(1);
    body()->addLayout(line);
    m_more->hide();
    connect(m_more, &QAbstractButton::clicked, this, [this, pane] { Q_EMIT listWanted(pane, {}); });
}

void ListCard::showMore(bool shown, const QString &text)
{
    m_more->setVisible(shown);
    m_more->setLink(text);
}

JumpRow *ListCard::addRow()
{
    auto *row = new JumpRow(this);
    m_list->addWidget(row);
    connect(row, &QAbstractButton::clicked, this, [this, row] {
        if (const auto object = m_objects.constFind(row); object != m_objects.constEnd())
            Q_EMIT objectWanted(*object);
    });
    return row;
}

ElidedLabel *quietLabel(QWidget *parent, Type type, Token token)
{
    auto *label = new ElidedLabel({}, type, token, Qt::ElideRight, parent);
    label->setAttribute(Qt::WA_TransparentForMouseEvents);
    return label;
}

Label *columnLabel(QWidget *parent, Type type, Token token, int digits, Qt::Alignment alignment)
{
    auto *label = new Label({}, type, token, parent);
    label->setAlignment(alignment | Qt::AlignVCenter);
    label->setAttribute(Qt::WA_TransparentForMouseEvents);
    label->setMinimumWidth(digits * QFontMetrics(typeFont(Type::Body)).horizontalAdvance(u'0'));
    return label;
}

}
