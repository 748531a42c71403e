// SPDX-License-Identifier: GPL-3.0-or-later
// Telemetry in the window on the demo network with its own Prometheus and Alertmanager: the charts have readings and move, a fault is seen
// in the verdict, the alerts and the chart, and a silence made in the dialog holds. With QD_GRAB=DIR the pages are drawn there.
#include "tests/live/LiveWindow.h"
#include "tests/ui/support/UiTest.h"
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartGroup.h"
#include "ui/charts/ChartView.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/VerdictSection.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/panes/telemetry/AlertDetails.h"
#include "ui/panes/telemetry/AlertsPage.h"
#include "ui/panes/telemetry/DashboardPage.h"
#include "ui/panes/telemetry/LogNodes.h"
#include "ui/panes/telemetry/LogsPage.h"
#include "ui/panes/telemetry/SilenceDialog.h"
#include "ui/panes/telemetry/TelemetryPane.h"
#include "ui/shell/PaneHost.h"
#include "ui/widgets/Tabs.h"

#include <QAction>
#include <QFileInfo>
#include <QMouseEvent>
#include <QProcess>
#include <QPushButton>
#include <QScrollArea>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace qd;

using test::kPatience;
using test::Shown;

namespace {

constexpr int kRefreshed = 25000;   // asked for every 15 s
constexpr int kScraped = 60000;     // every 15 s, and asked again every 15 s
constexpr int kFires = 240000;      // a rule of one minute, evaluated and passed on; less than QTest gives a function
constexpr int kHistory = 600000;    // six hours of the demo, told by promtool on a machine that does much else
const QString kNode = u"northgate-validator-1"_s;
const QString kNamespace = u"canton-mainnet"_s;

double newestOf(const items::ChartData &data)
{
    double newest = 0;
    for (const items::ChartLine &line : data.lines) {
        if (line.samples && !line.samples->empty())
            newest = std::max(newest, line.samples->back().at);
    }
    return newest;
}

double oldestOf(const items::ChartData &data)
{
    double oldest = std::numeric_limits<double>::max();
    for (const items::ChartLine &line : data.lines) {
        if (line.samples && !line.samples->empty())
            oldest = std::min(oldest, line.samples->front().at);
    }
    return oldest;
}

bool finite(const items::ChartData &data)
{
    return std::any_of(data.lines.begin(), data.lines.end(), [](const items::ChartLine &line) {
        return line.samples && std::any_of(line.samples->begin(), line.samples->end(), [](const network::Sample &sample) { return std::isfinite(sample.value); });
    });
}

}

class WindowTelemetryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        for (const auto &program : {u"prometheus"_s, u"prometheus-alertmanager"_s}) {
            if (!QStandardPaths::findExecutable(program).isEmpty())
                continue;
            QVERIFY2(qgetenv("QD_LIVE") != "required", qPrintable(program));
            QSKIP(qPrintable(u"%1 is not installed"_s.arg(program)));
        }
        auto started = test::startDemo(m_folder.path());
        QVERIFY2(started, qPrintable(started ? QString() : started.error().text()));
        m_demo = std::move(*started);
        m_shown = std::make_unique<Shown>(QStringList{u"--kubeconfig"_s, m_demo->kubeconfig()}, m_folder.path());
        m_shown->window()->resize(1440, 900);
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(u"Validator"_s, kNode) >= 0, kPatience);
        open(u"validator"_s);
        using Phase = ports::TelemetryState::Phase;
        for (const auto part : {ports::TelemetryPart::Metrics, ports::TelemetryPart::Alerts})
            QTRY_COMPARE_WITH_TIMEOUT(int(environment()->telemetry()->state(part).phase), int(Phase::Found), kPatience);
        // The hours before are told beside it.
        const ui::ChartView *view = open(u"validator"_s)->card(u"confirmation-latency"_s)->view();
        QTRY_VERIFY2_WITH_TIMEOUT(oldestOf(view->data()) < double(QDateTime::currentSecsSinceEpoch()) - 3 * 3600, qPrintable(view->data().missing), kHistory);
    }

    void cleanupTestCase()
    {
        m_shown.reset();
        m_demo.reset();
    }

    void everyChartHasReadingsOrSaysWhatIsMissing_data()
    {
        QTest::addColumn<QString>("id");
        for (const QString &id : {u"validator"_s, u"network"_s, u"sync-domain"_s, u"database"_s, u"participant"_s, u"super-validator"_s, u"traffic"_s, u"recovery"_s})
            QTest::newRow(qPrintable(id)) << id;
    }

    void everyChartHasReadingsOrSaysWhatIsMissing()
    {
        QFETCH(QString, id);
        ui::DashboardPage *page = open(id);
        QVERIFY(page);
        grab(id + u"-first"_s);
        const QSize before = m_shown->window()->size();
        m_shown->window()->resize(1440, 2600);      // all of them are seen, and asked for
        const auto back = qScopeGuard([this, before] { m_shown->window()->resize(before); });
        int panels = 0, read = 0;
        QStringList silent;
        for (const network::PanelRow &row : page->dashboard().rows) {
            for (const network::Panel &panel : row.panels) {
                const ui::ChartCard *card = page->card(panel.id);
                QVERIFY2(card, qPrintable(panel.id));
                const items::ChartData *data = &card->view()->data();
                QTRY_VERIFY2_WITH_TIMEOUT(!data->loading, qPrintable(panel.id), kScraped);
                QTRY_VERIFY2_WITH_TIMEOUT(!data->error, qPrintable(panel.id + u": "_s + (data->error ? data->error->text() : QString())), kScraped);
                ++panels;
                // What was not there before the history came is asked for again with the next refresh.
                if (QTest::qWaitFor([data] { return finite(*data); }, kRefreshed)) {
                    ++read;
                } else {
                    QVERIFY2(!data->missing.isEmpty(), qPrintable(panel.id + u'\n' + data->queries.join(u'\n')));
                    silent += panel.id + u": "_s + data->missing;
                }
            }
        }
        grab(id);
        qInfo("%s: %d of %d panels have readings\n%s", qPrintable(id), read, panels, qPrintable(silent.join(u'\n')));
        QVERIFY2(read * 10 >= panels * 8, qPrintable(silent.join(u'\n')));
    }

    void theChartsMove()
    {
        ui::DashboardPage *page = open(u"validator"_s);
        pane()->setRange({900, 0, 0});
        pane()->setInterval(5);
        const ui::ChartView *view = page->card(u"event-age"_s)->view();
        scrollTo(page, u"event-age"_s);
        QTRY_VERIFY_WITH_TIMEOUT(finite(view->data()) && view->data().to - view->data().from <= 901, kScraped);
        const double newest = newestOf(view->data()), to = view->data().to;
        QTRY_VERIFY2_WITH_TIMEOUT(newestOf(view->data()) > newest, qPrintable(QString::number(newest, 'f', 0)), kScraped);
        QTRY_VERIFY_WITH_TIMEOUT(view->data().to > to, kScraped);
        QVERIFY(!view->data().stale);
    }

    void crosshairAndZoom()
    {
        ui::DashboardPage *page = open(u"validator"_s);
        ui::ChartView *big = page->card(u"confirmation-latency"_s)->view(), *small = page->card(u"traffic-left"_s)->view();
        scrollTo(page, u"confirmation-latency"_s);
        QTRY_VERIFY_WITH_TIMEOUT(finite(big->data()) && finite(small->data()), kScraped);
        QWidget *overlay = big->childAt(big->plotArea().center().toPoint());
        QVERIFY(overlay);
        const auto at = [&](double share) {
            const QRectF area = big->plotArea();
            return overlay->mapFrom(big, QPointF(area.left() + share * area.width(), area.center().y()).toPoint());
        };
        const auto move = [&](double share, Qt::MouseButtons buttons) {
            QMouseEvent event(QEvent::MouseMove, QPointF(at(share)), QPointF(overlay->mapToGlobal(at(share))), Qt::NoButton, buttons, Qt::NoModifier);
            QCoreApplication::sendEvent(overlay, &event);
        };
        move(0.5, Qt::NoButton);
        QTRY_VERIFY(big->crosshair() && small->crosshair() == big->crosshair());
        grab(u"crosshair"_s);
        const items::TimeRange live = pane()->group()->range();
        QTest::mousePress(overlay, Qt::LeftButton, {}, at(0.25));
        move(0.4, Qt::LeftButton);
        move(0.75, Qt::LeftButton);
        QVERIFY(pane()->group()->interacting());
        QTest::mouseRelease(overlay, Qt::LeftButton, {}, at(0.75));
        const items::TimeRange zoomed = pane()->group()->range();
        QVERIFY(!zoomed.live());
        QVERIFY2(std::abs((zoomed.to - zoomed.from) / double(live.last) - 0.5) < 0.05, qPrintable(QString::number(zoomed.to - zoomed.from)));
        QTRY_VERIFY_WITH_TIMEOUT(std::abs(small->data().from - zoomed.from) < 1 && finite(small->data()) && !small->data().loading, kPatience);
        QVERIFY(!pane()->group()->interacting());
        QTest::mouseDClick(overlay, Qt::LeftButton, {}, at(0.5));
        QCOMPARE(pane()->group()->range(), live);
    }

    /// All at once: each takes its time until it is measured.
    void theFaultsBegin()
    {
        const QString demo = QFileInfo(qEnvironmentVariable("QD_DEMO")).absoluteFilePath();
        for (const QStringList &fault : {QStringList{kNamespace, u"validators/"_s + kNode, u"out-of-traffic"_s},
                                         QStringList{u"canton-private"_s, u"syncdomainconnections/alice-bank-harbor"_s, u"stalled-sync"_s},
                                         QStringList{u"canton-private"_s, u"syncdomains/harbor"_s, u"disk-full"_s}}) {
            QProcess chaos;
            chaos.start(demo, QStringList{u"chaos"_s, u"--kubeconfig"_s, m_demo->kubeconfig(), u"-n"_s} + fault);
            QVERIFY(chaos.waitForFinished(kPatience));
            QVERIFY2(chaos.exitCode() == 0, (chaos.readAllStandardError().append(chaos.readAllStandardOutput())).constData());
        }
    }

    void aFaultIsInChartAndVerdict_data()
    {
        QTest::addColumn<QString>("board");
        QTest::addColumn<QString>("panel");
        QTest::addColumn<QString>("line");
        QTest::addColumn<double>("least");
        QTest::addColumn<double>("most");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("node");
        QTest::addColumn<QString>("says");
        QTest::newRow("out-of-traffic") << u"validator"_s << u"traffic-left"_s << kNode << -1e9 << 0.0 << u"Validator"_s << kNode << u"No traffic is left"_s;
        QTest::newRow("disk-full") << u"database"_s << u"volume"_s << u"data-harbor-"_s << 85.0 << 100.0 << u"SyncDomain"_s << u"harbor"_s << u"% of the volume data-harbor-"_s;
        QTest::newRow("stalled-sync") << u"participant"_s << u"event-delay"_s << u"alice-bank"_s << 90.0 << 1e6 << u"Participant"_s << u"alice-bank"_s << u"this one is behind"_s;
    }

    void aFaultIsInChartAndVerdict()
    {
        QFETCH(QString, board);
        QFETCH(QString, panel);
        QFETCH(QString, line);
        QFETCH(double, least);
        QFETCH(double, most);
        QFETCH(QString, kind);
        QFETCH(QString, node);
        QFETCH(QString, says);
        ui::DashboardPage *page = open(board);
        scrollTo(page, panel);
        const ui::ChartView *chart = page->card(panel)->view();
        const auto shown = [&] {
            const items::ChartData &data = chart->data();
            return std::any_of(data.lines.begin(), data.lines.end(), [&](const items::ChartLine &one) {
                const double value = one.samples && !one.samples->empty() ? one.samples->back().value : std::nan("");
                return one.name.startsWith(line) && value >= least && value <= most;
            });
        };
        QTRY_VERIFY2_WITH_TIMEOUT(shown(), qPrintable(chart->data().missing), kFires);
        grab(u"fault-chart-"_s + node);

        m_shown->window()->panes()->show(u"nodes"_s);
        QVERIFY(m_shown->walkTo(kind, node));
        QTest::keyClick(m_shown->table(), Qt::Key_Return);
        ui::DetailsPane *details = m_shown->pane()->details();
        QTRY_VERIFY_WITH_TIMEOUT(details->isVisible() && details->findChild<ui::VerdictSection *>(), kPatience);
        const auto *verdict = details->findChild<ui::VerdictSection *>();
        QTRY_VERIFY2_WITH_TIMEOUT(test::textsOf(verdict).contains(says), qPrintable(test::textsOf(verdict)), kFires);
        grab(u"fault-verdict-"_s + node);
    }

    /// With the words of its rule; that each fault has its alert, test_demotelemetry says.
    void aFaultIsAnAlert()
    {
        QTRY_VERIFY_WITH_TIMEOUT(alertOf(u"TrafficExhausted"_s), kFires);
        const items::Alert *alert = alertOf(u"TrafficExhausted"_s);
        QVERIFY2(alert->summary().startsWith(u"Out of traffic: "_s), qPrintable(alert->summary()));
        QCOMPARE(alert->severity, items::Severity::Critical);
        QCOMPARE(alert->subject.text, kNode);
        m_shown->window()->panes()->show(u"telemetry"_s);
        QVERIFY(alerts()->showAlert(alert->key));
        QTRY_VERIFY_WITH_TIMEOUT(test::textsOf(alerts()->details()).contains(u"Out of traffic: "_s), kPatience);
        grab(u"fault-alert"_s);
    }

    /// The Alertmanager has it, and the row says until when.
    void aSilenceOfTheDialogHolds()
    {
        const items::Alert *alert = alertOf(u"TrafficExhausted"_s);
        if (!alert)
            QSKIP("nothing fires");
        const QString key = alert->key;
        QVERIFY(alerts()->showAlert(key));
        QTRY_VERIFY_WITH_TIMEOUT(alerts()->details()->silenceButton()->isEnabled(), kPatience);
        alerts()->details()->silenceButton()->click();
        QTRY_VERIFY(alerts()->silenceDialog());
        ui::SilenceDialog *dialog = alerts()->silenceDialog();
        const QString comment = u"known, the purchase is under way"_s;
        dialog->setComment(comment);
        grab(u"silence-dialog"_s);
        dialog->confirm();
        const auto silenced = [this, &key] {
            const items::Alert *now = alerts()->session()->find(key);
            return now && now->state == items::AlertState::Silenced && now->silencedUntil.isValid();
        };
        QTRY_VERIFY2_WITH_TIMEOUT(silenced(), qPrintable(alerts()->silenceDialog() ? test::textsOf(alerts()->silenceDialog()) : QString()), kScraped);
        auto asked = environment()->telemetry()->alerts()->silences();
        asked.waitForFinished();
        QVERIFY2(asked.result(), qPrintable(asked.result() ? QString() : asked.result().error().text()));
        const QList<ports::Silence> there = *asked.result();
        QVERIFY(std::any_of(there.begin(), there.end(), [&comment](const ports::Silence &one) { return one.comment == comment && one.state == u"active"_s; }));
        const auto row = [this, &key]() -> QString {
            for (int i = 0; i < alerts()->model()->rowCount(); ++i) {
                const items::Alert *one = alerts()->model()->alertAt(i);
                if (one && one->key == key)
                    return alerts()->model()->index(i, items::AlertsModel::Until).data().toString() + u' '
                        + alerts()->model()->index(i, items::AlertsModel::State).data().toString();
            }
            return {};
        };
        QTRY_VERIFY2_WITH_TIMEOUT(row().contains(items::alertStateWord(items::AlertState::Silenced), Qt::CaseInsensitive), qPrintable(row()), kPatience);
        grab(u"silenced"_s);
    }

    /// There is no Loki here: the pods of all nodes are read, merged by time.
    void logsOfAllNodes()
    {
        m_shown->window()->panes()->show(u"telemetry"_s);
        QVERIFY(pane()->showTab(u"logs"_s));
        auto *logs = qobject_cast<ui::LogsPage *>(pane()->page(u"logs"_s));
        QVERIFY(logs);
        QTRY_VERIFY2_WITH_TIMEOUT(logs->nodes()->count() > 6, qPrintable(test::textsOf(logs)), kPatience);
        logs->nodes()->chooseAll();
        QSet<int> sources;
        const auto read = [logs, &sources] {
            for (int i = 0; i < logs->model()->rowCount(); ++i)
                sources.insert(logs->model()->lineAt(i).source);
            return sources.size() > 6;
        };
        QTRY_VERIFY2_WITH_TIMEOUT(read(), qPrintable(test::textsOf(logs)), kPatience);
        QVERIFY(logs->readsPods() && !logs->readsLoki());
        qint64 before = 0;
        for (int i = 0; i < logs->model()->rowCount(); ++i) {
            QVERIFY(logs->model()->lineAt(i).time >= before);
            before = logs->model()->lineAt(i).time;
        }
        grab(u"logs"_s);
    }

    void pictures()
    {
        if (qEnvironmentVariable("QD_GRAB").isEmpty())
            QSKIP("QD_GRAB names no folder");
        pane()->setRange({6 * 3600, 0, 0});
        m_shown->window()->panes()->show(u"nodes"_s);
        m_shown->pane()->details()->setTab(u"metrics"_s);
        grab(u"details-metrics"_s);
        QTest::keyClick(m_shown->pane()->details(), Qt::Key_Escape);
        grab(u"nodes"_s);
        m_shown->window()->panes()->show(u"overview"_s);
        grab(u"overview"_s);
    }

private:
    [[nodiscard]] state::Environment *environment() const { return m_shown->graph->environments().front().get(); }
    [[nodiscard]] ui::TelemetryPane *pane() const { return qobject_cast<ui::TelemetryPane *>(m_shown->window()->panes()->pane(u"telemetry"_s)); }
    [[nodiscard]] ui::AlertsPage *alerts() const
    {
        (void)pane()->showTab(u"alerts"_s);
        return qobject_cast<ui::AlertsPage *>(pane()->page(u"alerts"_s));
    }
    /// What is told of the node; null: nothing of that name.
    [[nodiscard]] const items::Alert *alertOf(const QString &name) const
    {
        for (const items::Alert &alert : alerts()->session()->alerts()) {
            if (alert.name == name && alert.subject.text == kNode)
                return &alert;
        }
        return nullptr;
    }
    static void scrollTo(ui::DashboardPage *page, const QString &panel)
    {
        page->findChild<QScrollArea *>()->ensureWidgetVisible(page->card(panel), 0, 20);
    }
    ui::DashboardPage *open(const QString &id) const
    {
        m_shown->window()->panes()->show(u"telemetry"_s);
        (void)QTest::qWaitFor([this, &id] { return pane() && pane()->showTab(id); }, kPatience);
        return pane()->dashboard(id);
    }

    void grab(const QString &name) const
    {
        const QString folder = qEnvironmentVariable("QD_GRAB");
        if (folder.isEmpty())
            return;
        (void)QTest::qWaitFor([] { return false; }, 1500);
        for (const bool dark : {false, true}) {
            if (m_shown->window()->grab().save(folder + u'/' + name + (dark ? u"-dark"_s : u"-light"_s) + u".png"_s))
                m_shown->window()->actionRegistry()->action(u"view.theme"_s)->trigger();
            (void)QTest::qWaitFor([] { return false; }, 300);
        }
    }

    QTemporaryDir m_folder;
    std::unique_ptr<console::DemoProcess> m_demo;
    std::unique_ptr<Shown> m_shown;
};

QTEST_MAIN(WindowTelemetryTest)
#include "tst_windowtelemetry.moc"
