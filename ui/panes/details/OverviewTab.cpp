// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/OverviewTab.h"

#include "models/core/Format.h"
#include "models/items/CellText.h"
#include "ui/widgets/Facts.h"

#include <QScrollBar>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::Cell;

namespace {

Fact truthFact(const Cell &cell)
{
    switch (cell.is) {
    case Cell::Is::Absent:
        return Fact::absent();
    case Cell::Is::Unknown:
        return Fact::unknown(cell.text);
    case Cell::Is::Text:
        return {cell.text, Fact::Is::Value, false, cell.text};
    default:
        return Fact::value(items::cellText(cell, network::CellType::Integer, 0));
    }
}

void fill(FactTable *table, const QList<items::Fact> &facts)
{
    QStringList wanted;
    for (const items::Fact &fact : facts) {
        wanted.append(fact.title);
        Fact shown{fact.value, Fact::Is::Value, fact.isId, fact.toolTip};
        table->setFact(fact.title, fact.title, shown);
    }
    const QStringList keys = table->keys();
    for (const QString &key : keys) {
        if (!wanted.contains(key))
            table->removeFact(key);
    }
    table->setVisible(!facts.isEmpty());
}

QList<ConditionFact> conditionsOf(const items::NodeFacts &facts, const QDateTime &now)
{
    QList<ConditionFact> out;
    for (const items::ConditionFact &c : facts.conditions) {
        ConditionFact shown{c.type, c.state, c.reason, c.message, {}, {}};
        if (c.state == network::State::Unknown && c.reason.isEmpty())
            shown.reason = OverviewTab::tr("Not determined");
        if (c.since.isValid()) {
            shown.age = formatAge(c.since, now);
            shown.since = formatRfc3339(c.since);
        }
        out.append(shown);
    }
    return out;
}

QString summaryOf(const items::NodeFacts &facts)
{
    return facts.conditions.isEmpty() ? OverviewTab::tr("none reported")
                                      : OverviewTab::tr("%1 of %2 as wanted").arg(facts.conditionsGood).arg(facts.conditions.size());
}

QVBoxLayout *column(QWidget *parent)
{
    auto *layout = new QVBoxLayout(parent);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(14);
    return layout;
}

}

OverviewTab::OverviewTab(QWidget *parent)
    : QScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Overview"));
    auto *body = new QWidget(this);
    m_columns = new QBoxLayout(QBoxLayout::TopToBottom, body);
    m_columns->setContentsMargins(16, 12, 16, 16);
    m_columns->setSpacing(14);
    m_left = new QWidget(body);
    m_right = new QWidget(body);
    QVBoxLayout *left = column(m_left), *right = column(m_right);
    m_truths = new FactTable(tr("Declared, reported, observed"), m_left);
    m_truths->setTruths({tr("Declared"), tr("Reported"), tr("Observed")});
    m_identity = new FactTable(tr("Identity"), m_left);
    m_balances = new FactTable(tr("Balances"), m_left);
    m_traffic = new FactTable(tr("Traffic"), m_left);
    m_components = new FactTable(tr("Components"), m_right);
    m_conditions = new ConditionList(m_right);
    for (FactTable *table : {m_truths, m_identity, m_balances, m_traffic})
        left->addWidget(table);
    left->addStretch(1);
    right->addWidget(m_components);
    right->addWidget(m_conditions);
    right->addStretch(1);
    m_columns->addWidget(m_left, 1);
    m_columns->addWidget(m_right, 1);
    setWidget(body);
}

void OverviewTab::setWide(bool wide)
{
    m_columns->setDirection(wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_columns->setSpacing(wide ? 32 : 14);
}

void OverviewTab::setFacts(const items::NodeFacts &facts, const QDateTime &now)
{
    if (facts.object.uid != m_object) {
        for (FactTable *table : {m_truths, m_identity, m_balances, m_traffic, m_components})
            table->clear();
        m_object = facts.object.uid;
        verticalScrollBar()->setValue(0);
    }
    setTruths(facts);
    setComponents(facts);
    fill(m_identity, facts.identity);
    fill(m_balances, facts.balances);
    fill(m_traffic, facts.traffic);
    m_conditions->setConditions(conditionsOf(facts, now), summaryOf(facts));
}

void OverviewTab::setTruths(const items::NodeFacts &facts)
{
    for (const items::TruthLine &line : facts.truths) {
        QList<Fact> values{truthFact(line.declared), truthFact(line.reported), truthFact(line.observed)};
        if (line.differs)
            values[1].reason = line.why;
        m_truths->setTruth(line.id, line.title, values, line.differs ? 1 : -1);
    }
    m_truths->setVisible(!facts.truths.isEmpty());
}

void OverviewTab::setComponents(const items::NodeFacts &facts)
{
    QList<items::Fact> lines;
    for (const items::ComponentFact &c : facts.components) {
        QString text = tr("%1/%2 ready").arg(c.ready).arg(c.desired);
        if (c.state != network::State::Ready && !c.phase.isEmpty())
            text += u", "_s + c.phase;
        if (c.restarts > 0)
            text += u", "_s + tr("%n restart(s)", nullptr, int(c.restarts));
        lines.append({c.name, text, c.image, false, false, c.state});
    }
    fill(m_components, lines);
}

ConditionsTab::ConditionsTab(QWidget *parent)
    : QScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Conditions"));
    auto *body = new QWidget(this);
    auto *layout = new QVBoxLayout(body);
    layout->setContentsMargins(16, 12, 16, 16);
    m_list = new ConditionList(body);
    layout->addWidget(m_list);
    layout->addStretch(1);
    setWidget(body);
}

void ConditionsTab::setFacts(const items::NodeFacts &facts, const QDateTime &now)
{
    m_list->setConditions(conditionsOf(facts, now), summaryOf(facts));
}

}
