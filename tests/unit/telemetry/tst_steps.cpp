// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/network/telemetry/Dashboard.h"
#include "models/network/telemetry/Steps.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd::network;

class TestSteps : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ladder_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<double>("rung");
        // From the midpoint below a rung it is that rung (Grafana, intervalv2.go).
        QTest::newRow("nothing") << 0.0 << 0.001;
        QTest::newRow("1.4 ms") << 0.0014 << 0.001;
        QTest::newRow("1.5 ms") << 0.0015 << 0.002;
        QTest::newRow("340 ms") << 0.34 << 0.2;
        QTest::newRow("350 ms") << 0.35 << 0.5;
        QTest::newRow("7.4 s") << 7.4 << 5.0;
        QTest::newRow("7.5 s") << 7.5 << 10.0;
        QTest::newRow("12.5 s") << 12.5 << 15.0;
        QTest::newRow("17.4 s") << 17.4 << 15.0;
        QTest::newRow("24 s") << 24.0 << 20.0;
        QTest::newRow("45 s") << 45.0 << 60.0;
        QTest::newRow("3.4 m") << 204.0 << 120.0;
        QTest::newRow("25 m") << 1500.0 << 1800.0;
        QTest::newRow("45 m") << 2700.0 << 3600.0;
        QTest::newRow("4.4 h") << 15840.0 << 10800.0;
        QTest::newRow("9 h") << 32400.0 << 43200.0;
        QTest::newRow("17 h") << 61200.0 << 43200.0;
        QTest::newRow("4 d") << 4 * 86400.0 << 7 * 86400.0;
        QTest::newRow("20 d") << 20 * 86400.0 << 30 * 86400.0;
        QTest::newRow("3 y") << 3 * 365 * 86400.0 << 365 * 86400.0;
    }
    void ladder()
    {
        QFETCH(double, seconds);
        QFETCH(double, rung);
        QCOMPARE(roundInterval(seconds), rung);
    }

    void step_data()
    {
        QTest::addColumn<double>("range");
        QTest::addColumn<int>("points");
        QTest::addColumn<double>("least");
        QTest::addColumn<double>("step");
        QTest::newRow("6 h at 720 px") << 6 * 3600.0 << 720 << 15.0 << 30.0;
        QTest::newRow("6 h at 300 px") << 6 * 3600.0 << 300 << 15.0 << 60.0;
        QTest::newRow("15 m: never below the scrape") << 900.0 << 720 << 15.0 << 15.0;
        QTest::newRow("30 d") << 30 * 86400.0 << 720 << 15.0 << 3600.0;
        QTest::newRow("no width: 1500") << 86400.0 << 0 << 15.0 << 60.0;
        QTest::newRow("11,000 points at most") << 30 * 86400.0 << 1000000 << 1.0 << 300.0;
    }
    void step()
    {
        QFETCH(double, range);
        QFETCH(int, points);
        QFETCH(double, least);
        QFETCH(double, step);
        QCOMPARE(chooseStep(1000, 1000 + range, points, least), step);
    }
    void neverMoreThanTheServerTakes()
    {
        for (double range = 10; range < 3e9; range *= 1.7) {
            const double step = chooseStep(0, range, 1 << 30, 0.001);
            QVERIFY2(range / step <= 11000 || step == 365 * 86400.0, qPrintable(QString::number(range)));
        }
    }

    void alignment()
    {
        QCOMPARE(alignDown(1234567, 60), 1234560.0);
        QCOMPARE(alignDown(1234560, 60), 1234560.0);
        QCOMPARE(alignDown(-1, 60), -60.0);
        QCOMPARE(alignDown(86400 * 3 + 5, 86400, 3600), 86400 * 3 - 3600.0);   // midnight one hour east
        QCOMPARE(alignDown(17, 0), 17.0);
    }
    void rates()
    {
        QCOMPARE(rateInterval(15, 15), 60.0);
        QCOMPARE(rateInterval(60, 15), 75.0);
        QCOMPARE(rateInterval(15, 60), 240.0);
        QCOMPARE(promDuration(90), u"90s"_s);
        QCOMPARE(promDuration(0.5), u"500ms"_s);
        QCOMPARE(promDuration(0), u"1ms"_s);
        QCOMPARE(promDuration(1.25), u"1250ms"_s);
    }

    void variables_data()
    {
        QTest::addColumn<QString>("expr");
        QTest::addColumn<QString>("text");
        const StepFacts facts{0, 3600, 30, 15};
        QTest::newRow("the longest name first") << u"a[$__interval] $__interval_ms $__rate_interval ${__range}"_s << u"a[30s] 30000 60s 3600s"_s;
        QTest::newRow("all") << u"x{ns=~\"$ns\"}"_s << u"x{ns=~\".*\"}"_s;
        QTest::newRow("one") << u"x{node=~\"$node\"}"_s << u"x{node=~\"a\\\\.b\"}"_s;
        QTest::newRow("one, behind =") << u"x{node=\"$node\"}"_s << u"x{node=\"a.b\"}"_s;
        QTest::newRow("one, in backquotes") << u"x{node=~`$node`}"_s << u"x{node=~`a\\.b`}"_s;
        QTest::newRow("several") << u"x{p=~\"$two\"}"_s << u"x{p=~\"(a|b\\\\|c)\"}"_s;
        QTest::newRow("several with more around") << u"x{p !~ \"^${two}-.*\"}"_s << u"x{p !~ \"^(a|b\\\\|c)-.*\"}"_s;
        QTest::newRow("a quote cannot end the text") << u"x{p=\"$evil\"}"_s << u"x{p=\"\\\"} or y{z=\\\"\\\\\"}"_s;
        QTest::newRow("outside of texts") << u"histogram_quantile($q, x)"_s << u"histogram_quantile(0.95, x)"_s;
        QTest::newRow("a value that stands for more") << u"x{pod=~\"$pods\"}"_s << u"x{pod=~\"(alice-.*|bob-.*)\"}"_s;
        QTest::newRow("what is not meant") << u"x{pod=~\"$part\"} / y{a=\"b\", pod =~ '${part}', c=~\"d\"}"_s
                                           << u"x{pod=~\"alice(-.*)?\",pod!~\"alice-b\\\\.c(-.*)?\"} / y{a=\"b\", pod =~ 'alice(-.*)?',pod!~'alice-b\\\\.c(-.*)?', c=~\"d\"}"_s;
        QTest::newRow("what is not meant, with more around") << u"x{p=~`(${two}-)?($part)`}"_s << u"x{p=~`((a|b\\|c)-)?(alice(-.*)?)`,p!~`((a|b\\|c)-)?(alice-b\\.c(-.*)?)`}"_s;
        QTest::newRow("what is not meant, turned round") << u"x{pod!~\"$part\",p=\"$part\"}"_s << u"x{pod!~\"alice(-.*)?\",p=\"alice\"}"_s;
        QTest::newRow("what is not meant, outside of texts") << u"x{p=~\"a\"} > $part"_s << u"x{p=~\"a\"} > alice"_s;
        QTest::newRow("a name within a name") << u"$node $node_name ${node}_name"_s << u"a.b $node_name a.b_name"_s;
        QTest::newRow("unknown ones stay") << u"x{a=~\"$nothing\"} $"_s << u"x{a=~\"$nothing\"} $"_s;
        QTest::newRow("not a variable") << u"label_replace(x, \"a\", \"$1\", \"b\", \"(.*)\")"_s << u"label_replace(x, \"a\", \"$1\", \"b\", \"(.*)\")"_s;
        Q_UNUSED(facts)
    }
    void variables()
    {
        QFETCH(QString, expr);
        QHash<QString, VariableValue> values;
        values.insert(u"ns"_s, {});
        values.insert(u"node"_s, {{u"a.b"_s}});
        values.insert(u"two"_s, {{u"a"_s, u"b|c"_s}});
        values.insert(u"evil"_s, {{u"\"} or y{z=\"\\"_s}});
        values.insert(u"q"_s, {{u"0.95"_s}});
        values.insert(u"pods"_s, {{u"alice"_s, u"bob"_s}, {}, {{u"alice"_s, u"alice-.*"_s}, {u"bob"_s, u"bob-.*"_s}}});
        values.insert(u"part"_s, {{u"alice"_s}, {}, {{u"alice"_s, u"alice(-.*)?"_s}}, u"alice-b\\.c(-.*)?"_s});
        QTEST(interpolate(expr, {0, 3600, 30, 15}, values), "text");
    }
    void variablesFound()
    {
        QCOMPARE(variablesOf(u"x{a=~\"$b\"}[$__interval] + ${c} + $b"_s), (QStringList{u"b"_s, u"c"_s}));
        QCOMPARE(variableBehindEquals(u"x{a=~\"$b\",c=\"$b\"}"_s, {u"b"_s}), u"b"_s);
        QCOMPARE(variableBehindEquals(u"x{a!~ \"$b\"} > $b"_s, {u"b"_s}), QString());
    }

    void metrics_data()
    {
        QTest::addColumn<QString>("expr");
        QTest::addColumn<QStringList>("names");
        QTest::newRow("plain") << u"up"_s << QStringList{u"up"_s};
        QTest::newRow("labels, durations, numbers") << u"rate(a_total{b=\"c}d\",e!=\"\"}[5m] offset 1h) * 1e3 > bool 0.5"_s << QStringList{u"a_total"_s};
        QTest::newRow("by") << u"sum by (x, y) (a) / on (x) group_left (z) count without(q)(b) unless c"_s << QStringList{u"a"_s, u"b"_s, u"c"_s};
        QTest::newRow("by at the end") << u"sum(rate(a[$__rate_interval])) by (le)"_s << QStringList{u"a"_s};
        QTest::newRow("name matcher only") << u"{__name__=~\"a.*\"}"_s << QStringList();
        QTest::newRow("recording rule, comment") << u"job:a:rate5m # up\n or b"_s << QStringList{u"job:a:rate5m"_s, u"b"_s};
        QTest::newRow("strings") << u"label_replace(a, 'b', \"c\", `d`, \"e\\\"f\")"_s << QStringList{u"a"_s};
        QTest::newRow("open bracket") << u"a{b=\"c"_s << QStringList{u"a"_s};
    }
    void metrics()
    {
        QFETCH(QString, expr);
        QTEST(metricNames(expr), "names");
    }

    void nameBefore_data()
    {
        QTest::addColumn<QString>("expr");      // | is the cursor
        QTest::addColumn<QString>("name");
        QTest::newRow("alone") << u"daml_se|"_s << u"daml_se"_s;
        QTest::newRow("in a call") << u"rate(daml|_x[5m])"_s << u"daml"_s;
        QTest::newRow("behind braces") << u"a{b=\"c\"} / up|"_s << u"up"_s;
        QTest::newRow("recording rule") << u"job:a|"_s << u"job:a"_s;
        QTest::newRow("at its begin") << u"|up"_s << QString();
        QTest::newRow("a label") << u"a{po|"_s << QString();
        QTest::newRow("a text") << u"a{b=\"po|"_s << QString();
        QTest::newRow("a brace in a text") << u"a{b=\"}\", po|"_s << QString();
        QTest::newRow("behind a text with a quote") << u"a{b=\"\\\"\"} + po|"_s << u"po"_s;
        QTest::newRow("a duration") << u"rate(a[5m|"_s << QString();
        QTest::newRow("a number") << u"1e|"_s << QString();
        QTest::newRow("a variable") << u"a / $nod|"_s << QString();
        QTest::newRow("a comment") << u"a # up|"_s << QString();
        QTest::newRow("behind a comment") << u"a # {\n + up|"_s << u"up"_s;
    }
    void nameBefore()
    {
        QFETCH(QString, expr);
        const qsizetype cursor = expr.indexOf(u'|');
        expr.remove(cursor, 1);
        qsizetype begin = -1;
        QTEST(metricBefore(expr, cursor, &begin), "name");
        QFETCH(QString, name);
        if (!name.isEmpty())
            QCOMPARE(begin, cursor - name.size());
    }

    void freeIds()
    {
        QCOMPARE(freeId(u"Night shift: 2nd"_s, {}, u"x"_s), u"night-shift-2nd"_s);
        QCOMPARE(freeId(u"  Überblick  "_s, {}, u"x"_s), u"uberblick"_s);
        QCOMPARE(freeId(u"夜勤"_s, {}, u"panel"_s), u"panel"_s);
        QCOMPARE(freeId(u"a"_s, {u"a"_s, u"a-2"_s}, u"x"_s), u"a-3"_s);
        QVERIFY(freeId(QString(500, u'a'), {}, u"x"_s).size() <= 60);
    }

    void legends()
    {
        const QMap<QString, QString> labels{{u"__name__"_s, u"up"_s}, {u"pod"_s, u"a-0"_s}, {u"ns"_s, u"x"_s}};
        QCOMPARE(legendText(u"{{pod}} in {{ ns }}"_s, labels), u"a-0 in x"_s);
        QCOMPARE(legendText(u"{{gone}} {{pod}}"_s, labels), u"a-0"_s);
        QCOMPARE(legendText({}, labels), u"ns=x, pod=a-0"_s);
        QCOMPARE(legendText({}, {{u"__name__"_s, u"up"_s}}), u"up"_s);
        QCOMPARE(legendText(u"<b>{{pod}}</b>"_s, labels), u"<b>a-0</b>"_s);
    }
};

QTEST_GUILESS_MAIN(TestSteps)
#include "tst_steps.moc"
