// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/telemetry/NodeLabels.h"

#include "models/network/telemetry/Steps.h"

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

/// The programs that run in the pods of each kind (canton.md 4.1 and 5.1): tells kinds apart that share a name.
bool runs(const ObjectId &node, const QString &program)
{
    static const QHash<QString, QStringList> programs{
        {u"validators"_s, {u"validator"_s, u"participant"_s}},
        {u"participants"_s, {u"participant"_s}},
        {u"supervalidators"_s, {u"sv"_s, u"scan"_s, u"sequencer"_s, u"mediator"_s, u"participant"_s, u"validator"_s, u"cometbft"_s}},
        {u"syncdomains"_s, {u"sequencer"_s, u"mediator"_s}}};
    return programs.value(node.gvr.resource).contains(program);
}

}

NodeLabels::NodeLabels(const QList<ObjectId> &nodes)
{
    for (const ObjectId &node : nodes) {
        m_nodes[{node.ns, node.name}].append(node);
        m_byName[node.name].append(node);
        m_ofNamespace[node.ns].append(node);
    }
}

NodeLabels::Match NodeLabels::chosen(const QList<ObjectId> &candidates, const network::Labels &labels, const char *by) const
{
    Match out;
    out.by = QLatin1StringView(by);
    if (candidates.size() == 1) {
        out.node = candidates.first();
        return out;
    }
    for (const auto &label : {u"component"_s, u"node_type"_s}) {
        const QString program = labels.value(label);
        if (program.isEmpty())
            continue;
        QList<ObjectId> fitting;
        std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(fitting), [&program](const ObjectId &node) { return runs(node, program); });
        if (fitting.size() == 1) {
            out.node = fitting.first();
            return out;
        }
    }
    out.several = candidates;
    return out;
}

/// The longest node name that `text` begins with, up to a dash: "alice-bank-participant-0" is alice-bank's, not alice's.
NodeLabels::Match NodeLabels::byPrefix(const QString &ns, const QString &text, const network::Labels &labels, const char *by) const
{
    for (qsizetype end = text.size(); end > 0; end = text.lastIndexOf(u'-', end - 1)) {
        const QString name = text.left(end);
        const QList<ObjectId> candidates = ns.isEmpty() ? m_byName.value(name) : m_nodes.value({ns, name});
        if (!candidates.isEmpty())
            return chosen(candidates, labels, by);
    }
    return {};
}

/// A stateful set writes "TEMPLATE-POD": the first of its parts from which on it is a pod's name.
NodeLabels::Match NodeLabels::byClaim(const network::Labels &labels) const
{
    const QString claim = labels.value(u"persistentvolumeclaim"_s);
    Match best;
    qsizetype from = 0;
    do {
        best = byPrefix(labels.value(u"namespace"_s), claim.mid(from), labels, "persistentvolumeclaim");
        from = claim.indexOf(u'-', from) + 1;
    } while (!best.found() && best.several.isEmpty() && from > 0);
    return best;
}

NodeLabels::Match NodeLabels::find(const network::Labels &labels) const
{
    // honorLabels: false keeps the target's own under exported_namespace; ours is the one of the scrape.
    const QString ns = labels.value(u"namespace"_s);
    Match best;
    const auto better = [&best](const Match &match) {
        if (best.several.isEmpty() && !match.several.isEmpty())
            best = match;
        return match.found();
    };
    const bool volume = labels.contains(u"persistentvolumeclaim"_s) && !labels.contains(u"pod"_s);
    for (const char *label : {"pod", "node_name", "service", "job"}) {
        if (volume)
            break;
        QString text = labels.value(QLatin1StringView(label));
        text = text.mid(text.lastIndexOf(u'/') + 1);    // a PodMonitor's job is "namespace/name"
        if (text.isEmpty())
            continue;
        if (const Match match = byPrefix(ns, text, labels, label); better(match))
            return match;
    }
    // A kubelet's own labels tell nothing of the volumes it measures.
    if (volume)
        best = byClaim(labels);
    if (best.found() || !best.several.isEmpty())
        return best;
    const QList<ObjectId> alone = m_ofNamespace.value(ns);
    if (ns.isEmpty() || alone.size() != 1 || labels.contains(u"pod"_s))
        return {};
    return chosen(alone, labels, "namespace");
}

QString NodeLabels::matchers(const ObjectId &node) const
{
    const auto podsOf = [](const QString &name) { return QString(network::regexEscaped(name) + u"-.*"_s); };
    QString out = u"namespace=%1,pod=~%2"_s.arg(network::promQuoted(node.ns), network::promQuoted(podsOf(node.name)));
    QStringList longer;
    for (const ObjectId &other : m_ofNamespace.value(node.ns)) {
        if (other.name.size() > node.name.size() && other.name.startsWith(QString(node.name + u'-')))
            longer.append(podsOf(other.name));
    }
    longer.sort();
    longer.removeDuplicates();
    if (!longer.isEmpty())
        out += u",pod!~"_s + network::promQuoted(longer.join(u'|'));
    return out;
}

}
