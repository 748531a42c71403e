// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/cel/Cel.h"
#include "app/demo/schema/Schema.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <map>

namespace qd::demo {

/// One x-kubernetes-validations rule.
struct SchemaRule {
    CelProgram program;
    std::optional<CelProgram> messageProgram;
    QString rule;
    QString message;
    QString reason;
    QString fieldPath;
    bool transition = false;   ///< names oldSelf
};

/// One schema, compiled. Internal to schema/.
struct Schema::Node {
    using Ptr = std::shared_ptr<const Node>;
    QString type;                       ///< object, array, string, integer, number, boolean; empty with intOrString or preserve
    QString format;
    std::map<QString, Ptr> properties;
    Ptr additional;                     ///< additionalProperties: {schema}
    Ptr items;
    QStringList required;
    QJsonArray choices;                 ///< enum
    QString patternText;
    QRegularExpression pattern;
    std::optional<double> minimum, maximum;
    bool exclusiveMinimum = false, exclusiveMaximum = false;
    qint64 minLength = -1, maxLength = -1, minItems = -1, maxItems = -1, minProperties = -1, maxProperties = -1;
    bool nullable = false;
    bool preserve = false;              ///< x-kubernetes-preserve-unknown-fields
    bool intOrString = false;
    bool atomicMap = false;
    ListType listType = ListType::Atomic;
    QStringList keys;
    QJsonValue fallback = QJsonValue(QJsonValue::Undefined);   ///< default
    std::vector<SchemaRule> rules;
};

namespace schema {

/// The value's type as kube-openapi names it.
[[nodiscard]] QString typeName(const QJsonValue &value);
/// spec.envVars[0]["a.b"] as field.Path writes it.
[[nodiscard]] QString child(const QString &path, const QString &name);
[[nodiscard]] QString element(const QString &path, qsizetype index);
void runRules(const Schema::Node &node, const QString &path, const QJsonValue &value, const QJsonValue *old, QList<ErrorCause> &causes);

}

}
