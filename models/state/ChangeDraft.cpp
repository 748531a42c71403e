// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ChangeDraft.h"

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
