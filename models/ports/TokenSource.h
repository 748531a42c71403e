// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QDateTime>
#include <QFuture>

#include <stop_token>

namespace qd::ports {

/// What a request is authenticated with. Never logged, never written.
struct Credential {
    QByteArray bearer;          ///< token without "Bearer "
    QByteArray basicUser;       ///< basic authentication, deprecated but read
    QByteArray basicPassword;
    QByteArray clientCertificatePem;
    QByteArray clientKeyPem;
    QDateTime expiresAt;        ///< UTC; null: not said
    friend bool operator==(const Credential &, const Credential &) = default;
};

/// Where tokens come from: kubeconfig (token, tokenFile, exec plugin), and later the signed-in session. Thread safe.
class TokenSource {
public:
    virtual ~TokenSource() = default;
    /// The current credential, fetched or refreshed when needed (single flight).
    [[nodiscard]] virtual QFuture<Result<Credential>> credential(std::stop_token stop = {}) = 0;
    /// The server answered 401 to this credential: fetch another at the next call, once.
    virtual void rejected(const Credential &credential) = 0;
};

}
