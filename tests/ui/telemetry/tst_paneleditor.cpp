// SPDX-License-Identifier: GPL-3.0-or-later
// The form of a panel, panels that come and go, dashboards of one's own.
#include "tests/support/FakeTelemetry.h"
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "tests/ui/telemetry/TelemetryStage.h"
#include "translations/Translations.h"
#include "ui/panes/telemetry/MetricNames.h"
#include "ui/panes/telemetry/PanelEditor.h"
#include "ui/panes/telemetry/QueryEdit.h"
#include "ui/widgets/Tabs.h"

#include <QAbstractItemView>
#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QDialog>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QTest>
#include <QVBoxLayout>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using test::words;
using Stage = test::TelemetryStage;

namespace {

QPushButton *buttonOf(const QWidget *root, const QString &text)
{
    for (QPushButton *button : root->findChildren<QPushButton *>()) {
        if (button->text() == text)
            return button;
    }
    return nullptr;
}

QAction *entryOf(const QWidget *root, const QString &text)
{
    for (QAction *action : root->findChildren<QAction *>()) {
        if (action->text() == text)
            return action;
    }
    return nullptr;
}

/// The editor of a form's field, by the name a reader says.
template <typename Widget>
Widget *fieldOf(const QWidget *root, const QString &name)
{
    for (Widget *widget : root->findChildren<Widget *>()) {
        if (widget->accessibleName().startsWith(name))
            return widget;
    }
    return nullptr;
}

/// The editor of a panel of the page on screen, once its chart is there.
PanelEditor *editorOf(const Stage &stage, const QString &panel)
{
    if (!QTest::qWaitFor([&] { return stage.page() && !stage.data(panel).lines.isEmpty(); }))
        return nullptr;
    Q_EMIT stage.page()->editWanted(panel);
    return stage.window->findChild<PanelEditor *>();
}

/// A panel as its file has it, to be written to by somebody else.
network::Panel *inFile(const Stage &stage, const QString &id)
{
    for (network::Dashboard &dashboard : stage.dashboards()->files.dashboards) {
        for (network::PanelRow &row : dashboard.rows) {
            for (network::Panel &panel : row.panels) {
                if (dashboard.id == "validator"_L1 && panel.id == id)
                    return &panel;
            }
        }
    }
    return nullptr;
}

}

class PanelEditorTest : public QObject {
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

    void theEditor()
    {
        Stage stage(&m_theme, m_kinds);
        PanelEditor *editor = editorOf(stage, u"coin"_s);
        QVERIFY(editor);
        QTRY_VERIFY(!editor->preview()->view()->data().lines.isEmpty());
        QCOMPARE(test::clipped(editor), QStringList());
        QCOMPARE(test::unnamed(editor), QStringList());
        // What cannot be saved says why; what the server refuses is its own word.
        editor->query(0)->setPlainText(u"x{pod=\"$node\"}"_s);
        QVERIFY2(editor->problem().contains(u"behind =~"_s), qPrintable(editor->problem()));
        editor->query(0)->setPlainText(u"x{pod=~\"$nod\"}"_s);
        QVERIFY(editor->problem().contains(u"no variable \"nod\""_s));
        editor->query(0)->setPlainText({});
        QCOMPARE(editor->problem(), u"It has no query."_s);
        editor->query(0)->setPlainText(u"2 * splice_wallet_unlocked_amulet_balance"_s);
        QCOMPARE(editor->problem(), QString());
        editor->applyNow();
        // A failure stays in the dialog with what was written; then it is saved and seen.
        stage.dashboards()->saving = Error{ErrorKind::Storage, u"The disk is full."_s, u"Make room."_s};
        editor->save();
        QTRY_VERIFY(words(editor).contains(u"The disk is full."_s));
        QVERIFY(editor->isVisible());
        QCOMPARE(editor->query(0)->toPlainText(), u"2 * splice_wallet_unlocked_amulet_balance"_s);
        stage.dashboards()->saving.reset();
        editor->save();
        QTRY_COMPARE(stage.page()->dashboard().panel(u"coin"_s)->queries.first().expr, u"2 * splice_wallet_unlocked_amulet_balance"_s);
        QTRY_VERIFY(!stage.window->findChild<PanelEditor *>());
    }

    /// Another program changed the panel in its file: that is told, and what only it changed is taken over; what was written stays.
    void changedByAnotherMeanwhile()
    {
        Stage stage(&m_theme, m_kinds);
        PanelEditor *editor = editorOf(stage, u"coin"_s);
        QVERIFY(editor);
        editor->query(0)->setPlainText(u"2 * splice_wallet_unlocked_amulet_balance"_s);
        network::Panel theirs = *stage.page()->dashboard().panel(u"coin"_s);
        theirs.title = u"Coin, by night"_s;
        theirs.decimals = 3;    // the form does not have it
        theirs.thresholds = {{5, u"too little"_s, true}, {50, u"little"_s, false}};
        theirs.softMax = 99;
        network::Panel *file = inFile(stage, u"coin"_s);
        QVERIFY(file);
        *file = theirs;
        editor->save();
        QTRY_VERIFY2(words(editor).contains(u"together with what changed in the file: title “Coin, by night”, values, thresholds, axis. Save again to write it."_s), qPrintable(words(editor)));
        QVERIFY(editor->isVisible());
        QCOMPARE(*file, theirs);
        QCOMPARE(editor->query(0)->toPlainText(), u"2 * splice_wallet_unlocked_amulet_balance"_s);
        network::Panel together = theirs;
        together.queries.first().expr = editor->query(0)->toPlainText();
        QCOMPARE(editor->panel(), together);
        QCOMPARE(*stage.page()->dashboard().panel(u"coin"_s), theirs);      // the page shows what there is
        QTRY_COMPARE(test::clipped(editor), QStringList());     // laid out anew
        test::grab(editor, u"editor-conflict"_s);
        editor->save();
        QTRY_VERIFY(!stage.window->findChild<PanelEditor *>());
        QCOMPARE(*inFile(stage, u"coin"_s), together);
    }

    /// Both changed the same: what was written here goes over theirs only by a second time.
    void changedByBoth()
    {
        Stage stage(&m_theme, m_kinds);
        PanelEditor *editor = editorOf(stage, u"coin"_s);
        QVERIFY(editor);
        editor->query(0)->setPlainText(u"2 * splice_wallet_unlocked_amulet_balance"_s);
        fieldOf<QLineEdit>(editor, u"Title"_s)->setText(u"Coin of mine"_s);
        network::Panel *file = inFile(stage, u"coin"_s);
        QVERIFY(file);
        file->queries.first().expr = u"3 * splice_wallet_unlocked_amulet_balance"_s;
        file->note = u"by night"_s;
        const network::Panel theirs = *file;
        editor->save();
        QTRY_VERIFY2(words(editor).contains(u"changed in the file: remark. Both of you changed: queries. Save again to write yours over it."_s), qPrintable(words(editor)));
        QCOMPARE(*file, theirs);
        editor->save();
        QTRY_VERIFY(!stage.window->findChild<PanelEditor *>());
        file = inFile(stage, u"coin"_s);
        QCOMPARE(file->queries.first().expr, u"2 * splice_wallet_unlocked_amulet_balance"_s);
        QCOMPARE(file->title, u"Coin of mine"_s);
        QCOMPARE(file->note, u"by night"_s);
    }

    /// Values that stand for states have words, which the chart then says.
    void statesInWords()
    {
        Stage stage(&m_theme, m_kinds);
        PanelEditor *editor = editorOf(stage, u"coin"_s);
        QVERIFY(editor);
        auto *unit = fieldOf<QComboBox>(editor, u"Values are"_s);
        auto *states = fieldOf<QLineEdit>(editor, u"Words of the values"_s);
        QVERIFY(unit && states && !states->isVisible());
        unit->setCurrentIndex(unit->findData(u"state"_s));
        QVERIFY(states->isVisible());
        QCOMPARE(editor->problem(), u"Its values have no words."_s);
        states->setText(u"0 = off, on"_s);     // one word, with a comma
        QCOMPARE(editor->problem(), QString());
        states->setText(u"0 = off, 1 ="_s);
        QCOMPARE(editor->problem(), u"\"1 =\" is no number with = and a word of its own."_s);
        states->setText(u"0 = off, 1 = on"_s);
        QCOMPARE(editor->problem(), QString());
        editor->applyNow();
        QTRY_COMPARE(editor->preview()->view()->data().words.value(1), u"on"_s);
        QTRY_COMPARE(test::clipped(editor).join(u'\n'), QString());
        QCOMPARE(test::unnamed(editor), QStringList());
        test::grab(editor, u"editor-states"_s);
        editor->save();
        QTRY_VERIFY(!stage.window->findChild<PanelEditor *>());
        QCOMPARE(stage.page()->dashboard().panel(u"coin"_s)->words, (QMap<double, QString>{{0, u"off"_s}, {1, u"on"_s}}));
        QCOMPARE(stage.page()->dashboard().panel(u"coin"_s)->unit, u"state"_s);
    }

    /// Somebody took it out of the file: a second time adds it again.
    void removedByAnotherMeanwhile()
    {
        Stage stage(&m_theme, m_kinds);
        PanelEditor *editor = editorOf(stage, u"coin"_s);
        QVERIFY(editor);
        editor->query(0)->setPlainText(u"2 * splice_wallet_unlocked_amulet_balance"_s);
        (void)stage.dashboards()->removePanel(stage.page()->dashboard(), u"coin"_s);
        editor->save();
        QTRY_VERIFY2(words(editor).contains(u"Save again to add the panel anew."_s), qPrintable(words(editor)));
        QVERIFY(!stage.page()->dashboard().panel(u"coin"_s));
        editor->save();
        QTRY_VERIFY(stage.page()->dashboard().panel(u"coin"_s));
        QCOMPARE(stage.page()->dashboard().panel(u"coin"_s)->queries.first().expr, u"2 * splice_wallet_unlocked_amulet_balance"_s);
    }

    /// A page whose dashboard is as it was keeps its charts; why a panel cannot be saved is read as it is written.
    void othersStayAsTheyAre()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.page() && stage.pane->showTab(u"sync-domain"_s) && stage.page(u"sync-domain"_s));
        const QPointer<ChartCard> other = stage.page(u"sync-domain"_s)->card(u"block-delay"_s), own = stage.page()->card(u"coin"_s);
        QVERIFY(other && own);
        QVERIFY(stage.pane->showTab(u"validator"_s));
        Q_EMIT stage.page()->editWanted(u"coin"_s);
        auto *editor = stage.window->findChild<PanelEditor *>();
        QVERIFY(editor);
        auto *end = fieldOf<QLineEdit>(editor, u"Shows up to"_s);
        end->setText(u"<b>9</b>"_s);
        QVERIFY(!buttonOf(editor, u"Save panel"_s)->isEnabled());
        QVERIFY2(buttonOf(editor, u"Save panel"_s)->toolTip().contains(u"&lt;b&gt;9"_s), qPrintable(buttonOf(editor, u"Save panel"_s)->toolTip()));
        end->clear();
        fieldOf<QLineEdit>(editor, u"Title"_s)->setText(u"Coin of all"_s);
        editor->save();
        QTRY_VERIFY(!own && !stage.window->findChild<PanelEditor *>());
        QCOMPARE(stage.page(u"sync-domain"_s)->card(u"block-delay"_s), other.data());
        QVERIFY(other);
    }

    /// Names that come when somebody is in another field open no list over it; back in the query they are offered.
    void lateNamesOpenNoListElsewhere()
    {
        const auto metrics = std::make_shared<test::FakeMetrics>();
        metrics->hold = true;
        metrics->onLabelValues = [](const QString &, const QString &) { return Result<QStringList>(QStringList{u"daml_block"_s, u"daml_lag"_s, u"http.server.duration"_s}); };
        QWidget form;
        QVBoxLayout column(&form);
        QueryEdit edit({}, &form);
        QLineEdit title(&form);
        column.addWidget(&edit);
        column.addWidget(&title);
        const auto names = std::make_shared<MetricNames>(QList<std::shared_ptr<ports::MetricsSource>>{metrics});
        edit.setNames(names);
        connect(&edit, &QueryEdit::namesWanted, &edit, [&names] { names->ask(0, 60); });
        form.show();
        form.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&form));
        edit.setFocus();
        QTRY_VERIFY(edit.hasFocus());
        QTest::keyClicks(&edit, u"daml"_s);
        QVERIFY(metrics->held() > 0);
        title.setFocus();
        metrics->letAllGo();
        QTRY_COMPARE(names->rowCount(), 3);
        QVERIFY(!edit.completer()->popup()->isVisible());
        QTest::keyClicks(&title, u"Lag"_s);
        QCOMPARE(title.text(), u"Lag"_s);
        edit.setFocus();
        QTest::keyClicks(&edit, u"_"_s);
        QVERIFY(edit.completer()->popup()->isVisible());
        QTest::keyClick(edit.completer()->popup(), Qt::Key_Return);
        QCOMPARE(edit.toPlainText(), u"daml_block"_s);
        // A name that is none of the language is written in quotes.
        edit.setPlainText({});
        QTest::keyClicks(&edit, u"http"_s);
        QTest::keyClick(edit.completer()->popup(), Qt::Key_Return);
        QCOMPARE(edit.toPlainText(), u"{\"http.server.duration\"}"_s);
    }

    /// What is counted is what the query that is written gives, when all of it has answered.
    void theCountIsOfWhatIsWritten()
    {
        Stage stage(&m_theme, m_kinds);
        const auto metrics = std::make_shared<test::FakeMetrics>();
        metrics->onRange = [](const ports::RangeQuery &query) {
            network::SeriesAnswer out{query.start, query.end, query.step, {}, {}, {}};
            for (const QString &pod : {u"a-0"_s, u"b-0"_s, u"c-0"_s}) {
                network::TimeSeries one;
                one.labels.insert(u"pod"_s, pod + query.expr);
                one.samples.push_back({query.start, 1});
                out.series.push_back(one);
            }
            return Result<network::SeriesAnswer>(out);
        };
        network::Panel panel;
        panel.id = panel.title = u"a"_s;
        panel.queries = {{u"up"_s, u"{{pod}}"_s}};
        network::Dashboard board;
        board.id = u"d"_s;
        board.rows.append({{}, {panel}});
        const ShellContext context = stage.world.context();
        const auto editor = std::make_unique<PanelEditor>(context, board, u"a"_s, QList<items::MetricsOf>{{u"infra"_s, metrics}}, QList<items::DashboardNode>(),
                                                          items::TimeRange{3600, 0, 0}, stage.window.get());
        editor->show();
        QTRY_VERIFY(words(editor.get()).contains(u"\n3 series."_s));
        metrics->hold = true;
        editor->query(0)->setPlainText(u"down"_s);
        editor->applyNow();
        QVERIFY2(words(editor.get()).contains(u"Asking…"_s) && !words(editor.get()).contains(u"3 series."_s), qPrintable(words(editor.get())));
        QVERIFY(editor->preview()->view()->data().lines.isEmpty());
        metrics->letAllGo();
        QTRY_VERIFY(words(editor.get()).contains(u"\n3 series."_s));
        // One of two is answered.
        buttonOf(editor.get(), u"Add query"_s)->click();
        editor->query(1)->setPlainText(u"up"_s);
        editor->applyNow();
        QVERIFY2(words(editor.get()).contains(u"Asking…"_s), qPrintable(words(editor.get())));
        QCOMPARE(editor->preview()->view()->data().lines.size(), 3);
        metrics->letAllGo();
        QTRY_VERIFY(words(editor.get()).contains(u"\n6 series."_s));
    }

    /// A dashboard of one's own, from nothing: made, a panel added, taken out again after a question.
    void aDashboardOfOnesOwn()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.page());
        entryOf(stage.pane, u"New dashboard…"_s)->trigger();
        auto *dialog = stage.window->findChild<QDialog *>();
        QVERIFY(dialog);
        dialog->findChild<QLineEdit *>()->setText(u"Validators"_s);     // the title of another: its file is another
        buttonOf(dialog, u"Make dashboard"_s)->click();
        QTRY_COMPARE(stage.pane->tabs()->current(), u"validators"_s);
        DashboardPage *page = stage.page(u"validators"_s);
        QVERIFY(page && page->dashboard().own);
        QCOMPARE(page->dashboard().variables.size(), 2);
        QVERIFY(words(page).contains(u"This dashboard has no panels yet."_s));
        QTRY_VERIFY(!stage.window->findChild<QDialog *>());
        buttonOf(page, u"Add panel…"_s)->click();
        auto *editor = stage.window->findChild<PanelEditor *>();
        QVERIFY(editor);
        QCOMPARE(editor->problem(), u"It has no title."_s);
        fieldOf<QLineEdit>(editor, u"Title"_s)->setText(u"Coin of all"_s);
        QCOMPARE(editor->problem(), u"It has no query."_s);
        editor->query(0)->setPlainText(u"splice_wallet_unlocked_amulet_balance"_s);
        fieldOf<QLineEdit>(editor, u"Shows down to"_s)->setText(u"ten"_s);
        QVERIFY2(editor->problem().contains(u"\"ten\" is no number"_s), qPrintable(editor->problem()));
        fieldOf<QLineEdit>(editor, u"Shows down to"_s)->setText(u"10"_s);
        fieldOf<QLineEdit>(editor, u"Shows up to"_s)->setText(u"9"_s);
        QVERIFY2(editor->problem().contains(u"above its end"_s), qPrintable(editor->problem()));
        fieldOf<QLineEdit>(editor, u"Shows up to"_s)->setText(u"100000"_s);
        fieldOf<QLineEdit>(editor, u"Alerts on its axis"_s)->setText(u"TrafficLow, ,* "_s);
        const QList<QCheckBox *> boxes = editor->findChildren<QCheckBox *>();
        for (QCheckBox *box : boxes)
            box->setChecked(box->text() == "Logarithmic"_L1);
        QCOMPARE(editor->problem(), QString());
        editor->applyNow();
        QTRY_VERIFY(!editor->preview()->view()->data().lines.isEmpty());
        QVERIFY(editor->preview()->view()->data().logarithmic);
        editor->save();
        QTRY_VERIFY(page->dashboard().panel(u"coin-of-all"_s));
        const network::Panel panel = *page->dashboard().panel(u"coin-of-all"_s);
        QVERIFY(panel.logarithmic && !panel.fromZero);
        QCOMPARE(panel.softMin, std::optional(10.0));
        QCOMPARE(panel.softMax, std::optional(100000.0));
        QCOMPARE(panel.alerts, (QStringList{u"TrafficLow"_s, u"*"_s}));
        QTRY_VERIFY(!page->card(u"coin-of-all"_s)->view()->data().lines.isEmpty());
        QVERIFY(!words(page).contains(u"no panels yet"_s));
        QTRY_VERIFY(!stage.window->findChild<PanelEditor *>());
    }

    /// A no leaves it, a yes does not.
    void aPanelGoesAfterAQuestion()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.page());
        network::Dashboard mine;
        mine.id = u"mine"_s;
        mine.title = mine.tab = u"Mine"_s;
        mine.rows = {{{}, {*stage.page()->dashboard().panel(u"coin"_s)}}};
        (void)stage.dashboards()->create(mine);
        entryOf(stage.pane, u"Read the dashboards again"_s)->trigger();
        QTRY_VERIFY(stage.pane->showTab(u"mine"_s));
        DashboardPage *page = stage.page(u"mine"_s);
        for (const QString &answer : {u"Cancel"_s, u"Remove panel"_s}) {
            QVERIFY(page->card(u"coin"_s));
            entryOf(page->card(u"coin"_s), u"Remove panel…"_s)->trigger();
            QTRY_VERIFY(stage.window->findChild<QDialog *>());
            auto *ask = stage.window->findChild<QDialog *>();
            QVERIFY2(words(ask).contains(u"/home/mira/.config/quarterdeck/dashboards/mine.yaml"_s), qPrintable(words(ask)));
            QCOMPARE(test::clipped(ask), QStringList());
            buttonOf(ask, answer)->click();
            QTRY_VERIFY(!stage.window->findChild<QDialog *>());
        }
        QTRY_VERIFY(!page->card(u"coin"_s));
        QTRY_VERIFY(words(page).contains(u"no panels yet"_s));
        // What cannot be written is said, and stays.
        QVERIFY(stage.pane->showTab(u"validator"_s));
        stage.dashboards()->saving = Error{ErrorKind::Storage, u"The disk is full."_s, u"Make room."_s};
        entryOf(stage.page()->card(u"coin"_s), u"Remove panel…"_s)->trigger();
        QVERIFY2(words(stage.window->findChild<QDialog *>()).contains(u"Without that file the dashboard is as before."_s), "what is shipped comes back");
        buttonOf(stage.window->findChild<QDialog *>(), u"Remove panel"_s)->click();
        QTRY_VERIFY(words(stage.pane).contains(u"The disk is full."_s));
        QVERIFY(stage.page()->card(u"coin"_s));
    }

    /// Names of metrics are offered where one is written, with what the server says they are, as plain text.
    void namesAreOffered()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.page());
        entryOf(stage.pane, u"Add panel…"_s)->trigger();
        auto *editor = stage.window->findChild<PanelEditor *>();
        QVERIFY(editor);
        QueryEdit *edit = editor->query(0);
        editor->activateWindow();
        edit->setFocus();
        QTRY_VERIFY(edit->hasFocus());
        const auto offered = [edit] {
            QStringList out;
            const QAbstractItemView *list = edit->completer()->popup();
            for (int row = 0; list->isVisible() && row < list->model()->rowCount(); ++row)
                out.append(list->model()->index(row, 0).data().toString());
            return out;
        };
        QTest::keyClicks(edit, u"sum(b"_s);
        QCOMPARE(offered(), QStringList());
        QTest::keyClicks(edit, u"lock_"_s);
        QTRY_COMPARE(offered(), (QStringList{u"daml_sequencer_block_delay"_s, u"daml_sequencer_block_height"_s}));
        QCOMPARE(edit->completer()->popup()->currentIndex().row(), 0);
        QTest::keyClick(edit->completer()->popup(), Qt::Key_Down);
        QCOMPARE(edit->completer()->popup()->currentIndex().row(), 1);
        QTest::keyClick(edit->completer()->popup(), Qt::Key_Return);
        QCOMPARE(edit->toPlainText(), u"sum(daml_sequencer_block_height"_s);
        QCOMPARE(offered(), QStringList());
        // Nothing inside of braces; Esc closes the list alone.
        QTest::keyClicks(edit, u"{block"_s);
        QCOMPARE(offered(), QStringList());
        QTest::keyClicks(edit, u"=\"\"}) / balance"_s);
        QTRY_COMPARE(offered(), QStringList{u"splice_wallet_unlocked_amulet_balance"_s});
        const QAbstractItemModel *names = edit->completer()->popup()->model();
        QCOMPARE(names->index(0, 0).data(MetricNames::HelpRole).toString(), u"gauge. Unlocked <b>amulet</b> balance"_s);
        QVERIFY(names->index(0, 0).data(Qt::ToolTipRole).toString().contains(u"&lt;b&gt;"_s));
        QTest::keyClick(edit->completer()->popup(), Qt::Key_Escape);
        QCOMPARE(offered(), QStringList());
        QVERIFY(editor->isVisible());
        QCOMPARE(edit->toPlainText(), u"sum(daml_sequencer_block_height{block=\"\"}) / balance"_s);
        // All of them by key; of a counter what is told of its family.
        edit->setPlainText({});
        QTest::keyClick(edit, Qt::Key_Space, Qt::ControlModifier);
        QCOMPARE(offered().size(), 8);
        QVERIFY(names->index(0, 0).data(MetricNames::HelpRole).toString().startsWith(u"counter. Number of events"_s));
        test::grab(editor, u"editor-names"_s);
        test::grab(edit->completer()->popup(), u"editor-names-list"_s);
        QTest::keyClick(edit->completer()->popup(), Qt::Key_Escape);
        QCOMPARE(test::clipped(editor), QStringList());
        QCOMPARE(test::unnamed(editor), QStringList());
        editor->reject();
    }
};

QTEST_MAIN(PanelEditorTest)
#include "tst_paneleditor.moc"
