// SPDX-License-Identifier: GPL-3.0-or-later
// How the details stay with their object: by its row, and by asking for it.
#include "ui/panes/details/DetailsPane.h"

#include "models/core/Async.h"
#include "models/core/Json.h"
#include "models/core/ResourceVersion.h"
#include "ui/panes/details/DetailsTab.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/Tabs.h"

#include <utility>

namespace qd::ui {

using namespace Qt::StringLiterals;

void DetailsPane::rowChanged(const state::RowPtr &row)
{
    if (!m_subject.target.row || !row || row == m_subject.target.row || row->uid != m_subject.target.row->uid)
        return;
    if (std::exchange(m_gone, false))
        m_problem->hide();
    const QString shown = json::at(m_subject.object, u"/metadata/resourceVersion"_s).toString();
    const bool newer = row->resourceVersion != shown && !olderVersion(row->resourceVersion, shown);   // a GET may be ahead of the watch
    m_subject.target.row = row;
    m_own->setTargets({m_subject.target});
    rebuildVerbs();
    if (!newer || !m_context.bodies || row->body.isEmpty())
        return;
    if (m_subject.problem && m_subject.problem->retryable())   // it may answer by now
        m_subject.problem.reset();
    if (const Result<QJsonObject> opened = m_context.bodies->open(row->body))
        present(*opened, false);
}

void DetailsPane::rowGone()
{
    if (m_gone || !m_subject.target.row || !m_subject.target.environment)
        return;
    const QStringList watched = m_subject.target.environment->watchedNamespaces();
    if (const QString ns = m_subject.target.row->ns; !ns.isEmpty() && !watched.isEmpty() && !watched.contains(QString()) && !watched.contains(ns))
        return;   // the list has become narrower
    m_gone = true;
    m_stop.request_stop();
    m_live.forget();
    m_problem->setState(network::State::Deleting);
    m_problem->setTexts(tr("%1 was deleted").arg(m_subject.target.row->name), tr("What is shown is how it last was."));
    m_problem->show();
    m_own->setTargets({});
}

void DetailsPane::setHeld(bool held)
{
    m_held = held;
    if (held)
        m_live.forget();
    else
        refreshTab();
}

void DetailsPane::fetchLive()
{
    if (m_gone)
        return;
    m_stop = std::stop_source{};
    m_asking = false;
    if (!m_subject.target.environment || !m_subject.target.environment->gateway())
        return;
    m_asking = true;
    const ObjectId object = m_subject.target.object();
    whenFinished(m_subject.target.environment->gateway()->get(object.gvr, object.ns, object.name, m_stop.get_token()), this,
                 [this, object](const Result<QJsonObject> &live) {
                     if (m_subject.target.object() == object)
                         adoptLive(live);
                 });
}

/// What was watched meanwhile may be newer than the answer: then that stays, the answer says who set what, and it is asked for again.
void DetailsPane::adoptLive(const Result<QJsonObject> &live)
{
    m_asking = false;
    if (m_gone)
        return;     // what has its name now is another one
    if (!live) {
        if (live.error().kind != ErrorKind::Cancelled)
            showProblem(live.error());
        return;
    }
    const QString known = m_subject.target.row->resourceVersion;
    const QString answered = json::at(*live, u"/metadata/resourceVersion"_s).toString();
    if (m_held && olderVersion(known, answered))
        return;     // beside a list that waits nothing is newer than its rows
    m_subject.lastLive = *live;
    m_subject.problem.reset();
    m_problem->hide();
    if (!olderVersion(answered, known))
        return present(*live, true);
    tabOf(m_tabs->current())->present(m_subject);
    if (std::exchange(m_askedFor, known) != known)   // once for a version, not for ever
        m_live.want();
}

void DetailsPane::showProblem(const Error &error)
{
    if (m_gone)
        return;
    m_problem->setState(error.kind == ErrorKind::Forbidden ? network::State::Unknown : network::State::Stale);
    m_problem->setTexts(tr("Shown as the list knows it"), error.text());
    m_problem->show();
    m_subject.problem = error;
    refreshTab();
}

}
