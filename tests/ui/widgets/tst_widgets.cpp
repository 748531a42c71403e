// SPDX-License-Identifier: GPL-3.0-or-later
// Widgets: names for screen readers, keyboard, overflow, and the states of picture 11.
#include "tests/ui/support/PaintCount.h"
#include "tests/ui/support/UiTest.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Charts.h"
#include "ui/widgets/DiffView.h"
#include "ui/widgets/EnvironmentMark.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"
#include "ui/widgets/StepBar.h"
#include "ui/widgets/Tabs.h"
#include "ui/widgets/YamlView.h"

#include <QClipboard>
#include <QGridLayout>
#include <QHelpEvent>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTextBlock>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::ui;
using network::State;

namespace {

QString before()
{
    return u"apiVersion: canton.quarterdeck.io/v1alpha1\nkind: Validator\nmetadata:\n  name: northgate-validator-2\n  namespace: canton-mainnet\n"
           "  labels:\n    a: b\n    c: d\n    e: f\n    g: h\nspec:\n  networkRef: mainnet\n  imageTag: 0.4.15\n  participant:\n    spec:\n      resources:\n"
           "        cpuLimit: \"2\"\n        cpuRequested: \"1\"\n        memoryLimit: 4Gi\n        memoryRequested: 2Gi\n  storageSize: 100Gi\n  traffic:\n"
           "    topup:\n      enabled: true\n      targetThroughput: 20000\n"_s;
}

QString after()
{
    QString text = before();
    text.replace(u"\"2\""_s, u"\"4\""_s).replace(u"4Gi"_s, u"8Gi"_s).replace(u"100Gi"_s, u"200Gi"_s).replace(u"20000"_s, u"40000"_s);
    return text;
}

QWidget *sheetPane()
{
    auto *truths = new FactTable(u"Declared, reported, observed"_s);
    truths->setTruths({u"Declared"_s, u"Reported"_s, u"Observed"_s});
    truths->setTruth(u"version"_s, u"Version"_s, {Fact::value(u"0.4.15"_s), Fact::value(u"0.4.15"_s), Fact::value(u"0.4.14"_s)}, 2);
    truths->setTruth(u"replicas"_s, u"Replicas"_s, {Fact::value(u"1"_s), Fact::value(u"1"_s), Fact::absent()}, -1);
    truths->setTruth(u"target"_s, u"Traffic target"_s, {Fact::value(u"20 kB/s"_s), Fact::value(u"20 kB/s"_s), Fact::unknown(u"no metrics"_s)}, -1);
    auto *identity = new FactTable(u"Identity"_s);
    identity->setFact(u"id"_s, u"Participant id"_s, Fact::id(u"PAR::northgate-validator-2::1220b70299ac81fd2a6e"_s));
    identity->setFact(u"sponsor"_s, u"Sponsor"_s, Fact::value(u"Lighthouse SV"_s));
    auto *conditions = new ConditionList;
    conditions->setConditions({{u"TrafficSufficient"_s, State::Degraded, u"TopUpFailed"_s, u"1,240.00 CC are needed"_s, u"38 m"_s, {}},
                               {u"VersionSupported"_s, State::Unknown, u"Not determined"_s, {}, u"3 h"_s, {}},
                               {u"ParticipantReady"_s, State::Ready, u"AllProbesPass"_s, {}, u"12 d"_s, {}}}, u"8 of 10 true"_s);
    auto *line = new Sparkline;
    line->setSeries(u"Traffic left"_s, {20.0, 10.0, 6.0, 60.0, 58.0, std::nullopt, 50.0, 40.0, 20.0, 6.0}, u"12:00"_s, u"now"_s);
    line->setThreshold(8, u"alert below 10 %"_s);
    auto *pane = new QWidget;
    pane->setFixedWidth(376);
    auto *inner = new QVBoxLayout(pane);
    for (QWidget *widget : std::initializer_list<QWidget *>{truths, identity, line, conditions})
        inner->addWidget(widget);
    return pane;
}

QWidget *sheet()
{
    auto *page = new QWidget;
    page->setAutoFillBackground(true);
    page->setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(page);
    auto *chips = new QHBoxLayout;
    const auto chip = [&](const QString &name, const QString &mark, Freshness::State state, const QString &age) {
        auto *made = new EnvironmentChip(name, mark);
        made->setFreshness({state, {}, {}, {}}, age);
        chips->addWidget(made);
        return made;
    };
    chip(u"infra-prod"_s, u"production"_s, Freshness::State::Fresh, u"2 s"_s);
    chip(u"infra-dev"_s, u"dev"_s, Freshness::State::Fresh, u"3 s"_s);
    chip(u"infra-test"_s, u"test"_s, Freshness::State::Stale, u"6 m"_s);
    chip(u"plain"_s, {}, Freshness::State::NotConnected, {})->setReadOnly(true);
    chip(u"demo"_s, u"demo"_s, Freshness::State::Connecting, {})->setFolded(true);
    chips->addStretch();
    column->addLayout(chips);
    auto *bar = new NoticeBar(State::Degraded, u"Traffic runs out in about 7 h"_s, u"Last top-up failed 38 m ago: it needs 1,240.00 CC, 812.40 CC are available."_s);
    column->addWidget(bar);
    auto *stale = new NoticeBar(State::Stale, u"Not connected to infra-test, showing 11:58:20"_s, u"Values are 6 m 11 s old. Trying again in 12 s."_s);
    stale->addButton(u"Try now"_s);
    column->addWidget(stale);
    auto *failed = new NoticeBar(State::Failed, u"1 field to change"_s);
    failed->setRounded(true);
    failed->setDismissable(true);
    column->addWidget(failed);
    auto *steps = new StepBar;
    steps->setSteps({{u"Allowed"_s, State::Ready}, {u"Based on version 88120417"_s, State::Ready}, {u"Previewed by server"_s, State::Ready},
                     {u"Review"_s, State::NotBegun, true}, {u"Apply"_s}, {u"Follow"_s}});
    column->addWidget(steps);
    auto *tabs = new Tabs;
    for (const QString &name : {u"Overview"_s, u"Pods"_s, u"Events"_s, u"Logs"_s, u"YAML"_s, u"Relations"_s, u"Backups"_s, u"Access"_s, u"Metrics"_s, u"Journal"_s})
        tabs->addTab(name.toLower(), name);
    tabs->setFixedWidth(408);
    column->addWidget(tabs);
    auto *fields = new QHBoxLayout;
    auto *search = new SearchField(u"search"_s, u"Search or command"_s, u"Search or command"_s);
    search->setKeyHint(u"Ctrl+K"_s);
    fields->addWidget(search);
    fields->addWidget(new FilterField);
    fields->addWidget(new PillButton(u"Problems only"_s));
    fields->addWidget(makeIconButton(u"columns"_s, u"Columns"_s));
    column->addLayout(fields);
    column->addWidget(sheetPane());
    return page;
}

}

class TestWidgets : public QObject {
    Q_OBJECT
    Theme *m_theme = nullptr;
private Q_SLOTS:
    void initTestCase()
    {
        m_theme = new Theme(this);
        m_theme->setMode(Theme::Mode::Light);
        m_theme->apply(*qApp);
    }
    void cleanup() { m_theme->setMode(Theme::Mode::Light); }

    void sheetIsNamed_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void sheetIsNamed()
    {
        QFETCH(bool, dark);
        m_theme->setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        const std::unique_ptr<QWidget> page(sheet());
        page->resize(900, 900);
        page->show();
        QVERIFY(QTest::qWaitForWindowExposed(page.get()));
        QCOMPARE(qd::test::unnamed(page.get()), QStringList());
        QCOMPARE(qd::test::clipped(page.get()), QStringList());
        qd::test::grab(page.get(), dark ? u"widgets-dark"_s : u"widgets-light"_s);
    }

    void sheetInLargeFontAndRightToLeft()
    {
        m_theme->setBodySize(20);
        QGuiApplication::setLayoutDirection(Qt::RightToLeft);
        {
            const std::unique_ptr<QWidget> page(sheet());
            page->resize(1300, 1200);
            page->show();
            QVERIFY(QTest::qWaitForWindowExposed(page.get()));
            QTRY_COMPARE(qd::test::clipped(page.get()), QStringList());
            qd::test::grab(page.get(), u"widgets-large-rtl"_s);
        }
        QGuiApplication::setLayoutDirection(Qt::LeftToRight);
        m_theme->setBodySize(0);
    }

    void labelsFollowTheTheme()
    {
        Label label(u"warn"_s, Type::Caption, Token::Warn);
        QCOMPARE(label.palette().color(QPalette::WindowText), Tokens::value(Token::Warn, false));
        m_theme->setMode(Theme::Mode::Dark);
        QTRY_COMPARE(label.palette().color(QPalette::WindowText), Tokens::value(Token::Warn, true));
        m_theme->setBodySize(18);
        QTRY_COMPARE(label.font().pixelSize(), 17);
        m_theme->setBodySize(0);
    }

    /// A tip that is set stays, whether the text is cut or not; without one the text is, where it is cut.
    void elidedLabelsKeepTheirTip()
    {
        ElidedLabel label(u"From Loki, monitoring/loki"_s);
        const auto asked = [&label] {
            QHelpEvent event(QEvent::ToolTip, {}, {});
            QCoreApplication::sendEvent(&label, &event);
            return label.toolTip();
        };
        label.setToolTip(u"{namespace=\"harbor\"}"_s);
        for (const int width : {1000, 60}) {
            label.resize(width, 20);
            QCOMPARE(asked(), u"{namespace=\"harbor\"}"_s);
        }
        label.setToolTip({});
        QCOMPARE(asked(), label.text());
        label.resize(1000, 20);
        QCOMPARE(asked(), QString());
    }

    void chipsSayEverything()
    {
        EnvironmentChip chip(u"infra-prod"_s, u"production"_s);
        chip.setFreshness({Freshness::State::Stale, QDateTime::fromSecsSinceEpoch(0, Qt::UTC), {}, u"the connection was reset"_s}, u"6 m"_s);
        QCOMPARE(chip.accessibleName(), u"infra-prod, Production, stale, last answer 6 m ago"_s);
        QVERIFY(chip.toolTip().contains(u"the connection was reset"_s));
        QVERIFY(chip.toolTip().contains(u"1970-01-01 00:00:00 UTC"_s));
        const int wide = chip.sizeHint().width();
        chip.setFolded(true);
        QCOMPARE(chip.sizeHint().width(), wide);   // production keeps its name
        EnvironmentChip dev(u"infra-dev"_s, u"dev"_s);
        const int whole = dev.sizeHint().width();
        dev.setFolded(true);
        QVERIFY(dev.sizeHint().width() < whole);
        QSignalSpy clicked(&dev, &QAbstractButton::clicked);
        dev.show();
        dev.setFocus();
        QTest::keyClick(&dev, Qt::Key_Space);
        QCOMPARE(clicked.count(), 1);
    }

    /// Told at every answer, all day: what says the same is not painted.
    void nothingNewIsNotPainted()
    {
        const QDateTime at = QDateTime::fromSecsSinceEpoch(1767225600, Qt::UTC);
        EnvironmentChip chip(u"infra-prod"_s, u"production"_s);
        chip.setFreshness({Freshness::State::Fresh, at, {}, {}}, u"0 s"_s);
        const test::PaintCount paints(&chip);
        QVERIFY(paints.showStill());

        QVERIFY(!chip.setFreshness({Freshness::State::Fresh, at.addSecs(10), {}, {}}, u"0 s"_s));
        QVERIFY(!paints.goesOn());
        QVERIFY(chip.toolTip().contains(u"2026-01-01 00:00:10 UTC"_s));

        chip.setFreshness({Freshness::State::Fresh, at.addSecs(10), {}, {}}, u"9 s"_s);
        QVERIFY(paints.goesOn());
        QVERIFY(chip.accessibleName().contains(u"9 s"_s));
    }

    void tabsOverflow()
    {
        Tabs tabs;
        for (const QString &name : {u"Overview"_s, u"Pods"_s, u"Events"_s, u"Logs"_s, u"YAML"_s, u"Relations"_s, u"Backups"_s, u"Access"_s})
            tabs.addTab(name.toLower(), name);
        tabs.resize(360, 34);
        tabs.show();
        QVERIFY(QTest::qWaitForWindowExposed(&tabs));
        auto *bar = tabs.findChild<QTabBar *>();
        auto *more = tabs.findChild<QToolButton *>(u"more"_s);
        QVERIFY(more->isVisible());
        const int hidden = int(more->menu()->actions().size());
        QCOMPARE(bar->count() + hidden, 8);
        QVERIFY(more->text().startsWith(QString::number(hidden)));
        QSignalSpy changed(&tabs, &Tabs::currentChanged);
        more->menu()->actions().last()->trigger();
        QCOMPARE(changed.count(), 1);
        QCOMPARE(tabs.current(), u"access"_s);
        QCOMPARE(bar->tabText(bar->currentIndex()), u"Access"_s);
        bar->setFocus();
        QTest::keyClick(bar, Qt::Key_Left);
        QCOMPARE(changed.count(), 2);
        tabs.resize(1200, 34);
        QTRY_COMPARE(bar->count(), 8);
        QVERIFY(!more->isVisible());
        // The underlying order is kept.
        QCOMPARE(bar->tabText(0), u"Overview"_s);
    }

    void statePages_data()
    {
        QTest::addColumn<int>("page");
        int i = 0;
        for (const char *name : {"skeleton", "busy", "empty", "filtered", "error", "forbidden", "not-served"})
            QTest::newRow(name) << i++;
    }
    /// A page that waited while its pane was not open yet, and had its rows before anybody looked, waits no more.
    void nobodyWaitsForWhatHasCome()
    {
        QWidget pane;
        QVBoxLayout column(&pane);
        auto *page = new StatePage;
        QWidget *bar = page->takeBusyBar();
        column.addWidget(bar);
        column.addWidget(page);
        const auto *timer = page->findChild<QTimer *>();
        page->showLoading(u"demo: validators"_s);
        QVERIFY(!timer->isActive());
        page->show();
        pane.show();
        QTRY_VERIFY(timer->isActive());
        page->showLoadingSince(u"demo: validators"_s, 4000);
        QVERIFY(bar->isVisible());
        pane.hide();
        page->hide();
        pane.show();
        QVERIFY(!bar->isVisible() && !timer->isActive());
    }

    void statePages()
    {
        QFETCH(int, page);
        StatePage state;
        state.setAutoFillBackground(true);
        state.setBackgroundRole(QPalette::Base);
        state.resize(454, 180);
        QSignalSpy clicked(&state, &StatePage::clicked);
        std::optional<StatePage::Button> wanted;
        const Error reset{ErrorKind::Network, u"Nodes could not be listed: the connection was reset."_s, u"infra-prod, GET validators, 3 attempts."_s, u"errno 104"_s};
        switch (page) {
        case 0: state.showLoadingSince(u"infra-prod: validators"_s, 250); break;
        case 1:
            state.showLoadingSince(u"infra-prod: validators"_s, 4100);
            wanted = StatePage::Button::Cancel;
            break;
        case 2:
            state.showEmpty(u"No validators yet."_s, u"A validator joins a network with a secret from its sponsor."_s, u"Set up validator…"_s);
            wanted = StatePage::Button::Create;
            break;
        case 3:
            state.showFiltered(u"No node matches phase:failed net:mainnet."_s, u"14 nodes are hidden. net:harbor would show 1."_s);
            wanted = StatePage::Button::ClearFilter;
            break;
        case 4:
            state.showError(reset, QDateTime::currentDateTimeUtc().addSecs(8));
            wanted = StatePage::Button::RetryNow;
            break;
        case 5:
            state.showForbidden({ErrorKind::Forbidden, u"Listing validators in canton-mainnet is not allowed."_s, u"Missing right: list validators.canton.quarterdeck.io"_s});
            wanted = StatePage::Button::CopyRequest;
            break;
        case 6:
            state.showNotServed(u"This cluster does not serve validators."_s, u"validators.canton.quarterdeck.io/v1 comes with operator 0.4 or later."_s);
            wanted = StatePage::Button::CheckAgain;
            break;
        }
        state.show();
        QVERIFY(QTest::qWaitForWindowExposed(&state));
        qd::test::grab(&state, u"state-"_s + QString::fromLatin1(QTest::currentDataTag()));
        QCOMPARE(qd::test::unnamed(&state), QStringList());
        QVERIFY(!state.accessibleName().isEmpty());
        QPushButton *button = nullptr;
        for (QPushButton *b : state.findChildren<QPushButton *>()) {
            if (b->isVisible() && !button)
                button = b;
        }
        QCOMPARE(button != nullptr, wanted.has_value());
        if (!button)
            return;
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
        QCOMPARE(clicked.count(), 1);
        QCOMPARE(clicked.first().first().value<StatePage::Button>(), *wanted);
    }

    void loadingWaits()
    {
        StatePage state;
        state.show();
        state.showLoadingSince(u"x"_s, 100);
        QVERIFY(!state.findChild<Skeleton *>()->isVisible());
        state.showLoading(u"y"_s);
        QVERIFY(!state.findChild<Skeleton *>()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(state.findChild<Skeleton *>()->isVisible(), 2000);
    }

    void facts()
    {
        FactTable table(u"Identity"_s);
        table.setFact(u"id"_s, u"Participant id"_s, Fact::id(u"PAR::abc::1220"_s));
        table.setFact(u"round"_s, u"Round"_s, Fact::unknown(u"no metrics"_s));
        table.setFact(u"sv"_s, u"Reward"_s, Fact::absent());
        const QList<FactValue *> values = table.findChildren<FactValue *>();
        QCOMPARE(values.size(), 3);
        QCOMPARE(values.at(0)->accessibleName(), u"Participant id: PAR::abc::1220"_s);
        QCOMPARE(values.at(1)->accessibleName(), u"Round: unknown, no metrics"_s);
        QCOMPARE(values.at(2)->accessibleName(), u"Reward: does not apply"_s);
        table.show();
        values.at(0)->setFocus();
        QTest::keyClick(values.at(0), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"PAR::abc::1220"_s);
        table.setFact(u"id"_s, u"Participant id"_s, Fact::id(u"PAR::xyz::1220"_s));
        QCOMPARE(table.findChildren<FactValue *>().size(), 3);
        auto *copy = table.findChild<CopyButton *>();
        QVERIFY(copy);
        copy->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"PAR::xyz::1220"_s);
        table.clear();
        for (const FactValue *value : table.findChildren<FactValue *>())
            QVERIFY(value->isHidden());     // gone from the eyes at once, from memory with the next turn
        QTRY_COMPARE(table.findChildren<FactValue *>().size(), 0);
    }

    void diffView()
    {
        DiffView view;
        view.setTexts(before(), after());
        view.setNotes({{17, State::Degraded, u"Server: cpuLimit above the namespace quota of 3"_s}});
        view.resize(680, 480);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        qd::test::grab(&view, u"diff-light"_s);
        int added = 0;
        int removed = 0;
        int folds = 0;
        int noteRow = -1;
        int changedRow = -1;
        for (int row = 0; row < view.diff()->rowCount(); ++row) {
            const DiffModel::Entry &entry = view.diff()->entry(row);
            if (entry.isNote) {
                noteRow = row;
                continue;
            }
            added += entry.line.kind == state::DiffLine::Kind::Added;
            removed += entry.line.kind == state::DiffLine::Kind::Removed;
            folds += entry.line.kind == state::DiffLine::Kind::Fold;
            if (entry.line.newNumber == 17 && entry.line.kind == state::DiffLine::Kind::Added)
                changedRow = row;
        }
        QCOMPARE(added, 4);
        QCOMPARE(removed, 4);
        QCOMPARE(noteRow, changedRow + 1);
        QVERIFY(folds >= 1);
        QCOMPARE(view.model()->index(changedRow, 0).data(Qt::AccessibleTextRole).toString(), u"added, line 17:         cpuLimit: \"4\""_s);
        // Enter unfolds in place; afterwards every line of the new text is there once.
        view.setFocus();
        view.setCurrentIndex(view.model()->index(0, 0));
        QCOMPARE(view.diff()->entry(0).line.kind, state::DiffLine::Kind::Fold);
        QTest::keyClick(&view, Qt::Key_Return);
        QCOMPARE(view.diff()->entry(0).line.text, u"apiVersion: canton.quarterdeck.io/v1alpha1"_s);
        QStringList texts;
        for (int row = 0; row < view.diff()->rowCount(); ++row) {
            const DiffModel::Entry &entry = view.diff()->entry(row);
            if (!entry.isNote && entry.line.newNumber > 0 && entry.line.kind != state::DiffLine::Kind::Fold)
                texts.append(entry.line.text);
        }
        QCOMPARE(texts.join(u'\n') + u'\n', after());
        m_theme->setMode(Theme::Mode::Dark);
        qd::test::grab(&view, u"diff-dark"_s);
    }

    void yamlView()
    {
        YamlView view;
        view.setPlainText(after());
        view.setBaseText(before());
        QCOMPARE(view.changedLines(), 4);
        view.resize(700, 560);
        view.show();
        view.setFocus();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        const int plain = int(view.document()->documentLayout()->blockBoundingRect(view.document()->findBlockByNumber(20)).height());
        view.setProblems({{21, u"Server: storage cannot shrink. 100Gi is in use by volume northgate-validator-2-data."_s, u"Use 100Gi"_s, u"100Gi"_s}});
        QVERIFY(view.document()->documentLayout()->blockBoundingRect(view.document()->findBlockByNumber(20)).height() > plain + 20);
        QVERIFY(view.accessibleDescription().contains(u"line 21"_s));
        qd::test::grab(&view, u"yaml-light"_s);
        m_theme->setMode(Theme::Mode::Dark);
        qd::test::grab(&view, u"yaml-dark"_s);
        QSignalSpy fix(&view, &YamlView::fixWanted);
        view.goToLine(21);
        QCOMPARE(view.textCursor().blockNumber(), 20);
        QTest::keyClick(&view, Qt::Key_F8, Qt::ControlModifier);
        QCOMPARE(fix.count(), 1);
        // Folding hides the lines below a key, and an error inside shows them again.
        view.goToLine(11);
        QTest::keyClick(&view, Qt::Key_Period, Qt::ControlModifier);
        QVERIFY(!view.document()->findBlockByNumber(12).isVisible());
        view.setProblems({{21, u"again"_s}});
        QVERIFY(view.document()->findBlockByNumber(20).isVisible());
        // Enter after a key indents, Tab leaves the editor.
        view.setPlainText(u"spec:"_s);
        view.moveCursor(QTextCursor::End);
        QTest::keyClick(&view, Qt::Key_Return);
        QTest::keyClicks(&view, u"a: 1"_s);
        QCOMPARE(view.toPlainText(), u"spec:\n  a: 1"_s);
    }

    void filterFieldWaits()
    {
        FilterField field;
        QSignalSpy edited(&field, &FilterField::filterEdited);
        field.show();
        field.setFocus();
        QTest::keyClicks(&field, u"phase:failed"_s);
        QCOMPARE(edited.count(), 0);
        QTRY_COMPARE(edited.count(), 1);
        QCOMPARE(edited.first().first().toString(), u"phase:failed"_s);
        QTest::keyClick(&field, Qt::Key_Escape);
        QVERIFY(field.text().isEmpty());
        QCOMPARE(edited.last().first().toString(), QString());
    }

    void formFieldShowsItsError()
    {
        auto *edit = new QLineEdit;
        FormField field(u"Storage size"_s, edit, u"Grows online."_s);
        field.show();
        QCOMPARE(edit->accessibleName(), u"Storage size"_s);
        field.setError(u"At least 100 Gi."_s);
        QVERIFY(field.hasError());
        QVERIFY(edit->property("invalid").toBool());
        QCOMPARE(edit->accessibleDescription(), u"At least 100 Gi."_s);
        field.setError({});
        QVERIFY(!edit->property("invalid").toBool());
        QCOMPARE(edit->accessibleDescription(), u"Grows online."_s);
    }

    /// "Everything by keyboard": Return and Space press the focused button, a key held down presses once.
    void returnPressesTheFocusedButton()
    {
        const std::unique_ptr<QPushButton> button(makeButton(u"Scale a"_s, ButtonKind::Primary));
        QSignalSpy pressed(button.get(), &QPushButton::clicked);
        QTest::keyClick(button.get(), Qt::Key_Return);
        QTest::keyClick(button.get(), Qt::Key_Enter, Qt::KeypadModifier);
        QTest::keyClick(button.get(), Qt::Key_Space);
        QCOMPARE(pressed.size(), 3);
        QKeyEvent held(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier, {}, true);
        QCoreApplication::sendEvent(button.get(), &held);
        QTest::keyClick(button.get(), Qt::Key_Return, Qt::ControlModifier);
        button->setEnabled(false);
        QTest::keyClick(button.get(), Qt::Key_Return);
        QCOMPARE(pressed.size(), 3);
        QVERIFY(!button->autoDefault());
    }

    void overflowButton()
    {
        OverflowMenuButton button(u"More actions"_s);
        QVERIFY(!button.isEnabled());
        QAction verb(u"Delete…"_s);
        button.addAction(&verb);
        QVERIFY(button.isEnabled());
        QCOMPARE(button.menu()->actions().size(), 1);
        button.removeAction(&verb);
        QVERIFY(!button.isEnabled());
    }
};

QTEST_MAIN(TestWidgets)
#include "tst_widgets.moc"
