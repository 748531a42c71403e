// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/DemoProcess.h"

#include "app/console/Output.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>
#include <QUuid>

#include <unistd.h>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int kReadyMs = 60000;
constexpr int kEndMs = 5000;
constexpr QLatin1StringView kParts[]{"prometheus"_L1, "alertmanager"_L1, "loki"_L1};

/// Beside this program, else on the PATH.
QString programPath()
{
    const QString beside = QString(QCoreApplication::applicationDirPath() + u"/quarterdeck-demo"_s);
    return QFileInfo(beside).isExecutable() ? beside : QStandardPaths::findExecutable(u"quarterdeck-demo"_s);
}

}

Result<std::unique_ptr<DemoProcess>> DemoProcess::start()
{
    std::unique_ptr<DemoProcess> demo(new DemoProcess);
    if (const Result<Done> launched = demo->launch(); !launched)
        return launched.error();
    if (const Result<Done> ready = demo->awaitReady(); !ready)
        return ready.error();
    connect(&demo->m_process, &QProcess::finished, demo.get(), [](int code, QProcess::ExitStatus) {
        say(tr("The demo network has ended (exit code %1); what is shown stays as it was.").arg(code));
    });
    return demo;
}

DemoProcess::~DemoProcess()
{
    m_process.disconnect();
    if (m_process.state() != QProcess::NotRunning) {
        m_process.terminate();
        if (!m_process.waitForFinished(kEndMs))
            m_process.kill();
        m_process.waitForFinished(kEndMs);
    }
    // It takes its folder away itself, unless it was killed.
    if (!m_dir.isEmpty())
        QDir(m_dir).removeRecursively();
}

QString DemoProcess::consoleFolder() const
{
    return QFileInfo(m_kubeconfig).absolutePath() + u"/console"_s;   // StateFolder takes it away
}

Result<Done> DemoProcess::launch()
{
    const QString program = programPath();
    if (program.isEmpty()) {
        return Error{ErrorKind::NotFound, tr("--demo needs the program quarterdeck-demo, which is neither beside this one nor on the PATH."),
            tr("Install it, or build it: ./run demo.")};
    }
    // A name nobody can guess: the child makes the folder, for itself alone, and takes it away at the end.
    m_dir = QDir(QDir::tempPath()).filePath(QString(u"quarterdeck-demo-"_s + QUuid::createUuid().toString(QUuid::Id128)));
    m_process.setProgram(program);
    m_process.setArguments({u"up"_s, u"--dir"_s, m_dir, u"--parent"_s, QString::number(QCoreApplication::applicationPid())});
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.setStandardInputFile(QProcess::nullDevice());
    // Ctrl-C on the terminal is for the console, which ends it in its turn.
    m_process.setChildProcessModifier([] { (void)setpgid(0, 0); });
    m_process.start();
    if (!m_process.waitForStarted())
        return Error{ErrorKind::Internal, tr("%1 could not be started: %2.").arg(program, m_process.errorString())};
    return Done{};
}

/// One line of JSON on its standard output says that it is ready.
Result<Done> DemoProcess::awaitReady()
{
    QElapsedTimer since;
    since.start();
    while (!m_process.canReadLine() && since.elapsed() < kReadyMs && m_process.state() != QProcess::NotRunning)
        m_process.waitForReadyRead(1000);
    if (!m_process.canReadLine()) {
        return m_process.state() == QProcess::NotRunning
            ? Error{ErrorKind::Internal, tr("The demo network did not start (exit code %1).").arg(m_process.exitCode())}
            : Error{ErrorKind::Timeout, tr("The demo network was not ready within %1 s.").arg(kReadyMs / 1000)};
    }
    const QJsonObject said = QJsonDocument::fromJson(m_process.readLine()).object();
    m_kubeconfig = said.value("kubeconfig"_L1).toString();
    m_profiles = said.value("profiles"_L1).toString();
    m_process.closeReadChannel(QProcess::StandardOutput);
    // Without them the panes have nothing to show: who did not leave them out hears why.
    for (const QLatin1StringView part : kParts) {
        const QString why = said["missing"_L1][part].toString();
        m_missing.insert(part, why);
        if (!why.isEmpty() && part != "loki"_L1 && qEnvironmentVariable("QUARTERDECK_DEMO_INSTRUMENTS") != "off"_L1)
            say(why);
    }
    if (m_kubeconfig.isEmpty())
        return Error{ErrorKind::Internal, tr("%1 did not say where its kubeconfig is; it may be of another version.").arg(m_process.program())};
    return Done{};
}

Result<std::unique_ptr<DemoProcess>> enterDemo(Invocation &invocation)
{
    if (!invocation.has(u"demo"_s))
        return std::unique_ptr<DemoProcess>();
    Result<std::unique_ptr<DemoProcess>> demo = DemoProcess::start();
    if (!demo)
        return demo;
    invocation.flags[u"demo-folder"_s] = {(*demo)->consoleFolder()};
    // Its persons by their certificates at once; who signs in at its issuer is one more context, and the profile of the same name.
    if ((*demo)->profiles().isEmpty()) {
        invocation.flags[u"kubeconfig"_s] = {(*demo)->kubeconfig()};
    } else {
        invocation.flags.remove(u"kubeconfig"_s);
        invocation.flags[u"demo-kubeconfig"_s] = {(*demo)->kubeconfig()};
        invocation.flags[u"demo-profiles"_s] = {(*demo)->profiles()};
    }
    for (const QLatin1StringView part : kParts) {
        if (const QString why = (*demo)->missing(part); !why.isEmpty())
            invocation.flags[QString(u"demo-missing-"_s + part)] = {why};
    }
    return demo;
}

}
