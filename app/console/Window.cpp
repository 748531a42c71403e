// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Window.h"

#include "app/console/DemoProcess.h"
#include "app/console/Interrupt.h"
#include "app/console/Output.h"
#include "app/console/Session.h"
#include "app/console/WindowGraph.h"
#include "app/log/Log.h"
#include "translations/Translations.h"
#include "ui/shell/tour/Tour.h"

#include <QApplication>
#include <QDesktopServices>
#include <QDir>
#include <QTimer>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

Result<ui::TourOptions> tourOptions(const Invocation &invocation)
{
    ui::TourOptions options;
    options.dir = invocation.value(u"tour"_s);
    const QString theme = invocation.value(u"theme"_s, u"both"_s);
    const QString scale = invocation.value(u"scale"_s, u"both"_s);
    if (!QStringList{u"light"_s, u"dark"_s, u"both"_s}.contains(theme))
        return Error{ErrorKind::Invalid, Session::tr("--theme %1 is not known.").arg(theme), Session::tr("Known are light, dark and both.")};
    if (!QStringList{u"1"_s, u"2"_s, u"both"_s}.contains(scale))
        return Error{ErrorKind::Invalid, Session::tr("--scale %1 is not known.").arg(scale), Session::tr("Known are 1, 2 and both.")};
    if (!QDir().mkpath(options.dir))
        return Error{ErrorKind::Storage, Session::tr("The folder %1 could not be made.").arg(options.dir)};
    options.light = theme != "dark"_L1;
    options.dark = theme != "light"_L1;
    if (scale != "both"_L1)
        options.scales = {scale.toInt()};
    return options;
}

/// The pictures, in the application's own event loop.
int runTour(QApplication &app, const Session &session, const Invocation &invocation)
{
    const Result<ui::TourOptions> options = tourOptions(invocation);
    if (!options) {
        sayError(options.error());
        return options.error().kind == ErrorKind::Invalid ? Usage : Failed;
    }
    ui::Theme theme;
    theme.apply(app);
    ui::Tour tour(*options, session.kinds(), session.yaml(), &theme);
    Interrupt interrupt;
    QObject::connect(&interrupt, &Interrupt::requested, &app, [] { QCoreApplication::exit(Interrupted); });
    QObject::connect(&tour, &ui::Tour::finished, &app, [&tour] {
        if (!tour.problem().isEmpty())
            say(tour.problem());
        else
            printLine(Session::tr("%n picture(s) drawn.", nullptr, int(tour.written().size())));
        QCoreApplication::exit(tour.problem().isEmpty() ? Ok : Failed);
    });
    QTimer::singleShot(0, &tour, &ui::Tour::start);
    return QCoreApplication::exec();
}

}

int runWindow(int argc, char *argv[], Invocation invocation)
{
    const bool tour = invocation.command == "tour"_L1;
    if (tour && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"quarterdeck"_s);
    QGuiApplication::setApplicationDisplayName(u"Quarterdeck"_s);
    QGuiApplication::setDesktopFileName(u"io.quarterdeck.Quarterdeck"_s);
    installTranslations(app);
    const auto log = log::open({{}, invocation.has(u"verbose"_s)});
    const Result<std::unique_ptr<DemoProcess>> demo = enterDemo(invocation);
    if (!demo) {
        sayError(demo.error());
        return Failed;
    }
    Result<std::unique_ptr<Session>> session = Session::make(invocation);
    if (!session) {
        sayError(session.error());
        return Failed;
    }
    if (tour)
        return runTour(app, **session, invocation);
    (*session)->signIns().openWith([](const QUrl &url) { return QDesktopServices::openUrl(url); });
    QStringList problems;
    if (const Result<Done> connected = (*session)->connectClusters(); !connected)
        problems.append(QString(connected.error().message + u'\n' + connected.error().remedy).trimmed());
    problems.append((*session)->notes());
    for (const QString &problem : std::as_const(problems))
        say(problem);
    Interrupt interrupt;   // before the graph talks to anybody: from then on a signal is a clean end
    QObject::connect(&interrupt, &Interrupt::requested, &app, &QCoreApplication::quit);
    WindowGraph graph(session->get(), app, problems);
    graph.show();
    return QCoreApplication::exec();
}

}
