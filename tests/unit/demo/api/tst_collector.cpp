// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Bootstrap.h"
#include "app/demo/api/Collector.h"
#include "app/demo/api/LabelIndex.h"
#include "tests/unit/demo/api/ApiRig.h"

#include <deque>
#include <tuple>

using namespace qd::demo;
using namespace Qt::StringLiterals;

namespace {

/// A store with all kinds, its collector, and a clock that is moved by hand.
struct Rig {
    Rig()
        : kinds(*bootstrapKinds()), admission(store), objects(store, admission, [] { return QDateTime(QDate(2026, 11, 28), QTime(12, 0), Qt::UTC); }),
          collector(store, kinds, objects, [this](std::chrono::milliseconds after, std::function<void()> task) { tasks.emplace_back(after, std::move(task)); })
    {
        store.put(u"namespaces"_s, test::object(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n","uid":"ns"}})"));
    }

    /// What is due soon; gives how many times it was woken.
    int settle()
    {
        int woken = 0;
        while (true) {
            const auto soon = std::find_if(tasks.begin(), tasks.end(), [](const auto &task) { return task.first < std::chrono::seconds(1); });
            if (soon == tasks.end())
                return woken;
            const auto run = std::move(soon->second);
            tasks.erase(soon);
            run();
            ++woken;
        }
    }

    void put(const QString &resource, const QString &name, const QString &uid, const QStringList &owners = {}, const QJsonObject &more = {}, const QJsonObject &rest = {})
    {
        const Kind *kind = kinds.byResource(resource);
        QJsonArray references;
        for (const QString &owner : owners)
            references.append(QJsonObject{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"ConfigMap"_s}, {u"name"_s, owner}, {u"uid"_s, owner}, {u"blockOwnerDeletion"_s, true}});
        QJsonObject metadata = more;
        metadata.insert("name"_L1, name);
        metadata.insert("namespace"_L1, u"n"_s);
        metadata.insert("uid"_L1, uid);
        if (!references.isEmpty())
            metadata.insert("ownerReferences"_L1, references);
        QJsonObject object = rest;
        object.insert("apiVersion"_L1, kind->gvr.apiVersion());
        object.insert("kind"_L1, kind->kind);
        object.insert("metadata"_L1, metadata);
        store.put(resource, object);
    }

    [[nodiscard]] bool has(const QString &resource, const QString &name) const { return store.find(resource, u"n"_s, name) != nullptr; }

    void removeConfigMap(const QString &name, const QString &propagation)
    {
        DeleteOptions options;
        options.propagation = propagation;
        QVERIFY(objects.remove(*kinds.byResource(kMaps), u"n"_s, name, {u"someone"_s, {}, {u"system:masters"_s}, {}}, options));
    }

    QStringList addresses(const QString &service) const
    {
        QStringList names;
        const StoredPtr stored = store.find(u"endpoints"_s, u"n"_s, service);
        if (!stored)
            return {u"none"_s};
        for (const QJsonValue &one : stored->object().value("subsets"_L1).toArray().at(0).toObject().value("addresses"_L1).toArray())
            names.append(one.toObject().value("targetRef"_L1).toObject().value("name"_L1).toString());
        return names;
    }

    void pod(const QString &name, const QString &app, bool ready = true)
    {
        put(u"pods"_s, name, name, {}, {{u"labels"_s, QJsonObject{{u"app"_s, app}, {u"by"_s, u"us"_s}}}},
            {{u"status"_s, QJsonObject{{u"podIP"_s, u"10.0.0.1"_s}, {u"conditions"_s, QJsonArray{QJsonObject{{u"type"_s, u"Ready"_s}, {u"status"_s, ready ? u"True"_s : u"False"_s}}}}}}});
    }

    void service(const QString &name, const QJsonObject &selector)
    {
        put(u"services"_s, name, name, {}, {}, {{u"spec"_s, QJsonObject{{u"selector"_s, selector}, {u"ports"_s, QJsonArray{QJsonObject{{u"port"_s, 80}}}}}}});
    }

    const QString kMaps = u"configmaps"_s;
    std::deque<std::pair<std::chrono::milliseconds, std::function<void()>>> tasks;
    Store store;
    Kinds kinds;
    Admission admission;
    Objects objects;
    Collector collector;
};

}

class tst_collector : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void dependentsGoWithTheirLastOwner()
    {
        Rig rig;
        rig.put(rig.kMaps, u"a"_s, u"a"_s);
        rig.put(rig.kMaps, u"b"_s, u"b"_s);
        rig.put(rig.kMaps, u"of-a"_s, u"1"_s, {u"a"_s});
        rig.put(rig.kMaps, u"of-both"_s, u"2"_s, {u"a"_s, u"b"_s});
        rig.put(rig.kMaps, u"of-that"_s, u"3"_s, {u"1"_s});
        rig.settle();
        rig.removeConfigMap(u"a"_s, {});
        rig.settle();
        QVERIFY(!rig.has(rig.kMaps, u"of-a"_s));
        QVERIFY(!rig.has(rig.kMaps, u"of-that"_s));
        QVERIFY(rig.has(rig.kMaps, u"of-both"_s));
        rig.removeConfigMap(u"b"_s, {});
        rig.settle();
        QVERIFY(!rig.has(rig.kMaps, u"of-both"_s));
    }

    void anOwnerThatNeverWas()
    {
        Rig rig;
        rig.put(rig.kMaps, u"stray"_s, u"1"_s, {u"nobody"_s});
        rig.settle();
        QVERIFY(!rig.has(rig.kMaps, u"stray"_s));
    }

    void anOwnerTakenOver()
    {
        // The owner goes in the same breath in which its dependent names another one.
        Rig rig;
        rig.put(rig.kMaps, u"a"_s, u"a"_s);
        rig.put(rig.kMaps, u"b"_s, u"b"_s);
        rig.put(rig.kMaps, u"child"_s, u"1"_s, {u"a"_s});
        rig.settle();
        rig.removeConfigMap(u"a"_s, {});
        rig.put(rig.kMaps, u"child"_s, u"1"_s, {u"b"_s});
        rig.settle();
        QVERIFY(rig.has(rig.kMaps, u"child"_s));
        rig.removeConfigMap(u"b"_s, {});
        rig.settle();
        QVERIFY(!rig.has(rig.kMaps, u"child"_s));
    }

    void foregroundWaitsForTheDependents()
    {
        Rig rig;
        rig.put(rig.kMaps, u"a"_s, u"a"_s);
        rig.put(rig.kMaps, u"held"_s, u"1"_s, {u"a"_s}, {{u"finalizers"_s, QJsonArray{u"example.com/hold"_s}}});
        rig.settle();
        rig.removeConfigMap(u"a"_s, u"Foreground"_s);
        rig.settle();
        QVERIFY(rig.has(rig.kMaps, u"a"_s));
        QVERIFY(rig.store.find(rig.kMaps, u"n"_s, u"held"_s)->ending);
        const auto freed = rig.objects.patch(*rig.kinds.byResource(rig.kMaps), u"n"_s, u"held"_s, "application/merge-patch+json",
            test::object("{'metadata':{'finalizers':null}}"), {u"someone"_s, {}, {u"system:masters"_s}, {}}, {});
        QVERIFY(freed);
        rig.settle();
        QVERIFY(!rig.has(rig.kMaps, u"held"_s));
        QVERIFY(!rig.has(rig.kMaps, u"a"_s));
    }

    void orphansStay()
    {
        Rig rig;
        rig.put(rig.kMaps, u"a"_s, u"a"_s);
        rig.put(rig.kMaps, u"child"_s, u"1"_s, {u"a"_s});
        rig.settle();
        rig.removeConfigMap(u"a"_s, u"Orphan"_s);
        rig.settle();
        QVERIFY(!rig.has(rig.kMaps, u"a"_s));
        QVERIFY(rig.store.find(rig.kMaps, u"n"_s, u"child"_s)->owners.isEmpty());
    }

    void nothingToDoWakesNobody()
    {
        Rig rig;
        rig.put(rig.kMaps, u"a"_s, u"a"_s);
        rig.put(rig.kMaps, u"child"_s, u"1"_s, {u"a"_s});
        rig.pod(u"p"_s, u"x"_s);
        rig.settle();
        for (int i = 0; i < 10; ++i)
            rig.put(rig.kMaps, u"child"_s, u"1"_s, {u"a"_s}, {{u"labels"_s, QJsonObject{{u"i"_s, QString::number(i)}}}});
        rig.pod(u"p"_s, u"x"_s, false);
        QCOMPARE(rig.settle(), 0);
    }

    void endpointsFollowPodsAndServices()
    {
        Rig rig;
        rig.service(u"x"_s, {{u"app"_s, u"x"_s}, {u"by"_s, u"us"_s}});
        rig.service(u"every"_s, {{u"by"_s, u"us"_s}});
        rig.service(u"none"_s, {});
        rig.pod(u"x-1"_s, u"x"_s);
        rig.pod(u"x-0"_s, u"x"_s);
        rig.pod(u"y-0"_s, u"y"_s);
        rig.settle();
        QCOMPARE(rig.addresses(u"x"_s), (QStringList{u"x-0"_s, u"x-1"_s}));
        QCOMPARE(rig.addresses(u"every"_s), (QStringList{u"x-0"_s, u"x-1"_s, u"y-0"_s}));
        QCOMPARE(rig.addresses(u"none"_s), QStringList{u"none"_s});   // no selector: somebody else's business
        rig.pod(u"x-0"_s, u"x"_s, false);
        rig.pod(u"x-1"_s, u"y"_s);
        rig.settle();
        QCOMPARE(rig.addresses(u"x"_s), QStringList());
        QCOMPARE(rig.addresses(u"every"_s), (QStringList{u"x-1"_s, u"y-0"_s}));
        rig.service(u"x"_s, {{u"app"_s, u"y"_s}});
        rig.settle();
        QCOMPARE(rig.addresses(u"x"_s), (QStringList{u"x-1"_s, u"y-0"_s}));
        rig.store.remove(u"pods"_s, u"n"_s, u"y-0"_s);
        rig.settle();
        QCOMPARE(rig.addresses(u"x"_s), QStringList{u"x-1"_s});
    }

    void endpointsOfOneServiceAreNotTheOthers()
    {
        // A pod wakes the services that choose it and no other, however many there are.
        SelectorIndex selectors;
        for (int i = 0; i < 1000; ++i)
            selectors.put(u"n"_s, QString::number(i), {{u"by"_s, u"us"_s}, {u"node"_s, QString::number(i)}});
        QCOMPARE(selectors.choosing(u"n"_s, {{u"by"_s, u"us"_s}, {u"node"_s, u"7"_s}}), QStringList{u"7"_s});
        QCOMPARE(selectors.choosing(u"m"_s, {{u"by"_s, u"us"_s}, {u"node"_s, u"7"_s}}), QStringList());
        QCOMPARE(selectors.choosing(u"n"_s, {{u"node"_s, u"7"_s}}), QStringList());
        selectors.put(u"n"_s, u"7"_s, {});
        QCOMPARE(selectors.choosing(u"n"_s, {{u"by"_s, u"us"_s}, {u"node"_s, u"7"_s}}), QStringList());
        LabelIndex labels;
        labels.put(u"n"_s, u"b"_s, {{u"x"_s, u"1"_s}, {u"y"_s, u"1"_s}});
        labels.put(u"n"_s, u"a"_s, {{u"x"_s, u"1"_s}});
        QCOMPARE(labels.matching(u"n"_s, {{u"x"_s, u"1"_s}}), (QStringList{u"a"_s, u"b"_s}));
        QCOMPARE(labels.matching(u"n"_s, {{u"x"_s, u"1"_s}, {u"y"_s, u"1"_s}}), QStringList{u"b"_s});
        QCOMPARE(labels.matching(u"n"_s, {}), QStringList());
        labels.put(u"n"_s, u"b"_s, {{u"x"_s, u"2"_s}});
        QCOMPARE(labels.matching(u"n"_s, {{u"x"_s, u"1"_s}}), QStringList{u"a"_s});
        labels.put(u"n"_s, u"a"_s, {});
        QCOMPARE(labels.matching(u"n"_s, {{u"x"_s, u"1"_s}}), QStringList());
    }

    void aNamespaceIsEmptiedFirst()
    {
        Rig rig;
        rig.put(rig.kMaps, u"a"_s, u"a"_s, {}, {{u"finalizers"_s, QJsonArray{u"example.com/hold"_s}}});
        rig.pod(u"p"_s, u"x"_s);
        rig.settle();
        QVERIFY(rig.objects.remove(*rig.kinds.byResource(u"namespaces"_s), {}, u"n"_s, {u"someone"_s, {}, {u"system:masters"_s}, {}}, {}));
        rig.settle();
        QVERIFY(!rig.has(u"pods"_s, u"p"_s));
        QVERIFY(rig.store.find(u"namespaces"_s, {}, u"n"_s));
        rig.store.remove(rig.kMaps, u"n"_s, u"a"_s);
        rig.settle();
        QVERIFY(!rig.store.find(u"namespaces"_s, {}, u"n"_s));
    }

    void theOldestEventsGo()
    {
        Rig rig;
        for (int i = 0; i < 2100; ++i)
            rig.put(u"events"_s, u"e-%1"_s.arg(i), u"e%1"_s.arg(i));
        rig.put(u"events"_s, u"e-0"_s, u"e0"_s);   // raised: young again
        const auto minute = std::move(rig.tasks.front());
        QCOMPARE(minute.first, std::chrono::milliseconds(std::chrono::minutes(1)));
        minute.second();
        QCOMPARE(rig.store.count(u"events"_s), 2000);
        QVERIFY(rig.has(u"events"_s, u"e-0"_s));
        QVERIFY(!rig.has(u"events"_s, u"e-100"_s));
        QVERIFY(rig.has(u"events"_s, u"e-101"_s));
    }
};

QTEST_GUILESS_MAIN(tst_collector)
#include "tst_collector.moc"
