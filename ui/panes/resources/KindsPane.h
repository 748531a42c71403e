// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Attention.h"
#include "ui/panes/Pane.h"
#include "ui/panes/resources/ListSpec.h"
#include "ui/shell/ShellContext.h"

class QStackedWidget;

namespace qd::ui {

class ResourcePane;
class Tabs;

/// Several lists as one page, a tab for each kind. A list is made, and its kind watched, when it is looked at first. Kinds of
/// others (Argo CD, CloudNativePG, cert-manager) have a tab where a cluster serves them.
class KindsPane : public Pane {
    Q_OBJECT
public:
    KindsPane(const ShellContext &context, ActionRegistry *actions, const items::Attention *attention, QList<ListSpec> lists,
              QWidget *parent = nullptr);

    /// The list on screen.
    [[nodiscard]] ResourcePane *list() const;
    /// Shows the tab of a kind ("BackupSchedule"); false when there is none.
    bool showKind(const QString &kind) override;
    void setProblemsOnly(bool only) override;
    void setDetailsTab(const QString &tab) override;
    [[nodiscard]] std::optional<ListView> listView() const override;
    void showListView(const ListView &view) override;
    [[nodiscard]] Tabs *tabs() const { return m_tabs; }

    void setNarrow(bool narrow) override;
    void setDensity(Density density) override;
    void setPaused(bool paused) override;
    void addEnvironment(state::Environment *environment) override;
    void removeEnvironment(state::Environment *environment) override;
    [[nodiscard]] int waiting() const override;
    void tick() override;
    void saveState() const override;
    void enter() override;
    bool openObject(const ObjectId &object) override;
    [[nodiscard]] ObjectId openedObject() const override;
    void setFilterText(const QString &text) override;
    [[nodiscard]] QString keyHints() const override;

protected:
    /// The lists, in whose page the tabs stand.
    [[nodiscard]] QStackedWidget *stack() const { return m_stack; }
    /// Shows a list by its spec's id; false when there is none.
    bool show(const QString &id);

private:
    ResourcePane *make(const ListSpec &spec);
    void updateTabs();
    void updateCounts();
    const ShellContext &m_context;
    ActionRegistry *m_actions;
    const items::Attention *m_attention;
    QList<ListSpec> m_lists;
    QHash<QString, ResourcePane *> m_made;   ///< by the spec's id
    QStackedWidget *m_stack;
    Tabs *m_tabs;
    bool m_narrow = false;
    bool m_paused = false;
    Density m_density = Density::Compact;
};

}
