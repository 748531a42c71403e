// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"
#include "models/items/ObjectFacts.h"
#include "tests/support/ShippedFiles.h"

#include <QJsonArray>
#include <QTest>

#include <algorithm>

using namespace qd;
using namespace qd::items;
using namespace Qt::StringLiterals;
using network::Cell;
using network::State;

class TestObjectFacts : public QObject {
    Q_OBJECT
    const network::KindTable m_kinds = *test::shippedKinds();
    QHash<QString, QJsonObject> m_objects;     // "Validator/northgate-validator-1"
    QDateTime m_now = QDateTime(QDate(2026, 11, 27), QTime(12, 4, 31), Qt::UTC);

    [[nodiscard]] ObjectFacts facts(const QString &kind, const QString &name) const
    {
        return objectFacts(m_objects.value(kind + u'/' + name), *m_kinds.find(kind), m_kinds, u"infra-prod"_s, m_now);
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QStringList files = test::shippedFiles(u"resources/examples/consortium"_s);
        for (const QString &file : files) {
            const QList<QJsonObject> objects = test::shippedObjects(file);
            for (const QJsonObject &object : objects)
                m_objects.insert(object.value("kind"_L1).toString() + u'/' + json::at(object, u"/metadata/name"_s).toString(), object);
        }
        QVERIFY(m_objects.contains(u"Validator/northgate-validator-1"_s));
    }

    void healthyNodeHasNoHeadline()
    {
        const ObjectFacts f = facts(u"Validator"_s, u"northgate-validator-1"_s);
        QCOMPARE(f.state, State::Ready);
        QVERIFY(!f.headline);
        QCOMPARE(f.conditionsGood, int(f.conditions.size()));
        QCOMPARE(f.components.size(), 5);
        QCOMPARE(f.balances.first().value, u"48,120.55 CC"_s);
        QVERIFY(f.traffic.first().value.startsWith(u"71 %"_s));
        const auto managed = std::find_if(f.identity.begin(), f.identity.end(), [](const Fact &x) { return x.title == "Managed by"_L1; });
        QVERIFY(managed != f.identity.end());
        QCOMPARE(managed->value, u"Argo CD: northgate-mainnet"_s);
        QVERIFY(f.identity.first().isId);
    }

    void degradedNodeNamesItsWorstCondition()
    {
        const ObjectFacts f = facts(u"Validator"_s, u"northgate-validator-2"_s);
        QCOMPARE(f.state, State::Degraded);
        QVERIFY(f.headline);
        QCOMPARE(f.headline->state, State::Degraded);
        // What it means, not what the condition is called; then why and since when.
        QCOMPARE(f.headline->condition, u"TrafficSufficient"_s);
        QCOMPARE(f.headline->title, u"Traffic is running out"_s);
        QVERIFY2(f.headline->detail.startsWith(u"Top up failed, for "_s), qPrintable(f.headline->detail));
        for (qsizetype i = 1; i < f.conditions.size(); ++i)
            QVERIFY(f.conditions.at(i - 1).state <= f.conditions.at(i).state);
        const auto version = std::find_if(f.truths.begin(), f.truths.end(), [](const TruthLine &x) { return x.id == "version"_L1; });
        QVERIFY(version != f.truths.end());
        QCOMPARE(version->declared.text, u"0.4.15"_s);
        QCOMPARE(version->differs, version->reported.text != "0.4.15"_L1);
        QCOMPARE(version->observed.is, Cell::Is::Unknown);
    }

    /// Each component with its pods; together they are what the column Pods says. One that tells no number wants one pod.
    void componentsTellTheirPods()
    {
        QJsonObject object = m_objects.value(u"Validator/harbor-bridge"_s);
        const auto counts = [&object, this] {
            QStringList out;
            const ObjectFacts f = objectFacts(object, *m_kinds.find(u"Validator"_s), m_kinds, u"c"_s, m_now);
            for (const ComponentFact &one : f.components)
                out.append(u"%1 %2/%3 %4"_s.arg(one.name).arg(one.ready).arg(one.desired).arg(network::stateWord(one.state)));
            return out;
        };
        QStringList said = counts();
        QCOMPARE(said.size(), 5);
        QCOMPARE(said.first(), u"participant 1/2 Degraded"_s);
        QVERIFY2(said.contains(u"postgres 1/1 Ready"_s), qPrintable(said.join(u'\n')));
        object.insert("status"_L1, QJsonObject{{u"phase"_s, u"Degraded"_s}, {u"components"_s, QJsonArray{QJsonObject{{u"name"_s, u"validator"_s}}}}});
        QCOMPARE(counts(), QStringList{u"validator 0/1 Degraded"_s});
    }

    void withoutStatusEverythingReportedIsUnknown()
    {
        QJsonObject object = m_objects.value(u"Validator/northgate-validator-1"_s);
        object.remove("status"_L1);
        const ObjectFacts f = objectFacts(object, *m_kinds.find(u"Validator"_s), m_kinds, u"c"_s, m_now);
        QCOMPARE(f.state, State::Unknown);
        QVERIFY(f.headline && f.headline->state == State::Unknown);
        QVERIFY(!f.truths.isEmpty());
        for (const TruthLine &line : f.truths) {
            QCOMPARE(line.reported.is, Cell::Is::Unknown);
            QVERIFY(!line.differs);
        }
        QVERIFY(f.components.isEmpty() && f.conditions.isEmpty());
    }

    void referencesAreFoundWithTheirKinds()
    {
        const ObjectFacts f = facts(u"Validator"_s, u"northgate-validator-1"_s);
        const auto has = [&f](const QString &kind, const QString &name) {
            return std::any_of(f.relations.begin(), f.relations.end(),
                               [&](const Relation &r) { return r.objectKind == kind && r.object.name == name; });
        };
        QVERIFY(has(u"CantonNetwork"_s, u"mainnet"_s));
        QVERIFY(has(u"IdentityProviderConfig"_s, u"mainnet-keycloak"_s));
    }

    [[nodiscard]] static const Fact *find(const ObjectFacts &f, const QString &section, const QString &title)
    {
        for (const FactSection &s : f.sections) {
            for (const Fact &fact : s.facts) {
                if (s.id == section && fact.title == title)
                    return &fact;
            }
        }
        return nullptr;
    }

    void aBackupIsMadeOfItsColumnsAndFacts()
    {
        const ObjectFacts f = facts(u"Backup"_s, u"northgate-validator-1-0"_s);
        QVERIFY(f.truths.isEmpty());
        const Fact *node = find(f, u"declared"_s, u"Node"_s);
        QVERIFY(node);
        QCOMPARE(node->link.name, u"northgate-validator-1"_s);
        QCOMPARE(node->linkKind, u"Validator"_s);
        const Fact *until = find(f, u"reported"_s, u"Usable until"_s);
        QVERIFY(until);
        QVERIFY2(until->value.startsWith(u"in "_s), qPrintable(until->value));
        QVERIFY(until->toolTip.endsWith(u'Z'));
        const Fact *phase = find(f, u"reported"_s, u"Phase"_s);
        QVERIFY(phase && phase->showState);
        QCOMPARE(phase->state, State::Succeeded);
        QVERIFY(find(f, u"object"_s, u"Namespace"_s));
        QStringList ids;
        for (const auto &[id, title] : detailSections())
            ids.append(id);
        qsizetype last = -1;
        for (const FactSection &section : f.sections) {
            QVERIFY2(!section.facts.isEmpty(), qPrintable(section.id));
            QVERIFY(ids.indexOf(section.id) > last);
            last = ids.indexOf(section.id);
        }
    }

    void aSecretIsNamedAndNoLink()
    {
        QJsonValue object = QJsonObject();
        json::set(object, u"/status/secretRef/name"_s, u"onboarding"_s);
        const ObjectFacts f = objectFacts(object.toObject(), *m_kinds.find(u"ValidatorOnboarding"_s), m_kinds, u"c"_s, m_now);
        const Fact *secret = find(f, u"reported"_s, u"Secret"_s);
        QVERIFY(secret);
        QCOMPARE(secret->value, u"onboarding"_s);
        QVERIFY(secret->linkKind.isEmpty());
    }

    void whatHasEndedSaysSo()
    {
        QJsonValue object = m_objects.value(u"Backup/northgate-validator-1-0"_s);
        json::set(object, u"/status/usableUntil"_s, u"2026-11-25T12:04:31Z"_s);
        const ObjectFacts f = objectFacts(object.toObject(), *m_kinds.find(u"Backup"_s), m_kinds, u"c"_s, m_now);
        QCOMPARE(find(f, u"reported"_s, u"Usable until"_s)->value, u"ended 2 d ago"_s);
    }

    void listsOfReferencesAreLinksOneALine()
    {
        QJsonValue object = QJsonObject{{u"kind"_s, u"Upgrade"_s}};
        QJsonArray targets;
        for (int i = 0; i < 9; ++i)
            targets.append(QJsonObject{{u"kind"_s, u"Validator"_s}, {u"name"_s, u"node-%1"_s.arg(i)}});
        json::set(object, u"/metadata/name"_s, u"u"_s);
        json::set(object, u"/spec/targets"_s, targets);
        json::set(object, u"/status/phase"_s, u"Running"_s);
        json::set(object, u"/status/perTarget"_s, QJsonArray{QJsonObject{{u"kind"_s, u"Validator"_s}, {u"name"_s, u"node-0"_s}, {u"phase"_s, u"Failed"_s}}});
        json::set(object, u"/status/steps"_s, QJsonArray{QJsonObject{{u"name"_s, u"PreCheck"_s}, {u"state"_s, u"Running"_s}},
                                                        QJsonObject{{u"name"_s, u"Backup"_s}, {u"state"_s, u"Odd"_s}}});
        const ObjectFacts f = objectFacts(object.toObject(), *m_kinds.find(u"Upgrade"_s), m_kinds, u"c"_s, m_now);
        const auto declared = std::find_if(f.sections.begin(), f.sections.end(), [](const FactSection &s) { return s.id == "declared"_L1; });
        QVERIFY(declared != f.sections.end());
        const qsizetype links = std::count_if(declared->facts.begin(), declared->facts.end(), [](const Fact &x) { return !x.linkKind.isEmpty(); });
        QCOMPARE(links, 5);
        QVERIFY(std::any_of(declared->facts.begin(), declared->facts.end(), [](const Fact &x) { return x.value.contains(u"4 more"_s); }));
        QCOMPARE(find(f, u"targets"_s, u"node-0"_s)->state, State::Failed);
        QCOMPARE(f.steps.size(), 2);
        QCOMPARE(f.steps.first().state, State::Progressing);
        QCOMPARE(f.steps.last().state, State::Unknown);
        // The status repeats what the spec names: one relation each.
        QCOMPARE(std::count_if(f.relations.begin(), f.relations.end(), [](const Relation &r) { return r.object.name == "node-0"_L1; }), 1);
    }

    void addressesAndIdsAreKnownAsSuch()
    {
        QJsonValue object = QJsonObject();
        json::set(object, u"/spec/issuer"_s, u"https://id.test.example/realms/testnet"_s);
        json::set(object, u"/spec/audience"_s, u"canton"_s);
        const ObjectFacts f = objectFacts(object.toObject(), *m_kinds.find(u"IdentityProviderConfig"_s), m_kinds, u"c"_s, m_now);
        QVERIFY(find(f, u"declared"_s, u"Issuer"_s)->isAddress);
        QVERIFY(!find(f, u"declared"_s, u"Audience"_s)->isAddress);
        // One that has been given its id.
        const auto known = std::find_if(m_objects.begin(), m_objects.end(), [](const QJsonObject &one) {
            return one.value("kind"_L1) == "Party"_L1 && !one.value("status"_L1)["partyId"_L1].toString().isEmpty();
        });
        QVERIFY(known != m_objects.end());
        const ObjectFacts party = facts(u"Party"_s, known.key().mid(6));
        QVERIFY(find(party, u"reported"_s, u"Party id"_s));
        QVERIFY(find(party, u"reported"_s, u"Party id"_s)->isId);
    }

    void nothingIsSaidTwice()
    {
        for (auto it = m_objects.begin(); it != m_objects.end(); ++it) {
            const network::KindInfo *kind = m_kinds.find(it.key().section(u'/', 0, 0));
            if (!kind)
                continue;
            const ObjectFacts f = objectFacts(*it, *kind, m_kinds, u"c"_s, m_now);
            QSet<QString> keys;
            for (const FactSection &section : f.sections) {
                for (const Fact &fact : section.facts) {
                    const QString key = section.id + u'/' + (fact.key.isEmpty() ? fact.title : fact.key);
                    QVERIFY2(!keys.contains(key), qPrintable(it.key() + u' ' + key));
                    QVERIFY2(!fact.value.isEmpty(), qPrintable(it.key() + u' ' + key));
                    keys.insert(key);
                }
            }
            QVERIFY2(!f.headline || f.message.isEmpty() || !f.headline->detail.contains(f.message), qPrintable(it.key()));
        }
    }

    /// By itself, its label, or the nodes it refers to.
    void whatBelongsToANetwork()
    {
        const auto of = [this](const QString &kind, const QJsonObject &object) {
            const QList<ObjectId> ids = networksOf(object, *m_kinds.find(kind), m_kinds, [this](const ObjectId &node) {
                const network::KindInfo *info = m_kinds.find(node.gvr);
                return json::at(m_objects.value(QString(info->kind + u'/' + node.name)), info->networkPointer).toString();
            });
            QStringList names;
            for (const ObjectId &id : ids)
                names.append(id.name);
            return names;
        };
        const auto bare = [this](const QString &key) {
            QJsonObject object = m_objects.value(key);
            QJsonObject metadata = object.value("metadata"_L1).toObject();
            metadata.remove("labels"_L1);
            object.insert(u"metadata"_s, metadata);
            return object;
        };
        QCOMPARE(of(u"Validator"_s, bare(u"Validator/northgate-validator-1"_s)), QStringList{u"mainnet"_s});
        QCOMPARE(of(u"CantonNetwork"_s, bare(u"CantonNetwork/mainnet"_s)), QStringList{u"mainnet"_s});
        QCOMPARE(of(u"LedgerUser"_s, bare(u"LedgerUser/auditor"_s)), QStringList{u"mainnet"_s});
        QJsonValue user = bare(u"LedgerUser/auditor"_s);
        json::set(user, u"/spec/nodeRef/name"_s, u"nobody"_s);
        QCOMPARE(of(u"LedgerUser"_s, user.toObject()), QStringList());
        json::set(user, u"/metadata/labels"_s, QJsonObject{{u"canton.quarterdeck.io/network"_s, u"devnet"_s}});
        QCOMPARE(of(u"LedgerUser"_s, user.toObject()), QStringList{u"devnet"_s});
        // In the namespace that is meant, not in that of whoever asks.
        const QJsonObject far{{u"metadata"_s, QJsonObject{{u"namespace"_s, u"here"_s}}},
                              {u"spec"_s, QJsonObject{{u"target"_s, QJsonObject{{u"networkRef"_s, QJsonObject{{u"name"_s, u"global"_s}, {u"namespace"_s, u"there"_s}}}}}}}};
        const QList<ObjectId> ids = networksOf(far, *m_kinds.find(u"SyncDomainConnection"_s), m_kinds, [](const ObjectId &) { return QString(); });
        QCOMPARE(ids.size(), 1);
        QCOMPARE(ids.first().ns + u'/' + ids.first().name, u"there/global"_s);
        for (auto it = m_objects.begin(); it != m_objects.end(); ++it) {
            const QString kind = it.key().section(u'/', 0, 0), label = it->value("metadata"_L1)["labels"_L1]["canton.quarterdeck.io/network"_L1].toString();
            if (m_kinds.find(kind) && !label.isEmpty())
                QVERIFY2(of(kind, *it).contains(label), qPrintable(it.key()));
        }
    }

    void everyExampleDecodes()
    {
        int nodes = 0;
        for (auto it = m_objects.begin(); it != m_objects.end(); ++it) {
            const network::KindInfo *kind = m_kinds.find(it.key().section(u'/', 0, 0));
            if (!kind || !it->contains("status"_L1))
                continue;
            const ObjectFacts f = objectFacts(*it, *kind, m_kinds, u"c"_s, m_now);
            QVERIFY2(kind->phases.isEmpty() || kind->phases.contains(f.phase), qPrintable(it.key() + u": phase "_s + f.phase));
            if (network::isProblem(f.state))
                QVERIFY2(f.headline.has_value(), qPrintable(it.key()));
            nodes += kind->pane == "nodes"_L1;
        }
        QVERIFY(nodes >= 10);
    }
};

QTEST_GUILESS_MAIN(TestObjectFacts)
#include "tst_objectfacts.moc"
