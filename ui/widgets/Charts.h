// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QWidget>

#include <optional>

namespace qd::ui {

/// A 4 px meter, idle, warn below 25 %, bad below 10 %.
class Meter : public QWidget {
    Q_OBJECT
public:
    explicit Meter(const QString &name, QWidget *parent = nullptr);
    void setPercent(double percent);
    [[nodiscard]] QSize sizeHint() const override { return {80, 12}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_name;
    double m_percent = 0;
};

/// A small line of one series with an optional threshold; gaps (nullopt) stay open. Its accessible name says first, last,
/// lowest and highest value.
class Sparkline : public QWidget {
    Q_OBJECT
public:
    explicit Sparkline(QWidget *parent = nullptr);
    void setSeries(const QString &name, const QList<std::optional<double>> &values, const QString &from, const QString &to);
    void setThreshold(std::optional<double> value, const QString &words = {});
    [[nodiscard]] QSize sizeHint() const override { return {340, 82}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QList<std::optional<double>> m_values;
    std::optional<double> m_threshold;
    QString m_words;
    QString m_from;
    QString m_to;
};

}
