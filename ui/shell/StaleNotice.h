// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/ShellContext.h"

#include <QObject>
#include <QSet>

class QTimer;

namespace qd::ui {

class Notices;
class PaneHost;

/// Says once when a cluster that answered answers no more, wherever in the window a person is: one notice for all of them, gone
/// when they answer again. A page that says so itself is not repeated, nor what a sign-in that ended says. How old values are
/// stays at the chips. GUI thread; all it points to outlives it.
class StaleNotice : public QObject {
    Q_OBJECT
public:
    StaleNotice(const ShellContext &context, PaneHost *panes, Notices *notices, QObject *parent);
    void addEnvironment(state::Environment *environment);
    void removeEnvironment(state::Environment *environment);
    /// Once a second: the ages while it is shown.
    void tick();

private:
    void look();
    [[nodiscard]] QList<state::Environment *> silent() const;
    [[nodiscard]] bool pageSays(const QList<state::Environment *> &silent) const;
    [[nodiscard]] QString title(const QList<state::Environment *> &silent) const;
    [[nodiscard]] QString detail(const QList<state::Environment *> &silent) const;
    const ShellContext &m_context;
    PaneHost *m_panes;
    Notices *m_notices;
    QTimer *m_soon;
    QSet<const state::Environment *> m_known;   ///< silent, and told or said by the page
};

}
