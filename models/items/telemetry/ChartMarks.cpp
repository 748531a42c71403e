// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/ChartMarks.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostNotes = 500;

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
