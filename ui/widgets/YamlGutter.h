// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/YamlView.h"

#include <QPlainTextDocumentLayout>
#include <QScrollBar>
#include <QSyntaxHighlighter>

namespace qd::ui {

/// The parts of YamlView that have a class of their own.
class YamlGutter final : public QWidget {
public:
    explicit YamlGutter(YamlView *view) : QWidget(view), m_view(view) { setAttribute(Qt::WA_Hover); }

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    YamlView *m_view;
};

/// Shows where in the text lines are changed (accent) and refused (bad).
class MarkBar final : public QScrollBar {
public:
    explicit MarkBar(YamlView *view) : QScrollBar(Qt::Vertical, view), m_view(view) { }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    YamlView *m_view;
};

/// Sets lines apart, and leaves room for a row below the blocks that have a problem.
class ProblemLayout final : public QPlainTextDocumentLayout {
    Q_OBJECT
public:
    static constexpr int kLead = 7;   ///< between lines
    using QPlainTextDocumentLayout::QPlainTextDocumentLayout;
    [[nodiscard]] QRectF blockBoundingRect(const QTextBlock &block) const override;
    void setExtra(const QHash<int, int> &byBlock);

private:
    QHash<int, int> m_extra;
};

/// Keys text2, values text, comments text2; nothing else is coloured.
class YamlHighlighter final : public QSyntaxHighlighter {
    Q_OBJECT
public:
    explicit YamlHighlighter(QTextDocument *document) : QSyntaxHighlighter(document) { }
    void setColors(const QColor &key);

protected:
    void highlightBlock(const QString &text) override;

private:
    QColor m_key;
};

}
