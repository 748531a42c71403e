// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/BodyCodec.h"
#include "app/kube/KubeCluster.h"
#include "app/kube/RowDecoder.h"
#include "app/kube/RowDecoderValue.h"
#include "models/core/Quantity.h"
#include "models/network/Pods.h"
#include "tests/support/ShippedFiles.h"
#include "tests/support/WatchTexts.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace qd;
using namespace qd::kube;
using namespace qd::support;
using namespace Qt::StringLiterals;
using network::Cell;
using network::State;
using Type = DecodedEvent::Type;

class TestRowDecoder : public QObject {
    Q_OBJECT

private:
    enum Columns { Hint, Replicas, Weight, Active, Storage, Since, Domains, Rights, Components, Traffic, Node, Tags };

    static QList<DecodedEvent> decode(const QByteArray &stream, const network::KindInfo &kind = testKind(), bool bodies = true);
    static network::Row row(const QByteArray &more, const network::KindInfo &kind = testKind());
    static QJsonObject body(const network::Row &row);

private Q_SLOTS:
    void everyColumnType();
    void podsAreCounted_data();
    void podsAreCounted();
    void podsOfTheConsortium();
    void absentIsNotUnknown();
    void numbersAsText();
    void withoutStatus();
    void unknownPhaseKeepsItsWord();
    void conditions();
    void deleting();
    void drift();
    void labelsAndGit();
    void managedFieldsAreCutOut_data();
    void managedFieldsAreCutOut();
    void bookmarks();
    void errorEventIsAStatus();
    void anyOrderOfKeys();
    void strangeFraming_data();
    void strangeFraming();
    void invalidUtf8RefusesOneObject();
    void fiveMegabyteObject();
    void equalTextsAreShared();
    void poolNeverMixesTexts();
    void quantitiesAgreeWithTheReference();
    void times();
    void packedBodies();
    void hexadecimalRuns();
    void dictionariesBelongToTheBody();
};

QList<DecodedEvent> TestRowDecoder::decode(const QByteArray &stream, const network::KindInfo &kind, bool bodies)
{
    WatchDecoder decoder(kind, bodies);
    decoder.append(stream);
    QList<DecodedEvent> out;
    while (std::optional<DecodedEvent> event = decoder.next())
        out.append(*event);
    return out;
}

network::Row TestRowDecoder::row(const QByteArray &more, const network::KindInfo &kind)
{
    const QList<DecodedEvent> events = decode(eventLine("ADDED", object("p", "u", 5, more)), kind);
    return events.size() == 1 && events.at(0).type == Type::Added ? events.at(0).row : network::Row{};
}

QJsonObject TestRowDecoder::body(const network::Row &row)
{
    const Result<QJsonObject> opened = makeBodyCodec()->open(row.body);
    return opened ? *opened : QJsonObject{{u"error"_s, opened.error().message}};
}

void TestRowDecoder::everyColumnType()
{
    const network::Row r = row(
        R"(,"spec":{"hint":"tom\u0026co é","replicas":3,"weight":1.5,"active":true,"storage":"20Gi","rights":{"a":1,"b":[2]},)"
        R"("nodeRef":{"kind":"Validator","name":"north-1"},"tags":["x","y",3,null]},)"
        R"("status":{"phase":"Ready","observedGeneration":1,"since":"2026-02-03T04:05:06Z","domains":[{"alias":"global"},{"alias":"priv"}],)"
        R"("components":[{"name":"a","ready":1,"desired":1},{"name":"b","ready":0,"desired":2},{"name":"c","ready":true}],)"
        R"("traffic":{"consumed":250,"limit":"1k"}})");
    QCOMPARE(r.uid, u"u"_s);
    QCOMPARE(r.name, u"p"_s);
    QCOMPARE(r.ns, u"canton"_s);
    QCOMPARE(r.resourceVersion, u"5"_s);
    QCOMPARE(r.created, 1767225600);
    QCOMPARE(r.generation, 1);
    QCOMPARE(r.observedGeneration, 1);
    QCOMPARE(r.phase, u"Ready"_s);
    QCOMPARE(r.state, State::Ready);
    QCOMPARE(r.cells.size(), 12);
    QCOMPARE(r.cells.at(Hint).text, u"tom&co é"_s);
    QCOMPARE(r.cells.at(Replicas).integer, 3);
    QCOMPARE(r.cells.at(Weight).number, 1.5);
    QCOMPARE(r.cells.at(Active).is, Cell::Is::Boolean);
    QCOMPARE(r.cells.at(Active).integer, 1);
    QCOMPARE(r.cells.at(Storage).text, u"20Gi"_s);
    QCOMPARE(r.cells.at(Storage).number, 20.0 * 1024 * 1024 * 1024);
    QCOMPARE(r.cells.at(Since).integer, QDateTime(QDate(2026, 2, 3), QTime(4, 5, 6), Qt::UTC).toSecsSinceEpoch());
    QCOMPARE(r.cells.at(Domains).text, u"global, priv"_s);
    QCOMPARE(r.cells.at(Domains).integer, 2);
    QCOMPARE(r.cells.at(Rights).integer, 2);
    QCOMPARE(r.cells.at(Components).is, Cell::Is::Ratio);
    QCOMPARE(r.cells.at(Components).integer, 2);
    QCOMPARE(r.cells.at(Components).whole, 4);   // pods, not components
    QCOMPARE(r.cells.at(Traffic).number, 75.0);
    QCOMPARE(r.cells.at(Node).text, u"north-1"_s);
    QCOMPARE(r.cells.at(Tags).text, u"x, y, 3"_s);
    QVERIFY(!r.drift);
}

void TestRowDecoder::podsAreCounted_data()
{
    QTest::addColumn<QByteArray>("components");
    QTest::addColumn<int>("ready");
    QTest::addColumn<int>("desired");
    QTest::newRow("five of six in five components")
        << QByteArray(R"([{"name":"participant","image":"p:1","ready":1,"desired":2,"restarts":4,"phase":"Updating"},{"name":"validator","ready":1,"desired":1},)"
                      R"({"name":"wallet-ui","ready":1,"desired":1},{"name":"cns-ui","ready":1,"desired":1},{"name":"postgres","ready":1,"desired":1}])")
        << 5 << 6;
    QTest::newRow("suspended: wanted all the same") << QByteArray(R"([{"name":"a","ready":0,"desired":2},{"name":"b","ready":0,"desired":1}])") << 0 << 3;
    QTest::newRow("scaled to zero") << QByteArray(R"([{"name":"a","ready":0,"desired":0}])") << 0 << 0;
    QTest::newRow("a pod yet to go makes up for none") << QByteArray(R"([{"name":"a","ready":3,"desired":1},{"name":"b","ready":0,"desired":1}])") << 1 << 2;
    QTest::newRow("only names") << QByteArray(R"([{"name":"a"},{"name":"b"}])") << 0 << 2;
    QTest::newRow("ready as a flag") << QByteArray(R"([{"name":"a","ready":true},{"name":"b","ready":false}])") << 1 << 2;
    QTest::newRow("nothing of use") << QByteArray(R"([{"name":"a","ready":"yes","desired":null},{"name":"b","ready":-1,"desired":-2},7])") << 0 << 1;
    QTest::newRow("none") << QByteArray("[]") << 0 << 0;
}

void TestRowDecoder::podsAreCounted()
{
    QFETCH(QByteArray, components);
    QFETCH(int, ready);
    QFETCH(int, desired);
    const network::Row r = row(R"(,"status":{"phase":"Ready","components":)" + components + '}');
    QCOMPARE(r.cells.at(Components).is, Cell::Is::Ratio);
    QCOMPARE(r.cells.at(Components).integer, ready);
    QCOMPARE(r.cells.at(Components).whole, desired);
    // What reads an object and not a row counts alike.
    network::PodCount pods;
    const QJsonArray list = QJsonDocument::fromJson(components).array();
    for (const QJsonValue &one : list)
        pods += one.isObject() ? network::PodCount::of(one.toObject()) : network::PodCount();
    QCOMPARE(pods, (network::PodCount{ready, desired}));
}

/// The status of every node and application that ships, through the table that ships.
void TestRowDecoder::podsOfTheConsortium()
{
    const std::shared_ptr<const network::KindTable> kinds = test::shippedKinds();
    QSet<QString> seen;
    const QStringList files = test::shippedFiles(u"resources/examples/consortium"_s);
    for (const QString &file : files) {
        const QList<QJsonObject> objects = test::shippedObjects(file);
        for (const QJsonObject &object : objects) {
            const QJsonArray components = object["status"_L1]["components"_L1].toArray();
            if (components.isEmpty())
                continue;
            const network::KindInfo *kind = kinds->find(object["kind"_L1].toString());
            qint64 ready = 0, desired = 0;
            for (const QJsonValue &one : components) {
                ready += one["ready"_L1].toInteger();
                desired += one["desired"_L1].toInteger();
            }
            const QByteArray line = QJsonDocument(QJsonObject{{u"type"_s, u"ADDED"_s}, {u"object"_s, object}}).toJson(QJsonDocument::Compact) + '\n';
            const QList<DecodedEvent> events = decode(line, *kind);
            QCOMPARE(events.size(), 1);
            const auto column = std::find_if(kind->columns.begin(), kind->columns.end(), [](const network::Column &c) { return c.id == "components"_L1; });
            QVERIFY2(column != kind->columns.end() && column->title == "Pods"_L1, qPrintable(kind->kind));
            const Cell cell = events.first().row.cells.at(column - kind->columns.begin());
            QCOMPARE(u"%1/%2"_s.arg(cell.integer).arg(cell.whole), u"%1/%2"_s.arg(ready).arg(desired));
            seen.insert(kind->kind);
        }
    }
    QVERIFY(seen.contains(u"Validator"_s) && seen.contains(u"Participant"_s) && seen.contains(u"SuperValidator"_s) && seen.contains(u"SyncDomain"_s));
}

void TestRowDecoder::absentIsNotUnknown()
{
    const network::Row r = row(R"(,"spec":{"replicas":"many","weight":{},"active":"perhaps","storage":"20 Gigs","hint":null})");
    QCOMPARE(r.cells.at(Hint).is, Cell::Is::Absent);
    QCOMPARE(r.cells.at(Tags).is, Cell::Is::Absent);
    QCOMPARE(r.cells.at(Replicas).is, Cell::Is::Unknown);
    QVERIFY(r.cells.at(Replicas).text.contains("many"_L1));
    QCOMPARE(r.cells.at(Weight).is, Cell::Is::Unknown);
    QCOMPARE(r.cells.at(Active).is, Cell::Is::Unknown);
    QCOMPARE(r.cells.at(Storage).is, Cell::Is::Unknown);
}

void TestRowDecoder::numbersAsText()
{
    const network::Row r = row(R"(,"spec":{"replicas":"7","weight":"2.5","active":"true","storage":5,"hint":12})");
    QCOMPARE(r.cells.at(Replicas).integer, 7);
    QCOMPARE(r.cells.at(Weight).number, 2.5);
    QCOMPARE(r.cells.at(Active).integer, 1);
    QCOMPARE(r.cells.at(Storage).number, 5.0);
    QCOMPARE(r.cells.at(Hint).text, u"12"_s);
}

void TestRowDecoder::withoutStatus()
{
    network::KindInfo kind = testKind();
    QCOMPARE(row(R"(,"spec":{})", kind).state, State::Unknown);
    QCOMPARE(row({}, kind).phase, QString());
    QCOMPARE(row(R"(,"status":null)", kind).observedGeneration, -1);
    kind.runOnce = true;
    QCOMPARE(row(R"(,"spec":{})", kind).state, State::NotBegun);
    kind.phasePointer.clear();
    QCOMPARE(row(R"(,"spec":{})", kind).state, State::Ready);
}

void TestRowDecoder::unknownPhaseKeepsItsWord()
{
    const network::Row r = row(R"(,"status":{"phase":"Levitating"})");
    QCOMPARE(r.phase, u"Levitating"_s);
    QCOMPARE(r.state, State::Unknown);
}

void TestRowDecoder::conditions()
{
    const QByteArray head = R"(,"status":{"phase":"Ready","conditions":[)";
    QCOMPARE(row(head + R"({"type":"Failed","status":"True"}]})").state, State::Failed);
    QCOMPARE(row(head + R"({"status":"False","type":"Ready"}]})").state, State::Degraded);
    QCOMPARE(row(head + R"({"type":"SpecAccepted","status":"False"}]})").state, State::Degraded);
    QCOMPARE(row(head + R"({"type":"Ready","status":"True"},{"type":"Failed","status":"False"},7]})").state, State::Ready);
    QCOMPARE(row(R"(,"status":{"phase":"Pending","conditions":[{"type":"Ready","status":"False"}]})").state, State::Provisioning);
}

void TestRowDecoder::deleting()
{
    QByteArray text = object("p", "u", 5, R"(,"status":{"phase":"Ready"})");
    text.replace("\"generation\":1", "\"deletionTimestamp\":\"2026-01-01T00:00:10Z\",\"generation\":1");
    const network::Row r = decode(eventLine("MODIFIED", text)).value(0).row;
    QCOMPARE(r.deleted, 1767225610);
    QCOMPARE(r.state, State::Deleting);
}

void TestRowDecoder::drift()
{
    const auto drifts = [](const QByteArray &spec, const QByteArray &status, int observed = 1) {
        return row(R"(,"spec":)" + spec + R"(,"status":{"observedGeneration":)" + QByteArray::number(observed) + "," + status + "}").drift;
    };
    QVERIFY(drifts(R"({"version":"1.1"})", R"("version":"1.2")"));
    QVERIFY(!drifts(R"({"version":"1.1"})", R"("version":"1.1")"));
    QVERIFY2(drifts(R"({"version":"1.1"})", R"("version":"1.10")"), "versions are no numbers");
    QVERIFY2(!drifts(R"({"version":"1.1"})", R"("version":"1.2")", 0), "the operator has not seen it yet");
    QVERIFY2(!drifts(R"({})", R"("version":"1.2")"), "nothing declared");
    QVERIFY2(!drifts(R"({"version":"1.1"})", R"("other":1)"), "nothing reported is unknown, not drift");
    QVERIFY(!drifts(R"({"resources":{"cpu":"1","mem":2}})", R"("resources":{"mem": 2, "cpu":"1"})"));
    QVERIFY(drifts(R"({"resources":{"cpu":"1"}})", R"("resources":{"cpu":"2"})"));
    QVERIFY2(!drifts(R"({"version":"500m"})", R"("version":"0.5")"), "equal quantities");
}

void TestRowDecoder::labelsAndGit()
{
    QByteArray text = object("p", "u", 5);
    text.replace(R"("name":"p")", R"("name":"p","labels":{"z":"1","canton.quarterdeck.io/network":"mainnet","a":"2"},)"
                                  R"("annotations":{"argocd.argoproj.io/tracking-id":"x:y"})");
    const network::Row r = decode(eventLine("ADDED", text)).value(0).row;
    QCOMPARE(r.labels, u"a=2,canton.quarterdeck.io/network=mainnet,z=1"_s);
    QCOMPARE(r.network, u"mainnet"_s);
    QVERIFY(r.managedByGit);
    QVERIFY(!row({}).managedByGit);
}

void TestRowDecoder::managedFieldsAreCutOut_data()
{
    QTest::addColumn<QByteArray>("metadata");
    const QByteArray fields = R"("managedFields":[{"manager":"kubectl","fieldsV1":{"f:spec":{"f:x":{}}}},{"a":"],,"}])";
    QTest::newRow("between") << QByteArray(R"({"name":"p",)" + fields + R"(,"uid":"u"})");
    QTest::newRow("first") << QByteArray("{" + fields + R"(,"name":"p","uid":"u"})");
    QTest::newRow("last") << QByteArray(R"({"name":"p","uid":"u",)" + fields + "}");
    QTest::newRow("spaces") << QByteArray("{ \"name\" : \"p\", \"uid\":\"u\" ,\n " + fields + "\n }");
    QTest::newRow("spaces between") << QByteArray("{ \"name\" : \"p\",\n " + fields + " ,\n \"uid\":\"u\" }");
    QTest::newRow("empty") << QByteArray(R"({"name":"p","managedFields":[],"uid":"u"})");
    QTest::newRow("none") << QByteArray(R"({"name":"p","uid":"u"})");
}

void TestRowDecoder::managedFieldsAreCutOut()
{
    QFETCH(QByteArray, metadata);
    const QJsonObject expected{{u"metadata"_s, QJsonObject{{u"name"_s, u"p"_s}, {u"uid"_s, u"u"_s}}},
                               {u"spec"_s, QJsonObject{{u"managedFields"_s, 1}}}};
    const QByteArray text = "{\"metadata\":" + metadata + R"(,"spec":{"managedFields":1}})";
    QList<DecodedEvent> events = decode(eventLine("ADDED", text));
    QCOMPARE(events.size(), 1);
    QCOMPARE(body(events.at(0).row), expected);
    RowDecoder decoder(testKind(), true);
    FrameBuffer buffer;
    buffer.append(text.constData(), size_t(text.size()));
    const DecodedEvent item = decoder.item({buffer.begin(), buffer.size(), buffer.capacityFrom(buffer.begin())});
    QCOMPARE(item.type, Type::Added);
    QCOMPARE(body(item.row), expected);
    QVERIFY(decode(eventLine("ADDED", text), testKind(), false).at(0).row.body.isEmpty());
}

void TestRowDecoder::bookmarks()
{
    const QList<DecodedEvent> events = decode(bookmark(7) + bookmark(9, true));
    QCOMPARE(events.size(), 2);
    QCOMPARE(events.at(0).type, Type::Bookmark);
    QCOMPARE(events.at(0).resourceVersion, u"7"_s);
    QVERIFY(!events.at(0).initialEventsEnd);
    QCOMPARE(events.at(1).resourceVersion, u"9"_s);
    QVERIFY(events.at(1).initialEventsEnd);
}

void TestRowDecoder::errorEventIsAStatus()
{
    const QByteArray text = status(410, "Expired", "too old resource version: 1 (2)");
    const QList<DecodedEvent> events = decode(eventLine("ERROR", text) + eventLine("HELLO", "{}"));
    QCOMPARE(events.size(), 2);
    QCOMPARE(events.at(0).type, Type::Error);
    QCOMPARE(events.at(0).status, text);
    QCOMPARE(events.at(1).type, Type::Unknown);
}

void TestRowDecoder::anyOrderOfKeys()
{
    const QList<DecodedEvent> events = decode("{\"object\":" + object("p", "u", 5) + ",\"type\":\"DELETED\"}\n");
    QCOMPARE(events.size(), 1);
    QCOMPARE(events.at(0).type, Type::Deleted);
    QCOMPARE(events.at(0).row.uid, u"u"_s);
}

void TestRowDecoder::strangeFraming_data()
{
    QTest::addColumn<QByteArray>("stream");
    const QByteArray a = added("a", 1).trimmed();
    const QByteArray b = bookmark(2).trimmed();
    QTest::newRow("one line") << QByteArray(a + b + a + "\n" + b);
    QTest::newRow("CRLF") << QByteArray(a + "\r\n" + b + "\r\n\r\n" + a + "\r\n" + b + "\r\n");
    QByteArray pretty;
    for (const QByteArray &text : {a, b, a, b})
        pretty += QJsonDocument::fromJson(text).toJson(QJsonDocument::Indented);
    QTest::newRow("pretty-printed") << pretty;
    QByteArray crlf = pretty;
    QTest::newRow("pretty-printed CRLF") << crlf.replace("\n", "\r\n");
}

void TestRowDecoder::strangeFraming()
{
    QFETCH(QByteArray, stream);
    for (qsizetype piece : {qsizetype(1), qsizetype(7), qsizetype(100), stream.size()}) {
        WatchDecoder decoder(testKind(), true);
        QList<DecodedEvent> events;
        for (qsizetype at = 0; at < stream.size(); at += piece) {
            decoder.append(stream.mid(at, piece));
            while (std::optional<DecodedEvent> event = decoder.next())
                events.append(*event);
        }
        QCOMPARE(events.size(), 4);
        QCOMPARE(events.at(0).row.name, u"a"_s);
        QCOMPARE(events.at(1).type, Type::Bookmark);
        QCOMPARE(events.at(2).row.uid, u"uid-a"_s);
        QCOMPARE(body(events.at(2).row).value("metadata"_L1).toObject().value("name"_L1).toString(), u"a"_s);
        QCOMPARE(events.at(3).resourceVersion, u"2"_s);
    }
}

void TestRowDecoder::invalidUtf8RefusesOneObject()
{
    QByteArray bad = added("bad", 2);
    bad.replace("\"generation\":1", "\"generation\":1,\"annotations\":{\"x\":\"\xff\xfe\"}");
    const QList<DecodedEvent> events = decode(added("a", 1) + bad + added("c", 3));
    QCOMPARE(events.size(), 3);
    QCOMPARE(events.at(0).type, Type::Added);
    QCOMPARE(events.at(1).type, Type::Refused);
    QVERIFY2(events.at(1).error.message.contains("canton/bad"_L1), qPrintable(events.at(1).error.message));
    QVERIFY(events.at(1).error.message.contains("Party"_L1));
    QVERIFY(events.at(1).error.remedy.contains("UTF-8"_L1));
    QCOMPARE(events.at(1).resourceVersion, u"2"_s);
    QCOMPARE(events.at(2).row.name, u"c"_s);
}

void TestRowDecoder::fiveMegabyteObject()
{
    const QByteArray filler(5 * 1024 * 1024, 'y');
    const QList<DecodedEvent> events = decode(eventLine("ADDED", object("big", "u", 1, R"(,"spec":{"note":")" + filler + R"(","hint":"h"})"))
                                              + added("next", 2));
    QCOMPARE(events.size(), 2);
    QCOMPARE(events.at(0).row.cells.at(Hint).text, u"h"_s);
    QCOMPARE(body(events.at(0).row).value("spec"_L1).toObject().value("note"_L1).toString().size(), filler.size());
    QVERIFY(events.at(0).row.body.size() < 100000);
}

void TestRowDecoder::equalTextsAreShared()
{
    const QList<DecodedEvent> events = decode(added("a", 1) + added("b", 2));
    QCOMPARE(events.at(0).row.ns.constData(), events.at(1).row.ns.constData());
}

void TestRowDecoder::poolNeverMixesTexts()
{
    StringPool pool;
    for (int i = 0; i < 20000; ++i) {
        const QString text = i % 3 == 0 ? u"é-%1"_s.arg(i % 1500) : u"t-%1"_s.arg(i % 5000);
        QCOMPARE(pool.get(text.toStdString()), text);
    }
    QCOMPARE(pool.get("\xc3\x83\xc2\xa9"), u"\u00c3\u00a9"_s);
    QCOMPARE(pool.get("\xc3\xa9"), u"\u00e9"_s);
    QCOMPARE(pool.get(""), u""_s);
}

void TestRowDecoder::quantitiesAgreeWithTheReference()
{
    for (const char *text : {"500m", "4Gi", "1e3", "1E", "12", "0.5", ".5", "5.", "+3", "-3k", "1Ki", "1n", "1u", "7E3", "1e-2", "", "Gi",
                             "1 Gi", "1gi", "abc", "1.2.3", "--1", "0x10", "nan", "inf", "1_0", "m", "e3"})
        QCOMPARE(fastQuantity(text), parseQuantity(QString::fromLatin1(text)));
}

void TestRowDecoder::times()
{
    QCOMPARE(parseRfc3339("1970-01-01T00:00:00Z"), 0);
    QCOMPARE(parseRfc3339("2024-02-29T23:59:59Z"), QDateTime(QDate(2024, 2, 29), QTime(23, 59, 59), Qt::UTC).toSecsSinceEpoch());
    QCOMPARE(parseRfc3339("2026-01-01T02:00:00+02:00"), 1767225600);
    QCOMPARE(parseRfc3339("2026-01-01T00:00:00.123456Z"), 1767225600);
    QVERIFY(!parseRfc3339("yesterday"));
    QVERIFY(!parseRfc3339("2026-13-01T00:00:00Z"));
}

void TestRowDecoder::packedBodies()
{
    const auto codec = makeBodyCodec();
    QRandomGenerator random(7);
    for (int size : {0, 1, 100, 3000, 200000}) {
        QJsonObject object{{u"apiVersion"_s, u"canton.quarterdeck.io/v1alpha1"_s}};
        QString text;
        for (int i = 0; i < size; ++i)
            text.append(QChar(u'a' + char16_t(random.bounded(26))));
        object.insert(u"text"_s, text);
        const QByteArray plain = QJsonDocument(object).toJson(QJsonDocument::Compact);
        const network::PackedBody packed = codec->pack(plain);
        QVERIFY(unpackBody(packed).ok());
        QCOMPARE(*unpackBody(packed), plain);
        QCOMPARE(*codec->open(packed), object);
        for (qsizetype cut : {qsizetype(0), qsizetype(3), packed.size() / 2, packed.size() - 1})
            QVERIFY(!codec->open(packed.bytes.left(cut)).ok());
    }
    QCOMPARE(codec->open(QByteArray("\xff\xff\xff\xff garbage")).error().kind, ErrorKind::Invalid);
}

/// Runs of hexadecimal digits of every length at every offset, and what only looks like them.
void TestRowDecoder::hexadecimalRuns()
{
    BodyPacker packer;
    QRandomGenerator random(3);
    const QByteArray alphabet = "0123456789abcdef";
    const QByteArray others = "`gGAF/:@ \"\xc3\xa9";
    for (int i = 0; i < 3000; ++i) {
        QByteArray text;
        while (text.size() < 10 + i % 300) {
            const int run = random.bounded(3) == 0 ? random.bounded(2100) : random.bounded(20);
            for (int k = 0; k < run; ++k)
                text += alphabet.at(random.bounded(16));
            text += others.at(random.bounded(int(others.size())));
        }
        if (i % 50 == 0)
            text += '\xff';   // no UTF-8: kept as it is
        const network::PackedBody packed = packer.pack({text.constData(), size_t(text.size())});
        const Result<QByteArray> plain = unpackBody(packed);
        QVERIFY(plain.ok());
        QCOMPARE(*plain, text);
    }
    QByteArray digest;
    for (int k = 0; k < 4096; ++k)
        digest += alphabet.at(random.bounded(16));
    QVERIFY(packer.pack({digest.constData(), size_t(digest.size())}).size() < 2120);
}

/// A body opens with the dictionary it was packed with, whatever was learned since; damage is found, never followed.
void TestRowDecoder::dictionariesBelongToTheBody()
{
    BodyPacker packer;
    QList<std::pair<QByteArray, network::PackedBody>> bodies;
    for (int i = 0; i < 1000; ++i) {
        const QByteArray text = object("party-" + QByteArray::number(i), "uid-" + QByteArray::number(i * 7919), i, R"(,"spec":{"hint":"h"})");
        bodies.append({text, packer.pack({text.constData(), size_t(text.size())})});
    }
    for (const auto &[text, packed] : bodies)
        QCOMPARE(*unpackBody(packed), text);
    QVERIFY2(bodies.last().second.size() < bodies.first().second.size() / 2, "what all objects say is kept once");
    QRandomGenerator random(5);
    for (int i = 0; i < 2000; ++i) {
        network::PackedBody broken = bodies.at(500).second;
        for (int k = random.bounded(1, 6); k > 0; --k)
            broken.bytes[random.bounded(int(broken.bytes.size()))] = char(random.bounded(256));
        if (random.bounded(2) == 0)
            broken.dictionary.clear();
        (void)unpackBody(broken);   // under the sanitizers this must stay inside its buffers
    }
    QVERIFY(!makeBodyCodec()->open(network::PackedBody(bodies.at(500).second.bytes, {})).ok());
}

QTEST_GUILESS_MAIN(TestRowDecoder)
#include "tst_rowdecoder.moc"
