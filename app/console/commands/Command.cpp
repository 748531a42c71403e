// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/commands/Command.h"

#include "app/console/Output.h"

namespace qd::console {

using namespace Qt::StringLiterals;

void Command::fail(const Error &error)
{
    sayError(error);
    Q_EMIT finished(exitCodeOf(error));
}

Result<network::KindInfo> findKind(const Session &session, const QString &name)
{
    if (const network::KindInfo *kind = session.kinds()->find(name))
        return *kind;
    const QString nearest = session.kinds()->nearest(name);
    return Error{ErrorKind::Unsupported, Session::tr("No kind is named \"%1\".").arg(name),
                 nearest.isEmpty() ? Session::tr("quarterdeck doctor lists the kinds.") : Session::tr("Did you mean %1?").arg(nearest)};
}

Result<Target> parseTarget(const Session &session, const QString &text)
{
    const QStringList parts = text.split(u'/');
    if (parts.size() != 2 || parts.first().isEmpty() || parts.last().isEmpty())
        return Error{ErrorKind::Invalid, Session::tr("\"%1\" is not KIND/NAME.").arg(text), Session::tr("For example validators/acme-1.")};
    const Result<network::KindInfo> kind = findKind(session, parts.first());
    if (!kind)
        return kind.error();
    return Target{*kind, kind->namespaced ? session.targetNamespace() : QString(), parts.last()};
}

}
