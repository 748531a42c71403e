// SPDX-License-Identifier: GPL-3.0-or-later
// Details beside a list, on the map and in a window of their own stay with the object as it changes.
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/DetailsWindow.h"
#include "ui/panes/map/MapPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/widgets/Facts.h"

#include <QAbstractButton>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

namespace {

/// Details of bob-custody in three places.
struct Stage {
    Stage(Theme *theme, const std::shared_ptr<const network::KindTable> &kinds)
        : world(kinds, codec.get(), theme)
    {
        world.fillConsortium();
        window = std::make_unique<MainWindow>(world.context());
        window->resize(1440, 900);
        window->show();
        (void)QTest::qWaitForWindowExposed(window.get());
    }
    [[nodiscard]] state::ResourceStore *store() { return world.environment(0)->store(*world.environment(0)->kinds().find(u"Participant"_s)); }
    [[nodiscard]] ObjectId object() { return store()->idOf(*store()->row(kUid)); }
    /// The phase, and the reason of the first condition.
    void change(const QString &phase, const QString &reason)
    {
        network::Row row = *store()->row(kUid);
        QJsonObject body = QJsonDocument::fromJson(row.body.bytes).object();
        QJsonObject status = body.value("status"_L1).toObject();
        QJsonArray conditions = status.value("conditions"_L1).toArray();
        QJsonObject first = conditions.first().toObject();
        first.insert(u"reason"_s, reason);
        conditions.replace(0, first);
        status.insert(u"conditions"_s, conditions);
        status.insert(u"phase"_s, phase);
        body.insert(u"status"_s, status);
        row.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
        row.phase = phase;
        row.state = store()->kind().stateOf(phase);
        row.resourceVersion = QString::number(++version);
        network::RowBatch batch;
        batch.upserts = {row};
        store()->applyBatch(batch);
    }
    static inline const QString kUid = u"tour-bob-custody"_s;
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    TourWorld world;
    std::unique_ptr<MainWindow> window;
    qint64 version = 88120418;
};

bool tells(const DetailsPane *details, const QString &reason)
{
    for (const ConditionList *list : details->findChildren<ConditionList *>()) {
        for (const QAbstractButton *row : list->findChildren<QAbstractButton *>()) {
            if (row->isVisible() && row->accessibleName().contains(reason))
                return true;
        }
    }
    return false;
}

}

class TestFollowDetails : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();

    /// Also what no list shows is followed: a reason changes without the phase.
    static void follows(Stage &stage, const DetailsPane *details)
    {
        QVERIFY(details && details->isVisible());
        QVERIFY(details->accessibleName().contains(u"Failed"_s));
        stage.change(u"Failed"_s, u"OutOfPatience"_s);
        QTRY_VERIFY(tells(details, u"OutOfPatience"_s));
        stage.change(u"Ready"_s, u"AllIsWell"_s);
        QTRY_VERIFY2(details->accessibleName().contains(u"Ready"_s), qPrintable(details->accessibleName()));
        QVERIFY(tells(details, u"AllIsWell"_s));
        QCOMPARE(details->target().row, stage.store()->row(Stage::kUid));
    }

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    void besideTheList()
    {
        Stage stage(&m_theme, m_kinds);
        stage.window->nodes()->openObject(u"infra-prod"_s, Stage::kUid);
        follows(stage, stage.window->nodes()->details());
    }

    void onTheMap()
    {
        Stage stage(&m_theme, m_kinds);
        stage.window->panes()->show(u"map"_s);
        auto *map = stage.window->findChild<MapPane *>();
        QVERIFY(map && map->showsMap());
        QVERIFY(map->openObject(stage.object()));
        follows(stage, map->details());
    }

    void inAWindowOfItsOwn()
    {
        Stage stage(&m_theme, m_kinds);
        stage.window->nodes()->openObject(u"infra-prod"_s, Stage::kUid);
        stage.window->actionRegistry()->action(u"object.window"_s)->trigger();
        QCOMPARE(stage.window->detailsWindows()->windows().size(), 1);
        follows(stage, stage.window->detailsWindows()->windows().first()->details());
    }
};

QTEST_MAIN(TestFollowDetails)
#include "tst_followdetails.moc"
