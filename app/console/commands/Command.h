// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/CommandLine.h"
#include "app/console/Session.h"

#include <QObject>

#include <functional>
#include <utility>

namespace qd::console {

/// One command of the command line. Runs on the application's event loop and says the exit code once.
class Command : public QObject {
    Q_OBJECT
public:
    Command(Invocation invocation, Session *session)
        : m_invocation(std::move(invocation))
        , m_session(session)
    {
    }
    virtual void run() = 0;
    /// Ctrl+C; the default ends with 130.
    virtual void interrupt() { Q_EMIT finished(Interrupted); }

Q_SIGNALS:
    void finished(int exitCode);

protected:
    /// Says the error and ends with its exit code.
    void fail(const Error &error);
    /// Calls back with the kind of the table, or one made from discovery for a kind nobody knows (name, namespace, age,
    /// status.phase); fails the command when no cluster of the session serves it either.
    void withKind(const QString &name, std::function<void(const network::KindInfo &)> then);
    /// True when there is more than one cluster to speak of.
    [[nodiscard]] bool several() const { return m_session->clusters().size() > 1; }
    [[nodiscard]] const Invocation &invocation() const { return m_invocation; }
    [[nodiscard]] Session &session() const { return *m_session; }

private:
    using Then = std::function<void(const network::KindInfo &)>;
    void discoverKind(size_t cluster, const QString &name, const Error &otherwise, const Then &then);
    Invocation m_invocation;
    Session *m_session;
};

/// Which clusters a command works on: `do` and `doctor` refuse a profile of several, `watch` and `show` use them all.
enum class Clusters { None, One, All };
/// The error of a command for one cluster when the profile has several: names them and the way out.
[[nodiscard]] Result<Done> checkClusters(const Session &session, Clusters wanted);

/// KIND/NAME of the command line, resolved: the kind, the namespace (flag, else the context's) and the name.
struct Target {
    network::KindInfo kind;
    QString ns;
    QString name;
};

/// The kind by any of its names; the error names the nearest known one.
[[nodiscard]] Result<network::KindInfo> findKind(const Session &session, const QString &name);
/// "KIND/NAME" in two; an error when it is not that.
[[nodiscard]] Result<std::pair<QString, QString>> splitTarget(const QString &text);
[[nodiscard]] Result<Target> parseTarget(const Session &session, const QString &text);

std::unique_ptr<Command> makeConfigView(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeDoctor(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeWatch(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeShow(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeActions(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeDo(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeLogin(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeLogout(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeWhoAmI(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeMetricsDashboards(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeLogs(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeMetricsQuery(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeVerdicts(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeAlerts(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeSilence(const Invocation &invocation, Session *session);
std::unique_ptr<Command> makeJournal(const Invocation &invocation, Session *session);

}
