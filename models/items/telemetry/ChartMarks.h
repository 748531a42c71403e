// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/ChartData.h"
#include "models/state/JournalChange.h"

#include <QJsonObject>
#include <QSet>
#include <QVariantList>

namespace qd::items {

/// What the journal tells about these clusters, newest first, at most so many: what was applied, at the moment it went out. A change of a
/// version is a deployment.
[[nodiscard]] QList<ChartMark> journalMarks(const QList<state::ChangePtr> &changes, const QSet<QString> &clusters, int most = 60);

/// Deployments of a list of Argo CD Applications (status.history).
[[nodiscard]] QList<ChartMark> argoMarks(const QJsonObject &applications);

/// Notes of a person, as a setting keeps them: a list of {at, text}.
[[nodiscard]] QList<ChartMark> noteMarks(const QVariantList &notes);
[[nodiscard]] QVariantList withNote(QVariantList notes, double at, const QString &text);

}
