// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/items/ManagedFields.h"
#include "ui/panes/details/DetailsTab.h"

class QStackedLayout;
class QTreeWidget;
class QTreeWidgetItem;

namespace qd::ui {

class FilterField;
class Label;
class StatePage;

/// Who set which fields, how and when: a manager a branch, its fields as a tree; the filter answers who owns a field. Only the
/// live object says it.
class ManagedFieldsTab : public DetailsTab {
    Q_OBJECT
public:
    explicit ManagedFieldsTab(const Clock *clock, QWidget *parent = nullptr);
    void present(const DetailsSubject &subject) override;
    void renew() override;
    void leave() override;

private:
    void fill(const QList<items::FieldManager> &managers);
    void addFields(QTreeWidgetItem *to, const QList<items::OwnedField> &fields, const QString &manager);
    void applyFilter(const QString &text);
    const Clock *m_clock;
    QWidget *m_fields;
    QStackedLayout *m_stack;
    FilterField *m_filter;
    Label *m_summary;
    QTreeWidget *m_tree;
    StatePage *m_page;
    QHash<QString, QStringList> m_owners;
    QString m_shown;             ///< uid and version
};

}
