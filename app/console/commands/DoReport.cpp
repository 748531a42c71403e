// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/commands/DoReport.h"

#include "models/core/Json.h"
#include "models/state/DiffLines.h"
#include "models/state/Redaction.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Do", text);
}

QJsonObject editJson(const state::EditReview &edit)
{
    QJsonArray diff;
    for (const state::JsonChange &change : edit.diff)
        diff.append(change.toJson());
    QJsonArray causes;
    for (const ErrorCause &cause : edit.causes)
        causes.append(QJsonObject{{u"field"_s, cause.field}, {u"reason"_s, cause.reason}, {u"message"_s, cause.message}});
    QJsonObject out{{u"resource"_s, edit.edit.object.shortName()}, {u"uid"_s, edit.edit.object.uid}, {u"before"_s, edit.before},
                    {u"after"_s, edit.after}, {u"diff"_s, diff}, {u"warnings"_s, QJsonArray::fromStringList(edit.warnings)},
                    {u"causes"_s, causes}, {u"outcome"_s, edit.nothingToDo ? u"settled"_s : edit.outcome.id()}, {u"rebased"_s, QJsonArray::fromStringList(edit.rebasedFields)}};
    QJsonArray conflicts;
    for (const state::MergeConflict &plain : edit.conflicts) {
        const state::MergeConflict conflict = state::masked(plain, edit.edit.kind);
        conflicts.append(QJsonObject{{u"path"_s, conflict.path}, {u"base"_s, conflict.base}, {u"mine"_s, conflict.mine},
                                     {u"theirs"_s, conflict.theirs}});
    }
    if (!conflicts.isEmpty())
        out.insert("conflicts"_L1, conflicts);
    return out;
}

/// A detail that is a sentence stands as one; a few words follow a comma.
QString consequenceText(const state::Consequence &line)
{
    if (line.detail.isEmpty())
        return line.headline;
    return QString(line.headline + (line.detail.at(0).isUpper() ? u". "_s : u", "_s) + line.detail);
}

}

QJsonObject reportJson(const state::Review &review, const state::ChangeOutcome &outcome)
{
    QJsonArray edits;
    for (const state::EditReview &edit : review.edits)
        edits.append(editJson(edit));
    QString message = outcome.message;
    if (!outcome.error.remedy.isEmpty() && !message.contains(outcome.error.remedy))
        message += u' ' + outcome.error.remedy;
    return {{u"id"_s, review.draft.id}, {u"outcome"_s, outcome.id()}, {u"edits"_s, edits},
            {u"generation"_s, outcome.generation}, {u"message"_s, message}};
}

QString reviewText(const state::Review &review, const ports::YamlCodec &yaml)
{
    QString text = review.draft.title + u'\n';
    for (const state::EditReview &edit : review.edits) {
        const auto yamlOf = [&yaml](const QJsonObject &object) {
            return object.isEmpty() ? QString() : QString::fromUtf8(yaml.emitText(state::withoutServerFields(object, true)));
        };
        text += u"--- %1 %2\n+++ %1 %3\n"_s.arg(edit.edit.object.shortName(), edit.liveVersion,
                                                edit.notPreviewable ? tr("computed here") : tr("as the server would store it"));
        text += state::unifiedText(state::diffLines(yamlOf(edit.before), yamlOf(edit.after)));
        for (const QString &warning : edit.warnings)
            text += tr("warning: %1").arg(warning) + u'\n';
        for (const ErrorCause &cause : edit.causes)
            text += tr("refused: %1: %2").arg(cause.field, cause.message) + u'\n';
        if (!edit.rebasedFields.isEmpty())
            text += tr("rebased over changes of others: %1").arg(edit.rebasedFields.join(u", "_s)) + u'\n';
    }
    for (const state::Consequence &line : review.consequences)
        text += u"%1 %2\n"_s.arg(network::isProblem(line.state) ? u"!"_s : u"-"_s, consequenceText(line));
    if (review.argo.owned())
        text += tr("! Argo CD application %1 owns this object: a direct edit may be undone unless Git changes too.").arg(review.argo.application) + u'\n';
    return text;
}

QStringList conflictLines(const state::Review &review)
{
    QStringList lines;
    for (const state::EditReview &edit : review.edits) {
        for (const state::MergeConflict &plain : edit.conflicts) {
            const state::MergeConflict conflict = state::masked(plain, edit.edit.kind);
            lines.append(tr("conflict: %1 %2 is %3 here and %4 on the server")
                             .arg(edit.edit.object.shortName(), conflict.path, QString::fromUtf8(json::compact(conflict.mine)),
                                  QString::fromUtf8(json::compact(conflict.theirs))));
        }
    }
    return lines;
}

}
