// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/ManagedFieldsTab.h"

#include "models/core/Format.h"
#include "models/core/Json.h"
#include "ui/panes/details/KeptRows.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/StatePage.h"

#include <QHeaderView>
#include <QStackedLayout>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPathRole = Qt::UserRole;

/// True when something of it stays.
bool filterItem(QTreeWidgetItem *item, const QString &text)
{
    const bool own = item->data(0, kPathRole).toString().contains(text, Qt::CaseInsensitive);
    bool inside = false;
    for (int i = 0; i < item->childCount(); ++i) {
        QTreeWidgetItem *child = item->child(i);
        // All of what stands below a match is shown with it.
        const bool kept = filterItem(child, own ? QString() : text);
        inside = inside || kept;
    }
    const bool kept = own || inside;
    item->setHidden(!kept);
    item->setExpanded(kept && !text.isEmpty() ? true : item->parent() == nullptr || item->isExpanded());
    return kept;
}

}

ManagedFieldsTab::ManagedFieldsTab(const Clock *clock, QWidget *parent)
    : DetailsTab(parent)
    , m_clock(clock)
    , m_fields(new QWidget(this))
    , m_stack(new QStackedLayout(this))
    , m_filter(new FilterField(m_fields))
    , m_summary(new Label({}, Type::Caption, Token::Text2, m_fields))
    , m_tree(new QTreeWidget(m_fields))
    , m_page(new StatePage(this))
{
    setAccessibleName(tr("Managed fields"));
    auto *column = new QVBoxLayout(m_fields);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(16, 8, 16, 8);
    bar->setSpacing(12);
    m_filter->setPlaceholderText(tr("Who owns this field"));
    m_filter->setAccessibleName(tr("Who owns this field"));
    m_filter->setMaximumWidth(320);
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_summary);
    column->addLayout(bar);
    m_tree->setAccessibleName(tr("Managed fields"));
    m_tree->setHeaderLabels({tr("Manager, field"), tr("How"), tr("Age")});
    m_tree->headerItem()->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
    m_tree->setUniformRowHeights(true);
    m_tree->setIconSize(QSize(14, 14));
    m_tree->setIndentation(16);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_tree->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_tree->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
    column->addWidget(m_tree, 1);
    m_stack->addWidget(m_fields);
    m_stack->addWidget(m_page);
    connect(m_filter, &FilterField::filterEdited, this, &ManagedFieldsTab::applyFilter);
    connect(m_page, &StatePage::clicked, this, &DetailsTab::liveWanted);
}

void ManagedFieldsTab::renew()
{
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
        QTreeWidgetItem *item = m_tree->topLevelItem(i);
        item->setText(2, formatAge(item->data(2, Qt::UserRole).toDateTime(), m_clock->now()));
        item->setData(0, Qt::AccessibleTextRole, u"%1, %2, %3"_s.arg(item->toolTip(0), item->text(1), item->text(2)));
    }
}

void ManagedFieldsTab::leave()
{
    m_tree->clear();
    m_owners.clear();
    m_shown.clear();
}

void ManagedFieldsTab::present(const DetailsSubject &subject)
{
    if (subject.lastLive.isEmpty()) {
        leave();
        if (subject.problem)
            m_page->showError(*subject.problem);
        else
            m_page->showLoading(tr("%1: the live object").arg(subject.facts.object.cluster));
        m_stack->setCurrentWidget(m_page);
        return;
    }
    const QString shown = subject.facts.object.uid + u' ' + json::at(subject.lastLive, u"/metadata/resourceVersion"_s).toString();
    if (shown == m_shown)
        return;
    m_shown = shown;
    const QList<items::FieldManager> managers = items::fieldManagers(subject.lastLive);
    if (managers.isEmpty()) {
        m_page->showEmpty(tr("No managed fields."), tr("The server does not say who set the fields of this object."));
        m_stack->setCurrentWidget(m_page);
        return;
    }
    fill(managers);
    m_stack->setCurrentWidget(m_fields);
}

void ManagedFieldsTab::fill(const QList<items::FieldManager> &managers)
{
    const KeptRows kept(m_tree, [](const QTreeWidgetItem *item) { return QString(item->text(0) + (item->parent() ? QString() : u'|' + item->text(1))); });
    m_tree->clear();
    m_owners = items::fieldOwners(managers);
    const QDateTime now = m_clock->now();
    for (const items::FieldManager &manager : managers) {
        const QString how = manager.subresource.isEmpty() ? manager.operation : u"%1, %2"_s.arg(manager.operation, manager.subresource);
        auto *item = new QTreeWidgetItem(m_tree, {manager.manager, how, formatAge(manager.time, now)});
        item->setIcon(0, icon(manager.operation == "Apply"_L1 ? u"git"_s : u"edit"_s, Token::Text2));
        item->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
        item->setToolTip(0, tr("%1: %n field(s)", nullptr, manager.count).arg(manager.manager));
        item->setToolTip(2, formatRfc3339(manager.time));
        item->setData(2, Qt::UserRole, manager.time);
        item->setData(0, Qt::AccessibleTextRole, u"%1, %2, %3"_s.arg(item->toolTip(0), how, formatAge(manager.time, now)));
        addFields(item, manager.fields, manager.manager);
        item->setExpanded(true);
    }
    m_summary->setText(tr("%n manager(s)", nullptr, int(managers.size())));
    if (!m_filter->text().isEmpty())
        applyFilter(m_filter->text());
    kept.restore();
}

void ManagedFieldsTab::addFields(QTreeWidgetItem *to, const QList<items::OwnedField> &fields, const QString &manager)
{
    for (const items::OwnedField &field : fields) {
        auto *item = new QTreeWidgetItem(to, {field.label});
        item->setData(0, kPathRole, field.path);
        item->setToolTip(0, field.path);
        QStringList others = m_owners.value(field.path);
        others.removeAll(manager);
        if (field.fields.isEmpty() && !others.isEmpty()) {
            item->setText(1, tr("also %1").arg(others.join(u", "_s)));
            item->setToolTip(1, item->text(1));
        }
        addFields(item, field.fields, manager);
    }
}

void ManagedFieldsTab::applyFilter(const QString &text)
{
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
        QTreeWidgetItem *manager = m_tree->topLevelItem(i);
        bool any = false;
        for (int j = 0; j < manager->childCount(); ++j)
            any = filterItem(manager->child(j), text.trimmed()) || any;
        manager->setHidden(!any && !text.isEmpty());
        manager->setExpanded(true);
    }
}

}
