// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/RenewText.h"

#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTextBlock>

#include <algorithm>

namespace qd::ui {

namespace {

QTextCursor over(QTextDocument *document, int first, int last)
{
    QTextCursor cursor(document->findBlockByNumber(first));
    const QTextBlock end = document->findBlockByNumber(last);
    cursor.setPosition(end.position() + end.length() - 1, QTextCursor::KeepAnchor);   // without the end of its line
    return cursor;
}

/// `was`, the lines from `first` on, become `now`. Neither is empty.
void replaceLines(QTextDocument *document, int first, const QStringList &was, const QStringList &now)
{
    if (was.size() != now.size())
        return over(document, first, first + int(was.size()) - 1).insertText(now.join(u'\n'));
    for (int i = 0; i < now.size(); ++i) {
        if (was.at(i) != now.at(i))
            over(document, first + i, first + i).insertText(now.at(i));
    }
}

}

void renewText(QPlainTextEdit *edit, const QString &text)
{
    const QStringList was = edit->toPlainText().split(u'\n'), now = text.split(u'\n');
    if (was == now)
        return;
    // One line at each end stays out of what is replaced by blocks, so that there always is a line to replace.
    const qsizetype shorter = std::min(was.size(), now.size());
    qsizetype head = 0, tail = 0;
    while (head < shorter && was.at(head) == now.at(head))
        ++head;
    while (tail < shorter - head && was.at(was.size() - 1 - tail) == now.at(now.size() - 1 - tail))
        ++tail;
    if (head + tail == shorter && was.size() != now.size())   // lines came or went between two that stay: the one before goes with them
        head > 0 ? --head : --tail;
    const int down = edit->verticalScrollBar()->value(), across = edit->horizontalScrollBar()->value();
    const bool undo = edit->isUndoRedoEnabled();
    edit->setUndoRedoEnabled(false);
    replaceLines(edit->document(), int(head), was.mid(head, was.size() - head - tail), now.mid(head, now.size() - head - tail));
    edit->setUndoRedoEnabled(undo);
    edit->verticalScrollBar()->setValue(down);
    edit->horizontalScrollBar()->setValue(across);
}

}
