// SPDX-License-Identifier: GPL-3.0-or-later
// Words and order of the errors are kube-apiserver's; tests/live/test_resources.py shows the same on the real one.
#include "tests/unit/demo/api/ApiRig.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace qd;
using namespace Qt::StringLiterals;
using demo::Schema;
using demo::test::object;

namespace {

constexpr auto kSchema = R"X({
  "type": "object", "required": ["spec"],
  "properties": {
    "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"},
    "spec": {
      "type": "object", "required": ["name"],
      "x-kubernetes-validations": [
        {"rule": "!has(self.high) || self.high >= self.low", "message": "high must not be below low"},
        {"rule": "self.name == oldSelf.name", "message": "name is immutable"},
        {"rule": "self.low >= 0", "messageExpression": "'low is ' + string(self.low)", "fieldPath": ".low"}],
      "properties": {
        "name": {"type": "string", "maxLength": 5, "minLength": 1, "pattern": "^[a-z]+$"},
        "mode": {"type": "string", "enum": ["A", "B"], "default": "A"},
        "low": {"type": "integer", "default": 0, "maximum": 100},
        "high": {"type": "integer"},
        "size": {"x-kubernetes-int-or-string": true},
        "when": {"type": "string", "format": "date-time"},
        "flag": {"type": "boolean", "nullable": true},
        "env": {"type": "array", "maxItems": 2, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
          "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "value": {"type": "string", "default": "v"}}}},
        "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 3}},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}
      }}}})X";

QStringList lines(const QList<ErrorCause> &causes)
{
    QStringList all;
    for (const ErrorCause &cause : causes)
        all.append(QString(cause.field + u" | "_s + cause.reason + u" | "_s + cause.message));
    return all;
}

}

class tst_schema : public QObject {
    Q_OBJECT
    Schema m_schema = *Schema::compile(object(kSchema));

private Q_SLOTS:
    void pruningNamesWhatItDrops()
    {
        QJsonObject given = object("{'apiVersion':'v','kind':'K','metadata':{'name':'a','colour':'red'},'extra':1,'spec':{'name':'a','nam':'b','env':[{'name':'x','val':'y'}],'labels':{'k':'v'},'free':{'any':{'thing':1}}}}");
        QCOMPARE(m_schema.prune(given), (QStringList{u"extra"_s, u"spec.env[0].val"_s, u"spec.nam"_s, u"metadata.colour"_s}));
        QCOMPARE(given, object("{'apiVersion':'v','kind':'K','metadata':{'name':'a'},'spec':{'name':'a','env':[{'name':'x'}],'labels':{'k':'v'},'free':{'any':{'thing':1}}}}"));
    }

    void defaultsAreFilledIn()
    {
        QJsonObject given = object("{'spec':{'name':'a','low':null,'env':[{'name':'x'}]}}");
        m_schema.applyDefaults(given);
        QCOMPARE(given, object("{'spec':{'name':'a','mode':'A','low':0,'env':[{'name':'x','value':'v'}]}}"));
        QJsonObject none = object("{}");
        m_schema.applyDefaults(none);
        QCOMPARE(none, QJsonObject());
    }

    void judges_data()
    {
        QTest::addColumn<QByteArray>("spec");
        QTest::addColumn<QStringList>("wanted");
        const QString unchecked = u"<nil> | FieldValueInvalid | Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"_s;
        const auto row = [&unchecked](const char *name, const char *spec, QStringList wanted, bool blocking = false) {
            if (blocking)
                wanted.append(unchecked);
            QTest::newRow(name) << QByteArray(spec) << wanted;
        };
        row("good", "{'name':'a','low':0}", {});
        row("required", "{'low':0}", {u"spec.name | FieldValueRequired | Required value"_s}, true);
        row("type", "{'name':'a','low':'b'}",
            {u"spec.low | FieldValueTypeInvalid | Invalid value: \"string\": spec.low in body must be of type integer: \"string\""_s}, true);
        row("enum", "{'name':'a','low':0,'mode':'C'}",
            {u"spec.mode | FieldValueNotSupported | Unsupported value: \"C\": supported values: \"A\", \"B\""_s}, true);
        row("too long", "{'name':'abcdef','low':0}", {u"spec.name | FieldValueTooLong | Too long: may not be more than 5 bytes"_s}, true);
        row("too many", "{'name':'a','low':0,'env':[{'name':'a'},{'name':'b'},{'name':'c'}]}",
            {u"spec.env | FieldValueTooMany | Too many: 3: must have at most 2 items"_s}, true);
        row("pattern", "{'name':'A','low':0}", {u"spec.name | FieldValueInvalid | Invalid value: \"A\": spec.name in body should match '^[a-z]+$'"_s});
        row("too short", "{'name':'','low':0}",
            {u"spec.name | FieldValueInvalid | Invalid value: \"\": spec.name in body should be at least 1 chars long"_s,
                u"spec.name | FieldValueInvalid | Invalid value: \"\": spec.name in body should match '^[a-z]+$'"_s});
        row("maximum", "{'name':'a','low':101}", {u"spec.low | FieldValueInvalid | Invalid value: 101: spec.low in body should be less than or equal to 100"_s});
        row("duplicate key", "{'name':'a','low':0,'env':[{'name':'x'},{'name':'x'}]}",
            {u"spec.env[1] | FieldValueDuplicate | Duplicate value: {\"name\":\"x\"}"_s});
        row("duplicate in set", "{'name':'a','low':0,'tags':['t','t']}", {u"spec.tags[1] | FieldValueDuplicate | Duplicate value: \"t\""_s});
        row("map value", "{'name':'a','low':0,'labels':{'k':'toolong'}}", {u"spec.labels.k | FieldValueTooLong | Too long: may not be more than 3 bytes"_s}, true);
        row("int or string", "{'name':'a','low':0,'size':'1Gi'}", {});
        row("neither", "{'name':'a','low':0,'size':true}",
            {u"spec.size | FieldValueTypeInvalid | Invalid value: \"boolean\": spec.size in body must be of type integer,string: \"boolean\""_s}, true);
        row("nullable", "{'name':'a','low':0,'flag':null}", {});
        row("rule", "{'name':'a','low':5,'high':1}", {u"spec | FieldValueInvalid | Invalid value: \"object\": high must not be below low"_s});
        row("rule with a field and a made message", "{'name':'a','low':-3}", {u"spec.low | FieldValueInvalid | Invalid value: \"object\": low is -3"_s});
    }

    void judges()
    {
        QFETCH(QByteArray, spec);
        QFETCH(QStringList, wanted);
        const QJsonObject given{{u"spec"_s, object(spec.constData())}};
        QCOMPARE(lines(m_schema.validate(given, nullptr)), wanted);
    }

    void transitionsAndOldMistakes()
    {
        const QJsonObject old = object("{'spec':{'name':'WRONG','low':0}}");
        QJsonObject changed = object("{'spec':{'name':'WRONG','low':1}}");
        QCOMPARE(lines(m_schema.validate(changed, &old)), QStringList());   // the old mistake stays, the change is let pass
        changed = object("{'spec':{'name':'other','low':0}}");
        QCOMPARE(lines(m_schema.validate(changed, &old)), (QStringList{u"spec | FieldValueInvalid | Invalid value: \"object\": name is immutable"_s}));
    }

    void listTypes()
    {
        const auto env = m_schema.listAt({u"spec"_s, u"env"_s});
        QVERIFY(env.has_value());
        QCOMPARE(env->type, Schema::ListType::Map);
        QCOMPARE(env->keys, QStringList{u"name"_s});
        QCOMPARE(m_schema.listAt({u"spec"_s, u"tags"_s})->type, Schema::ListType::Set);
        QVERIFY(!m_schema.listAt({u"spec"_s, u"name"_s}).has_value());
    }

    void refusesWhatItCannotKeep()
    {
        for (const char *schema : {"{'type':'object','properties':{'a':{}}}", "{'type':'object','oneOf':[]}",
                 "{'type':'string','pattern':'('}", "{'type':'object','x-kubernetes-validations':[{'rule':'self.frob()'}]}"})
            QVERIFY2(!Schema::compile(object(schema)).ok(), schema);
    }
};

QTEST_GUILESS_MAIN(tst_schema)
#include "tst_schema.moc"
