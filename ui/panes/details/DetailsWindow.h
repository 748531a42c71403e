// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/ShellContext.h"

#include <QPointer>
#include <QWidget>

namespace qd::ui {

class DetailsPane;

/// The details of one object in a window of their own: lives on whatever the main window shows, says when the object is deleted,
/// closes with Esc and Ctrl+W, and by itself when its cluster is closed.
class DetailsWindow : public QWidget {
    Q_OBJECT
public:
    DetailsWindow(const ShellContext &context, ActionRegistry *actions, const ActionTarget &target, QWidget *parent = nullptr);
    [[nodiscard]] DetailsPane *details() const { return m_details; }

Q_SIGNALS:
    void objectWanted(const qd::ObjectId &object);
    void changeWanted(const QString &changeId);

protected:
    void paintEvent(QPaintEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    void adopt(const QStringList &upserted, const QStringList &removed);
    const ShellContext &m_context;
    ActionTarget m_target;
    DetailsPane *m_details;
    bool m_production = false;
};

/// The windows opened from a main window; they close with it. GUI thread.
class DetailsWindows : public QObject {
    Q_OBJECT
public:
    /// `actions`: the main window's, whose windowWanted opens one. The context outlives it.
    DetailsWindows(const ShellContext &context, ActionRegistry *actions, QObject *parent);
    ~DetailsWindows() override;
    /// One that shows the object already comes to the front.
    DetailsWindow *open(const ActionTarget &target, const QString &tab = {});
    void closeAll();
    [[nodiscard]] QList<DetailsWindow *> windows() const;

Q_SIGNALS:
    void objectWanted(const qd::ObjectId &object);
    void changeWanted(const QString &changeId);

private:
    const ShellContext &m_context;
    ActionRegistry *m_actions;
    QList<QPointer<DetailsWindow>> m_windows;
};

}
