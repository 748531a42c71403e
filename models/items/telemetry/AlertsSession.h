// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/AlertList.h"
#include "models/items/telemetry/SilenceWriter.h"

#include <QHash>
#include <QTimer>

#include <functional>
#include <map>

namespace qd::items {

/// How far the alerts of one cluster are known.
struct AlertsStanding {
    QString cluster;
    ports::TelemetryState alertmanager, prometheus;
    QDateTime asOf;                     ///< of the last whole answer; null: none yet
    std::optional<Error> alertmanagerError, prometheusError;    ///< why the last look failed; what was known stays, as of asOf
    bool loading = false;               ///< nothing came yet, and something may
    QStringList ruleProblems;           ///< "TrafficLow: …": rules that Prometheus cannot evaluate
    friend bool operator==(const AlertsStanding &, const AlertsStanding &) = default;
    /// It can tell alerts at all.
    [[nodiscard]] bool any() const
    {
        return alertmanager.phase == ports::TelemetryState::Phase::Found || prometheus.phase == ports::TelemetryState::Phase::Found;
    }
    [[nodiscard]] bool stale() const { return asOf.isValid() && (alertmanagerError || prometheusError); }
};

/// The alerts and silences of all clusters, asked every 15 seconds while somebody wants them: one look serves the page, the counts, the
/// card and the notices. While nobody shows them, silences are asked at every fourth look, or once an alert names an unknown one. A look
/// that fails leaves what was known. Nothing that was read as one person is shown to another. GUI thread; borrows the environments.
class AlertsSession : public QObject {
    Q_OBJECT
public:
    static constexpr int kPollMs = 15'000;
    static constexpr int kSilencesLooks = 4;
    AlertsSession(const Clock *clock, state::Journal *journal, const QString &profile, QObject *parent = nullptr);
    ~AlertsSession() override;
    void addEnvironment(state::Environment *environment);
    /// Nothing of it is left afterwards.
    void removeEnvironment(state::Environment *environment);
    /// Somebody wants them, or no longer; who goes away wants nothing. `seen`: whether an alert (Alert::key) stands on screen there now; none:
    /// it shows nothing.
    void setWanted(QObject *who, bool wanted, const std::function<bool(const QString &key)> &seen = {});
    /// Somebody wants to know Alertmanager's own groups (Alert::groups), or no longer; who goes away wants nothing.
    void setGrouped(QObject *who, bool wanted);
    [[nodiscard]] bool isWanted() const { return !m_wanting.isEmpty(); }
    /// An alert stands on screen with one of those.
    [[nodiscard]] bool isSeen(const QString &key) const;
    /// Asks now, for all.
    void refresh();

    [[nodiscard]] const QList<Alert> &alerts() const { return m_alerts; }
    [[nodiscard]] const QList<SilenceLine> &silences() const { return m_silences; }
    [[nodiscard]] const AlertCounts &counts() const { return m_counts; }
    [[nodiscard]] QList<AlertsStanding> standings() const;
    [[nodiscard]] AlertsStanding standing(const QString &cluster) const;
    [[nodiscard]] const Alert *find(const QString &key) const;
    /// The rule behind an alert: its expression and how long it has to hold; null: not known.
    [[nodiscard]] const ports::Rule *ruleOf(const Alert &alert) const;
    [[nodiscard]] state::Environment *environment(const QString &cluster) const;
    [[nodiscard]] QList<state::Environment *> environments() const;
    [[nodiscard]] const Clock *clock() const { return m_clock; }

    /// Empty: silences can be made in this cluster, as far as is known; else why not, in a sentence.
    [[nodiscard]] QString whyNotSilence(const QString &cluster) const { return whyNot(cluster, u"create"); }
    /// Likewise, ended: a DELETE is another right.
    [[nodiscard]] QString whyNotExpire(const QString &cluster) const { return whyNot(cluster, u"delete"); }
    void setSilence(const QString &cluster, const ports::Silence &silence, const std::optional<ports::Silence> &before, SilenceWriter::Then then);
    void expireSilence(const QString &cluster, const ports::Silence &silence, SilenceWriter::Then then);

Q_SIGNALS:
    /// Alerts, silences, or how far they are known, are different now.
    void changed();
    /// A cluster has answered a look for all it has: while its Prometheus or its Alertmanager is looked for, none is whole, since what is
    /// silenced is not known.
    void looked(const QString &cluster);
    void wantedChanged();
    /// What was read of a cluster is gone: who read it signed out, or it was closed.
    void forgot(const QString &cluster);

private:
    struct Cluster;
    void poll();
    void catchUp();
    [[nodiscard]] static bool mayAsk(Cluster &cluster);
    [[nodiscard]] bool dueSilences(const Cluster &cluster) const;
    void ask(Cluster &cluster);
    void askRules(Cluster &cluster, const std::shared_ptr<ports::MetricsSource> &source);
    void ended(const QString &name);
    void forget(Cluster &cluster);
    void merge();
    void later();
    [[nodiscard]] Cluster *of(const QString &name) const;
    [[nodiscard]] QString whyNot(const QString &cluster, QStringView verb) const;
    [[nodiscard]] std::optional<ports::AccessQuestion> rightToWrite(const Cluster &cluster, const QString &verb) const;
    const Clock *m_clock;
    QString m_profile;
    SilenceWriter *m_writer;
    std::map<QString, std::unique_ptr<Cluster>> m_clusters;
    struct Asker {
        std::function<bool(const QString &)> seen;
        QMetaObject::Connection gone;
    };
    QHash<QObject *, Asker> m_wanting;
    QHash<QObject *, QMetaObject::Connection> m_grouping;   ///< until they go
    QList<Alert> m_alerts;
    QList<SilenceLine> m_silences;
    AlertCounts m_counts;
    QTimer m_timer{this};
    QTimer m_later{this};
};

}
