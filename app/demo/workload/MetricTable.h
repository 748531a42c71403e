// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace qd::demo {

/// A line of metrics.tsv: one series (or a few that differ in labels) of one component; what its columns mean stands in the file.
struct MetricRow {
    enum class Type { Counter, Gauge, Histogram };
    enum class Value { Const, Path, Rate, Wave, Last, Lag, Hist, Heap };
    QStringList components;
    QByteArray name;
    Type type = Type::Gauge;
    QList<std::pair<QString, QStringList>> labels;   ///< name -> the values to choose from, with $words
    Value value = Value::Const;
    QStringList path = {};              ///< pointers and numbers, each with its sign before it: "+", "/traffic/limit", "-", "2"
    std::optional<double> otherwise = {};   ///< of a path that is not there; without it the series is left out
    double number = 0;                  ///< the constant, rate, mean or share
    double amplitude = 0;               ///< of the mean
    double period = 60;                 ///< seconds
    double mean = 0;                    ///< of a histogram, seconds
    QString clock = {};
    QString unit = {};                  ///< us, ms, s
    QString condition = {};             ///< while it does not hold, `instead` is told
    double instead = 0;
    QByteArray help;
};

/// An Error names the line and what is wrong with it.
[[nodiscard]] Result<QList<MetricRow>> readMetricTable(const QByteArray &text);
/// The table the program carries: rows of one name stand together.
[[nodiscard]] const QList<MetricRow> &metricTable();

}
