// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/LoginPath.h"

#include <QHash>
#include <QMutex>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

constexpr int kDeadlineMs = 10'000;
constexpr QByteArrayView kBegin = "__quarterdeck_path_begin__";
constexpr QByteArrayView kEnd = "__quarterdeck_path_end__";

QMutex &cacheMutex()
{
    static QMutex mutex;
    return mutex;
}

QHash<QString, QString> &cache()
{
    static QHash<QString, QString> paths;
    return paths;
}

}

LoginPath::LoginPath(const QString &shell, QObject *parent) : QObject(parent), m_shell(shell), m_process(this), m_deadline(this)
{
    if (m_shell.isEmpty())
        m_shell = qEnvironmentVariable("SHELL", u"/bin/sh"_s);
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(kDeadlineMs);
    connect(&m_deadline, &QTimer::timeout, this, [this] { finish({}); });
    connect(&m_process, &QProcess::finished, this, [this] {
        const QByteArray output = m_process.readAllStandardOutput();   // between marks: profiles print greetings
        const qsizetype begin = output.indexOf(kBegin);
        const qsizetype end = output.indexOf(kEnd, begin);
        finish(begin < 0 || end < 0 ? QString() : QString::fromLocal8Bit(output.mid(begin + kBegin.size(), end - begin - kBegin.size())));
    });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            finish({});
    });
}

LoginPath::~LoginPath()
{
    m_process.disconnect(this);
    m_process.kill();
    m_process.waitForFinished(500);   // it was killed: only to collect it
}

void LoginPath::start()
{
    {
        const QMutexLocker lock(&cacheMutex());
        const auto known = cache().constFind(m_shell);
        if (known != cache().cend()) {
            const QString path = *known;
            QTimer::singleShot(0, this, [this, path] { finish(path); });
            return;
        }
    }
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setStandardErrorFile(QProcess::nullDevice());
    m_deadline.start();
    m_process.start(m_shell, {u"-lc"_s, QString(u"printf '"_s + QString::fromLatin1(kBegin) + u"%s"_s + QString::fromLatin1(kEnd) + u"' \"$PATH\""_s)});
}

void LoginPath::finish(const QString &path)
{
    if (std::exchange(m_done, true))
        return;
    m_deadline.stop();
    if (!path.isEmpty()) {
        const QMutexLocker lock(&cacheMutex());
        cache().insert(m_shell, path);
    }
    Q_EMIT found(path);
}

}
