// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Collector.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QSet>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const User kGarbageCollector{u"system:serviceaccount:kube-system:generic-garbage-collector"_s, {}, {u"system:serviceaccounts"_s, u"system:authenticated"_s, u"system:masters"_s}, {}};
const User kNamespaceController{u"system:serviceaccount:kube-system:namespace-controller"_s, {}, {u"system:serviceaccounts"_s, u"system:authenticated"_s, u"system:masters"_s}, {}};
const User kEndpointsController{u"system:serviceaccount:kube-system:endpoint-controller"_s, {}, {u"system:serviceaccounts"_s, u"system:authenticated"_s, u"system:masters"_s}, {}};

QString textAt(const QJsonObject &object, const char *pointer)
{
    return json::at(object, QLatin1String(pointer)).toString();
}

bool deleting(const QJsonObject &object)
{
    return !textAt(object, "/metadata/deletionTimestamp").isEmpty();
}

bool hasFinalizer(const QJsonObject &object, const QString &finalizer)
{
    return json::at(object, u"/metadata/finalizers"_s).toArray().contains(finalizer);
}

WriteOptions asManager(const QString &manager)
{
    WriteOptions options;
    options.validation = WriteOptions::Validation::Ignore;
    options.manager = manager;
    return options;
}

}

class Collector::Impl {
public:
    Impl(Store &s, const Kinds &k, Objects &o, Later l) : store(s), kinds(k), objects(o), later(std::move(l))
    {
        store.onAnyChange([this](const QString &resource, const Change &change) { changed(resource, change); });
    }

    void changed(const QString &resource, const Change &change)
    {
        if (change.before)
            unlink(change.before->object(), resource, *change.before);
        if (change.after)
            link(change.after->object(), resource, *change.after);
        if (!change.after && change.before)
            gone.insert(change.before->uid);
        const bool ends = change.after && change.after->json.contains("deletionTimestamp");
        const bool orphaned = change.after && change.after->json.contains("ownerReferences");
        if (!change.after || ends || orphaned || resource == "pods"_L1 || resource == "services"_L1) {
            if (resource == "pods"_L1 || resource == "services"_L1)
                endpoints = true;
            wake();
        }
    }

private:
    struct Place {
        QString resource, ns, name;
        friend bool operator==(const Place &, const Place &) = default;
    };

    static QStringList ownersOf(const QJsonObject &object)
    {
        QStringList uids;
        for (const QJsonValue &owner : json::at(object, u"/metadata/ownerReferences"_s).toArray())
            uids.append(owner.toObject().value("uid"_L1).toString());
        return uids;
    }

    void link(const QJsonObject &object, const QString &resource, const Stored &stored)
    {
        alive.insert(stored.uid, {resource, stored.ns, stored.name});
        for (const QString &owner : ownersOf(object))
            dependents[owner].append({resource, stored.ns, stored.name});
    }

    void unlink(const QJsonObject &object, const QString &resource, const Stored &stored)
    {
        alive.remove(stored.uid);
        for (const QString &owner : ownersOf(object)) {
            QList<Place> &list = dependents[owner];
            list.removeAll({resource, stored.ns, stored.name});
            if (list.isEmpty())
                dependents.remove(owner);
        }
    }

    void wake()
    {
        if (std::exchange(scheduled, true))
            return;
        later(20ms, [this] {
            scheduled = false;
            work();
        });
    }

    void work()
    {
        const QSet<QString> ended = std::exchange(gone, {});
        for (const QString &owner : ended)
            release(owner);
        absentOwners();
        foreground();
        namespaces();
        if (std::exchange(endpoints, false))
            updateEndpoints();
    }

    void remove(const Place &place, const QString &propagation, const User &user)
    {
        const Kind *kind = kinds.byResource(place.resource);
        if (kind == nullptr)
            return;
        DeleteOptions options;
        options.propagation = propagation;
        // A delete guard that refuses keeps the object; it is tried again with the next change.
        const auto ignored = objects.remove(*kind, place.ns, place.name, user, options);
        Q_UNUSED(ignored)
    }

    /// The owner is gone: dependents whose every owner is gone go too.
    void release(const QString &owner)
    {
        const QList<Place> places = dependents.value(owner);
        for (const Place &place : places) {
            const StoredPtr stored = store.find(place.resource, place.ns, place.name);
            if (stored && !deleting(stored->object()) && !anyOwner(stored->object()))
                remove(place, {}, kGarbageCollector);
        }
    }

    bool anyOwner(const QJsonObject &object) const
    {
        const QStringList owners = ownersOf(object);
        return std::any_of(owners.begin(), owners.end(), [this](const QString &uid) { return alive.contains(uid); });
    }

    /// Objects that name an owner which never was.
    void absentOwners()
    {
        const QStringList owners = dependents.keys();
        for (const QString &owner : owners) {
            if (!alive.contains(owner))
                release(owner);
        }
    }

    void dropFinalizer(const Place &place, const QString &finalizer)
    {
        const Kind *kind = kinds.byResource(place.resource);
        const StoredPtr stored = store.find(place.resource, place.ns, place.name);
        if (kind == nullptr || !stored)
            return;
        QJsonArray left;
        for (const QJsonValue &one : json::at(stored->object(), u"/metadata/finalizers"_s).toArray()) {
            if (one.toString() != finalizer)
                left.append(one);
        }
        const QJsonObject patch{{u"metadata"_s, QJsonObject{{u"finalizers"_s, left.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(left)}}}};
        const auto ignored = objects.patch(*kind, place.ns, place.name, "application/merge-patch+json", patch, kGarbageCollector, asManager(u"kube-controller-manager"_s));
        Q_UNUSED(ignored)
    }

    /// Owners that wait for their dependents, or let them go.
    void foreground()
    {
        const QList<Place> places = alive.values();
        for (const Place &place : places) {
            const StoredPtr stored = store.find(place.resource, place.ns, place.name);
            if (!stored || !stored->json.contains("deletionTimestamp"))
                continue;
            const QJsonObject owner = stored->object();
            if (!deleting(owner))
                continue;
            if (hasFinalizer(owner, u"orphan"_s)) {
                orphan(stored->uid);
                dropFinalizer(place, u"orphan"_s);
            }
            if (!hasFinalizer(owner, u"foregroundDeletion"_s))
                continue;
            bool waits = false;
            const QList<Place> children = dependents.value(stored->uid);
            for (const Place &child : children) {
                const StoredPtr dependent = store.find(child.resource, child.ns, child.name);
                if (!dependent)
                    continue;
                if (!deleting(dependent->object()))
                    remove(child, u"Foreground"_s, kGarbageCollector);
                waits = waits || (blocks(dependent->object(), stored->uid) && store.find(child.resource, child.ns, child.name));
            }
            if (!waits)
                dropFinalizer(place, u"foregroundDeletion"_s);
        }
    }

    static bool blocks(const QJsonObject &dependent, const QString &owner)
    {
        for (const QJsonValue &value : json::at(dependent, u"/metadata/ownerReferences"_s).toArray()) {
            if (value.toObject().value("uid"_L1).toString() == owner)
                return value.toObject().value("blockOwnerDeletion"_L1).toBool();
        }
        return false;
    }

    void orphan(const QString &owner)
    {
        const QList<Place> places = dependents.value(owner);
        for (const Place &place : places) {
            const Kind *kind = kinds.byResource(place.resource);
            const StoredPtr stored = store.find(place.resource, place.ns, place.name);
            if (kind == nullptr || !stored)
                continue;
            QJsonArray left;
            for (const QJsonValue &value : json::at(stored->object(), u"/metadata/ownerReferences"_s).toArray()) {
                if (value.toObject().value("uid"_L1).toString() != owner)
                    left.append(value);
            }
            const QJsonObject patch{{u"metadata"_s, QJsonObject{{u"ownerReferences"_s, left}}}};
            const auto ignored = objects.patch(*kind, place.ns, place.name, "application/merge-patch+json", patch, kGarbageCollector, asManager(u"kube-controller-manager"_s));
            Q_UNUSED(ignored)
        }
    }

    /// A namespace that is being deleted is emptied first.
    void namespaces()
    {
        const Snapshot all = store.snapshot(u"namespaces"_s);
        for (const StoredPtr &stored : *all.objects) {
            if (!stored->json.contains("deletionTimestamp") || !deleting(stored->object()))
                continue;
            bool empty = true;
            for (const Kind &kind : kinds.all()) {
                if (!kind.namespaced)
                    continue;
                const Snapshot content = store.snapshot(kind.resource());
                for (const StoredPtr &object : *content.objects) {
                    if (object->ns != stored->name)
                        continue;
                    if (!deleting(object->object()))
                        remove({kind.resource(), object->ns, object->name}, {}, kNamespaceController);
                    empty = empty && !store.find(kind.resource(), object->ns, object->name);
                }
            }
            if (empty && json::at(stored->object(), u"/metadata/finalizers"_s).toArray().isEmpty())
                store.remove(u"namespaces"_s, {}, stored->name);
        }
    }

    static bool podReady(const QJsonObject &pod)
    {
        for (const QJsonValue &value : json::at(pod, u"/status/conditions"_s).toArray()) {
            if (value.toObject().value("type"_L1).toString() == "Ready"_L1)
                return value.toObject().value("status"_L1).toString() == "True"_L1;
        }
        return false;
    }

    QJsonObject subsetOf(const QJsonObject &service, const QString &ns) const
    {
        const QJsonObject selector = json::at(service, u"/spec/selector"_s).toObject();
        QJsonArray addresses;
        const Snapshot pods = store.snapshot(u"pods"_s);
        for (const StoredPtr &pod : *pods.objects) {
            bool fits = pod->ns == ns;
            for (auto label = selector.begin(); label != selector.end() && fits; ++label)
                fits = pod->labels.value(label.key()) == label->toString();
            if (!fits)
                continue;
            const QJsonObject object = pod->object();
            const QString ip = textAt(object, "/status/podIP");
            if (ip.isEmpty() || !podReady(object) || deleting(object))
                continue;
            addresses.append(QJsonObject{{u"ip"_s, ip}, {u"nodeName"_s, json::at(object, u"/spec/nodeName"_s)},
                {u"targetRef"_s, QJsonObject{{u"kind"_s, u"Pod"_s}, {u"namespace"_s, ns}, {u"name"_s, pod->name}, {u"uid"_s, pod->uid}}}});
        }
        if (addresses.isEmpty())
            return {};
        QJsonArray ports;
        for (const QJsonValue &value : json::at(service, u"/spec/ports"_s).toArray()) {
            const QJsonObject port = value.toObject();
            QJsonObject one{{u"port"_s, port.value("targetPort"_L1).isDouble() ? port.value("targetPort"_L1) : port.value("port"_L1)}, {u"protocol"_s, u"TCP"_s}};
            if (port.contains("name"_L1))
                one.insert("name"_L1, port.value("name"_L1));
            ports.append(one);
        }
        return {{u"addresses"_s, addresses}, {u"ports"_s, ports}};
    }

    void updateEndpoints()
    {
        const Kind *kind = kinds.byResource(u"endpoints"_s);
        if (kind == nullptr)
            return;
        const Snapshot services = store.snapshot(u"services"_s);
        for (const StoredPtr &stored : *services.objects) {
            const QJsonObject service = stored->object();
            if (json::at(service, u"/spec/selector"_s).toObject().isEmpty())
                continue;
            const QJsonObject subset = subsetOf(service, stored->ns);
            const QJsonArray subsets = subset.isEmpty() ? QJsonArray() : QJsonArray{subset};
            const StoredPtr there = store.find(u"endpoints"_s, stored->ns, stored->name);
            if (there && there->object().value("subsets"_L1).toArray() == subsets)
                continue;
            const QJsonObject owner{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Service"_s}, {u"name"_s, stored->name}, {u"uid"_s, stored->uid}};
            QJsonObject wanted{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Endpoints"_s},
                {u"metadata"_s, QJsonObject{{u"name"_s, stored->name}, {u"ownerReferences"_s, QJsonArray{owner}}}}, {u"subsets"_s, subsets}};
            if (there) {
                const auto ignored = objects.patch(*kind, stored->ns, stored->name, "application/merge-patch+json", QJsonObject{{u"subsets"_s, subsets}}, kEndpointsController, asManager(u"kube-controller-manager"_s));
                Q_UNUSED(ignored)
            } else {
                const auto ignored = objects.create(*kind, stored->ns, wanted, kEndpointsController, asManager(u"kube-controller-manager"_s));
                Q_UNUSED(ignored)
            }
        }
    }

    Store &store;
    const Kinds &kinds;
    Objects &objects;
    Later later;
    QHash<QString, QList<Place>> dependents;   // owner's uid -> who names it
    QHash<QString, Place> alive;               // uid -> where
    QSet<QString> gone;
    bool scheduled = false;
    bool endpoints = false;
};

Collector::Collector(Store &store, const Kinds &kinds, Objects &objects, Later later)
    : m_impl(std::make_unique<Impl>(store, kinds, objects, std::move(later)))
{
}
Collector::~Collector() = default;

}
