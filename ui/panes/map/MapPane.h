// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Readings.h"
#include "models/items/map/NetworkMap.h"
#include "ui/panes/resources/KindsPane.h"

class QPushButton;
class QScrollArea;
class QSplitter;
class QTimer;
class QVBoxLayout;

namespace qd::ui {

class DetailsPane;
class ElidedLabel;
class FilterField;
class MapView;
class PillButton;
class StatePage;

/// The map of picture 09 with the details of what is chosen, and behind it, one key away, the lists of the same: networks,
/// connections, topology changes. Redrawn at most twice a second, and only while it is looked at.
class MapPane : public KindsPane {
    Q_OBJECT
public:
    /// `readings` of the nodes, for the small chart of the details; may be null. Outlives the page's use.
    MapPane(const ShellContext &context, ActionRegistry *actions, const items::Attention *attention, QList<ListSpec> lists,
            const items::Readings *readings, QWidget *parent = nullptr);
    ~MapPane() override;

    [[nodiscard]] MapView *view() const { return m_view; }
    [[nodiscard]] DetailsPane *details() const { return m_details; }
    [[nodiscard]] StatePage *statePage() const { return m_state; }
    [[nodiscard]] bool showsMap() const { return m_onMap; }
    /// The map, or the lists.
    void showMap(bool map);
    /// Draws what the environments have now.
    void refresh();

    bool showKind(const QString &kind) override;
    void setProblemsOnly(bool only) override;
    void setDetailsTab(const QString &tab) override;
    [[nodiscard]] std::optional<ListView> listView() const override;
    void showListView(const ListView &view) override;
    void setNarrow(bool narrow) override;
    void addEnvironment(state::Environment *environment) override;
    void removeEnvironment(state::Environment *environment) override;
    void tick() override;
    void saveState() const override;
    void enter() override;
    bool openObject(const ObjectId &object) override;
    [[nodiscard]] ObjectId openedObject() const override;
    void setFilterText(const QString &text) override;
    [[nodiscard]] QString keyHints() const override;
    void setPaused(bool paused) override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void buildBar(QVBoxLayout *layout);
    void buildBody(QVBoxLayout *layout);
    void buildLegend(QVBoxLayout *layout);
    void registerActions();
    void adopt(state::Environment *environment);
    void watchStore(state::ResourceStore *store);
    void followShown();
    void soon();
    void lookAtVerdicts();
    void updatePage();
    void updateTargets();
    void updatePrimary();
    void showDetails();
    void closeDetails();
    void applySplit();
    void openCurrent();
    void showMenu(const QPoint &global);
    void connectNodes();
    void onStateButton(int button);
    [[nodiscard]] ActionTarget targetOf(const ObjectId &object) const;
    [[nodiscard]] items::MapWishes wishes() const;
    const ShellContext &m_context;
    ActionRegistry *m_actions;
    ListSpec m_nodes;            ///< whose states stand in place of the map
    QWidget *m_page;
    ElidedLabel *m_counts = nullptr;
    FilterField *m_find = nullptr;
    PillButton *m_latency = nullptr;
    PillButton *m_problems = nullptr;
    QPushButton *m_primary = nullptr;
    QVBoxLayout *m_tabsHost = nullptr;
    QSplitter *m_splitter = nullptr;
    QScrollArea *m_scroll = nullptr;
    MapView *m_view = nullptr;
    StatePage *m_state = nullptr;
    DetailsPane *m_details = nullptr;
    QWidget *m_legend = nullptr;
    items::MapReader m_reader;
    QTimer *m_soon;
    QString m_shownState;
    Error m_error{ErrorKind::Internal, {}};   ///< that the state page shows
    int m_ticks = 0;
    bool m_notWaiting = false;   ///< Cancel was pressed while loading
    bool m_onMap = false;
    bool m_held = false;         ///< paused
    bool m_old = true;           ///< something changed since it was drawn
};

}
