// SPDX-License-Identifier: GPL-3.0-or-later
// The tab "Logs": Loki for the chosen time and node, followed while that is live, a trace over all nodes; without Loki the pods, and it
// says so. The client of a real Loki is in tests/live/tst_loki.
#include "tests/ui/telemetry/LogsStage.h"

#include "tests/support/FakeSignIn.h"
#include "tests/support/ShippedFiles.h"
#include "translations/Translations.h"
#include "ui/shell/tour/TourLogs.h"
#include "ui/widgets/LogTable.h"

#include <QAction>
#include <QLineEdit>
#include <QPushButton>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using test::kSecond;
using Stage = test::LogsStage;

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
        QVERIFY(stage.nodes() > 3 && stage.place() == 0);
        QCOMPARE(stage.page->nodes()->chosenNodes().size(), 1);
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
        QStringList components;
        for (int i = 0; i < stage.item(0)->childCount(); ++i)
            components.append(stage.item(0)->child(i)->text(0));
        for (int i = 0; i < stage.item(0)->childCount(); ++i) {
            // all of them are read, and what wrote nothing wrote 0 lines
            QTRY_VERIFY2(stage.item(0)->child(i)->text(2).endsWith(u" /m"_s), qPrintable(stage.item(0)->child(i)->text(0)));
        }
        QCOMPARE(stage.item(1)->text(2), u"?"_s);
        QVERIFY2(components.contains(u"participant"_s) && components.contains(u"sequencer"_s), qPrintable(components.join(u' ')));
        // followed, and paused at the server
        QTRY_VERIFY(stage.logs->last && stage.logs->last->started);
        Q_EMIT stage.logs->last->entries({{stage.now + kSecond, u"WARN new"_s, {{u"namespace"_s, stage.object(stage.node()).ns}, {u"pod"_s, stage.node() + u"-participant-0"_s}}, {}}});
        QTRY_COMPARE(stage.page->model()->rowCount(), 31);
        stage.page->setPaused(true);
        QVERIFY(stage.logs->last->paused);
        Q_EMIT stage.logs->last->dropped(12, stage.now - 2 * kSecond, stage.now);
        // count, span and cause, where they miss
        QTRY_COMPARE(stage.page->model()->rowCount(), 32);
        const items::LogLine &left = stage.page->model()->lineAt(29);
        QVERIFY(left.kind == items::LogLine::Kind::Gap && left.loud);
        QCOMPARE(left.message, u"12 lines of %1 to %2 left out: more came at once than Loki sends"_s.arg(items::logClock(stage.now - 2 * kSecond, true, true),
                                                                                                          items::logClock(stage.now, true, true)));
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
        stage.page->traceButton()->click();
        QTRY_VERIFY(!stage.logs->asked.last().expr.contains(u"|="_s));
    }

    /// What no loaded line has is asked for: in all nodes, or of those that are read.
    void theSearchIsAskedOfLoki()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        auto *field = stage.page->view()->findChild<QLineEdit *>();
        QAction *everywhere = stage.page->view()->action(u"searchAll"_s);
        QVERIFY(field && everywhere->isVisible() && !everywhere->isEnabled());
        field->setFocus();
        QTest::keyClicks(field, u"7f1c0a9b2e3d4c5f6a7b8c9d0e1f03a2"_s);
        QVERIFY(everywhere->isEnabled());
        QCOMPARE(stage.logs->asked.size(), 1);
        QTest::keyClick(field, Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY2(stage.logs->asked.last().expr.endsWith(u"} |= \"7f1c0a9b2e3d4c5f6a7b8c9d0e1f03a2\""_s), qPrintable(stage.logs->asked.last().expr));
        QVERIFY2(stage.logs->asked.last().expr.startsWith(u"{namespace=~"_s), qPrintable(stage.logs->asked.last().expr));
        QVERIFY2(stage.page->source().contains(u"7f1c…03a2"_s), qPrintable(stage.page->source()));
        QTRY_VERIFY2(stage.page->traceButton()->text().contains(u"7f1c…03a2"_s) && stage.page->traceButton()->isChecked(), qPrintable(stage.page->traceButton()->text()));
        field->clear();
        QTest::keyClicks(field, u"out. <b>"_s);
        QTest::keyClick(field, Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY2(stage.logs->asked.last().expr.endsWith(u"} |~ \"(?i)out\\\\. <b>\""_s), qPrintable(stage.logs->asked.last().expr));
        QVERIFY2(stage.logs->asked.last().expr.contains(u"pod=~\"%1-.+\""_s.arg(stage.node())), qPrintable(stage.logs->asked.last().expr));
        QVERIFY2(stage.page->source().contains(u"out. <b>"_s), qPrintable(stage.page->source()));
        if (const QString folder = qEnvironmentVariable("QD_PICTURES"); !folder.isEmpty())
            stage.page->grab().save(folder + u"/logs-search.png"_s);
        stage.page->traceButton()->click();
        QTRY_VERIFY(stage.logs->asked.last().expr.endsWith(u'}'));
    }

    /// Without a Loki nobody can be asked.
    void theSearchOfPodsIsHere()
    {
        Stage stage(&m_theme, m_kinds, false);
        QTRY_VERIFY(stage.page->readsPods());
        QVERIFY(!stage.page->view()->action(u"searchAll"_s)->isVisible());
        QVERIFY(!stage.page->view()->action(u"searchChosen"_s)->isEnabled());
    }

    /// Lines that say no level have the one Loki found.
    void theLevelLokiFound()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        const network::Labels stream{{u"namespace"_s, stage.object(stage.node()).ns}, {u"pod"_s, QString(stage.node() + u"-participant-0")}};
        stage.logs->lines = {{stage.now, u"it broke"_s, stream, {{u"detected_level"_s, u"critical"_s}}}, {stage.now - 1, u"WARN its own"_s, stream, {{u"detected_level"_s, u"error"_s}}}};
        stage.page->refresh();
        QTRY_COMPARE(stage.page->model()->count(items::LogLevel::Error), 1);
        QCOMPARE(stage.page->model()->count(items::LogLevel::Warn), 1);
    }

    /// What was not read of the chosen time is loaded at its gap.
    void olderLinesFromLoki()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        const network::Labels stream{{u"namespace"_s, stage.object(stage.node()).ns}, {u"pod"_s, QString(stage.node() + u"-participant-0")}};
        for (int i = 0; i < 20'000; ++i)
            stage.logs->lines.append({stage.now - i * 1000, u"INFO %1"_s.arg(i), stream, {}});
        stage.logs->rest = true;
        stage.page->refresh();
        items::LogModel *model = stage.page->model();
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 20'001, 20'000);
        QVERIFY(model->lineAt(0).kind == items::LogLine::Kind::Gap && model->lineAt(0).fillable && model->fillable());
        stage.logs->rest = false;
        stage.logs->lines = {{stage.now - 60 * kSecond, u"INFO older"_s, stream, {}}};
        const QString expr = stage.logs->asked.last().expr;
        stage.page->view()->table()->goTo(0);
        stage.page->view()->table()->setFocus();
        QTest::keyClick(stage.page->view()->table(), Qt::Key_Return);
        QTRY_COMPARE(model->rowCount(), 20'002);
        QCOMPARE(stage.logs->asked.last().expr, expr);
        QCOMPARE(stage.logs->before.last().next, stage.now - 19'999 * 1000);
        QCOMPARE(model->lineAt(0).message, u"INFO older"_s);
        QVERIFY2(!model->lineAt(1).fillable && model->lineAt(1).message.contains(u"1 line of "_s), qPrintable(model->lineAt(1).message));
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

    /// Several nodes and components are one log; nothing of others is shown.
    void severalNodesAndComponents()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        const QString a = stage.item(0)->text(0), b = stage.item(1)->text(0);
        stage.write(a);
        stage.write(b);
        stage.write(stage.item(2)->text(0));
        stage.item(1)->setCheckState(0, Qt::Checked);
        QTRY_COMPARE(stage.page->model()->rowCount(), 60);
        const QString both = stage.logs->asked.last().expr;
        QVERIFY2(both.contains(u"pod=~\"%1-.+|%2-.+\""_s.arg(a, b)), qPrintable(both));
        QCOMPARE(stage.page->model()->sources().size(), 4);
        QVERIFY(stage.page->model()->sources().contains(QString(b + u" sequencer")));
        for (int row = 1; row < 60; ++row)
            QVERIFY(stage.page->model()->lineAt(row - 1).time <= stage.page->model()->lineAt(row).time);
        // of one of them a component less
        const int children = stage.item(1)->childCount();
        QVERIFY(children >= 2);
        for (int i = 0; i < children; ++i) {
            if (stage.item(1)->child(i)->text(0) == "sequencer"_L1)
                stage.item(1)->child(i)->setCheckState(0, Qt::Unchecked);
        }
        QCOMPARE(stage.item(1)->checkState(0), Qt::PartiallyChecked);
        QTRY_COMPARE(stage.page->model()->rowCount(), 45);
        QVERIFY2(stage.logs->asked.last().expr.contains(QString(b + u"-participant-.+")) || stage.logs->asked.last().expr.contains(QString(b + u"-(")),
                 qPrintable(stage.logs->asked.last().expr));
        // all of them, and none
        stage.page->nodes()->tree()->topLevelItem(0)->setCheckState(0, Qt::Checked);
        QTRY_COMPARE(stage.page->model()->rowCount(), 90);
        QVERIFY2(stage.logs->asked.last().expr.startsWith(u"{namespace=~"_s), qPrintable(stage.logs->asked.last().expr));
        const qsizetype asked = stage.logs->asked.size();
        stage.page->nodes()->tree()->topLevelItem(0)->setCheckState(0, Qt::Unchecked);
        QTRY_VERIFY(stage.says(u"No source is chosen."_s));
        QCOMPARE(stage.logs->asked.size(), asked);
        if (const QString folder = qEnvironmentVariable("QD_PICTURES"); !folder.isEmpty())
            stage.page->grab().save(folder + u"/logs-none-chosen.png"_s);
    }

    void withoutLokiThePodsAreRead()
    {
        Stage stage(&m_theme, m_kinds, false);
        TourPods *pods = addTourLogs(stage.world, 0);
        stage.page->refresh();
        const QString node = u"northgate-validator-2"_s;
        QVERIFY(stage.item(node));
        stage.item(stage.place())->setCheckState(0, Qt::Unchecked);
        stage.item(node)->setCheckState(0, Qt::Checked);
        QTRY_VERIFY(stage.page->readsPods() && stage.page->model()->rowCount() > 100);
        QVERIFY2(stage.page->source().contains(u"The pods are read instead."_s), qPrintable(stage.page->source()));
        QVERIFY(!stage.page->podsButton()->isVisible());
        QCOMPARE(stage.page->pods()->logs(), 3);
        QCOMPARE(stage.page->model()->sources().size(), 3);
        QVERIFY(stage.page->nodes()->note().contains(u"From the pods"_s));
        // a component less: its lines go, the others are not opened anew
        const qsizetype opened = pods->logs.size();
        const int rows = stage.page->model()->rowCount();
        QTreeWidgetItem *database = nullptr;
        for (int i = 0; i < stage.item(node)->childCount(); ++i)
            database = stage.item(node)->child(i)->text(0) == "postgres"_L1 ? stage.item(node)->child(i) : database;
        QVERIFY(database);
        database->setCheckState(0, Qt::Unchecked);
        QTRY_COMPARE(stage.page->pods()->logs(), 2);
        QVERIFY(stage.page->model()->rowCount() < rows && stage.page->model()->rowCount() > 0);
        QCOMPARE(pods->logs.size(), opened);
        if (const QString folder = qEnvironmentVariable("QD_PICTURES"); !folder.isEmpty())
            stage.page->grab().save(folder + u"/logs-pods.png"_s);
        // Loki is found meanwhile
        tourTelemetry(stage.world, 0)->logSource = stage.logs;
        Q_EMIT tourTelemetry(stage.world, 0)->changed();
        QTRY_VERIFY(stage.page->readsLoki());
        QVERIFY(!stage.page->readsPods());
    }

    /// A gap in the log of a pod loads its lines from Loki, by mouse or Enter; why not is said there.
    void aGapIsLoadedFromLoki()
    {
        Stage stage(&m_theme, m_kinds);
        TourPods *pods = addTourLogs(stage.world, 0);
        const QString node = u"northgate-validator-2"_s, pod = node + u"-postgres-0"_s;
        stage.item(stage.place())->setCheckState(0, Qt::Unchecked);
        stage.item(node)->setCheckState(0, Qt::Checked);
        stage.page->podsButton()->click();
        QTRY_VERIFY(stage.page->readsPods() && stage.page->model()->rowCount() > 100 && pods->log(pod));
        Q_EMIT pods->log(pod)->ended({ErrorKind::Network, u"The node is away."_s});
        items::LogModel *model = stage.page->model();
        LogTable *table = stage.page->view()->table();
        const auto gap = [model] {
            for (int row = model->rowCount() - 1; row >= 0; --row) {
                if (model->lineAt(row).kind == items::LogLine::Kind::Gap)
                    return row;
            }
            return -1;
        };
        QTRY_VERIFY(gap() >= 0 && model->lineAt(gap()).fillable);
        QVERIFY(model->fillable());
        table->goTo(gap());
        if (const QString folder = qEnvironmentVariable("QD_PICTURES"); !folder.isEmpty())
            stage.page->grab().save(folder + u"/logs-gap.png"_s);
        stage.logs->refusal = Error{ErrorKind::Network, u"Loki is away."_s};
        const QRect row = table->visualRect(model->index(gap(), items::LogModel::Message));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, {table->viewport()->width() - 30, row.center().y()});
        QTRY_VERIFY2(model->lineAt(gap()).message.contains(u"Loki is away."_s), qPrintable(model->lineAt(gap()).message));
        if (const QString folder = qEnvironmentVariable("QD_PICTURES"); !folder.isEmpty())
            stage.page->grab().save(folder + u"/logs-gap-refused.png"_s);
        stage.logs->refusal.reset();
        stage.logs->lines = {{stage.now, u"INFO what came then"_s, {{u"pod"_s, pod}}, {}}};
        const int rows = model->rowCount();
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Return);
        QTRY_COMPARE(model->rowCount(), rows + 1);
        QVERIFY2(stage.logs->asked.last().expr.contains(u"pod=\"%1\""_s.arg(pod)), qPrintable(stage.logs->asked.last().expr));
        QVERIFY2(model->lineAt(gap()).message.contains(u"1 line of "_s) && !model->lineAt(gap()).fillable, qPrintable(model->lineAt(gap()).message));
        const qsizetype asked = stage.logs->asked.size();
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(stage.logs->asked.size(), asked);
    }

    /// Each log is a connection: so many at once, and it says how many are not read.
    void onlySoManyPodsAtOnce()
    {
        Stage stage(&m_theme, m_kinds, false);
        auto *pods = new TourPods(stage.environment);
        const QString first = stage.item(0)->text(0), second = stage.item(1)->text(0);
        for (int i = 0; i < items::NodeLogs::kMostLogs; ++i)
            pods->put(tourPod(first, u"part%1"_s.arg(i)));
        pods->put(tourPod(second, u"participant"_s));
        stage.page->refresh();
        QTRY_COMPARE(stage.page->pods()->logs(), items::NodeLogs::kMostLogs);
        QVERIFY(!stage.page->nodes()->note().contains(u"at most"_s));
        stage.item(1)->setCheckState(0, Qt::Checked);
        QTRY_VERIFY2(stage.page->nodes()->note().contains(u"24 logs are followed at most: 1 more log is not."_s), qPrintable(stage.page->nodes()->note()));
        QCOMPARE(stage.page->pods()->logs(), items::NodeLogs::kMostLogs);
        QCOMPARE(int(std::count_if(pods->logs.cbegin(), pods->logs.cend(), [](const auto &log) { return !log.isNull(); })), items::NodeLogs::kMostLogs);
        stage.item(0)->setCheckState(0, Qt::Unchecked);
        QTRY_COMPARE(stage.page->pods()->logs(), 1);
        QVERIFY(!stage.page->nodes()->note().contains(u"at most"_s));
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
        stage.write(stage.item(stage.place() + 1)->text(0));
        stage.next();
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
        stage.next();
        QTRY_VERIFY(stage.says(u"Paused"_s));
        QCOMPARE(stage.logs->asked.size(), 1);
        stage.page->setPaused(false);
        QTRY_COMPARE(stage.logs->asked.size(), 2);
        QTRY_VERIFY(stage.says(u"Loki has no lines of this time."_s));
    }

    /// What was read as somebody goes with them, also while the page is hidden; nothing is read for nobody.
    void signingOutLeavesNoLine_data()
    {
        QTest::addColumn<bool>("shown");
        QTest::newRow("shown") << true;
        QTest::newRow("hidden") << false;
    }
    void signingOutLeavesNoLine()
    {
        QFETCH(bool, shown);
        Stage stage(&m_theme, m_kinds);
        auto person = std::make_shared<test::FakeSignIn>();
        person->become(ports::SignInPhase::SignedIn, u"mira"_s);
        stage.environment->setSignIn(person);
        QTRY_VERIFY(!stage.logs->asked.isEmpty());
        stage.write(stage.node());
        stage.page->refresh();
        QTRY_COMPARE(stage.page->model()->rowCount(), 30);
        stage.page->setShown(shown);
        person->become(ports::SignInPhase::SignedOut);
        QCOMPARE(stage.page->model()->rowCount(), 0);
        QVERIFY(!stage.page->readsLoki());
        const qsizetype asked = stage.logs->asked.size();
        stage.page->setShown(true);
        QTRY_VERIFY(stage.says(u"Nobody is signed in to infra-prod."_s));
        QCOMPARE(stage.logs->asked.size(), asked);
        person->become(ports::SignInPhase::SignedIn, u"jonas"_s);
        QTRY_COMPARE(stage.logs->asked.size(), asked + 1);
    }

    /// Where an alert leads: the node, if it is known here.
    void anAlertLeadsToItsNode()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        const QString other = stage.item(stage.place() + 1)->text(0);
        ObjectId object = stage.object(other);
        QVERIFY(stage.page->choose(object));
        QCOMPARE(stage.node(), other);
        QTRY_VERIFY2(stage.logs->asked.last().expr.contains(u"pod=~\"%1-.+\""_s.arg(other)), qPrintable(stage.logs->asked.last().expr));
        object.name = u"nobody"_s;
        QVERIFY(!stage.page->choose(object));
        QCOMPARE(stage.node(), other);
    }

    void nodesGoWithTheirCluster()
    {
        Stage stage(&m_theme, m_kinds);
        QVERIFY(stage.page->nodes()->count() > 2);
        stage.page->removeEnvironment(stage.environment);
        QCOMPARE(stage.page->nodes()->count(), 0);
        QCOMPARE(stage.page->nodes()->tree()->topLevelItemCount(), 0);
    }

    /// Thousands change all day, also while the page is not seen.
    void noOldRowIsKept()
    {
        Stage stage(&m_theme, m_kinds);
        const ObjectId object = stage.object(stage.node());
        QVERIFY(!object.name.isEmpty());
        state::ResourceStore *store = stage.environment->store(*stage.environment->kinds().find(object.gvr));
        const auto change = [store, &object](const QString &phase) {
            const std::weak_ptr<const network::Row> old = store->find(object.ns, object.name);
            network::Row next = *store->find(object.ns, object.name);
            next.phase = phase;
            next.resourceVersion += u'1';
            network::RowBatch batch;
            batch.upserts = {next};
            store->applyBatch(batch);
            return old;
        };
        QVERIFY(change(u"Updating"_s).expired());
        stage.page->setShown(false);
        QVERIFY(change(u"Ready"_s).expired());
        QVERIFY(change(u"Ready"_s).expired());
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
