// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ChangePipeline.h"

#include "models/state/PipelineRun.h"

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

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

ChangeDraft ChangePipeline::rest() const
{
    return m_run->rest();
}

void ChangePipeline::enter(Step step, StepState state)
{
    m_step = step;
    m_states[size_t(step)] = state;
    for (size_t later = size_t(step) + 1; later < m_states.size(); ++later)
        m_states[later] = StepState::NotBegun;
    Q_EMIT stepChanged(step, state);
}

/// A deletion is two edits of one object (the confirmation for the policy, then the deletion): still one version.
QString ChangePipeline::basedOn() const
{
    QStringList objects;
    QString version;
    for (const EditReview &review : m_review.edits) {
        if (review.liveVersion.isEmpty())
            continue;
        version = review.liveVersion;
        objects.append(QString(review.edit.object.gvr.name() + u'/' + review.edit.object.ns + u'/' + review.edit.object.name));
    }
    objects.removeDuplicates();
    if (objects.isEmpty())
        return std::all_of(m_review.edits.begin(), m_review.edits.end(),
                   [](const EditReview &review) { return review.edit.verb == ports::Verb::Create; })
            ? tr("New, based on no version")
            : tr("Based on version");
    return objects.size() == 1 ? tr("Based on version %1").arg(version)
                               : tr("Based on %n live version(s)", nullptr, int(objects.size()));
}

QString ChangePipeline::stepText(Step step) const
{
    const bool done = stepState(step) == StepState::Done;
    switch (step) {
    case Step::Allowed:
        return tr("Allowed");
    case Step::Rebase:
        return done ? basedOn() : tr("Based on version");
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
