// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/http/Pki.h"

#include <QCoreApplication>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

template <auto Free> struct Freed {
    template <typename T> void operator()(T *pointer) const { Free(pointer); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Freed<BIO_free_all>>;

Error failed()
{
    return {ErrorKind::Internal, QCoreApplication::translate("qd::demo::Authority", "A certificate could not be made.")};
}

QByteArray text(BIO *memory)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return QByteArray(data, qsizetype(size));
}

KeyPair pair(X509 *certificate, EVP_PKEY *key)
{
    const BioPtr one(BIO_new(BIO_s_mem())), two(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(one.get(), certificate);
    PEM_write_bio_PKCS8PrivateKey(two.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return {text(one.get()), text(two.get())};
}

void addName(X509_NAME *name, const char *field, const QString &value)
{
    const QByteArray utf8 = value.toUtf8();
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char *>(utf8.constData()), -1, -1, 0);
}

void addExtension(X509 *certificate, X509 *issuer, int id, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.constData());
    if (extension != nullptr) {
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
}

CertificatePtr blank(EVP_PKEY *key, const QString &commonName, const QStringList &organizations, std::chrono::hours validity)
{
    CertificatePtr certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    unsigned char serial[16];
    RAND_bytes(serial, sizeof serial);
    serial[0] &= 0x7f;
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, nullptr);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.get()));
    BN_free(number);
    // Two days in the past: for clocks that disagree, and for one that is set back while the network runs.
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -2L * 24 * 3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), long(std::chrono::seconds(validity).count()));
    X509_set_pubkey(certificate.get(), key);
    X509_NAME *name = X509_get_subject_name(certificate.get());
    for (const QString &organization : organizations)
        addName(name, "O", organization);
    addName(name, "CN", commonName);
    return certificate;
}

Result<KeyPair> issue(const KeyPair &authority, const CertificatePtr &certificate, const KeyPtr &key, const QList<std::pair<int, QByteArray>> &extensions)
{
    const BioPtr certificateText(BIO_new_mem_buf(authority.certificate.constData(), int(authority.certificate.size())));
    const BioPtr keyText(BIO_new_mem_buf(authority.key.constData(), int(authority.key.size())));
    const CertificatePtr issuer(PEM_read_bio_X509(certificateText.get(), nullptr, nullptr, nullptr));
    const KeyPtr issuerKey(PEM_read_bio_PrivateKey(keyText.get(), nullptr, nullptr, nullptr));
    if (!issuer || !issuerKey)
        return failed();
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
    addExtension(certificate.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
    addExtension(certificate.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
    addExtension(certificate.get(), issuer.get(), NID_authority_key_identifier, "keyid");
    for (const auto &[id, value] : extensions)
        addExtension(certificate.get(), issuer.get(), id, value);
    if (X509_sign(certificate.get(), issuerKey.get(), EVP_sha256()) == 0)
        return failed();
    return pair(certificate.get(), key.get());
}

}

Result<Authority> Authority::make(const QString &commonName)
{
    const KeyPtr key(EVP_EC_gen("P-256"));
    if (!key)
        return failed();
    const CertificatePtr certificate = blank(key.get(), commonName, {}, std::chrono::hours(24 * 30));
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    addExtension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    addExtension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,digitalSignature");
    addExtension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
    if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0)
        return failed();
    Authority authority;
    authority.m_pair = pair(certificate.get(), key.get());
    return authority;
}

Result<KeyPair> Authority::server(const QString &commonName, const QStringList &names, std::chrono::hours validity) const
{
    const KeyPtr key(EVP_EC_gen("P-256"));
    if (!key)
        return failed();
    QByteArray alternatives = "IP:127.0.0.1,IP:::1,DNS:localhost";
    for (const QString &name : names)
        alternatives += ",DNS:" + name.toUtf8();
    return issue(m_pair, blank(key.get(), commonName, {}, validity), key,
        {{NID_ext_key_usage, "serverAuth"}, {NID_subject_alt_name, alternatives}});
}

Result<KeyPair> Authority::client(const QString &user, const QStringList &groups, std::chrono::hours validity) const
{
    const KeyPtr key(EVP_EC_gen("P-256"));
    if (!key)
        return failed();
    return issue(m_pair, blank(key.get(), user, groups, validity), key, {{NID_ext_key_usage, "clientAuth"}});
}

std::optional<CertificateSubject> subjectOf(const QByteArray &pem)
{
    const BioPtr memory(BIO_new_mem_buf(pem.constData(), int(pem.size())));
    const CertificatePtr certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
    if (!certificate)
        return std::nullopt;
    CertificateSubject subject;
    X509_NAME *name = X509_get_subject_name(certificate.get());
    for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
        const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
        unsigned char *utf8 = nullptr;
        const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
        const QString value = size > 0 ? QString::fromUtf8(reinterpret_cast<char *>(utf8), size) : QString();
        OPENSSL_free(utf8);
        const int id = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));
        if (id == NID_commonName)
            subject.commonName = value;
        else if (id == NID_organizationName)
            subject.organizations.append(value);
    }
    return subject;
}

}
