// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "models/items/Roles.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/CommandPalette.h"
#include "ui/shell/EnvironmentBar.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Navigation.h"
#include "ui/shell/Notices.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/Panels.h"
#include "ui/shell/Popup.h"
#include "ui/shell/SavedViews.h"
#include "ui/shell/StatusBar.h"
#include "ui/shell/tour/TourProfiles.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/widgets/EnvironmentMark.h"
#include "ui/widgets/NoticeBar.h"

#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QShortcut>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTranslator>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
namespace {
/// Every text a third longer, as German is (look.md: up to 35 %).
class Longer final : public QTranslator {
public:
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char *, const char *source, const char *, int) const override
    {
        const QString text = QString::fromUtf8(source);
        return text.size() < 4 ? text : QString(text + QString(text.size() * 35 / 100, u'n'));
    }
};
}

class TestShell : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();
    std::shared_ptr<ports::YamlCodec> m_codec = yaml::makeYamlCodec();

    std::unique_ptr<MainWindow> open(TourWorld &world, const QSize &size = {1440, 900})
    {
        auto window = std::make_unique<MainWindow>(world.context());
        window->resize(size);
        window->show();
        (void)QTest::qWaitForWindowExposed(window.get());
        window->activateWindow();
        return window;
    }

    /// Keys that two actions or shortcuts answer to, wherever the keyboard may be.
    static QStringList ambiguous(QWidget *window)
    {
        QStringList out;
        const QList<QWidget *> widgets = window->findChildren<QWidget *>();
        for (QWidget *widget : widgets) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible())
                continue;
            QHash<QKeySequence, QString> taken;
            const auto take = [&](const QKeySequence &key, const QString &who) {
                if (key.isEmpty())
                    return;
                if (taken.contains(key) && taken.value(key) != who)
                    out.append(u"%1 in %2: %3 and %4"_s.arg(key.toString(), QString::fromLatin1(widget->metaObject()->className()), taken.value(key), who));
                taken.insert(key, who);
            };
            for (QWidget *at = widget; at; at = at->parentWidget()) {
                const QList<QAction *> actions = at->actions();
                for (const QAction *action : actions) {
                    if (at != widget && action->shortcutContext() == Qt::WidgetShortcut)
                        continue;
                    for (const QKeySequence &key : action->shortcuts())
                        take(key, action->objectName().isEmpty() ? action->text() : action->objectName());
                }
                const QList<QShortcut *> shortcuts = at->findChildren<QShortcut *>(Qt::FindDirectChildrenOnly);
                for (const QShortcut *shortcut : shortcuts) {
                    if (at == widget || shortcut->context() != Qt::WidgetShortcut)
                        take(shortcut->key(), u"a shortcut of "_s + QString::fromLatin1(at->metaObject()->className()));
                }
                if (at->isWindow())
                    break;
            }
        }
        out.removeDuplicates();
        return out;
    }

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    void noTwoActionsShareAKey()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.setProfiles(makeTourProfiles(world.clock().now()));
        world.fillConsortium();
        const auto window = open(world);
        QSet<QString> ids;
        for (const PaneInfo &page : window->panes()->panes()) {   // each brings its own
            window->panes()->show(page.id);
            QCOMPARE(window->actionRegistry()->conflicts(), QStringList());
            QCOMPARE(ambiguous(window.get()), QStringList());
        }
        for (const QAction *action : window->actionRegistry()->actions()) {
            QVERIFY2(!ids.contains(action->objectName()), qPrintable(action->objectName()));
            ids.insert(action->objectName());
            QVERIFY2(!action->text().isEmpty(), qPrintable(action->objectName()));
        }
        for (const state::ActionInfo &info : world.catalogue().actions())
            QVERIFY2(ids.contains(u"change."_s + info.id), qPrintable(info.id));
    }

    void conflictingKeysAreFound()
    {
        ActionRegistry registry(nullptr);
        registry.add({u"a"_s, u"A"_s, {}, {QKeySequence(u"Ctrl+B"_s)}, {}});
        registry.add({u"b"_s, u"B"_s, {}, {QKeySequence(u"Ctrl+B"_s)}, u"nodes"_s});
        registry.add({u"c"_s, u"C"_s, {}, {QKeySequence(u"Ctrl+G"_s)}, u"logs"_s});
        registry.add({u"d"_s, u"D"_s, {}, {QKeySequence(u"Ctrl+G"_s)}, u"nodes"_s});
        QCOMPARE(registry.conflicts(), QStringList{u"Ctrl+B is both a and b"_s});
    }

    void readOnlyLocksEveryVerbAndUnlocks()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto window = open(world);
        QTest::keyClick(window.get(), Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        for (int i = 0; i < 3; ++i)
            QVERIFY(world.environment(i)->readOnly());
        window->nodes()->openObject(u"infra-prod"_s, u"tour-alice-bank"_s);
        for (const QAction *action : window->actionRegistry()->changes())
            QVERIFY2(!action->isEnabled(), qPrintable(action->objectName()));
        window->toggleReadOnly();
        QTRY_VERIFY(window->actionRegistry()->action(u"change.restart"_s)->isEnabled());
    }

    void foldsBelow1280()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto window = open(world);
        auto *navigation = window->findChild<Navigation *>();
        QCOMPARE(navigation->width(), metrics::kNavigation);
        window->resize(1000, 700);
        QTRY_COMPARE(navigation->width(), metrics::kNavigationFolded);
        QCOMPARE(test::unnamed(window.get()), QStringList());
        QCOMPARE(test::clipped(window.get()).join(u'|'), QString());
        QVERIFY(navigation->item(u"nodes"_s)->accessibleName().contains(u"worst Failed"_s));
    }

    void chipsAndStatusSayHowOldTheTruthIs()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto window = open(world);
        const auto text = [&] {
            QString out;
            for (const QLabel *label : window->findChild<StatusBar *>()->findChildren<QLabel *>())
                out += label->text() + u'|';
            return out;
        };
        QVERIFY2(text().contains(u"Live, as of 12:04:30 UTC"_s), qPrintable(text()));
        for (int i = 0; i < 3; ++i)
            world.makeStale(i);
        QVERIFY2(text().contains(u"Not connected, showing 11:58:20 UTC"_s), qPrintable(text()));
        QStringList names;
        for (const EnvironmentChip *chip : window->findChildren<EnvironmentChip *>())
            names.append(chip->accessibleName());
        QCOMPARE(names.size(), 3);
        for (const QString &name : names)
            QVERIFY2(name.contains(u"6 m"_s), qPrintable(name));
    }

    void paletteFindsActionsObjectsAndSaysWhyNot()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto window = open(world);
        window->nodes()->openObject(u"infra-prod"_s, u"tour-alice-bank"_s);
        QTest::keyClick(window.get(), Qt::Key_K, Qt::ControlModifier);
        auto *palette = window->findChild<CommandPalette *>();
        QTRY_VERIFY(palette && palette->isVisible());
        palette->setText(u"resume"_s);
        auto *list = palette->findChild<QListWidget *>();
        QVERIFY(list->item(1)->data(Qt::AccessibleTextRole).toString().contains(u"alice-bank is not suspended"_s));
        palette->setText(u">create"_s);
        QVERIFY(list->item(1)->data(Qt::AccessibleTextRole).toString().startsWith(u"Create…"_s));
        QVERIFY(!list->item(1)->data(Qt::AccessibleTextRole).toString().contains(u"alice-bank"_s));   // it is of no object
        palette->setText(u"#bob cust"_s);
        QCOMPARE(palette->matches(), 1);
        QTest::keyClick(palette->findChild<QLineEdit *>(), Qt::Key_Return);
        QTRY_COMPARE(window->nodes()->table()->currentIndex().siblingAtColumn(0).data().toString(), u"bob-custody"_s);
    }

    void paletteMatchesWordStartsFirst()
    {
        QList<int> positions;
        const auto start = CommandPalette::match(u"rest val"_s, u"Restart validator"_s, &positions);
        QVERIFY(start);
        QCOMPARE(positions, (QList<int>{0, 1, 2, 3, 8, 9, 10}));
        const auto inside = CommandPalette::match(u"tart"_s, u"Restart validator"_s, nullptr);
        QVERIFY(inside && *inside < *start);
        QVERIFY(!CommandPalette::match(u"val rest"_s, u"Restart validator"_s, nullptr));
    }

    /// Every column and the tab YAML have their room beside open details in a window of the usual size (picture 01).
    void nothingLeavesBesideTheDetails()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto window = open(world);
        QTRY_VERIFY(window->nodes()->table()->shownColumns().contains(u"age"_s));
        QVERIFY(window->nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s));
        QTRY_VERIFY(window->nodes()->details()->isVisible());
        QTRY_VERIFY(window->nodes()->table()->shownColumns().contains(u"age"_s));
        const auto *bar = window->nodes()->details()->findChild<QTabBar *>();
        QStringList tabs;
        for (int i = 0; i < bar->count(); ++i)
            tabs.append(bar->tabText(i));
        QVERIFY2(tabs.contains(u"YAML"_s), qPrintable(tabs.join(u' ')));
        // Traffic is what this one needs first; the others stay buttons beside it.
        QStringList verbs;
        for (const QPushButton *button : window->nodes()->details()->findChildren<QPushButton *>()) {
            if (button->isVisible() && !button->text().isEmpty())
                verbs.append(button->text());
        }
        QCOMPARE(verbs, (QStringList{u"Top up traffic…"_s, u"Restart"_s, u"Scale…"_s}));
    }

    /// Rows that answer beside rows that do not: the heading of the old ones says it, no bar. Nobody answers: the bar.
    void aStaleClusterAmongOthersIsSaidByItsHeading()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        world.makeStale(2);
        const auto window = open(world);
        const auto bars = [&window] {
            int shown = 0;
            for (const NoticeBar *bar : window->nodes()->findChildren<NoticeBar *>())
                shown += bar->isVisible() && bar->accessibleName().startsWith(u"Not connected to"_s);
            return shown;
        };
        const auto headings = [&window] {
            QStringList out;
            for (const int row : window->nodes()->model()->groupRows())
                out.append(window->nodes()->model()->index(row, 0).data(items::GroupDetailRole).toString());
            return out.join(u'\n');
        };
        QTRY_VERIFY2(headings().contains(u"infra-test, last answer 6 m"_s), qPrintable(headings()));
        QCOMPARE(bars(), 0);
        world.makeStale(0);
        world.makeStale(1);
        QTRY_COMPARE(bars(), 3);
    }

    /// A failure leads to what became of it; the notice goes.
    void aNoticeLeadsOn()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        const auto window = open(world);
        Notices *notices = window->notices();
        int called = 0;
        notices->show(network::State::Failed, u"Scale alice"_s, u"No room."_s, {u"Details"_s, [&called] { called = 1; }});
        notices->show(network::State::Failed, u"Scale alice"_s, u"No room again."_s, {u"Details"_s, [&called] { called = 2; }});
        auto *button = notices->findChild<QPushButton *>();
        QVERIFY(button && button->isVisible());
        QCOMPARE(button->text(), u"Details"_s);
        button->click();
        QCOMPARE(called, 2);   // of what was said last
        QCOMPARE(notices->count(), 0);
    }

    /// Said again with another way out, without one, with one again: the button is that of what was said last.
    void aRepeatedNoticeHasTheButtonOfTheLast()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        const auto window = open(world);
        Notices *notices = window->notices();
        QStringList called;
        const auto say = [&](const QString &text) {
            notices->show(network::State::Failed, u"Scale alice"_s, u"No room."_s, {text, text.isEmpty() ? std::function<void()>() : [&called, text] { called.append(text); }});
        };
        const auto button = [notices]() -> QPushButton * {
            const QList<QPushButton *> all = notices->findChildren<QPushButton *>();
            const auto it = std::find_if(all.begin(), all.end(), [](const QPushButton *b) { return b->isVisible(); });
            return it == all.end() ? nullptr : *it;
        };
        say({});
        QVERIFY(!button());
        say(u"Details"_s);
        QVERIFY(button());
        QCOMPARE(button()->text(), u"Details"_s);
        QVERIFY(button()->geometry().right() < notices->findChild<QToolButton *>()->geometry().left());   // before the X
        button()->setFocus();
        say(u"Review…"_s);
        QCOMPARE(button()->text(), u"Review…"_s);
        QVERIFY(button()->hasFocus());
        say({});
        QVERIFY(!button());
        say(u"Open"_s);
        QCOMPARE(button()->text(), u"Open"_s);
        button()->click();
        QCOMPARE(called, QStringList{u"Open"_s});
        QCOMPARE(notices->count(), 0);
    }

    /// Wherever one is in the window: a cluster that stops answering is told of once, several in one notice, and no more when
    /// they answer again. A page that says so itself is not repeated, a cluster that was silent before the window came neither.
    void aClusterThatGoesSilentIsTold()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto window = open(world);
        const QList<state::Environment *> environments{world.environment(0), world.environment(1)};
        window->panes()->show(u"changes"_s);
        const auto set = [&](int at, Freshness::State state) {
            environments.at(at)->setFreshness({state, world.clock().now().addSecs(state == Freshness::State::Stale ? -22 : 0), {}, state == Freshness::State::Stale ? u"The connection was reset."_s : QString()});
        };
        const auto said = [&window] {
            QStringList out;
            for (const NoticeBar *bar : window->notices()->findChildren<NoticeBar *>()) {
                if (bar->isVisible())
                    out.append(bar->accessibleName());
            }
            return out.join(u'|');
        };
        for (int at = 0; at < 2; ++at)
            set(at, Freshness::State::Fresh);
        QTRY_VERIFY(!window->notices()->tells(u"stale"_s));
        set(0, Freshness::State::Stale);
        QTRY_COMPARE(said(), environments.at(0)->name() + u" does not answer. Values are 20 s old. The connection was reset."_s);
        set(1, Freshness::State::Stale);
        QTRY_COMPARE(said(), u"2 environments do not answer. %1: values are 20 s old, %2: values are 20 s old"_s.arg(environments.at(0)->name(), environments.at(1)->name()));
        set(0, Freshness::State::Fresh);
        QTRY_COMPARE(said(), environments.at(1)->name() + u" does not answer. Values are 20 s old. The connection was reset."_s);
        set(1, Freshness::State::Fresh);
        QTRY_COMPARE(said(), QString());
        QCOMPARE(window->notices()->count(), 0);
        // Again, and closed by hand: not said anew for the same silence.
        set(0, Freshness::State::Stale);
        QTRY_VERIFY(window->notices()->tells(u"stale"_s));
        window->notices()->findChild<QToolButton *>()->click();
        QVERIFY(!window->notices()->tells(u"stale"_s));
        environments.at(0)->setFreshness({Freshness::State::Stale, world.clock().now().addSecs(-40), {}, u"Still."_s});
        QVERIFY(!QTest::qWaitFor([&] { return window->notices()->tells(u"stale"_s); }, 600));
    }

    void aPageThatSaysItIsSilentIsNotRepeated()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const QList<state::Environment *> environments = world.context().environments;
        world.makeStale(0);
        {
            const auto early = open(world);
            early->panes()->show(u"changes"_s);
            QVERIFY(!QTest::qWaitFor([&] { return early->notices()->tells(u"stale"_s); }, 600));   // it came so
        }
        environments.first()->setFreshness({Freshness::State::Fresh, world.clock().now(), {}, {}});
        const auto window = open(world);
        window->panes()->show(u"nodes"_s);
        for (int i = 0; i < int(environments.size()); ++i)
            world.makeStale(i);
        const auto bars = [&window] {
            const QList<NoticeBar *> all = window->nodes()->findChildren<NoticeBar *>();
            return std::count_if(all.begin(), all.end(), [](const NoticeBar *bar) { return bar->isVisible(); });
        };
        QTRY_COMPARE(bars(), environments.size());
        QVERIFY(!QTest::qWaitFor([&] { return window->notices()->tells(u"stale"_s); }, 600));
    }

    void noticesCountRepeatsAndKeepFailures()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        const auto window = open(world);
        Notices *notices = window->notices();
        notices->show(network::State::Failed, u"Scale alice"_s, u"No room."_s);
        notices->show(network::State::Failed, u"Scale alice"_s, u"No room."_s);
        QCOMPARE(notices->count(), 1);
        const NoticeBar *bar = notices->findChild<NoticeBar *>();
        QVERIFY(bar);
        QCOMPARE(bar->accessibleName(), u"Scale alice (2). No room."_s);
        for (int i = 0; i < 5; ++i)
            notices->show(network::State::Ready, u"Done %1"_s.arg(i));
        QCOMPARE(notices->count(), 3);
        QTRY_VERIFY(notices->geometry().bottom() < window->height() - metrics::kStatusBar);
        QVERIFY(notices->geometry().right() < window->width());
    }

    /// The title stands above; what follows does not say it again.
    void aNoticeOfAnOperationSaysItsTitleOnce()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        const auto window = open(world);
        state::Operation operation;
        operation.title = u"Scale alice-bank"_s;
        state::ChangeOutcome outcome;
        outcome.kind = state::ChangeOutcome::Kind::Settled;
        outcome.message = u"Scale alice-bank: its phase is Ready"_s;
        Q_EMIT world.operations().operationFinished(operation, outcome);
        QStringList texts;
        for (const QLabel *label : window->notices()->findChildren<QLabel *>()) {
            if (!label->text().isEmpty())
                texts.append(label->text());
        }
        QCOMPARE(texts, (QStringList{u"Scale alice-bank"_s, u"Its phase is Ready"_s}));
    }

    void anOperationNamesItsObjectOnce()
    {
        state::Operation operation;
        operation.title = u"Restart north-1"_s;
        operation.step = u"north-1: waits for the operator to act on the request"_s;
        operation.target.name = u"north-1"_s;
        QCOMPARE(operationText(operation), u"Restart north-1, waits for the operator to act on the request"_s);
        operation.ended = QDateTime::currentDateTimeUtc();
        operation.step = u"north-1 runs with 2 replicas."_s;
        QCOMPARE(operationText(operation), u"north-1 runs with 2 replicas."_s);
        operation.target = {};   // of several objects the step says which
        operation.ended = {};
        operation.title = u"Restart: 2 objects"_s;
        operation.step = u"north-2: waits"_s;
        QCOMPARE(operationText(operation), u"Restart: 2 objects, north-2: waits"_s);
    }

    void panelsAreNamedAndCloseOnEscape()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto window = open(world);
        const QList<std::function<Popup *()>> doors{[&] { return window->openOperations(); }, [&] { return window->openIdentity(); },
                                                    [&] { return window->openKeys(); }};
        for (const auto &door : doors) {
            Popup *panel = door();
            QPointer<Popup> kept(panel);
            QVERIFY(!panel->accessibleName().isEmpty());
            QCOMPARE(test::unnamed(panel), QStringList());
            QTest::keyClick(panel, Qt::Key_Escape);
            QTRY_VERIFY(kept.isNull());
        }
    }

    void emptyConsoleSaysWhatIsMissing()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        ShellContext context = world.context();
        context.environments.clear();
        MainWindow window(context);
        window.resize(1440, 900);
        window.show();
        QString text;
        for (const QLabel *label : window.findChildren<QLabel *>())
            text += label->isVisible() ? QString(label->text() + u'|') : QString();
        QVERIFY2(text.contains(u"No environment is open."_s), qPrintable(text));
        QVERIFY2(text.contains(u"Ctrl+K search"_s) && !text.contains(u"/ filter"_s), qPrintable(text));   // a list that is not there has no keys
    }

    void iniSettingsSurviveTheProcess()
    {
        QTemporaryDir dir;
        const QString file = dir.filePath(u"window.ini"_s);
        {
            IniSettings settings(file);
            settings.setValue(u"nodes/filter"_s, u"net:harbor"_s);
        }
        IniSettings again(file);
        QCOMPARE(again.value(u"nodes/filter"_s, {}).toString(), u"net:harbor"_s);
    }

    /// Two windows of the program share the file: each view and each setting of both is kept.
    void twoWindowsKeepTheirSettings()
    {
        QTemporaryDir dir;
        const QString file = dir.filePath(u"window.ini"_s);
        {
            IniSettings first(file);
            first.setValue(u"window/textSize"_s, 13);
            first.setValue(u"nodes/columns"_s, QStringList{u"name"_s});
        }
        {
            IniSettings one(file), two(file);
            two.setValue(u"window/textSize"_s, 15);
            two.setValue(u"nodes/columns"_s, QStringList{u"name"_s, u"age"_s});
            SavedViews(&two).save({u"theirs"_s, u"nodes"_s, {u"nodes"_s, u"b"_s, false, {}, u"name"_s, false}});
        }
        {
            IniSettings late(file), also(file);
            {
                SavedViews here(&late), there(&also);
                here.save({u"mine"_s, u"nodes"_s, {u"nodes"_s, u"a"_s, false, {}, u"name"_s, false}});
                there.save({u"another"_s, u"nodes"_s, {u"nodes"_s, u"c"_s, false, {}, u"name"_s, false}});
                there.remove(u"theirs"_s);
            }
            also.setValue(u"window/textSize"_s, 17);
            also.setValue(u"nodes/columns"_s, QStringList{u"age"_s});
            // Chosen again here, the value this window had: it counts all the same. How a list stands here did not change: theirs stays.
            QTRY_COMPARE(IniSettings(file).value(u"nodes/columns"_s, {}).toStringList(), QStringList{u"age"_s});
            late.setValue(u"window/textSize"_s, 15);
            late.keep(u"nodes/columns"_s, QStringList{u"name"_s, u"age"_s});
        }
        IniSettings again(file);
        QCOMPARE(again.value(u"window/textSize"_s, 0).toInt(), 15);
        QCOMPARE(again.value(u"nodes/columns"_s, {}).toStringList(), QStringList{u"age"_s});
        QStringList names;
        const SavedViews views(&again);
        for (const SavedView &view : views.all())
            names.append(view.name);
        names.sort();
        QCOMPARE(names, (QStringList{u"another"_s, u"mine"_s}));
    }

    /// Nothing is lost when both write all the time: each adds to one list, changed in place.
    void manyWritesAtOnce()
    {
        QTemporaryDir dir;
        const QString file = dir.filePath(u"window.ini"_s);
        QStringList all;
        {
            IniSettings one(file), two(file), other(file, u"prod"_s);
            for (int i = 0; i < 60; ++i) {
                for (IniSettings *settings : {&one, &two}) {
                    const QString name = (settings == &one ? u"a%1"_s : u"b%1"_s).arg(i, 2, 10, QChar(u'0'));
                    all.append(name);
                    settings->update(u"overview/acknowledged"_s, [name](const QVariant &kept) { return QVariant(kept.toStringList() + QStringList{name}); });
                    settings->setValue(u"keys/"_s + name, i % 10);
                }
                other.setValue(u"x"_s, i % 10);
            }
        }
        IniSettings again(file);
        QStringList kept = again.value(u"overview/acknowledged"_s, {}).toStringList();
        kept.sort();
        all.sort();
        QCOMPARE(kept, all);
        for (const QString &name : std::as_const(all))
            QCOMPARE(again.value(u"keys/"_s + name, {}).toInt(), name.mid(1).toInt() % 10);
        QCOMPARE(IniSettings(file, u"prod"_s).value(u"x"_s, {}).toInt(), 9);
        QCOMPARE(QDir(dir.path()).entryList(QDir::Files), QStringList{u"window.ini"_s});
    }

    void textsAThirdLongerFit_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("wide") << QSize(1440, 900);
        QTest::newRow("narrow") << QSize(1000, 700);
    }
    void textsAThirdLongerFit()
    {
        QFETCH(QSize, size);
        Longer longer;
        qApp->installTranslator(&longer);
        {
            TourWorld world(m_kinds, m_codec.get(), &m_theme);
            world.fillConsortium();
            const auto window = open(world, size);
            window->nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s);
            (void)QTest::qWaitFor([&] { return window->actionRegistry()->action(u"change.restart"_s)->isEnabled(); });
            test::grab(window.get(), u"shell-longer-%1"_s.arg(size.width()));
            QCOMPARE(test::clipped(window.get()).join(u'|'), QString());
        }
        qApp->removeTranslator(&longer);
    }

    void aLargerFontClipsNothing()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        m_theme.setBodySize(19);
        {
            const auto window = open(world);
            window->nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s);
            test::grab(window.get(), u"shell-font-150"_s);
            QCOMPARE(test::clipped(window.get()).join(u'|'), QString());
            test::grab(window.get(), u"shell-font-150"_s);
        }
        m_theme.setBodySize(0);
    }
};

QTEST_MAIN(TestShell)
#include "tst_shell.moc"
