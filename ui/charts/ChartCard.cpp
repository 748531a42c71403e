// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartCard.h"

#include "models/items/telemetry/ChartReadings.h"
#include "models/items/telemetry/ChartTable.h"
#include "models/items/telemetry/ChartUnits.h"
#include "ui/charts/ChartGroup.h"
#include "ui/charts/ChartLegend.h"
#include "ui/charts/ChartPlot.h"
#include "ui/charts/ChartView.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/StatePage.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QHeaderView>
#include <QMenu>
#include <QMimeData>
#include <QStackedWidget>
#include <QTableView>

namespace qd::ui {

using namespace Qt::StringLiterals;

ChartCard::ChartCard(ChartGroup *group, QWidget *parent)
    : QFrame(parent)
    , m_view(new ChartView(this))
    , m_legend(new ChartLegend(m_view, this))
    , m_title(new ElidedLabel({}, Type::Strong, Token::Text, Qt::ElideRight, this))
    , m_note(new Label({}, Type::Caption, Token::Text2, this))
    , m_state(new QWidget(this))
    , m_glyph(new StateGlyph(network::State::Stale, metrics::kGlyph, m_state))
    , m_sentence(new ElidedLabel({}, Type::Caption, Token::Text, Qt::ElideRight, m_state))
    , m_retry(makeButton(tr("Try now"), ButtonKind::Ghost, {}, m_state))
    , m_stack(new QStackedWidget(this))
    , m_body(new QBoxLayout(QBoxLayout::TopToBottom))
    , m_more(new OverflowMenuButton(tr("More"), this))
    , m_menu(m_more->menu())
{
    setBackgroundRole(QPalette::Base);
    setAccessibleRole(this, QAccessible::Grouping);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::kCard, 8, metrics::kCard, 12);
    column->setSpacing(4);
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_title, 1);
    head->addWidget(m_note);
    head->addWidget(m_more);
    column->addLayout(head);
    auto *state = new QHBoxLayout(m_state);
    state->setContentsMargins(0, 0, 0, 0);
    state->setSpacing(6);
    state->addWidget(m_glyph);
    state->addWidget(m_sentence, 1);
    state->addWidget(m_retry);
    m_state->hide();
    column->addWidget(m_state);
    m_stack->addWidget(m_view);
    m_body->setSpacing(metrics::kGap);
    m_body->addWidget(m_stack, 1);
    m_body->addWidget(m_legend);
    column->addLayout(m_body, 1);
    if (group)
        group->add(m_view);
    connect(m_retry, &QAbstractButton::clicked, this, &ChartCard::retryWanted);
    connect(m_view, &ChartView::linesChanged, this, &ChartCard::showState);
    connect(m_view, &ChartView::utcChanged, this, [this] {
        if (m_readings)
            m_readings->setUtc(m_view->utc());
        showPlace();
        showState();
    });
    makeMenu();
    setLegend(Legend::Below);
}

/// Closing takes the focus from the legend, which then tells the chart; nobody is here to listen any more.
ChartCard::~ChartCard()
{
    m_view->disconnect(this);
}

void ChartCard::makeMenu()
{
    m_asTable = m_menu->addAction(tr("Show as table"));
    m_asTable->setCheckable(true);
    connect(m_asTable, &QAction::triggered, this, &ChartCard::showTable);
    connect(m_menu->addAction(tr("Copy picture")), &QAction::triggered, this, &ChartCard::copyPicture);
    connect(m_menu->addAction(tr("Copy as CSV")), &QAction::triggered, this, &ChartCard::copyCsv);
    m_queries = m_menu->addAction(tr("Copy query (PromQL)"));
    connect(m_queries, &QAction::triggered, this, &ChartCard::copyQueries);
    m_grafana = m_menu->addAction(tr("Open in Grafana"));
    m_grafana->setVisible(false);
    connect(m_grafana, &QAction::triggered, this, [this] { Q_EMIT grafanaWanted(m_view->data().queries, m_view->from(), m_view->to()); });
    m_more->setEnabled(true);
}

void ChartCard::setGrafana(bool known)
{
    m_grafana->setVisible(known);
}

void ChartCard::setLegend(Legend legend)
{
    m_place = legend;
    m_legend->setVisible(legend != Legend::None && !m_view->data().lines.isEmpty());
    m_body->setDirection(legend == Legend::Right ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_body->setSpacing(legend == Legend::Right ? 20 : 6);
    m_body->setStretch(0, legend == Legend::Right ? 25 : 1);
    m_body->setStretch(1, legend == Legend::Right ? 14 : 0);
    m_legend->setWide(legend == Legend::Right);
}

void ChartCard::setData(const items::ChartData &data)
{
    m_title->setText(data.title);
    m_note->setText(data.note);
    setAccessibleName(data.title);
    m_view->setData(data);
    m_queries->setEnabled(!data.queries.isEmpty());
    m_more->setAccessibleName(tr("More for %1").arg(data.title));
    if (m_readings && tableShown()) {
        m_readings->setUtc(m_view->utc());
        m_readings->setData(data);
    }
    m_legend->setVisible(m_place != Legend::None && !data.lines.isEmpty());
    showPlace();
    showState();
}

/// Chart, table, or what there is to say instead of both.
void ChartCard::showPlace()
{
    const items::ChartData &data = m_view->data();
    const bool nothing = !data.loading && data.lines.isEmpty();
    m_asTable->setEnabled(!data.lines.isEmpty());
    if (!nothing) {
        m_stack->setCurrentWidget(m_tableWanted && m_table && !data.lines.isEmpty() ? static_cast<QWidget *>(m_table) : m_view);
        return;
    }
    if (!m_page) {
        m_page = new StatePage(this);
        m_stack->addWidget(m_page);
        connect(m_page, &StatePage::clicked, this, [this](StatePage::Button button) {
            if (button == StatePage::Button::RetryNow || button == StatePage::Button::CheckAgain)
                Q_EMIT retryWanted();
        });
    }
    if (!data.missing.isEmpty())
        m_page->showNotServed(data.missing, {});
    else if (data.error)
        m_page->showError({data.error->kind, data.error->message, data.error->remedy});
    else
        m_page->showEmpty(tr("No data in this time."), items::rangeText(m_view->from(), m_view->to(), m_view->utc()));
    m_stack->setCurrentWidget(m_page);
}

void ChartCard::say(network::State state, const QString &sentence, const QString &tip, bool retry)
{
    m_glyph->setState(state);
    m_sentence->setText(sentence);
    m_sentence->setToken(state == network::State::Failed ? Token::Bad : state == network::State::Ready ? Token::Text2 : Token::Warn);
    m_sentence->setOwnTip(tip);
    m_glyph->setVisible(state != network::State::Ready);
    m_retry->setVisible(retry);
    m_state->setVisible(true);
}

/// One sentence over the chart, of the worst that there is to say. What is missing as a whole is said in the chart's place.
void ChartCard::showState()
{
    const items::ChartData &data = m_view->data();
    const QString asOf = data.asOf.isValid() ? items::timeText(double(data.asOf.toSecsSinceEpoch()), 3600, m_view->utc()) : QString();
    qsizetype shown = 0;
    for (const items::ChartLine &line : data.lines)
        shown += m_view->hidden().contains(line.key) ? 0 : 1;
    const qsizetype left = std::max<qsizetype>(0, shown - kLinesDrawn) + data.left;
    if (data.lines.isEmpty()) {
        m_state->hide();
    } else if (data.error) {
        const QString age = asOf.isEmpty() ? QString() : tr("Showing %1. ").arg(asOf);
        say(network::State::Failed, age + data.error->message, plainTip(data.error->text()), true);
    } else if (data.stale) {
        say(network::State::Stale, asOf.isEmpty() ? tr("The newest reading is old.") : tr("The newest reading is old, as of %1.").arg(asOf), {}, true);
    } else if (!data.warnings.isEmpty()) {
        say(network::State::Degraded, tr("The answer may be incomplete: %1").arg(data.warnings.constFirst()), plainTip((data.warnings + data.infos).join(u'\n')), false);
    } else if (left > 0) {
        say(network::State::Ready, tr("%1 of %2 series are drawn. Narrow the query, or choose one in the legend.").arg(QLocale().toString(shown + data.left - left), QLocale().toString(shown + data.left)), plainTip(data.infos.join(u'\n')), false);
    } else if (!data.infos.isEmpty()) {
        say(network::State::Ready, data.infos.constFirst(), plainTip(data.infos.join(u'\n')), false);
    } else {
        m_state->hide();
    }
}

void ChartCard::showTable(bool table)
{
    m_tableWanted = table;
    m_asTable->setChecked(table);
    if (!table)
        return showPlace();
    if (!m_table) {
        m_readings = new items::ChartTable(this);
        m_table = new QTableView(this);
        m_table->setModel(m_readings);
        m_table->setAccessibleName(tr("Readings of %1").arg(m_view->data().title));
        m_table->setFrameShape(QFrame::NoFrame);
        m_table->setShowGrid(false);
        m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
        m_table->setTabKeyNavigation(false);
        m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
        m_table->verticalHeader()->hide();
        m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
        m_table->horizontalHeader()->setDefaultSectionSize(fontMetrics().averageCharWidth() * 18);
        m_stack->addWidget(m_table);
    }
    m_readings->setUtc(m_view->utc());
    m_readings->setData(m_view->data());
    // Few columns share the width, many scroll.
    const bool few = m_readings->columnCount() * m_table->horizontalHeader()->defaultSectionSize() < m_stack->width();
    m_table->horizontalHeader()->setSectionResizeMode(few ? QHeaderView::Stretch : QHeaderView::Interactive);
    if (!few)
        m_table->resizeColumnToContents(0);
    showPlace();
    if (const std::optional<double> time = m_view->crosshair()) {
        m_table->setCurrentIndex(m_readings->index(m_readings->rowAt(*time), 0));
        m_table->scrollTo(m_table->currentIndex(), QAbstractItemView::PositionAtCenter);
    }
}

bool ChartCard::tableShown() const
{
    return m_table && m_stack->currentWidget() == m_table;
}

void ChartCard::copyPicture()
{
    QGuiApplication::clipboard()->setPixmap(grab());
}

void ChartCard::copyCsv()
{
    const QByteArray csv = items::chartCsv(m_view->data());
    auto *mime = new QMimeData;
    mime->setText(QString::fromUtf8(csv));
    mime->setData(u"text/csv"_s, csv);
    QGuiApplication::clipboard()->setMimeData(mime);
}

void ChartCard::copyQueries()
{
    QGuiApplication::clipboard()->setText(m_view->data().queries.join(u'\n'));
}

void ChartCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    style::box(&painter, QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadiusCard, t[Token::Base], t[Token::Line]);
}

}
