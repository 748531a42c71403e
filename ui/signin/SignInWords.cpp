// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/SignInWords.h"

#include "models/core/Format.h"

#include <QCoreApplication>

namespace qd::ui {

using namespace Qt::StringLiterals;
using ports::SignInFault;
using ports::SignInPhase;

namespace {

struct SignIn {
    Q_DECLARE_TR_FUNCTIONS(SignIn)
};

SignInButton way(SignInDo what, const QString &text, const QString &icon = {})
{
    return {what, text, icon};
}

SignInButton primary(SignInDo what, const QString &text, const QString &icon = {})
{
    return {what, text, icon, true};
}

SignInButton quiet(SignInDo what, const QString &text, const QString &icon = {})
{
    return {what, text, icon, false, true};
}

SignInButton withCode()
{
    return quiet(SignInDo::StartWithCode, SignIn::tr("Without a browser…"));
}

QString hostOf(const ports::SignInSettings &settings)
{
    const QString host = QUrl(settings.issuer).host();
    return host.isEmpty() ? settings.issuer : host;
}

/// "4 m 38 s left".
QString left(const QDateTime &deadline, const QDateTime &now)
{
    return SignIn::tr("%1 left").arg(formatAge(std::max<qint64>(0, now.secsTo(deadline))));
}

QString clockText(const QDateTime &time)
{
    return SignIn::tr("%1 UTC").arg(time.toUTC().toString(u"HH:mm:ss"_s));
}

SignInFace busy(const QString &title, const QString &text)
{
    SignInFace face{network::State::Progressing, {}, false, title, text};
    face.buttons = {way(SignInDo::Cancel, SignIn::tr("Cancel"))};
    return face;
}

SignInFace waitingForBrowser(const ports::SignInState &state, const ports::SignInSettings &settings, const QString &name, const QDateTime &now)
{
    const QString host = hostOf(settings);
    SignInFace face{network::State::Progressing, {}, false, SignIn::tr("Sign in to %1").arg(name), {}};
    face.text = state.browserOpened
        ? SignIn::tr("The browser is open at %1. This window goes on by itself, %2.").arg(host, left(state.deadline, now))
        : SignIn::tr("No browser could be started. Open this link in one on this computer, %1.").arg(left(state.deadline, now));
    face.link = state.browserUrl.toString(QUrl::FullyEncoded);
    face.buttons = {withCode(), way(SignInDo::OpenAgain, SignIn::tr("Open browser again"), u"external"_s), way(SignInDo::Cancel, SignIn::tr("Cancel"))};
    return face;
}

SignInFace waitingForDevice(const ports::SignInState &state, const QString &name, const QDateTime &now)
{
    SignInFace face{network::State::Progressing, {}, false, SignIn::tr("Sign in to %1").arg(name), {}};
    face.text = SignIn::tr("Open the address on any device and type the code. This window goes on by itself, %1.").arg(left(state.deadline, now));
    face.code = state.userCode;
    face.codeUrl = state.verificationUrl;
    face.note = SignIn::tr("Give the code to nobody, and type none that somebody sent you: whoever has it signs in as you.");
    face.buttons = {way(SignInDo::Start, SignIn::tr("Use the browser"), u"external"_s), way(SignInDo::Cancel, SignIn::tr("Cancel"))};
    return face;
}

/// What the API server says of the person, as far as it was asked.
void addClusterFacts(SignInFace &face, state::Environment *environment)
{
    if (!environment)
        return;
    const ports::Identity &who = environment->identity();
    face.facts.append({SignIn::tr("Cluster user"), who.user.isEmpty() ? SignIn::tr("not known yet") : who.user, !who.user.isEmpty()});
    if (!who.user.isEmpty())
        face.facts.append({SignIn::tr("Groups"), who.groups.isEmpty() ? SignIn::tr("none") : who.groups.join(u", "_s)});
    QStringList may;
    bool asking = false;
    for (const QString &pane : {u"nodes"_s, u"parties"_s, u"dars"_s}) {
        const QList<const network::KindInfo *> kinds = environment->kinds().ofPane(pane);
        if (kinds.isEmpty())
            continue;
        const auto verdict = environment->permissions()->verdict({u"patch"_s, kinds.first()->gvr, {}, environment->info().defaultNamespace, {}});
        asking = asking || verdict == state::Permissions::Verdict::Unknown;
        if (verdict == state::Permissions::Verdict::Allowed)
            may.append(pane == "nodes"_L1 ? SignIn::tr("nodes") : pane == "parties"_L1 ? SignIn::tr("parties") : SignIn::tr("DARs"));
    }
    if (!may.isEmpty())
        face.facts.append({SignIn::tr("Rights"), SignIn::tr("change %1").arg(may.join(u", "_s)), false, network::State::Ready});
    else if (asking)
        face.facts.append({SignIn::tr("Rights"), SignIn::tr("asking the API server"), false, network::State::Progressing});
    else
        face.facts.append({SignIn::tr("Rights"), SignIn::tr("see only"), false, network::State::Suspended});
}

SignInFace signedIn(const ports::SignInState &state, const QString &name, state::Environment *environment, const QDateTime &now)
{
    const ports::SignInIdentity &who = *state.identity;
    SignInFace face{network::State::Ready, {}, false, SignIn::tr("Signed in to %1").arg(name), {}};
    const QString person = who.name.isEmpty() ? who.user : who.name;
    face.text = who.email.isEmpty() || who.email == person ? person : QString(person + u", "_s + who.email);
    face.facts.append({SignIn::tr("Session"), sessionWords(who, now)});
    addClusterFacts(face, environment);
    face.facts.append({SignIn::tr("Remembered"), who.remembered ? SignIn::tr("in the keyring") : SignIn::tr("in memory only, it ends with this window"),
                       false, who.remembered ? network::State::Ready : network::State::Suspended});
    if (state.error)
        face.note = state.error->text();
    face.buttons = {quiet(SignInDo::WhoAmI, SignIn::tr("Who am I")), primary(SignInDo::Open, SignIn::tr("Open %1").arg(name))};
    return face;
}

SignInFace expired(const ports::SignInState &state, const ports::SignInSettings &settings, const QString &name)
{
    SignInFace face{network::State::Stale, {}, false, SignIn::tr("The session for %1 has ended").arg(name), {}};
    face.text = state.identity ? SignIn::tr("%1 was signed in. Drafts and filters stay, operations go on.").arg(state.identity->user)
                               : SignIn::tr("Drafts and filters stay, operations go on.");
    if (state.error)
        face.note = state.error->text();
    face.facts.append({SignIn::tr("Issuer"), hostOf(settings)});
    face.buttons = {withCode(), way(SignInDo::NotNow, SignIn::tr("Not now")), primary(SignInDo::Start, SignIn::tr("Sign in"), u"external"_s)};
    return face;
}

SignInFace keychainLocked(const ports::SignInState &state, const QString &name)
{
    SignInFace face{network::State::Unknown, u"lock"_s, true, SignIn::tr("The keyring is locked"), {}};
    face.text = SignIn::tr("The sign-in for %1 lies in the keyring.").arg(name);
    if (state.fault == SignInFault::KeychainUnavailable) {
        face.title = SignIn::tr("There is no keyring to keep the sign-in in");
        face.text = state.error ? state.error->text() : QString();
    }
    face.chooseKeychain = true;
    const bool locked = state.fault == SignInFault::KeychainLocked;
    face.buttons = {quiet(SignInDo::NotNow, SignIn::tr("Not now")),
                    locked ? primary(SignInDo::Unlock, SignIn::tr("Unlock…"), u"unlock"_s) : primary(SignInDo::Unlock, SignIn::tr("Ask again"), u"refresh"_s)};
    return face;
}

SignInFace clockOff(const ports::SignInState &state)
{
    const ports::ClockOffset clock = *state.clock;
    const qint64 ahead = clock.aheadSeconds();
    const QString by = formatAge(qAbs(ahead));
    SignInFace face{network::State::Degraded, {}, false, {}, {}};
    face.title = ahead < 0 ? SignIn::tr("This clock is %1 behind").arg(by) : SignIn::tr("This clock is %1 ahead").arg(by);
    face.text = ahead < 0 ? SignIn::tr("The token counts as not yet valid. At most %1 of difference are accepted.").arg(formatAge(clock.limitSeconds))
                          : SignIn::tr("The token counts as expired. At most %1 of difference are accepted.").arg(formatAge(clock.limitSeconds));
    face.facts = {{SignIn::tr("This computer"), clockText(clock.here), false, network::State::Degraded},
                  {SignIn::tr("Issuer"), clockText(clock.issuer), false, network::State::Ready}};
    face.note = SignIn::tr("Set the time with: %1").arg(clockCommand());
    face.buttons = {quiet(SignInDo::CopyCommand, SignIn::tr("Copy command"), u"copy"_s), primary(SignInDo::Start, SignIn::tr("Check again"), u"refresh"_s)};
    return face;
}

QString failureTitle(SignInFault fault, const QString &name, const QString &host)
{
    switch (fault) {
    case SignInFault::Cancelled: return SignIn::tr("The sign-in to %1 was cancelled").arg(name);
    case SignInFault::TimedOut: return SignIn::tr("Nobody signed in in time");
    case SignInFault::NoBrowser: return SignIn::tr("No browser could be started");
    case SignInFault::NoListener: return SignIn::tr("The answer of the browser cannot be received");
    case SignInFault::Denied: return SignIn::tr("%1 did not let you in").arg(host);
    case SignInFault::IssuerUnreachable: return SignIn::tr("%1 does not answer").arg(host);
    case SignInFault::IssuerInvalid: return SignIn::tr("%1 breaks the rules of sign-in").arg(host);
    case SignInFault::ClientRefused: return SignIn::tr("%1 refuses this client").arg(host);
    case SignInFault::TokenInvalid: return SignIn::tr("The token of %1 is not valid").arg(host);
    case SignInFault::WrongAudience: return SignIn::tr("This token is for somebody else");
    case SignInFault::ResponseLost: return SignIn::tr("The answer to a renewal was lost");
    default: return SignIn::tr("The sign-in to %1 failed").arg(name);
    }
}

SignInFace failed(const ports::SignInState &state, const ports::SignInSettings &settings, const QString &name)
{
    const bool nobodysFault = state.fault == SignInFault::Cancelled || state.fault == SignInFault::TimedOut;
    SignInFace face{nobodysFault ? network::State::Cancelled : network::State::Failed, {}, false, failureTitle(state.fault, name, hostOf(settings)), {}};
    if (state.error) {
        face.text = state.error->message;
        face.note = state.error->remedy;
    }
    face.facts = {{SignIn::tr("Issuer"), settings.issuer, true}, {SignIn::tr("Client id"), settings.clientId, true}};
    const bool profile = state.fault == SignInFault::ClientRefused || state.fault == SignInFault::WrongAudience || state.fault == SignInFault::IssuerInvalid;
    face.buttons = {nobodysFault ? withCode() : quiet(SignInDo::CopyReport, SignIn::tr("Copy for the administrator"), u"copy"_s)};
    if (profile)
        face.buttons.append(way(SignInDo::EditProfile, SignIn::tr("Edit profile…")));
    const bool code = state.fault == SignInFault::NoBrowser || state.fault == SignInFault::NoListener;
    face.buttons.append(code ? primary(SignInDo::StartWithCode, SignIn::tr("Sign in with a code")) : primary(SignInDo::Start, SignIn::tr("Try again"), u"refresh"_s));
    return face;
}

SignInFace signedOut(const ports::SignInSettings &settings, const QString &name)
{
    SignInFace face{network::State::Unknown, u"key"_s, false, SignIn::tr("Sign in to %1").arg(name), {}};
    face.text = SignIn::tr("You sign in at %1 in the browser. This program never sees the password.").arg(hostOf(settings));
    face.buttons = {withCode(), way(SignInDo::NotNow, SignIn::tr("Not now")), primary(SignInDo::Start, SignIn::tr("Sign in"), u"external"_s)};
    return face;
}

}

QString clockCommand()
{
    return u"timedatectl set-ntp true"_s;
}

QString sessionWords(const ports::SignInIdentity &identity, const QDateTime &now)
{
    if (!identity.expiresAt.isValid())
        return identity.renews ? SignIn::tr("renews by itself") : SignIn::tr("its end is not told");
    const qint64 seconds = now.secsTo(identity.expiresAt);
    if (identity.renews)
        return seconds > 0 ? SignIn::tr("%1, renews by itself").arg(formatAge(seconds)) : SignIn::tr("renews by itself");
    return seconds > 0 ? SignIn::tr("ends in %1").arg(formatAge(seconds)) : SignIn::tr("ended %1 ago").arg(formatAge(-seconds));
}

SignInFace signInFace(const ports::SignInState &state, const ports::SignInSettings &settings, const QString &name, state::Environment *environment,
                      const QDateTime &now)
{
    switch (state.phase) {
    case SignInPhase::SignedOut: return signedOut(settings, name);
    case SignInPhase::Restoring: return busy(SignIn::tr("Sign in to %1").arg(name), SignIn::tr("Asking the keyring, which may ask you."));
    case SignInPhase::Discovering: return busy(SignIn::tr("Sign in to %1").arg(name), SignIn::tr("Asking %1 where to sign in.").arg(hostOf(settings)));
    case SignInPhase::WaitingForBrowser: return waitingForBrowser(state, settings, name, now);
    case SignInPhase::WaitingForDevice: return waitingForDevice(state, name, now);
    case SignInPhase::Exchanging: return busy(SignIn::tr("Sign in to %1").arg(name), SignIn::tr("The browser is done. Verifying what %1 answers.").arg(hostOf(settings)));
    case SignInPhase::SignedIn:
    case SignInPhase::Refreshing:
        if (state.identity)
            return signedIn(state, name, environment, now);
        break;
    case SignInPhase::Expired: return expired(state, settings, name);
    case SignInPhase::Failed:
        if (state.fault == SignInFault::KeychainLocked || state.fault == SignInFault::KeychainUnavailable)
            return keychainLocked(state, name);
        if (state.fault == SignInFault::ClockOff && state.clock)
            return clockOff(state);
        break;
    }
    return failed(state, settings, name);
}

QString signInReport(const ports::SignInState &state, const ports::SignInSettings &settings, const QString &name, const QDateTime &now)
{
    QStringList lines{u"quarterdeck %1, sign-in to %2"_s.arg(QCoreApplication::applicationVersion(), name), u"time: "_s + formatRfc3339(now),
                      u"issuer: "_s + settings.issuer, u"client id: "_s + settings.clientId};
    if (!settings.scopes.isEmpty())
        lines.append(u"scopes: "_s + settings.scopes.join(u' '));
    if (state.identity)
        lines.append(u"subject: %1 (%2)"_s.arg(state.identity->subject, state.identity->user));
    if (state.fault != SignInFault::None)
        lines.append(u"fault: "_s + ports::faultReason(state.fault));
    if (state.clock)
        lines.append(u"this computer is %1 s ahead of the issuer"_s.arg(state.clock->aheadSeconds()));
    if (state.error)
        lines.append(u"error: "_s + state.error->text());
    return lines.join(u'\n') + u'\n';
}

}
