// SPDX-License-Identifier: GPL-3.0-or-later
// Alertmanager's own groups, asked for those who group by them.
#include "models/items/telemetry/AlertsModel.h"
#include "models/items/telemetry/AlertsSession.h"
#include "tests/support/ManualClock.h"
#include "tests/unit/telemetry/AlertsSite.h"

#include <QSignalSpy>
#include <QTest>

using namespace qd;
using namespace qd::items;
using namespace Qt::StringLiterals;
using test::managed;
using test::Site;

class TestAlertGroups : public QObject {
    Q_OBJECT
    test::ManualClock m_clock;

private Q_SLOTS:
    /// Who asks for alerts and groups, and no more for the alerts: when it is gone its groups are not asked for either.
    void whoAsksForBothAndGoes()
    {
        Site site(u"prod"_s, &m_clock);
        site.alerts->groupsAnswer = QList<ports::AlertGroup>();
        AlertsSession session(&m_clock, nullptr, {});
        session.addEnvironment(&site.environment);
        QSignalSpy looked(&session, &AlertsSession::looked);
        auto page = std::make_unique<QObject>();
        session.setWanted(page.get(), true);
        session.setGrouped(page.get(), true);
        QTRY_VERIFY(site.alerts->groupsAsked > 0);
        session.setWanted(page.get(), false);
        page.reset();
        const int asked = site.alerts->groupsAsked;
        const auto before = looked.count();
        session.setWanted(this, true);
        QTRY_VERIFY(looked.count() > before);
        QCOMPARE(site.alerts->groupsAsked, asked);
        session.setWanted(this, false);
    }

    /// Alertmanager's own groups are asked only while somebody groups by them, and what is in none says so.
    void asAlertmanagerGroups()
    {
        Site site(u"prod"_s, &m_clock);
        QList<ports::ManagedAlert> all{managed(u"Down"_s, u"a"_s, m_clock.now()), managed(u"Down"_s, u"b"_s, m_clock.now().addSecs(-5)), managed(u"Slow"_s, u"c"_s, m_clock.now().addSecs(-9))};
        for (ports::ManagedAlert &one : all)
            one.fingerprint = u'f' + one.labels.value(u"node_name"_s);
        site.alerts->alertsAnswer = all;
        site.alerts->groupsAnswer = QList<ports::AlertGroup>{{{{u"alertname"_s, u"Down"_s}}, u"pager"_s, {u"fa"_s, u"fb"_s}}, {{}, u"chat"_s, {u"fa"_s, u"fb"_s}}};
        AlertsSession session(&m_clock, nullptr, {});
        session.addEnvironment(&site.environment);
        QSignalSpy looked(&session, &AlertsSession::looked);
        session.setWanted(this, true);
        QTRY_COMPARE(looked.count(), 1);
        QCOMPARE(site.alerts->groupsAsked, 0);
        {
            AlertsModel model(&session);
            model.setGroup(AlertsModel::Group::ByRoute);
            QCOMPARE(model.index(0, 0).data().toString(), u"Alertmanager's groups are not known"_s);
            QTRY_COMPARE(looked.count(), 2);
            QCOMPARE(site.alerts->groupsAsked, 1);
            QCOMPARE(model.index(0, 0).data().toString(), u"All of one route → chat; alertname=Down → pager"_s);
            QCOMPARE(model.index(3, 0).data().toString(), u"In no group of Alertmanager"_s);
            // Where they alone are refused nothing else is wrong; and no group is not the same as none.
            site.alerts->groupsAnswer = Error{ErrorKind::Forbidden, u"not these"_s};
            session.refresh();
            QTRY_COMPARE(looked.count(), 3);
            QVERIFY(!session.standing(u"prod"_s).alertmanagerError);
            QCOMPARE(model.index(0, 0).data().toString(), u"Alertmanager's groups are not known"_s);
            model.setShown(false);      // behind another page nobody asks for them
            session.refresh();
            QTRY_VERIFY(looked.count() == 4 && site.alerts->groupsAsked == 2);
            model.setShown(true);
            QTRY_COMPARE(looked.count(), 5);
        }
        session.refresh();
        QTRY_VERIFY(looked.count() == 6 && site.alerts->groupsAsked == 3);     // nobody groups by them any more
    }
};

QTEST_GUILESS_MAIN(TestAlertGroups)
#include "tst_alertgroups.moc"
