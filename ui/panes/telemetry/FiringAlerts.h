// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/AlertsSession.h"
#include "ui/panes/overview/Card.h"
#include "ui/shell/ShellContext.h"

#include <QPointer>

namespace qd::ui {

class NoticeBar;
class SilenceDialog;

/// The card "Alerts firing" at the foot of a dashboard (picture 07): the worst that fire, each with what, about whom, why, its age,
/// Silence… and Runbook. Says that nothing fires, or that it is not known. Wants the session's looks only while it is shown.
class FiringAlerts : public Card {
    Q_OBJECT
public:
    explicit FiringAlerts(const ShellContext &context, QWidget *parent = nullptr);
    ~FiringAlerts() override;
    /// Only alerts of this cluster; empty: of all.
    void setCluster(const QString &cluster);
    /// It is on screen now, or no longer.
    void setShown(bool shown);
    /// Once a second while on screen.
    void tick();
    [[nodiscard]] int rowCount() const;

Q_SIGNALS:
    void objectWanted(const qd::ObjectId &object);
    /// The page of alerts, at this one (Alert::key; empty: all).
    void alertWanted(const QString &key);

private:
    class Row;
    void update();
    Row *makeRow();
    void showRow(Row *row, const items::Alert &alert);
    items::AlertsSession *m_session;
    QString m_cluster;
    Rows<Row> m_rows;
    class Label *m_none;
    LinkButton *m_more;
    QVBoxLayout *m_list;
    NoticeBar *m_said;          ///< what came of a silence whose dialog was closed before
    QPointer<SilenceDialog> m_dialog;
    bool m_shown = false;
};

}
