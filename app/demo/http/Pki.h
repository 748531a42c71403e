// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>

namespace qd::demo {

struct KeyPair {
    QByteArray certificate;             ///< PEM
    QByteArray key;                     ///< PEM, PKCS#8
};

/// A certificate authority of one run: EC P-256, in memory; only what a kubeconfig needs is ever written.
class Authority {
public:
    [[nodiscard]] static Result<Authority> make(const QString &commonName);
    [[nodiscard]] const QByteArray &certificate() const { return m_pair.certificate; }
    /// For 127.0.0.1, ::1, localhost and these names.
    [[nodiscard]] Result<KeyPair> server(const QString &commonName, const QStringList &names, std::chrono::hours validity) const;
    /// CN is the user, each O a group, as Kubernetes reads client certificates.
    [[nodiscard]] Result<KeyPair> client(const QString &user, const QStringList &groups, std::chrono::hours validity) const;

private:
    KeyPair m_pair;
};

/// Subject of a client certificate: {CN, [O …]}.
struct CertificateSubject {
    QString commonName;
    QStringList organizations;
};
[[nodiscard]] std::optional<CertificateSubject> subjectOf(const QByteArray &pem);

}
