// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/TourQuiet.h"

#include "models/state/JournalReader.h"

#include <QAbstractEventDispatcher>
#include <QThread>
#include <QThreadPool>
#include <QTimer>
#include <QTimerEvent>

#include <algorithm>

namespace qd::ui {

namespace {

constexpr int kPollMs = 3;
/// So often nothing to do in a row is quiet: what a thread or the file system tells comes a moment later.
constexpr int kQuiet = 6;
/// Waits from here on are no pauses.
constexpr int kLongMs = 1000;
/// A scene that asks for pause after pause goes on.
constexpr int kMostPauses = 200;
/// A look that comes later than this was held up: something is going on still. Not for ever, on a machine that is busy.
constexpr qint64 kLateMs = 3 * kPollMs;
constexpr int kMostLate = 100;

struct Pause {
    QObject *owner = nullptr;
    int id = 0;
    int left = kLongMs;
};

/// Calls made once later are children of the event dispatcher (qtimer.cpp, QSingleShotTimer).
Pause nextOf(const QObjectList &owners, QAbstractEventDispatcher *dispatcher)
{
    Pause out;
    for (QObject *owner : owners) {
        const auto timers = dispatcher->registeredTimers(owner);
        for (const auto &timer : timers) {
            const int left = dispatcher->remainingTime(timer.timerId);
            if (timer.interval < kLongMs && left < out.left)
                out = {owner, timer.timerId, left};
        }
    }
    return out;
}

}

TourQuiet::TourQuiet(QWidget *window, Then call, bool last)
    : QObject(window)
    , m_window(window)
    , m_call(std::move(call))
    , m_poll(new QTimer(this))
    , m_last(last)
{
    static int numbers = 0;
    m_number = ++numbers;
    connect(m_poll, &QTimer::timeout, this, &TourQuiet::look);
    m_poll->start(kPollMs);
}

void TourQuiet::then(QWidget *window, Then step)
{
    new TourQuiet(window, std::move(step), false);
}

void TourQuiet::atEnd(QWidget *window, Then call)
{
    new TourQuiet(window, std::move(call), true);
}

/// Whether no step comes before this one.
bool TourQuiet::mine() const
{
    const auto all = m_window->findChildren<TourQuiet *>(Qt::FindDirectChildrenOnly);
    return std::none_of(all.begin(), all.end(), [this](const TourQuiet *other) {
        return other != this && (m_last ? !other->m_last : !other->m_last && other->m_number < m_number);
    });
}

bool TourQuiet::reading() const
{
    const auto readers = m_window->findChildren<state::JournalReader *>();
    const auto pools = m_window->findChildren<QThreadPool *>();
    return QThreadPool::globalInstance()->activeThreadCount() > 0   // onPool()
        || std::any_of(readers.begin(), readers.end(), [](const state::JournalReader *reader) { return !reader->idle(); })
        || std::any_of(pools.begin(), pools.end(), [](const QThreadPool *pool) { return pool->activeThreadCount() > 0; });
}

/// Ends the pause that would end first.
bool TourQuiet::skipPause()
{
    QAbstractEventDispatcher *dispatcher = thread()->eventDispatcher();
    QObjectList owners = dispatcher->children();
    const auto timers = m_window->findChildren<QTimer *>();
    for (QTimer *timer : timers) {
        if (timer->isSingleShot() && timer->isActive())
            owners.append(timer);
    }
    const Pause pause = nextOf(owners, dispatcher);
    if (!pause.owner || ++m_skipped > kMostPauses)
        return false;
    QTimerEvent over(pause.id);
    QCoreApplication::sendEvent(pause.owner, &over);
    return true;
}

void TourQuiet::look()
{
    if (!mine())
        return;
    if (m_since.isValid() && m_since.elapsed() > kLateMs && ++m_late < kMostLate)
        m_quiet = 0;
    m_since.start();
    if (reading() || (m_quiet >= kQuiet / 2 && skipPause())) {
        m_quiet = 0;
        return;
    }
    if (++m_quiet < kQuiet)
        return;
    m_poll->stop();
    const Then call = std::move(m_call);
    deleteLater();
    setParent(nullptr);
    call();
}

}
