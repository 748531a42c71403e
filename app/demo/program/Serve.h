// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Pki.h"
#include "app/demo/node/Kubelet.h"
#include "app/demo/store/Store.h"
#include "models/core/Result.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>

namespace qd::demo {

struct ServeOptions {
    QString dir;                        ///< state folder; kubeconfig and audit.log go there
    quint16 port = 0;                   ///< 0: any free one
    bool audit = true;
    bool backdated = false;             ///< objects may tell when they were made (Objects::backdate)
    bool issuer = false;                ///< an OpenID provider beside it, whose ID tokens it takes (DemoIssuer)
    std::chrono::seconds tokenLifetime{900};    ///< of its tokens
    bool issuerTls = false;             ///< it speaks https, with the authority of the API server
    QStringList unaudited = {};         ///< users whose requests the audit log leaves out: those that ask all day by themselves
};

/// Somebody of the demo network: a context of the kubeconfig with a client certificate.
struct Persona {
    QString context;
    QString user;                       ///< CN
    QStringList groups;                 ///< O
};

/// The API server of the demo network with everything it needs to be reached: authority, certificates, server, kubeconfig.
/// start() answers when requests are served. Its destructor ends all connections and removes the kubeconfig, whose keys then
/// open nothing any more; the audit log stays. The server has a thread of its own; this object belongs to the one that made it.
class ServeRig {
public:
    /// Errors say which folder, port or built-in file it is and what can be done.
    [[nodiscard]] static Result<std::shared_ptr<ServeRig>> start(const ServeOptions &options);
    virtual ~ServeRig() = default;

    [[nodiscard]] virtual QString url() const = 0;          ///< https://127.0.0.1:PORT
    [[nodiscard]] virtual QString kubeconfig() const = 0;   ///< path
    /// The issuer's URL, and the profiles.yaml with the profile "demo" that signs in with it; empty without one.
    [[nodiscard]] virtual QString issuer() const = 0;
    [[nodiscard]] virtual QString profiles() const = 0;
    /// viewer, ledger-operator, node-operator, platform-admin and admin (may do everything).
    [[nodiscard]] static const QList<Persona> &personas();
    /// The authority's certificate, PEM, and a client certificate it has signed for somebody.
    [[nodiscard]] virtual QByteArray authority() const = 0;
    [[nodiscard]] virtual Result<KeyPair> clientPair(const Persona &persona) const = 0;
    /// A kubeconfig with one context for somebody else, not written anywhere.
    [[nodiscard]] virtual Result<QByteArray> kubeconfigFor(const Persona &persona) const = 0;
    /// What a kubelet needs so that this server trusts it and it trusts this server.
    [[nodiscard]] virtual Result<KubeletOptions> kubeletOptions() const = 0;
    /// Forgets history now; what is older than five to ten minutes is forgotten by itself.
    virtual void compact() = 0;
    /// Runs a task on the server's thread and waits for it.
    virtual void onServerThread(const std::function<void()> &task) const = 0;
    [[nodiscard]] virtual qint64 objects() const = 0;
    /// As Api::family and Api::restore; from any thread.
    [[nodiscard]] virtual QList<Kept> family(const QString &resource, const QString &ns, const QString &name) const = 0;
    virtual void restore(const QList<Kept> &objects) = 0;
    [[nodiscard]] virtual int connections() const = 0;
};

}
