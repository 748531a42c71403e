// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/DetailsWindow.h"
#include "ui/panes/resources/KindsPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/TourObjects.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/Fields.h"

#include <QClipboard>
#include <QJsonDocument>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
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
        for (const ActionTarget &target : targets)
            started.append(actionId + u' ' + target.row->name);
    }
    void editYaml(const ActionTarget &target, QWidget *) override { started.append(u"yaml "_s + target.row->name); }
};

/// Details alone, of any object of the examples.
struct Rig {
    Rig(Theme *theme, std::shared_ptr<const network::KindTable> kinds)
        : world(std::move(kinds), codec.get(), theme)
        , context(world.context())
        , actions(context.catalogue)
    {
        context.changes = &starter;
    }
    [[nodiscard]] ActionTarget target(const QString &kind, const QString &name)
    {
        state::Environment *environment = world.environment(0);
        const network::KindInfo *info = environment->kinds().find(kind);
        if (!info)
            return {};
        for (const state::RowPtr &row : environment->store(*info)->rows()) {
            if (row->name == name)
                return {environment, *info, row};
        }
        return {};
    }
    DetailsPane *open(const ActionTarget &target, const QSize &size = {408, 800})
    {
        pane = std::make_unique<DetailsPane>(context, &actions);
        pane->resize(size);
        pane->setTarget(target);
        pane->show();
        (void)QTest::qWaitForWindowExposed(pane.get());
        return pane.get();
    }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    Starter starter;
    TourWorld world;
    ShellContext context;
    ActionRegistry actions;
    std::unique_ptr<DetailsPane> pane;
};

QStringList buttonTexts(const QWidget *root)
{
    QStringList out;
    for (const QPushButton *button : root->findChildren<QPushButton *>()) {
        if (button->isVisible() && !button->text().isEmpty())
            out.append(button->text());
    }
    return out;
}

/// Value of the fact with this label, as a screen reader has it.
FactValue *fact(const QWidget *root, const QString &label)
{
    for (FactValue *value : root->findChildren<FactValue *>()) {
        if (value->isVisible() && value->accessibleName().startsWith(label + u": "_s))
            return value;
    }
    return nullptr;
}

/// Sections on screen that have a title and nothing below it.
QStringList emptySections(const QWidget *root)
{
    QStringList out;
    for (const FactTable *table : root->findChildren<FactTable *>()) {
        const QList<FactValue *> values = table->findChildren<FactValue *>();
        if (table->isVisible() && std::none_of(values.begin(), values.end(), [](const FactValue *v) { return v->isVisible() && !v->text().isEmpty(); }))
            out.append(table->accessibleName());
    }
    for (const ConditionList *list : root->findChildren<ConditionList *>()) {
        if (list->isVisible() && list->findChildren<QAbstractButton *>().isEmpty())
            out.append(list->accessibleName());
    }
    return out;
}

/// Parts that reach beyond the page at the right: the scroll bar for them is off.
QStringList beyond(const QWidget *root)
{
    QStringList out;
    const auto *scroll = root->findChild<QScrollArea *>();
    for (const QWidget *part : scroll->widget()->findChildren<QWidget *>()) {
        const int right = part->mapTo(scroll->viewport(), QPoint(part->width(), 0)).x();
        if (part->isVisible() && right > scroll->viewport()->width() + 1)
            out.append(u"%1 %2: %3 of %4"_s.arg(QString::fromLatin1(part->metaObject()->className()), part->accessibleName()).arg(right).arg(scroll->viewport()->width()));
    }
    return out;
}

/// Lays it out as far as it goes: what is asked of it while it does is answered after.
void settle(QWidget *widget)
{
    for (int i = 0; i < 8; ++i) {
        QCoreApplication::sendPostedEvents();
        (void)widget->grab();
    }
}

QTreeWidgetItem *findItem(const QTreeWidget *tree, const QString &text)
{
    const QList<QTreeWidgetItem *> found = tree->findItems(text, Qt::MatchExactly | Qt::MatchRecursive);
    return found.isEmpty() ? nullptr : found.first();
}

}

class TestDetails : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();
    QFont m_body;

    void checkEveryKind(const QString &folder, const QSize &size)
    {
        Rig rig(&m_theme, m_kinds);
        const QList<QJsonObject> objects = addTourExamples(rig.world, 0, folder);
        QSet<QString> kinds;
        for (const QJsonObject &object : objects) {
            const QString kind = object.value("kind"_L1).toString();
            if (kinds.contains(kind))
                continue;
            kinds.insert(kind);
            const QString name = json::at(object, u"/metadata/name"_s).toString();
            DetailsPane *pane = rig.open(rig.target(kind, name), size);
            const QString where = folder + u' ' + kind + u' ' + name;
            settle(pane);
            test::grab(pane, u"details-%1-%2-%3-%4"_s.arg(folder, kind).arg(size.width()).arg(QApplication::font().pixelSize()));
            QVERIFY2(fact(pane, u"Namespace"_s), qPrintable(where));
            QVERIFY2(test::clipped(pane).isEmpty(), qPrintable(where + u": "_s + test::clipped(pane).join(u", "_s)));
            QVERIFY2(emptySections(pane).isEmpty(), qPrintable(where + u": "_s + emptySections(pane).join(u", "_s)));
            QVERIFY2(test::unnamed(pane).isEmpty(), qPrintable(where + u": "_s + test::unnamed(pane).join(u", "_s)));
            QVERIFY2(beyond(pane).isEmpty(), qPrintable(where + u": "_s + beyond(pane).join(u", "_s)));
        }
        QVERIFY2(kinds.size() >= 20, qPrintable(QString::number(kinds.size())));
    }

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
        m_body = QApplication::font();
    }
    void cleanup() { QApplication::setFont(m_body); }

    void everyKindOpensWithoutAnEmptySection_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<int>("percent");
        for (const QString &folder : {u"good"_s, u"consortium"_s}) {
            QTest::addRow("%s right", qPrintable(folder)) << folder << QSize(408, 800) << 100;
            QTest::addRow("%s narrow", qPrintable(folder)) << folder << QSize(340, 700) << 100;
            QTest::addRow("%s font + 50", qPrintable(folder)) << folder << QSize(408, 800) << 150;
        }
    }
    void everyKindOpensWithoutAnEmptySection()
    {
        QFETCH(QString, folder);
        QFETCH(QSize, size);
        QFETCH(int, percent);
        QFont font = m_body;
        font.setPixelSize(QFontInfo(m_body).pixelSize() * percent / 100);
        QApplication::setFont(font);
        checkEveryKind(folder, size);
    }

    void aBackupSaysWhatItIs()
    {
        Rig rig(&m_theme, m_kinds);
        (void)addTourExamples(rig.world, 0, u"consortium"_s);
        DetailsPane *pane = rig.open(rig.target(u"Backup"_s, u"northgate-validator-1-0"_s));
        QVERIFY(fact(pane, u"Node"_s));
        QCOMPARE(fact(pane, u"Node"_s)->text(), u"northgate-validator-1"_s);
        QVERIFY2(fact(pane, u"Usable until"_s)->text().startsWith(u"in "_s), qPrintable(fact(pane, u"Usable until"_s)->text()));
        QVERIFY(fact(pane, u"Completed"_s)->text().endsWith(u" ago"_s));
        QVERIFY2(fact(pane, u"Completed"_s)->toolTip().endsWith(u'Z'), qPrintable(fact(pane, u"Completed"_s)->toolTip()));
        QVERIFY(!buttonTexts(pane).contains(u"Label…"_s));
        QVERIFY2(buttonTexts(pane).value(0).startsWith(u"Verify"_s), qPrintable(buttonTexts(pane).join(u", "_s)));
    }

    void aLinkLeadsToItsObject()
    {
        Rig rig(&m_theme, m_kinds);
        (void)addTourExamples(rig.world, 0, u"consortium"_s);
        DetailsPane *pane = rig.open(rig.target(u"Backup"_s, u"northgate-validator-1-0"_s));
        QSignalSpy wanted(pane, &DetailsPane::objectWanted);
        FactValue *node = fact(pane, u"Node"_s);
        QVERIFY(node->fact().link);
        QTest::mouseClick(node, Qt::LeftButton);
        QCOMPARE(wanted.size(), 1);
        const auto object = wanted.first().first().value<ObjectId>();
        QCOMPARE(object.name, u"northgate-validator-1"_s);
        QCOMPARE(object.gvr.resource, u"validators"_s);
        QTest::keyClick(node, Qt::Key_Return);
        QCOMPARE(wanted.size(), 2);
    }

    /// Following a link shows another object in the same pane while the link's own handler runs.
    void aLinkMayReplaceWhatItStandsIn()
    {
        Rig rig(&m_theme, m_kinds);
        (void)addTourExamples(rig.world, 0, u"consortium"_s);
        DetailsPane *pane = rig.open(rig.target(u"Backup"_s, u"northgate-validator-1-0"_s));
        connect(pane, &DetailsPane::objectWanted, pane, [&](const ObjectId &object) { pane->setTarget(rig.target(u"Validator"_s, object.name)); });
        QTest::mouseClick(fact(pane, u"Node"_s), Qt::LeftButton);
        QCOMPARE(pane->target().kind.kind, u"Validator"_s);
        QTRY_VERIFY(fact(pane, u"Participant id"_s));
    }

    void stepsOfARunOnceKindAreSteps()
    {
        Rig rig(&m_theme, m_kinds);
        (void)addTourExamples(rig.world, 0, u"consortium"_s);
        DetailsPane *pane = rig.open(rig.target(u"Restore"_s, u"drill-october"_s));
        ConditionList *steps = nullptr;
        for (ConditionList *list : pane->findChildren<ConditionList *>()) {
            if (list->accessibleName() == "Steps"_L1)
                steps = list;
        }
        QVERIFY(steps && steps->isVisible());
        QVERIFY(steps->findChildren<QAbstractButton *>().size() >= 3);
        pane = rig.open(rig.target(u"Party"_s, u"settlement-dvp"_s).row ? rig.target(u"Party"_s, u"settlement-dvp"_s)
                                                                      : rig.target(u"Validator"_s, u"northgate-validator-1"_s));
        for (const ConditionList *list : pane->findChildren<ConditionList *>())
            QVERIFY(list->accessibleName() != "Steps"_L1 || !list->isVisible());
    }

    void valuesStandBelowTheirLabelsWhereThereIsNoRoom()
    {
        Rig rig(&m_theme, m_kinds);
        (void)addTourExamples(rig.world, 0, u"good"_s);
        DetailsPane *pane = rig.open(rig.target(u"IdentityProviderConfig"_s, u"keycloak"_s));
        FactValue *issuer = fact(pane, u"Issuer"_s);
        QVERIFY(issuer);
        QVERIFY(issuer->fact().address);
        QCOMPARE(issuer->toolTip(), issuer->text());
        const auto tableOf = [](FactValue *value) { return qobject_cast<FactTable *>(value->parentWidget()); };
        QVERIFY(!tableOf(issuer)->isStacked());
        QFont font = m_body;
        font.setPixelSize(QFontInfo(m_body).pixelSize() * 3 / 2);
        QApplication::setFont(font);
        pane->resize(330, 800);
        QTRY_VERIFY(tableOf(issuer)->isStacked());
        QCOMPARE(issuer->x(), 0);
    }

    void theVerbsAreOfTheObjectShown()
    {
        Rig rig(&m_theme, m_kinds);
        (void)addTourExamples(rig.world, 0, u"consortium"_s);
        DetailsPane *pane = rig.open(rig.target(u"Validator"_s, u"northgate-validator-1"_s));
        rig.actions.setTargets({rig.target(u"Validator"_s, u"northgate-validator-2"_s)});   // the selection moved on, the pane is pinned
        QAction *restart = pane->verbs()->action(u"change.restart"_s);
        QTRY_VERIFY(restart->isEnabled());
        restart->trigger();
        QCOMPARE(rig.starter.started, QStringList{u"restart northgate-validator-1"_s});
    }

    void firstVerbsOfKinds_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("first");
        QTest::newRow("schedule") << u"BackupSchedule"_s << u"Run now"_s;
        QTest::newRow("node") << u"Validator"_s << u"Scale…"_s;
        QTest::newRow("party") << u"Party"_s << u"Edit YAML…"_s;
    }
    void firstVerbsOfKinds()
    {
        QFETCH(QString, kind);
        QFETCH(QString, first);
        Rig rig(&m_theme, m_kinds);
        for (const QJsonObject &object : addTourExamples(rig.world, 0, u"consortium"_s)) {
            if (object.value("kind"_L1).toString() != kind)
                continue;
            DetailsPane *pane = rig.open(rig.target(kind, json::at(object, u"/metadata/name"_s).toString()), {700, 700});
            QCOMPARE(buttonTexts(pane).value(0), first);
            return;
        }
        QFAIL("there is none of this kind");
    }

    void tabsStandInTheOrderOfTheKind()
    {
        Rig rig(&m_theme, m_kinds);
        (void)addTourExamples(rig.world, 0, u"consortium"_s);
        DetailsPane *pane = rig.open(rig.target(u"Backup"_s, u"northgate-validator-1-0"_s));
        const QStringList once = pane->tabs();
        QVERIFY(once.indexOf(u"history"_s) < once.indexOf(u"yaml"_s));
        pane->setTarget(rig.target(u"Validator"_s, u"northgate-validator-1"_s));
        QVERIFY(pane->tabs().indexOf(u"history"_s) > pane->tabs().indexOf(u"yaml"_s));
        for (const QString &tab : pane->tabs()) {
            pane->setTab(tab);
            QCOMPARE(pane->tab(), tab);
            QVERIFY2(test::unnamed(pane).isEmpty(), qPrintable(tab + u": "_s + test::unnamed(pane).join(u", "_s)));
        }
    }

    void managedFieldsSayWhoOwnsWhat()
    {
        Rig rig(&m_theme, m_kinds);
        rig.world.fillConsortium();
        addTourOwned(rig.world, 0, u"validators"_s, u"northgate-validator-2"_s);
        DetailsPane *pane = rig.open(rig.target(u"Validator"_s, u"northgate-validator-2"_s));
        pane->setTab(u"managed"_s);
        const auto tree = [pane] {
            for (QTreeWidget *each : pane->findChildren<QTreeWidget *>()) {
                if (each->accessibleName() == "Managed fields"_L1)
                    return each;
            }
            return static_cast<QTreeWidget *>(nullptr);
        };
        QTRY_VERIFY(tree() && tree()->topLevelItemCount() == 3);
        QTreeWidgetItem *replicas = findItem(tree(), u"replicas"_s);
        QVERIFY(replicas);
        QVERIFY2(replicas->text(1).startsWith(u"also "_s), qPrintable(replicas->text(1)));
        QCOMPARE(replicas->toolTip(0), u"spec.resources.replicas"_s);
        QVERIFY(findItem(tree(), u"[name=LOG_LEVEL]"_s));
        auto *filter = pane->findChild<FilterField *>();
        QTest::keyClicks(filter, u"imagetag"_s);
        QTest::keyClick(filter, Qt::Key_Return);
        int shown = 0;
        for (int i = 0; i < tree()->topLevelItemCount(); ++i)
            shown += !tree()->topLevelItem(i)->isHidden();
        QCOMPARE(shown, 1);
        QVERIFY(!findItem(tree(), u"imageTag"_s)->isHidden());
    }

    void aRefusedObjectIsAskedForAgain()
    {
        Rig rig(&m_theme, m_kinds);
        rig.world.fillConsortium();
        addTourOwned(rig.world, 0, u"validators"_s, u"northgate-validator-2"_s);
        const QHash<QString, QJsonObject> objects = std::exchange(rig.world.gateway(0)->objects, {});
        DetailsPane *pane = rig.open(rig.target(u"Validator"_s, u"northgate-validator-2"_s));
        pane->setTab(u"managed"_s);
        QTRY_VERIFY(buttonTexts(pane).contains(u"Retry now"_s));
        rig.world.gateway(0)->objects = objects;
        for (QPushButton *button : pane->findChildren<QPushButton *>()) {
            if (button->isVisible() && button->text() == "Retry now"_L1)
                button->click();
        }
        const auto managers = [pane] {
            for (const QTreeWidget *each : pane->findChildren<QTreeWidget *>()) {
                if (each->isVisible() && each->accessibleName() == "Managed fields"_L1)
                    return each->topLevelItemCount();
            }
            return 0;
        };
        QTRY_COMPARE(managers(), 3);
    }

    void historyMergesJournalAndEvents()
    {
        Rig rig(&m_theme, m_kinds);
        rig.world.fillConsortium();
        const ActionTarget target = rig.target(u"Validator"_s, u"northgate-validator-2"_s);
        addTourHistory(rig.world, target.object(), u"Validator"_s);
        addTourHistory(rig.world, rig.target(u"Validator"_s, u"northgate-validator-1"_s).object(), u"Validator"_s);
        DetailsPane *pane = rig.open(target);
        pane->setTab(u"history"_s);
        auto *tree = [pane] {
            for (QTreeWidget *each : pane->findChildren<QTreeWidget *>()) {
                if (each->accessibleName() == "History"_L1)
                    return each;
            }
            return static_cast<QTreeWidget *>(nullptr);
        }();
        QVERIFY(tree);
        QTRY_COMPARE(tree->topLevelItemCount(), 3 + 5);
        QTreeWidgetItem *scale = findItem(tree, u"Scale"_s);
        QVERIFY(scale);
        QCOMPARE(scale->text(1), u"jonas.weber"_s);
        QVERIFY2(scale->text(2).startsWith(u"Settled"_s), qPrintable(scale->text(2)));
        QCOMPARE(findItem(tree, u"Label"_s)->text(2), u"No result was recorded"_s);
        QSignalSpy wanted(pane, &DetailsPane::changeWanted);
        Q_EMIT tree->itemActivated(scale, 0);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.first().first().toString(), u"tour-1"_s);
    }

    /// A change settles after its object changed last: its row says so although the object stays as it is.
    void historyFollowsTheJournal()
    {
        Rig rig(&m_theme, m_kinds);
        rig.world.fillConsortium();
        const ActionTarget target = rig.target(u"Validator"_s, u"northgate-validator-2"_s);
        addTourHistory(rig.world, target.object(), u"Validator"_s);
        state::JournalLog log(&rig.world.journal());
        rig.context.changeLog = &log;
        log.start();
        QTRY_VERIFY(log.isLoaded());
        DetailsPane *pane = rig.open(target);
        pane->setTab(u"history"_s);
        const auto outcome = [pane] {
            for (QTreeWidget *each : pane->findChildren<QTreeWidget *>()) {
                const QTreeWidgetItem *label = each->accessibleName() == "History"_L1 ? findItem(each, u"Label"_s) : nullptr;
                if (label)
                    return label->text(2);
            }
            return QString();
        };
        QTRY_COMPARE(outcome(), u"No result was recorded"_s);
        const QJsonArray edits{QJsonObject{{u"resource"_s, QString(target.object().gvr.name() + u"/northgate-validator-2"_s)}, {u"kind"_s, u"Validator"_s},
                                           {u"namespace"_s, target.object().ns}, {u"uid"_s, target.object().uid}, {u"applied"_s, true}}};
        QVERIFY(rig.world.journal().appendNow(QJsonObject{{u"type"_s, u"result"_s}, {u"id"_s, u"tour-3"_s}, {u"title"_s, u"Label northgate-validator-2"_s},
                                                          {u"user"_s, u"jonas.weber"_s}, {u"cluster"_s, target.object().cluster}, {u"edits"_s, edits},
                                                          {u"outcome"_s, u"settled"_s}, {u"message"_s, {}}}).ok());
        log.refresh();
        QTRY_COMPARE(outcome(), u"Settled"_s);
    }

    void relationsShowWhatIsOwnedAndNoSecretsValue()
    {
        Rig rig(&m_theme, m_kinds);
        rig.world.fillConsortium();
        addTourOwned(rig.world, 0, u"validators"_s, u"northgate-validator-2"_s);
        DetailsPane *pane = rig.open(rig.target(u"Validator"_s, u"northgate-validator-2"_s));
        pane->setTab(u"relations"_s);
        auto *tree = pane->findChild<QTreeWidget *>();
        QTRY_VERIFY(findItem(tree, u"northgate-validator-2-postgres-0"_s));
        QTreeWidgetItem *pod = findItem(tree, u"northgate-validator-2-postgres-0"_s);
        QCOMPARE(pod->text(1), u"Pod"_s);
        QCOMPARE(pod->parent()->text(1), u"StatefulSet"_s);
        QTreeWidgetItem *secret = findItem(tree, u"northgate-validator-2-ledger-api-auth"_s);
        QVERIFY(secret && secret->toolTip(0).contains(u"values are not read"_s));
        QTreeWidgetItem *network = findItem(tree, u"mainnet"_s);
        QVERIFY(network);
        QSignalSpy wanted(pane, &DetailsPane::objectWanted);
        Q_EMIT tree->itemActivated(network, 0);
        QCOMPARE(wanted.size(), 1);
    }

    void copiesAsKubectl()
    {
        Rig rig(&m_theme, m_kinds);
        rig.world.fillConsortium();
        DetailsPane *pane = rig.open(rig.target(u"Validator"_s, u"northgate-validator-2"_s));
        const auto copied = [pane](const QString &id) {
            pane->verbs()->action(id)->trigger();
            return QGuiApplication::clipboard()->text();
        };
        const QString ns = pane->target().row->ns;
        QCOMPARE(copied(u"object.copyName"_s), u"validators.canton.quarterdeck.io/northgate-validator-2"_s);
        QCOMPARE(copied(u"object.copyGet"_s),
                 u"kubectl --context infra-prod -n %1 get validators.canton.quarterdeck.io northgate-validator-2 -o yaml"_s.arg(ns));
        QCOMPARE(copied(u"object.copyDescribe"_s),
                 u"kubectl --context infra-prod -n %1 describe validators.canton.quarterdeck.io northgate-validator-2"_s.arg(ns));
        QCOMPARE(copied(u"object.copyEdit"_s),
                 u"kubectl --context infra-prod -n %1 edit validators.canton.quarterdeck.io northgate-validator-2"_s.arg(ns));
    }

    void windowsOfTheirOwn()
    {
        Rig rig(&m_theme, m_kinds);
        rig.world.fillConsortium();
        rig.world.setStarter(&rig.starter);
        MainWindow window(rig.world.context());
        window.resize(1440, 900);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s);
        QAction *open = window.actionRegistry()->action(u"object.window"_s);
        QVERIFY(open->isEnabled());
        open->trigger();
        QCOMPARE(window.detailsWindows()->windows().size(), 1);
        open->trigger();   // the same object: to the front, not twice
        QCOMPARE(window.detailsWindows()->windows().size(), 1);
        window.nodes()->openObject(u"infra-prod"_s, u"tour-alice-bank"_s);
        open->trigger();
        const QList<DetailsWindow *> windows = window.detailsWindows()->windows();
        QCOMPARE(windows.size(), 2);
        settle(windows.first());
        test::grab(windows.first(), u"details-window"_s);
        QCOMPARE(test::unnamed(windows.first()), QStringList());
        QCOMPARE(test::clipped(windows.first()), QStringList());
        QCOMPARE(windows.first()->details()->target().row->name, u"northgate-validator-2"_s);

        // It is the window of its own already: no button there leads to one.
        windows.first()->details()->setTab(u"logs"_s);
        const QList<QToolButton *> buttons = windows.first()->findChildren<QToolButton *>();
        QVERIFY(std::any_of(buttons.begin(), buttons.end(), [](const QToolButton *b) { return b->isVisible(); }));
        QVERIFY(std::none_of(buttons.begin(), buttons.end(), [](const QToolButton *b) {
            return b->isVisible() && b->accessibleName() == "Logs in a window of their own"_L1;
        }));
        windows.first()->details()->setTab(u"overview"_s);

        // It lives on whatever the main window shows, and its verbs are of its object.
        QAction *restart = windows.first()->details()->verbs()->action(u"change.restart"_s);
        QTRY_VERIFY(restart->isEnabled());
        restart->trigger();
        QCOMPARE(rig.starter.started, QStringList{u"restart northgate-validator-2"_s});

        QPointer<DetailsWindow> first = windows.first(), second = windows.last();
        network::RowBatch gone;
        gone.removedUids = {u"tour-northgate-validator-2"_s};
        rig.world.environment(0)->store(*rig.world.environment(0)->kinds().find(u"Validator"_s))->applyBatch(gone);
        const QList<QLabel *> labels = first->findChildren<QLabel *>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *l) { return l->isVisible() && l->text().contains(u"was deleted"_s); }));
        QVERIFY(!restart->isEnabled());
        QTest::keyClick(first->details(), Qt::Key_Escape);
        QTRY_VERIFY(!first);
        window.close();
        QTRY_VERIFY(!second);
    }
};

QTEST_MAIN(TestDetails)
#include "tst_details.moc"
