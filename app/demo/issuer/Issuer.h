// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"
#include "app/demo/issuer/Jose.h"
#include "models/core/Result.h"

#include <QDateTime>
#include <QJsonObject>

#include <chrono>
#include <functional>
#include <memory>

namespace qd::demo {

/// Somebody who can sign in with one click.
struct IssuerPerson {
    QString user;                       ///< preferred_username
    QString name;                       ///< Paula Lindqvist
    QString role;                       ///< Platform administrator
    QString about;                      ///< one sentence: what the API server lets them do
    QStringList groups;
};

/// A public client: no secret, PKCE always. Redirects are on loopback, "http://127.0.0.1/callback": any port, the path exactly.
struct IssuerClient {
    QString id;
    QString name;                       ///< what the login page calls it
    QStringList redirects;
    QStringList postLogoutRedirects;
    SigningAlgorithm algorithm = SigningAlgorithm::RS256;   ///< of its ID tokens; access tokens are ES256
};

struct IssuerOptions {
    QString url;                        ///< the issuer: http:// or https://127.0.0.1:PORT, no slash at the end
    QList<IssuerPerson> persons;
    std::chrono::seconds tokenLifetime{900};        ///< of ID and access tokens
    std::chrono::seconds sessionLifetime{32 * 900}; ///< then even a refresh token ends
    std::function<QDateTime()> now;     ///< UTC
    QList<SigningKey> keys = {};        ///< to begin with, one of each algorithm; none: they are made
    /// Runs a task on the server's thread later; needed by the faults slow and silent only.
    std::function<void(std::chrono::milliseconds, std::function<void()>)> later = {};
};

/// What can be wrong with the issuer. `moment`: it happens once; the others last until they are healed or over.
struct IssuerFaultInfo {
    QString name;
    QString summary;
    bool moment = false;
};
[[nodiscard]] const QList<IssuerFaultInfo> &issuerFaults();

/// An OpenID provider of one demo network, in memory: discovery, JWKS, authorization code with PKCE S256 (RFC 7636, 8252, 9207),
/// refresh with rotation, device grant (RFC 8628), userinfo, revocation (RFC 7009), RP-initiated logout. Its login page asks who one
/// wants to be. handle(), play() and reachable() belong to the server's thread; claimsOf() may be called from any.
class Issuer {
public:
    /// An Error only when keys cannot be made.
    [[nodiscard]] static Result<std::shared_ptr<Issuer>> make(const IssuerOptions &options);
    virtual ~Issuer() = default;
    [[nodiscard]] virtual Response handle(const Request &request) = 0;
    /// The claims of an ID token as a resource server takes them: signature, issuer, audience, exp without and nbf with a
    /// minute's grace, as kube-apiserver. Nothing for any other token, and no reason.
    [[nodiscard]] virtual std::optional<QJsonObject> claimsOf(const QByteArray &idToken, const QString &audience) const = 0;
    /// "NAME[ until RFC3339]" as the annotation of the chaos command says it; empty heals. The same text once more does nothing.
    virtual void play(const QString &fault) = 0;
    /// Whether connections are accepted; not while it is down.
    [[nodiscard]] virtual bool reachable() const = 0;

    /// quarterdeck, the console's; the API server takes its ID tokens. canton-tools, of somebody else.
    [[nodiscard]] static const QList<IssuerClient> &clients();
};

}
