// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/unit/demo/operator/NodeFixtures.h"

#include <QObject>
#include <QTest>

namespace qd::test {

/// Tests of nodes: a DevNet in canton-dev before each, nothing wrong on the way after it.
class NodeCase : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m = nodePlayer();
        m->create(QStringLiteral("cantonnetworks"), cantonNetwork());
    }
    void cleanup()
    {
        for (const QString &problem : std::as_const(m->problems))
            qWarning().noquote() << problem.left(600);
        QCOMPARE(m->problems, QStringList());
    }

protected:
    /// Makes the node and waits until it serves and rests.
    void ready(const QJsonObject &object, const QString &plural = QStringLiteral("validators"))
    {
        const QString ns = QStringLiteral("canton-dev");
        m->create(plural, object);
        const QString name = json::at(object, QStringLiteral("/metadata/name")).toString();
        QVERIFY2(m->runUntilPhase(plural, ns, name, QStringLiteral("Ready"), std::chrono::minutes(10)), qPrintable(m->phase(plural, ns, name)));
        m->run(std::chrono::seconds(1));
        QVERIFY(m->look(plural, ns, name).nothing());
    }
    [[nodiscard]] QJsonObject pod(const QString &name) const { return m->object(QStringLiteral("pods"), QStringLiteral("canton-dev"), name); }
    [[nodiscard]] QJsonObject container(const QString &podName) const
    {
        return json::at(pod(podName), QStringLiteral("/status/containerStatuses/0")).toObject();
    }
    std::unique_ptr<PlanPlayer> m;
};

}
