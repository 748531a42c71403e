// SPDX-License-Identifier: GPL-3.0-or-later
// The tree of a log's sources, and how much room the details have beside a list.
#include "tests/support/ShippedFiles.h"
#include "translations/Translations.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/LogSources.h"
#include "ui/panes/details/LogsTab.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/TourLogs.h"

#include <QAction>
#include <QSignalSpy>
#include <QSplitter>
#include <QTest>
#include <QTreeWidget>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kNode{"northgate-validator-2"};

}

class LogSourcesTest : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    /// A pod of several containers is a row above them; its check stands for theirs.
    void aPodOfSeveralContainers()
    {
        LogSources sources;
        sources.setObject(kNode);
        items::PodFacts pod;
        pod.uid = u"1"_s;
        pod.name = kNode + u"-sv-0"_s;
        pod.containers = {{u"migrate"_s}, {u"sv"_s}, {u"web"_s}};
        pod.containers[0].init = true;
        sources.setPods({pod}, true);
        QCOMPARE(sources.tree()->topLevelItemCount(), 1);
        QTreeWidgetItem *top = sources.tree()->topLevelItem(0);
        QCOMPARE(top->text(0), u"sv-0"_s);
        QCOMPARE(top->childCount(), 3);
        QCOMPARE(top->checkState(0), Qt::PartiallyChecked);   // an init container is read when it is asked for
        QCOMPARE(sources.chosen(), 2);
        QSignalSpy changed(&sources, &LogSources::chosenChanged);
        top->setCheckState(0, Qt::Checked);
        QCOMPARE(sources.chosen(), 3);
        QCOMPARE(top->child(0)->checkState(0), Qt::Checked);
        top->setCheckState(0, Qt::Unchecked);
        QCOMPARE(sources.chosen(), 0);
        top->child(1)->setCheckState(0, Qt::Checked);
        QCOMPARE(top->checkState(0), Qt::PartiallyChecked);
        QCOMPARE(sources.only(), u"sv-0 sv"_s);
        QCOMPARE(changed.size(), 3);
        // A container that comes later is read too; one that was taken out stays out.
        pod.containers.append({u"proxy"_s});
        sources.setPods({pod}, true);
        QVERIFY(sources.reads(pod.name, pod.containers.at(3)));
        QVERIFY(!sources.reads(pod.name, pod.containers.at(2)));
        // With one chosen alone, nothing comes by itself.
        sources.choose(pod.name, u"web"_s);
        pod.containers.append({u"late"_s});
        sources.setPods({pod}, true);
        QCOMPARE(sources.chosen(), 1);
        QCOMPARE(sources.only(), u"sv-0 web"_s);
    }

    /// More pods than connections are good for: the first twelve, and the tree says so.
    void manyPodsAreNotAllRead()
    {
        LogSources sources;
        sources.setObject(kNode);
        QList<items::PodFacts> pods;
        for (int i = 0; i < 40; ++i) {
            items::PodFacts pod;
            pod.uid = QString::number(i);
            pod.name = u"%1-participant-%2"_s.arg(kNode).arg(i);
            pod.containers = {{u"participant"_s}};
            pods.append(pod);
            sources.setPods(pods, false);
        }
        sources.setPods(pods, true);
        QCOMPARE(sources.all(), 40);
        QCOMPARE(sources.chosen(), LogSources::kMerged);
    }

    /// Right and below are remembered each for itself; alone on the page and back moves nothing.
    void theSplitIsRemembered()
    {
        const auto codec = yaml::makeYamlCodec();
        TourWorld world(m_kinds, codec.get(), &m_theme);
        world.fillConsortium();
        addTourLogs(world, 0);
        MainWindow window(world.context());
        window.resize(1440, 900);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        state::Environment *environment = world.environment(0);
        const network::KindInfo *kind = environment->kinds().find(u"Validator"_s);
        for (const state::RowPtr &row : environment->store(*kind)->rows()) {
            if (row->name == kNode)
                window.panes()->openTab(environment->store(*kind)->idOf(*row), u"logs"_s);
        }
        auto *details = window.panes()->currentPane()->findChild<DetailsPane *>();
        QTRY_VERIFY(details && details->isVisible());
        auto *splitter = qobject_cast<QSplitter *>(details->parentWidget());
        QVERIFY(splitter);
        const auto drag = [splitter](int wanted) {
            const int all = splitter->orientation() == Qt::Horizontal ? splitter->width() : splitter->height();
            splitter->setSizes({all - wanted, wanted});
            Q_EMIT splitter->splitterMoved(all - wanted, 1);
        };
        drag(520);
        QTRY_COMPARE(details->width(), 520);
        Q_EMIT details->placeToggled();
        QCOMPARE(splitter->orientation(), Qt::Vertical);
        drag(430);
        QTRY_COMPARE(details->height(), 430);
        Q_EMIT details->placeToggled();
        QTRY_COMPARE(details->width(), 520);
        QAction *alone = window.actionRegistry()->action(u"list.alone"_s);
        QVERIFY(alone);
        alone->trigger();
        QTRY_COMPARE(details->width(), splitter->width());
        QVERIFY(details->findChild<LogsTab *>()->sources()->isVisible());
        alone->trigger();
        QTRY_COMPARE(details->width(), 520);
        Q_EMIT details->placeToggled();
        QTRY_COMPARE(details->height(), 430);
    }
};

QTEST_MAIN(LogSourcesTest)
#include "tst_logsources.moc"
