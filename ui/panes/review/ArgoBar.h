// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ArgoApplication.h"

#include <QWidget>

class QPushButton;

namespace qd::ui {

class NoticeBar;

/// "Argo CD owns this object" (picture 04): what becomes of a direct edit, the YAML for Git, and the pause of self-heal.
/// Hidden while nobody owns it.
class ArgoBar : public QWidget {
    Q_OBJECT
public:
    explicit ArgoBar(QWidget *parent = nullptr);
    void setOwner(const state::ArgoOwner &owner);
    void setApplication(const state::ArgoApplication &application);

Q_SIGNALS:
    void copyWanted();
    void pauseWanted();

private:
    void refresh();
    state::ArgoOwner m_owner;
    state::ArgoApplication m_application;
    NoticeBar *m_bar;
    QPushButton *m_copy;
    QPushButton *m_pause;
};

}
