// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Collector.h"

#include "app/demo/api/LabelIndex.h"
#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>
#include <set>
#include <tuple>

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

bool hasFinalizer(const QJsonObject &object, const QString &finalizer)
{
    return json::at(object, u"/metadata/finalizers"_s).toArray().contains(finalizer);
}

/// As kube-apiserver's --event-ttl; and no more than so many, since a network at fifty times the speed has much to tell.
constexpr auto kEventLife = 1h;
constexpr qsizetype kEvents = 2000;
constexpr auto kSweep = 1min;

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
        expireEvents();
    }

    void changed(const QString &resource, const Change &change)
    {
        const Place place{resource, (change.after ? change.after : change.before)->ns, (change.after ? change.after : change.before)->name};
        const bool same = change.before && change.after && change.before->uid == change.after->uid && change.before->owners == change.after->owners;
        if (!same && change.before)
            unlink(place, *change.before);
        if (!same && change.after)
            link(place, *change.after);
        if (change.after && waits(*change.after))
            ending.insert(place);
        else
            ending.erase(place);
        workloads(resource, change);
        const bool ends = !change.after || change.after->ending;
        if (ends || !unowned.empty() || !services.empty())
            wake();
    }

    void expireEvents()
    {
        later(kSweep, [this] {
            store.expire(u"events"_s, std::chrono::steady_clock::now() - kEventLife, kEvents);
            expireEvents();
        });
    }

private:
    struct Place {
        QString resource, ns, name;
        friend bool operator<(const Place &a, const Place &b)
        {
            return std::tie(a.resource, a.ns, a.name) < std::tie(b.resource, b.ns, b.name);
        }
    };
    using Places = std::set<Place>;   // in order, so that the same things happen in the same order

    /// Something of ours is to be done before it can go.
    static bool waits(const Stored &stored)
    {
        return stored.ending
            && (stored.ns.isEmpty() || stored.json.contains("\"foregroundDeletion\"") || stored.json.contains("\"orphan\""));
    }

    void link(const Place &place, const Stored &stored)
    {
        alive.insert(stored.uid, place);
        for (const QString &owner : stored.owners) {
            dependents[owner].insert(place);
            if (!alive.contains(owner))
                unowned.insert(owner);
        }
    }

    void unlink(const Place &place, const Stored &stored)
    {
        alive.remove(stored.uid);
        if (dependents.contains(stored.uid))
            unowned.insert(stored.uid);
        for (const QString &owner : stored.owners) {
            const auto found = dependents.find(owner);
            if (found == dependents.end())
                continue;
            found->erase(place);
            if (found->empty()) {
                dependents.erase(found);
                unowned.erase(owner);
            }
        }
    }

    /// Which services may have other endpoints now.
    void workloads(const QString &resource, const Change &change)
    {
        if (resource == "services"_L1) {
            const StoredPtr &service = change.after ? change.after : change.before;
            selectors.put(service->ns, service->name, change.after ? selectorOf(*change.after) : Labels());
            if (change.after)
                services.insert({resource, service->ns, service->name});
        } else if (resource == "pods"_L1) {
            const StoredPtr &pod = change.after ? change.after : change.before;
            pods.put(pod->ns, pod->name, change.after ? change.after->labels : Labels());
            choose(pod);
            if (change.before && change.before->labels != pod->labels)
                choose(change.before);
        }
    }

    void choose(const StoredPtr &pod)
    {
        for (const QString &name : selectors.choosing(pod->ns, pod->labels))
            services.insert({u"services"_s, pod->ns, name});
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
        absentOwners();
        foreground();
        namespaces();
        const Places changed = std::exchange(services, {});
        for (const Place &service : changed)
            updateEndpoints(service);
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

    /// The owner is gone, or never was: dependents whose every owner is gone go too.
    void release(const QString &owner)
    {
        const Places places = dependents.value(owner);
        for (const Place &place : places) {
            const StoredPtr stored = store.find(place.resource, place.ns, place.name);
            if (stored && !stored->ending && !anyOwner(*stored))
                remove(place, {}, kGarbageCollector);
        }
    }

    bool anyOwner(const Stored &stored) const
    {
        return std::any_of(stored.owners.begin(), stored.owners.end(), [this](const QString &uid) { return alive.contains(uid); });
    }

    /// Only as long as something names them: what a guard keeps is tried again with the next change.
    void absentOwners()
    {
        const std::set<QString> owners = unowned;
        for (const QString &owner : owners) {
            if (!alive.contains(owner))
                release(owner);
            if (alive.contains(owner) || !dependents.contains(owner))
                unowned.erase(owner);
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
        const Places places = ending;
        for (const Place &place : places) {
            const StoredPtr stored = store.find(place.resource, place.ns, place.name);
            if (!stored || !stored->ending)
                continue;
            const QJsonObject owner = stored->object();
            if (hasFinalizer(owner, u"orphan"_s)) {
                orphan(stored->uid);
                dropFinalizer(place, u"orphan"_s);
            }
            if (!hasFinalizer(owner, u"foregroundDeletion"_s))
                continue;
            bool waits = false;
            const Places children = dependents.value(stored->uid);
            for (const Place &child : children) {
                const StoredPtr dependent = store.find(child.resource, child.ns, child.name);
                if (!dependent)
                    continue;
                if (!dependent->ending)
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
        const Places places = dependents.value(owner);
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
        const Places places = ending;
        for (const Place &place : places) {
            const StoredPtr stored = place.resource == "namespaces"_L1 ? store.find(place.resource, {}, place.name) : StoredPtr();
            if (!stored || !stored->ending)
                continue;
            bool empty = true;
            for (const Kind &kind : kinds.all()) {
                if (!kind.namespaced)
                    continue;
                const Snapshot content = store.snapshot(kind.resource());
                for (const StoredPtr &object : *content.objects) {
                    if (object->ns != stored->name)
                        continue;
                    if (!object->ending)
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

    static Labels selectorOf(const Stored &service)
    {
        Labels selector;
        const QJsonObject wanted = json::at(service.object(), u"/spec/selector"_s).toObject();
        for (auto label = wanted.begin(); label != wanted.end(); ++label)
            selector.insert(label.key(), label->toString());
        return selector;
    }

    QJsonObject subsetOf(const QJsonObject &service, const QString &ns, const Labels &selector) const
    {
        QJsonArray addresses;
        for (const QString &name : pods.matching(ns, selector)) {
            const StoredPtr pod = store.find(u"pods"_s, ns, name);
            if (!pod || pod->ending)
                continue;
            const QJsonObject object = pod->object();
            const QString ip = textAt(object, "/status/podIP");
            if (ip.isEmpty() || !podReady(object))
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

    void updateEndpoints(const Place &place)
    {
        const Kind *kind = kinds.byResource(u"endpoints"_s);
        const StoredPtr stored = store.find(place.resource, place.ns, place.name);
        if (kind == nullptr || !stored)
            return;
        const QJsonObject service = stored->object();
        const Labels selector = selectors.selector(stored->ns, stored->name);
        if (selector.isEmpty())
            return;
        const QJsonObject subset = subsetOf(service, stored->ns, selector);
        const QJsonArray subsets = subset.isEmpty() ? QJsonArray() : QJsonArray{subset};
        const StoredPtr there = store.find(u"endpoints"_s, stored->ns, stored->name);
        if (there && there->object().value("subsets"_L1).toArray() == subsets)
            return;
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

    Store &store;
    const Kinds &kinds;
    Objects &objects;
    Later later;
    QHash<QString, Places> dependents;   // owner's uid -> who names it
    QHash<QString, Place> alive;         // uid -> where
    std::set<QString> unowned;           // uids of owners that are not there and yet named
    Places ending;                       // namespaces and owners that wait() for us
    Places services;                     // whose endpoints may be others now
    LabelIndex pods;
    SelectorIndex selectors;
    bool scheduled = false;
};

Collector::Collector(Store &store, const Kinds &kinds, Objects &objects, Later later)
    : m_impl(std::make_unique<Impl>(store, kinds, objects, std::move(later)))
{
}
Collector::~Collector() = default;

}
