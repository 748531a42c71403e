// SPDX-License-Identifier: GPL-3.0-or-later
// What the overview does not know: lists that are not there, may not be read or failed.
#include "tests/unit/items/OverviewFixture.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::items::overview;
using test::OverviewWorld;

class OverviewListsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatIsNotKnownIsSaid()
    {
        OverviewWorld world;
        LoadState state;
        state.phase = LoadState::Phase::Loading;
        world.prod.store(u"Validator"_s)->setLoadState(state);
        QVERIFY(world.report().loading);
        QCOMPARE(world.overview.report().waitingFor, u"infra-prod: validators"_s);
        state.phase = LoadState::Phase::Forbidden;
        world.prod.store(u"Validator"_s)->setLoadState(state);
        world.prod.store(u"Party"_s)->setLoadState(state);
        QVERIFY(!world.report().loading);
        QCOMPARE(world.overview.report().caveats.value(0).text, u"Not allowed to list in infra-prod: parties, validators. Nothing is known of them here."_s);
    }

    /// Certificates are no kind of ours; that they could not be listed is said all the same, and nothing is called fine.
    void certificatesThatAreNotKnown_data()
    {
        QTest::addColumn<int>("phase");
        QTest::addColumn<QString>("caveat");
        QTest::addColumn<QString>("unknown");
        QTest::newRow("not allowed") << int(LoadState::Phase::Forbidden) << u"Not allowed to list in infra-prod: certificates. Nothing is known of them here."_s
                                     << u"Not determined, as listing them is not allowed: certificates in infra-prod."_s;
        QTest::newRow("failed") << int(LoadState::Phase::Failed) << u"Could not be listed in infra-prod: certificates. What is shown of them may be old."_s
                                << u"Not determined, as they could not be listed: certificates in infra-prod."_s;
        QTest::newRow("not read yet") << int(LoadState::Phase::Loading) << QString() << u"Not read yet: certificates in infra-prod."_s;
        QTest::newRow("of a recording") << int(LoadState::Phase::NotYet) << QString() << QString();
        QTest::newRow("not served") << int(LoadState::Phase::NotServed) << QString() << QString();
    }

    void certificatesThatAreNotKnown()
    {
        QFETCH(int, phase);
        OverviewWorld world;
        world.addNode(u"one"_s, u"Ready"_s);
        LoadState state;
        state.phase = LoadState::Phase(phase);
        world.prod.environment.store(*world.kinds->find(u"certificates.cert-manager.io"_s))->setLoadState(state);
        const Report &report = world.report();
        QVERIFY(report.problems.isEmpty());
        QTEST(report.caveats.value(0).text, "caveat");
        QTEST(report.endingsUnknown.value(0), "unknown");
        QCOMPARE(report.loading, state.phase == LoadState::Phase::Loading);
        QVERIFY(report.known() && !report.ownMissing);   // of the nodes all is known
        QCOMPARE(toMarkdown(report, {}, {}, world.clock.at).contains(u"certificates in infra-prod"_s), !report.endingsUnknown.isEmpty());
    }
};

QTEST_GUILESS_MAIN(OverviewListsTest)
#include "tst_overviewlists.moc"
