// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/FileLock.h"

#include "models/core/Async.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLockFile>

#include <set>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#endif

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SessionLock;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(FileLock)
};

/// One try at the lock of a file. The file says who holds it, for others to read, and stays.
struct Attempt {
    bool taken = false;
    std::shared_ptr<void> held = {};   ///< ends the hold; points to nothing
    bool broken = false;               ///< the file cannot be used at all
    QString program = {};              ///< of who holds it, if known
    qint64 pid = 0;
};

#ifdef Q_OS_UNIX
Attempt tryLock(const QString &name)
{
    Attempt out;
    const int file = ::open(QFile::encodeName(name).constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        out.broken = true;
        return out;
    }
    const auto open = std::shared_ptr<void>(nullptr, [file](void *) { ::close(file); });
    const int locked = ::flock(file, LOCK_EX | LOCK_NB);
    out.broken = locked != 0 && errno != EWOULDBLOCK && errno != EINTR;
    QFile text;
    const bool readable = !out.broken && text.open(file, QIODevice::ReadWrite | QIODevice::Unbuffered, QFileDevice::DontCloseHandle);
    if (locked == 0) {
        out.taken = true;
        out.held = open;
        if (readable && text.resize(0))
            text.write(QByteArray::number(QCoreApplication::applicationPid()) + '\n' + QCoreApplication::applicationName().toUtf8() + '\n');
    } else if (readable) {
        const QList<QByteArray> lines = text.read(256).split('\n');
        out.pid = lines.first().toLongLong();
        out.program = QString::fromUtf8(lines.value(1));
    }
    return out;
}
#else
Attempt tryLock(const QString &name)
{
    Attempt out;
    auto file = std::make_shared<QLockFile>(name);
    file->setStaleLockTime(0);   // held as long as its process lives
    if (file->tryLock(0)) {
        out.taken = true;
        out.held = std::shared_ptr<void>(nullptr, [file](void *) { file->unlock(); });
        return out;
    }
    out.broken = file->error() == QLockFile::PermissionError || file->error() == QLockFile::UnknownError;
    QString host;
    (void)file->getLockInfo(&out.pid, &host, &out.program);
    return out;
}
#endif

class FileLock final : public SessionLock {
public:
    FileLock(const QString &folder, Later later) : m_folder(folder), m_later(std::move(later)), m_here(std::make_shared<std::set<QString>>()) { }

    QFuture<Result<Guard>> acquire(const QString &key, int timeoutMs, std::stop_token stop) override
    {
        const QString folder = QDir(m_folder).absolutePath();
        if (!QDir().mkpath(folder) || !QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner)) {
            return readyFuture<Guard>(Error{ErrorKind::Storage, Tr::tr("%1 cannot be written.").arg(folder),
                                            Tr::tr("Make the folder writable for you.")});
        }
        const QByteArray hash = QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256).toHex().left(32);
        auto wait = std::make_shared<Wait>();
        wait->name = QString(folder + u'/' + QString::fromLatin1(hash) + u".lock"_s);
        wait->timeoutMs = timeoutMs;
        wait->stop = std::move(stop);
        wait->since.start();
        attempt(wait);
        return wait->promise.future();
    }

private:
    struct Wait {
        QString name;
        int timeoutMs = 0;
        int pauseMs = 5;
        std::stop_token stop;
        QElapsedTimer since;
        SharedPromise<Guard> promise;
    };

    /// A QLockFile taken twice by one process asks its own file and waits for itself; m_here keeps the turns inside.
    void attempt(const std::shared_ptr<Wait> &wait)
    {
        if (wait->stop.stop_requested())
            return wait->promise.finish(Result<Guard>());
        Attempt now;
        if (m_here->contains(wait->name)) {
            now.pid = QCoreApplication::applicationPid();
            now.program = QCoreApplication::applicationName();
        } else {
            now = tryLock(wait->name);
        }
        if (now.taken) {
            m_here->insert(wait->name);
            const auto guard = std::shared_ptr<void>(nullptr, [held = now.held, here = m_here, name = wait->name](void *) mutable {
                here->erase(name);
                held.reset();
            });
            return wait->promise.finish(guard);
        }
        if (now.broken) {
            return wait->promise.finish(Error{ErrorKind::Storage, Tr::tr("%1 cannot be written.").arg(wait->name),
                                              Tr::tr("Make the folder writable for you and free some space.")});
        }
        if (wait->since.elapsed() >= wait->timeoutMs)
            return wait->promise.finish(heldError(now));
        const int pause = wait->pauseMs;
        wait->pauseMs = qMin(wait->pauseMs * 2, 100);
        m_later(std::chrono::milliseconds(pause), &m_context, [this, wait] { attempt(wait); });
    }
    static Error heldError(const Attempt &attempt)
    {
        return Error{ErrorKind::Timeout, attempt.pid > 0 ? Tr::tr("%1 (process %2) is renewing the same sign-in and does not end.").arg(attempt.program).arg(attempt.pid)
                                                         : Tr::tr("Another process is renewing the same sign-in and does not end."),
                     Tr::tr("End that process, or sign in again there.")};
    }

    QString m_folder;
    Later m_later;
    QObject m_context;
    std::shared_ptr<std::set<QString>> m_here;
};

}

std::shared_ptr<SessionLock> makeFileLock(const QString &folder, const Later &later)
{
    return std::make_shared<FileLock>(folder, later);
}

}
