// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ObjectFacts.h"
#include "models/ports/BodyCodec.h"
#include "models/state/Environment.h"

#include <QWidget>

class QTreeWidget;
class QTreeWidgetItem;

namespace qd::ui {

class Label;

/// What the object belongs to, refers to, and what points at it, with the state of each as the stores know it.
class RelationsTab : public QWidget {
    Q_OBJECT
public:
    explicit RelationsTab(const ports::BodyCodec *bodies, QWidget *parent = nullptr);
    void setFacts(const items::ObjectFacts &facts, state::Environment *environment);

Q_SIGNALS:
    void objectWanted(const qd::ObjectId &object);

private:
    void add(QTreeWidgetItem *group, const items::Relation &relation, state::Environment *environment);
    void addPointing(QTreeWidgetItem *group, const items::ObjectFacts &facts, state::Environment *environment);
    const ports::BodyCodec *m_bodies;
    QTreeWidget *m_tree;
    Label *m_note;
};

}
