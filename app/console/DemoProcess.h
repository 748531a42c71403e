// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/CommandLine.h"

#include <QObject>
#include <QProcess>

#include <memory>

namespace qd::console {

/// `quarterdeck-demo up` as a child: a demo network of this run's own, on loopback, with its state in a folder that goes with it.
/// All the console knows of it is the kubeconfig it is given. Ended by the destructor; it leaves by itself when this process is
/// killed. start() waits for it, before there is a window or an event loop.
class DemoProcess : public QObject {
    Q_OBJECT
public:
    /// Errors: the program is not there, ended at once (it has said why on stderr), or is not ready in time.
    [[nodiscard]] static Result<std::unique_ptr<DemoProcess>> start();
    ~DemoProcess() override;
    [[nodiscard]] const QString &kubeconfig() const { return m_kubeconfig; }
    /// Its profiles.yaml: the profile "demo" signs in with the network's own issuer; empty when it has none.
    [[nodiscard]] const QString &profiles() const { return m_profiles; }
    /// Where a console of this run keeps its journal, drafts, sign-ins and the window's layout: of this network alone, and gone with it.
    [[nodiscard]] QString consoleFolder() const;
    /// Why "prometheus", "alertmanager" or "loki" is not there, and what to do; empty: it is.
    [[nodiscard]] QString missing(const QString &part) const { return m_missing.value(part); }

private:
    DemoProcess() = default;
    [[nodiscard]] Result<Done> launch();
    [[nodiscard]] Result<Done> awaitReady();

    QProcess m_process;
    QString m_dir;
    QString m_kubeconfig;
    QString m_profiles;
    QHash<QString, QString> m_missing;
};

/// What --demo means: starts the network and points the invocation at its kubeconfig; nothing without --demo. The result lives
/// as long as the clusters are used.
[[nodiscard]] Result<std::unique_ptr<DemoProcess>> enterDemo(Invocation &invocation);

}
