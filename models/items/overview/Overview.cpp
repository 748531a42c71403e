// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/overview/Overview.h"

#include "models/core/Format.h"
#include "models/items/overview/OverviewWork.h"
#include "models/items/overview/ProblemWords.h"

#include <algorithm>
#include <limits>

namespace qd::items::overview {

using namespace Qt::StringLiterals;

namespace {

constexpr int kEveryMs = 500;
constexpr int kHiddenMs = 2000;
constexpr int kByClockMs = 60'000;
/// A failed run of long ago is history.
constexpr qint64 kRunFailureStays = 3 * 86400;
constexpr qsizetype kAcknowledgedKept = 500;

/// The same in every run of the program, unlike qHash.
quint64 stableHash(const QString &text)
{
    quint64 hash = 14695981039346656037ULL;
    for (const QChar c : text) {
        hash ^= c.unicode();
        hash *= 1099511628211ULL;
    }
    return hash;
}

}

Overview::Watched::Watched() = default;
Overview::Watched::~Watched() = default;

Overview::Overview(const Clock *clock, const ports::BodyCodec *bodies, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_bodies(bodies)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Overview::refresh);
    // A backup is overdue, a certificate at its end by the clock alone, also behind another page.
    m_clockTimer.setTimerType(Qt::VeryCoarseTimer);
    m_clockTimer.setInterval(kByClockMs);
    connect(&m_clockTimer, &QTimer::timeout, this, &Overview::later);
}

Overview::~Overview() = default;

void Overview::addEnvironment(state::Environment *environment)
{
    m_environments.append(environment);
    m_clockTimer.start();
    const QList<state::ResourceStore *> stores = environment->stores();
    for (state::ResourceStore *store : stores)
        addStore(environment, store);
    connect(environment, &state::Environment::storeAdded, this, [this, environment](state::ResourceStore *store) { addStore(environment, store); });
    // Told at every answer; while a cluster answers, when it did last is nothing to say here.
    connect(environment, &state::Environment::freshnessChanged, this, [this, environment, calm = false]() mutable {
        const bool fresh = environment->freshness().state == Freshness::State::Fresh;
        if (!std::exchange(calm, fresh) || !fresh)
            later();
    });
    connect(environment, &state::Environment::connectErrorChanged, this, &Overview::later);
    connect(environment, &state::Environment::servedChanged, this, [this, environment] {
        if (m_active)
            watchOwn(environment);
    });
    connect(environment, &QObject::destroyed, this, [this, environment] { removeEnvironment(environment); });
    if (m_active)
        watchOwn(environment);
    later();
}

void Overview::removeEnvironment(state::Environment *environment)
{
    m_environments.removeAll(environment);
    std::erase_if(m_watched, [environment](const auto &watched) { return watched->environment == environment; });
    m_kept.clear();
    m_schedulesChanged = true;
    disconnect(environment, nullptr, this, nullptr);
    later();
}

void Overview::addStore(state::Environment *environment, state::ResourceStore *store)
{
    auto made = std::make_unique<Watched>();
    Watched *watched = made.get();
    watched->environment = environment;
    watched->store = store;
    watched->node = store->kind().own && store->kind().pane == "nodes"_L1;
    watched->ending = isEnding(store->kind());
    watched->traffic = columnOf(store->kind(), u"traffic"_s);
    watched->balance = columnOf(store->kind(), u"balance"_s);
    watched->mayBeHistory = store->kind().own && (store->kind().runOnce || store->kind().kind == "BackupSchedule"_L1);
    watched->backup = watched->node ? columnOf(store->kind(), u"backup"_s) : -1;
    watched->schedules = store->kind().own && store->kind().kind == "BackupSchedule"_L1;
    m_watched.push_back(std::move(made));
    // By the store and not by the entry: an environment that is closed takes its entries with it.
    const auto entryOf = [this, store]() -> Watched * {
        const auto entry = std::find_if(m_watched.begin(), m_watched.end(), [store](const auto &w) { return w->store == store; });
        return entry == m_watched.end() ? nullptr : entry->get();
    };
    connect(store, &state::ResourceStore::changed, this, [this, entryOf](const QStringList &upserted, const QStringList &removed) {
        if (Watched *entry = entryOf())
            adopt(*entry, upserted, removed);
    });
    connect(store, &state::ResourceStore::renewed, this, [this, entryOf](const QStringList &uids) {
        if (Watched *entry = entryOf())
            renew(*entry, uids);
    });
    connect(store, &state::ResourceStore::completed, this, &Overview::later);
    connect(store, &state::ResourceStore::loadStateChanged, this, &Overview::later);
    if (!store->rows().isEmpty())
        adopt(*watched, store->rows().keys(), {});
    later();
}

/// Kinds that are watched for this page: what ends soon.
void Overview::watchOwn(state::Environment *environment)
{
    for (const network::KindInfo &kind : environment->kinds().kinds()) {
        if (isEnding(kind) && environment->serves(kind))
            (void)environment->store(kind);
    }
}

void Overview::adopt(Watched &watched, const QStringList &upserted, const QStringList &removed)
{
    for (const QString &uid : upserted) {
        const state::RowPtr row = watched.store->row(uid);
        if (row && isProblemRow(watched.kind(), *row))
            watched.bad.insert(uid, row);
        else
            watched.bad.remove(uid);
        if (row && watched.node)
            watched.adoptNode(*row);
    }
    for (const QString &uid : removed) {
        watched.bad.remove(uid);
        watched.dropNode(uid);
    }
    m_schedulesChanged = m_schedulesChanged || watched.schedules;
    later();
}

/// What a problem says of itself stands in its body.
void Overview::renew(Watched &watched, const QStringList &uids)
{
    bool other = false;
    for (const QString &uid : uids) {
        if (const auto bad = watched.bad.find(uid); bad != watched.bad.end()) {
            *bad = watched.store->row(uid);
            other = true;
        }
    }
    if (other && m_active)   // words alone: who comes back reads them anew
        later();
}

void Overview::later()
{
    if (!m_timer.isActive() && !m_paused)
        m_timer.start(m_active ? kEveryMs : kHiddenMs);
}

void Overview::setActive(bool active)
{
    if (m_active == active)
        return;
    m_active = active;
    if (m_verdicts)
        active ? m_verdicts->look(this) : m_verdicts->leave(this);
    if (!active) {
        measure(m_report);
        return;
    }
    const QList<state::Environment *> environments = m_environments;
    for (state::Environment *environment : environments)
        watchOwn(environment);
    refresh();
}

void Overview::setPaused(bool paused)
{
    m_paused = paused;
    if (paused)
        m_timer.stop();
    else
        refresh();
}

void Overview::setAcknowledged(const QHash<quint64, quint64> &marks)
{
    m_acknowledged = marks;
    later();
}

void Overview::acknowledge(const Problem &problem, bool hide)
{
    if (hide && m_acknowledged.size() < kAcknowledgedKept)
        m_acknowledged.insert(stableHash(problem.key), stableHash(problem.mark));
    else
        m_acknowledged.remove(stableHash(problem.key));
    Q_EMIT acknowledgedChanged();
    refresh();
}

void Overview::setShowAcknowledged(bool show)
{
    if (m_showAcknowledged == show)
        return;
    m_showAcknowledged = show;
    refresh();
}

void Overview::refresh()
{
    if (m_paused)
        return;
    m_timer.stop();
    Work work;
    work.now = m_clock->now().toSecsSinceEpoch();
    work.report.environments = int(m_environments.size());
    findLoading(work.report);
    findCaveats(work.report);
    findUnknownEndings(work.report);
    collectNodes(work);
    addClusterProblems(work);
    addBackupProblems(work);
    addTrafficProblems(work);
    addVerdictProblems(work);
    addEndings(work);
    addRowProblems(work);
    addProgress(work);
    addAvailability(work);
    finishProblems(work);
    if (work.report == m_report)
        return;
    m_report = work.report;
    Q_EMIT changed();
}

/// Until the lists of the own kinds, and of what ends, are complete nothing can be called fine.
void Overview::findLoading(Report &out) const
{
    using Phase = LoadState::Phase;
    for (const auto &watched : m_watched) {
        const Phase phase = watched->store->loadState().phase;
        const bool eager = watched->kind().own && watched->kind().eager;
        if (!(eager || watched->ending) || watched->store->complete() || (phase != Phase::Loading && phase != Phase::NotYet))
            continue;
        if (phase == Phase::NotYet && (!eager || !watched->store->rows().isEmpty()))
            continue;    // of a recording or a test, or nobody asks for it yet
        out.loading = true;
        if (out.waitingFor.isEmpty())
            out.waitingFor = OverviewWords::tr("%1: %2").arg(watched->environment->name(), watched->kind().title.toLower());
    }
}

/// What may not be listed, or could not be, is missing here: said, by environment.
void Overview::findCaveats(Report &out) const
{
    using Phase = LoadState::Phase;
    for (const state::Environment *environment : m_environments) {
        QStringList forbidden, failed;
        for (const auto &watched : m_watched) {
            if (watched->environment != environment || !(watched->kind().own || watched->ending))
                continue;
            const LoadState &state = watched->store->loadState();
            const qsizetype before = forbidden.size() + failed.size();
            if (state.phase == Phase::Forbidden)
                forbidden.append(watched->kind().title.toLower());
            else if (state.phase == Phase::Failed && environment->freshness().state != Freshness::State::Stale)
                failed.append(watched->kind().title.toLower());
            out.ownMissing = out.ownMissing || (watched->kind().own && forbidden.size() + failed.size() > before);
        }
        forbidden.sort();
        failed.sort();
        if (!forbidden.isEmpty())
            out.caveats.append({State::Suspended, OverviewWords::tr("Not allowed to list in %1: %2. Nothing is known of them here.")
                                                      .arg(environment->name(), forbidden.join(u", "_s))});
        if (!failed.isEmpty())
            out.caveats.append({State::Stale, OverviewWords::tr("Could not be listed in %1: %2. What is shown of them may be old.")
                                                  .arg(environment->name(), failed.join(u", "_s))});
    }
}

/// One line for a cluster that does not answer, not one for each of its objects.
void Overview::addClusterProblems(Work &work) const
{
    for (const state::Environment *environment : m_environments) {
        const Freshness fresh = environment->freshness();
        const QString why = !fresh.reason.isEmpty() ? fresh.reason : environment->connectError().message;
        const bool stale = fresh.state == Freshness::State::Stale;
        const bool never = !fresh.lastAnswer.isValid() && !environment->connectError().message.isEmpty();
        if (!stale && !never)
            continue;
        Problem problem;
        problem.key = environment->name() + u"\ncluster"_s;
        problem.object.cluster = environment->name();
        problem.icon = u"env"_s;
        problem.state = stale ? State::Stale : State::Failed;
        problem.cause = u"cluster"_s;
        problem.since = stale && fresh.lastAnswer.isValid() ? fresh.lastAnswer.toSecsSinceEpoch() : 0;
        problem.title = stale ? OverviewWords::tr("Cluster does not answer") : OverviewWords::tr("Cluster was never reached");
        problem.detail = why;
        while (problem.detail.endsWith(u'.'))
            problem.detail.chop(1);
        if (stale && fresh.lastAnswer.isValid())
            problem.detail += (problem.detail.isEmpty() ? QString() : u", "_s)
                + OverviewWords::tr("shown as of %1 UTC").arg(fresh.lastAnswer.toUTC().toString(u"HH:mm:ss"_s));
        problem.mark = problem.cause + QString::number(problem.since);
        problem.step = {Step::Does::AskAgain, OverviewWords::tr("Ask again now")};
        work.problems.append(problem);
    }
}

bool Overview::superseded(const Work &work, const Watched &watched, const network::Row &row) const
{
    const QString &kind = watched.kind().kind;
    const bool run = watched.kind().runOnce && row.state == State::Failed;
    if (run && work.now - row.created > kRunFailureStays)
        return true;
    if (kind != "BackupSchedule"_L1 && !(run && (kind == "Backup"_L1 || kind == "IdentityDump"_L1)))
        return false;
    const NodeKey key{watched.store->cluster(), row.ns, cellOf(watched.kind(), row, u"node"_s).text};
    const Node *node = this->node(key);
    if (!node)
        return false;
    if (kind == "IdentityDump"_L1) {
        const state::RowPtr now = node->watched->store->row(node->uid);
        return now && cellOf(node->watched->kind(), *now, u"identityDump"_s).integer > row.created;
    }
    if (node->wanted && node->standing == Standing::Overdue)   // its node says it better
        return true;
    return run && (node->lastBackup > row.created || work.lastTry.value(key, &row) != &row);
}

QJsonObject Overview::bodyOf(const network::Row &row) const
{
    if (!m_bodies || row.body.isEmpty())
        return {};
    const Result<QJsonObject> body = m_bodies->open(row.body);
    return body ? *body : QJsonObject();
}

Problem Overview::detailed(const Watched &watched, const network::Row &row, qint64 now)
{
    const QString key = row.uid + u'\n' + row.resourceVersion;
    auto known = m_details.constFind(key);
    const Problem problem = known != m_details.constEnd()
        ? *known
        : problemOf(watched.kind(), row, bodyOf(row), watched.store->idOf(row), now);
    m_detailsNext.insert(key, problem);
    return problem;
}

/// The worst rows, nodes and production first, are read in detail; the others are counted.
void Overview::addRowProblems(Work &work)
{
    std::vector<Candidate> candidates;
    for (const auto &watched : m_watched) {
        const qsizetype before = qsizetype(candidates.size());
        for (const state::RowPtr &row : std::as_const(watched->bad)) {
            if (!watched->mayBeHistory || !superseded(work, *watched, *row))
                candidates.push_back({watched.get(), row.get()});
        }
        work.count(watched->kind(), int(qsizetype(candidates.size()) - before));
    }
    const auto stateOf = [](const network::Row &row) {
        return network::isProblem(row.state) || row.state == State::Waiting ? severity(row.state) : severity(State::Degraded);
    };
    const auto before = [&stateOf](const Candidate &a, const Candidate &b) {
        const network::Row &one = *a.row, &other = *b.row;
        if (const int left = stateOf(one), right = stateOf(other); left != right)
            return left < right;
        if (a.watched->node != b.watched->node)
            return a.watched->node;
        if (const bool left = a.watched->environment->isProduction(), right = b.watched->environment->isProduction(); left != right)
            return left;
        return one.created != other.created ? one.created > other.created : one.name < other.name;
    };
    const size_t wanted = std::min(candidates.size(), size_t(kDetailed) + size_t(m_acknowledged.size()));
    std::partial_sort(candidates.begin(), candidates.begin() + qptrdiff(wanted), candidates.end(), before);
    m_detailsNext.clear();
    if (const qint64 minute = work.now / 60; minute != m_detailsMinute) {   // ages in texts
        m_detailsMinute = minute;
        m_details.clear();
    }
    for (size_t i = 0; i < wanted; ++i) {
        Problem problem = detailed(*candidates[i].watched, *candidates[i].row, work.now);
        if (problem.cause == "TrafficSufficient"_L1)
            sharpen(problem, *candidates[i].watched, *candidates[i].row, work.now);
        work.problems.append(problem);
    }
    m_details.swap(m_detailsNext);
    work.notListed += int(candidates.size() - wanted);
}

void Overview::finishProblems(Work &work)
{
    QList<Problem> hidden, shown;
    for (Problem &problem : work.problems) {
        const auto mark = m_acknowledged.constFind(stableHash(problem.key));
        problem.acknowledged = mark != m_acknowledged.constEnd() && *mark == stableHash(problem.mark);
        (problem.acknowledged ? hidden : shown).append(problem);
    }
    const auto worse = [](const Problem &a, const Problem &b) {
        if (a.state != b.state)
            return severity(a.state) < severity(b.state);
        if (a.consequence != b.consequence)
            return b.consequence;
        // The newest first; what nobody dates counts as new.
        const qint64 left = a.since > 0 ? a.since : std::numeric_limits<qint64>::max(), right = b.since > 0 ? b.since : std::numeric_limits<qint64>::max();
        return left != right ? left > right : a.key < b.key;
    };
    std::stable_sort(shown.begin(), shown.end(), worse);
    std::stable_sort(hidden.begin(), hidden.end(), worse);
    Report &report = work.report;
    report.acknowledged = int(hidden.size());
    report.problemCount = work.notListed + int(shown.size());
    // The worst rows are among those that were read.
    report.worst = shown.isEmpty() ? State::Ready : shown.first().state;
    report.problems = shown.mid(0, kProblems);
    for (const Problem &problem : report.problems + hidden)
        work.byKind[problem.object.gvr.name()].count -= 1;
    for (const More &more : std::as_const(work.byKind)) {
        if (more.count > 0 && !more.kind.isEmpty())
            report.more.append(more);
    }
    std::stable_sort(report.more.begin(), report.more.end(),
                     [](const More &a, const More &b) { return a.count != b.count ? a.count > b.count : a.kind < b.kind; });
    if (m_showAcknowledged)
        report.problems.append(hidden.mid(0, kProblems));
}

}
