// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/RowDecoderPlan.h"

#include "models/core/Json.h"

#include <algorithm>

namespace qd::kube {

using namespace Qt::StringLiterals;
using network::CellType;

DecodePlan::DecodePlan(const network::KindInfo &kind)
{
    nodes.emplace_back();
    add(u"/metadata/name"_s, {Target::Name});
    add(u"/metadata/namespace"_s, {Target::Namespace});
    add(u"/metadata/uid"_s, {Target::Uid});
    add(u"/metadata/resourceVersion"_s, {Target::ResourceVersion});
    add(u"/metadata/creationTimestamp"_s, {Target::Created});
    add(u"/metadata/deletionTimestamp"_s, {Target::Deleted});
    add(u"/metadata/generation"_s, {Target::Generation});
    add(u"/metadata/labels"_s, {Target::Labels});
    add(u"/metadata/labels/argocd.argoproj.io~1instance"_s, {Target::GitTracking});
    add(u"/metadata/annotations/argocd.argoproj.io~1tracking-id"_s, {Target::GitTracking});
    add(u"/metadata/managedFields"_s, {Target::ManagedFields});
    add(u"/status/observedGeneration"_s, {Target::ObservedGeneration});
    add(u"/status/conditions"_s, {Target::Conditions});
    if (!kind.phasePointer.isEmpty())
        add(kind.phasePointer, {Target::Phase});
    if (!kind.networkPointer.isEmpty())
        add(kind.networkPointer, {Target::Network});
    for (int i = 0; i < int(kind.columns.size()); ++i)
        addColumn(kind.columns.at(i), i);
    for (int i = 0; i < int(kind.comparisons.size()); ++i) {
        add(kind.comparisons.at(i).declared, {Target::Declared, i});
        add(kind.comparisons.at(i).reported, {Target::Reported, i});
    }
}

void DecodePlan::addColumn(const network::Column &column, int index)
{
    std::vector<std::string> path;
    for (const QString &token : json::split(column.item))
        path.push_back(token.toStdString());
    items.push_back(std::move(path));
    const Sink sink{Target::Cell, index, column.type};
    const auto as = [&sink](Target target) { return Sink{target, sink.index, sink.type}; };
    switch (column.type) {
    case CellType::List:
        return add(column.pointer, as(Target::List));
    case CellType::Count:
        return add(column.pointer, as(Target::Count));
    case CellType::Ready:
        return add(column.pointer, as(Target::Ready));
    case CellType::Left:
        add(column.pointer + u"/consumed"_s, as(Target::LeftConsumed));
        return add(column.pointer + u"/limit"_s, as(Target::LeftLimit));
    case CellType::Ref:
        return add(column.pointer + u"/name"_s, {Target::Cell, index, CellType::Text});
    default:
        return add(column.pointer, sink);
    }
}

void DecodePlan::add(const QString &pointer, const Sink &sink)
{
    size_t at = 0;
    for (const QString &token : json::split(pointer)) {
        const std::string key = token.toStdString();
        const auto &children = nodes[at].children;
        const auto found = std::find_if(children.begin(), children.end(), [&key](const auto &c) { return c.first == key; });
        if (found != children.end()) {
            at = size_t(found->second);
            continue;
        }
        nodes[at].children.emplace_back(key, int(nodes.size()));
        at = nodes.size();
        nodes.emplace_back();
    }
    nodes[at].sinks.push_back(sink);
    nodes[at].containers = nodes[at].containers || takesContainers(sink.target);
}

}
