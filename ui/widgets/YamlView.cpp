// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/YamlView.h"

#include "models/state/DiffLines.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/YamlGutter.h"

#include <QMouseEvent>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTextBlock>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kProblemRow = 30;

int indentOf(const QString &line)
{
    int n = 0;
    while (n < line.size() && line.at(n) == u' ')
        ++n;
    return n;
}

bool isBlank(const QString &line)
{
    return line.trimmed().isEmpty();
}

}

YamlView::YamlView(QWidget *parent) : QPlainTextEdit(parent), m_gutter(new YamlGutter(this))
{
    setVerticalScrollBar(new MarkBar(this));
    document()->setDocumentLayout(new ProblemLayout(document()));
    new YamlHighlighter(document());
    setLayoutDirection(Qt::LeftToRight);   // code is
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setProperty("bare", true);
    setFrameShape(QFrame::NoFrame);
    setTabChangesFocus(true);
    setCenterOnScroll(true);   // the row below the last line can be reached
    setAccessibleName(tr("YAML"));
    viewport()->setMouseTracking(true);
    restyle();
    connect(this, &QPlainTextEdit::blockCountChanged, this, &YamlView::updateGutterWidth);
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect &rect, int dy) {
        dy ? m_gutter->scroll(0, dy) : m_gutter->update(0, rect.y(), m_gutter->width(), rect.height());
    });
    connect(this, &QPlainTextEdit::textChanged, this, &YamlView::compare);
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, [this] {
        revealLine(textCursor().block());
        underline();
        viewport()->update();
        m_gutter->update();
    });
}

void YamlView::restyle()
{
    const QFont mono = typeFont(Type::Mono);
    setFont(mono);
    setTabStopDistance(QFontMetricsF(mono).horizontalAdvance(u' ') * 2);
    if (auto *highlighter = document()->findChild<YamlHighlighter *>())
        highlighter->setColors(tokens(this)[Token::Text2]);
    updateGutterWidth();
    underline();
}

void YamlView::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        restyle();
}

bool YamlView::event(QEvent *event)
{
    const bool done = QPlainTextEdit::event(event);
    if (event->type() == QEvent::ApplicationFontChange)
        restyle();
    return done;
}

void YamlView::setBaseText(const QString &text)
{
    m_base = text;
    m_hasBase = !text.isNull();
    compare();
}

void YamlView::compare()
{
    m_changed.clear();
    if (m_hasBase) {
        QStringList removed;
        const QList<state::DiffLine> lines = state::diffLines(m_base, toPlainText(), -1);
        for (const state::DiffLine &line : lines) {
            if (line.kind == state::DiffLine::Kind::Removed) {
                removed.append(line.text);
            } else if (line.kind == state::DiffLine::Kind::Added) {
                const QString old = removed.isEmpty() ? QString() : removed.takeFirst();
                const QString key = line.text.section(u':', 0, 0);
                m_changed.insert(line.newNumber, old.startsWith(QString(key + u':')) ? old.section(u':', 1).trimmed() : QString());
            } else {
                removed.clear();
            }
        }
    }
    m_gutter->update();
    viewport()->update();
    verticalScrollBar()->update();
}

void YamlView::setProblems(const QList<Problem> &problems)
{
    m_problems = problems;
    QHash<int, int> extra;
    for (const Problem &problem : problems)
        extra.insert(qBound(1, problem.line, blockCount()) - 1, metrics::atLeast(kProblemRow, QFontMetrics(typeFont(Type::Caption))));
    static_cast<ProblemLayout *>(document()->documentLayout())->setExtra(extra);
    for (const Problem &problem : problems)
        revealLine(document()->findBlockByNumber(problem.line - 1));
    underline();
    viewport()->update();
    m_gutter->update();
    verticalScrollBar()->update();
    revealProblem();
    QStringList texts;
    for (const Problem &problem : problems)
        texts.append(tr("line %1: %2").arg(problem.line).arg(problem.message));
    setAccessibleDescription(texts.join(u"; "_s));
}

void YamlView::underline()
{
    QList<QTextEdit::ExtraSelection> marks;
    const Tokens t = tokens(this);
    for (const Problem &problem : std::as_const(m_problems)) {
        const QTextBlock block = document()->findBlockByNumber(problem.line - 1);
        if (!block.isValid())
            continue;
        const QString text = block.text();
        const qsizetype colon = text.indexOf(u": "_s);
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(block);
        mark.cursor.movePosition(QTextCursor::Right, QTextCursor::MoveAnchor, static_cast<int>(colon < 0 ? indentOf(text) : colon + 2));
        mark.cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(t[problem.warning ? Token::Warn : Token::Bad]);
        marks.append(mark);
    }
    setExtraSelections(marks);
}

void YamlView::revealProblem()
{
    const QTextBlock block = textCursor().block();
    if (!problemAt(block.blockNumber() + 1) || !isVisible())
        return;
    QScrollBar *bar = verticalScrollBar();
    for (int i = 0; i < 3 && problemRect(block).bottom() > viewport()->height() && bar->value() < bar->maximum(); ++i)
        bar->setValue(bar->value() + 1);
}

const YamlView::Problem *YamlView::problemAt(int line) const
{
    for (const Problem &problem : m_problems) {
        if (qBound(1, problem.line, blockCount()) == line)
            return &problem;
    }
    return nullptr;
}

void YamlView::goToLine(int line)
{
    const QTextBlock block = document()->findBlockByNumber(line - 1);
    if (!block.isValid())
        return;
    revealLine(block);
    QTextCursor cursor(block);
    cursor.movePosition(QTextCursor::Right, QTextCursor::MoveAnchor, indentOf(block.text()));
    setTextCursor(cursor);
    centerCursor();
}

bool YamlView::foldable(const QTextBlock &block) const
{
    if (!block.text().trimmed().endsWith(u':'))
        return false;
    const QTextBlock next = block.next();
    const int own = indentOf(block.text());
    return next.isValid() && (indentOf(next.text()) > own || next.text().trimmed().startsWith("- "_L1));
}

void YamlView::toggleFold(const QTextBlock &block)
{
    if (!foldable(block))
        return;
    const int own = indentOf(block.text());
    const bool show = !block.next().isVisible();
    QTextBlock b = block.next();
    while (b.isValid()) {
        const int depth = indentOf(b.text());
        const bool item = depth == own && b.text().trimmed().startsWith("- "_L1);
        if (!isBlank(b.text()) && depth <= own && !item)
            break;
        b.setVisible(show);
        b = b.next();
    }
    document()->markContentsDirty(block.position(), (b.isValid() ? b.position() : document()->characterCount() - 1) - block.position());
    if (!textCursor().block().isVisible())
        setTextCursor(QTextCursor(block));
    viewport()->update();
    m_gutter->update();
}

void YamlView::foldLong(const QStringList &keys)
{
    constexpr int kLong = 4;
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        const QString text = block.text();
        if (!block.isVisible() || !text.endsWith(u':') || !keys.contains(text.trimmed().chopped(1)))
            continue;
        int lines = 0;
        for (QTextBlock b = block.next(); b.isValid() && lines < kLong && indentOf(b.text()) >= indentOf(text)
             && (indentOf(b.text()) > indentOf(text) || b.text().trimmed().startsWith("- "_L1)); b = b.next())
            ++lines;
        if (lines >= kLong && block.next().isVisible())
            toggleFold(block);
    }
}

/// How much a fold hides; a lock where nobody but the server writes it.
void YamlView::paintChip(QPainter *painter, const QTextBlock &block, qreal left, qreal top) const
{
    const Tokens t = tokens(this);
    int hidden = 0;
    for (QTextBlock b = block.next(); b.isValid() && !b.isVisible(); b = b.next())
        ++hidden;
    const bool locked = block.text().trimmed() == "managedFields:"_L1;
    const QString text = locked ? tr("%n line(s), the server writes them", nullptr, hidden) : tr("%n line(s)", nullptr, hidden);
    painter->setFont(typeFont(Type::Caption));
    const int lock = locked ? 18 : 0;
    const int lineHeight = fontMetrics().height();
    const QRectF chip(left, top - 1, painter->fontMetrics().horizontalAdvance(text) + 16 + lock, lineHeight + 2);
    style::box(painter, chip, metrics::kRadiusBadge, t[Token::Base], mix(t[Token::Line], t[Token::Edge], 0.35));
    if (locked)
        paintIcon(painter, QRectF(chip.x() + 7, chip.center().y() - 6, 12, 12), u"lock"_s, t[Token::Text2]);
    painter->setPen(t[Token::Text2]);
    painter->drawText(chip.adjusted(lock, 0, 0, 0), Qt::AlignCenter, text);
}

void YamlView::revealLine(const QTextBlock &block)
{
    if (!block.isValid() || block.isVisible())
        return;
    QTextBlock head = block;
    while (head.isValid() && !head.isVisible())
        head = head.previous();
    if (head.isValid())
        toggleFold(head);
}

void YamlView::updateGutterWidth()
{
    const int digits = qMax(3, static_cast<int>(QString::number(blockCount()).size()));
    const int width = 12 + fontMetrics().horizontalAdvance(u'0') * digits + 26;
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    setViewportMargins(rtl ? 0 : width + 8, 6, rtl ? width + 8 : 0, 0);
    m_gutter->setGeometry(rtl ? this->width() - width : 0, 0, width, height());
}

void YamlView::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    updateGutterWidth();
}

void YamlView::paintGutter(QPainter *painter, const QRect &clip)
{
    const Tokens t = tokens(this);
    painter->setLayoutDirection(Qt::LeftToRight);
    painter->fillRect(clip, t[isReadOnly() ? Token::Base : Token::Window]);
    painter->setFont(font());
    const int width = m_gutter->width();
    const int number = width - 26;
    const int top = viewportMargins().top();
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        if (!block.isVisible())
            continue;
        const QRectF geometry = blockBoundingGeometry(block).translated(contentOffset()).translated(0, top);
        if (geometry.top() > clip.bottom())
            break;
        const int line = block.blockNumber() + 1;
        const int lineHeight = fontMetrics().height();
        const QRectF row(0, geometry.top(), width, lineHeight);
        const Problem *problem = problemAt(line);
        const bool current = !isReadOnly() && textCursor().blockNumber() == block.blockNumber();
        painter->setPen(t[current ? Token::Text : Token::Text2]);
        painter->drawText(QRectF(0, row.y(), number, lineHeight), Qt::AlignRight | Qt::AlignVCenter, QString::number(line));
        const QRectF mark(number + 6, row.center().y() - 5.5, 11, 11);
        if (problem)
            paintIcon(painter, mark, problem->warning ? u"state-degraded"_s : u"state-failed"_s,
                      t[problem->warning ? Token::Warn : Token::Bad], t[Token::OnAccent]);
        else if (foldable(block))
            paintIcon(painter, mark, block.next().isVisible() ? u"down"_s : u"right"_s, t[Token::Text2]);
        if (m_changed.contains(line))
            painter->fillRect(QRectF(width - 4, row.y() - 2, 3, lineHeight + 4), t[Token::Accent]);
    }
}

QRect YamlView::problemRect(const QTextBlock &block) const
{
    const QRectF geometry = blockBoundingGeometry(block).translated(contentOffset());
    const int extra = metrics::atLeast(kProblemRow, QFontMetrics(typeFont(Type::Caption)));
    const int left = qMax(0, static_cast<int>(contentOffset().x()) + fontMetrics().horizontalAdvance(u' ') * indentOf(block.text()));
    return QRect(left, static_cast<int>(geometry.bottom()) - extra + 2, viewport()->width() - left - 12, extra - 4);
}

const YamlView::Problem *YamlView::fixAt(const QPoint &pos) const
{
    for (const Problem &problem : m_problems) {
        const QTextBlock block = document()->findBlockByNumber(qBound(1, problem.line, blockCount()) - 1);
        if (problem.fix.isEmpty() || !block.isVisible())
            continue;
        const QRect row = problemRect(block);
        const int width = QFontMetrics(typeFont(Type::CaptionStrong)).horizontalAdvance(problem.fix) + 20;
        if (QRect(row.right() - width, row.y(), width, row.height()).contains(pos))
            return &problem;
    }
    return nullptr;
}

void YamlView::paintEvent(QPaintEvent *event)
{
    const Tokens t = tokens(this);
    if (!isReadOnly() && textCursor().block().isVisible()) {
        const QRectF row = blockBoundingGeometry(textCursor().block()).translated(contentOffset());
        const int lead = ProblemLayout::kLead;
        QPainter(viewport()).fillRect(QRectF(0, row.top() - lead / 2, viewport()->width(), fontMetrics().height() + lead), t[Token::Hover]);
    }
    QPlainTextEdit::paintEvent(event);
    QPainter painter(viewport());
    painter.setLayoutDirection(Qt::LeftToRight);
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        if (!block.isVisible())
            continue;
        const QRectF geometry = blockBoundingGeometry(block).translated(contentOffset());
        if (geometry.top() > viewport()->height())
            break;
        const int line = block.blockNumber() + 1;
        const int lineHeight = fontMetrics().height();
        const qreal end = contentOffset().x() + document()->documentMargin() + fontMetrics().horizontalAdvance(block.text());
        if (const QString was = m_changed.value(line); !was.isEmpty()) {
            painter.setFont(typeFont(Type::Caption));
            painter.setPen(t[Token::Text2]);
            painter.drawText(QRectF(end + 16, geometry.top(), viewport()->width(), lineHeight), Qt::AlignVCenter, tr("was %1").arg(was));
        }
        if (!block.next().isVisible() && foldable(block))
            paintChip(&painter, block, end + 8, geometry.top());
        const Problem *problem = problemAt(line);
        if (!problem)
            continue;
        const QRect row = problemRect(block);
        style::box(&painter, row, metrics::kRadiusBadge, t[problem->warning ? Token::WarnSoft : Token::BadSoft], Qt::transparent);
        painter.setFont(typeFont(Type::CaptionStrong));
        const int fix = problem->fix.isEmpty() ? 0 : painter.fontMetrics().horizontalAdvance(problem->fix) + 20;
        if (fix) {
            painter.setPen(t[Token::Accent]);
            painter.drawText(row.adjusted(0, 0, -10, 0), Qt::AlignRight | Qt::AlignVCenter, problem->fix);
        }
        painter.setFont(typeFont(Type::Caption));
        painter.setPen(t[Token::Text]);
        painter.drawText(row.adjusted(10, 0, -10 - fix, 0), Qt::AlignVCenter | Qt::TextSingleLine,
                         painter.fontMetrics().elidedText(problem->message, Qt::ElideRight, row.width() - 20 - fix));
    }
}

void YamlView::mouseMoveEvent(QMouseEvent *event)
{
    QPlainTextEdit::mouseMoveEvent(event);
    viewport()->setCursor(fixAt(event->position().toPoint()) ? Qt::PointingHandCursor : Qt::IBeamCursor);
}

void YamlView::mouseReleaseEvent(QMouseEvent *event)
{
    if (const Problem *problem = fixAt(event->position().toPoint()); problem && !isReadOnly()) {
        const Problem copy = *problem;
        Q_EMIT fixWanted(copy);
        return;
    }
    QPlainTextEdit::mouseReleaseEvent(event);
}

void YamlView::indent(bool more)
{
    QTextCursor cursor = textCursor();
    const int first = document()->findBlock(cursor.selectionStart()).blockNumber();
    const int last = document()->findBlock(cursor.selectionEnd()).blockNumber();
    cursor.beginEditBlock();
    for (int i = first; i <= last; ++i) {
        QTextCursor line(document()->findBlockByNumber(i));
        if (more) {
            line.insertText(u"  "_s);
        } else {
            for (int n = 0; n < 2 && line.block().text().startsWith(u' '); ++n)
                line.deleteChar();
        }
    }
    cursor.endEditBlock();
}

void YamlView::keyPressEvent(QKeyEvent *event)
{
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    if (control && (event->key() == Qt::Key_BracketLeft || event->key() == Qt::Key_BracketRight) && !isReadOnly()) {
        indent(event->key() == Qt::Key_BracketRight);
        return;
    }
    if (control && event->key() == Qt::Key_Period) {
        toggleFold(textCursor().block());
        return;
    }
    if (control && event->key() == Qt::Key_F8) {   // apply the fix of this line
        if (const Problem *problem = problemAt(textCursor().blockNumber() + 1); problem && !problem->fix.isEmpty() && !isReadOnly())
            Q_EMIT fixWanted(Problem(*problem));
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && !isReadOnly() && !control) {
        const QString line = textCursor().block().text();
        QString lead(indentOf(line), u' ');
        if (line.trimmed().endsWith(u':'))
            lead += u"  "_s;
        textCursor().insertText(u'\n' + lead);
        ensureCursorVisible();
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

}
