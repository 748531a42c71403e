// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/OwnerGraph.h"
#include "models/ports/BodyCodec.h"
#include "ui/panes/details/DetailsTab.h"
#include "ui/widgets/Throttle.h"

#include <QPointer>
#include <QTimer>

#include <stop_token>

class QTreeWidget;
class QTreeWidgetItem;

namespace qd::ui {

class Label;

/// What the object belongs to and refers to, what it owns (pods, sets, claims, secrets by name) and what points at it, with the
/// state of each as the stores know it. Enter leads to an object of the kinds table, on whichever page it is.
class RelationsTab : public DetailsTab {
    Q_OBJECT
public:
    explicit RelationsTab(const ports::BodyCodec *bodies, QWidget *parent = nullptr);
    ~RelationsTab() override;
    void present(const DetailsSubject &subject) override;
    void leave() override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    struct Pointing {
        QList<items::Relation> owned, referring;
    };
    /// Where it is searched still, and what was found by now.
    struct Search {
        QList<std::pair<QPointer<state::ResourceStore>, state::RowPtr>> left;
        Pointing found;
    };
    void rebuild();
    void askForOwned();
    void gather();
    QTreeWidgetItem *add(QTreeWidgetItem *group, const items::Relation &relation);
    void addOwners(QTreeWidgetItem *item, const items::Relation &relation, int depth);
    void addOwned(QTreeWidgetItem *group, const QList<items::OwnedObject> &owned);
    void beginSearch();
    void search();
    void look(const state::ResourceStore &store, const network::Row &row);
    QTreeWidgetItem *addGroup(const QString &title);
    const ports::BodyCodec *m_bodies;
    QTreeWidget *m_tree;
    Label *m_note;
    DetailsSubject m_subject;
    std::stop_source m_stop;
    QList<items::OwnedList> m_lists;       ///< as they come, until all are there
    QList<items::OwnedObject> m_owned;
    QString m_version;           ///< of the object when it was searched
    bool m_wasHidden = false;    ///< since it was shown last
    Throttle m_searching{kAgainMs, [this] { beginSearch(); }};
    Search m_search;
    Pointing m_pointing;         ///< what the last whole search found
    QTimer m_slice;              ///< goes on with the search between two pictures
    QString m_askedFor;          ///< uid whose owned objects were asked for
    int m_awaited = 0;
    QStringList m_refused;       ///< kinds that may not be listed
    QStringList m_skipped;       ///< kinds with too many objects to search
};

}
