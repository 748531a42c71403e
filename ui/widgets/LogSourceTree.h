// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"

#include <QWidget>

#include <optional>

class QHBoxLayout;
class QTreeWidget;
class QTreeWidgetItem;
class QVBoxLayout;

namespace qd::ui {

class Label;

/// The frame of a tree of what a log is read from (picture 13, left): how much is read above it, rows with a check, a state and a rate, where
/// the lines are from below. What a row is, and what its check means, is the derived class's. GUI thread.
class LogSourceTree : public QWidget {
    Q_OBJECT
public:
    /// Where the lines are from, as of when, and what is not read or not determined.
    void setNote(const QString &title, const QString &text);
    [[nodiscard]] QString note() const;
    /// A control of the owner's below the note.
    [[nodiscard]] QVBoxLayout *foot() const { return m_foot; }
    [[nodiscard]] QTreeWidget *tree() const { return m_tree; }

protected:
    enum Column { Name, State, Rate, ColumnCount };
    /// `rows`: accessible name of the tree.
    LogSourceTree(const QString &rows, QWidget *parent);
    [[nodiscard]] QHBoxLayout *head() const { return m_head; }
    void setCounts(const QString &text);
    /// A glyph for all that is not well, the word for who listens.
    static void setState(QTreeWidgetItem *item, network::State state, const QString &word);
    /// Lines a minute; none: this log is not read.
    void setRate(QTreeWidgetItem *item, std::optional<int> lines);
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    QTreeWidget *m_tree;
    bool m_filling = false;         ///< checks change by the program

private:
    void setUpTree(const QString &rows);
    void fitRates();
    void fitNote();
    QHBoxLayout *m_head;
    QVBoxLayout *m_foot;
    Label *m_counts;
    Label *m_title;
    Label *m_text;
    QString m_widestRate;           ///< the column has room for it
};

}
