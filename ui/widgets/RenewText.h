// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QPlainTextEdit;
class QString;

namespace qd::ui {

/// A text that is shown and came anew: only the lines that differ are replaced, so that what a person has of it stays: the line at the
/// top, what is selected, what is folded (lines that come inside a fold are folded too). A selection that reaches into lines that go
/// is shortened. Nothing is emitted and nothing moves when the text is the same. GUI thread.
void renewText(QPlainTextEdit *edit, const QString &text);

}
