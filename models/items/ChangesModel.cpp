// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/ChangesModel.h"

#include "models/core/Format.h"
#include "models/items/Roles.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::State;
using state::JournaledChange;
using Is = state::JournalSettling::Verdict::Is;

namespace {

constexpr int kEveryMs = 100;

QString seconds(const QDateTime &from, const QDateTime &to)
{
    return formatAge(std::max<qint64>(0, from.secsTo(to)));
}

/// "northgate-1", or how many; the whole list is the tooltip's.
QString objectsOf(const JournaledChange &change)
{
    QStringList out;
    for (const state::JournaledEdit &edit : change.edits)
        out.append(edit.ns.isEmpty() ? edit.shortName() : QString(edit.ns + u'/' + edit.shortName()));
    out.removeDuplicates();
    return out.join(u'\n');
}

QString kindsOf(const JournaledChange &change)
{
    QStringList out;
    for (const state::JournaledEdit &edit : change.edits)
        out.append(edit.kind);
    return out.join(u' ');
}

QString haystack(const JournaledChange &change, const ChangeStanding &standing)
{
    return QStringList{change.title, objectsOf(change), change.cluster, change.user, change.reason, standing.word, change.message(),
                       change.action, change.id}.join(u'\n');
}

std::optional<QDateTime> sinceOf(const QString &value, const QDateTime &now)
{
    if (const qint64 ms = parseDuration(value); ms >= 0)
        return now.addMSecs(-ms);
    // days are this person's, as the headings are
    const QDateTime time = value.size() <= 10 ? QDate::fromString(value, Qt::ISODate).startOfDay() : QDateTime::fromString(value, Qt::ISODate);
    return time.isValid() ? std::optional(time.toUTC()) : std::nullopt;
}

bool hasWord(const QString &text, const QString &value)
{
    return text.contains(value, Qt::CaseInsensitive);
}

bool columnHolds(const QString &column, const QString &value, const JournaledChange &change, const ChangeStanding &standing, const QDateTime &now)
{
    if (column == "user"_L1)
        return hasWord(change.user, value);
    if (column == "env"_L1 || column == "cluster"_L1)
        return hasWord(change.cluster, value);
    if (column == "action"_L1)
        return change.action.compare(value, Qt::CaseInsensitive) == 0;
    if (column == "reason"_L1)
        return hasWord(change.reason, value);
    if (column == "since"_L1)
        return change.begun() >= sinceOf(value, now).value_or(now);
    if (column == "outcome"_L1 || column == "phase"_L1)
        return standing.id.startsWith(value, Qt::CaseInsensitive) || hasWord(standing.word, value);
    if (column == "kind"_L1)
        return hasWord(kindsOf(change), value);
    return hasWord(objectsOf(change), value) || hasWord(change.title, value);
}

QSet<QString> runningIn(const ChangesModel::Sources &sources)
{
    QSet<QString> out;
    const QList<state::Operation> list = sources.operations ? sources.operations->list() : QList<state::Operation>();
    for (const state::Operation &operation : list) {
        if (operation.running())
            out.insert(operation.id);
    }
    return out;
}

/// ChangeStanding::problem without its words: asked of every change there is, again and again.
bool isProblem(const ChangesModel::Sources &sources, const QSet<QString> &running, const JournaledChange &change)
{
    if (running.contains(change.id))
        return false;
    const QString outcome = change.outcome();
    if (outcome == "settled"_L1 || outcome == "cancelled"_L1)
        return false;
    const auto verdict = sources.settling ? sources.settling->of(change.id) : std::nullopt;
    return verdict ? verdict->is != Is::Settled : outcome != "applied"_L1;
}

ChangeStanding ended(const JournaledChange &change)
{
    struct Word { QLatin1StringView id; State state; const char *word; bool problem; };
    static constexpr std::array kWords{Word{"settled"_L1, State::Succeeded, QT_TRANSLATE_NOOP("ChangesModel", "Settled"), false},
                                       Word{"applied"_L1, State::Succeeded, QT_TRANSLATE_NOOP("ChangesModel", "Applied"), false},
                                       Word{"refused"_L1, State::Failed, QT_TRANSLATE_NOOP("ChangesModel", "Refused"), true},
                                       Word{"conflict"_L1, State::Degraded, QT_TRANSLATE_NOOP("ChangesModel", "Conflict"), true},
                                       Word{"failed"_L1, State::Failed, QT_TRANSLATE_NOOP("ChangesModel", "Failed"), true},
                                       Word{"timeout"_L1, State::Degraded, QT_TRANSLATE_NOOP("ChangesModel", "Timed out"), true},
                                       Word{"cancelled"_L1, State::Cancelled, QT_TRANSLATE_NOOP("ChangesModel", "Cancelled"), false}};
    for (const Word &word : kWords) {
        if (word.id == change.outcome())
            return {word.state, QCoreApplication::translate("ChangesModel", word.word), word.id, change.message(), word.problem};
    }
    return {State::Unknown, ChangesModel::tr("Not determined"), u"unknown"_s, ChangesModel::tr("There is no result in the journal."), true};
}

}

Result<ChangesFilter> ChangesFilter::parse(const QString &text)
{
    const QStringList columns{u"user"_s, u"object"_s, u"env"_s, u"cluster"_s, u"outcome"_s, u"since"_s, u"action"_s, u"reason"_s, u"took"_s};
    const Result<state::FilterQuery> query = state::FilterQuery::parse(text, columns);
    if (!query)
        return query.error();
    for (const state::FilterQuery::Term &term : query->terms()) {
        if (term.column == "since"_L1 && !sinceOf(term.value, QDateTime::currentDateTimeUtc()))
            return Error{ErrorKind::Invalid, ChangesModel::tr("\"%1\" is no time.").arg(term.value),
                         ChangesModel::tr("Write since:2d, since:90m or since:2026-11-28.")};
    }
    ChangesFilter out;
    out.m_query = *query;
    return out;
}

bool ChangesFilter::matches(const JournaledChange &change, const ChangeStanding &standing, const QDateTime &now) const
{
    using Op = state::FilterQuery::Op;
    return std::all_of(m_query.terms().begin(), m_query.terms().end(), [&](const state::FilterQuery::Term &term) {
        const double took = double(change.begun().msecsTo(change.ended().isValid() ? change.ended() : now)) / 1000;
        bool holds = false;
        const double limit = term.seconds;
        switch (term.op) {
        case Op::Text: holds = hasWord(haystack(change, standing), term.value); break;
        case Op::Column: holds = columnHolds(term.column, term.value, change, standing, now); break;
        case Op::Greater: holds = term.column == "took"_L1 && took > limit; break;
        case Op::GreaterEqual: holds = term.column == "took"_L1 && took >= limit; break;
        case Op::Less: holds = term.column == "took"_L1 && took < limit; break;
        case Op::LessEqual: holds = term.column == "took"_L1 && took <= limit; break;
        case Op::Label: break;
        }
        return holds != term.negated;
    });
}

ChangesModel::ChangesModel(Sources sources, QObject *parent)
    : QAbstractTableModel(parent)
    , m_sources(sources)
{
    m_later.setSingleShot(true);
    m_later.setInterval(kEveryMs);
    connect(&m_later, &QTimer::timeout, this, &ChangesModel::rebuild);
    const auto later = [this] {
        if (!m_later.isActive())
            m_later.start();
    };
    connect(m_sources.log, &state::JournalLog::changed, this, later);
    if (m_sources.settling)
        connect(m_sources.settling, &state::JournalSettling::changed, this, later);
    if (m_sources.operations)
        connect(m_sources.operations, &state::Operations::changed, this, later);
    rebuild();
}

QString ChangesModel::Row::key() const
{
    return change ? change->id : day.toString(Qt::ISODate);
}

ChangeStanding ChangesModel::standingOf(const Sources &sources, const JournaledChange &change)
{
    const QList<state::Operation> here = sources.operations ? sources.operations->list() : QList<state::Operation>();
    for (const state::Operation &operation : here) {
        if (operation.id == change.id && operation.running())
            return {State::Progressing, tr("Running"), u"running"_s, operation.step, false};
    }
    const auto verdict = sources.settling ? sources.settling->of(change.id) : std::nullopt;
    if (!verdict) {
        const bool readBack = change.steps.last().readBack;
        ChangeStanding out = ended(change);
        if (readBack && out.id == "settled"_L1)
            out.word = tr("Settled since");
        return out;
    }
    switch (verdict->is) {
    case Is::Settled: return {State::Succeeded, tr("Settled since"), u"settled"_s, verdict->text, false};
    case Is::Failed: return {State::Failed, tr("Failed since"), u"failed"_s, verdict->text, true};
    case Is::NotMade: return {State::Failed, tr("Not made"), u"failed"_s, verdict->text, true};
    case Is::Unknown: return {State::Unknown, tr("Not determined"), u"unknown"_s, verdict->text, true};
    case Is::Reading:
    case Is::Settling: break;
    }
    return {State::Progressing, tr("Settling"), u"settling"_s, verdict->text, true};
}

ChangeStanding ChangesModel::standing(const JournaledChange &change) const
{
    return standingOf(m_sources, change);
}

Attention::Count ChangesModel::today(const Sources &sources)
{
    Attention::Count out;
    const QDate today = sources.clock->now().toLocalTime().date();
    for (const state::ChangePtr &change : sources.log->changes()) {
        if (change->begun().toLocalTime().date() < today)
            break;
        const ChangeStanding standing = standingOf(sources, *change);
        if (!standing.problem)
            continue;
        ++out.problems;
        out.worst = network::worse(out.worst, standing.state);
    }
    return out;
}

QList<ChangesModel::Row> ChangesModel::rowsNow() const
{
    QList<Row> out;
    qsizetype heading = -1;
    const QDateTime now = m_sources.clock->now();
    const QSet<QString> running = runningIn(m_sources);
    for (const state::ChangePtr &change : m_sources.log->changes()) {
        const bool problem = isProblem(m_sources, running, *change);
        if ((m_problemsOnly && !problem) || (!m_filter.isEmpty() && !m_filter.matches(*change, standing(*change), now)))
            continue;
        const QDate day = change->begun().toLocalTime().date();
        if (heading < 0 || out.at(heading).day != day) {
            heading = out.size();
            out.append({day, nullptr});
        }
        ++out[heading].inDay;
        out[heading].problems += problem ? 1 : 0;
        if (!m_folded.contains(day))
            out.append({day, change});
    }
    return out;
}

/// What stays at both ends stays; what differs in between goes and comes.
void ChangesModel::rebuild()
{
    QList<Row> fresh = rowsNow();
    const auto same = [](const Row &a, const Row &b) { return a.day == b.day && a.key() == b.key(); };
    qsizetype front = 0;
    while (front < m_rows.size() && front < fresh.size() && same(m_rows.at(front), fresh.at(front)))
        ++front;
    qsizetype back = 0;
    while (back < m_rows.size() - front && back < fresh.size() - front
           && same(m_rows.at(m_rows.size() - 1 - back), fresh.at(fresh.size() - 1 - back)))
        ++back;
    const qsizetype gone = m_rows.size() - front - back, come = fresh.size() - front - back;
    if (gone > 0) {
        beginRemoveRows({}, int(front), int(front + gone - 1));
        m_rows.remove(front, gone);
        endRemoveRows();
    }
    if (come > 0) {
        beginInsertRows({}, int(front), int(front + come - 1));
        m_rows = fresh;
        endInsertRows();
    }
    m_rows = std::move(fresh);
    m_today = m_sources.clock->now().toLocalTime().date();
    if (!m_rows.isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(int(m_rows.size()) - 1, ColumnCount - 1));
    if (gone > 0 || come > 0)
        Q_EMIT structureChanged();
    Q_EMIT countsChanged();
}

void ChangesModel::setFilter(const ChangesFilter &filter)
{
    m_filter = filter;
    if (!filter.isEmpty())
        m_sources.log->loadAll();
    rebuild();
}

void ChangesModel::setProblemsOnly(bool only)
{
    m_problemsOnly = only;
    if (only)
        m_sources.log->loadAll();
    rebuild();
}

ChangesModel::Counts ChangesModel::counts() const
{
    Counts out;
    for (const Row &row : m_rows)
        out.shown += row.change ? 0 : row.inDay;
    out.total = int(m_sources.log->changes().size());
    out.problems = today(m_sources).problems;
    out.more = m_sources.log->hasOlder();
    return out;
}

state::ChangePtr ChangesModel::changeAt(int row) const
{
    return row < 0 || row >= m_rows.size() ? nullptr : m_rows.at(row).change;
}

int ChangesModel::rowOf(const QString &id) const
{
    const auto at = std::find_if(m_rows.begin(), m_rows.end(), [&id](const Row &row) { return row.change && row.change->id == id; });
    return at == m_rows.end() ? -1 : int(at - m_rows.begin());
}

QList<int> ChangesModel::groupRows() const
{
    QList<int> out;
    for (int row = 0; row < int(m_rows.size()); ++row) {
        if (!m_rows.at(row).change)
            out.append(row);
    }
    return out;
}

QSet<QString> ChangesModel::shownIds() const
{
    QSet<QString> out;
    const QDateTime now = m_sources.clock->now();
    for (const state::ChangePtr &change : m_sources.log->changes()) {
        const ChangeStanding standing = this->standing(*change);
        if ((!m_problemsOnly || standing.problem) && m_filter.matches(*change, standing, now))
            out.insert(change->id);
    }
    return out;
}

void ChangesModel::setExpanded(int row, bool expanded)
{
    if (row < 0 || row >= m_rows.size() || m_rows.at(row).change)
        return;
    if (expanded)
        m_folded.remove(m_rows.at(row).day);
    else
        m_folded.insert(m_rows.at(row).day);
    rebuild();
}

void ChangesModel::tick()
{
    if (m_sources.clock->now().toLocalTime().date() != m_today)
        return rebuild();
    for (int row = 0; row < std::min<int>(int(m_rows.size()), 50); ++row) {
        if (m_rows.at(row).change && !m_rows.at(row).change->ended().isValid())
            Q_EMIT dataChanged(index(row, Took), index(row, Took));
    }
}

int ChangesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ChangesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

bool ChangesModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_sources.log->hasOlder();
}

void ChangesModel::fetchMore(const QModelIndex &)
{
    m_sources.log->loadOlder();
}

QVariant ChangesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    static const QStringList kIds{u"time"_s, u"change"_s, u"env"_s, u"user"_s, u"reason"_s, u"outcome"_s, u"took"_s};
    if (role == ColumnIdRole)
        return kIds.at(section);
    if (role == Qt::TextAlignmentRole)
        return int((section == Took || section == Time ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    const QStringList titles{tr("Time"), tr("Change"), tr("Environment"), tr("Who"), tr("Reason"), tr("Outcome"), tr("Took")};
    return role == Qt::DisplayRole ? QVariant(titles.at(section)) : QVariant();
}

QVariant ChangesModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows.size())
        return {};
    const Row &row = m_rows.at(index.row());
    if (role == IsGroupRole)
        return row.change == nullptr;
    return row.change ? changeData(*row.change, index.column(), role) : groupData(row, index.column(), role);
}

QVariant ChangesModel::groupData(const Row &row, int column, int role) const
{
    if (role == ExpandedRole)
        return !m_folded.contains(row.day);
    if (column != 0)
        return {};
    const QString date = QLocale().toString(row.day, QLocale::LongFormat);
    const QString title = row.day == m_today ? tr("Today") : row.day == m_today.addDays(-1) ? tr("Yesterday") : date;
    QString detail = tr("%n change(s)", nullptr, row.inDay);
    if (row.problems > 0)
        detail += u", "_s + (row.problems == 1 ? tr("1 failed or not settled") : tr("%1 failed or not settled").arg(row.problems));
    if (title != date)
        detail = date + u", "_s + detail;
    if (role == Qt::DisplayRole)
        return title;
    if (role == GroupDetailRole)
        return detail;
    return role == Qt::AccessibleTextRole ? QVariant(QString(title + u", "_s + detail)) : QVariant();
}

QString ChangesModel::textOf(const JournaledChange &change, int column) const
{
    switch (column) {
    case Time: return change.begun().toLocalTime().toString(u"HH:mm:ss"_s);
    case Change: return change.title;
    case EnvironmentName: return change.cluster;
    case Who: return change.user.isEmpty() ? tr("unknown") : change.user;
    case Reason: return change.reason.isEmpty() ? QString(QChar(0x2013)) : change.reason;
    case Outcome: return standing(change).word;
    case Took: break;
    default: return {};
    }
    const ChangeStanding now = standing(change);
    if (now.id == "running"_L1 || now.id == "settling"_L1)
        return seconds(change.begun(), m_sources.clock->now());
    // found out later: how long it really took is not known
    const bool known = change.ended().isValid() && !change.steps.last().readBack && now.id != "unknown"_L1;
    return known ? seconds(change.begun(), change.ended()) : u"?"_s;
}

QVariant ChangesModel::changeData(const JournaledChange &change, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole: return textOf(change, column);
    case UidRole: return change.id;
    case StateRole: return int(standing(change).state);
    case CellPaintRole:
        return int(column == Change ? CellPaint::Name : column == Outcome ? CellPaint::Status : column == Took || column == Time ? CellPaint::Number : CellPaint::Text);
    case MutedRole: return column == EnvironmentName || (column == Reason && change.reason.isEmpty()) || (column == Who && change.user.isEmpty());
    case KindIconRole: {
        const network::KindInfo *kind = change.edits.isEmpty() ? nullptr : m_sources.kinds->find(change.edits.first().resource);
        return column == Change && kind ? QVariant(kind->icon) : QVariant();
    }
    case Qt::ToolTipRole:
        if (column == Time)
            return QString(formatRfc3339(change.begun()));
        if (column == Change)
            return QString(change.title + u'\n' + objectsOf(change));
        if (column == Outcome)
            return standing(change).text;
        if (column == Took && textOf(change, Took) == "?"_L1)
            return tr("How long it took is not known: this console was not there when it ended.");
        return textOf(change, column);
    case Qt::AccessibleTextRole:
        return u"%1: %2"_s.arg(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), textOf(change, column));
    default: return {};
    }
}

}
