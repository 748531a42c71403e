// SPDX-License-Identifier: GPL-3.0-or-later
// What an object must be like before it is stored: types, limits, lists, rules, with kube-apiserver's words
// (k8s.io/kube-openapi/pkg/validation, k8s.io/apiextensions-apiserver/pkg/apiserver/validation).
#include "app/demo/schema/SchemaNode.h"

#include "models/core/Json.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>
#include <cmath>

namespace qd::demo {

using namespace Qt::StringLiterals;
using Node = Schema::Node;
using Causes = QList<ErrorCause>;

namespace {

QString shown(const QJsonValue &value)
{
    return QString::fromUtf8(json::compact(value));
}

void invalidValue(Causes &causes, const QString &path, const QJsonValue &value, const QString &why)
{
    causes.append({path, u"FieldValueInvalid"_s, QString(u"Invalid value: "_s + shown(value) + u": "_s + why)});
}

void wrongType(Causes &causes, const QString &path, const QString &wanted, const QJsonValue &value, const QString &is)
{
    causes.append({path, u"FieldValueTypeInvalid"_s,
        QString(u"Invalid value: "_s + shown(value) + u": "_s + path + u" in body must be of type "_s + wanted + u": "_s + shown(is))});
}

bool typeFits(const Node &node, const QJsonValue &value)
{
    const QString is = schema::typeName(value);
    if (node.intOrString)
        return is == "integer"_L1 || is == "string"_L1;
    return node.type.isEmpty() || is == node.type || (node.type == "number"_L1 && is == "integer"_L1);
}

bool formatFits(const Node &node, const QString &text)
{
    if (node.format == "date-time"_L1) {
        static const QRegularExpression time(
            u"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"_s);
        return time.match(text).hasMatch() && QDate::fromString(text.left(10), Qt::ISODate).isValid();
    }
    return true;
}

QString number(double value)
{
    return std::floor(value) == value ? QString::number(qint64(value)) : QString::number(value);
}

void checkNumber(const Node &node, const QString &path, const QJsonValue &value, Causes &causes)
{
    const double is = value.toDouble();
    if (node.minimum && (node.exclusiveMinimum ? is <= *node.minimum : is < *node.minimum)) {
        const QString words = node.exclusiveMinimum ? u" in body should be greater than "_s : u" in body should be greater than or equal to "_s;
        invalidValue(causes, path, value, QString(path + words + number(*node.minimum)));
    }
    if (node.maximum && (node.exclusiveMaximum ? is >= *node.maximum : is > *node.maximum)) {
        const QString words = node.exclusiveMaximum ? u" in body should be less than "_s : u" in body should be less than or equal to "_s;
        invalidValue(causes, path, value, QString(path + words + number(*node.maximum)));
    }
}

void checkText(const Node &node, const QString &path, const QJsonValue &value, Causes &causes)
{
    const QString text = value.toString();
    const qint64 length = text.toUcs4().size();
    if (node.maxLength >= 0 && length > node.maxLength) {
        causes.append({path, u"FieldValueTooLong"_s,
            QString(u"Too long: may not be more than "_s + QString::number(node.maxLength) + u" bytes"_s)});
    }
    if (node.minLength >= 0 && length < node.minLength)
        invalidValue(causes, path, value, QString(path + u" in body should be at least "_s + QString::number(node.minLength) + u" chars long"_s));
    if (!node.patternText.isEmpty() && !node.pattern.match(text).hasMatch())
        invalidValue(causes, path, value, QString(path + u" in body should match '"_s + node.patternText + u'\''));
    if (!formatFits(node, text)) {
        causes.append({path, u"FieldValueInvalid"_s,
            QString(u"Invalid value: "_s + shown(value) + u": "_s + path + u" in body must be of type "_s + node.format + u": "_s + shown(value))});
    }
}

void checkSize(const QString &path, qint64 size, qint64 least, qint64 most, const QString &word, Causes &causes)
{
    if (most >= 0 && size > most) {
        causes.append({path, u"FieldValueTooMany"_s,
            QString(u"Too many: "_s + QString::number(size) + u": must have at most "_s + QString::number(most) + u' ' + word)});
    }
    if (least >= 0 && size < least)
        invalidValue(causes, path, size, QString(path + u" in body should have at least "_s + QString::number(least) + u' ' + word));
}

QJsonObject keysOf(const Node &node, const QJsonValue &element)
{
    QJsonObject keys;
    for (const QString &key : node.keys) {
        QJsonValue value = element.toObject().value(key);
        if (value.isUndefined() && node.items && node.items->properties.contains(key))
            value = node.items->properties.at(key)->fallback;
        if (!value.isUndefined())
            keys.insert(key, value);
    }
    return keys;
}

void checkDuplicates(const Node &node, const QString &path, const QJsonArray &array, Causes &causes)
{
    if (node.listType == Schema::ListType::Atomic)
        return;
    QSet<QString> seen;
    for (qsizetype i = 0; i < array.size(); ++i) {
        const QJsonValue identity = node.listType == Schema::ListType::Map ? QJsonValue(keysOf(node, array.at(i))) : array.at(i);
        const QString text = shown(identity);
        if (seen.contains(text))
            causes.append({schema::element(path, i), u"FieldValueDuplicate"_s, QString(u"Duplicate value: "_s + text)});
        seen.insert(text);
    }
}

/// The element of the old list that is the same one: by keys in a list map; elsewhere there is no telling.
std::optional<QJsonValue> counterpart(const Node &node, const QJsonValue &element, const QJsonArray *old)
{
    if (old == nullptr || node.listType != Schema::ListType::Map)
        return std::nullopt;
    const QJsonObject keys = keysOf(node, element);
    for (const QJsonValue &candidate : *old) {
        if (keysOf(node, candidate) == keys)
            return candidate;
    }
    return std::nullopt;
}

class Walk {
public:
    Walk(Causes &causes, bool rules) : m_causes(causes), m_rules(rules) { }

    void value(const Node &node, const QString &path, const QJsonValue &value, const QJsonValue *old)
    {
        const bool unchanged = old != nullptr && *old == value;
        if (unchanged && !m_rules)
            return;   // an old mistake does not stand in the way of another change
        if (value.isNull() && node.nullable)
            return;
        if (!m_rules)
            shape(node, path, value);
        else if (!node.rules.empty())
            rules(node, path, value, old, unchanged);
        if (value.isObject())
            members(node, path, value.toObject(), old);
        else if (value.isArray())
            elements(node, path, value.toArray(), old);
    }

private:
    void shape(const Node &node, const QString &path, const QJsonValue &value)
    {
        if (!typeFits(node, value)) {
            const QString is = schema::typeName(value);
            wrongType(m_causes, path, node.intOrString ? u"integer,string"_s : node.type, is, is);
            return;
        }
        if (!node.choices.isEmpty() && !node.choices.contains(value)) {
            QStringList choices;
            for (const QJsonValue &choice : node.choices)
                choices.append(shown(choice));
            m_causes.append({path, u"FieldValueNotSupported"_s,
                QString(u"Unsupported value: "_s + shown(value) + u": supported values: "_s + choices.join(u", "_s))});
        }
        if (value.isDouble())
            checkNumber(node, path, value, m_causes);
        if (value.isString())
            checkText(node, path, value, m_causes);
        if (value.isArray()) {
            checkSize(path, value.toArray().size(), node.minItems, node.maxItems, u"items"_s, m_causes);
            checkDuplicates(node, path, value.toArray(), m_causes);
        }
        if (value.isObject())
            checkSize(path, value.toObject().size(), node.minProperties, node.maxProperties, u"properties"_s, m_causes);
    }

    void rules(const Node &node, const QString &path, const QJsonValue &value, const QJsonValue *old, bool unchanged)
    {
        Causes found;
        schema::runRules(node, path, value, old, found);
        if (!unchanged)
            m_causes += found;
    }

    void members(const Node &node, const QString &path, const QJsonObject &object, const QJsonValue *old)
    {
        const QJsonObject before = old != nullptr ? old->toObject() : QJsonObject();
        if (!m_rules) {
            for (const QString &name : node.required) {
                if (!object.contains(name))
                    m_causes.append({schema::child(path, name), u"FieldValueRequired"_s, u"Required value"_s});
            }
        }
        for (auto member = object.begin(); member != object.end(); ++member) {
            const auto property = node.properties.find(member.key());
            const Node *child = property != node.properties.end() ? property->second.get() : node.additional.get();
            if (child == nullptr)
                continue;
            const QJsonValue was = before.value(member.key());
            value(*child, schema::child(path, member.key()), *member, was.isUndefined() ? nullptr : &was);
        }
    }

    void elements(const Node &node, const QString &path, const QJsonArray &array, const QJsonValue *old)
    {
        if (!node.items)
            return;
        const QJsonArray before = old != nullptr ? old->toArray() : QJsonArray();
        for (qsizetype i = 0; i < array.size(); ++i) {
            const auto was = counterpart(node, array.at(i), old != nullptr ? &before : nullptr);
            value(*node.items, schema::element(path, i), array.at(i), was ? &*was : nullptr);
        }
    }

    Causes &m_causes;
    bool m_rules;
};

bool blocks(const ErrorCause &cause)
{
    static const QStringList blocking{u"FieldValueNotSupported"_s, u"FieldValueRequired"_s, u"FieldValueTooLong"_s,
        u"FieldValueTooMany"_s, u"FieldValueTypeInvalid"_s};
    return blocking.contains(cause.reason);
}

}

namespace schema {

QString typeName(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return u"boolean"_s;
    case QJsonValue::Double:
        return std::floor(value.toDouble()) == value.toDouble() ? u"integer"_s : u"number"_s;
    case QJsonValue::String:
        return u"string"_s;
    case QJsonValue::Array:
        return u"array"_s;
    case QJsonValue::Object:
        return u"object"_s;
    default:
        return u"null"_s;
    }
}

void runRules(const Node &node, const QString &path, const QJsonValue &value, const QJsonValue *old, Causes &causes)
{
    QHash<QString, QJsonValue> variables{{u"self"_s, value}};
    if (old != nullptr)
        variables.insert(u"oldSelf"_s, *old);
    for (const SchemaRule &rule : node.rules) {
        if (rule.transition && old == nullptr)
            continue;
        const auto holds = rule.program.evaluate(variables);
        if (holds && holds->toBool())
            continue;
        QString message = rule.message.isEmpty() ? QString(u"failed rule: "_s + rule.rule) : rule.message;
        if (holds && rule.messageProgram) {
            const auto made = rule.messageProgram->evaluate(variables);
            if (made && !made->toString().trimmed().isEmpty())
                message = made->toString();
        }
        if (!holds)
            message = QString(holds.error().message + u" evaluating rule: "_s + message);
        const QString reason = rule.reason.isEmpty() ? u"FieldValueInvalid"_s : rule.reason;
        // fieldPath begins with a dot; at the root nothing stands before it.
        const QString where = rule.fieldPath.isEmpty() ? path : QString(path + rule.fieldPath.mid(path.isEmpty() ? 1 : 0));
        const QString type = node.intOrString ? typeName(value) : node.type;
        if (reason == "FieldValueRequired"_L1)
            causes.append({where, reason, QString(u"Required value: "_s + message)});
        else if (reason == "FieldValueForbidden"_L1)
            causes.append({where, reason, QString(u"Forbidden: "_s + message)});
        else
            causes.append({where, reason, QString((reason == "FieldValueDuplicate"_L1 ? u"Duplicate value: \""_s : u"Invalid value: \""_s) + type + (reason == "FieldValueDuplicate"_L1 ? u"\""_s : QString(u"\": "_s + message)))});
    }
}

}

QList<ErrorCause> Schema::validate(const QJsonObject &object, const QJsonObject *old) const
{
    Causes causes;
    const QJsonValue value = object;
    const QJsonValue before = old != nullptr ? QJsonValue(*old) : QJsonValue();
    const QJsonValue *was = old != nullptr ? &before : nullptr;
    Walk(causes, false).value(*m_root, {}, value, was);
    if (std::any_of(causes.begin(), causes.end(), blocks)) {
        causes.append({u"<nil>"_s, u"FieldValueInvalid"_s,
            u"Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"_s});
        return causes;
    }
    Walk(causes, true).value(*m_root, {}, value, was);
    return causes;
}

}
