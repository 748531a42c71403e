// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/KubeCluster.h"
#include "tests/contract/GatewayContract.h"

namespace qd::test {

/// The gateway contract over our own client, and what the client must see of every server behind a kubeconfig with the
/// contexts admin and viewer: certificates, impersonation, 401, many requests at once. A program derives and starts its server.
class ClusterContract : public GatewayContract
{
    Q_OBJECT
protected:
    [[nodiscard]] virtual QString kubeconfig() const = 0;
    /// The name of the authority that signed the server's certificate, which a refusal has to tell.
    [[nodiscard]] virtual QString authority() const = 0;
    [[nodiscard]] Result<kube::ClusterConfig> config(const QString &context) const;
    /// Call when the server is up; fails the test when a context does not resolve.
    void connectBoth();
    void disconnectBoth();
    ports::ResourceGateway &admin() override { return *m_adminGateway; }
    ports::ResourceGateway &viewer() override { return *m_viewerGateway; }

private Q_SLOTS:
    void speaksTls13();
    void impersonatesSeveralGroups();
    void wrongAuthority();
    void unauthenticated();
    void manyAtOnce();
    void goneWhileBusy();

private:
    std::unique_ptr<kube::KubeCluster> m_admin;
    std::unique_ptr<kube::KubeCluster> m_viewer;
    std::shared_ptr<ports::ResourceGateway> m_adminGateway;
    std::shared_ptr<ports::ResourceGateway> m_viewerGateway;
};

}
