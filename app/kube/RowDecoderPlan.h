// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/KindTable.h"

#include <string>
#include <vector>

namespace qd::kube {

/// Where a value of an object goes.
enum class Target : quint8 {
    Uid, Namespace, Name, ResourceVersion, Created, Deleted, Generation, ObservedGeneration, Phase, Network, GitTracking,
    Cell, LeftConsumed, LeftLimit, Declared, Reported,
    // objects and arrays as a whole
    Labels, Conditions, ManagedFields, List, Count, Ready
};

[[nodiscard]] constexpr bool takesContainers(Target target)
{
    return target >= Target::Declared;
}

struct Sink {
    Target target = Target::Cell;
    int index = 0;                                     ///< of the column or the comparison
    network::CellType type = network::CellType::Text;
};

/// A kind's pointers as a tree of keys: one pass over an object fills everything. Immutable once made.
struct PlanNode {
    std::vector<std::pair<std::string, int>> children;   ///< key as in JSON text, node
    std::vector<Sink> sinks;
    bool containers = false;                             ///< a sink takes objects or arrays
    /// `key` points behind the opening quote of a JSON key; -1: nobody wants it.
    [[nodiscard]] int find(const char *key) const
    {
        for (const auto &[name, node] : children) {
            // Stops at the first difference, so it never reads behind the key's closing quote.
            size_t same = 0;
            while (same < name.size() && key[same] == name[same])
                ++same;
            if (same == name.size() && key[same] == '"')
                return node;
        }
        return -1;
    }
};

struct DecodePlan {
    std::vector<PlanNode> nodes;                         ///< 0: the object
    std::vector<std::vector<std::string>> items;         ///< a column: the path in each element of a list
    explicit DecodePlan(const network::KindInfo &kind);

private:
    void add(const QString &pointer, const Sink &sink);
    void addColumn(const network::Column &column, int index);
};

}
