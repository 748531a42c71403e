// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/items/telemetry/AlertMatch.h"
#include "models/network/State.h"
#include "models/ports/Alerts.h"
#include "models/ports/Metrics.h"

#include <optional>

namespace qd::items {

/// How an alert stands. Whether one is silenced only an Alertmanager tells.
enum class AlertState : quint8 { Firing, Pending, Silenced, Inhibited };
/// As the label "severity" has it; Unsaid: there is none, or a word nobody knows.
enum class Severity : quint8 { Critical, Warning, Unsaid, Info };

/// Who an alert is about, by its labels and what is known of the cluster.
struct AlertSubject {
    ObjectId object = {};       ///< name empty: none of ours, or not known
    QString text = {};          ///< "acme-validator-1", "pod postgres-0 in canton"; empty: its labels name nobody
    bool node = false;          ///< the object is a node: alerts are grouped by it
    friend bool operator==(const AlertSubject &, const AlertSubject &) = default;
};

/// One alert of one cluster, of Alertmanager and Prometheus together.
struct Alert {
    QString cluster;            ///< environment
    QString key;                ///< stable: the cluster and the label set
    QString name;
    network::Labels labels, annotations;
    network::Labels ruleLabels;     ///< as Prometheus itself has them, without external ones; empty: it does not tell it
    AlertState state = AlertState::Firing;
    Severity severity = Severity::Unsaid;
    QDateTime since;            ///< since when the condition holds: activeAt of Prometheus, else startsAt
    QDateTime startsAt, endsAt, updatedAt;  ///< as Alertmanager says; null: it does not know the alert
    QString managedState;       ///< likewise: "active", "suppressed", "unprocessed"
    QString value;              ///< as Prometheus wrote it; empty: it does not know the alert
    QStringList silencedBy, inhibitedBy;    ///< ids of silences, fingerprints of alerts
    QDateTime silencedUntil;    ///< of the silence that holds longest
    QString fingerprint, generatorUrl;
    QStringList receivers;
    std::optional<QStringList> groups = {};     ///< Alertmanager's that it is in, as groupText(), sorted; none: not known
    bool managed = false;       ///< Alertmanager tells it
    bool evaluated = false;     ///< Prometheus tells it
    AlertSubject subject = {};
    friend bool operator==(const Alert &, const Alert &) = default;

    [[nodiscard]] QString annotation(QLatin1StringView name) const { return annotations.value(QString(name)); }
    /// What is wrong, one line: summary, else description, message; empty: nobody said.
    [[nodiscard]] QString summary() const;
    /// The value as people write it; as it came where it is no number.
    [[nodiscard]] QString valueText() const;
    /// The label as written; empty: there is none.
    [[nodiscard]] QString severityText() const;
    /// Of the annotations runbook_url and runbook; empty unless it is a whole http or https address.
    [[nodiscard]] QString runbook() const;
    /// Glyph and colour: Failed and Degraded for what fires, quiet ones otherwise.
    [[nodiscard]] network::State face() const;
    /// "alertmanager", "prometheus", "both".
    [[nodiscard]] QString source() const;
};

[[nodiscard]] QString alertStateWord(AlertState state);
/// "firing", "pending", …: for filters and scripts.
[[nodiscard]] QString alertStateId(AlertState state);
[[nodiscard]] Severity severityOf(const QString &label);
/// Whole, http or https, with a host and nobody's password: what may be opened in a browser.
[[nodiscard]] bool isSafeLink(const QString &url);

/// What Alertmanager says (may be empty) and what Prometheus says, by label set: an alert of Prometheus is that of Alertmanager which has
/// all its labels, and more only where external labels or a relabelling added some. Worst first, then newest.
[[nodiscard]] QList<Alert> mergeAlerts(const QString &cluster, const QList<ports::ManagedAlert> &managed, const QList<ports::RuleAlert> &evaluated,
                                       const QList<ports::Silence> &silences = {});

/// "alertname=NodeStuck, namespace=canton → pager"
[[nodiscard]] QString groupText(const ports::AlertGroup &group);
void setGroups(QList<Alert> &alerts, const QList<ports::AlertGroup> &groups);

/// Worst first: firing before pending before silenced, critical before warning, the newest first.
[[nodiscard]] bool alertBefore(const Alert &a, const Alert &b);

/// How many of each, and the worst that fires.
struct AlertCounts {
    int firing = 0, pending = 0, silenced = 0, inhibited = 0;
    network::State worst = network::State::Ready;
    friend bool operator==(const AlertCounts &, const AlertCounts &) = default;
};
[[nodiscard]] AlertCounts countAlerts(const QList<Alert> &alerts);

/// A silence and what it does now.
struct SilenceLine {
    QString cluster;
    ports::Silence silence;
    std::optional<int> alerts = {};     ///< of those there are now, how many it matches; nothing: it has ended, or there is a problem
    std::optional<Error> problem = {};  ///< its matchers cannot be tried here
};
/// What to silence these by: the labels they have in common. Of pods their node counts, so that the silence outlives the pod and is for no
/// other node; where no node is known, the pod itself. `nodes`: those of the cluster, to tell "alice" from "alice-bank".
[[nodiscard]] QList<ports::Matcher> silenceMatchers(const QList<Alert> &alerts, const QList<ObjectId> &nodes);
/// How many of a cluster's alerts these match; an error where that takes too much work.
[[nodiscard]] Result<int> countMatched(const AlertMatchers &matchers, const QString &cluster, const QList<Alert> &alerts);
[[nodiscard]] QList<SilenceLine> silenceLines(const QString &cluster, const QList<ports::Silence> &silences, const QList<Alert> &alerts);
[[nodiscard]] network::State silenceFace(const QString &state);
[[nodiscard]] QString silenceWord(const QString &state);

}
