// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/schema/Schema.h"
#include "models/core/Json.h"
#include "tests/support/ShippedFiles.h"

#include <QHash>

#include <memory>

namespace qd::test {

/// The schema of a kind's CRD in resources/crds ("validators"), compiled once; null for kinds that are not ours.
inline const demo::Schema *shippedSchema(const QString &plural)
{
    static QHash<QString, std::shared_ptr<demo::Schema>> known;
    const QString path = QStringLiteral("resources/crds/") + plural + QStringLiteral(".yaml");
    if (!known.contains(plural) && QFile::exists(QStringLiteral(QD_SOURCE_DIR "/") + path)) {
        const auto schema = demo::Schema::compile(
            json::at(shippedObject(path), QStringLiteral("/spec/versions/0/schema/openAPIV3Schema")).toObject());
        if (!schema)
            qFatal("%s: %s", qPrintable(path), qPrintable(schema.error().text()));
        known.insert(plural, std::make_shared<demo::Schema>(*schema));
    }
    return known.value(plural).get();
}

/// What the schema says against an object as it stands, a cause a line: an unknown field, a wrong value (one that stays is wrong all
/// the same). `defaults`: as the server fills it in first.
inline QStringList schemaProblems(const demo::Schema &schema, const QJsonObject &object, bool defaults = false)
{
    QJsonObject copy = object;
    QStringList wrong;
    for (const QString &path : schema.prune(copy))
        wrong.append(QString(QStringLiteral("unknown field ") + path));
    if (defaults)
        schema.applyDefaults(copy);
    const QList<ErrorCause> causes = schema.validate(copy, nullptr);
    for (const ErrorCause &cause : causes)
        wrong.append(QString(cause.field + QStringLiteral(": ") + cause.message));
    return wrong;
}

}
