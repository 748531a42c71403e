// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/LiveRig.h"

#include <QJsonDocument>

namespace qd::test {

using namespace Qt::StringLiterals;

namespace {
constexpr int kReadyMs = 300000;
constexpr int kSkipCode = 77;
}

LiveRig::LiveRig(const QStringList &arguments)
{
    // The same test on quarterdeck-demo serve, where QD_ONDEMO is set.
    const QString program = qEnvironmentVariableIsSet("QD_ONDEMO") ? u"ondemo.py"_s : u"rig.py"_s;
    const QStringList all = QStringList{QString(QStringLiteral(QD_SOURCE_DIR "/tests/live/") + program), u"up"_s} + arguments;
    m_process.start(u"python3"_s, all);
    QByteArray line;
    while (!line.endsWith('\n') && m_process.state() != QProcess::NotRunning && m_process.waitForReadyRead(kReadyMs))
        line += m_process.readLine();
    const QJsonObject answer = QJsonDocument::fromJson(line).object();
    m_kubeconfig = answer.value("kubeconfig"_L1).toString();
    m_apiServer = answer.value("apiServer"_L1).toString();
    const QJsonObject pids = answer.value("pids"_L1).toObject();
    for (auto it = pids.begin(); it != pids.end(); ++it)
        m_pids.insert(it.key(), it.value().toInteger());
    const QJsonObject kubelet = answer.value("kubelet"_L1).toObject();
    m_kubeletCommand = kubelet.value("command"_L1).toVariant().toStringList();
    m_podLogs = kubelet.value("logs"_L1).toString();
    m_idp = answer.value("idp"_L1).toObject();
    if (ready())
        return;
    m_process.waitForFinished(kReadyMs);
    m_why = QString::fromUtf8(m_process.readAllStandardError()).trimmed();
    if (m_why.isEmpty())
        m_why = m_process.errorString();
    m_skipped = m_process.exitCode() == kSkipCode;
}

LiveRig::~LiveRig()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(10000)) {
        m_process.kill();
        m_process.waitForFinished(10000);
    }
}

}
