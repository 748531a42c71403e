// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/schema/Schema.h"

#include "app/demo/schema/SchemaNode.h"

#include <QCoreApplication>

namespace qd::demo {

using namespace Qt::StringLiterals;
using Node = Schema::Node;

namespace {

struct Trouble {
    QString path;
    QString what;
};

QStringList texts(const QJsonValue &list)
{
    QStringList all;
    for (const QJsonValue &one : list.toArray())
        all.append(one.toString());
    return all;
}

CelProgram program(const QString &expression, const QString &path)
{
    const auto compiled = CelProgram::compile(expression);
    if (!compiled)
        throw Trouble{path, compiled.error().message};
    return *compiled;
}

void readLimits(Node &node, const QJsonObject &schema)
{
    const auto number = [&schema](const char *name) {
        const QJsonValue value = schema.value(QLatin1String(name));
        return value.isDouble() ? value.toInteger() : -1;
    };
    node.minLength = number("minLength");
    node.maxLength = number("maxLength");
    node.minItems = number("minItems");
    node.maxItems = number("maxItems");
    node.minProperties = number("minProperties");
    node.maxProperties = number("maxProperties");
    if (schema.value("minimum"_L1).isDouble())
        node.minimum = schema.value("minimum"_L1).toDouble();
    if (schema.value("maximum"_L1).isDouble())
        node.maximum = schema.value("maximum"_L1).toDouble();
    node.exclusiveMinimum = schema.value("exclusiveMinimum"_L1).toBool();
    node.exclusiveMaximum = schema.value("exclusiveMaximum"_L1).toBool();
}

void readRules(Node &node, const QJsonObject &schema, const QString &path)
{
    for (const QJsonValue &value : schema.value("x-kubernetes-validations"_L1).toArray()) {
        const QJsonObject given = value.toObject();
        const QString text = given.value("rule"_L1).toString();
        SchemaRule rule{program(text, path), {}, text, given.value("message"_L1).toString(),
            given.value("reason"_L1).toString(), given.value("fieldPath"_L1).toString(), false};
        if (const QString expression = given.value("messageExpression"_L1).toString(); !expression.isEmpty())
            rule.messageProgram = program(expression, path);
        rule.transition = rule.program.uses(u"oldSelf"_s) && !given.value("optionalOldSelf"_L1).toBool();
        node.rules.push_back(std::move(rule));
    }
}

Node::Ptr compiled(const QJsonObject &schema, const QString &path);

void readChildren(Node &node, const QJsonObject &schema, const QString &path)
{
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    for (auto property = properties.begin(); property != properties.end(); ++property)
        node.properties.emplace(property.key(), compiled(property->toObject(), schema::child(path, property.key())));
    const QJsonValue additional = schema.value("additionalProperties"_L1);
    if (additional.isObject())
        node.additional = compiled(additional.toObject(), schema::child(path, u"*"_s));
    else if (additional.toBool())
        node.preserve = true;
    if (const QJsonValue items = schema.value("items"_L1); items.isObject())
        node.items = compiled(items.toObject(), QString(path + u"[*]"_s));
}

Node::Ptr compiled(const QJsonObject &schema, const QString &path)
{
    auto node = std::make_shared<Node>();
    node->type = schema.value("type"_L1).toString();
    node->format = schema.value("format"_L1).toString();
    node->nullable = schema.value("nullable"_L1).toBool();
    node->preserve = schema.value("x-kubernetes-preserve-unknown-fields"_L1).toBool();
    node->intOrString = schema.value("x-kubernetes-int-or-string"_L1).toBool();
    node->atomicMap = schema.value("x-kubernetes-map-type"_L1).toString() == "atomic"_L1;
    if (node->type.isEmpty() && !node->intOrString && !node->preserve)
        throw Trouble{path, QCoreApplication::translate("qd::demo::Schema", "it has no type")};
    for (const char *refused : {"allOf", "anyOf", "oneOf", "not", "$ref"}) {
        if (schema.contains(QLatin1String(refused)) && !node->intOrString)
            throw Trouble{path, QCoreApplication::translate("qd::demo::Schema", "%1 is not supported").arg(QLatin1String(refused))};
    }
    const QString list = schema.value("x-kubernetes-list-type"_L1).toString();
    node->listType = list == "map"_L1 ? Schema::ListType::Map : list == "set"_L1 ? Schema::ListType::Set : Schema::ListType::Atomic;
    node->keys = texts(schema.value("x-kubernetes-list-map-keys"_L1));
    node->required = texts(schema.value("required"_L1));
    node->choices = schema.value("enum"_L1).toArray();
    node->patternText = schema.value("pattern"_L1).toString();
    node->pattern.setPattern(node->patternText);
    if (!node->pattern.isValid())
        throw Trouble{path, node->pattern.errorString()};
    node->fallback = schema.value("default"_L1);
    readLimits(*node, schema);
    readRules(*node, schema, path);
    readChildren(*node, schema, path);
    return node;
}

/// The fields of meta/v1 ObjectMeta.
const QStringList kMetadata{u"annotations"_s, u"creationTimestamp"_s, u"deletionGracePeriodSeconds"_s, u"deletionTimestamp"_s,
    u"finalizers"_s, u"generateName"_s, u"generation"_s, u"labels"_s, u"managedFields"_s, u"name"_s, u"namespace"_s,
    u"ownerReferences"_s, u"resourceVersion"_s, u"selfLink"_s, u"uid"_s};

QJsonValue pruned(const Node &node, const QJsonValue &value, const QString &path, QStringList &removed)
{
    if (value.isArray() && node.items) {
        QJsonArray array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i)
            array.replace(i, pruned(*node.items, array.at(i), schema::element(path, i), removed));
        return array;
    }
    if (!value.isObject())
        return value;
    QJsonObject object = value.toObject();
    const QStringList keys = object.keys();
    for (const QString &key : keys) {
        const auto property = node.properties.find(key);
        const QString here = path.isEmpty() ? key : QString(path + u'.' + key);
        if (property != node.properties.end())
            object.insert(key, pruned(*property->second, object.value(key), here, removed));
        else if (node.additional)
            object.insert(key, pruned(*node.additional, object.value(key), here, removed));
        else if (!node.preserve) {
            object.remove(key);
            removed.append(here);
        }
    }
    return object;
}

QJsonValue defaulted(const Node &node, const QJsonValue &value)
{
    if (value.isArray() && node.items) {
        QJsonArray array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i)
            array.replace(i, defaulted(*node.items, array.at(i)));
        return array;
    }
    if (!value.isObject())
        return value;
    QJsonObject object = value.toObject();
    for (const auto &[name, property] : node.properties) {
        const bool wrongNull = object.value(name).isNull() && object.contains(name) && !property->nullable;
        if (!property->fallback.isUndefined() && (!object.contains(name) || wrongNull))
            object.insert(name, property->fallback);
        if (object.contains(name))
            object.insert(name, defaulted(*property, object.value(name)));
    }
    if (node.additional) {
        const QStringList keys = object.keys();
        for (const QString &key : keys) {
            if (!node.properties.contains(key))
                object.insert(key, defaulted(*node.additional, object.value(key)));
        }
    }
    return object;
}

const Node *nodeAt(const Node *node, const QStringList &fields)
{
    for (const QString &field : fields) {
        while (node != nullptr && node->items)
            node = node->items.get();
        if (node == nullptr)
            return nullptr;
        const auto property = node->properties.find(field);
        node = property != node->properties.end() ? property->second.get() : node->additional.get();
    }
    return node;
}

}

namespace schema {

QString child(const QString &path, const QString &name)
{
    return path.isEmpty() ? name : QString(path + u'.' + name);
}

QString element(const QString &path, qsizetype index)
{
    return QString(path + u'[' + QString::number(index) + u']');
}

}

Result<Schema> Schema::compile(const QJsonObject &openApiV3Schema)
{
    try {
        Schema schema;
        schema.m_root = compiled(openApiV3Schema, {});
        schema.m_source = std::make_shared<const QJsonObject>(openApiV3Schema);
        return schema;
    } catch (const Trouble &trouble) {
        Error error{ErrorKind::Invalid, {}};
        error.message = QCoreApplication::translate("qd::demo::Schema", "The schema of %1 cannot be used: %2")
                            .arg(trouble.path.isEmpty() ? u"the object"_s : trouble.path, trouble.what);
        return error;
    }
}

QStringList Schema::prune(QJsonObject &object) const
{
    QStringList removed;
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    QJsonObject rest = object;
    for (const auto name : {"apiVersion"_L1, "kind"_L1, "metadata"_L1})
        rest.remove(name);
    rest = pruned(*m_root, rest, {}, removed).toObject();
    for (const auto name : {"apiVersion"_L1, "kind"_L1}) {
        if (object.contains(name))
            rest.insert(name, object.value(name));
    }
    const QStringList keys = metadata.keys();
    for (const QString &key : keys) {
        if (!kMetadata.contains(key)) {
            metadata.remove(key);
            removed.append(QString(u"metadata."_s + key));
        }
    }
    if (object.contains("metadata"_L1))
        rest.insert("metadata"_L1, metadata);
    object = rest;
    return removed;
}

void Schema::applyDefaults(QJsonObject &object) const
{
    object = defaulted(*m_root, object).toObject();
}

std::optional<Schema::ListInfo> Schema::listAt(const QStringList &fields) const
{
    const Node *node = nodeAt(m_root.get(), fields);
    if (node == nullptr || node->type != "array"_L1)
        return std::nullopt;
    ListInfo info{node->listType, node->keys, {}};
    for (const QString &key : node->keys) {
        const auto property = node->items ? node->items->properties.find(key) : decltype(node->items->properties.find(key)){};
        if (node->items && property != node->items->properties.end() && !property->second->fallback.isUndefined())
            info.fallback.insert(key, property->second->fallback);
    }
    return info;
}

bool Schema::atomicMapAt(const QStringList &fields) const
{
    const Node *node = nodeAt(m_root.get(), fields);
    return node != nullptr && node->atomicMap;
}

const QJsonObject &Schema::source() const
{
    return *m_source;
}

}
