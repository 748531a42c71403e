// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Browser.h"

#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QUrl>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

bool startDetached(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.setProgram(program);
    process.setArguments(arguments);
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(QProcess::nullDevice());
    return process.startDetached();
}

/// One program by its path, blanks in it or not; else words, with double quotes around those that have blanks.
QStringList wordsOf(const QString &command)
{
    return QFileInfo(command).isExecutable() ? QStringList{command} : QProcess::splitCommand(command);
}

}

ports::BrowserOpener browserOf(const Invocation &invocation)
{
    const QStringList given = wordsOf(invocation.value(u"browser"_s));
    return [given](const QUrl &url) {
        const QString link = url.toString(QUrl::FullyEncoded);
        if (!given.isEmpty())
            return startDetached(given.first(), given.mid(1) + QStringList{link});
#ifdef Q_OS_MACOS
        return startDetached(u"open"_s, {link});
#else
        const bool desktop = qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
        const QString opener = desktop ? QStandardPaths::findExecutable(u"xdg-open"_s) : QString();
        return !opener.isEmpty() && startDetached(opener, {link});
#endif
    };
}

}
