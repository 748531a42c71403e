// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/Faces.h"

#include <QStringList>
#include <QWidget>

namespace qd::ui {

/// What stands beside a chart's crosshair: a row for each line with its dash, name and value, how many more there are, and below a rule
/// what happened there. All of it is foreign text and drawn as it is written. It takes no mouse and no keyboard; a chart has one while its
/// own crosshair is moved. Internal to ui/charts.
class ChartTip : public QWidget, public Drawn {
    Q_OBJECT
public:
    struct Row {
        QString name;
        QString value;
        int number = 0;         ///< of its colour and dash
        bool strong = false;
        bool silent = false;    ///< it has no value there
        friend bool operator==(const Row &, const Row &) = default;
    };
    struct Words {
        QString time;
        QList<Row> rows;
        qsizetype left = 0;     ///< lines that have no row
        QStringList events;
        friend bool operator==(const Words &, const Words &) = default;
    };
    /// In the page that the chart scrolls with, else in its window.
    explicit ChartTip(QWidget *chart);

    /// Beside `x`, at `top` (both of the chart), inside the chart where there is room, else inside what is seen of the page.
    void tell(const Words &words, int x, int top);
    [[nodiscard]] TableTwin twin() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void measure(int most);
    [[nodiscard]] QRect seen() const;
    [[nodiscard]] QString leftText() const;
    QWidget *m_chart;
    Words m_words;
    int m_row = 0;          ///< its height
    int m_values = 0;       ///< width of the values
    int m_events = 0;       ///< height of what happened
    int m_widest = 0;       ///< it has been since it was shown: it does not tremble
};

}
