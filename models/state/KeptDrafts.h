// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/state/ChangeDraft.h"

#include <QDateTime>
#include <QList>
#include <QSet>

namespace qd::state {

/// A change that was put aside before it was confirmed.
struct KeptDraft
{
    ChangeDraft draft;
    QDateTime kept;
    bool onDisk = false; ///< it outlives the window; one that holds secrets stays in memory
};

/// What a patch touches of the object it was made on, and the network it belongs to: enough to see later what others changed.
[[nodiscard]] QJsonObject touchedBase(const QJsonObject &base, const QJsonObject &patch);
/// The live object with what the patch touches as it was in `touched`.
[[nodiscard]] QJsonObject wholeBase(const QJsonObject &live, const QJsonObject &touched, const QJsonObject &patch);

/// Whether a draft holds nothing that must not lie on a disk: no value of a secret in what it sets or is based on.
[[nodiscard]] bool mayLieOnDisk(const ChangeDraft &draft);
/// Brings a file of the state folder (0600) up to date with the drafts this window changed: each of these ids stands there as in
/// `drafts`, or not at all where it is not among them or must not lie on a disk. What other windows keep there stays; a lock
/// between processes keeps them apart. What is in the file then; errors are Storage and name the file, which is as it was.
[[nodiscard]] Result<QList<KeptDraft>> mergeDrafts(const QString &file, const QList<KeptDraft> &drafts, const QSet<QString> &changed);
/// An absent file is empty; drafts that cannot be read are left out.
[[nodiscard]] Result<QList<KeptDraft>> loadDrafts(const QString &file);

}
