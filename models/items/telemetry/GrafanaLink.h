// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/items/telemetry/TimeRange.h"

#include <QString>
#include <QStringList>
#include <QUrl>

namespace qd::items {

/// Where a Grafana is and what its source of these data is called there; as an Explore address of it says.
struct Grafana {
    QUrl base;                          ///< "https://grafana.example.com/grafana"
    QString uid;                        ///< of the data source
    QString type = QStringLiteral("prometheus");
    int organisation = 1;
    friend bool operator==(const Grafana &, const Grafana &) = default;
};

/// Explore with these queries at this time; a live range stays live there ("now-1h"). Grafana 10 and later.
[[nodiscard]] QUrl exploreUrl(const Grafana &grafana, const QStringList &queries, const TimeRange &range);
/// Learns base, source and type from an Explore address somebody pasted, of the form with `panes` or the older with `left`.
[[nodiscard]] Result<Grafana> grafanaOf(const QString &exploreAddress);
/// The same at the address that a profile names, if it names one; that may itself be an address of Explore, and then says it all.
[[nodiscard]] Result<Grafana> grafanaAt(const QString &profileAddress, const QString &exploreAddress);

}
