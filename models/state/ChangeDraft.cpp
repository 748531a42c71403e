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

QString ChangeDraft::objectText() const
{
    QStringList names;
    for (const Edit &edit : edits) {
        if (!names.contains(edit.object.name))
            names.append(edit.object.name);
    }
    if (names.size() == 1)
        return names.first();
    return QCoreApplication::translate("ChangeDraft", "%n object(s)", nullptr, int(names.size()));
}

QString newChangeId()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

}
