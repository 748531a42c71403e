// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ResourceModel.h"
#include "models/items/Readings.h"
#include "models/items/telemetry/NodeProgress.h"
#include "ui/panes/ListPane.h"
#include "ui/panes/resources/ListSpec.h"
#include "ui/panes/resources/ListState.h"

class QPushButton;
class QTimer;
class QToolButton;

namespace qd::ui {

class DetailsPane;
class ResourceTable;

/// A list of objects: page bar, table, every state of picture 11, details right or below. Thin: decisions are in ResourceModel,
/// ListState and the registry; what is special about a kind is in its ListSpec and in kinds.yaml.
class ResourcePane : public ListPane {
    Q_OBJECT
public:
    ResourcePane(const ShellContext &context, ActionRegistry *actions, ListSpec spec, QWidget *parent = nullptr);
    ~ResourcePane() override;

    [[nodiscard]] items::ResourceModel *model() const { return m_model; }
    [[nodiscard]] ResourceTable *table() const { return m_table; }
    [[nodiscard]] DetailsPane *details() const { return m_details; }
    [[nodiscard]] const ListSpec &spec() const { return m_spec; }
    /// Stands between the page bar and the rows; takes it over.
    void setTabs(QWidget *tabs);
    void setProblemsOnly(bool only) override;
    void setDetailsTab(const QString &tab) override;
    [[nodiscard]] std::optional<ListView> listView() const override;
    void showListView(const ListView &view) override;
    /// Details right (from 1280 px) or below.
    void setNarrow(bool narrow) override;
    bool openObject(const ObjectId &object) override;
    /// Selects an object and opens its details; false when it is not in the list.
    bool openObject(const QString &cluster, const QString &uid);
    /// A new object of a kind (empty: the one the button is for): asked for once it is known who may, else refused() says why not.
    void setUp(const QString &kind = {});
    [[nodiscard]] ObjectId openedObject() const override;
    void closeDetails();
    /// Rows keep what they say until it goes on; what changed meanwhile is counted.
    void setPaused(bool paused) override;
    void addEnvironment(state::Environment *environment) override;
    void removeEnvironment(state::Environment *environment) override;
    [[nodiscard]] int waiting() const override { return m_model->waiting(); }
    [[nodiscard]] items::Readings *readings() const { return m_readings; }
    /// Of the nodes, while something judges them; else null.
    [[nodiscard]] items::NodeProgress *progress() const { return m_progress; }
    void tick() override;
    void saveState() const override;
    void enter() override;
    /// The verbs act on this list's selection from now on.
    void activate() { updateTargets(); }

Q_SIGNALS:
    void refused(const QString &why);

protected:
    void applyFilter(const QString &text) override;
    [[nodiscard]] bool hasCurrent() const override;
    void showList() override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void build();
    void registerActions();
    void connectSignals();
    void adopt(state::Environment *environment);
    void restoreState();
    void updateCounts();
    void reopen();
    void updateState();
    void showBars(const QList<ListState::Bar> &bars);
    void showPage(const ListState &state);
    [[nodiscard]] QString filteredDetail() const;
    void updateTargets();
    void followRows();
    [[nodiscard]] int reveal(const QString &cluster, const QString &uid);
    void showDetails();
    void applySplit();
    void saveSplit() const;
    void showMenu(const QPoint &global);
    void showProgress();
    void showColumns();
    void addSortMenu(class QMenu *menu);
    void onPageButton(int button);
    void showErrorDetails();
    [[nodiscard]] QList<ActionTarget> creatable(const QString &kind, QString *whyNot, bool *asks = nullptr) const;
    [[nodiscard]] QString key(const char *name) const;
    [[nodiscard]] QList<const network::KindInfo *> kindsOf(const state::Environment &environment) const;
    void updatePrimary();

    ListSpec m_spec;
    QList<const network::KindInfo *> m_kinds;
    items::ResourceModel *m_model;
    items::Readings *m_readings;
    items::NodeProgress *m_progress = nullptr;
    QTimer *m_seen = nullptr;    ///< other rows came on screen: what they show is asked for once it is quiet
    ResourceTable *m_table = nullptr;
    DetailsPane *m_details = nullptr;
    QToolButton *m_views = nullptr;
    QToolButton *m_columns = nullptr;
    QPushButton *m_primary = nullptr;
    QString m_barsShown;
    QString m_pageShown;
    QString m_filterError;
    QTimer *m_stateTimer;
    QList<state::ResourceStore *> m_retry;
    QString m_setUp;             ///< a kind of which it is being asked who may make one
    QStringList m_reopen;        ///< cluster and uid
    int m_ticks = 0;
    bool m_narrow = false;
    bool m_notWaiting = false;   ///< Cancel was pressed while loading
};

}
