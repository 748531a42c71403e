// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ActionCatalogue.h"
#include "models/state/JournalChange.h"

namespace qd::state {

/// What an edit of a journaled change meets now: the live object, or why it could not be read. Creations that are
/// reverted read it too; for what must not be there, NotFound is the good answer.
using LiveObjects = QList<Result<QJsonObject>>;

/// What a draft of a journaled change needs beside it.
struct UndoInput
{
    const JournaledChange &change;
    const LiveObjects &live; ///< one for each edit of the change
    const network::KindTable &kinds; ///< of the change's environment
    const ActionCatalogue &catalogue;
    DraftContext context;
};

/// Why a change cannot be reverted, as far as its record alone says; empty: it can be tried.
[[nodiscard]] QString whyNotRevert(const JournaledChange &change);
/// Why it cannot be done again; empty: it can be tried.
[[nodiscard]] QString whyNotRepeat(const JournaledChange &change);
/// The inverse as a new draft for the normal pipeline: each field back to what the journal says it was. What others changed
/// since is a conflict there, never overwritten. Error: what is not known, masked, gone, or already as it was
/// (NothingToChange).
[[nodiscard]] Result<ChangeDraft> revertDraft(const UndoInput &input);
/// The same change again as a new draft; requests to the operator get a new time. A creation is not for this: its text is
/// journaledObject().
[[nodiscard]] Result<ChangeDraft> repeatDraft(const UndoInput &input);
/// The object a change created or deleted, as it may be created anew: without what only the server writes and without
/// notes of ours. Error: parts of it are masked.
[[nodiscard]] Result<QJsonObject> journaledObject(const JournaledEdit &edit);
/// The kubectl commands equal to the change, as far as the journal knows its values; masked ones stay masked.
[[nodiscard]] QString journaledKubectl(const JournaledChange &change, const network::KindTable &kinds);

}
