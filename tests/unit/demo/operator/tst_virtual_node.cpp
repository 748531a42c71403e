// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/VirtualNode.h"
#include "models/core/Json.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ManualClock.h"

#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestVirtualNode : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void registersItself();
    void takesItsPlaceAgain();
    void tellsWhatItMayNot();
};

void TestVirtualNode::registersItself()
{
    auto gateway = std::make_shared<FakeGateway>();
    ManualClock clock;
    demo::VirtualNode node(gateway, clock, 10250);
    QSignalSpy registered(&node, &demo::VirtualNode::registered);
    node.start();
    QTRY_COMPARE(registered.count(), 1);
    const QJsonObject stored = gateway->stored(u"nodes/canton-demo"_s);
    QCOMPARE(json::at(stored, u"/spec/taints/0/key"_s).toString(), u"virtual-kubelet.io/provider"_s);
    QCOMPARE(json::at(stored, u"/spec/taints/0/value"_s).toString(), u"quarterdeck-demo"_s);
    QCOMPARE(json::at(stored, u"/spec/taints/0/effect"_s).toString(), u"NoSchedule"_s);
    QCOMPARE(json::at(stored, u"/status/daemonEndpoints/kubeletEndpoint/Port"_s).toInt(), 10250);
    QCOMPARE(json::at(stored, u"/status/addresses/0/address"_s).toString(), u"127.0.0.1"_s);
    QCOMPARE(json::at(stored, u"/status/conditions/0/type"_s).toString(), u"Ready"_s);
    QCOMPARE(json::at(stored, u"/status/conditions/0/status"_s).toString(), u"True"_s);
    QTRY_VERIFY(!gateway->stored(u"leases/canton-demo"_s).isEmpty());
    const QJsonObject lease = gateway->stored(u"leases/canton-demo"_s);
    QCOMPARE(json::at(lease, u"/spec/leaseDurationSeconds"_s).toInt(), 40);
    QCOMPARE(json::at(lease, u"/spec/holderIdentity"_s).toString(), u"canton-demo"_s);
}

void TestVirtualNode::takesItsPlaceAgain()
{
    // Another process was there before, with another port; its Lease stands.
    auto gateway = std::make_shared<FakeGateway>();
    gateway->put({{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Node"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, u"canton-demo"_s}}},
        {u"status"_s, QJsonObject{{u"daemonEndpoints"_s, QJsonObject{{u"kubeletEndpoint"_s, QJsonObject{{u"Port"_s, 1}}}}}}}});
    ManualClock clock;
    demo::VirtualNode node(gateway, clock, 4711);
    QSignalSpy registered(&node, &demo::VirtualNode::registered);
    node.start();
    QTRY_COMPARE(registered.count(), 1);
    QCOMPARE(json::at(gateway->stored(u"nodes/canton-demo"_s), u"/status/daemonEndpoints/kubeletEndpoint/Port"_s).toInt(), 4711);
    QTRY_VERIFY(!gateway->stored(u"leases/canton-demo"_s).isEmpty());
    const QString first = json::at(gateway->stored(u"leases/canton-demo"_s), u"/spec/renewTime"_s).toString();
    node.stop();
    clock.advance(2min);
    node.start();
    QTRY_VERIFY(json::at(gateway->stored(u"leases/canton-demo"_s), u"/spec/renewTime"_s).toString() > first);
}

void TestVirtualNode::tellsWhatItMayNot()
{
    auto gateway = std::make_shared<FakeGateway>();
    Error forbidden{ErrorKind::Forbidden, u"nodes is forbidden"_s};
    gateway->failNext(u"create"_s, forbidden);
    ManualClock clock;
    demo::VirtualNode node(gateway, clock, 0);
    QSignalSpy troubled(&node, &demo::VirtualNode::troubled);
    QSignalSpy registered(&node, &demo::VirtualNode::registered);
    node.start();
    QTRY_COMPARE(troubled.count(), 1);
    QCOMPARE(registered.count(), 0);
}

QTEST_GUILESS_MAIN(TestVirtualNode)
#include "tst_virtual_node.moc"
