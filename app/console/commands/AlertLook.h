// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/Session.h"
#include "models/items/telemetry/AlertsSession.h"

#include <QJsonObject>
#include <QTimer>

namespace qd::console {

/// One look at the alerts and silences of the session's clusters, by what the window looks with.
class AlertLook : public QObject {
    Q_OBJECT
public:
    explicit AlertLook(Session *session, QObject *parent = nullptr);
    ~AlertLook() override;
    void start();
    [[nodiscard]] items::AlertsSession *alerts() const { return m_alerts.get(); }
    [[nodiscard]] state::Environment *environment(const QString &cluster) const { return m_alerts->environment(cluster); }
    /// Why nothing, or not all, is known of a cluster; in the order of the clusters.
    [[nodiscard]] QList<Error> errors() const;
    /// What is not known, and hinders nothing.
    [[nodiscard]] QStringList notes() const;

Q_SIGNALS:
    void ready();

private:
    void judge();
    Session *m_session;
    std::vector<std::unique_ptr<state::Environment>> m_environments;
    std::unique_ptr<items::AlertsSession> m_alerts;
    QSet<QString> m_looked;
    QTimer m_limit{this};
    bool m_done = false;
};

/// As Alertmanager v2 has it (gettableAlert), with what this console adds: "source" and "state", "cluster", "value", "resource".
[[nodiscard]] QJsonObject alertJson(const items::Alert &alert);
/// Likewise (gettableSilence), with "source", "cluster" and "alerts", how many it matches.
[[nodiscard]] QJsonObject silenceJson(const QString &cluster, const ports::Silence &silence, std::optional<int> alerts);

}
