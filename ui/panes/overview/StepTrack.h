// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/overview/OverviewReport.h"

#include <QWidget>

namespace qd::ui {

class StateGlyph;

/// The steps of a run as a track: glyphs on a line, words below, the current one 600. Where not all fit, those around the
/// current one are shown and the line runs on. Its accessible name tells all of them.
class StepTrack : public QWidget {
    Q_OBJECT
public:
    explicit StepTrack(QWidget *parent = nullptr);
    void setSteps(const QList<items::overview::ProgressStep> &steps);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void placeTurning();
    /// First shown, and how many.
    [[nodiscard]] std::pair<int, int> shown() const;
    [[nodiscard]] qreal centre(int index) const;
    QList<items::overview::ProgressStep> m_steps;
    StateGlyph *m_turning;
};

}
