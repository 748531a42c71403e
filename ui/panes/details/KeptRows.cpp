// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/KeptRows.h"

#include <QScrollBar>
#include <QTreeWidget>

namespace qd::ui {

namespace {

using Each = std::function<void(QTreeWidgetItem *, const QString &path)>;

void walk(QTreeWidgetItem *item, const QString &above, const KeptRows::Key &key, const Each &each)
{
    const QString path = above + u'\n' + key(item);
    each(item, path);
    for (int i = 0; i < item->childCount(); ++i)
        walk(item->child(i), path, key, each);
}

void walk(QTreeWidget *tree, const KeptRows::Key &key, const Each &each)
{
    for (int i = 0; i < tree->topLevelItemCount(); ++i)
        walk(tree->topLevelItem(i), {}, key, each);
}

}

KeptRows::KeptRows(QTreeWidget *tree, Key key)
    : m_tree(tree)
    , m_key(std::move(key))
    , m_scroll(tree->verticalScrollBar()->value())
{
    walk(tree, m_key, [this](QTreeWidgetItem *item, const QString &path) {
        m_open.insert(path, item->isExpanded());
        if (item == m_tree->currentItem())
            m_current = path;
    });
}

void KeptRows::restore() const
{
    if (m_open.isEmpty())
        return;
    QTreeWidgetItem *current = nullptr;
    walk(m_tree, m_key, [&](QTreeWidgetItem *item, const QString &path) {
        if (const auto was = m_open.find(path); was != m_open.end())
            item->setExpanded(*was);
        if (path == m_current)
            current = item;
    });
    if (current)
        m_tree->setCurrentItem(current);
    m_tree->doItemsLayout();   // else the bar knows the new rows only later
    m_tree->verticalScrollBar()->setValue(m_scroll);
}

}
