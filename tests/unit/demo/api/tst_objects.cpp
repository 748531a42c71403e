// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/demo/api/ApiRig.h"

#include "models/core/Json.h"

using namespace qd;
using namespace qd::demo;
using namespace Qt::StringLiterals;
using demo::test::ApiRig;
using demo::test::object;

namespace {

QJsonValue at(const QJsonObject &object, const char *pointer)
{
    return json::at(object, QLatin1String(pointer));
}

QJsonObject fieldsOf(const QJsonObject &object, const QString &manager)
{
    for (const QJsonValue &entry : json::at(object, u"/metadata/managedFields"_s).toArray()) {
        if (entry.toObject().value("manager"_L1).toString() == manager)
            return entry.toObject().value("fieldsV1"_L1).toObject();
    }
    return {};
}

}

class tst_objects : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void creating()
    {
        ApiRig rig;
        QJsonObject given = ApiRig::widget(u"a"_s);
        given.insert("status"_L1, QJsonObject{{u"phase"_s, u"Mine"_s}});
        const auto made = rig.create(given);
        QVERIFY(made.ok());
        QVERIFY(made->created);
        QCOMPARE(at(made->object, "/metadata/namespace").toString(), u"n"_s);
        QCOMPARE(at(made->object, "/metadata/generation").toInt(), 1);
        QCOMPARE(at(made->object, "/metadata/creationTimestamp").toString(), u"2026-11-28T12:00:00Z"_s);
        QVERIFY(!at(made->object, "/metadata/uid").toString().isEmpty());
        QCOMPARE(at(made->object, "/spec/size").toInt(), 1);
        QVERIFY(made->object.value("status"_L1).isUndefined());
        const auto again = rig.create(given);
        QVERIFY(!again.ok());
        QCOMPARE(again.failure().reason, u"AlreadyExists"_s);
        QCOMPARE(again.failure().message, u"widgets.example.com \"a\" already exists"_s);
    }

    void atMostTenUpdaters()
    {
        ApiRig rig;
        QVERIFY(rig.create(ApiRig::widget(u"a"_s)).ok());
        for (int i = 0; i < 30; ++i) {
            WriteOptions options;
            options.manager = u"tool-%1"_s.arg(i);
            rig.now = rig.now.addSecs(1);
            QVERIFY(rig.merge(u"a"_s, "{'metadata':{'labels':{'l" + QByteArray::number(i) + "':'x'}}}", options).ok());
        }
        const QJsonObject object = rig.store.find(u"widgets.example.com"_s, u"n"_s, u"a"_s)->object();
        QCOMPARE(at(object, "/metadata/managedFields").toArray().size(), 10);
        const QString ancient = QString::fromUtf8(json::compact(fieldsOf(object, u"ancient-changes"_s)));
        QVERIFY(ancient.contains("f:l0"_L1) && ancient.contains("f:l20"_L1) && ancient.contains("f:colour"_L1));
        QVERIFY(!ancient.contains("f:l21"_L1));
        QVERIFY(!fieldsOf(object, u"tool-21"_s).isEmpty());
    }

    void creatingWithAPrefix()
    {
        ApiRig rig;
        QJsonObject given = ApiRig::widget({});
        given.insert("metadata"_L1, QJsonObject{{u"generateName"_s, u"w-"_s}});
        const auto made = rig.create(given);
        QVERIFY(made.ok());
        const QString name = at(made->object, "/metadata/name").toString();
        QVERIFY2(name.startsWith("w-"_L1) && name.size() == 7, qPrintable(name));
    }

    void refusedBodies_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("part");
        const auto row = [](const char *name, const char *body, int code, const QString &part) { QTest::newRow(name) << QByteArray(body) << code << part; };
        row("other kind", "{'apiVersion':'example.com/v1','kind':'Gadget','metadata':{'name':'a'}}", 422, u"Gadget"_s);
        row("no kind", "{'metadata':{'name':'a'}}", 400, u"Kind"_s);
        row("other namespace", "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'a','namespace':'m'}}", 400, u"namespace of the provided object"_s);
        row("no name", "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{}}", 422, u"name or generateName is required"_s);
        row("bad name", "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'A_B'}}", 422, u"metadata.name: Invalid value: \"A_B\""_s);
        row("bad label", "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'a','labels':{'k':'a b'}}}", 422, u"metadata.labels"_s);
        row("bad enum", "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'a'},'spec':{'colour':'green'}}", 422, u"supported values: \"red\", \"blue\""_s);
        row("version", "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'a','resourceVersion':'5'}}", 500, u"resourceVersion should not be set"_s);
    }

    void refusedBodies()
    {
        QFETCH(QByteArray, body);
        QFETCH(int, code);
        QFETCH(QString, part);
        ApiRig rig;
        const auto made = rig.create(object(body));
        QVERIFY(!made.ok());
        QCOMPARE(made.failure().code, code);
        QVERIFY2(made.failure().message.contains(part), qPrintable(made.failure().message));
        QCOMPARE(rig.store.count(rig.widgets.resource()), 0);
    }

    void unknownFields()
    {
        ApiRig rig;
        QJsonObject given = ApiRig::widget(u"a"_s);
        given.insert("spec"_L1, object("{'colour':'red','colr':'x'}"));
        WriteOptions options;
        options.validation = WriteOptions::Validation::Strict;
        const auto strict = rig.create(given, options);
        QVERIFY(!strict.ok());
        QCOMPARE(strict.failure().code, 400);
        QVERIFY2(strict.failure().message.endsWith("strict decoding error: unknown field \"spec.colr\""_L1), qPrintable(strict.failure().message));
        const auto warned = rig.create(given);
        QVERIFY(warned.ok());
        QCOMPARE(warned->warnings, QStringList{u"unknown field \"spec.colr\""_s});
        QVERIFY(at(warned->object, "/spec/colr").isUndefined());
    }

    void aMissingNamespace()
    {
        ApiRig rig;
        const auto made = rig.objects.create(rig.widgets, u"nowhere"_s, ApiRig::widget(u"a"_s), rig.user, {});
        QVERIFY(!made.ok());
        QCOMPARE(made.failure().code, 404);
        QCOMPARE(made.failure().message, u"namespaces \"nowhere\" not found"_s);
    }

    void dryRunChangesNothing()
    {
        ApiRig rig;
        WriteOptions options;
        options.dryRun = true;
        const qint64 before = rig.store.revision();
        QVERIFY(rig.create(ApiRig::widget(u"a"_s), options).ok());
        QCOMPARE(rig.store.revision(), before);
    }

    void generationAndNoChange()
    {
        ApiRig rig;
        QVERIFY(rig.create(ApiRig::widget(u"a"_s)).ok());
        const qint64 before = rig.store.revision();
        const auto same = rig.merge(u"a"_s, "{'spec':{'colour':'red'}}");
        QVERIFY(same.ok());
        QCOMPARE(rig.store.revision(), before);
        const auto labelled = rig.merge(u"a"_s, "{'metadata':{'labels':{'k':'v'}}}");
        QCOMPARE(at(labelled->object, "/metadata/generation").toInt(), 1);
        const auto changed = rig.merge(u"a"_s, "{'spec':{'colour':'blue'},'status':{'phase':'Ready'}}");
        QCOMPARE(at(changed->object, "/metadata/generation").toInt(), 2);
        QVERIFY(changed->object.value("status"_L1).isUndefined());
        WriteOptions status;
        status.subresource = u"status"_s;
        const auto reported = rig.merge(u"a"_s, "{'spec':{'colour':'red'},'status':{'phase':'Ready'}}", status);
        QCOMPARE(at(reported->object, "/status/phase").toString(), u"Ready"_s);
        QCOMPARE(at(reported->object, "/spec/colour").toString(), u"blue"_s);
        QCOMPARE(at(reported->object, "/metadata/generation").toInt(), 2);
    }

    void preconditions()
    {
        ApiRig rig;
        const auto made = rig.create(ApiRig::widget(u"a"_s));
        QVERIFY(rig.merge(u"a"_s, "{'spec':{'colour':'blue'}}").ok());
        const QByteArray old = at(made->object, "/metadata/resourceVersion").toString().toUtf8();
        const auto late = rig.merge(u"a"_s, "{'metadata':{'resourceVersion':'" + old + "'},'spec':{'colour':'red'}}");
        QVERIFY(!late.ok());
        QCOMPARE(late.failure().code, 409);
        QCOMPARE(late.failure().message,
            u"Operation cannot be fulfilled on widgets.example.com \"a\": the object has been modified; please apply your changes to the latest version and try again"_s);
        DeleteOptions other;
        other.uid = u"other"_s;
        const auto gone = rig.objects.remove(rig.widgets, u"n"_s, u"a"_s, rig.user, other);
        QVERIFY(!gone.ok());
        QVERIFY2(gone.failure().message.contains("the UID in the precondition (other) does not match"_L1), qPrintable(gone.failure().message));
    }

    void finalizersHoldADeletedObject()
    {
        ApiRig rig;
        QVERIFY(rig.create(ApiRig::widget(u"a"_s)).ok());
        QVERIFY(rig.merge(u"a"_s, "{'metadata':{'finalizers':['example.com/f']}}").ok());
        const auto deleted = rig.objects.remove(rig.widgets, u"n"_s, u"a"_s, rig.user, {});
        QVERIFY(deleted.ok());
        QVERIFY(!at(*deleted, "/metadata/deletionTimestamp").isUndefined());
        const auto more = rig.merge(u"a"_s, "{'metadata':{'finalizers':['example.com/f','example.com/g']}}");
        QVERIFY(!more.ok());
        QVERIFY2(more.failure().message.contains("no new finalizers can be added"_L1), qPrintable(more.failure().message));
        QVERIFY(rig.merge(u"a"_s, "{'metadata':{'finalizers':null}}").ok());
        QCOMPARE(rig.store.count(rig.widgets.resource()), 0);
    }

    void applyOwnsWhatItNames()
    {
        ApiRig rig;
        const auto made = rig.apply(u"a"_s, "{'metadata':{'name':'a'},'spec':{'colour':'red','env':[{'name':'A','value':'1'}]}}", u"one"_s);
        QVERIFY2(made.ok(), qPrintable(made.ok() ? QString() : made.failure().message));
        QVERIFY(made->created);
        QCOMPARE(fieldsOf(made->object, u"one"_s),
            object("{'f:spec':{'f:colour':{},'f:env':{'k:{`name`:`A`}':{'.':{},'f:name':{},'f:value':{}}}}}"));
        // Another manager may add, and say the same; what it changes of others is a conflict.
        QVERIFY(rig.apply(u"a"_s, "{'metadata':{'name':'a'},'spec':{'env':[{'name':'B','value':'2'}]}}", u"two"_s).ok());
        const auto conflict = rig.apply(u"a"_s, "{'metadata':{'name':'a'},'spec':{'colour':'blue'}}", u"two"_s);
        QVERIFY(!conflict.ok());
        QCOMPARE(conflict.failure().code, 409);
        QCOMPARE(conflict.failure().message, u"Apply failed with 1 conflict: conflict with \"one\": .spec.colour"_s);
        QCOMPARE(conflict.failure().causes.first().field, u".spec.colour"_s);
        const auto forced = rig.apply(u"a"_s, "{'metadata':{'name':'a'},'spec':{'colour':'blue'}}", u"two"_s, true);
        QVERIFY(forced.ok());
        QCOMPARE(at(forced->object, "/spec/colour").toString(), u"blue"_s);
        // "two" no longer names B: it goes; A belongs to "one" and stays.
        QCOMPARE(at(forced->object, "/spec/env").toArray(), (QJsonArray{object("{'name':'A','value':'1'}")}));
        QCOMPARE(fieldsOf(forced->object, u"two"_s), object("{'f:spec':{'f:colour':{}}}"));
    }

    void applyingTheSameAgainChangesNothing()
    {
        ApiRig rig;
        const QByteArray given = "{'metadata':{'name':'a','labels':{'k':'v'}},'spec':{'colour':'red'}}";
        QVERIFY(rig.apply(u"a"_s, given, u"one"_s).ok());
        const qint64 before = rig.store.revision();
        rig.now = rig.now.addSecs(60);
        QVERIFY(rig.apply(u"a"_s, given, u"one"_s).ok());
        QCOMPARE(rig.store.revision(), before);
    }

    void anEditTakesOverItsFields()
    {
        ApiRig rig;
        QVERIFY(rig.apply(u"a"_s, "{'metadata':{'name':'a'},'spec':{'colour':'red','size':3}}", u"one"_s).ok());
        WriteOptions options;
        options.manager = u"editor"_s;
        const auto edited = rig.merge(u"a"_s, "{'spec':{'size':4}}", options);
        QCOMPARE(fieldsOf(edited->object, u"one"_s), object("{'f:spec':{'f:colour':{}}}"));
        QCOMPARE(fieldsOf(edited->object, u"editor"_s), object("{'f:spec':{'f:size':{}}}"));
    }

    void strategicMerging()
    {
        ApiRig rig;
        const QJsonObject live = object("{'metadata':{'finalizers':['a']},'spec':{'env':[{'name':'A','value':'1'},{'name':'B'}],'colour':'red'}}");
        const QJsonObject merged = strategicMerge(rig.widgets.schema, live,
            object("{'metadata':{'finalizers':['b']},'spec':{'$setElementOrder/env':[],'env':[{'name':'A','value':'2'},{'$patch':'delete','name':'B'},{'name':'C'}],'colour':null}}"));
        QCOMPARE(merged, object("{'metadata':{'finalizers':['a','b']},'spec':{'env':[{'name':'A','value':'2'},{'name':'C'}]}}"));
        QCOMPARE(strategicMerge(rig.widgets.schema, live, object("{'metadata':{'$deleteFromPrimitiveList/finalizers':['a']},'spec':{'$patch':'replace','size':1}}")),
            object("{'metadata':{'finalizers':[]},'spec':{'size':1}}"));
    }

    void jsonPatches()
    {
        ApiRig rig;
        QVERIFY(rig.create(ApiRig::widget(u"a"_s)).ok());
        const auto patch = [&](const QByteArray &operations) {
            WriteOptions options;
            options.manager = u"test"_s;
            return rig.objects.patch(rig.widgets, u"n"_s, u"a"_s, "application/json-patch+json", demo::test::array(operations), rig.user, options);
        };
        const auto good = patch("[{'op':'test','path':'/spec/colour','value':'red'},{'op':'replace','path':'/spec/colour','value':'blue'}]");
        QVERIFY(good.ok());
        QCOMPARE(at(good->object, "/spec/colour").toString(), u"blue"_s);
        QCOMPARE(patch("[{'op':'test','path':'/spec/colour','value':'red'}]").failure().code, 422);
        QCOMPARE(patch("[{'op':'replace','path':'/metadata/name','value':'b'}]").failure().code, 400);
    }
};

QTEST_GUILESS_MAIN(tst_objects)
#include "tst_objects.moc"
