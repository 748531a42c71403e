// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"
#include "models/state/ActionCatalogue.h"
#include "models/state/ComponentPaths.h"
#include "models/state/OwnVerbs.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ShippedFiles.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;

namespace {

Error expectError(const Result<ChangeDraft> &draft, const char *what)
{
    if (draft)
        qFatal("%s must be refused", what);
    return draft.error();
}

}

class TestActions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_yaml = yaml::makeYamlCodec();
        m_catalogue = std::make_unique<ActionCatalogue>(*m_kinds);
        test::FakeGateway server;
        m_live = server.put(test::makeValidator(u"northgate-1"_s));
    }

    void theComponentThatAils()
    {
        const auto node = [](const QString &name, int ready) {
            const QJsonObject well{{u"name"_s, u"postgres"_s}, {u"ready"_s, 0}, {u"desired"_s, 1}}, other{{u"name"_s, name}, {u"ready"_s, ready}, {u"desired"_s, 2}};
            return QJsonObject{{u"status"_s, QJsonObject{{u"components"_s, QJsonArray{well, other}}}}};
        };
        QCOMPARE(ailingComponent(u"Validator"_s, node(u"participant"_s, 1)), u"participant"_s);
        QCOMPARE(ailingComponent(u"Validator"_s, node(u"participant"_s, 2)), QString());
        QCOMPARE(ailingComponent(u"Validator"_s, node(u"validator"_s, 0)), u"validatorApp"_s);
        QCOMPARE(ailingComponent(u"Validator"_s, node(u"wallet-ui"_s, 0)), u"walletUI"_s);
        QCOMPARE(ailingComponent(u"SuperValidator"_s, node(u"sv"_s, 0)), u"svApp"_s);
        QCOMPARE(ailingComponent(u"Participant"_s, node(u"json-api"_s, 0)), QString());   // nothing of ours to scale
        QCOMPARE(ailingComponent(u"Validator"_s, {}), QString());
    }

    void catalogueIsComplete()
    {
        const QStringList wanted{u"scale"_s, u"resources"_s, u"env"_s, u"storage"_s, u"restart"_s, u"suspend"_s,
            u"resume"_s, u"version"_s, u"label"_s, u"annotate"_s, u"edit"_s, u"create"_s, u"delete"_s, u"cancel"_s,
            u"trigger"_s, u"reconcile"_s, u"topup"_s, u"bridge"_s, u"walletuser"_s, u"invite"_s, u"backup"_s, u"dump"_s,
            u"connect"_s, u"disconnect"_s, u"approve"_s, u"reject"_s, u"rollback"_s, u"activate"_s, u"deactivate"_s,
            u"restrict"_s, u"probe"_s, u"deploy"_s, u"vet"_s, u"unvet"_s, u"verify"_s, u"hold"_s, u"release"_s};
        QSet<QString> keys;
        for (const QString &id : wanted) {
            const ActionInfo *action = m_catalogue->find(id);
            QVERIFY2(action, qPrintable(id));
            QVERIFY(!action->title.isEmpty() && !action->kinds.isEmpty());
            if (isOwnVerb(id))
                continue;
            QVERIFY(!action->keys.isEmpty());
            QVERIFY2(!keys.contains(action->keys.first()), qPrintable(action->keys.first()));
            keys.insert(action->keys.first());
            QCOMPARE(action->right.verb, id == "create"_L1 || id == "delete"_L1 ? id : u"patch"_s);
        }
        QCOMPARE(m_catalogue->actions().size(), wanted.size());
        QCOMPARE(m_catalogue->find(u"trigger"_s)->kinds,
            (QStringList{u"BackupSchedule"_s, u"IdentityDumpSchedule"_s, u"PruningSchedule"_s}));
        QCOMPARE(m_catalogue->find(u"cancel"_s)->kinds, (QStringList{u"Backup"_s, u"Upgrade"_s}));
    }

    void foreignKindsGetTheGeneralOnesOnly()
    {
        QStringList ids;
        const network::KindInfo *argo = m_kinds->find(u"applications.argoproj.io"_s);
        QVERIFY(argo && !argo->own);
        const QList<ActionInfo> actions = m_catalogue->forKind(*argo);
        for (const ActionInfo &action : actions)
            ids.append(action.id);
        QCOMPARE(ids, (QStringList{u"label"_s, u"annotate"_s, u"edit"_s, u"create"_s, u"delete"_s}));
    }

    /// Every component path must exist in the schema of its CRD.
    void componentPathsAreInTheSchemas()
    {
        const QDir crds(QStringLiteral(QD_SOURCE_DIR "/resources/crds"));
        int checked = 0;
        const QStringList files = crds.entryList({u"*.yaml"_s});
        for (const QString &name : files) {
            const auto document = m_yaml->parse(test::shippedText(u"resources/crds/"_s + name));
            QVERIFY2(document.ok(), qPrintable(name));
            const QString kind = json::at(document->value, u"/spec/names/kind"_s).toString();
            const QJsonValue schema = json::at(document->value, u"/spec/versions/0/schema/openAPIV3Schema"_s);
            QStringList pointers{suspendPointer(kind), cancelPointer(kind)};
            const QList<ComponentPath> components = componentsOf(kind);
            for (const ComponentPath &path : components)
                pointers << path.replicas << path.resources + u"/cpuLimit"_s << path.storage << path.env;
            if (kind == "SyncDomain"_L1 || kind == "SuperValidator"_L1 || kind == "Validator"_L1)
                pointers << u"/spec/imageTag"_s;
            for (const QString &pointer : pointers) {
                if (pointer.isEmpty())
                    continue;
                QString inSchema = pointer;
                inSchema.replace(u"/"_s, u"/properties/"_s);
                QVERIFY2(json::at(schema, inSchema).isObject(), qPrintable(kind + u' ' + pointer));
                ++checked;
            }
        }
        QVERIFY2(checked > 60 || files.isEmpty(), qPrintable(QString::number(checked)));
        if (files.isEmpty())
            QSKIP("the CRDs are not made yet");
    }

    void scale()
    {
        const auto draft = build(u"scale"_s, {{u"component"_s, u"participant"_s}, {u"replicas"_s, u"2"_s}});
        QVERIFY2(draft.ok(), qPrintable(draft ? QString() : draft.error().text()));
        QCOMPARE(draft->title, u"Scale northgate-1"_s);
        QCOMPARE(draft->danger, Danger::Disruptive);
        QCOMPARE(draft->edits.size(), 1);
        const Edit &edit = draft->edits.first();
        QCOMPARE(
            json::compact(edit.body), QByteArray(R"({"spec":{"participant":{"spec":{"resources":{"replicas":2}}}}})"));
        QCOMPARE(edit.object.uid, json::at(m_live, u"/metadata/uid"_s).toString());
        QCOMPARE(edit.object.shortName(), u"validators/northgate-1"_s);
        QCOMPARE(edit.object.cluster, u"test"_s);
        QCOMPARE(edit.baseVersion, json::at(m_live, u"/metadata/resourceVersion"_s).toString());
        QCOMPARE(edit.follow.until, FollowTarget::Until::Generation);
        QVERIFY(edit.follow.good.contains(network::State::Ready));
        QVERIFY(!draft->id.isEmpty());
        // names of components may be written as people write them
        QVERIFY(build(u"scale"_s, {{u"component"_s, u"wallet-ui"_s}, {u"replicas"_s, u"3"_s}}).ok());
    }

    void errorsNameTheParameterAndTheValues()
    {
        const Error component
            = expectError(build(u"scale"_s, {{u"component"_s, u"scan"_s}, {u"replicas"_s, u"2"_s}}), "scan");
        QCOMPARE(component.causes.first().field, u"component"_s);
        QVERIFY(component.text().contains(u"validatorApp, participant, walletUI, applicationCantonNameServer"_s));
        const Error missing = expectError(build(u"scale"_s, {{u"replicas"_s, u"2"_s}}), "no component");
        QVERIFY(missing.text().contains(u"component"_s) && missing.text().contains(u"participant"_s));
        QCOMPARE(
            expectError(build(u"scale"_s, {{u"component"_s, u"participant"_s}}), "no replicas").causes.first().field,
            u"replicas"_s);
        for (const QString &bad : {u"-1"_s, u"65"_s, u"two"_s, u"1.5"_s, QString()}) {
            const Error error = expectError(
                build(u"scale"_s, {{u"component"_s, u"participant"_s}, {u"replicas"_s, bad}}), "replicas");
            QVERIFY(error.text().contains(u"from 0 to 64"_s));
        }
        const Error unknown = expectError(
            build(u"scale"_s, {{u"component"_s, u"participant"_s}, {u"replicas"_s, u"2"_s}, {u"replica"_s, u"1"_s}}),
            "unknown");
        QVERIFY(unknown.text().contains(u"component, replicas"_s));
        const Error action = expectError(build(u"scael"_s, {}), "action");
        QVERIFY(action.text().contains(u"scale, resources"_s));
        const Error kind = expectError(
            m_catalogue->buildDraft(u"scale"_s, *m_kinds->find(u"party"_s), m_live, {}, context()), "kind");
        QVERIFY(kind.text().contains(u"Validator"_s) && kind.text().contains(u"Party"_s));
        const Error same
            = expectError(build(u"scale"_s, {{u"component"_s, u"participant"_s}, {u"replicas"_s, u"1"_s}}), "same");
        QCOMPARE(same.reason, u"NothingToChange"_s);
    }

    void resources()
    {
        const auto draft = build(u"resources"_s,
            {{u"component"_s, u"participant"_s}, {u"cpuLimit"_s, u"4"_s}, {u"memoryLimit"_s, u"8Gi"_s}});
        QVERIFY(draft.ok());
        QCOMPARE(json::compact(draft->edits.first().body),
            QByteArray(R"({"spec":{"participant":{"spec":{"resources":{"cpuLimit":"4","memoryLimit":"8Gi"}}}}})"));
        const Error limit = expectError(
            build(u"resources"_s, {{u"component"_s, u"participant"_s}, {u"memoryLimit"_s, u"1Gi"_s}}), "limit");
        QCOMPARE(limit.causes.first().field, u"memoryLimit"_s);
        QVERIFY(limit.message.contains(u"memoryRequested (2Gi) of participant"_s));
        QCOMPARE(
            expectError(build(u"resources"_s, {{u"component"_s, u"participant"_s}, {u"cpuLimit"_s, u"lots"_s}}), "lots")
                .causes.first()
                .field,
            u"cpuLimit"_s);
        QVERIFY(expectError(build(u"resources"_s, {{u"component"_s, u"participant"_s}}), "none")
                    .text()
                    .contains(u"cpuRequested"_s));
    }

    void environment()
    {
        const auto changed = build(
            u"env"_s, {{u"component"_s, u"participant"_s}, {u"name"_s, u"LOG_LEVEL"_s}, {u"value"_s, u"DEBUG"_s}});
        QVERIFY(changed.ok());
        const QJsonArray list = json::at(changed->edits.first().body, u"/spec/participant/spec/envVars"_s).toArray();
        QCOMPARE(list.size(), 2);
        QCOMPARE(json::at(list, u"/0/value"_s).toString(), u"DEBUG"_s);
        const auto added
            = build(u"env"_s, {{u"component"_s, u"walletUI"_s}, {u"name"_s, u"A"_s}, {u"value"_s, QString()}});
        QVERIFY(added.ok());
        const auto removed = build(
            u"env"_s, {{u"component"_s, u"participant"_s}, {u"name"_s, u"LOG_LEVEL"_s}, {u"remove"_s, u"true"_s}});
        QVERIFY(removed.ok());
        QCOMPARE(json::at(removed->edits.first().body, u"/spec/participant/spec/envVars"_s).toArray().size(), 1);
        const Error absent = expectError(
            build(u"env"_s, {{u"component"_s, u"participant"_s}, {u"name"_s, u"NOPE"_s}, {u"remove"_s, u"true"_s}}),
            "absent");
        QVERIFY(absent.text().contains(u"LOG_LEVEL, DB_PASSWORD"_s));
        QVERIFY(!absent.text().contains(u"hunter2"_s));
        expectError(build(u"env"_s, {{u"component"_s, u"participant"_s}, {u"name"_s, u"A"_s}}), "no value");
        expectError(build(u"env"_s,
                        {{u"component"_s, u"participant"_s}, {u"name"_s, u"A"_s}, {u"value"_s, u"1"_s},
                            {u"remove"_s, u"true"_s}}),
            "both");
        expectError(
            build(u"env"_s, {{u"component"_s, u"participant"_s}, {u"name"_s, u"1 A"_s}, {u"value"_s, u"1"_s}}), "name");
        expectError(
            build(u"env"_s, {{u"component"_s, u"participant"_s}, {u"name"_s, u"A"_s}, {u"remove"_s, u"maybe"_s}}),
            "boolean");
    }

    void storageOnlyGrows()
    {
        const auto grown = build(u"storage"_s, {{u"size"_s, u"200Gi"_s}});
        QVERIFY(grown.ok());
        QCOMPARE(json::compact(grown->edits.first().body), QByteArray(R"({"spec":{"storageSize":"200Gi"}})"));
        const Error less = expectError(build(u"storage"_s, {{u"size"_s, u"50Gi"_s}}), "less");
        QVERIFY(
            less.message.contains(u"100Gi"_s) && less.message.contains(u"50Gi"_s) && less.message.contains(u"grow"_s));
        QVERIFY(!less.remedy.isEmpty());
        QCOMPARE(expectError(build(u"storage"_s, {{u"size"_s, u"102400Mi"_s}}), "same").reason, u"NothingToChange"_s);
        expectError(build(u"storage"_s, {{u"size"_s, u"big"_s}}), "big");
        expectError(build(u"storage"_s, {{u"size"_s, u"200Gi"_s}, {u"component"_s, u"participant"_s}}), "component");
        const network::KindInfo &sv = *m_kinds->find(u"sv"_s);
        const QJsonObject live{{u"metadata"_s, QJsonObject{{u"name"_s, u"sv-1"_s}}}, {u"spec"_s, QJsonObject()}};
        expectError(
            m_catalogue->buildDraft(u"storage"_s, sv, live, {{u"size"_s, u"1Gi"_s}}, context()), "no component");
        const auto ofScan = m_catalogue->buildDraft(
            u"storage"_s, sv, live, {{u"size"_s, u"1Gi"_s}, {u"component"_s, u"scan"_s}}, context());
        QVERIFY(ofScan.ok());
        QCOMPARE(json::at(ofScan->edits.first().body, u"/spec/scan/spec/storageSize"_s).toString(), u"1Gi"_s);
    }

    void requestsAreUnique()
    {
        const auto draft = build(u"restart"_s, {});
        QVERIFY(draft.ok());
        const Edit &edit = draft->edits.first();
        const QString pointer = u"/metadata/annotations/canton.quarterdeck.io~1restart-requested-at"_s;
        QCOMPARE(json::at(edit.body, pointer).toString(), u"2026-03-01T12:00:00Z"_s);
        QCOMPARE(edit.follow.until, FollowTarget::Until::Request);
        QCOMPARE(edit.follow.request, u"restart"_s);
        QCOMPARE(edit.follow.requestValue, u"2026-03-01T12:00:00Z"_s);
        const QJsonObject again = json::mergePatch(m_live, edit.body).toObject();
        const auto second = m_catalogue->buildDraft(u"restart"_s, validator(), again, {}, context());
        QCOMPARE(json::at(second->edits.first().body, pointer).toString(), u"2026-03-01T12:00:01Z"_s);
        QCOMPARE(build(u"reconcile"_s, {})->edits.first().follow.request, u"reconcile"_s);
    }

    void suspendAndResume()
    {
        const auto suspend = build(u"suspend"_s, {});
        QVERIFY(suspend.ok());
        QVERIFY(suspend->edits.first().follow.good.contains(network::State::Suspended));
        QCOMPARE(expectError(build(u"resume"_s, {}), "resume").reason, u"NothingToChange"_s);
        const auto schedule = m_catalogue->forKind(*m_kinds->find(u"cbs"_s));
        const auto it
            = std::find_if(schedule.begin(), schedule.end(), [](const ActionInfo &a) { return a.id == "suspend"_L1; });
        QVERIFY(it != schedule.end());
        QCOMPARE(it->danger, Danger::Routine);
        QCOMPARE(it->right.resource, u"backupschedules"_s);
        QCOMPARE(it->right.group, u"canton.quarterdeck.io"_s);
    }

    void versionTakesPinnedComponentsAlong()
    {
        QJsonValue live = m_live;
        json::set(live, u"/spec/participant/spec/imageTag"_s, u"0.4.15"_s);
        json::set(live, u"/spec/walletUI/spec/imageTag"_s, u"0.4.14"_s);
        const auto draft
            = m_catalogue->buildDraft(u"version"_s, validator(), live.toObject(), {{u"tag"_s, u"0.4.16"_s}}, context());
        QVERIFY(draft.ok());
        QCOMPARE(json::compact(draft->edits.first().body),
            QByteArray(R"({"spec":{"imageTag":"0.4.16","participant":{"spec":{"imageTag":"0.4.16"}}}})"));
        expectError(build(u"version"_s, {{u"tag"_s, u"a b"_s}}), "tag");
    }

    void labelsAndAnnotations()
    {
        const auto label = build(u"label"_s, {{u"key"_s, u"example.com/team"_s}, {u"value"_s, u"infra"_s}});
        QVERIFY(label.ok());
        QCOMPARE(json::compact(label->edits.first().body),
            QByteArray(R"({"metadata":{"labels":{"example.com/team":"infra"}}})"));
        QCOMPARE(label->edits.first().follow.until, FollowTarget::Until::Applied);
        QCOMPARE(expectError(build(u"label"_s, {{u"key"_s, u"team"_s}, {u"value"_s, u"a b"_s}}), "value")
                     .causes.first()
                     .field,
            u"value"_s);
        QVERIFY(build(u"annotate"_s, {{u"key"_s, u"team"_s}, {u"value"_s, u"a b"_s}}).ok());
        expectError(build(u"label"_s, {{u"key"_s, u"-bad"_s}, {u"value"_s, u"a"_s}}), "key");
        expectError(build(u"label"_s, {{u"key"_s, u"none"_s}, {u"remove"_s, u"true"_s}}), "not there");
        QJsonValue live = m_live;
        json::set(live, u"/metadata/labels/team"_s, u"x"_s);
        const auto removed = m_catalogue->buildDraft(
            u"label"_s, validator(), live.toObject(), {{u"key"_s, u"team"_s}, {u"remove"_s, u"true"_s}}, context());
        QCOMPARE(json::compact(removed->edits.first().body), QByteArray(R"({"metadata":{"labels":{"team":null}}})"));
    }

    void editWholeObject()
    {
        QJsonValue wanted = m_live;
        json::set(wanted, u"/spec/imageTag"_s, u"0.4.16"_s);
        json::remove(wanted, u"/status"_s);
        const QString yaml = QString::fromUtf8(m_yaml->emitText(wanted));
        const auto draft = build(u"edit"_s, {{u"file"_s, yaml}});
        QVERIFY2(draft.ok(), qPrintable(draft ? QString() : draft.error().text()));
        QCOMPARE(json::compact(draft->edits.first().body), QByteArray(R"({"spec":{"imageTag":"0.4.16"}})"));
        QCOMPARE(draft->title, u"Change northgate-1"_s);
        QVERIFY(build(u"edit"_s, {{u"file"_s, QString::fromUtf8(json::compact(wanted))}}).ok());
        QCOMPARE(
            expectError(build(u"edit"_s, {{u"file"_s, QString::fromUtf8(m_yaml->emitText(m_live))}}), "same").reason,
            u"NothingToChange"_s);
        // an older version whose spec, labels and annotations are those of now: only the status moved since
        json::set(wanted, u"/metadata/resourceVersion"_s, u"1"_s);
        QVERIFY(build(u"edit"_s, {{u"file"_s, QString::fromUtf8(json::compact(wanted))}}).ok());
        json::set(wanted, u"/metadata/labels/mine"_s, u"x"_s);
        QVERIFY(!build(u"edit"_s, {{u"file"_s, QString::fromUtf8(json::compact(wanted))}}).ok());
        json::remove(wanted, u"/metadata/labels"_s);
        json::set(wanted, u"/metadata/generation"_s, 0);
        const Error old
            = expectError(build(u"edit"_s, {{u"file"_s, QString::fromUtf8(json::compact(wanted))}}), "old version");
        QCOMPARE(old.kind, ErrorKind::Conflict);
        json::remove(wanted, u"/metadata/resourceVersion"_s);
        json::set(wanted, u"/metadata/name"_s, u"other"_s);
        QVERIFY(expectError(build(u"edit"_s, {{u"file"_s, QString::fromUtf8(json::compact(wanted))}}), "name")
                    .message.contains(u"other"_s));
        const Error broken = expectError(build(u"edit"_s, {{u"file"_s, u"spec:\n  a: [1\n"_s}}), "broken");
        QVERIFY2(broken.message.contains(u"Line 3"_s), qPrintable(broken.message));
        expectError(build(u"edit"_s, {{u"file"_s, u"- 1"_s}}), "no object");
        expectError(build(u"edit"_s, {{u"file"_s, u"apiVersion: v1\nkind: Pod"_s}}), "kind");
    }

    void createFromFile()
    {
        const auto example = test::shippedText(u"resources/examples/good/validator.yaml"_s);
        DraftContext where = context();
        where.defaultNamespace = u"fallback"_s;
        const auto draft
            = m_catalogue->buildDraft(u"create"_s, validator(), {}, {{u"file"_s, QString::fromUtf8(example)}}, where);
        QVERIFY2(draft.ok(), qPrintable(draft ? QString() : draft.error().text()));
        QCOMPARE(draft->edits.first().verb, ports::Verb::Create);
        QVERIFY(!draft->edits.first().object.ns.isEmpty());
        QCOMPARE(draft->danger, Danger::Routine);
        const QString head = u"apiVersion: canton.quarterdeck.io/v1alpha1\nkind: Validator\n"_s;
        expectError(m_catalogue->buildDraft(u"create"_s, validator(), {}, {{u"file"_s, head}}, where), "no name");
        const QString named = head + u"metadata: {name: x}\n"_s;
        QCOMPARE(
            m_catalogue->buildDraft(u"create"_s, validator(), {}, {{u"file"_s, named}}, where)->edits.first().object.ns,
            u"fallback"_s);
        expectError(
            m_catalogue->buildDraft(u"create"_s, validator(), {}, {{u"file"_s, named}}, context()), "no namespace");
    }

    void createWithAGeneratedName()
    {
        DraftContext where = context();
        where.defaultNamespace = u"main"_s;
        const QString text = u"apiVersion: canton.quarterdeck.io/v1alpha1\nkind: Validator\nmetadata: {generateName: node-}\n"_s;
        QSet<QString> names;
        for (int i = 0; i < 20; ++i) {
            const auto draft = m_catalogue->buildDraft(u"create"_s, validator(), {}, {{u"file"_s, text}}, where);
            QVERIFY2(draft.ok(), qPrintable(draft ? QString() : draft.error().text()));
            const Edit &edit = draft->edits.first();
            static const QRegularExpression form(u"^node-[bcdfghjklmnpqrstvwxz2456789]{5}$"_s);
            QVERIFY2(form.match(edit.object.name).hasMatch(), qPrintable(edit.object.name));
            QCOMPARE(edit.body["metadata"_L1]["name"_L1].toString(), edit.object.name);
            names.insert(edit.object.name);
        }
        QVERIFY(names.size() > 15);
    }

    void deleteOfANodeIsTwoEdits()
    {
        const auto draft = build(u"delete"_s, {});
        QVERIFY(draft.ok());
        QCOMPARE(draft->danger, Danger::Destructive);
        QCOMPARE(draft->edits.size(), 2);
        QCOMPARE(json::at(draft->edits.first().body, u"/metadata/annotations/canton.quarterdeck.io~1confirm-delete"_s)
                     .toString(),
            u"northgate-1"_s);
        QCOMPARE(draft->edits.at(1).verb, ports::Verb::Delete);
        QVERIFY(draft->edits.at(1).needsEarlier);
        QCOMPARE(draft->edits.at(1).follow.until, FollowTarget::Until::Gone);
        const QJsonObject party{{u"metadata"_s, QJsonObject{{u"name"_s, u"p"_s}, {u"uid"_s, u"u"_s}}}};
        QCOMPARE(
            m_catalogue->buildDraft(u"delete"_s, *m_kinds->find(u"party"_s), party, {}, context())->edits.size(), 1);
    }

    void cancelOnlyWhatRuns()
    {
        const network::KindInfo &backup = *m_kinds->find(u"cbk"_s);
        const auto backupIn = [](const QString &phase) {
            return QJsonObject{
                {u"metadata"_s, QJsonObject{{u"name"_s, u"b"_s}}}, {u"status"_s, QJsonObject{{u"phase"_s, phase}}}};
        };
        const auto draft = m_catalogue->buildDraft(u"cancel"_s, backup, backupIn(u"Running"_s), {}, context());
        QVERIFY(draft.ok());
        QCOMPARE(json::compact(draft->edits.first().body), QByteArray(R"({"spec":{"cancel":true}})"));
        QVERIFY(draft->edits.first().follow.good.contains(network::State::Cancelled));
        QCOMPARE(
            expectError(m_catalogue->buildDraft(u"cancel"_s, backup, backupIn(u"Succeeded"_s), {}, context()), "ended")
                .reason,
            u"NothingToChange"_s);
    }

    void questionNamesTheRight()
    {
        const QList<ActionInfo> actions = m_catalogue->forKind(validator());
        const auto question = ActionCatalogue::question(actions.first(), validator(), u"canton"_s, u"a"_s);
        QCOMPARE(question.text(), u"patch validators.canton.quarterdeck.io in canton"_s);
        const auto create
            = ActionCatalogue::question(*m_catalogue->find(u"create"_s), validator(), u"canton"_s, u"a"_s);
        QVERIFY(create.name.isEmpty());
    }

private:
    [[nodiscard]] const network::KindInfo &validator() const { return *m_kinds->find(u"validator"_s); }
    [[nodiscard]] DraftContext context() const
    {
        return {u"test"_s, {}, QDateTime::fromString(u"2026-03-01T12:00:00Z"_s, Qt::ISODate), m_yaml.get()};
    }
    [[nodiscard]] Result<ChangeDraft> build(const QString &action, const QMap<QString, QString> &params) const
    {
        return m_catalogue->buildDraft(action, validator(), m_live, params, context());
    }

    std::shared_ptr<ports::YamlCodec> m_yaml;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();
    std::unique_ptr<ActionCatalogue> m_catalogue;
    QJsonObject m_live;
};

QTEST_GUILESS_MAIN(TestActions)
#include "tst_actions.moc"
