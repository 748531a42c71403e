// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"
#include "app/demo/http/Pki.h"
#include "models/core/Result.h"

#include <QJsonObject>

#include <chrono>
#include <memory>

namespace qd::demo {

/// The issuer of the demo network as a server of its own on 127.0.0.1, with the personas of the kubeconfig (but admin, who stays a
/// certificate) and a newcomer whom nobody gave a role; and what the API server makes of its ID tokens. Without TLS unless asked
/// for: a browser would warn of an authority it does not know, and people should not learn to go on. Any thread.
class DemoIssuer {
public:
    [[nodiscard]] static Result<std::shared_ptr<DemoIssuer>> start(const Authority &authority, std::chrono::seconds tokenLifetime, bool tls);
    virtual ~DemoIssuer() = default;
    [[nodiscard]] virtual QString url() const = 0;
    /// Who an ID token for the console says somebody is: preferred_username and groups, none of them of the system's own
    /// ("system:…"), uid from sub. Nobody for any other token.
    [[nodiscard]] virtual std::optional<User> userOf(const QByteArray &token) const = 0;
    /// Plays the fault its object is annotated with; others are none of its business.
    virtual void objectChanged(const QString &resource, const QJsonObject &object, bool removed) = 0;
    /// The ConfigMap that tells of the issuer and that the chaos command writes to.
    [[nodiscard]] virtual QJsonObject object(const QByteArray &authority) const = 0;
    [[nodiscard]] static QString objectName();
    [[nodiscard]] static QString objectNamespace();
    /// profiles.yaml with the one profile "demo"; files are named relative to it.
    [[nodiscard]] virtual QJsonObject profiles(const QString &caFile, const QString &kubeconfig, const QString &context) const = 0;
};

}
