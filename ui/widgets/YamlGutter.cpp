// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/YamlGutter.h"

#include "ui/theme/Tokens.h"

#include <QMouseEvent>
#include <QPaintEvent>
#include <QRegularExpression>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

void YamlGutter::paintEvent(QPaintEvent *event)
{
    QPainter painter(this);
    m_view->paintGutter(&painter, event->rect());
}

void YamlGutter::mousePressEvent(QMouseEvent *event)
{
    const QTextCursor cursor = m_view->cursorForPosition(QPoint(0, event->position().toPoint().y()));
    m_view->toggleFold(cursor.block());
}

void MarkBar::paintEvent(QPaintEvent *event)
{
    QScrollBar::paintEvent(event);
    QPainter painter(this);
    const Tokens t = tokens(this);
    const int lines = std::max(1, m_view->blockCount());
    const auto mark = [&](int line, Token token) {
        painter.fillRect(QRectF(1, 2 + (height() - 6.0) * (std::clamp(line, 1, lines) - 1) / lines, width() - 2, 3), t[token]);
    };
    for (auto it = m_view->m_changed.cbegin(); it != m_view->m_changed.cend(); ++it)
        mark(it.key(), Token::Accent);
    for (const YamlView::Problem &problem : m_view->problems())
        mark(problem.line, problem.warning ? Token::Warn : Token::Bad);
}

QRectF ProblemLayout::blockBoundingRect(const QTextBlock &block) const
{
    QRectF rect = QPlainTextDocumentLayout::blockBoundingRect(block);
    if (block.isVisible())
        rect.setHeight(rect.height() + kLead + m_extra.value(block.blockNumber(), 0));
    return rect;
}

void ProblemLayout::setExtra(const QHash<int, int> &byBlock)
{
    m_extra = byBlock;
    requestUpdate();
}

void YamlHighlighter::setColors(const QColor &key)
{
    if (m_key == key)
        return;
    m_key = key;
    rehighlight();
}

void YamlHighlighter::highlightBlock(const QString &text)
{
    static const QRegularExpression pattern(u"^\\s*(?:- )*(?:\"[^\"]*\"|'[^']*'|[^\\s#:'\"][^:#]*?)\\s*:(?=\\s|$)"_s);
    static const QRegularExpression comment(u"(?:^|\\s)#.*$"_s);
    QTextCharFormat format;
    format.setForeground(m_key);
    const QRegularExpressionMatch key = pattern.match(text);
    if (key.hasMatch())
        setFormat(0, static_cast<int>(key.capturedLength()), format);
    const QRegularExpressionMatch remark = comment.match(text);
    if (remark.hasMatch() && text.left(remark.capturedStart()).count(u'"') % 2 == 0)
        setFormat(static_cast<int>(remark.capturedStart()), static_cast<int>(remark.capturedLength()), format);
}

}
