// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/WindowMeter.h"

#include <QAbstractEventDispatcher>
#include <QElapsedTimer>
#include <QFile>
#include <QThread>
#include <QTimer>

#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <unistd.h>

namespace qd::bench {

using namespace Qt::StringLiterals;

namespace {

QElapsedTimer started()
{
    QElapsedTimer timer;
    timer.start();
    return timer;
}

QByteArray fileOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}

double sinceStart()
{
    // Field 22 of stat, after the name in parentheses: clock ticks since boot at which the process started.
    const QByteArray stat = fileOf(u"/proc/self/stat"_s);
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const double ticks = fields.value(19).toDouble() / double(sysconf(_SC_CLK_TCK));
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9 - ticks;
}

qint64 peakMemory()
{
    const QByteArray status = fileOf(u"/proc/self/status"_s);
    const qsizetype at = status.indexOf("VmHWM:");
    return status.mid(at + 6, status.indexOf('\n', at) - at - 6).trimmed().split(' ').first().toLongLong() * 1024;
}

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &t) { return double(t.tv_sec) + double(t.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double quantile(QList<double> values, double part)
{
    if (values.isEmpty())
        return 0;
    std::sort(values.begin(), values.end());
    return values.at(std::min<qsizetype>(values.size() - 1, qsizetype(part * double(values.size()))));
}

WindowMeter::WindowMeter(int &argc, char **argv) : QApplication(argc, argv)
{
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, this, &WindowMeter::turnEnds);
}

bool WindowMeter::notify(QObject *receiver, QEvent *event)
{
    if (QThread::currentThread() != thread())   // events of workers pass here too
        return QApplication::notify(receiver, event);
    const bool top = m_depth == 0;
    const bool paints = event->type() == QEvent::UpdateRequest && receiver->isWidgetType();
    const QElapsedTimer timer = top ? started() : QElapsedTimer();
    const double cpu = top ? threadSeconds() : 0;
    ++m_depth;
    const bool answer = QApplication::notify(receiver, event);
    --m_depth;
    m_painted = m_painted || paints;
    if (top) {
        m_busy += timer.nsecsElapsed();
        m_worked += threadSeconds() - cpu;
    }
    return answer;
}

void WindowMeter::turnEnds()
{
    const double ms = double(m_busy) / 1e6;
    if (m_recording && (m_painted || ms >= 0.5)) {
        m_turns.append(ms);
        m_work.append(m_worked * 1000);
    }
    m_paints += m_painted;
    m_painted = false;
    m_busy = 0;
    m_worked = 0;
}

bool WindowMeter::until(const std::function<bool()> &done, double seconds)
{
    QTimer alarm;
    alarm.setSingleShot(true);
    bool late = false;
    connect(&alarm, &QTimer::timeout, this, [&late] { late = true; });
    alarm.start(int(seconds * 1000));
    while (!done()) {
        if (late)
            return false;
        processEvents(QEventLoop::WaitForMoreEvents);
    }
    return true;
}

void WindowMeter::waitFor(double seconds)
{
    (void)until([] { return false; }, seconds);
}

void WindowMeter::afterPaint(std::function<void()> call)
{
    m_afterPaint = std::move(call);
    // Update requests have LowEventPriority; this comes behind them.
    QCoreApplication::postEvent(this, new QEvent(QEvent::User), Qt::LowEventPriority - 1);
}

bool WindowMeter::event(QEvent *event)
{
    if (event->type() != QEvent::User)
        return QApplication::event(event);
    std::exchange(m_afterPaint, {})();
    return true;
}

void WindowMeter::record()
{
    m_turns.clear();
    m_work.clear();
    m_recording = true;
}

}
