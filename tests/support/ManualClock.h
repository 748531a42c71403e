// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/state/Scheduler.h"

#include <QPointer>

#include <algorithm>
#include <memory>
#include <vector>

namespace qd::test {

/// A clock that stands still until a test advances it.
class ManualClock final : public Clock
{
public:
    [[nodiscard]] QDateTime now() const override { return m_now; }
    [[nodiscard]] qint64 monotonicMs() const override { return m_ms; }
    void advance(std::chrono::milliseconds by)
    {
        m_now = m_now.addMSecs(by.count());
        m_ms += by.count();
    }
    void set(const QDateTime &now) { m_now = now; }

private:
    QDateTime m_now = QDateTime::fromString(QStringLiteral("2026-03-01T12:00:00Z"), Qt::ISODate);
    qint64 m_ms = 0;
};

/// A Scheduler whose time a test moves; calls run in the order of their time. One thread.
class ManualScheduler
{
public:
    explicit ManualScheduler(ManualClock *clock)
        : m_state(std::make_shared<State>())
    {
        m_state->clock = clock;
    }

    [[nodiscard]] state::Scheduler scheduler() const
    {
        return [state = m_state](std::chrono::milliseconds delay, QObject *context, std::function<void()> call) {
            state->entries.push_back({state->clock->monotonicMs() + delay.count(), context, std::move(call)});
        };
    }
    /// Moves the clock and runs what is due on the way.
    void advance(std::chrono::milliseconds by)
    {
        const qint64 until = m_state->clock->monotonicMs() + by.count();
        while (true) {
            auto &entries = m_state->entries;
            const auto next = std::min_element(
                entries.begin(), entries.end(), [](const Entry &a, const Entry &b) { return a.at < b.at; });
            if (next == entries.end() || next->at > until)
                break;
            const Entry entry = *next;
            entries.erase(next);
            m_state->clock->advance(
                std::chrono::milliseconds(std::max<qint64>(0, entry.at - m_state->clock->monotonicMs())));
            if (entry.context)
                entry.call();
        }
        m_state->clock->advance(std::chrono::milliseconds(until - m_state->clock->monotonicMs()));
    }
    [[nodiscard]] int waiting() const
    {
        return int(std::count_if(
            m_state->entries.begin(), m_state->entries.end(), [](const Entry &e) { return !e.context.isNull(); }));
    }

private:
    struct Entry
    {
        qint64 at = 0;
        QPointer<QObject> context;
        std::function<void()> call;
    };
    struct State
    {
        ManualClock *clock = nullptr;
        std::vector<Entry> entries;
    };
    std::shared_ptr<State> m_state;
};

}
