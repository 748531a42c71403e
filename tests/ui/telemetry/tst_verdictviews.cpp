// SPDX-License-Identifier: GPL-3.0-or-later
// Whether nodes get on, where people look: the list of nodes, the details, the overview's card. In the real window, over the tour's formulas.
#include "models/items/telemetry/ChartEvents.h"
#include "tests/support/FakeTelemetry.h"
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "tests/ui/telemetry/GrafanaLinks.h"
#include "translations/Translations.h"
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartView.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/MetricsTab.h"
#include "ui/panes/details/VerdictSection.h"
#include "ui/panes/overview/NodeCards.h"
#include "ui/panes/overview/OverviewPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/TourOverview.h"
#include "ui/shell/tour/TourTelemetry.h"
#include "ui/shell/tour/TourVerdicts.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/StatePage.h"

#include <QComboBox>
#include <QJsonArray>
#include <QJsonObject>
#include <QScrollBar>
#include <QTest>

#include <cmath>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

namespace {

struct Stage {
    explicit Stage(Theme *theme, const std::shared_ptr<const network::KindTable> &kinds, const QString &pane, const std::function<void(TourWorld &)> &measure = measureTour)
        : world(kinds, codec.get(), theme)
    {
        world.fillConsortium();
        if (measure)
            measure(world);
        world.settings().setValue(u"window/pane"_s, pane);
        window = std::make_unique<MainWindow>(world.context());
        window->resize(1440, 1000);
        window->show();
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
    }
    [[nodiscard]] QString cell(const QString &uid, const QString &column, int role = Qt::DisplayRole) const
    {
        const items::ResourceModel *model = window->nodes()->model();
        const QString cluster = uid.contains(u"dev"_s) ? u"infra-dev"_s : u"infra-prod"_s;
        return model->index(model->rowOf(cluster, uid), model->columnOf(column)).data(role).toString();
    }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    TourWorld world;
    std::unique_ptr<MainWindow> window;
};

QString textOf(const QWidget *widget)
{
    QStringList out;
    for (const Label *label : widget->findChildren<Label *>()) {
        if (label->isVisible())
            out.append(label->text());
    }
    return out.join(u'\n');
}

}

class VerdictViewsTest : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
        m_theme.setReducedMotion(true);
    }

    void list()
    {
        Stage stage(&m_theme, m_kinds, u"nodes"_s);
        QTRY_COMPARE(stage.cell(u"tour-northgate-validator-1"_s, u"progress"_s), u"2 s"_s);
        QCOMPARE(stage.cell(u"tour-northgate-validator-1"_s, u"ingestion"_s), u"4 s"_s);
        QCOMPARE(stage.cell(u"tour-northgate-validator-1"_s, u"commitment"_s), u"21 m"_s);
        // What cannot be read is unknown, what does not apply is not there.
        QCOMPARE(stage.cell(u"tour-bob-custody"_s, u"progress"_s), u"unknown"_s);
        QVERIFY2(stage.cell(u"tour-bob-custody"_s, u"progress"_s, Qt::AccessibleTextRole).startsWith(u"Stuck: "_s), qPrintable(stage.cell(u"tour-bob-custody"_s, u"progress"_s, Qt::AccessibleTextRole)));
        QCOMPARE(stage.cell(u"tour-bob-custody"_s, u"progress"_s, items::SeverityRole).toInt(), int(network::State::Failed));
        QCOMPARE(stage.cell(u"tour-alice-bank"_s, u"ingestion"_s), QString(QChar(0x2013)));
        QVERIFY(stage.cell(u"tour-northgate-validator-2"_s, u"progress"_s, Qt::ToolTipRole).contains(u"120 kB of traffic are left at global"_s));
        QVERIFY(stage.cell(u"tour-northgate-dev-2"_s, u"progress"_s, Qt::ToolTipRole).contains(u"Prometheus scrapes nothing of this node"_s));
        const QStringList ages{u"progress"_s, u"ingestion"_s, u"commitment"_s};
        const auto agesShown = [&stage, &ages] {
            QStringList out = stage.window->nodes()->table()->shownColumns();
            out.removeIf([&ages](const QString &column) { return !ages.contains(column); });
            return out;
        };
        QCOMPARE(agesShown(), ages);
        // Where there is no room they leave before what the objects say, the last event last.
        stage.window->resize(1000, 800);
        QTRY_VERIFY(!agesShown().contains(u"commitment"_s));
        QVERIFY(stage.window->nodes()->table()->shownColumns().contains(u"phase"_s));
        stage.window->resize(1440, 1000);
        QTRY_COMPARE(agesShown(), ages);
        // The small line of the rows on screen.
        const ObjectId node = stage.window->nodes()->model()->index(stage.window->nodes()->model()->rowOf(u"infra-prod"_s, u"tour-alice-bank"_s), 0).data(items::ObjectIdRole).value<ObjectId>();
        QTRY_VERIFY(stage.window->nodes()->progress()->trend(node).size() == 31);
        QVERIFY(stage.window->nodes()->progress()->trend(node).last() > 5);
    }

    void sortedByProgress()
    {
        Stage stage(&m_theme, m_kinds, u"nodes"_s);
        QTRY_COMPARE(stage.cell(u"tour-northgate-validator-1"_s, u"progress"_s), u"2 s"_s);
        items::ResourceModel *model = stage.window->nodes()->model();
        model->sort(model->columnOf(u"progress"_s), Qt::AscendingOrder);
        QVERIFY(model->rowOf(u"infra-prod"_s, u"tour-northgate-validator-1"_s) < model->rowOf(u"infra-prod"_s, u"tour-northgate-validator-2"_s));
        model->sort(model->columnOf(u"progress"_s), Qt::DescendingOrder);
        QVERIFY(model->rowOf(u"infra-prod"_s, u"tour-northgate-validator-1"_s) > model->rowOf(u"infra-prod"_s, u"tour-northgate-validator-2"_s));
    }

    /// Only rows on screen are asked for, and nothing while another page is shown.
    void tenThousandAskLittle()
    {
        auto metrics = std::make_shared<test::FakeMetrics>();
        Stage stage(&m_theme, m_kinds, u"nodes"_s, [&metrics](TourWorld &world) {
            world.fillMany(10000);
            for (int i = 0; i < 3; ++i) {
                auto telemetry = std::make_shared<test::FakeTelemetry>();
                telemetry->metricsSource = metrics;
                world.environment(i)->setTelemetry(telemetry);
            }
        });
        QTRY_VERIFY(!metrics->askedFor(u"range"_s).isEmpty());
        for (const test::FakeMetrics::Asked &asked : metrics->askedFor(u"range"_s)) {
            QVERIFY2(asked.text.count(u'|') < 128, qPrintable(QString::number(asked.text.count(u'|'))));
            // A sequencer's pod has both, with the same labels: in one rate they would be refused.
            QVERIFY2(asked.text.contains(u"(rate(daml_sequencer_block_height{"_s) && asked.text.contains(u"(rate(daml_sequencer_client_handler_sequencer_events{"_s), qPrintable(asked.text));
            QVERIFY2(!asked.text.contains(u"__name__"_s), qPrintable(asked.text.left(200)));
        }
        QVERIFY(metrics->askedFor(u"query"_s).size() <= 9);     // three for each cluster, however many nodes
        stage.window->panes()->show(u"changes"_s);
        const qsizetype before = metrics->asked.size();
        stage.window->nodes()->table()->verticalScrollBar()->setValue(4000);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(metrics->asked.size(), before);
    }

    void detailsSayIt()
    {
        Stage stage(&m_theme, m_kinds, u"nodes"_s);
        stage.window->nodes()->openObject(u"infra-prod"_s, u"tour-bob-custody"_s);
        auto *section = stage.window->nodes()->details()->findChild<VerdictSection *>();
        QVERIFY(section);
        QTRY_VERIFY2(textOf(section).contains(u"Stuck"_s), qPrintable(textOf(section)));
        QVERIFY2(textOf(section).contains(u"the last scrape of bob-custody-participant-0 failed. Kubernetes agrees: 1 of 3 pods are ready."_s), qPrintable(textOf(section)));
        stage.window->nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-1"_s);
        QTRY_VERIFY2(textOf(section).contains(u"Progressing"_s), qPrintable(textOf(section)));
        QVERIFY(!textOf(section).contains(u"Kubernetes agrees"_s));
    }

    void metricsTab()
    {
        Stage stage(&m_theme, m_kinds, u"nodes"_s);
        stage.window->nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-1"_s);
        stage.window->nodes()->details()->setTab(u"metrics"_s);
        auto *tab = stage.window->nodes()->details()->findChild<MetricsTab *>();
        QVERIFY(tab && tab->isVisible());
        QTRY_VERIFY(!tab->session()->data(u"last-event"_s).lines.isEmpty());
        QVERIFY(tab->card(u"last-event"_s)->isVisible());
        QVERIFY(!tab->statePage()->isVisible());
        // Local as Telemetry is, and UTC as soon as that is.
        QVERIFY(!tab->card(u"last-event"_s)->view()->utc());
        stage.world.settings().setValue(u"telemetry/utc"_s, true);
        stage.window->nodes()->details()->setTab(u"yaml"_s);
        QVERIFY(!tab->isVisible());
        stage.window->nodes()->details()->setTab(u"metrics"_s);
        QVERIFY(tab->card(u"last-event"_s)->view()->utc());
        for (const QString &query : tab->session()->data(u"last-event"_s).queries)
            QVERIFY2(query.contains(u"namespace=\"canton-mainnet\",pod=~\"northgate-validator-1-.*\""_s), qPrintable(query));
        // Another node, other charts; not on screen: nothing is asked.
        stage.window->nodes()->openObject(u"infra-prod"_s, u"tour-harbor"_s);
        QTRY_VERIFY(tab->card(u"blocks"_s));
        QVERIFY(!tab->card(u"last-event"_s));
        auto *range = tab->findChild<QComboBox *>();
        QVERIFY(range);
        range->setCurrentIndex(0);
        Q_EMIT range->activated(0);
        QCOMPARE(tab->session()->range().last, 3600);
    }

    /// The node's alerts, and what the cluster told of it, are on its charts; those of another node are not.
    void metricsTabHasAlertsAndMarks()
    {
        const auto metrics = std::make_shared<test::FakeMetrics>();
        metrics->onRange = [](const ports::RangeQuery &query) {
            network::SeriesAnswer out{query.start, query.end, query.step, {}, {}, {}};
            const bool alerts = query.expr.startsWith("ALERTS"_L1);
            for (const QString &node : {u"northgate-validator-1"_s, u"northgate-validator-2"_s}) {
                network::TimeSeries one;
                one.labels = {{u"alertname"_s, u"Slow"_s}, {u"severity"_s, u"critical"_s}, {u"namespace"_s, u"canton-mainnet"_s}, {u"pod"_s, QString(node + u"-participant-0"_s)}};
                for (double at = query.start; at <= query.end; at += query.step)
                    one.samples.push_back({at, 1});
                if (alerts || out.series.empty())
                    out.series.push_back(one);
                one.labels = {{u"alertname"_s, u"Watchdog"_s}, {u"severity"_s, u"none"_s}};     // of no place
                if (alerts)
                    out.series.push_back(one);
            }
            return Result<network::SeriesAnswer>(out);
        };
        Stage stage(&m_theme, m_kinds, u"nodes"_s, [&metrics](TourWorld &world) {
            auto telemetry = std::make_shared<test::FakeTelemetry>();
            telemetry->metricsSource = metrics;
            world.environment(0)->setTelemetry(telemetry);
        });
        const QDateTime noon = stage.world.context().clock->now().toUTC();
        const auto event = [&noon](const QString &uid, const QString &pod) {
            return QJsonObject{{u"metadata"_s, QJsonObject{{u"uid"_s, uid}}}, {u"type"_s, u"Warning"_s}, {u"reason"_s, u"BackOff"_s}, {u"message"_s, u"again"_s},
                               {u"lastTimestamp"_s, noon.addSecs(-600).toString(Qt::ISODate)},
                               {u"involvedObject"_s, QJsonObject{{u"kind"_s, u"Pod"_s}, {u"namespace"_s, u"canton-mainnet"_s}, {u"name"_s, pod}}}};
        };
        stage.world.gateway(0)->lists.insert(u"events"_s, QJsonObject{{u"items"_s, QJsonArray{event(u"e1"_s, u"northgate-validator-1-participant-0"_s), event(u"e2"_s, u"northgate-validator-2-participant-0"_s)}}});
        stage.window->nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-1"_s);
        stage.window->nodes()->details()->setTab(u"metrics"_s);
        auto *tab = stage.window->nodes()->details()->findChild<MetricsTab *>();
        QVERIFY(tab);
        const auto data = [tab](const QString &panel = u"last-event"_s) { return tab->card(panel)->view()->data(); };
        QTRY_COMPARE(data().spans.size(), 1);
        QCOMPARE(data().spans.first().text, u"Slow (northgate-validator-1)"_s);
        const auto marked = [&data] {
            QStringList out;
            for (const items::ChartMark &mark : data().marks)
                out.append(mark.text);
            return out;
        };
        QTRY_COMPARE(marked(), QStringList{u"BackOff on northgate-validator-1-participant-0"_s});
        // As the page of telemetry has it: marks that are left out stay out here.
        stage.world.settings().setValue(u"telemetry/marks"_s, false);
        stage.window->nodes()->details()->setTab(u"yaml"_s);
        stage.window->nodes()->details()->setTab(u"metrics"_s);
        QTRY_COMPARE(data().spans.size(), 1);
        auto *events = tab->findChild<items::ChartEvents *>();
        QVERIFY(events);
        QCOMPARE(events->marks().size(), 0);    // nobody asked
        events->ask(stage.world.environment(0), {u"canton-mainnet"_s});
        QTRY_VERIFY(!events->marks().isEmpty());
        QCOMPARE(data().marks.size(), 0);
        // Another node has its own.
        stage.world.settings().setValue(u"telemetry/marks"_s, true);
        stage.window->nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s);
        QTRY_COMPARE(marked(), QStringList{u"BackOff on northgate-validator-2-participant-0"_s});
        QTRY_COMPARE(data().spans.value(0).text, u"Slow (northgate-validator-2)"_s);
    }

    /// The way to Grafana: the node's own queries, at the Grafana of its cluster's profile.
    void metricsTabOpensGrafana()
    {
        test::Browser browser;
        Stage stage(&m_theme, m_kinds, u"nodes"_s, [](TourWorld &world) {
            measureTour(world);
            tourTelemetry(world, 0)->grafanaUrl = u"https://grafana.example.com/explore?panes={\"x\":{\"datasource\":\"mine\"}}"_s;
            tourTelemetry(world, 1)->grafanaUrl = u"https://elsewhere.example.com/explore?panes={\"x\":{\"datasource\":\"its\"}}"_s;
        });
        stage.window->nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-1"_s);
        stage.window->nodes()->details()->setTab(u"metrics"_s);
        auto *tab = stage.window->nodes()->details()->findChild<MetricsTab *>();
        QVERIFY(tab);
        QTRY_VERIFY(!tab->session()->data(u"last-event"_s).lines.isEmpty());
        test::grafanaOf(tab->card(u"last-event"_s))->trigger();
        QTRY_COMPARE(browser.opened.size(), 1);
        QCOMPARE(browser.opened.first().adjusted(QUrl::RemoveQuery).toString(), u"https://grafana.example.com/explore"_s);
        const QJsonObject pane = test::explored(browser.opened.first());
        QCOMPARE(pane.value("datasource"_L1).toString(), u"mine"_s);
        QCOMPARE(pane.value("range"_L1)["from"_L1].toString(), u"now-6h"_s);
        QVERIFY(pane.value("queries"_L1)[0]["expr"_L1].toString().contains(u"northgate-validator-1"_s));
        // Of another cluster: its own.
        stage.window->nodes()->openObject(u"infra-dev"_s, u"tour-northgate-dev-1"_s);
        QTRY_VERIFY(tab->card(u"last-event"_s) && tab->session()->data(u"last-event"_s).queries.value(0).contains(u"northgate-dev-1"_s));
        test::grafanaOf(tab->card(u"last-event"_s))->trigger();
        QTRY_COMPARE(browser.opened.size(), 2);
        QCOMPARE(test::explored(browser.opened.last()).value("datasource"_L1).toString(), u"its"_s);
    }

    void metricsTabWithoutPrometheus()
    {
        Stage stage(&m_theme, m_kinds, u"nodes"_s, [](TourWorld &world) {
            auto telemetry = std::make_shared<test::FakeTelemetry>();
            telemetry->states.insert(ports::TelemetryPart::Metrics, {ports::TelemetryState::Phase::Missing, {}, false, {ErrorKind::NotFound, u"No Prometheus was found in infra-prod."_s, u"Name it in the profile."_s}});
            world.environment(0)->setTelemetry(telemetry);
        });
        stage.window->nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-1"_s);
        stage.window->nodes()->details()->setTab(u"metrics"_s);
        auto *tab = stage.window->nodes()->details()->findChild<MetricsTab *>();
        QVERIFY(tab);
        QTRY_VERIFY2(textOf(tab->statePage()).contains(u"No Prometheus was found in infra-prod."_s), qPrintable(textOf(tab->statePage())));
        QCOMPARE(stage.cell(u"tour-northgate-validator-1"_s, u"progress"_s), u"unknown"_s);
    }

    void availability()
    {
        Stage stage(&m_theme, m_kinds, u"overview"_s);
        auto *card = stage.window->findChild<AvailabilityCard *>();
        QVERIFY(card);
        QTRY_VERIFY2(textOf(card).contains(u"99.97 %"_s), qPrintable(textOf(card)));
        const QString text = textOf(card);
        QVERIFY2(text.contains(u"30 m of 43 m left"_s), qPrintable(text));
        QVERIFY2(text.contains(u"used up, 2 h over"_s) || text.contains(u"used up, 2 h 01 m over"_s) || text.contains(u"used up, 2 h 1 m over"_s), qPrintable(text));
        QVERIFY2(text.contains(u"Time without data is neither up nor down."_s), qPrintable(text));
        QVERIFY(text.contains(u"unknown"_s));       // of nodes without a history
        auto *pane = qobject_cast<OverviewPane *>(stage.window->panes()->currentPane());
        QVERIFY(pane);
        QVERIFY2(pane->asReport().contains(u"alice-bank (infra-prod): 99.97 %, 30 m of 43 m left"_s), qPrintable(pane->asReport()));
    }
};

QTEST_MAIN(VerdictViewsTest)
#include "tst_verdictviews.moc"
