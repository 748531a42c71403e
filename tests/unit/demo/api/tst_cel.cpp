// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/cel/Cel.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace qd;
using namespace Qt::StringLiterals;

namespace {

QJsonValue json(QByteArray text)
{
    text.replace('\'', '"');
    const QJsonDocument document = QJsonDocument::fromJson("[" + text + "]");
    return document.array().first();
}

}

class tst_cel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void evaluates_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<QByteArray>("self");
        QTest::addColumn<QByteArray>("result");
        const auto row = [](const char *expression, const char *self, const char *result) {
            QTest::newRow(expression) << QString::fromUtf8(expression) << QByteArray(self) << QByteArray(result);
        };
        row("1 + 2 * 3 == 7", "null", "true");
        row("(1 + 2) * 3", "null", "9");
        row("7 / 2", "null", "3");
        row("-7 % 3", "null", "-1");
        row("1.5 + 1.5", "null", "3");
        row("'a' + \"b\"", "null", "\"ab\"");
        row("r'\\d' == '\\\\d'", "null", "true");
        row("[1, 2] + [3] == [1, 2, 3]", "null", "true");
        row("{'a': 1}.a", "null", "1");
        row("self.a.b", "{'a':{'b':'x'}}", "\"x\"");
        row("self['a']", "{'a':5}", "5");
        row("self[1]", "[1,2]", "2");
        row("has(self.a)", "{'b':1}", "false");
        row("has(self.a) && self.a > 1", "{'a':2}", "true");
        row("!has(self.a) || self.a > 1", "{}", "true");
        row("self.a > 1 || true", "{}", "true");
        row("self.a > 1 && false", "{}", "false");
        row("true ? 'y' : 'n'", "null", "\"y\"");
        row("false ? self.missing : 1", "{}", "1");
        row("'x' in ['x', 'y']", "null", "true");
        row("'k' in self", "{'k':null}", "true");
        row("self.all(e, e > 0)", "[1,2,3]", "true");
        row("self.all(e, e > 1)", "[1,2,3]", "false");
        row("self.exists(e, e == 2)", "[1,2,3]", "true");
        row("self.exists_one(e, e == 2)", "[2,2]", "false");
        row("self.filter(e, e > 1)", "[1,2,3]", "[2,3]");
        row("self.map(e, e * 2)", "[1,2]", "[2,4]");
        row("self.map(e, e > 1, e * 2)", "[1,2]", "[4]");
        row("self.all(k, self[k] > 0)", "{'a':1,'b':2}", "true");
        row("[1].all(self, self == 1) && self == 5", "5", "true");
        row("size('häß')", "null", "3");
        row("size(self) == 2 && self.size() == 2", "[1,2]", "true");
        row("'abc'.startsWith('a') && 'abc'.endsWith('c') && 'abc'.contains('b')", "null", "true");
        row("'abc'.matches('^a.c$') && !matches('abc', 'x')", "null", "true");
        row("quantity('1Gi').compareTo(quantity('1024Mi'))", "null", "0");
        row("quantity('500m').isLessThan(quantity('1'))", "null", "true");
        row("isQuantity('1Gi') && !isQuantity('big')", "null", "true");
        row("url('https://example.com:8443/a?b').getHost()", "null", "\"example.com:8443\"");
        row("url('https://example.com:8443/a').getHostname()", "null", "\"example.com\"");
        row("url('https://example.com:8443/a').getPort()", "null", "\"8443\"");
        row("url('HTTPS://a').getScheme()", "null", "\"https\"");
        row("isURL('https://a') && isURL('/path') && !isURL('no url') && !isURL('') && !isURL('a/b')", "null", "true");
        row("isURL('https://a:port')", "null", "false");
        row("size(url('https:///x').getHost())", "null", "0");
        row("int('42') + int(1.9)", "null", "43");
        row("string(42)", "null", "\"42\"");
        row("self.__namespace__", "{'namespace':'n'}", "\"n\"");
    }

    void evaluates()
    {
        QFETCH(QString, expression);
        QFETCH(QByteArray, self);
        QFETCH(QByteArray, result);
        const auto program = demo::CelProgram::compile(expression);
        QVERIFY2(program.ok(), qPrintable(program.ok() ? QString() : program.error().message));
        const auto value = program->evaluate({{u"self"_s, json(self)}});
        QVERIFY2(value.ok(), qPrintable(value.ok() ? QString() : value.error().message));
        QCOMPARE(*value, json(result));
    }

    void fails_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<QString>("why");
        QTest::newRow("no such key") << u"self.a"_s << u"no such key: a"_s;
        QTest::newRow("no such key in and") << u"self.a && true"_s << u"no such key: a"_s;
        QTest::newRow("index") << u"[1][3]"_s << u"index out of bounds: 3"_s;
        QTest::newRow("types") << u"1 + 'a'"_s << u"no such overload"_s;
        QTest::newRow("undeclared") << u"other"_s << u"undeclared reference to 'other'"_s;
        QTest::newRow("division") << u"1 / 0"_s << u"division by zero"_s;
        QTest::newRow("condition") << u"1 ? 2 : 3"_s << u"no such overload"_s;
    }

    void fails()
    {
        QFETCH(QString, expression);
        QFETCH(QString, why);
        const auto program = demo::CelProgram::compile(expression);
        QVERIFY(program.ok());
        const auto value = program->evaluate({{u"self"_s, QJsonObject()}});
        QVERIFY(!value.ok());
        QCOMPARE(value.error().message, why);
    }

    /// What is outside of the subset is refused when it is read, not when it is run.
    void refuses_data()
    {
        QTest::addColumn<QString>("expression");
        for (const char *expression : {"", "1 +", "self.", "'open", "self.frobnicate()", "frobnicate(1)", "has(1)", "self.all(1, true)",
                 "self.all(x)", "[1, 2", "a ? b", "1 2", "{'a'}", "'\\q'", "&& true", "sets.contains([1], [1])"})
            QTest::newRow(expression) << QString::fromLatin1(expression);
        QTest::newRow("deep") << QString(500, u'(') + u'1' + QString(500, u')');
        QTest::newRow("many negations") << QString(500, u'!') + u"true"_s;
    }

    void refuses()
    {
        QFETCH(QString, expression);
        const auto program = demo::CelProgram::compile(expression);
        QVERIFY(!program.ok());
        QVERIFY2(program.error().message.contains(u"character"_s), qPrintable(program.error().message));
    }

    void tellsWhichVariablesItNames()
    {
        const auto program = demo::CelProgram::compile(u"self == oldSelf || [1].all(x, x > self)"_s);
        QVERIFY(program.ok());
        QVERIFY(program->uses(u"oldSelf"_s));
        QVERIFY(program->uses(u"self"_s));
        QVERIFY(!program->uses(u"object"_s));
    }
};

QTEST_GUILESS_MAIN(tst_cel)
#include "tst_cel.moc"
