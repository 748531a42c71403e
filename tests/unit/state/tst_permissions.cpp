// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/Permissions.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ManualClock.h"

#include <QSignalSpy>
#include <QTest>

using namespace qd;
using namespace Qt::StringLiterals;
using state::Permissions;

class TestPermissions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aQuestionWithoutAnswerIsAskedAgainSoon()
    {
        test::ManualClock clock;
        const auto server = std::make_shared<test::FakeGateway>();
        server->failNext(u"mayI"_s, {ErrorKind::Network, u"gone"_s});
        Permissions permissions(server, &clock);
        QSignalSpy changed(&permissions, &Permissions::changed);
        const ports::AccessQuestion question{u"patch"_s, {u"canton.quarterdeck.io"_s, u"v1"_s, u"validators"_s}};
        QCOMPARE(permissions.verdict(question), Permissions::Verdict::Unknown);
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(permissions.verdict(question), Permissions::Verdict::Unknown);
        QCOMPARE(server->count(u"mayI"_s), 1); // not at once: an unreachable server is not hammered
        clock.advance(std::chrono::seconds(11));
        QCOMPARE(permissions.verdict(question), Permissions::Verdict::Unknown);
        QTRY_COMPARE(changed.size(), 2);
        QCOMPARE(permissions.verdict(question), Permissions::Verdict::Allowed);
        clock.advance(std::chrono::minutes(4));
        QCOMPARE(permissions.verdict(question), Permissions::Verdict::Allowed);
        QCOMPARE(server->count(u"mayI"_s), 2);
    }
};

QTEST_GUILESS_MAIN(TestPermissions)
#include "tst_permissions.moc"
