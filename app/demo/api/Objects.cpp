// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Objects.h"

#include "app/demo/api/Admission.h"
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

QString text(const QJsonObject &object, const char *pointer)
{
    return json::at(object, QLatin1String(pointer)).toString();
}

QJsonObject withMetadata(QJsonObject object, const QJsonObject &metadata)
{
    object.insert("metadata"_L1, metadata);
    return object;
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
        merged.insert("metadata"_L1, metadata);
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

Failure moved(const Kind &kind, const QString &name)
{
    return conflict(kind, name, u"the object has been modified; please apply your changes to the latest version and try again"_s);
}

QJsonObject success(const Kind &kind, const QJsonObject &object)
{
    return {{u"kind"_s, u"Status"_s}, {u"apiVersion"_s, u"v1"_s}, {u"metadata"_s, QJsonObject()}, {u"status"_s, u"Success"_s},
        {u"details"_s,
            QJsonObject{{u"name"_s, text(object, "/metadata/name")}, {u"group"_s, kind.gvr.group},
                {u"kind"_s, kind.gvr.resource}, {u"uid"_s, text(object, "/metadata/uid")}}}};
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
    const QString apiVersion = object.value("apiVersion"_L1).toString();
    const QString given = object.value("kind"_L1).toString();
    if ((!apiVersion.isEmpty() && apiVersion != kind.gvr.apiVersion()) || (!given.isEmpty() && given != kind.kind)) {
        return badRequest(QString(u"the object provided is unrecognized (must be of type "_s + kind.kind + u"): no kind \""_s + given
            + u"\" is registered for version \""_s + apiVersion + u"\" in this resource"_s));
    }
    if (kind.custom && (apiVersion.isEmpty() || given.isEmpty()))
        return badRequest(u"Object 'Kind' is missing in the body: apiVersion and kind must be given"_s);
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
    const WriteOptions &options, QStringList &warnings) const
{
    const QString name = text(object, "/metadata/name");
    QStringList complaints;
    for (const QString &field : options.duplicates)
        complaints.append(QString(u"duplicate field \""_s + field + u'"'));
    for (const QString &field : kind.schema.prune(object))
        complaints.append(QString(u"unknown field \""_s + field + u'"'));
    if (!complaints.isEmpty() && options.validation == WriteOptions::Validation::Strict) {
        return badRequest(QString(kind.kind + u" in version \""_s + kind.gvr.version + u"\" cannot be handled as a "_s + kind.kind
            + u": strict decoding error: "_s + complaints.join(u", "_s)));
    }
    if (options.validation == WriteOptions::Validation::Warn)
        warnings += complaints;
    kind.schema.applyDefaults(object);
    prepareBuiltin(kind, old, object);
    QList<ErrorCause> causes = metadata::validate(kind, object, old);
    causes += kind.schema.validate(object, old.isEmpty() ? nullptr : &old);
    if (!causes.isEmpty())
        return invalid(kind, name, causes);
    Admission::Review review{old.isEmpty() ? u"CREATE"_s : u"UPDATE"_s, &kind, text(object, "/metadata/namespace"), name, object, old,
        user, options.dryRun};
    const Admission::Verdict verdict = m_admission.review(review);
    warnings += verdict.warnings;
    return verdict.refused;
}

QDateTime Objects::bornAt(const QJsonObject &object, const QDateTime &now) const
{
    if (!m_backdated)
        return now;
    const QString told = json::at(object, u"/metadata/annotations"_s).toObject().value("demo.quarterdeck.io/created-at"_L1).toString();
    const QDateTime born = QDateTime::fromString(told, Qt::ISODate);
    return born.isValid() && born < now ? born : now;
}

Outcome<Written> Objects::create(const Kind &kind, const QString &ns, QJsonObject object, const User &user, const WriteOptions &options)
{
    if (!json::at(object, u"/metadata/resourceVersion"_s).toString().isEmpty())
        return Failure{500, u"InternalError"_s, u"resourceVersion should not be set on objects to be created"_s};
    if (const auto failure = named(kind, ns, object))
        return *failure;
    const QString name = text(object, "/metadata/name");
    if (name.isEmpty())
        return invalid(kind, {}, {{u"metadata.name"_s, u"FieldValueRequired"_s, u"Required value: name or generateName is required"_s}});
    if (kind.status && options.subresource.isEmpty())
        object.remove("status"_L1);
    const QDateTime now = m_now();
    object.insert("metadata"_L1, metadata::fresh(object.value("metadata"_L1).toObject(), kind, bornAt(object, now)));
    Written written;
    written.created = true;
    if (const auto failure = judge(kind, {}, object, user, options, written.warnings))
        return *failure;
    if (m_store.find(kind.resource(), kind.namespaced ? ns : QString(), name))
        return alreadyExists(kind, name);
    object = managed::afterUpdate(kind.schema, {}, object, writerOf(kind, options, now, false));
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
    if (text(object, "/metadata/resourceVersion").isEmpty() && kind.custom) {
        return invalid(kind, name,
            {{u"metadata.resourceVersion"_s, u"FieldValueInvalid"_s, u"Invalid value: 0: must be specified for an update"_s}});
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
        if (!patch.isArray())
            return badRequest(u"json: cannot unmarshal object into Go value of type jsonpatch.Patch"_s);
        const auto patched = json::applyJsonPatch(live, patch.toArray());
        if (!patched) {
            return Failure{422, u"Invalid"_s, QString(u"the server rejected our request due to an error in our request: "_s + patched.error().message)};
        }
        object = *patched;
    } else if (!patch.isObject()) {
        return badRequest(u"the patch must be an object"_s);
    } else if (type == "application/strategic-merge-patch+json") {
        object = strategicMerge(kind.schema, live, patch.toObject());
    } else {
        object = json::mergePatch(live, patch).toObject();
    }
    if (const QString given = text(object, "/metadata/name"); given != name)
        return badRequest(QString(u"the name of the object ("_s + given + u") does not match the name on the URL ("_s + name + u')'));
    if (object.value("apiVersion"_L1) != live.value("apiVersion"_L1) || object.value("kind"_L1) != live.value("kind"_L1))
        return badRequest(u"apiVersion and kind of an object cannot be patched"_s);
    return replace(kind, before, object, user, options, false);
}

Outcome<Written> Objects::apply(const Kind &kind, const QString &ns, const QString &name, const QJsonObject &configuration,
    const User &user, const WriteOptions &options)
{
    QJsonObject given = configuration;
    if (const auto failure = named(kind, ns, given))
        return *failure;
    if (!json::at(given, u"/metadata/managedFields"_s).isUndefined())
        return badRequest(u"metadata.managedFields must be nil"_s);
    const StoredPtr before = m_store.find(kind.resource(), ns, name);
    const QDateTime now = m_now();
    const QJsonObject live = before ? before->object() : QJsonObject();
    QStringList unknown = kind.schema.prune(given);
    if (!unknown.isEmpty() && options.validation != WriteOptions::Validation::Ignore) {
        return Failure{500, {}, QString(u"failed to create typed patch object: "_s + unknown.join(u", "_s) + u": field not declared in schema"_s)};
    }
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
    if (const auto failure = judge(kind, {}, object, user, options, written.warnings))
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
    object = bySubresource(kind, live, object, options.subresource);
    const QString version = text(object, "/metadata/resourceVersion");
    if (!version.isEmpty() && version != QString::number(before->version))
        return moved(kind, name);
    const QString uid = text(object, "/metadata/uid");
    if (!uid.isEmpty() && uid != before->uid) {
        return conflict(kind, name, QString(u"Precondition failed: UID in precondition: "_s + uid + u", UID in object meta: "_s + before->uid));
    }
    object.insert("metadata"_L1,
        metadata::kept(live.value("metadata"_L1).toObject(), object.value("metadata"_L1).toObject(), applied));
    Written written;
    if (const auto failure = judge(kind, live, object, user, options, written.warnings))
        return *failure;
    if (kind.generation && specChanged(kind, live, object)) {
        QJsonObject metadata = object.value("metadata"_L1).toObject();
        metadata.insert("generation"_L1, json::at(live, u"/metadata/generation"_s).toInteger(0) + 1);
        object.insert("metadata"_L1, metadata);
    }
    if (withoutManagedAndVersion(object) == withoutManagedAndVersion(live) && !applied) {
        written.object = live;   // nothing changed: no new version, as on a real server
        return written;
    }
    if (!applied)
        object = managed::afterUpdate(kind.schema, live, object, writerOf(kind, options, m_now(), false));
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
    if (!options.uid.isEmpty() && options.uid != stored->uid) {
        return conflict(kind, name, QString(u"Precondition failed: UID in precondition: "_s + options.uid + u", UID in object meta: "_s + stored->uid));
    }
    if (!options.resourceVersion.isEmpty() && options.resourceVersion != QString::number(stored->version)) {
        return conflict(kind, name, QString(u"Precondition failed: ResourceVersion in precondition: "_s + options.resourceVersion
            + u", ResourceVersion in object meta: "_s + QString::number(stored->version)));
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
        return kind.custom || !kind.gvr.group.isEmpty() ? success(kind, object) : kind.gvr.resource == "pods"_L1 ? object : success(kind, object);
    }
    if (metadata.value("deletionTimestamp"_L1).isUndefined()) {
        metadata.insert("deletionTimestamp"_L1, m_now().toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s));
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
