// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/tour/TourWorld.h"

namespace qd::ui {

/// Two days of changes in the journal of a world: settled, failed, refused, in conflict, and one that is still settling.
/// Before the window is made. Also used by tests/ui.
void fillJournal(TourWorld &world);
/// One record as the pipeline writes it, confirmed `seconds` before now; `outcome` empty: an intent only. `edit` may
/// replace parts of the edit (verb, diff, follow). The id of the change.
QString addChange(TourWorld &world, qint64 seconds, const QString &title, const QString &name, const QString &outcome,
                  const QString &message, qint64 took, const QJsonObject &edit = {}, const QString &reason = {},
                  const QString &cluster = QStringLiteral("infra-prod"));

}
