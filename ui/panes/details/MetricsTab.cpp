// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/MetricsTab.h"

#include "models/core/Format.h"
#include "models/items/telemetry/NodeDashboard.h"
#include "models/state/telemetry/NodeLabels.h"
#include "models/state/telemetry/VerdictSubjects.h"
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartGroup.h"
#include "ui/charts/ChartView.h"
#include "ui/panes/telemetry/GrafanaDoor.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QScrollBar>

namespace qd::ui {

using namespace Qt::StringLiterals;
using ports::TelemetryPart;
using ports::TelemetryState;

namespace {
constexpr qint64 kRanges[] = {3600, 6 * 3600, 24 * 3600, 7 * 86400};
constexpr int kDefaultRange = 1;
constexpr int kGap = 12;
constexpr int kTwoColumns = 760;    ///< from this width on
constexpr int kMarkTicks = 60;
}

MetricsTab::MetricsTab(const ShellContext &context, QWidget *parent)
    : DetailsTab(parent)
    , m_context(context)
    , m_group(new ChartGroup(context.clock, this))
    , m_grafana(new GrafanaDoor(context, this))
    , m_session(new items::DashboardSession(context.clock, this))
    , m_deployments(new items::ChartDeployments(this))
    , m_events(new items::ChartEvents(this))
{
    setAccessibleName(tr("Metrics"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(16, 8, 16, 0);
    m_range = new QComboBox(this);
    m_range->setAccessibleName(tr("Time of the charts"));
    for (const qint64 seconds : kRanges)
        m_range->addItem(tr("Last %1").arg(formatAge(seconds)), seconds);
    m_asOf = new Label({}, Type::Caption, Token::Text2, this);
    bar->addWidget(m_range);
    bar->addStretch(1);
    bar->addWidget(m_asOf);
    layout->addLayout(bar);
    m_notice = new NoticeBar(network::State::Failed, {}, {}, this);
    m_notice->setDismissable(true);
    m_notice->hide();
    layout->addWidget(m_notice);
    m_state = new StatePage(this);
    m_state->setClock(context.clock);
    m_state->hide();
    layout->addWidget(m_state->takeBusyBar());
    layout->addWidget(m_state, 1);
    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    auto *page = new QWidget;
    m_grid = new QGridLayout(page);
    m_grid->setContentsMargins(16, kGap, 16, kGap);
    m_grid->setSpacing(kGap);
    m_scroll->setWidget(page);
    layout->addWidget(m_scroll, 1);
    connectAll();
    m_range->setCurrentIndex(kDefaultRange);
    setRange({kRanges[kDefaultRange], 0, 0});
}

void MetricsTab::connectAll()
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(0);
    m_second.setInterval(1000);
    connect(&m_soon, &QTimer::timeout, this, &MetricsTab::showSeen);
    connect(&m_second, &QTimer::timeout, m_session, &items::DashboardSession::tick);
    connect(&m_second, &QTimer::timeout, this, [this] {
        if (++m_ticks >= kMarkTicks)
            askMarks();
    });
    connect(m_events, &items::ChartEvents::changed, this, &MetricsTab::updateMarks);
    connect(m_deployments, &items::ChartDeployments::changed, this, &MetricsTab::updateMarks);
    if (m_context.changeLog)
        connect(m_context.changeLog, &state::JournalLog::changed, this, &MetricsTab::updateMarks);
    connect(m_scroll->verticalScrollBar(), &QScrollBar::valueChanged, this, [this] { m_soon.start(); });
    connect(m_scroll->verticalScrollBar(), &QScrollBar::rangeChanged, this, [this] { m_soon.start(); });
    connect(m_range, &QComboBox::activated, this, [this](int at) { setRange({kRanges[at], 0, 0}); });
    connect(m_group, &ChartGroup::rangeWanted, this, &MetricsTab::setRange);
    connect(m_group, &ChartGroup::interactingChanged, m_session, &items::DashboardSession::setPaused);
    connect(m_session, &items::DashboardSession::panelChanged, this, [this](const QString &panel) {
        if (ChartCard *card = m_cards.value(panel))
            card->setData(m_session->data(panel));
        showAsOf();
    });
    connect(m_grafana, &GrafanaDoor::failed, this, [this](const QString &title, const QString &detail) {
        m_notice->setTexts(title, detail);
        m_notice->show();
    });
    connect(m_state, &StatePage::clicked, this, [this] {
        if (ports::Telemetry *telemetry = m_environment ? m_environment->telemetry().get() : nullptr)
            telemetry->lookAgain();
    });
}

MetricsTab::~MetricsTab()
{
    forgetCards();
}

void MetricsTab::forgetCards()
{
    for (ChartCard *card : std::as_const(m_cards)) {
        m_group->remove(card->view());
        card->deleteLater();
    }
    m_cards.clear();
    m_order.clear();
}

void MetricsTab::setRange(const items::TimeRange &range)
{
    m_group->setRange(range);
    m_session->setRange(range);
    const int at = range.live() ? m_range->findData(range.last) : -1;
    m_range->setCurrentIndex(at);
    m_range->setPlaceholderText(tr("Zoomed"));
}

void MetricsTab::present(const DetailsSubject &subject)
{
    const ObjectId node = subject.facts.object;
    if (node == m_node || !subject.target.environment)
        return;
    leave();    // of the cluster before
    m_node = node;
    m_environment = subject.target.environment;
    m_kind = subject.target.kind.kind;
    const state::NodeLabels labels(state::nodesOf(*m_environment));
    m_session->setDashboard(items::nodeDashboard(m_kind, labels.matchers(node)));
    m_session->choose(QString::fromLatin1(items::kNodeVariable), {node.name});
    m_session->setNodes({{m_environment->name(), {}, node.ns, node.name}});
    makeCards();
    if (ports::Telemetry *telemetry = m_environment->telemetry().get())
        connect(telemetry, &ports::Telemetry::changed, this, &MetricsTab::look, Qt::UniqueConnection);
    connect(m_environment, &state::Environment::signInChanged, this, &MetricsTab::look, Qt::UniqueConnection);
    look();
}

void MetricsTab::leave()
{
    if (m_environment && m_environment->telemetry())
        disconnect(m_environment->telemetry().get(), nullptr, this, nullptr);
    if (m_environment)
        disconnect(m_environment, &state::Environment::signInChanged, this, &MetricsTab::look);
    m_session->setShown(false);
    m_session->setSources({});
    forgetMarks();
    forgetCards();
    m_second.stop();
    m_node = {};
}

void MetricsTab::makeCards()
{
    for (const network::PanelRow &row : m_session->dashboard().rows) {
        for (const network::Panel &panel : row.panels) {
            auto *card = new ChartCard(m_group, m_scroll->widget());
            card->setLegend(ChartCard::Legend::Below);
            m_cards.insert(panel.id, card);
            m_order.append(panel.id);
            follow(card);
        }
    }
    arrange();
}

void MetricsTab::follow(ChartCard *card)
{
    card->setGrafana(true);
    connect(card, &ChartCard::retryWanted, m_session, &items::DashboardSession::refresh);
    connect(card, &ChartCard::grafanaWanted, this, [this](const QStringList &queries, double from, double to) {
        m_grafana->openChart(queries, from, to, m_group->range(), m_environment);
    });
    connect(card->view(), &ChartView::markClicked, this, [this](const items::ChartMark &mark) {
        if (!mark.changeId.isEmpty())
            Q_EMIT changeWanted(mark.changeId);
    });
}

void MetricsTab::arrange()
{
    const int columns = width() >= kTwoColumns ? 2 : 1;
    for (qsizetype i = 0; i < m_order.size(); ++i) {
        ChartCard *card = m_cards.value(m_order.at(i));
        card->setFixedHeight(136 + 5 * fontMetrics().height());
        m_grid->addWidget(card, int(i) / columns, int(i) % columns);
    }
    for (int column = 0; column < 2; ++column)
        m_grid->setColumnStretch(column, column < columns ? 1 : 0);
    m_soon.start();
}

/// Charts, or why there are none.
void MetricsTab::look()
{
    if (m_environment && m_environment->needsSignIn()) {
        // What was read as somebody is nobody else's.
        m_session->setSources({});
        forgetMarks();
        m_scroll->hide();
        m_state->showNotServed(tr("Nobody is signed in to %1.").arg(m_environment->name()), {});
        m_state->show();
        return;
    }
    if (!isVisible() || m_node.name.isEmpty() || !m_environment)
        return;
    ports::Telemetry *telemetry = m_environment->telemetry().get();
    if (telemetry)
        telemetry->look();
    const TelemetryState state = telemetry ? telemetry->state(TelemetryPart::Metrics)
                                           : TelemetryState{TelemetryState::Phase::Missing, {}, false, {ErrorKind::NotFound, tr("Nothing measures this cluster here.")}};
    const std::shared_ptr<ports::MetricsSource> source = telemetry ? telemetry->metrics() : nullptr;
    m_scroll->setVisible(bool(source));
    m_state->setVisible(!source);
    if (!source) {
        if (state.phase == TelemetryState::Phase::Missing)
            m_state->showNotServed(state.why.message, state.why.remedy);
        else
            m_state->showLoading(tr("what measures %1").arg(m_environment->name()));
        return;
    }
    const auto labels = std::make_shared<const state::NodeLabels>(state::nodesOf(*m_environment));
    m_session->setSources({{m_environment->name(), source, [labels](const network::Labels &of) { return labels->find(of).node.name; }}});
    m_session->setShown(true);
    m_second.start();
    m_soon.start();
    askMarks();
    updateMarks();
}

/// As the page of telemetry has it.
bool MetricsTab::marksShown() const
{
    return m_context.settings->value(u"telemetry/marks"_s, true).toBool();
}

void MetricsTab::askMarks()
{
    m_ticks = 0;
    if (!m_environment || !marksShown())
        return;
    m_events->ask(m_environment, {m_node.ns});
    m_deployments->ask(m_environment);
}

void MetricsTab::updateMarks()
{
    QList<items::ChartMark> marks;
    if (isVisible() && m_environment && !m_environment->needsSignIn() && marksShown()) {
        marks = items::noteMarks(m_context.settings->value(u"telemetry/notes"_s).toList());
        marks += m_deployments->marks(m_environment->name());
        if (m_context.changeLog)
            marks += items::journalMarks(m_context.changeLog->changes(), {m_environment->name()});
        marks += m_events->marks();
    }
    m_session->setMarks(marks);
}

void MetricsTab::forgetMarks()
{
    m_events->forget(m_node.cluster);
    m_deployments->forget(m_node.cluster);
    m_session->setMarks({});
}

void MetricsTab::showSeen()
{
    if (!isVisible() || m_scroll->isHidden())
        return;
    const QRect seen(0, m_scroll->verticalScrollBar()->value() - 40, m_scroll->viewport()->width(), m_scroll->viewport()->height() + 80);
    QList<std::pair<QString, int>> panels;
    for (const QString &id : std::as_const(m_order)) {
        if (m_cards.value(id)->geometry().intersects(seen))
            panels.append({id, int(m_cards.value(id)->view()->plotArea().width())});
    }
    m_session->setVisiblePanels(panels);
}

void MetricsTab::showAsOf()
{
    const QDateTime at = m_group->utc() ? m_session->asOf().toUTC() : m_session->asOf().toLocalTime();
    m_asOf->setText(at.isValid() ? tr("as of %1 %2").arg(at.toString(u"HH:mm:ss"_s), m_group->utc() ? u"UTC"_s : at.timeZoneAbbreviation()) : QString());
}

void MetricsTab::setWide(bool)
{
    arrange();
}

void MetricsTab::showEvent(QShowEvent *event)
{
    DetailsTab::showEvent(event);
    // as the page of telemetry has it
    m_group->setUtc(m_context.settings->value(u"telemetry/utc"_s, false).toBool());
    m_session->setUtc(m_group->utc());
    if (m_context.changeLog)
        m_context.changeLog->start();
    showAsOf();
    look();
}

void MetricsTab::hideEvent(QHideEvent *event)
{
    DetailsTab::hideEvent(event);
    m_session->setShown(false);
    m_second.stop();
}

void MetricsTab::resizeEvent(QResizeEvent *event)
{
    DetailsTab::resizeEvent(event);
    arrange();
}

}
