// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterConfig.h"
#include "models/core/Result.h"
#include "models/ports/TokenSource.h"

#include <QMutex>

#include <functional>

namespace qd::kube {

/// Credentials that are written or lie in files. Files are re-read: the token every minute with 10 s leeway, certificate
/// and key every 5 minutes; a file that cannot be read keeps the last good value (client-go token_source.go,
/// cert_rotation.go). Thread safe.
class CredentialFiles {
public:
    /// `nowMs` is a monotonic clock.
    CredentialFiles(const AuthConfig &auth, std::function<qint64()> nowMs);
    [[nodiscard]] Result<ports::Credential> current();
    /// 401: the token file is read again at the next call.
    void rejected(const ports::Credential &credential);

private:
    Result<QByteArray> token();
    Result<Done> certificate();

    const AuthConfig m_auth;
    const std::function<qint64()> m_nowMs;
    QMutex m_mutex;
    QByteArray m_token;
    qint64 m_tokenUntil = 0;
    QByteArray m_certificate;
    QByteArray m_key;
    qint64 m_certificateUntil = 0;
};

}
