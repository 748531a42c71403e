// SPDX-License-Identifier: GPL-3.0-or-later
// What helps a person along: the page without clusters, the pages of help, the size of the text, views kept by name.
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/panes/resources/KindsPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/CommandPalette.h"
#include "ui/shell/EnvironmentMenus.h"
#include "ui/shell/FirstRunPage.h"
#include "ui/shell/KeysPanel.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/Popup.h"
#include "ui/shell/SavedViews.h"
#include "ui/shell/Navigation.h"
#include "ui/panes/overview/Card.h"
#include "ui/shell/ViewAs.h"
#include "ui/widgets/EnvironmentMark.h"
#include "ui/shell/EnvironmentBar.h"
#include "ui/shell/tour/TourGuide.h"
#include "ui/shell/help/HelpPages.h"
#include "ui/shell/help/HelpWindow.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/LogView.h"

#include <QFontInfo>
#include <QJsonArray>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using test::button;
using test::texts;

namespace {

/// A console whose files are as a test says; what is opened comes from the tour's world.
class Files final : public EnvironmentSource {
public:
    TourWorld *world = nullptr;
    QList<Context> known;
    Origin where;
    std::optional<Error> error = Error{ErrorKind::NotFound, u"No context is named."_s, u"Choose one."_s};
    int demos = 0;
    int reads = 0;

    [[nodiscard]] QList<Context> contexts() const override { return known; }
    [[nodiscard]] Result<state::Environment *> open(const QString &context) override
    {
        if (context == "broken"_L1)
            return Error{ErrorKind::Invalid, u"The cluster of broken is not in the file."_s};
        return world->environment(context == "infra-dev"_L1 ? 1 : 0);
    }
    [[nodiscard]] Result<state::Environment *> openAs(const QString &context, const QString &user, const QStringList &groups) override
    {
        if (user == "nobody"_L1)
            return Error{ErrorKind::Invalid, u"The impersonated user is not known."_s};
        asked = QStringList{context, user} + groups;
        world->environment(2)->setReadOnly(true);
        return world->environment(2);
    }
    void close(state::Environment *environment) override { closed = environment; }
    QStringList asked;
    state::Environment *closed = nullptr;
    [[nodiscard]] Origin origin() const override { return where; }
    [[nodiscard]] Result<QList<state::Environment *>> readAgain() override
    {
        ++reads;
        if (error)
            return *error;
        return QList<state::Environment *>{world->environment(0)};
    }
    [[nodiscard]] Result<Done> startDemo() override
    {
        ++demos;
        return Done{};
    }
};

}

class TestGuide : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();
    std::shared_ptr<ports::YamlCodec> m_codec = yaml::makeYamlCodec();

    std::unique_ptr<MainWindow> open(const ShellContext &context)
    {
        auto window = std::make_unique<MainWindow>(context);
        window->resize(1440, 900);
        window->show();
        (void)QTest::qWaitForWindowExposed(window.get());
        window->activateWindow();
        return window;
    }

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    void withoutClustersTheWindowSaysWhatToDo()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        Files files;
        files.world = &world;
        files.where.files = {{u"/home/ana/.kube/config"_s, false}};
        files.where.profilesFile = u"/home/ana/.config/quarterdeck/profiles.yaml"_s;
        ShellContext context = world.context();
        context.environments.clear();
        context.source = &files;
        const auto window = open(context);
        FirstRunPage *page = window->firstRun();
        QVERIFY(page && page->isVisible());
        QVERIFY(!window->panes()->isVisible());
        const QString text = texts(page);
        for (const QString &part : {u"No environment is open."_s, u"/home/ana/.kube/config"_s, u"not there"_s, u"profiles.yaml"_s,
                                    u"quarterdeck --kubeconfig FILE"_s, u"export KUBECONFIG=FILE"_s, u"--profile"_s})
            QVERIFY2(text.contains(part), qPrintable(part + u" in " + text));
        QCOMPARE(test::unnamed(page), QStringList());
        QCOMPARE(test::clipped(page).join(u'|'), QString());
        test::grab(window.get(), u"firstrun"_s);
        QTest::keyClick(button(page, u"Open the demo network"_s), Qt::Key_Space);
        QCOMPARE(files.demos, 1);
    }

    void whatIsBrokenIsNamedAndReadAgainWithoutARestart()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        Files files;
        files.world = &world;
        files.where.files = {{u"/etc/broken.yaml"_s, true}};
        files.where.from = EnvironmentSource::Origin::From::CommandLine;
        ShellContext context = world.context();
        context.environments.clear();
        context.source = &files;
        context.problems = {u"/etc/broken.yaml: line 7: users[0].user is no mapping.\nMend the entry."_s};
        const auto window = open(context);
        QVERIFY(texts(window->firstRun()).contains(u"line 7"_s));
        QVERIFY(texts(window->firstRun()).contains(u"Mend the entry."_s));
        QVERIFY(texts(window->firstRun()).contains(u"Named by --kubeconfig"_s));
        // Still broken: the page says so, with the new reason.
        QVERIFY(button(window->firstRun(), u"Read the files again"_s)->hasFocus());
        QTest::keyClick(button(window->firstRun(), u"Read the files again"_s), Qt::Key_Space);
        QTRY_VERIFY(texts(window->firstRun()).contains(u"Read again, and still: No context is named."_s));
        test::grab(window.get(), u"firstrun-broken"_s);
        // Mended: the cluster opens and the page goes.
        files.error.reset();
        QTest::keyClick(button(window->firstRun(), u"Read the files again"_s), Qt::Key_Space);
        QCOMPARE(files.reads, 2);
        QVERIFY(!window->firstRun()->isVisible());
        QVERIFY(window->panes()->isVisible());
        QTRY_VERIFY(window->nodes()->model()->counts().total > 0);
    }

    void aContextOfTheFileIsOneClickAway()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        Files files;
        files.world = &world;
        files.known = {{u"infra-prod"_s, u"prod-cluster"_s, {}, state::Mark::Production, false}};
        ShellContext context = world.context();
        context.environments.clear();
        context.source = &files;
        const auto window = open(context);
        button(window->firstRun(), u"Open infra-prod"_s)->click();
        QVERIFY(!window->firstRun()->isVisible());
    }

    void everyPageOfTheWindowHasItsHelp()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        const auto window = open(world.context());
        for (const PaneInfo &pane : window->panes()->panes()) {
            const HelpPage *page = HelpPages::find(pane.id);
            QVERIFY2(page, qPrintable(pane.id));
            window->panes()->show(pane.id);
            QTest::keyClick(window.get(), Qt::Key_F1);
            QCOMPARE(window->openHelp()->current(), pane.id);
        }
        for (const QString &id : {u"start"_s, u"filter"_s, u"pipeline"_s, u"keyboard"_s, u"environments"_s, u"signin"_s, u"production"_s, u"troubleshooting"_s})
            QVERIFY2(HelpPages::find(id), qPrintable(id));
        test::grab(window->openHelp(u"filter"_s), u"help"_s);
    }

    void everyLinkOfTheHelpLeadsSomewhere()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        const auto window = open(world.context());
        for (const HelpPage &page : HelpPages::all()) {
            QVERIFY2(!page.title.isEmpty(), qPrintable(page.id));
            const QStringList links = HelpPages::linksIn(page);
            for (const QString &link : links) {
                const QString target = link.section(u':', 1);
                const bool known = link.startsWith("help:"_L1) ? HelpPages::find(target) != nullptr
                                                               : link.startsWith("page:"_L1) && window->panes()->pane(target) != nullptr;
                QVERIFY2(known, qPrintable(page.id + u": "_s + link));
            }
        }
    }

    void everyKeyOfTheHelpIsAnActionsKey()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        const auto window = open(world.context());
        QStringList known{u"Enter"_s, u"Esc"_s, u"Space"_s, u"Menu"_s, u"Tab"_s, u"Shift+Tab"_s, u"Up"_s, u"Down"_s, u"Left"_s,
                          u"Right"_s, u"Home"_s, u"End"_s, u"Ctrl+C"_s, u"N"_s, u"Shift+N"_s, u"T"_s,     // of tables, dialogs and fields
                          u"S"_s, u"E"_s, u"Del"_s,    // of the alerts, tried in tst_alertspage and tst_silencedialogs
                          u"Page Down"_s, u"Page Up"_s, u"Ctrl"_s, u"+"_s, u"-"_s, u"0"_s,   // of the map, tried in tst_map
                          u"Shift"_s, u"Backspace"_s, u"Ctrl+Left"_s, u"Ctrl+Right"_s, u"M"_s, u"Shift+M"_s,   // of the charts, tried in tst_charts
                          u"Ctrl+Space"_s,   // of a panel's query, tried in tst_paneleditor
                          u"Ctrl+,"_s,   // of the profiles, which this world has not, tried in tst_profileeditor
                          u"Ctrl+W"_s, u"Ctrl+Z"_s,   // of a window of details, and of the operations
                          u"Ctrl+]"_s, u"Ctrl+["_s, u"Ctrl+."_s, u"Ctrl+F8"_s};   // of the YAML editor
        items::LogModel lines;
        const LogView log(&lines);
        for (const PaneInfo &pane : window->panes()->panes())
            window->panes()->show(pane.id);   // their actions are made with them
        const QList<QAction *> all = window->actionRegistry()->actions() + log.actions();
        for (const QAction *action : all) {
            const QList<QKeySequence> keys = action->shortcuts();
            for (const QKeySequence &key : keys)
                known.append(key.toString(QKeySequence::PortableText));
        }
        for (const HelpPage &page : HelpPages::all()) {
            const QStringList keys = HelpPages::keysIn(page);
            for (const QString &key : keys) {
                const QString portable = QString(key).replace("Plus"_L1, "+"_L1);
                QVERIFY2(known.contains(portable), qPrintable(page.id + u": "_s + key));
            }
        }
    }

    void helpIsSearchedAndFollowsLinksOffline()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        const auto window = open(world.context());
        HelpWindow *help = window->openHelp(u"keyboard"_s);
        QTest::keyClicks(help->field(), u"dry run"_s);
        QVERIFY(help->list()->count() >= 1);
        QCOMPARE(help->list()->item(0)->data(Qt::UserRole).toString(), u"pipeline"_s);
        QTest::keyClick(help->field(), Qt::Key_Return);
        QCOMPARE(help->current(), u"pipeline"_s);
        QVERIFY(help->browser()->textCursor().selectedText().compare(u"dry"_s, Qt::CaseInsensitive) == 0);
        QVERIFY(help->browser()->document()->resource(QTextDocument::ImageResource, QUrl(u"https://example.com/x.png"_s)).isNull());
        Q_EMIT help->browser()->anchorClicked(QUrl(u"page:backups"_s));
        QCOMPARE(window->panes()->current(), u"backups"_s);
        Q_EMIT help->browser()->anchorClicked(QUrl(u"help:changes"_s));
        QCOMPARE(help->current(), u"changes"_s);
        help->field()->setText(u"qwxyz"_s);
        QCOMPARE(help->list()->count(), 0);
        QVERIFY(texts(help).contains(u"No page says qwxyz."_s));
        QCOMPARE(test::unnamed(help), QStringList());
    }

    void theTextGrowsAndIsKept()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const int normal = QFontInfo(m_theme.font()).pixelSize();
        {
            const auto window = open(world.context());
            window->actionRegistry()->action(u"view.larger"_s)->trigger();
            window->actionRegistry()->action(u"view.larger"_s)->trigger();
            QTRY_COMPARE(QFontInfo(window->font()).pixelSize(), normal + 2);
        }
        m_theme.setBodySize(0);
        const auto window = open(world.context());
        QTRY_COMPARE(QFontInfo(window->font()).pixelSize(), normal + 2);
        window->changeTextSize(0);
        QTRY_COMPARE(QFontInfo(window->font()).pixelSize(), normal);
        for (int i = 0; i < 40; ++i)
            window->changeTextSize(-1);
        QTRY_COMPARE(QFontInfo(window->font()).pixelSize(), 9);
        window->changeTextSize(0);
    }

    /// The menu of a chip offers what the cluster lists and what was seen; one is chosen by keys, kept, and given up again.
    void aNamespaceIsChosenByKeys()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        world.gateway(0)->lists.insert(u"namespaces"_s, QJsonObject{{u"items"_s, QJsonArray{QJsonObject{{u"metadata"_s, QJsonObject{{u"name"_s, u"canton-spare"_s}}}}}}});
        const auto window = open(world.context());
        state::Environment *environment = world.environment(0);
        const auto choose = [&](const QString &text) {
            QMenu *menu = window->openEnvironmentMenu(environment, window.get());
            auto *names = menu->findChild<NamespaceMenu *>();
            const auto offered = [&] {
                const QList<QAction *> all = names->actions();
                return std::any_of(all.begin(), all.end(), [&](const QAction *a) { return a->text() == text; });
            };
            if (!names || !QTest::qWaitFor(offered, 5000))
                return false;
            menu->setActiveAction(names->menuAction());
            QTest::keyClick(menu, Qt::Key_Right);
            for (qsizetype i = 0; i < names->actions().size() && !(names->activeAction() && names->activeAction()->text() == text); ++i)
                QTest::keyClick(names, Qt::Key_Down);
            if (!names->activeAction() || names->activeAction()->text() != text)
                return false;
            QTest::keyClick(names, Qt::Key_Return);
            return true;
        };
        QVERIFY(choose(u"canton-spare"_s));
        QCOMPARE(environment->info().namespaces, QStringList{u"canton-spare"_s});
        QCOMPARE(world.context().settings->value(u"environments/infra-prod/namespaces"_s).toStringList(), QStringList{u"canton-spare"_s});
        QVERIFY(choose(u"canton-mainnet"_s));   // no answer names it: it was seen
        QCOMPARE(environment->info().namespaces, QStringList{u"canton-mainnet"_s});
        QVERIFY(choose(u"All namespaces"_s));
        QCOMPARE(environment->info().namespaces, QStringList());
    }

    void anEnvironmentIsViewedAsSomebodyElseWithABanner()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        Files files;
        files.world = &world;
        ShellContext context = world.context();
        context.environments = {world.environment(0)};
        context.source = &files;
        const auto window = open(context);
        Popup *panel = window->askViewAs(world.environment(0));
        const QList<QLineEdit *> fields = panel->findChildren<QLineEdit *>();
        QVERIFY(!button(panel, u"View as"_s)->isEnabled());
        QTest::keyClicks(fields.at(0), u"ana@example.com"_s);
        QTest::keyClicks(fields.at(1), u"ops, auditors"_s);
        QCOMPARE(test::unnamed(panel), QStringList());
        QTest::keyClick(fields.at(1), Qt::Key_Return);
        QCOMPARE(files.asked, (QStringList{u"infra-prod"_s, u"ana@example.com"_s, u"ops"_s, u"auditors"_s}));
        auto *bar = window->findChild<ViewAsBar *>();
        QVERIFY(bar && bar->isVisible());
        QTRY_COMPARE(bar->width(), window->width());
        QVERIFY(texts(bar).contains(u"infra-prod as ana@example.com"_s));
        QVERIFY(texts(bar).contains(u"read-only"_s));
        // In the other theme's colours, and never red.
        const QColor fill = bar->grab().toImage().pixelColor(4, 4);
        QVERIFY2(contrast(fill, window->palette().color(QPalette::Window)) > 7, qPrintable(fill.name()));
        QVERIFY2(fill.saturation() < 80, qPrintable(fill.name()));
        test::grab(window.get(), u"viewas"_s);
        button(bar, u"End"_s)->click();
        QCOMPARE(files.closed, world.environment(2));
        QTRY_VERIFY(!window->findChild<ViewAsBar *>());
        window->viewAs(world.environment(0), u"nobody"_s, {});
        QVERIFY(!window->findChild<ViewAsBar *>());
    }

    void theKeyLocksBeforeItUnlocks()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        Files files;
        files.world = &world;
        ShellContext context = world.context();
        context.environments = {world.environment(0), world.environment(1)};
        context.source = &files;
        const auto window = open(context);
        const QToolButton *button = window->findChild<EnvironmentBar *>()->readOnlyButton();
        QCOMPARE(button->text(), u"Read-write"_s);
        world.environment(1)->setReadOnly(true);
        window->viewAs(world.environment(0), u"ana@example.com"_s, {});   // read-only as it comes
        QCOMPARE(button->text(), u"Partly read-only"_s);
        QVERIFY2(button->toolTip().contains(u"infra-dev"_s), qPrintable(button->toolTip()));
        window->toggleReadOnly();
        for (int i = 0; i < 3; ++i)
            QVERIFY(world.environment(i)->readOnly());
        QCOMPARE(button->text(), u"Read-only"_s);
        window->toggleReadOnly();
        QVERIFY(!world.environment(0)->readOnly());
        QVERIFY(world.environment(1)->readOnly() && world.environment(2)->readOnly());
        // What nobody has locked with the key: a profile did. What is viewed as somebody else stays as it is.
        world.environment(0)->setReadOnly(true);
        window->toggleReadOnly();
        QVERIFY(!world.environment(0)->readOnly() && !world.environment(1)->readOnly());
        QVERIFY(world.environment(2)->readOnly());
    }

    void keysAreGroupedAndSearched()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto window = open(world.context());
        auto *panel = qobject_cast<KeysPanel *>(window->openKeys());
        QVERIFY(panel);
        const int all = panel->shown();
        QVERIFY2(all > 40, qPrintable(QString::number(all)));
        for (const QString &group : {u"Everywhere"_s, u"Pages"_s, u"In a list"_s, u"With what is selected"_s})
            QVERIFY2(texts(panel).contains(group), qPrintable(group));
        test::grab(panel, u"keys"_s);
        QCOMPARE(test::clipped(panel).join(u'|'), QString());
        QTest::keyClicks(panel->field(), u"scale"_s);
        QVERIFY(panel->shown() >= 1 && panel->shown() < all);
        QVERIFY(texts(panel).contains(u"Ctrl+Shift+S"_s));
        panel->field()->setText(u"no such thing"_s);
        QCOMPARE(panel->shown(), 0);
        QTest::keyClick(panel->field(), Qt::Key_Escape);
    }

    void everyActionIsInThePalette()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const auto window = open(world.context());
        for (const PaneInfo &pane : window->panes()->panes())
            window->panes()->show(pane.id);
        window->panes()->show(u"nodes"_s);
        window->nodes()->openObject(u"infra-prod"_s, u"tour-alice-bank"_s);
        const QList<QAction *> all = window->actionRegistry()->actions();
        for (const QAction *action : all) {
            Popup *palette = window->openPalette(u'>' + action->text());
            auto *list = palette->findChild<QListWidget *>();
            bool found = false;
            for (int i = 0; i < list->count(); ++i)
                found = found || list->item(i)->text() == action->text();
            QVERIFY2(found, qPrintable(action->objectName()));
            palette->close();
        }
        for (const HelpPage &page : HelpPages::all()) {
            auto *palette = qobject_cast<CommandPalette *>(window->openPalette(u'?' + page.title));
            QVERIFY2(palette && palette->matches() >= 1, qPrintable(page.id));
            palette->close();
        }
    }

    void aViewIsKeptByNameAndShownFromAnywhere()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        {
            const auto window = open(world.context());
            window->panes()->show(u"nodes"_s);
            window->nodes()->setFilterText(u"phase:degraded"_s);
            ListView wanted = *window->nodes()->listView();
            wanted.columns = {u"phase"_s, u"age"_s, u"network"_s};
            wanted.sort = u"age"_s;
            wanted.descending = true;
            window->nodes()->showListView(wanted);
            QCOMPARE(*window->nodes()->listView(), wanted);
            Popup *panel = window->saveView();
            auto *name = panel->findChild<QLineEdit *>();
            name->setText(u"Friday: what is degraded"_s);
            QTest::keyClick(name, Qt::Key_Return);
            QTRY_VERIFY(window->views()->find(u"Friday: what is degraded"_s));
            window->nodes()->showListView({});
            QVERIFY(*window->nodes()->listView() != wanted);
        }
        // The next window has it, from another page, by the palette.
        const auto window = open(world.context());
        window->panes()->show(u"backups"_s);
        Popup *palette = window->openPalette(u"friday"_s);
        QTest::keyClick(palette->findChild<QLineEdit *>(), Qt::Key_Return);
        QTRY_COMPARE(window->panes()->current(), u"nodes"_s);
        QCOMPARE(window->nodes()->filterText(), u"phase:degraded"_s);
        QCOMPARE(window->nodes()->listView()->sort, u"age"_s);
        QVERIFY(window->nodes()->listView()->descending);
        QCOMPARE(window->nodes()->table()->chosenColumns(), (QStringList{u"phase"_s, u"age"_s, u"network"_s}));
        // A tab of a page of several kinds is part of the view.
        window->panes()->show(u"backups"_s);
        auto *backups = qobject_cast<KindsPane *>(window->panes()->currentPane());
        QVERIFY(backups->showKind(u"Restore"_s));
        window->views()->save({u"restores"_s, u"backups"_s, *backups->listView()});
        QVERIFY(backups->showKind(u"Backup"_s));
        window->showView(u"restores"_s);
        QCOMPARE(backups->list()->spec().kinds.first().kind, u"Restore"_s);
        // The menu: the one that is shown is ticked, and one can be forgotten.
        QMenu *menu = window->openViews(window->panes());
        const QList<QAction *> actions = menu->actions();
        const auto shown = std::find_if(actions.begin(), actions.end(), [](const QAction *a) { return a->text() == "restores"_L1; });
        QVERIFY(shown != actions.end() && (*shown)->isChecked());
        menu->close();
        window->views()->remove(u"restores"_s);
        QVERIFY(!window->views()->find(u"restores"_s));
    }

    /// Text that grows while the window stands takes it as narrower: nothing of a page is beyond its edge.
    void largerTextWhileTheWindowIsOpen()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        MainWindow window(world.context());
        window.resize(1440, 900);
        window.show();
        window.panes()->show(u"overview"_s);
        const QWidget *page = window.panes()->currentPane();
        QTRY_VERIFY(page->findChildren<Card *>().size() > 4);
        const auto beyond = [page] {
            QStringList out;
            const QList<Card *> cards = page->findChildren<Card *>();
            for (const Card *card : cards) {
                if (card->isVisible() && card->mapTo(page, QPoint(card->width(), 0)).x() > page->width())
                    out.append(card->accessibleName());
            }
            return out;
        };
        QCOMPARE(beyond(), QStringList());
        for (int step = 0; step < 6; ++step)
            window.actionRegistry()->action(u"view.larger"_s)->trigger();
        QTRY_COMPARE(beyond(), QStringList());
        QTRY_VERIFY2(window.findChild<Navigation *>()->width() < 120, qPrintable(QString::number(window.findChild<Navigation *>()->width())));
        window.actionRegistry()->action(u"view.normal"_s)->trigger();
        QTRY_VERIFY(window.findChild<Navigation *>()->width() > 150);
        QCOMPARE(beyond(), QStringList());
    }

    /// One more environment with a long name takes nothing from the short ones.
    void longNamesGiveWayFirst()
    {
        for (const QSize &size : {QSize(1440, 900), QSize(1000, 700)}) {
            TourWorld world(m_kinds, m_codec.get(), &m_theme);
            world.fillConsortium();
            world.setSource(makeTourSource(world));
            MainWindow window(world.context());
            window.resize(size);
            window.show();
            window.viewAs(world.environment(0), u"jonas.weber@northgate.example"_s, {u"oncall"_s});
            const auto chip = [&window](bool longest) -> EnvironmentChip * {
                const QList<EnvironmentChip *> all = window.environmentBar()->findChildren<EnvironmentChip *>();
                const auto by = [](const EnvironmentChip *a, const EnvironmentChip *b) { return a->text().size() < b->text().size(); };
                return longest ? *std::max_element(all.begin(), all.end(), by)
                               : *std::find_if(all.begin(), all.end(), [](const EnvironmentChip *c) { return c->text() == "infra-prod"_L1; });
            };
            QVERIFY(chip(true)->text().contains("jonas"_L1));
            const auto whole = [](const EnvironmentChip *c) { return c->width() >= c->minimumSizeHint().width() + c->nameWidth(); };
            world.environment(0)->setFreshness({Freshness::State::Stale, world.clock().now().addSecs(-4000), {}, {}});   // wider: its age
            QVERIFY(QTest::qWaitForWindowExposed(&window));
            QCoreApplication::sendPostedEvents();
            QTRY_VERIFY2(whole(chip(false)), qPrintable(u"%1: %2 of %3 and %4, beside it %5"_s.arg(size.width()).arg(chip(false)->width())
                .arg(chip(false)->minimumSizeHint().width()).arg(chip(false)->nameWidth()).arg(chip(true)->width())));
            QTRY_VERIFY2(chip(true)->width() >= chip(false)->width(), qPrintable(u"%1 %2 of %3"_s.arg(chip(true)->width()).arg(chip(false)->width()).arg(size.width())));
        }
    }

    void viewsAreKeptPerProfile()
    {
        QTemporaryDir dir;
        const QString file = dir.filePath(u"window.ini"_s);
        IniSettings none(file), prod(file, u"prod/eu"_s), dev(file, u"dev"_s);
        prod.setValue(u"window/textSize"_s, 15);
        dev.setValue(u"window/textSize"_s, 11);
        QCOMPARE(none.value(u"window/textSize"_s, 0).toInt(), 0);
        QCOMPARE(prod.value(u"window/textSize"_s, 0).toInt(), 15);
        SavedViews views(&prod);
        views.save({u"mine"_s, u"nodes"_s, {u"nodes"_s, u"alice"_s, true, {}, u"name"_s, false}});
        QCOMPARE(SavedViews(&prod).all().size(), 1);
        QCOMPARE(SavedViews(&prod).all().first().view.filter, u"alice"_s);
        QVERIFY(SavedViews(&dev).all().isEmpty());
    }

    void whatWasOpenIsOpenAgain()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        Files files;
        files.world = &world;
        files.known = {{u"infra-prod"_s, {}, {}, state::Mark::Production, true}, {u"infra-dev"_s, {}, {}, state::Mark::Dev, false}};
        const QString second = world.environment(1)->name();
        files.known[1].name = second;
        world.settings().setValue(u"window/environments"_s, QStringList{world.environment(0)->name(), second});
        ShellContext context = world.context();
        context.environments = {world.environment(0)};
        context.source = &files;
        files.where.contextsGiven = true;
        QCOMPARE(open(context)->findChildren<QWidget *>(QString()).isEmpty(), false);
        files.where.contextsGiven = false;
        const auto window = open(context);
        QCOMPARE(window->panes()->isVisible(), true);
        window->close();
        QVERIFY(world.settings().value(u"window/environments"_s, {}).toStringList().contains(world.environment(0)->name()));
    }
};

QTEST_MAIN(TestGuide)
#include "tst_guide.moc"
