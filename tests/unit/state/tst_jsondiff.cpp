// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"
#include "models/state/JsonDiff.h"
#include "models/state/Redaction.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;

namespace {

QJsonObject obj(const char *text)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray(text).replace('\'', '"'), &error);
    if (!document.isObject())
        qFatal("bad test text: %s", text);
    return document.object();
}

QJsonArray arr(const char *text)
{
    return QJsonDocument::fromJson(QByteArray(text).replace('\'', '"')).array();
}

QJsonValue randomValue(QRandomGenerator &random, int depth)
{
    switch (random.bounded(depth > 0 ? 6 : 4)) {
    case 0:
        return random.bounded(3);
    case 1:
        return QString(QChar(u'a' + random.bounded(3)));
    case 2:
        return random.bounded(2) == 0;
    case 3:
        return 0.5;
    case 4: {
        QJsonArray list;
        for (int i = random.bounded(3); i > 0; --i)
            list.append(randomValue(random, depth - 1));
        return list;
    }
    default: {
        QJsonObject object;
        for (int i = random.bounded(4); i > 0; --i)
            object.insert(QString(QChar(u'k' + random.bounded(4))), randomValue(random, depth - 1));
        return object;
    }
    }
}

}

class TestJsonDiff : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tellsAddRemoveReplace()
    {
        const QList<JsonChange> diff
            = diffJson(obj("{'spec':{'a':1,'b':2,'x/y':true}}"), obj("{'spec':{'a':3,'c':4,'x/y':false}}"));
        QCOMPARE(diff.size(), 4);
        QCOMPARE(diff.at(0).op, u"replace"_s);
        QCOMPARE(diff.at(0).path, u"/spec/a"_s);
        QCOMPARE(diff.at(0).label, u"spec.a"_s);
        QCOMPARE(diff.at(1).op, u"remove"_s);
        QCOMPARE(diff.at(1).path, u"/spec/b"_s);
        QVERIFY(diff.at(1).to.isUndefined());
        QCOMPARE(diff.at(2).op, u"add"_s);
        QCOMPARE(diff.at(2).to, QJsonValue(4));
        QCOMPARE(diff.at(3).path, u"/spec/x~1y"_s);
        QCOMPARE(diff.at(3).label, u"spec[x/y]"_s);
        QCOMPARE(diff.at(0).toJson(), obj("{'op':'replace','path':'/spec/a','from':1,'to':3}"));
        QVERIFY(!diff.at(1).toJson().contains("to"_L1));
    }

    void listElementsKeepTheirIdentity()
    {
        const QList<JsonChange> diff = diffJson(obj("{'e':[{'name':'A','value':'1'},{'name':'B','value':'2'}]}"),
            obj("{'e':[{'name':'C','value':'9'},{'name':'B','value':'3'}]}"));
        QCOMPARE(diff.size(), 3);
        QCOMPARE(diff.at(0).op, u"remove"_s);
        QCOMPARE(diff.at(0).label, u"e[A]"_s);
        QCOMPARE(diff.at(1).op, u"add"_s);
        QCOMPARE(diff.at(1).path, u"/e/0"_s);
        QCOMPARE(diff.at(2).path, u"/e/1/value"_s);
        QCOMPARE(diff.at(2).label, u"e[B].value"_s);
    }

    void anotherOrderIsADifference()
    {
        const QList<JsonChange> diff
            = diffJson(obj("{'e':[{'name':'A'},{'name':'B'}]}"), obj("{'e':[{'name':'B'},{'name':'A'}]}"));
        QCOMPARE(diff.size(), 1);
        QCOMPARE(diff.first().path, u"/e"_s);
    }

    void findsTheKeyOfAList()
    {
        QCOMPARE(listMapKeys({arr("[{'kind':'V','name':'a'},{'kind':'P','name':'a'}]")}),
            (QStringList{u"kind"_s, u"name"_s}));
        QCOMPARE(listMapKeys({arr("[{'type':'Ready'}]")}), QStringList{u"type"_s});
        QCOMPARE(listMapKeys({arr("[{'name':'a'},{'name':'a'}]")}), QStringList());
        QCOMPARE(listMapKeys({arr("['a','b']")}), QStringList());
        QCOMPARE(listMapKeys({arr("[{'name':'a'}]"), arr("[{'value':'b'}]")}), QStringList());
    }

    void patchesMakeTheOneOfTheOther()
    {
        QRandomGenerator random(7);
        for (int i = 0; i < 2000; ++i) {
            QJsonObject a{{u"spec"_s, randomValue(random, 3)}, {u"more"_s, randomValue(random, 2)}};
            QJsonObject b{{u"spec"_s, randomValue(random, 3)}, {u"new"_s, randomValue(random, 2)}};
            QCOMPARE(json::mergePatch(a, mergePatchFor(a, b)).toObject(), b);
            const Result<QJsonObject> patched = applyJsonPatch(a, jsonPatchFor(a, b));
            QVERIFY2(patched.ok(), qPrintable(patched ? QString() : patched.error().message));
            QCOMPARE(*patched, b);
            QCOMPARE(diffJson(a, b).isEmpty(), a == b);
        }
    }

    void jsonPatchAsInTheRfc()
    {
        QCOMPARE(
            *applyJsonPatch(obj("{'l':[1,3]}"), arr("[{'op':'add','path':'/l/1','value':2}]")), obj("{'l':[1,2,3]}"));
        QCOMPARE(*applyJsonPatch(obj("{'l':[1]}"), arr("[{'op':'add','path':'/l/-','value':2}]")), obj("{'l':[1,2]}"));
        QCOMPARE(*applyJsonPatch(obj("{'a':1,'b':{}}"), arr("[{'op':'move','from':'/a','path':'/b/c'}]")),
            obj("{'b':{'c':1}}"));
        QCOMPARE(*applyJsonPatch(obj("{'a':1}"), arr("[{'op':'copy','from':'/a','path':'/b'}]")), obj("{'a':1,'b':1}"));
        QCOMPARE(*applyJsonPatch(obj("{'a':[1,2]}"), arr("[{'op':'remove','path':'/a/0'}]")), obj("{'a':[2]}"));
        const auto failed = applyJsonPatch(
            obj("{'a':1}"), arr("[{'op':'add','path':'/b','value':1},{'op':'test','path':'/a','value':2}]"));
        QVERIFY(!failed.ok());
        QCOMPARE(failed.error().kind, ErrorKind::Conflict);
        QVERIFY(failed.error().message.contains(u"Operation 2"_s));
        QCOMPARE(applyJsonPatch(obj("{}"), arr("[{'op':'replace','path':'/a','value':2}]")).error().kind,
            ErrorKind::Invalid);
        QCOMPARE(
            applyJsonPatch(obj("{}"), arr("[{'op':'add','path':'/a/b','value':2}]")).error().kind, ErrorKind::Invalid);
        QCOMPARE(applyJsonPatch(obj("{}"), arr("[{'op':'burn','path':'/a'}]")).error().kind, ErrorKind::Invalid);
    }

    void secretsAreMasked()
    {
        QVERIFY(isSecretName(u"DB_PASSWORD"_s));
        QVERIFY(isSecretName(u"apiKey"_s));
        QVERIFY(isSecretName(u"AUTH_TOKEN_FILE"_s));
        QVERIFY(!isSecretName(u"LOG_LEVEL"_s));
        QVERIFY(!isSecretName(u"KEYCLOAK_URL"_s));
        QVERIFY(isSecretName(u"KEYCLOAK_PASSWORD"_s));
        const auto [before, after]
            = masked(obj("{'kind':'Secret','data':{'a':'YQ==','b':'Yg=='},'metadata':{'name':'s'}}"),
                obj("{'kind':'Secret','data':{'a':'YQ==','b':'eA==','c':'Yw=='},'metadata':{'name':'s'}}"));
        QCOMPARE(before.value("data"_L1).toObject(), obj("{'a':'***','b':'*** (before)'}"));
        QCOMPARE(after.value("data"_L1).toObject(), obj("{'a':'***','b':'*** (after)','c':'***'}"));
        const QList<JsonChange> diff = diffJson(before, after);
        QCOMPARE(diff.size(), 2);
    }

    void conflictsAreMasked()
    {
        const MergeConflict value{
            u"/spec/envVars/[name=DB_PASSWORD]/value"_s, u"l"_s, u"old"_s, u"new"_s, QJsonValue(QJsonValue::Undefined)};
        const MergeConflict hidden = masked(value, u"Validator"_s);
        QCOMPARE(hidden.base, QJsonValue(u"***"_s));
        QCOMPARE(hidden.mine, QJsonValue(u"***"_s));
        QVERIFY(hidden.theirs.isUndefined());
        QCOMPARE(hidden.path, value.path);
        const MergeConflict element{u"/spec/envVars/[name=DB_PASSWORD]"_s, u"l"_s, QJsonValue(QJsonValue::Undefined),
            obj("{'name':'DB_PASSWORD','value':'s3cret'}"), QJsonValue(QJsonValue::Undefined)};
        QCOMPARE(masked(element, u"Validator"_s).mine, QJsonValue(obj("{'name':'DB_PASSWORD','value':'***'}")));
        const MergeConflict data{u"/data/a"_s, u"data.a"_s, u"YQ=="_s, u"Yg=="_s, u"Yw=="_s};
        QCOMPARE(masked(data, u"Secret"_s).theirs, QJsonValue(u"***"_s));
        QCOMPARE(masked(data, u"Validator"_s), data);
        const MergeConflict plain{u"/spec/envVars/[name=LOG_LEVEL]/value"_s, u"l"_s, u"a"_s, u"b"_s, u"c"_s};
        QCOMPARE(masked(plain, u"Validator"_s), plain);
        const MergeConflict number{u"/spec/participant/replicas"_s, u"l"_s, 1, 2, 3};
        QCOMPARE(masked(number, u"Validator"_s), number);
    }

    void envValuesOfSecretNamesAreMasked()
    {
        const QJsonObject a
            = obj("{'spec':{'envVars':[{'name':'DB_PASSWORD','value':'old'},{'name':'X','value':'1'}]}}");
        const QJsonObject b = obj("{'spec':{'envVars':[{'name':'X','value':'2'},{'name':'DB_PASSWORD','value':'new'},{'"
                                  "name':'MY_TOKEN','value':'t0p'}]}}");
        const auto [before, after] = masked(a, b);
        const QByteArray text = json::compact(before) + json::compact(after);
        QVERIFY(!text.contains("old"));
        QVERIFY(!text.contains("new"));
        QVERIFY(!text.contains("t0p"));
        QVERIFY(text.contains("*** (before)") && text.contains("*** (after)"));
        QVERIFY(text.contains("\"2\""));
        QCOMPARE(json::compact(masked(a)).count("***"), 1);
        const QJsonObject applied
            = obj("{'metadata':{'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'old'}}}");
        QVERIFY(!json::compact(masked(applied)).contains("old"));
        const QJsonObject noted = obj("{'metadata':{'annotations':{'acme.example/api-token':'abc','acme.example/team':'red','token.example/note':'plain'}}}");
        QCOMPARE(masked(noted), obj("{'metadata':{'annotations':{'acme.example/api-token':'***','acme.example/team':'red','token.example/note':'plain'}}}"));
        QVERIFY(masked(QJsonObject()).isEmpty());
    }

    void serverFieldsAreTakenAway()
    {
        const QJsonObject object = obj("{'metadata':{'name':'a','uid':'u','resourceVersion':'5','generation':2,'"
                                       "managedFields':[]},'status':{'x':1}}");
        QCOMPARE(withoutServerFields(object, true), obj("{'metadata':{'name':'a'}}"));
        QVERIFY(withoutServerFields(object, false).contains("status"_L1));
    }
};

QTEST_APPLESS_MAIN(TestJsonDiff)
#include "tst_jsondiff.moc"
