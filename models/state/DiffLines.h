// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace qd::state {

/// Part of a line that changed, in characters.
struct ChangedSpan
{
    int start = 0;
    int length = 0;
    friend bool operator==(const ChangedSpan &, const ChangedSpan &) = default;
};

struct DiffLine
{
    enum class Kind : quint8 { Same, Removed, Added, Fold };
    Kind kind = Kind::Same;
    int oldNumber = 0; ///< from 1; 0: not in the old text
    int newNumber = 0;
    QString text = {}; ///< Fold: empty
    QList<ChangedSpan> changed = {};
    int folded = 0; ///< Fold: how many equal lines stand here, from oldNumber/newNumber on
    friend bool operator==(const DiffLine &, const DiffLine &) = default;
};

/// Unified diff of two texts for the review dialog and `do`: two line numbers, equal runs folded around `context`
/// lines, the value that changed within a line marked. A negative context folds nothing.
[[nodiscard]] QList<DiffLine> diffLines(const QString &before, const QString &after, int context = 3);
/// The same as plain text, for a terminal.
[[nodiscard]] QString unifiedText(const QList<DiffLine> &lines);

}
