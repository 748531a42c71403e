// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/BuiltinRules.h"

#include "models/core/Json.h"

#include <QHash>
#include <QJsonArray>
#include <QRegularExpression>

namespace qd::demo {

using namespace Qt::StringLiterals;
using Causes = QList<ErrorCause>;

namespace {

constexpr qsizetype kDataBytes = 1024 * 1024;

QString shown(const QJsonValue &value)
{
    return QString::fromUtf8(json::compact(value));
}

void bad(Causes &causes, const QString &field, const QJsonValue &value, const QString &why)
{
    causes.append({field, u"FieldValueInvalid"_s, QString(u"Invalid value: "_s + shown(value) + u": "_s + why)});
}

void forbid(Causes &causes, const QString &field, const QString &why)
{
    causes.append({field, u"FieldValueForbidden"_s, QString(u"Forbidden: "_s + why)});
}

void require(Causes &causes, const QString &field)
{
    causes.append({field, u"FieldValueRequired"_s, u"Required value"_s});
}

void checkKeys(Causes &causes, const QString &field, const QJsonObject &data)
{
    static const QRegularExpression key(u"^[-._a-zA-Z0-9]+$"_s);
    for (auto member = data.begin(); member != data.end(); ++member) {
        const QString where = QString(field + u'[' + member.key() + u']');
        if (!key.match(member.key()).hasMatch()) {
            bad(causes, where, member.key(), u"a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"_s);
        } else if (member.key() == "."_L1 || member.key() == ".."_L1) {
            bad(causes, where, member.key(), QString(u"must not be '"_s + member.key() + u'\''));
        }
    }
}

void checkImmutable(Causes &causes, const QJsonObject &object, const QJsonObject &old, const QStringList &fields)
{
    if (!old.value("immutable"_L1).toBool())
        return;
    const QString why = u"field is immutable when `immutable` is set"_s;
    if (!object.value("immutable"_L1).toBool())
        forbid(causes, u"immutable"_s, why);
    for (const QString &field : fields) {
        if (object.value(field).toObject() != old.value(field).toObject())
            forbid(causes, field, why);
    }
}

qsizetype bytesOf(const QJsonObject &data, bool base64)
{
    qsizetype size = 0;
    for (const QJsonValue &value : data)
        size += base64 ? value.toString().size() * 3 / 4 : value.toString().toUtf8().size();
    return size;
}

void tooLong(Causes &causes, const QString &field)
{
    causes.append({field, u"FieldValueTooLong"_s, u"Too long: may not be more than 1048576 bytes"_s});
}

Causes checkConfigMap(const QJsonObject &object, const QJsonObject &old)
{
    Causes causes;
    const QJsonObject data = object.value("data"_L1).toObject();
    const QJsonObject binary = object.value("binaryData"_L1).toObject();
    checkKeys(causes, u"data"_s, data);
    for (const QString &key : data.keys()) {
        if (binary.contains(key))
            bad(causes, QString(u"data["_s + key + u']'), key, u"duplicate of key present in binaryData"_s);
    }
    checkKeys(causes, u"binaryData"_s, binary);
    if (bytesOf(data, false) + bytesOf(binary, true) > kDataBytes)
        tooLong(causes, u"[]"_s);
    checkImmutable(causes, object, old, {u"data"_s, u"binaryData"_s});
    return causes;
}

Causes checkSecret(const QJsonObject &object, const QJsonObject &old)
{
    static const QHash<QString, QStringList> needed{{u"kubernetes.io/tls"_s, {u"tls.crt"_s, u"tls.key"_s}},
        {u"kubernetes.io/dockerconfigjson"_s, {u".dockerconfigjson"_s}}, {u"kubernetes.io/dockercfg"_s, {u".dockercfg"_s}},
        {u"kubernetes.io/ssh-auth"_s, {u"ssh-privatekey"_s}}};
    Causes causes;
    const QString type = object.value("type"_L1).toString();
    const QJsonObject data = object.value("data"_L1).toObject();
    if (!old.isEmpty() && type != old.value("type"_L1).toString())
        bad(causes, u"type"_s, type, u"field is immutable"_s);
    checkImmutable(causes, object, old, {u"data"_s});
    checkKeys(causes, u"data"_s, data);
    if (bytesOf(data, true) > kDataBytes)
        tooLong(causes, u"data"_s);
    for (const QString &key : needed.value(type)) {
        if (!data.contains(key))
            require(causes, QString(u"data["_s + key + u']'));
    }
    if (type == "kubernetes.io/basic-auth"_L1 && !data.contains("username"_L1) && !data.contains("password"_L1)) {
        require(causes, u"data[username]"_s);
        require(causes, u"data[password]"_s);
    }
    return causes;
}

void checkPort(Causes &causes, const QString &field, const QJsonValue &value)
{
    if (value.isDouble() && (value.toInteger() < 1 || value.toInteger() > 65535))
        bad(causes, field, value, u"must be between 1 and 65535, inclusive"_s);
}

Causes checkService(const QJsonObject &object, const QJsonObject &old)
{
    Causes causes;
    const QJsonObject spec = object.value("spec"_L1).toObject();
    const QJsonArray ports = spec.value("ports"_L1).toArray();
    const QString type = spec.value("type"_L1).toString();
    static const QStringList types{u"ClusterIP"_s, u"ExternalName"_s, u"LoadBalancer"_s, u"NodePort"_s};
    if (ports.isEmpty() && spec.value("clusterIP"_L1).toString() != "None"_L1 && type != "ExternalName"_L1)
        require(causes, u"spec.ports"_s);
    for (qsizetype i = 0; i < ports.size(); ++i) {
        const QJsonObject port = ports.at(i).toObject();
        const QString where = QString(u"spec.ports["_s + QString::number(i) + u']');
        if (ports.size() > 1 && port.value("name"_L1).toString().isEmpty())
            require(causes, QString(where + u".name"_s));
        checkPort(causes, QString(where + u".port"_s), port.value("port"_L1));
        checkPort(causes, QString(where + u".targetPort"_s), port.value("targetPort"_L1));
    }
    if (!types.contains(type)) {
        causes.append({u"spec.type"_s, u"FieldValueNotSupported"_s,
            QString(u"Unsupported value: "_s + shown(type) + u": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\""_s)});
    }
    const QJsonValue was = json::at(old, u"/spec/clusterIP"_s);
    if (was.isString() && type != "ExternalName"_L1 && spec.value("clusterIP"_L1) != was)
        bad(causes, u"spec.clusterIPs[0]"_s, spec.value("clusterIPs"_L1), u"may not change once set"_s);
    return causes;
}

/// The spec without what may change in a pod that is there.
QJsonObject fixedPart(QJsonObject spec)
{
    for (const auto list : {"containers"_L1, "initContainers"_L1}) {
        QJsonArray containers = spec.value(list).toArray();
        for (qsizetype i = 0; i < containers.size(); ++i) {
            QJsonObject container = containers.at(i).toObject();
            container.remove("image"_L1);
            containers.replace(i, container);
        }
        spec.insert(list, containers);
    }
    spec.remove("activeDeadlineSeconds"_L1);
    spec.remove("tolerations"_L1);
    return spec;
}

void checkContainers(Causes &causes, const QString &path, const QJsonArray &containers)
{
    static const QRegularExpression label(u"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"_s);
    if (containers.isEmpty())
        require(causes, path);
    for (qsizetype i = 0; i < containers.size(); ++i) {
        const QJsonObject container = containers.at(i).toObject();
        const QString where = QString(path + u'[' + QString::number(i) + u']');
        const QString name = container.value("name"_L1).toString();
        if (name.isEmpty())
            require(causes, QString(where + u".name"_s));
        else if (!label.match(name).hasMatch())
            bad(causes, QString(where + u".name"_s), name, u"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"_s);
        if (container.value("image"_L1).toString().isEmpty())
            require(causes, QString(where + u".image"_s));
    }
}

Causes checkPod(const QJsonObject &object, const QJsonObject &old)
{
    Causes causes;
    const QJsonObject spec = object.value("spec"_L1).toObject();
    const QJsonObject before = old.value("spec"_L1).toObject();
    const QJsonArray containers = spec.value("containers"_L1).toArray();
    checkContainers(causes, u"spec.containers"_s, containers);
    if (old.isEmpty())
        return causes;
    if (containers.size() != before.value("containers"_L1).toArray().size()) {
        forbid(causes, u"spec.containers"_s, u"pod updates may not add or remove containers"_s);
    } else if (fixedPart(spec) != fixedPart(before)) {
        forbid(causes, u"spec"_s, u"pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"_s);
    }
    return causes;
}

Causes checkWorkload(const QJsonObject &object, const QJsonObject &old)
{
    Causes causes;
    const QJsonObject selector = json::at(object, u"/spec/selector/matchLabels"_s).toObject();
    const QJsonObject labels = json::at(object, u"/spec/template/metadata/labels"_s).toObject();
    const QJsonValue replicas = json::at(object, u"/spec/replicas"_s);
    if (replicas.toInteger() < 0)
        bad(causes, u"spec.replicas"_s, replicas, u"must be greater than or equal to 0"_s);
    for (auto wanted = selector.begin(); wanted != selector.end(); ++wanted) {
        if (labels.value(wanted.key()) != *wanted) {
            bad(causes, u"spec.template.metadata.labels"_s, labels, u"`selector` does not match template `labels`"_s);
            break;
        }
    }
    checkContainers(causes, u"spec.template.spec.containers"_s, json::at(object, u"/spec/template/spec/containers"_s).toArray());
    const QJsonValue chosen = json::at(object, u"/spec/selector"_s);
    if (!old.isEmpty() && chosen != json::at(old, u"/spec/selector"_s))
        bad(causes, u"spec.selector"_s, chosen, u"field is immutable"_s);
    return causes;
}

Causes checkClaim(const QJsonObject &object, const QJsonObject &old)
{
    Causes causes;
    if (old.isEmpty())
        return causes;
    const bool bound = json::at(old, u"/status/phase"_s).toString() == "Bound"_L1;
    QJsonObject is = object.value("spec"_L1).toObject();
    QJsonObject was = old.value("spec"_L1).toObject();
    for (QJsonObject *spec : {&is, &was}) {
        spec->remove("volumeName"_L1);   // told once, when it is bound
        if (bound)
            spec->remove("resources"_L1);
    }
    if (is != was)
        forbid(causes, u"spec"_s, u"spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"_s);
    return causes;
}

Causes checkBinding(const QJsonObject &object, const QJsonObject &old)
{
    Causes causes;
    const QJsonObject role = object.value("roleRef"_L1).toObject();
    if (!old.isEmpty() && role != old.value("roleRef"_L1).toObject()) {
        const QJsonObject internal{{u"APIGroup"_s, role.value("apiGroup"_L1)}, {u"Kind"_s, role.value("kind"_L1)}, {u"Name"_s, role.value("name"_L1)}};
        bad(causes, u"roleRef"_s, internal, u"cannot change roleRef"_s);
    }
    return causes;
}

Causes checkEvent(const QJsonObject &object, const QJsonObject &)
{
    Causes causes;
    const QJsonValue about = json::at(object, u"/involvedObject/namespace"_s);
    const QString ns = json::at(object, u"/metadata/namespace"_s).toString();
    // About a cluster's own object it stands in default.
    if (about.toString() != ns && !(about.toString().isEmpty() && ns == "default"_L1))
        bad(causes, u"involvedObject.namespace"_s, about.toString(), u"does not match event.namespace"_s);
    return causes;
}

}

QList<ErrorCause> checkBuiltin(const Kind &kind, const QJsonObject &object, const QJsonObject &old)
{
    using Check = Causes (*)(const QJsonObject &, const QJsonObject &);
    static const QHash<QString, Check> all{{u"configmaps"_s, checkConfigMap}, {u"events"_s, checkEvent}, {u"secrets"_s, checkSecret}, {u"services"_s, checkService},
        {u"pods"_s, checkPod}, {u"deployments.apps"_s, checkWorkload}, {u"statefulsets.apps"_s, checkWorkload}, {u"replicasets.apps"_s, checkWorkload},
        {u"persistentvolumeclaims"_s, checkClaim}, {u"rolebindings.rbac.authorization.k8s.io"_s, checkBinding},
        {u"clusterrolebindings.rbac.authorization.k8s.io"_s, checkBinding}};
    const Check check = kind.custom ? nullptr : all.value(kind.resource());
    return check ? check(object, old) : Causes();
}

std::optional<QString> undecodableText(const Kind &kind, const QJsonObject &object)
{
    if (kind.custom || (kind.kind != "Secret"_L1 && kind.kind != "ConfigMap"_L1))
        return std::nullopt;
    for (const QJsonValue &value : object.value(kind.kind == "Secret"_L1 ? "data"_L1 : "binaryData"_L1).toObject()) {
        const QByteArray text = value.toString().toLatin1();
        static const QByteArray letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n");
        for (qsizetype i = 0; i < text.size(); ++i) {
            if (!letters.contains(text.at(i)))
                return QString(u"illegal base64 data at input byte "_s + QString::number(i));
        }
        if (QByteArray(text).replace('\n', "").replace('\r', "").size() % 4 != 0)
            return QString(u"illegal base64 data at input byte "_s + QString::number(text.size() - text.size() % 4));
    }
    return std::nullopt;
}

}
