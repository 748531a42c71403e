// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Protobuf.h"

#include <QDateTime>
#include <QHash>
#include <QJsonArray>
#include <QTimeZone>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

/// Field numbers of k8s.io/api: message, then number, name and type. s text, b bytes, t bool, i number, n number without 0 (Go writes
/// it always), - passed over, else a message; * repeated, % map of text.
constexpr char kMessages[] = R"(
SelfSubjectAccessReview: 1 metadata ObjectMeta, 2 spec SelfSubjectAccessReviewSpec, 3 status -
SelfSubjectRulesReview: 1 metadata ObjectMeta, 2 spec SelfSubjectRulesReviewSpec, 3 status -
SelfSubjectReview: 1 metadata ObjectMeta, 2 status -
SubjectAccessReview: 1 metadata ObjectMeta, 2 spec SubjectAccessReviewSpec, 3 status -
LocalSubjectAccessReview: 1 metadata ObjectMeta, 2 spec SubjectAccessReviewSpec, 3 status -
Namespace: 1 metadata ObjectMeta, 2 spec NamespaceSpec, 3 status -
ConfigMap: 1 metadata ObjectMeta, 2 data s%, 3 binaryData b%, 4 immutable t
Secret: 1 metadata ObjectMeta, 2 data b%, 3 type s, 4 stringData s%, 5 immutable t
ServiceAccount: 1 metadata ObjectMeta, 2 secrets ObjectReference*, 3 imagePullSecrets LocalObjectReference*,
  4 automountServiceAccountToken t
Role: 1 metadata ObjectMeta, 2 rules PolicyRule*
RoleBinding: 1 metadata ObjectMeta, 2 subjects Subject*, 3 roleRef RoleRef
ClusterRole: 1 metadata ObjectMeta, 2 rules PolicyRule*, 3 aggregationRule AggregationRule
ClusterRoleBinding: 1 metadata ObjectMeta, 2 subjects Subject*, 3 roleRef RoleRef
Service: 1 metadata ObjectMeta, 2 spec ServiceSpec, 3 status -
Deployment: 1 metadata ObjectMeta, 2 spec DeploymentSpec, 3 status -
Job: 1 metadata ObjectMeta, 2 spec JobSpec, 3 status -
CronJob: 1 metadata ObjectMeta, 2 spec CronJobSpec, 3 status -
ObjectMeta: 1 name s, 2 generateName s, 3 namespace s, 4 selfLink s, 5 uid s, 6 resourceVersion s, 7 generation n,
  8 creationTimestamp Time, 9 deletionTimestamp Time, 10 deletionGracePeriodSeconds i, 11 labels s%,
  12 annotations s%, 13 ownerReferences OwnerReference*, 14 finalizers s*, 17 managedFields -
SelfSubjectAccessReviewSpec: 1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes
SelfSubjectRulesReviewSpec: 1 namespace s
SubjectAccessReviewSpec: 1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes,
  3 user s, 4 groups s*, 5 extra ExtraValue%, 6 uid s
NamespaceSpec: 1 finalizers s*
ObjectReference: 1 kind s, 2 namespace s, 3 name s, 4 uid s, 5 apiVersion s, 6 resourceVersion s, 7 fieldPath s
LocalObjectReference: 1 name s
PolicyRule: 1 verbs s*, 2 apiGroups s*, 3 resources s*, 4 resourceNames s*, 5 nonResourceURLs s*
Subject: 1 kind s, 2 apiGroup s, 3 name s, 4 namespace s
RoleRef: 1 apiGroup s, 2 kind s, 3 name s
AggregationRule: 1 clusterRoleSelectors LabelSelector*
ServiceSpec: 1 ports ServicePort*, 2 selector s%, 3 clusterIP s, 4 type s, 10 externalName s
DeploymentSpec: 1 replicas i, 2 selector LabelSelector, 3 template PodTemplateSpec, 4 strategy DeploymentStrategy
JobSpec: 6 template PodTemplateSpec
CronJobSpec: 1 schedule s, 2 startingDeadlineSeconds i, 3 concurrencyPolicy s, 4 suspend t,
  5 jobTemplate JobTemplateSpec, 6 successfulJobsHistoryLimit i, 7 failedJobsHistoryLimit i, 8 timeZone s
OwnerReference: 1 kind s, 3 name s, 4 uid s, 5 apiVersion s, 6 controller t, 7 blockOwnerDeletion t
ResourceAttributes: 1 namespace s, 2 verb s, 3 group s, 4 version s, 5 resource s, 6 subresource s, 7 name s,
  8 fieldSelector FieldSelectorAttributes, 9 labelSelector LabelSelectorAttributes
NonResourceAttributes: 1 path s, 2 verb s
ExtraValue: 1 items s*
LabelSelector: 1 matchLabels s%, 2 matchExpressions LabelSelectorRequirement*
ServicePort: 1 name s, 2 protocol s, 3 port n, 4 targetPort IntOrString, 5 nodePort n, 6 appProtocol s
PodTemplateSpec: 1 metadata ObjectMeta, 2 spec PodSpec
DeploymentStrategy: 1 type s
JobTemplateSpec: 1 metadata ObjectMeta, 2 spec JobSpec
FieldSelectorAttributes: 1 rawSelector s, 2 requirements FieldSelectorRequirement*
LabelSelectorAttributes: 1 rawSelector s, 2 requirements LabelSelectorRequirement*
LabelSelectorRequirement: 1 key s, 2 operator s, 3 values s*
PodSpec: 2 containers Container*, 3 restartPolicy s, 8 serviceAccountName s, 10 nodeName s
FieldSelectorRequirement: 1 key s, 2 operator s, 3 values s*
Container: 1 name s, 2 image s, 3 command s*, 4 args s*, 6 ports ContainerPort*, 7 env EnvVar*,
  8 resources ResourceRequirements
ContainerPort: 1 name s, 2 hostPort n, 3 containerPort n, 4 protocol s, 5 hostIP s
EnvVar: 1 name s, 2 value s
ResourceRequirements: 1 limits Quantity%, 2 requests Quantity%
DeleteOptions: 1 gracePeriodSeconds i, 2 preconditions Preconditions, 3 orphanDependents t, 4 propagationPolicy s,
  5 dryRun s*
Preconditions: 1 uid s, 2 resourceVersion s
)";

struct Field {
    QString name;
    QString type;
    QChar form;             ///< '*', '%' or null
};

using Message = QHash<quint64, Field>;

QHash<QString, Message> readTable()
{
    QHash<QString, Message> all;
    QString last;
    for (const QString &line : QString::fromLatin1(kMessages).split(u'\n', Qt::SkipEmptyParts)) {
        if (!line.startsWith(u' '))
            last = line.section(u':', 0, 0);
        const QString fields = line.startsWith(u' ') ? line : line.section(u':', 1);
        for (const QString &field : fields.split(u',', Qt::SkipEmptyParts)) {
            QStringList words = field.split(u' ', Qt::SkipEmptyParts);
            if (words.size() != 3)
                continue;
            QChar form;
            if (words.at(2).endsWith(u'*') || words.at(2).endsWith(u'%')) {
                form = words.at(2).back();
                words[2].chop(1);
            }
            all[last].insert(words.at(0).toULongLong(), {words.at(1), words.at(2), form});
        }
    }
    return all;
}

const QHash<QString, Message> &messages()
{
    static const QHash<QString, Message> all = readTable();
    return all;
}

/// What does not hold: broken bytes are 400, a field we do not know is 415.
struct Trouble {
    QString unknown;
};

/// One field as it is on the wire.
struct Raw {
    quint64 number = 0;
    bool isNumber = false;
    quint64 value = 0;
    QByteArray bytes = {};
};

class Reader {
public:
    explicit Reader(const QByteArray &bytes) : m_bytes(bytes) { }
    [[nodiscard]] bool atEnd() const { return m_at >= m_bytes.size(); }

    Raw next()
    {
        const quint64 tag = varint();
        Raw raw{tag >> 3};
        switch (tag & 7) {
        case 0:
            raw.isNumber = true;
            raw.value = varint();
            return raw;
        case 2: {
            const quint64 size = varint();
            if (size > quint64(m_bytes.size() - m_at))
                throw Trouble{};
            raw.bytes = m_bytes.mid(m_at, qsizetype(size));
            m_at += qsizetype(size);
            return raw;
        }
        default: throw Trouble{};
        }
    }

private:
    quint64 varint()
    {
        quint64 value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (m_at >= m_bytes.size())
                throw Trouble{};
            const auto byte = quint8(m_bytes.at(m_at++));
            value |= quint64(byte & 0x7f) << shift;
            if ((byte & 0x80) == 0)
                return value;
        }
        throw Trouble{};
    }

    QByteArray m_bytes;
    qsizetype m_at = 0;
};

QJsonValue decoded(const QString &type, const Raw &raw, int depth);

QJsonValue timeOf(const QByteArray &bytes)
{
    Reader reader(bytes);
    qint64 seconds = 0;
    while (!reader.atEnd()) {
        if (const Raw raw = reader.next(); raw.number == 1)
            seconds = qint64(raw.value);
    }
    // Go writes its zero time as year 1.
    if (seconds <= 0)
        return QJsonValue::Undefined;
    return QDateTime::fromSecsSinceEpoch(seconds, QTimeZone::utc()).toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
}

/// IntOrString: 1 type (0 number, 1 text), 2 number, 3 text.
QJsonValue intOrString(const QByteArray &bytes)
{
    Reader reader(bytes);
    qint64 type = 0, number = 0;
    QString text;
    while (!reader.atEnd()) {
        const Raw raw = reader.next();
        if (raw.number == 1)
            type = qint64(raw.value);
        else if (raw.number == 2)
            number = qint64(raw.value);
        else
            text = QString::fromUtf8(raw.bytes);
    }
    if (type == 1)
        return text.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(text);
    return number == 0 ? QJsonValue(QJsonValue::Undefined) : QJsonValue(number);
}

/// The one text a message consists of (Quantity).
QJsonValue onlyText(const QByteArray &bytes)
{
    Reader reader(bytes);
    QString text;
    while (!reader.atEnd())
        text = QString::fromUtf8(reader.next().bytes);
    return text;
}

void addToMap(QJsonObject &map, const Field &field, const QByteArray &entry, int depth)
{
    Reader reader(entry);
    QString key;
    QJsonValue value = field.type == "s"_L1 || field.type == "b"_L1 ? QJsonValue(QString()) : QJsonValue(QJsonObject());
    while (!reader.atEnd()) {
        const Raw raw = reader.next();
        if (raw.number == 1) {
            key = QString::fromUtf8(raw.bytes);
        } else if (const QJsonValue given = decoded(field.type, raw, depth); !given.isUndefined()) {
            value = given;
        }
    }
    map.insert(key, field.type == "ExtraValue"_L1 ? value.toObject().value("items"_L1) : value);
}

QJsonObject messageOf(const QString &type, const QByteArray &bytes, int depth)
{
    if (depth > 32)
        throw Trouble{};
    const Message &message = messages()[type];
    QJsonObject object;
    Reader reader(bytes);
    while (!reader.atEnd()) {
        const Raw raw = reader.next();
        const auto field = message.find(raw.number);
        if (field == message.end()) {
            if (raw.isNumber ? raw.value != 0 : !raw.bytes.isEmpty())
                throw Trouble{QString(u"field "_s + QString::number(raw.number) + u" of "_s + type)};
            continue;
        }
        if (field->form == u'%') {
            QJsonObject map = object.value(field->name).toObject();
            addToMap(map, *field, raw.bytes, depth + 1);
            object.insert(field->name, map);
            continue;
        }
        const QJsonValue value = decoded(field->type, raw, depth + 1);
        if (field->form == u'*') {
            QJsonArray list = object.value(field->name).toArray();
            const bool text = field->type == "s"_L1;
            list.append(value.isUndefined() ? (text ? QJsonValue(QString()) : QJsonValue(QJsonObject())) : value);
            object.insert(field->name, list);
        } else if (!value.isUndefined()) {
            object.insert(field->name, value);
        }
    }
    return object;
}

/// Undefined for what JSON would leave out.
QJsonValue decoded(const QString &type, const Raw &raw, int depth)
{
    if (type == "-"_L1)
        return QJsonValue::Undefined;
    const bool number = type == "i"_L1 || type == "n"_L1 || type == "t"_L1;
    if (number != raw.isNumber)
        throw Trouble{};
    if (type == "t"_L1)
        return raw.value != 0;
    if (number)
        return type == "n"_L1 && raw.value == 0 ? QJsonValue(QJsonValue::Undefined) : QJsonValue(qint64(raw.value));
    if (type == "s"_L1)
        return raw.bytes.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(QString::fromUtf8(raw.bytes));
    if (type == "b"_L1)
        return QString::fromLatin1(raw.bytes.toBase64());
    if (type == "Time"_L1)
        return timeOf(raw.bytes);
    if (type == "Quantity"_L1)
        return onlyText(raw.bytes);
    if (type == "IntOrString"_L1)
        return intOrString(raw.bytes);
    const QJsonObject object = messageOf(type, raw.bytes, depth);
    return object.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(object);
}

Failure unreadable()
{
    return badRequest(u"the body is no Kubernetes object in protobuf"_s);
}

}

Outcome<QJsonObject> fromProtobuf(const QByteArray &body)
{
    static const QByteArray magic("k8s\0", 4);
    if (!body.startsWith(magic))
        return unreadable();
    try {
        QString apiVersion, kind;
        QByteArray raw;
        Reader reader(body.mid(magic.size()));
        while (!reader.atEnd()) {
            const Raw field = reader.next();
            if (field.number == 2)
                raw = field.bytes;
            Reader type(field.number == 1 ? field.bytes : QByteArray());
            while (!type.atEnd()) {
                const Raw part = type.next();
                (part.number == 1 ? apiVersion : kind) = QString::fromUtf8(part.bytes);
            }
        }
        if (!messages().contains(kind))
            throw Trouble{QString(u"the kind \""_s + kind + u'"')};
        QJsonObject object = messageOf(kind, raw, 0);
        object.insert("apiVersion"_L1, apiVersion);
        object.insert("kind"_L1, kind);
        return object;
    } catch (const Trouble &trouble) {
        if (trouble.unknown.isEmpty())
            return unreadable();
        return Failure{415, u"UnsupportedMediaType"_s,
            QString(u"the demo server cannot read "_s + trouble.unknown + u" in protobuf; send application/json"_s)};
    }
}

}
