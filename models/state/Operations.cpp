// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/Operations.h"

#include <algorithm>

namespace qd::state {

using network::State;

namespace {

constexpr int kKeptFinished = 50;

State stateOf(const ChangePipeline &pipeline)
{
    if (!pipeline.isFinished())
        return pipeline.stepState(pipeline.step()) == ChangePipeline::StepState::Waiting ? State::Waiting
                                                                                         : State::Progressing;
    switch (pipeline.outcome().kind) {
    case ChangeOutcome::Kind::Settled:
    case ChangeOutcome::Kind::Applied:
    case ChangeOutcome::Kind::DryRun:
        return State::Succeeded;
    case ChangeOutcome::Kind::Cancelled:
        return State::Cancelled;
    case ChangeOutcome::Kind::Conflict:
    case ChangeOutcome::Kind::Timeout:
        return State::Degraded;
    case ChangeOutcome::Kind::Refused:
    case ChangeOutcome::Kind::Failed:
        break;
    }
    return State::Failed;
}

}

Operations::Operations(const Clock *clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
{
}

Operations::~Operations() = default;

void Operations::add(std::unique_ptr<ChangePipeline> pipeline)
{
    const QString id = pipeline->draft().id;
    const QList<Edit> &edits = pipeline->draft().edits;
    Operation operation;
    operation.id = id;
    operation.cluster = edits.isEmpty() ? QString() : edits.first().object.cluster;
    operation.target = edits.size() == 1 ? edits.first().object : ObjectId{};
    operation.title = pipeline->draft().title;
    operation.started = m_clock->now();
    operation.canCancel = true;
    m_list.prepend(operation);
    if (m_kept.removeIf([&id](const KeptDraft &kept) { return kept.draft.id == id; }) > 0)
        saveKept(id);
    connect(pipeline.get(), &ChangePipeline::stepChanged, this, [this, id] { refresh(id); });
    connect(pipeline.get(), &ChangePipeline::progress, this, [this, id](const QString &text) {
        for (Operation &known : m_list) {
            if (known.id == id)
                known.step = text;
        }
        Q_EMIT changed();
    });
    connect(pipeline.get(), &ChangePipeline::measured, this, [this, id](int done, int of) {
        for (Operation &known : m_list) {
            if (known.id == id) {
                known.done = done;
                known.of = of;
            }
        }
        Q_EMIT changed();
    });
    connect(pipeline.get(), &ChangePipeline::finished, this, [this, id] { refresh(id); });
    m_pipelines.push_back(std::move(pipeline));
    refresh(id);
}

void Operations::refresh(const QString &id)
{
    const ChangePipeline *known = pipeline(id);
    const auto operation = std::find_if(m_list.begin(), m_list.end(), [&id](const Operation &o) { return o.id == id; });
    if (!known || operation == m_list.end() || !operation->running())
        return;
    operation->state = stateOf(*known);
    operation->step = known->isFinished() ? known->outcome().message : known->stepText(known->step());
    if (!known->isFinished()) {
        Q_EMIT changed();
        return;
    }
    operation->ended = m_clock->now();
    operation->done = operation->of = 0;
    operation->canCancel = false;
    operation->canRetry = operation->state == State::Failed || operation->state == State::Degraded
        || operation->state == State::Cancelled;
    const Operation ended = *operation;
    const ChangeOutcome outcome = known->outcome();
    // half done: again means what is left
    const ChangeDraft rest = known->rest();
    m_drafts.insert(id, outcome.editsApplied > 0 && !rest.edits.isEmpty() ? rest : known->draft());
    const auto owned
        = std::find_if(m_pipelines.begin(), m_pipelines.end(), [known](const auto &p) { return p.get() == known; });
    owned->release()->deleteLater(); // it is still in its own signal
    m_pipelines.erase(owned);
    trim();
    Q_EMIT changed();
    Q_EMIT operationFinished(ended, outcome);
}

void Operations::trim()
{
    int finished = 0;
    for (qsizetype i = 0; i < m_list.size();) {
        if (!m_list.at(i).running() && ++finished > kKeptFinished) {
            m_drafts.remove(m_list.at(i).id);
            m_list.removeAt(i);
        } else {
            ++i;
        }
    }
}

int Operations::running() const
{
    return int(std::count_if(m_list.begin(), m_list.end(), [](const Operation &o) { return o.running(); }));
}

ChangePipeline *Operations::pipeline(const QString &id) const
{
    const auto it
        = std::find_if(m_pipelines.begin(), m_pipelines.end(), [&id](const auto &p) { return p->draft().id == id; });
    return it == m_pipelines.end() ? nullptr : it->get();
}

void Operations::cancel(const QString &id)
{
    if (ChangePipeline *known = pipeline(id))
        known->cancel();
}

void Operations::retry(const QString &id)
{
    const auto draft = m_drafts.constFind(id);
    if (draft == m_drafts.constEnd())
        return;
    ChangeDraft again = *draft;
    again.id = newChangeId();
    Q_EMIT retryWanted(again);
}

void Operations::keep(ChangeDraft draft)
{
    // What was tried once and is kept now is another change.
    if (std::any_of(m_list.begin(), m_list.end(), [&draft](const Operation &o) { return o.id == draft.id; }))
        draft.id = newChangeId();
    const QString id = draft.id;
    m_kept.removeIf([&id](const KeptDraft &kept) { return kept.draft.id == id; });
    m_kept.prepend({std::move(draft), m_clock->now()});
    saveKept(id);
    Q_EMIT changed();
}

void Operations::reviewKept(const QString &id)
{
    const auto kept = std::find_if(m_kept.begin(), m_kept.end(), [&id](const KeptDraft &k) { return k.draft.id == id; });
    if (kept != m_kept.end())
        Q_EMIT reviewWanted(ChangeDraft(kept->draft));
}

void Operations::discardKept(const QString &id)
{
    const auto kept = std::find_if(m_kept.begin(), m_kept.end(), [&id](const KeptDraft &k) { return k.draft.id == id; });
    if (kept == m_kept.end())
        return;
    m_discarded = *kept;
    m_kept.erase(kept);
    saveKept(m_discarded->draft.id);
    Q_EMIT changed();
}

void Operations::restoreDiscarded()
{
    if (!m_discarded)
        return;
    const KeptDraft back = *std::exchange(m_discarded, std::nullopt);
    const auto newer = [&back](const KeptDraft &kept) { return kept.kept <= back.kept; };
    m_kept.insert(std::find_if(m_kept.begin(), m_kept.end(), newer), back);
    saveKept(back.draft.id);
    Q_EMIT changed();
}

Result<Done> Operations::keepIn(const QString &file)
{
    const Result<QList<KeptDraft>> drafts = loadDrafts(file);
    if (!drafts)
        return drafts.error(); // what cannot be read is not written over
    m_file = file;
    m_kept += *drafts;
    std::stable_sort(m_kept.begin(), m_kept.end(), [](const KeptDraft &a, const KeptDraft &b) { return a.kept > b.kept; });
    Q_EMIT changed();
    return Done{};
}

void Operations::saveKept(const QString &id)
{
    m_unsaved.insert(id);
    if (m_file.isEmpty())
        return;
    const Result<QList<KeptDraft>> saved = mergeDrafts(m_file, m_kept, m_unsaved);
    if (saved) {
        adoptKept(*saved);
        m_unsaved.clear();
        return;
    }
    for (KeptDraft &kept : m_kept)
        kept.onDisk = kept.onDisk && !m_unsaved.contains(kept.draft.id);
    Q_EMIT draftsNotSaved(saved.error());
}

/// What other windows put into the file is kept here too; what they took out of it is gone.
void Operations::adoptKept(const QList<KeptDraft> &there)
{
    QHash<QString, KeptDraft> onDisk;
    for (const KeptDraft &kept : there)
        onDisk.insert(kept.draft.id, kept);
    m_kept.removeIf([&](const KeptDraft &kept) {
        return kept.onDisk && !m_unsaved.contains(kept.draft.id) && !onDisk.contains(kept.draft.id);
    });
    for (KeptDraft &kept : m_kept) {
        const auto same = onDisk.constFind(kept.draft.id);
        kept.onDisk = same != onDisk.constEnd();
        if (kept.onDisk && same->kept > kept.kept)
            kept = *same; // kept anew in another window
        onDisk.remove(kept.draft.id);
    }
    for (const KeptDraft &kept : there) {
        if (onDisk.contains(kept.draft.id))
            m_kept.append(kept);
    }
    std::stable_sort(m_kept.begin(), m_kept.end(), [](const KeptDraft &a, const KeptDraft &b) { return a.kept > b.kept; });
}

void Operations::clearFinished()
{
    m_list.removeIf([](const Operation &o) { return !o.running(); });
    m_drafts.clear();
    Q_EMIT changed();
}

}
