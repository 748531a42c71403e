// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/commands/Command.h"
#include "app/kube/KubeConfig.h"

#include <QFileInfo>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

/// `config view`: the merged kubeconfig. With --raw the document that kubectl config view --flatten --raw prints, else the same with secrets masked.
class ConfigView final : public Command {
public:
    using Command::Command;

    void run() override
    {
        kube::KubeConfigOptions options = Session::kubeOptions(invocation());
        if (!options.explicitPath.isEmpty() && !QFileInfo::exists(options.explicitPath)) {
            // As kubectl: the empty document. Every command that would connect refuses instead.
            say(Session::tr("%1 does not exist; this is an empty kubeconfig.").arg(options.explicitPath));
            options.homeDir = options.explicitPath;   // nothing is below what is not there
            options.explicitPath.clear();
            options.kubeconfigEnv.clear();
        }
        const Result<kube::KubeConfig> config = kube::KubeConfig::load(options);
        if (!config)
            return fail(config.error());
        const Result<QJsonObject> document = config->document(invocation().has(u"raw"_s));
        if (!document)
            return fail(document.error());
        print(invocation().json() ? kube::kubectlJson(*document) : session().yaml()->emitText(*document));
        Q_EMIT finished(Ok);
    }
};

}

std::unique_ptr<Command> makeConfigView(const Invocation &invocation, Session *session)
{
    return std::make_unique<ConfigView>(invocation, session);
}

}
