// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/SettingsStore.h"

#include <QDir>
#include <QFileInfo>
#include <QLockFile>
#include <QSaveFile>
#include <QSettings>
#include <QTemporaryDir>
#include <QUrl>

#include <utility>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kLockMs = 5000;

/// The file knows texts and lists of texts only: false is "false" when it is read.
bool same(const QVariant &kept, const QVariant &value)
{
    if (value.metaType().id() == QMetaType::QStringList)
        return kept.toStringList() == value.toStringList();
    return kept == value || (kept.metaType().id() == QMetaType::QString && kept.toString() == value.toString());
}
}

IniSettings::IniSettings(const QString &file, const QString &profile)
    : m_file(file)
{
    if (!profile.isEmpty())
        m_group = "profile-"_L1 + QString::fromLatin1(QUrl::toPercentEncoding(profile));
    QSettings settings(m_file, QSettings::IniFormat);
    settings.beginGroup(m_group);
    const QStringList keys = settings.allKeys();
    for (const QString &key : keys)
        m_values.insert(key, settings.value(key));
    m_writer.setMaxThreadCount(1);
    m_writer.setExpiryTimeout(1000);
}

IniSettings::~IniSettings()
{
    m_writer.waitForDone();
}

QVariant IniSettings::value(const QString &key, const QVariant &fallback) const
{
    const QMutexLocker lock(&m_mutex);
    return m_values.value(key, fallback);
}

void IniSettings::setValue(const QString &key, const QVariant &value)
{
    const QMutexLocker lock(&m_mutex);
    m_values.insert(key, value);
    enqueue(key, [value](const QVariant &) { return value; }, true);
}

void IniSettings::keep(const QString &key, const QVariant &value)
{
    const QMutexLocker lock(&m_mutex);
    if (const auto known = m_values.constFind(key); known != m_values.constEnd() && same(*known, value))
        return;
    m_values.insert(key, value);
    enqueue(key, [value](const QVariant &) { return value; }, true);
}

void IniSettings::update(const QString &key, const Change &change)
{
    const QMutexLocker lock(&m_mutex);
    m_values.insert(key, change(m_values.value(key)));
    enqueue(key, change, false);
}

/// With the lock. `alone`: what was to be done before does not matter any more.
void IniSettings::enqueue(const QString &key, const Change &change, bool alone)
{
    const bool idle = m_pending.isEmpty();
    QList<Change> &changes = m_pending[key];
    if (alone)
        changes.clear();
    changes.append(change);
    if (idle)
        m_writer.start([this] { write(); });
}

/// All that was set meanwhile at once.
void IniSettings::write()
{
    QHash<QString, QList<Change>> changes;
    {
        const QMutexLocker lock(&m_mutex);
        changes = std::exchange(m_pending, {});
    }
    if (const QString problem = merge(changes); !problem.isEmpty())
        qWarning("%s: the window's layout is not kept: %s", qUtf8Printable(m_file), qUtf8Printable(problem));
}

/// QSettings reads and writes a copy: it takes a file for unchanged whose size and time (of some milliseconds) are those it knows,
/// and would bring back what it read before another process wrote.
QString IniSettings::merge(const QHash<QString, QList<Change>> &changes)
{
    QDir().mkpath(QFileInfo(m_file).absolutePath());
    QLockFile lock(m_file + u".lock"_s);   // the one QSettings takes, for versions of this program that write by it
    if (!lock.tryLock(kLockMs))
        return u"its lock is not to be had"_s;
    const QTemporaryDir folder;
    const QString copy = folder.filePath(u"window.ini"_s);
    if (QFile file(m_file); file.exists() && !file.copy(copy))
        return file.errorString();
    bool differs = false;
    {
        QSettings settings(copy, QSettings::IniFormat);
        settings.beginGroup(m_group);
        for (auto it = changes.constBegin(); it != changes.constEnd(); ++it) {
            const QVariant was = settings.value(it.key());
            QVariant now = was;
            for (const Change &change : it.value())
                now = change(now);
            const QMutexLocker guard(&m_mutex);
            if (!m_pending.contains(it.key()))
                m_values.insert(it.key(), now);
            if (settings.contains(it.key()) && same(was, now))
                continue;
            settings.setValue(it.key(), now);
            differs = true;
        }
        settings.sync();
        if (settings.status() != QSettings::NoError)
            return u"it cannot be written"_s;
    }
    if (!differs)
        return {};
    QFile made(copy);
    QSaveFile out(m_file);
    if (!made.open(QIODevice::ReadOnly) || !out.open(QIODevice::WriteOnly) || out.write(made.readAll()) < 0 || !out.commit())
        return out.errorString();
    return {};
}

}
