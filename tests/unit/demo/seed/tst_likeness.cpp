// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Pods.h"
#include "app/demo/seed/Consortium.h"
#include "app/demo/seed/Documents.h"
#include "app/demo/seed/Likeness.h"
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"
#include "tests/support/demo/PlanPlayer.h"

#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace qd;
using namespace qd::demo;
using namespace qd::demo::documents;

/// A large network made after its first node and party is what the operator would have made of it.
class TestLikeness : public QObject {
    Q_OBJECT
private:
    static constexpr int kScale = 205;
    const QString m_ns = u"canton-devnet"_s;
    std::unique_ptr<test::PlanPlayer> m_player;
    SeedOptions m_options;
    QList<Kept> m_node, m_party;
    QSet<QString> m_uids;

    static QString textAt(const QJsonObject &object, const char *pointer) { return json::at(object, QLatin1String(pointer)).toString(); }
    static QString pluralOf(const Kept &kept) { return kept.resource.section(u'.', 0, 0); }

    void take(const QList<Kept> &objects)
    {
        for (const Kept &one : objects) {
            const QString uid = textAt(one.object, "/metadata/uid");
            QVERIFY2(!uid.isEmpty() && !m_uids.contains(uid), qPrintable(uid));
            m_uids.insert(uid);
            m_player->world.put(pluralOf(one), one.object);
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_player = std::make_unique<test::PlanPlayer>(makeReconcilers());
        m_options = {m_player->now, kScale, 1, true};
        const auto documents = consortium(m_options, *yaml::makeYamlCodec());
        QVERIFY2(documents, documents ? "" : qPrintable(documents.error().text()));
        for (const QJsonObject &document : *documents)
            m_player->world.put(gvrOf(document)->resource, document);
        for (const QJsonObject &document : *documents) {
            if (document.contains("status"_L1) || document.contains("spec"_L1))
                m_player->create(gvrOf(document)->resource, document);
        }
        m_player->run(20s);
        m_options.now = m_player->now;
        m_node = {{u"validators.canton.quarterdeck.io"_s, m_player->object(u"validators"_s, m_ns, u"dev-node-0001"_s)}};
        for (const QString &plural : {u"pods"_s, u"services"_s}) {
            for (const QJsonObject &one : m_player->world.all(plural, m_ns)) {
                if (textAt(one, "/metadata/ownerReferences/0/name") == "dev-node-0001"_L1)
                    m_node.append({plural, one});
            }
        }
        m_party = {{u"parties.canton.quarterdeck.io"_s, m_player->object(u"parties"_s, m_ns, u"dev-party-00001"_s)}};
        QCOMPARE(textAt(m_node.first().object, "/status/phase"), u"Ready"_s);
        QCOMPARE(textAt(m_party.first().object, "/status/phase"), u"Ready"_s);
        QVERIFY(m_node.size() > 6);
        for (const Kept &one : m_node + m_party)
            m_uids.insert(textAt(one.object, "/metadata/uid"));
    }

    void onlyTheFirstIsSeeded()
    {
        QCOMPARE(m_player->object(u"validators"_s, m_ns, u"dev-node-0002"_s), QJsonObject());
        QCOMPARE(m_player->object(u"parties"_s, m_ns, u"dev-party-00002"_s), QJsonObject());
    }

    void nothingIsLeftForTheOperator()
    {
        const Likeness likeness(m_node, m_party, m_options, 30s);
        QCOMPARE(likeness.nodes(), kScale / 10);
        QCOMPARE(likeness.parties(), kScale);
        for (int i = 2; i <= likeness.nodes(); ++i)
            take(likeness.node(i));
        for (int i = 2; i <= likeness.parties(); ++i)
            take(likeness.party(i));
        QStringList unsettled;
        for (const QString &plural : {u"validators"_s, u"parties"_s}) {
            for (const QJsonObject &one : m_player->world.all(plural, m_ns)) {
                const QString name = textAt(one, "/metadata/name");
                const Plan plan = m_player->look(plural, m_ns, name);
                if (name.startsWith("dev-"_L1) && name != "dev-node-0001"_L1 && !plan.nothing())
                    unsettled.append(QString(name + u": "_s + QString::fromUtf8(json::compact(plan.status)) + plan.logLines.join(u' ')));
            }
        }
        QVERIFY2(unsettled.isEmpty(), qPrintable(unsettled.mid(0, 5).join(u'\n')));
    }

    void everythingIsItsOwn()
    {
        const Likeness likeness(m_node, m_party, m_options, 30s);
        const QList<Kept> node = likeness.node(17);
        const QString uid = textAt(node.first().object, "/metadata/uid");
        for (const Kept &one : node) {
            const QByteArray text = QJsonDocument(one.object).toJson(QJsonDocument::Compact);
            QVERIFY2(!text.contains("dev-node-0001") && !text.contains(textAt(m_node.first().object, "/metadata/uid").toUtf8()), text.constData());
            QVERIFY(textAt(one.object, "/metadata/name").startsWith("dev-node-0017"_L1));
            if (one.resource.startsWith("validators"_L1))
                continue;
            QCOMPARE(textAt(one.object, "/metadata/ownerReferences/0/uid"), uid);
            if (one.resource == "pods"_L1)
                QCOMPARE(textAt(one.object, "/status/podIP"), podAddress(m_ns, textAt(one.object, "/metadata/name")));
        }
        const QJsonObject party = likeness.party(37).first().object;   // 20 nodes: it is on the 17th
        QCOMPARE(textAt(party, "/metadata/name"), u"dev-party-00037"_s);
        QCOMPARE(textAt(party, "/spec/displayName"), u"Party 37"_s);
        QCOMPARE(textAt(party, "/spec/nodeRef/name"), u"dev-node-0017"_s);
        QCOMPARE(textAt(party, "/status/hostedOn/0/participantId"), textAt(node.first().object, "/status/participantId"));
        QCOMPARE(likeness.node(17).first().object, node.first().object);
        QVERIFY(json::at(likeness.node(16).first().object, u"/status/balances"_s) != json::at(node.first().object, u"/status/balances"_s));
    }

    /// Their balances are not told all at once.
    void timesAreSpread()
    {
        const Likeness likeness(m_node, m_party, m_options, 500s);
        QSet<QString> times;
        for (int i = 2; i <= likeness.nodes(); ++i) {
            const QString told = textAt(likeness.node(i).first().object, "/status/balances/recordTime");
            const qint64 ago = QDateTime::fromString(told, Qt::ISODate).secsTo(m_options.now);
            QVERIFY(ago >= 0 && ago <= 500);
            times.insert(told);
        }
        QVERIFY(times.size() > 10);
    }
};

QTEST_GUILESS_MAIN(TestLikeness)
#include "tst_likeness.moc"
