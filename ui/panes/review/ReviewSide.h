// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ChangeReview.h"

#include <QLineEdit>
#include <QWidget>

class QVBoxLayout;

namespace qd::ui {

class FormField;
class NoticeBar;

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
    /// What keeps the change from being confirmed; empty: nothing.
    [[nodiscard]] QString missing() const;

Q_SIGNALS:
    void edited();

private:
    void fillConsequences(const QList<state::Consequence> &consequences);
    state::Review m_review;
    QVBoxLayout *m_list;
    NoticeBar *m_argo;
    QLineEdit *m_reason;
    QLineEdit *m_typed;
    FormField *m_reasonField;
    FormField *m_typedField;
};

}
