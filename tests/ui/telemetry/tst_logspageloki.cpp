// SPDX-License-Identifier: GPL-3.0-or-later
// The tab "Logs": which levels Loki is asked for, what it keeps beside a line, and that nothing is said of what is not read.
#include "tests/ui/telemetry/LogsStage.h"

#include "tests/support/ShippedFiles.h"
#include "tests/unit/items/ItemsFixture.h"
#include "translations/Translations.h"
#include "ui/shell/tour/TourLogs.h"
#include "ui/widgets/LogChip.h"
#include "ui/widgets/LogFields.h"
#include "ui/widgets/LogTable.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTimer>
#include <QToolButton>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using items::LogLevel;
using test::kSecond;
using Stage = test::LogsStage;

class LogsPageLokiTest : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();

    /// Longer than the page waits for a further choice.
    static void aChoiceLater(QObject *context)
    {
        bool later = false;
        QTimer::singleShot(300, context, [&later] { later = true; });
        QTRY_VERIFY(later);
    }
    static void grab(const Stage &stage, const QString &name)
    {
        if (const QString folder = qEnvironmentVariable("QD_PICTURES"); !folder.isEmpty())
            stage.page->grab().save(folder + u'/' + name + u".png"_s);
    }
    /// More lines than are read, all of them everyday ones.
    static void writeMany(Stage &stage)
    {
        const network::Labels stream{{u"namespace"_s, stage.object(stage.node()).ns}, {u"pod"_s, QString(stage.node() + u"-participant-0")}};
        for (int i = 0; i < 20'000; ++i)
            stage.logs->lines.append({stage.now - i * 1000, u"INFO %1"_s.arg(i), stream, {}});
        stage.logs->rest = true;
        stage.page->refresh();
        QTRY_COMPARE_WITH_TIMEOUT(stage.page->model()->rowCount(), 20'001, 20'000);
    }
    [[nodiscard]] static QString rateOf(const QTreeWidgetItem *node, const QString &component)
    {
        for (int i = 0; i < node->childCount(); ++i) {
            if (node->child(i)->text(0) == component)
                return node->child(i)->text(2);
        }
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
        m_theme.setReducedMotion(true);
    }

    /// Where not all of the time was read, Loki leaves out what is hidden: older lines of the rest come in its place.
    void theLevelsAreAskedOfLoki()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        writeMany(stage);
        const LogView *view = stage.page->view();
        const QString all = stage.logs->asked.last().expr;
        const network::Labels stream = stage.logs->lines.first().stream;
        stage.logs->rest = false;
        stage.logs->lines = {{stage.now - 9'000 * kSecond, u"\tat another's"_s, stream, {}}, {stage.now - 18'000 * kSecond + 1000, u"\tat its place"_s, stream, {}},
                             {stage.now - 18'000 * kSecond, u"ERROR the rare one"_s, stream, {}}};
        view->chip(LogLevel::Info)->click();
        view->chip(LogLevel::Debug)->click();
        QTRY_COMPARE(stage.logs->asked.last().expr, QString(all + items::logqlWithout({LogLevel::Info, LogLevel::Debug})));
        QTRY_COMPARE(stage.page->model()->rowCount(), 2);
        QCOMPARE(stage.page->model()->count(LogLevel::Error), 2);      // what belongs to it, too
        QCOMPARE(stage.page->model()->count(LogLevel::None), 1);
        QVERIFY2(stage.page->source().contains(u"Not read: Info, Debug"_s), qPrintable(stage.page->source()));
        QCOMPARE(view->chip(LogLevel::Info)->accessibleName(), u"Info: not read"_s);
        QCOMPARE(view->chip(LogLevel::Error)->accessibleName(), u"Error: 2 lines"_s);
        QTRY_COMPARE(rateOf(stage.item(stage.place()), u"participant"_s), u"?"_s);     // of some levels alone it says nothing
        grab(stage, u"logs-levels"_s);
        QCOMPARE(test::clipped(stage.page.get()), QStringList());
        // wanted again: what was left out is read
        view->chip(LogLevel::Info)->click();
        QTRY_COMPARE(stage.logs->asked.last().expr, QString(all + items::logqlWithout({LogLevel::Debug})));
        QTRY_COMPARE(view->chip(LogLevel::Info)->accessibleName(), u"Info: 1 line"_s);
        view->chip(LogLevel::Debug)->click();
        QTRY_COMPARE(stage.logs->asked.last().expr, all);
        QVERIFY2(!stage.page->source().contains(u"Not read"_s), qPrintable(stage.page->source()));
    }

    /// Where all of it was read, hiding asks nobody; nor does it while one looks at what stands still.
    void whatWasReadIsHiddenHere()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        stage.write(stage.node());
        stage.page->refresh();
        QTRY_COMPARE(stage.page->model()->rowCount(), 30);
        qsizetype asked = stage.logs->asked.size();
        stage.page->view()->chip(LogLevel::Info)->click();
        QCOMPARE(stage.page->model()->rowCount(), 3);
        aChoiceLater(this);
        stage.page->view()->chip(LogLevel::Info)->click();
        QCOMPARE(stage.page->model()->rowCount(), 30);
        aChoiceLater(this);
        QCOMPARE(stage.logs->asked.size(), asked);
        stage.logs->lines.clear();
        writeMany(stage);
        Q_EMIT stage.page->view()->pauseWanted(true);
        asked = stage.logs->asked.size();
        stage.page->view()->chip(LogLevel::Info)->click();
        aChoiceLater(this);
        QCOMPARE(stage.logs->asked.size(), asked);
        QVERIFY(stage.page->view()->paused());
        Q_EMIT stage.page->view()->pauseWanted(false);
        QTRY_VERIFY(stage.logs->asked.size() > asked);
        QVERIFY2(stage.logs->asked.last().expr.endsWith(items::logqlWithout({LogLevel::Info})), qPrintable(stage.logs->asked.last().expr));
    }

    /// Hidden levels are asked for as well until Loki has more than is read: what it takes a line for is its guess.
    void levelsAreLeftOutAfterACutAlone()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        stage.page->view()->chip(LogLevel::Info)->click();
        const QString all = stage.logs->asked.last().expr;
        stage.write(stage.node());
        stage.page->refresh();
        QTRY_COMPARE(stage.page->model()->kept(), 30);
        QCOMPARE(stage.page->model()->rowCount(), 3);
        QCOMPARE(stage.logs->asked.last().expr, all);
        QVERIFY2(!stage.page->source().contains(u"Not read"_s), qPrintable(stage.page->source()));
        // more than is read: once more, without them, and so from then on
        const QList<ports::LogEntry> few = std::exchange(stage.logs->lines, {});
        for (int i = 0; i < 20'000; ++i)
            stage.logs->lines.append({stage.now - i * 1000, u"INFO %1"_s.arg(i), few.first().stream, {}});
        stage.logs->rest = true;
        stage.page->refresh();
        const QString some = all + items::logqlWithout({LogLevel::Info});
        QTRY_COMPARE_WITH_TIMEOUT(stage.logs->asked.last().expr, some, 20'000);
        stage.logs->lines = few;
        stage.logs->rest = false;
        qsizetype asked = stage.logs->asked.size();
        stage.page->refresh();
        QTRY_COMPARE(stage.logs->asked.size(), asked + 1);
        QCOMPARE(stage.logs->asked.last().expr, some);
        // of another time nothing is known
        stage.page->setRange({900, 0, 0});
        QTRY_COMPARE(stage.logs->asked.size(), asked + 2);
        QCOMPARE(stage.logs->asked.last().expr, all);
    }

    /// Lines of hundreds of pods that are read for the first time cost the rows of those, once.
    void manyPodsAtOnce()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        const network::KindInfo &kind = *m_kinds->find(u"Validator"_s);
        const auto many = [&](const QString &phase) {
            QList<network::Row> rows;
            for (int i = 0; i < 300; ++i)
                rows.append(test::rowOf(kind, u"many-%1"_s.arg(i), {}, phase));
            return rows;
        };
        stage.environment->store(kind)->applyBatch(test::batchOf(many(u"Ready"_s) + QList{test::rowOf(kind, u"many"_s, {}, u"Ready"_s)}));
        stage.page->tick();
        stage.page->nodes()->chooseAll();
        QTRY_COMPARE(stage.logs->asked.size(), 2);
        QTRY_VERIFY(stage.logs->last);
        const auto tell = [&stage](const QString &component) {
            QList<ports::LogEntry> lines;
            for (int i = 0; i < 300; ++i)
                lines.append({stage.now + i, u"INFO %1"_s.arg(i), {{u"namespace"_s, u"canton"_s}, {u"pod"_s, u"many-%1-%2-0"_s.arg(i).arg(component)}}, {}});
            const int before = stage.page->model()->rowCount();
            Q_EMIT stage.logs->last->entries(lines);
            QTRY_COMPARE(stage.page->model()->rowCount(), before + 300);
        };
        tell(u"participant"_s);
        QSignalSpy named(stage.page->model(), &QAbstractItemModel::dataChanged), touched(stage.page->nodes()->tree()->model(), &QAbstractItemModel::dataChanged);
        tell(u"sequencer"_s);
        QCOMPARE(stage.page->model()->sources().size(), 600);
        QVERIFY2(named.count() <= 2, qPrintable(QString::number(named.count())));
        QVERIFY2(touched.count() <= 300 * 24, qPrintable(QString::number(touched.count())));
        const QTreeWidgetItem *node = stage.item(u"many-299"_s);
        QCOMPARE(node->childCount(), 2);        // of the longest name, not of "many"
        QCOMPARE(stage.item(u"many"_s)->childCount(), 0);
        // rows that say something else are the same nodes
        stage.environment->store(kind)->applyBatch(test::batchOf(many(u"Failed"_s)));
        const qsizetype asked = stage.logs->asked.size();
        stage.page->tick();
        QTRY_COMPARE(node->toolTip(1), u"Failed"_s);
        tell(u"participant"_s);
        QCOMPARE(stage.page->model()->sources().size(), 600);
        aChoiceLater(this);
        QCOMPARE(stage.logs->asked.size(), asked);
        // One that is gone is gone here, and one that comes is here.
        const int count = stage.page->nodes()->count();
        network::RowBatch gone;
        gone.removedUids = {test::rowOf(kind, u"many-7"_s, {}, u"Failed"_s).uid};
        stage.environment->store(kind)->applyBatch(gone);
        stage.page->tick();
        QCOMPARE(stage.page->nodes()->count(), count - 1);
        QVERIFY(!stage.item(u"many-7"_s));
        stage.environment->store(kind)->applyBatch(test::batchOf({test::rowOf(kind, u"many-7"_s, {}, u"Ready"_s)}));
        stage.page->tick();
        QCOMPARE(stage.page->nodes()->count(), count);
        QCOMPARE(stage.item(u"many-7"_s)->toolTip(1), u"Ready"_s);
        // Behind another page its lines take no room; they are read anew when it is seen.
        QVERIFY(stage.page->model()->rowCount() > 0);
        stage.page->setShown(false);
        QCOMPARE(stage.page->model()->rowCount(), 0);
        const qsizetype before = stage.logs->asked.size();
        stage.page->setShown(true);
        QTRY_COMPARE(stage.logs->asked.size(), before + 1);
    }

    /// The way back is at hand.
    void noLineOfTheLevels()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        writeMany(stage);
        stage.logs->lines.clear();
        stage.logs->rest = false;
        stage.page->view()->chip(LogLevel::Error)->click();
        QTRY_VERIFY2(stage.says(u"Loki has no line of the chosen levels in this time."_s), qPrintable(test::texts(stage.page->view()->page())));
        QVERIFY(stage.logs->asked.last().expr.endsWith(items::logqlWithout({LogLevel::Error})));
        grab(stage, u"logs-no-level"_s);
        const auto clear = [&stage]() -> QPushButton * {
            const QList<QPushButton *> buttons = stage.page->view()->page()->findChildren<QPushButton *>();
            const auto seen = std::find_if(buttons.begin(), buttons.end(), [](const QPushButton *button) { return button->isVisible(); });
            return seen == buttons.end() ? nullptr : *seen;
        };
        QTRY_VERIFY(clear());
        clear()->click();
        QVERIFY(stage.page->view()->chip(LogLevel::Error)->isChecked());
        QTRY_VERIFY(stage.logs->asked.last().expr.endsWith(u'}'));
        QTRY_VERIFY(stage.says(u"Loki has no lines of this time."_s));
    }

    /// What Loki as a whole says is of no source, in what is copied and for who listens.
    void whatLokiSaysIsOfNoSource()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        writeMany(stage);
        const items::LogModel *model = stage.page->model();
        Q_EMIT stage.logs->last->dropped(120, 0, 0);
        Q_EMIT stage.logs->last->resumed();
        QTRY_COMPARE(model->rowCount(), 20'003);
        const QString source = model->sources().value(0);
        QVERIFY(!source.isEmpty() && model->plainText(1).contains(source));
        for (const int row : {0, 20'001, 20'002}) {
            QCOMPARE(model->lineAt(row).kind, items::LogLine::Kind::Gap);
            QVERIFY2(!model->plainText(row).contains(source), qPrintable(model->plainText(row)));
            QCOMPARE(model->index(row, items::LogModel::Source).data().toString(), QString());
        }
    }

    /// Back again after an outage: that nothing is missing is said where nothing is.
    void whatIsMissingAfterAnOutage()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        writeMany(stage);
        const items::LogModel *model = stage.page->model();
        const auto last = [model] { return model->lineAt(model->rowCount() - 1).message; };
        const Error away{ErrorKind::Network, u"Loki is away."_s};
        Q_EMIT stage.logs->last->interrupted(away);
        Q_EMIT stage.logs->last->warned(u"Not all of them could be read."_s);
        Q_EMIT stage.logs->last->resumed();
        QTRY_COMPARE(last(), u"Loki answers again; what is missing is said above"_s);
        QCOMPARE(model->lineAt(model->rowCount() - 2).message, u"Not all of them could be read."_s);
        Q_EMIT stage.logs->last->interrupted(away);
        Q_EMIT stage.logs->last->resumed();
        QTRY_COMPARE(last(), u"Loki answers again, nothing is missing"_s);
    }

    /// Structured metadata stands among the fields of the line, of a plain one too, and chooses as they do.
    void whatStandsBesideALine()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        const network::Labels stream{{u"namespace"_s, stage.object(stage.node()).ns}, {u"pod"_s, QString(stage.node() + u"-participant-0")}};
        stage.logs->lines = {{stage.now, u"it broke"_s, stream, {{u"detected_level"_s, u"error"_s}, {u"trace_id"_s, u"7f1c0a9b2e3d4c5f"_s}, {u"ledger_api_user"_s, u"<b>mira</b>"_s}}},
                             {stage.now - kSecond, u"INFO else of <b>mira</b>"_s, stream, {{u"detected_level"_s, u"info"_s}}}};
        stage.page->refresh();
        QTRY_COMPARE(stage.page->model()->rowCount(), 2);
        LogTable *table = stage.page->view()->table();
        table->goTo(1);
        table->unfold(1);
        auto *fields = table->findChild<LogFields *>();
        QVERIFY(fields && fields->isVisible());
        const QString told = test::texts(fields);
        for (const QString &word : {u"trace_id"_s, u"7f1c0a9b2e3d4c5f"_s, u"ledger_api_user"_s, u"<b>mira</b>"_s})
            QVERIFY2(told.contains(word), qPrintable(told));
        QVERIFY2(!told.contains(u"detected_level"_s), qPrintable(told));
        grab(stage, u"logs-fields"_s);
        const QList<QToolButton *> buttons = fields->findChildren<QToolButton *>();
        const auto only = std::find_if(buttons.begin(), buttons.end(), [](const QToolButton *button) { return button->accessibleName().startsWith(u"Only lines with ledger_api_user = "_s); });
        QVERIFY(only != buttons.end());
        (*only)->click();
        QCOMPARE(stage.page->model()->rowCount(), 1);
        QCOMPARE(stage.page->model()->filters(), (QList<items::LogFilter>{{u"ledger_api_user"_s, u"<b>mira</b>"_s, false, true}}));
    }

    /// Of what is not asked now there is no rate, and it is not as of now.
    void whatIsNotReadHasNoRate_data()
    {
        using Step = std::function<void(Stage &, bool)>;
        QTest::addColumn<Step>("step");
        QTest::newRow("the view is paused") << Step([](Stage &stage, bool stops) { Q_EMIT stage.page->view()->pauseWanted(stops); });
        QTest::newRow("the window is paused") << Step([](Stage &stage, bool stops) { stage.page->setPaused(stops); });
        QTest::newRow("Loki is interrupted") << Step([](Stage &stage, bool stops) {
            if (stops)
                Q_EMIT stage.logs->last->interrupted({ErrorKind::Network, u"Loki is away."_s});
            else
                Q_EMIT stage.logs->last->resumed();
        });
    }
    void whatIsNotReadHasNoRate()
    {
        using Step = std::function<void(Stage &, bool)>;
        QFETCH(Step, step);
        Stage stage(&m_theme, m_kinds);
        QTRY_COMPARE(stage.logs->asked.size(), 1);
        stage.write(stage.node());
        stage.page->refresh();
        QTRY_COMPARE(stage.page->model()->rowCount(), 30);
        const auto rate = [&stage] { return rateOf(stage.item(stage.place()), u"participant"_s); };
        QTRY_VERIFY2(rate().endsWith(u" /m"_s), qPrintable(rate()));
        const QString note = stage.page->nodes()->note();
        const auto asOf = [&stage] { return u"as of %1"_s.arg(stage.context.clock->now().toUTC().toString(u"HH:mm:ss"_s)); };
        QVERIFY2(note.contains(asOf()), qPrintable(note));
        step(stage, true);
        QCOMPARE(rate(), u"?"_s);
        stage.world.setAgo(stage.world.clock().ago - 30);
        step(stage, true);      // worked out again
        QCOMPARE(rate(), u"?"_s);
        QCOMPARE(stage.page->nodes()->note(), note);
        step(stage, false);
        QVERIFY2(rate().endsWith(u" /m"_s), qPrintable(rate()));
        QVERIFY2(stage.page->nodes()->note().contains(asOf()), qPrintable(stage.page->nodes()->note()));
    }

    /// The same of pods, each for itself.
    void aPodThatIsNotReadHasNoRate()
    {
        Stage stage(&m_theme, m_kinds, false);
        TourPods *pods = addTourLogs(stage.world, 0);
        stage.page->refresh();
        const QString node = u"northgate-validator-2"_s;
        stage.item(stage.place())->setCheckState(0, Qt::Unchecked);
        stage.item(node)->setCheckState(0, Qt::Checked);
        const auto rate = [&stage, &node](const QString &component) { return rateOf(stage.item(node), component); };
        QTRY_VERIFY(rate(u"postgres"_s).endsWith(u" /m"_s) && rate(u"participant"_s).endsWith(u" /m"_s));
        TourLog *log = pods->log(node + u"-postgres-0"_s);
        QVERIFY(log);
        Q_EMIT log->interrupted({ErrorKind::Network, u"the kubelet does not answer"_s});
        QCOMPARE(rate(u"postgres"_s), u"?"_s);
        QVERIFY(rate(u"participant"_s).endsWith(u" /m"_s));
        Q_EMIT log->resumed();
        QVERIFY2(rate(u"postgres"_s).endsWith(u" /m"_s), qPrintable(rate(u"postgres"_s)));
        Q_EMIT log->ended({ErrorKind::Forbidden, u"no"_s});
        QCOMPARE(rate(u"postgres"_s), u"?"_s);
        stage.page->setPaused(true);
        QCOMPARE(rate(u"participant"_s), u"?"_s);
    }
};

QTEST_MAIN(LogsPageLokiTest)
#include "tst_logspageloki.moc"
