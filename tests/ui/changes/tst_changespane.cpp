// SPDX-License-Identifier: GPL-3.0-or-later
// The page Changes in the real window over a world in memory: list, details, revert, repeat, verification, export, its
// states, keyboard and names.
#include "models/core/Json.h"
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/panes/changes/ChangeDetails.h"
#include "ui/panes/changes/ChangesPane.h"
#include "ui/panes/changes/ChangesTable.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/review/EditYamlDialog.h"
#include "ui/panes/review/ReviewDialog.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Navigation.h"
#include "ui/shell/Notices.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/Popup.h"
#include "ui/shell/tour/TourChanges.h"
#include "ui/widgets/DiffView.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QClipboard>
#include <QFileDialog>
#include <QJsonArray>
#include <QPushButton>
#include <QTest>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using items::ChangesModel;

namespace {

struct Stage {
    Stage(Theme *theme, std::shared_ptr<const network::KindTable> kinds, bool fill = true)
        : world(std::move(kinds), codec.get(), theme)
    {
        world.fillConsortium();
        if (fill)
            fillJournal(world);
    }
    void open(const QSize &size = {1440, 900})
    {
        window = std::make_unique<MainWindow>(world.context());
        window->resize(size);
        window->show();
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
        window->activateWindow();
        window->panes()->show(u"changes"_s);
        pane = qobject_cast<ChangesPane *>(window->panes()->currentPane());
        QVERIFY(pane);
    }
    void select(const QString &id)
    {
        QTRY_VERIFY(pane->model()->rowOf(id) > 0);
        QVERIFY(pane->showChange(id));
    }
    [[nodiscard]] QString barText() const { return pane->bar() ? pane->bar()->accessibleName() : QString(); }
    [[nodiscard]] QPushButton *button(const QString &text) const
    {
        const QList<QPushButton *> all = pane->findChildren<QPushButton *>();
        const auto at = std::find_if(all.begin(), all.end(), [&text](const QPushButton *b) { return b->text() == text; });
        return at == all.end() ? nullptr : *at;
    }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    TourWorld world;
    std::unique_ptr<MainWindow> window;
    ChangesPane *pane = nullptr;
};

const QString kScale = u"alice-bank-5200"_s;
const QString kSettling = u"northgate-validator-2-640"_s;
const QString kSecret = u"carol-clearing-91500"_s;

}

class TestChangesPane : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    void showsTheJournal()
    {
        Stage stage(&m_theme, m_kinds);
        stage.open();
        QTRY_COMPARE(stage.pane->model()->counts().shown, 9);
        QCOMPARE(stage.window->panes()->current(), u"changes"_s);
        stage.select(kScale);
        QVERIFY(stage.pane->details()->isVisible());
        QCOMPARE(stage.pane->details()->change()->id, kScale);
        const auto texts = ChangeDetails::diffTexts(*stage.pane->details()->change(), stage.codec.get());
        QVERIFY2(texts.first.contains(u"replicas: 1"_s) && texts.second.contains(u"replicas: 2"_s), qPrintable(texts.second));
        QCOMPARE(test::unnamed(stage.window.get()).join(u", "_s), QString());
        QTRY_COMPARE(test::clipped(stage.pane).join(u"; "_s), QString());
        test::grab(stage.window.get(), u"changes-list"_s);
        stage.select(kSecret);
        stage.pane->details()->setTab(u"diff"_s);
        const auto secret = ChangeDetails::diffTexts(*stage.pane->details()->change(), stage.codec.get());
        QVERIFY(secret.first.contains(u"*** (before)"_s) && secret.second.contains(u"*** (after)"_s));
        test::grab(stage.window.get(), u"changes-diff"_s);
    }

    void theNavigationCountsWhatIsOpenToday()
    {
        Stage stage(&m_theme, m_kinds);
        stage.open();
        const ChangesModel::Sources sources{stage.window->findChild<state::JournalLog *>(), stage.window->findChild<state::JournalSettling *>(),
                                            nullptr, m_kinds.get(), &stage.world.clock()};
        QVERIFY(sources.log && sources.settling);
        QTRY_COMPARE(ChangesModel::today(sources).problems, 3); // refused, in conflict, settling
        QTRY_VERIFY2(stage.window->findChild<Navigation *>()->item(u"changes"_s)->accessibleName().contains(u'3'),
                     qPrintable(stage.window->findChild<Navigation *>()->item(u"changes"_s)->accessibleName()));
    }

    void whatIsStillSettlingSaysSo()
    {
        Stage stage(&m_theme, m_kinds);
        stage.open();
        stage.select(kSettling);
        QTRY_COMPARE(stage.pane->model()->index(stage.pane->model()->rowOf(kSettling), ChangesModel::Outcome).data().toString(), u"Settling"_s);
        const NoticeBar *headline = stage.pane->details()->findChild<NoticeBar *>();
        QTRY_VERIFY2(headline->accessibleName().contains(u"generation 99"_s), qPrintable(headline->accessibleName()));
    }

    void revertIsAnotherReview()
    {
        Stage stage(&m_theme, m_kinds);
        QJsonValue live = stage.world.gateway(0)->objects.value(u"validators/alice-bank"_s);
        if (live.toObject().isEmpty())
            live = stage.world.gateway(0)->objects.value(u"participants/alice-bank"_s);
        QVERIFY(!live.toObject().isEmpty());
        json::set(live, u"/spec/resources/replicas"_s, 2);
        json::set(live, u"/metadata/uid"_s, u"tour-alice-bank"_s);
        stage.world.gateway(0)->objects.insert(u"validators/alice-bank"_s, live.toObject());
        stage.open();
        stage.select(kScale);
        QPushButton *revert = stage.button(u"Revert…"_s);
        QVERIFY(revert);
        QVERIFY2(revert->isEnabled(), qPrintable(revert->toolTip()));
        revert->click();
        QTRY_VERIFY2(stage.window->findChild<ReviewDialog *>(), qPrintable(stage.barText()));
        auto *dialog = stage.window->findChild<ReviewDialog *>();
        QTRY_VERIFY(dialog->pipeline() && dialog->pipeline()->step() >= state::ChangePipeline::Step::Rebase);
        const state::ChangeDraft &draft = dialog->pipeline()->draft();
        QCOMPARE(draft.title, u"Revert: Scale alice-bank"_s);
        QCOMPARE(json::at(draft.edits.first().body, u"/spec/resources/replicas"_s).toInt(), 1);
        dialog->close();
    }

    void whatCannotBeRevertedSaysWhy()
    {
        Stage stage(&m_theme, m_kinds);
        stage.open();
        stage.select(kSecret);
        QPushButton *revert = stage.button(u"Revert…"_s);
        QVERIFY(!revert->isEnabled());
        QVERIFY2(revert->toolTip().contains(u"DB_PASSWORD"_s) && revert->toolTip().contains(u"secret"_s), qPrintable(revert->toolTip()));
        stage.pane->revert(); // by its key
        QVERIFY2(stage.barText().contains(u"cannot be reverted"_s), qPrintable(stage.barText()));
        stage.select(kScale);
        QVERIFY(revert->isEnabled());
        stage.window->toggleReadOnly();
        QTRY_VERIFY2((stage.pane->enter(), !revert->isEnabled()), "read-only");
        QVERIFY2(revert->toolTip().contains(u"read-only"_s), qPrintable(revert->toolTip()));
        stage.window->toggleReadOnly();
        stage.world.gateway(0)->objects.remove(u"validators/alice-bank"_s);
        stage.pane->enter();
        stage.pane->revert();
        QTRY_VERIFY2(stage.barText().contains(u"validators/alice-bank"_s), qPrintable(stage.barText()));
    }

    void verifiesTheChain()
    {
        Stage stage(&m_theme, m_kinds);
        stage.open();
        stage.button(u"Verify"_s)->click();
        QTRY_VERIFY2(stage.barText().contains(u"The journal is whole"_s), qPrintable(stage.barText()));
        QFile file(stage.world.journal().path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QByteArray text = file.readAll();
        const int broken = int(text.left(text.indexOf("Friday")).count('\n')) + 1;
        file.resize(0);
        file.write(QByteArray(text).replace("Friday", "Monday"));
        file.close();
        stage.button(u"Verify"_s)->click();
        QTRY_VERIFY2(stage.barText().contains(u"broken at record %1"_s.arg(broken)), qPrintable(stage.barText()));
        QVERIFY(stage.barText().contains(u"Keep a copy"_s));
        test::grab(stage.window.get(), u"changes-broken"_s);
    }

    void exportsWithoutBlocking()
    {
        Stage stage(&m_theme, m_kinds);
        QTemporaryDir folder;
        stage.world.settings().setValue(u"changes/exportFolder"_s, folder.path());
        stage.open();
        stage.pane->setFilterText(u"user:mira outcome:settled"_s);
        QTRY_COMPARE(stage.pane->model()->counts().shown, 5);
        stage.pane->exportRecords(true); // returns at once
        auto *dialog = stage.pane->findChild<QFileDialog *>();
        QVERIFY(dialog);
        QTRY_VERIFY(dialog->isVisible());
        const QString file = folder.filePath(u"out.cef"_s);
        dialog->selectNameFilter(u"CEF (*.cef)"_s);
        dialog->selectFile(file);
        QTRY_VERIFY(!dialog->selectedFiles().isEmpty());
        QMetaObject::invokeMethod(dialog, "accept", Qt::QueuedConnection);
        QTRY_VERIFY2(stage.barText().contains(u"10 records exported"_s), qPrintable(stage.barText()));
        QFile out(file);
        QVERIFY(out.open(QIODevice::ReadOnly));
        const QByteArray text = out.readAll();
        QCOMPARE(text.count('\n'), 10);
        QCOMPARE(text.count("CEF:0|Quarterdeck|"), 10);
        stage.pane->exportTo(folder.filePath(u"all.jsonl"_s), state::Journal::Format::Json, false);
        QTRY_VERIFY2(stage.barText().contains(u"18 records exported"_s), qPrintable(stage.barText()));
        stage.pane->exportTo(folder.filePath(u"none/all.jsonl"_s), state::Journal::Format::Json, false);
        QTRY_VERIFY2(stage.barText().contains(u"was not exported"_s), qPrintable(stage.barText()));
    }

    void isLive()
    {
        Stage stage(&m_theme, m_kinds);
        stage.open();
        stage.select(kScale);
        const int rows = stage.pane->model()->rowCount();
        addChange(stage.world, 5, u"Restart harbor"_s, u"harbor"_s, {}, {}, 0);
        QTRY_COMPARE(stage.pane->model()->rowCount(), rows + 1);
        QCOMPARE(stage.pane->table()->current()->id, kScale); // what was selected stays selected
        QCOMPARE(stage.pane->details()->change()->id, kScale);
    }

    void everythingByKeyboard()
    {
        Stage stage(&m_theme, m_kinds);
        stage.open();
        QTRY_COMPARE(stage.pane->model()->counts().shown, 9);
        QTest::keyClick(stage.window.get(), Qt::Key_Slash);
        QTRY_VERIFY(stage.window->focusWidget() && stage.window->focusWidget()->inherits("QLineEdit"));
        QTest::keyClicks(stage.window->focusWidget(), u"object:alice"_s);
        QTest::keyClick(stage.window->focusWidget(), Qt::Key_Return);
        QTRY_COMPARE(stage.pane->model()->counts().shown, 1);
        QTRY_VERIFY(stage.pane->table()->hasFocus());
        QCOMPARE(stage.pane->table()->current()->id, kScale);
        QTest::keyClick(stage.pane->table(), Qt::Key_Return);
        QVERIFY(stage.pane->details()->isVisible());
        QTest::keyClick(stage.pane->table(), Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QGuiApplication::clipboard()->text().contains(u"Scale alice-bank"_s));
        QTest::keyClick(stage.pane->table(), Qt::Key_Escape);
        QVERIFY(!stage.pane->details()->isVisible());
        QTest::keyClick(stage.pane->table(), Qt::Key_Escape);
        QTRY_COMPARE(stage.pane->model()->counts().shown, 9);
        QTest::keyClick(stage.window.get(), Qt::Key_3, Qt::AltModifier);
        QTRY_COMPARE(stage.window->panes()->current(), u"nodes"_s);
        QTest::keyClick(stage.window.get(), Qt::Key_Minus, Qt::AltModifier);
        QTRY_COMPARE(stage.window->panes()->current(), u"changes"_s);
    }

    void leadsToTheObject()
    {
        Stage stage(&m_theme, m_kinds);
        stage.open();
        stage.select(u"northgate-validator-1-2300"_s);
        const QList<FactValue *> values = stage.pane->details()->findChildren<FactValue *>();
        const auto link = std::find_if(values.begin(), values.end(), [](const FactValue *v) { return v->fact().link; });
        QVERIFY(link != values.end());
        QTest::keyClick(*link, Qt::Key_Return);
        QTRY_COMPARE(stage.window->panes()->current(), u"nodes"_s);
        QCOMPARE(stage.window->nodes()->openedObject().name, u"northgate-validator-1"_s);
    }

    void states()
    {
        Stage empty(&m_theme, m_kinds, false);
        empty.open();
        QTRY_VERIFY(empty.pane->statePage()->isVisible());
        QTRY_VERIFY(textsIn(empty.pane->statePage()).contains(u"Nothing has been changed yet"_s));
        Stage filtered(&m_theme, m_kinds);
        filtered.open();
        filtered.pane->setFilterText(u"user:nobody"_s);
        QTRY_VERIFY(textsIn(filtered.pane->statePage()).contains(u"No change matches user:nobody"_s));
        Stage wrong(&m_theme, m_kinds, false);
        QVERIFY(QDir().mkpath(wrong.world.journal().path()));
        wrong.open();
        QTRY_VERIFY2(textsIn(wrong.pane->statePage()).contains(u"cannot be read"_s), qPrintable(textsIn(wrong.pane->statePage())));
    }

    void largerFontsAndSmallWindows_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<int>("percent");
        QTest::newRow("1000 px") << QSize(1000, 700) << 100;
        QTest::newRow("125 %") << QSize(1440, 900) << 125;
        QTest::newRow("150 %") << QSize(1440, 900) << 150;
    }

    void largerFontsAndSmallWindows()
    {
        QFETCH(QSize, size);
        QFETCH(int, percent);
        const QFont before = QApplication::font();
        QFont larger = before;
        if (larger.pixelSize() > 0)
            larger.setPixelSize(larger.pixelSize() * percent / 100);
        else
            larger.setPointSizeF(larger.pointSizeF() * percent / 100);
        QApplication::setFont(larger);
        {
            Stage stage(&m_theme, m_kinds);
            stage.open(size);
            stage.select(kSettling);
            QTRY_COMPARE(test::clipped(stage.pane).join(u"; "_s), QString());
            const QStringList shown = stage.pane->table()->shownColumns();
            QVERIFY(shown.contains(u"time"_s) && shown.contains(u"change"_s) && shown.contains(u"outcome"_s));
            test::grab(stage.window.get(), u"changes-%1-%2"_s.arg(size.width()).arg(percent));
        }
        QApplication::setFont(before);
    }

    /// In a small window the details stand below: the list keeps its share, with the change that is open in sight.
    void detailsBelowLeaveTheListItsRoom()
    {
        Stage stage(&m_theme, m_kinds);
        stage.open({1000, 700});
        const auto *table = stage.pane->findChild<ChangesTable *>();
        QTRY_VERIFY(stage.pane->model()->rowCount() > 4);
        const QString last = stage.pane->model()->changeAt(stage.pane->model()->rowCount() - 1)->id;
        stage.select(last);
        const auto inSight = [table] { return table->viewport()->rect().contains(table->visualRect(table->currentIndex())); };
        QTRY_VERIFY(inSight());
        QVERIFY2(table->viewport()->height() >= 4 * table->visualRect(table->currentIndex()).height(), qPrintable(QString::number(table->viewport()->height())));
    }

    void discardedDraftsComeBackByCtrlZ()
    {
        Stage stage(&m_theme, m_kinds);
        stage.open();
        const network::KindInfo *kind = m_kinds->find(u"Validator"_s);
        const QJsonObject live = stage.world.gateway(0)->objects.value(u"validators/northgate-validator-1"_s);
        state::DraftContext context;
        context.cluster = u"infra-prod"_s;
        context.now = stage.world.clock().now();
        auto draft = stage.world.catalogue().buildDraft(u"restart"_s, *kind, live, {}, context);
        QVERIFY(draft);
        stage.world.operations().keep(*draft);
        Popup *panel = stage.window->openOperations();
        QTRY_VERIFY(panel->isVisible());
        QVERIFY(textsIn(panel).contains(u"kept until it is applied or discarded"_s));
        const QList<QPushButton *> buttons = panel->findChildren<QPushButton *>();
        for (QPushButton *button : buttons) {
            if (button->text() == "Discard"_L1)
                button->click();
        }
        QVERIFY(stage.world.operations().kept().isEmpty());
        QTRY_VERIFY(textsIn(panel).contains(u"Draft discarded"_s));
        panel->setFocus();
        QTest::keyClick(panel, Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(stage.world.operations().kept().size(), 1);
        test::grab(panel, u"changes-drafts"_s);
        panel->close();
    }

    void failuresOutliveOtherNotices()
    {
        Stage stage(&m_theme, m_kinds);
        stage.open();
        Notices *notices = stage.window->notices();
        notices->show(network::State::Failed, u"first failure"_s);
        for (int i = 0; i < 4; ++i)
            notices->show(network::State::Ready, u"good %1"_s.arg(i));
        QCOMPARE(notices->count(), 3);
        QVERIFY(textsIn(notices).contains(u"first failure"_s));
        notices->show(network::State::Failed, u"first failure"_s);
        QCOMPARE(notices->findChild<NoticeBar *>()->accessibleName(), u"first failure (2)"_s);
    }

    void noticesStayUsableOverADialog()
    {
        Stage stage(&m_theme, m_kinds);
        stage.open();
        Notices *notices = stage.window->notices();
        notices->show(network::State::Failed, u"bob-custody failed"_s);
        QCOMPARE(notices->parentWidget(), stage.window.get());
        stage.window->panes()->show(u"nodes"_s);
        stage.window->nodes()->openObject(u"infra-dev"_s, u"tour-northgate-dev-1"_s);
        QTRY_VERIFY(stage.window->actionRegistry()->action(u"change.restart"_s)->isEnabled());
        stage.window->actionRegistry()->action(u"change.restart"_s)->trigger();
        QTRY_VERIFY(stage.window->findChild<ReviewDialog *>());
        auto *dialog = stage.window->findChild<ReviewDialog *>();
        QTRY_COMPARE(notices->parentWidget(), dialog);
        QVERIFY(notices->isVisible() && notices->isWindow());
        notices->show(network::State::Failed, u"another failure"_s);
        QCOMPARE(notices->count(), 2);
        QVERIFY(QRect(stage.window->mapToGlobal(QPoint()), stage.window->size()).contains(notices->geometry()));
        const QList<QPushButton *> buttons = dialog->findChildren<QPushButton *>();
        QVERIFY(!buttons.isEmpty());
        for (const QPushButton *button : buttons)   // what confirms is not covered by what stays until it is dismissed
            QVERIFY2(!button->isVisible() || !QRect(button->mapToGlobal(QPoint()), button->size()).intersects(notices->geometry()), qPrintable(button->text()));
        dialog->reject();
        QTRY_COMPARE(notices->parentWidget(), stage.window.get());
        QVERIFY(notices->isVisible() && !notices->isWindow());
        QCOMPARE(notices->count(), 2);
        QTRY_VERIFY(!stage.window->findChild<ReviewDialog *>());
        stage.window->actionRegistry()->action(u"change.restart"_s)->trigger();
        QTRY_VERIFY(notices->isWindow());
        stage.window.reset(); // the window goes with its dialog open
    }

private:
    static QString textsIn(const QWidget *root)
    {
        QStringList out;
        const QList<QLabel *> labels = root->findChildren<QLabel *>();
        for (const QLabel *label : labels) {
            if (label->isVisibleTo(root))
                out.append(label->text());
        }
        return out.join(u'\n');
    }
};

QTEST_MAIN(TestChangesPane)
#include "tst_changespane.moc"
