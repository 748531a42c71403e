// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/EventFramerList.h"

#include <QTest>

using namespace qd::kube;
using namespace Qt::StringLiterals;

class TestEventFramer : public QObject {
    Q_OBJECT

private:
    static QByteArrayList cut(const QByteArray &stream, qsizetype piece, EventFramer *framer);

private Q_SLOTS:
    void everyCut_data();
    void everyCut();
    void lineWithTwoValuesIsTakenAgain();
    void anEventIsCompleteBeforeItsNewline();
    void fiveMegabyteObject();
    void capNamesTheLimit();
    void htmlIsNoEvent();
    void cutEventIsNoBoundary();
    void listEveryCut_data();
    void listEveryCut();
    void cutListIsNotComplete();
    void listOfRubbish();
};

QByteArrayList TestEventFramer::cut(const QByteArray &stream, qsizetype piece, EventFramer *framer)
{
    QByteArrayList out;
    for (qsizetype at = 0; at < stream.size(); at += piece) {
        framer->append(stream.mid(at, piece));
        while (const std::optional<Frame> frame = framer->next()) {
            // The padding must be readable.
            if (frame->capacity < frame->size + kFramePadding)
                return {"too little padding"};
            out.append(QByteArray(frame->data, qsizetype(frame->size)));
        }
    }
    return out;
}

void TestEventFramer::everyCut_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArrayList>("events");
    const QByteArray a = R"({"type":"ADDED","object":{"a":"x\\\"}{\n é 日本 😀 \u00e9","b":[1,{"c":"]"}]}})";
    const QByteArray b = R"({"type":"BOOKMARK","object":{}})";
    QTest::newRow("lines") << QByteArray(a + "\n" + b + "\n") << QByteArrayList{a, b};
    QTest::newRow("CRLF") << QByteArray(a + "\r\n" + b + "\r\n") << QByteArrayList{a, b};
    QTest::newRow("blank lines") << QByteArray("\n\r\n" + a + "\n\n\n  \n" + b + "\n\n") << QByteArrayList{a, b};
    QTest::newRow("no newline") << QByteArray(a + b + a) << QByteArrayList{a, b, a};
    QTest::newRow("no last newline") << QByteArray(a + "\n" + b) << QByteArrayList{a, b};
    const QByteArray pretty = "{\n  \"type\": \"ADDED\",\r\n  \"object\": {\n    \"a\": \"}{\",\n    \"b\": [\n      {}\n    ]\n  }\n}";
    QTest::newRow("pretty-printed") << QByteArray(pretty + "\n" + pretty + "\n") << QByteArrayList{pretty, pretty};
    QTest::newRow("pretty, then lines") << QByteArray(pretty + "\n" + a + "\n" + b) << QByteArrayList{pretty, a, b};
}

void TestEventFramer::everyCut()
{
    QFETCH(QByteArray, stream);
    QFETCH(QByteArrayList, events);
    for (qsizetype piece = 1; piece <= stream.size(); ++piece) {
        EventFramer framer;
        QCOMPARE(cut(stream, piece, &framer), events);
        QVERIFY(framer.atBoundary());
        QVERIFY(!framer.error());
    }
}

void TestEventFramer::lineWithTwoValuesIsTakenAgain()
{
    EventFramer framer;
    framer.append("{\"a\":1}{\"b\":2}\n{\"c\":3}\n");
    std::optional<Frame> frame = framer.next();
    QVERIFY(frame);
    QCOMPARE(QByteArray(frame->data, qsizetype(frame->size)), "{\"a\":1}{\"b\":2}");
    QVERIFY(framer.distrustLines());
    QByteArrayList rest;
    while ((frame = framer.next()))
        rest.append(QByteArray(frame->data, qsizetype(frame->size)));
    QCOMPARE(rest, (QByteArrayList{"{\"a\":1}", "{\"b\":2}", "{\"c\":3}"}));
    QVERIFY(!framer.distrustLines());
}

void TestEventFramer::anEventIsCompleteBeforeItsNewline()
{
    EventFramer framer;
    framer.append("{\"a\":1}");
    QVERIFY(framer.next());
    framer.append("\n");
    QVERIFY(!framer.next());
    QVERIFY(framer.atBoundary());
}

void TestEventFramer::fiveMegabyteObject()
{
    const QByteArray big = "{\"type\":\"ADDED\",\"object\":{\"a\":\"" + QByteArray(5 * 1024 * 1024, 'x') + "\"}}";
    EventFramer framer;
    const QByteArrayList got = cut(big + "\n{}\n", 16384, &framer);
    QCOMPARE(got.size(), 2);
    QCOMPARE(got.at(0), big);
}

void TestEventFramer::capNamesTheLimit()
{
    EventFramer framer(1024 * 1024);
    framer.append("{\"a\":\"" + QByteArray(2 * 1024 * 1024, 'x'));
    QVERIFY(!framer.next());
    QVERIFY(framer.error());
    QVERIFY2(framer.error()->message.contains("1 MB"_L1), qPrintable(framer.error()->message));
    QVERIFY(!framer.error()->remedy.isEmpty());
}

void TestEventFramer::htmlIsNoEvent()
{
    EventFramer framer;
    framer.append("<html><body>Sign in</body></html>");
    QVERIFY(!framer.next());
    QVERIFY(framer.error());
    QVERIFY(framer.error()->message.contains("<html>"_L1));
}

void TestEventFramer::cutEventIsNoBoundary()
{
    EventFramer framer;
    framer.append("{\"a\":1}\n{\"b\":");
    QVERIFY(framer.next());
    QVERIFY(!framer.next());
    QVERIFY(!framer.atBoundary());
}

void TestEventFramer::listEveryCut_data()
{
    QTest::addColumn<QByteArray>("list");
    QTest::addColumn<QByteArrayList>("items");
    const QByteArray a = R"({"n":"a","x":"]}{[\""})";
    const QByteArray b = R"({"n":"b","items":[{"metadata":{}}]})";
    const QByteArray meta = R"({"resourceVersion":"7","continue":""})";
    QTest::newRow("metadata behind") << QByteArray(R"({"apiVersion":"v1","items":[)" + a + "," + b + R"(],"kind":"L","metadata":)" + meta + "}\n")
                                     << QByteArrayList{a, b};
    QTest::newRow("metadata before") << QByteArray(R"({"kind":"L","metadata":)" + meta + R"(,"items":[)" + a + "," + b + "]}")
                                     << QByteArrayList{a, b};
    QTest::newRow("spaces") << QByteArray("{ \"metadata\" : " + meta + " ,\r\n \"n\": 12 , \"items\" : [ " + a + " ,\n " + b + " ] }")
                            << QByteArrayList{a, b};
    QTest::newRow("empty") << QByteArray(R"({"items":[],"metadata":)" + meta + "}") << QByteArrayList{};
    QTest::newRow("null") << QByteArray(R"({"items":null,"metadata":)" + meta + "}") << QByteArrayList{};
}

void TestEventFramer::listEveryCut()
{
    QFETCH(QByteArray, list);
    QFETCH(QByteArrayList, items);
    for (qsizetype piece = 1; piece <= list.size(); ++piece) {
        ListFramer framer;
        QByteArrayList got;
        for (qsizetype at = 0; at < list.size(); at += piece) {
            framer.append(list.mid(at, piece));
            while (const std::optional<Frame> frame = framer.next())
                got.append(QByteArray(frame->data, qsizetype(frame->size)));
        }
        QVERIFY(!framer.error());
        QCOMPARE(got, items);
        QVERIFY(framer.complete());
        QCOMPARE(framer.metadata(), R"({"resourceVersion":"7","continue":""})");
    }
}

void TestEventFramer::cutListIsNotComplete()
{
    ListFramer framer;
    framer.append(R"({"items":[{"a":1},{"b")");
    QVERIFY(framer.next());
    QVERIFY(!framer.next());
    QVERIFY(!framer.complete());
    QVERIFY(!framer.error());
}

void TestEventFramer::listOfRubbish()
{
    for (const char *text : {"<html>", "[1]", "{\"items\":5,", "{\"items\":[1,", "{\"items\" [", "null"}) {
        ListFramer framer;
        framer.append(QByteArray(text));
        while (framer.next()) { }
        if (QByteArray(text).startsWith("{\"items\":5"))
            QVERIFY(framer.error() || !framer.complete());
        else
            QVERIFY2(framer.error(), text);
    }
}

QTEST_GUILESS_MAIN(TestEventFramer)
#include "tst_eventframer.moc"
