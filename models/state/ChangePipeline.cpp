// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ChangePipeline.h"

#include "models/state/PipelineRun.h"

namespace qd::state {

ChangePipeline::ChangePipeline(Environment environment, QObject *parent)
    : QObject(parent)
    , m_run(std::make_unique<PipelineRun>(this, std::move(environment)))
{
}

ChangePipeline::~ChangePipeline()
{
    m_run->abandon();
}

void ChangePipeline::start(ChangeDraft draft, Options options)
{
    m_run->start(std::move(draft), options);
}

void ChangePipeline::resolve(const QMap<QString, MergeChoice> &choices)
{
    m_run->resolve(choices);
}

QString ChangePipeline::confirm(const QString &reason, const QString &typedName)
{
    return m_run->confirm(reason, typedName);
}

void ChangePipeline::cancel()
{
    m_run->cancel();
}

void ChangePipeline::enter(Step step, StepState state)
{
    m_step = step;
    m_states[size_t(step)] = state;
    for (size_t later = size_t(step) + 1; later < m_states.size(); ++later)
        m_states[later] = StepState::NotBegun;
    Q_EMIT stepChanged(step, state);
}

QString ChangePipeline::stepText(Step step) const
{
    const bool done = stepState(step) == StepState::Done;
    switch (step) {
    case Step::Allowed:
        return tr("Allowed");
    case Step::Rebase:
        if (done && m_review.edits.size() == 1 && !m_review.edits.first().liveVersion.isEmpty())
            return tr("Based on version %1").arg(m_review.edits.first().liveVersion);
        return tr("Based on version");
    case Step::Preview:
        return tr("Previewed by server");
    case Step::Review:
        return tr("Review");
    case Step::Apply:
        return tr("Apply");
    case Step::Follow:
        break;
    }
    return tr("Follow");
}

}
