// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/DashboardSession.h"
#include "tests/support/FakeTelemetry.h"
#include "tests/support/ManualClock.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace qd;
using namespace qd::items;
using network::Sample;

class TestDashboardSession : public QObject {
    Q_OBJECT

private:
    static network::Panel panel(const QString &id, const QString &expr, const QString &legend = u"{{@node}}"_s, const QStringList &alerts = {})
    {
        network::Panel out;
        out.id = id;
        out.title = id;
        out.queries = {{expr, legend}};
        out.alerts = alerts;
        return out;
    }
    static network::Dashboard board(const QList<network::Panel> &panels)
    {
        network::Dashboard out;
        out.id = u"d"_s;
        out.variables.append({u"network"_s, u"Network"_s, u"networks"_s, {}, {}, {}, true, {}});
        out.variables.append({u"node"_s, u"Node"_s, u"nodes"_s, {}, {}, {}, true, {}});
        out.rows.append({{}, panels});
        return out;
    }
    /// A series of this pod, a reading at each step, its value the time.
    static network::TimeSeries series(const QString &pod, const ports::RangeQuery &query)
    {
        network::TimeSeries out;
        out.labels.insert(u"pod"_s, pod);
        for (double at = query.start; at <= query.end; at += query.step)
            out.samples.push_back({at, at});
        return out;
    }
    struct World {
        test::ManualClock clock;
        std::shared_ptr<test::FakeMetrics> metrics = std::make_shared<test::FakeMetrics>();
        DashboardSession session{&clock};
        World(const network::Dashboard &board, int visible = 100)
        {
            metrics->onRange = [](const ports::RangeQuery &query) {
                return Result<network::SeriesAnswer>(network::SeriesAnswer{query.start, query.end, query.step, {series(u"a-0"_s, query)}, {}, {}});
            };
            session.setDashboard(board);
            session.setSources({{u"infra"_s, metrics}});
            session.setRange({3600, 0, 0});
            QList<std::pair<QString, int>> panels;
            for (const network::Panel &panel : board.rows.first().panels.mid(0, visible))
                panels.append({panel.id, 600});
            session.setVisiblePanels(panels);
        }
        void settle() { QCoreApplication::processEvents(); }
        void tick(std::chrono::seconds by)
        {
            clock.advance(by);
            session.tick();
            settle();
        }
        [[nodiscard]] double now() const { return double(clock.now().toSecsSinceEpoch()); }
    };

private Q_SLOTS:
    void onlyWhatIsSeenIsAsked()
    {
        World w(board({panel(u"a"_s, u"a"_s), panel(u"b"_s, u"b"_s), panel(u"c"_s, u"c"_s)}), 2);
        w.settle();
        QVERIFY(w.metrics->asked.isEmpty());    // not on screen
        w.session.setShown(true);
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"range"_s).size(), 2);
        w.session.setVisiblePanels({{u"c"_s, 600}});
        w.settle();
        QCOMPARE(w.metrics->asked.last().text, u"c"_s);
        QCOMPARE(w.metrics->askedFor(u"range"_s).size(), 3);
        const ChartData data = w.session.data(u"c"_s);
        QCOMPARE(data.lines.size(), 1);
        QCOMPARE(data.lines.first().name, u"a-0"_s);
        QCOMPARE(data.to - data.from, 3600.0);
        QVERIFY(!data.loading && !data.error && data.missing.isEmpty() && !data.stale);
        w.session.setShown(false);
        w.tick(600s);
        QCOMPARE(w.metrics->askedFor(u"range"_s).size(), 3);
    }

    void stepsAndGrid()
    {
        World w(board({panel(u"a"_s, u"rate(x[$__rate_interval])"_s)}));
        w.clock.advance(7s);
        w.session.setShown(true);
        w.settle();
        const test::FakeMetrics::Asked asked = w.metrics->askedFor(u"range"_s).first();
        QCOMPARE(asked.step, 15.0);
        QCOMPARE(asked.end, w.now() - 7);
        QCOMPARE(asked.end - asked.start, 3600.0);
        QCOMPARE(asked.text, u"rate(x[60s])"_s);
        w.session.setRange({30 * 86400, 0, 0});
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"range"_s).last().step, 3600.0);
        QCOMPARE(w.metrics->askedFor(u"range"_s).last().text, u"rate(x[3615s])"_s);
    }

    /// rate() finds two readings where they are two minutes apart, too; asked once for a time, and only where something depends on it.
    void readingsThatAreFarApart()
    {
        World w(board({panel(u"a"_s, u"rate(x[$__rate_interval])"_s), panel(u"b"_s, u"b"_s)}), 2);
        w.metrics->onQuery = [](const QString &, double at) {
            network::TimeSeries apart;
            apart.samples.push_back({at, 118});
            return Result<network::SeriesAnswer>(network::SeriesAnswer{at, at, 0, {apart}, {}, {}});
        };
        w.session.setVisiblePanels({{u"b"_s, 600}});
        w.session.setShown(true);
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"query"_s).size(), 0);
        w.session.setVisiblePanels({{u"a"_s, 600}});
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"query"_s).size(), 2);      // how it begins, how it ends
        QCOMPARE(w.metrics->askedFor(u"range"_s).last().text, u"rate(x[480s])"_s);
        w.tick(60s);
        QCOMPARE(w.metrics->askedFor(u"query"_s).size(), 2);
        w.tick(120s);
        QCOMPARE(w.metrics->askedFor(u"query"_s).size(), 4);      // older readings may have come, further apart
        w.metrics->onQuery = [](const QString &, double) { return Result<network::SeriesAnswer>(Error{ErrorKind::Network, u"gone"_s, {}}); };
        w.session.setRange({6 * 3600, 0, 0});
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"query"_s).size(), 6);
        QCOMPARE(w.metrics->askedFor(u"range"_s).last().text, u"rate(x[480s])"_s);     // what was known stays
    }

    void theEndAloneIsAskedAgain()
    {
        World w(board({panel(u"a"_s, u"x"_s)}));
        w.session.setShown(true);
        w.settle();
        w.tick(15s);
        QList<test::FakeMetrics::Asked> asked = w.metrics->askedFor(u"range"_s);
        QCOMPARE(asked.size(), 2);
        QCOMPARE(asked.last().start, w.now() - 15 - PanelSlot::kOverlap);
        QCOMPARE(asked.last().end, w.now());
        const std::vector<Sample> &samples = *w.session.data(u"a"_s).lines.first().samples;
        QCOMPARE(samples.size(), 241U);
        QCOMPARE(samples.front().at, w.now() - 3600);
        QCOMPARE(samples.back().at, w.now());
        for (std::size_t i = 1; i < samples.size(); ++i)
            QCOMPARE(samples.at(i).at - samples.at(i - 1).at, 15.0);
        // A series that is gone keeps what it had; a new one comes.
        w.metrics->onRange = [](const ports::RangeQuery &query) {
            return Result<network::SeriesAnswer>(network::SeriesAnswer{query.start, query.end, query.step, {series(u"b-0"_s, query)}, {}, {}});
        };
        w.tick(15s);
        const ChartData data = w.session.data(u"a"_s);
        QCOMPARE(data.lines.size(), 2);
        QVERIFY(data.lines.first().samples->back().at < w.now() - PanelSlot::kOverlap);
        // Another step: all anew.
        w.session.setRange({6 * 3600, 0, 0});
        w.settle();
        asked = w.metrics->askedFor(u"range"_s);
        QCOMPARE(asked.last().end - asked.last().start, 6 * 3600.0);
        QCOMPARE(w.session.data(u"a"_s).lines.size(), 1);
        // Within one step nothing new can come.
        const qsizetype count = asked.size();
        w.session.setInterval(5);
        w.tick(5s);
        QCOMPARE(w.metrics->askedFor(u"range"_s).size(), count);
    }

    void theNewestWins()
    {
        World w(board({panel(u"a"_s, u"x"_s)}));
        w.metrics->hold = true;
        w.session.setShown(true);
        w.session.setRange({86400, 0, 0});
        w.settle();
        QCOMPARE(w.metrics->held(), 2);
        const QList<test::FakeMetrics::Asked> asked = w.metrics->askedFor(u"range"_s);
        QVERIFY(asked.at(0).stop.stop_requested() && !asked.at(1).stop.stop_requested());
        QVERIFY(w.session.data(u"a"_s).loading);
        w.metrics->letGo(1);
        w.settle();
        QCOMPARE(w.session.data(u"a"_s).step, asked.at(1).step);
        w.metrics->letGo();
        w.settle();
        QCOMPARE(w.session.data(u"a"_s).step, asked.at(1).step);
        QVERIFY(!w.session.data(u"a"_s).error);
    }

    void aSlowServerIsNotStarved()
    {
        World w(board({panel(u"a"_s, u"x"_s)}));
        w.metrics->hold = true;
        w.session.setShown(true);
        w.tick(15s);
        w.tick(15s);
        w.tick(15s);
        QCOMPARE(w.metrics->held(), 1);     // a refresh waits for the answer that is under way
        QVERIFY(!w.metrics->asked.first().stop.stop_requested());
        w.metrics->letGo();
        w.settle();
        QCOMPARE(w.metrics->held(), 1);
        QCOMPARE(w.metrics->asked.last().end, w.now());
    }

    void sixAtOnce()
    {
        QList<network::Panel> panels;
        for (int i = 0; i < 20; ++i)
            panels.append(panel(u"p%1"_s.arg(i), u"m%1"_s.arg(i)));
        World w(board(panels));
        w.metrics->hold = true;
        w.session.setShown(true);
        w.settle();
        QCOMPARE(w.session.underWay(), DashboardSession::kAtOnce);
        QCOMPARE(w.metrics->held(), 6);
        QCOMPARE(w.metrics->asked.first().text, u"m0"_s);     // the topmost first
        w.metrics->letGo();
        w.settle();
        QCOMPARE(w.metrics->held(), 6);
        QCOMPARE(w.metrics->asked.last().text, u"m6"_s);
        while (w.metrics->held() > 0) {
            w.metrics->letGo();
            w.settle();
            QVERIFY(w.session.underWay() <= 6);
        }
        QCOMPARE(w.metrics->askedFor(u"range"_s).size(), 20);
    }

    void failuresKeepWhatIsThere()
    {
        World w(board({panel(u"a"_s, u"x"_s)}));
        w.session.setShown(true);
        w.settle();
        const QDateTime good = w.clock.now();
        const auto fine = w.metrics->onRange;
        w.metrics->onRange = [](const ports::RangeQuery &) { return Result<network::SeriesAnswer>(Error{ErrorKind::Network, u"gone"_s}); };
        w.tick(15s);
        ChartData data = w.session.data(u"a"_s);
        QVERIFY(data.stale && data.error);
        QCOMPARE(data.error->message, u"gone"_s);
        QCOMPARE(data.lines.size(), 1);
        QCOMPARE(data.asOf, good);
        w.metrics->onRange = fine;
        w.tick(15s);
        data = w.session.data(u"a"_s);
        QVERIFY(!data.error && !data.stale);
        QCOMPARE(data.lines.first().samples->back().at, w.now());
    }

    /// A chart that fails tells its own age, whatever others were answered since.
    void eachChartsOwnAge()
    {
        World w(board({panel(u"a"_s, u"a"_s), panel(u"b"_s, u"b"_s)}));
        w.session.setShown(true);
        w.settle();
        const QDateTime first = w.clock.now();
        QCOMPARE(w.session.data(u"a"_s).asOf, first);
        const auto good = w.metrics->onRange;
        w.metrics->onRange = [good](const ports::RangeQuery &query) {
            return query.expr == "a"_L1 ? Result<network::SeriesAnswer>(Error{ErrorKind::Timeout, u"No answer."_s, {}}) : good(query);
        };
        w.tick(1800s);
        QVERIFY(w.session.data(u"a"_s).error);
        QCOMPARE(w.session.data(u"a"_s).asOf, first);
        QCOMPARE(w.session.data(u"b"_s).asOf, w.clock.now());
        // Signed out: nothing that was read is there any more.
        w.session.setSources({});
        QVERIFY(!w.session.data(u"b"_s).asOf.isValid() && w.session.data(u"b"_s).lines.isEmpty() && !w.session.asOf().isValid());
    }

    void whatIsOldIsStale()
    {
        World w(board({panel(u"a"_s, u"x"_s)}));
        w.metrics->onRange = [](const ports::RangeQuery &query) {
            ports::RangeQuery until = query;
            until.end -= 300;
            return Result<network::SeriesAnswer>(network::SeriesAnswer{query.start, query.end, query.step, {series(u"a-0"_s, until)}, {}, {}});
        };
        w.session.setShown(true);
        w.settle();
        QVERIFY(w.session.data(u"a"_s).stale);
    }

    /// Refreshed by hand nothing is asked, and what is shown becomes old all the same.
    void whatNobodyRefreshesBecomesStale()
    {
        World w(board({panel(u"a"_s, u"x"_s)}));
        w.session.setInterval(0);
        w.session.setShown(true);
        w.settle();
        QVERIFY(!w.session.data(u"a"_s).stale);
        const qsizetype asked = w.metrics->asked.size();
        QSignalSpy told(&w.session, &DashboardSession::panelChanged);
        w.tick(30s);
        QCOMPARE(told.count(), 0);
        w.tick(600s);
        QCOMPARE(told.count(), 1);
        QVERIFY(w.session.data(u"a"_s).stale);
        QCOMPARE(w.metrics->asked.size(), asked);
        w.session.refresh();
        w.settle();
        QVERIFY(!w.session.data(u"a"_s).stale);
    }

    void missingIsNotZero_data()
    {
        QTest::addColumn<QString>("expr");
        QTest::addColumn<QStringList>("there");
        QTest::addColumn<QString>("words");
        QTest::newRow("not there") << u"sum(rate(daml_x_bucket[5m]))"_s << QStringList()
                                   << u"The metric daml_x is not there: nothing that is scraped told it in this time."_s;
        QTest::newRow("there as a histogram") << u"rate(daml_x_bucket[5m])"_s << QStringList{u"daml_x_count"_s} << u"No reading of what is chosen in this time."_s;
        QTest::newRow("there, nothing of it") << u"daml_x > 5"_s << QStringList{u"daml_x"_s} << u"No reading of what is chosen in this time."_s;
        QTest::newRow("one of two") << u"a / b"_s << QStringList{u"a"_s} << u"The metric b is not there: nothing that is scraped told it in this time."_s;
    }
    void missingIsNotZero()
    {
        QFETCH(QString, expr);
        QFETCH(QStringList, there);
        World w(board({panel(u"a"_s, expr)}));
        w.metrics->onRange = [](const ports::RangeQuery &query) { return Result<network::SeriesAnswer>(network::SeriesAnswer{query.start, query.end, query.step, {}, {}, {}}); };
        w.metrics->onLabelValues = [there](const QString &, const QString &) { return Result<QStringList>(there); };
        w.session.setShown(true);
        w.settle();
        w.settle();
        QTEST(w.session.data(u"a"_s).missing, "words");
        QCOMPARE(w.metrics->askedFor(u"labels"_s).size(), 1);
        QVERIFY(w.metrics->askedFor(u"labels"_s).first().text.startsWith(u"__name__ {__name__=~\"("_s));
    }

    void nodesAndNetworks()
    {
        World w(board({panel(u"a"_s, u"x{namespace=~\"$network\",pod=~\"$node\"}"_s)}));
        w.metrics->onRange = [](const ports::RangeQuery &query) {
            network::SeriesAnswer out{query.start, query.end, query.step, {}, {}, {}};
            for (const QString &pod : {u"alice-0"_s, u"alice-bank-0"_s})
                out.series.push_back(series(pod, query));
            return Result<network::SeriesAnswer>(out);
        };
        w.session.setSources({{u"infra"_s, w.metrics, [](const network::Labels &labels) { return labels.value(u"pod"_s).chopped(2); }}});
        w.session.setNodes({{u"infra"_s, u"mainnet"_s, u"ns-1"_s, u"alice"_s}, {u"infra"_s, u"mainnet"_s, u"ns-2"_s, u"alice-bank"_s},
                            {u"other"_s, u"devnet"_s, u"ns-3"_s, u"bob"_s}});
        w.session.setShown(true);
        w.settle();
        QCOMPARE(w.session.variables().at(0).values, QStringList{u"mainnet"_s});
        QCOMPARE(w.session.variables().at(1).values, (QStringList{u"alice"_s, u"alice-bank"_s}));
        QCOMPARE(w.metrics->asked.last().text, u"x{namespace=~\".*\",pod=~\".*\"}"_s);
        QCOMPARE(w.session.data(u"a"_s).lines.size(), 2);
        w.session.choose(u"network"_s, {u"mainnet"_s});
        w.session.choose(u"node"_s, {u"alice"_s});
        w.settle();
        QCOMPARE(w.metrics->asked.last().text, u"x{namespace=~\"ns-1|ns-2\",pod=~\"alice(-.*)?\",pod!~\"alice-bank(-.*)?\"}"_s);
        // alice-bank's pods begin with alice, too.
        QCOMPARE(w.session.data(u"a"_s).lines.size(), 1);
        QCOMPARE(w.session.data(u"a"_s).lines.first().name, u"alice"_s);
    }

    void labelsAsVariables()
    {
        network::Dashboard dashboard = board({panel(u"a"_s, u"x{s=~\"$sync\"}"_s)});
        dashboard.variables.append({u"sync"_s, u"Synchronizer"_s, {}, u"synchronizer"_s, u"up{namespace=~\"$network\"}"_s, {}, true, {}});
        World w(dashboard);
        w.metrics->onLabelValues = [](const QString &, const QString &) { return Result<QStringList>(QStringList{u"global"_s, u"harbor"_s}); };
        w.session.setNodes({{u"infra"_s, u"mainnet"_s, u"ns-1"_s, u"alice"_s}});
        w.session.setShown(true);
        w.settle();
        QCOMPARE(w.session.variables().at(2).values, (QStringList{u"global"_s, u"harbor"_s}));
        QCOMPARE(w.metrics->askedFor(u"labels"_s).last().text, u"synchronizer up{namespace=~\".*\"}"_s);
        const qsizetype before = w.metrics->askedFor(u"labels"_s).size();
        w.session.choose(u"network"_s, {u"mainnet"_s});
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"labels"_s).size(), before + 1);
        QCOMPARE(w.metrics->askedFor(u"labels"_s).last().text, u"synchronizer up{namespace=~\"ns-1\"}"_s);
        w.session.choose(u"sync"_s, {u"harbor"_s});
        w.settle();
        QCOMPARE(w.metrics->asked.last().text, u"x{s=~\"harbor\"}"_s);
    }

    void severalClusters()
    {
        World w(board({panel(u"a"_s, u"x"_s)}));
        auto second = std::make_shared<test::FakeMetrics>();
        second->onRange = w.metrics->onRange;
        w.session.setSources({{u"infra"_s, w.metrics}, {u"dev"_s, second}});
        w.session.setShown(true);
        w.settle();
        const ChartData data = w.session.data(u"a"_s);
        QCOMPARE(data.lines.size(), 2);
        QCOMPARE(data.lines.at(0).name, u"a-0"_s);
        QCOMPARE(data.lines.at(1).name, u"a-0 (dev)"_s);    // two of one name are told apart
        // One of them fails: what the other told stays.
        second->onRange = [](const ports::RangeQuery &) { return Result<network::SeriesAnswer>(Error{ErrorKind::Network, u"gone"_s}); };
        w.tick(15s);
        QVERIFY(w.session.data(u"a"_s).error);
        QCOMPARE(w.session.data(u"a"_s).lines.size(), 2);
        w.session.setSources({{u"infra"_s, w.metrics}});
        w.settle();
        QCOMPARE(w.session.data(u"a"_s).lines.size(), 1);
        QVERIFY(!w.session.data(u"a"_s).error);
    }

    void pausedAndFixed()
    {
        World w(board({panel(u"a"_s, u"x"_s)}));
        w.session.setShown(true);
        w.settle();
        const double before = w.session.data(u"a"_s).to;
        w.session.setPaused(true);
        w.tick(60s);
        QCOMPARE(w.metrics->askedFor(u"range"_s).size(), 1);
        QCOMPARE(w.session.data(u"a"_s).to, before);
        w.session.setPaused(false);
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"range"_s).size(), 2);
        w.session.setRange({0, w.now() - 600, w.now() - 300});
        w.settle();
        QCOMPARE(w.session.data(u"a"_s).to, w.now() - 300);
        const qsizetype asked = w.metrics->askedFor(u"range"_s).size();
        w.tick(60s);
        QCOMPARE(w.metrics->askedFor(u"range"_s).size(), asked);    // what was does not change
        w.session.refresh();
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"range"_s).size(), asked + 1);
    }

    /// An event is of a node; deployments and notes are of all.
    void eventsOfWhatIsChosen_data()
    {
        QTest::addColumn<QString>("variable");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QStringList>("marks");
        QTest::addColumn<QStringList>("namespaces");
        QTest::newRow("all") << QString() << QString() << QStringList{u"1.2"_s, u"A on alice-0"_s, u"B on bob-0"_s} << QStringList{u"one"_s, u"two"_s};
        QTest::newRow("a node") << u"node"_s << u"alice"_s << QStringList{u"1.2"_s, u"A on alice-0"_s} << QStringList{u"one"_s};
        QTest::newRow("a network") << u"network"_s << u"test"_s << QStringList{u"1.2"_s, u"B on bob-0"_s} << QStringList{u"two"_s};
    }
    void eventsOfWhatIsChosen()
    {
        QFETCH(QString, variable);
        QFETCH(QString, value);
        QFETCH(QStringList, marks);
        QFETCH(QStringList, namespaces);
        World w(board({panel(u"a"_s, u"a"_s)}));
        w.session.setNodes({{u"infra"_s, u"main"_s, u"one"_s, u"alice"_s}, {u"infra"_s, u"test"_s, u"two"_s, u"bob"_s}, {u"closed"_s, u"main"_s, u"three"_s, u"eve"_s}});
        const auto event = [&w](double ago, const QString &cluster, const QString &ns, const QString &node, const QString &reason) {
            ChartMark out{w.now() - ago, reason + u" on "_s + node + u"-0"_s, ChartMark::Kind::Event, {}};
            out.cluster = cluster;
            out.ns = ns;
            out.node = node;
            out.reason = reason;
            out.object = node + u"-0"_s;
            return out;
        };
        w.session.setMarks({{w.now() - 3000, u"1.2"_s, ChartMark::Kind::Deployment, {}}, event(2000, u"infra"_s, u"one"_s, u"alice"_s, u"A"_s),
                            event(1000, u"infra"_s, u"two"_s, u"bob"_s, u"B"_s), event(500, u"closed"_s, u"three"_s, u"eve"_s, u"C"_s),
                            event(5000, u"infra"_s, u"one"_s, u"alice"_s, u"D"_s)});
        w.session.setShown(true);
        w.settle();
        if (!variable.isEmpty())
            w.session.choose(variable, {value});
        w.settle();
        QStringList shown;
        for (const ChartMark &mark : w.session.data(u"a"_s).marks)
            shown.append(mark.text);
        QCOMPARE(shown, marks);
        QCOMPARE(w.session.namespaces(), (QMap<QString, QStringList>{{u"infra"_s, namespaces}}));
    }

    /// What lies within a few pixels of the plot is one mark, whatever the time that is shown.
    void eventsThatLieOverEachOther()
    {
        World w(board({panel(u"a"_s, u"a"_s)}));
        w.session.setNodes({{u"infra"_s, u"main"_s, u"one"_s, u"alice"_s}});
        QList<ChartMark> marks;
        for (int i = 0; i < 100; ++i) {
            ChartMark mark{w.now() - 3000 + i * 20, u"A on alice-0"_s, ChartMark::Kind::Event, {}};
            mark.cluster = u"infra"_s;
            mark.ns = u"one"_s;
            mark.node = u"alice"_s;
            mark.reason = u"A"_s;
            mark.object = u"alice-0"_s;
            marks.append(mark);
        }
        w.session.setMarks(marks);
        w.session.setShown(true);
        w.settle();
        const QList<ChartMark> hour = w.session.data(u"a"_s).marks;     // 600 pixels, 6 s each
        QVERIFY2(hour.size() > 10 && hour.size() < 40, qPrintable(QString::number(hour.size())));
        qint64 count = 0;
        for (const ChartMark &mark : hour)
            count += mark.count;
        QCOMPARE(count, 100);
        QCOMPARE(hour.first().text, u"A on alice-0 (4)"_s);
        w.session.setRange({86'400, 0, 0});
        QVERIFY(w.session.data(u"a"_s).marks.size() <= 2);
    }

    void alertsAsSpans()
    {
        World w(board({panel(u"a"_s, u"x"_s, {}, {u"Low"_s})}));
        w.metrics->onRange = [&w](const ports::RangeQuery &query) {
            network::SeriesAnswer out{query.start, query.end, query.step, {}, {}, {}};
            for (const QString &name : {u"Low"_s, u"Other"_s}) {
                network::TimeSeries one;
                one.labels = {{u"alertname"_s, name}, {u"severity"_s, u"warning"_s}};
                for (double at = query.start; at <= query.end; at += query.step) {
                    if (at < query.start + 600 || at > w.now() - 900)
                        one.samples.push_back({at, 1});
                }
                out.series.push_back(one);
            }
            return Result<network::SeriesAnswer>(query.expr.startsWith(u"ALERTS"_s) ? out : network::SeriesAnswer{});
        };
        w.session.setShown(true);
        w.settle();
        const QList<ChartSpan> spans = w.session.data(u"a"_s).spans;
        QCOMPARE(spans.size(), 2);
        QVERIFY(spans.first().to > 0 && !spans.first().critical);
        QCOMPARE(spans.last().to, 0.0);     // still
        QCOMPARE(spans.last().text, u"Low"_s);
    }

    /// A chart that is narrowed to a node or a network shows the alerts of those alone, and says whose each is.
    void alertsOfWhatIsChosen_data()
    {
        QTest::addColumn<QStringList>("networks");
        QTest::addColumn<QStringList>("nodes");
        QTest::addColumn<QStringList>("shown");
        QTest::newRow("all") << QStringList() << QStringList()
                             << QStringList{u"Down (alice)"_s, u"Down (bob)"_s, u"Full (ns-1)"_s, u"Full (ns-2)"_s, u"Site"_s};
        QTest::newRow("a node") << QStringList() << QStringList{u"alice"_s} << QStringList{u"Down (alice)"_s, u"Full (ns-1)"_s};
        QTest::newRow("a network") << QStringList{u"devnet"_s} << QStringList() << QStringList{u"Down (bob)"_s, u"Full (ns-2)"_s};
        QTest::newRow("both") << QStringList{u"mainnet"_s} << QStringList{u"alice"_s} << QStringList{u"Down (alice)"_s, u"Full (ns-1)"_s};
        QTest::newRow("a namespace of nobody") << QStringList{u"ns-2"_s} << QStringList() << QStringList{u"Down (bob)"_s, u"Full (ns-2)"_s};
    }
    void alertsOfWhatIsChosen()
    {
        QFETCH(QStringList, networks);
        QFETCH(QStringList, nodes);
        World w(board({panel(u"a"_s, u"x"_s, {}, {u"*"_s}), panel(u"b"_s, u"x"_s, {}, {u"Site"_s})}));
        w.metrics->onRange = [](const ports::RangeQuery &query) {
            network::SeriesAnswer out{query.start, query.end, query.step, {}, {}, {}};
            for (const network::Labels &labels : {network::Labels{{u"alertname"_s, u"Down"_s}, {u"namespace"_s, u"ns-1"_s}, {u"pod"_s, u"alice-0"_s}},
                                                  network::Labels{{u"alertname"_s, u"Down"_s}, {u"namespace"_s, u"ns-2"_s}, {u"pod"_s, u"bob-0"_s}},
                                                  network::Labels{{u"alertname"_s, u"Full"_s}, {u"namespace"_s, u"ns-1"_s}},
                                                  network::Labels{{u"alertname"_s, u"Full"_s}, {u"namespace"_s, u"ns-2"_s}},
                                                  network::Labels{{u"alertname"_s, u"Site"_s}}}) {
                network::TimeSeries one = series({}, query);
                one.labels = labels;
                out.series.push_back(one);
            }
            return Result<network::SeriesAnswer>(query.expr.startsWith(u"ALERTS"_s) ? out : network::SeriesAnswer{});
        };
        w.session.setSources({{u"infra"_s, w.metrics, [](const network::Labels &labels) { return labels.value(u"pod"_s).chopped(labels.contains(u"pod"_s) ? 2 : 0); }}});
        w.session.setNodes({{u"infra"_s, u"mainnet"_s, u"ns-1"_s, u"alice"_s}, {u"infra"_s, u"devnet"_s, u"ns-2"_s, u"bob"_s}});
        w.session.setShown(true);
        w.session.choose(u"network"_s, networks);
        w.session.choose(u"node"_s, nodes);
        w.settle();
        QStringList shown;
        const QList<ChartSpan> spans = w.session.data(u"a"_s).spans;
        for (const ChartSpan &span : spans)
            shown.append(span.text);
        shown.sort();
        QTEST(shown, "shown");
        QCOMPARE(w.session.data(u"b"_s).spans.size(), 1);      // one that says no place, asked for by its name
    }

    void marksAndMostLines()
    {
        World w(board({panel(u"a"_s, u"x"_s)}));
        w.metrics->onRange = [](const ports::RangeQuery &query) {
            network::SeriesAnswer out{query.start, query.end, query.step, {}, {}, {}};
            for (int i = 0; i < 250; ++i)
                out.series.push_back(series(u"p%1"_s.arg(i, 3, 10, QChar(u'0')), query));
            return Result<network::SeriesAnswer>(out);
        };
        w.session.setShown(true);
        w.settle();
        QCOMPARE(w.session.data(u"a"_s).lines.size(), 200);
        QCOMPARE(w.session.data(u"a"_s).left, 50);
        w.session.setMarks({{w.now() - 60, u"0.4.16"_s}, {w.now() - 9999, u"before"_s}});
        QCOMPARE(w.session.data(u"a"_s).marks.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestDashboardSession)
#include "tst_dashboardsession.moc"
