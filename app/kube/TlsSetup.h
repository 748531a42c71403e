// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterConfig.h"
#include "models/core/Result.h"
#include "models/ports/TokenSource.h"

#include <QDateTime>
#include <QHash>
#include <QSslConfiguration>
#include <QSslError>
#include <QSslKey>

namespace qd::kube {

/// A PEM private key of any kind OpenSSL reads: PKCS#8, EC, RSA, Ed25519. Errors: encrypted, broken.
[[nodiscard]] Result<QSslKey> readPrivateKey(const QByteArray &pem);

/// The TLS side of one cluster: authorities, client certificate, verification. Files are looked at again at every
/// request and read when they changed (kubernetes.md 2.3). One thread.
class TlsSetup
{
public:
    explicit TlsSetup(const ClusterConfig &config);
    /// TLS 1.2 and up. A client certificate in the credential wins over the kubeconfig's. `changed` is set when the
    /// result differs from the last one, so that kept connections must not be used any more.
    [[nodiscard]] Result<QSslConfiguration> configuration(const ports::Credential &credential, bool &changed);

private:
    struct Cached
    {
        QDateTime modified;
        qint64 size = -1;
        QByteArray bytes;
    };
    Result<QByteArray> read(const QString &file, const QString &field);
    struct Material
    {
        QByteArray authorities;
        QByteArray certificate;
        QByteArray key;
    };
    Result<Material> collect(const ports::Credential &credential);
    Result<Done> addAuthorities(QSslConfiguration &tls, const Material &material) const;
    Result<Done> addClient(QSslConfiguration &tls, const Material &material) const;
    ClusterConfig m_config;
    QHash<QString, Cached> m_files;
    QByteArray m_mark; ///< hash of the material m_made was made of
    QSslConfiguration m_made;
};

/// What a failed verification means, as a sentence with the way out. `place` is scheme://host:port, `host` the name
/// that was checked.
[[nodiscard]] Error errorFromTls(const QList<QSslError> &errors, const QString &socketSays, const ClusterConfig &config,
    const QString &place, const QString &host);

}
