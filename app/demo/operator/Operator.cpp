// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Operator.h"

#include "app/demo/node/Kubelet.h"
#include "app/demo/operator/Engine.h"
#include "app/demo/operator/Lease.h"
#include "app/demo/operator/VirtualNode.h"

#include <QCoreApplication>

namespace qd::demo {

using namespace Qt::StringLiterals;

class Operator::Impl {
public:
    SystemClock clock;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<Lease> lease;
    std::unique_ptr<VirtualNode> node;
    bool announced = false;
};

Operator::Operator(std::shared_ptr<ports::ResourceGateway> gateway, ports::ClusterFeed &feed,
    std::shared_ptr<ports::BodyCodec> bodies, const OperatorOptions &options, QObject *parent)
    : QObject(parent), m_impl(std::make_unique<Impl>())
{
    m_impl->engine = std::make_unique<Engine>(gateway, feed, std::move(bodies), m_impl->clock, options);
    const QString identity = options.identity.isEmpty()
        ? QString(u"quarterdeck-demo_"_s + QString::number(QCoreApplication::applicationPid()))
        : options.identity;
    m_impl->lease
        = std::make_unique<Lease>(gateway, m_impl->clock, options.ns, u"canton-operator"_s, identity);
    if (options.virtualNode) {
        m_impl->node = std::make_unique<VirtualNode>(
            gateway, m_impl->clock, options.kubelet ? options.kubelet->port() : quint16(0));
        connect(m_impl->node.get(), &VirtualNode::troubled, this, &Operator::troubled);
    }
    const auto announce = [this] {
        if (m_impl->announced || !m_impl->lease->held() || !m_impl->engine->synchronised())
            return;
        m_impl->announced = true;
        Q_EMIT working();
    };
    connect(m_impl->lease.get(), &Lease::heldChanged, this, [this, announce](bool held) {
        m_impl->engine->setActive(held);
        if (m_impl->node && held)
            m_impl->node->start();
        else if (m_impl->node)
            m_impl->node->stop();
        announce();
    });
    connect(m_impl->engine.get(), &Engine::allSynchronised, this, announce);
    connect(m_impl->lease.get(), &Lease::released, this, &Operator::stopped);
    connect(m_impl->lease.get(), &Lease::troubled, this, &Operator::troubled);
    connect(m_impl->engine.get(), &Engine::troubled, this, &Operator::troubled);
}

Operator::~Operator() = default;

void Operator::start()
{
    m_impl->engine->start();
    m_impl->lease->start();
}

void Operator::stop()
{
    m_impl->engine->setActive(false);
    m_impl->lease->release();
}

bool Operator::leading() const
{
    return m_impl->lease->held();
}

}
