// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ConditionRow.h"

#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/StatePainter.h"

namespace qd::ui {

using namespace Qt::StringLiterals;

ConditionRow::ConditionRow(QWidget *parent) : QAbstractButton(parent)
{
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(this, &QAbstractButton::toggled, this, [this] { updateGeometry(); });
}

void ConditionRow::setCondition(const ConditionFact &condition, int typeWidth)
{
    m_typeWidth = typeWidth;
    m_condition = condition;
    QStringList parts{condition.type, network::stateWord(condition.state)};
    for (const QString &part : {condition.reason, condition.message, condition.age}) {
        if (!part.isEmpty())
            parts.append(part);
    }
    setAccessibleName(parts.join(u", "_s));
    QStringList tip{condition.type};
    for (const QString &part : {condition.message, condition.since}) {
        if (!part.isEmpty())
            tip.append(part);
    }
    setToolTip(tip.join(u'\n'));
    updateGeometry();
    update();
}

int ConditionRow::lineHeight() const
{
    return qMax(24, QFontMetrics(typeFont(Type::Body)).height() + 8);
}

QSize ConditionRow::sizeHint() const
{
    return {280, heightForWidth(qMax(width(), 120))};
}

int ConditionRow::heightForWidth(int width) const
{
    if (!isChecked() || m_condition.message.isEmpty())
        return lineHeight();
    const QFontMetrics fm(typeFont(Type::Caption));
    return lineHeight() + fm.boundingRect(QRect(0, 0, width - 24, 10000), Qt::TextWordWrap, m_condition.message).height() + 4;
}

void ConditionRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    if (underMouse())
        style::box(&painter, rect(), metrics::kRadiusControl, t[Token::Hover], Qt::transparent);
    const int h = lineHeight();
    const auto visual = [this](const QRect &r) { return QStyle::visualRect(layoutDirection(), rect(), r); };
    const Qt::Alignment start = Qt::AlignAbsolute | (layoutDirection() == Qt::RightToLeft ? Qt::AlignRight : Qt::AlignLeft);
    const Qt::Alignment end = Qt::AlignAbsolute | (layoutDirection() == Qt::RightToLeft ? Qt::AlignLeft : Qt::AlignRight);
    paintState(&painter, visual(QRect(0, (h - 14) / 2, 14, 14)), m_condition.state, t);
    const QFont body = typeFont(Type::Body);
    const QFontMetrics fm(body);
    painter.setFont(body);
    const int age = fm.horizontalAdvance(m_condition.age) + 8;
    const int room = width() - 22 - age;
    const int type = qMin(qMax(width() * 32 / 100, m_typeWidth + 12), room * 62 / 100);   // in one column, whatever the age
    painter.setPen(t[Token::Text]);
    painter.drawText(visual(QRect(22, 0, type - 8, h)), int(start | Qt::AlignVCenter) | Qt::TextSingleLine,
                     fm.elidedText(m_condition.type, Qt::ElideRight, type - 8));
    painter.setPen(t[Token::Text2]);
    painter.drawText(visual(QRect(22 + type, 0, room - type, h)), int(start | Qt::AlignVCenter) | Qt::TextSingleLine,
                     fm.elidedText(m_condition.reason, Qt::ElideRight, room - type));
    painter.drawText(visual(QRect(width() - age, 0, age, h)), int(end | Qt::AlignVCenter) | Qt::TextSingleLine, m_condition.age);
    if (isChecked() && !m_condition.message.isEmpty()) {
        painter.setFont(typeFont(Type::Caption));
        painter.setPen(t[Token::Text]);
        painter.drawText(visual(QRect(22, h - 2, width() - 24, height() - h)), int(start) | Qt::TextWordWrap, m_condition.message);
    }
    if (hasFocus())
        style::focusRing(&painter, rect(), metrics::kRadiusControl, t[Token::Accent]);
}

}
