// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/commands/Command.h"
#include "app/console/commands/SignInSteps.h"

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

/// `whoami`: the person of the sign-in, with roles and where each is said, and who that is to the cluster (SelfSubjectReview). Without a
/// sign-in only the latter.
class WhoAmI final : public Command {
public:
    using Command::Command;

    void run() override
    {
        m_report.profile = session().profileName();
        m_signIn = signInOf(session());
        if (!m_signIn)
            return ask();
        takeUpSignIn(session(), m_signIn, this, [this](const Result<ports::SignInIdentity> &identity) {
            if (!identity) {
                sayError(identity.error());
                Q_EMIT finished(signInExitCode(identity.error()));
                return;
            }
            m_report.identity = *identity;
            ask();
        });
    }

private:
    void ask()
    {
        askClusters(session(), this, [this](const QList<ClusterIdentity> &clusters) {
            m_report.clusters = clusters;
            int exit = Ok;
            for (const ClusterIdentity &cluster : clusters) {
                if (cluster.identity)
                    continue;
                sayError(cluster.identity.error());
                exit = exit == Ok ? exitCodeOf(cluster.identity.error()) : exit;
            }
            if (invocation().json())
                printJson(whoJson(m_report));
            else
                printWho(m_report);
            Q_EMIT finished(exit);
        });
    }

    std::shared_ptr<ports::SignInSession> m_signIn;
    WhoReport m_report;
};

}

std::unique_ptr<Command> makeWhoAmI(const Invocation &invocation, Session *session)
{
    return std::make_unique<WhoAmI>(invocation, session);
}

}
