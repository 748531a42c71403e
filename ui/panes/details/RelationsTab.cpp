// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/RelationsTab.h"

#include "ui/theme/Icons.h"
#include "ui/theme/StatePainter.h"
#include "ui/widgets/Label.h"

#include <QHeaderView>
#include <QTreeWidget>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::Relation;

namespace {
/// Opening a body costs some 30 microseconds: larger lists are named as not searched.
constexpr qsizetype kSearched = 2000;
}

RelationsTab::RelationsTab(const ports::BodyCodec *bodies, QWidget *parent)
    : QWidget(parent)
    , m_bodies(bodies)
    , m_tree(new QTreeWidget(this))
    , m_note(new Label({}, Type::Caption, Token::Text2, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_tree, 1);
    m_note->setContentsMargins(16, 8, 16, 8);
    m_note->setWordWrap(true);
    layout->addWidget(m_note);
    m_tree->setAccessibleName(tr("Relations"));
    m_tree->setHeaderLabels({tr("Object"), tr("State"), tr("Field")});
    m_tree->setUniformRowHeights(true);
    m_tree->setIconSize(QSize(14, 14));
    m_tree->setIndentation(16);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->resizeSection(1, 92);
    m_tree->header()->resizeSection(2, 118);
    connect(m_tree, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem *item) {
        const QVariant id = item->data(0, Qt::UserRole);
        if (id.isValid())
            Q_EMIT objectWanted(id.value<ObjectId>());
    });
}

void RelationsTab::add(QTreeWidgetItem *group, const Relation &relation, state::Environment *environment)
{
    auto *item = new QTreeWidgetItem(group, {relation.object.name, {}, relation.field.section(u'.', -1)});
    item->setToolTip(2, relation.field);
    item->setToolTip(0, u"%1 %2"_s.arg(relation.objectKind, relation.object.name));
    item->setData(0, Qt::AccessibleTextRole, item->toolTip(0));
    const network::KindInfo *kind = environment ? environment->kinds().find(relation.object.gvr) : nullptr;
    if (!kind) {
        item->setText(1, tr("not watched"));
        return;
    }
    item->setIcon(0, icon(kind->icon, Token::Text2));
    state::ResourceStore *store = environment->store(*kind);
    const state::RowPtr row = store->find(relation.object.ns, relation.object.name);
    if (!row) {
        const bool known = store->complete();
        item->setText(1, known ? tr("not there") : tr("unknown"));
        if (known)
            item->setIcon(1, icon(stateIcon(network::State::Degraded), Token::Warn));
        return;
    }
    item->setText(1, network::stateWord(row->state));
    item->setIcon(1, icon(stateIcon(row->state), stateToken(row->state)));
    item->setData(0, Qt::UserRole, QVariant::fromValue(store->idOf(*row)));
}

void RelationsTab::addPointing(QTreeWidgetItem *group, const items::ObjectFacts &facts, state::Environment *environment)
{
    QStringList skipped;
    const QList<state::ResourceStore *> stores = environment && m_bodies ? environment->stores() : QList<state::ResourceStore *>();
    for (state::ResourceStore *store : stores) {
        if (store->rows().size() > kSearched) {
            skipped.append(store->kind().gvr.resource);
            continue;
        }
        for (const state::RowPtr &row : store->rows()) {
            if (row->body.isEmpty() || row->uid == facts.object.uid || row->ns != facts.object.ns)
                continue;
            const Result<QJsonObject> body = m_bodies->open(row->body);
            if (!body)
                continue;
            const QList<Relation> relations = items::relationsOf(*body, store->kind(), environment->kinds(), environment->name());
            const auto here = std::find_if(relations.begin(), relations.end(), [&](const Relation &r) {
                return r.objectKind == facts.kind && r.object.name == facts.object.name;
            });
            if (here != relations.end())
                add(group, {Relation::Kind::ReferredBy, here->field, store->kind().kind, store->idOf(*row)}, environment);
        }
    }
    m_note->setText(skipped.isEmpty() ? QString() : tr("Not searched, too many: %1.").arg(skipped.join(u", "_s)));
    m_note->setVisible(!skipped.isEmpty());
}

void RelationsTab::setFacts(const items::ObjectFacts &facts, state::Environment *environment)
{
    m_tree->clear();
    const std::pair<Relation::Kind, QString> groups[]{{Relation::Kind::Owner, tr("Belongs to")}, {Relation::Kind::RefersTo, tr("Refers to")},
                                                      {Relation::Kind::ReferredBy, tr("Referred to by")}};
    for (const auto &[kind, title] : groups) {
        auto *group = new QTreeWidgetItem(m_tree, {title});
        group->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
        for (const Relation &relation : facts.relations) {
            if (relation.kind == kind)
                add(group, relation, environment);
        }
        if (kind == Relation::Kind::ReferredBy)
            addPointing(group, facts, environment);
        if (group->childCount() == 0)
            std::unique_ptr<QTreeWidgetItem>(m_tree->takeTopLevelItem(m_tree->indexOfTopLevelItem(group))).reset();
        else
            group->setExpanded(true);
    }
}

}
