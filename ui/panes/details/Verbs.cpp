// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/Verbs.h"

#include "models/items/overview/ProblemWords.h"

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;

namespace {

constexpr qsizetype kButtons = 3;

bool runs(const network::Row &row)
{
    return row.state == State::NotBegun || row.state == State::Progressing || row.state == State::Updating || row.state == State::Waiting;
}

/// Verbs of a run-once object: while it runs, and once it is over.
QStringList onceVerbs(const QString &kind, bool running)
{
    if (kind == "Upgrade"_L1)
        return running ? QStringList{u"approve"_s, u"suspend"_s, u"cancel"_s} : QStringList{u"rollback"_s, u"reconcile"_s, u"edit"_s};
    if (kind == "Backup"_L1)
        return running ? QStringList{u"cancel"_s, u"hold"_s, u"edit"_s} : QStringList{u"verify"_s, u"hold"_s, u"delete"_s};
    if (kind == "TopologyChange"_L1)
        return running ? QStringList{u"approve"_s, u"reject"_s, u"edit"_s} : QStringList{u"reconcile"_s, u"edit"_s, u"delete"_s};
    if (kind == "ValidatorOnboarding"_L1)
        return {u"delete"_s, u"edit"_s, u"reconcile"_s};
    return {u"edit"_s, u"reconcile"_s, u"delete"_s};
}

/// It needs traffic first: what is left is amber or red in its column.
bool lacksTraffic(const network::KindInfo &kind, const network::Row &row)
{
    const network::Cell left = items::overview::cellOf(kind, row, u"traffic"_s);
    constexpr double kWarn = 25;
    return kind.kind == "Validator"_L1
        && ((left.is == network::Cell::Is::Number && left.number < kWarn) || (left.is == network::Cell::Is::Integer && double(left.integer) < kWarn));
}

QStringList firstVerbs(const network::KindInfo &kind, const network::Row &row)
{
    const bool suspended = row.state == State::Suspended;
    if (!kind.own)
        return {u"edit"_s, u"label"_s, u"delete"_s};
    if (kind.runOnce)
        return onceVerbs(kind.kind, runs(row));
    if (kind.kind.endsWith("Schedule"_L1))
        return suspended ? QStringList{u"resume"_s, u"trigger"_s, u"edit"_s} : QStringList{u"trigger"_s, u"suspend"_s, u"edit"_s};
    if (!suspended && lacksTraffic(kind, row))
        return {u"topup"_s, u"restart"_s, u"scale"_s};
    if (kind.pane == "nodes"_L1 || kind.kind == "Application"_L1)
        return suspended ? QStringList{u"resume"_s, u"scale"_s, u"restart"_s} : QStringList{u"scale"_s, u"restart"_s, u"suspend"_s};
    if (kind.kind == "SyncDomainConnection"_L1)
        return suspended ? QStringList{u"connect"_s, u"edit"_s, u"delete"_s} : QStringList{u"disconnect"_s, u"edit"_s, u"reconcile"_s};
    if (kind.pane == "identity"_L1)
        return {u"probe"_s, u"edit"_s, u"reconcile"_s};
    if (kind.kind == "DarDeployment"_L1)
        return {u"deploy"_s, u"edit"_s, u"reconcile"_s};
    return {u"edit"_s, u"reconcile"_s, u"delete"_s};
}

}

QList<QAction *> buttonVerbs(const QList<QAction *> &all, const network::KindInfo &kind, const network::Row &row)
{
    QStringList wanted = firstVerbs(kind, row);
    if (row.state == State::Suspended && kind.kind == "Upgrade"_L1)
        wanted.prepend(u"resume"_s);
    QList<QAction *> out;
    for (const QString &id : std::as_const(wanted)) {
        const auto verb = std::find_if(all.begin(), all.end(), [&id](const QAction *a) { return a->objectName() == "change."_L1 + id; });
        if (verb != all.end() && out.size() < kButtons)
            out.append(*verb);
    }
    return out;
}

bool mayBePrimary(const QAction *verb)
{
    static const QStringList plain{u"change.edit"_s, u"change.label"_s, u"change.annotate"_s, u"change.delete"_s, u"change.cancel"_s, u"change.suspend"_s,
                                   u"change.reconcile"_s, u"change.disconnect"_s, u"change.reject"_s};
    return !plain.contains(verb->objectName());
}

}
