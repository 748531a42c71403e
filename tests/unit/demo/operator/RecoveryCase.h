// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/unit/demo/operator/RecoveryFixtures.h"

#include <QObject>
#include <QTest>

namespace qd::test {

/// Tests of recovery: a player with the node v1 before each.
class RecoveryCase : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_player = recoveryPlayer();
        prepare();
    }

protected:
    virtual void prepare() { }
    [[nodiscard]] QString reason(const QString &plural, const QString &name, const QString &type) const
    {
        return m_player->condition(plural, QStringLiteral("canton-dev"), name, type).value(QStringLiteral("reason")).toString();
    }
    /// Nothing was wrong on the way, and a second look plans nothing.
    void atRest(const QString &plural, const QString &name)
    {
        QCOMPARE(m_player->problems, QStringList());
        const demo::Plan plan = m_player->look(plural, QStringLiteral("canton-dev"), name);
        QVERIFY2(plan.nothing(), json::compact(plan.status).constData());
    }
    std::unique_ptr<PlanPlayer> m_player;
};

}
