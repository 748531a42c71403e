// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/YamlCodec.h"
#include "models/state/ChangeReview.h"

#include <QWidget>

class QComboBox;
class QPlainTextEdit;
class QStackedWidget;
class QTreeWidget;

namespace qd::ui {

class DiffView;
class Hairline;
class ObjectList;
class Label;
class Tabs;
class YamlView;

/// The left side of the review: Diff, Fields, YAML after, kubectl, of one edit. Above them the list of
/// objects when there are several, a chooser when one object takes several edits.
class ReviewPages : public QWidget {
    Q_OBJECT
public:
    ReviewPages(const ports::YamlCodec *yaml, const QString &context, QWidget *parent = nullptr);
    /// `over`: the change has ended.
    void setReview(const state::Review &review, bool over = false);
    /// How far each object came; nothing else is new.
    void setOutcomes(const state::Review &review, bool over);
    [[nodiscard]] QString kubectl() const { return m_kubectl; }
    /// Every object of the change as it would stand in Git.
    [[nodiscard]] QString textForGit() const;
    [[nodiscard]] DiffView *diff() const { return m_diff; }
    [[nodiscard]] Tabs *tabs() const { return m_tabs; }
    [[nodiscard]] ObjectList *objects() const { return m_objects; }

private:
    void showEdit(int index);
    void fillFields(const state::EditReview &edit);
    const ports::YamlCodec *m_yaml;
    QString m_context;
    state::Review m_review;
    ObjectList *m_objects;
    Hairline *m_below;
    QComboBox *m_chooser;
    Tabs *m_tabs;
    Label *m_summary;
    QStackedWidget *m_stack;
    DiffView *m_diff;
    QTreeWidget *m_fields;
    YamlView *m_after;
    QPlainTextEdit *m_command;
    QString m_kubectl;
};

}
