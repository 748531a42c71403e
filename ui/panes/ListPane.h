// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panes/Pane.h"
#include "ui/shell/ShellContext.h"

#include <functional>

class QHBoxLayout;
class QSplitter;
class QVBoxLayout;

namespace qd::ui {

class ActionRegistry;
class FilterField;
class GroupedTable;
class Label;
class PillButton;
class StatePage;

/// A page that is a list (look.md "Tables", picture 11): a bar with its title, what it counts, the filter and "Problems only"; below it
/// notice bars, the rows with a page over them while there are none, and details at their right or below. What the rows are, which
/// state the list is in and what the details say is the page's. Pages build it in their constructor, in the order of the keyboard:
/// buildBar() and what stands in it, buildRows(), addDetails().
class ListPane : public Pane {
    Q_OBJECT
public:
    [[nodiscard]] StatePage *statePage() const { return m_page; }
    [[nodiscard]] QString filterText() const;
    void setFilterText(const QString &text) override;
    void setDensity(Density density) override;
    [[nodiscard]] QString keyHints() const override;

protected:
    struct Head {
        QString title;
        QString name;            ///< whose filter it is, for screen readers
        QString filterHint;
        int filterMost = 300;    ///< px at most
    };
    ListPane(const ShellContext &context, ActionRegistry *actions, QWidget *parent);
    /// The bar up to the filter; the page adds what else stands in it.
    QHBoxLayout *buildBar(const Head &head);
    /// Between the bar and the line below it, for tabs.
    [[nodiscard]] QVBoxLayout *belowBar() const { return m_belowBar; }
    void addProblems(QHBoxLayout *bar);
    void buildRows(GroupedTable *table);
    void addDetails(QWidget *details);
    /// An action of every list, made by the first one; it acts in the list that is on screen. Its scope is the id's first word.
    void share(const QString &id, const QString &text, const QString &icon, const QKeySequence &key, const std::function<void()> &call);
    /// "/" and Ctrl+P.
    void shareFilter();

    virtual void applyFilter(const QString &text) = 0;
    /// The current row is one of the list's objects, no heading.
    [[nodiscard]] virtual bool hasCurrent() const = 0;
    /// The column the keyboard is in.
    [[nodiscard]] virtual int keyColumn() const { return 0; }
    /// Who filters wants to see the list: what stands in its place goes back.
    virtual void showList() { }
    bool eventFilter(QObject *watched, QEvent *event) override;

    const ShellContext &m_context;
    ActionRegistry *m_actions;
    StatePage *m_page = nullptr;
    QSplitter *m_splitter = nullptr;
    QWidget *m_list = nullptr;
    QVBoxLayout *m_bars = nullptr;
    Label *m_counts = nullptr;
    FilterField *m_filter = nullptr;
    PillButton *m_problems = nullptr;

private:
    GroupedTable *m_rows = nullptr;
    QVBoxLayout *m_layout;
    QVBoxLayout *m_belowBar = nullptr;
};

}
