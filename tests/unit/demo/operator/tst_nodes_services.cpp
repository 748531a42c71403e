// SPDX-License-Identifier: GPL-3.0-or-later
// The Services in front of a node's components, and what its pods say about their ports.
#include "tests/unit/demo/operator/NodeCase.h"

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kNs = u"canton-dev"_s;

QStringList portsOf(const QJsonValue &list)
{
    QStringList all;
    for (const QJsonValue &value : list.toArray()) {
        const QJsonObject port = value.toObject();
        all.append(QString(port.value("name"_L1).toString() + u'=' + QString::number(port.value(port.contains("port"_L1) ? "port"_L1 : "containerPort"_L1).toInt())));
    }
    return all;
}

}

class TestNodesServices : public NodeCase {
    Q_OBJECT
    QJsonObject service(const QString &name) const { return m->object(u"services"_s, kNs, name); }

private Q_SLOTS:
    void oneForEachComponentOthersTalkTo()
    {
        ready(node(u"Validator"_s, u"val"_s));
        const QJsonObject participant = service(u"val-participant"_s);
        const QStringList ports{u"lg-api=5001"_s, u"adm-api=5002"_s, u"json-api=7575"_s, u"metrics=10013"_s};
        QCOMPARE(portsOf(json::at(participant, u"/spec/ports"_s)), ports);
        QCOMPARE(portsOf(json::at(pod(u"val-participant-0"_s), u"/spec/containers/0/ports"_s)), ports);
        // It finds the pods, and goes with the node.
        const QJsonObject labels = json::at(pod(u"val-participant-0"_s), u"/metadata/labels"_s).toObject();
        const QJsonObject selector = json::at(participant, u"/spec/selector"_s).toObject();
        QVERIFY(!selector.isEmpty());
        for (auto one = selector.begin(); one != selector.end(); ++one)
            QCOMPARE(labels.value(one.key()), one.value());
        QCOMPARE(json::at(participant, u"/metadata/ownerReferences/0/uid"_s), m->at(u"validators"_s, kNs, u"val"_s, u"/metadata/uid"_s));
        QCOMPARE(portsOf(json::at(service(u"val-validator"_s), u"/spec/ports"_s)), (QStringList{u"http=5003"_s, u"metrics=10013"_s}));
        QVERIFY(service(u"val-postgres"_s).isEmpty() && service(u"val-wallet-ui"_s).isEmpty());
    }

    void podsSayWhichPortsNobodyPlays()
    {
        ready(node(u"Validator"_s, u"val"_s));
        const auto refused = [&](const QString &name) {
            return json::at(pod(name), u"/metadata/annotations"_s).toObject().value("demo.quarterdeck.io/ports-not-played"_L1).toString();
        };
        QCOMPARE(refused(u"val-participant-0"_s), u"5001,5002"_s);
        QCOMPARE(refused(u"val-postgres-0"_s), u"5432"_s);
        QCOMPARE(refused(u"val-validator-0"_s), QString());
    }

    void oneThatIsTakenAwayComesBack()
    {
        ready(node(u"Validator"_s, u"val"_s));
        const auto uid = [&] { return json::at(service(u"val-participant"_s), u"/metadata/uid"_s).toString(); };
        const QString before = uid();
        m->remove(u"services"_s, kNs, u"val-participant"_s);
        m->run(1s);
        QVERIFY(!before.isEmpty() && !uid().isEmpty() && uid() != before);
    }

    void somebodyElsesIsLeftAlone()
    {
        const QJsonObject theirs{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Service"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, u"val-participant"_s}, {u"namespace"_s, kNs}}},
            {u"spec"_s, QJsonObject{{u"selector"_s, QJsonObject{{u"app"_s, u"mine"_s}}}}}};
        m->create(u"services"_s, theirs);
        ready(node(u"Validator"_s, u"val"_s));
        QCOMPARE(json::at(service(u"val-participant"_s), u"/spec/selector/app"_s).toString(), u"mine"_s);
    }

    void goesWithItsComponent()
    {
        ready(node(u"SuperValidator"_s, u"sv"_s), u"supervalidators"_s);
        QVERIFY(!service(u"sv-scan"_s).isEmpty() && !service(u"sv-cometbft"_s).isEmpty());
        m->patch(u"supervalidators"_s, kNs, u"sv"_s, QJsonDocument::fromJson(R"({"spec":{"scan":{"spec":{"enabled":false}}}})").object());
        m->run(5min);
        QVERIFY(service(u"sv-scan"_s).isEmpty());
        QVERIFY(!service(u"sv-cometbft"_s).isEmpty());
    }

    void staysWhileTheNodeIsSuspended()
    {
        ready(node(u"Validator"_s, u"val"_s));
        m->patch(u"validators"_s, kNs, u"val"_s, QJsonDocument::fromJson(R"({"spec":{"suspend":true}})").object());
        m->run(2min);
        QVERIFY(pod(u"val-participant-0"_s).isEmpty());
        QVERIFY(!service(u"val-participant"_s).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestNodesServices)
#include "tst_nodes_services.moc"
