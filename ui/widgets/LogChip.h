// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogLine.h"

#include <QAbstractButton>

namespace qd::ui {

/// Shows or hides the lines of a level (picture 13): glyph, word and count; quiet and "off" while they are hidden. Short: glyph and
/// count.
class LogChip : public QAbstractButton {
    Q_OBJECT
public:
    explicit LogChip(items::LogLevel level, QWidget *parent = nullptr);
    /// -1: lines of this level are not read.
    void setCount(int count);
    [[nodiscard]] int count() const { return m_count; }
    void setShort(bool on);
    [[nodiscard]] int widthFor(bool words) const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    void say();
    [[nodiscard]] QString countText(bool words) const;
    items::LogLevel m_level;
    int m_count = 0;
    bool m_short = false;
};

}
