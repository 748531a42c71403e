// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ArgoApplication.h"

#include <QLineEdit>
#include <QWidget>

class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace qd::ui {

class FormField;
class ArgoBar;

/// The right side of the review, 388 wide: what will happen, worst first; who owns the object; reason; typed name.
class ReviewSide : public QWidget {
    Q_OBJECT
public:
    explicit ReviewSide(QWidget *parent = nullptr);
    void setReview(const state::Review &review);
    void setEditable(bool editable);
    [[nodiscard]] QLineEdit *reason() const { return m_reason; }
    /// Shown only when a name must be typed.
    [[nodiscard]] QLineEdit *typed() const { return m_typed; }
    /// The Application that keeps the object, once it was read.
    void setArgo(const state::ArgoApplication &application);
    /// What keeps the change from being confirmed; empty: nothing.
    [[nodiscard]] QString missing() const;

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    void edited();
    void copyForGitWanted();
    void saveForGitWanted();
    void pauseWanted();

private:
    void fillConsequences(const QList<state::Consequence> &consequences);
    state::Review m_review;
    void fitList();
    QVBoxLayout *m_list;
    QScrollArea *m_scroll = nullptr;
    ArgoBar *m_argo;
    QLineEdit *m_reason;
    QLineEdit *m_typed;
    FormField *m_reasonField;
    FormField *m_typedField;
};

}
