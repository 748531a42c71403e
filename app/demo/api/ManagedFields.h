// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Status.h"
#include "app/demo/schema/Schema.h"

#include <QDateTime>
#include <QJsonObject>

namespace qd::demo {

struct Kind;

/// Who owns which field: metadata.managedFields with FieldsV1 sets (structured-merge-diff), leaf by leaf; lists by the schema's
/// list types. Update-type managers own what they changed; apply-type managers own what they named.
namespace managed {

struct Writer {
    QString manager;
    bool apply = false;
    QString subresource = {};
    QString apiVersion;
    QDateTime time;
    bool dropsAll = false;              ///< the client sent managedFields: [{}], which forgets all owners
};

/// After create, update or patch: `after` with managedFields brought up to date.
[[nodiscard]] QJsonObject afterUpdate(const Schema &schema, const QJsonObject &before, QJsonObject after, const Writer &writer);
/// Server-side apply onto the live object (empty: create). 409 with a cause a conflicting field unless forced.
[[nodiscard]] Outcome<QJsonObject> apply(const Kind &kind, const QJsonObject &live, const QJsonObject &configuration,
                                         const Writer &writer, bool force);

}

}
