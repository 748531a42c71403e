// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ObservedColumns.h"
#include "models/state/telemetry/Verdicts.h"

#include <QHash>
#include <QTimer>

#include <stop_token>

namespace qd::items {

/// How nodes get on, as columns of their list: age of the last event with a small line of the last hour, last ingestion, last commitment; and
/// the verdict behind them. The line is asked for the rows on screen alone, one query for each cluster, once a minute.
class NodeProgress : public ObservedColumns {
    Q_OBJECT
public:
    NodeProgress(state::Verdicts *verdicts, const Clock *clock, QObject *parent = nullptr);
    ~NodeProgress() override;
    [[nodiscard]] QList<TableColumn> columns() const override;
    [[nodiscard]] network::Cell cell(const ObjectId &object, const QString &column) const override;
    [[nodiscard]] QVariant data(const ObjectId &object, const QString &column, int role) const override;
    /// The nodes on screen; none: nothing is asked.
    void setVisible(const QList<ObjectId> &nodes);
    /// Events (a sync domain: blocks) a second of the last hour, oldest first; NaN: no reading. Empty: not known.
    [[nodiscard]] QList<double> trend(const ObjectId &node) const { return m_trends.value(node).values; }
    /// For the tour: as if it had been read.
    void setTrend(const ObjectId &node, const QList<double> &values);

    static constexpr qint64 kSpan = 3600, kStep = 120;
    static constexpr qint64 kFreshMs = 60'000;

private:
    struct Trend {
        QList<double> values;
        qint64 at = 0;              ///< monotonic
    };
    void tell();
    [[nodiscard]] size_t shown() const;
    void ask();
    void askCluster(const QString &cluster, const QList<ObjectId> &nodes);
    void adopt(const QString &cluster, const QList<ObjectId> &nodes, const network::SeriesAnswer &answer);
    state::Verdicts *m_verdicts;
    const Clock *m_clock;
    QList<ObjectId> m_visible;
    size_t m_shown = 0;             ///< shown(), when it was told last
    QHash<ObjectId, Trend> m_trends;
    QTimer m_timer{this};
    std::stop_source m_stop;
    quint64 m_generation = 0;
};

}
