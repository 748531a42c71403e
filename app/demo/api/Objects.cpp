// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Objects.h"

#include "app/demo/api/Admission.h"
#include "app/demo/api/BuiltinRules.h"
#include "app/demo/api/Decode.h"
#include "app/demo/api/FieldSets.h"
#include "app/demo/api/ManagedFields.h"
#include "app/demo/api/Metadata.h"
#include "app/demo/api/Strategy.h"
#include "models/core/Json.h"
#include "models/core/JsonPatch.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

/// What etcd takes in one request unless told otherwise.
constexpr qsizetype kEtcdBytes = 1536 * 1024;
constexpr qsizetype kPatchOperations = 10000;

QString text(const QJsonObject &object, const char *pointer)
{
    return json::at(object, QLatin1String(pointer)).toString();
}

QJsonObject withMetadata(QJsonObject object, const QJsonObject &metadata)
{
    object.insert("metadata"_L1, metadata);
    return object;
}

QJsonObject withMember(QJsonObject object, const QString &name, const QJsonValue &value)
{
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    metadata.insert(name, value);
    return withMetadata(std::move(object), metadata);
}

/// The object with the other one's metadata.managedFields.
QJsonObject withManaged(QJsonObject object, const QJsonObject &owned)
{
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    const QJsonValue fields = json::at(owned, u"/metadata/managedFields"_s);
    if (fields.isUndefined())
        metadata.remove("managedFields"_L1);
    else
        metadata.insert("managedFields"_L1, fields);
    return withMetadata(std::move(object), metadata);
}

managed::Writer writerOf(const Kind &kind, const WriteOptions &options, const QDateTime &now, bool apply)
{
    return {options.manager, apply, options.subresource, kind.gvr.apiVersion(), now};
}

/// Only what the subresource is there for is taken from the body: status, or everything but status.
QJsonObject bySubresource(const Kind &kind, const QJsonObject &before, QJsonObject object, const QString &subresource)
{
    if (!kind.status)
        return object;
    if (subresource == "status"_L1) {
        QJsonObject merged = before;
        QJsonObject metadata = before.value("metadata"_L1).toObject();
        const QJsonObject given = object.value("metadata"_L1).toObject();
        for (const auto name : {"resourceVersion"_L1, "managedFields"_L1}) {
            if (given.contains(name))
                metadata.insert(name, given.value(name));
        }
        merged.insert("metadata"_L1, kind.custom || kind.kind == "Deployment"_L1 ? metadata : given);
        if (object.contains("status"_L1))
            merged.insert("status"_L1, object.value("status"_L1));
        else
            merged.remove("status"_L1);
        return merged;
    }
    if (before.contains("status"_L1))
        object.insert("status"_L1, before.value("status"_L1));
    else
        object.remove("status"_L1);
    return object;
}

QJsonObject withoutManagedAndVersion(QJsonObject object)
{
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    metadata.remove("managedFields"_L1);
    metadata.remove("resourceVersion"_L1);
    return withMetadata(std::move(object), metadata);
}

/// Whether spec, that is everything but metadata and status, differs.
bool specChanged(const Kind &kind, QJsonObject a, QJsonObject b)
{
    for (QJsonObject *object : {&a, &b}) {
        object->remove("metadata"_L1);
        if (kind.status)
            object->remove("status"_L1);
    }
    return a != b;
}

/// A deployment's annotations count as its spec does.
bool annotationsChanged(const Kind &kind, const QJsonObject &a, const QJsonObject &b)
{
    return kind.kind == "Deployment"_L1 && !kind.custom && json::at(a, u"/metadata/annotations"_s) != json::at(b, u"/metadata/annotations"_s);
}

/// In Go's types null and an empty list are nothing.
QJsonValue withoutNulls(const QJsonValue &value)
{
    if (value.isObject()) {
        QJsonObject out;
        const QJsonObject object = value.toObject();
        for (auto member = object.begin(); member != object.end(); ++member) {
            const bool nothing = member->isNull() || (member->isArray() && member->toArray().isEmpty() && member.key() != "containers"_L1);
            if (!nothing)
                out.insert(member.key(), withoutNulls(*member));
        }
        return out;
    }
    if (!value.isArray())
        return value;
    QJsonArray out;
    for (const QJsonValue &one : value.toArray())
        out.append(withoutNulls(one));
    return out;
}

/// encoding/json's words for a cause the schema found; the Go types behind it are not known here.
QString typeProblem(const ErrorCause &cause)
{
    const QString is = cause.message.section(u'"', 1, 1);
    const QString wanted = cause.message.section(u"must be of type "_s, 1).section(u':', 0, 0);
    return QString(u"json: cannot unmarshal "_s + (is == "integer"_L1 ? u"number"_s : is == "boolean"_L1 ? u"bool"_s : is) + u" into Go struct field Object."_s
        + (cause.field.startsWith("data."_L1) ? u"data"_s : cause.field) + u" of type "_s + wanted);
}

/// A body that is about another object of the same name.
Failure otherUid(const Kind &kind, const Stored &stored, const QString &uid, bool patch)
{
    if (patch) {
        const ErrorCause cause{u"metadata.uid"_s, u"FieldValueInvalid"_s, QString(u"Invalid value: \""_s + uid + u"\": field is immutable"_s)};
        // Most strategies validate metadata twice.
        return kind.gvr.group == "discovery.k8s.io"_L1 ? invalid(kind, stored.name, {cause}) : invalid(kind, stored.name, {cause, cause});
    }
    const QString prefix = kind.custom ? QString(kind.gvr.group + u'/') : QString();
    return conflict(kind, stored.name, QString(u"StorageError: invalid object, Code: 4, Key: /registry/"_s + prefix + kind.gvr.resource
        + (stored.ns.isEmpty() ? QString() : QString(u'/' + stored.ns)) + u'/' + stored.name
        + u", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: "_s + uid + u", UID in object meta: "_s + stored.uid));
}

/// DeleteOptions.preconditions (registry/rest.BeforeDelete): it speaks of the kind, not the resource.
std::optional<Failure> preconditionFailed(const Kind &kind, const Stored &stored, const DeleteOptions &options)
{
    QString why;
    const QString version = QString::number(stored.version);
    if (!options.uid.isEmpty() && options.uid != stored.uid) {
        why = QString(u"the UID in the precondition ("_s + options.uid + u") does not match the UID in record ("_s + stored.uid
            + u"). The object might have been deleted and then recreated"_s);
    } else if (!options.resourceVersion.isEmpty() && options.resourceVersion != version) {
        why = QString(u"the ResourceVersion in the precondition ("_s + options.resourceVersion + u") does not match the ResourceVersion in record ("_s + version
            + u"). The object might have been modified"_s);
    }
    if (why.isEmpty())
        return std::nullopt;
    if (kind.resource() == "namespaces"_L1 && options.uid != stored.uid) {
        return conflict(kind, stored.name, QString(u"Precondition failed: UID in precondition: "_s + options.uid + u", UID in object meta: "_s + stored.uid));
    }
    Failure failure = conflict(kind, stored.name, why);
    failure.kind = kind.kind;
    const QString qualified = kind.gvr.group.isEmpty() ? kind.kind : QString(kind.kind + u'.' + kind.gvr.group);
    failure.message = QString(u"Operation cannot be fulfilled on "_s + qualified + u" \""_s + stored.name + u"\": "_s + why);
    return failure;
}

/// What structured-merge-diff says of a configuration that is not of the kind's form.
Failure untyped(const Kind &kind, const QJsonObject &configuration, const QString &name, const QString &why)
{
    const QString version = kind.gvr.group.isEmpty() ? QString(u'/' + kind.gvr.version) : kind.gvr.apiVersion();
    return Failure{500, {}, QString(u"failed to create typed patch object ("_s + text(configuration, "/metadata/namespace") + u'/' + name + u"; "_s + version
        + u", Kind="_s + kind.kind + u"): "_s + why)};
}

Failure moved(const Kind &kind, const QString &name)
{
    return conflict(kind, name, u"the object has been modified; please apply your changes to the latest version and try again"_s);
}

QJsonObject success(const Kind &kind, const QJsonObject &object)
{
    QJsonObject details{{u"name"_s, text(object, "/metadata/name")}, {u"kind"_s, kind.gvr.resource}, {u"uid"_s, text(object, "/metadata/uid")}};
    if (!kind.gvr.group.isEmpty())
        details.insert("group"_L1, kind.gvr.group);
    return {{u"kind"_s, u"Status"_s}, {u"apiVersion"_s, u"v1"_s}, {u"metadata"_s, QJsonObject()}, {u"status"_s, u"Success"_s},
        {u"details"_s, details}};
}

/// What a deletion at once answers: the object of a few kinds (ReturnDeletedObject), else how it went.
QJsonObject deleted(const Kind &kind, QJsonObject object, const QDateTime &now)
{
    static const QStringList returned{u"services"_s, u"serviceaccounts"_s, u"pods"_s, u"persistentvolumeclaims"_s};
    if (!returned.contains(kind.resource()))
        return success(kind, object);
    if (kind.resource() != "pods"_L1)
        return object;
    object = withMember(std::move(object), u"generation"_s, json::at(object, u"/metadata/generation"_s).toInteger(0) + 1);
    object = withMember(std::move(object), u"deletionTimestamp"_s, now.toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s));
    return withMember(std::move(object), u"deletionGracePeriodSeconds"_s, 0);
}

}

Objects::Objects(Store &store, Admission &admission, Now now) : m_store(store), m_admission(admission), m_now(std::move(now)) { }

Outcome<QJsonObject> Objects::get(const Kind &kind, const QString &ns, const QString &name) const
{
    const StoredPtr stored = m_store.find(kind.resource(), ns, name);
    if (!stored)
        return notFound(kind, name);
    return stored->object();
}

/// Fills apiVersion, kind, namespace and a generated name, or says what does not fit the path.
std::optional<Failure> Objects::named(const Kind &kind, const QString &ns, QJsonObject &object) const
{
    if (const auto failure = wrongKind(kind, object))
        return failure;
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    const QString bodyNs = metadata.value("namespace"_L1).toString();
    if (kind.namespaced && !bodyNs.isEmpty() && bodyNs != ns) {
        return badRequest(QString(u"the namespace of the provided object does not match the namespace sent on the request"_s));
    }
    if (kind.namespaced)
        metadata.insert("namespace"_L1, ns);
    else
        metadata.remove("namespace"_L1);
    const QString prefix = metadata.value("generateName"_L1).toString();
    if (metadata.value("name"_L1).toString().isEmpty() && !prefix.isEmpty()) {
        QString name;
        do
            name = QString(prefix + metadata::suffix());
        while (m_store.find(kind.resource(), kind.namespaced ? ns : QString(), name));
        metadata.insert("name"_L1, name);
    }
    object.insert("apiVersion"_L1, kind.gvr.apiVersion());
    object.insert("kind"_L1, kind.kind);
    object.insert("metadata"_L1, metadata);
    return std::nullopt;
}

/// Pruning, defaults, validation and admission: everything that can refuse.
std::optional<Failure> Objects::judge(const Kind &kind, const QJsonObject &old, QJsonObject &object, const User &user,
    const WriteOptions &options, QStringList &warnings, QJsonObject *owned) const
{
    const QString name = text(object, "/metadata/name");
    const auto unreadable = [&](const QJsonObject &whole, const QString &why) {
        return options.patch ? badPatch(whole, why) : undecodable(kind, {}, why);
    };
    auto why = mistyped(kind, object);
    if (!why)
        why = undecodableText(kind, object);
    if (why)
        return unreadable(object, *why);
    const QJsonObject asGiven = options.validation == WriteOptions::Validation::Strict ? object : QJsonObject();
    QStringList complaints;
    for (const QString &field : options.duplicates)
        complaints.append(QString(u"duplicate field \""_s + field + u'"'));
    if (!kind.custom)
        object = withoutNulls(object).toObject();
    QStringList unknown = options.unknown;
    unknown += kind.schema.prune(object);
    unknown.removeDuplicates();
    for (const QString &field : std::as_const(unknown))
        complaints.append(QString(u"unknown field \""_s + field + u'"'));
    if (!complaints.isEmpty() && options.validation == WriteOptions::Validation::Strict) {
        return unreadable(asGiven, QString(u"strict decoding error: "_s + complaints.join(u", "_s)));
    }
    if (options.validation == WriteOptions::Validation::Warn)
        warnings += complaints;
    kind.schema.applyDefaults(object);
    defaultBuiltin(kind, object);
    if (owned != nullptr)
        *owned = object;
    prepareBuiltin(kind, old, object);
    QList<ErrorCause> causes = metadata::validate(kind, object, old);
    const QList<ErrorCause> own = checkBuiltin(kind, object, old);
    causes += own;
    QList<ErrorCause> found = kind.schema.validate(object, old.isEmpty() ? nullptr : &old);
    for (ErrorCause &cause : found) {
        // What is of the wrong type in a built-in kind, Go cannot even read.
        if (!kind.custom && cause.reason == "FieldValueTypeInvalid"_L1)
            return unreadable(object, typeProblem(cause));
        // The status subresource is validated for itself.
        if (kind.custom && options.subresource == "status"_L1)
            cause.message.replace(QString(u": "_s + cause.field + u" in body"_s), QString(u": "_s + cause.field.mid(7) + u" in body"_s));
    }
    for (const ErrorCause &cause : std::as_const(found)) {
        // Of a built-in kind its own validation says it, in other words.
        const bool told = std::any_of(own.begin(), own.end(), [&cause](const ErrorCause &one) { return one.field == cause.field; });
        if (kind.custom || (cause.field != "<nil>"_L1 && !told))
            causes.append(cause);
    }
    if (!causes.isEmpty())
        return invalid(kind, name, causes);
    Admission::Review review{old.isEmpty() ? u"CREATE"_s : u"UPDATE"_s, &kind, text(object, "/metadata/namespace"), name, object, old,
        user, options.dryRun};
    const Admission::Verdict verdict = m_admission.review(review);
    warnings += verdict.warnings;
    if (!verdict.refused && !options.dryRun && QJsonDocument(object).toJson(QJsonDocument::Compact).size() > kEtcdBytes)
        return Failure{500, {}, u"etcdserver: request is too large"_s};
    return verdict.refused;
}

namespace {

QString annotated(const QJsonObject &object, QLatin1StringView key)
{
    return json::at(object, u"/metadata/annotations"_s).toObject().value(key).toString();
}

QDateTime past(const QString &told, const QDateTime &now)
{
    const QDateTime then = QDateTime::fromString(told, Qt::ISODate);
    return then.isValid() && then < now ? then : now;
}

}

QDateTime Objects::bornAt(const QJsonObject &object, const QDateTime &now) const
{
    return m_backdated ? past(annotated(object, "demo.quarterdeck.io/created-at"_L1), now) : now;
}

/// A write that says when it happened, by an annotation it sets itself, is owned since then.
QDateTime Objects::changedAt(const QJsonObject &before, const QJsonObject &after, const QDateTime &now) const
{
    constexpr auto kChanged = "demo.quarterdeck.io/changed-at"_L1;
    const QString told = annotated(after, kChanged);
    return m_backdated && told != annotated(before, kChanged) ? past(told, now) : now;
}

Outcome<Written> Objects::create(const Kind &kind, const QString &ns, QJsonObject object, const User &user, const WriteOptions &options)
{
    const QString version = text(object, "/metadata/resourceVersion");
    if (!options.dryRun && !version.isEmpty())
        return Failure{500, u"InternalError"_s, u"resourceVersion should not be set on objects to be created"_s};
    if (const auto failure = named(kind, ns, object))
        return *failure;
    const QString name = text(object, "/metadata/name");
    if (kind.status && options.subresource.isEmpty())
        object.remove("status"_L1);
    const QDateTime now = m_now();
    object.insert("metadata"_L1, metadata::fresh(object.value("metadata"_L1).toObject(), kind, bornAt(object, now)));
    Written written;
    written.created = true;
    QJsonObject owned;
    if (const auto failure = judge(kind, {}, object, user, options, written.warnings, &owned))
        return *failure;
    if (m_store.find(kind.resource(), kind.namespaced ? ns : QString(), name))
        return alreadyExists(kind, name);
    owned = managed::afterUpdate(kind.schema, {}, owned, writerOf(kind, options, bornAt(object, now), false));
    object = withManaged(std::move(object), owned);
    if (options.dryRun && !version.isEmpty())
        object = withMember(std::move(object), u"resourceVersion"_s, version);
    written.object = options.dryRun ? object : m_store.put(kind.resource(), object)->object();
    return written;
}

Outcome<Written> Objects::update(
    const Kind &kind, const QString &ns, const QString &name, QJsonObject object, const User &user, const WriteOptions &options)
{
    const StoredPtr before = m_store.find(kind.resource(), ns, name);
    if (!before)
        return notFound(kind, name);
    const QString given = text(object, "/metadata/name");
    if (!given.isEmpty() && given != name)
        return badRequest(QString(u"the name of the object ("_s + given + u") does not match the name on the URL ("_s + name + u')'));
    if (const auto failure = named(kind, ns, object))
        return *failure;
    if (text(object, "/metadata/resourceVersion").isEmpty() && (kind.custom || kind.kind == "Lease"_L1)) {
        const QString why = u"Invalid value: 0: must be specified for an update"_s;
        Failure failure = invalid(kind, name, {{u"metadata.resourceVersion"_s, u"FieldValueInvalid"_s, why}});
        failure.kind = kind.gvr.resource;
        failure.message = QString(kind.resource() + u" \""_s + name + u"\" is invalid: metadata.resourceVersion: "_s + why);
        return failure;
    }
    return replace(kind, before, object, user, options, false);
}

Outcome<Written> Objects::patch(const Kind &kind, const QString &ns, const QString &name, const QByteArray &type,
    const QJsonValue &patch, const User &user, const WriteOptions &options)
{
    const StoredPtr before = m_store.find(kind.resource(), ns, name);
    if (!before)
        return notFound(kind, name);
    const QJsonObject live = before->object();
    QJsonObject object;
    if (type == "application/json-patch+json") {
        if (const qsizetype operations = patch.toArray().size(); operations > kPatchOperations) {
            return Failure{413, u"RequestEntityTooLarge"_s, u"Request entity too large: The allowed maximum operations in a JSON patch is %1, got %2"_s
                .arg(kPatchOperations).arg(operations)};
        }
        const auto patched = json::applyJsonPatch(live, patch.toArray());
        if (!patched) {
            Failure failure{422, u"Invalid"_s, u"the server rejected our request due to an error in our request"_s};
            failure.generic = true;
            return failure;
        }
        object = *patched;
    } else if (type == "application/strategic-merge-patch+json") {
        object = strategicMerge(kind.schema, live, patch.toObject());
    } else {
        object = json::mergePatch(live, patch).toObject();
    }
    if (const QString given = text(object, "/metadata/name"); given != name)
        return badRequest(QString(u"the name of the object ("_s + given + u") does not match the name on the URL ("_s + name + u')'));
    if (const auto failure = wrongKind(kind, object))
        return kind.custom ? *failure : badPatch(object, failure->message.section(u": "_s, 1));
    if (kind.namespaced && text(object, "/metadata/namespace") != ns)
        return badRequest(u"the namespace of the provided object does not match the namespace sent on the request"_s);
    return replace(kind, before, object, user, options, false);
}

Outcome<Written> Objects::apply(const Kind &kind, const QString &ns, const QString &name, const QJsonObject &configuration,
    const User &user, const WriteOptions &options)
{
    QJsonObject given = configuration;
    if (given.value("apiVersion"_L1).toString() != kind.gvr.apiVersion() || given.value("kind"_L1).toString() != kind.kind) {
        const QString version = given.value("apiVersion"_L1).toString();
        const QString group = version.contains(u'/') ? version : QString(u'/' + version);
        return badRequest(QString(u"invalid object type: "_s + group + u", Kind="_s + given.value("kind"_L1).toString()));
    }
    if (const auto failure = named(kind, ns, given))
        return *failure;
    if (const QString its = text(given, "/metadata/name"); !its.isEmpty() && its != name)
        return badRequest(QString(u"the name of the object ("_s + its + u") does not match the name on the URL ("_s + name + u')'));
    if (!json::at(given, u"/metadata/managedFields"_s).isUndefined())
        return badRequest(u"metadata.managedFields must be nil"_s);
    const StoredPtr before = m_store.find(kind.resource(), ns, name);
    const QDateTime now = m_now();
    const QJsonObject live = before ? before->object() : QJsonObject();
    QStringList unknown = kind.schema.prune(given);
    if (!unknown.isEmpty() && options.validation != WriteOptions::Validation::Ignore) {
        return untyped(kind, configuration, name, QString(u'.' + unknown.join(u", ."_s) + u": field not declared in schema"_s));
    }
    if (const QString why = fieldset::problem(kind.schema, given); !why.isEmpty())
        return untyped(kind, configuration, name, why);
    if (kind.status && options.subresource.isEmpty())
        given.remove("status"_L1);   // it is written through its subresource only, so nobody owns it here
    QJsonObject metadata = given.value("metadata"_L1).toObject();
    metadata.insert("name"_L1, name);
    given.insert("metadata"_L1, metadata);
    const auto applied = managed::apply(kind, live, given, writerOf(kind, options, now, true), options.force);
    if (!applied)
        return applied.failure();
    if (before)
        return replace(kind, before, *applied, user, options, true);
    QJsonObject object = *applied;
    const QJsonValue fields = json::at(object, u"/metadata/managedFields"_s);
    if (kind.status)
        object.remove("status"_L1);
    object.insert("metadata"_L1, metadata::fresh(object.value("metadata"_L1).toObject(), kind, bornAt(object, now)));
    Written written;
    written.created = true;
    if (const auto failure = judge(kind, {}, object, user, options, written.warnings, nullptr))
        return *failure;
    QJsonObject made = object.value("metadata"_L1).toObject();
    made.insert("managedFields"_L1, fields);
    object.insert("metadata"_L1, made);
    written.object = options.dryRun ? object : m_store.put(kind.resource(), object)->object();
    return written;
}

/// The object instead of the one that is there: preconditions, immutable metadata, generation, finalizers that are gone.
Outcome<Written> Objects::replace(const Kind &kind, const StoredPtr &before, QJsonObject object, const User &user,
    const WriteOptions &options, bool applied)
{
    const QJsonObject live = before->object();
    const QString name = before->name;
    WriteOptions judged = options;
    if (options.subresource == "status"_L1) {
        QJsonObject whole = object;   // what is dropped is complained of all the same
        judged.unknown = kind.schema.prune(whole);
    }
    object = bySubresource(kind, live, object, options.subresource);
    const QString version = text(object, "/metadata/resourceVersion");
    if (!version.isEmpty() && version != QString::number(before->version))
        return moved(kind, name);
    if (const QString uid = text(object, "/metadata/uid"); !uid.isEmpty() && uid != before->uid)
        return otherUid(kind, *before, uid, options.patch);
    const bool dropsAll = json::at(object, u"/metadata/managedFields"_s) == QJsonArray{QJsonObject()};
    object.insert("metadata"_L1,
        metadata::kept(live.value("metadata"_L1).toObject(), object.value("metadata"_L1).toObject(), applied));
    Written written;
    if (const auto failure = judge(kind, live, object, user, judged, written.warnings, nullptr))
        return *failure;
    if (kind.generation && (specChanged(kind, live, object) || annotationsChanged(kind, live, object))) {
        QJsonObject metadata = object.value("metadata"_L1).toObject();
        metadata.insert("generation"_L1, json::at(live, u"/metadata/generation"_s).toInteger(0) + 1);
        object.insert("metadata"_L1, metadata);
    }
    if (withoutManagedAndVersion(object) == withoutManagedAndVersion(live) && !applied && !dropsAll) {
        written.object = live;   // nothing changed: no new version, as on a real server
        return written;
    }
    if (!applied) {
        managed::Writer writer = writerOf(kind, options, changedAt(live, object, m_now()), false);
        writer.dropsAll = dropsAll;
        object = managed::afterUpdate(kind.schema, live, object, writer);
    }
    if (object == live || options.dryRun) {
        written.object = object;
        return written;
    }
    // The last finalizer is gone from an object that is being deleted: it goes without another version (shouldDeleteDuringUpdate).
    // A namespace goes when it is empty (Collector).
    const QJsonObject metadata = object.value("metadata"_L1).toObject();
    if (kind.resource() != "namespaces"_L1 && metadata.contains("deletionTimestamp"_L1) && metadata.value("finalizers"_L1).toArray().isEmpty()
        && metadata.value("deletionGracePeriodSeconds"_L1).toInteger(0) == 0) {
        m_store.remove(kind.resource(), before->ns, name);
        written.object = object;
        return written;
    }
    written.object = m_store.put(kind.resource(), object)->object();
    return written;
}

Outcome<QJsonObject> Objects::remove(
    const Kind &kind, const QString &ns, const QString &name, const User &user, const DeleteOptions &options)
{
    const StoredPtr stored = m_store.find(kind.resource(), ns, name);
    if (!stored)
        return notFound(kind, name);
    QJsonObject object = stored->object();
    if (const auto refused = preconditionFailed(kind, *stored, options))
        return *refused;
    static const QStringList kept{u"default"_s, u"kube-system"_s, u"kube-public"_s};
    if (kind.resource() == "namespaces"_L1 && kept.contains(name)) {
        Failure failure{403, u"Forbidden"_s, QString(u"namespaces \""_s + name + u"\" is forbidden: this namespace may not be deleted"_s)};
        failure.name = name;
        failure.kind = u"namespaces"_s;
        return failure;
    }
    Admission::Review review{u"DELETE"_s, &kind, stored->ns, name, {}, object, user, options.dryRun};
    if (const auto verdict = m_admission.review(review); verdict.refused)
        return *verdict.refused;
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    QJsonArray finalizers = metadata.value("finalizers"_L1).toArray();
    const auto want = [&finalizers](const QString &finalizer, bool wanted) {
        QJsonArray out;
        for (const QJsonValue &one : finalizers) {
            if (one.toString() != finalizer)
                out.append(one);
        }
        if (wanted)
            out.append(finalizer);
        finalizers = out;
    };
    if (!options.propagation.isEmpty()) {
        want(u"foregroundDeletion"_s, options.propagation == "Foreground"_L1);
        want(u"orphan"_s, options.propagation == "Orphan"_L1);
    }
    const bool namespaceKind = kind.gvr.group.isEmpty() && kind.gvr.resource == "namespaces"_L1;
    if (finalizers.isEmpty() && !namespaceKind) {
        if (!options.dryRun)
            m_store.remove(kind.resource(), ns, name);
        return deleted(kind, object, m_now());
    }
    if (metadata.value("deletionTimestamp"_L1).isUndefined()) {
        metadata.insert("deletionTimestamp"_L1, m_now().toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s));
        if (!namespaceKind)
            metadata.insert("deletionGracePeriodSeconds"_L1, 0);
        if (kind.generation)
            metadata.insert("generation"_L1, metadata.value("generation"_L1).toInteger(0) + 1);
    }
    if (!finalizers.isEmpty())
        metadata.insert("finalizers"_L1, finalizers);
    object.insert("metadata"_L1, metadata);
    if (namespaceKind)
        object.insert("status"_L1, QJsonObject{{u"phase"_s, u"Terminating"_s}});
    return options.dryRun ? object : m_store.put(kind.resource(), object)->object();
}

}
