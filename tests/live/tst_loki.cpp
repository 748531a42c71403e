// SPDX-License-Identifier: GPL-3.0-or-later
// A real Loki by our client: pages that lose no line and tell none twice, its limits and refusals, and the tail by WebSocket, with the
// server killed under it, and by questions where there is no WebSocket.
#include "app/telemetry/Loki.h"
#include "app/telemetry/LokiTail.h"
#include "models/items/telemetry/LokiLog.h"
#include "tests/live/LiveClient.h"
#include "tests/live/LiveRig.h"
#include "tests/live/LiveServer.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace qd;
using test::awaited;
using test::kPatience;

namespace {

qint64 nowNs()
{
    return QDateTime::currentMSecsSinceEpoch() * 1'000'000;
}

QJsonArray value(qint64 at, const QString &line, const QJsonObject &metadata = {})
{
    QJsonArray out{QString::number(at), line};
    if (!metadata.isEmpty())
        out.append(metadata);
    return out;
}

QJsonObject stream(const QJsonObject &labels, const QJsonArray &values)
{
    return {{u"stream"_s, labels}, {u"values"_s, values}};
}

/// A brace around one array would copy it.
QJsonArray only(const QJsonArray &one)
{
    QJsonArray out;
    out.append(one);
    return out;
}

}

class LokiTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<test::LiveServer>(test::LiveServer::Kind::Loki, "limits_config: {max_entries_limit_per_query: 200}\n");
        if (m_server->skipped())
            QSKIP(qPrintable(m_server->why()));
        QVERIFY2(m_server->ready(), qPrintable(m_server->why()));
        kube::ClusterConfig nowhere;
        nowhere.context = u"none"_s;
        nowhere.server = QUrl(u"https://127.0.0.1:1"_s);
        m_cluster = kube::KubeCluster::make(nowhere);
        m_target.http = m_cluster->services();
        m_target.sockets = m_cluster->sockets();
        m_target.address.url = m_server->url().toString();
        m_target.what = u"Loki"_s;
        m_loki = std::make_shared<telemetry::Loki>(m_target);
        m_start = nowNs() - 3'600'000'000'000;
        writePages();
    }

    void cleanupTestCase()
    {
        m_loki.reset();
        m_target = {};
        m_cluster.reset();
    }

    void pagesLoseNothingAndTellNothingTwice_data()
    {
        QTest::addColumn<bool>("backward");
        QTest::addColumn<int>("limit");
        for (const bool backward : {true, false})
            for (const int limit : {7, 50, 101, 5000})   // 5000: more than this server allows, which it says
                QTest::addRow("%s by %d", backward ? "backward" : "forward", limit) << backward << limit;
    }
    void pagesLoseNothingAndTellNothingTwice()
    {
        QFETCH(bool, backward);
        QFETCH(int, limit);
        const auto loki = std::make_shared<telemetry::Loki>(m_target);
        const ports::LogQuery query{u"{job=\"pages\"}"_s, m_start, m_start + 60'000'000'000, limit, backward};
        QList<ports::LogEntry> all;
        ports::LogPage page;
        int pages = 0;
        do {
            const auto next = awaited(loki->page(query, page));
            QVERIFY2(next.ok(), next ? "" : qPrintable(next.error().text()));
            page = *next;
            QVERIFY2(page.warnings.isEmpty(), qPrintable(page.warnings.join(u'\n')));
            all += page.entries;
            QVERIFY2(++pages < 400, "it does not come to an end");
        } while (page.rest);
        QSet<QString> lines;
        for (qsizetype i = 0; i < all.size(); ++i) {
            lines.insert(all.at(i).line);
            if (i > 0)
                QVERIFY2(backward ? all.at(i).at <= all.at(i - 1).at : all.at(i).at >= all.at(i - 1).at, "out of order");
        }
        QCOMPARE(all.size(), m_written.size());
        QCOMPARE(lines, m_written);
    }

    void metadataStandsBesideLabels()
    {
        const auto page = awaited(m_loki->page({u"{job=\"pages\",node=\"b\"} |= `with metadata`"_s, m_start, m_start + 60'000'000'000, 10, true}));
        QVERIFY2(page.ok(), page ? "" : qPrintable(page.error().text()));
        QCOMPARE(page->entries.size(), 1);
        QCOMPARE(page->entries.front().metadata.value(u"trace_id"_s), u"7f1c"_s);
        QCOMPARE(page->entries.front().stream.value(u"node"_s), u"b"_s);
        QVERIFY(!page->entries.front().stream.contains(u"trace_id"_s));
        QCOMPARE(page->entries.front().line, u"with metadata \"quoted\" <b>é</b>\x1b[31m"_s);
    }

    /// Without Debug and Info a line with a word of another level comes, whatever the stream and Loki take it for.
    void levelsThatAreLeftOut()
    {
        const qint64 at = nowNs() - 5'000'000'000;
        QJsonArray own, others;
        const QStringList lines{u"[grpc-info-3] ERROR cannot read package information"_s, u"INFO all is well"_s, u"E[2026-11-29] no info"_s, u"plain words"_s, u"debug one"_s};
        for (qsizetype i = 0; i < lines.size(); ++i)
            own.append(value(at + i, lines.at(i)));
        others.append(value(at + 10, u"WARN beside the level of its stream"_s));
        others.append(value(at + 11, u"words of Info"_s));
        push({stream({{u"job"_s, u"levels"_s}}, own), stream({{u"job"_s, u"levels"_s}, {u"level"_s, u"info"_s}}, others)});
        const ports::LogQuery query{u"{job=\"levels\"}"_s + items::logqlWithout({items::LogLevel::Debug, items::LogLevel::Info}), at - 1, at + 100, 50, false};
        QStringList told;
        const auto page = awaited(m_loki->page(query));
        QVERIFY2(page.ok(), page ? "" : qPrintable(page.error().text()));
        for (const ports::LogEntry &entry : page->entries) {
            told.append(entry.line);
            QVERIFY(!entry.stream.contains(u"qd_level"_s) && !entry.metadata.contains(u"qd_level"_s));
        }
        QCOMPARE(told, (QStringList{lines.at(0), lines.at(2), lines.at(3), u"WARN beside the level of its stream"_s}));
        // The tail tells the very same, so that what was read is known again.
        const auto tail = m_loki->tail(query.expr, at - 1);
        QList<ports::LogEntry> followed;
        connect(tail.get(), &ports::LogTail::entries, this, [&followed](const QList<ports::LogEntry> &came) { followed += came; });
        tail->start();
        QTRY_COMPARE_WITH_TIMEOUT(followed.size(), page->entries.size(), kPatience);
        std::sort(followed.begin(), followed.end(), [](const auto &a, const auto &b) { return a.at < b.at; });
        QCOMPARE(followed, page->entries);
    }

    void valuesOfLabels()
    {
        const auto nodes = awaited(m_loki->labelValues(u"node"_s, m_start, nowNs()));
        QVERIFY2(nodes.ok(), nodes ? "" : qPrintable(nodes.error().text()));
        QCOMPARE(*nodes, (QStringList{u"a"_s, u"b"_s}));
        const auto none = awaited(m_loki->labelValues(u"nothing"_s, m_start, nowNs()));
        QVERIFY(none.ok() && none->isEmpty());
        QVERIFY(!awaited(m_loki->labelValues(u"../x"_s, m_start, nowNs())).ok());
    }

    void whatItRefuses_data()
    {
        QTest::addColumn<QString>("expr");
        QTest::addColumn<qint64>("hours");
        QTest::addColumn<QString>("says");
        QTest::newRow("no LogQL") << u"{job=\"pages\""_s << qint64(1) << u"parse error"_s;
        QTest::newRow("matches all") << u"{job=~\".*\"}"_s << qint64(1) << u"at least one"_s;
        QTest::newRow("a metric query") << u"count_over_time({job=\"pages\"}[1m])"_s << qint64(1) << u"numbers, not lines"_s;
        QTest::newRow("too long a time") << u"{job=\"pages\"}"_s << qint64(24 * 365) << u"exceeds the limit"_s;
    }
    void whatItRefuses()
    {
        QFETCH(QString, expr);
        QFETCH(qint64, hours);
        QFETCH(QString, says);
        const auto page = awaited(m_loki->page({expr, nowNs() - hours * 3'600'000'000'000, nowNs(), 10, true}));
        QVERIFY(!page.ok());
        QVERIFY2(page.error().message.contains(says), qPrintable(page.error().text()));
        QVERIFY2(!page.error().remedy.isEmpty(), qPrintable(page.error().text()));
    }

    void theTail_data()
    {
        QTest::addColumn<bool>("socket");
        QTest::newRow("by WebSocket") << true;
        QTest::newRow("by questions") << false;
    }
    /// What was written before, what comes, the server killed and back: every line once.
    void theTail()
    {
        QFETCH(bool, socket);
        telemetry::ServiceTarget target = m_target;
        if (!socket)
            target.sockets.reset();
        const QString job = socket ? u"tail"_s : u"asked"_s;
        push({stream({{u"job"_s, job}}, only(value(nowNs() - 2'000'000'000, u"before"_s)))});
        telemetry::LokiTail tail(std::make_shared<telemetry::Loki>(target), u"{job=\"%1\"}"_s.arg(job), m_start, {.pollMs = 300, .againMs = 2000, .firstRetryMs = 200, .mostRetryMs = 500, .briefMs = 100});
        QStringList lines;
        int interruptions = 0, resumptions = 0;
        connect(&tail, &ports::LogTail::entries, this, [&lines](const QList<ports::LogEntry> &entries) {
            for (const ports::LogEntry &entry : entries)
                lines.append(entry.line);
        });
        connect(&tail, &ports::LogTail::interrupted, this, [&interruptions] { ++interruptions; });
        connect(&tail, &ports::LogTail::resumed, this, [&resumptions] { ++resumptions; });
        tail.start();
        QTRY_COMPARE_WITH_TIMEOUT(lines, QStringList{u"before"_s}, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(tail.listens(), socket, kPatience);
        QStringList expected = lines;
        for (int i = 0; i < 500; i += 50) {
            QJsonArray some;
            const qint64 at = nowNs();
            for (int k = 0; k < 50; ++k) {
                expected.append(u"line %1"_s.arg(i + k));
                some.append(value(at, expected.back()));   // fifty of one nanosecond
            }
            push({stream({{u"job"_s, job}}, some)});
        }
        QTRY_COMPARE_WITH_TIMEOUT(lines.size(), expected.size(), kPatience);
        tail.setPaused(true);
        push({stream({{u"job"_s, job}}, only(value(nowNs(), u"while paused"_s)))});
        expected.append(u"while paused"_s);
        tail.setPaused(false);
        QTRY_COMPARE_WITH_TIMEOUT(lines.size(), expected.size(), kPatience);

        if (socket)
            theServerIsKilled(tail, interruptions, resumptions);
        QTRY_COMPARE_WITH_TIMEOUT(tail.listens(), socket, kPatience);
        push({stream({{u"job"_s, job}}, only(value(nowNs(), u"after"_s)))});
        expected.append(u"after"_s);
        QTRY_COMPARE_WITH_TIMEOUT(lines.size(), expected.size(), kPatience);
        std::sort(lines.begin(), lines.end());
        std::sort(expected.begin(), expected.end());
        QCOMPARE(lines, expected);
    }

    void aTailThatIsRefusedEnds()
    {
        const std::unique_ptr<ports::LogTail> tail = m_loki->tail(u"{job=\"x\""_s, nowNs());
        std::optional<Error> end;
        connect(tail.get(), &ports::LogTail::ended, this, [&end](const Error &error) { end = error; });
        tail->start();
        QTRY_VERIFY_WITH_TIMEOUT(end.has_value(), kPatience);
        QVERIFY2(end->message.contains(u"parse error"_s), qPrintable(end->text()));
    }

    /// The same through kube-apiserver's service proxy: pages, and a tail by questions. A WebSocket gets through it as well, but without
    /// its query (the proxy leaves it out of an upgrade), so that Loki refuses: "parse error : syntax error: unexpected $end".
    void throughTheApiServer()
    {
        const test::LiveRig rig({u"--bare"_s, u"--kubelet"_s, u"--controllers"_s, u"--egress"_s});
        if (rig.skipped())
            QSKIP(qPrintable(rig.why()));
        QVERIFY2(rig.ready(), qPrintable(rig.why()));
        test::SecondClient client(rig.kubeconfig());
        QVERIFY2(client.trouble().isEmpty(), qPrintable(client.trouble()));
        makeService(client);
        telemetry::ServiceTarget target = m_target;
        target.http = client.cluster()->services();
        target.sockets = client.cluster()->sockets();
        target.address = {{}, u"default"_s, u"loki"_s, u"http"_s, {}};
        const auto loki = std::make_shared<telemetry::Loki>(target);
        const auto page = awaited(loki->page({u"{job=\"pages\"} |= `b 24`"_s, m_start, m_start + 60'000'000'000, 100, true}));
        QVERIFY2(page.ok(), page ? "" : qPrintable(page.error().text()));
        QCOMPARE(page->entries.size(), 11);   // 24, 240 to 249
        telemetry::LokiTail tail(loki, u"{job=\"proxied\"}"_s, nowNs(), {.pollMs = 300});
        QStringList lines;
        connect(&tail, &ports::LogTail::entries, this, [&lines](const QList<ports::LogEntry> &entries) {
            for (const ports::LogEntry &entry : entries)
                lines.append(entry.line);
        });
        tail.start();
        for (int i = 0; i < 3; ++i)
            push({stream({{u"job"_s, u"proxied"_s}}, only(value(nowNs(), u"line %1"_s.arg(i))))});
        QTRY_COMPARE_WITH_TIMEOUT(lines, (QStringList{u"line 0"_s, u"line 1"_s, u"line 2"_s}), kPatience);
        QVERIFY(!tail.listens());
    }

private:
    void theServerIsKilled(const telemetry::LokiTail &tail, const int &interruptions, const int &resumptions)
    {
        QVERIFY(tail.listens());
        m_server->kill();
        QTRY_COMPARE_WITH_TIMEOUT(interruptions, 1, kPatience);
        QVERIFY(!tail.listens());
        QVERIFY(m_server->startAgain());
        QTRY_COMPARE_WITH_TIMEOUT(resumptions, 1, kPatience);
    }

    /// A pod of the stand-in kubelet, whose port is Loki's, and its service.
    void makeService(test::SecondClient &client)
    {
        const Gvr pods{{}, u"v1"_s, u"pods"_s}, services{{}, u"v1"_s, u"services"_s}, accounts{{}, u"v1"_s, u"serviceaccounts"_s}, endpoints{{}, u"v1"_s, u"endpoints"_s};
        QTRY_VERIFY_WITH_TIMEOUT(awaited(client.cluster()->gateway()->get(accounts, u"default"_s, u"default"_s)).ok(), kPatience);   // admission wants one
        const QJsonObject labels{{u"app"_s, u"loki"_s}};
        QJsonArray containers, portList;
        containers.append(QJsonObject{{u"name"_s, u"loki"_s}, {u"image"_s, u"grafana/loki:3"_s}});
        portList.append(QJsonObject{{u"name"_s, u"http"_s}, {u"port"_s, 3100}, {u"targetPort"_s, int(m_server->port())}});
        client.write(ports::Verb::Create, {pods, u"default"_s, u"loki-0"_s},
                     {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Pod"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, u"loki-0"_s}, {u"labels"_s, labels}}},
                      {u"spec"_s, QJsonObject{{u"nodeName"_s, u"standin"_s}, {u"containers"_s, containers}}}});
        client.write(ports::Verb::Create, {services, u"default"_s, u"loki"_s},
                     {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Service"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, u"loki"_s}}},
                      {u"spec"_s, QJsonObject{{u"selector"_s, labels}, {u"ports"_s, portList}}}});
        QTRY_VERIFY_WITH_TIMEOUT([&] {
            const auto made = awaited(client.cluster()->gateway()->get(endpoints, u"default"_s, u"loki"_s));
            return made && !(*made)["subsets"_L1][0]["addresses"_L1].toArray().isEmpty();
        }(), kPatience);
    }

    /// Three streams over a minute; in the middle 300 lines of one nanosecond, over two streams, more than a page.
    void writePages()
    {
        QJsonArray a, b;
        for (int i = 0; i < 250; ++i) {
            const qint64 at = m_start + qint64(i) * 100'000'000;
            a.append(value(at, u"a %1"_s.arg(i)));
            b.append(value(at, u"b %1"_s.arg(i)));
            m_written << u"a %1"_s.arg(i) << u"b %1"_s.arg(i);
        }
        const qint64 same = m_start + 26'000'000'000;
        for (int i = 0; i < 45; ++i) {
            a.append(value(same, u"a same %1"_s.arg(i)));
            b.append(value(same, u"b same %1"_s.arg(i)));
            m_written << u"a same %1"_s.arg(i) << u"b same %1"_s.arg(i);
        }
        b.append(value(m_start + 27'000'000'000, u"with metadata \"quoted\" <b>é</b>\x1b[31m"_s, {{u"trace_id"_s, u"7f1c"_s}}));
        m_written << u"with metadata \"quoted\" <b>é</b>\x1b[31m"_s;
        push({stream({{u"job"_s, u"pages"_s}, {u"node"_s, u"a"_s}}, a), stream({{u"job"_s, u"pages"_s}, {u"node"_s, u"b"_s}}, b)});
    }

    void push(const QJsonArray &streams)
    {
        const auto sent = awaited(m_target.http->request(m_target.address, "POST", u"/loki/api/v1/push"_s, {{"Content-Type", "application/json"}},
                                                         QJsonDocument(QJsonObject{{u"streams"_s, streams}}).toJson(), {}));
        QVERIFY2(sent.ok() && sent->status == 204, sent ? sent->body.constData() : qPrintable(sent.error().text()));
    }

    std::unique_ptr<test::LiveServer> m_server;
    std::unique_ptr<kube::KubeCluster> m_cluster;
    telemetry::ServiceTarget m_target;
    std::shared_ptr<telemetry::Loki> m_loki;
    qint64 m_start = 0;
    QSet<QString> m_written;
};

QTEST_GUILESS_MAIN(LokiTest)
#include "tst_loki.moc"
