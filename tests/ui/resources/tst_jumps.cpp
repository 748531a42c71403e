// SPDX-License-Identifier: GPL-3.0-or-later
// What a person asks for by name is shown, whatever the list hides, or it is said why not; and what goes meanwhile is said too.
#include "models/core/Json.h"
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Notices.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/widgets/NoticeBar.h"

#include <QJsonArray>
#include <QPushButton>
#include <QTest>
#include <QTreeWidget>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

namespace {

class Starter final : public ChangeStarter {
public:
    QStringList started;
    void startAction(const QString &actionId, const QList<ActionTarget> &targets, const QMap<QString, QString> &, QWidget *) override
    {
        started.append(actionId + u' ' + targets.first().kind.kind);
    }
    void editYaml(const ActionTarget &, QWidget *) override { }
};

struct Stage {
    Stage(Theme *theme, std::shared_ptr<const network::KindTable> kinds)
        : world(std::move(kinds), codec.get(), theme)
    {
        world.setStarter(&starter);
        world.fillConsortium();
        window = std::make_unique<MainWindow>(world.context());
        window->resize(1440, 900);
        window->show();
        (void)QTest::qWaitForWindowExposed(window.get());
        pane = window->nodes();
    }
    [[nodiscard]] state::ResourceStore *store(const QString &kind) { return world.environment(0)->store(*world.environment(0)->kinds().find(kind)); }
    [[nodiscard]] ObjectId object(const QString &name)
    {
        return {u"infra-prod"_s, store(u"Participant"_s)->kind().gvr, u"canton-harbor"_s, name, QString(u"tour-"_s + name)};
    }
    void complete()
    {
        network::RowBatch batch;
        batch.sync = network::RowBatch::Sync::Complete;
        store(u"Participant"_s)->applyBatch(batch);
    }
    void remove(const QString &uid)
    {
        network::RowBatch batch;
        batch.removedUids = {uid};
        store(u"Participant"_s)->applyBatch(batch);
    }
    [[nodiscard]] QString notices() const
    {
        QStringList out;
        for (const NoticeBar *bar : window->notices()->findChildren<NoticeBar *>())
            out.append(bar->accessibleName());
        return out.join(u'|');
    }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    Starter starter;
    TourWorld world;
    std::unique_ptr<MainWindow> window;
    ResourcePane *pane = nullptr;
};

}

class TestJumps : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    void whatTheListHidesIsShown()
    {
        Stage stage(&m_theme, m_kinds);
        stage.pane->setProblemsOnly(true);
        stage.pane->setFilterText(u"phase:failed"_s);
        QCOMPARE(stage.pane->model()->rowOf(u"infra-prod"_s, u"tour-alice-bank"_s), -1);
        QVERIFY(stage.window->panes()->openObject(stage.object(u"alice-bank"_s)));
        QCOMPARE(stage.pane->openedObject().name, u"alice-bank"_s);
        QVERIFY(stage.pane->listView()->filter.isEmpty());
        // Folded away by its heading.
        const int row = stage.pane->model()->rowOf(u"infra-prod"_s, u"tour-bob-custody"_s);
        QVERIFY(row > 0);
        const QList<int> headings = stage.pane->model()->groupRows();
        const int heading = *std::find_if(headings.rbegin(), headings.rend(), [row](int at) { return at < row; });
        stage.pane->model()->setExpanded(heading, false);
        QCOMPARE(stage.pane->model()->rowOf(u"infra-prod"_s, u"tour-bob-custody"_s), -1);
        QVERIFY(stage.window->panes()->openObject(stage.object(u"bob-custody"_s)));
        QCOMPARE(stage.pane->openedObject().name, u"bob-custody"_s);
        QCOMPARE(stage.notices(), QString());
    }

    /// A filter that hides nothing of it stays.
    void whatShowsItAlreadyStays()
    {
        Stage stage(&m_theme, m_kinds);
        stage.pane->setFilterText(u"phase:failed"_s);
        QVERIFY(stage.window->panes()->openObject(stage.object(u"bob-custody"_s)));
        QCOMPARE(stage.pane->openedObject().name, u"bob-custody"_s);
        QCOMPARE(stage.pane->listView()->filter, u"phase:failed"_s);
    }

    void whatIsNotThereIsSaid()
    {
        Stage stage(&m_theme, m_kinds);
        stage.complete();
        QVERIFY(stage.store(u"Participant"_s)->complete());
        stage.pane->setFilterText(u"phase:failed"_s);
        (void)stage.window->panes()->openObject(stage.object(u"nobody"_s));
        QVERIFY2(stage.notices().contains(u"nobody is not in infra-prod."_s), qPrintable(stage.notices()));
        QCOMPARE(stage.pane->listView()->filter, u"phase:failed"_s);
        // Made anew under its name it is found, though whoever asks knows the old one.
        ObjectId old = stage.object(u"alice-bank"_s);
        old.uid = u"of-before"_s;
        QVERIFY(stage.window->panes()->openObject(old));
        QCOMPARE(stage.pane->openedObject().name, u"alice-bank"_s);
    }

    void detailsSayThatTheirObjectWasDeleted()
    {
        Stage stage(&m_theme, m_kinds);
        stage.complete();
        QVERIFY(stage.window->panes()->openObject(stage.object(u"bob-custody"_s)));
        DetailsPane *details = stage.pane->details();
        const auto said = [details] {
            const QList<NoticeBar *> bars = details->findChildren<NoticeBar *>();
            return std::any_of(bars.begin(), bars.end(), [](const NoticeBar *bar) { return bar->isVisible() && bar->accessibleName().contains(u"bob-custody was deleted"_s); });
        };
        QTRY_VERIFY(details->verbs()->action(u"change.restart"_s)->isEnabled());
        QVERIFY(!said());
        stage.remove(u"tour-bob-custody"_s);
        QTRY_VERIFY(said());
        QVERIFY(!details->verbs()->action(u"change.restart"_s)->isEnabled());
        // Another one has its own.
        QVERIFY(stage.window->panes()->openObject(stage.object(u"alice-bank"_s)));
        QVERIFY(!said());
        QTRY_VERIFY(details->verbs()->action(u"change.restart"_s)->isEnabled());
    }

    void eventsAreAskedForAgainWhileTheObjectStaysAsItIs()
    {
        Stage stage(&m_theme, m_kinds);
        QVERIFY(stage.window->panes()->openObject(stage.object(u"bob-custody"_s)));
        DetailsPane *details = stage.pane->details();
        details->setTab(u"events"_s);
        QTRY_COMPARE(stage.world.gateway(0)->asked.value(u"events"_s), 1);
        details->renew();
        QTRY_COMPARE_WITH_TIMEOUT(stage.world.gateway(0)->asked.value(u"events"_s), 2, 10000);
    }

    /// A role that is bound in one namespace: what is new begins there.
    void aRightInOneNamespaceIsEnoughToCreate()
    {
        Stage stage(&m_theme, m_kinds);
        const auto button = [&stage]() -> QPushButton * {
            const QList<QPushButton *> all = stage.pane->findChildren<QPushButton *>();
            const auto at = std::find_if(all.begin(), all.end(), [](const QPushButton *b) { return b->text() == u"Set up validator…"_s; });
            return at == all.end() ? nullptr : *at;
        };
        QVERIFY(button());
        for (int i = 0; i < 3; ++i) {
            stage.world.gateway(i)->onlyIn = u"nowhere"_s;
            stage.world.environment(i)->permissions()->forgetAll();
        }
        QTRY_VERIFY2(!button()->isEnabled() && button()->toolTip().contains(u"Missing right: create validators"_s), qPrintable(button()->toolTip()));
        stage.world.environment(0)->setNamespaces({u"canton-harbor"_s});
        stage.world.gateway(0)->onlyIn = u"canton-harbor"_s;
        stage.world.environment(0)->permissions()->forgetAll();
        QTRY_VERIFY2(button()->isEnabled(), qPrintable(button()->toolTip()));
        button()->click();
        QCOMPARE(stage.starter.started, QStringList{u"create Validator"_s});
    }

    /// The page has one button; the first of another kind is a command.
    void everyKindOfNodeCanBeSetUp()
    {
        Stage stage(&m_theme, m_kinds);
        for (int i = 1; i < 3; ++i)
            stage.world.gateway(i)->allowed = false;
        for (int i = 0; i < 3; ++i)
            stage.world.environment(i)->permissions()->forgetAll();
        for (const QString &kind : {u"Participant"_s, u"SuperValidator"_s, u"SyncDomain"_s}) {
            QAction *action = stage.window->actionRegistry()->action(QString(u"create."_s + kind));
            QVERIFY2(action, qPrintable(kind));
            action->trigger();   // whether it is allowed is asked now, once
            QTRY_VERIFY2(stage.starter.started.contains(QString(u"create "_s + kind)), qPrintable(stage.notices()));
        }
    }
};

QTEST_MAIN(TestJumps)
#include "tst_jumps.moc"
