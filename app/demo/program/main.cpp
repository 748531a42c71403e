// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/Chaos.h"
#include "app/demo/program/Command.h"
#include "app/demo/program/Ending.h"
#include "models/core/Version.h"

#include <QCoreApplication>
#include <QHash>
#include <QTimer>

#include <csignal>

#include <sys/resource.h>
#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace qd::demo;

namespace {

using Make = std::unique_ptr<Command> (*)(const Arguments &);

const QHash<QString, Make> &commands()
{
    static const QHash<QString, Make> table{{u"serve"_s, makeServe}, {u"operator"_s, makeOperator},
        {u"seed"_s, makeSeed}, {u"up"_s, makeUp}, {u"chaos"_s, makeChaos}};
    return table;
}

/// Each watch is a connection, and each connection a descriptor: as many as the system lets us have.
void raiseDescriptors()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

int runCommand(QCoreApplication &app, const Arguments &arguments)
{
    Ending ending;
    const std::unique_ptr<Command> command = commands().value(arguments.command)(arguments);
    QObject::connect(command.get(), &Command::finished, &app, &QCoreApplication::exit, Qt::QueuedConnection);
    QObject::connect(&ending, &Ending::requested, command.get(), [&command](const QString &) { command->end(); });
    if (arguments.has(u"parent"_s)) {
        if (const auto followed = ending.follow(arguments.value(u"parent"_s).toLongLong()); !followed) {
            sayError(followed.error());
            return Failed;
        }
    }
    QTimer::singleShot(0, command.get(), &Command::run);
    return QCoreApplication::exec();
}

}

int main(int argc, char *argv[])
{
    umask(S_IRWXG | S_IRWXO);   // everything it writes is its user's alone
    QStringList given;
    for (int i = 1; i < argc; ++i)
        given.append(QString::fromLocal8Bit(argv[i]));
    const auto arguments = parseArguments(given);
    if (!arguments) {
        sayError(arguments.error());
        return Usage;
    }
    if (arguments->command == "version"_L1) {
        print(u"quarterdeck-demo %1\n"_s.arg(QLatin1StringView(qd::kVersion)));
        return Ok;
    }
    if (arguments->command == "help"_L1) {
        print(helpText(arguments->words.value(0)));
        return Ok;
    }
    raiseDescriptors();
    std::signal(SIGXFSZ, SIG_IGN);   // a file at its limit is a failed write, as on a full disk
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"quarterdeck-demo"_s);
    return runCommand(app, *arguments);
}
