// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using qd::Result;
using qd::ports::TextPosition;
using qd::ports::YamlDocument;

class TestYaml : public QObject {
    Q_OBJECT

private:
    std::shared_ptr<qd::ports::YamlCodec> m_codec = qd::yaml::makeYamlCodec();

    QByteArray jsonOf(const QByteArray &text, const qd::yaml::Options &options = {}) const
    {
        const Result<YamlDocument> document = qd::yaml::makeYamlCodec(options)->parse(text);
        return document ? qd::json::compact(document->value) : "error: " + document.error().message.toUtf8();
    }
    QString errorOf(const QByteArray &text) const
    {
        const Result<YamlDocument> document = m_codec->parse(text);
        return document ? QString() : document.error().message;
    }

private Q_SLOTS:
    void scalars_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("json");
        // what sigs.k8s.io/yaml v1.6 (go-yaml v2.4.3) prints for the same text
        const std::pair<const char *, const char *> rows[] = {
            {"yes", "true"}, {"On", "true"}, {"y", "true"}, {"N", "false"}, {"off", "false"}, {"yEs", "\"yEs\""},
            {"~", "null"}, {"", "null"}, {"Null", "null"}, {"nul", "\"nul\""}, {"'yes'", "\"yes\""}, {"\"12\"", "\"12\""},
            {"010", "8"}, {"0o10", "8"}, {"0x1F", "31"}, {"0b101", "5"}, {"-0b11", "-3"}, {"08", "8"}, {"1_000", "1000"},
            {"+12", "12"}, {"-0", "0"}, {"1e3", "1000"}, {"1.50", "1.5"}, {".5", "0.5"}, {"+.5", "0.5"}, {"1.", "1"},
            {"1e400", "\"1e400\""}, {".e5", "\".e5\""}, {"1:20", "\"1:20\""}, {"2001-01-01", "\"2001-01-01\""},
            {"2001-12-14t21:59:43.10Z", "\"2001-12-14t21:59:43.10Z\""}, {"9223372036854775807", "9223372036854775807"},
            {"-9223372036854775808", "-9223372036854775808"}, {"!!str 5", "\"5\""}, {"!!int \"5\"", "5"}, {"!!float 1", "1"},
            {"!!bool on", "true"}, {"!!null ''", "null"}, {"!custom 5", "\"5\""}, {"!!binary aGk=", "\"hi\""},
            {"0x", "\"0x\""}, {".7_93", "0.793"}, {"._5", "\"._5\""}, {"a: \"it's\"", "{\"a\":\"it's\"}"}, {"a: 'it''s'", "{\"a\":\"it's\"}"},
            {"a: 1\nb:", "{\"a\":1,\"b\":null}"}, {"a: 1\nb: # c", "{\"a\":1,\"b\":null}"}, {"? a\n", "{\"a\":null}"}, {"a:\nb:\n", "{\"a\":null,\"b\":null}"}, {"{a, b: }", "{\"a\":null,\"b\":null}"}, {"a: |\r\n  x\r\n  y\r\n", "{\"a\":\"x\\ny\\n\"}"},
            {"a: \"x\\\"\"", "{\"a\":\"x\\\"\"}"}, {"a: |\n  x", "{\"a\":\"x\"}"}, {"&a \"k\" : v", "{\"k\":\"v\"}"}, {"+", "\"+\""}, {"..", "\"..\""}, {"1.2.3", "\"1.2.3\""}, {"-c", "\"-c\""}, {"5m", "\"5m\""},
            {"{\"a\":[1,true,null,\"x\\/y\"]}", "{\"a\":[1,true,null,\"x/y\"]}"}, {"[a, b,]", "[\"a\",\"b\"]"},
            {"a: |\n  x\n  y\n", "{\"a\":\"x\\ny\\n\"}"}, {"a: >-\n  x\n  y\n", "{\"a\":\"x y\"}"},
            {"1: a\ntrue: b\n1.5: c\n", "{\"1\":\"a\",\"1.5\":\"c\",\"true\":\"b\"}"},
            {"a: &x {b: 1}\nc: *x\n", "{\"a\":{\"b\":1},\"c\":{\"b\":1}}"},
            {"b: &b {x: 1, z: 2}\nc:\n  <<: *b\n  z: 3\n", "{\"b\":{\"x\":1,\"z\":2},\"c\":{\"x\":1,\"z\":3}}"},
            {"b: &b {z: 2}\nc:\n  z: 3\n  <<: *b\n", "{\"b\":{\"z\":2},\"c\":{\"z\":2}}"},
            {"p: &p {x: 1}\nq: &q {x: 2, z: 2}\nr:\n  <<: [*p, *q]\n", "{\"p\":{\"x\":1},\"q\":{\"x\":2,\"z\":2},\"r\":{\"x\":1,\"z\":2}}"},
            {"\xef\xbb\xbf" "a: 1", "{\"a\":1}"}, {"%YAML 1.1\n---\na: b\n", "{\"a\":\"b\"}"}, {"a: b # c\n", "{\"a\":\"b\"}"},
            {"&a k: 1\n", "{\"k\":1}"}, {"a: \"\\u00e9\\x41\"", "{\"a\":\"\xc3\xa9" "A\"}"}, {"# only a comment\n", "null"},
        };
        for (const auto &[text, json] : rows)
            QTest::newRow(text) << QByteArray(text) << QByteArray(json);
    }
    void scalars()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, json);
        QCOMPARE(jsonOf(text), json);
    }

    void utf16()
    {
        const QString text = u"a: \u00e9\n"_s;
        QByteArray bytes = "\xff\xfe";
        bytes += QByteArray(reinterpret_cast<const char *>(text.utf16()), text.size() * 2);
        QCOMPARE(jsonOf(bytes), QByteArray("{\"a\":\"\xc3\xa9\"}"));
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("duplicate") << QByteArray("a: 1\nb: 2\na: 3\n") << u"Line 3, column 1: the key \"a\" stands here twice."_s;
        QTest::newRow("characters, not bytes") << QByteArray("{\"\xc3\xa9\xc3\xa9\": 1, \"x\": 1, \"x\": 2}") << u"Line 1, column 19: the key \"x\" stands here twice."_s;
        QTest::newRow("utf8") << QByteArray("a: b\nc: \xff\n") << u"Byte 8 (line 2, column 4) is not valid UTF-8."_s;
        QTest::newRow("overlong") << QByteArray("\xc0\x80") << u"Byte 0 (line 1, column 1) is not valid UTF-8."_s;
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << u"Byte 0 (line 1, column 1) is not valid UTF-8."_s;
        QTest::newRow("control") << QByteArray("a: \x01") << u"Byte 3 (line 1, column 4) is the control character U+0001, which YAML does not allow."_s;
        QTest::newRow("nan") << QByteArray("a: .nan") << u"Line 1, column 4: infinity and not-a-number have no place in JSON."_s;
        QTest::newRow("tag") << QByteArray("a: !!int 1.5") << u"Line 1, column 4: \"1.5\" cannot be read as !!int."_s;
        QTest::newRow("null key") << QByteArray("~: 1") << u"Line 1, column 1: null or such a large number cannot be a key."_s;
        QTest::newRow("list key") << QByteArray("[1]: 2") << u"Line 1, column 1: a list or an object cannot be a key."_s;
        QTest::newRow("itself") << QByteArray("a: &a [*a]") << u"Line 1, column 8: an anchor's value contains itself."_s;
        QTest::newRow("second") << QByteArray("a: 1\n---\nb: 2\n") << u"Line 3: a second document begins; only one is expected."_s;
        QTest::newRow("no separator") << QByteArray("{\"a\": 1}\n{\"b\": 2}\n") << u"Line 2, column 1: the document has ended, but more follows without ---."_s;
        QTest::newRow("stray comma") << QByteArray("a: b\n---\n, c") << u"Line 3, column 1: a value cannot begin here."_s;
        QTest::newRow("open quote") << QByteArray("a: b\nc: \"d\ne: f\n") << u"Line 2, column 4: the quoted text is not closed."_s;
        QTest::newRow("open quote with escapes") << QByteArray("a: &x !t # \"\n  \"it\\\"s\n") << u"Line 1, column 4: the quoted text is not closed."_s;
        QTest::newRow("no colon") << QByteArray("a: 1\nspec\n") << u"Line 2, column 1: there is no colon after this key."_s;
        QTest::newRow("no colon inside") << QByteArray("a:\n  b: 1\n  c\n") << u"Line 3, column 3: there is no colon after this key."_s;
        QTest::newRow("no colon at the end") << QByteArray("a: 1\nspec") << u"Line 2, column 1: there is no colon after this key."_s;
        QTest::newRow("comma") << QByteArray(", a") << u"Line 1, column 1: a value cannot begin here."_s;
        QTest::newRow("merge") << QByteArray("<<: 1") << u"Line 1, column 5: only an object or a list of objects can be merged with <<."_s;
        QTest::newRow("syntax") << QByteArray("a: [1, 2") << u"Line 1, column 9: end of sequence flow not found."_s;
        QTest::newRow("unknown anchor") << QByteArray("a: *nope") << u"Line 1, column 4: the referenced anchor is not defined: nope."_s;
        QTest::newRow("unknown anchor in a list") << QByteArray("a: [*no, 1]") << u"Line 1, column 5: the referenced anchor is not defined: no."_s;
    }
    void refusals()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        QCOMPARE(errorOf(text), message);
    }

    void syntaxErrorsSayTheWayOut_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("way");
        QTest::newRow("list not closed") << QByteArray("a: [1, 2") << u"Close each ["_s;
        QTest::newRow("unknown anchor") << QByteArray("a: *nope") << u"Define the anchor"_s;
        QTest::newRow("two colons") << QByteArray("a: b: c") << u"quotes around a text that holds a colon"_s;
    }
    void syntaxErrorsSayTheWayOut()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, way);
        const Result<YamlDocument> document = m_codec->parse(text);
        QVERIFY(!document);
        QVERIFY2(document.error().remedy.contains(way), qPrintable(document.error().text()));
    }

    void limits()
    {
        QVERIFY(errorOf(QByteArray(250, '[') + QByteArray(250, ']')).contains(u"nested deeper than 200 levels"_s));
        QVERIFY(jsonOf(QByteArray(200, '[') + QByteArray(200, ']')).startsWith("[[["));
        QCOMPARE(errorOf(QByteArray(17 * 1024 * 1024, ' ')), u"The text has 17825792 bytes; at most 16777216 are read."_s);
        QByteArray bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
        for (int i = 1; i < 10; ++i) {
            const QByteArray before = "*a" + QByteArray::number(i - 1);
            bomb += "a" + QByteArray::number(i) + ": &a" + QByteArray::number(i) + " [" + QByteArrayList(10, before).join(',') + "]\n";
        }
        QVERIFY(errorOf(bomb).contains(u"repeats anchors too often"_s));
    }

    void longTextRepeated()
    {
        QByteArray text = "a: &a " + QByteArray(1024 * 1024, 'x') + "\nb: [";
        for (int i = 0; i < 90; ++i)
            text += "*a, ";
        QVERIFY(errorOf(text + "1]").contains(u"repeats anchors too often"_s));
    }

    void documents()
    {
        const auto all = m_codec->parseAll("---\na: 1\n---\n---\nb: 2\n...\n");
        QVERIFY(all.ok());
        QCOMPARE(all->size(), 3);
        QCOMPARE(qd::json::compact(all->at(2).value), QByteArray("{\"b\":2}"));
        qd::yaml::Options first;
        first.firstDocumentOnly = true;
        QCOMPARE(jsonOf("a: 1\n---\n}: {", first), QByteArray("{\"a\":1}"));
        qd::yaml::Options lax;
        lax.duplicateKeys = true;
        QCOMPARE(jsonOf("a: 1\na: 2\n", lax), QByteArray("{\"a\":2}"));
    }

    void positions()
    {
        const auto document = m_codec->parse("# c\nspec:\n  a/b: [1,\n    \xc3\xa9, two]\n  c:\n  - d: x\n");
        QVERIFY(document.ok());
        QCOMPARE(document->positions.value(u"/spec"_s), (TextPosition{3, 3}));
        QCOMPARE(document->positions.value(u"/spec/a~1b"_s), (TextPosition{3, 8}));
        QCOMPARE(document->positions.value(u"/spec/a~1b/2"_s), (TextPosition{4, 8}));
        QCOMPARE(document->positions.value(u"/spec/c/0/d"_s), (TextPosition{6, 8}));
        QCOMPARE(document->positions.value(u""_s), (TextPosition{2, 1}));
    }

    void emitted()
    {
        const QJsonObject object{{u"kind"_s, u"Validator"_s}, {u"apiVersion"_s, u"v1"_s}, {u"status"_s, QJsonObject{}},
                                 {u"metadata"_s, QJsonObject{{u"name"_s, u"a"_s}, {u"labels"_s, QJsonObject{{u"on"_s, u"yes"_s}}}}},
                                 {u"spec"_s, QJsonObject{{u"args"_s, QJsonArray{u"-c"_s, u"a: b"_s, 1, 1.5, true, QJsonValue::Null}},
                                                         {u"script"_s, u"one\n\ntwo\n"_s}, {u"empty"_s, QJsonArray{}},
                                                         {u"nested"_s, QJsonArray{QJsonArray{1, 2}, QJsonObject{{u"a"_s, u""_s}, {u"b"_s, u"010"_s}}}}}},
                                 {u"data"_s, u"it's"_s}};
        QCOMPARE(QString::fromUtf8(m_codec->emitText(object)), uR"(apiVersion: v1
kind: Validator
metadata:
  labels:
    "on": "yes"
  name: a
spec:
  args:
  - -c
  - 'a: b'
  - 1
  - 1.5
  - true
  - null
  empty: []
  nested:
  - - 1
    - 2
  - a: ""
    b: "010"
  script: |
    one

    two
status: {}
data: it's
)"_s);
    }

    void roundTrip()
    {
        QRandomGenerator random(20260101);
        for (int i = 0; i < 4000; ++i) {
            const QJsonValue value = anyValue(random, 0);
            const QByteArray text = m_codec->emitText(value);
            const auto back = m_codec->parse(text);
            QVERIFY2(back.ok(), qPrintable(QString::fromUtf8(text) + (back.ok() ? QString() : back.error().message)));
            if (back->value != value)
                qWarning("%s\n%s\n%s", text.constData(), qd::json::compact(value).constData(), qd::json::compact(back->value).constData());
            QCOMPARE(back->value, value);
        }
    }

private:
    static QString anyText(QRandomGenerator &random)
    {
        static const QStringList pieces = {u"yes"_s, u"no"_s, u"~"_s, u"null"_s, u"1"_s, u"0x1f"_s, u"1e3"_s, u"."_s, u"-"_s, u"- "_s, u": "_s,
            u":"_s, u" #"_s, u"#"_s, u"\n"_s, u"\n\n"_s, u" "_s, u"\t"_s, u"'"_s, u"\""_s, u"\\"_s, u"{"_s, u"}"_s, u"["_s, u"]"_s, u","_s, u"&a"_s,
            u"*a"_s, u"!"_s, u"|"_s, u">"_s, u"%"_s, u"@"_s, u"`"_s, u"?"_s, u"? "_s, u"a"_s, u"word"_s, u"\u00e9"_s, u"\U0001F680"_s, u"\r"_s,
            u"\u0085"_s, u"\u2028"_s, u"\ufeff"_s, u"\x01"_s, u"\x7f"_s, u"---"_s, u"..."_s, u"<<"_s, u"="_s, u"2001-01-01"_s, u"1:20"_s, u"_"_s, u"\ufffe"_s};
        QString out;
        for (int n = random.bounded(6); n > 0; --n)
            out += pieces.at(random.bounded(int(pieces.size())));
        if (random.bounded(40) == 0)
            out += QString(200, u'k');
        return out;
    }
    static QJsonValue anyValue(QRandomGenerator &random, int depth)
    {
        switch (random.bounded(depth > 4 ? 6 : 9)) {
        case 0:
            return QJsonValue::Null;
        case 1:
            return random.bounded(2) == 0;
        case 2:
            return qint64(random.generate64());
        case 3:
            return (random.generateDouble() - 0.5) * std::pow(10, random.bounded(30) - 20) + 0.0625;
        case 6: {
            QJsonArray array;
            for (int n = random.bounded(4); n > 0; --n)
                array.append(anyValue(random, depth + 1));
            return array;
        }
        case 7:
        case 8: {
            QJsonObject object;
            for (int n = random.bounded(5); n > 0; --n)
                object.insert(anyText(random), anyValue(random, depth + 1));
            return object;
        }
        default:
            return anyText(random);
        }
    }
};

QTEST_GUILESS_MAIN(TestYaml)
#include "tst_yaml.moc"
