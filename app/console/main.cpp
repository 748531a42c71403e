// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/CommandLine.h"
#include "app/console/DemoProcess.h"
#include "app/console/HelpTopics.h"
#include "app/console/Interrupt.h"
#include "app/console/Output.h"
#include "app/console/Session.h"
#include "app/console/Window.h"
#include "app/console/commands/Command.h"
#include "app/console/commands/SignInSteps.h"
#include "app/log/Log.h"
#include "models/core/Version.h"
#include "translations/Translations.h"

#include <QCoreApplication>
#include <QHash>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace qd::console;

namespace {

struct Entry {
    std::unique_ptr<Command> (*make)(const Invocation &, Session *);
    Clusters clusters;
    bool ofSignIn = false;   ///< is about the sign-in itself: a cluster that cannot be told does not stop it
    bool ofClusters = false; ///< of those: is about the clusters as well, so that it fails all the same
    bool takesUp = false;    ///< takes the sign-in up by itself, and says how that went in its own way
};

const QHash<QString, Entry> &entries()
{
    static const QHash<QString, Entry> table{
        {u"config view"_s, {makeConfigView, Clusters::None}}, {u"doctor"_s, {makeDoctor, Clusters::One, false, false, true}},
        {u"watch"_s, {makeWatch, Clusters::All}}, {u"show"_s, {makeShow, Clusters::All}},
        {u"actions"_s, {makeActions, Clusters::None}}, {u"do"_s, {makeDo, Clusters::One}},
        {u"alerts"_s, {makeAlerts, Clusters::All}}, {u"silence create"_s, {makeSilence, Clusters::One}},
        {u"silence extend"_s, {makeSilence, Clusters::One}}, {u"silence expire"_s, {makeSilence, Clusters::One}},
        {u"journal"_s, {makeJournal, Clusters::None}}, {u"metrics query"_s, {makeMetricsQuery, Clusters::One}}, {u"logs"_s, {makeLogs, Clusters::One}},
        {u"metrics dashboards"_s, {makeMetricsDashboards, Clusters::None}}, {u"verdicts"_s, {makeVerdicts, Clusters::All}}, {u"login"_s, {makeLogin, Clusters::All, true, false, true}},
        {u"logout"_s, {makeLogout, Clusters::All, true, false, true}}, {u"whoami"_s, {makeWhoAmI, Clusters::All, true, true, true}}};
    return table;
}

/// With the sign-in that is remembered, if the clusters have one; no browser opens here.
void signInAndRun(Session &session, Command &command)
{
    takeUpSignIns(session, &command, [&command](const qd::Result<qd::Done> &signedIn) {
        if (signedIn)
            return command.run();
        sayError(signedIn.error());
        Q_EMIT command.finished(signInExitCode(signedIn.error()));
    });
}

int runCommand(QCoreApplication &app, Invocation invocation)
{
    const qd::Result<std::unique_ptr<DemoProcess>> demo = enterDemo(invocation);
    if (!demo) {
        sayError(demo.error());
        return Failed;
    }
    const Entry entry = entries().value(invocation.command);
    qd::Result<std::unique_ptr<Session>> session = Session::make(invocation);
    if (!session) {
        sayError(session.error());
        return Failed;
    }
    const auto connected = entry.clusters != Clusters::None ? (*session)->connectClusters() : qd::Result<qd::Done>(qd::Done{});
    for (const QString &note : (*session)->notes())
        say(note);
    int failed = Ok;
    if (!connected) {
        sayError(connected.error());
        failed = connected.error().kind == qd::ErrorKind::Invalid ? int(Failed) : exitCodeOf(connected.error());
        if (!entry.ofSignIn || !(*session)->signIn())
            return failed;
    }
    if (const qd::Result<qd::Done> fits = checkClusters(**session, entry.clusters); !fits) {
        sayError(fits.error());
        return Usage;
    }
    const std::unique_ptr<Command> command = entry.make(invocation, session->get());
    Interrupt interrupt;
    QObject::connect(command.get(), &Command::finished, &app, [code = entry.ofClusters ? failed : int(Ok)](int exit) {
        QCoreApplication::exit(exit == Ok ? code : exit);
    });
    QObject::connect(&interrupt, &Interrupt::requested, command.get(), &Command::interrupt);
    if (entry.takesUp)
        QTimer::singleShot(0, command.get(), &Command::run);
    else
        QTimer::singleShot(0, command.get(), [&session, &command] { signInAndRun(**session, *command); });
    return QCoreApplication::exec();
}

}

int main(int argc, char *argv[])
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    const qd::Result<Invocation> invocation = parseCommandLine(arguments);
    if (!invocation) {
        sayError(invocation.error());
        return Usage;
    }
    if (invocation->command == "version"_L1) {
        printLine(u"quarterdeck %1"_s.arg(QLatin1StringView(qd::kVersion)));
        return Ok;
    }
    if (invocation->command == "help"_L1)
        return runHelp(*invocation);
    if (invocation->command.isEmpty() || invocation->command == "tour"_L1)
        return runWindow(argc, argv, *invocation);
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"quarterdeck"_s);
    qd::installTranslations(app);
    const auto log = qd::log::open({{}, invocation->has(u"verbose"_s)});
    return runCommand(app, *invocation);
}
