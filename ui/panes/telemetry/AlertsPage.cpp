// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/AlertsPage.h"

#include "models/core/Format.h"
#include "ui/panes/telemetry/AlertDetails.h"
#include "ui/panes/telemetry/AlertsTable.h"
#include "ui/panes/telemetry/GrafanaDoor.h"
#include "ui/panes/telemetry/SilenceDialog.h"
#include "ui/panes/telemetry/SilenceExpireDialog.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QComboBox>
#include <QKeyEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::AlertsModel;
using Phase = ports::TelemetryState::Phase;
using network::State;

namespace {
constexpr int kGroup = int(AlertsModel::Group::BySeverity);
}

AlertsPage::AlertsPage(const ShellContext &context, QWidget *parent)
    : TelemetryPage(parent)
    , m_context(context)
    , m_session(context.alerts ? context.alerts : new items::AlertsSession(context.clock, context.journal, context.profile, this))
    , m_model(new AlertsModel(m_session, this))
    , m_silenceModel(new items::SilencesModel(m_session, this))
{
    setAccessibleName(tr("Alerts"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    build();
    connectSignals();
    connectDetails();
    const auto group = AlertsModel::Group(std::clamp(m_context.settings ? m_context.settings->value(u"alerts/group"_s, kGroup).toInt() : kGroup, 0, 3));
    m_group->setCurrentIndex(m_group->findData(int(group)));
    m_model->setGroup(group);
    if (m_context.theme)
        setDensity(m_context.theme->density());
    // Until it is looked at nothing is sorted or drawn.
    m_model->setShown(false);
    m_silenceModel->setShown(false);
    update();
}

AlertsPage::~AlertsPage() = default;

void AlertsPage::build()
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildBar());
    column->addWidget(new Hairline(Qt::Horizontal, this));
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_splitter->addWidget(buildLists());
    m_splitter->setStretchFactor(0, 1);
    m_details = new AlertDetails(m_session, this);
    m_details->hide();
    m_splitter->addWidget(m_details);
    m_splitter->setStretchFactor(1, 0);
    m_splitter->setSizes({1, metrics::kDetails});
    column->addWidget(m_splitter, 1);
}

QWidget *AlertsPage::buildBar()
{
    auto *bar = new QWidget(this);
    bar->setMinimumHeight(metrics::kPageBar - 8);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(metrics::kPageEdge, 0, 16, 0);
    row->setSpacing(8);
    m_counts = new ElidedLabel({}, Type::Body, Token::Text2, Qt::ElideRight, bar);
    row->addWidget(m_counts, 1);
    m_group = new QComboBox(bar);
    m_group->setAccessibleName(tr("Group the alerts"));
    m_group->addItem(tr("By severity"), int(AlertsModel::Group::BySeverity));
    m_group->addItem(tr("By alert"), int(AlertsModel::Group::ByName));
    m_group->addItem(tr("By node"), int(AlertsModel::Group::ByNode));
    m_group->addItem(tr("As Alertmanager groups"), int(AlertsModel::Group::ByRoute));
    row->addWidget(m_group);
    m_filter = new FilterField(bar);
    m_filter->setPlaceholderText(tr("Filter: state:firing severity:critical"));
    m_filter->setAccessibleName(tr("Filter: %1").arg(tr("alerts")));
    m_filter->setMinimumWidth(120);
    m_filter->setMaximumWidth(300);
    m_filter->installEventFilter(this);
    row->addWidget(m_filter, 2);
    m_silences = new PillButton(tr("Silences"), bar);
    row->addWidget(m_silences);
    m_new = makeButton(tr("New silence…"), ButtonKind::Normal, u"plus"_s, bar);
    row->addWidget(m_new);
    return bar;
}

QWidget *AlertsPage::buildLists()
{
    auto *list = new QWidget(m_splitter);
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_bars = new QVBoxLayout;
    m_bars->setSpacing(0);
    column->addLayout(m_bars);
    m_said = new NoticeBar(State::Ready, {}, {}, list);
    m_said->setDismissable(true);
    m_said->hide();
    m_bars->addWidget(m_said);
    m_table = new AlertsTable(m_model, list);
    m_page = new StatePage(m_table);
    m_page->setClock(m_context.clock);
    m_table->setCover(m_page);
    column->insertWidget(0, m_page->takeBusyBar());
    m_page->hide();
    m_silenceTable = new SilencesTable(m_silenceModel, list);
    m_silencePage = new StatePage(m_silenceTable);
    m_silenceTable->setCover(m_silencePage);
    m_silencePage->hide();
    m_stack = new QStackedWidget(list);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_silenceTable);
    column->addWidget(m_stack, 1);
    return list;
}

void AlertsPage::connectSignals()
{
    connect(m_session, &items::AlertsSession::changed, this, &AlertsPage::update);
    connect(m_session, &items::AlertsSession::forgot, this, &AlertsPage::forget);
    connect(m_model, &AlertsModel::rebuilt, this, &AlertsPage::update);
    connect(m_filter, &FilterField::filterEdited, this, &AlertsPage::applyFilter);
    connect(m_group, &QComboBox::activated, this, [this] {
        m_model->setGroup(AlertsModel::Group(m_group->currentData().toInt()));
        saveState();
    });
    connect(m_silences, &QPushButton::toggled, this, &AlertsPage::showSilences);
    connect(m_new, &QPushButton::clicked, this, &AlertsPage::newSilence);
    connect(m_said, &NoticeBar::dismissed, m_said, &QWidget::hide);
    connect(m_table, &AlertsTable::openWanted, this, &AlertsPage::openDetails);
    connect(m_table, &AlertsTable::closeWanted, this, &AlertsPage::closeDetails);
    connect(m_table, &AlertsTable::menuWanted, this, &AlertsPage::showMenu);
    connect(m_table, &AlertsTable::currentMoved, this, [this] {
        if (m_table->current())
            openDetails();
    });
    connect(m_table, &AlertsTable::linkWanted, this, [this](int row) {
        if (const items::Alert *alert = m_model->alertAt(row))
            Q_EMIT objectWanted(alert->subject.object);
    });
    connect(m_silenceTable, &SilencesTable::menuWanted, this, &AlertsPage::showSilenceMenu);
    connect(m_silenceTable, &SilencesTable::openWanted, this, [this] {
        const QModelIndex at = m_silenceTable->currentIndex();
        showSilenceMenu(m_silenceTable->viewport()->mapToGlobal(m_silenceTable->visualRect(at).bottomLeft() + QPoint(24, 0)));
    });
    connect(m_silenceTable, &SilencesTable::closeWanted, this, [this] { showSilences(false); });
    connect(m_page, &StatePage::clicked, this, [this](StatePage::Button button) {
        if (button == StatePage::Button::ClearFilter)
            setFilterText({});
        else
            refresh();
        m_table->setFocus();
    });
}

void AlertsPage::connectDetails()
{
    connect(m_details, &AlertDetails::closeWanted, this, &AlertsPage::closeDetails);
    connect(m_details, &AlertDetails::silenceWanted, this, [this] {
        if (m_details->alert())
            silence({*m_details->alert()});
    });
    connect(m_details, &AlertDetails::runbookWanted, this, &AlertsPage::openLink);
    connect(m_details, &AlertDetails::sourceWanted, this, &AlertsPage::openLink);
    auto *grafana = new GrafanaDoor(m_context, this);
    connect(grafana, &GrafanaDoor::failed, this, [this](const QString &title, const QString &detail) { say(network::State::Failed, title, detail); });
    connect(m_details, &AlertDetails::grafanaWanted, this, [this, grafana](const QString &expr, const items::TimeRange &range) {
        grafana->open({expr}, range, m_session->environment(m_details->alert()->cluster));
    });
    connect(m_details, &AlertDetails::objectWanted, this, &TelemetryPage::objectWanted);
    connect(m_details, &AlertDetails::logsWanted, this, [this] {
        if (m_details->alert())
            showLogs(*m_details->alert());
    });
    connect(m_details, &AlertDetails::extendWanted, this, [this](const QString &id) { extend(m_details->alert()->cluster, id); });
    connect(m_details, &AlertDetails::expireWanted, this, [this](const QString &id) { expire(m_details->alert()->cluster, id); });
}

SilenceDialog *AlertsPage::silenceDialog() const
{
    return qobject_cast<SilenceDialog *>(m_dialog.data());
}

SilenceExpireDialog *AlertsPage::expireDialog() const
{
    return qobject_cast<SilenceExpireDialog *>(m_dialog.data());
}

QList<NoticeBar *> AlertsPage::bars() const
{
    QList<NoticeBar *> out;
    for (NoticeBar *bar : m_remarks) {
        if (!bar->isHidden())
            out.append(bar);
    }
    if (!m_said->isHidden())
        out.append(m_said);
    return out;
}

bool AlertsPage::showAlert(const QString &key)
{
    showSilences(false);
    m_model->catchUp();
    if (m_model->rowOf(key) < 0)
        setFilterText({});
    if (m_model->rowOf(key) < 0)
        return false;
    m_table->showKey(key);
    openDetails();
    return true;
}

void AlertsPage::setFilterText(const QString &text)
{
    m_filter->setText(text);
    applyFilter(text);
}

void AlertsPage::applyFilter(const QString &text)
{
    const Result<items::AlertsFilter> filter = items::AlertsFilter::parse(text);
    m_filterError = filter ? QString() : filter.error().text();
    m_filter->setProblem(m_filterError);
    if (filter)
        m_model->setFilter(*filter);
    else
        update();
}

void AlertsPage::showSilences(bool shown)
{
    m_silences->setChecked(shown);
    m_stack->setCurrentWidget(shown ? static_cast<QWidget *>(m_silenceTable) : m_table);
    if (shown)
        closeDetails();
    m_filter->setEnabled(!shown);
    m_group->setEnabled(!shown);
    Q_EMIT hintsChanged();
    update();
    if (m_shown)
        enter();
}

void AlertsPage::addEnvironment(state::Environment *environment)
{
    if (!m_context.alerts)
        m_session->addEnvironment(environment);
    update();
}

void AlertsPage::removeEnvironment(state::Environment *environment)
{
    if (!m_context.alerts)
        m_session->removeEnvironment(environment);
    update();
}

void AlertsPage::setShown(bool shown)
{
    m_shown = shown;
    m_session->setWanted(this, shown, [this](const QString &key) {
        const int row = m_model->rowOf(key);
        return row >= 0 && m_table->isVisible() && m_table->viewport()->rect().intersects(m_table->visualRect(m_model->index(row, 0)));
    });
    m_model->setShown(shown);
    m_silenceModel->setShown(shown);
    if (shown)
        update();
}

void AlertsPage::setUtc(bool utc)
{
    m_utc = utc;
    m_model->setUtc(utc);
    m_details->setUtc(utc);
}

void AlertsPage::setPaused(bool paused)
{
    m_model->setPaused(paused);
}

void AlertsPage::refresh()
{
    m_session->refresh();
}

void AlertsPage::setNarrow(bool narrow)
{
    m_splitter->setOrientation(narrow ? Qt::Vertical : Qt::Horizontal);
}

void AlertsPage::setDensity(Density density)
{
    m_table->setDensity(density);
    m_silenceTable->setDensity(density);
}

void AlertsPage::tick()
{
    m_model->tick();
    m_silenceModel->tick();
    if (!m_details->isHidden())
        m_details->tick();
    updateBars();
}

void AlertsPage::saveState() const
{
    if (m_context.settings)
        m_context.settings->keep(u"alerts/group"_s, m_group->currentData());
}

QString AlertsPage::keyHints() const
{
    if (m_stack->currentWidget() == m_silenceTable)
        return tr("E extend    Del expire    Esc alerts    ? keys");
    return tr("/ filter    S silence    Enter open    ? keys");
}

void AlertsPage::enter()
{
    if (m_stack->currentWidget() == m_silenceTable)
        m_silenceTable->setFocus();
    else
        m_table->setFocus();
}

/// Enter and Down lead from the filter into the rows, Esc too once it is empty.
bool AlertsPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_filter && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
        if (enter)
            applyFilter(m_filter->text());
        if (enter || key == Qt::Key_Down || (key == Qt::Key_Escape && m_filter->text().isEmpty())) {
            m_table->setFocus();
            if (!m_table->current() && m_model->rowCount() > 1)
                m_table->setCurrentIndex(m_model->index(1, AlertsModel::Name));
            return true;
        }
    }
    return TelemetryPage::eventFilter(watched, event);
}

void AlertsPage::keyPressEvent(QKeyEvent *event)
{
    const bool plain = event->modifiers() == Qt::NoModifier;
    if (plain && event->key() == Qt::Key_S && m_stack->currentWidget() == m_table)
        return silence(m_table->selected());
    if (plain && event->key() == Qt::Key_E && currentSilence())
        return extendCurrent();
    if (plain && event->key() == Qt::Key_Delete && currentSilence())
        return expireCurrent();
    if (plain && event->key() == Qt::Key_Slash) {
        showSilences(false);
        m_filter->setFocus(Qt::ShortcutFocusReason);
        m_filter->selectAll();
        return;
    }
    TelemetryPage::keyPressEvent(event);
}

/// Alerts have no names of their own: what is current is found again by its key.
void AlertsPage::updateDetails()
{
    if (m_details->isHidden() || !m_details->alert())
        return;
    const items::Alert *alert = m_session->find(m_details->alert()->key);
    if (!alert) {
        // Only a look that was answered tells that it is over.
        const items::AlertsStanding standing = m_session->standing(m_details->alert()->cluster);
        if (!standing.asOf.isValid())
            return closeDetails();
        if (standing.stale())
            return;
    }
    m_details->setAlert(alert);
}

/// Also while it is hidden: what was read as somebody is nobody else's.
void AlertsPage::forget(const QString &cluster)
{
    m_model->catchUp();
    m_silenceModel->catchUp();
    m_said->hide();
    // One that writes is followed to its end; what somebody types is theirs, and says that nobody is signed in.
    if (SilenceExpireDialog *dialog = expireDialog(); dialog && dialog->cluster() == cluster && !dialog->isWriting())
        dialog->reject();
    if (!m_details->alert() || m_details->alert()->cluster != cluster)
        return;
    closeDetails();
    m_details->clear();
}

void AlertsPage::openDetails()
{
    const items::Alert *alert = m_table->current();
    if (!alert)
        return;
    m_details->setAlert(alert);
    if (!m_details->isHidden())
        return;
    m_details->show();
    // As wide as details are everywhere, or half of the page where they stand below.
    const bool below = m_splitter->orientation() == Qt::Vertical;
    const int room = below ? m_splitter->height() : m_splitter->width(), wanted = below ? room / 2 : metrics::kDetails;
    m_splitter->setSizes({std::max(1, room - wanted), wanted});
}

void AlertsPage::closeDetails()
{
    m_details->hide();
    if (m_shown && m_stack->currentWidget() == m_table)
        m_table->setFocus();
}

}
