// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/OverviewTab.h"

#include "models/core/Format.h"
#include "models/items/CellText.h"
#include "ui/panes/details/VerdictSection.h"
#include "ui/widgets/Charts.h"
#include "ui/widgets/Facts.h"

#include <QGridLayout>
#include <QScrollArea>
#include <QScrollBar>

#include <algorithm>

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
        return {cell.text, Fact::Is::Value, false, cell.text, {}, cell.text.contains("://"_L1)};
    default:
        return Fact::value(items::cellText(cell, network::CellType::Integer, 0));
    }
}

/// `glyphs`: every line shows its state, not only what is not as it should be.
Fact factOf(const items::Fact &fact, bool glyphs)
{
    Fact out{fact.value, fact.isUnknown ? Fact::Is::Unknown : Fact::Is::Value, fact.isId, fact.toolTip};
    if (glyphs || fact.showState || fact.state != network::State::Ready)
        out.state = fact.state;
    out.address = fact.isAddress;
    out.link = !fact.linkKind.isEmpty();
    return out;
}

QString keyOf(const items::Fact &fact)
{
    return fact.key.isEmpty() ? fact.title : fact.key;
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

QScrollArea *makeScroll(QWidget *tab, QWidget *body)
{
    auto *scroll = new QScrollArea(tab);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tab->accessibleName());
    scroll->setWidget(body);
    auto *layout = new QVBoxLayout(tab);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    return scroll;
}

/// How long a step took, or takes since.
QString tookText(const items::StepFact &step, const QDateTime &now)
{
    if (!step.start.isValid())
        return {};
    const bool over = step.end.isValid();
    return over || step.state == network::State::Progressing ? formatAge(step.start, over ? step.end : now) : QString();
}

}

OverviewTab::OverviewTab(const Clock *clock, QWidget *parent)
    : DetailsTab(parent)
    , m_clock(clock)
{
    setAccessibleName(tr("Overview"));
    auto *body = new QWidget(this);
    m_columns = new QBoxLayout(QBoxLayout::TopToBottom, body);
    m_columns->setContentsMargins(16, 12, 16, 16);
    m_columns->setSpacing(14);
    m_left = new QWidget(body);
    m_right = new QWidget(body);
    build();
    m_divider = new Hairline(Qt::Vertical, body);
    m_divider->hide();
    m_columns->addWidget(m_left);
    m_columns->addWidget(m_divider);
    m_columns->addWidget(m_right);
    m_columns->addStretch(1);
    m_scroll = makeScroll(this, body);
    // The scroll bar takes the place of the margin, not of the values.
    connect(m_scroll->verticalScrollBar(), &QScrollBar::rangeChanged, this, [this](int, int most) {
        m_columns->setContentsMargins(16, 12, most > 0 ? 6 : 16, 16);
    });
}

void OverviewTab::build()
{
    QVBoxLayout *left = column(m_left), *right = column(m_right);
    m_message = new Label({}, Type::Body, Token::Text, m_left);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    left->addWidget(m_message);
    m_steps = new ConditionList(m_left);
    m_steps->setTitle(tr("Steps"));
    left->addWidget(m_steps);
    m_truths = new FactTable(tr("Declared, reported, observed"), m_left);
    m_truths->setTruths({tr("Declared"), tr("Reported"), tr("Observed")});
    left->addWidget(m_truths);
    m_verdict = new VerdictSection(m_left);
    m_verdict->hide();
    left->addWidget(m_verdict);
    m_conditions = new ConditionList(m_right);
    QHash<QString, QString> titles;
    const QList<QPair<QString, QString>> sections = items::detailSections();
    for (const auto &[id, title] : sections)
        titles.insert(id, title);
    (void)addTable(u"identity"_s, tr("Identity"), left);
    m_trend = makeTrend(m_left);
    left->addWidget(m_trend);
    m_rest = new QWidget(m_left);
    QVBoxLayout *rest = column(m_rest);
    (void)addTable(u"targets"_s, titles.value(u"targets"_s), rest);
    (void)addTable(u"traffic"_s, tr("Traffic"), rest);
    (void)addTable(u"balances"_s, tr("Balances"), rest);
    (void)addTable(u"declared"_s, titles.value(u"declared"_s), rest);
    (void)addTable(u"reported"_s, titles.value(u"reported"_s), rest);
    left->addWidget(m_rest);
    right->addWidget(m_conditions);
    (void)addTable(u"components"_s, tr("Components"), right);
    (void)addTable(u"artifacts"_s, titles.value(u"artifacts"_s), right);
    (void)addTable(u"retry"_s, titles.value(u"retry"_s), right);
    (void)addTable(u"object"_s, titles.value(u"object"_s), right);
    left->addStretch(1);
    right->addStretch(1);
}

FactTable *OverviewTab::addTable(const QString &id, const QString &title, QVBoxLayout *to)
{
    auto *table = new FactTable(title, to->parentWidget());
    to->addWidget(table);
    table->hide();
    m_tables.insert(id, table);
    connect(table, &FactTable::followed, this, [this, id](const QString &key) {
        const ObjectId wanted = m_links.value(id).value(key);   // a copy: what is shown may be another object then
        if (!wanted.name.isEmpty())
            Q_EMIT objectWanted(wanted);
    });
    return table;
}

QWidget *OverviewTab::makeTrend(QWidget *parent)
{
    auto *out = new QWidget(parent);
    m_trendTitle = new Label({}, Type::CaptionStrong, Token::Text2, out);
    m_trendValue = new Label({}, Type::Caption, Token::Text2, out);
    m_spark = new Sparkline(out);
    auto *trend = new QGridLayout(out);
    trend->setContentsMargins(0, 0, 0, 0);
    trend->setVerticalSpacing(2);
    trend->addWidget(m_trendTitle, 0, 0);
    trend->addWidget(m_trendValue, 0, 1, Qt::AlignRight);
    trend->addWidget(m_spark, 1, 0, 1, 2);
    out->hide();
    return out;
}

/// Where a node's small chart is, conditions come right below it, as nothing else matters as much.
void OverviewTab::placeRest()
{
    const bool below = m_restBelow && !m_wide;
    QWidget *to = below ? m_right : m_left;
    if (m_rest->parentWidget() == to)
        return;
    QBoxLayout *layout = static_cast<QBoxLayout *>(to->layout());
    m_rest->parentWidget()->layout()->removeWidget(m_rest);
    layout->insertWidget(below ? layout->indexOf(m_conditions) + 1 : layout->indexOf(m_trend) + 1, m_rest);
}

void OverviewTab::setWide(bool wide)
{
    m_wide = wide;
    placeRest();
    m_columns->setDirection(wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_columns->setSpacing(wide ? 20 : 14);
    m_columns->setStretchFactor(m_left, wide ? 1 : 0);
    m_columns->setStretchFactor(m_right, wide ? 1 : 0);
    m_columns->setStretch(m_columns->count() - 1, wide ? 0 : 1);
    m_divider->setVisible(wide);
}

void OverviewTab::alignLabels()
{
    int width = m_truths->labelWidth();
    for (const FactTable *table : std::as_const(m_tables))
        width = std::max(width, table->labelWidth());
    m_truths->setLabelWidth(width);
    for (FactTable *table : std::as_const(m_tables))
        table->setLabelWidth(width);
}

void OverviewTab::refreshTrend(const DetailsSubject &subject)
{
    if (!m_readings || !subject.target.environment) {
        m_trend->hide();
        return;
    }
    const items::ObjectFacts &facts = subject.facts;
    const items::Readings &readings = *m_readings;
    const QString cluster = subject.target.environment->name();
    const QDateTime now = m_clock->now();
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

void OverviewTab::present(const DetailsSubject &subject)
{
    const items::ObjectFacts &facts = subject.facts;
    const QDateTime now = m_clock->now();
    if (facts.object.uid != m_object) {
        leave();
        m_object = facts.object.uid;
        m_scroll->verticalScrollBar()->setValue(0);
    }
    m_message->setText(facts.message);
    m_message->setVisible(!facts.message.isEmpty());
    const bool node = subject.target.kind.own && subject.target.kind.pane == "nodes"_L1;
    m_node = node ? facts.object : ObjectId();
    showVerdict();
    showSteps(facts, now);
    showTruths(facts);
    showComponents(facts);
    show(u"identity"_s, facts.identity);
    show(u"balances"_s, facts.balances);
    show(u"traffic"_s, facts.traffic);
    const QList<QPair<QString, QString>> sections = items::detailSections();
    for (const QPair<QString, QString> &named : sections) {
        const QString &id = named.first;
        const auto section = std::find_if(facts.sections.begin(), facts.sections.end(), [&id](const items::FactSection &s) { return s.id == id; });
        show(id, section == facts.sections.end() ? QList<items::Fact>() : section->facts);
    }
    m_conditions->setConditions(conditionsOf(facts, now), summaryOf(facts));
    m_conditions->setVisible(!facts.conditions.isEmpty());
    refreshTrend(subject);
    m_restBelow = !m_trend->isHidden() && !facts.conditions.isEmpty();
    placeRest();
    alignLabels();
}

void OverviewTab::setVerdicts(state::Verdicts *verdicts)
{
    m_verdicts = verdicts;
    if (!verdicts)
        return;
    connect(verdicts, &state::Verdicts::changed, this, [this](const QString &cluster) {
        if (isVisible() && cluster == m_node.cluster)
            showVerdict();
    });
}

void OverviewTab::showEvent(QShowEvent *event)
{
    DetailsTab::showEvent(event);
    showVerdict();
}

void OverviewTab::hideEvent(QHideEvent *event)
{
    DetailsTab::hideEvent(event);
    if (m_verdicts)
        m_verdicts->leave(this);
}

void OverviewTab::showVerdict()
{
    const bool shown = m_verdicts && !m_node.name.isEmpty();
    m_verdict->setVisible(shown);
    if (!m_verdicts)
        return;
    shown && isVisible() ? m_verdicts->look(this) : m_verdicts->leave(this);
    if (shown)
        m_verdict->setVerdict(m_verdicts->of(m_node), m_clock->now());
}

/// The rows stay for the next object: most have the same ones, and present() tells those that are others.
void OverviewTab::leave()
{
    m_links.clear();
    m_object.clear();
}

/// Rows keep their places while values change; another set of rows is another table.
void OverviewTab::show(const QString &id, const QList<items::Fact> &facts, bool glyphs)
{
    FactTable *table = m_tables.value(id);
    QStringList wanted;
    QHash<QString, ObjectId> links;
    for (const items::Fact &fact : facts) {
        wanted.append(keyOf(fact));
        if (!fact.linkKind.isEmpty())
            links.insert(keyOf(fact), fact.link);
    }
    m_links.insert(id, links);
    if (table->keys() != wanted)
        table->clear();
    for (const items::Fact &fact : facts)
        table->setFact(keyOf(fact), fact.title, factOf(fact, glyphs));
    table->setVisible(!facts.isEmpty());
}

void OverviewTab::showSteps(const items::ObjectFacts &facts, const QDateTime &now)
{
    QList<ConditionFact> steps;
    int done = 0;
    for (const items::StepFact &step : facts.steps) {
        const bool skipped = step.state == network::State::Cancelled;
        done += step.state == network::State::Succeeded;
        ConditionFact shown{step.name, step.state, skipped ? tr("Skipped") : network::stateWord(step.state), step.message, tookText(step, now), {}};
        if (step.start.isValid())
            shown.since = step.end.isValid() ? tr("%1 to %2").arg(formatRfc3339(step.start), formatRfc3339(step.end)) : formatRfc3339(step.start);
        steps.append(shown);
    }
    m_steps->setConditions(steps, tr("%1 of %2 done").arg(done).arg(steps.size()));
    m_steps->setVisible(!steps.isEmpty());
}

void OverviewTab::showTruths(const items::ObjectFacts &facts)
{
    QStringList wanted;
    for (const items::TruthLine &line : facts.truths)
        wanted.append(line.id);
    if (m_truths->keys() != wanted)
        m_truths->clear();
    for (const items::TruthLine &line : facts.truths) {
        QList<Fact> values{truthFact(line.declared), truthFact(line.reported), truthFact(line.observed)};
        if (line.differs)
            values[1].reason = line.why;
        m_truths->setTruth(line.id, line.title, values, line.differs ? 1 : -1);
    }
    m_truths->setVisible(!facts.truths.isEmpty());
}

void OverviewTab::showComponents(const items::ObjectFacts &facts)
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
    show(u"components"_s, lines, true);
}

ConditionsTab::ConditionsTab(const Clock *clock, QWidget *parent)
    : DetailsTab(parent)
    , m_clock(clock)
{
    setAccessibleName(tr("Conditions"));
    auto *body = new QWidget(this);
    auto *layout = new QVBoxLayout(body);
    layout->setContentsMargins(16, 12, 16, 16);
    m_list = new ConditionList(body);
    layout->addWidget(m_list);
    layout->addStretch(1);
    m_scroll = makeScroll(this, body);
}

void ConditionsTab::present(const DetailsSubject &subject)
{
    m_list->setConditions(conditionsOf(subject.facts, m_clock->now()), summaryOf(subject.facts));
}

}
