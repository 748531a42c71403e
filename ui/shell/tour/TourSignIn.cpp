// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes of the sign-in: the card in every state, the bars, who am I.
#include "ui/shell/tour/TourSignIn.h"

#include "models/core/Async.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Popup.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourWorld.h"

namespace qd::ui {

using namespace Qt::StringLiterals;
using ports::SignInFault;
using ports::SignInPhase;

namespace {

constexpr QSize kWide{1440, 900};
constexpr QSize kSmall{1000, 700};

ports::SignInIdentity mira(const QDateTime &now)
{
    ports::SignInIdentity who;
    who.issuer = u"https://id.northgate.example/realms/canton"_s;
    who.subject = u"8c1f4f6e-2f0b-4a55-9a8e-5b1f7f4a9c10"_s;
    who.user = u"mira.koenig"_s;
    who.name = u"Mira König"_s;
    who.email = u"mira.koenig@northgate.example"_s;
    who.roles = {{u"canton-operators"_s, u"ID token /realm_access/roles"_s}, {u"oncall"_s, u"ID token /groups"_s}};
    who.signedInAt = now.addSecs(-1800);
    who.expiresAt = now.addSecs(8 * 3600);
    who.renews = true;
    who.remembered = true;
    return who;
}

ports::SignInState failed(SignInFault fault, ErrorKind kind, const QString &message, const QString &remedy)
{
    ports::SignInState state;
    state.phase = SignInPhase::Failed;
    state.fault = fault;
    Error error{kind, message, remedy};
    error.reason = ports::faultReason(fault);
    state.error = error;
    return state;
}

ports::SignInState failure(const QString &name, const QDateTime &now)
{
    if (name == "locked"_L1)
        return failed(SignInFault::KeychainLocked, ErrorKind::Forbidden, u"The keyring Login is locked."_s, u"Unlock it, or keep the sign-in in memory only."_s);
    if (name == "absent"_L1)
        return failed(SignInFault::KeychainUnavailable, ErrorKind::Unsupported, u"No Secret Service answers on this session's D-Bus."_s,
                      u"Install gnome-keyring or KeePassXC, or keep the sign-in in memory only."_s);
    if (name == "audience"_L1)
        return failed(SignInFault::WrongAudience, ErrorKind::Unauthenticated,
                      u"Sign-in worked, and the token is for quarterdesk, account. quarterdeck was expected."_s,
                      u"Add the audience quarterdeck to the client at the issuer, or set clientId of profile northgate."_s);
    if (name == "refused"_L1)
        return failed(SignInFault::ClientRefused, ErrorKind::Invalid, u"id.northgate.example knows no client quarterdesk (invalid_client)."_s,
                      u"Set signIn.clientId of profile northgate to the name the issuer registered."_s);
    if (name == "unreachable"_L1)
        return failed(SignInFault::IssuerUnreachable, ErrorKind::Network, u"id.northgate.example refused the connection on port 443."_s,
                      u"Check the network and the VPN, then try again. The session in the keyring stays."_s);
    if (name == "timeout"_L1)
        return failed(SignInFault::TimedOut, ErrorKind::Timeout, u"The browser did not come back within 5 m."_s, u"Try again when you are ready."_s);
    ports::SignInState state = failed(SignInFault::ClockOff, ErrorKind::Unauthenticated, u"The token counts as not yet valid."_s, {});
    state.clock = ports::ClockOffset{now.addSecs(-660), now, 120};
    return state;
}

std::function<void(TourWorld &)> signedInAs(const QString &name)
{
    return [name](TourWorld &world) {
        world.fillConsortium();
        world.environment(1)->setSignIn(tourSession(name, world.clock().now()));
    };
}

void openCard(TourWorld &world, MainWindow &window)
{
    (void)window.openSignIn(world.environment(1));
}

}

void TourSession::become(const ports::SignInState &state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT changed();
}

void TourSession::start(ports::SignInWay way)
{
    asked.append(way == ports::SignInWay::Browser ? u"start browser"_s : u"start code"_s);
}

QFuture<Result<ports::SignOutEnd>> TourSession::signOut(bool everywhere)
{
    asked.append(everywhere ? u"sign out everywhere"_s : u"sign out"_s);
    become({});
    return readyFuture(signedOut);
}

ports::SignInState tourSignIn(const QString &name, const QDateTime &now)
{
    ports::SignInState state;
    if (name == "out"_L1)
        return state;
    if (name == "in"_L1 || name == "expired"_L1 || name == "ending"_L1) {
        state.phase = name == "expired"_L1 ? SignInPhase::Expired : SignInPhase::SignedIn;
        state.identity = mira(now);
        if (name == "expired"_L1)
            state.identity->expiresAt = now.addSecs(-190);
        if (name == "ending"_L1) {
            state.identity->expiresAt = now.addSecs(240);
            state.identity->renews = false;
        }
        return state;
    }
    if (name == "browser"_L1 || name == "nobrowser"_L1) {
        state.phase = SignInPhase::WaitingForBrowser;
        state.browserUrl = QUrl(u"https://id.northgate.example/realms/canton/protocol/openid-connect/auth?client_id=quarterdeck&state=9f2c11ab"_s);
        state.browserOpened = name == "browser"_L1;
        state.deadline = now.addSecs(278);
        return state;
    }
    if (name == "device"_L1) {
        state.phase = SignInPhase::WaitingForDevice;
        state.userCode = u"KXBW-4TLN"_s;
        state.verificationUrl = QUrl(u"https://id.northgate.example/device"_s);
        state.deadline = now.addSecs(578);
        return state;
    }
    if (name == "exchanging"_L1) {
        state.phase = SignInPhase::Exchanging;
        return state;
    }
    return failure(name, now);
}

std::shared_ptr<TourSession> tourSession(const QString &name, const QDateTime &now)
{
    ports::SignInSettings settings;
    settings.issuer = u"https://id.northgate.example/realms/canton"_s;
    settings.clientId = name == "refused"_L1 || name == "audience"_L1 ? u"quarterdesk"_s : u"quarterdeck"_s;
    auto session = std::make_shared<TourSession>(settings);
    session->become(tourSignIn(name, now));
    return session;
}

void Tour::addSignInScenes()
{
    for (const char *name : {"browser", "nobrowser", "device", "exchanging", "in", "locked", "absent", "clock", "audience", "refused", "unreachable", "timeout", "out"})
        m_scenes.append({u"signin-"_s + QLatin1StringView(name), kWide, signedInAs(QLatin1StringView(name)), openCard});
    m_scenes.append({u"signin-ended"_s, kWide, signedInAs(u"expired"_s), nullptr});
    m_scenes.append({u"signin-ended-card"_s, kWide, signedInAs(u"expired"_s), openCard});
    m_scenes.append({u"signin-ends-soon"_s, kWide, signedInAs(u"ending"_s), [](TourWorld &world, MainWindow &) {
                         Q_EMIT world.environment(1)->signIn()->endsSoon(world.clock().now().addSecs(240));
                     }});
    m_scenes.append({u"signin-who"_s, kWide, signedInAs(u"in"_s), [](TourWorld &, MainWindow &w) { w.openIdentity(); }});
    m_scenes.append({u"signin-small"_s, kSmall, signedInAs(u"browser"_s), openCard, true});
}

}
