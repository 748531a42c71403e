// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QStringList>

namespace qd::items {

/// A field in the tree of fields somebody owns. `path` is whole: spec.resources.replicas, spec.envVars[name=LOG_LEVEL].value.
struct OwnedField {
    QString label;               ///< the last part of the path
    QString path;
    bool leaf = false;           ///< owned itself, not only what is in it
    QList<OwnedField> fields;
};

/// One entry of metadata.managedFields: who set which fields, how and when (kubernetes.md "server-side apply").
struct FieldManager {
    QString manager;
    QString operation;           ///< Apply, Update
    QString subresource;         ///< status, scale; empty: the object
    QDateTime time;              ///< UTC; of its last change
    QList<OwnedField> fields;
    int count = 0;               ///< leaves
};

/// Newest first. Empty where the object says nothing of it (bodies of lists do not).
[[nodiscard]] QList<FieldManager> fieldManagers(const QJsonObject &object);
/// Managers by path of each leaf, in the order given: more than one share it.
[[nodiscard]] QHash<QString, QStringList> fieldOwners(const QList<FieldManager> &managers);

}
