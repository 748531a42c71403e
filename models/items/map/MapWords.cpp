// SPDX-License-Identifier: GPL-3.0-or-later
// What stands on the map in words, made of what is drawn only.
#include "models/core/Format.h"
#include "models/items/map/MapRows.h"


namespace qd::items {

using namespace Qt::StringLiterals;
using network::Cell;
using network::Row;
using network::State;
using Line = MapEdge::Line;

namespace {

Cell cellOf(const Row &row, int column)
{
    return column < 0 ? Cell() : row.cells.value(column);
}

QString textOf(const Row &row, int column)
{
    const Cell cell = cellOf(row, column);
    return cell.is == Cell::Is::Text ? cell.text : QString();
}

/// "9ms" as the API writes durations: "9 ms".
QString spaced(const QString &duration)
{
    qsizetype digits = 0;
    while (digits < duration.size() && (duration.at(digits).isDigit() || duration.at(digits) == u'.'))
        ++digits;
    return digits == 0 || digits == duration.size() ? duration : QString(duration.left(digits) + u' ' + duration.mid(digits).trimmed());
}

/// "AwaitingPermission": "awaiting permission".
QString words(const QString &phase)
{
    QString out;
    for (const QChar c : phase) {
        if (c.isUpper() && !out.isEmpty())
            out += u' ';
        out += c.toLower();
    }
    return out;
}

}

Line lineOf(State state, bool healthy)
{
    switch (state) {
    case State::Ready: return healthy ? Line::Connected : Line::Degraded;
    case State::Failed: return Line::Failed;
    case State::Degraded: return Line::Degraded;
    case State::Suspended: return Line::Off;
    case State::Unknown:
    case State::Stale: return Line::Unknown;
    default: return Line::Changing;
    }
}

QString MapRows::counted(const QString &kind, int count)
{
    return kind == "Validator"_L1     ? tr("%Ln validator(s)", nullptr, count)
        : kind == "Participant"_L1    ? tr("%Ln participant(s)", nullptr, count)
        : kind == "SuperValidator"_L1 ? tr("%Ln super validator(s)", nullptr, count)
                                      : tr("%Ln node(s)", nullptr, count);
}

MapZone MapRows::zone(int zone, const QDateTime &now) const
{
    const Zone &raw = zones.at(zone);
    MapZone out = raw.zone;
    const QString cluster = out.object.cluster;
    if (out.stale)
        out.detail = tr("%1, last answer %2 ago").arg(cluster, formatAge(raw.environment->freshness().lastAnswer, now));
    else
        out.detail = raw.migration >= 0 && !out.isPrivate ? tr("%1, migration %2").arg(cluster).arg(raw.migration) : cluster;
    return out;
}

/// State, and the one number that says most: what is wrong first.
QString MapRows::detailOf(const Node &node) const
{
    if (!node.row)
        return node.node.detail;
    const Kind &kind = *node.kind;
    const Row &row = *node.row;
    const bool strange = row.state == State::Unknown && !row.phase.isEmpty() && row.phase != "Unknown"_L1;
    const QString word = strange ? row.phase : network::stateWord(row.state);
    if (node.node.state == State::Stale)
        return tr("was %1").arg(word);
    const Cell pods = cellOf(row, kind.components), traffic = cellOf(row, kind.traffic), parties = cellOf(row, kind.parties);
    const bool few = pods.is == Cell::Is::Ratio && pods.integer < pods.whole;
    if (row.state == State::Suspended || row.state == State::Deleting)
        return word;
    if (few)
        return tr("%1, %2 of %3 pods").arg(word).arg(pods.integer).arg(pods.whole);
    if (traffic.is == Cell::Is::Number)
        return tr("%1, %2 % left").arg(word).arg(qRound(traffic.number));
    if (parties.is == Cell::Is::Integer)
        return word + u", "_s + tr("%n party(s)", nullptr, int(parties.integer));
    const QString version = textOf(row, kind.version);
    return version.isEmpty() ? word : QString(word + u", "_s + version);
}

/// As the connection itself says; `line` is how it is drawn.
void MapRows::say(MapEdge &edge, Line line, const Kind &kind, const Row &row, const QDateTime &now) const
{
    const Cell healthy = cellOf(row, kind.healthy), last = cellOf(row, kind.sequenced);
    const Line own = lineOf(row.state, healthy.is != Cell::Is::Boolean || healthy.integer != 0);
    const QString latency = spaced(textOf(row, kind.latency)), message = textOf(row, kind.message);
    const QString silent = last.is == Cell::Is::Integer ? formatAge(now.toSecsSinceEpoch() - last.integer) : QString();
    switch (own) {
    case Line::Connected:
        edge.label = latency;
        break;
    case Line::Degraded:
        edge.label = latency.isEmpty() ? tr("not healthy") : latency;
        break;
    case Line::Failed:
        edge.label = silent.isEmpty() ? tr("failed") : tr("no event for %1").arg(silent);
        break;
    case Line::Off:
        edge.label = tr("disconnected");
        break;
    case Line::Changing:
        edge.label = words(row.phase);
        break;
    case Line::Unknown:
        edge.label = row.phase.isEmpty() ? tr("not reported yet") : tr("unknown");
        break;
    }
    QStringList parts{lineWord(own)};
    if (!latency.isEmpty())
        parts.append(tr("latency %1").arg(latency));
    if (!silent.isEmpty())
        parts.append(tr("last event %1 ago").arg(silent));
    if (!message.isEmpty())
        parts.append(message);
    if (own != line)
        parts.prepend(lineWord(line));
    edge.detail = parts.join(u", "_s);
    if (own != line && line == Line::Off)
        edge.label = tr("suspended");
    else if (own != line && line == Line::Degraded)
        edge.label = tr("traffic %1 %").arg(qRound(nodes.at(edge.node).traffic));
}

/// And as its node makes it: one that sleeps is off, one that is updated changes, one without traffic is not well. Of a cluster that does
/// not answer it is told what they were.
MapEdge MapRows::described(const Edge &raw, const QDateTime &now) const
{
    MapEdge edge = raw.edge;
    const MapNode &node = nodes.at(edge.node).node, &domain = nodes.at(edge.domain).node;
    const Zone &there = zones.at(domain.zone);
    edge.name = tr("%1 to %2").arg(node.name, isGlobal(edge.domain) ? there.zone.title : domain.name);
    if (raw.row)
        say(edge, raw.was, *raw.kind, *raw.row, now);
    else
        edge.detail = tr("%1, as the node reports it").arg(lineWord(raw.was));
    if (!raw.row && raw.was == Line::Degraded)
        edge.label = tr("traffic %1 %").arg(qRound(nodes.at(edge.node).traffic));
    if (edge.state == State::Stale) {
        edge.label = tr("was %1").arg(lineWord(raw.was).toLower());
        edge.detail = tr("was %1").arg(edge.detail);
    }
    return edge;
}

}
