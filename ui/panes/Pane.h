// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/state/Environment.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Faces.h"

#include <QWidget>

#include <optional>

namespace qd::ui {

/// How a list stands: what a saved view keeps. `list` is the list's id ("backups/backupschedules").
struct ListView {
    QString list;
    QString filter;
    bool problemsOnly = false;
    QStringList columns;      ///< empty: as the kinds table has them
    QString sort;
    bool descending = false;
    friend bool operator==(const ListView &, const ListView &) = default;
};

/// A page of the window. The frame knows panes by this only; a feature is a folder with one of these. GUI thread.
class Pane : public QWidget {
    Q_OBJECT
public:
    explicit Pane(QWidget *parent = nullptr)
        : QWidget(parent)
    {
        setAccessibleRole(this, QAccessible::Pane);
    }
    /// The window is narrower than 1280 px at the body size of look.md.
    virtual void setNarrow(bool narrow) { Q_UNUSED(narrow) }
    virtual void setDensity(Density density) { Q_UNUSED(density) }
    /// What is shown stays as it is until it goes on.
    virtual void setPaused(bool paused) { Q_UNUSED(paused) }
    /// How many objects changed since the pause.
    [[nodiscard]] virtual int waiting() const { return 0; }
    /// One more cluster is open; it is in the context's list already.
    virtual void addEnvironment(state::Environment *environment) { Q_UNUSED(environment) }
    /// It goes: nothing may point to it afterwards. It is no longer in the context's list.
    virtual void removeEnvironment(state::Environment *environment) { Q_UNUSED(environment) }
    /// Once a second while it is the current pane.
    virtual void tick() { }
    virtual void saveState() const { }
    /// It became the current pane: verbs act on its selection now, and focus goes where work goes on.
    virtual void enter() { setFocus(); }
    /// Shows an object's details; one that is not listed yet is opened when it comes. False: it is none of this pane's.
    virtual bool openObject(const ObjectId &object) { Q_UNUSED(object) return false; }
    /// The object whose details are open, for back and forward.
    [[nodiscard]] virtual ObjectId openedObject() const { return {}; }
    /// Shows a change of the journal. False: it is none of this pane's.
    virtual bool openChange(const QString &changeId) { Q_UNUSED(changeId) return false; }
    virtual void setFilterText(const QString &text) { Q_UNUSED(text) }
    /// Only what needs attention, in pages that are lists.
    virtual void setProblemsOnly(bool only) { Q_UNUSED(only) }
    /// Shows the tab of a kind, in pages of several. False: there is none.
    virtual bool showKind(const QString &kind) { Q_UNUSED(kind) return false; }
    /// Shows a tab of the details that are open ("logs").
    virtual void setDetailsTab(const QString &tab) { Q_UNUSED(tab) }
    /// How its list stands; none in pages that are no lists.
    [[nodiscard]] virtual std::optional<ListView> listView() const { return std::nullopt; }
    virtual void showListView(const ListView &view) { Q_UNUSED(view) }
    /// For the status bar.
    [[nodiscard]] virtual QString keyHints() const { return {}; }

Q_SIGNALS:
    /// Another object is looked at: back leads to the one before.
    void opened(const qd::ObjectId &object);
    /// An object of another pane is wanted.
    void objectWanted(const qd::ObjectId &object);
    /// Likewise, at a tab of its details.
    void tabWanted(const qd::ObjectId &object, const QString &tab);
    /// It was wanted here and is not there: all of its kind is known, and it is not among them.
    void objectMissing(const qd::ObjectId &object);
    /// Another page is wanted: the list of a kind (may be empty), all of it or what needs attention.
    void listWanted(const QString &pane, const QString &kind, bool problemsOnly);
    /// Likewise, what this filter keeps.
    void filterWanted(const QString &pane, const QString &filter);
    /// A change of the journal is wanted.
    void changeWanted(const QString &changeId);
    /// The saved views, below this button.
    void viewsWanted(QWidget *button);
    void waitingChanged();
    /// keyHints() are others now.
    void hintsChanged();
    /// What the navigation shows of it (PaneInfo::count) is different now.
    void attentionChanged();
};

}
