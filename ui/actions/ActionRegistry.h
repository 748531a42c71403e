// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ActionCatalogue.h"
#include "ui/actions/ActionTarget.h"
#include "ui/widgets/Throttle.h"

#include <QAction>
#include <QKeySequence>
#include <QObject>

#include <functional>

namespace qd::ui {

/// An action of the window itself (not a change of a resource).
struct UiAction {
    QString id;                     ///< "view.filter"
    QString text;                   ///< translated, no mnemonic
    QString icon = {};
    QList<QKeySequence> keys = {};
    QString scope = {};             ///< empty: the whole window; else where these keys are: "list", "object" (rows of a list), "changes"
    bool checkable = false;
};

/// Every action of the window, registered once and shown everywhere: buttons, menus, palette, keys overlay (style.md G18).
/// Verbs of the catalogue follow the selection: enabled only where they may and can run, else the tooltip says why.
class ActionRegistry : public QObject {
    Q_OBJECT
public:
    explicit ActionRegistry(const state::ActionCatalogue *catalogue, QObject *parent = nullptr);

    QAction *add(const UiAction &action);
    /// The same action for several pages, made by the first one: it acts in the page that is on screen.
    void share(const UiAction &action, QWidget *page, const std::function<void()> &call);
    /// By id; verbs of the catalogue are "change.<id>". Null when there is none.
    [[nodiscard]] QAction *action(const QString &id) const { return m_actions.value(id); }
    [[nodiscard]] QList<QAction *> actions() const { return m_order; }
    [[nodiscard]] QList<QAction *> changes() const;
    [[nodiscard]] QString idOf(const QAction *action) const;
    [[nodiscard]] QString iconOf(const QAction *action) const { return m_icons.value(action); }
    [[nodiscard]] QString scopeOf(const QAction *action) const;
    /// "Ctrl+K is both a and b"; empty when there is no conflict.
    [[nodiscard]] QStringList conflicts() const;

    /// What the verbs act on from now on (the selection).
    void setTargets(const QList<ActionTarget> &targets);
    [[nodiscard]] const QList<ActionTarget> &targets() const { return m_targets; }
    /// Objects changed: the verbs see those they act on as they are now. One at once, of several all within a second.
    void followTargets();
    /// What whyNot() says while it is not known yet.
    [[nodiscard]] static QString asking(const state::Environment &environment);
    /// Why a verb cannot run on a target; empty: it can. Asks the server in the background when it is not known.
    [[nodiscard]] QString whyNot(const QString &actionId, const ActionTarget &target) const;
    /// The verbs of a kind in the order of the catalogue.
    [[nodiscard]] QList<QAction *> changesOf(const network::KindInfo &kind) const;
    [[nodiscard]] const state::ActionCatalogue *catalogue() const { return m_catalogue; }

Q_SIGNALS:
    void changeRequested(const QString &actionId, const QList<qd::ui::ActionTarget> &targets);
    /// An object is to be shown in a window of its own, with this tab first.
    void windowWanted(const qd::ui::ActionTarget &target, const QString &tab = {});
    /// A tab of an object's details is to be shown ("logs").
    void tabWanted(const qd::ui::ActionTarget &target, const QString &tab);
    /// Enabled states or reasons may be different now.
    void refreshed();

private:
    void refresh();
    void renewTargets();
    void watch(state::Environment *environment);
    /// Hard: it can never run on it. Soft: the object is so already, which of several objects only leaves that one out.
    [[nodiscard]] QString applicability(const QString &actionId, const ActionTarget &target) const;
    [[nodiscard]] QString alreadySo(const QString &actionId, const ActionTarget &target) const;
    [[nodiscard]] QString whyNotMay(const state::ActionInfo &info, const ActionTarget &target) const;
    [[nodiscard]] QString whyNotIn(const state::ActionInfo &info, const ActionTarget &target, const QString &ns, bool *denied) const;
    [[nodiscard]] QString whyNotAll(const QString &actionId) const;
    const state::ActionCatalogue *m_catalogue;
    QHash<QString, QAction *> m_actions;
    QHash<const QAction *, QString> m_scopes;
    QHash<const QAction *, QString> m_icons;
    QList<QAction *> m_order;
    QList<ActionTarget> m_targets;
    QList<QMetaObject::Connection> m_watched;
    Throttle m_following{1000, [this] { renewTargets(); }};
};

/// A tooltip of an action: its text and key, or why it is disabled.
[[nodiscard]] QString actionToolTip(const QAction *action, const QString &whyNot);

}
