// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/KeptRows.h"

#include <QScrollBar>
#include <QTreeWidget>

namespace qd::ui {

namespace {

using Each = std::function<void(QTreeWidgetItem *, const QString &path)>;

void walk(QTreeWidgetItem *above, const QString &path, const KeptRows::Key &key, const Each &each)
{
    QHash<QString, int> seen;
    for (int i = 0; i < above->childCount(); ++i) {
        QTreeWidgetItem *item = above->child(i);
        const QString name = key(item);
        const QString own = path + u'\n' + name + u'#' + QString::number(seen[name]++);
        each(item, own);
        walk(item, own, key, each);
    }
}

}

KeptRows::KeptRows(QTreeWidget *tree, Key key)
    : m_tree(tree)
    , m_key(std::move(key))
    , m_scroll(tree->verticalScrollBar()->value())
{
    const QTreeWidgetItem *top = m_scroll > 0 ? tree->itemAt(0, 0) : nullptr;
    walk(tree->invisibleRootItem(), {}, m_key, [this, top](QTreeWidgetItem *item, const QString &path) {
        if (item->childCount() > 0)
            m_open.insert(path, item->isExpanded());
        if (item == m_tree->currentItem())
            m_current = path;
        if (item == top)
            m_top = path;
    });
}

void KeptRows::restore() const
{
    QTreeWidgetItem *current = nullptr, *top = nullptr;
    walk(m_tree->invisibleRootItem(), {}, m_key, [&](QTreeWidgetItem *item, const QString &path) {
        if (const auto was = m_open.find(path); was != m_open.end())
            item->setExpanded(*was);
        if (path == m_current)
            current = item;
        if (path == m_top)
            top = item;
    });
    if (current)
        m_tree->setCurrentItem(current);
    m_tree->doItemsLayout();   // else the bar knows the new rows only later
    if (top)
        m_tree->scrollToItem(top, QAbstractItemView::PositionAtTop);
    else
        m_tree->verticalScrollBar()->setValue(m_scroll);
}

}
