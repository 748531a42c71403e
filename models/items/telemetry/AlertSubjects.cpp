// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/AlertSubjects.h"

#include <QCoreApplication>

#include <array>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::Labels;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(AlertSubjects)
};

/// Labels that hold the name of a node, as Canton's and Splice's metrics and the usual exporters have them.
constexpr std::array kNodeLabels{"node_name"_L1, "canton_node"_L1, "exported_node_name"_L1};
/// Labels that hold the name of something the operator made for a node.
constexpr std::array kParts{"pod"_L1, "statefulset"_L1, "deployment"_L1, "persistentvolumeclaim"_L1, "service"_L1, "job"_L1, "job_name"_L1, "cronjob"_L1};

QString namespaceOf(const Labels &labels)
{
    for (const auto name : {"exported_namespace"_L1, "namespace"_L1, "kubernetes_namespace"_L1}) {
        if (const QString value = labels.value(QString(name)); !value.isEmpty())
            return value;
    }
    return {};
}

/// A volume claim is named after its volume first: "data-acme-1-postgres-0" is of the pod "acme-1-postgres-0".
QString partName(const Labels &labels, QLatin1StringView label)
{
    const QString value = labels.value(QString(label));
    return label == "persistentvolumeclaim"_L1 && value.contains(u'-') ? value.section(u'-', 1) : value;
}

/// What the labels say in words, when no object of ours is meant.
QString wordsOf(const Labels &labels)
{
    const QString ns = namespaceOf(labels);
    for (const auto name : kNodeLabels) {
        if (const QString value = labels.value(QString(name)); !value.isEmpty())
            return value;
    }
    for (const auto name : kParts) {
        if (const QString value = labels.value(QString(name)); !value.isEmpty())
            return ns.isEmpty() ? value : QString(ns + u'/' + value);
    }
    if (const QString value = labels.value(u"name"_s); !value.isEmpty() && !ns.isEmpty())
        return QString(ns + u'/' + value);
    if (!ns.isEmpty())
        return Words::tr("namespace %1").arg(ns);
    for (const auto name : {"node"_L1, "instance"_L1}) {
        if (const QString value = labels.value(QString(name)); !value.isEmpty())
            return value;
    }
    return {};
}

}

AlertSubjects::AlertSubjects(const state::Environment &environment)
{
    for (const state::ResourceStore *store : environment.stores()) {
        const network::KindInfo &kind = store->kind();
        if (!kind.own)
            continue;
        const QString singular = kind.kind.toLower();
        m_kinds.append(singular);
        for (const network::RowPtr &row : store->rows())
            m_byName[row->name].append({store->idOf(*row), singular, kind.pane == "nodes"_L1});
    }
}

const AlertSubjects::Entry *AlertSubjects::find(const QString &ns, const QString &name, const QString &kind, bool nodesOnly) const
{
    const auto found = m_byName.constFind(name);
    if (name.isEmpty() || found == m_byName.constEnd())
        return nullptr;
    const Entry *out = nullptr;
    for (const Entry &entry : *found) {
        if ((!ns.isEmpty() && entry.id.ns != ns) || (!kind.isEmpty() && entry.singular != kind) || (nodesOnly && !entry.node))
            continue;
        if (out)
            return nullptr;     // two have the name: which is meant is not known
        out = &entry;
    }
    return out;
}

/// The object with the longest name that this one begins with: "acme-validator-1-participant-0" is of "acme-validator-1".
const AlertSubjects::Entry *AlertSubjects::ownerOf(const QString &ns, const QString &name) const
{
    if (ns.isEmpty())
        return nullptr;
    for (QString part = name; !part.isEmpty(); part = part.left(part.lastIndexOf(u'-'))) {
        if (const Entry *entry = find(ns, part, {}, true))
            return entry;
        if (!part.contains(u'-'))
            break;
    }
    return nullptr;
}

AlertSubject AlertSubjects::of(const Labels &labels) const
{
    const QString ns = namespaceOf(labels);
    const Entry *entry = nullptr;
    for (qsizetype i = 0; !entry && i < m_kinds.size(); ++i)
        entry = find(ns, labels.value(m_kinds.at(i)), m_kinds.at(i), false);
    const QString nodeKind = labels.value(u"node_kind"_s).toLower();
    for (size_t i = 0; !entry && i < kNodeLabels.size(); ++i)
        entry = find(ns, labels.value(QString(kNodeLabels[i])), nodeKind, true);
    // A node of another namespace's metrics: its name alone, when only one has it.
    for (size_t i = 0; !entry && i < kNodeLabels.size(); ++i)
        entry = find({}, labels.value(QString(kNodeLabels[i])), nodeKind, true);
    for (size_t i = 0; !entry && i < kParts.size(); ++i)
        entry = ownerOf(ns, partName(labels, kParts[i]));
    // kube-state-metrics names the object it reads.
    if (!entry && !ns.isEmpty())
        entry = find(ns, labels.value(u"name"_s), labels.value(u"customresource_kind"_s).toLower(), false);
    if (entry)
        return {entry->id, entry->id.name, entry->node};
    return {{}, wordsOf(labels), false};
}

}
