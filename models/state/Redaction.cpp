// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/Redaction.h"

#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>
#include <array>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kLastApplied{"kubectl.kubernetes.io/last-applied-configuration"};

class Masker
{
public:
    explicit Masker(QString suffix)
        : m_suffix(std::move(suffix))
    {
    }

    QJsonObject object(QJsonObject value, const QJsonObject &other)
    {
        const QString kind = value.value("kind"_L1).toString();
        for (const auto key : {"data"_L1, "stringData"_L1}) {
            if (kind == "Secret"_L1 || kind == "ConfigMap"_L1)
                maskKeys(value, other, key, kind == "Secret"_L1);
        }
        QJsonObject metadata = value.value("metadata"_L1).toObject();
        QJsonObject annotations = metadata.value("annotations"_L1).toObject();
        if (!annotations.isEmpty()) {
            const QJsonObject theirs = other.value("metadata"_L1).toObject().value("annotations"_L1).toObject();
            const QStringList names = annotations.keys();
            for (const QString &name : names) {
                if (name == kLastApplied || isSecretName(name.section(u'/', -1)))
                    annotations.insert(name, hidden(annotations.value(name), theirs.value(name)));
            }
            metadata.insert("annotations"_L1, annotations);
            value.insert("metadata"_L1, metadata);
        }
        return walk(value, other).toObject();
    }

private:
    [[nodiscard]] QString hidden(const QJsonValue &value, const QJsonValue &other) const
    {
        return other.isUndefined() || value == other ? u"***"_s : QString(u"*** "_s + m_suffix);
    }

    void maskKeys(QJsonObject &value, const QJsonObject &other, QLatin1StringView key, bool all)
    {
        if (!value.value(key).isObject())
            return;
        QJsonObject data = value.value(key).toObject();
        const QJsonObject theirs = other.value(key).toObject();
        const QStringList names = data.keys();
        for (const QString &name : names) {
            if (all || isSecretName(name))
                data.insert(name, hidden(data.value(name), theirs.value(name)));
        }
        value.insert(key, data);
    }

    QJsonValue walk(const QJsonValue &value, const QJsonValue &other)
    {
        if (value.isArray())
            return list(value.toArray(), other.toArray());
        if (!value.isObject())
            return value;
        QJsonObject object = value.toObject();
        const QJsonObject theirs = other.toObject();
        for (auto it = object.begin(); it != object.end(); ++it) {
            if (it.value().isObject() || it.value().isArray())
                it.value() = walk(it.value(), theirs.value(it.key()));
        }
        if (object.value("value"_L1).isString() && isSecretName(object.value("name"_L1).toString()))
            object.insert("value"_L1, hidden(object.value("value"_L1), theirs.value("value"_L1)));
        return object;
    }

    QJsonArray list(QJsonArray value, const QJsonArray &other)
    {
        for (qsizetype i = 0; i < value.size(); ++i) {
            if (value.at(i).isObject() || value.at(i).isArray())
                value.replace(i, walk(value.at(i), counterpart(value.at(i), other, i)));
        }
        return value;
    }

    static QJsonValue counterpart(const QJsonValue &element, const QJsonArray &other, qsizetype index)
    {
        const QJsonValue name = element.toObject().value("name"_L1);
        if (!name.isString())
            return index < other.size() ? other.at(index) : QJsonValue(QJsonValue::Undefined);
        const auto same = std::find_if(
            other.begin(), other.end(), [&name](const QJsonValue &o) { return o.toObject().value("name"_L1) == name; });
        return same == other.end() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(*same);
    }

    QString m_suffix;
};

/// An object that holds nothing but this value at its place; an element of a list map knows its name.
QJsonObject wrapped(QJsonValue value, const QStringList &path, const QString &kind)
{
    static constexpr QLatin1StringView kNamed{"[name="};
    for (auto step = path.crbegin(); step != path.crend(); ++step) {
        if (!step->startsWith(u'[')) {
            value = QJsonObject{{*step, value}};
            continue;
        }
        QJsonObject element = value.toObject();
        if (step->startsWith(kNamed))
            element.insert("name"_L1, step->mid(kNamed.size(), step->size() - kNamed.size() - 1));
        value = QJsonArray{element};
    }
    QJsonObject out = value.toObject();
    out.insert("kind"_L1, kind);
    return out;
}

QJsonValue unwrapped(QJsonValue value, const QStringList &path)
{
    for (const QString &step : path)
        value = step.startsWith(u'[') ? value.toArray().at(0) : value.toObject().value(step);
    return value;
}

}

bool isSecretName(const QString &name)
{
    static constexpr std::array kWords{"PASSWORD"_L1, "PASSWD"_L1, "TOKEN"_L1, "SECRET"_L1, "CREDENTIAL"_L1, "KEY"_L1};
    QString upper = name.toUpper();
    upper.remove("KEYCLOAK"_L1); // a product, not a key
    return std::any_of(kWords.begin(), kWords.end(), [&upper](QLatin1StringView word) { return upper.contains(word); });
}

std::pair<QJsonObject, QJsonObject> masked(const QJsonObject &before, const QJsonObject &after)
{
    return {Masker(u"(before)"_s).object(before, after), Masker(u"(after)"_s).object(after, before)};
}

MergeConflict masked(MergeConflict conflict, const QString &kind)
{
    const QStringList path = json::split(conflict.path);
    for (QJsonValue *value : {&conflict.base, &conflict.mine, &conflict.theirs}) {
        if (!value->isUndefined())
            *value = unwrapped(masked(wrapped(*value, path, kind)), path);
    }
    return conflict;
}

QJsonObject masked(const QJsonObject &object)
{
    return Masker({}).object(object, object);
}

}
