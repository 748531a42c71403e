// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ObservedColumns.h"
#include "models/items/Roles.h"
#include "models/items/RowIndex.h"
#include "models/items/TableColumns.h"
#include "models/ports/BodyCodec.h"
#include "models/state/Environment.h"
#include "models/state/FilterQuery.h"

#include <QAbstractTableModel>

namespace qd::items {

/// Objects of several kinds in several clusters as one table, grouped by network (else by namespace), filtered and sorted without a proxy
/// (kubernetes.md 3.3). Diffs by uid: a refresh never resets, selection and scroll survive. GUI thread. Borrows stores,
/// clock and codec; a store that dies takes its rows along.
class ResourceModel : public QAbstractTableModel {
    Q_OBJECT
public:
    struct Counts {
        int total = 0;
        int shown = 0;
        int problems = 0;
        network::State worst = network::State::Ready;
        friend bool operator==(const Counts &, const Counts &) = default;
    };
    /// `codec` opens bodies to say which value drifts; may be null.
    explicit ResourceModel(const Clock *clock, const ports::BodyCodec *codec = nullptr, QObject *parent = nullptr);
    ~ResourceModel() override;

    /// Adds these kinds of an environment. Its CantonNetwork objects, if the kind is known, name the groups' marks.
    void addEnvironment(state::Environment *environment, const QList<const network::KindInfo *> &kinds);
    void removeEnvironment(const QString &cluster);
    /// More columns, of things that somebody observes; before the first environment. Outlives the model.
    void setObserved(ObservedColumns *observed);

    void setFilter(const state::FilterQuery &filter);
    void setProblemsOnly(bool only);
    /// While held, rows keep their places though their values change (nothing moves under the pointer).
    void setOrderHeld(bool held);
    void setExpanded(int row, bool expanded);
    bool unfold(const QString &cluster, const QString &uid);   ///< the group of this row; false: there is no such row, shown or not
    /// While paused rows keep what they say; what the clusters report meanwhile waits and is shown when it goes on.
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_paused; }
    /// How many objects changed, came or went since the pause.
    [[nodiscard]] int waiting() const;

    [[nodiscard]] Counts counts() const { return m_counts; }
    [[nodiscard]] const QList<TableColumn> &columns() const { return m_columns; }
    /// How many objects another filter would keep, whatever is shown now.
    [[nodiscard]] int countMatching(const state::FilterQuery &filter) const;
    [[nodiscard]] QStringList columnIds() const;
    [[nodiscard]] int columnOf(const QString &id) const;
    [[nodiscard]] QList<int> groupRows() const;
    /// Those that have a heading, in order.
    [[nodiscard]] QStringList clustersShown() const;
    [[nodiscard]] int rowOf(const QString &cluster, const QString &uid) const;
    [[nodiscard]] state::RowPtr rowAt(int row) const;
    [[nodiscard]] state::ResourceStore *storeAt(int row) const;
    [[nodiscard]] state::Environment *environmentAt(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

Q_SIGNALS:
    void countsChanged();
    /// Rows came, went or moved: views that keep something by row number look again.
    void structureChanged();
    void waitingChanged();
    /// Objects that look as before have other bodies.
    void renewed();

private:
    struct Source;
    struct Network;
    struct Plan;
    using Entry = RowIndex::Entry;
    void addStore(state::Environment *environment, state::ResourceStore *store);
    [[nodiscard]] QList<TableColumn> withObserved(QList<TableColumn> columns) const;
    [[nodiscard]] bool isObserved(const QString &column) const;
    [[nodiscard]] ObjectId idOf(const Entry &entry) const;
    void observedMoved();
    void observedChanged();
    void forget(Source &source);
    void adopt(int source, const QStringList &upserted, const QStringList &removed);
    void renew(int source, const QStringList &uids);
    void reevaluate(int source);
    [[nodiscard]] bool hold(int source, const QStringList &upserted, const QStringList &removed);
    void refreshGroups(const QString &cluster);
    [[nodiscard]] Entry makeEntry(int source, const state::RowPtr &row);
    [[nodiscard]] SortKey keyOf(const Entry &entry) const;
    [[nodiscard]] bool accepts(const Entry &entry, qint64 now) const;
    [[nodiscard]] static bool groupedByNamespace(const network::KindInfo &kind);
    int groupFor(int source, const QString &network);
    void describe(RowIndex::Group &group, const state::Environment *environment) const;
    [[nodiscard]] QString markOf(const RowIndex::Group &group) const;
    void place(int id);
    void applySingly(Plan &plan);
    void applyBulk(Plan &plan);
    void moveWithin(RowIndex::Id id, Entry next);
    void takeOut(RowIndex::Id id);
    void putIn(RowIndex::Id id);
    void refilter(bool narrower, bool wider);
    template <typename Change>
    void restructure(Change change);
    void flushDirty();
    void recount();
    [[nodiscard]] bool isStale(const Source &source) const;
    [[nodiscard]] QVariant groupData(int group, int column, int role) const;
    [[nodiscard]] QVariant entryData(const Entry &entry, int column, int role) const;
    [[nodiscard]] QVariant nameData(const Entry &entry, int role) const;
    [[nodiscard]] QVariant rowData(const Entry &entry, int role) const;
    [[nodiscard]] QVariant cellData(const Entry &entry, int column, int role) const;
    [[nodiscard]] network::Cell cellOf(const Entry &entry, int column) const;
    [[nodiscard]] QString stateWordOf(const Entry &entry) const;
    [[nodiscard]] QString groupDetail(int group) const;
    [[nodiscard]] QString titleOf(const RowIndex::Group &group) const;
    [[nodiscard]] QStringList driftingColumns(const Entry &entry) const;

    const Clock *m_clock;
    const ports::BodyCodec *m_codec;
    ObservedColumns *m_observed = nullptr;
    QList<TableColumn> m_columns;
    std::vector<std::unique_ptr<Source>> m_sources;
    std::vector<std::unique_ptr<Network>> m_networks;
    RowIndex m_index;
    state::FilterQuery m_filter;
    bool m_problemsOnly = false;
    bool m_held = false;
    bool m_paused = false;
    QHash<int, QSet<QString>> m_waiting;   ///< by source: uids that changed during the pause
    bool m_keysOld = false;
    bool m_empty = false;            ///< during the first insertion: rows are not there yet
    int m_sortColumn = 0;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
    std::vector<RowIndex::Id> m_dirty;
    std::vector<int> m_dirtyGroups;
    Counts m_counts;
    mutable QHash<const network::Row *, QStringList> m_drift;
};

}
