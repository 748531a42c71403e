// SPDX-License-Identifier: GPL-3.0-or-later
// The tab "Logs": Loki for the chosen time and node, followed while that is live, a trace over all nodes; without Loki the pods, and it
// says so. The client of a real Loki is in tests/live/tst_loki.
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "app/yaml/Yaml.h"
#include "ui/panes/details/LogsTab.h"
#include "ui/panes/telemetry/LogsPage.h"
#include "ui/shell/tour/TourTelemetry.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"
#include "ui/widgets/StatePage.h"

#include <QComboBox>
#include <QPushButton>
#include <QTest>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kSecond = 1'000'000'000;

class FakeTail final : public ports::LogTail {
public:
    using ports::LogTail::LogTail;
    void start() override { started = true; }
    void setPaused(bool now) override { paused = now; }
    bool started = false, paused = false;
};

/// A Loki a test plays: one page of lines for every question.
class FakeLogs final : public ports::LogSearch {
public:
    QList<ports::LogEntry> lines;
    std::optional<Error> refusal;
    QStringList warnings;
    QList<ports::LogQuery> asked;
    QPointer<FakeTail> last;
    QFuture<Result<ports::LogPage>> page(const ports::LogQuery &query, const ports::LogPage &, std::stop_token) override
    {
        asked.append(query);
        if (refusal)
            return readyFuture<ports::LogPage>(*refusal);
        ports::LogPage page;
        page.entries = lines;
        page.warnings = warnings;
        return readyFuture<ports::LogPage>(page);
    }
    QFuture<Result<QStringList>> labelValues(const QString &, qint64, qint64, std::stop_token) override { return readyFuture<QStringList>(QStringList()); }
    std::unique_ptr<ports::LogTail> tail(const QString &, qint64) override
    {
        auto tail = std::make_unique<FakeTail>();
        last = tail.get();
        return tail;
    }
};

struct Stage {
    Stage(Theme *theme, const std::shared_ptr<const network::KindTable> &kinds, bool withLoki = true)
        : world(kinds, codec.get(), theme)
    {
        fillTelemetry(world);
        context = world.context();
        environment = context.environments.first();
        if (withLoki) {
            auto *telemetry = tourTelemetry(world, 0);
            telemetry->logSource = logs;
            telemetry->logsState = {ports::TelemetryState::Phase::Found, u"monitoring/loki:3100 through the API server"_s};
        }
        now = context.clock->now().toMSecsSinceEpoch() * 1'000'000;
        page = std::make_unique<LogsPage>(context);
        page->resize(1200, 700);
        page->addEnvironment(environment);
        page->setRange({3600, 0, 0});
        page->setShown(true);
        page->show();
        (void)QTest::qWaitForWindowExposed(page.get());
    }
    /// Newest first, as a page has them.
    void write(const QString &node)
    {
        for (int i = 0; i < 30; ++i)
            logs->lines.append({now - i * 7 * kSecond, i % 9 == 4 ? u"{\"level\":\"ERROR\",\"message\":\"Request timed out\",\"trace-id\":\"7f1c0a9b2e3d4c5f6a7b8c9d0e1f03a2\"}"_s
                                                                     : u"INFO block %1 <b>applied</b>"_s.arg(1000 - i),
                                {{u"namespace"_s, u"canton"_s}, {u"pod"_s, node + (i % 2 ? u"-participant-0"_s : u"-sequencer-0"_s)}}, {}});
    }
    [[nodiscard]] QString node() const { return page->nodes()->currentText(); }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    TourWorld world;
    ShellContext context;
    std::shared_ptr<FakeLogs> logs = std::make_shared<FakeLogs>();
    state::Environment *environment = nullptr;
    qint64 now = 0;
    std::unique_ptr<LogsPage> page;
};

}

class LogsPageTest : public QObject {
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

    void theLinesOfANodeFromLoki()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        QVERIFY(stage.node() != u"All nodes"_s && !stage.node().isEmpty());
        stage.write(stage.node());
        stage.page->refresh();
        QTRY_COMPARE(stage.page->model()->rowCount(), 30);
        const ports::LogQuery &query = stage.logs->asked.last();
        QVERIFY2(query.expr.contains(u"pod=~\"%1-.+\""_s.arg(stage.node())), qPrintable(query.expr));
        QCOMPARE(query.start, stage.now - 3600 * kSecond);
        QCOMPARE(query.end, stage.now);
        QVERIFY2(stage.page->source().contains(u"monitoring/loki:3100"_s), qPrintable(stage.page->source()));
        QCOMPARE(stage.page->model()->sources().size(), 2);
        QVERIFY(stage.page->model()->count(items::LogLevel::Error) == 3);
        QCOMPARE(stage.page->components()->count(), 3);
        // followed, and paused at the server
        QTRY_VERIFY(stage.logs->last && stage.logs->last->started);
        Q_EMIT stage.logs->last->entries({{stage.now + kSecond, u"WARN new"_s, {{u"pod"_s, stage.node() + u"-participant-0"_s}}, {}}});
        QTRY_COMPARE(stage.page->model()->rowCount(), 31);
        stage.page->setPaused(true);
        QVERIFY(stage.logs->last->paused);
        Q_EMIT stage.logs->last->dropped(12, stage.now);
        QTRY_COMPARE(stage.page->model()->rowCount(), 32);
        if (const QString folder = qEnvironmentVariable("QD_PICTURES"); !folder.isEmpty())
            stage.page->grab().save(folder + u"/logs.png"_s);
        QCOMPARE(test::clipped(stage.page.get()), QStringList());
        QCOMPARE(test::unnamed(stage.page.get()), QStringList());
    }

    void aFixedTimeIsNotFollowed()
    {
        Stage stage(&m_theme, m_kinds);
        const double to = double(stage.now / kSecond) - 600;
        stage.page->setRange({0, to - 60, to});
        QTRY_VERIFY(!stage.logs->asked.isEmpty() && stage.logs->asked.last().end == qint64(to) * kSecond);
        QTRY_VERIFY(stage.page->view()->page()->isVisible());
        QVERIFY(!stage.logs->last);
    }

    void theTraceOfALineOverAllNodes()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        stage.write(stage.node());
        stage.page->refresh();
        QTRY_COMPARE(stage.page->model()->rowCount(), 30);
        QVERIFY(!stage.page->traceButton()->isEnabled());
        stage.page->view()->jumpToLastError();
        QTRY_VERIFY(stage.page->traceButton()->isEnabled());
        stage.page->traceButton()->click();
        QTRY_VERIFY2(stage.logs->asked.last().expr.contains(u"|= \"7f1c0a9b2e3d4c5f6a7b8c9d0e1f03a2\""_s), qPrintable(stage.logs->asked.last().expr));
        QVERIFY2(stage.logs->asked.last().expr.startsWith(u"{namespace=~"_s), qPrintable(stage.logs->asked.last().expr));
        QCOMPARE(stage.node(), u"All nodes"_s);
        stage.page->traceButton()->click();
        QTRY_VERIFY(!stage.logs->asked.last().expr.contains(u"|="_s));
    }

    void whatLokiRefusesIsSaid()
    {
        Stage stage(&m_theme, m_kinds);
        stage.logs->refusal = Error{ErrorKind::Network, u"Loki at x is away."_s, u"Try again."_s};
        stage.page->refresh();
        QTRY_VERIFY(stage.page->view()->page()->isVisible());
        QTRY_VERIFY2([&] {
            for (const QLabel *label : stage.page->view()->page()->findChildren<QLabel *>())
                if (label->text().contains(u"Loki at x is away."_s))
                    return true;
            return false;
        }(), "it does not say why");
    }

    void withoutLokiThePodsAreRead()
    {
        Stage stage(&m_theme, m_kinds, false);
        QTRY_VERIFY(stage.page->pods()->isVisible());
        QVERIFY2(stage.page->source().contains(u"The pods are read instead."_s), qPrintable(stage.page->source()));
        QVERIFY(!stage.page->podsButton()->isVisible());
        stage.page->nodes()->setCurrentIndex(0);
        QTRY_VERIFY(stage.page->view()->page()->isVisible());
        // Loki is found meanwhile
        tourTelemetry(stage.world, 0)->logSource = stage.logs;
        Q_EMIT tourTelemetry(stage.world, 0)->changed();
        QTRY_VERIFY(stage.page->readsLoki());
    }

    /// What was held is gone with the node; the pause was of it.
    void pausedThenAnotherNode()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        stage.write(stage.node());
        stage.page->refresh();
        QTRY_COMPARE(stage.page->model()->rowCount(), 30);
        Q_EMIT stage.page->view()->pauseWanted(true);
        QVERIFY(stage.page->view()->paused());
        const qsizetype asked = stage.logs->asked.size();
        stage.page->nodes()->setCurrentIndex(stage.page->nodes()->currentIndex() + 1);
        QTRY_COMPARE(stage.logs->asked.size(), asked + 1);
        QTRY_COMPARE(stage.page->model()->rowCount(), 30);
        QVERIFY(!stage.page->view()->paused());
    }

    /// The window's own pause stays; nothing is waited for then.
    void pausedByTheWindow()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        stage.page->setPaused(true);
        stage.page->nodes()->setCurrentIndex(stage.page->nodes()->currentIndex() + 1);
        const auto says = [&stage](const QString &words) {
            for (const QLabel *label : stage.page->view()->page()->findChildren<QLabel *>())
                if (label->isVisible() && label->text().contains(words))
                    return true;
            return false;
        };
        QTRY_VERIFY(says(u"Paused"_s));
        QCOMPARE(stage.logs->asked.size(), 1);
        stage.page->setPaused(false);
        QTRY_COMPARE(stage.logs->asked.size(), 2);
        QTRY_VERIFY(says(u"Loki has no lines of this time."_s));
    }

    void nodesGoWithTheirCluster()
    {
        Stage stage(&m_theme, m_kinds);
        QVERIFY(stage.page->nodes()->count() > 2);
        stage.page->removeEnvironment(stage.environment);
        QCOMPARE(stage.page->nodes()->count(), 0);
    }

    void nothingIsAskedWhileItIsNotSeen()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.logs->last);
        stage.page->setShown(false);
        QVERIFY(!stage.logs->last && !stage.page->readsLoki());
        const qsizetype asked = stage.logs->asked.size();
        stage.page->setRange({7200, 0, 0});
        stage.page->refresh();
        // seen again: the first question is the one for what is chosen now
        stage.page->setShown(true);
        QTRY_COMPARE(stage.logs->asked.size(), asked + 1);
        QCOMPARE(stage.logs->asked.last().start, stage.now - 7200 * kSecond);
    }
};

QTEST_MAIN(LogsPageTest)
#include "tst_logspage.moc"
