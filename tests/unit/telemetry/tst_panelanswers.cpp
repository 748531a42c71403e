// SPDX-License-Identifier: GPL-3.0-or-later
// What a panel keeps of its answers: the grid they lie on, and what the server says beside them.
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
    DashboardSession session{&clock};
    World()
    {
        metrics->onRange = [this](const ports::RangeQuery &query) {
            network::TimeSeries one;
            one.labels.insert(u"pod"_s, u"a-0"_s);
            for (double at = query.start; at <= query.end; at += query.step)
                one.samples.push_back({at, at});
            return Result<network::SeriesAnswer>(network::SeriesAnswer{query.start, query.end, query.step, {one}, warnings, infos});
        };
        network::Panel panel;
        panel.id = panel.title = u"a"_s;
        panel.queries = {{u"x"_s, u"{{@node}}"_s}};
        network::Dashboard board;
        board.id = u"d"_s;
        board.rows.append({{}, {panel}});
        session.setDashboard(board);
        session.setSources({{u"infra"_s, metrics}});
        session.setVisiblePanels({{u"a"_s, 600}});
    }
    [[nodiscard]] ChartData data() const { return session.data(u"a"_s); }
    /// Seconds of its readings beyond a full hour of UTC.
    [[nodiscard]] QSet<double> beyondTheHour() const
    {
        QSet<double> out;
        for (const network::Sample &sample : *data().lines.first().samples)
            out.insert(std::fmod(sample.at, 3600));
        return out;
    }
    void settle() { QCoreApplication::processEvents(); }
};

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
};

QTEST_GUILESS_MAIN(TestPanelAnswers)
#include "tst_panelanswers.moc"
