// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/AlertsModel.h"

#include "models/core/Format.h"
#include "models/items/telemetry/AlertMatch.h"
#include "models/items/Roles.h"

#include <QLocale>

#include <algorithm>
#include <utility>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::State;

namespace {

const QString kDash(QChar(0x2013));

bool has(const QString &text, const QString &word)
{
    return text.contains(word, Qt::CaseInsensitive);
}

QString haystack(const Alert &alert)
{
    QStringList out{alert.name, alert.summary(), alert.subject.text, alert.cluster, alertStateWord(alert.state)};
    out += alert.labels.values();
    out += alert.annotations.values();
    return out.join(u'\n');
}

bool columnHolds(const QString &column, const QString &value, bool whole, const Alert &alert)
{
    const auto holds = [&](const QString &text) { return whole ? text.compare(value, Qt::CaseInsensitive) == 0 : has(text, value); };
    if (column == "state"_L1 || column == "phase"_L1)
        return alertStateId(alert.state).startsWith(value, Qt::CaseInsensitive) || holds(alertStateWord(alert.state));
    if (column == "severity"_L1)
        return holds(alert.severityText());
    if (column == "alert"_L1 || column == "name"_L1)
        return holds(alert.name);
    if (column == "about"_L1 || column == "node"_L1)
        return holds(alert.subject.text);
    if (column == "source"_L1)
        return holds(alert.source());
    if (column == "env"_L1 || column == "cluster"_L1)
        return holds(alert.cluster);
    if (column == "namespace"_L1)
        return holds(alert.labels.value(u"namespace"_s));
    return false;
}

bool labelHolds(const Alert &alert, const QString &term)
{
    const QString name = term.section(u'=', 0, 0);
    return alert.labels.contains(name) && (!term.contains(u'=') || alert.labels.value(name) == term.section(u'=', 1));
}

QString severityWord(Severity severity)
{
    switch (severity) {
    case Severity::Critical: return AlertsModel::tr("Critical");
    case Severity::Warning: return AlertsModel::tr("Warning");
    case Severity::Info: return AlertsModel::tr("Info");
    case Severity::Unsaid: break;
    }
    return AlertsModel::tr("No known severity");
}

/// "14:30 CET", "2 Dec 14:30 UTC": when a silence ends, in the zone that is shown.
QString clockTime(const QDateTime &at, const QDateTime &now, bool utc)
{
    const QDateTime shown = utc ? at.toUTC() : at.toLocalTime();
    const bool today = shown.date() == (utc ? now.toUTC() : now.toLocalTime()).date();
    const QString clock = today ? shown.toString(u"HH:mm"_s) : QLocale().toString(shown, u"d MMM HH:mm"_s);
    return QString(clock + u' ' + (utc ? u"UTC"_s : shown.timeZoneAbbreviation()));
}

}

Result<AlertsFilter> AlertsFilter::parse(const QString &text)
{
    const QStringList columns{u"state"_s, u"severity"_s, u"alert"_s, u"about"_s, u"node"_s, u"env"_s, u"cluster"_s, u"source"_s, u"age"_s};
    const Result<state::FilterQuery> query = state::FilterQuery::parse(text, columns);
    if (!query)
        return query.error();
    AlertsFilter out;
    out.m_query = *query;
    return out;
}

bool AlertsFilter::matches(const Alert &alert, const QDateTime &now) const
{
    using Op = state::FilterQuery::Op;
    return std::all_of(m_query.terms().begin(), m_query.terms().end(), [&](const state::FilterQuery::Term &term) {
        const double limit = term.seconds;
        const double age = double(alert.since.secsTo(now));
        const bool aged = term.column == "age"_L1 && alert.since.isValid();
        bool holds = false;
        switch (term.op) {
        case Op::Text: holds = has(haystack(alert), term.value); break;
        case Op::Column: holds = columnHolds(term.column, term.value, term.whole, alert); break;
        case Op::Label: holds = labelHolds(alert, term.value); break;
        case Op::Greater: holds = aged && age > limit; break;
        case Op::GreaterEqual: holds = aged && age >= limit; break;
        case Op::Less: holds = aged && age < limit; break;
        case Op::LessEqual: holds = aged && age <= limit; break;
        }
        return holds != term.negated;
    });
}

AlertsModel::AlertsModel(AlertsSession *session, QObject *parent)
    : KeyedRows(parent)
    , m_session(session)
{
    connect(session, &AlertsSession::changed, this, &AlertsModel::wanted);
    rebuild();
}

void AlertsModel::setFilter(const AlertsFilter &filter)
{
    m_filter = filter;
    m_waits = false;
    rebuild();
}

void AlertsModel::setGroup(Group group)
{
    m_group = group;
    m_session->setGrouped(this, m_shown && group == Group::ByRoute);
    m_waits = false;
    rebuild();
}

void AlertsModel::setPaused(bool paused)
{
    m_paused = paused;
    if (!m_paused && m_shown)
        catchUp();
}

void AlertsModel::setShown(bool shown)
{
    m_shown = shown;
    m_session->setGrouped(this, m_shown && m_group == Group::ByRoute);
    if (!m_paused && m_shown)
        catchUp();
}

void AlertsModel::setUtc(bool utc)
{
    if (std::exchange(m_utc, utc) != utc && rowCount() > 0)
        Q_EMIT dataChanged(index(0, Until), index(rowCount() - 1, Until));
}

void AlertsModel::wanted()
{
    m_waits = true;
    if (!m_paused && m_shown)
        catchUp();
}

void AlertsModel::catchUp()
{
    if (std::exchange(m_waits, false))
        rebuild();
}

std::pair<QString, QString> AlertsModel::groupOf(const Alert &alert) const
{
    switch (m_group) {
    case Group::ByNode:
        if (alert.subject.text.isEmpty())
            return {u"-"_s, tr("About nobody that is named")};
        return {alert.cluster + u'/' + (alert.subject.object.name.isEmpty() ? u"?"_s : alert.subject.object.gvr.resource) + u'/' + alert.subject.text, alert.subject.text};
    case Group::BySeverity: return {QString::number(int(alert.severity)), severityWord(alert.severity)};
    case Group::ByRoute:
        if (!alert.managed)
            return {u"-"_s, tr("Not told by an Alertmanager")};
        if (!alert.groups)
            return {alert.cluster + u"/?"_s, tr("Alertmanager's groups are not known")};
        return {alert.cluster + u'/' + alert.groups->join(u'\n'), alert.groups->isEmpty() ? tr("In no group of Alertmanager") : alert.groups->join(u"; "_s)};
    case Group::ByName: break;
    }
    return {alert.name, alert.name.isEmpty() ? tr("Without a name") : alert.name};
}

/// Alerts come worst first; so a group stands where its worst does.
void AlertsModel::rebuild()
{
    if (isPlacing()) {
        QMetaObject::invokeMethod(this, &AlertsModel::rebuild, Qt::QueuedConnection);
        return;
    }
    const QDateTime now = m_session->clock()->now();
    const int before = int(m_alerts.size());
    QHash<QString, QString> titles;
    QStringList order;
    QHash<QString, QList<Row>> groups;
    for (const Alert &alert : m_session->alerts()) {
        if (!m_filter.isEmpty() && !m_filter.matches(alert, now))
            continue;
        const auto [group, title] = groupOf(alert);
        QList<Row> &rows = groups[group];
        if (rows.isEmpty()) {
            order.append(group);
            rows.append({group, group});
            titles.insert(group, title);
        }
        ++rows.first().inGroup;
        rows.first().firing += alert.state == AlertState::Firing ? 1 : 0;
        rows.append({group, alert.key, int(m_alerts.size())});
        m_alerts.append(alert);
    }
    QList<Row> all;
    for (const QString &group : std::as_const(order))
        all += groups.value(group);
    m_kept = int(m_alerts.size()) - before;
    m_titles.insert(titles);
    setRows(all);
    m_alerts.remove(0, before);
    m_titles = titles;
    shiftItems(before);
    Q_EMIT rebuilt();
}

void AlertsModel::tick()
{
    if (rowCount() > 0 && !m_paused)
        Q_EMIT dataChanged(index(0, Since), index(rowCount() - 1, Since));
}

const Alert *AlertsModel::alertAt(int row) const
{
    const Row *there = at(row);
    return there && there->item >= 0 ? &m_alerts.at(there->item) : nullptr;
}

QVariant AlertsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    static const QStringList kIds{u"state"_s, u"alert"_s, u"about"_s, u"what"_s, u"value"_s, u"since"_s, u"until"_s, u"env"_s};
    if (role == ColumnIdRole)
        return kIds.at(section);
    if (role == Qt::TextAlignmentRole)
        return int((section == Value || section == Since ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    const QStringList titles{tr("State"), tr("Alert"), tr("About"), tr("What"), tr("Value"), tr("Since"), tr("Silenced until"), tr("Environment")};
    return role == Qt::DisplayRole ? QVariant(titles.at(section)) : QVariant();
}

QVariant AlertsModel::data(const QModelIndex &index, int role) const
{
    const Row *row = at(index.row());
    if (!row || !index.isValid())
        return {};
    if (role == IsGroupRole)
        return row->item < 0;
    return row->item < 0 ? groupData(*row, index.column(), role) : alertData(m_alerts.at(row->item), index.column(), role);
}

QVariant AlertsModel::groupData(const Row &row, int column, int role) const
{
    if (role == ExpandedRole)
        return !isFolded(row.group);
    if (column != 0)
        return {};
    const QString title = m_titles.value(row.group);
    QString detail = tr("%n alert(s)", nullptr, row.inGroup);
    if (row.firing != row.inGroup)
        detail += u", "_s + tr("%1 firing").arg(row.firing);
    if (role == Qt::DisplayRole)
        return title;
    if (role == GroupDetailRole)
        return detail;
    return role == Qt::AccessibleTextRole ? QVariant(QString(title + u", "_s + detail)) : QVariant();
}

QString AlertsModel::textOf(const Alert &alert, int column) const
{
    const QDateTime now = m_session->clock()->now();
    const auto orDash = [](const QString &text) { return text.isEmpty() ? kDash : text; };
    switch (column) {
    case State: return alertStateWord(alert.state);
    case Name: return orDash(alert.name);
    case About: return orDash(alert.subject.text);
    case What: return orDash(alert.summary());
    case Value: return orDash(alert.valueText());
    case Since: return alert.since.isValid() ? formatAge(alert.since, now) : kDash;
    case Until: return alert.silencedUntil.isValid() ? clockTime(alert.silencedUntil, now, m_utc) : alert.state == AlertState::Silenced ? tr("unknown") : kDash;
    case EnvironmentName: return alert.cluster;
    default: return {};
    }
}

QString AlertsModel::tipOf(const Alert &alert, int column) const
{
    switch (column) {
    case State:
        if (alert.state == AlertState::Inhibited)
            return tr("Another alert that fires holds its notices back.");
        if (alert.state == AlertState::Firing && !alert.managed)
            return tr("Prometheus says that it fires. No Alertmanager says so: whether it is silenced is not known.");
        return alert.state == AlertState::Pending ? tr("The condition holds, not yet for as long as the rule wants.") : QString();
    case Since: return alert.since.isValid() ? formatRfc3339(alert.since) : QString();
    case Until: return alert.silencedUntil.isValid() ? formatRfc3339(alert.silencedUntil) : QString();
    case Value: return alert.value.isEmpty() ? tr("Prometheus does not tell this alert, so that its value is not known.") : alert.value;
    case About: return alert.subject.object.name.isEmpty() ? QString() : alert.subject.object.shortName();
    default: return textOf(alert, column);
    }
}

QVariant AlertsModel::alertData(const Alert &alert, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole: return textOf(alert, column);
    case UidRole: return alert.key;
    case ObjectIdRole: return alert.subject.object.name.isEmpty() ? QVariant() : QVariant::fromValue(alert.subject.object);
    case StateRole: return int(alert.face());
    case CellPaintRole: return int(column == State ? CellPaint::Status : column == Name ? CellPaint::Name : column == Value || column == Since ? CellPaint::Number : CellPaint::Text);
    case MutedRole:
        return column == What || column == EnvironmentName || column == Since || textOf(alert, column) == kDash
            || (column == About && alert.subject.object.name.isEmpty());
    case Qt::ToolTipRole: return tipOf(alert, column);
    case Qt::AccessibleTextRole: return u"%1: %2"_s.arg(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), textOf(alert, column));
    default: return {};
    }
}

SilencesModel::SilencesModel(AlertsSession *session, QObject *parent)
    : KeyedRows(parent)
    , m_session(session)
{
    fold(u"expired"_s);
    connect(session, &AlertsSession::changed, this, [this] {
        if (m_shown)
            rebuild();
        else
            m_waits = true;
    });
    rebuild();
}

void SilencesModel::setShown(bool shown)
{
    m_shown = shown;
    if (m_shown)
        catchUp();
}

void SilencesModel::catchUp()
{
    if (std::exchange(m_waits, false))
        rebuild();
}

void SilencesModel::rebuild()
{
    if (isPlacing()) {
        QMetaObject::invokeMethod(this, &SilencesModel::rebuild, Qt::QueuedConnection);
        return;
    }
    const int before = int(m_lines.size());
    m_lines += m_session->silences();
    QList<Row> all;
    for (const auto group : {"active"_L1, "pending"_L1, "expired"_L1}) {
        const qsizetype heading = all.size();
        for (qsizetype i = before; i < m_lines.size(); ++i) {
            const SilenceLine &line = m_lines.at(i);
            const bool here = line.silence.state == group || (group == "expired"_L1 && line.silence.state != "active"_L1 && line.silence.state != "pending"_L1);
            if (!here)
                continue;
            if (all.size() == heading)
                all.append({QString(group), QString(group)});
            ++all[heading].inGroup;
            all.append({QString(group), line.cluster + u'\x1d' + line.silence.id, int(i)});
        }
    }
    setRows(all);
    m_lines.remove(0, before);
    shiftItems(before);
}

void SilencesModel::tick()
{
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Ends), index(rowCount() - 1, Ends));
}

const SilenceLine *SilencesModel::lineAt(int row) const
{
    const Row *there = at(row);
    return there && there->item >= 0 ? &m_lines.at(there->item) : nullptr;
}

QVariant SilencesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    static const QStringList kIds{u"state"_s, u"matchers"_s, u"alerts"_s, u"ends"_s, u"author"_s, u"comment"_s, u"env"_s};
    if (role == ColumnIdRole)
        return kIds.at(section);
    if (role == Qt::TextAlignmentRole)
        return int((section == Alerts ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    const QStringList titles{tr("State"), tr("Matches"), tr("Alerts"), tr("Ends"), tr("Author"), tr("Comment"), tr("Environment")};
    return role == Qt::DisplayRole ? QVariant(titles.at(section)) : QVariant();
}

QString SilencesModel::textOf(const SilenceLine &line, int column) const
{
    const QDateTime now = m_session->clock()->now();
    const ports::Silence &silence = line.silence;
    switch (column) {
    case State: return silenceWord(silence.state);
    case Matchers: return matchersText(silence.matchers);
    case Alerts: return line.problem ? tr("unknown") : line.alerts ? QLocale().toString(*line.alerts) : kDash;
    case Ends: return silence.endsAt.isValid() ? formatEnd(silence.endsAt.secsTo(now)) : kDash;
    case Author: return silence.createdBy.isEmpty() ? kDash : silence.createdBy;
    case Comment: return silence.comment.isEmpty() ? kDash : silence.comment.simplified();
    case EnvironmentName: return line.cluster;
    default: return {};
    }
}

QString SilencesModel::tipOf(const SilenceLine &line, int column) const
{
    if (column == Ends)
        return line.silence.endsAt.isValid() ? formatRfc3339(line.silence.endsAt) : QString();
    if (column == Alerts)
        return line.problem ? line.problem->text() : line.alerts ? tr("Of the alerts there are now.") : tr("What has ended silences nothing.");
    return textOf(line, column);
}

QVariant SilencesModel::data(const QModelIndex &index, int role) const
{
    const Row *row = at(index.row());
    if (!row || !index.isValid())
        return {};
    if (role == IsGroupRole)
        return row->item < 0;
    const int column = index.column();
    if (row->item < 0) {
        if (role == ExpandedRole)
            return !isFolded(row->group);
        const QString detail = tr("%n silence(s)", nullptr, row->inGroup);
        if (column == 0 && role == Qt::AccessibleTextRole)
            return QString(silenceWord(row->group) + u", "_s + detail);
        return column != 0 ? QVariant() : role == Qt::DisplayRole ? QVariant(silenceWord(row->group)) : role == GroupDetailRole ? QVariant(detail) : QVariant();
    }
    const SilenceLine &line = m_lines.at(row->item);
    switch (role) {
    case Qt::DisplayRole: return textOf(line, column);
    case UidRole: return line.silence.id;
    case StateRole: return int(silenceFace(line.silence.state));
    case CellPaintRole: return int(column == State ? CellPaint::Status : column == Alerts ? CellPaint::Number : CellPaint::Text);
    case MutedRole: return column == Comment || column == EnvironmentName || column == Author;
    case Qt::ToolTipRole: return tipOf(line, column);
    case Qt::AccessibleTextRole: return u"%1: %2"_s.arg(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), textOf(line, column));
    default: return {};
    }
}

}
