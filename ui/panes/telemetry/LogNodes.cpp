// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/LogNodes.h"

#include "models/core/Format.h"
#include "ui/theme/Icons.h"
#include "ui/theme/StatePainter.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/LogSeries.h"

#include <QEvent>
#include <QHeaderView>
#include <QPainter>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

enum Column { Name, State, Rate, ColumnCount };
constexpr int kKeyRole = Qt::UserRole;               ///< of the node
constexpr int kComponentRole = Qt::UserRole + 1;
constexpr int kState = 30;

}

LogNodes::LogNodes(QWidget *parent)
    : QWidget(parent)
    , m_tree(new QTreeWidget(this))
    , m_search(new SearchField(u"search"_s, tr("Find a node"), tr("Find a node"), this))
    , m_counts(new Label({}, Type::Body, Token::Text2, this))
    , m_title(new Label({}, Type::CaptionStrong, Token::Text, this))
    , m_text(new Label({}, Type::Caption, Token::Text2, this))
{
    setAccessibleName(tr("Sources of the log"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(16, 8, 12, 8);
    head->setSpacing(8);
    head->addWidget(new Label(tr("Sources"), Type::Strong, Token::Text, this));
    head->addWidget(m_counts);
    head->addWidget(m_search, 1);
    m_search->setMinimumWidth(40);
    column->addLayout(head);
    column->addWidget(new Hairline(Qt::Horizontal, this));
    buildTree();
    column->addWidget(m_tree, 1);
    column->addWidget(new Hairline(Qt::Horizontal, this));
    auto *foot = new QVBoxLayout;
    foot->setContentsMargins(16, 8, 12, 10);
    foot->setSpacing(4);
    m_title->setWordWrap(true);
    m_text->setWordWrap(true);
    foot->addWidget(m_title);
    foot->addWidget(m_text);
    column->addLayout(foot);
    setFocusProxy(m_tree);
    connect(m_search, &QLineEdit::textChanged, this, &LogNodes::filter);
}

void LogNodes::buildTree()
{
    m_tree->setAccessibleName(tr("Nodes and components"));
    m_tree->setColumnCount(ColumnCount);
    m_tree->header()->hide();
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setProperty("bare", true);
    m_tree->setIndentation(18);
    m_tree->setIconSize({14, 14});
    m_tree->setUniformRowHeights(true);
    m_tree->setTextElideMode(Qt::ElideMiddle);   // names of a family differ at their ends
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setMinimumSectionSize(20);
    m_tree->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_tree->header()->setSectionResizeMode(Name, QHeaderView::Stretch);
    m_tree->header()->setSectionResizeMode(State, QHeaderView::Fixed);
    m_tree->header()->resizeSection(State, kState);
    m_tree->setMinimumHeight(60);
    connect(m_tree, &QTreeWidget::itemChanged, this, &LogNodes::changed);
    connect(m_tree, &QTreeWidget::itemActivated, this, [](QTreeWidgetItem *item) {
        item->setCheckState(Name, item->checkState(Name) == Qt::Checked ? Qt::Unchecked : Qt::Checked);
    });
    connect(m_tree, &QTreeWidget::itemExpanded, this, [this](QTreeWidgetItem *item) {
        const QString key = item->data(Name, kKeyRole).toString();
        if (!m_components.contains(key))
            Q_EMIT componentsWanted(key);
        // none is known: nothing to unfold, and it says so by folding again
        if (item->childCount() == 0)
            item->setExpanded(false);
    });
}

void LogNodes::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), tokens(this)[Token::Base]);
}

bool LogNodes::event(QEvent *event)
{
    if (event->type() == QEvent::ApplicationPaletteChange) {
        setNodes(m_nodes);
        show(true);
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

/// Rows are made anew only when other nodes are there; the tree keeps its place otherwise.
void LogNodes::setNodes(const QList<LogNodeEntry> &nodes)
{
    const bool same = std::equal(nodes.begin(), nodes.end(), m_nodes.begin(), m_nodes.end(), [](const auto &a, const auto &b) { return a.key == b.key; });
    m_nodes = nodes;
    m_filling = true;
    if (!same) {
        QSet<QString> open;
        eachNode([&open](QTreeWidgetItem *item, const QString &key) {
            if (item->isExpanded())
                open.insert(key);
        });
        const QString current = m_tree->currentItem() ? m_tree->currentItem()->data(Name, kKeyRole).toString() : QString();
        m_tree->clear();
        if (!m_nodes.isEmpty()) {
            auto *all = new QTreeWidgetItem(m_tree);
            all->setFlags(all->flags() | Qt::ItemIsUserCheckable);
            all->setData(Rate, Qt::AccessibleTextRole, QString());
        }
        for (const LogNodeEntry &node : std::as_const(m_nodes)) {
            auto *item = new QTreeWidgetItem(m_tree);
            item->setData(Name, kKeyRole, node.key);
            item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
            item->setChildIndicatorPolicy(QTreeWidgetItem::ShowIndicator);
            item->setTextAlignment(Rate, Qt::AlignRight | Qt::AlignVCenter);
            for (const QString &component : m_components.value(node.key))
                new QTreeWidgetItem(item, {component});
            item->setExpanded(open.contains(node.key));
            if (node.key == current)
                m_tree->setCurrentItem(item);
        }
    }
    int i = 0;
    eachNode([this, &i](QTreeWidgetItem *item, const QString &) { fillNode(item, m_nodes.at(i++)); });
    m_filling = false;
    show(true);
    filter();
}

void LogNodes::fillNode(QTreeWidgetItem *item, const LogNodeEntry &node)
{
    item->setText(Name, node.name);
    item->setToolTip(Name, plainTip(node.tip));
    const bool well = node.state == network::State::Ready;
    item->setIcon(State, well ? QIcon() : icon(stateIcon(node.state), stateToken(node.state)));
    item->setToolTip(State, plainTip(node.word));
    item->setData(State, Qt::AccessibleTextRole, node.word);
    for (int j = 0; j < item->childCount(); ++j) {
        QTreeWidgetItem *child = item->child(j);
        child->setData(Name, kComponentRole, child->text(Name));
        child->setData(Name, kKeyRole, node.key);
        child->setFlags(child->flags() | Qt::ItemIsUserCheckable);
        child->setTextAlignment(Rate, Qt::AlignRight | Qt::AlignVCenter);
    }
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
    m_filling = true;
    eachNode([&](QTreeWidgetItem *item, const QString &there) {
        if (there != key)
            return;
        const bool open = first || item->isExpanded();
        qDeleteAll(item->takeChildren());
        for (const QString &component : std::as_const(known))
            new QTreeWidgetItem(item, {component});
        const auto node = std::find_if(m_nodes.cbegin(), m_nodes.cend(), [&key](const LogNodeEntry &one) { return one.key == key; });
        fillNode(item, *node);
        item->setExpanded(open);
    });
    m_filling = false;
    show(true);
}

/// What is chosen shows its parts.
void LogNodes::unfold(const QString &key)
{
    eachNode([&key](QTreeWidgetItem *item, const QString &there) {
        if (there == key && item->childCount() > 0)
            item->setExpanded(true);
    });
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
    show(true);
    m_tree->collapseAll();
    unfold(key);
    Q_EMIT chosenChanged();
}

void LogNodes::chooseAll()
{
    m_all = true;
    m_chosen.clear();
    m_without.clear();
    show(true);
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
    show(true);
    Q_EMIT chosenChanged();
}

QString LogNodes::counts() const
{
    return tr("%1 of %2").arg(formatInteger(chosenNodes().size()), formatInteger(m_nodes.size()));
}

/// What is read, and how much it writes.
void LogNodes::show(bool checks)
{
    m_filling = true;
    const QBrush quiet(tokens(this)[Token::Text2]);
    const auto rate = [&](QTreeWidgetItem *item, bool known, int lines) {
        item->setText(Rate, known ? tr("%1 /m", "lines a minute").arg(formatInteger(lines)) : u"?"_s);
        item->setForeground(Rate, quiet);
        item->setToolTip(Rate, known ? tr("%n line(s) in the last minute", nullptr, lines) : tr("Not determined: this log is not read."));
    };
    eachNode([&](QTreeWidgetItem *item, const QString &key) {
        int sum = 0, parts = 0;
        for (int j = 0; j < item->childCount(); ++j) {
            QTreeWidgetItem *child = item->child(j);
            const QString component = child->data(Name, kComponentRole).toString(), at = componentKey(key, component);
            const bool read = reads(key, component);
            child->setCheckState(Name, read ? Qt::Checked : Qt::Unchecked);
            child->setIcon(Name, read && m_numbers.contains(at) ? seriesIcon(m_numbers.value(at)) : QIcon());
            child->setForeground(Name, read ? QBrush() : quiet);
            parts += read && m_rates.contains(at) ? 1 : 0;
            sum += read ? m_rates.value(at) : 0;
            rate(child, read && m_rates.contains(at), m_rates.value(at));
        }
        rate(item, parts > 0, sum);
        if (checks) {
            item->setCheckState(Name, !chosen(key) ? Qt::Unchecked : m_without.value(key).isEmpty() ? Qt::Checked : Qt::PartiallyChecked);
            item->setForeground(Name, chosen(key) ? QBrush() : quiet);
        }
    });
    const qsizetype read = chosenNodes().size();
    if (QTreeWidgetItem *all = m_tree->topLevelItem(0); all && checks) {
        all->setText(Name, tr("All nodes"));
        all->setCheckState(Name, m_all ? Qt::Checked : read == 0 ? Qt::Unchecked : Qt::PartiallyChecked);
    }
    m_counts->setText(counts());
    m_filling = false;
}

void LogNodes::filter()
{
    const QString text = m_search->text().trimmed();
    eachNode([&text](QTreeWidgetItem *item, const QString &) { item->setHidden(!text.isEmpty() && !item->text(Name).contains(text, Qt::CaseInsensitive)); });
    if (QTreeWidgetItem *all = m_tree->topLevelItem(0))
        all->setHidden(!text.isEmpty());
}

void LogNodes::setRates(const QHash<QString, int> &rates)
{
    if (std::exchange(m_rates, rates) != rates)
        show(false);
}

void LogNodes::setNumbers(const QHash<QString, int> &numbers)
{
    if (std::exchange(m_numbers, numbers) != numbers)
        show(false);
}

void LogNodes::setNote(const QString &title, const QString &text)
{
    m_title->setText(title);
    m_text->setText(text);
    fitNote();
}

QString LogNodes::note() const
{
    return m_text->text();
}

/// Words that wrap are whole at every width.
void LogNodes::fitNote()
{
    const int room = std::max(40, width() - 28);
    for (Label *label : {m_title, m_text}) {
        label->setMinimumHeight(0);   // it counts in what it asks for
        label->setMinimumHeight(std::max(0, label->heightForWidth(room)));
    }
}

void LogNodes::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitNote();
}

}
