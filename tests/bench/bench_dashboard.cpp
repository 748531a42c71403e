// SPDX-License-Identifier: GPL-3.0-or-later
// bench_dashboard: a dashboard of 50 panels as it lives, each of 3 series: every 5 s the session asks, answers as Prometheus writes them are read,
// merged, drawn and painted. CPU milliseconds of it all, on one thread.
// Prints a table. Fails when asking for the newest part costs more than half of asking for all.
#include "app/telemetry/SeriesReader.h"
#include "models/items/telemetry/DashboardSession.h"
#include "tests/bench/ThreadTime.h"
#include "tests/support/FakeTelemetry.h"
#include "tests/support/ManualClock.h"
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartGroup.h"
#include "ui/charts/ChartView.h"
#include "ui/theme/Theme.h"

#include <QAbstractEventDispatcher>
#include <QApplication>
#include <QTextStream>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace qd;
using namespace Qt::StringLiterals;
using bench::milliseconds;

namespace {

constexpr int kPanels = 50;
constexpr int kSeconds = 5;
constexpr int kRounds = 48;     ///< four minutes: twice all is asked again

network::Dashboard board()
{
    network::Dashboard out;
    out.id = u"bench"_s;
    QList<network::Panel> panels;
    for (int i = 0; i < kPanels; ++i) {
        network::Panel panel;
        panel.id = u"panel-%1"_s.arg(i);
        panel.title = panel.id;
        panel.queries = {{u"sum by (pod) (rate(splice_trigger_completed_total{panel=\"%1\"}[$__rate_interval]))"_s.arg(i), u"{{pod}}"_s}};
        panels.append(panel);
    }
    out.rows.append({{}, panels});
    return out;
}

/// As Prometheus writes it.
QByteArray answer(const ports::RangeQuery &query)
{
    QByteArray out = R"({"status":"success","data":{"resultType":"matrix","result":[)";
    for (int k = 0; k < 3; ++k) {
        out += QByteArray(k > 0 ? "," : "") + R"({"metric":{"pod":"northgate-validator-)" + QByteArray::number(k) + R"(","namespace":"canton-mainnet"},"values":[)";
        bool more = false;
        for (double at = query.start; at <= query.end; at += query.step, more = true)
            out += QByteArray(more ? ",[" : "[") + QByteArray::number(at, 'f', 3) + ",\"" + QByteArray::number(20.0 * k + 9 * std::sin(at / 480) + 4 * std::sin(at * 7.3 + k), 'g', 17) + "\"]";
        out += "]}";
    }
    return out + "]}}";
}

Result<network::SeriesAnswer> read(const ports::RangeQuery &query)
{
    Result<telemetry::SeriesBody> body = telemetry::readSeries(answer(query));
    if (!body)
        return body.error();
    body->answer.start = query.start;
    body->answer.end = query.end;
    body->answer.step = query.step;
    return body->answer;
}

/// 50 cards on a page, fed by a session.
class Page {
public:
    Page()
    {
        m_metrics->onRange = [](const ports::RangeQuery &query) { return read(query); };
        m_session.setDashboard(board());
        m_session.setInterval(kSeconds);
        m_session.setSources({{u"infra"_s, m_metrics}});
        m_session.setRange({3600, 0, 0});
        QList<std::pair<QString, int>> seen;
        for (int i = 0; i < kPanels; ++i) {
            auto *card = new ui::ChartCard(&m_group, &m_page);
            card->setGeometry(i % 5 * 400, i / 5 * 260, 390, 250);
            m_cards.insert(u"panel-%1"_s.arg(i), card);
            seen.append({u"panel-%1"_s.arg(i), 320});
        }
        m_session.setVisiblePanels(seen);
        QObject::connect(&m_session, &items::DashboardSession::panelChanged, &m_page, [this](const QString &panel) { m_cards.value(panel)->setData(m_session.data(panel)); });
        m_page.resize(2000, 2600);
        m_page.show();
        settle();
    }
    double load()
    {
        return milliseconds([this] {
            m_session.setShown(true);
            settle();
        });
    }
    double round()
    {
        m_clock.advance(std::chrono::seconds(kSeconds));
        return milliseconds([this] {
            m_session.tick();
            settle();
        });
    }
    /// How often all were drawn since they were made.
    [[nodiscard]] int drawn() const
    {
        return std::accumulate(m_cards.begin(), m_cards.end(), 0, [](int sum, const ui::ChartCard *card) { return sum + card->view()->drawn(); });
    }
    [[nodiscard]] qsizetype asked() const { return m_metrics->askedFor(u"range"_s).size(); }

private:
    void settle()
    {
        while (QAbstractEventDispatcher::instance()->processEvents(QEventLoop::AllEvents) || m_session.underWay() > 0) { }
    }
    test::ManualClock m_clock;
    std::shared_ptr<test::FakeMetrics> m_metrics = std::make_shared<test::FakeMetrics>();
    items::DashboardSession m_session{&m_clock};
    QWidget m_page;
    ui::ChartGroup m_group{&m_clock};
    QHash<QString, ui::ChartCard *> m_cards;
};

}

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    ui::Theme theme;
    theme.apply(app);
    Page page;
    const double all = page.load();
    const qsizetype asked = page.asked();
    const int drawn = page.drawn();
    QList<double> rounds;
    for (int i = 0; i < kRounds; ++i)
        rounds.append(page.round());
    const double mean = std::accumulate(rounds.begin(), rounds.end(), 0.0) / kRounds;
    std::sort(rounds.begin(), rounds.end());
    const auto number = [](double value) { return QString::number(value, 'f', 1); };
    QTextStream out(stdout);
    out << "| 50 panels of 3 series, an hour of them, live at 5 s for 4 m | CPU ms | of a core |\n|---|--:|--:|\n"
        << "| all of it, once | " << number(all) << " | |\n"
        << "| a refresh, median | " << number(rounds.at(kRounds / 2)) << " | " << number(rounds.at(kRounds / 2) / (10 * kSeconds)) << " % |\n"
        << "| longest: all is asked again | " << number(rounds.last()) << " | |\n"
        << "| mean of " << kRounds << " | " << number(mean) << " | " << number(mean / (10 * kSeconds)) << " % |\n";
    out << asked << " questions and " << drawn << " pictures at first, " << page.asked() - asked << " and " << page.drawn() - drawn << " since\n";
    // Of series that are scraped every 15 s the newest part is asked as often.
    const bool lives = asked >= kPanels && page.asked() - asked >= kPanels * kRounds * kSeconds / 15 && page.drawn() - drawn >= kPanels * kRounds / 2;
    if (lives && rounds.at(kRounds / 2) * 2 <= all)
        return 0;
    QTextStream(stderr) << (lives ? "bench_dashboard: asking for the newest part costs more than half of asking for all\n" : "bench_dashboard: the dashboard does not live\n");
    return 1;
}
