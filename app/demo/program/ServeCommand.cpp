// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/Command.h"
#include "app/demo/program/Serve.h"

#include <QCoreApplication>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

class ServeCommand : public Command {
public:
    explicit ServeCommand(Arguments arguments) : m_arguments(std::move(arguments)) { }

    void run() override
    {
        auto rig = ServeRig::start({m_arguments.value(u"dir"_s), m_arguments.value(u"port"_s, u"0"_s).toUShort(), true});
        if (!rig) {
            sayError(rig.error());
            Q_EMIT finished(Failed);
            return;
        }
        m_rig = *rig;
        const QString why = QCoreApplication::translate("qd::demo::ServeCommand", "serve starts the API server alone");
        QJsonObject missing;
        QJsonObject ready{{u"kubeconfig"_s, m_rig->kubeconfig()}, {u"apiServer"_s, m_rig->url()}};
        for (const QString &part : {u"issuer"_s, u"ledger"_s, u"prometheus"_s, u"alertmanager"_s, u"loki"_s}) {
            ready.insert(part, QJsonValue::Null);
            missing.insert(part, why);
        }
        ready.insert("missing"_L1, missing);
        printJson(ready);
    }

    void end() override
    {
        m_rig.reset();
        Q_EMIT finished(Ok);
    }

private:
    Arguments m_arguments;
    std::shared_ptr<ServeRig> m_rig;
};

}

std::unique_ptr<Command> makeServe(const Arguments &arguments)
{
    return std::make_unique<ServeCommand>(arguments);
}

}
