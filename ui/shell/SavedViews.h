// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panes/Pane.h"
#include "ui/shell/SettingsStore.h"

#include <QMenu>

namespace qd::ui {

class Popup;

/// A page as a person wants to see it again: its filter, columns and order, under a name of theirs.
struct SavedView {
    QString name;
    QString pane;
    ListView view;
    friend bool operator==(const SavedView &, const SavedView &) = default;
};

/// The saved views of a profile, in the order they were saved. Kept in the settings at once, beside those another window of the
/// program keeps there: each change is made of what is kept then.
class SavedViews : public QObject {
    Q_OBJECT
public:
    explicit SavedViews(SettingsStore *settings, QObject *parent = nullptr);
    [[nodiscard]] const QList<SavedView> &all() const { return m_views; }
    [[nodiscard]] const SavedView *find(const QString &name) const;
    /// One of the same name is replaced where it stands.
    void save(const SavedView &view);
    void remove(const QString &name);

private:
    void change(const std::function<void(QList<SavedView> &)> &how);
    SettingsStore *m_settings;
    QList<SavedView> m_views;
};

/// The views beside the filter: those of this page first, save, replace, forget.
class SavedViewsMenu : public QMenu {
    Q_OBJECT
public:
    /// `current`: how the page stands, to tick the view that is shown; none in pages that are no lists.
    SavedViewsMenu(const SavedViews &views, const QString &pane, const std::optional<ListView> &current, QWidget *parent);

Q_SIGNALS:
    void viewWanted(const QString &name);
    void saveWanted();
    void replaceWanted(const QString &name);
    void removeWanted(const QString &name);
};

/// Asks for a name; says when there is one of that name already. `accept` gets it once, then the panel closes.
Popup *askViewName(const SavedViews &views, const QString &suggested, const std::function<void(const QString &)> &accept, QWidget *parent);

}
