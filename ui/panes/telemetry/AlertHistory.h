// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/AlertsSession.h"
#include "models/items/telemetry/ChartData.h"

#include <QWidget>

#include <stop_token>

namespace qd::ui {

class ChartView;
class Label;

/// When an alert was pending and when it fired in the last 24 hours, as its Prometheus recorded it (ALERTS). Asked when another alert is
/// shown, and once a minute while it is; the last one asked wins.
class AlertHistory : public QWidget {
    Q_OBJECT
public:
    explicit AlertHistory(items::AlertsSession *session, QWidget *parent = nullptr);
    ~AlertHistory() override;
    void setAlert(const items::Alert &alert);
    /// Nothing is left of what was read.
    void clear();
    /// Once a second while on screen.
    void tick();
    /// Nothing while the alert has no history that could be asked.
    [[nodiscard]] static QString queryOf(const items::Alert &alert);
    [[nodiscard]] static items::ChartData chartOf(const network::SeriesAnswer &answer);
    [[nodiscard]] ChartView *chart() const { return m_chart; }

private:
    void ask();
    items::AlertsSession *m_session;
    Label *m_note;
    ChartView *m_chart;
    QString m_key;
    QString m_query;
    QString m_cluster;
    qint64 m_askedMs = 0;
    std::stop_source m_stop;
};

}
