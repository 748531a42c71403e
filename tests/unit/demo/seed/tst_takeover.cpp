// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/seed/Consortium.h"
#include "app/demo/seed/Documents.h"
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"
#include "tests/support/demo/PlanPlayer.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace qd;
using namespace qd::demo;
using namespace qd::demo::documents;

/// The whole seed under the whole operator: what the seed tells must be what the operator finds, except where it tells of
/// something under way.
class TestTakeover : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<test::PlanPlayer> m_player;
    QList<QJsonObject> m_documents;

    static QString nsOf(const QJsonObject &document) { return json::at(document, u"/metadata/namespace"_s).toString(); }
    static QString nameOf(const QJsonObject &document) { return json::at(document, u"/metadata/name"_s).toString(); }
    [[nodiscard]] QStringList phases(const QString &plural, const QString &ns, const QString &name) const
    {
        return m_player->phases(plural, ns, name);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_player = std::make_unique<test::PlanPlayer>(makeReconcilers());
        const auto documents = consortium({m_player->now, 20, 1}, *yaml::makeYamlCodec());
        QVERIFY2(documents, documents ? "" : qPrintable(documents.error().text()));
        m_documents = *documents;
        // The operator's lists are complete before it looks at anything.
        for (const QJsonObject &document : std::as_const(m_documents))
            m_player->world.put(gvrOf(document)->resource, document);
        for (const QJsonObject &document : std::as_const(m_documents)) {
            if (document.contains("status"_L1) || document.contains("spec"_L1))
                m_player->create(gvrOf(document)->resource, document);
        }
        m_player->run(5min);
    }

    void nothingIsWrittenInVain()
    {
        QCOMPARE(m_player->problems, QStringList());
    }

    void whatWasToldStays()
    {
        // Under way in the story; the operator goes on with it.
        const QSet<QString> moving{u"validators/canton-devnet/northgate-dev-2"_s, u"participants/canton-devnet/legacy-probe"_s,
            u"participants/canton-private/carol-clearing"_s, u"upgrades/canton-private/harbor-3-5-3"_s,
            u"parties/canton-mainnet/meridian-fund"_s, u"parties/canton-private/carol-clearing"_s};
        QStringList changed;
        for (const QJsonObject &document : std::as_const(m_documents)) {
            const QString told = json::at(document, u"/status/phase"_s).toString();
            const auto gone = phases(gvrOf(document)->resource, nsOf(document), nameOf(document));
            if (!told.isEmpty() && gone != QStringList{told} && !moving.contains(titleOf(document)))
                changed.append(QString(titleOf(document) + u": "_s + gone.join(u", "_s)));
        }
        QVERIFY2(changed.isEmpty(), qPrintable(changed.join(u"\n"_s)));
    }

    void whatWasUnderWayGoesOn()
    {
        QCOMPARE(phases(u"validators"_s, u"canton-devnet"_s, u"northgate-dev-2"_s).last(), u"Ready"_s);
        QCOMPARE(phases(u"participants"_s, u"canton-private"_s, u"carol-clearing"_s).last(), u"Ready"_s);
        QCOMPARE(phases(u"upgrades"_s, u"canton-private"_s, u"harbor-3-5-3"_s).last(), u"Observing"_s);
    }

    void whatIsBrokenStaysAndIsHealed()
    {
        const QString ns = u"canton-private"_s, name = u"bob-custody"_s;
        QCOMPARE(m_player->phase(u"participants"_s, ns, name), u"Failed"_s);
        QVERIFY(m_player->annotate(u"participants"_s, ns, name, u"demo.quarterdeck.io/fault"_s, QJsonValue::Null));
        QVERIFY(m_player->runUntilPhase(u"participants"_s, ns, name, u"Ready"_s, 20min));
        QVERIFY(m_player->runUntilPhase(u"syncdomainconnections"_s, ns, u"bob-custody-harbor"_s, u"Connected"_s, 20min));
    }
};

QTEST_GUILESS_MAIN(TestTakeover)
#include "tst_takeover.moc"
