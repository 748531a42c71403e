// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/RowDecoderPlan.h"
#include "app/kube/RowDecoderValue.h"

#include <string>
#include <utility>
#include <vector>

namespace qd::kube {

/// What one pass over an object collects besides the cells; reused for every object.
struct Harvest {
    struct Side {
        bool there = false;
        bool container = false;
        std::string text;   ///< scalar, or JSON text
    };
    struct Left {
        std::optional<double> consumed;
        std::optional<double> limit;
    };
    network::Row row;
    QList<network::Cell> cells;                       ///< of every column; packed into the row at the end
    std::vector<std::pair<Side, Side>> comparisons;   ///< declared, reported
    std::vector<Left> left;                           ///< a column
    bool failed = false;          ///< condition Failed=True
    bool notReady = false;        ///< condition Ready=False
    bool refusedSpec = false;     ///< condition SpecAccepted=False
    const char *fieldsBegin = nullptr;   ///< opening quote of "managedFields"
    const char *fieldsEnd = nullptr;
    /// Where a Declared or Reported sink puts its value.
    [[nodiscard]] Side &side(const Sink &sink)
    {
        auto &pair = comparisons[size_t(sink.index)];
        return sink.target == Target::Declared ? pair.first : pair.second;
    }
    void reset(const network::KindInfo &kind);
};

/// Puts a scalar where its sinks say.
class SinkWriter {
public:
    SinkWriter(const network::KindInfo &kind, const DecodePlan &plan) : m_kind(kind), m_plan(plan) { }
    void scalar(const Sink &sink, const Scalar &value, Harvest &into);
    /// Drift, state, percentages: what needs the whole object.
    void finish(Harvest &harvest);
    [[nodiscard]] StringPool &pool() { return m_pool; }

private:
    void finishDrift(Harvest &harvest) const;
    void finishState(Harvest &harvest) const;

    const network::KindInfo &m_kind;
    [[maybe_unused]] const DecodePlan &m_plan;
    StringPool m_pool;
};

}
