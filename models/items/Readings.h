// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/Environment.h"

#include <optional>

namespace qd::items {

/// What an object reported of itself (traffic left, balance) since this console is open, as the watch brought it: the only
/// history there is without telemetry. A reading holds until the next one; while a cluster does not answer nothing is known.
/// Keeps 24 h, thinned: of who has many readings one in two minutes, and fewer of each where there are thousands of objects, so that
/// all together are no more than kMost. GUI thread; borrows clock and environments.
class Readings : public QObject {
    Q_OBJECT
public:
    /// `value` empty: from here on the object does not report it.
    struct Reading {
        qint64 at = 0;                  ///< epoch seconds
        std::optional<double> value;
    };
    /// A stretch of time for a small chart, newest last.
    struct Trend {
        qint64 span = 0;                ///< seconds: the shortest of 10 m, 30 m, 1 h, 3 h, 6 h, 12 h, 24 h that shows all there is
        qint64 first = 0;               ///< epoch seconds of the first reading in it; 0: none
        QList<std::optional<double>> values;   ///< evenly spaced; empty ones: not known
    };
    static constexpr qsizetype kMost = 150'000;     ///< readings of all objects: 3.6 MB
    explicit Readings(const Clock *clock, QObject *parent = nullptr, qsizetype most = kMost);
    ~Readings() override;

    /// Keeps the columns "traffic" and "balance" of these kinds.
    void addEnvironment(state::Environment *environment, const QList<const network::KindInfo *> &kinds);
    void add(const QString &cluster, const QString &uid, const QString &column, const Reading &reading);
    /// Nothing was heard of the cluster in this time; `to` 0: still so. Epoch seconds.
    void addGap(const QString &cluster, qint64 from, qint64 to);
    [[nodiscard]] QList<Reading> of(const QString &cluster, const QString &uid, const QString &column) const;
    [[nodiscard]] Trend trend(const QString &cluster, const QString &uid, const QString &column, int points = 120) const;

    [[nodiscard]] qsizetype count() const { return m_count; }   ///< readings of all objects

private:
    struct Gap {
        qint64 from, to;
    };
    void adopt(state::ResourceStore *store, const QStringList &upserted, const QStringList &removed);
    void freshness(const state::Environment *environment);
    [[nodiscard]] bool heard(const QString &cluster, qint64 at) const;
    void append(QList<Reading> &readings, const Reading &reading);
    void thin(QList<Reading> &readings, qint64 now, qint64 step);
    void thinAll(qint64 now);
    const Clock *m_clock;
    QHash<QString, QList<Reading>> m_readings;      ///< cluster, uid, column
    qsizetype m_most;
    qsizetype m_count = 0;
    qint64 m_step = 0;                           ///< seconds: of what comes closer than that only the newest is kept
    QHash<QString, QList<Gap>> m_gaps;           ///< by cluster
};

}
