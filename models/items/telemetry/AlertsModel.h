// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/AlertsSession.h"
#include "models/items/telemetry/KeyedRows.h"
#include "models/state/FilterQuery.h"

namespace qd::items {

/// The filter language of alerts: state:firing, severity:critical, alert:, about:, env:, source:, age:>1h, label=name=value, plain text;
/// ! is not.
class AlertsFilter {
public:
    [[nodiscard]] static Result<AlertsFilter> parse(const QString &text);
    [[nodiscard]] bool isEmpty() const { return m_query.isEmpty(); }
    [[nodiscard]] bool matches(const Alert &alert, const QDateTime &now) const;

private:
    state::FilterQuery m_query;
};

/// The alerts of a session as a table, worst first, in groups. GUI thread; borrows the session.
class AlertsModel : public KeyedRows {
    Q_OBJECT
public:
    enum Column : int { State, Name, About, What, Value, Since, Until, EnvironmentName, ColumnCount };
    enum class Group : quint8 { ByName, ByNode, BySeverity, ByRoute };
    explicit AlertsModel(AlertsSession *session, QObject *parent = nullptr);
    void setFilter(const AlertsFilter &filter);
    void setGroup(Group group);
    [[nodiscard]] Group group() const { return m_group; }
    /// Nothing moves until it goes on.
    void setPaused(bool paused);
    /// While nobody looks at it nothing is sorted; what changed meanwhile is taken when it is shown again.
    void setShown(bool shown);
    /// Takes what changed meanwhile, for who asks for a row before it is shown.
    void catchUp();
    /// In which zone times of day are.
    void setUtc(bool utc);
    /// Ages are a second older.
    void tick();
    /// Null: a heading, or no such row.
    [[nodiscard]] const Alert *alertAt(int row) const;
    /// Of those there are now.
    [[nodiscard]] int shown() const { return m_kept; }

    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(ColumnCount); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    /// It was made anew.
    void rebuilt();

private:
    void wanted();
    void rebuild();
    [[nodiscard]] std::pair<QString, QString> groupOf(const Alert &alert) const;
    [[nodiscard]] QVariant groupData(const Row &row, int column, int role) const;
    [[nodiscard]] QVariant alertData(const Alert &alert, int column, int role) const;
    [[nodiscard]] QString textOf(const Alert &alert, int column) const;
    [[nodiscard]] QString tipOf(const Alert &alert, int column) const;
    AlertsSession *m_session;
    AlertsFilter m_filter;
    Group m_group = Group::BySeverity;
    QList<Alert> m_alerts;              ///< those the filter keeps; while rows are placed, behind those of before
    int m_kept = 0;
    QHash<QString, QString> m_titles;   ///< of the groups
    bool m_paused = false;
    bool m_shown = true;
    bool m_utc = false;
    bool m_waits = false;               ///< something changed since it was paused or hidden
};

/// The silences of a session: active, not begun, expired (folded at first). GUI thread; borrows the session.
class SilencesModel : public KeyedRows {
    Q_OBJECT
public:
    enum Column : int { State, Matchers, Alerts, Ends, Author, Comment, EnvironmentName, ColumnCount };
    explicit SilencesModel(AlertsSession *session, QObject *parent = nullptr);
    [[nodiscard]] const SilenceLine *lineAt(int row) const;
    /// As of AlertsModel.
    void setShown(bool shown);
    void catchUp();
    void tick();
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(ColumnCount); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void rebuild();
    [[nodiscard]] QString textOf(const SilenceLine &line, int column) const;
    [[nodiscard]] QString tipOf(const SilenceLine &line, int column) const;
    AlertsSession *m_session;
    QList<SilenceLine> m_lines;
    bool m_shown = true;
    bool m_waits = false;
};

}
