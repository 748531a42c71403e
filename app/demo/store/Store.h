// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QJsonObject>
#include <QMap>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace qd::demo {

/// One object as it is kept: compact JSON (keys sorted, with metadata.resourceVersion) and what lists and selectors need.
struct Stored {
    QString ns;
    QString name;
    QString uid;
    qint64 version = 0;
    QMap<QString, QString> labels;
    QStringList owners;                 ///< uids of metadata.ownerReferences
    bool ending = false;                ///< has a deletionTimestamp
    std::chrono::steady_clock::time_point written;
    QByteArray json;
    /// The JSON as a value; that of the last few asked for, or put, costs nothing.
    [[nodiscard]] QJsonObject object() const;
};
using StoredPtr = std::shared_ptr<const Stored>;

/// An object as the store keeps it, with the resource it is of.
struct Kept {
    QString resource;
    QJsonObject object;
};

/// A change of one object: before is null when it was created, after when it was deleted.
/// `last`: a deleted object's last state, its resourceVersion is the deletion's.
struct Change {
    qint64 version = 0;
    StoredPtr before;
    StoredPtr after;
    StoredPtr last;
};

/// All objects of a resource at one revision, sorted by namespace, then name. Cheap to copy; stays as it was.
struct Snapshot {
    qint64 version = 0;
    std::shared_ptr<const std::vector<StoredPtr>> objects;
};

/// A place in the history of one resource. Gone: the place was compacted away (410 Expired).
class Cursor {
public:
    enum class Next { Change, Wait, Gone };
    virtual ~Cursor() = default;
    virtual Next next(Change &change) = 0;
    /// Called (on the store's thread, from within a write) when there is a change after a Wait.
    virtual void onChange(std::function<void()> wake) = 0;
};

/// The objects of one cluster under one ever growing revision, and the history watches read. One thread. Of a resource's history
/// at most 20,000 changes and 16 MiB are kept, so that a busy network does not grow; a watch further behind is Gone.
/// Resources are named "validators.canton.quarterdeck.io", "pods". Writes are unconditional: preconditions, generation,
/// uid and the like are the API layer's business (api/).
class Store {
public:
    Store();
    ~Store();
    [[nodiscard]] qint64 revision() const;
    [[nodiscard]] StoredPtr find(const QString &resource, const QString &ns, const QString &name) const;
    /// Adds or replaces; gives the object the next revision.
    StoredPtr put(const QString &resource, const QJsonObject &object);
    /// The object's last state with the revision of its deletion; null when there was none.
    StoredPtr remove(const QString &resource, const QString &ns, const QString &name);
    [[nodiscard]] Snapshot snapshot(const QString &resource) const;
    /// The snapshot taken for an earlier page of a list, while it is kept (five minutes, at most 64 of them); else null objects.
    [[nodiscard]] Snapshot keptSnapshot(const QString &resource, qint64 version) const;
    void keepSnapshot(const QString &resource, const Snapshot &snapshot);
    /// From after this revision on.
    [[nodiscard]] std::unique_ptr<Cursor> watch(const QString &resource, qint64 after);
    /// Removes what was last written before that time, and the oldest beyond so many (a real server's --event-ttl).
    void expire(const QString &resource, std::chrono::steady_clock::time_point before, qsizetype most);
    /// Forgets history up to this revision: cursors that still have to read of it, and new ones before it, are Gone.
    void compact(qint64 version);
    [[nodiscard]] qint64 compacted() const;
    [[nodiscard]] qsizetype count(const QString &resource) const;
    [[nodiscard]] QStringList resources() const;
    /// Every change of any resource, at once (garbage collector, policies' caches).
    void onAnyChange(std::function<void(const QString &resource, const Change &change)> listener);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

}
