// SPDX-License-Identifier: GPL-3.0-or-later
// Whose a series is, by the labels that sites write.
#include "models/state/telemetry/NodeLabels.h"

#include <QTest>

using namespace qd;
using namespace qd::state;
using namespace Qt::StringLiterals;

namespace {

ObjectId node(const QString &kind, const QString &name, const QString &ns = u"canton"_s)
{
    return {u"infra"_s, {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, kind.toLower() + u's'}, ns, name, u"uid-"_s + name};
}

}

class TstNodeLabels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void labels_data()
    {
        QTest::addColumn<network::Labels>("labels");
        QTest::addColumn<QString>("found");
        QTest::addColumn<int>("several");
        using L = network::Labels;
        QTest::newRow("pod") << L{{u"namespace"_s, u"canton"_s}, {u"pod"_s, u"alice-participant-0"_s}} << u"participants/alice"_s << 0;
        QTest::newRow("longest name") << L{{u"namespace"_s, u"canton"_s}, {u"pod"_s, u"alice-bank-participant-0"_s}} << u"participants/alice-bank"_s << 0;
        QTest::newRow("other namespace") << L{{u"namespace"_s, u"edge"_s}, {u"pod"_s, u"alice-participant-0"_s}} << u"validators/alice"_s << 0;
        QTest::newRow("a pod of nobody") << L{{u"namespace"_s, u"edge"_s}, {u"pod"_s, u"prometheus-0"_s}} << QString() << 0;
        QTest::newRow("no namespace, unique") << L{{u"job"_s, u"alice-bank-participant"_s}} << u"participants/alice-bank"_s << 0;
        QTest::newRow("no namespace, twice") << L{{u"job"_s, u"alice"_s}} << QString() << 2;
        QTest::newRow("node_name of Splice") << L{{u"namespace"_s, u"edge"_s}, {u"node_name"_s, u"alice"_s}} << u"validators/alice"_s << 0;
        QTest::newRow("job of a PodMonitor") << L{{u"namespace"_s, u"canton"_s}, {u"job"_s, u"canton/alice-bank"_s}} << u"participants/alice-bank"_s << 0;
        QTest::newRow("only node of the namespace") << L{{u"namespace"_s, u"edge"_s}, {u"job"_s, u"participant"_s}} << u"validators/alice"_s << 0;
        QTest::newRow("one of many") << L{{u"namespace"_s, u"canton"_s}, {u"job"_s, u"participant"_s}} << QString() << 0;
        QTest::newRow("same name, told by the program") << L{{u"namespace"_s, u"both"_s}, {u"pod"_s, u"x-0"_s}, {u"component"_s, u"sequencer"_s}} << u"syncdomains/x"_s << 0;
        QTest::newRow("same name, not told") << L{{u"namespace"_s, u"both"_s}, {u"pod"_s, u"x-0"_s}} << QString() << 2;
        const QString claim = u"persistentvolumeclaim"_s;
        QTest::newRow("a stateful set's volume") << L{{u"namespace"_s, u"canton"_s}, {claim, u"data-alice-bank-postgres-0"_s}} << u"participants/alice-bank"_s << 0;
        QTest::newRow("a volume of a long template") << L{{u"namespace"_s, u"canton"_s}, {claim, u"pg-data-alice-0"_s}, {u"job"_s, u"kubelet"_s}} << u"participants/alice"_s << 0;
        QTest::newRow("a volume named as the node") << L{{u"namespace"_s, u"canton"_s}, {claim, u"alice-postgres"_s}} << u"participants/alice"_s << 0;
        QTest::newRow("a volume of nobody") << L{{u"namespace"_s, u"canton"_s}, {claim, u"data-grafana-0"_s}, {u"job"_s, u"alice"_s}} << QString() << 0;
        QTest::newRow("a volume of one of two") << L{{u"namespace"_s, u"both"_s}, {claim, u"data-x-0"_s}} << QString() << 2;
        QTest::newRow("a volume beside the only node") << L{{u"namespace"_s, u"edge"_s}, {claim, u"data-postgres-0"_s}} << u"validators/alice"_s << 0;
        QTest::newRow("nothing") << L{} << QString() << 0;
    }

    void labels()
    {
        QFETCH(network::Labels, labels);
        QFETCH(QString, found);
        QFETCH(int, several);
        const NodeLabels nodes({node(u"Participant"_s, u"alice"_s), node(u"Participant"_s, u"alice-bank"_s), node(u"Validator"_s, u"alice"_s, u"edge"_s),
                                node(u"Participant"_s, u"x"_s, u"both"_s), node(u"SyncDomain"_s, u"x"_s, u"both"_s)});
        const NodeLabels::Match match = nodes.find(labels);
        QCOMPARE(match.found() ? match.node.shortName() : QString(), found);
        QCOMPARE(match.several.size(), several);
    }

    void matchers()
    {
        const NodeLabels nodes({node(u"Participant"_s, u"alice"_s), node(u"Participant"_s, u"alice-bank"_s), node(u"Participant"_s, u"a.b"_s)});
        QCOMPARE(nodes.matchers(node(u"Participant"_s, u"alice"_s)), u"namespace=\"canton\",pod=~\"alice-.*\",pod!~\"alice-bank-.*\""_s);
        QCOMPARE(nodes.matchers(node(u"Participant"_s, u"a.b"_s)), u"namespace=\"canton\",pod=~\"a\\\\.b-.*\""_s);
    }
};

QTEST_APPLESS_MAIN(TstNodeLabels)
#include "tst_nodelabels.moc"
