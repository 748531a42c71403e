// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/LogNodes.h"

#include "models/core/Format.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/LogSeries.h"

#include <QBoxLayout>
#include <QEvent>
#include <QTreeWidget>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kKeyRole = Qt::UserRole;               ///< of the node
constexpr int kComponentRole = Qt::UserRole + 1;
constexpr int kNumberRole = Qt::UserRole + 2;        ///< of the sample that is drawn; an icon is equal to none
constexpr int kNoSample = -1;

QString nodeOf(const QString &componentKey)
{
    return componentKey.left(componentKey.lastIndexOf(u'\n'));
}

}

LogNodes::LogNodes(QWidget *parent)
    : LogSourceTree(tr("Nodes and components"), parent)
    , m_search(new SearchField(u"search"_s, tr("Find a node"), tr("Find a node"), this))
{
    head()->setContentsMargins(16, 8, 12, 8);
    head()->addWidget(m_search, 1);
    m_search->setMinimumWidth(40);
    m_tree->setTextElideMode(Qt::ElideMiddle);   // names of a family differ at their ends
    connect(m_search, &QLineEdit::textChanged, this, &LogNodes::filter);
    connect(m_tree, &QTreeWidget::itemChanged, this, &LogNodes::changed);
    connect(m_tree, &QTreeWidget::itemExpanded, this, [this](QTreeWidgetItem *item) {
        const QString key = item->data(Name, kKeyRole).toString();
        if (!m_components.contains(key))
            Q_EMIT componentsWanted(key);
        // none is known: nothing to unfold, and it says so by folding again
        if (item->childCount() == 0)
            item->setExpanded(false);
    });
}

bool LogNodes::event(QEvent *event)
{
    if (event->type() == QEvent::ApplicationPaletteChange) {
        m_filling = true;
        qsizetype i = 0;
        eachNode([this, &i](QTreeWidgetItem *item, const QString &) {
            fillNode(item, m_nodes.at(i++));
            for (int j = 0; j < item->childCount(); ++j)
                item->child(j)->setData(Name, kNumberRole, {});     // in other colours
        });
        m_filling = false;
        showChoice();
    }
    return QWidget::event(event);
}

void LogNodes::eachNode(const std::function<void(QTreeWidgetItem *, const QString &)> &call) const
{
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
        QTreeWidgetItem *item = m_tree->topLevelItem(i);
        if (const QString key = item->data(Name, kKeyRole).toString(); !key.isEmpty())
            call(item, key);
    }
}

/// Rows are made anew only when other nodes are there; otherwise those are filled that changed, and the tree keeps its place.
void LogNodes::setNodes(const QList<LogNodeEntry> &nodes)
{
    const QList<LogNodeEntry> before = std::exchange(m_nodes, nodes);
    const bool same = std::equal(nodes.begin(), nodes.end(), before.begin(), before.end(), [](const auto &a, const auto &b) { return a.key == b.key; });
    m_filling = true;
    if (!same)
        makeRows();
    qsizetype i = 0;
    eachNode([&](QTreeWidgetItem *item, const QString &) {
        if (same && m_nodes.at(i) != before.at(i))
            fillNode(item, m_nodes.at(i));
        ++i;
    });
    m_filling = false;
    if (!same)
        showChoice();
    filter();
}

void LogNodes::setNode(const LogNodeEntry &node)
{
    QTreeWidgetItem *item = m_items.value(node.key);
    const qsizetype at = item ? m_tree->indexOfTopLevelItem(item) - 1 : -1;   // below "All nodes"
    if (at < 0 || m_nodes.at(at) == node)
        return;
    m_filling = true;
    m_nodes[at] = node;
    fillNode(item, node);
    m_filling = false;
}

void LogNodes::makeRows()
{
    QSet<QString> open;
    eachNode([&open](QTreeWidgetItem *item, const QString &key) {
        if (item->isExpanded())
            open.insert(key);
    });
    const QString current = m_tree->currentItem() ? m_tree->currentItem()->data(Name, kKeyRole).toString() : QString();
    m_items.clear();
    m_tree->clear();
    QList<QTreeWidgetItem *> rows;
    if (!m_nodes.isEmpty()) {
        auto *all = rows.emplaceBack(new QTreeWidgetItem);
        all->setFlags(all->flags() | Qt::ItemIsUserCheckable);
        all->setData(Rate, Qt::AccessibleTextRole, QString());
    }
    for (const LogNodeEntry &node : std::as_const(m_nodes)) {
        auto *item = rows.emplaceBack(new QTreeWidgetItem);
        m_items.insert(node.key, item);
        item->setData(Name, kKeyRole, node.key);
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
        item->setChildIndicatorPolicy(QTreeWidgetItem::ShowIndicator);
        item->setTextAlignment(Rate, Qt::AlignRight | Qt::AlignVCenter);
        for (const QString &component : m_components.value(node.key))
            item->addChild(makeChild(node.key, component));
        fillNode(item, node);   // before the tree looks
    }
    m_tree->addTopLevelItems(rows);
    eachNode([&](QTreeWidgetItem *item, const QString &key) {
        item->setExpanded(open.contains(key));
        if (key == current)
            m_tree->setCurrentItem(item);
    });
}

void LogNodes::fillNode(QTreeWidgetItem *item, const LogNodeEntry &node)
{
    item->setText(Name, node.name);
    item->setToolTip(Name, plainTip(node.tip));
    setState(item, node.state, node.word);
    item->setToolTip(State, plainTip(node.word));
}

/// All of it that stays, before the tree looks.
QTreeWidgetItem *LogNodes::makeChild(const QString &key, const QString &component) const
{
    auto *child = new QTreeWidgetItem({component});
    child->setData(Name, kComponentRole, component);
    child->setData(Name, kKeyRole, key);
    child->setFlags(child->flags() | Qt::ItemIsUserCheckable);
    child->setTextAlignment(Rate, Qt::AlignRight | Qt::AlignVCenter);
    return child;
}

void LogNodes::addComponents(const QString &key, const QStringList &components)
{
    QStringList known = m_components.value(key);
    bool more = false;
    for (const QString &component : components) {
        if (component.isEmpty() || known.contains(component))
            continue;
        known.append(component);
        more = true;
    }
    if (!more)
        return;
    known.sort();
    const bool first = !m_components.contains(key) && !m_all && m_chosen.contains(key);
    m_components.insert(key, known);
    QTreeWidgetItem *item = m_items.value(key);
    if (!item)
        return;
    m_filling = true;
    for (int i = 0; i < known.size(); ++i) {
        if (!item->child(i) || item->child(i)->text(Name) != known.at(i))
            item->insertChild(i, makeChild(key, known.at(i)));
    }
    showNode(item, key);
    if (first)
        item->setExpanded(true);
    m_filling = false;
}

/// What is chosen shows its parts.
void LogNodes::unfold(const QString &key)
{
    if (QTreeWidgetItem *item = m_items.value(key); item && item->childCount() > 0)
        item->setExpanded(true);
}

QStringList LogNodes::chosenNodes() const
{
    QStringList out;
    for (const LogNodeEntry &node : m_nodes) {
        if (chosen(node.key))
            out.append(node.key);
    }
    return out;
}

QStringList LogNodes::only(const QString &key) const
{
    const QSet<QString> without = m_without.value(key);
    QStringList out;
    for (const QString &component : without.isEmpty() ? QStringList() : m_components.value(key)) {
        if (!without.contains(component))
            out.append(component);
    }
    return out;
}

void LogNodes::choose(const QString &key)
{
    m_all = false;
    m_chosen = {key};
    m_without.clear();
    showChoice();
    m_tree->collapseAll();
    unfold(key);
    Q_EMIT chosenChanged();
}

void LogNodes::chooseAll()
{
    m_all = true;
    m_chosen.clear();
    m_without.clear();
    showChoice();
    Q_EMIT chosenChanged();
}

/// Every one of them by name, so that one can go.
void LogNodes::nameAll()
{
    if (!std::exchange(m_all, false))
        return;
    for (const LogNodeEntry &node : std::as_const(m_nodes))
        m_chosen.insert(node.key);
}

void LogNodes::takeNode(const QString &key, bool read)
{
    m_without.remove(key);
    if (!read)
        nameAll();
    read ? (void)m_chosen.insert(key) : (void)m_chosen.remove(key);
}

/// The first component of a node that is not read brings itself alone; without its last one the node is not read.
void LogNodes::takeComponent(const QString &key, const QString &component, bool read)
{
    const QStringList known = m_components.value(key);
    QSet<QString> &without = m_without[key];
    if (read && !chosen(key)) {
        without = QSet<QString>(known.begin(), known.end());
        m_chosen.insert(key);
    }
    read ? (void)without.remove(component) : (void)without.insert(component);
    if (std::all_of(known.begin(), known.end(), [&without](const QString &one) { return without.contains(one); }))
        takeNode(key, false);
}

void LogNodes::changed(QTreeWidgetItem *item, int column)
{
    if (m_filling || column != Name)
        return;
    const QString key = item->data(Name, kKeyRole).toString(), component = item->data(Name, kComponentRole).toString();
    const bool read = item->checkState(Name) == Qt::Checked;
    if (key.isEmpty()) {
        m_all = read;
        m_chosen.clear();
        m_without.clear();
    } else if (component.isEmpty()) {
        takeNode(key, read);
        if (read)
            unfold(key);
    } else {
        takeComponent(key, component, read);
    }
    showChoice();
    Q_EMIT chosenChanged();
}

QString LogNodes::counts() const
{
    return tr("%1 of %2").arg(formatInteger(chosenNodes().size()), formatInteger(m_nodes.size()));
}

/// What is read, and how much it writes.
void LogNodes::showChoice()
{
    m_filling = true;
    eachNode([this](QTreeWidgetItem *item, const QString &key) { showNode(item, key); });
    if (QTreeWidgetItem *all = m_tree->topLevelItem(0)) {
        all->setText(Name, tr("All nodes"));
        all->setCheckState(Name, m_all ? Qt::Checked : chosenNodes().isEmpty() ? Qt::Unchecked : Qt::PartiallyChecked);
    }
    setCounts(counts());
    m_filling = false;
}

void LogNodes::showNode(QTreeWidgetItem *item, const QString &key)
{
    const QBrush quiet(tokens(this)[Token::Text2]);
    int sum = 0, parts = 0;
    for (int j = 0; j < item->childCount(); ++j) {
        QTreeWidgetItem *child = item->child(j);
        const QString component = child->data(Name, kComponentRole).toString(), at = componentKey(key, component);
        const bool read = reads(key, component);
        child->setCheckState(Name, read ? Qt::Checked : Qt::Unchecked);
        const int number = read ? m_numbers.value(at, kNoSample) : kNoSample;
        if (const QVariant drawn = child->data(Name, kNumberRole); !drawn.isValid() || drawn.toInt() != number) {
            child->setData(Name, kNumberRole, number);
            child->setIcon(Name, number == kNoSample ? QIcon() : seriesIcon(number));
        }
        child->setForeground(Name, read ? QBrush() : quiet);
        parts += read && m_rates.contains(at) ? 1 : 0;
        sum += read ? m_rates.value(at) : 0;
        setRate(child, read && m_rates.contains(at) ? std::optional(m_rates.value(at)) : std::nullopt);
    }
    setRate(item, parts > 0 ? std::optional(sum) : std::nullopt);
    item->setCheckState(Name, !chosen(key) ? Qt::Unchecked : m_without.value(key).isEmpty() ? Qt::Checked : Qt::PartiallyChecked);
    item->setForeground(Name, chosen(key) ? QBrush() : quiet);
}

/// Of the nodes of which something is said otherwise.
void LogNodes::showChanged(const QHash<QString, int> &before, const QHash<QString, int> &now)
{
    QSet<QString> keys;
    for (auto it = now.cbegin(); it != now.cend(); ++it) {
        if (const auto there = before.constFind(it.key()); there == before.cend() || *there != *it)
            keys.insert(nodeOf(it.key()));
    }
    for (auto it = before.cbegin(); it != before.cend(); ++it) {
        if (!now.contains(it.key()))
            keys.insert(nodeOf(it.key()));
    }
    m_filling = true;
    for (const QString &key : std::as_const(keys)) {
        if (QTreeWidgetItem *item = m_items.value(key))
            showNode(item, key);
    }
    m_filling = false;
}

void LogNodes::filter()
{
    const QString text = m_search->text().trimmed();
    // Whoever is hidden or shown lays all rows out anew, also for the same again.
    const auto hide = [](QTreeWidgetItem *item, bool hidden) { item->isHidden() == hidden ? void() : item->setHidden(hidden); };
    eachNode([&](QTreeWidgetItem *item, const QString &) { hide(item, !text.isEmpty() && !item->text(Name).contains(text, Qt::CaseInsensitive)); });
    if (QTreeWidgetItem *all = m_tree->topLevelItem(0))
        hide(all, !text.isEmpty());
}

void LogNodes::setRates(const QHash<QString, int> &rates)
{
    showChanged(std::exchange(m_rates, rates), rates);
}

void LogNodes::setNumbers(const QHash<QString, int> &numbers)
{
    showChanged(std::exchange(m_numbers, numbers), numbers);
}

}
