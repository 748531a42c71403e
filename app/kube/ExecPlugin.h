// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterConfig.h"
#include "app/kube/KubeTokenSource.h"
#include "app/kube/LoginPath.h"
#include "models/core/Result.h"
#include "models/ports/TokenSource.h"

#include <QObject>
#include <QProcess>
#include <QTimer>

namespace qd::kube {

/// One run of a credential plugin (client-go exec.go; kubernetes.md 2.4). Lives on a thread with an event loop; finishes
/// exactly once unless it is deleted before, which kills the process and its children.
class ExecPlugin : public QObject {
    Q_OBJECT
public:
    ExecPlugin(const ClusterConfig &config, const ExecPrompt &prompt, QObject *parent = nullptr);
    ~ExecPlugin() override;
    void start();

Q_SIGNALS:
    void finished(const qd::Result<qd::ports::Credential> &result);

private:
    [[nodiscard]] bool interactive() const;
    void launch(const QString &program, const QString &path);
    void askLoginShell();
    void notFound();
    void readOutput();
    void readErrors();
    void ended(int exitCode, QProcess::ExitStatus status);
    void finish(const Result<ports::Credential> &result);
    void notify(ExecNotice::State state, const QString &text = {}) const;
    void killAll();
    [[nodiscard]] Error failure(const QString &what, const QString &remedy) const;
    [[nodiscard]] QString said() const;

    const ClusterConfig m_config;
    const ExecConfig m_exec;
    const ExecPrompt m_prompt;
    QProcess m_process;
    QTimer m_deadline;
    QByteArray m_output;
    QByteArray m_errors;
    bool m_done = false;
};

}
