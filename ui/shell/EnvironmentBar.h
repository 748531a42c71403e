// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/ShellContext.h"

#include <QWidget>

class QHBoxLayout;
class QSpacerItem;
class QToolButton;

namespace qd::ui {

class EnvironmentChip;
class SearchField;

/// The top of the window: a chip for each environment, the palette's door, read-only, operations, who am I.
/// Paints the 3 px production stripe. Below 1280 px texts become icons.
class EnvironmentBar : public QWidget {
    Q_OBJECT
public:
    EnvironmentBar(const ShellContext &context, ActionRegistry *actions, QWidget *parent = nullptr);
    void setFolded(bool folded);
    /// Ages of the last answers; called once a second.
    void tick();
    void addChip(state::Environment *environment);
    void removeChip(state::Environment *environment);
    /// Nobody is called until then; null: notices come.
    void setNoticesPaused(const QDateTime &until);
    [[nodiscard]] QWidget *openButton() const;
    [[nodiscard]] QToolButton *readOnlyButton() const { return m_readOnly; }
    [[nodiscard]] QToolButton *operationsButton() const { return m_operations; }
    [[nodiscard]] QToolButton *alertsButton() const { return m_alerts; }
    [[nodiscard]] QToolButton *identityButton() const { return m_identity; }

Q_SIGNALS:
    /// `text` is what was typed into the search field.
    void paletteWanted(const QString &text);
    void environmentClicked(qd::state::Environment *environment, QWidget *chip);

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitChips();
    void shortenNames(int over);
    void rename(state::Environment *environment);
    void addTools(QHBoxLayout *layout);
    void updateReadOnly();
    void updateOperations();
    void updateAlerts();
    void updateIdentity();
    const ShellContext &m_context;
    ActionRegistry *m_actions;
    QHBoxLayout *m_chipsLayout;
    QList<QPair<state::Environment *, EnvironmentChip *>> m_chips;
    QSpacerItem *m_gap;
    QToolButton *m_open;
    QWidget *m_name;
    SearchField *m_search;
    QToolButton *m_searchButton;
    QToolButton *m_readOnly;
    QToolButton *m_operations;
    QToolButton *m_alerts;
    QToolButton *m_identity;
    bool m_folded = false;
    QDateTime m_pausedUntil;
};

}
