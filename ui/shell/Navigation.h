// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"

#include <QAbstractButton>

class QVBoxLayout;

namespace qd::ui {

/// One pane in the navigation: icon, name, the worst state in it and how many need attention.
class NavigationItem : public QAbstractButton {
    Q_OBJECT
public:
    NavigationItem(const QString &iconName, const QString &text, QWidget *parent = nullptr);
    void setAttention(network::State worst, int count);
    void setFolded(bool folded);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void describe();
    QString m_icon;
    network::State m_worst = network::State::Ready;
    int m_count = 0;
    bool m_folded = false;
};

/// The panes that exist, in spaced groups; folds to icons below 1280 px. Up and Down walk it.
class Navigation : public QWidget {
    Q_OBJECT
public:
    explicit Navigation(QWidget *parent = nullptr);
    NavigationItem *addPane(const QString &id, const QString &iconName, const QString &text, int group);
    [[nodiscard]] NavigationItem *item(const QString &id) const { return m_items.value(id); }
    void setCurrent(const QString &id);
    void setFolded(bool folded);

Q_SIGNALS:
    void paneWanted(const QString &id);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QVBoxLayout *m_layout;
    QHash<QString, NavigationItem *> m_items;
    int m_group = -1;
};

}
