// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/WindowJournal.h"

#include <QFileInfo>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

state::JournalSettling::Place placeOf(const ShellContext &context, const QString &cluster)
{
    const auto at = std::find_if(context.environments.begin(), context.environments.end(),
                                 [&cluster](const state::Environment *e) { return e->name() == cluster; });
    if (at == context.environments.end())
        return {};
    return {(*at)->gateway(), context.watchers ? context.watchers(*at) : state::WatcherFactory()};
}

}

WindowJournal::WindowJournal(ShellContext &context, QWidget *window)
    : QObject(window)
    , m_context(context)
{
    if (!context.journal)
        return;
    auto *log = new state::JournalLog(context.journal, this);
    context.changeLog = log;
    state::JournalSettling::Context settling;
    settling.log = log;
    settling.journal = context.journal;
    settling.operations = context.operations;
    settling.kinds = context.kinds;
    settling.clock = context.clock;
    settling.places = [this](const QString &cluster) { return placeOf(m_context, cluster); };
    context.settling = new state::JournalSettling(settling, this);
    connect(log, &state::JournalLog::changed, this, &WindowJournal::changed);
    connect(context.settling, &state::JournalSettling::changed, this, &WindowJournal::changed);
    log->start();
    if (!context.operations)
        return;
    connect(context.operations, &state::Operations::draftsNotSaved, this, &WindowJournal::failed);
    const QString drafts = QFileInfo(context.journal->path()).absolutePath() + u"/drafts.json"_s;
    if (const Result<Done> kept = context.operations->keepIn(drafts); !kept)
        QMetaObject::invokeMethod(this, [this, error = kept.error()] { Q_EMIT failed(error); }, Qt::QueuedConnection);
}

items::Attention::Count WindowJournal::today() const
{
    if (!m_context.changeLog)
        return {};
    return items::ChangesModel::today({m_context.changeLog, m_context.settling, m_context.operations, m_context.kinds, m_context.clock});
}

void WindowJournal::environmentsChanged()
{
    if (m_context.settling)
        m_context.settling->placesChanged();
}

}
