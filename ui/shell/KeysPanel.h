// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/Popup.h"

class QLineEdit;
class QScrollArea;

namespace qd::ui {

class ActionRegistry;

/// "?": every key that works here, grouped by where it works, made of the registry; typing narrows it.
class KeysPanel : public Popup {
    Q_OBJECT
public:
    KeysPanel(const ActionRegistry &actions, QWidget *parent);
    /// Lines that are shown now.
    [[nodiscard]] int shown() const { return m_shown; }
    [[nodiscard]] QLineEdit *field() const { return m_field; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Line {
        QString group;
        QString key;
        QString text;
    };
    void fill(const QString &pattern);
    QList<Line> m_lines;
    QStringList m_groups;
    QLineEdit *m_field;
    QScrollArea *m_scroll;
    int m_shown = 0;
};

}
