// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QMutex>
#include <QThreadPool>
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
/// profile the keys stand for themselves. Read once; written on a thread of its own, as the disk may let a writer wait for a second.
/// What was set is in the file when this is destroyed. GUI thread.
class IniSettings final : public SettingsStore {
public:
    explicit IniSettings(const QString &file, const QString &profile = {});
    ~IniSettings() override;
    [[nodiscard]] QVariant value(const QString &key, const QVariant &fallback) const override { return m_values.value(key, fallback); }
    void setValue(const QString &key, const QVariant &value) override;

private:
    void write();
    QString m_file, m_group;
    QHash<QString, QVariant> m_values;
    QMutex m_mutex;
    QHash<QString, QVariant> m_pending;   ///< guarded by m_mutex
    QThreadPool m_writer;
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
