// SPDX-License-Identifier: GPL-3.0-or-later
// What Argo CD remembers of deployments, read of a cluster that has it.
#include "models/items/telemetry/ChartDeployments.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ShippedFiles.h"
#include "tests/unit/items/ItemsFixture.h"

#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::items;

namespace {

const Gvr kApplications{u"argoproj.io"_s, u"v1alpha1"_s, u"applications"_s};

/// A cluster whose Argo CD deployed these revisions.
struct World {
    test::FixedClock clock;
    std::shared_ptr<const network::KindTable> kinds = test::shippedKinds();
    std::shared_ptr<test::FakeGateway> gateway = std::make_shared<test::FakeGateway>(u"prod"_s);
    state::Environment environment{{u"prod"_s, state::Mark::Production}, kinds, gateway, nullptr, &clock};
    ChartDeployments deployments;
    QSignalSpy changed{&deployments, &ChartDeployments::changed};
    std::optional<Error> refused;
    QStringList revisions{u"0.4.16"_s};
    int asked = 0;
    explicit World(bool served = true)
    {
        if (served)
            gateway->served = {{kApplications, u"Application"_s, true, {}, {}, {}, false}};
        gateway->onList = [this](const Gvr &gvr, const ports::ListQuery &) {
            asked += gvr == kApplications;
            if (refused || gvr != kApplications)
                return Result<QJsonObject>(refused.value_or(Error{ErrorKind::NotFound, u"?"_s}));
            QJsonArray history;
            for (const QString &revision : std::as_const(revisions))
                history.append(QJsonObject{{u"deployedAt"_s, u"2026-11-28T12:00:00Z"_s}, {u"revision"_s, revision}});
            return Result<QJsonObject>(QJsonObject{{u"items"_s, QJsonArray{QJsonObject{{u"metadata"_s, QJsonObject{{u"name"_s, u"alice"_s}}}, {u"status"_s, QJsonObject{{u"history"_s, history}}}}}}});
        };
        QSignalSpy known(&environment, &state::Environment::servedChanged);
        environment.start();
        QVERIFY(known.wait());
    }
    [[nodiscard]] QStringList texts() const
    {
        QStringList out;
        for (const ChartMark &mark : deployments.marks(u"prod"_s))
            out.append(mark.text);
        return out;
    }
};

}

class TstChartDeployments : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readAndKept()
    {
        World w;
        w.deployments.ask(&w.environment);
        QTRY_COMPARE(w.texts(), QStringList{u"0.4.16 on alice"_s});
        QVERIFY(w.deployments.marks(u"other"_s).isEmpty());
        QCOMPARE(w.changed.size(), 1);
        // The same once more is no news; a failure leaves what was read.
        w.deployments.ask(&w.environment);
        QTRY_COMPARE(w.asked, 2);
        w.refused = Error{ErrorKind::Network, u"gone"_s};
        w.deployments.ask(&w.environment);
        QTRY_COMPARE(w.asked, 3);
        QCoreApplication::processEvents();
        QCOMPARE(w.texts(), QStringList{u"0.4.16 on alice"_s});
        QCOMPARE(w.changed.size(), 1);
        w.refused.reset();
        w.revisions.append(u"0.4.17"_s);
        w.deployments.ask(&w.environment);
        QTRY_COMPARE(w.texts(), (QStringList{u"0.4.16 on alice"_s, u"0.4.17 on alice"_s}));
    }

    /// An answer for whoever is signed out meanwhile is nobody's.
    void whatComesTooLateIsDropped()
    {
        World w;
        w.gateway->hang(true);
        w.deployments.ask(&w.environment);
        w.deployments.forget(u"prod"_s);
        w.gateway->release();
        QCoreApplication::processEvents();
        QVERIFY(w.deployments.marks(u"prod"_s).isEmpty());
        QCOMPARE(w.changed.size(), 0);
    }

    void withoutArgoNobodyIsAsked()
    {
        World w(false);
        w.deployments.ask(&w.environment);
        QCoreApplication::processEvents();
        QCOMPARE(w.asked, 0);
    }
};

QTEST_GUILESS_MAIN(TstChartDeployments)
#include "tst_chartdeployments.moc"
