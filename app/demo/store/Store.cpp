// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/store/Store.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonValue>

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

/// History is kept for so many changes of a resource; older ones are compacted away even without compact().
constexpr size_t kHistory = 20000;
constexpr qsizetype kSnapshots = 64;
constexpr qint64 kSnapshotMs = 5 * 60 * 1000;
/// The first revision, as on a real server never 0 or 1, so that "0" and "unset" stay special.
constexpr qint64 kFirst = 100;

using Key = std::pair<QString, QString>;

StoredPtr stored(QJsonObject object, qint64 version)
{
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    metadata.insert("resourceVersion"_L1, QString::number(version));
    object.insert("metadata"_L1, metadata);
    auto made = std::make_shared<Stored>();
    made->ns = metadata.value("namespace"_L1).toString();
    made->name = metadata.value("name"_L1).toString();
    made->uid = metadata.value("uid"_L1).toString();
    made->version = version;
    const QJsonObject labels = metadata.value("labels"_L1).toObject();
    for (auto label = labels.begin(); label != labels.end(); ++label)
        made->labels.insert(label.key(), label.value().toString());
    made->json = QJsonDocument(object).toJson(QJsonDocument::Compact);
    return made;
}

/// One resource: its objects, its changes, and who waits for the next one.
struct Shelf {
    std::map<Key, StoredPtr> objects;
    std::deque<Change> changes;
    qint64 dropped = 0;   // revision of the newest change that is no longer known
    std::shared_ptr<const std::vector<StoredPtr>> sorted;   // made on demand, until the next change
    QHash<quint64, std::function<void()>> waiting;
};

struct KeptSnapshot {
    QString resource;
    Snapshot snapshot;
    QElapsedTimer age;
};

}

QJsonObject Stored::object() const
{
    return QJsonDocument::fromJson(json).object();
}

class Store::Impl {
public:
    std::shared_ptr<QHash<QString, std::shared_ptr<Shelf>>> shelves
        = std::make_shared<QHash<QString, std::shared_ptr<Shelf>>>();
    qint64 revision = kFirst;
    qint64 compacted = 0;
    std::deque<KeptSnapshot> kept;
    std::vector<std::function<void(const QString &, const Change &)>> listeners;
    quint64 cursors = 0;

    std::shared_ptr<Shelf> shelf(const QString &resource)
    {
        std::shared_ptr<Shelf> &found = (*shelves)[resource];
        if (!found)
            found = std::make_shared<Shelf>();
        return found;
    }

    void changed(const QString &resource, Shelf &shelf, Change change)
    {
        shelf.sorted.reset();
        shelf.changes.push_back(change);
        while (shelf.changes.size() > kHistory) {
            shelf.dropped = shelf.changes.front().version;
            shelf.changes.pop_front();
        }
        const auto waiting = std::exchange(shelf.waiting, {});
        for (const auto &wake : waiting)
            wake();
        for (const auto &listener : listeners)
            listener(resource, change);
    }
};

namespace {

class ShelfCursor : public Cursor {
public:
    ShelfCursor(std::shared_ptr<Shelf> shelf, qint64 after, quint64 id, bool gone)
        : m_shelf(std::move(shelf)), m_after(after), m_id(id), m_gone(gone)
    {
    }
    ~ShelfCursor() override { m_shelf->waiting.remove(m_id); }

    Next next(Change &change) override
    {
        if (m_gone || m_after < m_shelf->dropped)
            return Next::Gone;
        const auto found = std::upper_bound(m_shelf->changes.begin(), m_shelf->changes.end(), m_after,
            [](qint64 version, const Change &c) { return version < c.version; });
        if (found == m_shelf->changes.end())
            return Next::Wait;
        change = *found;
        m_after = change.version;
        return Next::Change;
    }

    void onChange(std::function<void()> wake) override { m_shelf->waiting.insert(m_id, std::move(wake)); }

private:
    std::shared_ptr<Shelf> m_shelf;
    qint64 m_after;
    quint64 m_id;
    bool m_gone;   // it was to begin at a place that is compacted away
};

}

Store::Store() : m_impl(std::make_unique<Impl>()) { }
Store::~Store() = default;

qint64 Store::revision() const
{
    return m_impl->revision;
}

StoredPtr Store::find(const QString &resource, const QString &ns, const QString &name) const
{
    const auto shelf = m_impl->shelves->value(resource);
    if (!shelf)
        return {};
    const auto found = shelf->objects.find({ns, name});
    return found == shelf->objects.end() ? StoredPtr() : found->second;
}

StoredPtr Store::put(const QString &resource, const QJsonObject &object)
{
    const auto shelf = m_impl->shelf(resource);
    const StoredPtr made = stored(object, ++m_impl->revision);
    StoredPtr &place = shelf->objects[{made->ns, made->name}];
    Change change{made->version, std::exchange(place, made), made, {}};
    m_impl->changed(resource, *shelf, std::move(change));
    return made;
}

StoredPtr Store::remove(const QString &resource, const QString &ns, const QString &name)
{
    const auto shelf = m_impl->shelf(resource);
    const auto found = shelf->objects.find({ns, name});
    if (found == shelf->objects.end())
        return {};
    const StoredPtr before = found->second;
    shelf->objects.erase(found);
    const StoredPtr last = stored(before->object(), ++m_impl->revision);
    m_impl->changed(resource, *shelf, Change{last->version, before, {}, last});
    return last;
}

Snapshot Store::snapshot(const QString &resource) const
{
    const auto shelf = m_impl->shelves->value(resource);
    if (!shelf) {
        static const auto empty = std::make_shared<const std::vector<StoredPtr>>();
        return {m_impl->revision, empty};
    }
    if (!shelf->sorted) {
        auto all = std::make_shared<std::vector<StoredPtr>>();
        all->reserve(shelf->objects.size());
        for (const auto &[key, object] : shelf->objects)
            all->push_back(object);
        shelf->sorted = std::move(all);
    }
    return {m_impl->revision, shelf->sorted};
}

Snapshot Store::keptSnapshot(const QString &resource, qint64 version) const
{
    for (const KeptSnapshot &kept : m_impl->kept) {
        if (kept.snapshot.version == version && kept.resource == resource && kept.age.elapsed() < kSnapshotMs
            && version >= m_impl->compacted)
            return kept.snapshot;
    }
    return {};
}

void Store::keepSnapshot(const QString &resource, const Snapshot &snapshot)
{
    std::erase_if(m_impl->kept, [](const KeptSnapshot &kept) { return kept.age.elapsed() >= kSnapshotMs; });
    if (keptSnapshot(resource, snapshot.version).objects)
        return;
    KeptSnapshot kept{resource, snapshot, {}};
    kept.age.start();
    m_impl->kept.push_back(std::move(kept));
    if (m_impl->kept.size() > size_t(kSnapshots))
        m_impl->kept.pop_front();
}

std::unique_ptr<Cursor> Store::watch(const QString &resource, qint64 after)
{
    return std::make_unique<ShelfCursor>(m_impl->shelf(resource), after, ++m_impl->cursors, after < m_impl->compacted);
}

void Store::compact(qint64 version)
{
    version = std::min(version, m_impl->revision);
    m_impl->compacted = std::max(m_impl->compacted, version);
    for (const auto &shelf : *m_impl->shelves) {
        // A watch that has read everything stays where it is; only one that lags behind is cut off.
        while (!shelf->changes.empty() && shelf->changes.front().version <= version) {
            shelf->dropped = shelf->changes.front().version;
            shelf->changes.pop_front();
        }
    }
}

qint64 Store::compacted() const
{
    return m_impl->compacted;
}

qsizetype Store::count(const QString &resource) const
{
    const auto shelf = m_impl->shelves->value(resource);
    return shelf ? qsizetype(shelf->objects.size()) : 0;
}

QStringList Store::resources() const
{
    return m_impl->shelves->keys();
}

void Store::onAnyChange(std::function<void(const QString &, const Change &)> listener)
{
    m_impl->listeners.push_back(std::move(listener));
}

}
