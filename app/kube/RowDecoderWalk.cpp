// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/RowDecoderWalk.h"

#include "models/network/Drift.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace qd::kube {

using namespace Qt::StringLiterals;
using network::Cell;
using network::State;

namespace {

QString latin(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QJsonValue parsed(const std::string &json)
{
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromRawData(json.data(), qsizetype(json.size())));
    return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
}

/// As network::sameTruth, of texts: nothing is parsed for what agrees.
bool agree(const Harvest::Side &declared, const Harvest::Side &reported)
{
    if (!declared.there || !reported.there || declared.text == reported.text)
        return true;
    if (declared.container && reported.container)
        return network::sameTruth(parsed(declared.text), parsed(reported.text));
    return !declared.container && !reported.container && network::sameScalar(declared.text, reported.text);
}

}

void Harvest::reset(const network::KindInfo &kind)
{
    row = {};
    cells.fill(Cell(), kind.columns.size());
    comparisons.resize(size_t(kind.comparisons.size()));
    for (auto &[declared, reported] : comparisons)
        declared.there = reported.there = false;
    left.assign(size_t(kind.columns.size()), {});
    failed = notReady = refusedSpec = false;
    fieldsBegin = fieldsEnd = nullptr;
}

void SinkWriter::scalar(const Sink &sink, const Scalar &value, Harvest &into)
{
    if (value.is == Scalar::Is::Null)
        return;
    network::Row &row = into.row;
    switch (sink.target) {
    case Target::Uid:
        row.uid = latin(value.text);
        return;
    case Target::ResourceVersion:
        row.resourceVersion = latin(value.text);
        return;
    case Target::Namespace:
        row.ns = m_pool.get(value.text);
        return;
    case Target::Name:
        row.name = m_pool.get(value.text);
        return;
    case Target::Created:
        row.created = parseRfc3339(value.text).value_or(0);
        return;
    case Target::Deleted:
        row.deleted = parseRfc3339(value.text).value_or(1);
        return;
    case Target::Generation:
        row.generation = parseInteger(value.text).value_or(0);
        return;
    case Target::ObservedGeneration:
        row.observedGeneration = parseInteger(value.text).value_or(-1);
        return;
    case Target::Phase:
        row.phase = m_pool.get(value.text);
        return;
    case Target::Network:
        row.network = m_pool.get(value.text);
        return;
    case Target::GitTracking:
        row.managedByGit = true;
        return;
    case Target::LeftConsumed:
        into.left[size_t(sink.index)].consumed = fastQuantity(value.text);
        return;
    case Target::LeftLimit:
        into.left[size_t(sink.index)].limit = fastQuantity(value.text);
        return;
    case Target::Declared:
    case Target::Reported: {
        Harvest::Side &to = into.side(sink);
        to.there = true;
        to.container = false;
        to.text.assign(value.text);
        return;
    }
    case Target::Cell:
    case Target::List:
    case Target::Count:
    case Target::Ready:
        into.cells[sink.index] = cellOf(sink.type, value, m_pool);
        return;
    default:   // labels, conditions and managed fields are no scalars
        return;
    }
}

void SinkWriter::finishDrift(Harvest &harvest) const
{
    network::Row &row = harvest.row;
    // An operator that has not seen the new spec yet has not broken its word.
    if (row.observedGeneration != row.generation)
        return;
    row.drift = std::any_of(harvest.comparisons.begin(), harvest.comparisons.end(),
                            [](const auto &pair) { return !agree(pair.first, pair.second); });
}

void SinkWriter::finishState(Harvest &harvest) const
{
    network::Row &row = harvest.row;
    if (row.deleted > 0) {
        row.state = State::Deleting;
        return;
    }
    if (!row.phase.isEmpty())
        row.state = m_kind.stateOf(row.phase);
    else if (m_kind.phasePointer.isEmpty())
        row.state = State::Ready;   // a kind without phases; its conditions may say otherwise
    else
        row.state = m_kind.runOnce ? State::NotBegun : State::Unknown;
    if (harvest.failed)
        row.state = State::Failed;
    else if (row.state == State::Ready && (harvest.notReady || harvest.refusedSpec))
        row.state = State::Degraded;
}

void SinkWriter::finish(Harvest &harvest)
{
    for (size_t i = 0; i < harvest.left.size(); ++i) {
        const Harvest::Left &left = harvest.left[i];
        if (!left.consumed || !left.limit || *left.limit <= 0)
            continue;
        Cell &cell = harvest.cells[qsizetype(i)];
        cell.is = Cell::Is::Number;
        cell.number = std::clamp((*left.limit - *left.consumed) * 100 / *left.limit, 0.0, 100.0);
    }
    harvest.row.cells = network::CellList(harvest.cells);
    finishDrift(harvest);
    finishState(harvest);
}

}
