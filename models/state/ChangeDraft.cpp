// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ChangeDraft.h"

#include "models/core/Json.h"

#include <QCoreApplication>
#include <QUuid>

namespace qd::state {

using namespace Qt::StringLiterals;

QString dangerId(Danger danger)
{
    switch (danger) {
    case Danger::Routine:
        return u"routine"_s;
    case Danger::Disruptive:
        return u"disruptive"_s;
    case Danger::Destructive:
        break;
    }
    return u"destructive"_s;
}

Danger raised(Danger danger)
{
    return danger == Danger::Routine ? Danger::Disruptive : Danger::Destructive;
}

QList<QJsonObject> statesOf(const QJsonObject &base, const Edit &edit)
{
    QList<QJsonObject> out;
    if (!base.isEmpty())
        out.append(base);
    if (edit.verb == ports::Verb::Create || edit.verb == ports::Verb::Update)
        out.append(edit.body.toObject());
    else if (edit.verb == ports::Verb::MergePatch)
        out.append(json::mergePatch(base, edit.body).toObject());
    return out;
}

int ChangeDraft::objectCount() const
{
    QStringList known;
    for (const Edit &edit : edits) {
        // what is created without a name gets one of its own
        const QString key = edit.object.name.isEmpty() ? QString::number(known.size()) : QString(edit.object.ns + u'/' + edit.object.shortName());
        if (!known.contains(key))
            known.append(key);
    }
    return int(known.size());
}

QString ChangeDraft::objectText() const
{
    const int count = objectCount();
    return count == 1 ? edits.first().object.name : QCoreApplication::translate("ChangeDraft", "%n object(s)", nullptr, count);
}

QString newChangeId()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

}
