// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/ShellContext.h"

#include <QWidget>

namespace qd::ui {

class Popup;

/// Across the whole window while an environment is looked at as somebody else: in the colours of the other theme, so that
/// nobody takes it for their own rights (look.md: never red). Ends with one click.
class ViewAsBar : public QWidget {
    Q_OBJECT
public:
    /// `groups` may be empty. `theme` may be null.
    ViewAsBar(state::Environment *environment, const QString &context, const QString &user, const QStringList &groups, Theme *theme,
              QWidget *parent);
    [[nodiscard]] state::Environment *environment() const { return m_environment; }

Q_SIGNALS:
    void endWanted();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void invert();
    void tell();
    state::Environment *m_environment;
    QString m_context, m_user;
    QStringList m_groups;
    Theme *m_theme;
    class Label *m_title;
    class Label *m_detail;
};

/// Asks whom to look as; `accept` gets user and groups once, then the panel closes.
Popup *askViewAs(const QString &context, const std::function<void(const QString &, const QStringList &)> &accept, QWidget *parent);

}
