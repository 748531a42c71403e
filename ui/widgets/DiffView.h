// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"
#include "models/state/DiffLines.h"

#include <QAbstractListModel>
#include <QListView>

namespace qd::ui {

/// Something the server says about a line: a warning or a refusal, shown below it.
struct LineNote {
    int newNumber = 0;       ///< line of the new text, from 1; 0: above everything
    network::State state = network::State::Degraded;
    QString text;
};

/// The rows of a unified diff: lines, folds, notes. AccessibleTextRole reads a row as a sentence.
class DiffModel : public QAbstractListModel {
    Q_OBJECT
public:
    struct Entry {
        state::DiffLine line;
        bool isNote = false;
        LineNote note = {};
    };
    explicit DiffModel(QObject *parent = nullptr);
    void setTexts(const QString &before, const QString &after);
    void setNotes(const QList<LineNote> &notes);
    /// Opens a folded run in place.
    void unfold(int row);
    [[nodiscard]] const Entry &entry(int row) const { return m_entries.at(row); }
    [[nodiscard]] int longest() const { return m_longest; }      ///< characters of the longest row
    [[nodiscard]] int lastNumber() const { return m_lastNumber; }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    void rebuild();
    QStringList m_before;
    QList<state::DiffLine> m_lines;
    QList<LineNote> m_notes;
    QList<Entry> m_entries;
    int m_longest = 0;
    int m_lastNumber = 0;
};

/// A unified diff (look.md "Review change"): two line numbers, − and +, soft lines, the changed value stronger, folded equal
/// runs that open on Enter or click. A list view, so keyboard and screen readers work; Ctrl+C copies the selected lines.
class DiffView : public QListView {
    Q_OBJECT
public:
    explicit DiffView(QWidget *parent = nullptr);
    void setTexts(const QString &before, const QString &after);
    void setNotes(const QList<LineNote> &notes);
    [[nodiscard]] DiffModel *diff() const { return m_model; }

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    void restyle();
    DiffModel *m_model;
};

}
