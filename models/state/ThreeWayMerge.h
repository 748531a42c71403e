// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonValue>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

namespace qd::state {

/// A field both sides changed, each differently.
struct MergeConflict
{
    QString path; ///< key of the choice; a pointer in which a list-map element is [name=LOG_LEVEL]
    QString label; ///< for people: spec.envVars[LOG_LEVEL].value
    QJsonValue base; ///< undefined: was not there
    QJsonValue mine; ///< undefined: taken away
    QJsonValue theirs;
    friend bool operator==(const MergeConflict &, const MergeConflict &) = default;
};

/// What the person decided for one conflict.
struct MergeChoice
{
    enum class Take : quint8 { Mine, Theirs, Value };
    Take take = Take::Mine;
    QJsonValue value = {}; ///< Take::Value: the edited result; undefined removes the field
};

struct MergeResult
{
    QJsonValue merged; ///< theirs stands where a conflict is undecided
    QList<MergeConflict> conflicts; ///< undecided ones
    QStringList theirChanges; ///< labels of what the other side changed and the merge took over
};

/// Three-way merge by JSON pointer, list-map aware (architecture.md, pipeline step 2). Fields only one side changed
/// merge; equal changes merge; lists without a key are one value.
[[nodiscard]] MergeResult mergeThreeWay(const QJsonValue &base, const QJsonValue &mine, const QJsonValue &theirs,
    const QMap<QString, MergeChoice> &choices = {});

}
