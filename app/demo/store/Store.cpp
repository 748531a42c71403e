// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/store/Store.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonValue>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <utility>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

/// History is kept for so many changes of a resource; older ones are compacted away even without compact().
constexpr size_t kHistory = 20000;
constexpr qsizetype kHistoryBytes = 16 * 1024 * 1024;
constexpr qsizetype kChangeBytes = 512;   // of a change besides the JSON, about
constexpr qsizetype kSnapshots = 64;
constexpr qint64 kSnapshotMs = 5 * 60 * 1000;
/// The first revision, as on a real server never 0 or 1, so that "0" and "unset" stay special.
constexpr qint64 kFirst = 100;

using Key = std::pair<QString, QString>;

/// A write reads the version before twice and the one it made once: the values of the last few are at hand. The texts are held too,
/// so that none can take another one's place.
class RecentlyRead {
public:
    QJsonObject of(const QByteArray &json)
    {
        for (const auto &[text, object] : m_known) {
            if (text.constData() == json.constData() && text.size() == json.size() && !json.isEmpty())
                return object;
        }
        return keep(json, QJsonDocument::fromJson(json).object());
    }

    QJsonObject keep(const QByteArray &json, const QJsonObject &object)
    {
        m_known[m_next++ % m_known.size()] = {json, object};
        return object;
    }

private:
    std::array<std::pair<QByteArray, QJsonObject>, 4> m_known;
    size_t m_next = 0;
};
thread_local RecentlyRead recentlyRead;

/// What the version before had as well is shared with it: most writes change a few leaves of status.
template <typename T> void share(T &mine, const T &before)
{
    if (mine == before)
        mine = before;
}

StoredPtr stored(QJsonObject object, qint64 version, const StoredPtr &before)
{
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    metadata.insert("resourceVersion"_L1, QString::number(version));
    object.insert("metadata"_L1, metadata);
    auto made = std::make_shared<Stored>();
    made->ns = metadata.value("namespace"_L1).toString();
    made->name = metadata.value("name"_L1).toString();
    made->uid = metadata.value("uid"_L1).toString();
    made->version = version;
    made->ending = metadata.value("deletionTimestamp"_L1).isString();
    made->written = std::chrono::steady_clock::now();
    const QJsonObject labels = metadata.value("labels"_L1).toObject();
    for (auto label = labels.begin(); label != labels.end(); ++label)
        made->labels.insert(label.key(), label.value().toString());
    for (const QJsonValue &owner : metadata.value("ownerReferences"_L1).toArray())
        made->owners.append(owner.toObject().value("uid"_L1).toString());
    if (before) {
        share(made->ns, before->ns);
        share(made->name, before->name);
        share(made->uid, before->uid);
        share(made->labels, before->labels);
        share(made->owners, before->owners);
    }
    made->json = QJsonDocument(object).toJson(QJsonDocument::Compact);
    made->json.squeeze();
    recentlyRead.keep(made->json, object);
    return made;
}

/// One resource: its objects, its changes, and who waits for the next one.
struct Shelf {
    std::map<Key, StoredPtr> objects;
    QHash<Key, std::map<Key, StoredPtr>::iterator> places;   // of objects: found without comparing long names on the way
    std::deque<Change> changes;
    qsizetype bytes = 0;   // of changes
    qint64 dropped = 0;   // revision of the newest change that is no longer known
    std::shared_ptr<const std::vector<StoredPtr>> sorted;   // made on demand, until the next change
    QHash<quint64, std::function<void()>> waiting;

    [[nodiscard]] StoredPtr find(const Key &key) const
    {
        const auto place = places.constFind(key);
        return place == places.constEnd() ? StoredPtr() : (*place)->second;
    }

    static qsizetype sizeOf(const Change &change)
    {
        return kChangeBytes + (change.after ? change.after : change.last)->json.size();
    }

    void append(Change change)
    {
        bytes += sizeOf(change);
        changes.push_back(std::move(change));
        while (changes.size() > kHistory || (bytes > kHistoryBytes && changes.size() > 1))
            dropFirst();
    }

    void dropFirst()
    {
        bytes -= sizeOf(changes.front());
        dropped = changes.front().version;
        changes.pop_front();
    }
};

struct KeptSnapshot {
    QString resource;
    Snapshot snapshot;
    QElapsedTimer age;
};

}

QJsonObject Stored::object() const
{
    return recentlyRead.of(json);
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
        shelf.append(change);
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
    return shelf->find({ns, name});
}

StoredPtr Store::put(const QString &resource, const QJsonObject &object)
{
    const auto shelf = m_impl->shelf(resource);
    const QJsonObject metadata = object.value("metadata"_L1).toObject();
    const Key key{metadata.value("namespace"_L1).toString(), metadata.value("name"_L1).toString()};
    auto place = shelf->places.constFind(key);
    const StoredPtr made = stored(object, ++m_impl->revision, place == shelf->places.constEnd() ? StoredPtr() : (*place)->second);
    if (place == shelf->places.constEnd())
        place = shelf->places.insert(key, shelf->objects.emplace(key, StoredPtr()).first);
    Change change{made->version, std::exchange((*place)->second, made), made, {}};
    m_impl->changed(resource, *shelf, std::move(change));
    return made;
}

StoredPtr Store::remove(const QString &resource, const QString &ns, const QString &name)
{
    const auto shelf = m_impl->shelf(resource);
    const auto found = shelf->places.constFind({ns, name});
    if (found == shelf->places.constEnd())
        return {};
    const StoredPtr before = (*found)->second;
    shelf->objects.erase(*found);
    shelf->places.erase(found);
    const StoredPtr last = stored(before->object(), ++m_impl->revision, before);
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

void Store::expire(const QString &resource, std::chrono::steady_clock::time_point before, qsizetype most)
{
    std::vector<StoredPtr> all = *snapshot(resource).objects;
    std::ranges::sort(all, {}, &Stored::version);
    const size_t beyond = all.size() > size_t(most) ? all.size() - size_t(most) : 0;
    for (size_t i = 0; i < all.size() && (i < beyond || all[i]->written < before); ++i)
        remove(resource, all[i]->ns, all[i]->name);
}

void Store::compact(qint64 version)
{
    version = std::min(version, m_impl->revision);
    m_impl->compacted = std::max(m_impl->compacted, version);
    for (const auto &shelf : *m_impl->shelves) {
        // A watch that has read everything stays where it is; only one that lags behind is cut off.
        while (!shelf->changes.empty() && shelf->changes.front().version <= version)
            shelf->dropFirst();
    }
    std::erase_if(m_impl->kept, [](const KeptSnapshot &kept) { return kept.age.elapsed() >= kSnapshotMs; });
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
