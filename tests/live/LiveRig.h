// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace qd::test {

/// A real control plane for one test program, or quarterdeck-demo serve where QD_ONDEMO is set: runs tests/live/rig.py (ondemo.py), which ends when this object does or when the
/// program dies. A missing server is skipped() with its one line, or failed() when QD_LIVE is "required".
class LiveRig {
public:
    /// Starts and waits until the rig is ready, with our CRDs, policies and roles; `arguments` are more of rig.py's.
    explicit LiveRig(const QStringList &arguments = {});
    ~LiveRig();
    LiveRig(const LiveRig &) = delete;
    LiveRig &operator=(const LiveRig &) = delete;

    [[nodiscard]] bool ready() const { return !m_kubeconfig.isEmpty(); }
    [[nodiscard]] bool skipped() const { return m_skipped; }
    [[nodiscard]] QString why() const { return m_why; }               ///< what rig.py said on stderr
    [[nodiscard]] QString kubeconfig() const { return m_kubeconfig; } ///< contexts admin and the four personas
    [[nodiscard]] QString apiServer() const { return m_apiServer; }
    [[nodiscard]] qint64 pid(const QString &server) const { return m_pids.value(server); }
    /// With --kubelet: how the stand-in is started, to start it again after it was killed, and its folder of pod logs.
    [[nodiscard]] QStringList kubeletCommand() const { return m_kubeletCommand; }
    [[nodiscard]] QString podLogs() const { return m_podLogs; }
    /// With --idp: ca, people (name to password), browser (program and arguments before the URL; --person, --mode), configDir, and
    /// keycloak and provider, each with issuer and clientId.
    [[nodiscard]] QJsonObject idp() const { return m_idp; }

private:
    QProcess m_process;
    QString m_kubeconfig;
    QString m_apiServer;
    QString m_why;
    QHash<QString, qint64> m_pids;
    QStringList m_kubeletCommand;
    QString m_podLogs;
    QJsonObject m_idp;
    bool m_skipped = false;
};

}
