// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QProcess>
#include <QTimer>

namespace qd::kube {

/// The PATH of the person's login shell. Programs started from a desktop do not have it, and credential plugins are then
/// "not found" (kubernetes.md 2.4). Asked once per shell and process; at most 10 s. Lives on a thread with an event loop.
class LoginPath : public QObject {
    Q_OBJECT
public:
    explicit LoginPath(const QString &shell, QObject *parent = nullptr);
    ~LoginPath() override;
    void start();

Q_SIGNALS:
    /// Empty when the shell did not say.
    void found(const QString &path);

private:
    void finish(const QString &path);

    QString m_shell;
    QProcess m_process;
    QTimer m_deadline;
    bool m_done = false;
};

}
