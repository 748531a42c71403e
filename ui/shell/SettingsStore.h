// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSettings>
#include <QUrl>
#include <QVariant>

namespace qd::ui {

/// Where the window keeps its layout. Keys are paths such as "nodes/columns". Never holds anything about a cluster's contents.
class SettingsStore {
public:
    virtual ~SettingsStore() = default;
    [[nodiscard]] virtual QVariant value(const QString &key, const QVariant &fallback = {}) const = 0;
    virtual void setValue(const QString &key, const QVariant &value) = 0;
};

/// window.ini in the configuration directory. Each profile has a group of its own and sees nothing of the others; without a
/// profile the keys stand for themselves.
class IniSettings final : public SettingsStore {
public:
    explicit IniSettings(const QString &file, const QString &profile = {}) : m_settings(file, QSettings::IniFormat)
    {
        if (!profile.isEmpty())
            m_settings.beginGroup(QLatin1StringView("profile-") + QString::fromLatin1(QUrl::toPercentEncoding(profile)));
    }
    [[nodiscard]] QVariant value(const QString &key, const QVariant &fallback) const override { return m_settings.value(key, fallback); }
    void setValue(const QString &key, const QVariant &value) override { m_settings.setValue(key, value); }

private:
    QSettings m_settings;
};

/// Forgets with the process: tests and the tour.
class MemorySettings final : public SettingsStore {
public:
    [[nodiscard]] QVariant value(const QString &key, const QVariant &fallback) const override { return m_values.value(key, fallback); }
    void setValue(const QString &key, const QVariant &value) override { m_values.insert(key, value); }

private:
    QHash<QString, QVariant> m_values;
};

}
