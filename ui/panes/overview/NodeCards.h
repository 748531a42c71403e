// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/overview/OverviewReport.h"
#include "ui/panes/overview/Card.h"

namespace qd::ui {

class ElidedLabel;
class Label;

/// A stretch of time the availability is looked at in.
struct ObservedWindow {
    QString id;              ///< "30d", for settings
    QString text;            ///< "Last 30 days"
    QString cells;           ///< "30 days, one cell a day"
    int count = 30;          ///< cells
    qint64 seconds = 0;
    [[nodiscard]] static QList<ObservedWindow> all();
};

/// The cells of a node's availability: pale and low while it was there, taller and coloured where it was not, dashed where nothing is known.
class AvailabilityCells : public QWidget {
    Q_OBJECT
public:
    explicit AvailabilityCells(QWidget *parent = nullptr);
    void setCount(int count);
    /// Empty: nothing is known.
    void setCells(const QList<state::Availability::Cell> &cells);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintCell(QPainter &painter, const QRectF &box, const state::Availability::Cell &cell) const;
    int m_count = 30;
    QList<state::Availability::Cell> m_cells;
};

/// "Availability against 99.9 %": a row for each node, not determined unless Prometheus has its history.
class AvailabilityCard : public ListCard {
    Q_OBJECT
public:
    explicit AvailabilityCard(QWidget *parent = nullptr);
    ~AvailabilityCard() override;
    void setReport(const items::overview::Report &report, const ObservedWindow &window);

private:
    struct Row;
    QHash<JumpRow *, Row> m_parts;
    Label *m_why;
};

/// "Traffic and coin": what runs out first.
class TrafficCard : public ListCard {
    Q_OBJECT
public:
    explicit TrafficCard(QWidget *parent = nullptr);
    ~TrafficCard() override;
    void setReport(const items::overview::Report &report);

private:
    struct Row;
    QHash<JumpRow *, Row> m_parts;
    Label *m_none;
};

}
