// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/Faces.h"

#include <QList>
#include <QWidget>

#include <optional>

namespace qd::ui {

/// A 4 px meter, idle, warn below 25 %, bad below 10 %.
class Meter : public QWidget, public Drawn {
    Q_OBJECT
public:
    explicit Meter(const QString &name, QWidget *parent = nullptr);
    void setPercent(double percent);
    [[nodiscard]] std::optional<double> percent() const override { return m_percent; }
    [[nodiscard]] QSize sizeHint() const override { return {80, 12}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_name;
    double m_percent = 0;
};

/// A small line of one series with an optional threshold; gaps (nullopt) stay open. Its accessible name says first, last,
/// lowest and highest value, its table all of them.
class Sparkline : public QWidget, public Drawn {
    Q_OBJECT
public:
    explicit Sparkline(QWidget *parent = nullptr);
    void setSeries(const QString &name, const QList<std::optional<double>> &values, const QString &from, const QString &to);
    void setThreshold(std::optional<double> value, const QString &words = {});
    /// What the whole width stands for, so that a gap can say how long it is ("no data 20 m"); `before` is written in a gap
    /// at the beginning. 0: gaps stay silent.
    void setSpan(qint64 seconds, const QString &before = {});
    /// The upper end of the scale; empty: the highest value.
    void setTop(std::optional<double> top) { m_top = top; }
    [[nodiscard]] bool hasData() const;
    [[nodiscard]] TableTwin twin() const override;
    [[nodiscard]] QSize sizeHint() const override { return {340, 82}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_name;
    void paintWords(QPainter &painter, const QRectF &plot, double threshold) const;
    void paintGaps(QPainter &painter, const QRectF &plot, const QFontMetrics &fm) const;
    QList<std::optional<double>> m_values;
    qint64 m_span = 0;
    std::optional<double> m_top;
    QString m_before;
    std::optional<double> m_threshold;
    QString m_words;
    QString m_from;
    QString m_to;
};

}
