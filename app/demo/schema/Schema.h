// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QJsonObject>
#include <QStringList>

#include <memory>
#include <optional>

namespace qd::demo {

/// A structural schema of a CRD version (apiextensions.k8s.io/v1 openAPIV3Schema), compiled: what the API server does with
/// an object before it is stored. Field paths are Kubernetes' ("spec.envVars[0].name", "spec.labels[a.b]"); reasons and messages
/// are kube-apiserver's, to the letter (FieldValueRequired, FieldValueInvalid, FieldValueNotSupported, FieldValueTypeInvalid,
/// FieldValueDuplicate, FieldValueTooLong, FieldValueTooMany …). The rules are CEL (cel/Cel.h).
class Schema {
public:
    /// Refuses what is not structural, and any CEL rule outside our subset.
    [[nodiscard]] static Result<Schema> compile(const QJsonObject &openApiV3Schema);
    /// Removes what the schema does not know; the paths that were removed ("spec.replica"), for fieldValidation Strict and Warn.
    [[nodiscard]] QStringList prune(QJsonObject &object) const;
    void applyDefaults(QJsonObject &object) const;
    /// Types, required, enums, patterns, formats, lengths, list sets and maps, then rules (when the types hold).
    /// old: the object before, for transition rules and ratcheting (an unchanged wrong value is let pass, KEP-4008).
    [[nodiscard]] QList<ErrorCause> validate(const QJsonObject &object, const QJsonObject *old) const;

    /// What server-side apply needs of a list at a path: atomic, set, or map with its keys. Path tokens as of fieldsV1 without
    /// the element tokens: {"spec", "envVars"}.
    enum class ListType { Atomic, Set, Map };
    struct ListInfo {
        ListType type = ListType::Atomic;
        QStringList keys = {};
        QJsonObject fallback = {};      ///< of keys that are not given
    };
    [[nodiscard]] std::optional<ListInfo> listAt(const QStringList &fields) const;
    /// x-kubernetes-map-type: atomic at the path.
    [[nodiscard]] bool atomicMapAt(const QStringList &fields) const;
    /// The schema as published (OpenAPI v3).
    [[nodiscard]] const QJsonObject &source() const;

    /// Of one of Go's own types: a struct in it is always there, so nobody owns it for itself (managedFields).
    [[nodiscard]] bool typed() const { return m_typed; }
    void setTyped(bool typed) { m_typed = typed; }

    struct Node;   ///< SchemaNode.h

private:
    std::shared_ptr<const Node> m_root;
    std::shared_ptr<const QJsonObject> m_source;
    bool m_typed = false;
};

}
