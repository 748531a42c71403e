// SPDX-License-Identifier: GPL-3.0-or-later
// What the nodes of all environments say together: backups, traffic and coin, availability.
#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/items/overview/OverviewWork.h"
#include "models/items/overview/ProblemWords.h"
#include "models/items/overview/TrafficForecast.h"

#include <algorithm>
#include <limits>

namespace qd::items::overview {

using namespace Qt::StringLiterals;
using network::Cell;
using Words = OverviewWords;

namespace {

QString markOf(const state::NodeVerdict &verdict)
{
    return state::verdictId(verdict.state) + verdict.evidence.value(0).signal;
}

constexpr double kLow = 10;              ///< per cent of traffic
constexpr qint64 kSoon = 86400;
constexpr qsizetype kNames = 8;
constexpr int kKeptRead = 16;            ///< schedules whose retention is read for the card's head
constexpr qint64 kForecastHolds = 60;    ///< seconds
constexpr qint64 kVerdictHolds = 120;    ///< seconds; an older one is nothing to alarm by

qint64 timeOf(const Cell &cell)
{
    return cell.is == Cell::Is::Integer ? cell.integer : 0;
}

std::optional<double> numberOf(const Cell &cell)
{
    if (cell.is == Cell::Is::Number)
        return cell.number;
    return cell.is == Cell::Is::Integer ? std::optional(double(cell.integer)) : std::nullopt;
}

/// The value most have; the smaller of equals.
qint64 mostCommon(const QHash<qint64, int> &counts)
{
    qint64 best = 0;
    int most = 0;
    for (auto it = counts.constBegin(); it != counts.constEnd(); ++it) {
        if (it.value() > most || (it.value() == most && it.key() < best)) {
            most = it.value();
            best = it.key();
        }
    }
    return best;
}

QString mostCommon(const QHash<QString, int> &counts)
{
    QString best;
    int most = 0;
    for (auto it = counts.constBegin(); it != counts.constEnd(); ++it) {
        if (it.value() > most || (it.value() == most && it.key() < best)) {
            most = it.value();
            best = it.key();
        }
    }
    return best;
}

/// No backup is wanted of a node that is not there yet, is stopped or goes.
bool wantsBackups(State state)
{
    return state != State::Suspended && state != State::Deleting && state != State::Provisioning;
}

/// Of hundreds only the first few are worked out.
template <typename T, typename Less>
void keepFirst(std::vector<T> &list, size_t wanted, Less less)
{
    const size_t kept = std::min(wanted, list.size());
    std::partial_sort(list.begin(), list.begin() + qptrdiff(kept), list.end(), less);
    list.resize(kept);
}

}

void Overview::Watched::adoptNode(const network::Row &row)
{
    const auto known = places.constFind(row.uid);
    const size_t place = known == places.constEnd() ? nodes.size() : *known;
    if (known == places.constEnd()) {
        places.insert(row.uid, place);
        uids.insert(row.ns + u'/' + row.name, row.uid);
        nodes.emplace_back();
        nodes.back().watched = this;
        nodes.back().uid = row.uid;
        nodes.back().ns = row.ns;
        nodes.back().name = row.name;
    }
    Node &node = nodes[place];
    node.state = row.state;
    node.reported = timeOf(row.cells.value(backup));
    node.wanted = backup >= 0 && wantsBackups(row.state);
    node.left = numberOf(row.cells.value(traffic));
    node.balance = numberOf(row.cells.value(balance));
    node.forecastAt = 0;
}

void Overview::Watched::dropNode(const QString &uid)
{
    const auto known = places.constFind(uid);
    if (known == places.constEnd())
        return;
    const size_t place = *known;
    places.erase(known);
    // Another one may have its name by now.
    if (const auto named = uids.constFind(nodes[place].ns + u'/' + nodes[place].name); named != uids.constEnd() && *named == uid)
        uids.erase(named);
    if (place + 1 < nodes.size()) {
        nodes[place] = std::move(nodes.back());
        places.insert(nodes[place].uid, place);
    }
    nodes.pop_back();
}

const Overview::Node *Overview::Watched::find(const QString &ns, const QString &name) const
{
    const auto uid = uids.constFind(ns + u'/' + name);
    return uid == uids.constEnd() ? nullptr : &nodes[places.value(*uid)];
}

/// Null when there is none.
const Overview::Node *Overview::node(const NodeKey &key) const
{
    for (const auto &watched : m_watched) {
        if (!watched->node || watched->store->cluster() != key.cluster)
            continue;
        if (const Node *found = watched->find(key.ns, key.name))
            return found;
    }
    return nullptr;
}

/// A schedule says something else, or what was read of one is of an older version.
bool Overview::schedulesChanged() const
{
    return m_schedulesChanged || std::any_of(m_kept.keyValueBegin(), m_kept.keyValueEnd(), [](const auto &kept) {
        const state::RowPtr row = kept.second.store->row(kept.first);
        return !row || row->resourceVersion != kept.second.resourceVersion;
    });
}

QString Overview::retentionOf(const Watched &watched, const network::Row &row)
{
    const auto known = m_kept.constFind(row.uid);
    if (known != m_kept.constEnd() && known->resourceVersion == row.resourceVersion)
        return known->keepFor;
    return m_kept.insert(row.uid, {watched.store, row.resourceVersion, json::at(bodyOf(row), u"/spec/template/retention/keepFor"_s).toString()})->keepFor;
}

void Overview::collectSchedules()
{
    QHash<qint64, int> usual;
    QHash<QString, int> kept;
    QSet<QString> read;
    m_schedules.clear();
    for (const auto &watched : m_watched) {
        if (!watched->schedules)
            continue;
        const network::KindInfo &kind = watched->kind();
        const qsizetype node = columnOf(kind, u"node"_s), cron = columnOf(kind, u"schedule"_s), success = columnOf(kind, u"lastSuccess"_s),
                        suspend = columnOf(kind, u"suspend"_s);
        for (const state::RowPtr &row : watched->store->rows()) {
            const QString expression = row->cells.value(cron).text;
            auto rhythm = m_rhythms.find(expression);
            if (rhythm == m_rhythms.end())
                rhythm = m_rhythms.insert(expression, cronRhythm(expression));
            const bool suspended = row->cells.value(suspend).integer != 0 || row->state == State::Suspended;
            const qint64 every = *rhythm ? (*rhythm)->longest : 0, success1 = timeOf(row->cells.value(success));
            if (*rhythm && !suspended)
                ++usual[(*rhythm)->usual];
            if (read.size() < kKeptRead) {
                read.insert(row->uid);
                if (const QString text = retentionOf(*watched, *row); !text.isEmpty())
                    ++kept[text];
            }
            // The most frequent schedule of a node that runs is the one that counts.
            Schedule &slot = m_schedules[{watched->store->cluster(), row->ns, row->cells.value(node).text}];
            const qint64 last = std::max(slot.lastSuccess, success1);
            const bool better = slot.object.name.isEmpty() || (slot.suspended && !suspended)
                || (slot.suspended == suspended && every > 0 && every < slot.every);
            if (better)
                slot = {watched->store->idOf(*row), every, success1, suspended};
            slot.lastSuccess = last;
        }
    }
    m_kept.removeIf([&read](const auto &known) { return !read.contains(known.key()); });
    m_policy = {};
    m_policy.fromSchedules = !usual.isEmpty();
    m_policy.every = m_policy.fromSchedules ? mostCommon(usual) : kCommonEvery;
    const QString text = mostCommon(kept);
    const qint64 keptSeconds = parseDuration(text) / 1000;
    const qint64 days = text.endsWith(u'd') ? text.chopped(1).toLongLong() : 0;
    m_policy.kept = days > 0 ? formatAge(days * 86400) : keptSeconds > 0 ? formatAge(keptSeconds) : QString();
}

void Overview::collectNodes(Work &work)
{
    const bool again = schedulesChanged();
    if (again)
        collectSchedules();
    m_schedulesChanged = false;
    work.report.backups = m_policy;
    for (const auto &watched : m_watched) {
        work.report.nodes += int(watched->nodes.size());
        for (Node &node : watched->nodes) {
            if (again || !node.placed) {
                const auto schedule = m_schedules.constFind({watched->store->cluster(), node.ns, node.name});
                node.schedule = schedule == m_schedules.constEnd() ? nullptr : &*schedule;
                node.placed = true;
            }
            node.lastBackup = node.schedule ? std::max(node.reported, node.schedule->lastSuccess) : node.reported;
            node.every = node.schedule && node.schedule->every > 0 ? node.schedule->every : m_policy.every;
            node.standing = backupStanding(node.lastBackup, node.every, work.now);
        }
    }
    for (const auto &watched : m_watched) {
        const network::KindInfo &kind = watched->kind();
        if (kind.kind != "Backup"_L1 || !kind.own)
            continue;
        for (const state::RowPtr &row : std::as_const(watched->bad)) {
            if (row->state != State::Failed)
                continue;
            const network::Row *&last = work.lastTry[{watched->store->cluster(), row->ns, cellOf(kind, *row, u"node"_s).text}];
            if (!last || row->created > last->created)
                last = row.get();
        }
    }
}

QString Overview::lastTry(const Work &work, const ObjectId &node) const
{
    const network::Row *row = work.lastTry.value({node.cluster, node.ns, node.name});
    const network::KindInfo *kind = nullptr;
    for (const auto &watched : m_watched) {
        if (watched->kind().own && watched->kind().kind == "Backup"_L1)
            kind = &watched->kind();
    }
    return row && kind ? cellOf(*kind, *row, u"message"_s).text : QString();
}

void Overview::addBackupProblems(Work &work)
{
    BackupFigures &figures = work.report.backups;
    std::vector<const Node *> overdue;
    for (const auto &watched : m_watched) {
        const size_t before = overdue.size();
        for (const Node &node : watched->nodes) {
            if (!node.wanted)
                continue;
            if (node.standing == Standing::Within) {
                ++figures.within;
            } else if (node.standing == Standing::Overdue) {
                ++figures.overdue;
                overdue.push_back(&node);
            } else {
                ++figures.undetermined;
                if (figures.undeterminedNames.size() < kNames)
                    figures.undeterminedNames.append(node.name);
            }
        }
        if (overdue.size() > before)
            work.count(watched->kind(), int(overdue.size() - before));
    }
    figures.undeterminedNames.sort();
    const size_t all = overdue.size();
    keepFirst(overdue, size_t(kDetailed) + size_t(m_acknowledged.size()),
              [](const Node *a, const Node *b) { return a->lastBackup != b->lastBackup ? a->lastBackup < b->lastBackup : a->name < b->name; });
    work.notListed += int(all - overdue.size());
    for (const Node *node : overdue) {
        if (figures.overdueNames.size() < kNames)
            figures.overdueNames.append(node->name);
        const qint64 age = work.now - node->lastBackup;
        Problem problem;
        problem.object = node->object();
        problem.key = problem.object.cluster + u'\n' + problem.object.uid + u"\nbackup"_s;
        problem.icon = u"backups"_s;
        problem.state = age > 2 * node->every ? State::Failed : State::Degraded;
        problem.cause = u"overdue"_s;
        problem.since = node->lastBackup + node->every;
        problem.mark = QString::number(node->lastBackup) + network::stateId(problem.state);
        problem.title = Words::tr("Backup overdue by %1").arg(formatAge(age - node->every));
        problem.detail = Words::tr("policy %1, last success %2 ago").arg(formatAge(node->every), formatAge(age));
        if (const QString tried = lastTry(work, problem.object); !tried.isEmpty())
            problem.detail += Words::tr(", last try: %1").arg(tried);
        if (node->schedule && node->schedule->suspended)
            problem.detail += Words::tr(", the schedule is suspended");
        problem.step = node->schedule ? Step{Step::Does::Action, Words::tr("Back up now…"), u"trigger"_s, node->schedule->object}
                                      : Step{Step::Does::Open, Words::tr("Open node")};
        work.problems.append(problem);
    }
}

struct Overview::Traffic {
    const Node *node;
    [[nodiscard]] qint64 lasts() const { return node->forecast.lasts.value_or(std::numeric_limits<qint64>::max()); }
    /// A node that says so itself is among the rows.
    [[nodiscard]] bool isProblem() const
    {
        return node->left && (*node->left < kLow || lasts() < kSoon) && !network::isProblem(node->state);
    }
    [[nodiscard]] bool before(const Traffic &other) const
    {
        if (lasts() != other.lasts())
            return lasts() < other.lasts();
        if (node->left.value_or(101) != other.node->left.value_or(101))
            return node->left.value_or(101) < other.node->left.value_or(101);
        return node->name < other.node->name;
    }
};

/// The pace is asked of what was seen when the node reports something else, and once a minute.
std::vector<Overview::Traffic> Overview::collectTraffic(const Work &work)
{
    std::vector<Traffic> out;
    for (const auto &watched : m_watched) {
        for (Node &node : watched->nodes) {
            if (!node.left && !node.balance)
                continue;
            if (node.forecastAt == 0 || work.now - node.forecastAt >= kForecastHolds || work.now < node.forecastAt) {
                node.forecastAt = work.now;
                if (node.left && *node.left <= 0)
                    node.forecast = {0};
                else if (m_readings)
                    node.forecast = trafficForecast(m_readings->of(watched->store->cluster(), node.uid, u"traffic"_s), work.now);
                else
                    node.forecast = {std::nullopt, Forecast::Why::NothingSeen};
            }
            out.push_back({&node});
        }
    }
    return out;
}

Problem Overview::trafficProblem(const Traffic &traffic)
{
    const double left = *traffic.node->left;
    const std::optional<qint64> lasts = traffic.node->forecast.lasts;
    Problem out;
    out.object = traffic.node->object();
    out.key = out.object.cluster + u'\n' + out.object.uid + u"\ntraffic"_s;
    out.icon = traffic.node->watched->kind().icon;
    out.state = State::Degraded;
    out.cause = u"traffic"_s;
    out.mark = left <= 0 ? u"0"_s : left < kLow / 2 ? u"5"_s : u"10"_s;
    out.title = left <= 0 ? Words::tr("No traffic is left")
        : lasts           ? Words::tr("Traffic runs out in about %1").arg(roughly(*lasts))
                          : Words::tr("Traffic is running out");
    out.detail = Words::tr("%1 % left").arg(formatNumber(left, 0));
    if (!lasts)
        out.detail += Words::tr(", when it is used up is not determined");
    out.step = traffic.node->watched->kind().kind == "Validator"_L1 ? Step{Step::Does::Action, Words::tr("Top up traffic…"), u"topup"_s}
                                                                    : Step{Step::Does::Open, Words::tr("Open node")};
    return out;
}

/// What the condition calls "insufficient", in numbers.
void Overview::sharpen(Problem &problem, const Watched &watched, const network::Row &row, qint64 now) const
{
    const std::optional<double> left = numberOf(row.cells.value(watched.traffic));
    if (!left)
        return;
    const Forecast forecast = m_readings ? trafficForecast(m_readings->of(watched.store->cluster(), row.uid, u"traffic"_s), now) : Forecast();
    if (*left <= 0)
        problem.title = Words::tr("No traffic is left");
    else if (forecast.lasts)
        problem.title = Words::tr("Traffic runs out in about %1").arg(roughly(*forecast.lasts));
    if (*left > 0)
        problem.detail = Words::tr("%1 % left").arg(formatNumber(*left, 0)) + (problem.detail.isEmpty() ? QString() : u". "_s + problem.detail);
}

void Overview::addTrafficProblems(Work &work)
{
    std::vector<Traffic> entries = collectTraffic(work);
    work.report.trafficMore = std::max(0, int(entries.size()) - kTraffic);
    const auto problems = int(std::count_if(entries.begin(), entries.end(), [](const Traffic &t) { return t.isProblem(); }));
    keepFirst(entries, size_t(kDetailed) + size_t(m_acknowledged.size()), [](const Traffic &a, const Traffic &b) { return a.before(b); });
    int listed = 0;
    for (const Traffic &entry : entries) {
        if (work.report.traffic.size() < kTraffic)
            work.report.traffic.append({entry.node->object(), entry.node->left, entry.node->forecast.lasts, entry.node->forecast.text(), entry.node->balance});
        if (!entry.isProblem())
            continue;
        ++listed;
        work.count(entry.node->watched->kind(), 1);
        work.problems.append(trafficProblem(entry));
    }
    work.notListed += problems - listed;
}

void Overview::setVerdicts(state::Verdicts *verdicts)
{
    m_verdicts = verdicts;
    connect(verdicts, &state::Verdicts::changed, this, [this](const QString &cluster) {
        const state::VerdictSession *session = m_verdicts->session(cluster);
        QHash<ObjectId, QString> now;
        for (const ObjectId &id : session ? session->troubled() : QList<ObjectId>())
            now.insert(id, markOf(session->of(id)));
        // Each reading is told; behind another page only how many problems there are, and how bad, is shown.
        if (std::exchange(m_troubled[cluster], now) != now || m_active)
            later();
    });
    connect(verdicts, &state::Verdicts::availabilityChanged, this, &Overview::later);
}

void Overview::setWindow(qint64 seconds, int cells)
{
    m_windowSeconds = seconds;
    m_windowCells = cells;
    refresh();
}

Problem Overview::verdictProblem(const ObjectId &node, const QString &icon, const state::NodeVerdict &verdict)
{
    const bool stuck = verdict.state == state::VerdictState::Stuck;
    const QString signal = verdict.evidence.value(0).signal;
    Problem problem;
    problem.object = node;
    problem.key = node.cluster + u'\n' + node.uid + u"\nprogress"_s;
    problem.icon = icon;
    problem.state = stuck ? State::Failed : State::Degraded;
    problem.cause = u"progress"_s;
    problem.mark = markOf(verdict);
    problem.title = stuck ? Words::tr("The node does not progress") : Words::tr("The node progresses with difficulty");
    problem.detail = verdict.why();
    problem.since = stuck && signal == "last-event"_L1 && verdict.lastEvent ? qint64(*verdict.lastEvent) : 0;
    problem.step = {Step::Does::Tab, Words::tr("Open metrics"), u"metrics"_s};
    return problem;
}

/// A node that calls itself fine and does not get on. One that says itself what is wrong is among the rows.
void Overview::addVerdictProblems(Work &work) const
{
    int listed = 0;
    for (const state::Environment *environment : m_verdicts ? m_environments : QList<state::Environment *>()) {
        const state::VerdictSession *session = m_verdicts->session(environment->name());
        for (const ObjectId &id : session ? session->troubled() : QList<ObjectId>()) {
            const auto watched = std::find_if(m_watched.begin(), m_watched.end(), [&](const auto &w) { return w->environment == environment && w->kind().gvr == id.gvr; });
            if (watched == m_watched.end())
                continue;
            const auto place = (*watched)->places.constFind(id.uid);
            if (place == (*watched)->places.constEnd())
                continue;
            const state::NodeVerdict verdict = session->of(id);
            if (network::isProblem((*watched)->nodes.at(*place).state) || work.now - qint64(verdict.at) > kVerdictHolds)
                continue;
            work.count((*watched)->kind(), 1);
            if (listed++ < kDetailed)
                work.problems.append(verdictProblem(id, (*watched)->kind().icon, verdict));
            else
                ++work.notListed;
        }
    }
}

/// The nodes of the card, and no others, are asked for while it is on screen.
void Overview::measure(Report &report) const
{
    if (!m_verdicts)
        return;
    QHash<QString, QList<ObjectId>> nodes;
    for (const AvailabilityLine &line : std::as_const(report.availability))
        nodes[line.object.cluster].append(line.object);
    for (state::Environment *environment : m_environments) {
        state::AvailabilitySession *session = m_verdicts->availability(environment->name());
        if (session)
            session->show(m_active ? nodes.value(environment->name()) : QList<ObjectId>(), m_windowSeconds, m_windowCells);
    }
    for (AvailabilityLine &line : report.availability) {
        const state::AvailabilitySession *session = m_verdicts->availability(line.object.cluster);
        if (!session)
            continue;
        line.measured = session->of(line.object);
        if (!line.measured)
            line.why = session->loading() ? Words::tr("It is being asked for.") : session->error().message.isEmpty() ? Words::tr("Prometheus has no history of it.") : session->error().text();
    }
}

/// Production first: the others have no target of their own.
void Overview::addAvailability(Work &work) const
{
    struct Entry {
        const Node *node;
        bool target;
        qsizetype place;
    };
    std::vector<Entry> nodes;
    nodes.reserve(size_t(work.report.nodes));
    for (const auto &watched : m_watched) {
        const state::Mark mark = watched->environment->info().mark;
        const bool target = mark != state::Mark::Dev && mark != state::Mark::Test;
        const qsizetype place = m_environments.indexOf(watched->environment);
        for (const Node &node : watched->nodes)
            nodes.push_back({&node, target, place});
    }
    work.report.availabilityMore = std::max(0, int(nodes.size()) - kAvailability);
    keepFirst(nodes, kAvailability, [](const Entry &a, const Entry &b) {
        if (a.target != b.target)
            return a.target;
        return a.place != b.place ? a.place < b.place : a.node->name < b.node->name;
    });
    for (const Entry &entry : nodes)
        work.report.availability.append({entry.node->object(), entry.target});
    measure(work.report);
}

}
