// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/DashboardPage.h"

#include "ui/charts/CardTurns.h"
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartGroup.h"
#include "ui/charts/ChartView.h"
#include "ui/panes/telemetry/FiringAlerts.h"
#include "ui/panes/telemetry/VariableButton.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QEvent>
#include <QGridLayout>
#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>
#include <QTimer>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kTwelve = 12;
constexpr int kGap = 12;
constexpr int kWide = 820;      ///< from here on all twelve columns
constexpr int kHalf = 560;      ///< from here on two small panels side by side

int heightOf(const network::Panel &panel, int span, const QFontMetrics &metrics)
{
    const int line = metrics.height();
    if (panel.legend == network::LegendSide::Right && span == kTwelve)
        return 206 + 5 * line;
    return 156 + 6 * line;
}

ChartCard::Legend legendOf(const network::Panel &panel, bool wide)
{
    switch (panel.legend) {
    case network::LegendSide::Right:
        return wide ? ChartCard::Legend::Right : ChartCard::Legend::Below;
    case network::LegendSide::None:
        return ChartCard::Legend::None;
    case network::LegendSide::Below:
        break;
    }
    return ChartCard::Legend::Below;
}

}

DashboardPage::DashboardPage(const ShellContext &context, ChartGroup *group, const network::Dashboard &dashboard, bool firing, QWidget *parent)
    : TelemetryPage(parent)
    , m_context(context)
    , m_group(group)
    , m_session(new items::DashboardSession(context.clock, this))
    , m_turns(new CardTurns([this](const QString &panel) {
        if (ChartCard *card = m_seen.contains(panel) && m_shown ? m_cards.value(panel) : nullptr)
            card->setData(m_session->data(panel));
    }, this))
    , m_soon(new QTimer(this))
    , m_nodesSoon(new QTimer(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_notice = new NoticeBar(network::State::Degraded, {}, {}, this);
    m_notice->hide();
    layout->addWidget(m_notice);
    m_state = new StatePage(this);
    m_state->setClock(context.clock);
    layout->addWidget(m_state->takeBusyBar());
    layout->addWidget(m_state, 1);
    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setBackgroundRole(QPalette::Window);
    auto *page = new QWidget;
    page->setBackgroundRole(QPalette::Window);
    m_column = new QVBoxLayout(page);
    m_column->setContentsMargins(16, kGap, 16, kGap);
    m_column->setSpacing(kGap);
    m_variablesHost = new QWidget(page);
    m_variablesRow = new QHBoxLayout(m_variablesHost);
    m_variablesRow->setContentsMargins(0, 0, 0, 0);
    m_variablesRow->setSpacing(metrics::kGap);
    m_column->addWidget(m_variablesHost);
    m_scroll->setWidget(page);
    layout->addWidget(m_scroll, 1);
    if (firing && context.alerts) {
        m_firing = new FiringAlerts(context, page);
        connect(m_firing, &FiringAlerts::objectWanted, this, &TelemetryPage::objectWanted);
        connect(m_firing, &FiringAlerts::alertWanted, this, &DashboardPage::alertWanted);
    }
    m_scroll->viewport()->installEventFilter(this);
    page->installEventFilter(this);
    m_soon->setSingleShot(true);
    m_soon->setInterval(0);
    connect(m_soon, &QTimer::timeout, this, &DashboardPage::showVisible);
    m_nodesSoon->setSingleShot(true);
    m_nodesSoon->setInterval(500);
    connect(m_nodesSoon, &QTimer::timeout, this, &DashboardPage::updateNodes);
    connect(m_scroll->verticalScrollBar(), &QScrollBar::valueChanged, this, [this] { m_soon->start(); });
    connect(m_session, &items::DashboardSession::panelChanged, this, &DashboardPage::showPanel);
    connect(m_session, &items::DashboardSession::variablesChanged, this, &DashboardPage::buildVariables);
    connect(m_state, &StatePage::clicked, this, [this](StatePage::Button button) {
        if (button == StatePage::Button::RetryNow || button == StatePage::Button::CheckAgain)
            look();
    });
    setDashboard(dashboard);
    for (state::Environment *environment : context.environments)
        addEnvironment(environment);
}

DashboardPage::~DashboardPage()
{
    for (ChartCard *card : std::as_const(m_cards))
        m_group->remove(card->view());
}

void DashboardPage::setDashboard(const network::Dashboard &dashboard)
{
    if (dashboard == this->dashboard())
        return;     // its cards stay, with what they show
    m_session->setDashboard(dashboard);
    const QHash<QString, QVariant> kept = m_context.settings->value(u"telemetry/variables/"_s + dashboard.id).toHash();
    for (auto it = kept.cbegin(); it != kept.cend(); ++it)
        m_session->choose(it.key(), it.value().toStringList());
    buildCards();
    buildVariables();
}

void DashboardPage::buildCards()
{
    for (ChartCard *card : std::as_const(m_cards)) {
        m_group->remove(card->view());
        card->hide();
        card->deleteLater();
    }
    m_cards.clear();
    m_order.clear();
    m_seen.clear();
    m_turns->clear();
    qDeleteAll(m_rows);
    m_rows.clear();
    if (m_firing)
        m_column->removeWidget(m_firing);
    while (m_column->count() > 1)
        delete m_column->takeAt(1);
    for (const network::PanelRow &row : dashboard().rows) {
        if (!row.title.isEmpty()) {
            if (m_firing && !m_rows.isEmpty() && m_column->indexOf(m_firing) < 0)
                m_column->addWidget(m_firing);      // picture 07: below the charts that are seen first
            auto *title = new Label(row.title, Type::Title, Token::Text, m_scroll->widget());
            m_column->addWidget(title);
            m_rows.append(title);
        }
        auto *host = new QWidget(m_scroll->widget());
        auto *grid = new QGridLayout(host);
        grid->setContentsMargins(0, 0, 0, 0);
        grid->setSpacing(kGap);
        m_column->addWidget(host);
        m_rows.append(host);
        for (const network::Panel &panel : row.panels) {
            auto *card = new ChartCard(m_group, host);
            const QString id = panel.id;
            connect(card, &ChartCard::retryWanted, m_session, &items::DashboardSession::refresh);
            card->setGrafana(true);
            connect(card, &ChartCard::grafanaWanted, this, &DashboardPage::grafanaWanted);
            connect(card->view(), &ChartView::markClicked, this, [this](const items::ChartMark &mark) {
                if (!mark.changeId.isEmpty())
                    Q_EMIT changeWanted(mark.changeId);
            });
            if (m_context.dashboards) {
                connect(card->menu()->addAction(tr("Edit panel…")), &QAction::triggered, this, [this, id] { Q_EMIT editWanted(id); });
                connect(card->menu()->addAction(tr("Remove panel…")), &QAction::triggered, this, [this, id] { Q_EMIT removeWanted(id); });
            }
            card->setData(m_session->data(id));
            m_cards.insert(id, card);
            m_order.append(id);
        }
    }
    if (m_order.isEmpty())
        buildEmpty();
    if (m_firing && m_column->indexOf(m_firing) < 0)
        m_column->addWidget(m_firing);
    m_column->addStretch(1);
    m_columns = 0;
    arrange();
}

void DashboardPage::buildEmpty()
{
    auto *empty = new StatePage(m_scroll->widget());
    empty->showEmpty(tr("This dashboard has no panels yet."), tr("A panel is a chart of one query or more."), m_context.dashboards ? tr("Add panel…") : QString());
    empty->setMinimumHeight(260);
    connect(empty, &StatePage::clicked, this, [this](StatePage::Button button) {
        if (button == StatePage::Button::Create)
            Q_EMIT addWanted();
    });
    m_column->addWidget(empty);
    m_rows.append(empty);
}

/// Panels beside each other as there is room; a row of the file never shares a line with another.
void DashboardPage::arrange()
{
    const int width = m_scroll->viewport()->width();
    const int columns = width >= kWide ? kTwelve : width >= kHalf ? 2 : 1;
    if (columns == m_columns)
        return;
    m_columns = columns;
    for (const network::PanelRow &row : dashboard().rows) {
        int x = 0, y = 0;
        for (const network::Panel &panel : row.panels) {
            ChartCard *card = m_cards.value(panel.id);
            auto *grid = static_cast<QGridLayout *>(card->parentWidget()->layout());
            grid->removeWidget(card);
            const int span = columns == kTwelve ? panel.span : columns == 1 || panel.span > 6 ? kTwelve : 6;
            if (x + span > kTwelve) {
                x = 0;
                ++y;
            }
            grid->addWidget(card, y, x, 1, span);
            x += span;
            card->setLegend(legendOf(panel, columns == kTwelve));
            card->setFixedHeight(heightOf(panel, columns == kTwelve ? span : 0, fontMetrics()));
            for (int i = 0; i < kTwelve; ++i)
                grid->setColumnStretch(i, 1);
        }
    }
    m_soon->start();
}

void DashboardPage::buildVariables()
{
    if (!m_cluster) {
        m_cluster = new VariableButton(tr("Cluster"), true, m_variablesHost);
        m_variablesRow->addWidget(m_cluster);
        m_variablesRow->addStretch(1);
        connect(m_cluster, &VariableButton::chosenChanged, this, [this](const QStringList &values) {
            m_context.settings->setValue(u"telemetry/clusters"_s, values);
            updateSources();
        });
    }
    const QList<items::VariableState> &states = m_session->variables();
    QStringList names;
    for (const items::VariableState &state : states) {
        const QString name = state.variable.name;
        names.append(name);
        VariableButton *&button = m_variables[name];
        if (!button) {
            button = new VariableButton(state.variable.title, state.variable.multiple, m_variablesHost);
            m_variablesRow->insertWidget(m_variablesRow->count() - 1, button);
            connect(button, &VariableButton::chosenChanged, this, [this, name](const QStringList &values) {
                m_session->choose(name, values);
                saveState();
            });
        }
        button->setValues(state.values, state.chosen);
        button->setProblem(state.problem);
    }
    for (auto it = m_variables.begin(); it != m_variables.end();) {
        if (names.contains(it.key())) {
            ++it;
        } else {
            (*it)->hide();
            (*it)->deleteLater();
            it = m_variables.erase(it);
        }
    }
}

/// The panels in the viewport, and a little below: they ask and are drawn.
void DashboardPage::showVisible()
{
    if (!m_shown || m_scroll->isHidden())
        return;
    const QRect seen = QRect(0, m_scroll->verticalScrollBar()->value(), m_scroll->viewport()->width(), m_scroll->viewport()->height())
                           .adjusted(0, -40, 0, 120);
    QList<std::pair<QString, int>> panels;
    QSet<QString> now;
    for (const QString &id : std::as_const(m_order)) {
        ChartCard *card = m_cards.value(id);
        const QRect place(card->mapTo(m_scroll->widget(), QPoint(0, 0)), card->size());
        if (!seen.intersects(place))
            continue;
        now.insert(id);
        panels.append({id, int(card->view()->plotArea().width())});
    }
    const QSet<QString> fresh = now - m_seen;
    m_seen = now;
    m_session->setVisiblePanels(panels);
    for (const QString &id : fresh)
        showPanel(id);
}

void DashboardPage::showPanel(const QString &panel)
{
    if (m_seen.contains(panel) && m_shown)
        m_turns->want(panel);
}

bool DashboardPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest) {
        arrange();
        m_soon->start();
    }
    return TelemetryPage::eventFilter(watched, event);
}

void DashboardPage::setShown(bool shown)
{
    m_shown = shown;
    if (m_firing)
        m_firing->setShown(shown);
    if (shown) {
        look();
        updateNodes();
        m_soon->start();
    }
    m_session->setShown(shown);
    if (shown)
        showVisible();
}

void DashboardPage::setRange(const items::TimeRange &range)
{
    m_session->setRange(range);
}

void DashboardPage::setUtc(bool utc)
{
    m_session->setUtc(utc);     // the group tells the charts
}

void DashboardPage::setPaused(bool paused)
{
    m_session->setPaused(paused);
}

void DashboardPage::refresh()
{
    for (state::Environment *environment : std::as_const(m_environments)) {
        if (environment->telemetry() && environment->telemetry()->state(ports::TelemetryPart::Metrics).phase == ports::TelemetryState::Phase::Missing)
            environment->telemetry()->lookAgain();
    }
    m_session->refresh();
}

void DashboardPage::setNarrow(bool narrow)
{
    m_column->setContentsMargins(narrow ? 12 : 16, kGap, narrow ? 12 : 16, kGap);
}

void DashboardPage::tick()
{
    m_session->tick();
    if (m_firing)
        m_firing->tick();
}

void DashboardPage::saveState() const
{
    QHash<QString, QVariant> kept;
    for (const items::VariableState &state : m_session->variables()) {
        if (!state.chosen.isEmpty())
            kept.insert(state.variable.name, state.chosen);
    }
    m_context.settings->setValue(u"telemetry/variables/"_s + dashboard().id, kept);
}

QString DashboardPage::keyHints() const
{
    return tr("Arrows crosshair   + − zoom   Backspace back   F5 refresh");
}

void DashboardPage::enter()
{
    if (m_scroll->isVisible() && !m_order.isEmpty())
        m_cards.value(m_order.first())->view()->setFocus();
    else
        m_state->setFocus();
}

}
