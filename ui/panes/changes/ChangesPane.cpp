// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/changes/ChangesPane.h"

#include "models/core/Format.h"
#include "models/state/JournalUndo.h"
#include "ui/panes/changes/ChangeDetails.h"
#include "ui/panes/changes/ChangesTable.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QSplitter>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

items::ChangesModel::Sources sourcesOf(const ShellContext &context)
{
    return {context.changeLog, context.settling, context.operations, context.kinds, context.clock};
}

}

ChangesPane::ChangesPane(const ShellContext &context, ActionRegistry *actions, QWidget *parent)
    : ListPane(context, actions, parent)
    , m_model(new items::ChangesModel(sourcesOf(context), this))
{
    build();
    registerActions();
    connectSignals();
    m_context.changeLog->start();
    setFilterText(m_context.settings->value(u"changes/filter"_s).toString());
    m_problems->setChecked(m_context.settings->value(u"changes/problems"_s, false).toBool());
    m_details->setTab(m_context.settings->value(u"changes/tab"_s, u"overview"_s).toString());
    if (m_context.theme)
        setDensity(m_context.theme->density());
    updateState();
}

ChangesPane::~ChangesPane()
{
    m_stop.request_stop();
}

void ChangesPane::build()
{
    QHBoxLayout *bar = buildBar({tr("Changes"), tr("changes"), tr("Filter: user:mira outcome:failed since:2d"), 330});
    QWidget *host = bar->parentWidget();
    addProblems(bar);
    m_verify = makeButton(tr("Verify"), ButtonKind::Normal, u"shield"_s, host);
    m_verify->setToolTip(tr("Check that no record of the journal was changed, taken out or put in"));
    bar->addWidget(m_verify);
    m_export = makeButton(tr("Export…"), ButtonKind::Normal, u"download"_s, host);
    m_exportMenu = new QMenu(m_export);
    m_export->setMenu(m_exportMenu);
    bar->addWidget(m_export);
    m_table = new ChangesTable(m_model, this);
    buildRows(m_table);
    m_details = new ChangeDetails(m_context.kinds, m_context.yaml, this);
    addDetails(m_details);
    m_splitter->setSizes({1, metrics::kDetails});
}

/// Those of the lists where there are such; the others are this page's own.
void ChangesPane::registerActions()
{
    shareFilter();
    share(u"list.refresh"_s, tr("Ask the clusters again"), u"refresh"_s, QKeySequence(u"F5"_s), [this] { m_context.changeLog->refresh(); });
    share(u"list.copy"_s, tr("Copy rows as text"), u"copy"_s, {}, [this] { m_table->copyTsv(); });
    share(u"changes.revert"_s, tr("Revert the change…"), u"undo"_s, QKeySequence(u"Ctrl+Shift+Z"_s), [this] { revert(); });
    share(u"changes.repeat"_s, tr("Repeat the change…"), u"refresh"_s, {}, [this] { repeat(); });
    share(u"changes.verify"_s, tr("Verify the journal"), u"shield"_s, QKeySequence(u"Ctrl+Shift+V"_s), [this] { verify(); });
    share(u"changes.export"_s, tr("Export the journal…"), u"download"_s, QKeySequence(u"Ctrl+Shift+E"_s), [this] { exportRecords(false); });
    const auto menu = [this](const QString &text, const QString &iconName, auto call) {
        auto *action = new QAction(icon(iconName), text, this);
        connect(action, &QAction::triggered, this, call);
        m_details->addMenuAction(action);
    };
    menu(tr("Show the object"), u"external"_s, [this] {
        const state::ChangePtr change = m_details->change();
        if (const state::JournaledEdit *edit = change ? change->onlyEdit() : nullptr)
            Q_EMIT objectWanted(edit->object(change->cluster, *m_context.kinds));
    });
    menu(tr("Copy as kubectl"), u"terminal"_s, [this] {
        if (m_details->change())
            QGuiApplication::clipboard()->setText(state::journaledKubectl(*m_details->change(), *m_context.kinds));
    });
    menu(tr("Changes of the same object"), u"filter"_s, [this] {
        const state::ChangePtr change = m_details->change();
        if (const state::JournaledEdit *edit = change ? change->onlyEdit() : nullptr)
            setFilterText(u"object:%1 env:%2"_s.arg(edit->name, change->cluster));
    });
}

void ChangesPane::connectSignals()
{
    connect(m_filter, &FilterField::filterEdited, this, &ChangesPane::applyFilter);
    connect(m_problems, &QPushButton::toggled, m_model, &items::ChangesModel::setProblemsOnly);
    connect(m_verify, &QPushButton::clicked, this, &ChangesPane::verify);
    connect(m_exportMenu, &QMenu::aboutToShow, this, &ChangesPane::fillExportMenu);
    connect(m_model, &items::ChangesModel::countsChanged, this, &ChangesPane::updateState);
    connect(m_table, &ChangesTable::openWanted, this, &ChangesPane::openDetails);
    connect(m_table, &ChangesTable::closeWanted, this, &ChangesPane::closeDetails);
    connect(m_table, &ChangesTable::menuWanted, this, &ChangesPane::showMenu);
    connect(m_table, &ChangesTable::currentMoved, this, [this] {
        if (m_table->current())
            openDetails();
    });
    connect(m_details, &ChangeDetails::closeWanted, this, &ChangesPane::closeDetails);
    connect(m_details, &ChangeDetails::revertWanted, this, &ChangesPane::revert);
    connect(m_details, &ChangeDetails::repeatWanted, this, &ChangesPane::repeat);
    connect(m_details, &ChangeDetails::objectWanted, this, &Pane::objectWanted);
    connect(m_page, &StatePage::clicked, this, [this](StatePage::Button button) {
        if (button == StatePage::Button::ClearFilter) {
            m_problems->setChecked(false);
            setFilterText({});
        } else {
            m_context.changeLog->refresh();
        }
        m_table->setFocus();
    });
}

void ChangesPane::applyFilter(const QString &text)
{
    const Result<items::ChangesFilter> filter = items::ChangesFilter::parse(text);
    m_filterError = filter ? QString() : filter.error().text();
    m_filter->setProblem(m_filterError);
    if (filter)
        m_model->setFilter(*filter);
    updateState();
}

void ChangesPane::updateState()
{
    const items::ChangesModel::Counts counts = m_model->counts();
    const state::JournalLog &log = *m_context.changeLog;
    const bool filtered = !m_filter->text().isEmpty() || m_problems->isChecked();
    QString text = filtered ? tr("%1 of %2").arg(formatInteger(counts.shown), formatInteger(counts.total) + (counts.more ? u"+"_s : QString()))
        : counts.more       ? tr("the newest %1").arg(formatInteger(counts.total))
                            : tr("%Ln change(s)", nullptr, counts.total);
    if (!filtered && counts.problems > 0)
        text += u", "_s + (counts.problems == 1 ? tr("1 of today failed or is not settled") : tr("%1 of today failed or are not settled").arg(counts.problems));
    m_counts->setText(log.isLoaded() && log.error().message.isEmpty() ? text : QString());
    QString page;
    if (counts.shown == 0)
        page = !log.isLoaded() ? u"loading"_s : !log.error().message.isEmpty() ? log.error().text() : counts.total > 0 ? u"filtered "_s + m_filter->text() : u"empty"_s;
    if (page != m_pageShown) {
        m_pageShown = page;
        m_page->setVisible(!page.isEmpty());
        m_page->raise();
        if (page == "loading"_L1)
            m_page->showLoading(tr("the journal"));
        else if (page.startsWith("filtered"_L1))
            m_page->showFiltered(m_filter->text().isEmpty() ? tr("No change failed or is not settled.") : tr("No change matches %1.").arg(m_filter->text()),
                                 tr("%n change(s) hidden.", nullptr, counts.total));
        else if (page == "empty"_L1)
            m_page->showEmpty(tr("Nothing has been changed yet."), tr("Every change made with this console is recorded in %1.").arg(log.journal()->path()));
        else if (!page.isEmpty())
            m_page->showError(log.error());
    }
    if (log.unreadable() > 0 && !m_bar && !m_verifying)
        showBar(network::State::Degraded, tr("%n line(s) of the journal cannot be read.", nullptr, log.unreadable()),
                tr("Verify the journal to see which."));
    if (!m_wanted.isEmpty() && m_model->rowOf(m_wanted) >= 0)
        (void)showChange(std::exchange(m_wanted, {}));
    updateDetails();
}

bool ChangesPane::showChange(const QString &id)
{
    if (m_model->rowOf(id) < 0 && m_context.changeLog->find(id)) {
        m_problems->setChecked(false);
        setFilterText({});
    }
    if (m_model->rowOf(id) < 0) {
        m_wanted = id;   // it may be on an older page
        m_context.changeLog->loadAll();
        return false;
    }
    m_table->showChange(id);
    openDetails();
    return true;
}

void ChangesPane::openDetails()
{
    const state::ChangePtr change = m_table->current();
    if (!change)
        return;
    m_details->setChange(change, m_model->standing(*change));
    m_details->setVerbs(whyNot(*change, true), whyNot(*change, false));
    const bool first = m_details->isHidden();
    m_details->show();
    if (first && m_splitter->orientation() == Qt::Vertical)
        shareHeight();
}

/// Below the list: neither takes all of it, and the change that is open stays in sight.
void ChangesPane::shareHeight()
{
    m_details->setMinimumHeight(std::min(m_details->minimumSizeHint().height(), m_splitter->height() / 2));
    m_splitter->setSizes({m_splitter->height() * 45 / 100, m_splitter->height() * 55 / 100});
    m_table->scrollTo(m_table->currentIndex());
}

/// The change that is open may have gone on.
void ChangesPane::updateDetails()
{
    if (m_details->isHidden() || !m_details->change())
        return;
    const state::ChangePtr now = m_context.changeLog->find(m_details->change()->id);
    if (!now)
        return;
    m_details->setChange(now, m_model->standing(*now));
    m_details->setVerbs(whyNot(*now, true), whyNot(*now, false));
}

void ChangesPane::closeDetails()
{
    if (m_details->isHidden() && !m_filter->text().isEmpty())
        setFilterText({});
    m_details->hide();
    m_table->setFocus();
}

void ChangesPane::showMenu(const QPoint &global)
{
    const state::ChangePtr change = m_table->current();
    if (!change)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    const auto add = [menu, this](const QString &text, const QString &iconName, const QString &why, auto call) {
        QAction *action = menu->addAction(icon(iconName), text);
        action->setEnabled(why.isEmpty());
        action->setToolTip(why);
        connect(action, &QAction::triggered, this, call);
    };
    add(tr("Revert…"), u"undo"_s, whyNot(*change, true), [this] { revert(); });
    add(tr("Repeat…"), u"refresh"_s, whyNot(*change, false), [this] { repeat(); });
    add(tr("Copy rows as text"), u"copy"_s, {}, [this] { m_table->copyTsv(); });
    menu->popup(global);
}

NoticeBar *ChangesPane::showBar(network::State state, const QString &title, const QString &detail, const QString &copyPath)
{
    hideBar();
    m_bar = new NoticeBar(state, title, detail, this);
    if (!copyPath.isEmpty()) {
        QPushButton *copy = m_bar->addButton(tr("Copy path"), u"copy"_s);
        connect(copy, &QPushButton::clicked, this, [copyPath] { QGuiApplication::clipboard()->setText(copyPath); });
    }
    m_bar->setDismissable(true);
    connect(m_bar, &NoticeBar::dismissed, this, &ChangesPane::hideBar);
    m_bars->addWidget(m_bar);
    return m_bar;
}

void ChangesPane::hideBar()
{
    if (!m_bar)
        return;
    m_bars->removeWidget(m_bar);
    m_bar->hide();
    m_bar->deleteLater();
    m_bar = nullptr;
}

bool ChangesPane::hasCurrent() const
{
    return m_table->current() != nullptr;
}

void ChangesPane::setNarrow(bool narrow)
{
    m_splitter->setOrientation(narrow ? Qt::Vertical : Qt::Horizontal);
}

void ChangesPane::addEnvironment(state::Environment *environment)
{
    connect(environment, &state::Environment::readOnlyChanged, this, &ChangesPane::updateDetails);
    updateDetails();
}

void ChangesPane::removeEnvironment(state::Environment *environment)
{
    environment->disconnect(this);
    updateDetails();
}

void ChangesPane::tick()
{
    m_model->tick();
    m_context.changeLog->poll();
}

void ChangesPane::saveState() const
{
    m_context.settings->keep(u"changes/filter"_s, m_filter->text());
    m_context.settings->keep(u"changes/problems"_s, m_problems->isChecked());
    m_context.settings->keep(u"changes/tab"_s, m_details->tab());
}

void ChangesPane::enter()
{
    m_actions->setTargets({});
    m_table->setFocus();
    updateDetails();
}

}
