// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/Command.h"
#include "app/demo/program/Serve.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

class ServeCommand : public Command {
public:
    explicit ServeCommand(Arguments arguments) : m_arguments(std::move(arguments)) { }

    void run() override
    {
        auto rig = ServeRig::start({m_arguments.value(u"dir"_s), m_arguments.value(u"port"_s, u"0"_s).toUShort(), true, false,
            m_arguments.has(u"issuer"_s), tokenLifetime(m_arguments), m_arguments.has(u"issuer-tls"_s)});
        if (!rig) {
            sayError(rig.error());
            Q_EMIT finished(Failed);
            return;
        }
        m_rig = *rig;
        if (const auto failed = writeNode()) {
            sayError(*failed);
            Q_EMIT finished(Failed);
            return;
        }
        const QString why = QCoreApplication::translate("qd::demo::ServeCommand", "serve starts the API server alone");
        QJsonObject missing;
        QJsonObject ready{{u"kubeconfig"_s, m_rig->kubeconfig()}, {u"apiServer"_s, m_rig->url()}};
        for (const QString &part : {u"issuer"_s, u"ledger"_s, u"prometheus"_s, u"alertmanager"_s, u"loki"_s}) {
            ready.insert(part, QJsonValue::Null);
            missing.insert(part, why);
        }
        if (!m_rig->issuer().isEmpty()) {
            ready.insert("issuer"_L1, m_rig->issuer());
            ready.insert("profiles"_L1, m_rig->profiles());
            missing.remove("issuer"_L1);
        }
        ready.insert("missing"_L1, missing);
        printJson(ready);
    }

    void end() override
    {
        m_rig.reset();
        for (const QString &path : std::as_const(m_node))
            QFile::remove(path);
        Q_EMIT finished(Ok);
    }

private:
    /// There is no kubelet here, but one may be started beside it and name its port in a Node: kubelet.crt and kubelet.key in the
    /// state folder are a serving certificate this API server trusts. They go with it.
    std::optional<Error> writeNode()
    {
        const QString dir = m_arguments.value(u"dir"_s);
        if (dir.isEmpty())
            return std::nullopt;
        const auto node = m_rig->kubeletOptions();
        if (!node)
            return node.error();
        for (const auto &[name, text] : {std::pair(u"kubelet.crt"_s, node->certificate), std::pair(u"kubelet.key"_s, node->key)}) {
            QFile file(QDir(dir).filePath(name));
            const bool written = file.open(QIODevice::WriteOnly | QIODevice::Truncate)
                && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) && file.write(text) == text.size();
            if (!written)
                return Error{ErrorKind::Storage, QCoreApplication::translate("qd::demo::ServeCommand", "%1 could not be written: %2")
                                                      .arg(file.fileName(), file.errorString())};
            m_node.append(file.fileName());
        }
        return std::nullopt;
    }

    Arguments m_arguments;
    std::shared_ptr<ServeRig> m_rig;
    QStringList m_node;
};

}

std::unique_ptr<Command> makeServe(const Arguments &arguments)
{
    return std::make_unique<ServeCommand>(arguments);
}

}
