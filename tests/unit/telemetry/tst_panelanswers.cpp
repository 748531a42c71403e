// SPDX-License-Identifier: GPL-3.0-or-later
// What a panel keeps of its answers: the grid they lie on, what the server says beside them, and which of them are those of what is chosen.
#include "models/items/telemetry/DashboardSession.h"
#include "models/items/telemetry/PanelSlot.h"
#include "tests/support/FakeTelemetry.h"
#include "tests/support/ManualClock.h"

#include <QCoreApplication>
#include <QSet>
#include <QTest>

#include <cmath>
#include <ctime>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace qd;
using namespace qd::items;

namespace {

/// The machine stands in Kolkata, half an hour beside the full ones of UTC.
struct InKolkata {
    InKolkata() : before(qgetenv("TZ")) { move("Asia/Kolkata"); }
    ~InKolkata() { move(before); }
    Q_DISABLE_COPY_MOVE(InKolkata)
    static void move(const QByteArray &zone)
    {
        zone.isEmpty() ? qunsetenv("TZ") : qputenv("TZ", zone);
        tzset();
    }
    QByteArray before;
};

struct World {
    test::ManualClock clock;
    std::shared_ptr<test::FakeMetrics> metrics = std::make_shared<test::FakeMetrics>();
    QStringList warnings, infos;
    bool empty = false;
    DashboardSession session{&clock};
    explicit World(const QString &expr = u"x"_s, const QList<network::DashboardVariable> &variables = {})
    {
        metrics->onRange = [this](const ports::RangeQuery &query) {
            network::TimeSeries one;
            one.labels.insert(u"pod"_s, u"a-0"_s);
            for (double at = query.start; at <= query.end; at += query.step)
                one.samples.push_back({at, at});
            network::SeriesAnswer out{query.start, query.end, query.step, {}, warnings, infos};
            if (!empty)
                out.series.push_back(one);
            return Result<network::SeriesAnswer>(out);
        };
        session.setDashboard(board(expr, variables));
        session.setSources({{u"infra"_s, metrics}});
        session.setVisiblePanels({{u"a"_s, 600}});
    }
    static network::Dashboard board(const QString &expr, const QList<network::DashboardVariable> &variables)
    {
        network::Panel panel;
        panel.id = panel.title = u"a"_s;
        panel.queries = {{expr, u"{{@node}}"_s}};
        network::Dashboard out;
        out.id = u"d"_s;
        out.variables = variables;
        out.rows.append({{}, {panel}});
        return out;
    }
    /// Of a whole day that is over: shown, and answered.
    void showDay()
    {
        session.setRange(day());
        session.setShown(true);
        settle();
    }
    [[nodiscard]] double now() const { return double(clock.now().toSecsSinceEpoch()); }
    [[nodiscard]] TimeRange day() const { return {0, now() - 86400, now()}; }
    [[nodiscard]] TimeRange hour() const { return {0, now() - 7200, now() - 3600}; }
    [[nodiscard]] ChartData data() const { return session.data(u"a"_s); }
    /// Seconds of its readings beyond a full hour of UTC.
    [[nodiscard]] QSet<double> beyondTheHour() const
    {
        QSet<double> out;
        for (const network::Sample &sample : *data().lines.first().samples)
            out.insert(std::fmod(sample.at, 3600));
        return out;
    }
    void settle()
    {
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();      // what an answer leads to
    }
};

network::DashboardVariable variableOf(const QString &name, const QString &of)
{
    network::DashboardVariable out;
    out.name = out.title = name;
    out.of = of;
    return out;
}

const QString kOfNode = u"x{pod=~\"$node\"}"_s;

}

class TestPanelAnswers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// What is older may come later: a store that was away, a history that is filled in.
    void allOfItIsAskedAgainNowAndThen()
    {
        World w;
        w.session.setRange({3600, 0, 0});
        w.session.setInterval(15);
        w.session.setShown(true);
        QCoreApplication::processEvents();
        const auto begin = [&w](std::chrono::seconds by) {
            w.clock.advance(by);
            w.session.tick();
            QCoreApplication::processEvents();
            const ports::RangeQuery query{{}, w.metrics->askedFor(u"range"_s).last().start, double(w.clock.now().toSecsSinceEpoch()), 0};
            return query.end - query.start;
        };
        QCOMPARE(begin(15s), 15 + PanelSlot::kOverlap);
        QCOMPARE(begin(105s), 3600.0);
        QCOMPARE(begin(15s), 15 + PanelSlot::kOverlap);
        // Of a partial answer nobody knows what is not in it.
        w.warnings = {u"a store is away"_s};
        QCOMPARE(begin(15s), 15 + PanelSlot::kOverlap);
        QCOMPARE(begin(15s), 3600.0);
        QCOMPARE(begin(15s), 3600.0);
        w.warnings.clear();
        QCOMPARE(begin(15s), 3600.0);
        QCOMPARE(begin(15s), 15 + PanelSlot::kOverlap);
    }

    /// Steps of hours begin where the clock on the wall has a full hour; with the zone all of the grid moves, and no reading of the old one stays.
    void theGridIsThatOfTheZone()
    {
        const InKolkata kolkata;
        World w;
        w.session.setRange({30 * 86400, 0, 0});
        w.session.setShown(true);
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"range"_s).last().step, 3600.0);
        QCOMPARE(w.beyondTheHour(), QSet<double>{0});
        w.session.setUtc(false);
        w.settle();
        QCOMPARE(w.beyondTheHour(), QSet<double>{1800});
        w.clock.advance(3600s);
        w.session.tick();
        w.settle();
        QCOMPARE(w.beyondTheHour(), QSet<double>{1800});
        w.session.setUtc(true);
        w.settle();
        QCOMPARE(w.beyondTheHour(), QSet<double>{0});
    }

    /// Where the grid is the same in both zones nothing is asked again.
    void aGridThatStaysIsKept()
    {
        const InKolkata kolkata;
        World w;
        w.session.setRange({3600, 0, 0});
        w.session.setShown(true);
        w.settle();
        const qsizetype asked = w.metrics->askedFor(u"range"_s).size();
        w.session.setUtc(false);
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"range"_s).size(), asked);
    }

    /// What the server says goes with its answer, warnings and infos apart, and with the next answer.
    void infosAreKept()
    {
        World w;
        w.warnings = {u"partial"_s};
        w.infos = {u"no counter"_s};
        w.session.setRange({3600, 0, 0});
        w.session.setShown(true);
        w.settle();
        QCOMPARE(w.data().infos, QStringList{u"no counter"_s});
        QCOMPARE(w.data().warnings, QStringList{u"partial"_s});
        w.infos.clear();
        w.session.refresh();
        w.settle();
        QCOMPARE(w.data().infos, QStringList());
        QCOMPARE(w.data().warnings, QStringList{u"partial"_s});
    }

    /// Who goes back to what is there already gets no answer to what was left; of a fixed time nothing would set it right.
    void anAnswerThatWasOvertakenIsNotTaken_data()
    {
        QTest::addColumn<bool>("zoomed");
        QTest::newRow("zoomed, and back") << true;
        QTest::newRow("another node, and back") << false;
    }
    void anAnswerThatWasOvertakenIsNotTaken()
    {
        QFETCH(bool, zoomed);
        World w(kOfNode, {variableOf(u"node"_s, u"nodes"_s)});
        w.showDay();
        const auto whole = [&w] { return w.data().lines.isEmpty() ? nullptr : w.data().lines.first().samples; };
        const auto before = whole();
        QVERIFY(before && before->size() > 500);
        w.metrics->hold = true;
        if (zoomed)
            w.session.setRange(w.hour());
        else
            w.session.choose(u"node"_s, {u"b"_s});
        QCOMPARE(w.metrics->held(), 1);
        if (zoomed)
            w.session.setRange(w.day());
        else
            w.session.choose(u"node"_s, {});
        QCOMPARE(whole(), before);
        QCOMPARE(w.metrics->held(), 1);
        QVERIFY(w.metrics->asked.last().stop.stop_requested());
        w.metrics->letAllGo();
        w.settle();
        QCOMPARE(whole(), before);
        QCOMPARE(w.session.underWay(), 0);
    }

    /// A little to the side, and back before the answer: what is on its way is what is wanted.
    void aMoveThatWasTakenBackIsNotAsked()
    {
        World w;
        w.metrics->hold = true;
        w.showDay();
        TimeRange aside = w.day();
        aside.from += 120;
        aside.to += 120;
        const TimeRange day = w.day();
        w.session.setRange(aside);
        w.session.setRange(day);
        w.metrics->letGo();
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"range"_s).size(), 1);
        QVERIFY(w.data().lines.first().samples->front().at <= day.from);
    }

    /// All of it is asked again even where the newest part is on its way, and whatever is wanted beside it meanwhile.
    void whatIsAskedAnewByHandIsNotForgotten()
    {
        World w;
        w.session.setRange({3600, 0, 0});
        w.session.setShown(true);
        w.settle();
        w.metrics->hold = true;
        w.clock.advance(15s);
        w.session.tick();
        w.session.refresh();
        w.session.setUtc(false);
        w.metrics->letGo();
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"range"_s).size(), 3);
        QCOMPARE(w.metrics->askedFor(u"range"_s).last().end - w.metrics->askedFor(u"range"_s).last().start, 3600.0);
    }

    /// Values that depend on another choice come in any order.
    void anOlderListOfValuesIsNotTaken()
    {
        network::DashboardVariable sync = variableOf(u"sync"_s, {});
        sync.label = u"synchronizer"_s;
        sync.match = u"up{namespace=~\"$network\"}"_s;
        World w(u"x"_s, {variableOf(u"network"_s, u"networks"_s), sync});
        w.metrics->onLabelValues = [](const QString &, const QString &match) {
            return Result<QStringList>(match.contains(u"ns-1"_s) ? QStringList{u"old"_s} : QStringList{u"new"_s, u"old"_s});
        };
        w.session.setNodes({{u"infra"_s, u"mainnet"_s, u"ns-1"_s, u"a"_s}});
        w.showDay();
        QCOMPARE(w.session.variables().at(1).values, (QStringList{u"new"_s, u"old"_s}));
        w.metrics->hold = true;
        w.session.choose(u"network"_s, {u"mainnet"_s});
        w.session.choose(u"network"_s, {});
        QCOMPARE(w.metrics->held(), 2);
        QVERIFY(w.metrics->asked.at(w.metrics->asked.size() - 2).stop.stop_requested());
        w.metrics->letGo(1);
        w.settle();
        QVERIFY(!w.session.variables().at(1).loading);
        w.metrics->letGo();
        w.settle();
        QCOMPARE(w.session.variables().at(1).values, (QStringList{u"new"_s, u"old"_s}));
        QCOMPARE(w.session.variables().at(1).problem, QString());
    }

    /// What is summed is of the chosen nodes alone, although the pods of others begin with their names.
    void othersWithLongerNamesAreLeftOut_data()
    {
        QTest::addColumn<QStringList>("nodes");
        QTest::addColumn<QStringList>("chosen");
        QTest::addColumn<QString>("matchers");
        const auto row = [](const char *name, const QStringList &nodes, const QStringList &chosen, const QString &matchers) {
            QTest::newRow(name) << nodes << chosen << matchers;
        };
        row("all", {u"acme"_s, u"acme-bank"_s}, {}, u"pod=~\".*\""_s);
        row("none goes on", {u"acme"_s, u"acme2"_s, u"bob"_s}, {u"acme"_s}, u"pod=~\"acme(-.*)?\""_s);
        row("one does", {u"acme"_s, u"acme-bank"_s}, {u"acme"_s}, u"pod=~\"acme(-.*)?\",pod!~\"acme-bank(-.*)?\""_s);
        row("several do", {u"acme"_s, u"acme-uk"_s, u"acme-bank"_s, u"acme-bank-2"_s}, {u"acme"_s}, u"pod=~\"acme(-.*)?\",pod!~\"(acme-bank|acme-uk)(-.*)?\""_s);
        row("the longer one", {u"acme"_s, u"acme-bank"_s}, {u"acme-bank"_s}, u"pod=~\"acme-bank(-.*)?\""_s);
        row("both", {u"acme"_s, u"acme-bank"_s}, {u"acme"_s, u"acme-bank"_s}, u"pod=~\"(acme(-.*)?|acme-bank(-.*)?)\""_s);
        row("one between", {u"acme"_s, u"acme-bank"_s, u"acme-bank-eu"_s, u"acme-uk"_s}, {u"acme"_s, u"acme-bank-eu"_s},
            u"pod=~\"(acme(-.*)?|acme-bank-eu(-.*)?)\",pod!~\"acme-uk(-.*)?\""_s);
    }
    void othersWithLongerNamesAreLeftOut()
    {
        QFETCH(QStringList, nodes);
        QFETCH(QStringList, chosen);
        QFETCH(QString, matchers);
        World w(kOfNode, {variableOf(u"node"_s, u"nodes"_s)});
        QList<DashboardNode> known{{u"other"_s, {}, u"ns"_s, u"acme-elsewhere"_s}};     // of a cluster that is not asked
        for (const QString &node : std::as_const(nodes))
            known.append({u"infra"_s, {}, u"ns-"_s + node, node});
        w.session.setNodes(known);
        w.showDay();
        w.session.choose(u"node"_s, chosen);
        w.settle();
        QCOMPARE(w.metrics->askedFor(u"range"_s).last().text, QString(u"x{"_s + matchers + u'}'));
    }

    /// The lines of what was chosen before are not those of what is chosen now.
    void anotherChoiceShowsNoLinesOfTheFormer()
    {
        const QList<network::DashboardVariable> variables{variableOf(u"node"_s, u"nodes"_s)};
        World w(u"rate(x{pod=~\"$node\"}[$__rate_interval])"_s, variables);
        w.showDay();
        QVERIFY(!w.data().lines.isEmpty() && !w.data().waiting);
        w.metrics->hold = true;
        // Another step or time: what is there stays.
        w.session.setRange(w.hour());
        QVERIFY(w.metrics->held() > 0);
        QVERIFY(!w.data().lines.isEmpty() && !w.data().loading && !w.data().waiting);
        w.metrics->letAllGo();
        w.settle();
        w.session.choose(u"node"_s, {u"b"_s});
        QVERIFY(w.data().lines.isEmpty() && w.data().loading && w.data().waiting && w.data().missing.isEmpty() && w.data().queries.isEmpty());
        w.metrics->letAllGo();
        w.settle();
        QCOMPARE(w.data().lines.size(), 1);
        QVERIFY(!w.data().loading && w.data().queries.first().contains(u"b(-.*)?"_s));
        // Another expression; one that comes to the same words is the same.
        w.session.setDashboard(World::board(u"rate(x{pod=~\"b(-.*)?\"}[60s])"_s, variables));
        w.session.setVisiblePanels({{u"a"_s, 600}});
        QCOMPARE(w.data().lines.size(), 1);
        w.session.setDashboard(World::board(u"y"_s, variables));
        w.session.setVisiblePanels({{u"a"_s, 600}});
        QVERIFY(w.data().lines.isEmpty() && w.data().loading);
        w.metrics->letAllGo();
        w.settle();
        // A choice that it does not depend on.
        w.session.choose(u"node"_s, {u"c"_s});
        QVERIFY(!w.data().lines.isEmpty() && !w.data().waiting);
    }

    /// Another choice is not said to have failed because the former did.
    void anErrorIsOfItsOwnQuestion()
    {
        World w(kOfNode, {variableOf(u"node"_s, u"nodes"_s)});
        const auto good = w.metrics->onRange;
        w.metrics->onRange = [](const ports::RangeQuery &) { return Result<network::SeriesAnswer>(Error{ErrorKind::Network, u"gone"_s}); };
        w.showDay();
        QVERIFY(w.data().error && w.data().waiting && !w.data().loading);
        w.metrics->onRange = good;
        w.metrics->hold = true;
        w.session.choose(u"node"_s, {u"b"_s});
        QVERIFY(!w.data().error && w.data().loading);
    }

    /// That there is nothing is said when all clusters have answered.
    void nothingIsSaidOfWhoDidNotAnswer()
    {
        World w;
        const auto second = std::make_shared<test::FakeMetrics>();
        second->onRange = w.metrics->onRange;
        second->hold = true;
        w.session.setSources({{u"infra"_s, w.metrics}, {u"dev"_s, second}});
        w.empty = true;
        w.showDay();
        QVERIFY(w.data().loading && w.data().waiting && w.data().missing.isEmpty());
        second->letAllGo();
        w.settle();
        QVERIFY(!w.data().loading && !w.data().waiting);
        QVERIFY(!w.data().missing.isEmpty());
        // Lines of one are shown before the other answers.
        second->hold = true;
        w.empty = false;
        w.session.setDashboard(World::board(u"y"_s, {}));
        w.session.setVisiblePanels({{u"a"_s, 600}});
        w.settle();
        QCOMPARE(w.data().lines.size(), 1);
        QVERIFY(!w.data().loading && w.data().waiting);
    }

    /// Whether a metric is there is known of one time only, and until it is.
    void whetherAMetricIsThereIsLookedForAgain()
    {
        World w;
        w.empty = true;
        QStringList there;
        w.metrics->onLabelValues = [&there](const QString &, const QString &) { return Result<QStringList>(there); };
        const auto looks = [&w] { return w.metrics->askedFor(u"labels"_s).size(); };
        w.showDay();
        QCOMPARE(looks(), 1);
        QVERIFY(w.data().missing.contains(u"x is not there"_s));
        there = {u"x"_s};
        w.session.setRange(w.hour());
        w.settle();
        QCOMPARE(looks(), 2);
        QVERIFY(w.data().missing.startsWith(u"No reading"_s));
        // An answer of the time before comes late.
        w.metrics->hold = true;
        w.session.setRange(w.day());
        w.session.setRange(w.hour());
        QCOMPARE(looks(), 4);
        w.metrics->letGo(w.metrics->held() - 1);
        w.settle();
        there.clear();
        w.metrics->hold = false;
        w.metrics->letAllGo();
        w.settle();
        QVERIFY2(w.data().missing.startsWith(u"No reading"_s), qPrintable(w.data().missing));
        // Lines come and go.
        w.session.setRange({3600, 0, 0});
        w.settle();
        const qsizetype before = looks();
        for (const bool empty : {false, true}) {
            QVERIFY(w.data().missing.contains(u"x is not there"_s) != empty);
            w.empty = empty;
            w.clock.advance(150s);
            w.session.tick();
            w.settle();
            QCOMPARE(w.data().lines.isEmpty(), empty);
        }
        QCOMPARE(looks(), before + 1);
    }
};

QTEST_GUILESS_MAIN(TestPanelAnswers)
#include "tst_panelanswers.moc"
