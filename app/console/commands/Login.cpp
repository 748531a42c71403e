// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Browser.h"
#include "app/console/Output.h"
#include "app/console/commands/Command.h"
#include "app/console/commands/SignInSteps.h"
#include "models/core/Async.h"
#include "models/ports/SecretStore.h"

#include <algorithm>
#include <stop_token>
#include <utility>

namespace qd::console {

using namespace Qt::StringLiterals;
using ports::SecretState;
using ports::SignInFault;
using ports::SignInPhase;

namespace {

/// `login`: the keychain first, since what cannot be kept is of no use to the next command; then the browser, or a code for another
/// device; then who that is to the cluster.
class Login final : public Command {
public:
    using Command::Command;

    void run() override
    {
        m_signIn = signInOf(session());
        if (!m_signIn) {
            sayError(noSignIn(session()));
            Q_EMIT finished(Usage);
            return;
        }
        session().signIns().openWith(browserOf(invocation(), [this](const QString &how) { sayBrowserEnded(how); }));
        whenFinished(session().signIns().secrets()->standing(), this, [this](const Result<ports::SecretStore::Standing> &standing) {
            if (!standing)
                return refuse(standing.error());
            const SecretState state = standing->state;
            if (state == SecretState::Ready || state == SecretState::MemoryOnly || state == SecretState::Unknown)
                return signIn();
            if (state != SecretState::Locked && state != SecretState::NoKeyring)
                return refuse(standing->why);
            hasDisplay() ? unlock(standing->why) : refuse(standing->why);
        });
    }

    /// The port of the waiting sign-in closes. A dialog of the keyring may stay (GNOME Keyring 42's does): it opens the keyring, no more.
    void interrupt() override
    {
        m_stop.request_stop();
        if (m_signIn) {
            disconnect(m_signIn.get(), nullptr, this, nullptr);
            m_signIn->cancel();
        }
        const std::optional<ports::SignInIdentity> in = m_signIn ? m_signIn->state().identity : std::nullopt;   // the cluster was being asked
        if (in && in->remembered)
            say(Session::tr("Interrupted: %1 is signed in all the same, and it is kept; logout ends it.").arg(in->user));
        else
            say(Session::tr("Interrupted: nobody was signed in."));
        Q_EMIT finished(Interrupted);
    }

private:
    void refuse(const Error &error)
    {
        Error told = withWayOut(error, session());
        const SignInFault fault = ports::faultOf(error);
        const bool none = error.reason == QLatin1String(ports::secret::kNoKeyring);
        if (fault == SignInFault::KeychainLocked && hasDisplay())   // its dialog was tried
            told.remedy = none ? Session::tr("Make one in the desktop's password manager, then sign in. Without a desktop: %1").arg(keyringWithoutDisplay(error))
                               : Session::tr("Unlock the keyring in the desktop's password manager, then sign in. Without a desktop: %1").arg(keyringWithoutDisplay(error));
        sayError(told);
        if (!told.detail.isEmpty() && (fault == SignInFault::Denied || fault == SignInFault::ClientRefused))
            say(Session::tr("The identity provider says: %1").arg(told.detail));
        Q_EMIT finished(signInExitCode(told));
    }

    void unlock(const Error &why)
    {
        say(Session::tr("%1 Its dialog opens; Ctrl+C gives up.").arg(why.message));
        whenFinished(session().signIns().secrets()->unlock(m_stop.get_token()), this, [this](const Result<Done> &done) {
            if (!done)
                return refuse(done.error());
            signIn();
        });
    }

    void signIn()
    {
        connect(m_signIn.get(), &ports::SignInSession::changed, this, [this] { look(m_signIn->state()); });
        m_signIn->start(invocation().has(u"device"_s) ? ports::SignInWay::DeviceCode : ports::SignInWay::Browser);
        look(m_signIn->state());
    }

    void look(const ports::SignInState &state)
    {
        const bool news = std::exchange(m_phase, state.phase) != state.phase;
        if (state.phase == SignInPhase::WaitingForBrowser && news)
            sayLink(state);
        else if (state.phase == SignInPhase::WaitingForDevice && news)
            sayCode(state);
        else if (state.phase == SignInPhase::SignedIn)
            signedIn(state);
        else if ((state.phase == SignInPhase::Failed || state.phase == SignInPhase::Expired) && state.error)
            over([this, error = *state.error] { refuse(error); });
    }

    void sayLink(const ports::SignInState &state)
    {
        const QString link = state.browserUrl.toString(QUrl::FullyEncoded);
        if (state.browserOpened)
            say(Session::tr("A browser opens; sign in there. If none comes up, open this link on this computer:\n%1").arg(link));
        else
            say(Session::tr("No browser could be started%1. Open this link in one on this computer:\n%2\nOn another device: %3 --device")
                    .arg(invocation().has(u"browser"_s) ? QString(u" ("_s + invocation().value(u"browser"_s) + u')') : QString(), link, loginCommand(session())));
        sayWaiting(state);
        say(Session::tr("If the page shows an error instead of a sign-in, the provider does not know this client so: check signIn.clientId, and the redirect "
                        "addresses it is registered with."));
    }

    /// How it ended at once: the desktop's opener and browsers that hand the link on end well.
    void sayBrowserEnded(const QString &how)
    {
        const ports::SignInState state = m_signIn->state();
        if (state.phase == SignInPhase::WaitingForBrowser)
            say(Session::tr("%1; open this link in a browser on this computer:\n%2").arg(how, state.browserUrl.toString(QUrl::FullyEncoded)));
        else if (state.phase == SignInPhase::WaitingForDevice)
            say(Session::tr("%1; open the page above by hand.").arg(how));
    }

    void sayWaiting(const ports::SignInState &state)
    {
        const qint64 seconds = QDateTime::currentDateTimeUtc().secsTo(state.deadline);
        const int minutes = int(std::max<qint64>(1, (seconds + 59) / 60));
        say(state.phase == SignInPhase::WaitingForDevice ? Session::tr("Waiting up to %1 min for the code; Ctrl+C gives up.").arg(minutes)
                                                         : Session::tr("Waiting up to %1 min for the browser; Ctrl+C gives up.").arg(minutes));
    }

    void sayCode(const ports::SignInState &state)
    {
        say(Session::tr("Open this page on any device:\n%1\nand enter this code: %2\nGo on only if you started this sign-in yourself.")
                .arg(state.verificationUrl.toString(QUrl::FullyEncoded), state.userCode));
        sayWaiting(state);
        if (invocation().has(u"browser"_s))
            m_signIn->openBrowserAgain();
    }

    void signedIn(const ports::SignInState &state)
    {
        over([this, state] {
            m_report = {session().profileName(), state.identity, {}};
            askClusters(session(), this, [this, state](const QList<ClusterIdentity> &clusters) {
                m_report.clusters = clusters;
                report(state);
            });
        });
    }

    /// Once, and not from within a signal of the session.
    void over(const std::function<void()> &then)
    {
        disconnect(m_signIn.get(), nullptr, this, nullptr);
        QMetaObject::invokeMethod(this, then, Qt::QueuedConnection);
    }

    void report(const ports::SignInState &state)
    {
        for (const ClusterIdentity &cluster : std::as_const(m_report.clusters)) {
            if (!cluster.identity)
                sayError(cluster.identity.error());
        }
        if (invocation().json())
            printJson(whoJson(m_report));
        else
            printWho(m_report);
        if (state.identity && state.identity->remembered) {
            Q_EMIT finished(Ok);
            return;
        }
        if (state.error)
            return refuse(*state.error);
        refuse({ErrorKind::Unauthenticated, Session::tr("The sign-in ends with this command: the identity provider gave no refresh token, and nothing is kept without one."),
                Session::tr("Add offline_access to signIn.scopes of the profile, or let the provider grant refresh tokens to this client."), {}, u"NoRefreshToken"_s, 0});
    }

    std::shared_ptr<ports::SignInSession> m_signIn;
    std::stop_source m_stop;
    SignInPhase m_phase = SignInPhase::SignedOut;
    WhoReport m_report;
};

}

std::unique_ptr<Command> makeLogin(const Invocation &invocation, Session *session)
{
    return std::make_unique<Login>(invocation, session);
}

}
