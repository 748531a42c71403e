// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QSslConfiguration>
#include <QStringList>

#include <memory>

namespace qd::support {

/// A throw-away certificate authority in memory, for FaultServer and client certificates.
class TestPki
{
public:
    enum class Key { Ec, Rsa, Ed25519 };
    struct Options
    {
        QString commonName = QStringLiteral("test");
        QStringList organizations = {};
        QStringList hosts = {QStringLiteral("IP:127.0.0.1"), QStringLiteral("DNS:localhost")};
        qint64 notBefore = -3600; ///< seconds from now
        qint64 notAfter = 86400;
        Key key = Key::Ec;
        bool traditional = false; ///< BEGIN EC/RSA PRIVATE KEY in place of PKCS#8
    };
    struct Pair
    {
        QByteArray certificate; ///< PEM
        QByteArray key; ///< PEM
    };

    explicit TestPki(const QString &name = QStringLiteral("test-ca"));
    ~TestPki();
    [[nodiscard]] QByteArray ca() const; ///< PEM
    [[nodiscard]] Pair issue(const Options &options) const;
    /// For FaultServer; with `askClient` the client must show a certificate of this authority.
    [[nodiscard]] QSslConfiguration serverConfiguration(const Options &options, bool askClient = false) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}
