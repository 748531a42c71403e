// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/SettingsStore.h"

#include <QSettings>
#include <QUrl>

#include <utility>

namespace qd::ui {

IniSettings::IniSettings(const QString &file, const QString &profile)
    : m_file(file)
{
    if (!profile.isEmpty())
        m_group = QLatin1StringView("profile-") + QString::fromLatin1(QUrl::toPercentEncoding(profile));
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

void IniSettings::setValue(const QString &key, const QVariant &value)
{
    if (const auto known = m_values.constFind(key); known != m_values.constEnd() && *known == value)
        return;
    m_values.insert(key, value);
    const QMutexLocker lock(&m_mutex);
    const bool idle = m_pending.isEmpty();
    m_pending.insert(key, value);
    if (idle)
        m_writer.start([this] { write(); });
}

/// All that was set meanwhile at once.
void IniSettings::write()
{
    QHash<QString, QVariant> values;
    {
        const QMutexLocker lock(&m_mutex);
        values = std::exchange(m_pending, {});
    }
    QSettings settings(m_file, QSettings::IniFormat);
    settings.beginGroup(m_group);
    for (auto it = values.constBegin(); it != values.constEnd(); ++it)
        settings.setValue(it.key(), it.value());
    settings.sync();
}

}
