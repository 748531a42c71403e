// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/Facts.h"

#include <QAbstractButton>

namespace qd::ui {

/// A row of ConditionList: glyph, type, reason, age; the message below once unfolded.
class ConditionRow : public QAbstractButton {
    Q_OBJECT
public:
    explicit ConditionRow(QWidget *parent = nullptr);
    /// `typeWidth`: the widest type of the list, so that reasons stand in one column.
    void setCondition(const ConditionFact &condition, int typeWidth);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] int lineHeight() const;
    ConditionFact m_condition;
    int m_typeWidth = 0;
};

}
