// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/LogSources.h"

#include "models/core/Format.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/LogSeries.h"

#include <QBoxLayout>
#include <QEvent>
#include <QTreeWidget>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::ContainerFacts;
using items::PodFacts;

namespace {

constexpr int kKeyRole = Qt::UserRole;

QString keyOf(const QString &pod, const QString &container)
{
    return pod + u'/' + container;
}

}

LogSources::LogSources(QWidget *parent) : LogSourceTree(tr("Pods and containers"), parent)
{
    head()->setContentsMargins(16, 10, 12, 8);
    head()->addStretch(1);
    connect(m_tree, &QTreeWidget::itemChanged, this, &LogSources::changed);
}

bool LogSources::event(QEvent *event)
{
    if (event->type() == QEvent::ApplicationPaletteChange)
        showChecks();
    return QWidget::event(event);
}

void LogSources::setObject(const QString &name)
{
    m_object = name;
}

void LogSources::clear()
{
    m_pods.clear();
    m_known.clear();
    m_unread.clear();
    m_rates.clear();
    m_numbers.clear();
    m_only.clear();
    m_whole = false;
    fill();
}

/// "participant-0" of the pod alice-participant-0.
QString LogSources::shortPod(const QString &pod) const
{
    return pod.startsWith(QString(m_object + u'-')) ? pod.mid(m_object.size() + 1) : pod;
}

QString LogSources::shortName(const PodFacts &pod, const ContainerFacts &container) const
{
    return pod.containers.size() > 1 ? u"%1 %2"_s.arg(shortPod(pod.name), container.name) : shortPod(pod.name);
}

/// New pods are read as they come, unless one was chosen alone or there are too many; init containers only when they are asked for.
void LogSources::setPods(const QList<PodFacts> &pods, bool complete)
{
    m_pods = pods;
    int read = 0;
    for (const PodFacts &pod : pods) {
        for (const ContainerFacts &container : pod.containers) {
            const QString key = keyOf(pod.name, container.name);
            if (!m_known.contains(key) && (m_only.isEmpty() ? container.init : key != m_only))
                m_unread.insert(key);
            m_known.insert(key);
            read += m_unread.contains(key) ? 0 : 1;
        }
    }
    if (complete && !std::exchange(m_whole, true) && read > kMerged && m_only.isEmpty()) {
        int kept = 0;
        for (const PodFacts &pod : pods) {
            for (const ContainerFacts &container : pod.containers) {
                if (!m_unread.contains(keyOf(pod.name, container.name)) && ++kept > kMerged)
                    m_unread.insert(keyOf(pod.name, container.name));
            }
        }
    }
    fill();
}

bool LogSources::reads(const QString &pod, const ContainerFacts &container) const
{
    return m_known.contains(keyOf(pod, container.name)) && !m_unread.contains(keyOf(pod, container.name));
}

void LogSources::choose(const QString &pod, const QString &container)
{
    m_only = keyOf(pod, container);
    m_unread = m_known;
    m_unread.remove(m_only);
    showChecks();
}

void LogSources::chooseAll()
{
    m_only.clear();
    m_unread.clear();
    for (const PodFacts &pod : std::as_const(m_pods)) {
        for (const ContainerFacts &container : pod.containers) {
            if (container.init)
                m_unread.insert(keyOf(pod.name, container.name));
        }
    }
    showChecks();
    Q_EMIT chosenChanged();
}

int LogSources::all() const
{
    int out = 0;
    for (const PodFacts &pod : m_pods)
        out += int(pod.containers.size());
    return out;
}

int LogSources::chosen() const
{
    int out = 0;
    for (const PodFacts &pod : m_pods) {
        for (const ContainerFacts &container : pod.containers)
            out += reads(pod.name, container) ? 1 : 0;
    }
    return out;
}

QString LogSources::only() const
{
    QString out;
    for (const PodFacts &pod : m_pods) {
        for (const ContainerFacts &container : pod.containers) {
            if (!reads(pod.name, container))
                continue;
            if (!out.isEmpty())
                return {};
            out = shortName(pod, container);
        }
    }
    return out;
}

void LogSources::fillLeaf(QTreeWidgetItem *item, const PodFacts &pod, const ContainerFacts &container, const QString &text)
{
    item->setData(Name, kKeyRole, keyOf(pod.name, container.name));
    item->setText(Name, text);
    setState(item, container.state, container.word);
    const QString said = container.init ? tr("%1, init container: %2").arg(container.name, container.word) : u"%1: %2"_s.arg(container.name, container.word);
    item->setToolTip(State, plainTip(container.message.isEmpty() ? said : u"%1. %2"_s.arg(said, container.message)));
    item->setToolTip(Name, plainTip(u"%1, %2"_s.arg(pod.name, said)));
    item->setTextAlignment(Rate, Qt::AlignRight | Qt::AlignVCenter);
}

/// A pod of one container is one row. Rows are made anew only when others are there; the tree keeps its place otherwise.
void LogSources::fill()
{
    m_filling = true;
    QStringList wanted, there;
    for (const PodFacts &pod : std::as_const(m_pods)) {
        for (const ContainerFacts &container : pod.containers)
            wanted.append(keyOf(pod.name, container.name));
    }
    eachLeaf([&there](QTreeWidgetItem *item) { there.append(item->data(Name, kKeyRole).toString()); });
    const bool same = wanted == there;
    if (!same)
        m_tree->clear();
    QHash<QString, QTreeWidgetItem *> leaves;
    eachLeaf([&leaves](QTreeWidgetItem *item) { leaves.insert(item->data(Name, kKeyRole).toString(), item); });
    for (const PodFacts &pod : std::as_const(m_pods)) {
        const bool one = pod.containers.size() == 1;
        QTreeWidgetItem *parent = nullptr;
        if (!one && !same) {
            parent = new QTreeWidgetItem(m_tree, {shortPod(pod.name)});
            parent->setToolTip(Name, plainTip(pod.name));
            parent->setExpanded(true);
        }
        for (const ContainerFacts &container : pod.containers) {
            QTreeWidgetItem *item = leaves.value(keyOf(pod.name, container.name));
            if (!item)
                item = parent ? new QTreeWidgetItem(parent) : new QTreeWidgetItem(m_tree);
            fillLeaf(item, pod, container, one ? shortPod(pod.name) : container.name);
        }
    }
    const bool flat = std::none_of(m_pods.begin(), m_pods.end(), [](const PodFacts &pod) { return pod.containers.size() > 1; });
    m_tree->setRootIsDecorated(!flat);
    m_filling = false;
    showChecks();
}

void LogSources::eachLeaf(const std::function<void(QTreeWidgetItem *)> &call) const
{
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
        QTreeWidgetItem *top = m_tree->topLevelItem(i);
        if (top->childCount() == 0)
            call(top);
        for (int j = 0; j < top->childCount(); ++j)
            call(top->child(j));
    }
}

void LogSources::changed(QTreeWidgetItem *item, int column)
{
    if (m_filling || column != Name)
        return;
    QList<QTreeWidgetItem *> leaves;
    for (int i = 0; i < item->childCount(); ++i)
        leaves.append(item->child(i));
    if (leaves.isEmpty())
        leaves.append(item);
    m_only.clear();
    bool other = false;
    for (const QTreeWidgetItem *leaf : std::as_const(leaves)) {
        const QString key = leaf->data(Name, kKeyRole).toString();
        const bool read = item->checkState(Name) == Qt::Checked;
        other = other || read == m_unread.contains(key);
        read ? (void)m_unread.remove(key) : (void)m_unread.insert(key);
    }
    showChecks();
    if (other)
        Q_EMIT chosenChanged();
}

void LogSources::showChecks()
{
    m_filling = true;
    eachLeaf([this](QTreeWidgetItem *item) {
        const QString key = item->data(Name, kKeyRole).toString();
        const bool read = !m_unread.contains(key);
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
        item->setCheckState(Name, read ? Qt::Checked : Qt::Unchecked);
        item->setIcon(Name, read && m_numbers.contains(key) ? seriesIcon(m_numbers.value(key)) : QIcon());
        item->setForeground(Name, read ? QBrush() : QBrush(tokens(this)[Token::Text2]));
    });
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
        QTreeWidgetItem *top = m_tree->topLevelItem(i);
        int read = 0;
        for (int j = 0; j < top->childCount(); ++j)
            read += top->child(j)->checkState(Name) == Qt::Checked ? 1 : 0;
        if (top->childCount() > 0)
            top->setCheckState(Name, read == 0 ? Qt::Unchecked : read == top->childCount() ? Qt::Checked : Qt::PartiallyChecked);
    }
    setCounts(tr("%1 of %2").arg(formatInteger(chosen()), formatInteger(all())));
    m_filling = false;
    showRates();
}

void LogSources::setRates(const QHash<QString, int> &rates)
{
    m_rates = rates;
    showRates();
}

void LogSources::setNumbers(const QHash<QString, int> &numbers)
{
    if (numbers == m_numbers)
        return;
    m_numbers = numbers;
    showChecks();
}

void LogSources::showRates()
{
    m_filling = true;
    eachLeaf([this](QTreeWidgetItem *item) {
        const auto rate = m_rates.constFind(item->data(Name, kKeyRole).toString());
        setRate(item, rate == m_rates.constEnd() ? std::nullopt : std::optional(*rate));
    });
    m_filling = false;
}

}
