// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/AlertList.h"

#include <QHash>
#include <QSet>

#include <optional>

namespace qd::items {

/// One notice of alerts that fire.
struct AlertNews {
    QString id;                 ///< of this notice
    QString title, text;        ///< plain; foreign text among it
    QStringList keys;           ///< Alert::key of those it tells
    bool already = false;       ///< they fired before anybody looked
};

/// Which critical alerts are told, and when: those that fire and are neither silenced nor inhibited, each once, many in one notice, and
/// never more often than every 30 seconds. What fires already when a cluster is looked at first is one summary. One that ended is told
/// again if it begins anew after ten minutes or more, so that one that flaps does not call all the time. A value; times are monotonic.
class AlertNewsDesk {
public:
    static constexpr qint64 kApartMs = 30'000;
    static constexpr qint64 kAgainMs = 600'000;
    struct Turn {
        std::optional<AlertNews> news = {};
        QStringList over = {};          ///< ids of notices none of whose alerts fires any more
        qint64 waitMs = 0;              ///< something is held back for so long; 0: nothing is
    };
    /// `known`: clusters that have answered a whole look; those of others are not told yet.
    [[nodiscard]] Turn take(const QList<Alert> &alerts, const QSet<QString> &known, qint64 nowMs);
    /// Nothing of this cluster is remembered.
    void forget(const QString &cluster);

private:
    struct Told {
        QString cluster;
        QString notice;                 ///< empty: held back
        qint64 goneMs = 0;              ///< since when it does not fire; 0: it does
    };
    QHash<QString, Told> m_told;
    QSet<QString> m_known;
    QSet<QString> m_already;            ///< keys of those held back that fired before anybody looked
    qint64 m_lastMs = -1;
    int m_number = 0;
};

}
