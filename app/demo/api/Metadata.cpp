// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Metadata.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QUuid>

namespace qd::demo::metadata {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kAnnotationsLimit = 256 * 1024;

const QString kSubdomainMessage = u"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"_s;
const QString kDnsLabelMessage = u"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"_s;
const QString kLabelMessage = u"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"_s;
const QString kNameMessage = u"name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"_s;

QString quoted(const QString &text)
{
    return QString::fromUtf8(json::compact(text));
}

void bad(QList<ErrorCause> &causes, const QString &field, const QString &value, const QString &why)
{
    causes.append({field, u"FieldValueInvalid"_s, QString(u"Invalid value: "_s + quoted(value) + u": "_s + why)});
}

bool subdomain(const QString &name)
{
    static const QRegularExpression expression(u"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"_s);
    return expression.match(name).hasMatch();
}

bool label(const QString &name)
{
    return name.size() <= 63 && !name.contains(u'.') && subdomain(name);
}

bool qualified(const QString &key)
{
    static const QRegularExpression expression(u"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"_s);
    return expression.match(key).hasMatch();
}

/// RBAC names may hold nearly everything.
bool freeName(const Kind &kind)
{
    return kind.gvr.group == "rbac.authorization.k8s.io"_L1;
}

void checkLabels(QList<ErrorCause> &causes, const QJsonObject &labels)
{
    static const QRegularExpression value(u"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"_s);
    for (auto label = labels.begin(); label != labels.end(); ++label) {
        const QString text = label->toString();
        if (!qualified(label.key()))
            bad(causes, u"metadata.labels"_s, label.key(), kNameMessage);
        if (text.size() > 63)
            bad(causes, u"metadata.labels"_s, text, u"must be no more than 63 bytes"_s);
        if (!value.match(text).hasMatch())
            bad(causes, u"metadata.labels"_s, text, kLabelMessage);
    }
}

void checkAnnotations(QList<ErrorCause> &causes, const QJsonObject &annotations)
{
    qsizetype size = 0;
    for (auto annotation = annotations.begin(); annotation != annotations.end(); ++annotation) {
        if (!qualified(annotation.key().toLower()) && !qualified(annotation.key()))
            bad(causes, u"metadata.annotations"_s, annotation.key(), kNameMessage);
        size += annotation.key().toUtf8().size() + annotation->toString().toUtf8().size();
    }
    if (size > kAnnotationsLimit) {
        causes.append({u"metadata.annotations"_s, u"FieldValueTooLong"_s,
            QString(u"Too long: may not be more than "_s + QString::number(kAnnotationsLimit) + u" bytes"_s)});
    }
}

void checkFinalizers(QList<ErrorCause> &causes, const Kind &kind, const QJsonArray &finalizers)
{
    static const QStringList standard{u"kubernetes"_s, u"orphan"_s, u"foregroundDeletion"_s};
    for (qsizetype i = 0; i < finalizers.size(); ++i) {
        const QString text = finalizers.at(i).toString();
        if (!qualified(text))
            bad(causes, u"metadata.finalizers"_s, text, kNameMessage);
        else if (!kind.custom && !text.contains(u'/') && !standard.contains(text))
            bad(causes, QString(u"metadata.finalizers["_s + QString::number(i) + u']'), text, u"name is neither a standard finalizer name nor is it fully qualified"_s);
    }
}

/// As Go writes them, in the order of its type.
QString shown(const QJsonArray &owners)
{
    QStringList all;
    for (const QJsonValue &value : owners) {
        const QJsonObject owner = value.toObject();
        QStringList members;
        for (const auto name : {"apiVersion"_L1, "kind"_L1, "name"_L1, "uid"_L1, "controller"_L1, "blockOwnerDeletion"_L1}) {
            if (owner.contains(name))
                members.append(QString(u'"' + QString(name) + u"\":"_s + QString::fromUtf8(json::compact(owner.value(name)))));
        }
        all.append(QString(u'{' + members.join(u',') + u'}'));
    }
    return QString(u'[' + all.join(u',') + u']');
}

void checkOwners(QList<ErrorCause> &causes, const QJsonArray &owners)
{
    QString controller;
    for (qsizetype i = 0; i < owners.size(); ++i) {
        const QJsonObject owner = owners.at(i).toObject();
        for (const auto name : {"apiVersion"_L1, "kind"_L1, "name"_L1, "uid"_L1}) {
            if (owner.value(name).toString().isEmpty())
                bad(causes, QString(u"metadata.ownerReferences."_s + name), {}, name == "apiVersion"_L1 ? u"version must not be empty"_s : u"must not be empty"_s);
        }
        if (!owner.value("controller"_L1).toBool())
            continue;
        if (!controller.isEmpty()) {
            causes.append({u"metadata.ownerReferences"_s, u"FieldValueInvalid"_s,
                QString(u"Invalid value: "_s + shown(owners) + u": Only one reference can have Controller set to true. Found \"true\" in references for "_s
                    + controller + u" and "_s + owner.value("kind"_L1).toString() + u'/' + owner.value("name"_L1).toString())});
        }
        controller = QString(owner.value("kind"_L1).toString() + u'/' + owner.value("name"_L1).toString());
    }
}

void checkImmutable(QList<ErrorCause> &causes, const Kind &kind, const QJsonObject &metadata, const QJsonObject &old)
{
    // While it is being deleted an object gets no new finalizers.
    if (!old.contains("deletionTimestamp"_L1))
        return;
    const QJsonArray before = old.value("finalizers"_L1).toArray();
    for (const QJsonValue &finalizer : metadata.value("finalizers"_L1).toArray()) {
        if (!before.contains(finalizer)) {
            const ErrorCause cause{u"metadata.finalizers"_s, u"FieldValueForbidden"_s,
                QString(u"Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"_s
                    + quoted(finalizer.toString()) + u'}')};
            causes.append(cause);
            if (kind.gvr.group != "discovery.k8s.io"_L1)
                causes.append(cause);   // most strategies validate metadata twice
        }
    }
}

/// As Go writes the type: what is empty or null is not there.
QJsonObject withoutEmpty(QJsonObject metadata)
{
    for (const auto name : {"labels"_L1, "annotations"_L1, "finalizers"_L1, "ownerReferences"_L1, "managedFields"_L1, "generateName"_L1,
             "selfLink"_L1, "uid"_L1, "resourceVersion"_L1, "namespace"_L1}) {
        const QJsonValue value = metadata.value(name);
        const bool empty = value.isNull() || (value.isObject() && value.toObject().isEmpty()) || (value.isArray() && value.toArray().isEmpty())
            || (value.isString() && value.toString().isEmpty());
        if (empty)
            metadata.remove(name);
    }
    return metadata;
}

}

QString suffix()
{
    static const QString letters = u"bcdfghjklmnpqrstvwxz2456789"_s;
    QString text;
    for (int i = 0; i < 5; ++i)
        text += letters.at(QRandomGenerator::global()->bounded(int(letters.size())));
    return text;
}

QJsonObject fresh(QJsonObject given, const Kind &kind, const QDateTime &now)
{
    for (const auto name : {"deletionTimestamp"_L1, "deletionGracePeriodSeconds"_L1, "managedFields"_L1, "selfLink"_L1, "resourceVersion"_L1, "generation"_L1})
        given.remove(name);
    given.insert("uid"_L1, QUuid::createUuid().toString(QUuid::WithoutBraces));
    given.insert("creationTimestamp"_L1, now.toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s));
    if (kind.generation)
        given.insert("generation"_L1, 1);
    return withoutEmpty(given);
}

QJsonObject kept(const QJsonObject &live, QJsonObject given, bool keepManagedFields)
{
    for (const auto name : {"name"_L1, "namespace"_L1, "uid"_L1, "creationTimestamp"_L1, "generation"_L1, "generateName"_L1, "deletionTimestamp"_L1,
             "deletionGracePeriodSeconds"_L1, "selfLink"_L1, "resourceVersion"_L1}) {
        if (live.contains(name))
            given.insert(name, live.value(name));
        else
            given.remove(name);
    }
    if (!keepManagedFields) {
        if (live.contains("managedFields"_L1))
            given.insert("managedFields"_L1, live.value("managedFields"_L1));
        else
            given.remove("managedFields"_L1);
    }
    return withoutEmpty(given);
}

QList<ErrorCause> validate(const Kind &kind, const QJsonObject &object, const QJsonObject &old)
{
    QList<ErrorCause> causes;
    const QJsonObject metadata = object.value("metadata"_L1).toObject();
    const QString name = metadata.value("name"_L1).toString();
    if (name.isEmpty())
        causes.append({u"metadata.name"_s, u"FieldValueRequired"_s, u"Required value: name or generateName is required"_s});
    if (!freeName(kind) && old.isEmpty()) {
        if (name.size() > 253)
            bad(causes, u"metadata.name"_s, name, u"must be no more than 253 characters"_s);
        const QString prefix = metadata.value("generateName"_L1).toString();
        if (!prefix.isEmpty() && !subdomain(QString(prefix + u'a')))
            bad(causes, u"metadata.generateName"_s, prefix, kSubdomainMessage);
        static const QStringList labels{u"namespaces"_s, u"services"_s};
        if (labels.contains(kind.resource()) && !name.isEmpty() && !label(name))
            bad(causes, u"metadata.name"_s, name, kDnsLabelMessage);
        else if (!name.isEmpty() && !subdomain(name))
            bad(causes, u"metadata.name"_s, name, kSubdomainMessage);
    }
    checkFinalizers(causes, kind, metadata.value("finalizers"_L1).toArray());
    checkLabels(causes, metadata.value("labels"_L1).toObject());
    checkAnnotations(causes, metadata.value("annotations"_L1).toObject());
    checkOwners(causes, metadata.value("ownerReferences"_L1).toArray());
    checkImmutable(causes, kind, metadata, old.value("metadata"_L1).toObject());
    return causes;
}

QJsonObject schema()
{
    const auto field = [](const QString &type, const QString &description) {
        return QJsonObject{{u"type"_s, type}, {u"description"_s, description}};
    };
    const auto texts = [](const QString &description) {
        return QJsonObject{{u"type"_s, u"object"_s}, {u"description"_s, description},
            {u"additionalProperties"_s, QJsonObject{{u"type"_s, u"string"_s}}}};
    };
    const auto list = [](const QString &description, const QJsonObject &items) {
        return QJsonObject{{u"type"_s, u"array"_s}, {u"description"_s, description}, {u"items"_s, items}};
    };
    const QJsonObject owner{{u"type"_s, u"object"_s},
        {u"properties"_s,
            QJsonObject{{u"apiVersion"_s, field(u"string"_s, u"API version of the owner."_s)}, {u"kind"_s, field(u"string"_s, u"Kind of the owner."_s)},
                {u"name"_s, field(u"string"_s, u"Name of the owner."_s)}, {u"uid"_s, field(u"string"_s, u"UID of the owner."_s)},
                {u"controller"_s, field(u"boolean"_s, u"Whether the owner is the managing controller."_s)},
                {u"blockOwnerDeletion"_s, field(u"boolean"_s, u"Whether a foreground deletion of the owner waits for this object."_s)}}}};
    return {{u"type"_s, u"object"_s}, {u"description"_s, u"ObjectMeta is metadata that all persisted resources must have."_s},
        {u"properties"_s,
            QJsonObject{{u"name"_s, field(u"string"_s, u"Name, unique within a namespace."_s)},
                {u"generateName"_s, field(u"string"_s, u"Prefix of a name the server makes."_s)},
                {u"namespace"_s, field(u"string"_s, u"Namespace."_s)}, {u"uid"_s, field(u"string"_s, u"Unique in time and space, made by the server."_s)},
                {u"resourceVersion"_s, field(u"string"_s, u"Opaque version of the object."_s)},
                {u"generation"_s, field(u"integer"_s, u"Raised by each change of the spec."_s)},
                {u"creationTimestamp"_s, field(u"string"_s, u"When it was created."_s)},
                {u"deletionTimestamp"_s, field(u"string"_s, u"When its deletion was asked for."_s)},
                {u"deletionGracePeriodSeconds"_s, field(u"integer"_s, u"Seconds it was given to end."_s)},
                {u"labels"_s, texts(u"Map of names and values to select by."_s)}, {u"annotations"_s, texts(u"Map of names and values for tools."_s)},
                {u"finalizers"_s, list(u"Must be empty before the object goes."_s, QJsonObject{{u"type"_s, u"string"_s}})},
                {u"ownerReferences"_s, list(u"Objects this one depends on."_s, owner)},
                {u"managedFields"_s, list(u"Who owns which field."_s, QJsonObject{{u"type"_s, u"object"_s}})},
                {u"selfLink"_s, field(u"string"_s, u"No longer set."_s)}}}};
}

}
