// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/telemetry/ServiceTarget.h"
#include "models/ports/LogSearch.h"

#include <atomic>
#include <functional>

namespace qd::telemetry {

/// Loki's HTTP API. See ports::LogSearch.
class Loki final : public ports::LogSearch, public std::enable_shared_from_this<Loki> {
public:
    explicit Loki(ServiceTarget target) : m_target(std::move(target)) { }
    [[nodiscard]] QFuture<Result<ports::LogPage>> page(const ports::LogQuery &query, const ports::LogPage &before = {}, std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QStringList>> labelValues(const QString &label, qint64 start, qint64 end, std::stop_token stop = {}) override;
    [[nodiscard]] std::unique_ptr<ports::LogTail> tail(const QString &expr, qint64 start) override;
    [[nodiscard]] const ServiceTarget &target() const { return m_target; }

private:
    [[nodiscard]] QFuture<Result<ports::LogPage>> ask(const ports::LogQuery &query, const ports::LogPage &before, int most, std::stop_token stop);
    ServiceTarget m_target;
    std::atomic<int> m_most = 5000;   ///< lines of an answer at most, as this server was heard to say (max_entries_limit_per_query)
};

/// What of an answer is new after the page before, and where the next one begins. `asked`: the limit that was sent.
[[nodiscard]] ports::LogPage pageOf(const ports::LogQuery &query, const ports::LogPage &before, QList<ports::LogEntry> entries, int asked);
/// "max entries limit per query exceeded, limit > max_entries_limit (6000 > 5000)": 5000; 0: it says something else.
[[nodiscard]] int entriesLimit(const QString &says);
/// Tells the encoding that keeps structured metadata apart from labels.
[[nodiscard]] QMap<QByteArray, QByteArray> lokiHeaders();

}
