// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Times.h"

#include "app/console/Session.h"

namespace qd::console {

using namespace Qt::StringLiterals;

Result<QDateTime> readTime(const QString &option, const QString &text)
{
    const QDateTime at = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!at.isValid())
        return Error{ErrorKind::Invalid, Session::tr("%1 %2 is no time.").arg(option, text), Session::tr("For example 2026-01-31T18:00:00Z.")};
    if (at.timeSpec() == Qt::LocalTime)
        return Error{ErrorKind::Invalid, Session::tr("%1 %2 does not say its zone.").arg(option, text),
                     Session::tr("Add Z for UTC, or the difference to it: %1Z, %1+01:00.").arg(at.toString(u"yyyy-MM-ddTHH:mm:ss"_s))};
    return at.toUTC();
}

}
