// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"
#include "ui/widgets/Faces.h"

#include <QWidget>

namespace qd::ui {

/// The row of steps of a review: glyph and word, a line between. The current step is filled accent and 600. Texts shrink
/// by elision from the finished ones when it is narrow.
class StepBar : public QWidget, public Drawn {
    Q_OBJECT
public:
    struct Step {
        QString text;
        network::State state = network::State::NotBegun;
        bool current = false;
        friend bool operator==(const Step &, const Step &) = default;
    };
    explicit StepBar(QWidget *parent = nullptr);
    [[nodiscard]] TableTwin twin() const override;
    void setSteps(const QList<Step> &steps);
    [[nodiscard]] const QList<Step> &steps() const { return m_steps; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QList<Step> m_steps;
    class StateGlyph *m_turning;
};

}
