// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/JsonDiff.h"
#include "ui/widgets/YamlView.h"

#include <QListWidget>
#include <QStyledItemDelegate>

class QGridLayout;

namespace qd::ui {

class Label;

/// A row of two lines (picture 19): a strong line or one in mono with a word at the right, below it a sentence in caption that
/// wraps. Roles: DisplayRole, WordRole, BelowRole; an icon by the item. Chosen rows have the selection and its bar.
class TwoLineDelegate : public QStyledItemDelegate {
public:
    enum Role { BelowRole = Qt::UserRole + 40, WordRole };
    TwoLineDelegate(bool mono, QAbstractItemView *view);
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    struct Place;
    [[nodiscard]] Place placed(const QStyleOptionViewItem &option, const QModelIndex &index) const;
    QAbstractItemView *m_view;
    bool m_mono;
};

/// What an editor or the server has against a text: what, and below it where and who says so. Enter leads to the line.
class ProblemList : public QListWidget {
    Q_OBJECT
public:
    explicit ProblemList(QWidget *parent = nullptr);
    /// `places` are the fields' paths, one a problem; empty where the line has none.
    void setProblems(const QList<YamlView::Problem> &problems, const QStringList &places, bool fromServer);
    /// What holds for the whole text, below the problems.
    void setNote(const QString &title, const QString &below);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void addNote();
    QString m_note, m_noteBelow;
};

/// What a text changes, field by field, with the values before and after.
class ChangedFields : public QWidget {
    Q_OBJECT
public:
    explicit ChangedFields(QWidget *parent = nullptr);
    void setChanges(const QList<state::JsonChange> &changes);
    [[nodiscard]] int count() const { return m_count; }

private:
    QGridLayout *m_grid;
    QWidget *m_rows = nullptr;
    Label *m_state;
    int m_count = 0;
};

}
