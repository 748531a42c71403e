// SPDX-License-Identifier: GPL-3.0-or-later
// The editor of profiles.yaml, from wherever a person meets a profile.
#include "ui/profiles/ProfilesDialog.h"
#include "ui/shell/FirstRunPage.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Notices.h"
#include "ui/signin/WindowSignIn.h"
#include "ui/theme/Icons.h"

#include <QMenu>

namespace qd::ui {

using namespace Qt::StringLiterals;

void MainWindow::makeProfiles()
{
    connect(m_signIns, &WindowSignIn::profileWanted, this, [this](const QString &profile) {
        if (ProfilesDialog *dialog = openProfiles(profile))
            dialog->setPage(u"signIn"_s);
    });
    if (!m_context.profiles)
        return;
    QAction *action = m_actions->add({u"view.profiles"_s, tr("Edit profiles…"), u"edit"_s, {QKeySequence(u"Ctrl+,"_s)}});
    addAction(action);
    connect(action, &QAction::triggered, this, [this] { openProfiles(); });
}

void MainWindow::addProfiles(QMenu *menu)
{
    if (m_context.profiles)
        menu->addAction(m_actions->action(u"view.profiles"_s));
}

ProfilesDialog *MainWindow::openProfiles(const QString &profile)
{
    if (!m_context.profiles)
        return nullptr;
    if (auto *open = findChild<ProfilesDialog *>())
        return open;
    auto *dialog = new ProfilesDialog(m_context.profiles, m_context.clock, profile, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ProfilesDialog::saved, this, [this] {
        if (m_first && m_first->isVisible())    // what was missing may be there now
            readAgain();
    });
    dialog->open();
    return dialog;
}

}
