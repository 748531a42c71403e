// SPDX-License-Identifier: GPL-3.0-or-later
// What answers of query and query_range hold, well formed, odd and broken.
#include "app/telemetry/JsonCursor.h"
#include "app/telemetry/SeriesReader.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace qd;
using namespace qd::telemetry;
using namespace Qt::StringLiterals;
using network::Sample;

class tst_seriesreader : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void matrix()
    {
        const QByteArray values = R"([[1700000000,"1"],[1700000015.5,"0.25"] , [1700000030,"1e+06"]])";
        const QByteArray node = "\"é\\u00e9\\\"x\"";
        const QByteArray warnings = "[\"half of it \\\"only\\\"\"]";
        const auto read = readSeries(R"({"status":"success", "data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","node":)" + node + R"(},"values":)"
                                     + values + ",\n\"x\": 1},\n" + R"({"metric":{},"values":[]}]},"warnings":)" + warnings + R"(,"infos":["a gauge"]})");
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QCOMPARE(read->answer.series.size(), std::size_t(2));
        QCOMPARE(read->answer.series[0].labels, (network::Labels{{u"__name__"_s, u"up"_s}, {u"node"_s, u"éé\"x"_s}}));
        QCOMPARE(read->answer.series[0].samples, (std::vector<Sample>{{1700000000, 1}, {1700000015.5, 0.25}, {1700000030, 1e6}}));
        QVERIFY(read->answer.series[1].samples.empty());
        QCOMPARE(read->answer.warnings, QStringList{u"half of it \"only\""_s});
        QCOMPARE(read->answer.infos, QStringList{u"a gauge"_s});
    }

    void values_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<double>("value");
        const double nan = std::nan("");
        QTest::newRow("zero") << QByteArray("0") << 0.0;
        QTest::newRow("negative") << QByteArray("-12.5") << -12.5;
        QTest::newRow("NaN") << QByteArray("NaN") << nan;
        QTest::newRow("+Inf") << QByteArray("+Inf") << std::numeric_limits<double>::infinity();
        QTest::newRow("-Inf") << QByteArray("-Inf") << -std::numeric_limits<double>::infinity();
        QTest::newRow("1e+06") << QByteArray("1e+06") << 1e6;
        QTest::newRow("1e-09") << QByteArray("1e-09") << 1e-9;
        QTest::newRow("17 digits") << QByteArray("0.30000000000000004") << 0.30000000000000004;
        QTest::newRow("16 digits") << QByteArray("9007199254740993") << 9007199254740992.0;
        QTest::newRow("15 digits and a point") << QByteArray("123456789.012345") << 123456789.012345;
        QTest::newRow("least") << QByteArray("5e-324") << 5e-324;
        QTest::newRow("most") << QByteArray("1.7976931348623157e+308") << std::numeric_limits<double>::max();
    }
    void values()
    {
        QFETCH(QByteArray, text);
        QFETCH(double, value);
        const auto read = readSeries(R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,")" + text + R"("]}]}})");
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        const double got = read->answer.series.at(0).samples.at(0).value;
        QVERIFY(std::isnan(value) ? std::isnan(got) : got == value);
    }

    void noValues_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"", "-", ".", "+", "abc", "1 ", "0x10", "1e", "--1", "1.2.3"})
            QTest::newRow(*text ? text : "empty") << QByteArray(text);
    }
    void noValues()
    {
        QFETCH(QByteArray, text);
        double out = 0;
        QVERIFY(!readValue(text.constData(), text.constData() + text.size(), &out));
    }

    /// The short way gives what the long way gives.
    void shortNumbersAreExact()
    {
        for (const double value : {0.1, 0.7, 1.1, 3.14159265358979, 99999.99999, 0.000001, 123456789012345.0, 1700000000.123, 8.41, 2.675}) {
            const QByteArray text = QByteArray::number(value, 'f', 9);
            double out = 0;
            QVERIFY(readValue(text.constData(), text.constData() + text.size(), &out));
            QCOMPARE(out, text.toDouble());
        }
    }

    void shapes_data()
    {
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<int>("series");
        QTest::addColumn<double>("value");
        QTest::newRow("scalar") << QByteArray(R"({"resultType":"scalar","result":[1700000000.1,"42"]})") << 1 << 42.0;
        QTest::newRow("string") << QByteArray(R"({"resultType":"string","result":[1700000000.1,"hello"]})") << 0 << 0.0;
        QTest::newRow("empty") << QByteArray(R"({"resultType":"vector","result":[]})") << 0 << 0.0;
        QTest::newRow("null") << QByteArray(R"({"resultType":"matrix","result":null})") << 0 << 0.0;
        QTest::newRow("result before its type") << QByteArray(R"({"result":[{"value":[1,"7"],"metric":{"a":"b"}}],"resultType":"vector"})") << 1 << 7.0;
        QTest::newRow("number without quotes") << QByteArray(R"({"result":[{"metric":{},"value":[1,7.5]}]})") << 1 << 7.5;
        // Brackets inside texts, and a quote that a backslash stands before.
        QTest::newRow("unknown keys") << QByteArray("{\"x\":[1,{\"]\":\"}\"}],\"result\":[{\"y\":{\"z\":[]},\"metric\":{},\"value\":[1,\"7\"]}],\"stats\":{\"a\":\"[{\\\\\\\"\"}}") << 1
                                      << 7.0;
        QTest::newRow("native histogram")
            << QByteArray(R"({"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"12","sum":"3.5","buckets":[[0,"1","2","3"]]}]}]})") << 1 << 12.0;
        QTest::newRow("native histograms")
            << QByteArray(R"({"resultType":"matrix","result":[{"metric":{},"histograms":[[1,{"sum":"3","count":"12"}],[2,{"count":"13"}]]}]})") << 1 << 12.0;
        QTest::newRow("both") << QByteArray(R"({"result":[{"metric":{},"histograms":[[1,{"count":"12"}]],"values":[[2,"9"]]}]})") << 1 << 12.0;
    }
    void shapes()
    {
        QFETCH(QByteArray, data);
        const auto read = readSeries(R"({"status":"success","data":)" + data + "}");
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QTEST(int(read->answer.series.size()), "series");
        for (const char *type : {"scalar", "string", "vector", "matrix"})
            QCOMPARE(read->answer.type == QLatin1StringView(type), data.contains(QByteArray("\"resultType\":\"").append(type)));
        if (!read->answer.series.empty())
            QTEST(read->answer.series[0].samples.at(0).value, "value");
        // A count in place of a histogram is said.
        QCOMPARE(read->answer.infos.join(u' ').contains(u"native histograms: 1."_s), data.contains("\"histogram"));
    }

    void othersEnvelopes()
    {
        // VictoriaMetrics and Thanos put more around it.
        const auto partial = readSeries(R"({"status":"success","isPartial":true,"data":{"resultType":"vector","result":[]},"stats":{"seriesFetched":"0"}})");
        QVERIFY(partial && partial->answer.warnings.size() == 1);
        const auto whole = readSeries(R"({"status":"success","isPartial":false,"data":{"resultType":"vector","result":[]},"warnings":null})");
        QVERIFY(whole && whole->answer.warnings.isEmpty());
        const auto failed = readSeries(R"({"status":"error","errorType":"bad_data","error":"1:4: parse error: no"})");
        QVERIFY(failed && failed->failed);
        QCOMPARE(failed->errorType, u"bad_data"_s);
        QCOMPARE(failed->error, u"1:4: parse error: no"_s);
    }

    void broken_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("says");
        const QByteArray front = R"({"status":"success","data":{"resultType":"matrix","result":[)";
        QTest::newRow("nothing") << QByteArray() << u"ends too soon"_s;
        QTest::newRow("a text") << QByteArray("\"x\"") << u"byte 0"_s;
        QTest::newRow("web page") << QByteArray("<html>") << u"byte 0"_s;
        QTest::newRow("cut in a series") << QByteArray(front + R"({"metric":{},"values":[[1,"2"],[2)") << u"ends too soon"_s;
        QTest::newRow("cut in a text") << QByteArray(front + "{\"metric\":{\"a\":\"b") << u"ends too soon"_s;
        QTest::newRow("behind it") << QByteArray(front + R"(]}}x)") << u"byte"_s;
        QTest::newRow("no pair") << QByteArray(front + R"({"metric":{},"values":[[1]]}]}})") << u"byte"_s;
        QTest::newRow("three") << QByteArray(front + R"({"metric":{},"values":[[1,"2","3"]]}]}})") << u"byte"_s;
        QTest::newRow("no number") << QByteArray(front + R"({"metric":{},"values":[[1,"x"]]}]}})") << u"byte"_s;
        QTest::newRow("no time") << QByteArray(front + R"({"metric":{},"values":[["now","1"]]}]}})") << u"byte"_s;
        QTest::newRow("a label that is a number") << QByteArray(front + R"({"metric":{"a":1},"values":[]}]}})") << u"byte"_s;
        QTest::newRow("not UTF-8") << QByteArray(front + "{\"metric\":{\"a\":\"\xff\xfe\"},\"values\":[]}]}}") << u"byte"_s;
        QTest::newRow("NUL inside") << QByteArray(QByteArray("{\"status\":") + '\0' + "}") << u"byte"_s;
        QTest::newRow("no result") << QByteArray(R"({"status":"success","data":{}})") << u"no answer of the Prometheus API"_s;
        QTest::newRow("another API") << QByteArray(R"({"kind":"Status"})") << u"no answer of the Prometheus API"_s;
    }
    void broken()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, says);
        const auto read = readSeries(body);
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Invalid);
        QVERIFY2(read.error().message.contains(says), qPrintable(read.error().message));
    }

    /// Whatever of a good answer comes, the rest of it missing, is an error and no crash.
    void everyCutIsAnError()
    {
        const QByteArray whole = "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{\"a\":\"b\\\"c\"},\"values\":[[1.5,\"2\"],[3,\"NaN\"]],"
                                 R"("histograms":[[1,{"count":"1","buckets":[[0,"1","2","3"]]}]]}]},"warnings":["w"]})";
        QVERIFY(readSeries(whole).ok());
        for (qsizetype size = 0; size < whole.size(); ++size)
            QVERIFY2(!readSeries(whole.left(size)).ok(), whole.left(size).constData());
    }

    void stops()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto read = readSeries(R"({"status":"success","data":{"result":[{"metric":{},"value":[1,"7"]}]}})", stop.get_token());
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(tst_seriesreader)
#include "tst_seriesreader.moc"
