// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Browser.h"
#include "app/console/Output.h"
#include "app/console/commands/Command.h"
#include "app/console/commands/SignInSteps.h"
#include "models/core/Async.h"
#include "models/ports/SecretStore.h"

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

/// `logout`: forgets here, then tells the provider; `--everywhere` also opens the page that ends the provider's own session.
class Logout final : public Command {
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
        session().signIns().openWith(browserOf(invocation()));
        whenFinished(m_signIn->signOut(invocation().has(u"everywhere"_s)), this, [this](const Result<ports::SignOutEnd> &end) {
            if (!end) {
                Error error = withWayOut(end.error(), session());
                if (error.reason == QLatin1String(ports::secret::kAbsent))
                    error.message = Session::tr("Whether somebody is signed in could not be looked up: %1").arg(error.message);
                sayError(error);
                Q_EMIT finished(signInExitCode(error));
                return;
            }
            report(*end);
            Q_EMIT finished(Ok);
        });
    }

private:
    void report(const ports::SignOutEnd &end)
    {
        const QString &issuer = m_signIn->settings().issuer;
        if (end.untold)
            say(Session::tr("Signed out here. The identity provider could not be told: %1 Its session ends by itself, or in the provider's own pages.").arg(end.untold->message));
        if (invocation().json()) {
            QJsonObject out = whoJson({session().profileName(), {}, {}});
            out.insert("issuer"_L1, issuer);
            out.insert("signedOut"_L1, true);
            out.insert("wasSignedIn"_L1, end.wasIn);
            out.insert("providerTold"_L1, end.told);
            printJson(out);
        } else if (!end.wasIn) {
            printLine(Session::tr("Nobody was signed in at %1 (profile %2).").arg(issuer, session().profileName()));
        } else {
            printLine(Session::tr("Signed out of %1 (profile %2).").arg(issuer, session().profileName()));
        }
    }

    std::shared_ptr<ports::SignInSession> m_signIn;
};

}

std::unique_ptr<Command> makeLogout(const Invocation &invocation, Session *session)
{
    return std::make_unique<Logout>(invocation, session);
}

}
