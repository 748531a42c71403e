// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/StateFolder.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <QRegularExpression>
#include <QSaveFile>

#include <unistd.h>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr QFileDevice::Permissions kMine = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
constexpr QFileDevice::Permissions kOthers = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup
    | QFileDevice::ReadOther | QFileDevice::WriteOther | QFileDevice::ExeOther;

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::StateFolder", text);
}

Error problem(const QString &message, const QString &remedy)
{
    return {ErrorKind::Storage, message, remedy};
}

Error another(const QString &message)
{
    return problem(message, tr("Name a folder of its own with --dir; it is made when it is not there."));
}

class Folder : public StateFolder {
public:
    explicit Folder(const QString &path) : m_path(QFileInfo(path).absoluteFilePath()), m_lock(file(u"lock"_s)) { }

    ~Folder() override
    {
        for (const QString &name : std::as_const(m_passing))
            QFile::remove(file(name));
        if (m_made)   // what the console of --demo keeps there: journal, drafts, layout
            QDir(file(u"console"_s)).removeRecursively();
        m_lock.unlock();
        if (m_made)
            QDir().rmdir(m_path);   // succeeds only when nothing stayed in it
    }

    std::optional<Error> hold()
    {
        if (const auto failed = make())
            return failed;
        m_lock.setStaleLockTime(0);
        if (m_lock.tryLock(0))
            return std::nullopt;
        qint64 pid = 0;
        QString host, name;
        if (m_lock.error() == QLockFile::LockFailedError && m_lock.getLockInfo(&pid, &host, &name))
            return another(tr("The folder %1 is in use by the demo network with the process id %2.").arg(m_path).arg(pid));
        if (m_lock.error() == QLockFile::LockFailedError)   // another one is just taking it
            return another(tr("The folder %1 is in use by another demo network.").arg(m_path));
        return another(tr("The folder %1 cannot be written to.").arg(m_path));
    }

    QString path() const override { return m_path; }
    QString file(const QString &name) const override { return QString(m_path + u'/' + name); }

    std::optional<Error> write(const QString &name, const QByteArray &bytes, bool passing) override
    {
        QSaveFile out(file(name));
        const bool written = out.open(QIODevice::WriteOnly) && out.setPermissions(kMine) && out.write(bytes) == bytes.size() && out.commit();
        if (!written) {
            return problem(tr("The file %1 cannot be written: %2.").arg(out.fileName(), out.errorString()),
                tr("Make room or name another folder with --dir."));
        }
        if (passing && !m_passing.contains(name))
            m_passing.append(name);
        return std::nullopt;
    }

private:
    std::optional<Error> make()
    {
        const QFileInfo info(m_path);
        if (info.exists() && !info.isDir())
            return another(tr("%1 is no folder.").arg(m_path));
        if (!info.exists()) {
            if (!QDir().mkpath(m_path))
                return another(tr("The folder %1 cannot be made.").arg(m_path));
            m_made = true;
        } else if (info.ownerId() != geteuid()) {
            return another(tr("The folder %1 belongs to somebody else.").arg(m_path));
        } else if ((info.permissions() & kOthers) && !QDir(m_path).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)) {
            return another(tr("The folder %1 is open to others and holds files already.").arg(m_path));
        }
        if (!QFile::setPermissions(m_path, kMine | QFileDevice::ExeOwner))
            return another(tr("The folder %1 cannot be closed to others.").arg(m_path));
        return std::nullopt;
    }

    QString m_path;
    QLockFile m_lock;
    QStringList m_passing;
    bool m_made = false;
};

}

void StateFolder::sweep(const QString &parent)
{
    static const QRegularExpression ours(u"^quarterdeck-demo-[0-9a-f]{32}$"_s);
    const QFileInfoList all = QDir(parent).entryInfoList({u"quarterdeck-demo-*"_s}, QDir::Dirs | QDir::NoSymLinks | QDir::NoDotAndDotDot);
    for (const QFileInfo &info : all) {
        // Without a lock file it is not taken yet, or is just being taken away by its owner.
        const QString lockFile = QString(info.absoluteFilePath() + u"/lock"_s);
        if (!ours.match(info.fileName()).hasMatch() || info.ownerId() != geteuid() || (info.permissions() & kOthers) || !QFileInfo::exists(lockFile))
            continue;
        QLockFile lock(lockFile);
        lock.setStaleLockTime(0);
        if (!lock.tryLock(0))
            continue;
        const QFileInfoList left = QDir(info.absoluteFilePath()).entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
        for (const QFileInfo &one : left) {
            if (one.isDir() && !one.isSymLink())
                QDir(one.absoluteFilePath()).removeRecursively();
            else if (one.fileName() != "lock"_L1)
                QFile::remove(one.absoluteFilePath());
        }
        lock.unlock();   // takes the lock file away, as the last one
        QDir().rmdir(info.absoluteFilePath());
    }
}

Result<std::shared_ptr<StateFolder>> StateFolder::open(const QString &path)
{
    auto folder = std::make_shared<Folder>(path);
    if (auto failed = folder->hold())
        return *failed;
    return std::shared_ptr<StateFolder>(std::move(folder));
}

}
