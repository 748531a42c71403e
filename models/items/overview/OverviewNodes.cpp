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

constexpr double kLow = 10;              ///< per cent of traffic
constexpr qint64 kSoon = 86400;
constexpr qsizetype kNames = 8;
constexpr int kKeptRead = 16;            ///< schedules whose retention is read for the card's head

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

void Overview::collectSchedules(Work &work)
{
    QHash<qint64, int> usual;
    QHash<QString, int> kept;
    int read = 0;
    QHash<QString, QString> keptNow;
    for (const auto &watched : m_watched) {
        const network::KindInfo &kind = watched->kind();
        if (kind.kind != "BackupSchedule"_L1 || !kind.own)
            continue;
        const qsizetype node = columnOf(kind, u"node"_s), cron = columnOf(kind, u"schedule"_s), success = columnOf(kind, u"lastSuccess"_s),
                        suspend = columnOf(kind, u"suspend"_s);
        for (const state::RowPtr &row : watched->store->rows()) {
            const QString expression = row->cells.value(cron).text;
            auto rhythm = m_rhythms.find(expression);
            if (rhythm == m_rhythms.end())
                rhythm = m_rhythms.insert(expression, cronRhythm(expression));
            Schedule schedule{watched.get(), row.get(), *rhythm ? (*rhythm)->longest : 0, timeOf(row->cells.value(success)),
                              row->cells.value(suspend).integer != 0 || row->state == State::Suspended};
            if (*rhythm && !schedule.suspended)
                ++usual[(*rhythm)->usual];
            if (++read <= kKeptRead) {
                const QString id = row->uid + u'\n' + row->resourceVersion;
                const QString text = m_kept.contains(id) ? m_kept.value(id)
                                                         : json::at(bodyOf(*row), u"/spec/template/retention/keepFor"_s).toString();
                keptNow.insert(id, text);
                if (!text.isEmpty())
                    ++kept[text];
            }
            // The most frequent schedule of a node that runs is the one that counts.
            Schedule &slot = work.schedules[{watched->store->cluster(), row->ns, row->cells.value(node).text}];
            const qint64 last = std::max(slot.lastSuccess, schedule.lastSuccess);
            const bool better = !slot.watched || (slot.suspended && !schedule.suspended)
                || (slot.suspended == schedule.suspended && schedule.every > 0 && schedule.every < slot.every);
            if (better)
                slot = schedule;
            slot.lastSuccess = last;
        }
    }
    m_kept.swap(keptNow);
    BackupFigures &figures = work.report.backups;
    figures.fromSchedules = !usual.isEmpty();
    figures.every = figures.fromSchedules ? mostCommon(usual) : kCommonEvery;
    const qint64 keptSeconds = parseDuration(mostCommon(kept)) / 1000;
    const QString text = mostCommon(kept);
    const qint64 days = text.endsWith(u'd') ? text.chopped(1).toLongLong() : 0;
    figures.kept = days > 0 ? formatAge(days * 86400) : keptSeconds > 0 ? formatAge(keptSeconds) : QString();
}

void Overview::collectNodes(Work &work) const
{
    for (const auto &watched : m_watched) {
        if (watched->node)
            work.report.nodes += int(watched->store->rows().size());
    }
    work.nodes.reserve(size_t(work.report.nodes));
    for (const auto &watched : m_watched) {
        if (!watched->node)
            continue;
        for (const state::RowPtr &row : watched->store->rows()) {
            const auto schedule = work.schedules.constFind({watched->store->cluster(), row->ns, row->name});
            Node node{watched.get(), row.get(), schedule == work.schedules.constEnd() ? nullptr : &*schedule};
            node.lastBackup = timeOf(row->cells.value(watched->backup));
            if (node.schedule)
                node.lastBackup = std::max(node.lastBackup, node.schedule->lastSuccess);
            node.every = node.schedule && node.schedule->every > 0 ? node.schedule->every : work.report.backups.every;
            node.wanted = watched->backup >= 0 && wantsBackups(row->state);
            node.standing = backupStanding(node.lastBackup, node.every, work.now);
            work.nodes.push_back(node);
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
    for (const Node &node : std::as_const(work.nodes)) {
        if (!node.wanted)
            continue;
        if (node.standing == Standing::Within) {
            ++figures.within;
        } else if (node.standing == Standing::Overdue) {
            ++figures.overdue;
            overdue.push_back(&node);
            work.count(node.watched->kind(), 1);
        } else {
            ++figures.undetermined;
            if (figures.undeterminedNames.size() < kNames)
                figures.undeterminedNames.append(node.row->name);
        }
    }
    figures.undeterminedNames.sort();
    const size_t all = overdue.size();
    keepFirst(overdue, size_t(kDetailed) + size_t(m_acknowledged.size()),
              [](const Node *a, const Node *b) { return a->lastBackup != b->lastBackup ? a->lastBackup < b->lastBackup : a->row->name < b->row->name; });
    work.notListed += int(all - overdue.size());
    for (const Node *node : overdue) {
        if (figures.overdueNames.size() < kNames)
            figures.overdueNames.append(node->row->name);
        const qint64 age = work.now - node->lastBackup;
        Problem problem;
        problem.object = node->watched->store->idOf(*node->row);
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
        problem.step = node->schedule ? Step{Step::Does::Action, Words::tr("Back up now…"), u"trigger"_s,
                                             node->schedule->watched->store->idOf(*node->schedule->row)}
                                      : Step{Step::Does::Open, Words::tr("Open node")};
        work.problems.append(problem);
    }
}

struct Overview::Traffic {
    const Node *node;
    std::optional<double> left;
    std::optional<double> balance;
    Forecast forecast;
    [[nodiscard]] qint64 lasts() const { return forecast.lasts.value_or(std::numeric_limits<qint64>::max()); }
    /// A node that says so itself is among the rows.
    [[nodiscard]] bool isProblem() const
    {
        return left && (*left < kLow || lasts() < kSoon) && !network::isProblem(node->row->state);
    }
    [[nodiscard]] bool before(const Traffic &other) const
    {
        if (lasts() != other.lasts())
            return lasts() < other.lasts();
        if (left.value_or(101) != other.left.value_or(101))
            return left.value_or(101) < other.left.value_or(101);
        return node->row->name < other.node->row->name;
    }
};

std::vector<Overview::Traffic> Overview::collectTraffic(const Work &work) const
{
    std::vector<Traffic> out;
    for (const Node &node : std::as_const(work.nodes)) {
        Traffic entry{&node, numberOf(node.row->cells.value(node.watched->traffic)), numberOf(node.row->cells.value(node.watched->balance)), {}};
        if (!entry.left && !entry.balance)
            continue;
        if (entry.left && *entry.left <= 0)
            entry.forecast.lasts = 0;
        else if (m_readings)
            entry.forecast = trafficForecast(m_readings->of(node.watched->store->cluster(), node.row->uid, u"traffic"_s), work.now);
        else
            entry.forecast.why = Forecast::Why::NothingSeen;
        out.push_back(entry);
    }
    return out;
}

Problem Overview::trafficProblem(const Traffic &traffic)
{
    const double left = *traffic.left;
    const std::optional<qint64> lasts = traffic.forecast.lasts;
    Problem out;
    out.object = traffic.node->watched->store->idOf(*traffic.node->row);
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
            work.report.traffic.append({entry.node->watched->store->idOf(*entry.node->row), entry.left, entry.forecast.lasts, entry.forecast.text(), entry.balance});
        if (!entry.isProblem())
            continue;
        ++listed;
        work.count(entry.node->watched->kind(), 1);
        work.problems.append(trafficProblem(entry));
    }
    work.notListed += problems - listed;
}

/// Production first: the others have no target of their own.
void Overview::addAvailability(Work &work) const
{
    struct Entry {
        const Node *node;
        bool target;
    };
    std::vector<Entry> nodes;
    nodes.reserve(work.nodes.size());
    for (const Node &node : std::as_const(work.nodes)) {
        const state::Environment *environment = node.watched->environment;
        nodes.push_back({&node, environment->info().mark != state::Mark::Dev && environment->info().mark != state::Mark::Test});
    }
    work.report.availabilityMore = std::max(0, int(nodes.size()) - kAvailability);
    keepFirst(nodes, kAvailability, [this](const Entry &a, const Entry &b) {
        if (a.target != b.target)
            return a.target;
        const auto left = m_environments.indexOf(a.node->watched->environment), right = m_environments.indexOf(b.node->watched->environment);
        return left != right ? left < right : a.node->row->name < b.node->row->name;
    });
    for (const Entry &entry : nodes)
        work.report.availability.append({entry.node->watched->store->idOf(*entry.node->row), entry.target});
}

}
