// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

namespace qd::state {

/// Where a component of a kind keeps its settings (catbm.md 4.2 to 4.5, 4.13). Pointers; empty: it has none.
struct ComponentPath
{
    QString name; ///< as on the command line: participant
    QString base; ///< /spec/participant/spec
    QString replicas;
    QString resources;
    QString env;
    QString imageTag;
    QString storage;
};

/// The components of a kind, the main one first; empty for kinds without.
[[nodiscard]] QList<ComponentPath> componentsOf(const QString &kind);
/// By name; upper and lower case, - and _ make no difference. Null name: not found.
[[nodiscard]] ComponentPath findComponent(const QString &kind, const QString &name);
[[nodiscard]] QStringList componentNames(const QString &kind);
/// The first component that status.components tells has fewer pods ready than wanted; empty: none of the kind's has.
[[nodiscard]] QString ailingComponent(const QString &kind, const QJsonObject &live);
/// Pointer of the field that suspends an object of this kind; empty: it cannot be suspended.
[[nodiscard]] QString suspendPointer(const QString &kind);
/// Pointer of the field that cancels a run-once object; empty: it cannot be cancelled.
[[nodiscard]] QString cancelPointer(const QString &kind);
/// Kinds whose deletion the policy guards by the annotation confirm-delete.
[[nodiscard]] bool deleteIsGuarded(const QString &kind);
/// Kinds somebody else has to approve: who made one stays named as requested-by, whoever changes it later.
[[nodiscard]] bool requesterStays(const QString &kind);
[[nodiscard]] bool isNodeKind(const QString &kind);

}
