// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/telemetry/Dashboard.h"

namespace qd::network {

/// What of a panel is changed as one: the words of its values with their unit, both ends of its axis.
enum class PanelPart : quint8 { Title, Note, Values, Place, Queries, Thresholds, Axis, Alerts };

/// What two people made of the same panel, part by part (a three-way merge).
struct PanelMerge {
    Panel panel;                    ///< what only one changed, as that one has it; what both changed, as `mine` has it
    QList<PanelPart> theirs;        ///< taken from the other one
    QList<PanelPart> both;          ///< changed by both, to something else
};

/// `before`: as it was when both began. What no part holds (the names of metrics it needs) is as `theirs` has it.
[[nodiscard]] PanelMerge mergedPanel(const Panel &before, const Panel &mine, const Panel &theirs);

/// "0 = fatal, 1 = failed": the words of the unit "state" in one line.
[[nodiscard]] QString stateWordsText(const QMap<double, QString> &words);
/// The same, read; a word may hold commas. Nothing where a piece is no "number = word" or a number comes twice: `wrong` is that piece.
[[nodiscard]] std::optional<QMap<double, QString>> stateWordsOf(const QString &text, QString *wrong = nullptr);

}
