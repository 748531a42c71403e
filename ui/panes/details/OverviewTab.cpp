// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/OverviewTab.h"

#include "models/core/Format.h"
#include "models/items/CellText.h"
#include "ui/widgets/Charts.h"
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

/// `glyphs`: every line shows its state, not only what is not as it should be.
void fill(FactTable *table, const QList<items::Fact> &facts, bool glyphs = false)
{
    QStringList wanted;
    for (const items::Fact &fact : facts) {
        wanted.append(fact.title);
        Fact shown{fact.value, Fact::Is::Value, fact.isId, fact.toolTip};
        if (glyphs || fact.state != network::State::Ready)
            shown.state = fact.state;
        table->setFact(fact.title, fact.title, shown);
    }
    const QStringList keys = table->keys();
    for (const QString &key : keys) {
        if (!wanted.contains(key))
            table->removeFact(key);
    }
    table->setVisible(!facts.isEmpty());
}

QList<ConditionFact> conditionsOf(const items::ObjectFacts &facts, const QDateTime &now)
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

QString summaryOf(const items::ObjectFacts &facts)
{
    return facts.conditions.isEmpty() ? OverviewTab::tr("none reported")
                                      : OverviewTab::tr("%1 of %2 as wanted").arg(facts.conditionsGood).arg(facts.conditions.size());
}

QString spanText(qint64 seconds)
{
    return seconds < 3600 ? OverviewTab::tr("%1 m").arg(seconds / 60) : OverviewTab::tr("%1 h").arg(seconds / 3600);
}

QString clockText(qint64 epoch)
{
    return QDateTime::fromSecsSinceEpoch(epoch, Qt::UTC).toString(u"HH:mm"_s);
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
    m_trend = new QWidget(m_left);
    m_trendTitle = new Label({}, Type::CaptionStrong, Token::Text2, m_trend);
    m_trendValue = new Label({}, Type::Caption, Token::Text2, m_trend);
    m_spark = new Sparkline(m_trend);
    auto *trend = new QGridLayout(m_trend);
    trend->setContentsMargins(0, 0, 0, 0);
    trend->setVerticalSpacing(2);
    trend->addWidget(m_trendTitle, 0, 0);
    trend->addWidget(m_trendValue, 0, 1, Qt::AlignRight);
    trend->addWidget(m_spark, 1, 0, 1, 2);
    for (QWidget *part : std::initializer_list<QWidget *>{m_truths, m_identity, m_balances, m_traffic, m_trend})
        left->addWidget(part);
    left->addStretch(1);
    right->addWidget(m_conditions);
    right->addWidget(m_components);
    right->addStretch(1);
    m_divider = new Hairline(Qt::Vertical, body);
    m_divider->hide();
    m_columns->addWidget(m_left, 1);
    m_columns->addWidget(m_divider);
    m_columns->addWidget(m_right, 1);
    setWidget(body);
    // The scroll bar takes the place of the margin, not of the values.
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this](int, int most) {
        m_columns->setContentsMargins(16, 12, most > 0 ? 6 : 16, 16);
    });
}

void OverviewTab::setWide(bool wide)
{
    m_columns->setDirection(wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_columns->setSpacing(wide ? 20 : 14);
    m_divider->setVisible(wide);
}

void OverviewTab::alignLabels()
{
    const std::initializer_list<FactTable *> tables{m_truths, m_identity, m_balances, m_traffic, m_components};
    int width = 0;
    for (const FactTable *table : tables)
        width = std::max(width, table->labelWidth());
    for (FactTable *table : tables)
        table->setLabelWidth(width);
}

void OverviewTab::setTrend(const items::ObjectFacts &facts, const items::Readings &readings, const QString &cluster, const QDateTime &now)
{
    constexpr double kLow = 10;
    const QString &uid = facts.object.uid;
    const bool traffic = facts.trafficLeft || !readings.of(cluster, uid, u"traffic"_s).isEmpty();
    const bool balance = facts.balance || !readings.of(cluster, uid, u"balance"_s).isEmpty();
    m_trend->setVisible(traffic || balance);
    if (!traffic && !balance)
        return;
    const items::Readings::Trend seen = readings.trend(cluster, uid, traffic ? u"traffic"_s : u"balance"_s);
    m_trendTitle->setText((traffic ? tr("Traffic left, %1") : tr("CC balance, %1")).arg(spanText(seen.span)));
    if (traffic)
        m_trendValue->setText(facts.trafficLeft ? tr("%1 %, limit %2").arg(formatNumber(*facts.trafficLeft, 0), facts.trafficLimit) : tr("unknown"));
    else
        m_trendValue->setText(facts.balance ? tr("%1 CC").arg(formatNumber(*facts.balance, 2)) : tr("unknown"));
    const qint64 end = now.toSecsSinceEpoch();
    m_spark->setTop(traffic ? std::optional(100.0) : std::nullopt);
    m_spark->setThreshold(traffic ? std::optional(kLow) : std::nullopt, tr("low below %1 %").arg(kLow));
    m_spark->setSpan(seen.span, seen.first > 0 ? tr("not seen before %1").arg(clockText(seen.first)) : QString());
    m_spark->setSeries(traffic ? tr("Traffic left in %, as this console has seen it") : tr("CC balance, as this console has seen it"),
                       seen.values, clockText(end - seen.span), tr("now"));
}

void OverviewTab::setFacts(const items::ObjectFacts &facts, const QDateTime &now)
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
    alignLabels();
}

void OverviewTab::setTruths(const items::ObjectFacts &facts)
{
    for (const items::TruthLine &line : facts.truths) {
        QList<Fact> values{truthFact(line.declared), truthFact(line.reported), truthFact(line.observed)};
        if (line.differs)
            values[1].reason = line.why;
        m_truths->setTruth(line.id, line.title, values, line.differs ? 1 : -1);
    }
    m_truths->setVisible(!facts.truths.isEmpty());
}

void OverviewTab::setComponents(const items::ObjectFacts &facts)
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
    fill(m_components, lines, true);
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

void ConditionsTab::setFacts(const items::ObjectFacts &facts, const QDateTime &now)
{
    m_list->setConditions(conditionsOf(facts, now), summaryOf(facts));
}

}
