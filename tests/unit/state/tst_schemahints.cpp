// SPDX-License-Identifier: GPL-3.0-or-later
// What the schema says of a field, and where a cursor stands in a text that cannot be read yet.
#include "models/state/SchemaHints.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace qd::state;
using namespace Qt::StringLiterals;

namespace {

/// A document as kube-apiserver publishes it: metadata by reference, in an allOf.
QJsonObject document()
{
    const QByteArray text = R"({"components": {"schemas": {
      "meta.ObjectMeta": {"type": "object", "properties": {"name": {"type": "string"}, "labels": {"type": "object", "additionalProperties": {"type": "string"}}}},
      "canton.Validator": {"type": "object", "required": ["spec"],
        "x-kubernetes-group-version-kind": [{"group": "g", "version": "v1", "kind": "Validator"}],
        "properties": {
          "metadata": {"allOf": [{"$ref": "#/components/schemas/meta.ObjectMeta"}], "description": "Standard metadata."},
          "spec": {"type": "object", "required": ["imageTag"], "properties": {
            "suspend": {"type": "boolean", "default": false},
            "imageTag": {"type": "string", "description": "The version."},
            "mode": {"type": "string", "enum": ["A", "B"]},
            "topup": {"type": "object", "properties": {"targetThroughput": {"type": "integer", "minimum": 0, "maximum": 1000000, "default": 20000}}},
            "envVars": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}, "value": {"x-kubernetes-int-or-string": true}}}}
          }}}},
      "other.Validator": {"type": "object", "x-kubernetes-group-version-kind": [{"group": "h", "version": "v1", "kind": "Validator"}], "properties": {"x": {}}}
    }}})";
    return QJsonDocument::fromJson(text).object();
}

QStringList names(const QList<SchemaHints::Field> &fields)
{
    QStringList out;
    for (const SchemaHints::Field &field : fields)
        out.append(field.name);
    return out;
}

}

class TestSchemaHints : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void fieldsByPath()
    {
        const SchemaHints hints = SchemaHints::of(document(), u"g"_s, u"v1"_s, u"Validator"_s);
        QVERIFY(!hints.isEmpty());
        QCOMPARE(names(hints.fields({})), QStringList({u"spec"_s, u"metadata"_s})); // needed first
        QCOMPARE(names(hints.fields({u"metadata"_s})), QStringList({u"labels"_s, u"name"_s}));
        QCOMPARE(names(hints.fields({u"spec"_s})).first(), u"imageTag"_s);
        QCOMPARE(names(hints.fields({u"spec"_s, u"envVars"_s, u"-"_s})), QStringList({u"name"_s, u"value"_s}));
        QVERIFY(hints.fields({u"spec"_s, u"nothing"_s}).isEmpty());
        QVERIFY(hints.fields({u"metadata"_s, u"labels"_s, u"x"_s}).isEmpty());
        const auto tag = hints.field({u"spec"_s, u"imageTag"_s});
        QVERIFY(tag && tag->required);
        QCOMPARE(tag->description, u"The version."_s);
        const auto throughput = hints.field({u"spec"_s, u"topup"_s, u"targetThroughput"_s});
        QCOMPARE(throughput->type, u"integer"_s);
        QCOMPARE(throughput->limits, u"default 20000, 0 to 1000000"_s);
        QCOMPARE(hints.field({u"spec"_s, u"mode"_s})->values, QStringList({u"A"_s, u"B"_s}));
        QCOMPARE(hints.field({u"spec"_s, u"suspend"_s})->values, QStringList({u"true"_s, u"false"_s}));
        QVERIFY(hints.field({u"spec"_s, u"envVars"_s})->isList);
        QCOMPARE(hints.field({u"metadata"_s, u"labels"_s})->type, u"map, each text"_s);
        QVERIFY(!hints.field({u"spec"_s, u"envVars"_s, u"-"_s}));
        QVERIFY(SchemaHints::of(document(), u"g"_s, u"v2"_s, u"Validator"_s).isEmpty());
        QVERIFY(SchemaHints::of({}, u"g"_s, u"v1"_s, u"Validator"_s).isEmpty());
    }

    void places_data()
    {
        QTest::addColumn<QString>("text"); // | is the cursor
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("word");
        QTest::addColumn<bool>("inValue");
        QTest::newRow("top") << u"ap|"_s << QString() << u"ap"_s << u"ap"_s << false;
        QTest::newRow("key of a map") << u"spec:\n  topup:\n    enabled: true\n    targ|"_s << u"spec.topup"_s << u"targ"_s << u"targ"_s << false;
        QTest::newRow("behind a deeper map") << u"spec:\n  topup:\n    enabled: true\n  im|"_s << u"spec"_s << u"im"_s << u"im"_s << false;
        QTest::newRow("value") << u"spec:\n  mode: A|"_s << u"spec"_s << u"mode"_s << u"A"_s << true;
        QTest::newRow("value begun") << u"spec:\n  mode: |"_s << u"spec"_s << u"mode"_s << QString() << true;
        QTest::newRow("written key") << u"spec:\n  mo|de: A"_s << u"spec"_s << u"mode"_s << u"mo"_s << false;
        QTest::newRow("list, first line") << u"spec:\n  envVars:\n    - na|"_s << u"spec.envVars.-"_s << u"na"_s << u"na"_s << false;
        QTest::newRow("list, second line") << u"spec:\n  envVars:\n    - name: A\n      va|"_s << u"spec.envVars.-"_s << u"va"_s << u"va"_s << false;
        QTest::newRow("list as far left as its key") << u"spec:\n  envVars:\n  - name: A\n    va|"_s << u"spec.envVars.-"_s << u"va"_s << u"va"_s << false;
        QTest::newRow("second element") << u"spec:\n  envVars:\n  - name: A\n    value: B\n  - na|"_s << u"spec.envVars.-"_s << u"na"_s << u"na"_s << false;
        QTest::newRow("behind a list") << u"spec:\n  envVars:\n  - name: A\n  mo|"_s << u"spec"_s << u"mo"_s << u"mo"_s << false;
        QTest::newRow("empty line") << u"spec:\n  mode: A\n  |"_s << u"spec"_s << QString() << QString() << false;
        QTest::newRow("comments between") << u"spec:\n  # why\n\n  mo|"_s << u"spec"_s << u"mo"_s << u"mo"_s << false;
    }

    void places()
    {
        QFETCH(QString, text);
        QFETCH(QString, path);
        QFETCH(QString, key);
        QFETCH(QString, word);
        QFETCH(bool, inValue);
        const qsizetype at = text.indexOf(u'|');
        text.remove(at, 1);
        const int line = int(text.left(at).count(u'\n'));
        const int column = int(at - (text.left(at).lastIndexOf(u'\n') + 1));
        const YamlPlace place = yamlPlaceAt(text.split(u'\n'), line, column);
        QCOMPARE(place.path.join(u'.'), path);
        QCOMPARE(place.key, key);
        QCOMPARE(place.word, word);
        QCOMPARE(place.inValue, inValue);
    }
};

QTEST_GUILESS_MAIN(TestSchemaHints)
#include "tst_schemahints.moc"
