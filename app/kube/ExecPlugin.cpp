// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/ExecPlugin.h"

#include "app/kube/ExecCredential.h"
#include "models/core/Redact.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QProcessEnvironment>
#include <QStandardPaths>

#include <csignal>
#include <unistd.h>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxOutput = 1024 * 1024;
constexpr qsizetype kMaxErrors = 8 * 1024;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qd::kube::ExecPlugin)
};

}

ExecPlugin::ExecPlugin(const ClusterConfig &config, const ExecPrompt &prompt, QObject *parent)
    : QObject(parent), m_config(config), m_exec(config.auth.exec.value_or(ExecConfig{})), m_prompt(prompt), m_process(this), m_deadline(this)
{
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(m_prompt.timeoutMs);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        killAll();
        finish(failure(Text::tr("did not answer within %1 s.").arg((m_prompt.timeoutMs + 999) / 1000),
                       Text::tr("It may wait for input or for a browser: run it in a terminal once, then try again.")));
    });
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &ExecPlugin::readOutput);
    connect(&m_process, &QProcess::readyReadStandardError, this, &ExecPlugin::readErrors);
    connect(&m_process, &QProcess::finished, this, &ExecPlugin::ended);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            finish(failure(Text::tr("cannot be started: %1.").arg(m_process.errorString()), Text::tr("Check that it is a program for this machine.")));
    });
}

ExecPlugin::~ExecPlugin()
{
    m_process.disconnect(this);
    killAll();
    m_process.waitForFinished(2000);   // it was killed: only to collect it
}

Error ExecPlugin::failure(const QString &what, const QString &remedy) const
{
    Error error{ErrorKind::Unauthenticated, Text::tr("The credential plugin %1 of the user \"%2\" %3").arg(m_exec.command, m_config.userName, what)};
    error.remedy = remedy;
    return error;
}

bool ExecPlugin::interactive() const
{
    return m_prompt.terminal && m_exec.interactiveMode != "Never"_L1;
}

void ExecPlugin::notify(ExecNotice::State state, const QString &text) const
{
    if (m_prompt.notice)
        m_prompt.notice({state, m_exec.command, m_config.userName, text});
}

void ExecPlugin::start()
{
    if (m_exec.interactiveMode == "Always"_L1 && !m_prompt.terminal) {
        finish(failure(Text::tr("needs a terminal (interactiveMode: Always), and there is none here; it was not started."),
                       Text::tr("Set interactiveMode: IfAvailable if it can do without, or use quarterdeck in a terminal.")));
        return;
    }
    m_deadline.start();
    if (m_exec.command.contains(u'/')) {
        const QFileInfo info(m_exec.command);
        if (info.isFile())
            launch(QDir::cleanPath(m_exec.command), {});
        else
            notFound();
        return;
    }
    const QString program = QStandardPaths::findExecutable(m_exec.command);
    if (program.isEmpty())
        askLoginShell();
    else
        launch(program, {});
}

void ExecPlugin::askLoginShell()
{
    auto *login = new LoginPath(m_prompt.shell, this);
    connect(login, &LoginPath::found, this, [this](const QString &path) {
        if (m_done)
            return;
        const QStringList folders = path.split(QDir::listSeparator(), Qt::SkipEmptyParts);
        const QString program = folders.isEmpty() ? QString() : QStandardPaths::findExecutable(m_exec.command, folders);
        if (program.isEmpty())
            notFound();
        else
            launch(program, path);
    });
    login->start();
}

void ExecPlugin::notFound()
{
    const QString hint = plainText(m_exec.installHint).trimmed();
    finish(failure(Text::tr("is not installed, or not in PATH (the login shell's was tried too)."),
                   hint.isEmpty() ? Text::tr("Install it, or write its full path into exec.command of the kubeconfig.") : hint));
}

void ExecPlugin::launch(const QString &program, const QString &path)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!path.isEmpty())
        environment.insert(u"PATH"_s, path);
    for (const auto &[name, value] : m_exec.env)
        environment.insert(name, value);
    environment.insert(u"KUBERNETES_EXEC_INFO"_s, QString::fromUtf8(execInfo(m_config, interactive())));
    m_process.setProcessEnvironment(environment);
    m_process.setProgram(program);
    m_process.setArguments(m_exec.args);
    if (interactive()) {
        m_process.setInputChannelMode(QProcess::ForwardedInputChannel);
    } else {
        m_process.setStandardInputFile(QProcess::nullDevice());
        m_process.setChildProcessModifier([] { ::setpgid(0, 0); });   // so that its children can be ended with it
    }
    notify(ExecNotice::State::Started);
    m_process.start(QIODevice::ReadOnly);
}

void ExecPlugin::readOutput()
{
    m_output += m_process.readAllStandardOutput();
    if (m_output.size() <= kMaxOutput)
        return;
    killAll();
    finish(failure(Text::tr("printed more than %1 KiB; an ExecCredential is smaller.").arg(kMaxOutput / 1024),
                   Text::tr("Run it in a terminal to see what it prints.")));
}

void ExecPlugin::readErrors()
{
    const QByteArray bytes = m_process.readAllStandardError();
    if (bytes.isEmpty())
        return;
    m_errors += bytes;
    m_errors = m_errors.last(std::min(m_errors.size(), kMaxErrors));
    if (m_prompt.terminal)
        ::fwrite(bytes.constData(), 1, size_t(bytes.size()), stderr);   // the person at the terminal reads it as it comes
    notify(ExecNotice::State::Said, redact(plainText(QString::fromUtf8(bytes))));
}

QString ExecPlugin::said() const
{
    const QString text = redact(plainText(QString::fromUtf8(m_errors))).trimmed();
    return text.size() > 600 ? QString(u"…"_s + text.last(600)) : text;
}

void ExecPlugin::ended(int exitCode, QProcess::ExitStatus status)
{
    if (m_done)
        return;
    readOutput();
    readErrors();
    if (m_done)
        return;
    const QString text = said();
    if (status == QProcess::CrashExit || exitCode != 0) {
        const QString how = status == QProcess::CrashExit ? Text::tr("was ended by a signal") : Text::tr("failed with exit code %1").arg(exitCode);
        finish(failure(text.isEmpty() ? QString(how + u'.') : QString(how + u": "_s + text),
                       Text::tr("Run it in a terminal, sign in there if it asks, then try again.")));
        return;
    }
    Result<ports::Credential> result = parseExecCredential(m_output, m_exec);
    if (!result && !text.isEmpty()) {
        Error error = result.error();
        error.detail = text;
        result = error;
    }
    finish(result);
}

void ExecPlugin::finish(const Result<ports::Credential> &result)
{
    if (std::exchange(m_done, true))
        return;
    m_deadline.stop();
    m_output.fill('\0');
    m_output.clear();
    notify(ExecNotice::State::Ended);
    Q_EMIT finished(result);
}

void ExecPlugin::killAll()
{
    const qint64 pid = m_process.processId();
    if (pid > 0 && !interactive())
        ::kill(-pid_t(pid), SIGKILL);
    m_process.kill();
}

}
