// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ChangeReview.h"

#include <QTreeWidget>

namespace qd::ui {

/// The objects of a change of several: a line for each edit with its glyph, where it lies, what changes, and how it fared:
/// tried, refused, applied, settled, failed, or not sent because one before it failed. Worst things are not moved up: the
/// order is that of applying.
class ObjectList : public QTreeWidget {
    Q_OBJECT
public:
    explicit ObjectList(QWidget *parent = nullptr);
    /// `over`: the change has ended, what is open will not be sent.
    void setReview(const state::Review &review, bool over);
    /// In words: "Applied, not settled yet".
    [[nodiscard]] static QString outcomeText(const state::EditReview &edit, bool over);
    [[nodiscard]] static network::State outcomeState(const state::EditReview &edit, bool over);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }
};

}
