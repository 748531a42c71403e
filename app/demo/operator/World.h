// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"

#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QString>

#include <set>

namespace qd::demo {

/// Everything the operator has seen, kept by its watches: objects by plural, namespace and name. A plain value in tests.
class World {
public:
    void put(const QString &plural, const QJsonObject &object);
    void remove(const QString &plural, const QString &ns, const QString &name);
    /// Empty when there is none.
    [[nodiscard]] QJsonObject find(const QString &plural, const QString &ns, const QString &name) const;
    /// In order of namespace and name, like everything here: the same seed plays the same piece.
    [[nodiscard]] QList<QJsonObject> all(const QString &plural, const QString &ns = {}) const;
    /// Objects whose spec refers to this one by an object {kind, name} or {name} at that pointer (for delete guards and wake-ups).
    [[nodiscard]] QList<QJsonObject> referring(const QString &plural, const QString &pointer, const QString &ns,
                                               const QString &kind, const QString &name) const;
    /// Objects with spec.nodeRef {kind, name} on this node; by an index, however many there are.
    [[nodiscard]] QList<QJsonObject> ofNode(
        const QString &plural, const QString &ns, const QString &kind, const QString &name) const;
    [[nodiscard]] qsizetype countOfNode(
        const QString &plural, const QString &ns, const QString &kind, const QString &name) const;
    [[nodiscard]] qsizetype count(const QString &plural) const;

private:
    void unlink(const QString &plural, const QJsonObject &object);
    using Names = QMap<QString, QJsonObject>;
    QHash<QString, QMap<QString, Names>> m_objects;                 // plural -> namespace -> name -> object
    QHash<QString, QHash<QString, std::set<QString>>> m_ofNode;     // plural -> "ns/kind/name" of the node -> names
};

}
