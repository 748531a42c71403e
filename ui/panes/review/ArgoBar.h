// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ArgoApplication.h"

#include <QWidget>

class QBoxLayout;
class QPushButton;

namespace qd::ui {

class NoticeBar;

/// "Argo CD owns this object" (picture 04): what becomes of a direct edit, the YAML for Git, and the pause of self-heal.
/// Hidden while nobody owns it.
class ArgoBar : public QWidget {
    Q_OBJECT
public:
    explicit ArgoBar(QWidget *parent = nullptr);
    /// `owned` of `objects` objects of the change are kept by Argo CD; `owner` keeps the first of them.
    void setOwner(const state::ArgoOwner &owner, int owned = 1, int objects = 1);
    void setApplication(const state::ArgoApplication &application);

Q_SIGNALS:
    void copyWanted();
    void saveWanted();
    void pauseWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void refresh();
    void arrange();
    QBoxLayout *m_row = nullptr;
    bool m_beside = true;
    state::ArgoOwner m_owner;
    state::ArgoApplication m_application;
    NoticeBar *m_bar;
    int m_owned = 1;
    int m_objects = 1;
    QPushButton *m_copy;
    QPushButton *m_save;
    QPushButton *m_pause;
};

}
