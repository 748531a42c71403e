// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/CredentialFiles.h"

#include <QCoreApplication>
#include <QFile>
#include <QSslCertificate>

namespace qd::kube {

namespace {

constexpr qint64 kMaxBytes = 1024 * 1024;
constexpr qint64 kTokenPeriodMs = 60'000;
constexpr qint64 kTokenLeewayMs = 10'000;
constexpr qint64 kCertificatePeriodMs = 300'000;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qd::kube::CredentialFiles)
};

Result<QByteArray> contentOf(const QString &path, const QString &what)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorKind::Unauthenticated, Text::tr("The %1 file %2 cannot be read: %3.").arg(what, path, file.errorString()),
                     Text::tr("Check the path, its owner and its mode.")};
    return file.read(kMaxBytes);
}

}

CredentialFiles::CredentialFiles(const AuthConfig &auth, std::function<qint64()> nowMs) : m_auth(auth), m_nowMs(std::move(nowMs)) { }

Result<QByteArray> CredentialFiles::token()
{
    if (m_auth.tokenFile.isEmpty())
        return m_auth.token;
    const qint64 now = m_nowMs();
    if (!m_token.isEmpty() && now < m_tokenUntil)
        return m_token;
    const Result<QByteArray> read = contentOf(m_auth.tokenFile, Text::tr("token"));
    const QByteArray fresh = read ? read->trimmed() : QByteArray();
    if (!fresh.isEmpty()) {
        m_token = fresh;
        m_tokenUntil = now + kTokenPeriodMs - kTokenLeewayMs;
        return m_token;
    }
    if (!m_token.isEmpty())
        return m_token;
    if (!m_auth.token.isEmpty())
        return m_auth.token;
    if (!read)
        return read.error();
    return Error{ErrorKind::Unauthenticated, Text::tr("The token file %1 is empty.").arg(m_auth.tokenFile), Text::tr("Write the token into it.")};
}

Result<Done> CredentialFiles::certificate()
{
    const bool fromFile = !m_auth.clientCertificateFile.isEmpty() || !m_auth.clientKeyFile.isEmpty();
    const qint64 now = m_nowMs();
    if (!m_certificate.isEmpty() && (!fromFile || now < m_certificateUntil))
        return Done{};
    const Result<QByteArray> certificate = m_auth.clientCertificateFile.isEmpty()
        ? Result<QByteArray>(m_auth.clientCertificateData) : contentOf(m_auth.clientCertificateFile, Text::tr("client certificate"));
    const Result<QByteArray> key = m_auth.clientKeyFile.isEmpty() ? Result<QByteArray>(m_auth.clientKeyData)
                                                                  : contentOf(m_auth.clientKeyFile, Text::tr("client key"));
    const bool pem = certificate && key && !QSslCertificate::fromData(*certificate, QSsl::Pem).isEmpty() && key->contains("PRIVATE KEY-----");
    if (pem) {
        m_certificate = *certificate;
        m_key = *key;
        m_certificateUntil = now + kCertificatePeriodMs;
        return Done{};
    }
    if (!m_certificate.isEmpty())
        return Done{};   // half written: the last good pair stays
    if (!certificate)
        return certificate.error();
    if (!key)
        return key.error();
    const QString name = m_auth.clientCertificateFile.isEmpty() ? QString() : QString(u' ' + m_auth.clientCertificateFile);
    return Error{ErrorKind::Unauthenticated, Text::tr("The client certificate%1 or its key is not PEM.").arg(name),
                 Text::tr("Write both as PEM: -----BEGIN CERTIFICATE----- and -----BEGIN PRIVATE KEY-----.")};
}

Result<ports::Credential> CredentialFiles::current()
{
    const QMutexLocker lock(&m_mutex);
    const Result<QByteArray> bearer = token();
    if (!bearer)
        return bearer.error();
    ports::Credential out;
    out.bearer = *bearer;
    out.basicUser = m_auth.username.toUtf8();
    out.basicPassword = m_auth.password.toUtf8();
    if (!m_auth.clientCertificateFile.isEmpty() || !m_auth.clientCertificateData.isEmpty()) {
        if (const Result<Done> read = certificate(); !read)
            return read.error();
        out.clientCertificatePem = m_certificate;
        out.clientKeyPem = m_key;
    }
    return out;
}

void CredentialFiles::rejected(const ports::Credential &credential)
{
    const QMutexLocker lock(&m_mutex);
    if (!m_auth.tokenFile.isEmpty() && credential.bearer == m_token) {
        m_token.clear();
        m_tokenUntil = 0;
    }
}

}
