// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Attention.h"
#include "models/state/FilterQuery.h"
#include "models/state/JournalSettling.h"

#include <QAbstractTableModel>
#include <QTimer>

namespace qd::items {

/// How a change stands, for people: the words of the journal, what goes on here, and what was found out later.
struct ChangeStanding
{
    network::State state = network::State::Unknown;
    QString word; ///< "Settled", "Settling", "Settled since", "Not determined"
    QString id; ///< for the filter: settled, settling, failed, …
    QString text; ///< a sentence; may be empty
    bool problem = false; ///< failed or not settled
};

/// The filter language of changes: user:, object:, env:, outcome:, action:, reason:, since: (2d, 2026-11-28), took:>10s,
/// plain text; ! is not.
class ChangesFilter
{
public:
    [[nodiscard]] static Result<ChangesFilter> parse(const QString &text);
    [[nodiscard]] bool isEmpty() const { return m_query.isEmpty(); }
    [[nodiscard]] bool matches(const state::JournaledChange &change, const ChangeStanding &standing, const QDateTime &now) const;

private:
    state::FilterQuery m_query;
};

/// The journal as a table, newest first, grouped by day (local time). Follows the log, the operations and what is settling;
/// shows what the log has loaded and asks for older pages as they are scrolled to. GUI thread; borrows everything.
class ChangesModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column : int { Time, Change, EnvironmentName, Who, Reason, Outcome, Took, ColumnCount };
    struct Sources
    {
        state::JournalLog *log = nullptr;
        const state::JournalSettling *settling = nullptr; ///< may be null
        const state::Operations *operations = nullptr; ///< may be null
        const network::KindTable *kinds = nullptr;
        const Clock *clock = nullptr;
    };
    struct Counts
    {
        int shown = 0;
        int total = 0; ///< loaded
        int problems = 0; ///< of today: failed or not settled
        bool more = false; ///< older ones are in the file
    };
    explicit ChangesModel(Sources sources, QObject *parent = nullptr);

    void setFilter(const ChangesFilter &filter);
    void setProblemsOnly(bool only);
    [[nodiscard]] Counts counts() const;
    [[nodiscard]] ChangeStanding standing(const state::JournaledChange &change) const;
    /// Null: a heading, or no such row.
    [[nodiscard]] state::ChangePtr changeAt(int row) const;
    [[nodiscard]] int rowOf(const QString &id) const;
    [[nodiscard]] QList<int> groupRows() const;
    /// Of the rows there are now.
    [[nodiscard]] QSet<QString> shownIds() const;
    /// Folds a day.
    void setExpanded(int row, bool expanded);
    /// Ages of what runs are a second older; the day may have changed.
    void tick();

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

    /// What the navigation shows: changes that failed or are not settled, today.
    [[nodiscard]] static Attention::Count today(const Sources &sources);
    [[nodiscard]] static ChangeStanding standingOf(const Sources &sources, const state::JournaledChange &change);

Q_SIGNALS:
    void countsChanged();
    /// Rows came or went.
    void structureChanged();

private:
    struct Row
    {
        QDate day;
        state::ChangePtr change; ///< null: the heading of the day
        int inDay = 0; ///< heading: changes of that day
        int problems = 0;
        [[nodiscard]] QString key() const;
    };
    void rebuild();
    [[nodiscard]] QList<Row> rowsNow() const;
    [[nodiscard]] QVariant groupData(const Row &row, int column, int role) const;
    [[nodiscard]] QVariant changeData(const state::JournaledChange &change, int column, int role) const;
    [[nodiscard]] QString textOf(const state::JournaledChange &change, int column) const;
    Sources m_sources;
    ChangesFilter m_filter;
    bool m_problemsOnly = false;
    QList<Row> m_rows;
    QSet<QDate> m_folded;
    QDate m_today;
    QTimer m_later{this};
};

}
