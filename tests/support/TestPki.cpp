// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/TestPki.h"

#include <QSslCertificate>
#include <QSslKey>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

namespace qd::support {

using namespace Qt::StringLiterals;

namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertPtr = std::unique_ptr<X509, decltype(&X509_free)>;

KeyPtr makeKey(TestPki::Key kind)
{
    EVP_PKEY *key = nullptr;
    if (kind == TestPki::Key::Ec)
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    else if (kind == TestPki::Key::Rsa)
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t(2048));
    else
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    Q_ASSERT(key);
    return {key, &EVP_PKEY_free};
}

QByteArray text(BIO *bio)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    QByteArray pem(data, size);
    BIO_free(bio);
    return pem;
}

QByteArray pemOf(X509 *cert)
{
    BIO *bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, cert);
    return text(bio);
}

QByteArray pemOf(EVP_PKEY *key, bool traditional)
{
    BIO *bio = BIO_new(BIO_s_mem());
    if (traditional)
        PEM_write_bio_PrivateKey_traditional(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    else
        PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    return text(bio);
}

void addName(X509_NAME *name, const char *field, const QString &value)
{
    const QByteArray utf8 = value.toUtf8();
    X509_NAME_add_entry_by_txt(
        name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char *>(utf8.constData()), -1, -1, 0);
}

void addExtension(X509 *cert, X509 *issuer, int nid, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.constData());
    Q_ASSERT(extension);
    X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
}

CertPtr makeCertificate(EVP_PKEY *key, qint64 notBefore, qint64 notAfter)
{
    static long serial = 1000;
    CertPtr cert(X509_new(), &X509_free);
    X509_set_version(cert.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), long(notBefore));
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), long(notAfter));
    X509_set_pubkey(cert.get(), key);
    return cert;
}

}

struct TestPki::Private
{
    KeyPtr key{nullptr, &EVP_PKEY_free};
    CertPtr cert{nullptr, &X509_free};
};

TestPki::TestPki(const QString &name)
    : d(std::make_unique<Private>())
{
    d->key = makeKey(Key::Ec);
    d->cert = makeCertificate(d->key.get(), -86400, 864000);
    X509_NAME *subject = X509_get_subject_name(d->cert.get());
    addName(subject, "CN", name);
    X509_set_issuer_name(d->cert.get(), subject);
    addExtension(d->cert.get(), d->cert.get(), NID_basic_constraints, "critical,CA:TRUE");
    addExtension(d->cert.get(), d->cert.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    X509_sign(d->cert.get(), d->key.get(), EVP_sha256());
}

TestPki::~TestPki() = default;

QByteArray TestPki::ca() const
{
    return pemOf(d->cert.get());
}

TestPki::Pair TestPki::issue(const Options &options) const
{
    const KeyPtr key = makeKey(options.key);
    const CertPtr cert = makeCertificate(key.get(), options.notBefore, options.notAfter);
    X509_NAME *subject = X509_get_subject_name(cert.get());
    for (const QString &organization : options.organizations)
        addName(subject, "O", organization);
    addName(subject, "CN", options.commonName);
    X509_set_issuer_name(cert.get(), X509_get_subject_name(d->cert.get()));
    addExtension(cert.get(), d->cert.get(), NID_basic_constraints, "critical,CA:FALSE");
    addExtension(cert.get(), d->cert.get(), NID_key_usage, "critical,digitalSignature");
    addExtension(cert.get(), d->cert.get(), NID_ext_key_usage, "serverAuth,clientAuth");
    if (!options.hosts.isEmpty())
        addExtension(cert.get(), d->cert.get(), NID_subject_alt_name, options.hosts.join(u',').toUtf8());
    X509_sign(cert.get(), d->key.get(), EVP_sha256());
    return {pemOf(cert.get()), pemOf(key.get(), options.traditional)};
}

QSslConfiguration TestPki::serverConfiguration(const Options &options, bool askClient) const
{
    const Pair pair = issue(options);
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificate(QSslCertificate(pair.certificate));
    tls.setPrivateKey(QSslKey(pair.key, options.key == Key::Rsa ? QSsl::Rsa : QSsl::Ec));
    tls.setPeerVerifyMode(askClient ? QSslSocket::VerifyPeer : QSslSocket::VerifyNone);
    tls.setCaCertificates(QSslCertificate::fromData(ca()));
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    return tls;
}

}
