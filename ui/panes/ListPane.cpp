// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/ListPane.h"

#include "ui/actions/ActionRegistry.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/GroupedTable.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/StatePage.h"

#include <QKeyEvent>
#include <QSplitter>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;

ListPane::ListPane(const ShellContext &context, ActionRegistry *actions, QWidget *parent)
    : Pane(parent)
    , m_context(context)
    , m_actions(actions)
    , m_layout(new QVBoxLayout(this))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
}

QHBoxLayout *ListPane::buildBar(const Head &head)
{
    auto *bar = new QWidget(this);
    bar->setMinimumHeight(metrics::kPageBar);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(metrics::kPageEdge, 0, 16, 0);
    row->setSpacing(8);
    row->addWidget(new Label(head.title, Type::Heading, Token::Text, bar));
    row->addSpacing(6);
    m_counts = new ElidedLabel({}, Type::Body, Token::Text2, Qt::ElideRight, bar);
    row->addWidget(m_counts);
    row->addStretch(1);
    m_filter = new FilterField(bar);
    m_filter->setPlaceholderText(head.filterHint);
    m_filter->setAccessibleName(tr("Filter: %1").arg(head.name));
    m_filter->setMinimumWidth(120);
    m_filter->setMaximumWidth(head.filterMost);
    m_filter->installEventFilter(this);
    row->addWidget(m_filter, 2);
    m_layout->addWidget(bar);
    m_belowBar = new QVBoxLayout;
    m_layout->addLayout(m_belowBar);
    m_layout->addWidget(new Hairline(Qt::Horizontal, this));
    return row;
}

void ListPane::addProblems(QHBoxLayout *bar)
{
    m_problems = new PillButton(tr("Problems only"), bar->parentWidget());
    bar->addWidget(m_problems);
}

void ListPane::buildRows(GroupedTable *table)
{
    m_rows = table;
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_list = new QWidget(m_splitter);
    auto *column = new QVBoxLayout(m_list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_bars = new QVBoxLayout;
    m_bars->setSpacing(0);
    column->addLayout(m_bars);
    column->addWidget(table, 1);
    m_page = new StatePage(table);
    m_page->setClock(m_context.clock);
    table->setCover(m_page);
    column->insertWidget(0, m_page->takeBusyBar());
    m_page->hide();
    m_splitter->addWidget(m_list);
    m_splitter->setStretchFactor(0, 1);
    m_layout->addWidget(m_splitter, 1);
}

void ListPane::addDetails(QWidget *details)
{
    details->hide();
    m_splitter->addWidget(details);
    m_splitter->setStretchFactor(1, 0);
}

void ListPane::share(const QString &id, const QString &text, const QString &icon, const QKeySequence &key, const std::function<void()> &call)
{
    m_actions->share({id, text, icon, key.isEmpty() ? QList<QKeySequence>() : QList<QKeySequence>{key}, id.section(u'.', 0, 0)}, this, call);
}

void ListPane::shareFilter()
{
    share(u"list.filter"_s, tr("Filter the list"), u"filter"_s, QKeySequence(u"/"_s), [this] {
        showList();
        m_filter->setFocus(Qt::ShortcutFocusReason);
        m_filter->selectAll();
    });
    share(u"list.problems"_s, tr("Problems only"), u"alert"_s, QKeySequence(u"Ctrl+P"_s), [this] {
        showList();
        m_problems->toggle();
    });
}

QString ListPane::filterText() const
{
    return m_filter->text();
}

void ListPane::setFilterText(const QString &text)
{
    m_filter->setText(text);
    applyFilter(text);
}

void ListPane::setDensity(Density density)
{
    m_rows->setDensity(density);
}

QString ListPane::keyHints() const
{
    return tr("/ filter    Enter open    ? keys");
}

/// Enter and Down lead from the filter into the rows, Esc too once it is empty.
bool ListPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_filter && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
        if (enter)
            applyFilter(m_filter->text());
        if (enter || key == Qt::Key_Down || (key == Qt::Key_Escape && m_filter->text().isEmpty())) {
            m_rows->setFocus();
            if (!hasCurrent() && m_rows->model()->rowCount() > 1)
                m_rows->setCurrentIndex(m_rows->model()->index(1, keyColumn()));
            return true;
        }
    }
    return Pane::eventFilter(watched, event);
}

}
