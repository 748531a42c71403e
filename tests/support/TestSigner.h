// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>

#include <memory>

namespace qd::support {

/// A throw-away key of an identity provider: its JWK, and tokens signed with it, right ones and wrong ones.
class TestSigner
{
public:
    enum class Kind { Rsa, SmallRsa, P256, P384, P521, Ed25519 };
    TestSigner(Kind kind, const QString &kid);
    ~TestSigner();
    [[nodiscard]] QJsonObject jwk() const;
    /// {"keys": [jwk()]}
    [[nodiscard]] QByteArray jwks() const;
    /// As JWS wants it: r and s side by side for ES.
    [[nodiscard]] QByteArray sign(const QString &algorithm, const QByteArray &text) const;
    /// header is merged into {"alg", "kid"}.
    [[nodiscard]] QByteArray token(const QString &algorithm, const QJsonObject &claims, const QJsonObject &header = {}) const;
    /// Of header and payload as they are.
    [[nodiscard]] QByteArray compact(const QString &algorithm, const QByteArray &header, const QByteArray &payload) const;
    [[nodiscard]] QByteArray publicPem() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

[[nodiscard]] QByteArray base64Url(const QByteArray &bytes);
[[nodiscard]] QByteArray hmacSha256(const QByteArray &key, const QByteArray &text);

}
