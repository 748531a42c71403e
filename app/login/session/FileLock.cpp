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

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SessionLock;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(FileLock)
};

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
        auto file = std::make_shared<QLockFile>(wait->name);
        file->setStaleLockTime(0);   // held as long as its process lives
        if (!m_here->contains(wait->name) && file->tryLock(0)) {
            m_here->insert(wait->name);
            const auto guard = std::shared_ptr<void>(nullptr, [file, here = m_here, name = wait->name](void *) {
                file->unlock();
                here->erase(name);
            });
            return wait->promise.finish(guard);
        }
        if (file->error() == QLockFile::PermissionError || file->error() == QLockFile::UnknownError) {
            return wait->promise.finish(Error{ErrorKind::Storage, Tr::tr("%1 cannot be written.").arg(wait->name),
                                              Tr::tr("Make the folder writable for you and free some space.")});
        }
        if (wait->since.elapsed() >= wait->timeoutMs)
            return wait->promise.finish(heldError(*file));
        const int pause = wait->pauseMs;
        wait->pauseMs = qMin(wait->pauseMs * 2, 100);
        m_later(std::chrono::milliseconds(pause), &m_context, [this, wait] { attempt(wait); });
    }
    static Error heldError(const QLockFile &file)
    {
        qint64 pid = 0;
        QString host;
        QString program;
        const bool known = file.getLockInfo(&pid, &host, &program);
        return Error{ErrorKind::Timeout, known ? Tr::tr("%1 (process %2) is renewing the same sign-in and does not end.").arg(program).arg(pid)
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
