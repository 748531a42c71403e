// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/LogSourceTree.h"

#include "models/core/Format.h"
#include "ui/theme/Icons.h"
#include "ui/theme/StatePainter.h"
#include "ui/widgets/Label.h"

#include <QHeaderView>
#include <QEvent>
#include <QPainter>
#include <QStyle>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kState = 30;

}

LogSourceTree::LogSourceTree(const QString &rows, QWidget *parent)
    : QWidget(parent)
    , m_tree(new QTreeWidget(this))
    , m_head(new QHBoxLayout)
    , m_foot(new QVBoxLayout)
    , m_counts(new Label({}, Type::Body, Token::Text2, this))
    , m_title(new Label({}, Type::CaptionStrong, Token::Text, this))
    , m_text(new Label({}, Type::Caption, Token::Text2, this))
{
    setAccessibleName(tr("Sources of the log"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_head->setSpacing(8);
    m_head->addWidget(new Label(tr("Sources"), Type::Strong, Token::Text, this));
    m_head->addWidget(m_counts);
    column->addLayout(m_head);
    column->addWidget(new Hairline(Qt::Horizontal, this));
    setUpTree(rows);
    column->addWidget(m_tree, 1);
    column->addWidget(new Hairline(Qt::Horizontal, this));
    m_foot->setContentsMargins(16, 8, 12, 10);
    m_foot->setSpacing(4);
    m_title->setWordWrap(true);
    m_text->setWordWrap(true);
    m_foot->addWidget(m_title);
    m_foot->addWidget(m_text);
    column->addLayout(m_foot);
    setFocusProxy(m_tree);
}

void LogSourceTree::setUpTree(const QString &rows)
{
    m_tree->setAccessibleName(rows);
    m_tree->setColumnCount(ColumnCount);
    m_tree->header()->hide();
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setProperty("bare", true);
    m_tree->setIndentation(18);
    m_tree->setIconSize({14, 14});
    m_tree->setUniformRowHeights(true);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setMinimumSectionSize(20);
    // Columns that follow their contents measure the rows anew for every row that changes: of a thousand nodes that takes seconds.
    m_tree->header()->setSectionResizeMode(QHeaderView::Fixed);
    m_tree->header()->setSectionResizeMode(Name, QHeaderView::Stretch);
    m_tree->header()->resizeSection(State, kState);
    m_widestRate = u"?"_s;
    fitRates();
    m_tree->setMinimumHeight(60);
    connect(m_tree, &QTreeWidget::itemActivated, this, [](QTreeWidgetItem *item) {
        item->setCheckState(Name, item->checkState(Name) == Qt::Checked ? Qt::Unchecked : Qt::Checked);
    });
}

void LogSourceTree::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), tokens(this)[Token::Base]);
}

void LogSourceTree::setCounts(const QString &text)
{
    m_counts->setText(text);
}

void LogSourceTree::setState(QTreeWidgetItem *item, network::State state, const QString &word)
{
    item->setIcon(State, state == network::State::Ready ? QIcon() : icon(stateIcon(state), stateToken(state)));
    item->setData(State, Qt::AccessibleTextRole, word);
}

void LogSourceTree::fitRates()
{
    const int margin = m_tree->style()->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, m_tree) + 1;
    m_tree->header()->resizeSection(Rate, m_tree->fontMetrics().horizontalAdvance(m_widestRate) + 2 * margin + 4);
}

void LogSourceTree::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fitRates();
}

void LogSourceTree::setRate(QTreeWidgetItem *item, std::optional<int> lines)
{
    const QString text = lines ? tr("%1 /m", "lines a minute").arg(formatInteger(*lines)) : u"?"_s;
    const QBrush quiet(tokens(this)[Token::Text2]);
    if (item->text(Rate) == text && item->foreground(Rate) == quiet)
        return;
    if (text.size() > m_widestRate.size()) {
        m_widestRate = text;
        fitRates();
    }
    item->setText(Rate, text);
    item->setForeground(Rate, quiet);
    item->setToolTip(Rate, lines ? tr("%n line(s) in the last minute", nullptr, *lines) : tr("Not determined: what it writes is not, or not all, read now."));
}

void LogSourceTree::setNote(const QString &title, const QString &text)
{
    m_title->setText(title);
    m_text->setText(text);
    fitNote();
}

QString LogSourceTree::note() const
{
    return m_text->text();
}

/// Words that wrap are whole at every width.
void LogSourceTree::fitNote()
{
    const int room = width() - m_foot->contentsMargins().left() - m_foot->contentsMargins().right();
    for (Label *label : {m_title, m_text}) {
        label->setMinimumHeight(0);   // it counts in what it asks for
        label->setMinimumHeight(std::max(0, label->heightForWidth(std::max(40, room))));
    }
}

void LogSourceTree::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitNote();
}

}
