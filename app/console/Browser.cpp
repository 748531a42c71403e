// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Browser.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QObject>
#include <QProcess>
#include <QSocketNotifier>
#include <QStandardPaths>
#include <QUrl>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef Q_OS_LINUX
#include <sys/syscall.h>
#endif

#include <memory>
#include <vector>

extern char **environ;

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Browser)
};

/// A program in a session of its own, so that Ctrl+C here is not for it; it reads and writes nothing of ours. 0: it could not be started.
pid_t spawned(const QString &program, const QStringList &arguments)
{
    std::vector<QByteArray> words{QFile::encodeName(program)};
    for (const QString &argument : arguments)
        words.push_back(QFile::encodeName(argument));
    std::vector<char *> argv;
    for (QByteArray &word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    sigset_t all;
    sigfillset(&all);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&how, &all);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    pid_t pid = 0;
    const int error = posix_spawnp(&pid, argv.front(), &files, &how, argv.data(), environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return error == 0 ? pid : 0;
}

/// Tells how it ended, unless that was well.
void judge(const QString &program, int status, const BrowserEnded &ended)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        ended(Texts::tr("%1 ended with %2").arg(program).arg(WEXITSTATUS(status)));
    else if (WIFSIGNALED(status))
        ended(Texts::tr("%1 was ended by signal %2").arg(program).arg(WTERMSIG(status)));
}

void watch([[maybe_unused]] pid_t pid, [[maybe_unused]] const QString &program, [[maybe_unused]] const BrowserEnded &ended, [[maybe_unused]] QObject *owner)
{
#ifdef SYS_pidfd_open
    const int fd = int(syscall(SYS_pidfd_open, pid, 0));
    if (fd < 0)
        return;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    auto *notifier = new QSocketNotifier(fd, QSocketNotifier::Read, owner);
    QObject::connect(notifier, &QObject::destroyed, [fd] { close(fd); });
    QObject::connect(notifier, &QSocketNotifier::activated, owner, [notifier, pid, program, ended] {
        notifier->setEnabled(false);
        notifier->deleteLater();
        int status = 0;
        if (waitpid(pid, &status, WNOHANG) == pid)
            judge(program, status, ended);
    });
#endif
}

/// One program by its path, blanks in it or not; else words, with double quotes around those that have blanks.
QStringList wordsOf(const QString &command)
{
    return QFileInfo(command).isExecutable() ? QStringList{command} : QProcess::splitCommand(command);
}

}

ports::BrowserOpener browserOf(const Invocation &invocation, const BrowserEnded &ended)
{
    const auto start = [ended, owner = std::make_shared<QObject>()](const QString &program, const QStringList &arguments) {
        const pid_t pid = spawned(program, arguments);
        if (pid != 0 && ended)
            watch(pid, program, ended, owner.get());
        return pid != 0;
    };
    const QStringList given = wordsOf(invocation.value(u"browser"_s));
    return [given, start](const QUrl &url) {
        const QString link = url.toString(QUrl::FullyEncoded);
        if (!given.isEmpty())
            return start(given.first(), given.mid(1) + QStringList{link});
#ifdef Q_OS_MACOS
        return start(u"open"_s, {link});
#else
        const bool desktop = qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
        const QString opener = desktop ? QStandardPaths::findExecutable(u"xdg-open"_s) : QString();
        return !opener.isEmpty() && start(opener, {link});
#endif
    };
}

}
