// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/items/PodList.h"
#include "ui/panes/details/DetailsTab.h"

#include <stop_token>

class QBoxLayout;
class QHBoxLayout;
class QMenu;
class QPushButton;
class QStackedLayout;
class QTreeWidget;
class QTreeWidgetItem;

namespace qd::ui {

class Label;
class StatePage;

/// The pods of an object with their containers: state and its reason, restarts, last exit, node and zone; pods that should be
/// there and are not. Watched while it is looked at. Leads to logs.
class PodsTab : public DetailsTab {
    Q_OBJECT
public:
    PodsTab(const ports::BodyCodec *bodies, const Clock *clock, QWidget *parent = nullptr);
    ~PodsTab() override;
    void present(const DetailsSubject &subject) override;
    void renew() override;
    void leave() override;
    void setWide(bool wide) override;
    [[nodiscard]] QTreeWidget *tree() const { return m_tree; }

private:
    enum Column { Name, State, Ready, Restarts, LastExit, Node, Age, ColumnCount };
    /// What a row is of.
    struct Place {
        QString pod;
        QString container;
    };
    void buildTree();
    void buildFoot();
    void fill();
    void fillRow(QTreeWidgetItem *item, const items::PodFacts &pod, const items::ContainerFacts *container);
    void addPod(const items::PodFacts &pod);
    [[nodiscard]] QString shortName(const QString &pod) const;
    void addMissing(const QString &pod);
    void updatePage();
    void updateFoot();
    void askZone(const QString &node);
    void askCause(const items::PodFacts &pod);
    [[nodiscard]] Place current() const;
    [[nodiscard]] const items::ContainerFacts *containerOf(const items::PodFacts &pod, const QString &name) const;
    [[nodiscard]] QString zoneOf(const QString &node) const;
    void copyCommand(int what);
    const Clock *m_clock;
    items::PodList m_pods;
    QStackedLayout *m_stack;
    QTreeWidget *m_tree;
    StatePage *m_page;
    QWidget *m_foot;
    QBoxLayout *m_footLayout;
    Label *m_title;
    Label *m_text;
    QPushButton *m_logs;
    QPushButton *m_previous;
    QPushButton *m_copy;
    QMenu *m_menu;
    DetailsSubject m_subject;
    ObjectId m_object;
    std::stop_source m_stop;
    QHash<QString, QString> m_zones;     ///< by node; empty: asked, not answered; "?": may not be read
    QHash<QString, QString> m_causes;    ///< by pod uid: the newest warning of its events
    bool m_wide = false;
};

}
