// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/LogFields.h"

#include "ui/theme/Type.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;

LogFields::LogFields(QWidget *parent)
    : QWidget(parent)
    , m_grid(nullptr)
{
    setAccessibleName(tr("Fields of the line"));
    setFont(typeFont(Type::Body));   // not the mono of the lines around it
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 6, 12, 8);
    column->setSpacing(2);
    auto *head = new QHBoxLayout;
    m_title = new Label(tr("Fields"), Type::Strong, Token::Text, this);
    head->addWidget(m_title, 1);
    m_more = makeButton({}, ButtonKind::Ghost, {}, this);
    QPushButton *copy = makeButton(tr("Copy line"), ButtonKind::Ghost, u"copy"_s, this);
    head->addWidget(m_more);
    head->addWidget(copy);
    column->addLayout(head);
    connect(copy, &QPushButton::clicked, this, [this] { Q_EMIT copyWanted(QString::fromUtf8(m_line.raw)); });
    connect(m_more, &QPushButton::clicked, this, [this] {
        m_all = !m_all;
        fill();
        Q_EMIT sizeWanted();
    });
}

void LogFields::setLine(const items::LogLine &line)
{
    m_line = line;
    m_all = false;
    fill();
}

void LogFields::fill()
{
    const bool focused = m_rows && m_rows->isAncestorOf(focusWidget());
    delete m_rows;
    m_rows = new QWidget(this);
    m_grid = new QGridLayout(m_rows);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(4);
    m_grid->setVerticalSpacing(0);
    m_grid->setColumnStretch(1, 1);
    const QList<QPair<QString, QString>> fields = items::logFields(m_line);
    int row = 0;
    for (const auto &[key, value] : fields) {
        if (row < kShown || m_all)
            addRow(row++, key, value);
    }
    const int more = int(fields.size()) - kShown;
    m_more->setVisible(more > 0);
    m_more->setText(m_all ? tr("Fewer fields") : tr("%n more field(s)", nullptr, qMax(0, more)));
    m_title->setText(fields.isEmpty() ? tr("A plain line: it has no fields") : tr("Fields"));
    static_cast<QVBoxLayout *>(layout())->addWidget(m_rows);
    m_rows->show();
    if (focused)
        m_more->setFocus();
}

void LogFields::addRow(int row, const QString &key, const QString &value)
{
    auto *name = new ElidedLabel(key, Type::Mono, Token::Text2, Qt::ElideMiddle, m_rows);
    auto *text = new ElidedLabel(value, Type::Mono, Token::Text, Qt::ElideRight, m_rows);
    name->setMinimumWidth(fontMetrics().averageCharWidth() * 14);
    text->setAccessibleName(u"%1: %2"_s.arg(key, value));
    m_grid->addWidget(name, row, 0);
    m_grid->addWidget(text, row, 1);
    const auto button = [this, row](int column, const QString &iconName, const QString &words) {
        QToolButton *made = makeIconButton(iconName, words, m_rows);
        made->setToolTip(plainTip(words));
        made->setIconSize({14, 14});
        m_grid->addWidget(made, row, column);
        return made;
    };
    connect(button(2, u"plus"_s, tr("Only lines with %1 = %2").arg(key, value)), &QToolButton::clicked, this,
            [this, key, value] { Q_EMIT filterWanted({key, value, false}); });
    connect(button(3, u"minus"_s, tr("No lines with %1 = %2").arg(key, value)), &QToolButton::clicked, this,
            [this, key, value] { Q_EMIT filterWanted({key, value, true}); });
    connect(button(4, u"copy"_s, tr("Copy the value of %1").arg(key)), &QToolButton::clicked, this,
            [this, value] { Q_EMIT copyWanted(value); });
}

void LogFields::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.fillRect(rect(), t[Token::Sunken]);
    painter.fillRect(QRect(0, 0, 3, height()), t[Token::Accent]);
}

void LogFields::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        Q_EMIT closeWanted();
        return;
    }
    QWidget::keyPressEvent(event);
}

}
