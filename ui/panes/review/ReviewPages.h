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
class Label;
class Tabs;
class YamlView;

/// The left side of the review: Diff, Fields, YAML after, kubectl, of one edit; with several edits a chooser above.
class ReviewPages : public QWidget {
    Q_OBJECT
public:
    ReviewPages(const ports::YamlCodec *yaml, const QString &context, QWidget *parent = nullptr);
    void setReview(const state::Review &review);
    [[nodiscard]] QString kubectl() const { return m_kubectl; }
    /// Every object of the change as it would stand in Git.
    [[nodiscard]] QString textForGit() const;
    [[nodiscard]] DiffView *diff() const { return m_diff; }
    [[nodiscard]] Tabs *tabs() const { return m_tabs; }

private:
    void showEdit(int index);
    void fillFields(const state::EditReview &edit);
    const ports::YamlCodec *m_yaml;
    QString m_context;
    state::Review m_review;
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
