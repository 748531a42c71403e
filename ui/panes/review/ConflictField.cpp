// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/ConflictField.h"

#include "ui/theme/Metrics.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMostOfValue = 150;

void setValue(QPushButton *button, const QString &text, const QString &value, const QString &label)
{
    const QString shown = button->fontMetrics().elidedText(value, Qt::ElideRight, kMostOfValue);
    button->setText(text.arg(shown).replace(u'&', u"&&"_s));
    button->setToolTip(shown == value ? QString() : value);
    button->setAccessibleName(QString(label + u": "_s + text.arg(value)));
}

}

ConflictField::ConflictField(QWidget *parent)
    : QWidget(parent)
    , m_name(new Label({}, Type::Mono, Token::Text, this))
    , m_limits(new Label({}, Type::Caption, Token::Text2, this))
    , m_mine(makeButton({}, ButtonKind::Normal, {}, this))
    , m_theirs(makeButton({}, ButtonKind::Normal, {}, this))
    , m_or(new Label(tr("or"), Type::Body, Token::Text2, this))
    , m_other(new QLineEdit(this))
    , m_effect(new Label({}, Type::Caption, Token::Text2, this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::kPageEdge, 10, metrics::kPageEdge, 10);
    column->setSpacing(6);
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_name);
    head->addWidget(m_limits, 1);
    column->addLayout(head);
    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::kGap);
    row->addWidget(m_mine);
    row->addWidget(m_theirs);
    row->addWidget(m_or);
    row->addWidget(m_other);
    row->addStretch(1);
    column->addLayout(row);
    column->addWidget(m_effect);
    m_effect->setWordWrap(true);
    m_mine->setObjectName(u"takeMine"_s);
    m_theirs->setObjectName(u"takeTheirs"_s);
    m_other->setObjectName(u"anotherValue"_s);
    m_other->setFont(typeFont(Type::Mono));
    m_other->setPlaceholderText(tr("another value"));
    m_other->setFixedWidth(qMax(170, m_other->fontMetrics().horizontalAdvance(u'0') * 20));
    connect(m_mine, &QPushButton::clicked, this, &ConflictField::mineWanted);
    connect(m_theirs, &QPushButton::clicked, this, &ConflictField::theirsWanted);
    connect(m_other, &QLineEdit::textEdited, this, &ConflictField::valueTyped);
}

void ConflictField::present(const Shown &shown)
{
    m_name->setText(shown.label);
    m_limits->setText(shown.limits);
    setAccessibleName(shown.label);
    setValue(m_mine, tr("Take yours, %1"), shown.mine, shown.label);
    setValue(m_theirs, tr("Take theirs, %1"), shown.theirs, shown.label);
    m_other->setAccessibleName(tr("%1, another value").arg(shown.label));
    m_or->setVisible(shown.mayType);
    m_other->setVisible(shown.mayType);
    // What is being typed stays, also while it is the same as one of both: "2" on the way to "25".
    if (const QString text = shown.typed ? shown.result : QString(); text != m_other->text() && m_other->text() != shown.result)
        m_other->setText(text);
    m_effect->setToken(shown.problem.isEmpty() ? Token::Text2 : Token::Bad);
    m_effect->setText(shown.problem.isEmpty() ? shown.effect : shown.problem);
}

}
