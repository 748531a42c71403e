// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>

namespace qd::ui {

/// YAML, read or edited (look.md "YAML", picture 19): gutter with numbers, fold marks and a 3 px accent bar at changed lines;
/// keys text2, values text; what the server refuses underlined, with a bad row below the line and an optional fix.
class YamlView : public QPlainTextEdit {
    Q_OBJECT
public:
    struct Problem {
        int line = 0;            ///< from 1
        QString message;
        QString fix = {};        ///< text of the link at the right ("Use 100Gi"); empty: none
        QString replacement = {};   ///< the value the fix puts in place of the line's
        bool warning = false;
    };
    explicit YamlView(QWidget *parent = nullptr);
    /// What changed lines are compared with; null: nothing is marked.
    void setBaseText(const QString &text);
    void setProblems(const QList<Problem> &problems);
    [[nodiscard]] const QList<Problem> &problems() const { return m_problems; }
    void goToLine(int line);
    /// Folds what stands below these keys where it is four lines and more; a click, Ctrl+. or the cursor opens it.
    void foldLong(const QStringList &keys);
    /// The value a changed line had in the base text; empty: not changed, or new.
    [[nodiscard]] QString wasAt(int line) const { return m_changed.value(line); }
    [[nodiscard]] int changedLines() const { return static_cast<int>(m_changed.size()); }

Q_SIGNALS:
    void fixWanted(const qd::ui::YamlView::Problem &problem);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    friend class YamlGutter;
    friend class MarkBar;
    void restyle();
    void updateGutterWidth();
    void compare();
    void underline();
    void paintGutter(QPainter *painter, const QRect &clip);
    void toggleFold(const QTextBlock &block);
    void paintChip(QPainter *painter, const QTextBlock &block, qreal left, qreal top) const;
    void revealProblem();
    void revealLine(const QTextBlock &block);
    [[nodiscard]] bool foldable(const QTextBlock &block) const;
    [[nodiscard]] const Problem *problemAt(int line) const;
    [[nodiscard]] QRect problemRect(const QTextBlock &block) const;
    [[nodiscard]] const Problem *fixAt(const QPoint &pos) const;
    void indent(bool more);
    class YamlGutter *m_gutter;
    QString m_base;
    bool m_hasBase = false;
    QHash<int, QString> m_changed;   // line -> what it was, empty: new
    QList<Problem> m_problems;
};

}
