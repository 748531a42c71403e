// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes of pods and logs.
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/LogSources.h"
#include "ui/panes/details/LogsTab.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourLogs.h"
#include "ui/shell/tour/TourQuiet.h"
#include "ui/widgets/LogChip.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"

#include <QAction>
#include <QLineEdit>
#include <QPushButton>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

const QString kNode = u"northgate-validator-2"_s;
constexpr QSize kWide{1440, 900};
constexpr QSize kSmall{1000, 700};

using Read = std::function<void(LogsTab *, TourPods *)>;

void openTab(TourWorld &world, MainWindow &window, const QString &tab)
{
    state::Environment *environment = world.environment(0);
    const network::KindInfo *kind = environment->kinds().find(u"Validator"_s);
    for (const state::RowPtr &row : environment->store(*kind)->rows()) {
        if (row->name == kNode)
            window.panes()->openTab(environment->store(*kind)->idOf(*row), tab);
    }
}

auto open(const QString &tab, const Read &then = {}, bool alone = false)
{
    return [tab, then, alone](TourWorld &world, MainWindow &window) {
        openTab(world, window, tab);
        if (alone)
            TourQuiet::then(&window, [&window] { window.panes()->currentPane()->findChild<DetailsPane *>()->setMaximized(true); });
        if (then)
            TourQuiet::then(&window, [&world, &window, then] { then(window.findChild<LogsTab *>(), world.environment(0)->findChild<TourPods *>()); });
    };
}

/// Half an hour of three pods.
void halfAnHour(TourWorld &world)
{
    world.fillConsortium();
    addTourLogs(world, 0);
}

/// One pod that says so many lines, or something else.
auto onePod(int lines, const QJsonObject &status = {}, const std::optional<Error> &refused = {})
{
    return [lines, status, refused](TourWorld &world) {
        world.fillConsortium();
        auto *pods = new TourPods(world.environment(0));
        pods->put(tourPod(kNode, u"participant"_s, status));
        pods->lines.insert(kNode + u"-participant-0"_s, tourLines(lines));
        if (refused)
            pods->refusals.insert(kNode + u"-participant-0"_s, *refused);
    };
}

void searchAndUnfold(LogsTab *logs, TourPods *)
{
    logs->view()->findChild<QLineEdit *>()->setText(u"timeout"_s);
    logs->view()->jumpToLastError();
    logs->view()->table()->unfold(logs->view()->table()->currentRow());
}

/// Picture 13: a search, the fields of an error, a gap, paused.
void likeThePicture(LogsTab *logs, TourPods *)
{
    items::LogModel *model = logs->model();
    logs->view()->chip(items::LogLevel::Debug)->setChecked(false);
    logs->view()->findChild<QLineEdit *>()->setText(u"timeout"_s);
    logs->view()->jumpToLastError();
    const int error = model->nextError(model->nextError(-1, false), false);
    model->addGap(model->lineAt(std::max(0, error - 3)).time, 0,
                  u"214 lines dropped: participant-0, the kubelet turned the file over before they were read"_s, true);
    logs->view()->table()->goTo(model->nextError(model->nextError(-1, false), false));
    logs->view()->table()->unfold(logs->view()->table()->currentRow());
    logs->view()->countNow();
    Q_EMIT logs->view()->pauseWanted(true);
}

}

void Tour::addLogScenes()
{
    const Error forbidden{ErrorKind::Forbidden, u"Reading logs of pods in canton-mainnet is not allowed. Missing right: get pods/log"_s};
    m_scenes.append({u"details-pods"_s, kWide, halfAnHour, open(u"pods"_s)});
    m_scenes.append({u"details-pods-below"_s, kSmall, halfAnHour, open(u"pods"_s)});
    m_scenes.append({u"logs-follow"_s, kWide, halfAnHour, open(u"logs"_s)});
    m_scenes.append({u"logs-search-fields"_s, kWide, halfAnHour, open(u"logs"_s, searchAndUnfold)});
    m_scenes.append({u"logs-sources"_s, kWide, halfAnHour, open(u"logs"_s, [](LogsTab *logs, TourPods *) { logs->sourcesButton()->click(); })});
    m_scenes.append({u"logs-below"_s, kSmall, halfAnHour, open(u"logs"_s)});
    m_scenes.append({u"logs-alone"_s, kWide, halfAnHour, open(u"logs"_s, likeThePicture, true)});
    m_scenes.append({u"logs-alone-small"_s, kSmall, halfAnHour, open(u"logs"_s, searchAndUnfold, true)});
    m_scenes.append({u"logs-new-lines"_s, kWide, halfAnHour, open(u"logs"_s, [](LogsTab *logs, TourPods *) {
                         logs->view()->table()->goTo(logs->model()->rowCount() / 2);
                         QList<items::LogLine> lines;
                         for (int i = 0; i < 214; ++i)
                             lines.append(items::readLogLine(u"2026-11-27T12:04:31.%1Z %2 Block 88,120,417 ordered"_s.arg(i, 3, 10, QLatin1Char('0')).arg(i % 60 == 9 ? u"ERROR"_s : u"INFO"_s), 0));
                         logs->model()->append(lines);
                     }, true)});
    m_scenes.append({u"logs-table"_s, kWide, halfAnHour, open(u"logs"_s, [](LogsTab *logs, TourPods *) { logs->view()->action(u"timesTable"_s)->setChecked(true); }, true)});
    m_scenes.append({u"logs-trace"_s, kWide, halfAnHour, open(u"logs"_s, [](LogsTab *logs, TourPods *) {
                         logs->view()->jumpToLastError();
                         const int row = logs->view()->table()->currentRow();
                         if (row >= 0)
                             Q_EMIT logs->view()->table()->filterWanted({items::LogModel::kTraceKey, QString::fromLatin1(logs->model()->lineAt(row).trace), false});
                     }, true)});
    m_scenes.append({u"logs-none"_s, kWide, [](TourWorld &world) {
                         world.fillConsortium();
                         (void)new TourPods(world.environment(0));
                     }, open(u"logs"_s)});
    m_scenes.append({u"logs-no-lines"_s, kWide, onePod(0), open(u"logs"_s)});
    m_scenes.append({u"logs-three"_s, kWide, onePod(3), open(u"logs"_s, {}, true)});
    m_scenes.append({u"logs-many"_s, kWide, onePod(10'000), open(u"logs"_s, {}, true)});
    m_scenes.append({u"logs-forbidden"_s, kWide, onePod(0, {}, forbidden), open(u"logs"_s)});
    m_scenes.append({u"logs-waiting"_s, kWide,
                     onePod(0, tourWaiting(u"ImagePullBackOff"_s, u"Back-off pulling image \"ghcr.io/digital-asset/participant:3.5.9\""_s),
                            Error{ErrorKind::Invalid, u"container \"participant\" is waiting to start: trying and failing to pull image"_s}),
                     open(u"logs"_s)});
    m_scenes.append({u"logs-ended"_s, kWide, onePod(40), open(u"logs"_s, [](LogsTab *, TourPods *pods) {
                         if (TourLog *log = pods->logs.value(0))
                             Q_EMIT log->ended({ErrorKind::Cancelled, u"The container has ended."_s});
                     })});
    m_scenes.append({u"logs-broken"_s, kSmall, onePod(40), open(u"logs"_s, [](LogsTab *, TourPods *pods) {
                         if (TourLog *log = pods->logs.value(0))
                             Q_EMIT log->interrupted({ErrorKind::Network, u"the connection was reset by the kubelet of worker-3"_s});
                     })});
}

}
