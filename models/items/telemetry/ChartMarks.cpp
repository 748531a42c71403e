// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/ChartMarks.h"

#include "models/core/Json.h"
#include "models/items/ObjectHistory.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QHash>
#include <QJsonArray>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostNotes = 500;
constexpr int kMostReason = 60, kMostDetail = 200;     ///< characters of a stranger's text

struct Text {
    Q_DECLARE_TR_FUNCTIONS(ChartMarks)
};

double seconds(const QDateTime &time)
{
    return double(time.toMSecsSinceEpoch()) / 1000;
}

/// The version a change sets; empty: it sets none.
QString versionOf(const state::JournaledEdit &edit)
{
    for (const QJsonValue &line : edit.diff) {
        const QString path = line["path"_L1].toString();
        if ((path.endsWith("/version"_L1) || path.endsWith("/targetVersion"_L1)) && line["to"_L1].isString())
            return line["to"_L1].toString();
    }
    return {};
}

bool applied(const state::JournaledChange &change)
{
    return std::any_of(change.edits.cbegin(), change.edits.cend(), [](const state::JournaledEdit &edit) { return edit.applied; });
}

QString oneLine(const QString &text, int most)
{
    const QString line = text.simplified();
    return line.size() > most ? QString(line.left(most - 1) + u'…') : line;
}

/// The image that a container was given: all messages of the kubelet quote it first.
QString pulledImage(const QJsonObject &event)
{
    return event.value("reason"_L1).toString() == "Pulled"_L1 ? event.value("message"_L1).toString().section(u'"', 1, 1) : QString();
}

struct Told {
    ChartMark mark;              ///< as told last
    double first = 0;            ///< 0: unknown
    QString container, image;    ///< of "Pulled"
};

std::optional<Told> toldOf(const QJsonObject &event, const QString &cluster, const state::NodeLabels &nodes)
{
    const QJsonObject object = event.value("involvedObject"_L1).toObject();
    Told out;
    ChartMark &mark = out.mark;
    mark.ns = object.value("namespace"_L1).toString();
    mark.object = object.value("name"_L1).toString();
    // What is no pod may be named after anything: then the only node of its namespace is meant.
    const bool pod = object.value("kind"_L1).toString() == "Pod"_L1;
    const state::NodeLabels::Match match = nodes.find({{u"namespace"_s, mark.ns}, {pod ? u"pod"_s : u"service"_s, mark.object}});
    const QDateTime last = eventTime(event);
    if (!match.found() || !last.isValid())
        return {};
    const QDateTime first = QDateTime::fromString(event.value("firstTimestamp"_L1).toString(event.value("eventTime"_L1).toString()), Qt::ISODate);
    mark.cluster = cluster;
    mark.node = match.node.name;
    mark.at = seconds(last);
    mark.kind = ChartMark::Kind::Event;
    mark.reason = oneLine(event.value("reason"_L1).toString(), kMostReason);
    mark.detail = oneLine(event.value("message"_L1).toString(), kMostDetail);
    mark.count = eventCount(event);
    out.first = first.isValid() && first < last ? seconds(first) : 0;
    out.container = mark.ns + u'\n' + mark.node + u'\n' + json::at(object, u"/fieldPath"_s).toString();
    out.image = pulledImage(event);
    mark.normal = event.value("type"_L1).toString() != "Warning"_L1;
    return out;
}

/// "BackOff on alice-participant-0 (12)".
QString eventText(const ChartMark &mark, bool others)
{
    const QString text = others ? Text::tr("%1 on %2 and others").arg(mark.reason, mark.object) : Text::tr("%1 on %2").arg(mark.reason, mark.object);
    return mark.count > 1 ? Text::tr("%1 (%2)").arg(text).arg(mark.count) : text;
}

}

QList<ChartMark> journalMarks(const QList<state::ChangePtr> &changes, const QSet<QString> &clusters, int most)
{
    QList<ChartMark> out;
    for (const state::ChangePtr &change : changes) {
        if (!clusters.contains(change->cluster) || change->edits.isEmpty() || !applied(*change))
            continue;
        const state::JournaledEdit &edit = change->edits.first();
        const QString version = versionOf(edit);
        ChartMark mark;
        mark.at = seconds(change->begun());
        mark.changeId = change->id;
        mark.kind = version.isEmpty() ? ChartMark::Kind::Change : ChartMark::Kind::Deployment;
        mark.text = version.isEmpty() ? change->title : Text::tr("%1 on %2").arg(version, edit.name);
        out.append(mark);
        if (out.size() >= most)
            break;
    }
    return out;
}

QList<ChartMark> argoMarks(const QJsonObject &applications)
{
    QList<ChartMark> out;
    const QJsonArray items = applications.value("items"_L1).toArray();
    for (const QJsonValue &item : items) {
        const QString name = item["metadata"_L1]["name"_L1].toString();
        const QJsonArray history = item["status"_L1]["history"_L1].toArray();
        for (const QJsonValue &entry : history) {
            const QDateTime at = QDateTime::fromString(entry["deployedAt"_L1].toString(), Qt::ISODate);
            if (!at.isValid() || name.isEmpty())
                continue;
            QString revision = entry["revision"_L1].toString();
            if (revision.isEmpty())
                revision = entry["revisions"_L1][0].toString();
            if (revision.size() == 40)
                revision.truncate(7);   // a commit
            out.append({seconds(at), revision.isEmpty() ? Text::tr("%1 synced").arg(name) : Text::tr("%1 on %2").arg(revision, name), ChartMark::Kind::Deployment, {}});
        }
    }
    return out;
}

QList<ChartMark> eventMarks(const QList<QJsonObject> &events, const QString &cluster, const state::NodeLabels &nodes)
{
    QList<Told> told;
    for (const QJsonObject &event : events) {
        if (const std::optional<Told> one = toldOf(event, cluster, nodes))
            told.append(*one);
    }
    std::stable_sort(told.begin(), told.end(), [](const Told &a, const Told &b) { return a.mark.at < b.mark.at; });
    QList<ChartMark> out;
    QHash<QString, QString> images;
    for (const Told &one : std::as_const(told)) {
        ChartMark mark = one.mark;
        if (mark.normal && !one.image.isEmpty()) {
            const QString before = std::exchange(images[one.container], one.image);
            if (before.isEmpty() || before == one.image)
                continue;
            mark.detail = Text::tr("%1, before %2").arg(oneLine(one.image, kMostDetail), oneLine(before, kMostDetail));
        } else if (mark.normal && mark.reason != "Killing"_L1) {
            continue;
        }
        if (one.first > 0) {
            ChartMark first = mark;
            first.at = one.first;
            first.count = 1;
            first.text = eventText(first, false);
            out.append(first);
            --mark.count;
        }
        mark.text = eventText(mark, false);
        out.append(mark);
    }
    return out;
}

QList<ChartMark> coalesced(QList<ChartMark> marks, double seconds)
{
    std::stable_sort(marks.begin(), marks.end(), [](const ChartMark &a, const ChartMark &b) { return a.at < b.at; });
    struct Group {
        qsizetype at;
        bool others = false;
    };
    QList<ChartMark> out;
    QHash<QString, Group> groups;
    for (const ChartMark &mark : std::as_const(marks)) {
        const auto known = mark.reason.isEmpty() ? groups.end() : groups.find(mark.reason);
        if (known == groups.end() || mark.at - out.at(known->at).at > seconds) {
            if (!mark.reason.isEmpty())
                groups.insert(mark.reason, {out.size()});
            out.append(mark);
            continue;
        }
        ChartMark &group = out[known->at];
        known->others = known->others || mark.object != group.object || mark.ns != group.ns || mark.cluster != group.cluster;
        group.count += std::max<qint64>(1, mark.count);
        group.text = eventText(group, known->others);
        group.detail = mark.detail;     // the newest
        group.normal = group.normal && mark.normal;
    }
    return out;
}

QList<ChartMark> noteMarks(const QVariantList &notes)
{
    QList<ChartMark> out;
    for (const QVariant &note : notes) {
        const QVariantMap map = note.toMap();
        const double at = map.value(u"at"_s).toDouble();
        const QString text = map.value(u"text"_s).toString();
        if (at > 0 && !text.isEmpty())
            out.append({at, text, ChartMark::Kind::Note, {}});
    }
    return out;
}

QVariantList withNote(QVariantList notes, double at, const QString &text)
{
    notes.append(QVariantMap{{u"at"_s, at}, {u"text"_s, text}});
    while (notes.size() > kMostNotes)
        notes.removeFirst();
    return notes;
}

}
