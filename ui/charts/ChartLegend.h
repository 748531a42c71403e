// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>
#include <QWidget>

class QLineEdit;

namespace qd::ui {

class ChartLegendModel;
class ChartView;

/// The rows of a legend. Click or Enter shows a line alone, Ctrl or Shift and click or Space hides it, the pointer and the current row
/// make it stand out. Internal to ChartLegend.
class ChartLegendRows : public QTableView {
    Q_OBJECT
public:
    ChartLegendRows(ChartView *view, ChartLegendModel *model, QWidget *parent);
    /// With header, lowest and highest; else name and value.
    void setWide(bool wide);
    [[nodiscard]] int rowsHeight(int most) const;

protected:
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void layoutColumns();
    void fit();
    void solo(int row);
    void toggle(int row);
    ChartView *m_view;
    ChartLegendModel *m_model;
    bool m_wide = false;
};

/// The legend of a chart: what its lines are and say. A search field over more than twenty lines.
class ChartLegend : public QWidget {
    Q_OBJECT
public:
    explicit ChartLegend(ChartView *view, QWidget *parent = nullptr);
    void setWide(bool wide);
    [[nodiscard]] ChartLegendModel *model() const { return m_model; }
    [[nodiscard]] QTableView *rows() const { return m_rows; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

private:
    void follow();
    ChartView *m_view;
    ChartLegendModel *m_model;
    ChartLegendRows *m_rows;
    QLineEdit *m_search;
    bool m_wide = false;
};

}
