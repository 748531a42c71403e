// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/ChartData.h"
#include "models/state/JournalChange.h"
#include "models/state/telemetry/NodeLabels.h"

#include <QJsonObject>
#include <QSet>
#include <QVariantList>

namespace qd::items {

/// What the journal tells about these clusters, newest first, at most so many: what was applied, at the moment it went out. A change of a
/// version is a deployment.
[[nodiscard]] QList<ChartMark> journalMarks(const QList<state::ChangePtr> &changes, const QSet<QString> &clusters, int most = 60);

/// Deployments of a list of Argo CD Applications (status.history).
[[nodiscard]] QList<ChartMark> argoMarks(const QJsonObject &applications);

/// What the cluster told of our nodes, their pods and other objects of theirs: warnings, containers that were stopped, and images that differ
/// from the one pulled before. One that repeats has a mark where it began and one where it was told last. `events`: core/v1, in any order.
[[nodiscard]] QList<ChartMark> eventMarks(const QList<QJsonObject> &events, const QString &cluster, const state::NodeLabels &nodes);

/// Events of one reason that are within so many seconds as one mark, where the first of them is; all other marks as they are. By time.
[[nodiscard]] QList<ChartMark> coalesced(QList<ChartMark> marks, double seconds);

/// Notes of a person, as a setting keeps them: a list of {at, text}.
[[nodiscard]] QList<ChartMark> noteMarks(const QVariantList &notes);
[[nodiscard]] QVariantList withNote(QVariantList notes, double at, const QString &text);

}
