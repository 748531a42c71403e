// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Interrupt.h"

#include <QSocketNotifier>

#include <csignal>

#include <unistd.h>

namespace qd::console {

namespace {

volatile std::sig_atomic_t s_writeEnd = -1;
volatile std::sig_atomic_t s_caught = 0;

void onSignal(int)
{
    s_caught = 1;
    const char byte = 1;
    if (s_writeEnd >= 0)
        (void)!write(s_writeEnd, &byte, 1);
}

}

Interrupt::Interrupt(QObject *parent)
    : QObject(parent)
{
    if (pipe(m_pipe) != 0)
        return;
    s_writeEnd = m_pipe[1];
    m_notifier = std::make_unique<QSocketNotifier>(m_pipe[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        (void)!read(m_pipe[0], &byte, 1);
        Q_EMIT requested();
    });
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
    std::signal(SIGPIPE, SIG_IGN);
}

bool Interrupt::caught()
{
    return s_caught != 0;
}

Interrupt::~Interrupt()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    s_writeEnd = -1;
    m_notifier.reset();
    close(m_pipe[0]);
    close(m_pipe[1]);
}

}
