// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Browser.h"
#include "app/console/Output.h"
#include "app/console/commands/Command.h"
#include "app/console/commands/SignInSteps.h"
#include "models/core/Async.h"

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
        whenFinished(m_signIn->signOut(invocation().has(u"everywhere"_s)), this, [this](const Result<Done> &done) {
            if (!done) {
                const Error error = withWayOut(done.error(), session());
                sayError(error);
                Q_EMIT finished(signInExitCode(error));
                return;
            }
            if (invocation().json()) {
                QJsonObject out = whoJson({session().profileName(), {}, {}});
                out.insert("issuer"_L1, m_signIn->settings().issuer);
                out.insert("signedOut"_L1, true);
                printJson(out);
            } else {
                printLine(Session::tr("Signed out of %1 (profile %2).").arg(m_signIn->settings().issuer, session().profileName()));
            }
            Q_EMIT finished(Ok);
        });
    }

private:
    std::shared_ptr<ports::SignInSession> m_signIn;
};

}

std::unique_ptr<Command> makeLogout(const Invocation &invocation, Session *session)
{
    return std::make_unique<Logout>(invocation, session);
}

}
