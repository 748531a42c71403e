// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/commands/SignInSteps.h"

#include "app/console/Output.h"
#include "models/core/Async.h"
#include "models/ports/SecretStore.h"

#include <QJsonArray>

#include <algorithm>
#include <memory>
#include <utility>

namespace qd::console {

using namespace Qt::StringLiterals;
using ports::SignInFault;
using ports::SignInPhase;

std::shared_ptr<ports::SignInSession> signInOf(Session &session)
{
    return session.signIn();
}

namespace {

QString word(const QString &text)
{
    const bool plain = std::all_of(text.begin(), text.end(), [](QChar c) { return c.isLetterOrNumber() || "-_./@:+,="_L1.contains(c); });
    return plain && !text.isEmpty() ? text : QString(u'\'' + QString(text).replace(u'\'', u"'\\''"_s) + u'\'');
}

}

QString loginCommand(Session &session)
{
    const Invocation &invocation = session.invocation();
    if (invocation.has(u"demo"_s))   // its network ends with the command
        return Session::tr("quarterdeck-demo up --dir /tmp/net, then elsewhere quarterdeck --config-dir /tmp/net --profile demo login");
    QStringList out{u"quarterdeck"_s};
    for (const QString &flag : {u"config-dir"_s, u"kubeconfig"_s, u"context"_s}) {
        if (invocation.has(flag))
            out += {QString(u"--"_s + flag), word(invocation.value(flag))};
    }
    const auto signIn = signInOf(session);
    QString profile = session.profileName();
    if (profile.isEmpty() && signIn && !signIn->profile().contains(u'/'))   // another's that names the context
        profile = signIn->profile();
    if (!profile.isEmpty())
        out += {u"--profile"_s, word(profile)};
    out += u"login"_s;
    return out.join(u' ');
}

Error noSignIn(Session &session)
{
    QStringList having;
    for (const config::Profile &profile : session.profiles().profiles) {
        if (profile.signIn)
            having.append(profile.name);
    }
    return {ErrorKind::Invalid,
            session.profileName().isEmpty()
                ? Session::tr("Neither a profile nor the kubeconfig says where to sign in; the kubeconfig's own credentials are used.")
                : Session::tr("Profile \"%1\" has no signIn; the kubeconfig's own credentials are used.").arg(session.profileName()),
            having.isEmpty() ? Session::tr("Give a profile of %1 a signIn with issuer and clientId, and name it with --profile.").arg(session.profilesFile())
                             : Session::tr("Profiles with a sign-in: %1 (--profile).").arg(having.join(u", "_s))};
}

int signInExitCode(const Error &error)
{
    switch (ports::faultOf(error)) {
    case SignInFault::Cancelled:
        return Interrupted;
    case SignInFault::TimedOut:
    case SignInFault::NoBrowser:
    case SignInFault::NoListener:
    case SignInFault::KeychainLocked:
    case SignInFault::KeychainUnavailable:
        return NotAllowed;
    default:
        return exitCodeOf(error);
    }
}

bool hasDisplay()
{
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}

QString keyringWithoutDisplay(const Error &error)
{
    const QString command = u"(read -rs p; printf %s \"$p\" | gnome-keyring-daemon --replace --unlock >/dev/null)"_s;   // it takes all of its input, a line's end too
    return error.reason == QLatin1String(ports::secret::kNoKeyring)
        ? Session::tr("Make one in this terminal (GNOME Keyring; it waits for the password it shall have): %1").arg(command)
        : Session::tr("Unlock it in this terminal (GNOME Keyring; it waits for the password): %1 The sign-in it holds stays.").arg(command);
}

/// The remedies of a session name buttons of the window and its choice to keep a sign-in in memory, which a command has no use for.
Error withWayOut(const Error &error, Session &session)
{
    Error out = error;
    const auto because = [&error](const char *reason) { return error.reason == QLatin1String(reason); };
    switch (ports::faultOf(error)) {
    case SignInFault::KeychainLocked:
        out.remedy = !hasDisplay() ? keyringWithoutDisplay(error)
            : because(ports::secret::kNoKeyring)
            ? Session::tr("Make one in the desktop's password manager, or with %1, which opens the dialog for it.").arg(loginCommand(session))
            : Session::tr("Unlock the keyring in the desktop's password manager, or with %1, which opens its dialog. The sign-in it holds stays.")
                  .arg(loginCommand(session));
        break;
    case SignInFault::KeychainUnavailable:
        if (because(ports::secret::kAbsent))
            out.remedy = Session::tr("Install and start one in this session (GNOME Keyring, KWallet or KeePassXC, and the package libsecret-1-0): "
                                     "a command has nowhere else to keep a sign-in. The window can keep one in memory until it ends.");
        else if (because(ports::secret::kNotResponding))
            out.remedy = Session::tr("It may wait for a password in a window of its own: answer there. Otherwise restart the desktop's keyring "
                                     "service and try again.");
        else if (because(ports::secret::kRefused))
            out.remedy = Session::tr("Allow Quarterdeck to use the keyring when it asks.");
        else if (because(ports::secret::kDamaged))
            out.remedy = Session::tr("Sign in again, which replaces the entry: %1").arg(loginCommand(session));
        break;
    case SignInFault::NoBrowser:
    case SignInFault::NoListener:
        out.remedy = Session::tr("Sign in with a code instead: %1 --device").arg(loginCommand(session));
        break;
    case SignInFault::None:
        if (error.kind == ErrorKind::Unauthenticated && error.httpStatus == 0)
            out.remedy = Session::tr("Sign in: %1").arg(loginCommand(session));
        break;
    case SignInFault::SessionEnded:
    case SignInFault::TimedOut:
    case SignInFault::ResponseLost:
        out.remedy = Session::tr("Sign in again: %1").arg(loginCommand(session));
        break;
    default:
        break;
    }
    return out;
}

namespace {

Error nobody(Session &session)
{
    return {ErrorKind::Unauthenticated, session.profileName().isEmpty() ? Session::tr("Nobody is signed in.") : Session::tr("Nobody is signed in with profile \"%1\".").arg(session.profileName()),
            Session::tr("Sign in: %1").arg(loginCommand(session))};
}

/// Nothing while it goes on.
std::optional<Result<ports::SignInIdentity>> endOf(const ports::SignInState &state, Session &session)
{
    switch (state.phase) {
    case SignInPhase::SignedIn:
        return state.identity ? Result<ports::SignInIdentity>(*state.identity) : Result<ports::SignInIdentity>(nobody(session));
    case SignInPhase::SignedOut:
        return Result<ports::SignInIdentity>(nobody(session));
    case SignInPhase::Expired:
    case SignInPhase::Failed:
        return Result<ports::SignInIdentity>(state.error ? withWayOut(*state.error, session) : nobody(session));
    default:
        return std::nullopt;
    }
}

}

void takeUpSignIn(Session &session, const std::shared_ptr<ports::SignInSession> &signIn, QObject *context, const SignInHandler &then)
{
    auto *wait = new QObject(context);
    const auto look = [&session, signIn, wait, then, told = std::make_shared<bool>(false)] {
        const auto end = endOf(signIn->state(), session);
        if (!end || std::exchange(*told, true))
            return;
        wait->deleteLater();
        // A renewal that could not be kept: the next command has only what it used up.
        if (*end && signIn->state().error)
            sayError(withWayOut(*signIn->state().error, session));
        then(*end);
    };
    QObject::connect(signIn.get(), &ports::SignInSession::changed, wait, look);
    signIn->restore();
    look();
}

void takeUpSignIns(Session &session, QObject *context, const std::function<void(const Result<Done> &)> &then)
{
    QList<std::shared_ptr<ports::SignInSession>> signIns;
    for (const SessionCluster &cluster : session.clusters()) {
        if (cluster.signIn && !signIns.contains(cluster.signIn))
            signIns.append(cluster.signIn);
    }
    const auto open = std::make_shared<qsizetype>(signIns.size());
    if (*open == 0)
        return then(Done{});
    for (const auto &signIn : std::as_const(signIns)) {
        takeUpSignIn(session, signIn, context, [open, then](const Result<ports::SignInIdentity> &identity) {
            if (!identity && *open > 0) {
                *open = 0;
                return then(identity.error());
            }
            if (--*open == 0)
                then(Done{});
        });
    }
}

/// A bare 401 has many causes, and the server names none: what there is to compare is in the token and the profile.
Error explained(const Error &error, Session &session, const SessionCluster &cluster)
{
    if (!cluster.signIn || error.kind != ErrorKind::Unauthenticated)
        return error;
    const ports::SignInState state = cluster.signIn->state();
    if (error.httpStatus != 401 || !state.identity)
        return withWayOut(error, session);
    const ports::SignInSettings &settings = cluster.signIn->settings();
    Error out = error;
    if (settings.bearer == ports::BearerToken::AccessToken) {
        out.message = Session::tr("The API server of %1 does not accept the access token of %2 (issuer %3).").arg(cluster.info.name, state.identity->user, settings.issuer);
        out.remedy = Session::tr("It has to be a token of its audience, signed by an issuer it trusts (--authentication-config): "
                                 "signIn.resource of the profile asks for an audience, signIn.bearer: idToken sends the ID token instead.");
    } else {
        const QJsonValue audience = state.identity->claims.value("aud"_L1);
        const QStringList audiences = audience.isArray() ? audience.toVariant().toStringList() : QStringList{audience.toString()};
        out.message = Session::tr("The API server of %1 does not accept the token of %2 (issuer %3, audience %4).")
                          .arg(cluster.info.name, state.identity->user, settings.issuer, audiences.join(u", "_s));
        out.remedy = Session::tr("Let the API server trust this issuer and audience (--authentication-config, or --oidc-issuer-url and --oidc-client-id); "
                                 "a profile with signIn.bearer: accessToken sends the access token instead.");
    }
    if (!state.identity->notes.isEmpty())
        out.remedy = QString(state.identity->notes.join(u' ') + u' ' + out.remedy);
    return out;
}

void askClusters(Session &session, QObject *context, const std::function<void(const QList<ClusterIdentity> &)> &then)
{
    const auto answers = std::make_shared<QList<ClusterIdentity>>();
    for (const SessionCluster &cluster : session.clusters())
        answers->append({cluster.info.name, Error{}});
    const auto open = std::make_shared<qsizetype>(answers->size());
    if (*open == 0)
        return then(*answers);
    for (qsizetype i = 0; i < answers->size(); ++i) {
        const SessionCluster &cluster = session.clusters().at(size_t(i));
        whenFinished(cluster.kube->gateway()->whoAmI(), context, [&session, &cluster, answers, open, i, then](const Result<ports::Identity> &identity) {
            (*answers)[i].identity = identity ? identity : Result<ports::Identity>(explained(identity.error(), session, cluster));
            if (--*open == 0)
                then(*answers);
        });
    }
}

namespace {

QString timeText(const QDateTime &at)
{
    return at.isValid() ? at.toUTC().toString(Qt::ISODate) : QString();
}

QJsonValue orNull(const QString &text)
{
    return text.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(text);
}

}

QJsonObject whoJson(const WhoReport &report)
{
    const ports::SignInIdentity identity = report.identity.value_or(ports::SignInIdentity{});
    QJsonArray roles, clusters;
    for (const ports::RoleGrant &role : identity.roles)
        roles.append(QJsonObject{{u"role"_s, role.role}, {u"source"_s, role.source}});
    for (const ClusterIdentity &cluster : report.clusters) {
        const bool known = cluster.identity.ok();
        clusters.append(QJsonObject{{u"cluster"_s, cluster.cluster}, {u"user"_s, known ? QJsonValue(cluster.identity->user) : QJsonValue::Null},
                                    {u"groups"_s, known ? QJsonArray::fromStringList(cluster.identity->groups) : QJsonArray()},
                                    {u"error"_s, known ? QJsonValue::Null : QJsonValue(cluster.identity.error().message)}});
    }
    const QJsonObject first = clusters.isEmpty() ? QJsonObject{{u"user"_s, QJsonValue::Null}} : clusters.first().toObject();
    return {{u"issuer"_s, orNull(identity.issuer)}, {u"subject"_s, orNull(identity.subject)}, {u"user"_s, orNull(identity.user)},
            {u"roles"_s, roles}, {u"expiresAt"_s, orNull(timeText(identity.expiresAt))},
            {u"clusterUser"_s, first.value("user"_L1)}, {u"clusterGroups"_s, first.value("groups"_L1).toArray()},
            {u"profile"_s, orNull(report.profile)}, {u"name"_s, orNull(identity.name)}, {u"email"_s, orNull(identity.email)},
            {u"renews"_s, identity.renews}, {u"remembered"_s, identity.remembered},
            {u"notes"_s, QJsonArray::fromStringList(identity.notes)}, {u"clusters"_s, clusters}};
}

void printWho(const WhoReport &report)
{
    QList<QStringList> rows;
    const auto add = [&rows](const QString &what, const QString &value) {
        if (!value.isEmpty())
            rows.append({what, value});
    };
    add(Session::tr("profile"), report.profile);
    if (report.identity) {
        const ports::SignInIdentity &identity = *report.identity;
        add(Session::tr("user"), identity.user);
        add(Session::tr("name"), identity.name);
        add(Session::tr("issuer"), identity.issuer);
        add(Session::tr("subject"), identity.subject);
        const QString until = timeText(identity.expiresAt);
        add(Session::tr("token ends"), !identity.renews ? until : until.isEmpty() ? Session::tr("renewed when needed") : Session::tr("%1, renewed before").arg(until));
        add(Session::tr("kept in"), identity.remembered ? Session::tr("the keyring") : Session::tr("memory, until this command ends"));
    }
    for (const ClusterIdentity &cluster : report.clusters) {
        const bool one = report.clusters.size() == 1;
        add(one ? Session::tr("cluster user") : Session::tr("user in %1").arg(cluster.cluster),
            cluster.identity ? cluster.identity->user : Session::tr("not known"));
        if (cluster.identity)
            add(one ? Session::tr("cluster groups") : Session::tr("groups in %1").arg(cluster.cluster), cluster.identity->groups.join(u", "_s));
    }
    printTable({u"WHO"_s, u"VALUE"_s}, rows);
    if (!report.identity)
        return;
    rows.clear();
    for (const ports::RoleGrant &role : report.identity->roles)
        rows.append({role.role, role.source});
    printLine({});
    if (rows.isEmpty())
        printLine(Session::tr("No role is in the token; signIn.roles of the profile says where to look."));
    else
        printTable({u"ROLE"_s, u"SOURCE"_s}, rows);
    for (const QString &note : report.identity->notes)
        say(note);
}

}
