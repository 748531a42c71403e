// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/commands/Command.h"

#include "app/console/Output.h"
#include "app/console/commands/SignInSteps.h"
#include "models/core/Async.h"

#include <algorithm>

namespace qd::console {

using namespace Qt::StringLiterals;

void Command::fail(const Error &error)
{
    sayError(m_session->clusters().empty() ? error : explained(error, *m_session, m_session->cluster()));
    Q_EMIT finished(exitCodeOf(error));
}

namespace {

/// A kind as discovery tells it, for kinds the table does not know.
network::KindInfo kindFrom(const ports::ServedResource &served)
{
    network::KindInfo kind;
    kind.kind = served.kind;
    kind.gvr = served.gvr;
    kind.singular = served.kind.toLower();
    kind.shortNames = served.shortNames;
    kind.title = served.kind;
    kind.pane = u"none"_s;
    kind.own = false;
    kind.namespaced = served.namespaced;
    kind.phasePointer = u"/status/phase"_s;
    return kind;
}

bool answersTo(const ports::ServedResource &served, const QString &name)
{
    const auto same = [&name](const QString &other) { return other.compare(name, Qt::CaseInsensitive) == 0; };
    return same(served.kind) || same(served.gvr.resource) || same(served.gvr.name())
        || std::any_of(served.shortNames.begin(), served.shortNames.end(), same);
}

}

void Command::withKind(const QString &name, std::function<void(const network::KindInfo &)> then)
{
    const Result<network::KindInfo> known = findKind(*m_session, name);
    if (known)
        return then(*known);
    discoverKind(0, name, known.error(), then);
}

/// One cluster after another; a cluster that cannot be asked counts only when no other serves the kind.
void Command::discoverKind(size_t cluster, const QString &name, const Error &otherwise, const Then &then)
{
    whenFinished(m_session->clusters().at(cluster).kube->gateway()->discover(), this,
                 [this, cluster, name, otherwise, then](const Result<QList<ports::ServedResource>> &served) {
                     if (served) {
                         const auto it = std::find_if(served->begin(), served->end(), [&name](const auto &r) { return answersTo(r, name); });
                         if (it != served->end())
                             return then(kindFrom(*it));
                     }
                     const Error why = served ? otherwise : served.error();
                     if (cluster + 1 < m_session->clusters().size())
                         return discoverKind(cluster + 1, name, why, then);
                     if (why.kind != ErrorKind::Unsupported)
                         return fail(why);
                     sayError(why);
                     Q_EMIT finished(Usage);
                 });
}

Result<Done> checkClusters(const Session &session, Clusters wanted)
{
    if (wanted != Clusters::One || session.clusters().size() < 2)
        return Done{};
    QStringList names;
    for (const SessionCluster &cluster : session.clusters())
        names.append(cluster.info.name);
    return Error{ErrorKind::Invalid,
                 Session::tr("Profile \"%1\" has several clusters (%2), and %3 works on one.")
                     .arg(session.profileName(), names.join(u", "_s), session.invocation().command),
                 Session::tr("Say which with --context, for example --context %1.").arg(names.first())};
}

Result<network::KindInfo> findKind(const Session &session, const QString &name)
{
    if (const network::KindInfo *kind = session.kinds()->find(name))
        return *kind;
    const QString nearest = session.kinds()->nearest(name);
    return Error{ErrorKind::Unsupported, Session::tr("No kind is named \"%1\".").arg(name),
                 nearest.isEmpty() ? Session::tr("quarterdeck doctor lists the kinds.") : Session::tr("Did you mean %1?").arg(nearest)};
}

Result<std::pair<QString, QString>> splitTarget(const QString &text)
{
    const QStringList parts = text.split(u'/');
    if (parts.size() != 2 || parts.first().isEmpty() || parts.last().isEmpty())
        return Error{ErrorKind::Invalid, Session::tr("\"%1\" is not KIND/NAME.").arg(text), Session::tr("For example validators/acme-1.")};
    return std::pair(parts.first(), parts.last());
}

Result<Target> parseTarget(const Session &session, const QString &text)
{
    const auto parts = splitTarget(text);
    if (!parts)
        return parts.error();
    const Result<network::KindInfo> kind = findKind(session, parts->first);
    if (!kind)
        return kind.error();
    return Target{*kind, kind->namespaced ? session.targetNamespace() : QString(), parts->second};
}

}
