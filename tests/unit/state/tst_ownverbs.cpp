// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"
#include "models/state/ActionCatalogue.h"
#include "models/state/BulkDrafts.h"
#include "models/state/OwnVerbs.h"
#include "tests/support/ShippedFiles.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;

/// The verbs of single kinds: what they write is in the schema, what they cannot do now is said from a row and from the object.
class TestOwnVerbs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_yaml = yaml::makeYamlCodec();
        m_catalogue = std::make_unique<ActionCatalogue>(*m_kinds);
    }

    /// Every verb, on the example of its kind: a draft whose fields the schema of its CRD knows.
    void writesWhatTheSchemaKnows_data()
    {
        QTest::addColumn<QString>("verb");
        QTest::addColumn<QString>("kind");
        for (const ActionInfo &action : m_catalogue->actions()) {
            for (const QString &kind : isOwnVerb(action.id) ? action.kinds : QStringList())
                QTest::addRow("%s %s", qPrintable(action.id), qPrintable(kind)) << action.id << kind;
        }
    }

    void writesWhatTheSchemaKnows()
    {
        QFETCH(QString, verb);
        QFETCH(QString, kind);
        const network::KindInfo &info = *m_kinds->find(kind);
        const auto draft = m_catalogue->buildDraft(verb, info, fit(verb, example(kind)), params(verb), context());
        QVERIFY2(draft.ok(), qPrintable(draft ? QString() : draft.error().text()));
        QVERIFY(!draft->title.contains("%1"_L1));
        QVERIFY2(draft->title.contains(json::at(example(kind), u"/metadata/name"_s).toString()), qPrintable(draft->title));
        for (const Edit &edit : draft->edits) {
            const QJsonValue schema = json::at(crd(edit.object.gvr.resource), u"/spec/versions/0/schema/openAPIV3Schema"_s);
            QVERIFY(schema.isObject());
            known(json::at(schema, u"/properties/spec"_s), edit.body["spec"_L1], u"spec"_s);
            QVERIFY2(edit.verb == ports::Verb::Create || edit.verb == ports::Verb::MergePatch, qPrintable(verb));
            QVERIFY(!edit.object.name.isEmpty() && edit.own);
            if (edit.verb == ports::Verb::Create)
                QCOMPARE(edit.object.ns, json::at(example(kind), u"/metadata/namespace"_s).toString());
        }
    }

    void rightsAreThoseOfWhatIsMade()
    {
        const network::KindInfo &validator = *m_kinds->find(u"Validator"_s);
        const QList<ActionInfo> actions = m_catalogue->forKind(validator);
        const auto backup = std::find_if(actions.begin(), actions.end(), [](const ActionInfo &a) { return a.id == "backup"_L1; });
        QVERIFY(backup != actions.end());
        QCOMPARE(ActionCatalogue::question(*backup, validator, u"canton"_s, u"a"_s).text(), u"create backups.canton.quarterdeck.io in canton"_s);
        const auto topup = std::find_if(actions.begin(), actions.end(), [](const ActionInfo &a) { return a.id == "topup"_L1; });
        QCOMPARE(ActionCatalogue::question(*topup, validator, u"canton"_s, {}).text(), u"patch validators.canton.quarterdeck.io in canton"_s);
        QCOMPARE(ActionCatalogue::questions(*m_catalogue->find(u"delete"_s), validator, u"canton"_s, u"a"_s).size(), 2);
        // a verb of two edits asks for both, whichever list it is taken from
        const auto exact = std::find_if(actions.begin(), actions.end(), [](const ActionInfo &a) { return a.id == "bridge"_L1; });
        for (const ActionInfo *bridge : {&*exact, m_catalogue->find(u"bridge"_s)}) {
            const QList<ports::AccessQuestion> asked = ActionCatalogue::questions(*bridge, validator, u"canton"_s, u"a"_s);
            QCOMPARE(asked.size(), 2);
            QCOMPARE(asked.first().text(), u"patch validators.canton.quarterdeck.io in canton"_s);
            QCOMPARE(asked.first().name, u"a"_s);
            QCOMPARE(asked.last().text(), u"create syncdomainconnections.canton.quarterdeck.io in canton"_s);
            QVERIFY(asked.last().name.isEmpty());
        }
    }

    /// Every right an edit of a draft needs is asked for before the verb is offered.
    void everyEditIsAskedFor()
    {
        for (const ActionInfo &action : m_catalogue->actions()) {
            for (const QString &kind : isOwnVerb(action.id) ? action.kinds : QStringList()) {
                const network::KindInfo &info = *m_kinds->find(kind);
                const auto draft = m_catalogue->buildDraft(action.id, info, fit(action.id, example(kind)), params(action.id), context());
                QVERIFY2(draft.ok(), qPrintable(action.id));
                QSet<QString> asked, needed;
                for (const ports::AccessQuestion &question : ActionCatalogue::questions(action, info, u"canton"_s, {}))
                    asked.insert(question.verb + u' ' + question.gvr.resource);
                for (const Edit &edit : draft->edits)
                    needed.insert((edit.verb == ports::Verb::Create ? u"create "_s : u"patch "_s) + edit.object.gvr.resource);
                QCOMPARE(asked, needed);
            }
        }
        QCOMPARE(ActionCatalogue::questions(*m_catalogue->find(u"delete"_s), *m_kinds->find(u"Party"_s), u"canton"_s, u"a"_s).size(), 1);
    }

    void theOneWhoAskedDoesNotApprove()
    {
        const network::KindInfo &upgrade = *m_kinds->find(u"Upgrade"_s);
        const QJsonObject live = fit(u"approve"_s, example(u"Upgrade"_s));
        const auto draft = m_catalogue->buildDraft(u"approve"_s, upgrade, live, {}, context());
        QVERIFY(draft.ok());
        QCOMPARE(json::compact(draft->edits.first().body), QByteArray(R"({"spec":{"promotion":{"approvedBy":"dana"}}})"));
        QCOMPARE(draft->danger, Danger::Disruptive);
        QJsonValue mine = live;
        json::set(mine, u"/metadata/annotations/canton.quarterdeck.io~1requested-by"_s, u"Dana"_s);
        const auto own = m_catalogue->buildDraft(u"approve"_s, upgrade, mine.toObject(), {}, context());
        QVERIFY(!own.ok());
        QVERIFY2(own.error().text().contains(u"Another person"_s), qPrintable(own.error().text()));
        DraftContext nobody = context();
        nobody.user.clear();
        QCOMPARE(m_catalogue->buildDraft(u"approve"_s, upgrade, live, {}, nobody).error().kind, ErrorKind::Unsupported);
    }

    void parametersAreChecked_data()
    {
        QTest::addColumn<QString>("verb");
        QTest::addColumn<QString>("kind");
        using Params = QMap<QString, QString>;
        QTest::addColumn<Params>("given");
        QTest::addColumn<QString>("field");
        QTest::newRow("interval") << u"topup"_s << u"Participant-less"_s << Params{{u"throughput"_s, u"1"_s}, {u"interval"_s, u"10"_s}} << u"interval"_s;
        QTest::newRow("throughput") << u"topup"_s << QString() << Params{{u"throughput"_s, u"much"_s}, {u"interval"_s, u"10m"_s}} << u"throughput"_s;
        QTest::newRow("bucket") << u"backup"_s << QString() << Params{{u"method"_s, u"PgDump"_s}} << u"bucket"_s;
        QTest::newRow("method") << u"backup"_s << QString() << Params{{u"method"_s, u"Copy"_s}} << u"method"_s;
        QTest::newRow("keep for") << u"backup"_s << QString() << Params{{u"keepFor"_s, u"long"_s}} << u"keepFor"_s;
        QTest::newRow("secret") << u"dump"_s << QString() << Params{{u"secret"_s, u"My Secret"_s}} << u"secret"_s;
        QTest::newRow("user") << u"walletuser"_s << QString() << Params{{u"username"_s, u"two words"_s}} << u"username"_s;
        QTest::newRow("no user") << u"walletuser"_s << QString() << Params{} << u"username"_s;
        QTest::newRow("domain") << u"bridge"_s << QString() << Params{{u"domain"_s, u"Harbor!"_s}} << u"domain"_s;
        QTest::newRow("invited") << u"invite"_s << u"SuperValidator"_s << Params{{u"validator"_s, u"a b"_s}} << u"validator"_s;
        QTest::newRow("good for") << u"invite"_s << u"SuperValidator"_s << Params{{u"validator"_s, u"a"_s}, {u"expiresIn"_s, u"2d"_s}} << u"expiresIn"_s;
        QTest::newRow("back to") << u"rollback"_s << u"Upgrade"_s << Params{{u"tag"_s, u"not a tag"_s}} << u"tag"_s;
        QTest::newRow("node") << u"deploy"_s << u"DarDeployment"_s << Params{{u"node"_s, u"No Node"_s}} << u"node"_s;
        QTest::newRow("unknown") << u"hold"_s << u"Backup"_s << Params{{u"for"_s, u"ever"_s}} << u"for"_s;
    }

    void parametersAreChecked()
    {
        using Params = QMap<QString, QString>;
        QFETCH(QString, verb);
        QFETCH(QString, kind);
        QFETCH(Params, given);
        QFETCH(QString, field);
        const QString of = m_kinds->find(kind) ? kind : u"Validator"_s;
        const auto draft = m_catalogue->buildDraft(verb, *m_kinds->find(of), fit(verb, example(of)), given, context());
        QVERIFY(!draft.ok());
        QVERIFY2(!draft.error().causes.isEmpty(), qPrintable(draft.error().text()));
        QCOMPARE(draft.error().causes.first().field, field);
        QVERIFY2(!draft.error().remedy.isEmpty(), qPrintable(draft.error().text()));
    }

    /// A row knows from its columns what the object says: both refuse with the same words, and the draft is not built.
    void whatCannotBeNow_data()
    {
        QTest::addColumn<QString>("verb");
        QTest::addColumn<QString>("kind");
        using Values = QList<std::pair<QString, QJsonValue>>;
        QTest::addColumn<Values>("values");
        QTest::addColumn<QString>("why");
        const Values ready{{u"/status/phase"_s, u"Succeeded"_s}};
        QTest::newRow("held") << u"hold"_s << u"Backup"_s << Values{{u"/spec/retention/hold"_s, true}} << u"a is held already"_s;
        QTest::newRow("not held") << u"release"_s << u"Backup"_s << Values{{u"/spec/retention/hold"_s, false}} << u"a is not held"_s;
        QTest::newRow("runs") << u"verify"_s << u"Backup"_s << Values{{u"/status/phase"_s, u"Running"_s}} << u"a has not succeeded, there is nothing to verify"_s;
        QTest::newRow("verified") << u"verify"_s << u"Backup"_s << ready + Values{{u"/spec/verify"_s, true}} << u"a is to be verified already; its condition Verified tells the result"_s;
        QTest::newRow("elsewhere") << u"verify"_s << u"Backup"_s << ready + Values{{u"/spec/method"_s, u"External"_s}}
                                   << u"a was taken elsewhere, its parts cannot be read"_s;
        QTest::newRow("over") << u"cancel"_s << u"Backup"_s << ready << u"a has ended (Succeeded)"_s;
        QTest::newRow("connected") << u"connect"_s << u"SyncDomainConnection"_s << Values{} << u"a is to be connected already"_s;
        QTest::newRow("disconnected") << u"disconnect"_s << u"SyncDomainConnection"_s << Values{{u"/spec/state"_s, u"Disconnected"_s}}
                                      << u"a is to be disconnected already"_s;
        QTest::newRow("active") << u"activate"_s << u"LedgerUser"_s << Values{} << u"a is active already"_s;
        QTest::newRow("inactive") << u"deactivate"_s << u"LedgerUser"_s << Values{{u"/spec/active"_s, false}} << u"a is not active"_s;
        QTest::newRow("provider") << u"activate"_s << u"IdentityProviderConfig"_s << Values{} << u"a is active already"_s;
        QTest::newRow("provider off") << u"deactivate"_s << u"IdentityProviderConfig"_s << Values{{u"/spec/ledger/deactivated"_s, true}} << u"a is not active"_s;
        QTest::newRow("wallet") << u"deactivate"_s << u"WalletProvider"_s << Values{{u"/spec/enabled"_s, false}} << u"a is not active"_s;
        QTest::newRow("vetted") << u"vet"_s << u"DarDeployment"_s << Values{} << u"a is vetted already"_s;
        QTest::newRow("unvetted") << u"unvet"_s << u"DarDeployment"_s << Values{{u"/spec/vet"_s, false}} << u"a is not vetted"_s;
        QTest::newRow("not waiting") << u"approve"_s << u"Upgrade"_s << Values{{u"/status/phase"_s, u"Running"_s}} << u"a does not wait for an approval now"_s;
        QTest::newRow("approved") << u"approve"_s << u"Upgrade"_s
                                  << Values{{u"/status/phase"_s, u"Running"_s}, {u"/spec/promotion/approvedBy"_s, u"eve"_s}}
                                  << u"a is approved already, by eve"_s;
        QTest::newRow("no way back") << u"rollback"_s << u"Upgrade"_s << Values{{u"/status/canRollback"_s, false}} << u"a cannot be rolled back"_s;
        QTest::newRow("paused run is over") << u"resume"_s << u"Upgrade"_s << Values{{u"/spec/paused"_s, true}, {u"/status/phase"_s, u"Failed"_s}}
                                            << u"a has ended (Failed)"_s;
        QTest::newRow("not paused") << u"resume"_s << u"Upgrade"_s << Values{{u"/status/phase"_s, u"Running"_s}} << u"a is not suspended"_s;
        QTest::newRow("signed") << u"approve"_s << u"TopologyChange"_s << Values{{u"/spec/authorize/approved"_s, true}} << u"a is approved already"_s;
        QTest::newRow("effective") << u"reject"_s << u"TopologyChange"_s << Values{{u"/status/phase"_s, u"Effective"_s}} << u"a has ended (Succeeded)"_s;
        QTest::newRow("bridge") << u"bridge"_s << u"Validator"_s << Values{{u"/spec/role"_s, u"Bridge"_s}} << u"a is a bridge already"_s;
    }

    void whatCannotBeNow()
    {
        using Values = QList<std::pair<QString, QJsonValue>>;
        QFETCH(QString, verb);
        QFETCH(QString, kind);
        QFETCH(Values, values);
        QFETCH(QString, why);
        const network::KindInfo &info = *m_kinds->find(kind);
        QJsonValue live = QJsonObject{{u"metadata"_s, QJsonObject{{u"name"_s, u"a"_s}, {u"namespace"_s, u"canton"_s}, {u"uid"_s, u"1"_s}}}};
        for (const auto &[pointer, value] : values)
            QVERIFY(json::set(live, pointer, value));
        QCOMPARE(whyNotNow(verb, info, live.toObject()), why);
        const network::Row row = rowOf(live.toObject(), info);
        QCOMPARE(whyNotNow(verb, info, row), why);
        const auto draft = m_catalogue->buildDraft(verb, info, live.toObject(), params(verb), context());
        QVERIFY(!draft.ok());
        QCOMPARE(draft.error().reason, u"NothingToChange"_s);
        // and of two objects, the one that can is changed
        const QJsonObject fitting = fit(verb, example(kind));
        const auto both = BulkDrafts(m_catalogue.get(), verb, {{info, live.toObject(), u"test"_s, u"dana"_s}, {info, fitting, u"test"_s, u"dana"_s}})
                              .build(params(verb), context());
        if (verb != "cancel"_L1 && verb != "resume"_L1) {
            QVERIFY2(both.ok(), qPrintable(both ? QString() : both.error().text()));
            QCOMPARE(both->first().unchanged, QStringList{u"a"_s});
        }
    }

    void topUpKeepsWhatIsNotGiven()
    {
        const network::KindInfo &validator = *m_kinds->find(u"Validator"_s);
        QJsonValue live = example(u"Validator"_s);
        QVERIFY(json::set(live, u"/spec/traffic"_s, QJsonObject{{u"topup"_s, QJsonObject{{u"enabled"_s, true}, {u"targetThroughput"_s, 20000}, {u"minTopupInterval"_s, u"1h"_s}}}}));
        const QMap<QString, QString> now = m_catalogue->current(u"topup"_s, validator, live.toObject(), {});
        QCOMPARE(now, (QMap<QString, QString>{{u"throughput"_s, u"20000"_s}, {u"interval"_s, u"1h"_s}}));
        const auto more = m_catalogue->buildDraft(u"topup"_s, validator, live.toObject(), {{u"throughput"_s, u"40000"_s}}, context());
        QVERIFY(more.ok());
        QCOMPARE(json::compact(more->edits.first().body), QByteArray(R"({"spec":{"traffic":{"topup":{"targetThroughput":40000}}}})"));
        const auto off = m_catalogue->buildDraft(u"topup"_s, validator, live.toObject(), {{u"off"_s, u"true"_s}}, context());
        QVERIFY(off.ok());
        QCOMPARE(json::compact(off->edits.first().body), QByteArray(R"({"spec":{"traffic":{"topup":{"enabled":false}}}})"));
    }

private:
    [[nodiscard]] DraftContext context() const
    {
        return {u"test"_s, {}, QDateTime::fromString(u"2026-03-01T12:00:00Z"_s, Qt::ISODate), m_yaml.get(), u"dana"_s};
    }

    [[nodiscard]] QJsonObject example(const QString &kind) const
    {
        const auto document = m_yaml->parse(test::shippedText(u"resources/examples/good/"_s + kind.toLower() + u".yaml"_s));
        QJsonObject out = document->value.toObject();
        QJsonObject metadata = out.value("metadata"_L1).toObject();
        metadata.insert("uid"_L1, u"uid-of-the-example"_s);
        out.insert("metadata"_L1, metadata);
        return out;
    }

    [[nodiscard]] QJsonObject crd(const QString &plural) const
    {
        return m_yaml->parse(test::shippedText(u"resources/crds/"_s + plural + u".yaml"_s))->value.toObject();
    }

    static QMap<QString, QString> params(const QString &verb)
    {
        static const QHash<QString, QMap<QString, QString>> kParams{
            {u"topup"_s, {{u"throughput"_s, u"31000"_s}, {u"interval"_s, u"7m"_s}}}, {u"bridge"_s, {{u"domain"_s, u"harbor"_s}}},
            {u"walletuser"_s, {{u"username"_s, u"Mira.K@north"_s}, {u"hint"_s, u"mira"_s}}}, {u"invite"_s, {{u"validator"_s, u"meridian-9"_s}}},
            {u"backup"_s,
                {{u"method"_s, u"PgDump"_s}, {u"bucket"_s, u"canton-backups"_s}, {u"secret"_s, u"bucket"_s}, {u"keepFor"_s, u"30d"_s},
                    {u"verify"_s, u"true"_s}, {u"hold"_s, u"true"_s}}},
            {u"rollback"_s, {{u"tag"_s, u"0.4.15"_s}}}, {u"restrict"_s, {{u"audience"_s, u"https://other.example.com"_s}}},
            {u"deploy"_s, {{u"node"_s, u"another-node"_s}}}};
        return kParams.value(verb);
    }

    /// The row as a list has it: of texts and switches, which is what verbs ask for.
    static network::Row rowOf(const QJsonObject &object, const network::KindInfo &kind)
    {
        network::Row row;
        row.name = json::at(object, u"/metadata/name"_s).toString();
        row.phase = json::at(object, kind.phasePointer).toString();
        row.state = kind.stateOf(row.phase);
        QList<network::Cell> cells;
        for (const network::Column &column : kind.columns) {
            const QJsonValue value = json::at(object, column.pointer);
            network::Cell cell;
            if (column.type == network::CellType::Boolean && value.isBool()) {
                cell.is = network::Cell::Is::Boolean;
                cell.integer = value.toBool() ? 1 : 0;
            } else if (column.type == network::CellType::Text && value.isString()) {
                cell.is = network::Cell::Is::Text;
                cell.text = value.toString();
            }
            cells.append(cell);
        }
        row.cells = network::CellList(cells);
        return row;
    }

    /// The example such that the verb can act on it.
    static QJsonObject fit(const QString &verb, const QJsonObject &example)
    {
        static const QHash<QString, QList<std::pair<QString, QJsonValue>>> kFit{
            {u"connect"_s, {{u"/spec/state"_s, u"Disconnected"_s}}}, {u"approve"_s, {{u"/status/phase"_s, u"AwaitingApproval"_s}}},
            {u"rollback"_s, {{u"/status/canRollback"_s, true}}}, {u"verify"_s, {{u"/status/phase"_s, u"Succeeded"_s}}},
            {u"hold"_s, {{u"/spec/retention/hold"_s, false}}}, {u"release"_s, {{u"/spec/retention/hold"_s, true}}},
            {u"vet"_s, {{u"/spec/vet"_s, false}}}, {u"bridge"_s, {{u"/spec/role"_s, u"Standard"_s}}}};
        QJsonValue out = example;
        for (const auto &[pointer, value] : kFit.value(verb))
            json::set(out, pointer, value);
        if (verb == "activate"_L1) {
            json::set(out, u"/spec/active"_s, false);
            json::set(out, u"/spec/enabled"_s, false);
            json::set(out, u"/spec/ledger/deactivated"_s, true);
        }
        if (verb == "deactivate"_L1) {
            json::set(out, u"/spec/active"_s, true);
            json::set(out, u"/spec/enabled"_s, true);
            json::set(out, u"/spec/ledger/deactivated"_s, false);
        }
        if (verb == "approve"_L1) {
            json::remove(out, u"/spec/promotion/approvedBy"_s);
            json::remove(out, u"/spec/authorize"_s);
        }
        return out.toObject();
    }

    /// Every key of the value is a property of the schema.
    static void known(const QJsonValue &schema, const QJsonValue &value, const QString &path)
    {
        if (!value.isObject())
            return;
        const QJsonObject properties = schema["properties"_L1].toObject();
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it) {
            QVERIFY2(properties.contains(it.key()), qPrintable(path + u'.' + it.key()));
            known(properties.value(it.key()), *it, path + u'.' + it.key());
        }
    }

    std::shared_ptr<ports::YamlCodec> m_yaml;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();
    std::unique_ptr<ActionCatalogue> m_catalogue;
};

QTEST_GUILESS_MAIN(TestOwnVerbs)
#include "tst_ownverbs.moc"
