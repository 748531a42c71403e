// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/Ending.h"

#include <QSocketNotifier>
#include <QTimer>

#include <cerrno>
#include <chrono>
#include <csignal>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace qd::demo {

using namespace std::chrono_literals;

namespace {

volatile std::sig_atomic_t s_writeEnd = -1;

void onSignal(int)
{
    const char byte = 1;
    const int saved = errno;
    if (s_writeEnd >= 0)
        (void)!write(s_writeEnd, &byte, 1);
    errno = saved;
}

bool gone(qint64 pid)
{
    return kill(pid_t(pid), 0) != 0 && errno == ESRCH;
}

}

Ending::Ending(QObject *parent) : QObject(parent)
{
    if (pipe2(m_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    s_writeEnd = m_pipe[1];
    m_signals = std::make_unique<QSocketNotifier>(m_pipe[0], QSocketNotifier::Read);
    connect(m_signals.get(), &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        (void)!read(m_pipe[0], &byte, 1);
        Q_EMIT requested(tr("it was asked to end"));
    });
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        std::signal(signal, onSignal);
    std::signal(SIGPIPE, SIG_IGN);
}

Ending::~Ending()
{
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        std::signal(signal, SIG_DFL);
    s_writeEnd = -1;
    m_signals.reset();
    m_process.reset();
    for (const int fd : {m_pipe[0], m_pipe[1], m_processFd}) {
        if (fd >= 0)
            close(fd);
    }
}

Result<Done> Ending::follow(qint64 pid)
{
    // The kernel tells it to a child of that process even when our event loop does not turn any more.
    if (getppid() == pid)
        prctl(PR_SET_PDEATHSIG, SIGTERM);
    const auto leave = [this, pid] { Q_EMIT requested(tr("the process %1 it belongs to is gone").arg(pid)); };
    m_processFd = int(syscall(SYS_pidfd_open, pid_t(pid), 0));
    if (m_processFd < 0 && (errno == ESRCH || gone(pid)))
        return Error{ErrorKind::NotFound, tr("There is no process %1 to end with.").arg(pid), tr("Leave --parent out, or name a running process.")};
    if (m_processFd >= 0) {
        m_process = std::make_unique<QSocketNotifier>(m_processFd, QSocketNotifier::Read);
        connect(m_process.get(), &QSocketNotifier::activated, this, [this, leave] {
            m_process->setEnabled(false);
            leave();
        });
        return Done{};
    }
    // An old kernel, or a sandbox without pidfd_open.
    auto *timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, [timer, pid, leave] {
        if (!gone(pid))
            return;
        timer->stop();
        leave();
    });
    timer->start(500ms);
    return Done{};
}

}
