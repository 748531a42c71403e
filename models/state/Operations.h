// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/state/ChangePipeline.h"
#include "models/state/KeptDrafts.h"

#include <QDateTime>
#include <QHash>
#include <QObject>
#include <QSet>

#include <optional>

namespace qd::state {

/// One line of the operations list: glyph, verb and object, step, time, Cancel or Retry (look.md "Operations").
struct Operation
{
    QString id; ///< of the change
    QString cluster;
    ObjectId target; ///< empty when several objects change
    QString title;
    QString step; ///< what is going on, or how it ended; translated
    network::State state = network::State::Progressing;
    int done = 0; ///< parts that are there, while it is followed
    int of = 0; ///< 0: not known
    QDateTime started;
    QDateTime ended; ///< null: runs
    bool canCancel = false;
    bool canRetry = false;
    [[nodiscard]] bool running() const { return ended.isNull(); }
};

/// The changes under way and the last finished ones, newest first. Takes over pipelines once they are confirmed, so
/// that a dialog may close while its change is followed. Beside them the drafts put aside; those without secrets outlive the
/// window in a file. GUI thread.
class Operations : public QObject
{
    Q_OBJECT
public:
    explicit Operations(const Clock *clock, QObject *parent = nullptr);
    ~Operations() override;
    /// Owns the pipeline from now on; it is deleted some time after it finished.
    void add(std::unique_ptr<ChangePipeline> pipeline);
    [[nodiscard]] const QList<Operation> &list() const { return m_list; }
    [[nodiscard]] int running() const;
    [[nodiscard]] ChangePipeline *pipeline(const QString &id) const;
    void cancel(const QString &id);
    /// Emits retryWanted with the draft as it was first given, which then is reviewed again from the start.
    void retry(const QString &id);
    void clearFinished();
    /// Puts a draft aside; it goes by itself once its change is confirmed.
    void keep(ChangeDraft draft);
    [[nodiscard]] const QList<KeptDraft> &kept() const { return m_kept; } ///< newest first
    /// Emits reviewWanted; the draft stays until it is confirmed or discarded.
    void reviewKept(const QString &id);
    void discardKept(const QString &id);
    /// The draft discarded last, until another one is or the window closes; nothing: none.
    [[nodiscard]] const std::optional<KeptDraft> &discarded() const { return m_discarded; }
    /// Takes the last discarding back.
    void restoreDiscarded();
    /// Drafts are kept in this file from now on; those in it are there again. Other windows may keep theirs in it too: what they
    /// put there or took away is seen when this one writes. Error: it could not be read or written, drafts then stay in memory.
    [[nodiscard]] Result<Done> keepIn(const QString &file);
    /// A draft to be reviewed from the start: emits reviewWanted.
    void review(const ChangeDraft &draft) { Q_EMIT reviewWanted(draft); }

Q_SIGNALS:
    void changed();
    void operationFinished(const qd::state::Operation &operation, const qd::state::ChangeOutcome &outcome);
    void retryWanted(const qd::state::ChangeDraft &draft);
    void reviewWanted(const qd::state::ChangeDraft &draft);
    void draftsNotSaved(const qd::Error &error);

private:
    void refresh(const QString &id);
    void trim();
    void saveKept(const QString &id);
    void adoptKept(const QList<KeptDraft> &there);
    const Clock *m_clock;
    QList<Operation> m_list;
    QList<KeptDraft> m_kept;
    std::optional<KeptDraft> m_discarded;
    QString m_file; ///< of the drafts; empty: memory only
    QSet<QString> m_unsaved; ///< ids of drafts kept or gone here since the file was written
    QHash<QString, ChangeDraft> m_drafts; ///< of finished ones, for Retry
    std::vector<std::unique_ptr<ChangePipeline>> m_pipelines;
};

}
