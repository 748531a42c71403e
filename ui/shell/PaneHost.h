// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Attention.h"
#include "ui/panes/Pane.h"
#include "ui/shell/ShellContext.h"
#include "ui/widgets/Stacks.h"

namespace qd::ui {

/// A page the window can show: known by id, made when it is wanted first.
struct PaneInfo {
    QString id;
    QString title;
    QString icon;
    int group = 0;           ///< of the navigation
    QString key = {};        ///< portable key sequence that leads to it
    QStringList attention = {};   ///< panes of the kinds table whose problems it shows in the navigation
    std::function<items::Attention::Count()> count = {};   ///< what else needs attention there; may be empty
    std::function<Pane *(QWidget *parent)> make;
};

/// The pages of the window, one at a time, and the way back: pages and objects looked at, as a browser keeps them.
class PaneHost : public PageStack {
    Q_OBJECT
public:
    PaneHost(const ShellContext &context, QList<PaneInfo> panes, QWidget *parent = nullptr);

    [[nodiscard]] const QList<PaneInfo> &panes() const { return m_panes; }
    [[nodiscard]] QString current() const { return m_current; }
    [[nodiscard]] Pane *currentPane() const { return m_made.value(m_current); }
    /// Makes it if need be; null when there is none of this id.
    Pane *pane(const QString &id);
    void show(const QString &id);
    /// Leads to the page that lists the object and opens its details there.
    bool openObject(const ObjectId &object);
    /// Likewise, at a tab of its details.
    void openTab(const ObjectId &object, const QString &tab);
    /// Leads to the list of a kind (empty: the page as it is), all of it or what needs attention.
    void showList(const QString &pane, const QString &kind, bool problemsOnly);
    /// Leads to the page that shows this change of the journal, where there is one.
    bool openChange(const QString &changeId);

    [[nodiscard]] bool canGoBack() const { return m_at > 0; }
    [[nodiscard]] bool canGoForward() const { return m_at + 1 < m_history.size(); }
    void back() { go(m_at - 1); }
    void forward() { go(m_at + 1); }

    void setNarrow(bool narrow);
    void setDensity(Density density);
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_paused; }
    /// Objects that changed since the pause, in all pages.
    [[nodiscard]] int waiting() const;
    void addEnvironment(state::Environment *environment);
    void removeEnvironment(state::Environment *environment);
    void saveState() const;

Q_SIGNALS:
    void currentPaneChanged(const QString &id);
    void historyChanged();
    void objectMissing(const qd::ObjectId &object);
    void waitingChanged();
    void viewsWanted(QWidget *button);
    void attentionChanged();
    void hintsChanged();

private:
    struct Place {
        QString pane;
        ObjectId object;
        friend bool operator==(const Place &, const Place &) = default;
    };
    void enter(const QString &id);
    void remember(const Place &place);
    void go(qsizetype at);
    const ShellContext &m_context;
    QList<PaneInfo> m_panes;
    QHash<QString, Pane *> m_made;
    QString m_current;
    QList<Place> m_history;
    qsizetype m_at = -1;
    bool m_going = false;
    bool m_narrow = false;
    bool m_paused = false;
    Density m_density = Density::Compact;
};

}
