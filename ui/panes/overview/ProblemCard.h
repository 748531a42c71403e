// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/overview/OverviewReport.h"
#include "ui/panes/overview/Card.h"

class QPushButton;
class QToolButton;

namespace qd::ui {

class ElidedLabel;
class Skeleton;
class StateGlyph;

/// One problem: state, what, where, why, since when, and its one next step.
class ProblemRow : public QWidget {
    Q_OBJECT
public:
    explicit ProblemRow(QWidget *parent = nullptr);
    void setProblem(const items::overview::Problem &problem, qint64 now);
    [[nodiscard]] const items::overview::Problem &problem() const { return m_problem; }
    /// `whyNot` not empty: the step cannot be taken now, for this reason.
    void setStep(const QString &text, const QString &whyNot);
    [[nodiscard]] QPushButton *stepButton() const { return m_step; }
    [[nodiscard]] QToolButton *acknowledgeButton() const { return m_acknowledge; }
    [[nodiscard]] LinkButton *link() const { return m_link; }
    void tick(qint64 now);

Q_SIGNALS:
    void openWanted();
    void stepWanted();
    void acknowledgeWanted();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void showTools();
    items::overview::Problem m_problem;
    StateGlyph *m_glyph;
    ElidedLabel *m_title;
    Label *m_age;
    LinkButton *m_link;
    ElidedLabel *m_detail;
    QToolButton *m_acknowledge;
    QPushButton *m_step;
};

/// "Needs attention": problems worst first, or that there are none, or what it waits for.
class ProblemCard : public Card {
    Q_OBJECT
public:
    explicit ProblemCard(QWidget *parent = nullptr);
    void setReport(const items::overview::Report &report, qint64 now);
    void setShowAcknowledged(bool shown);
    void tick(qint64 now);
    [[nodiscard]] QList<ProblemRow *> rows() const;
    [[nodiscard]] LinkButton *acknowledgedLink() const { return m_hidden; }

Q_SIGNALS:
    void openWanted(const qd::items::overview::Problem &problem);
    void stepWanted(const qd::items::overview::Problem &problem);
    void acknowledgeWanted(const qd::items::overview::Problem &problem, bool hide);
    void showAcknowledgedWanted(bool show);
    void listWanted(const QString &pane, const QString &kind);
    /// The keyboard has come to it.
    void rowEntered(QWidget *row);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    ProblemRow *makeRow();
    void showRest(const items::overview::Report &report);
    void showNone(const items::overview::Report &report);
    Rows<ProblemRow> m_rows;
    Rows<LinkButton> m_more;
    Rows<QWidget> m_caveats;
    QVBoxLayout *m_list;
    QWidget *m_none;
    StateGlyph *m_noneGlyph;
    Label *m_noneText;
    Label *m_noneDetail;
    Skeleton *m_skeleton;
    QWidget *m_rest;
    Label *m_restText;
    QHBoxLayout *m_restLine;
    QVBoxLayout *m_notes;
    LinkButton *m_hidden;
    bool m_showsHidden = false;
    int m_hiddenCount = 0;
};

}
