// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QMutex>
#include <QThreadPool>
#include <QVariant>

#include <functional>

namespace qd::ui {

/// Where the window keeps its layout. Keys are paths such as "nodes/columns". Never holds anything about a cluster's contents.
/// Several windows of the program may share it: each of them writes only what it was told.
class SettingsStore {
public:
    using Change = std::function<QVariant(const QVariant &)>;
    virtual ~SettingsStore() = default;
    [[nodiscard]] virtual QVariant value(const QString &key, const QVariant &fallback = {}) const = 0;
    /// Somebody chose it: it counts, whatever another window kept.
    virtual void setValue(const QString &key, const QVariant &value) = 0;
    /// How something stands, told when it closes or another page comes. Where it stands as it did here, what another window kept
    /// of it meanwhile stays.
    virtual void keep(const QString &key, const QVariant &value) = 0;
    /// One of several things under a key: `change` makes the new value of the one that is kept, another window's included. It is
    /// called here and on another thread: it must own all it uses.
    virtual void update(const QString &key, const Change &change) = 0;
};

/// window.ini in the configuration directory. Each profile has a group of its own and sees nothing of the others; without a
/// profile the keys stand for themselves. Read once; written on a thread of its own, as the disk may let a writer wait for a
/// second, key by key into what the file has then, under a lock between processes. What was set is in the file when this is
/// destroyed; where it could not be written the log says why. GUI thread.
class IniSettings final : public SettingsStore {
public:
    explicit IniSettings(const QString &file, const QString &profile = {});
    ~IniSettings() override;
    [[nodiscard]] QVariant value(const QString &key, const QVariant &fallback) const override;
    void setValue(const QString &key, const QVariant &value) override;
    void keep(const QString &key, const QVariant &value) override;
    void update(const QString &key, const Change &change) override;

private:
    void enqueue(const QString &key, const Change &change, bool alone);
    void write();
    [[nodiscard]] QString merge(const QHash<QString, QList<Change>> &changes);
    QString m_file, m_group;
    mutable QMutex m_mutex;
    QHash<QString, QVariant> m_values;           ///< guarded by m_mutex
    QHash<QString, QList<Change>> m_pending;     ///< likewise, in their order
    QThreadPool m_writer;
};

/// Forgets with the process: tests and the tour.
class MemorySettings final : public SettingsStore {
public:
    [[nodiscard]] QVariant value(const QString &key, const QVariant &fallback) const override { return m_values.value(key, fallback); }
    void setValue(const QString &key, const QVariant &value) override { m_values.insert(key, value); }
    void keep(const QString &key, const QVariant &value) override { m_values.insert(key, value); }
    void update(const QString &key, const Change &change) override { m_values.insert(key, change(m_values.value(key))); }

private:
    QHash<QString, QVariant> m_values;
};

}
