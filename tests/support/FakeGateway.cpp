// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeGateway.h"

#include "models/core/Json.h"
#include "models/state/JsonDiff.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::test {

using namespace Qt::StringLiterals;

namespace {

QJsonObject metadataOf(const QJsonObject &object)
{
    return object.value("metadata"_L1).toObject();
}

QString pluralOf(const QJsonObject &object)
{
    const QString kind = object.value("kind"_L1).toString().toLower();
    return kind.endsWith(u'y') ? QString(kind.chopped(1) + u"ies"_s) : QString(kind + u's');   // parties
}

QString keyOf(const QJsonObject &object)
{
    return QString(pluralOf(object) + u'/' + metadataOf(object).value("name"_L1).toString());
}

Error status(ErrorKind kind, int code, const QString &reason, const QString &message)
{
    Error error{kind, message};
    error.httpStatus = code;
    error.reason = reason;
    return error;
}

}

FakeGateway::FakeGateway(QString clusterName)
    : m_cluster(std::move(clusterName))
{
}

FakeGateway::~FakeGateway() = default;

QJsonObject FakeGateway::stamped(const QJsonObject &before, QJsonObject after)
{
    QJsonObject metadata = metadataOf(after);
    const QJsonObject old = metadataOf(before);
    for (const auto key : {"uid"_L1, "creationTimestamp"_L1, "deletionTimestamp"_L1}) {
        if (old.contains(key))
            metadata.insert(key, old.value(key));
    }
    if (!metadata.contains("uid"_L1))
        metadata.insert("uid"_L1, u"uid-%1"_s.arg(++m_uids));
    const qint64 generation = old.value("generation"_L1).toInteger(0);
    const bool changed = before.value("spec"_L1) != after.value("spec"_L1);
    metadata.insert("generation"_L1, before.isEmpty() || changed ? generation + 1 : generation);
    metadata.insert("resourceVersion"_L1, old.value("resourceVersion"_L1));
    after.insert("metadata"_L1, metadata);
    if (after == before)
        return before;
    metadata.insert("resourceVersion"_L1, QString::number(++m_version));
    after.insert("metadata"_L1, metadata);
    return after;
}

QJsonObject FakeGateway::put(QJsonObject object)
{
    const QString key = keyOf(object);
    const auto it = m_objects.find(key);
    const QJsonObject made = stamped(it == m_objects.end() ? QJsonObject() : it->second, std::move(object));
    m_objects[key] = made;
    return made;
}

QJsonObject FakeGateway::patch(const QString &object, const QJsonObject &mergePatch)
{
    return put(json::mergePatch(stored(object), mergePatch).toObject());
}

void FakeGateway::setStatus(const QString &object, const QJsonObject &value)
{
    QJsonObject now = stored(object);
    now.insert("status"_L1, value);
    put(now);
}

void FakeGateway::erase(const QString &object)
{
    m_objects.erase(object);
}

void FakeGateway::finalize(const QString &object)
{
    QJsonObject now = stored(object);
    QJsonObject metadata = metadataOf(now);
    metadata.remove("finalizers"_L1);
    if (metadata.contains("deletionTimestamp"_L1))
        return erase(object);
    now.insert("metadata"_L1, metadata);
    put(now);
}

QJsonObject FakeGateway::stored(const QString &object) const
{
    const auto it = m_objects.find(object);
    return it == m_objects.end() ? QJsonObject() : it->second;
}

void FakeGateway::failNext(const QString &verb, const Error &error, bool withEffect, bool dryRunToo)
{
    m_faults.append({verb, error, withEffect, dryRunToo});
}

std::optional<FakeGateway::Fault> FakeGateway::fault(const QString &verb, bool dryRun)
{
    for (qsizetype i = 0; i < m_faults.size(); ++i) {
        if (m_faults.at(i).verb == verb && (!dryRun || m_faults.at(i).dryRunToo))
            return m_faults.takeAt(i);
    }
    return std::nullopt;
}

int FakeGateway::count(const QString &verb, bool dryRun) const
{
    return int(
        std::count_if(calls.begin(), calls.end(), [&](const Call &c) { return c.verb == verb && c.dryRun == dryRun; }));
}

void FakeGateway::release()
{
    m_hang = false;
    const std::vector<std::function<void()>> waiting = std::move(m_hanging);
    m_hanging.clear();
    for (const auto &go : waiting)
        go();
}

template <typename T> QFuture<Result<T>> FakeGateway::answer(std::stop_token stop, std::function<Result<T>()> make)
{
    if (!m_hang)
        return readyFuture<T>(make());
    SharedPromise<T> promise;
    const auto cancelled = [promise] { promise.finish(Error{ErrorKind::Cancelled, u"cancelled"_s}); };
    m_stops.push_back(
        std::make_shared<std::stop_callback<std::function<void()>>>(stop, std::function<void()>(cancelled)));
    m_hanging.push_back([promise, make] {
        if (!promise.finished())
            promise.finish(make());
    });
    return promise.future();
}

QFuture<Result<ports::ServerVersion>> FakeGateway::version(std::stop_token stop)
{
    return answer<ports::ServerVersion>(stop, [] { return ports::ServerVersion{u"v1.36.0"_s, {}, {}, {}, {}, 0}; });
}

QFuture<Result<ports::Identity>> FakeGateway::whoAmI(std::stop_token stop)
{
    calls.append({u"whoAmI"_s, {}});
    return answer<ports::Identity>(stop, [] { return ports::Identity{u"mira"_s, {}, {u"operators"_s}}; });
}

QFuture<Result<QList<ports::ServedResource>>> FakeGateway::discover(std::stop_token stop)
{
    return answer<QList<ports::ServedResource>>(stop, [this] { return Result<QList<ports::ServedResource>>(served); });
}

QFuture<Result<QJsonObject>> FakeGateway::get(
    const Gvr &gvr, const QString &, const QString &name, std::stop_token stop)
{
    const QString key = gvr.resource + u'/' + name;
    calls.append({u"get"_s, key});
    return answer<QJsonObject>(stop, [this, key]() -> Result<QJsonObject> {
        if (const std::optional<Fault> broken = fault(u"get"_s, false))
            return broken->error;
        const QJsonObject object = stored(key);
        if (object.isEmpty())
            return status(ErrorKind::NotFound, 404, u"NotFound"_s, key + u" not found"_s);
        return object;
    });
}

QFuture<Result<QJsonObject>> FakeGateway::list(const Gvr &gvr, const ports::ListQuery &query, std::stop_token stop)
{
    calls.append({u"list"_s, gvr.resource});
    return answer<QJsonObject>(stop, [this, gvr, query]() -> Result<QJsonObject> {
        if (const std::optional<Fault> broken = fault(u"list"_s, false))
            return broken->error;
        if (onList)
            return onList(gvr, query);
        QJsonArray items;
        for (const auto &[key, object] : m_objects) {
            const QJsonObject kept = !key.startsWith(QString(gvr.resource + u'/')) ? QJsonObject() : query.reduce ? query.reduce(object) : object;
            if (!kept.isEmpty())
                items.append(kept);
        }
        return QJsonObject{{u"items"_s, items}};
    });
}

QFuture<Result<QJsonObject>> FakeGateway::table(const Gvr &gvr, const ports::ListQuery &query, std::stop_token stop)
{
    calls.append({u"table"_s, QString(gvr.resource + u'/' + query.ns + u'/' + query.fieldSelector)});
    if (printTable)
        return answer<QJsonObject>(stop, [this, query] { return printTable(query); });
    return answer<QJsonObject>(stop, [] { return status(ErrorKind::Unsupported, 406, {}, u"no tables here"_s); });
}

QFuture<Result<ports::AccessAnswer>> FakeGateway::mayI(const ports::AccessQuestion &question, std::stop_token stop)
{
    calls.append({u"mayI"_s, question.text()});
    return answer<ports::AccessAnswer>(stop, [this, question]() -> Result<ports::AccessAnswer> {
        if (const std::optional<Fault> broken = fault(u"mayI"_s, false))
            return broken->error;
        return ports::AccessAnswer{!m_denied.contains(std::pair{question.verb, question.gvr.resource}), {}};
    });
}

QFuture<Result<QJsonObject>> FakeGateway::rules(const QString &, std::stop_token stop)
{
    return answer<QJsonObject>(stop, [] { return QJsonObject(); });
}

QFuture<Result<QJsonObject>> FakeGateway::events(const ObjectId &object, std::stop_token stop)
{
    calls.append({u"events"_s, object.name});
    return answer<QJsonObject>(stop, [] { return QJsonObject{{u"items"_s, QJsonArray()}}; });
}

QFuture<Result<QJsonObject>> FakeGateway::openApi(const Gvr &, std::stop_token stop)
{
    return answer<QJsonObject>(stop, [this] { return schema; });
}

QFuture<Result<QByteArray>> FakeGateway::podLog(
    const QString &, const QString &, const QString &, int, bool, std::stop_token stop)
{
    return answer<QByteArray>(stop, [] { return QByteArray(); });
}

QFuture<Result<ports::WriteOutcome>> FakeGateway::write(const ports::WriteRequest &request, std::stop_token stop)
{
    const QString verb = request.verb == ports::Verb::Create ? u"create"_s
        : request.verb == ports::Verb::Delete                ? u"delete"_s
                                                             : u"patch"_s;
    calls.append({verb, request.gvr.resource + u'/' + request.name, request.dryRun, request.body});
    return answer<ports::WriteOutcome>(stop, [this, request, verb]() -> Result<ports::WriteOutcome> {
        if (beforeWrite)
            beforeWrite(request);
        const std::optional<Fault> broken = fault(verb, request.dryRun);
        if (broken && !broken->withEffect)
            return broken->error;
        const Result<ports::WriteOutcome> outcome = carryOut(request);
        return broken ? Result<ports::WriteOutcome>(broken->error) : outcome;
    });
}

Result<ports::WriteOutcome> FakeGateway::carryOut(const ports::WriteRequest &request)
{
    switch (request.verb) {
    case ports::Verb::Create:
        return createIt(request);
    case ports::Verb::Delete:
        return deleteIt(request);
    default:
        return patchIt(request);
    }
}

Result<ports::WriteOutcome> FakeGateway::createIt(const ports::WriteRequest &request)
{
    QJsonObject object = request.body.toObject();
    QJsonObject metadata = metadataOf(object);
    if (metadata.value("name"_L1).toString().isEmpty())
        metadata.insert("name"_L1, QString(metadata.value("generateName"_L1).toString() + u"x7k2q"_s));
    object.insert("metadata"_L1, metadata);
    if (!stored(keyOf(object)).isEmpty())
        return status(ErrorKind::Conflict, 409, u"AlreadyExists"_s, keyOf(object) + u" already exists"_s);
    if (validate) {
        if (const std::optional<Error> problem = validate(object))
            return *problem;
    }
    return ports::WriteOutcome{request.dryRun ? object : put(object), warnings};
}

Result<QJsonObject> FakeGateway::patched(const ports::WriteRequest &request, const QJsonObject &now) const
{
    if (request.verb == ports::Verb::JsonPatch) {
        const Result<QJsonObject> out = state::applyJsonPatch(now, request.body.toArray());
        if (!out) // a failed test answers 422, not 409 (kubernetes.md 2.5)
            return status(ErrorKind::Invalid, 422, u"Invalid"_s, out.error().message);
        return out;
    }
    const QString wanted = json::at(request.body, u"/metadata/resourceVersion"_s).toString();
    const QString version = metadataOf(now).value("resourceVersion"_L1).toString();
    if (!wanted.isEmpty() && wanted != version)
        return status(ErrorKind::Conflict, 409, u"Conflict"_s, u"the object has been modified"_s);
    return json::mergePatch(now, request.body).toObject();
}

Result<ports::WriteOutcome> FakeGateway::patchIt(const ports::WriteRequest &request)
{
    const QString key = request.gvr.resource + u'/' + request.name;
    const QJsonObject now = stored(key);
    if (now.isEmpty())
        return status(ErrorKind::NotFound, 404, u"NotFound"_s, key + u" not found"_s);
    Result<QJsonObject> after = patched(request, now);
    if (!after)
        return after.error();
    if (request.subresource.isEmpty())
        after->insert("status"_L1, now.value("status"_L1));
    if (validate) {
        if (const std::optional<Error> problem = validate(*after))
            return *problem;
    }
    return ports::WriteOutcome{request.dryRun ? *after : put(*after), warnings};
}

Result<ports::WriteOutcome> FakeGateway::deleteIt(const ports::WriteRequest &request)
{
    const QString key = request.gvr.resource + u'/' + request.name;
    QJsonObject now = stored(key);
    if (now.isEmpty())
        return status(ErrorKind::NotFound, 404, u"NotFound"_s, key + u" not found"_s);
    QJsonObject metadata = metadataOf(now);
    if (!request.uid.isEmpty() && request.uid != metadata.value("uid"_L1).toString())
        return status(ErrorKind::Conflict, 409, u"Conflict"_s, u"the uid is another one"_s);
    const QString confirmed
        = metadata.value("annotations"_L1).toObject().value("canton.quarterdeck.io/confirm-delete"_L1).toString();
    if (guardDeletes && confirmed != request.name)
        return status(ErrorKind::Forbidden, 403, u"Forbidden"_s, u"deleting the node is not confirmed"_s);
    if (request.dryRun)
        return ports::WriteOutcome{now, warnings};
    if (metadata.value("finalizers"_L1).toArray().isEmpty()) {
        m_objects.erase(key);
        return ports::WriteOutcome{now, warnings};
    }
    metadata.insert("deletionTimestamp"_L1, u"2026-03-01T12:00:00Z"_s);
    metadata.insert("resourceVersion"_L1, QString::number(++m_version));
    now.insert("metadata"_L1, metadata);
    m_objects[key] = now;
    return ports::WriteOutcome{now, warnings};
}

QJsonObject makeValidator(const QString &name)
{
    const QJsonObject resources{{u"cpuRequested"_s, u"1"_s}, {u"cpuLimit"_s, u"2"_s}, {u"memoryRequested"_s, u"2Gi"_s},
        {u"memoryLimit"_s, u"4Gi"_s}, {u"replicas"_s, 1}};
    const QJsonArray env{QJsonObject{{u"name"_s, u"LOG_LEVEL"_s}, {u"value"_s, u"INFO"_s}},
        QJsonObject{{u"name"_s, u"DB_PASSWORD"_s}, {u"value"_s, u"hunter2"_s}}};
    const QJsonObject spec{{u"networkRef"_s, QJsonObject{{u"name"_s, u"mainnet"_s}}}, {u"partyHint"_s, name},
        {u"imageTag"_s, u"0.4.15"_s}, {u"storageSize"_s, u"100Gi"_s}, {u"resources"_s, resources},
        {u"participant"_s, QJsonObject{{u"spec"_s, QJsonObject{{u"resources"_s, resources}, {u"envVars"_s, env}}}}}};
    const QJsonObject status{{u"observedGeneration"_s, 1}, {u"phase"_s, u"Ready"_s},
        {u"counts"_s, QJsonObject{{u"localParties"_s, 962}}},
        {u"conditions"_s, QJsonArray{QJsonObject{{u"type"_s, u"Ready"_s}, {u"status"_s, u"True"_s}}}}};
    return {{u"apiVersion"_s, u"canton.quarterdeck.io/v1alpha1"_s}, {u"kind"_s, u"Validator"_s},
        {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"canton"_s}}}, {u"spec"_s, spec},
        {u"status"_s, status}};
}

}
