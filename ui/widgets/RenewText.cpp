// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/RenewText.h"

#include "models/state/DiffLines.h"

#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTextBlock>

#include <algorithm>

namespace qd::ui {

using state::DiffLine;

namespace {

/// Lines that go and those that come in their place.
struct Hunk {
    int first = 0;          ///< from 0, of the old text
    int gone = 0;
    QStringList come;
};

QList<Hunk> hunksOf(const QString &was, const QString &now)
{
    QList<Hunk> out;
    int at = 0;
    bool open = false;
    const QList<DiffLine> lines = state::diffLines(was, now, -1);
    for (const DiffLine &line : lines) {
        if (line.kind == DiffLine::Kind::Same) {
            open = false;
            ++at;
            continue;
        }
        if (!open)
            out.append({at, 0, {}});
        open = true;
        if (line.kind == DiffLine::Kind::Removed) {
            ++out.last().gone;
            ++at;
        } else {
            out.last().come.append(line.text);
        }
    }
    return out;
}

qsizetype indentOf(const QString &line)
{
    return std::find_if(line.begin(), line.end(), [](QChar c) { return c != u' '; }) - line.begin();
}

void replaceLine(QTextDocument *document, int number, const QString &text)
{
    QTextCursor cursor(document->findBlockByNumber(number));
    cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
    cursor.insertText(text);
}

/// With the line ends they take: the one before, or the one after where there is none before.
void removeLines(QTextDocument *document, int first, int count)
{
    QTextCursor cursor(document->findBlockByNumber(std::max(0, first - 1)));
    if (first > 0)
        cursor.movePosition(QTextCursor::EndOfBlock);
    const QTextBlock last = document->findBlockByNumber(first + count - 1);
    const bool all = first == 0 && !last.next().isValid();
    cursor.setPosition(first > 0 || all ? last.position() + last.length() - 1 : last.next().position(), QTextCursor::KeepAnchor);
    cursor.removeSelectedText();
}

void insertLines(QTextDocument *document, int first, const QStringList &lines)
{
    QTextCursor cursor(document->findBlockByNumber(std::max(0, first - 1)));
    if (first > 0) {
        cursor.movePosition(QTextCursor::EndOfBlock);
        cursor.insertText(u'\n' + lines.join(u'\n'));
    } else {
        cursor.insertText(lines.join(u'\n') + u'\n');
    }
    const QTextBlock before = document->findBlockByNumber(first).previous(), after = document->findBlockByNumber(first + int(lines.size()));
    for (QTextBlock block = document->findBlockByNumber(first); block.isValid() && block != after; block = block.next()) {
        const bool last = before.isValid() && !before.isVisible() && (!after.isValid() || indentOf(block.text()) > indentOf(after.text()));
        block.setVisible(!last && (!after.isValid() || after.isVisible()));
    }
}

void apply(QTextDocument *document, const Hunk &hunk)
{
    const int both = std::min(hunk.gone, int(hunk.come.size()));
    if (hunk.gone > both)
        removeLines(document, hunk.first + both, hunk.gone - both);
    else if (hunk.come.size() > both)
        insertLines(document, hunk.first + both, hunk.come.mid(both));
    for (int i = 0; i < both; ++i)
        replaceLine(document, hunk.first + i, hunk.come.at(i));
}

}

void renewText(QPlainTextEdit *edit, const QString &text)
{
    const QString was = edit->toPlainText();
    if (was == text)
        return;
    QTextCursor top = edit->cursorForPosition(QPoint(0, 0));
    top.movePosition(QTextCursor::StartOfBlock);
    QTextCursor own = edit->textCursor();
    own.setKeepPositionOnInsert(true);      // what comes right behind a selection is not selected
    edit->setTextCursor(own);
    const int across = edit->horizontalScrollBar()->value();
    const bool undo = edit->isUndoRedoEnabled();
    edit->setUndoRedoEnabled(false);
    const QList<Hunk> hunks = hunksOf(was, text);
    QTextCursor all(edit->document());
    all.beginEditBlock();
    std::for_each(hunks.crbegin(), hunks.crend(), [edit](const Hunk &hunk) { apply(edit->document(), hunk); });   // from below: numbers above stay
    all.endEditBlock();
    if (edit->toPlainText() != text)        // the end of the last line
        edit->setPlainText(text);
    edit->setUndoRedoEnabled(undo);
    own = edit->textCursor();
    own.setKeepPositionOnInsert(false);
    edit->setTextCursor(own);
    edit->verticalScrollBar()->setValue(top.block().firstLineNumber());
    edit->horizontalScrollBar()->setValue(across);
}

}
