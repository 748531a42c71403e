// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/LogsTab.h"

#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"
#include "ui/widgets/StatePage.h"

#include <QComboBox>
#include <QPushButton>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::ContainerFacts;
using items::LogSource;
using items::PodFacts;

LogsTab::LogsTab(const ports::BodyCodec *bodies, const Clock *clock, QWidget *parent)
    : DetailsTab(parent)
    , m_clock(clock)
    , m_session(&m_model, clock)
    , m_pods(bodies)
    , m_view(new LogView(&m_model, this))
{
    setAccessibleName(tr("Logs"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    buildHead();
    column->addWidget(m_view, 1);
    setFocusProxy(m_view);
    m_view->page()->setClock(clock);
    connect(&m_pods, &items::PodList::changed, this, &LogsTab::podsChanged);
    connect(&m_session, &items::LogSession::changed, this, &LogsTab::updateNotes);
    connect(&m_model, &items::LogModel::countsChanged, this, &LogsTab::updatePage);
    connect(m_view, &LogView::pauseWanted, this, [this](bool paused) {
        m_pausedAt = m_clock->now();
        m_session.setPaused(paused);
        updateNotes();
    });
    connect(m_view->page(), &StatePage::clicked, this, [this](StatePage::Button button) {
        if (button == StatePage::Button::RetryNow || button == StatePage::Button::CheckAgain)
            m_pods.retry();
        else if (button == StatePage::Button::ClearFilter)
            m_view->clearFilters();
    });
}

LogsTab::~LogsTab() = default;

void LogsTab::buildHead()
{
    auto *head = new QHBoxLayout;
    head->setContentsMargins(12, 8, 10, 0);
    head->setSpacing(6);
    m_chooser = new QComboBox(this);
    m_chooser->setAccessibleName(tr("Pod and container"));
    m_chooser->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_chooser->setMinimumContentsLength(12);
    m_previous = new PillButton(tr("Run before"), this);
    m_previous->setIcon(icon(u"undo"_s));
    head->addWidget(m_chooser, 1);
    head->addWidget(m_previous);
    static_cast<QVBoxLayout *>(layout())->addLayout(head);
    connect(m_chooser, &QComboBox::activated, this, [this] {
        m_choice = m_chooser->currentData().toString();
        m_previous->setChecked(false);
        choose();
    });
    connect(m_previous, &QPushButton::clicked, this, &LogsTab::choose);
}

void LogsTab::setWide(bool wide)
{
    m_view->setWide(wide);
}

void LogsTab::leave()
{
    m_session.clear();
    m_pods.close();
    m_object = {};
    m_environment = nullptr;
    m_choice.clear();
    m_asked.clear();
    m_chooser->clear();
    m_previous->setChecked(false);
    m_view->clearFilters();
}

void LogsTab::present(const DetailsSubject &subject)
{
    const ObjectId object = subject.target.object();
    if (object == m_object)
        return;
    const QString asked = m_asked;
    const bool previous = m_askedPrevious;
    leave();
    m_asked = asked;
    m_askedPrevious = previous;
    m_object = object;
    m_environment = subject.target.environment;
    if (!m_environment)
        return;
    m_session.setOpener(m_environment->logs());
    m_view->setFileName(u"%1.log"_s.arg(object.name));
    m_pods.watch(m_environment->feed(), object.ns, items::podSelection(subject.target.kind, object.name, object.uid));
    updatePage();
}

void LogsTab::openLog(const QString &pod, const QString &container, bool previous)
{
    m_asked = pod + u'/' + container;
    m_askedPrevious = previous;
    podsChanged();
}

/// "participant-0" of the pod alice-participant-0: the object's name is said above. With several containers the container too.
QString LogsTab::shortName(const PodFacts &pod, const ContainerFacts &container) const
{
    QString name = pod.name;
    if (name.startsWith(m_object.name + u'-'))
        name = name.mid(m_object.name.size() + 1);
    return pod.containers.size() > 1 ? u"%1 %2"_s.arg(name, container.name) : name;
}

void LogsTab::fillChooser(const QList<PodFacts> &pods)
{
    QList<QPair<QString, QString>> entries;
    if (pods.size() > 1)
        entries.append({tr("All %n pod(s), merged by time", nullptr, int(pods.size())), QString()});
    for (const PodFacts &pod : pods) {
        for (const ContainerFacts &container : pod.containers)
            entries.append({container.state == network::State::Ready ? shortName(pod, container)
                                                                     : u"%1 (%2)"_s.arg(shortName(pod, container), container.word),
                            pod.name + u'/' + container.name});
    }
    bool same = entries.size() == m_chooser->count();
    for (int i = 0; same && i < m_chooser->count(); ++i)
        same = m_chooser->itemText(i) == entries.at(i).first;
    if (same)
        return;
    m_chooser->clear();
    for (const auto &[text, data] : entries)
        m_chooser->addItem(text, data);
}

void LogsTab::podsChanged()
{
    if (!m_environment)
        return;
    const QList<PodFacts> pods = m_pods.pods();
    fillChooser(pods);
    bool other = false;
    if (!m_asked.isEmpty() && m_chooser->findData(m_asked) >= 0) {
        other = m_choice != m_asked || m_previous->isChecked() != m_askedPrevious;
        m_choice = std::exchange(m_asked, {});
        m_previous->setChecked(m_askedPrevious);
    }
    // Pods come one by one: all are merged unless there are too many, which is known once the list is whole.
    if (m_choice.isEmpty() && m_pods.complete() && pods.size() > kMerged)
        m_choice = m_chooser->itemData(1).toString();
    const int shown = m_chooser->findData(m_choice);
    m_chooser->setCurrentIndex(shown < 0 && m_choice.isEmpty() ? 0 : shown);
    m_chooser->setPlaceholderText(m_choice);   // a pod that is gone may come back
    if (other)
        return choose();
    updateSources();
}

/// Another log: what stood here goes.
void LogsTab::choose()
{
    m_session.clear();
    m_view->table()->setFollow(true);
    updateSources();
}

QList<LogSource> LogsTab::wanted() const
{
    QList<LogSource> out;
    const QList<PodFacts> pods = m_pods.pods();
    for (const PodFacts &pod : pods) {
        for (const ContainerFacts &container : pod.containers) {
            const bool chosen = m_choice.isEmpty() ? !container.init : m_choice == pod.name + u'/' + container.name;
            if (!chosen)
                continue;
            LogSource source;
            source.key = pod.uid + u'/' + container.name;
            source.name = shortName(pod, container);
            source.request = {pod.ns, pod.name, container.name, -1, m_previous->isChecked(), true};
            source.run = QString::number(container.restarts) + container.startedAt.toString(Qt::ISODate);
            if (m_previous->isChecked())
                source.run.clear();
            out.append(source);
        }
    }
    return out;
}

void LogsTab::updateSources()
{
    const bool one = !m_choice.isEmpty() || m_chooser->count() == 1;
    m_previous->setEnabled(one);
    m_previous->setToolTip(!one ? tr("Choose one container to see its run before") : tr("The log of the container's run before"));
    m_session.setSources(wanted());
    updatePage();
}

/// What stands in place of lines while there are none.
void LogsTab::updatePage()
{
    StatePage *page = m_view->page();
    m_view->showPage(m_model.rowCount() == 0);
    if (m_model.rowCount() > 0 || !m_environment)
        return;
    const LoadState &state = m_pods.state();
    if (!m_environment->feed() || !m_environment->logs())
        return page->showError({ErrorKind::Network, tr("Logs need a connection to %1.").arg(m_environment->name())});
    if (state.phase == LoadState::Phase::Forbidden)
        return page->showForbidden(state.error);
    if (state.phase == LoadState::Phase::Failed)
        return page->showError(state.error, state.retryAt);
    if (m_model.kept() > 0)
        return page->showFiltered(tr("No line has the levels and fields that are chosen."), {});
    if (!m_pods.complete())
        return page->showLoading(tr("%1: pods of %2").arg(m_environment->name(), m_object.name));
    if (m_pods.pods().isEmpty())
        return page->showEmpty(tr("%1 has no pods now.").arg(m_object.name), tr("Logs of pods that are gone are not in the cluster any more."));
    if (m_session.awaited() > 0 && m_session.endings().isEmpty())
        return page->showEmpty(tr("No lines yet."), tr("The log is followed: lines are shown as they are written."));
    if (const QStringList endings = m_session.endings(); !endings.isEmpty())
        return page->showEmpty(tr("There is no log to show."), endings.join(u'\n'));
    page->showEmpty(tr("No lines yet."), tr("The log is followed: lines are shown as they are written."));
}

void LogsTab::updateNotes()
{
    m_view->setPaused(m_session.paused(), m_pausedAt, m_session.waiting(), m_session.waitingErrors(), m_session.held());
    const QStringList troubles = m_session.troubles();
    m_view->setTrouble(troubles.isEmpty() ? QString() : tr("%n log(s) interrupted", nullptr, int(troubles.size())), troubles.mid(0, 3).join(u'\n'));
    updatePage();
}

}
