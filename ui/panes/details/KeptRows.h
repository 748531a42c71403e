// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>

#include <functional>

class QTreeWidget;
class QTreeWidgetItem;

namespace qd::ui {

/// What a person has of a tree while its rows are made anew: the current row, what is open and closed, and the row at the top, unless
/// that is the first. Made before, restored after; rows that are new stay as they were made. GUI thread; the tree outlives it.
class KeptRows {
public:
    /// Names a row among those beside it; of several of a name the order decides.
    using Key = std::function<QString(const QTreeWidgetItem *)>;
    KeptRows(QTreeWidget *tree, Key key);
    void restore() const;

private:
    QTreeWidget *m_tree;
    Key m_key;
    QHash<QString, bool> m_open;   ///< of rows with others below, by the keys of a row and of those above it
    QString m_current, m_top;
    int m_scroll;
};

}
