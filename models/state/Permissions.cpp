// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/Permissions.h"

#include "models/core/Async.h"

namespace qd::state {

namespace {
constexpr qint64 kKeepMs = 5 * 60 * 1000;
constexpr qint64 kAskAgainMs = 10 * 1000; ///< after a question without an answer
}

Permissions::Permissions(std::shared_ptr<ports::ResourceGateway> gateway, const Clock *clock, QObject *parent)
    : QObject(parent)
    , m_gateway(std::move(gateway))
    , m_clock(clock)
{
}

Permissions::Verdict Permissions::verdict(const ports::AccessQuestion &question)
{
    const auto it = m_known.constFind(question);
    const bool fresh = it != m_known.constEnd() && m_clock->monotonicMs() - it->askedMs < kKeepMs;
    if (!fresh && !m_asking.contains(question))
        ask(question);
    return it != m_known.constEnd() ? it->verdict : Verdict::Unknown;
}

void Permissions::ask(const ports::AccessQuestion &question)
{
    m_asking.insert(question);
    whenFinished(m_gateway->mayI(question), this, [this, question](const Result<ports::AccessAnswer> &answer) {
        m_asking.remove(question);
        Entry &entry = m_known[question];
        entry.askedMs = m_clock->monotonicMs() - (answer ? 0 : kKeepMs - kAskAgainMs);
        if (answer)
            entry.verdict = answer->allowed ? Verdict::Allowed : Verdict::Denied;
        Q_EMIT changed();
    });
}

void Permissions::forget(const ports::AccessQuestion &question)
{
    m_known.remove(question);
    Q_EMIT changed();
}

void Permissions::forgetAll()
{
    m_known.clear();
    Q_EMIT changed();
}

}
