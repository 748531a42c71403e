// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/resources/ListState.h"

#include "models/core/Format.h"

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;
using Phase = LoadState::Phase;

namespace {

struct Seen {
    state::Environment *environment;
    state::ResourceStore *store;
};

using SeenList = QList<Seen>;

SeenList inPhase(const SeenList &all, Phase phase)
{
    SeenList out;
    std::copy_if(all.begin(), all.end(), std::back_inserter(out), [phase](const Seen &s) { return s.store->loadState().phase == phase; });
    return out;
}

QList<state::ResourceStore *> storesOf(const SeenList &list)
{
    QList<state::ResourceStore *> out;
    for (const Seen &seen : list)
        out.append(seen.store);
    return out;
}

QString kindsText(const SeenList &list, state::Environment *environment)
{
    QStringList names;
    for (const Seen &seen : list) {
        if (seen.environment == environment)
            names.append(seen.store->kind().gvr.resource);
    }
    return names.join(u", "_s);
}

QString servedText(const SeenList &all, state::Environment *environment)
{
    QStringList names;
    for (const Seen &seen : all) {
        if (seen.environment == environment && seen.store->loadState().phase != Phase::NotServed)
            names.append(seen.store->kind().gvr.resource);
    }
    return names.join(u", "_s);
}

}

namespace {

/// Beside rows of clusters that answer, the headings of the old ones say how old they are (picture 01).
bool headingsSay(const QList<state::Environment *> &environments, const QString &cluster, const QStringList &headed)
{
    const bool others = std::any_of(environments.begin(), environments.end(),
                                    [](const state::Environment *e) { return e->freshness().state == Freshness::State::Fresh; });
    return others && headed.contains(cluster);
}

/// One bar for each environment whose values are old; also where a filter hides all of its rows, for there might be others by now.
void addStale(ListState &out, const QList<state::Environment *> &environments, const SeenList &all, const QStringList &headed, const QDateTime &now)
{
    for (state::Environment *environment : environments) {
        const Freshness fresh = environment->freshness();
        if (fresh.state != Freshness::State::Stale || headingsSay(environments, environment->name(), headed))
            continue;
        SeenList own;
        std::copy_if(all.begin(), all.end(), std::back_inserter(own), [&](const Seen &s) { return s.environment == environment; });
        const bool known = std::any_of(own.begin(), own.end(), [](const Seen &s) { return !s.store->rows().isEmpty(); });
        const QString at = fresh.lastAnswer.toUTC().toString(u"HH:mm:ss"_s);
        QString title = ListState::tr("Not connected to %1, showing %2").arg(environment->name(), at);
        if (!fresh.lastAnswer.isValid())
            title = ListState::tr("Not connected to %1, nothing was read yet").arg(environment->name());
        else if (known && !headed.contains(environment->name()))
            title = ListState::tr("Not connected to %1, nothing matched there at %2").arg(environment->name(), at);
        QStringList detail;
        if (fresh.lastAnswer.isValid())
            detail.append(ListState::tr("Values are %1 old.").arg(formatAge(fresh.lastAnswer, now)));
        if (fresh.nextTry.isValid() && fresh.nextTry > now)
            detail.append(ListState::tr("Trying again in %1.").arg(formatAge(now, fresh.nextTry)));
        else if (!fresh.reason.isEmpty())
            detail.append(fresh.reason);
        out.bars.append({State::Stale, title, detail.join(u' '), environment, storesOf(own), true});
    }
}

void addFailures(ListState &out, const QList<state::Environment *> &environments, const SeenList &all, const QDateTime &now)
{
    for (state::Environment *environment : environments) {
        for (const Phase phase : {Phase::Failed, Phase::Forbidden}) {
            SeenList own = inPhase(all, phase);
            own.removeIf([&](const Seen &s) { return s.environment != environment; });
            if (own.isEmpty() || (phase == Phase::Failed && environment->freshness().state == Freshness::State::Stale))
                continue;
            const LoadState state = own.first().store->loadState();
            const QString kinds = kindsText(own, environment);
            ListState::Bar bar{State::Failed, {}, {}, environment, storesOf(own), true};
            if (phase == Phase::Failed) {
                bar.title = ListState::tr("%1 in %2 could not be listed").arg(kinds, environment->name());
                bar.detail = state.error.text();
                if (state.retryAt.isValid() && state.retryAt > now)
                    bar.detail += u' ' + ListState::tr("Retrying in %1.").arg(formatAge(now, state.retryAt));
            } else {
                bar.state = State::Unknown;
                bar.retry = false;
                bar.title = ListState::tr("Listing %1 in %2 is not allowed").arg(kinds, environment->name());
                bar.detail = state.error.remedy.isEmpty() ? state.error.message : state.error.remedy;
                bar.copyText = state.error.text();
            }
            if (!bar.title.isEmpty())
                bar.title[0] = bar.title.at(0).toUpper();
            out.bars.append(bar);
        }
    }
}

/// Rows are there and a kind is still missing after three seconds.
void addWaiting(ListState &out, const SeenList &all, const QDateTime &now)
{
    for (const Seen &seen : inPhase(all, Phase::Loading)) {
        const QDateTime since = seen.store->loadState().since;
        if (!since.isValid() || since.secsTo(now) < 3)
            continue;
        out.bars.append({State::Progressing,
                         ListState::tr("Waiting for %1: %2, %3").arg(seen.environment->name(), seen.store->kind().gvr.resource, formatAge(since, now)),
                         {}, seen.environment, {seen.store}, true});
        return;
    }
}

bool choosePage(ListState &out, const SeenList &all)
{
    if (const SeenList failed = inPhase(all, Phase::Failed); !failed.isEmpty()) {
        const LoadState state = failed.first().store->loadState();
        out.page = ListState::Page::Error;
        out.error = state.error;
        out.retryAt = state.retryAt;
        out.stores = storesOf(failed);
        return true;
    }
    SeenList waiting = inPhase(all, Phase::Loading) + inPhase(all, Phase::NotYet) + inPhase(all, Phase::Refreshing);
    waiting.removeIf([](const Seen &s) { return s.store->complete(); });
    if (!waiting.isEmpty()) {
        out.page = ListState::Page::Loading;
        out.waitingFor = ListState::tr("%1: %2").arg(waiting.first().environment->name(), waiting.first().store->kind().gvr.resource);
        return true;
    }
    if (const SeenList forbidden = inPhase(all, Phase::Forbidden); forbidden.size() > 0) {
        out.page = ListState::Page::Forbidden;
        out.error = forbidden.first().store->loadState().error;
        out.stores = storesOf(forbidden);
        return true;
    }
    return false;
}

}

ListState ListState::of(const QList<state::Environment *> &environments, const ListSpec &spec, int total, const QStringList &headed, const QDateTime &now)
{
    ListState out;
    SeenList all;
    for (state::Environment *environment : environments) {
        for (const network::KindInfo &kind : environment->kinds().kinds()) {
            if (spec.shows(kind))
                all.append({environment, environment->store(kind)});
        }
    }
    addStale(out, environments, all, headed, now);
    if (total > 0) {
        addFailures(out, environments, all, now);
        addWaiting(out, all, now);
        std::stable_sort(out.bars.begin(), out.bars.end(), [](const Bar &a, const Bar &b) { return a.state < b.state; });
        return out;
    }
    if (choosePage(out, all))
        return out;
    const SeenList missing = inPhase(all, Phase::NotServed);
    if (!missing.isEmpty()) {
        const Seen &first = missing.first();
        const QString served = servedText(all, first.environment);
        out.page = Page::NotServed;
        out.title = missing.size() == all.size() && spec.kinds.size() > 1 ? tr("This cluster does not serve Canton nodes.")
                                                                   : tr("This cluster does not serve %1.").arg(kindsText(missing, first.environment));
        out.detail = (served.isEmpty() ? tr("%1 serves none of the kinds of this pane.").arg(first.environment->name())
                                       : tr("%1 answers for %2 only, and has none.").arg(first.environment->name(), served))
            + u'\n' + (first.store->kind().own ? tr("%1/%2 comes with the operator.") : tr("%1/%2 comes with an operator of its own."))
                           .arg(first.store->kind().gvr.name(), first.store->kind().gvr.version);
        out.stores = storesOf(missing);
        return out;
    }
    out.page = Page::Empty;
    out.title = environments.isEmpty() ? tr("No environment is open.") : spec.none;
    out.detail = environments.isEmpty() ? tr("A kubeconfig is all that is needed; see quarterdeck --help.")
                                        : spec.noneDetail;
    return out;
}

}
