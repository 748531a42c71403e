// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/TlsSetup.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QSslCertificate>
#include <QSslSocket>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

/// OpenSSL must not tidy up at exit. QThread::wait() returns before the thread's own end, in which OpenSSL frees what it keeps
/// for that thread; its exit handler frees the same without a lock ("double free or corruption" after all output). The first
/// call of OpenSSL decides, so this one is made before main().
[[maybe_unused]] const int s_kept = OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(TlsSetup)
};

using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

BioPtr bioOf(const QByteArray &pem)
{
    return {BIO_new_mem_buf(pem.constData(), int(pem.size())), &BIO_free};
}

KeyPtr loadKey(const QByteArray &pem)
{
    const BioPtr bio = bioOf(pem);
    // No terminal is ever asked for a passphrase.
    const auto refuse = [](char *, int, int, void *) { return -1; };
    KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse, nullptr), &EVP_PKEY_free);
    ERR_clear_error();
    return key;
}

bool keyMatches(EVP_PKEY *key, const QByteArray &certificatePem)
{
    const BioPtr bio = bioOf(certificatePem);
    const std::unique_ptr<X509, decltype(&X509_free)> cert(
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free);
    const bool matches = cert && X509_check_private_key(cert.get(), key) == 1;
    ERR_clear_error();
    return matches;
}

QString fieldOf(bool data, const QString &name, const QString &file)
{
    return data ? QString(name + u"-data"_s) : QString(name + u' ' + file);
}

QString names(const QSslCertificate &certificate)
{
    QStringList names = certificate.subjectAlternativeNames().values();
    if (names.isEmpty())
        names = certificate.subjectInfo(QSslCertificate::CommonName);
    names.removeDuplicates();
    std::sort(names.begin(), names.end());
    if (names.size() > 5)
        names = names.mid(0, 5) << u"…"_s;
    return names.join(u", "_s);
}

QString issuerOf(const QSslCertificate &certificate)
{
    const QStringList name = certificate.issuerInfo(QSslCertificate::CommonName);
    return name.isEmpty() ? certificate.issuerDisplayName() : name.join(u' ');
}

QString day(const QDateTime &time)
{
    return time.toUTC().toString(u"yyyy-MM-dd hh:mm 'UTC'"_s);
}

const QSslError *find(const QList<QSslError> &errors, std::initializer_list<QSslError::SslError> kinds)
{
    const auto it = std::find_if(errors.begin(), errors.end(),
        [&](const QSslError &e) { return std::find(kinds.begin(), kinds.end(), e.error()) != kinds.end(); });
    return it == errors.end() ? nullptr : &*it;
}

/// The peer's alert or OpenSSL's own words, when no certificate was at fault.
Error errorFromHandshake(const QString &says, const ClusterConfig &config, const QString &place)
{
    const QString lower = says.toLower();
    Error error{ErrorKind::Network, {}, {}, says};
    if (lower.contains("wrong version number"_L1) || lower.contains("packet length too long"_L1)
        || lower.contains("http request"_L1)) {
        error.message = Tr::tr("%1 does not speak TLS.").arg(place);
        error.remedy = Tr::tr("Check port and scheme of the server address of cluster “%1”.").arg(config.clusterName);
    } else if (lower.contains("protocol version"_L1) || lower.contains("unsupported protocol"_L1)) {
        error.message = Tr::tr("%1 offers no TLS 1.2 or newer.").arg(place);
        error.remedy = Tr::tr("Older versions are not safe and are not used; the server must be updated.");
    } else if (lower.contains("alert"_L1)) {
        error.kind = ErrorKind::Unauthenticated;
        error.message = lower.contains("certificate required"_L1) || lower.contains("handshake failure"_L1)
            ? Tr::tr("%1 asks for a client certificate it accepts.").arg(place)
            : Tr::tr("%1 refused the client certificate (%2).").arg(place, says);
        error.remedy
            = Tr::tr("Check client-certificate and client-key of user “%1” in the kubeconfig.").arg(config.userName);
    } else {
        error.message = Tr::tr("The secure connection to %1 failed: %2.").arg(place, says);
        error.remedy = Tr::tr("Check server and proxy-url of cluster “%1”.").arg(config.clusterName);
    }
    return error;
}

/// %1: the server, %2: who signed its certificate. `own`: an authority is named, in the profile or in the kubeconfig.
QString untrustedText(bool own, bool ofProfile)
{
    if (!own)
        return Tr::tr("The certificate of %1 comes from “%2”, which this computer does not trust.");
    return ofProfile ? Tr::tr("The certificate of %1 comes from “%2”, not from the authority in caFile of the profile.")
                     : Tr::tr("The certificate of %1 comes from “%2”, not from the authority in the kubeconfig.");
}

QString untrustedRemedy(bool own, const ClusterConfig &config)
{
    if (config.ofProfile)
        return own ? Tr::tr("Check caFile of the profile; the service may have been set up anew, or someone is in between.")
                   : Tr::tr("Name the file of the authority's certificates beside the URL in the profile: caFile.");
    return own ? Tr::tr("Check certificate-authority of cluster “%1”; the cluster may have been set up anew, or someone "
                        "is in between.")
                     .arg(config.clusterName)
               : Tr::tr("Add certificate-authority-data to cluster “%1” in the kubeconfig.").arg(config.clusterName);
}

}

Result<QSslKey> readPrivateKey(const QByteArray &pem)
{
    const bool encrypted = pem.contains("ENCRYPTED");
    KeyPtr key = loadKey(pem);
    if (!key && encrypted)
        return Error{ErrorKind::Invalid, Tr::tr("The private key is protected by a passphrase."),
            Tr::tr("Store it without one, in a file only you can read.")};
    if (!key)
        return Error{ErrorKind::Invalid, Tr::tr("The private key is not a PEM key."),
            Tr::tr("Kubernetes wants PKCS#8, EC or RSA in PEM.")};
    // QSslKey takes the key over.
    return QSslKey(reinterpret_cast<Qt::HANDLE>(key.release()), QSsl::PrivateKey);
}

TlsSetup::TlsSetup(const ClusterConfig &config)
    : m_config(config)
{
}

Result<QByteArray> TlsSetup::read(const QString &file, const QString &field)
{
    const QFileInfo info(file);
    Cached &cached = m_files[file];
    if (cached.size == info.size() && cached.modified == info.lastModified() && info.exists())
        return cached.bytes;
    QFile in(file);
    if (!in.open(QIODevice::ReadOnly)) {
        // What was read last stays good while the file is being replaced.
        if (cached.size >= 0)
            return cached.bytes;
        if (m_config.ofProfile)
            return Error{ErrorKind::Invalid, Tr::tr("caFile for %1 cannot be read: %2: %3.").arg(m_config.clusterName, file, in.errorString()),
                Tr::tr("Correct the path in the profile, under telemetry.")};
        return Error{ErrorKind::Invalid,
            Tr::tr("%1 of context “%2” cannot be read: %3: %4.").arg(field, m_config.context, file, in.errorString()),
            Tr::tr("Correct the path in the kubeconfig.")};
    }
    cached.bytes = in.readAll();
    cached.size = cached.bytes.size();
    cached.modified = info.lastModified();
    return cached.bytes;
}

Result<TlsSetup::Material> TlsSetup::collect(const ports::Credential &credential)
{
    const AuthConfig &auth = m_config.auth;
    Material material{m_config.caData, credential.clientCertificatePem, credential.clientKeyPem};
    const auto fill = [this](QByteArray &bytes, const QString &file, const QString &field) -> Result<Done> {
        if (!bytes.isEmpty() || file.isEmpty())
            return Done();
        const Result<QByteArray> read = this->read(file, field);
        if (!read)
            return read.error();
        bytes = *read;
        return Done();
    };
    if (m_config.insecureSkipTlsVerify)
        material.authorities.clear();
    else if (const Result<Done> r = fill(material.authorities, m_config.caFile, u"certificate-authority"_s); !r)
        return r.error();
    if (!material.certificate.isEmpty())
        return material;
    material.certificate = auth.clientCertificateData;
    material.key = auth.clientKeyData;
    if (const Result<Done> r = fill(material.certificate, auth.clientCertificateFile, u"client-certificate"_s); !r)
        return r.error();
    if (const Result<Done> r = fill(material.key, auth.clientKeyFile, u"client-key"_s); !r)
        return r.error();
    return material;
}

Result<Done> TlsSetup::addAuthorities(QSslConfiguration &tls, const Material &material) const
{
    tls.setPeerVerifyMode(m_config.insecureSkipTlsVerify ? QSslSocket::VerifyNone : QSslSocket::VerifyPeer);
    if (material.authorities.isEmpty())
        return Done(); // those of the system
    const QList<QSslCertificate> authorities = QSslCertificate::fromData(material.authorities);
    if (authorities.isEmpty() && m_config.ofProfile)
        return Error{ErrorKind::Invalid, Tr::tr("caFile for %1 holds no PEM certificate: %2.").arg(m_config.clusterName, m_config.caFile),
            Tr::tr("Name a file with the authority's certificate in the profile, under telemetry.")};
    if (authorities.isEmpty())
        return Error{ErrorKind::Invalid,
            Tr::tr("%1 of cluster “%2” holds no PEM certificate.")
                .arg(fieldOf(!m_config.caData.isEmpty(), u"certificate-authority"_s, m_config.caFile),
                    m_config.clusterName),
            Tr::tr("Copy the cluster's entry into the kubeconfig again.")};
    tls.setCaCertificates(authorities);
    return Done();
}

Result<Done> TlsSetup::addClient(QSslConfiguration &tls, const Material &material) const
{
    if (material.certificate.isEmpty() && material.key.isEmpty())
        return Done();
    const QList<QSslCertificate> chain = QSslCertificate::fromData(material.certificate);
    if (chain.isEmpty())
        return Error{ErrorKind::Invalid,
            Tr::tr("The client certificate of user “%1” is not a PEM certificate.").arg(m_config.userName),
            Tr::tr("Copy the user's entry into the kubeconfig again.")};
    const Result<QSslKey> key = readPrivateKey(material.key);
    if (!key)
        return Error{key.error().kind,
            Tr::tr("Client key of user “%1”: %2").arg(m_config.userName, key.error().message), key.error().remedy};
    if (!keyMatches(loadKey(material.key).get(), material.certificate))
        return Error{ErrorKind::Invalid,
            Tr::tr("Client certificate and client key of user “%1” do not belong together.").arg(m_config.userName),
            Tr::tr("Copy both again; while they are being renewed, try once more.")};
    tls.setLocalCertificateChain(chain);
    tls.setPrivateKey(*key);
    return Done();
}

Result<QSslConfiguration> TlsSetup::configuration(const ports::Credential &credential, bool &changed)
{
    const Result<Material> material = collect(credential);
    if (!material)
        return material.error();
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QByteArray &part : {material->authorities, material->certificate, material->key}) {
        hash.addData(QByteArray::number(part.size()));
        hash.addData(" ");
        hash.addData(part);
    }
    const QByteArray mark = hash.result();
    changed = !m_mark.isEmpty() && mark != m_mark;
    if (mark == m_mark)
        return m_made;
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    if (const Result<Done> r = addAuthorities(tls, *material); !r)
        return r.error();
    if (const Result<Done> r = addClient(tls, *material); !r)
        return r.error();
    m_mark = mark;
    m_made = tls;
    return tls;
}

Error errorFromTls(const QList<QSslError> &errors, const QString &socketSays, const ClusterConfig &config,
    const QString &place, const QString &host)
{
    using E = QSslError;
    Error error{ErrorKind::Network, {}, {}, socketSays};
    if (const QSslError *e = find(errors, {E::CertificateExpired})) {
        error.message = Tr::tr("The certificate of %1 expired on %2.").arg(place, day(e->certificate().expiryDate()));
        error.remedy = Tr::tr("It must be renewed on the server; check the clock of this computer as well.");
    } else if (const QSslError *early = find(errors, {E::CertificateNotYetValid})) {
        error.message = Tr::tr("The certificate of %1 is valid from %2 only.")
                            .arg(place, day(early->certificate().effectiveDate()));
        error.remedy = Tr::tr("Check the clock of this computer.");
    } else if (const QSslError *untrusted = find(errors,
                   {E::SelfSignedCertificateInChain, E::UnableToGetLocalIssuerCertificate,
                       E::UnableToGetIssuerCertificate, E::SelfSignedCertificate, E::CertificateUntrusted,
                       E::UnableToVerifyFirstCertificate, E::CertificateSignatureFailed, E::InvalidCaCertificate})) {
        const bool own = !config.caData.isEmpty() || !config.caFile.isEmpty();
        error.message = untrustedText(own, config.ofProfile).arg(place, issuerOf(untrusted->certificate()));
        error.remedy = untrustedRemedy(own, config);
    } else if (const QSslError *name = find(errors, {E::HostNameMismatch})) {
        error.message
            = Tr::tr("The certificate of %1 is for %2, not for %3.").arg(place, names(name->certificate()), host);
        error.remedy = config.ofProfile
            ? Tr::tr("Use one of these names in the URL of the profile.")
            : Tr::tr("Use one of these names in the server address, or set tls-server-name of cluster “%1”.")
                  .arg(config.clusterName);
    } else if (!errors.isEmpty()) {
        error.message = Tr::tr("The certificate of %1 is refused: %2").arg(place, errors.first().errorString());
        error.remedy = Tr::tr("Check the cluster “%1” in the kubeconfig.").arg(config.clusterName);
    } else {
        return errorFromHandshake(socketSays, config, place);
    }
    return error;
}

}
