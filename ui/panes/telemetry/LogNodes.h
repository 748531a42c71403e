// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/LogSourceTree.h"

#include <QHash>
#include <QSet>

#include <functional>

namespace qd::ui {

class SearchField;

/// A node in the tree of sources.
struct LogNodeEntry {
    QString key;                                     ///< stays with it
    QString name;
    QString tip;
    network::State state = network::State::Unknown;
    QString word;                                    ///< of the state
    friend bool operator==(const LogNodeEntry &, const LogNodeEntry &) = default;
};

/// Whose logs are read: the nodes of a cluster and their components as a tree with checks (picture 13, left), each component with its
/// line's sample and how much it writes. Keeps what was chosen while nodes come and go. GUI thread.
class LogNodes : public LogSourceTree {
    Q_OBJECT
public:
    explicit LogNodes(QWidget *parent = nullptr);
    void setNodes(const QList<LogNodeEntry> &nodes);
    /// One of them as it is now; the others are not looked at.
    void setNode(const LogNodeEntry &node);
    /// Adds to those of a node that are known.
    void addComponents(const QString &key, const QStringList &components);
    /// Only this node, all of it.
    void choose(const QString &key);
    /// Every node, also those that come.
    void chooseAll();
    [[nodiscard]] bool all() const { return m_all; }
    [[nodiscard]] bool chosen(const QString &key) const { return m_all || m_chosen.contains(key); }
    /// Keys, in the order of the tree.
    [[nodiscard]] QStringList chosenNodes() const;
    [[nodiscard]] bool reads(const QString &key, const QString &component) const { return chosen(key) && !m_without.value(key).contains(component); }
    [[nodiscard]] QStringList components(const QString &key) const { return m_components.value(key); }
    /// Of a chosen node: those that are read, empty when all are.
    [[nodiscard]] QStringList only(const QString &key) const;
    [[nodiscard]] int count() const { return int(m_nodes.size()); }
    /// "3 of 41".
    [[nodiscard]] QString counts() const;
    /// Lines a minute of what is read, and numbers of the samples, by componentKey(); what is not in them is not determined.
    void setRates(const QHash<QString, int> &rates);
    void setNumbers(const QHash<QString, int> &numbers);
    [[nodiscard]] static QString componentKey(const QString &key, const QString &component) { return key + u'\n' + component; }
    [[nodiscard]] SearchField *search() const { return m_search; }

Q_SIGNALS:
    void chosenChanged();
    /// A node is unfolded, and no component of it is known.
    void componentsWanted(const QString &key);

protected:
    bool event(QEvent *event) override;

private:
    void makeRows();
    void fillNode(QTreeWidgetItem *item, const LogNodeEntry &node);
    [[nodiscard]] QTreeWidgetItem *makeChild(const QString &key, const QString &component) const;
    void changed(QTreeWidgetItem *item, int column);
    void takeNode(const QString &key, bool read);
    void takeComponent(const QString &key, const QString &component, bool read);
    void nameAll();
    void unfold(const QString &key);
    void showChoice();
    void showNode(QTreeWidgetItem *item, const QString &key);
    void showChanged(const QHash<QString, int> &before, const QHash<QString, int> &now);
    void filter();
    void eachNode(const std::function<void(QTreeWidgetItem *, const QString &)> &call) const;
    SearchField *m_search;
    QList<LogNodeEntry> m_nodes;
    QHash<QString, QTreeWidgetItem *> m_items;       ///< rows of nodes by key
    QHash<QString, QStringList> m_components;        ///< by node, sorted
    QSet<QString> m_chosen;
    QHash<QString, QSet<QString>> m_without;         ///< components that are not read, by node
    QHash<QString, int> m_rates, m_numbers;
    bool m_all = false;
};

}
