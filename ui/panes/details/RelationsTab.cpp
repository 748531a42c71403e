// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/RelationsTab.h"

#include "models/core/Async.h"
#include "models/core/Json.h"
#include "models/core/OnPool.h"
#include "ui/panes/details/KeptRows.h"
#include "ui/theme/Icons.h"
#include "ui/theme/StatePainter.h"
#include "ui/widgets/Label.h"

#include <QHeaderView>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::Relation;

namespace {

/// Opening a body costs some 30 microseconds: larger lists are named as not searched.
constexpr qsizetype kSearched = 2000;
/// So long is searched at a time.
constexpr qint64 kSliceMs = 6;
/// Owners of owners: longer chains do not exist, rings might.
constexpr int kDepth = 6;

/// What is asked of an object that may be owned: its name and who owns it. Of thousands more is too much.
QJsonObject ownership(const QJsonObject &object)
{
    const QJsonObject metadata = object.value("metadata"_L1).toObject();
    const QJsonValue owners = metadata.value("ownerReferences"_L1);
    if (owners.toArray().isEmpty())
        return {};
    return {{u"metadata"_s, QJsonObject{{u"name"_s, metadata.value("name"_L1)}, {u"namespace"_s, metadata.value("namespace"_L1)},
        {u"uid"_s, metadata.value("uid"_L1)}, {u"ownerReferences"_s, owners}}}};
}

/// As in the design: what an owned thing of the cluster looks like in a list.
QString iconOf(const QString &kind)
{
    static const QHash<QString, QString> icons{{u"Secret"_s, u"key"_s}, {u"PersistentVolumeClaim"_s, u"storage"_s},
                                               {u"Service"_s, u"link"_s}, {u"ConfigMap"_s, u"yaml"_s}, {u"Job"_s, u"tasks"_s}};
    return icons.value(kind, u"applications"_s);
}

}

RelationsTab::RelationsTab(const ports::BodyCodec *bodies, QWidget *parent)
    : DetailsTab(parent)
    , m_bodies(bodies)
    , m_tree(new QTreeWidget(this))
    , m_note(new Label({}, Type::Caption, Token::Text2, this))
{
    setAccessibleName(tr("Relations"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_tree, 1);
    m_note->setContentsMargins(16, 8, 16, 8);
    m_note->setWordWrap(true);
    m_note->hide();
    layout->addWidget(m_note);
    m_tree->setAccessibleName(tr("Relations"));
    m_tree->setHeaderLabels({tr("Object"), tr("State"), tr("Field")});
    m_tree->setUniformRowHeights(true);
    m_tree->setIconSize(QSize(14, 14));
    m_tree->setIndentation(16);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setTextElideMode(Qt::ElideMiddle);   // what is owned is called as its owner, and something at the end
    m_tree->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_tree->header()->setStretchLastSection(false);
    m_slice.setSingleShot(true);
    connect(&m_slice, &QTimer::timeout, this, &RelationsTab::search);
    connect(m_tree, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem *item) {
        const QVariant id = item->data(0, Qt::UserRole);
        if (id.isValid())
            Q_EMIT objectWanted(id.value<ObjectId>());
    });
}

/// State and field have what they need at the size of the text, more where there is room.
void RelationsTab::resizeEvent(QResizeEvent *event)
{
    DetailsTab::resizeEvent(event);
    const int letter = fontMetrics().averageCharWidth();
    const bool wide = width() > 100 * letter;
    m_tree->header()->resizeSection(1, std::max(92, (wide ? 18 : 13) * letter));
    m_tree->header()->resizeSection(2, std::max(96, (wide ? 30 : 14) * letter));
}

/// What points here changes without this object: who comes back has it searched again.
void RelationsTab::showEvent(QShowEvent *event)
{
    DetailsTab::showEvent(event);
    if (std::exchange(m_wasHidden, false) && !m_version.isEmpty())
        m_searching.want();
}

void RelationsTab::hideEvent(QHideEvent *event)
{
    DetailsTab::hideEvent(event);
    m_wasHidden = true;
}

RelationsTab::~RelationsTab()
{
    m_stop.request_stop();
}

void RelationsTab::leave()
{
    m_stop.request_stop();
    m_tree->clear();
    m_lists.clear();
    m_owned.clear();
    m_refused.clear();
    m_askedFor.clear();
    m_awaited = 0;
    m_version.clear();
    m_searching.forget();
    m_slice.stop();
    m_search = {};
    m_pointing = {};
    m_subject = {};
}

void RelationsTab::present(const DetailsSubject &subject)
{
    if (subject.facts.object != m_subject.facts.object)
        leave();
    m_subject = subject;
    const QString version = json::at(subject.object, u"/metadata/resourceVersion"_s).toString();
    if (std::exchange(m_version, version) != version)
        m_searching.want();
    if (m_askedFor != subject.facts.object.uid)
        askForOwned();
}

/// Only metadata is asked for: of a secret the name is shown, and its value never comes here.
void RelationsTab::askForOwned()
{
    state::Environment *environment = m_subject.target.environment;
    const ObjectId object = m_subject.facts.object;
    m_askedFor = object.uid;
    if (!environment || !environment->gateway() || object.uid.isEmpty())
        return;
    m_stop = std::stop_source{};
    for (const items::OwnedKind &kind : items::ownedKinds()) {
        ports::ListQuery query;
        query.ns = object.ns;
        query.metadataOnly = true;
        query.reduce = ownership;
        ++m_awaited;
        whenFinished(environment->gateway()->list(kind.gvr, query, m_stop.get_token()), this,
                     [this, kind, object, stop = m_stop.get_token()](const Result<QJsonObject> &list) {
                         if (stop.stop_requested() || m_subject.facts.object != object)
                             return;
                         if (list)
                             m_lists.append({kind, *list});
                         else if (list.error().kind == ErrorKind::Forbidden)
                             m_refused.append(kind.gvr.resource);
                         if (m_awaited == 1)
                             gather();
                         else
                             --m_awaited;
                     });
    }
}

/// Beside the GUI thread: a namespace may hold tens of thousands of objects. What is kept is the tree below this one alone.
void RelationsTab::gather()
{
    using Owned = QList<items::OwnedObject>;
    const auto below = [object = m_subject.facts.object, lists = std::exchange(m_lists, {})] {
        return Result<Owned>(items::ownedBy(object.uid, object.cluster, lists));
    };
    whenFinished(onPool<Owned>(below), this, [this, stop = m_stop.get_token()](const Result<Owned> &owned) {
        if (stop.stop_requested() || !owned)
            return;
        m_owned = *owned;
        m_awaited = 0;
        rebuild();
    });
}

QTreeWidgetItem *RelationsTab::add(QTreeWidgetItem *group, const Relation &relation)
{
    state::Environment *environment = m_subject.target.environment;
    auto *item = new QTreeWidgetItem(group, {relation.object.name, {}, relation.field.section(u'.', -1)});
    item->setToolTip(2, relation.field);
    item->setToolTip(0, u"%1 %2"_s.arg(relation.objectKind, relation.object.name));
    item->setData(0, Qt::AccessibleTextRole, item->toolTip(0));
    const network::KindInfo *kind = environment ? environment->kinds().find(relation.object.gvr) : nullptr;
    if (!kind) {
        item->setIcon(0, icon(iconOf(relation.objectKind), Token::Text2));
        item->setText(1, tr("not watched"));
        return item;
    }
    item->setIcon(0, icon(kind->icon, Token::Text2));
    state::ResourceStore *store = environment->store(*kind);
    const state::RowPtr row = store->find(relation.object.ns, relation.object.name);
    if (!row) {
        const bool known = store->complete();
        item->setText(1, known ? tr("not there") : tr("unknown"));
        if (known)
            item->setIcon(1, icon(stateIcon(network::State::Degraded), Token::Warn));
        return item;
    }
    item->setText(1, network::stateWord(row->state));
    item->setIcon(1, icon(stateIcon(row->state), stateToken(row->state)));
    item->setData(0, Qt::UserRole, QVariant::fromValue(store->idOf(*row)));
    return item;
}

/// Who owns the owner, as far as the stores know it.
void RelationsTab::addOwners(QTreeWidgetItem *item, const Relation &relation, int depth)
{
    state::Environment *environment = m_subject.target.environment;
    const network::KindInfo *kind = environment ? environment->kinds().find(relation.object.gvr) : nullptr;
    if (!kind || !m_bodies || depth >= kDepth)
        return;
    const state::RowPtr row = environment->store(*kind)->find(relation.object.ns, relation.object.name);
    if (!row || row->body.isEmpty())
        return;
    const Result<QJsonObject> body = m_bodies->open(row->body);
    const QList<Relation> above = body ? items::relationsOf(*body, *kind, environment->kinds(), environment->name()) : QList<Relation>();
    for (const Relation &owner : above) {
        if (owner.kind == Relation::Kind::Owner)
            addOwners(add(item, owner), owner, depth + 1);
    }
    item->setExpanded(true);
}

void RelationsTab::addOwned(QTreeWidgetItem *group, const QList<items::OwnedObject> &owned)
{
    for (const items::OwnedObject &one : owned) {
        auto *item = new QTreeWidgetItem(group, {one.object.name, one.kind});
        item->setIcon(0, icon(iconOf(one.kind), Token::Text2));
        item->setToolTip(0, one.kind == "Secret"_L1 ? tr("Secret %1; its values are not read").arg(one.object.name)
                                                    : u"%1 %2"_s.arg(one.kind, one.object.name));
        item->setToolTip(1, one.kind);
        item->setData(0, Qt::AccessibleTextRole, item->toolTip(0));
        addOwned(item, one.owned);
        item->setExpanded(true);
    }
}

void RelationsTab::beginSearch()
{
    m_searching.begin();
    m_skipped.clear();
    m_search = {};
    state::Environment *environment = m_subject.target.environment;
    const QList<state::ResourceStore *> stores = environment && m_bodies ? environment->stores() : QList<state::ResourceStore *>();
    for (state::ResourceStore *store : stores) {
        if (store->rows().size() > kSearched) {
            m_skipped.append(store->kind().gvr.resource);
            continue;
        }
        for (const state::RowPtr &row : store->rows()) {
            if (!row->body.isEmpty() && row->uid != m_subject.facts.object.uid && row->ns == m_subject.facts.object.ns)
                m_search.left.append({store, row});
        }
    }
    search();
    if (!m_search.left.isEmpty())
        rebuild();   // with what the last search found
}

/// Bodies are opened for a few milliseconds at a time.
void RelationsTab::search()
{
    QElapsedTimer slice;
    slice.start();
    while (!m_search.left.isEmpty() && slice.elapsed() < kSliceMs) {
        const auto [store, row] = m_search.left.takeLast();
        if (store)
            look(*store, *row);
    }
    if (!m_search.left.isEmpty()) {
        m_slice.start(0);
        return;
    }
    const auto byName = [](const Relation &a, const Relation &b) {
        return a.objectKind != b.objectKind ? a.objectKind < b.objectKind : a.object.name < b.object.name;
    };
    m_pointing = std::exchange(m_search.found, {});
    std::sort(m_pointing.owned.begin(), m_pointing.owned.end(), byName);
    std::sort(m_pointing.referring.begin(), m_pointing.referring.end(), byName);
    m_searching.end();
    rebuild();
}

void RelationsTab::look(const state::ResourceStore &store, const network::Row &row)
{
    const state::Environment *environment = m_subject.target.environment;
    const items::ObjectFacts &facts = m_subject.facts;
    const Result<QJsonObject> body = m_bodies->open(row.body);
    if (!body || !environment)
        return;
    const QList<Relation> relations = items::relationsOf(*body, store.kind(), environment->kinds(), environment->name());
    const auto here = std::find_if(relations.begin(), relations.end(),
        [&](const Relation &r) { return r.objectKind == facts.kind && r.object.name == facts.object.name; });
    if (here == relations.end())
        return;
    const Relation back{Relation::Kind::ReferredBy, here->field, store.kind().kind, store.idOf(row)};
    (here->kind == Relation::Kind::Owner ? m_search.found.owned : m_search.found.referring).append(back);
}

QTreeWidgetItem *RelationsTab::addGroup(const QString &title)
{
    auto *group = new QTreeWidgetItem(m_tree, {title});
    group->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    return group;
}

void RelationsTab::rebuild()
{
    const items::ObjectFacts &facts = m_subject.facts;
    const KeptRows kept(m_tree, [](const QTreeWidgetItem *item) { return QString(item->toolTip(0) + u'|' + item->text(0) + u'|' + item->text(2)); });
    m_tree->clear();
    QTreeWidgetItem *owners = addGroup(tr("Belongs to"));
    QTreeWidgetItem *refers = addGroup(tr("Refers to"));
    QTreeWidgetItem *owns = addGroup(tr("Owns"));
    QTreeWidgetItem *referred = addGroup(tr("Referred to by"));
    for (const Relation &relation : facts.relations) {
        if (relation.kind == Relation::Kind::Owner)
            addOwners(add(owners, relation), relation, 0);
        else
            (void)add(refers, relation);
    }
    for (const Relation &relation : m_pointing.owned)
        (void)add(owns, relation);
    addOwned(owns, m_owned);
    for (const Relation &relation : m_pointing.referring)
        (void)add(referred, relation);
    for (QTreeWidgetItem *group : {owners, refers, owns, referred}) {
        if (group->childCount() == 0)
            std::unique_ptr<QTreeWidgetItem>(m_tree->takeTopLevelItem(m_tree->indexOfTopLevelItem(group))).reset();
        else
            group->setExpanded(true);
    }
    kept.restore();
    QStringList notes;
    if (!m_skipped.isEmpty())
        notes.append(tr("Not searched, too many: %1.").arg(m_skipped.join(u", "_s)));
    if (!m_refused.isEmpty())
        notes.append(tr("What it owns is not wholly known. Missing right: list %1 in %2").arg(m_refused.join(u", "_s), facts.object.ns));
    if (m_tree->topLevelItemCount() == 0 && m_awaited == 0)
        notes.append(tr("It refers to nothing, and nothing known refers to it."));
    m_note->setText(notes.join(u'\n'));
    m_note->setVisible(!notes.isEmpty());
}

}
