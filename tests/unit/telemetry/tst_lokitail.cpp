// SPDX-License-Identifier: GPL-3.0-or-later
// Loki's answers and its tail, with what a real one does seldom: 1011 again and again, dropped lines, broken messages, a way without
// WebSockets, an outage. What a real one does is in tests/live/tst_loki.
#include "app/telemetry/Loki.h"
#include "app/telemetry/LokiTail.h"
#include "models/core/Async.h"

#include <QDateTime>
#include <QPointer>
#include <QTest>
#include <QUrlQuery>

using namespace Qt::StringLiterals;
using namespace qd;
using ports::LogEntry;

namespace {

LogEntry entry(qint64 at, const QString &line)
{
    return {at, line, {{u"job"_s, u"x"_s}}, {}};
}

QByteArray answer(const QList<QPair<qint64, QByteArray>> &lines)
{
    QByteArray values;
    for (const auto &[at, line] : lines)
        values += (values.isEmpty() ? "" : ",") + ("[\"" + QByteArray::number(at) + "\",\"" + line + "\"]");
    return R"({"status":"success","data":{"resultType":"streams","result":[{"stream":{"job":"x"},"values":[)" + values + "]}]}}";
}

QByteArray message(qint64 at, const QByteArray &line, const QByteArray &dropped = "null")
{
    return R"({"streams":[{"stream":{"job":"x"},"values":[[")" + QByteArray::number(at) + "\",\"" + line + "\"]]}],\"dropped_entries\":" + dropped + "}";
}

/// Answers every question with the lines that lie in its time, or as it is told.
class FakeHttp final : public ports::ServiceHttp {
public:
    QList<QPair<qint64, QByteArray>> lines;
    std::optional<ports::HttpAnswer> instead;
    int asked = 0;
    QFuture<Result<ports::HttpAnswer>> request(const ports::ServiceAddress &, const QByteArray &, const QString &path, const QMap<QByteArray, QByteArray> &,
                                               const QByteArray &, std::stop_token) override
    {
        ++asked;
        if (instead)
            return readyFuture<ports::HttpAnswer>(*instead);
        const QUrlQuery query(path.section(u'?', 1));
        QList<QPair<qint64, QByteArray>> some;
        for (const auto &line : lines)
            if (line.first >= query.queryItemValue(u"start"_s).toLongLong() && line.first < query.queryItemValue(u"end"_s).toLongLong())
                some.append(line);
        return readyFuture<ports::HttpAnswer>(ports::HttpAnswer{200, {{"content-type", "application/json"}}, answer(some)});
    }
};

class FakeSocket final : public ports::ServiceSocket {
public:
    using ports::ServiceSocket::ServiceSocket;
    void start() override { started = true; }
    bool started = false;
};

class FakeSockets final : public ports::ServiceSockets {
public:
    QList<QPointer<FakeSocket>> made;
    std::unique_ptr<ports::ServiceSocket> open(const ports::SocketCall &) override
    {
        auto socket = std::make_unique<FakeSocket>();
        made.append(socket.get());
        return socket;
    }
    [[nodiscard]] FakeSocket *last() const { return made.isEmpty() ? nullptr : made.last().data(); }
};

struct Stage {
    std::shared_ptr<FakeHttp> http = std::make_shared<FakeHttp>();
    std::shared_ptr<FakeSockets> sockets = std::make_shared<FakeSockets>();
    std::unique_ptr<telemetry::LokiTail> tail;
    QStringList lines, warned;
    std::pair<qint64, qint64> span;
    int dropped = 0, interrupted = 0, resumed = 0;
    std::optional<Error> ended;

    Stage(bool withSockets = true)
    {
        telemetry::ServiceTarget target;
        target.http = http;
        target.address.url = u"http://127.0.0.1:1"_s;
        target.what = u"Loki"_s;
        if (withSockets)
            target.sockets = sockets;
        tail = std::make_unique<telemetry::LokiTail>(std::make_shared<telemetry::Loki>(target), u"{job=\"x\"}"_s, 1000,
            telemetry::TailTiming{.pollMs = 10, .againMs = 3'600'000, .firstRetryMs = 10, .mostRetryMs = 20, .briefMs = 1000, .lateEveryMs = 0});
        QObject::connect(tail.get(), &ports::LogTail::entries, tail.get(), [this](const QList<LogEntry> &entries) {
            for (const LogEntry &one : entries)
                lines.append(one.line);
        });
        QObject::connect(tail.get(), &ports::LogTail::dropped, tail.get(), [this](int count, qint64 from, qint64 to) {
            dropped += count;
            span = {from, to};
        });
        QObject::connect(tail.get(), &ports::LogTail::warned, tail.get(), [this](const QString &sentence) { warned.append(sentence); });
        QObject::connect(tail.get(), &ports::LogTail::interrupted, tail.get(), [this] { ++interrupted; });
        QObject::connect(tail.get(), &ports::LogTail::resumed, tail.get(), [this] { ++resumed; });
        QObject::connect(tail.get(), &ports::LogTail::ended, tail.get(), [this](const Error &error) { ended = error; });
        tail->start();
    }
};

}

class LokiTailTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPageBeginsWhereTheOneBeforeEnded()
    {
        const ports::LogQuery query{u"{}"_s, 0, 100, 3, true};
        const ports::LogPage first = telemetry::pageOf(query, {}, {entry(9, u"a"_s), entry(7, u"b"_s), entry(7, u"c"_s)}, 3);
        QCOMPARE(first.entries.size(), 3);
        QVERIFY(first.rest);
        QCOMPARE(first.next, 7);
        QCOMPARE(first.told, (QList<LogEntry>{entry(7, u"b"_s), entry(7, u"c"_s)}));
        // the same line twice in one nanosecond is two lines
        const ports::LogPage second = telemetry::pageOf(query, first, {entry(7, u"b"_s), entry(7, u"c"_s), entry(7, u"c"_s), entry(7, u"d"_s), entry(5, u"e"_s)}, 5);
        QCOMPARE(second.entries, (QList<LogEntry>{entry(7, u"c"_s), entry(7, u"d"_s), entry(5, u"e"_s)}));
        const ports::LogPage last = telemetry::pageOf(query, second, {entry(5, u"e"_s)}, 4);
        QVERIFY(last.entries.isEmpty() && !last.rest);
    }

    /// More lines of one nanosecond than an answer may hold: it says so and goes on.
    void oneNanosecondThatIsTooFull()
    {
        const ports::LogQuery query{u"{}"_s, 0, 100, 2, true};
        const ports::LogPage first = telemetry::pageOf(query, {}, {entry(7, u"a"_s), entry(7, u"b"_s)}, 2);
        const ports::LogPage second = telemetry::pageOf(query, first, {entry(7, u"a"_s), entry(7, u"b"_s)}, 2);
        QVERIFY(second.entries.isEmpty() && second.rest);
        QCOMPARE(second.next, 6);
        QCOMPARE(second.warnings.size(), 1);
    }

    void whatTheServerAllows()
    {
        QCOMPARE(telemetry::entriesLimit(u"max entries limit per query exceeded, limit > max_entries_limit_per_query (6000 > 5000)"_s), 5000);
        QCOMPARE(telemetry::entriesLimit(u"parse error (1 > 2)"_s), 0);
    }

    void structuredMetadata_data()
    {
        QTest::addColumn<QByteArray>("third");
        QTest::newRow("categorised") << QByteArray(R"({"structuredMetadata":{"trace_id":"7f"}})");
        QTest::newRow("flat") << QByteArray(R"({"trace_id":"7f"})");
    }
    void structuredMetadata()
    {
        QFETCH(QByteArray, third);
        const auto read = telemetry::readStreams(R"({"status":"success","data":{"resultType":"streams","result":[{"stream":{"a":"b"},"values":[["5","l",)" + third + "]]}]}}");
        QVERIFY2(read.ok(), read ? "" : qPrintable(read.error().text()));
        QCOMPARE(read->front().metadata, (network::Labels{{u"trace_id"_s, u"7f"_s}}));
        // where the server puts it among the labels, it is the same line
        QCOMPARE(telemetry::markOf(read->front()), telemetry::markOf({5, u"l"_s, {{u"a"_s, u"b"_s}, {u"trace_id"_s, u"7f"_s}}, {}}));
    }

    void whatIsNoAnswer_data()
    {
        QTest::addColumn<QByteArray>("body");
        for (const char *body : {"", "<html>", "{}", "[]", R"({"data":{"resultType":"streams","result":[{"values":[["x","l"]]}]}})",
                                 R"({"data":{"resultType":"streams","result":[{"values":[["5"]]}]}})", R"({"data":{"resultType":"streams","result":[{"stream":{}}]}})"})
            QTest::newRow(*body ? body : "nothing") << QByteArray(body);
    }
    void whatIsNoAnswer()
    {
        QFETCH(QByteArray, body);
        QVERIFY(!telemetry::readStreams(body).ok());
    }

    void bothWaysTellALineOnce()
    {
        Stage stage;
        QTRY_VERIFY(stage.sockets->last() && stage.sockets->last()->started);
        stage.http->lines = {{2000, "old"}, {3000, "both"}};
        Q_EMIT stage.sockets->last()->opened();
        Q_EMIT stage.sockets->last()->messages({message(3000, "both"), message(4000, "new")});
        QTRY_COMPARE(stage.lines, (QStringList{u"old"_s, u"both"_s, u"new"_s}));
        QVERIFY(stage.tail->listens());
    }

    void linesTheServerLeftOutAreTold()
    {
        Stage stage;
        QTRY_VERIFY(stage.sockets->last());
        Q_EMIT stage.sockets->last()->opened();
        Q_EMIT stage.sockets->last()->messages({message(4000, "a", R"([{"labels":{},"timestamp":"3999"},{"labels":"{}","timestamp":"4001"}])")});
        QTRY_COMPARE(stage.dropped, 2);
        QVERIFY((stage.span == std::pair<qint64, qint64>(3999, 4001)));
        QCOMPARE(stage.lines, QStringList{u"a"_s});
    }

    /// 1011: opened again; three times at once: it is asked instead, and nothing is missing.
    void closedWith1011AgainAndAgain()
    {
        Stage stage;
        for (int i = 1; i <= 3; ++i) {
            QTRY_COMPARE(stage.sockets->made.size(), i);
            stage.http->lines.append({i * 1000'000, "line " + QByteArray::number(i)});
            Q_EMIT stage.sockets->last()->opened();
            Q_EMIT stage.sockets->last()->closed(1011, {ErrorKind::Network, u"reached tail max duration limit"_s});
        }
        const int before = stage.http->asked;
        QTRY_VERIFY(stage.http->asked > before + 3);
        QCOMPARE(stage.sockets->made.size(), 3);
        stage.http->lines.append({5'000'000, "asked"});
        QTRY_COMPARE(stage.lines, (QStringList{u"line 1"_s, u"line 2"_s, u"line 3"_s, u"asked"_s}));
        QCOMPARE(stage.interrupted, 0);
    }

    void aWayWithoutWebSockets()
    {
        Stage stage;
        QTRY_VERIFY(stage.sockets->last());
        stage.http->lines = {{2000, "a"}};
        Q_EMIT stage.sockets->last()->closed(0, {ErrorKind::Network, u"no upgrade"_s});
        QTRY_COMPARE(stage.lines, QStringList{u"a"_s});
        stage.http->lines.append({3000, "b"});
        QTRY_COMPARE(stage.lines, (QStringList{u"a"_s, u"b"_s}));
        QVERIFY(!stage.tail->listens());
    }

    /// Loki took it in when newer ones were told already.
    void aLineThatComesLate()
    {
        Stage stage(false);
        const qint64 now = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
        stage.http->lines = {{now - 50'000'000'000, "before"}, {now, "now"}};
        QTRY_COMPARE(stage.lines, (QStringList{u"before"_s, u"now"_s}));
        stage.http->lines.insert(1, {now - 40'000'000'000, "late"});
        QTRY_COMPARE(stage.lines, (QStringList{u"before"_s, u"now"_s, u"late"_s}));
        const int asked = stage.http->asked;
        QTRY_VERIFY(stage.http->asked > asked + 2);
        QCOMPARE(stage.lines.size(), 3);
        QVERIFY(stage.warned.isEmpty());
    }

    /// So many lines that those of a minute ago cannot be told apart any more: said once.
    void tooManyToLookBack()
    {
        Stage stage(false);
        const qint64 start = QDateTime::currentMSecsSinceEpoch() * 1'000'000 - 10'000'000'000;
        const int count = int(telemetry::LokiTail::kMarks) + 1000;
        QList<QPair<qint64, QByteArray>> lines;
        for (int i = 0; i < count; ++i)
            lines.append({start + i * 1000, QByteArray::number(i)});
        stage.http->lines = lines;
        QTRY_COMPARE(stage.lines.size(), count);
        QTRY_COMPARE(stage.warned.size(), 1);
        const int asked = stage.http->asked;
        QTRY_VERIFY(stage.http->asked > asked + 2);
        QCOMPARE(stage.warned.size(), 1);
        QCOMPARE(stage.lines.size(), count);
    }

    /// More lines of one nanosecond than an answer may hold: said, and once, although it is asked for them again and again.
    void linesThatCannotBeHad()
    {
        Stage stage(false);
        QList<QPair<qint64, QByteArray>> lines;
        for (int i = 0; i < 6000; ++i)
            lines.append({5000, QByteArray::number(i)});
        stage.http->lines = lines;
        QTRY_COMPARE(stage.warned.size(), 1);
        QVERIFY2(stage.warned.first().contains(u"same time"_s), qPrintable(stage.warned.first()));
        const int asked = stage.http->asked;
        QTRY_VERIFY(stage.http->asked > asked + 4);
        QCOMPARE(stage.warned.size(), 1);
        QCOMPARE(stage.lines.size(), 6000);
    }

    /// Its lines are told, and after them what others write now.
    void aPodWhoseClockIsAhead()
    {
        Stage stage(false);
        const qint64 now = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
        stage.http->lines = {{now + 120'000'000'000, "ahead"}};
        QTRY_COMPARE(stage.lines, QStringList{u"ahead"_s});
        stage.http->lines.append({now, "meanwhile"});
        QTRY_COMPARE(stage.lines, (QStringList{u"ahead"_s, u"meanwhile"_s}));
    }

    void aMessageThatCannotBeRead()
    {
        Stage stage;
        QTRY_VERIFY(stage.sockets->last());
        Q_EMIT stage.sockets->last()->opened();
        Q_EMIT stage.sockets->last()->messages({"<html>"});
        stage.http->lines = {{2000, "a"}};
        QTRY_COMPARE(stage.lines, QStringList{u"a"_s});
    }

    void anOutage()
    {
        Stage stage(false);
        QTRY_VERIFY(stage.http->asked > 0);
        stage.http->instead = ports::HttpAnswer{502, {{"content-type", "text/html"}}, "<html><body>Bad gateway</body></html>"};
        QTRY_COMPARE(stage.interrupted, 1);
        stage.http->lines = {{2000, "meanwhile"}};
        stage.http->instead.reset();
        QTRY_COMPARE(stage.resumed, 1);
        QCOMPARE(stage.lines, QStringList{u"meanwhile"_s});
        QCOMPARE(stage.interrupted, 1);
    }

    void aRefusalEndsIt()
    {
        Stage stage(false);
        stage.http->instead = ports::HttpAnswer{400, {{"content-type", "text/plain"}}, "parse error at line 1, col 2: syntax error"};
        QTRY_VERIFY(stage.ended.has_value());
        QVERIFY2(stage.ended->message.contains(u"parse error"_s), qPrintable(stage.ended->text()));
    }

    /// Paused, messages are kept up to a bound; then the WebSocket is let go, and what was missed is read.
    void pausedForLong()
    {
        Stage stage;
        QTRY_VERIFY(stage.sockets->last());
        Q_EMIT stage.sockets->last()->opened();
        QTRY_VERIFY(stage.http->asked > 0);
        stage.tail->setPaused(true);
        const QByteArray large(telemetry::LokiTail::kWaitingBytes, 'x');
        const QPointer<FakeSocket> socket = stage.sockets->last();
        Q_EMIT socket->messages({message(4000, large), message(4001, "b")});
        QTRY_VERIFY(!socket);
        stage.http->lines = {{4000, "a"}, {4001, "b"}};
        stage.tail->setPaused(false);
        QTRY_COMPARE(stage.sockets->made.size(), 2);
        Q_EMIT stage.sockets->last()->opened();
        QTRY_COMPARE(stage.lines, (QStringList{u"a"_s, u"b"_s}));
    }
};

QTEST_GUILESS_MAIN(LokiTailTest)
#include "tst_lokitail.moc"
