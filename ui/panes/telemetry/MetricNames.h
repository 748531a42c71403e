// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/Metrics.h"

#include <QAbstractListModel>
#include <QHash>
#include <QSet>

#include <stop_token>

namespace qd::ui {

/// Names of the metrics that some servers have, sorted, each once, with what they say it is. Asks when it is told to, once; who does not
/// answer adds nothing. All of it is foreign text. GUI thread.
class MetricNames : public QAbstractListModel {
    Q_OBJECT
public:
    /// Behind the name, for the eye: "gauge. Bytes of traffic left".
    static constexpr int HelpRole = Qt::UserRole + 1;
    explicit MetricNames(QList<std::shared_ptr<ports::MetricsSource>> sources);
    ~MetricNames() override;
    /// Of this time (epoch seconds).
    void ask(double start, double end);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    void take(const QStringList &names);
    QList<std::shared_ptr<ports::MetricsSource>> m_sources;
    QStringList m_names;
    QHash<QString, QString> m_help;
    std::stop_source m_stop;
    bool m_asked = false;
};

}
