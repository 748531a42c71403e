// SPDX-License-Identifier: GPL-3.0-or-later
// Saving a panel, and what somebody else wrote into its file meanwhile.
#include "models/core/Async.h"
#include "models/network/telemetry/PanelMerge.h"
#include "ui/panes/telemetry/PanelEditor.h"
#include "ui/shell/ShellContext.h"
#include "ui/widgets/NoticeBar.h"

#include <QPushButton>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

QString wordOf(network::PanelPart part, const network::Panel &panel)
{
    switch (part) {
    case network::PanelPart::Title:
        return PanelEditor::tr("title “%1”").arg(panel.title);
    case network::PanelPart::Note:
        return PanelEditor::tr("remark");
    case network::PanelPart::Values:
        return PanelEditor::tr("values");
    case network::PanelPart::Place:
        return PanelEditor::tr("place and legend");
    case network::PanelPart::Queries:
        return PanelEditor::tr("queries");
    case network::PanelPart::Thresholds:
        return PanelEditor::tr("thresholds");
    case network::PanelPart::Axis:
        return PanelEditor::tr("axis");
    case network::PanelPart::Alerts:
        return PanelEditor::tr("alerts");
    }
    return {};
}

}

void PanelEditor::save()
{
    if (m_saving || !problem().isEmpty())
        return;
    m_saving = true;
    m_save->setEnabled(false);
    m_failed->hide();
    network::Panel wanted = panel();
    if (m_new) {
        QStringList taken;
        for (const network::PanelRow &row : std::as_const(m_dashboard.rows)) {
            for (const network::Panel &one : row.panels)
                taken.append(one.id);
        }
        wanted.id = network::freeId(wanted.title, taken, u"panel"_s);
    }
    whenFinished(m_context.dashboards->savePanel(m_dashboard, wanted), this, [this](const Result<ports::DashboardFiles> &files) {
        if (files) {
            Q_EMIT saved(*files);
            return accept();
        }
        m_failed->setTexts(files.error().message, files.error().remedy);
        m_failed->show();
        if (files.error().kind == ErrorKind::Conflict)
            return readAgain(files.error());
        m_saving = false;
        changed();
    });
}

void PanelEditor::readAgain(const Error &conflict)
{
    whenFinished(m_context.dashboards->read(), this, [this, conflict](const Result<ports::DashboardFiles> &files) {
        m_saving = false;
        if (files)
            takeGround(*files, conflict);
        changed();
    });
}

/// Takes what only they changed into the form; says what that is, and what both changed.
QString PanelEditor::mergeWith(const network::Panel &there, const network::Panel &before)
{
    const network::PanelMerge merge = network::mergedPanel(before, panel(), there);
    const auto named = [&there](const QList<network::PanelPart> &parts) {
        QStringList out;
        for (const network::PanelPart part : parts)
            out.append(wordOf(part, there));
        return out.join(u", "_s);
    };
    if (!merge.theirs.isEmpty())
        fill(merge.panel);
    const QString taken = merge.theirs.isEmpty() ? tr("What you wrote is still here.") : tr("What you wrote is still here, together with what changed in the file: %1.").arg(named(merge.theirs));
    const QString next = merge.both.isEmpty() ? tr("Save again to write it.") : tr("Both of you changed: %1. Save again to write yours over it.").arg(named(merge.both));
    return QString(taken + u' ' + next);
}

/// What the files say now is what the form is compared with from here on; what is written in it stays.
void PanelEditor::takeGround(const ports::DashboardFiles &files, const Error &conflict)
{
    const auto now = std::find_if(files.dashboards.cbegin(), files.dashboards.cend(), [this](const network::Dashboard &one) { return one.id == m_dashboard.id; });
    if (now == files.dashboards.cend())
        return;
    const network::Panel *there = now->panel(m_before.id), *before = m_dashboard.panel(m_before.id);
    QString words;
    if (m_new)
        words = tr("What you wrote is still here. Save again to add it beside what is there.");
    else if (!there)
        words = tr("What you wrote is still here. Save again to add the panel anew.");
    else if (before)
        words = mergeWith(*there, *before);
    else
        words = tr("What you wrote is still here. Save again to write it.");
    m_failed->setTexts(conflict.message, words);
    if (there)
        m_before = *there;
    m_dashboard = *now;
    showWhere();
    Q_EMIT foundChanged(files);
}

}
