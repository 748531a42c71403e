// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Window.h"

#include "app/console/Interrupt.h"
#include "app/console/Output.h"
#include "app/console/Session.h"
#include "app/console/WindowGraph.h"
#include "app/log/Log.h"
#include "translations/Translations.h"

#include <QApplication>
#include <QTimer>

namespace qd::console {

using namespace Qt::StringLiterals;

int runWindow(int argc, char *argv[], const Invocation &invocation)
{
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"quarterdeck"_s);
    QGuiApplication::setApplicationDisplayName(u"Quarterdeck"_s);
    QGuiApplication::setDesktopFileName(u"io.quarterdeck.Quarterdeck"_s);
    installTranslations(app);
    const auto log = log::open({{}, invocation.has(u"verbose"_s)});
    Result<std::unique_ptr<Session>> session = Session::make(invocation);
    if (!session) {
        sayError(session.error());
        return Failed;
    }
    QStringList problems;
    if (const Result<Done> connected = (*session)->connectClusters(); !connected)
        problems.append(connected.error().text());
    problems.append((*session)->notes());
    for (const QString &problem : std::as_const(problems))
        say(problem);
    WindowGraph graph(session->get(), app, problems);
    Interrupt interrupt;
    QObject::connect(&interrupt, &Interrupt::requested, &app, &QCoreApplication::quit);
    graph.show();
    return QCoreApplication::exec();
}

}
