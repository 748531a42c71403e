// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/LogSources.h"

#include "models/core/Format.h"
#include "ui/theme/Icons.h"
#include "ui/theme/StatePainter.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/LogSeries.h"

#include <QHeaderView>
#include <QPainter>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::ContainerFacts;
using items::PodFacts;

namespace {

enum Column { Name, State, Rate, ColumnCount };
constexpr int kKeyRole = Qt::UserRole;
constexpr int kState = 30;

QString keyOf(const QString &pod, const QString &container)
{
    return pod + u'/' + container;
}

}

LogSources::LogSources(QWidget *parent)
    : QWidget(parent)
    , m_tree(new QTreeWidget(this))
    , m_counts(new Label({}, Type::Body, Token::Text2, this))
    , m_title(new Label({}, Type::CaptionStrong, Token::Text, this))
    , m_text(new Label({}, Type::Caption, Token::Text2, this))
    , m_foot(new QVBoxLayout)
{
    setAccessibleName(tr("Sources of the log"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(16, 10, 12, 8);
    head->setSpacing(8);
    head->addWidget(new Label(tr("Sources"), Type::Strong, Token::Text, this));
    head->addWidget(m_counts, 1);
    column->addLayout(head);
    column->addWidget(new Hairline(Qt::Horizontal, this));
    m_tree->setAccessibleName(tr("Pods and containers"));
    m_tree->setColumnCount(ColumnCount);
    m_tree->header()->hide();
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setProperty("bare", true);
    m_tree->setIndentation(18);
    m_tree->setIconSize({14, 14});
    m_tree->setUniformRowHeights(true);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setMinimumSectionSize(20);
    m_tree->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_tree->header()->setSectionResizeMode(Name, QHeaderView::Stretch);
    m_tree->header()->setSectionResizeMode(State, QHeaderView::Fixed);
    m_tree->header()->resizeSection(State, kState);
    m_tree->setMinimumHeight(60);
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
    connect(m_tree, &QTreeWidget::itemChanged, this, &LogSources::changed);
    connect(m_tree, &QTreeWidget::itemActivated, this, [](QTreeWidgetItem *item) {
        item->setCheckState(Name, item->checkState(Name) == Qt::Checked ? Qt::Unchecked : Qt::Checked);
    });
}

void LogSources::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), tokens(this)[Token::Base]);
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
    const bool well = container.state == network::State::Ready;
    item->setIcon(State, well ? QIcon() : icon(stateIcon(container.state), stateToken(container.state)));
    const QString said = container.init ? tr("%1, init container: %2").arg(container.name, container.word) : u"%1: %2"_s.arg(container.name, container.word);
    item->setToolTip(State, plainTip(container.message.isEmpty() ? said : u"%1. %2"_s.arg(said, container.message)));
    item->setToolTip(Name, plainTip(u"%1, %2"_s.arg(pod.name, said)));
    item->setData(State, Qt::AccessibleTextRole, container.word);
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
    m_counts->setText(tr("%1 of %2").arg(formatInteger(chosen()), formatInteger(all())));
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
        const bool known = rate != m_rates.constEnd();
        item->setText(Rate, known ? tr("%1 /m", "lines a minute").arg(formatInteger(*rate)) : u"?"_s);
        item->setForeground(Rate, tokens(this)[Token::Text2]);
        item->setToolTip(Rate, known ? tr("%n line(s) in the last minute", nullptr, *rate) : tr("Not determined: this log is not read."));
    });
    m_filling = false;
}

void LogSources::setNote(const QString &title, const QString &text)
{
    m_title->setText(title);
    m_text->setText(text);
    fitNote();
}

/// Words that wrap are whole at every width.
void LogSources::fitNote()
{
    const int room = width() - m_foot->contentsMargins().left() - m_foot->contentsMargins().right();
    for (Label *label : {m_title, m_text}) {
        label->setMinimumHeight(0);   // it counts in what it asks for
        label->setMinimumHeight(std::max(0, label->heightForWidth(std::max(40, room))));
    }
}

void LogSources::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitNote();
}

}
