// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/ObjectCommands.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/Popup.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/StatePage.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
/// More bars than this and the rows have no room.
constexpr qsizetype kBars = 3;
}

/// Of a list that is not on screen nothing is worked out: a dozen of them hear of every answer of their clusters. It is when it is shown.
void ResourcePane::updateState()
{
    if (!isVisible()) {
        m_stateTimer->stop();
        return;
    }
    const ListState state = ListState::of(m_context.environments, m_spec, m_model->counts().total, m_model->clustersShown(), m_context.clock->now());
    showBars(state.bars);
    showPage(state);
    updatePrimary();
    const bool running = !state.bars.isEmpty();
    if (running != m_stateTimer->isActive())
        running ? m_stateTimer->start() : m_stateTimer->stop();
}

void ResourcePane::showBars(const QList<ListState::Bar> &bars)
{
    QString key;
    for (const ListState::Bar &bar : bars)
        key += bar.title + QString::number(int(bar.state)) + u'|';
    if (key != m_barsShown || m_bars->count() != std::min(kBars, bars.size())) {
        m_barsShown = key;
        while (QLayoutItem *item = m_bars->takeAt(0)) {
            if (item->widget())
                item->widget()->deleteLater();
            std::unique_ptr<QLayoutItem>(item).reset();
        }
        for (qsizetype i = 0; i < std::min(kBars, bars.size()); ++i) {
            const ListState::Bar &bar = bars.at(i);
            auto *notice = new NoticeBar(bar.state, bar.title, bar.detail, this);
            if (bar.retry) {
                QPushButton *retry = notice->addButton(bar.state == network::State::Stale ? tr("Try now") : tr("Retry now"));
                connect(retry, &QPushButton::clicked, this, [stores = bar.stores] {
                    for (state::ResourceStore *store : stores)
                        store->retryNow();
                });
            } else if (!bar.copyText.isEmpty()) {
                QPushButton *copy = notice->addButton(tr("Copy request"), u"copy"_s);
                connect(copy, &QPushButton::clicked, this, [text = bar.copyText] { QGuiApplication::clipboard()->setText(text); });
            }
            m_bars->addWidget(notice);
        }
        return;
    }
    for (int i = 0; i < m_bars->count(); ++i) {
        if (auto *notice = qobject_cast<NoticeBar *>(m_bars->itemAt(i)->widget()))
            notice->setTexts(bars.at(i).title, bars.at(i).detail);
    }
}

QString ResourcePane::filteredDetail() const
{
    QString text = tr("%1 hidden.").arg(m_spec.counted(m_model->counts().total));
    const QStringList words = m_filter->text().split(u' ', Qt::SkipEmptyParts);
    if (words.size() < 2)
        return text;
    int best = 0;
    QString kept;
    for (const QString &word : words) {
        const Result<state::FilterQuery> one = state::FilterQuery::parse(word, m_model->columnIds());
        const int count = one ? m_model->countMatching(*one) : 0;
        if (count > 0 && (best == 0 || count < best)) {
            best = count;
            kept = word;
        }
    }
    return best > 0 ? QString(text + u' ' + tr("%1 would show %n.", nullptr, best).arg(kept)) : text;
}

void ResourcePane::showPage(const ListState &state)
{
    const items::ResourceModel::Counts counts = m_model->counts();
    const bool filtered = counts.total > 0 && counts.shown == 0;
    if (counts.total == 0)   // none is a reading: it is said once the clusters have answered
        m_counts->setText(state.page == ListState::Page::Empty && !m_context.environments.isEmpty() ? m_spec.counted(0) : QString());
    if (counts.shown > 0) {
        m_page->hide();
        m_pageShown.clear();
        return;
    }
    m_retry = state.stores;
    const QString key = filtered ? QString(u"filtered "_s + m_filter->text() + QString::number(m_problems->isChecked()))
                                 : QString::number(int(state.page)) + state.waitingFor + state.error.text() + state.title
                                       + state.retryAt.toString() + QString::number(m_notWaiting);
    if (key != m_pageShown) {
        m_pageShown = key;
        if (filtered && m_filter->text().isEmpty())
            m_page->showFiltered(m_spec.noProblem, tr("%1 hidden.").arg(m_spec.counted(counts.total)));
        else if (filtered)
            m_page->showFiltered(m_spec.noMatch.arg(m_filter->text()), filteredDetail());
        else if (state.page == ListState::Page::Loading && m_notWaiting)
            m_page->showError({ErrorKind::Cancelled, tr("Not waiting any more for %1.").arg(state.waitingFor)});
        else if (state.page == ListState::Page::Loading)
            m_page->showLoading(state.waitingFor);
        else if (state.page == ListState::Page::Error)
            m_page->showError(state.error, state.retryAt);
        else if (state.page == ListState::Page::Forbidden)
            m_page->showForbidden(state.error);
        else if (state.page == ListState::Page::NotServed)
            m_page->showNotServed(state.title, state.detail);
        else
            m_page->showEmpty(state.title, state.detail, m_context.environments.isEmpty() ? QString() : m_spec.createText);
    }
    m_page->show();
    m_page->raise();
}

void ResourcePane::onPageButton(int button)
{
    switch (StatePage::Button(button)) {
    case StatePage::Button::Create:
        setUp();
        break;
    case StatePage::Button::ClearFilter:
        m_problems->setChecked(false);
        setFilterText({});
        m_table->setFocus();
        break;
    case StatePage::Button::RetryNow:
    case StatePage::Button::CheckAgain:
        m_notWaiting = false;
        for (state::ResourceStore *store : std::as_const(m_retry))
            store->retryNow();
        updateState();
        break;
    case StatePage::Button::Details:
        showErrorDetails();
        break;
    case StatePage::Button::CopyRequest:
        if (!m_retry.isEmpty())
            QGuiApplication::clipboard()->setText(m_retry.first()->loadState().error.text());
        break;
    case StatePage::Button::Cancel:
        m_notWaiting = true;
        updateState();
        break;
    case StatePage::Button::None:
        break;
    }
}

void ResourcePane::showErrorDetails()
{
    if (m_retry.isEmpty())
        return;
    const Error error = m_retry.first()->loadState().error;
    auto *panel = new Popup(tr("Details of the error"), this);
    panel->setFixedWidth(560);
    QStringList lines{error.text(), error.detail};
    if (!error.reason.isEmpty() || error.httpStatus > 0)
        lines.append(tr("Answer of the server: %1 %2").arg(error.httpStatus).arg(error.reason));
    lines.removeAll(QString());
    auto *text = new Label(lines.join(u"\n\n"_s), Type::Body, Token::Text, panel);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    panel->body()->addWidget(text);
    panel->popupCentered();
}

/// Only the list on screen says what the verbs act on.
void ResourcePane::updateTargets()
{
    if (!isVisibleTo(window()))
        return;
    QList<ActionTarget> targets;
    for (const int row : m_table->selectedObjectRows()) {
        if (state::ResourceStore *store = m_model->storeAt(row))
            targets.append({m_model->environmentAt(row), store->kind(), m_model->rowAt(row)});
    }
    m_actions->setTargets(targets);
    if (m_details->isVisible() && targets.size() == 1 && !m_details->pinned())
        m_details->setTarget(targets.first());
}

void ResourcePane::showEvent(QShowEvent *event)
{
    ListPane::showEvent(event);
    updateState();
    followRows();   // what happened to it behind another page
    if (!m_progress)
        return;
    m_context.verdicts->look(this);
    m_seen->start();
}

void ResourcePane::hideEvent(QHideEvent *event)
{
    ListPane::hideEvent(event);
    m_setUp.clear();
    if (!m_progress)
        return;
    m_seen->stop();
    m_progress->setVisible({});
    m_context.verdicts->leave(this);
}

/// The small lines are asked for the rows on screen alone.
void ResourcePane::showProgress()
{
    QList<ObjectId> nodes;
    const int last = m_table->rowAt(m_table->viewport()->height() - 1);
    for (int row = m_table->rowAt(0); row >= 0 && row <= (last < 0 ? m_model->rowCount() - 1 : last); ++row) {
        if (const ObjectId node = m_model->index(row, 0).data(items::ObjectIdRole).value<ObjectId>(); !node.name.isEmpty())
            nodes.append(node);
    }
    m_progress->setVisible(nodes);
}

/// The details and the verbs see the object as it is now.
void ResourcePane::followRows()
{
    if (m_model->isPaused())
        return;     // beside a list that waits they wait too
    const ActionTarget target = m_details->target();
    if (m_details->isVisible() && target.row && target.environment) {
        const state::ResourceStore *store = target.environment->store(target.kind);
        if (const state::RowPtr now = store->row(target.row->uid))
            m_details->rowChanged(now);
        else if (store->complete())
            m_details->rowGone();
    }
    if (isVisible())
        m_actions->followTargets();
}

void ResourcePane::showDetails()
{
    if (m_actions->targets().isEmpty())
        return;
    const bool opened = m_details->isHidden();
    m_details->setTarget(m_actions->targets().first());
    m_details->show();
    Q_EMIT this->opened(m_details->target().object());
    if (opened) {
        applySplit();
    }
}

/// As wide, and as high, as a person left them: each is remembered for itself.
void ResourcePane::applySplit()
{
    if (m_details->isHidden() || m_list->isHidden())
        return;
    const bool right = m_splitter->orientation() == Qt::Horizontal;
    const int room = right ? m_splitter->width() : m_splitter->height();
    const int own = right ? metrics::kDetails : std::max(252, room * 9 / 20);
    const int wanted = m_context.settings->value(key(right ? "splitRight" : "splitBelow"), own).toInt();
    m_splitter->setSizes({room - wanted, wanted});
}

void ResourcePane::saveSplit() const
{
    if (m_details->isHidden() || m_list->isHidden())
        return;
    const bool right = m_splitter->orientation() == Qt::Horizontal;
    m_context.settings->keep(key(right ? "splitRight" : "splitBelow"), right ? m_details->width() : m_details->height());
}

void ResourcePane::closeDetails()
{
    if (m_details->isVisible()) {
        m_details->setMaximized(false);
        saveState();
        m_details->hide();
        m_details->clearTarget();
        m_table->setFocus();
    } else if (!m_filter->text().isEmpty()) {
        setFilterText({});
    }
}

ObjectId ResourcePane::openedObject() const
{
    return m_details->isHidden() ? ObjectId() : m_details->target().object();
}

bool ResourcePane::openObject(const ObjectId &object)
{
    const auto shows = [&](const network::KindInfo *kind) { return kind->gvr == object.gvr; };
    const auto environment = std::find_if(m_context.environments.begin(), m_context.environments.end(),
                                          [&](const state::Environment *e) { return e->name() == object.cluster; });
    if (environment == m_context.environments.end())
        return false;
    const QList<const network::KindInfo *> kinds = kindsOf(**environment);
    const auto kind = std::find_if(kinds.begin(), kinds.end(), shows);
    if (kind == kinds.end())
        return false;
    const state::ResourceStore *store = (*environment)->store(**kind);
    state::RowPtr row = object.uid.isEmpty() ? nullptr : store->row(object.uid);
    if (!row)   // without a uid, or made anew under its name
        row = store->find(object.ns, object.name);
    const QString uid = row ? row->uid : object.uid;
    if (openObject(object.cluster, uid))
        return true;
    if (!row && store->complete())
        Q_EMIT objectMissing(object);
    else
        m_reopen = {object.cluster, uid};
    return true;
}

/// What hides it goes: a folded group, the filter, "Problems only". Its row; < 0: it is not here.
int ResourcePane::reveal(const QString &cluster, const QString &uid)
{
    if (!m_model->unfold(cluster, uid))
        return -1;
    const auto hidden = [&] {
        (void)m_model->unfold(cluster, uid);
        return m_model->rowOf(cluster, uid) < 0;
    };
    const bool problems = m_problems->isChecked();
    if (hidden() && problems)
        m_problems->setChecked(false);
    if (hidden() && !m_filter->text().isEmpty()) {
        setFilterText({});
        m_problems->setChecked(problems);
        if (hidden())
            m_problems->setChecked(false);   // it was both
    }
    (void)hidden();
    return m_model->rowOf(cluster, uid);
}

bool ResourcePane::openObject(const QString &cluster, const QString &uid)
{
    const int row = reveal(cluster, uid);
    if (row < 0)
        return false;
    m_table->setCurrentIndex(m_model->index(row, 0));
    m_table->scrollTo(m_model->index(row, 0));
    showDetails();
    m_table->setFocus();
    return true;
}

void ResourcePane::showMenu(const QPoint &global)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QList<ActionTarget> targets = m_actions->targets();
    QAction *open = menu->addAction(tr("Open details"));
    open->setShortcut(QKeySequence(Qt::Key_Return));
    open->setEnabled(!targets.isEmpty());
    connect(open, &QAction::triggered, this, &ResourcePane::showDetails);
    menu->addSeparator();
    if (!targets.isEmpty())
        menu->addActions(m_actions->changesOf(targets.first().kind));
    menu->addSeparator();
    menu->addAction(m_actions->action(u"list.copy"_s));
    if (QAction *window = m_actions->action(u"object.window"_s)) {
        menu->addMenu(makeKubectlMenu(m_actions, menu));
        menu->addAction(window);
    }
    menu->setToolTipsVisible(true);
    menu->popup(global);
}

/// What a click on a header does, for the keyboard.
void ResourcePane::addSortMenu(QMenu *menu)
{
    QMenu *sort = menu->addMenu(tr("Sort by"));
    const QHeaderView *header = m_table->horizontalHeader();
    for (const QString &id : m_table->shownColumns()) {
        const int column = m_model->columnOf(id);
        QAction *action = sort->addAction(m_model->columns().at(column).title);
        action->setCheckable(true);
        action->setChecked(header->sortIndicatorSection() == column);
        connect(action, &QAction::triggered, this, [this, column] { m_table->sortByColumn(column, Qt::AscendingOrder); });
    }
    sort->addSeparator();
    QAction *descending = sort->addAction(tr("Descending"));
    descending->setCheckable(true);
    descending->setChecked(header->sortIndicatorOrder() == Qt::DescendingOrder);
    connect(descending, &QAction::toggled, this, [this, header](bool on) {
        m_table->sortByColumn(header->sortIndicatorSection(), on ? Qt::DescendingOrder : Qt::AscendingOrder);
    });
}

void ResourcePane::showColumns()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const items::TableColumn &column : m_model->columns()) {
        if (column.id == "name"_L1)
            continue;
        const QStringList chosen = m_table->chosenColumns();
        QAction *action = menu->addAction(column.title);
        action->setCheckable(true);
        action->setChecked(chosen.isEmpty() ? !column.optional : chosen.contains(column.id));
        connect(action, &QAction::toggled, this, [this, id = column.id](bool on) {
            QStringList next = m_table->chosenColumns();
            if (next.isEmpty()) {
                for (const items::TableColumn &known : m_model->columns()) {
                    if (!known.optional)
                        next.append(known.id);
                }
            }
            next.removeAll(id);
            if (on)
                next.append(id);
            m_table->setChosenColumns(next);
            saveState();
        });
    }
    menu->addSeparator();
    addSortMenu(menu);
    connect(menu->addAction(tr("Reset columns")), &QAction::triggered, this, [this] {
        m_table->setChosenColumns({});
        saveState();
    });
    menu->popup(m_columns->mapToGlobal(QPoint(0, m_columns->height() + 4)));
}

}
