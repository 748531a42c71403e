// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/AlertList.h"
#include "models/state/Environment.h"

#include <QHash>

namespace qd::items {

/// Which object of ours an alert is about, by what the stores of one cluster know now. An object is named only where the labels leave no
/// doubt: a label that says its kind (validator, backupschedule), the node's name (node_name), a pod, volume, service or scrape job whose
/// name begins with the object's in the same namespace, or what kube-state-metrics read; and where the name alone is said, only if one object has it. A value: made for
/// a poll, then asked for each alert.
class AlertSubjects {
public:
    explicit AlertSubjects(const state::Environment &environment);
    [[nodiscard]] AlertSubject of(const network::Labels &labels) const;

private:
    struct Entry {
        ObjectId id;
        QString singular;       ///< of its kind, lower case
        bool node = false;
    };
    [[nodiscard]] const Entry *find(const QString &ns, const QString &name, const QString &kind, bool nodesOnly) const;
    [[nodiscard]] const Entry *ownerOf(const QString &ns, const QString &name) const;
    QHash<QString, QList<Entry>> m_byName;
    QStringList m_kinds;        ///< singulars, lower case
};

}
