// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/overview/OverviewReport.h"
#include "ui/widgets/Faces.h"

#include <QWidget>

namespace qd::ui {

class StateGlyph;

/// The steps of a run as a track: glyphs on a line, words below, the current one 600. Where not all fit, those around the
/// current one are shown and the line runs on. Its accessible name tells all of them.
class StepTrack : public QWidget, public Drawn {
    Q_OBJECT
public:
    explicit StepTrack(QWidget *parent = nullptr);
    [[nodiscard]] TableTwin twin() const override;
    void setSteps(const QList<items::overview::ProgressStep> &steps);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] static QString stateOf(const items::overview::ProgressStep &step);
    void placeTurning();
    /// First shown, and how many.
    [[nodiscard]] std::pair<int, int> shown() const;
    [[nodiscard]] qreal centre(int index) const;
    QList<items::overview::ProgressStep> m_steps;
    StateGlyph *m_turning;
};

}
