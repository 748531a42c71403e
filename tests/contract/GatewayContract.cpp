// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/contract/GatewayContract.h"

#include "app/yaml/Yaml.h"
#include "models/core/Json.h"

#include <QFile>
#include <QJsonArray>

#include <algorithm>

namespace qd::test {

using namespace Qt::StringLiterals;
using ports::Verb;
using ports::WriteRequest;

#define QD_OK(result)                                                                                                  \
    QVERIFY2((result).ok(),                                                                                            \
        qPrintable((result).ok() ? QString() : QString((result).error().text() + u" | "_s + (result).error().detail)))

namespace {

const QString kNs = u"contract"_s;
const QString kGroup = u"canton.quarterdeck.io"_s;
const Gvr kValidators{kGroup, u"v1alpha1"_s, u"validators"_s};
const Gvr kParties{kGroup, u"v1alpha1"_s, u"parties"_s};
const Gvr kNamespaces{{}, u"v1"_s, u"namespaces"_s};
const Gvr kEvents{{}, u"v1"_s, u"events"_s};

QString text(const QJsonObject &object, const char *pointer)
{
    return json::at(object, QLatin1String(pointer)).toString();
}

WriteRequest request(Verb verb, const QString &name, const QJsonValue &body = {})
{
    WriteRequest r;
    r.verb = verb;
    r.gvr = kValidators;
    r.ns = kNs;
    r.name = name;
    r.body = body;
    return r;
}

QJsonObject tagPatch(const QString &tag, const QString &version = {})
{
    QJsonObject body{{u"spec"_s, QJsonObject{{u"imageTag"_s, tag}}}};
    if (!version.isEmpty())
        body.insert(u"metadata"_s, QJsonObject{{u"resourceVersion"_s, version}});
    return body;
}

QStringList namesOf(const QJsonObject &list)
{
    QStringList names;
    for (const QJsonValue &item : list.value("items"_L1).toArray())
        names.append(item.toObject().value("metadata"_L1).toObject().value("name"_L1).toString());
    return names;
}

}

QJsonObject GatewayContract::example(const QString &file, const QString &name)
{
    QFile in(QStringLiteral(QD_SOURCE_DIR "/resources/examples/good/") + file + u".yaml"_s);
    if (!in.open(QIODevice::ReadOnly))
        return {};
    const auto document = yaml::makeYamlCodec()->parse(in.readAll());
    if (!document)
        return {};
    QJsonValue object = document->value;
    json::set(object, u"/metadata/name"_s, name);
    json::set(object, u"/metadata/namespace"_s, kNs);
    return object.toObject();
}

Result<ports::WriteOutcome> GatewayContract::create(const Gvr &gvr, const QJsonObject &object, bool dryRun)
{
    WriteRequest r = request(Verb::Create, {}, object);
    r.gvr = gvr;
    r.ns = gvr == kNamespaces ? QString() : kNs;
    r.dryRun = dryRun;
    return await(admin().write(r));
}

Result<ports::WriteOutcome> GatewayContract::patch(const QString &name, const QJsonObject &body, bool dryRun)
{
    WriteRequest r = request(Verb::MergePatch, name, body);
    r.dryRun = dryRun;
    return await(admin().write(r));
}

QJsonObject GatewayContract::validator(const QString &name)
{
    const auto made = create(kValidators, example(u"validator"_s, name));
    if (!made)
        qWarning() << made.error().text() << made.error().detail;
    return made ? made->object : QJsonObject();
}

void GatewayContract::namespaceExists()
{
    const auto made = create(kNamespaces,
        QJsonObject{
            {u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Namespace"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, kNs}}}});
    QD_OK(made);
}

void GatewayContract::version()
{
    const auto version = await(admin().version());
    QD_OK(version);
    QVERIFY2(version->gitVersion.startsWith(u"v1."_s), qPrintable(version->gitVersion));
    QVERIFY(version->platform.contains(u'/'));
    QCOMPARE(version->url, admin().serverUrl());
    QVERIFY2(qAbs(version->date.secsTo(QDateTime::currentDateTimeUtc())) < 60, qPrintable(version->date.toString()));
    QVERIFY(version->roundTripMs >= 0 && version->roundTripMs < 30000);
}

void GatewayContract::whoAmI()
{
    const auto me = await(admin().whoAmI());
    QD_OK(me);
    QVERIFY(!me->user.isEmpty());
    QVERIFY(me->groups.contains(u"system:authenticated"_s));
    const auto other = await(viewer().whoAmI());
    QD_OK(other);
    QVERIFY(other->user != me->user);
}

void GatewayContract::discover()
{
    const auto served = await(admin().discover());
    QD_OK(served);
    const auto find = [&](const QString &name) {
        return std::find_if(
            served->begin(), served->end(), [&](const ports::ServedResource &r) { return r.gvr.name() == name; });
    };
    const auto validators = find(u"validators.canton.quarterdeck.io"_s);
    QVERIFY(validators != served->end());
    QCOMPARE(validators->kind, u"Validator"_s);
    QVERIFY(validators->namespaced && !validators->stale);
    QVERIFY(validators->subresources.contains(u"status"_s));
    for (const QString &verb : {u"get"_s, u"list"_s, u"watch"_s, u"create"_s, u"patch"_s, u"delete"_s})
        QVERIFY2(validators->verbs.contains(verb), qPrintable(verb));
    const auto pods = find(u"pods"_s);
    QVERIFY(pods != served->end());
    QVERIFY(pods->subresources.contains(u"log"_s));
    QVERIFY(pods->shortNames.contains(u"po"_s));
    QVERIFY(find(u"namespaces"_s) != served->end() && !find(u"namespaces"_s)->namespaced);
}

void GatewayContract::createGetList()
{
    const QJsonObject made = validator(u"made"_s);
    QVERIFY(!text(made, "/metadata/uid").isEmpty());
    QVERIFY(!text(made, "/metadata/resourceVersion").isEmpty());
    const auto got = await(admin().get(kValidators, kNs, u"made"_s));
    QD_OK(got);
    QCOMPARE(text(*got, "/metadata/uid"), text(made, "/metadata/uid"));
    QCOMPARE(text(*got, "/spec/imageTag"), text(made, "/spec/imageTag"));
    const auto list = await(admin().list(kValidators, {.ns = kNs}));
    QD_OK(list);
    QVERIFY(namesOf(*list).contains(u"made"_s));
    QVERIFY(!text(*list, "/metadata/resourceVersion").isEmpty());
    const auto all = await(admin().list(kValidators, {}));
    QD_OK(all);
    QVERIFY(namesOf(*all).contains(u"made"_s));
    const auto none = await(admin().list(kValidators, {.ns = kNs, .labelSelector = u"no-such-label=x"_s}));
    QD_OK(none);
    QVERIFY(namesOf(*none).isEmpty());
}

void GatewayContract::createTwiceIsAConflict()
{
    validator(u"twice"_s);
    const auto again = create(kValidators, example(u"validator"_s, u"twice"_s));
    QVERIFY(!again);
    QCOMPARE(again.error().kind, ErrorKind::Conflict);
    QCOMPARE(again.error().reason, u"AlreadyExists"_s);
    QVERIFY(again.error().message.contains(u"twice"_s));
}

void GatewayContract::listFollowsPages()
{
    QStringList expected;
    for (int i = 0; i < 7; ++i) {
        expected.append(u"party-%1"_s.arg(i));
        QD_OK(create(kParties, example(u"party"_s, expected.last())));
    }
    const auto list = await(admin().list(kParties, {.ns = kNs, .limit = 3}));
    QD_OK(list);
    QCOMPARE(namesOf(*list), expected);
    QVERIFY(!text(*list, "/metadata/resourceVersion").isEmpty());
    QVERIFY(!list->value("metadata"_L1).toObject().contains("continue"_L1));
}

void GatewayContract::metadataOnly()
{
    const auto list = await(admin().list(kParties, {.ns = kNs, .metadataOnly = true}));
    QD_OK(list);
    const QJsonArray items = list->value("items"_L1).toArray();
    QVERIFY(!items.isEmpty());
    QVERIFY(!items.first().toObject().contains("spec"_L1));
    QVERIFY(!text(items.first().toObject(), "/metadata/uid").isEmpty());
}

void GatewayContract::table()
{
    const auto table = await(admin().table(kParties, {.ns = kNs, .limit = 3}));
    QD_OK(table);
    QCOMPARE(text(*table, "/kind"), u"Table"_s);
    QCOMPARE(text(*table, "/columnDefinitions/0/name"), u"Name"_s);
    QCOMPARE(table->value("rows"_L1).toArray().size(), 7);
    QCOMPARE(text(*table, "/rows/6/cells/0"), u"party-6"_s);
}

void GatewayContract::dryRunChangesNothing()
{
    const QJsonObject made = validator(u"dry"_s);
    const auto outcome = patch(u"dry"_s, tagPatch(u"9.9.9"_s, text(made, "/metadata/resourceVersion")), true);
    QD_OK(outcome);
    QCOMPARE(text(outcome->object, "/spec/imageTag"), u"9.9.9"_s);
    const auto live = await(admin().get(kValidators, kNs, u"dry"_s));
    QD_OK(live);
    QCOMPARE(text(*live, "/metadata/resourceVersion"), text(made, "/metadata/resourceVersion"));
    QD_OK(create(kValidators, example(u"validator"_s, u"dry-2"_s), true));
    QCOMPARE(await(admin().get(kValidators, kNs, u"dry-2"_s)).error().kind, ErrorKind::NotFound);
}

void GatewayContract::mergePatchWithVersion()
{
    const QJsonObject made = validator(u"merge"_s);
    const QString version = text(made, "/metadata/resourceVersion");
    const auto first = patch(u"merge"_s, tagPatch(u"1.0.1"_s, version));
    QD_OK(first);
    QVERIFY(text(first->object, "/metadata/resourceVersion") != version);
    QCOMPARE(json::at(first->object, u"/metadata/generation"_s).toInt(), 2);
    const auto second = patch(u"merge"_s, tagPatch(u"1.0.2"_s, version));
    QVERIFY(!second);
    QCOMPARE(second.error().kind, ErrorKind::Conflict);
    QCOMPARE(second.error().httpStatus, 409);
    QVERIFY(second.error().message.contains(u"merge"_s) && !second.error().remedy.isEmpty());
    QCOMPARE(text(*await(admin().get(kValidators, kNs, u"merge"_s)), "/spec/imageTag"), u"1.0.1"_s);
    // Who wrote it is on record.
    const QJsonArray fields = json::at(first->object, u"/metadata/managedFields"_s).toArray();
    QVERIFY(std::any_of(fields.begin(), fields.end(),
        [](const QJsonValue &f) { return f.toObject().value("manager"_L1).toString() == u"quarterdeck"_s; }));
}

void GatewayContract::jsonPatchWithTests()
{
    const QJsonObject made = validator(u"jsonpatch"_s);
    const auto operations = [](const QString &version, const QString &tag) {
        return QJsonArray{
            QJsonObject{{u"op"_s, u"test"_s}, {u"path"_s, u"/metadata/resourceVersion"_s}, {u"value"_s, version}},
            QJsonObject{{u"op"_s, u"replace"_s}, {u"path"_s, u"/spec/imageTag"_s}, {u"value"_s, tag}}};
    };
    const QString version = text(made, "/metadata/resourceVersion");
    const auto first = await(admin().write(request(Verb::JsonPatch, u"jsonpatch"_s, operations(version, u"2.0.1"_s))));
    QD_OK(first);
    QCOMPARE(text(first->object, "/spec/imageTag"), u"2.0.1"_s);
    const auto second = await(admin().write(request(Verb::JsonPatch, u"jsonpatch"_s, operations(version, u"2.0.2"_s))));
    QVERIFY(!second);
    QCOMPARE(second.error().kind, ErrorKind::Conflict);
    const auto invalid = await(admin().write(request(Verb::JsonPatch, u"jsonpatch"_s,
        operations(text(first->object, "/metadata/resourceVersion"), QString(300, u'x')))));
    QVERIFY(!invalid);
    QCOMPARE(invalid.error().kind, ErrorKind::Invalid);
}

void GatewayContract::unknownFieldIsNamed()
{
    validator(u"strict"_s);
    const auto outcome = patch(u"strict"_s, QJsonObject{{u"spec"_s, QJsonObject{{u"imageTagg"_s, u"1"_s}}}});
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().kind, ErrorKind::Invalid);
    QVERIFY2(outcome.error().text().contains(u"imageTagg"_s), qPrintable(outcome.error().text()));
}

void GatewayContract::invalidFieldIsNamed()
{
    validator(u"invalid"_s);
    const auto outcome = patch(u"invalid"_s, QJsonObject{{u"spec"_s, QJsonObject{{u"storageSize"_s, u"1Gi"_s}}}}, true);
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().kind, ErrorKind::Invalid);
    QCOMPARE(outcome.error().httpStatus, 422);
    QVERIFY(!outcome.error().causes.isEmpty());
    QCOMPARE(outcome.error().causes.first().field, u"spec.storageSize"_s);
    QVERIFY(!outcome.error().causes.first().message.isEmpty());
}

void GatewayContract::updateWithoutVersionIsRefused()
{
    QJsonValue object = validator(u"update"_s);
    json::remove(object, u"/metadata/resourceVersion"_s);
    json::remove(object, u"/metadata/managedFields"_s);
    const auto outcome = await(admin().write(request(Verb::Update, u"update"_s, object)));
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().kind, ErrorKind::Invalid);
    QVERIFY(outcome.error().text().contains(u"resourceVersion"_s));
}

void GatewayContract::warningsArrive()
{
    validator(u"warned"_s);
    const auto outcome = patch(u"warned"_s, tagPatch(u"latest"_s), true);
    QD_OK(outcome);
    QVERIFY2(outcome->warnings.join(u' ').contains(u"latest"_s), qPrintable(outcome->warnings.join(u' ')));
}

void GatewayContract::deleteGuardAndPreconditions()
{
    const QJsonObject made = validator(u"doomed"_s);
    WriteRequest erase = request(Verb::Delete, u"doomed"_s);
    erase.uid = text(made, "/metadata/uid");
    const auto guarded = await(admin().write(erase));
    QVERIFY(!guarded);
    QVERIFY2(guarded.error().text().contains(u"confirm-delete"_s), qPrintable(guarded.error().text()));
    const auto confirmed = patch(u"doomed"_s,
        QJsonObject{{u"metadata"_s,
            QJsonObject{{u"annotations"_s, QJsonObject{{u"canton.quarterdeck.io/confirm-delete"_s, u"doomed"_s}}}}}});
    QD_OK(confirmed);
    WriteRequest other = erase;
    other.uid = u"11111111-2222-3333-4444-555555555555"_s;
    const auto wrong = await(admin().write(other));
    QVERIFY(!wrong);
    QCOMPARE(wrong.error().kind, ErrorKind::Conflict);
    WriteRequest dry = erase;
    dry.dryRun = true;
    QD_OK(await(admin().write(dry)));
    QVERIFY(await(admin().get(kValidators, kNs, u"doomed"_s)));
    erase.propagation = u"Background"_s;
    QD_OK(await(admin().write(erase)));
    QCOMPARE(await(admin().get(kValidators, kNs, u"doomed"_s)).error().kind, ErrorKind::NotFound);
}

void GatewayContract::notFoundAndNotServed()
{
    const auto missing = await(admin().get(kValidators, kNs, u"nobody"_s));
    QCOMPARE(missing.error().kind, ErrorKind::NotFound);
    QVERIFY(missing.error().message.contains(u"nobody"_s));
    const auto unknown = await(admin().list({kGroup, u"v1alpha1"_s, u"unicorns"_s}, {}));
    QCOMPARE(unknown.error().kind, ErrorKind::Unsupported);
    QVERIFY(unknown.error().message.contains(u"unicorns"_s));
}

void GatewayContract::accessReviews()
{
    QVERIFY(await(admin().mayI({u"patch"_s, kValidators, {}, kNs, u"made"_s}))->allowed);
    QVERIFY(await(viewer().mayI({u"list"_s, kValidators, {}, kNs, {}}))->allowed);
    const auto no = await(viewer().mayI({u"patch"_s, kValidators, {}, kNs, {}}));
    QD_OK(no);
    QVERIFY(!no->allowed);
    const auto rules = await(viewer().rules(kNs));
    QD_OK(rules);
    QVERIFY(!rules->value("resourceRules"_L1).toArray().isEmpty());
}

void GatewayContract::forbiddenNamesTheRight()
{
    const auto outcome = await(viewer().write(request(Verb::MergePatch, u"made"_s, tagPatch(u"3"_s))));
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().kind, ErrorKind::Forbidden);
    QVERIFY2(outcome.error().message.contains(u"patch validators.canton.quarterdeck.io in contract"_s),
        qPrintable(outcome.error().text()));
}

void GatewayContract::eventsOfAnObject()
{
    const QJsonObject made = validator(u"eventful"_s);
    const QString uid = text(made, "/metadata/uid");
    for (const auto &[name, time, about] :
        {std::tuple{u"e-old"_s, u"2026-01-01T00:00:00Z"_s, uid}, std::tuple{u"e-new"_s, u"2026-01-02T00:00:00Z"_s, uid},
            std::tuple{u"e-other"_s, u"2026-01-03T00:00:00Z"_s, u"someone-else"_s}}) {
        const QJsonObject event{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Event"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, kNs}}},
            {u"involvedObject"_s,
                QJsonObject{
                    {u"kind"_s, u"Validator"_s}, {u"namespace"_s, kNs}, {u"name"_s, u"eventful"_s}, {u"uid"_s, about}}},
            {u"reason"_s, u"Test"_s}, {u"message"_s, u"m"_s}, {u"type"_s, u"Normal"_s}, {u"firstTimestamp"_s, time},
            {u"lastTimestamp"_s, time}};
        QD_OK(create(kEvents, event));
    }
    const auto events = await(admin().events({admin().cluster(), kValidators, kNs, u"eventful"_s, uid}));
    QD_OK(events);
    QCOMPARE(namesOf(*events), (QStringList{u"e-new"_s, u"e-old"_s}));
}

void GatewayContract::openApi()
{
    const auto schema = await(admin().openApi(kValidators));
    QD_OK(schema);
    QVERIFY(json::at(*schema, u"/components/schemas"_s).toObject().keys().join(u' ').contains(u"Validator"_s));
    const auto again = await(admin().openApi(kValidators));
    QD_OK(again);
    QVERIFY(*again == *schema);
    QCOMPARE(await(admin().openApi({u"no.such.group"_s, u"v1"_s, u"x"_s})).error().kind, ErrorKind::Unsupported);
}

void GatewayContract::logOfNoPod()
{
    const auto log = await(admin().podLog(kNs, u"no-such-pod"_s, {}, 10, false));
    QVERIFY(!log);
    QCOMPARE(log.error().kind, ErrorKind::NotFound);
    QVERIFY(log.error().message.contains(u"no-such-pod"_s));
}

void GatewayContract::cancelled()
{
    std::stop_source stop;
    auto future = admin().list(kValidators, {}, stop.get_token());
    stop.request_stop();
    const auto list = await(future);
    QVERIFY(!list);
    QCOMPARE(list.error().kind, ErrorKind::Cancelled);
}

}
