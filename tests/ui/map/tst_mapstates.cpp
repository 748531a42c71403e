// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in place of the map: nothing there, refused, failed, still loading, nothing that needs attention.
#include "tests/ui/map/MapStage.h"

#include <QClipboard>
#include <QSet>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using items::MapNode;
using network::State;
using Stage = test::MapStage;
using test::named;

class MapStatesTest : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();

    /// Everything that is on the page in words.
    static QString words(const Stage &stage)
    {
        QString out;
        for (const QLabel *label : stage.pane->findChildren<QLabel *>())
            out += label->isVisible() ? QString(label->text() + u'\n') : QString();
        return out;
    }

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
        m_theme.setReducedMotion(true);
    }

    void statesInPlaceOfTheMap_data()
    {
        QTest::addColumn<LoadState::Phase>("phase");
        QTest::addColumn<QStringList>("said");      // word for word
        QTest::addColumn<QStringList>("buttons");
        QTest::newRow("none") << LoadState::Phase::Ready << QStringList{u"No network yet."_s, u"Networks, nodes and their connections are drawn here once there are some."_s} << QStringList();
        QTest::newRow("failed") << LoadState::Phase::Failed << QStringList{u"The connection was reset."_s} << QStringList{u"Retry now"_s, u"Details"_s};
        QTest::newRow("forbidden") << LoadState::Phase::Forbidden << QStringList{u"Listing validators is not allowed."_s, u"Missing right: list validators"_s} << QStringList{u"Copy request"_s};
    }

    /// One page in place of the drawing and its legend, with what is the matter and the way out; none is a reading.
    void statesInPlaceOfTheMap()
    {
        QFETCH(LoadState::Phase, phase);
        QFETCH(QStringList, said);
        QFETCH(QStringList, buttons);
        const Error error = phase == LoadState::Phase::Failed ? Error{ErrorKind::Network, u"The connection was reset."_s, {}, u"GET validators, 3 attempts."_s}
                                                              : Error{ErrorKind::Forbidden, u"Listing validators is not allowed."_s, u"Missing right: list validators"_s};
        Stage stage(&m_theme, m_kinds, [&](TourWorld &w) { setMapPhase(w, phase, phase == LoadState::Phase::Ready ? Error{ErrorKind::Internal, {}} : error); });
        StatePage *page = stage.pane->statePage();
        QVERIFY(page->isVisible() && !stage.view->isVisible());
        QStringList lines, offered;
        for (const QLabel *label : page->findChildren<QLabel *>()) {
            if (label->isVisible() && !label->text().isEmpty())
                lines += label->text().split(u'\n');
        }
        for (const QAbstractButton *button : page->findChildren<QAbstractButton *>()) {
            if (button->isVisible())
                offered.append(button->text());
        }
        for (const QString &line : std::as_const(said))
            QVERIFY2(lines.contains(line), qPrintable(line + u" is not among\n"_s + lines.join(u'\n')));
        QCOMPARE(QSet<QString>(offered.begin(), offered.end()), QSet<QString>(buttons.begin(), buttons.end()));
        QCOMPARE(words(stage).contains(u"0 nodes"_s), phase == LoadState::Phase::Ready);
        QCOMPARE(test::clipped(stage.pane), QStringList());
        QGuiApplication::clipboard()->clear();
        Q_EMIT page->clicked(StatePage::Button::CopyRequest);
        QCOMPARE(QGuiApplication::clipboard()->text().contains(u"list validators"_s), phase == LoadState::Phase::Forbidden);
        // It goes with the first network that comes.
        setMapPhase(stage.world, LoadState::Phase::Ready);
        fillMap(stage.world);
        QTRY_VERIFY(stage.view->isVisible());
        QVERIFY(!page->isVisible());
        QVERIFY2(words(stage).contains(u"14 nodes"_s), qPrintable(words(stage)));
    }

    void waitingMayEnd()
    {
        Stage stage(&m_theme, m_kinds, [](TourWorld &w) { setMapPhase(w, LoadState::Phase::Loading); });
        QVERIFY(!stage.view->isVisible());
        QVERIFY2(!words(stage).contains(u"Not waiting any more"_s) && !words(stage).contains(u"0 nodes"_s), qPrintable(words(stage)));
        Q_EMIT stage.pane->statePage()->clicked(StatePage::Button::Cancel);
        QVERIFY2(words(stage).contains(u"Not waiting any more"_s), qPrintable(words(stage)));
        setMapPhase(stage.world, LoadState::Phase::Ready);
        fillMap(stage.world);
        QTRY_VERIFY(stage.view->isVisible());
        QVERIFY(!words(stage).contains(u"Not waiting any more"_s));
    }

    void problemsOnlyOfFewAndOfNone()
    {
        Stage stage(&m_theme, m_kinds, [](TourWorld &w) { w.fillFew(); });
        const auto names = [&stage] {
            QStringList out;
            for (const MapNode &node : stage.view->map().nodes) {
                if (node.shape != MapNode::Shape::Domain)
                    out.append(node.name);
            }
            return out;
        };
        QCOMPARE(names().size(), 3);
        stage.pane->setProblemsOnly(true);
        QVERIFY(stage.view->isVisible());
        QCOMPARE(names().size(), 1);
        QVERIFY(network::isProblem(named(stage.view->map(), names().first())->state));
        // It gets well: nothing is left, the page says how many are hidden, and the way back.
        state::ResourceStore *store = nullptr;
        for (state::ResourceStore *one : stage.world.environment(0)->stores()) {
            for (const state::RowPtr &row : one->rows())
                store = row->name == names().first() ? one : store;
        }
        QVERIFY(store);
        network::Row well = *store->find(stage.view->map().nodes.last().object.ns, names().first());
        well.phase = u"Ready"_s;
        well.state = State::Ready;
        for (qsizetype i = 0; i < store->kind().columns.size(); ++i) {
            if (store->kind().columns.at(i).id == "traffic"_L1) {
                well.cells[i].is = network::Cell::Is::Number;
                well.cells[i].number = 80;
            }
        }
        network::RowBatch batch;
        batch.upserts = {well};
        store->applyBatch(batch);
        QTRY_VERIFY(!stage.view->isVisible());
        QVERIFY2(words(stage).contains(u"Nothing on the map needs attention."_s) && words(stage).contains(u"3 nodes hidden."_s), qPrintable(words(stage)));
        Q_EMIT stage.pane->statePage()->clicked(StatePage::Button::ClearFilter);
        QVERIFY(stage.view->isVisible());
        QCOMPARE(names().size(), 3);
    }
};

QTEST_MAIN(MapStatesTest)
#include "tst_mapstates.moc"
