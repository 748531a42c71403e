// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QStringList>

class QLineEdit;
class QListWidget;
class QListWidgetItem;
class QMenu;

namespace qd::ui {

/// "Network: all": what a dashboard is narrowed to. Opens a list to tick, with a field to find in long ones. None ticked: all.
class VariableButton : public QPushButton {
    Q_OBJECT
public:
    VariableButton(const QString &title, bool multiple, QWidget *parent = nullptr);
    /// What is chosen and not among the values is shown as gone; without any values nothing is known to be.
    void setValues(const QStringList &values, const QStringList &chosen);
    /// Why there is nothing to choose.
    void setProblem(const QString &problem);
    [[nodiscard]] const QStringList &chosen() const { return m_chosen; }

Q_SIGNALS:
    void chosenChanged(const QStringList &values);

private:
    void fill();
    void take();
    void choose(QListWidgetItem *item);
    [[nodiscard]] bool gone(const QString &value) const;
    [[nodiscard]] QString wordsOf(const QString &value) const;
    void showText();
    QString m_title;
    bool m_multiple;
    bool m_filling = false;
    QStringList m_values, m_chosen;
    QMenu *m_menu;
    QLineEdit *m_find;
    QListWidget *m_list;
    QPushButton *m_all;
};

}
