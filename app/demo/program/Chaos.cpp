// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/Chaos.h"

#include "app/demo/issuer/Issuer.h"
#include "app/demo/operator/NodesLook.h"
#include "app/demo/program/DemoIssuer.h"
#include "app/demo/program/SeedConnection.h"
#include "app/kube/KubeConfig.h"
#include "app/yaml/Yaml.h"
#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::Chaos", text);
}

Error wrong(const QString &message, const QString &remedy)
{
    return {ErrorKind::Invalid, message, remedy};
}

Result<network::KindTable> kindTable()
{
    QFile file(u":/kinds.yaml"_s);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorKind::Internal, tr("The kinds table is not part of this program.")};
    const Result<ports::YamlDocument> document = yaml::makeYamlCodec()->parse(file.readAll());
    if (!document)
        return document.error();
    return network::KindTable::fromJson(document->value.toObject());
}

/// "crash" on "participant": the containers the object has. Empty: it does not say.
QStringList componentsOf(const QJsonObject &object)
{
    QStringList names;
    for (const Component &component : nodeComponents(object))
        names.append(component.name);
    return names;
}

class ChaosCommand : public Command {
public:
    explicit ChaosCommand(Arguments arguments) : m_arguments(std::move(arguments)) { }

    void run() override
    {
        if (m_arguments.has(u"list"_s)) {
            print(chaosList());
            Q_EMIT finished(Ok);
            return;
        }
        const auto kinds = kindTable();
        if (!kinds)
            return fail(kinds.error(), Failed);
        auto order = chaosOrder(m_arguments, *kinds, QDateTime::currentDateTimeUtc());
        if (!order)
            return fail(order.error(), Usage);
        m_order = std::move(*order);
        if (const auto connected = connectCluster(); !connected)
            return fail(connected.error(), Failed);
        whenFinished(m_cluster->gateway()->get(m_order.kind.gvr, m_ns, m_order.name), this, [this](const Result<QJsonObject> &object) {
            if (!object)
                notThere(object.error());
            else
                write(*object);
        });
    }

    void end() override
    {
        m_cluster.reset();
        Q_EMIT finished(130);
    }

private:
    Result<Done> connectCluster()
    {
        kube::KubeConfigOptions options = kube::KubeConfigOptions::fromEnvironment();
        options.explicitPath = m_arguments.value(u"kubeconfig"_s);
        options.overrides.context = m_arguments.value(u"context"_s);
        options.overrides.ns = m_arguments.value(u"namespace"_s);
        const Result<kube::KubeConfig> config = kube::KubeConfig::load(options);
        if (!config)
            return config.error();
        const Result<kube::ClusterConfig> resolved = config->resolve();
        if (!resolved)
            return resolved.error();
        m_ns = !m_order.ns.isEmpty() ? m_order.ns : resolved->ns.isEmpty() ? u"default"_s : resolved->ns;
        m_cluster = kube::KubeCluster::make(*resolved);
        return Done{};
    }

    void notThere(const Error &error)
    {
        if (error.kind != ErrorKind::NotFound)
            return fail(error, exitCodeOf(error));
        fail({ErrorKind::NotFound, tr("There is no %1 in the namespace %2.").arg(m_order.object(), m_ns),
                 tr("Another namespace is named with -n.")}, Failed);
    }

    void write(const QJsonObject &object)
    {
        const auto request = chaosWrite(m_order, object);
        if (!request)
            return fail(request.error(), Usage);
        whenFinished(m_cluster->gateway()->write(*request), this, [this](const Result<ports::WriteOutcome> &outcome) {
            if (!outcome)
                return fail(outcome.error(), exitCodeOf(outcome.error()));
            print(QString(told() + u'\n'));
            Q_EMIT finished(Ok);
        });
    }

    [[nodiscard]] QString told() const
    {
        const QString object = tr("%1 in %2").arg(m_order.object(), m_ns);
        if (!m_order.fault)
            return tr("%1: healed").arg(object);
        if (m_order.fault->until.isValid())
            return tr("%1: %2").arg(object, m_order.fault->annotation());
        return tr("%1: %2, until it is healed with \"none\"").arg(object, m_order.fault->annotation());
    }

    void fail(const Error &error, int code)
    {
        sayError(error);
        Q_EMIT finished(code);
    }

    Arguments m_arguments;
    ChaosOrder m_order;
    QString m_ns;
    std::unique_ptr<kube::KubeCluster> m_cluster;
};

}

namespace {

/// Of the fault, or until now for what happens once: an annotation that is written again is a change only when it differs.
Result<QDateTime> endOf(const Arguments &arguments, const QDateTime &now)
{
    if (!arguments.has(u"for"_s))
        return QDateTime();
    const qint64 length = parseDuration(arguments.value(u"for"_s));
    if (length < 1000)
        return wrong(tr("\"%1\" is no duration of a second or more.").arg(arguments.value(u"for"_s)), tr("For example --for 10m."));
    return now.addMSecs(length);
}

/// The issuer is no object of a cluster; its ConfigMap stands for it.
Result<ChaosOrder> issuerOrder(const Arguments &arguments, const QString &name, const QDateTime &now)
{
    if (name != "demo"_L1)
        return wrong(tr("There is no issuer \"%1\".").arg(name), tr("The demo network's is issuer/demo."));
    ChaosOrder order;
    order.kind.gvr = {{}, u"v1"_s, u"configmaps"_s};
    order.name = DemoIssuer::objectName();
    order.ns = DemoIssuer::objectNamespace();
    order.shown = u"issuer/demo"_s;
    const QString &text = arguments.words.at(1);
    if (text == "none"_L1 && arguments.has(u"for"_s))
        return wrong(tr("\"none\" heals at once; --for has no meaning with it."), tr("Leave --for out."));
    if (text == "none"_L1)
        return order;
    QStringList possible;
    for (const IssuerFaultInfo &info : issuerFaults()) {
        possible.append(info.name);
        if (info.name != text)
            continue;
        if (info.moment && arguments.has(u"for"_s))
            return wrong(tr("%1 happens once; --for has no meaning with it.").arg(text), tr("Leave --for out."));
        const auto until = info.moment ? Result<QDateTime>(now.addSecs(1)) : endOf(arguments, now);
        if (!until)
            return until.error();
        order.fault = Fault{text, {}, *until};
        return order;
    }
    return wrong(tr("The fault %1 cannot be played on the issuer.").arg(text), tr("Possible on issuer/demo: %1").arg(possible.join(u", "_s)));
}

}

Result<ChaosOrder> chaosOrder(const Arguments &arguments, const network::KindTable &kinds, const QDateTime &now)
{
    const QString use = tr("Usage: quarterdeck-demo chaos KIND/NAME FAULT [--for D]; chaos --list tells the faults.");
    if (arguments.words.size() != 2)
        return wrong(arguments.words.isEmpty() ? tr("An object and a fault are missing.") : tr("A fault is missing."), use);
    const QString &object = arguments.words.at(0);
    const QString name = object.section(u'/', 1);
    if (object.count(u'/') != 1 || name.isEmpty())
        return wrong(tr("\"%1\" is no KIND/NAME.").arg(object), tr("For example validator/northgate-validator-1."));
    if (object.section(u'/', 0, 0) == "issuer"_L1)
        return issuerOrder(arguments, name, now);
    const network::KindInfo *kind = kinds.find(object.section(u'/', 0, 0));
    if (kind == nullptr) {
        const QString nearest = kinds.nearest(object.section(u'/', 0, 0));
        return wrong(tr("\"%1\" is no kind.").arg(object.section(u'/', 0, 0)),
            nearest.isEmpty() ? use : tr("The nearest is %1.").arg(nearest));
    }
    ChaosOrder order{*kind, name, std::nullopt};
    const QString &text = arguments.words.at(1);
    if (text == "none"_L1) {
        if (arguments.has(u"for"_s))
            return wrong(tr("\"none\" heals at once; --for has no meaning with it."), use);
        return order;
    }
    const Result<Fault> fault = parseFault(text, kind->gvr.resource);
    if (!fault)
        return fault.error();
    order.fault = *fault;
    const auto until = endOf(arguments, now);
    if (!until)
        return until.error();
    order.fault->until = *until;
    return order;
}

Result<ports::WriteRequest> chaosWrite(const ChaosOrder &order, const QJsonObject &object)
{
    if (order.fault && !order.fault->component.isEmpty()) {
        const auto kind = std::find_if(nodeKinds().begin(), nodeKinds().end(),
            [&order](const NodeKind &one) { return one.plural == order.kind.gvr.resource; });
        const QStringList components = componentsOf(object);
        if (kind != nodeKinds().end() && !components.contains(componentNamed(order.fault->component, *kind))) {
            return wrong(tr("%1 has no component %2.").arg(order.object(), order.fault->component),
                tr("It has %1.").arg(components.join(u", "_s)));
        }
    }
    ports::WriteRequest request{ports::Verb::MergePatch, order.kind.gvr, json::at(object, u"/metadata/namespace"_s).toString(), order.name};
    const QJsonValue value = order.fault ? QJsonValue(order.fault->annotation()) : QJsonValue(QJsonValue::Null);
    request.body = QJsonObject{{u"metadata"_s, QJsonObject{{u"annotations"_s, QJsonObject{{QLatin1String(kFaultAnnotation), value}}}}}};
    return request;
}

QString chaosList()
{
    QString text;
    qsizetype width = 0;
    const auto called = [](const FaultInfo &fault) { return fault.component ? QString(fault.name + u"[:COMPONENT]"_s) : fault.name; };
    for (const FaultInfo &fault : faults())
        width = std::max(width, called(fault).size());
    for (const FaultInfo &fault : faults()) {
        text += QString(called(fault).leftJustified(width) + u"  "_s + fault.summary + u'\n');
        text += QString(QString(width + 2, u' ') + tr("on %1").arg(fault.kinds.join(u", "_s)) + u'\n');
    }
    for (const IssuerFaultInfo &fault : issuerFaults()) {
        text += QString(fault.name.leftJustified(width) + u"  "_s + fault.summary + u'\n');
        text += QString(QString(width + 2, u' ') + tr("on %1").arg(u"issuer/demo"_s) + u'\n');
    }
    text += QString(u"none"_s.leftJustified(width) + u"  "_s + tr("heals whatever is broken") + u'\n');
    return text;
}

std::unique_ptr<Command> makeChaos(const Arguments &arguments)
{
    return std::make_unique<ChaosCommand>(arguments);
}

}
