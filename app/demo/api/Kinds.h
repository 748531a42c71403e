// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/schema/Schema.h"
#include "models/core/Ids.h"
#include "models/core/Result.h"

#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QStringList>

namespace qd::demo {

/// A column of `kubectl get`: CRD additionalPrinterColumns, or of a built-in kind by name (Printer.h).
struct PrinterColumn {
    QString name;
    QString type;
    QString format = {};
    QString description = {};
    int priority = 0;
    QString jsonPath = {};
};

/// One resource the server serves.
struct Kind {
    Gvr gvr;
    QString kind;
    QString singular;
    QStringList shortNames;
    QStringList categories;
    QStringList verbs;                  ///< create delete deletecollection get list patch update watch
    bool namespaced = true;
    bool status = false;                ///< the status subresource: status is written there only, spec raises generation
    bool generation = true;             ///< whether metadata.generation is kept (custom resources, deployments; not secrets, events)
    bool custom = true;                 ///< of a CustomResourceDefinition: strategic merge is 415, as on a real server
    QStringList subresources;           ///< further ones: log, portforward, proxy, eviction
    QStringList selectableFields;       ///< besides metadata.name and metadata.namespace, as "spec.nodeName"
    QList<PrinterColumn> columns;
    Schema schema;
    QString storedAs = {};              ///< the resource whose objects this one shows in another form; empty: its own
    QJsonObject (*shown)(const QJsonObject &) = nullptr;
    [[nodiscard]] QString resource() const { return gvr.name(); }
    [[nodiscard]] QString stored() const { return storedAs.isEmpty() ? resource() : storedAs; }
};

/// All kinds, from CustomResourceDefinition documents: ours (resources/crds) and the built-in ones, which stand in
/// app/demo/api/builtin/*.yaml in the same form with the annotation demo.quarterdeck.io/builtin. Immutable after load.
class Kinds {
public:
    /// All errors name the document and the field.
    [[nodiscard]] static Result<Kinds> load(const QList<QJsonObject> &definitions);
    [[nodiscard]] const Kind *find(const QString &group, const QString &version, const QString &plural) const;
    [[nodiscard]] const Kind *byResource(const QString &resource) const;     ///< "pods", "validators.canton.quarterdeck.io"
    [[nodiscard]] const Kind *byKind(const QString &apiVersion, const QString &kind) const;
    [[nodiscard]] const QList<Kind> &all() const { return m_all; }
    [[nodiscard]] QStringList groups() const;                                ///< "" first
    [[nodiscard]] QStringList versions(const QString &group) const;

private:
    QList<Kind> m_all;
    QHash<QString, int> m_byPath;
    QHash<QString, int> m_byKind;
};

}
