// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/instruments/InstrumentProcess.h"

#include <QRegularExpression>
#include <QStandardPaths>

#include <csignal>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr int kEndMs = 1500;
constexpr qsizetype kLongestWord = 400;
constexpr int kMostDescriptors = 4096;

/// The network's sockets and files are none of a child's; what starts it needs its own until the very end.
void keepToOneself()
{
    if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
        return;
    for (int fd = 3; fd < kMostDescriptors; ++fd)   // an old kernel, or a sandbox
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

}

QString InstrumentProcess::pathOf(const QString &program)
{
    return QStandardPaths::findExecutable(program);
}

InstrumentProcess::InstrumentProcess(const QString &program, QObject *parent) : QObject(parent), m_program(pathOf(program))
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"GOMAXPROCS"_s, u"2"_s);
    environment.insert(u"GOMEMLIMIT"_s, u"256MiB"_s);
    m_process.setProcessEnvironment(environment);
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    // The kernel ends it when this process is gone, however it went; Ctrl-C on the terminal is for the demo network alone.
    m_process.setChildProcessModifier([parent = getpid()] {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1);
        (void)setpgid(0, 0);
        keepToOneself();
        (void)setpriority(PRIO_PROCESS, 0, 5);
        for (const int signal : {SIGPIPE, SIGXFSZ})
            (void)std::signal(signal, SIG_DFL);
    });
    connect(&m_process, &QProcess::readyRead, this, &InstrumentProcess::read);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            Q_EMIT ended(false, m_process.errorString());
    });
    connect(&m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        if (std::exchange(m_again, false)) {
            start(m_next);
            return;
        }
        m_port = 0;
        Q_EMIT ended(status == QProcess::NormalExit && code == 0, m_last.isEmpty() ? u"exit code %1"_s.arg(code) : m_last);
    });
}

InstrumentProcess::~InstrumentProcess()
{
    m_process.disconnect(this);
    if (m_process.state() == QProcess::NotRunning)
        return;
    // What it wrote goes with the state folder: nothing is to be put in order.
    m_process.kill();
    m_process.waitForFinished(kEndMs);
}

void InstrumentProcess::start(const QStringList &arguments)
{
    m_last.clear();
    m_process.start(m_program, arguments);
}

void InstrumentProcess::again(const QStringList &arguments)
{
    m_next = arguments;
    m_again = m_process.state() != QProcess::NotRunning;
    if (m_again)
        m_process.terminate();
    else
        start(m_next);
}

void InstrumentProcess::read()
{
    static const QRegularExpression address(u"msg=\"Listening on\" address=127\\.0\\.0\\.1:(\\d+)"_s);
    while (m_process.canReadLine()) {
        const QString line = QString::fromUtf8(m_process.readLine(64 * 1024)).trimmed();
        if (const auto found = address.match(line); found.hasMatch()) {
            m_port = found.captured(1).toUShort();
            Q_EMIT listening();
        } else if (line.contains("Server is ready to receive web requests"_L1)) {
            Q_EMIT ready();
        } else if (line.contains("err="_L1) || !line.contains("level="_L1)) {
            m_last = line.left(kLongestWord);
        }
    }
}

}
