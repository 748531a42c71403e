// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/ArgoBar.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/NoticeBar.h"

#include <QHBoxLayout>

#include <utility>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;
using Way = state::ArgoApplication::Way;

ArgoBar::ArgoBar(QWidget *parent)
    : QWidget(parent), m_bar(new NoticeBar(State::Degraded, {}, {}, this)),
      m_copy(makeButton(tr("Copy YAML for Git"), ButtonKind::Normal, u"git"_s, this)),
      m_save(makeButton({}, ButtonKind::Normal, u"download"_s, this)),
      m_pause(makeButton(tr("Pause self-heal…"), ButtonKind::Normal, {}, this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    column->addWidget(m_bar);
    auto *row = m_row = new QHBoxLayout;
    row->setSpacing(metrics::kGap);
    row->addWidget(m_copy);
    row->addWidget(m_pause);
    row->addStretch(1);
    row->addWidget(m_save);
    column->addLayout(row);
    m_save->setObjectName(u"saveForGit"_s);
    m_save->setAccessibleName(tr("Save YAML for Git…"));
    m_save->setToolTip(tr("Save YAML for Git…: the same text as a file"));
    m_copy->setObjectName(u"copyForGit"_s);
    m_copy->setToolTip(tr("The objects after this change, without what only the server writes"));
    m_pause->setObjectName(u"pauseSelfHeal"_s);
    connect(m_copy, &QPushButton::clicked, this, &ArgoBar::copyWanted);
    connect(m_save, &QPushButton::clicked, this, &ArgoBar::saveWanted);
    connect(m_pause, &QPushButton::clicked, this, &ArgoBar::pauseWanted);
    hide();
}

void ArgoBar::setOwner(const state::ArgoOwner &owner, int owned, int objects)
{
    m_owned = owned;
    m_objects = objects;
    if (owner.application != m_owner.application || owner.ns != m_owner.ns)
        m_application = {};
    m_owner = owner;
    setVisible(owner.owned());
    refresh();
}

/// The pause stands below the others where it has no room beside them.
void ArgoBar::arrange()
{
    const int wanted = m_copy->sizeHint().width() + m_save->sizeHint().width() + metrics::kGap
        + (m_pause->isHidden() ? 0 : m_pause->sizeHint().width() + metrics::kGap);
    const bool beside = wanted <= width();
    if (beside == std::exchange(m_beside, beside))
        return;
    auto *column = static_cast<QVBoxLayout *>(layout());
    if (beside) {
        column->removeWidget(m_pause);
        m_row->insertWidget(1, m_pause);
    } else {
        m_row->removeWidget(m_pause);
        column->addWidget(m_pause, 0, Qt::AlignLeft);
    }
}

void ArgoBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void ArgoBar::setApplication(const state::ArgoApplication &application)
{
    m_application = application;
    refresh();
}

void ArgoBar::refresh()
{
    const QString name = m_owner.application;
    QString text;
    switch (m_application.way) {
    case Way::Heals: text = tr("%1 heals itself: a direct edit is undone within minutes unless Git changes too.").arg(name); break;
    case Way::Syncs: text = tr("%1 does not heal itself: a direct edit holds until Git changes next.").arg(name); break;
    case Way::ByHand: text = tr("%1 is synced by hand: a direct edit holds until somebody syncs it.").arg(name); break;
    case Way::Unknown:
        text = tr("%1 keeps it as Git says: a direct edit may be undone unless Git changes too.").arg(name);
        break;
    }
    m_bar->setTexts(m_objects > 1 ? tr("Argo CD owns %1 of %2 objects").arg(m_owned).arg(m_objects) : tr("Argo CD owns this object"), text);
    m_bar->setToolTip(m_application.problem.isEmpty() ? QString() : tr("Whether it heals itself is not known: %1").arg(m_application.problem));
    m_pause->setVisible(m_application.way == Way::Heals);
    m_pause->setEnabled(m_application.mayPause);
    m_pause->setIcon(m_application.mayPause ? QIcon() : icon(u"lock"_s, Token::Text3));
    m_pause->setToolTip(m_application.mayPause ? tr("Review switching self-heal of %1 off").arg(name)
                                               : tr("Not allowed. Missing right: %1").arg(m_application.missingRight));
    arrange();
}

}
