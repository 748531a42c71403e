// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/FaultServer.h"
#include "tests/support/TestSigner.h"

#include <QDateTime>
#include <QJsonObject>

#include <optional>

namespace qd::support {

/// An identity provider whose every answer a test can break: PKCE and redirect checked, refresh tokens rotate and reuse ends
/// the family, device grant. Faults are put in front of the answers of the token endpoint.
class TestProvider : public QObject
{
    Q_OBJECT
public:
    explicit TestProvider(const std::optional<QSslConfiguration> &tls = {});
    [[nodiscard]] QString issuer() const;

    /// What a browser would be sent to after the person agreed: redirect_uri with code, state and iss.
    [[nodiscard]] QUrl agree(const QUrl &authorization);
    /// The next token request: `effect` tells whether it counts before `answer` goes out.
    void failNext(const FaultAnswer &answer, bool effect) { m_faults.append({answer, effect}); }
    /// New signing key; the old one is gone from the key set.
    void rotateKey(const QString &kid);
    /// A token signed with today's key, of the usual claims with changes.
    [[nodiscard]] QByteArray idToken(const QJsonObject &changes = {}) const;
    [[nodiscard]] int tokenRequests() const { return server.count(QStringLiteral("/token")); }
    [[nodiscard]] int keyRequests() const { return server.count(QStringLiteral("/keys")); }

    FaultServer server;
    QJsonObject discovery;
    std::function<QDateTime()> now = [] { return QDateTime::currentDateTimeUtc(); };
    QJsonObject claimChanges;       ///< merged into ID tokens; null removes
    QJsonObject accessChanges;      ///< merged into access tokens; null removes
    QJsonObject answerChanges;      ///< merged into token answers; null removes
    QString algorithm = QStringLiteral("ES256");
    int lifetime = 300;
    bool issueRefresh = true;
    bool rotate = true;
    QString deviceSays = QStringLiteral("authorization_pending");   ///< empty: approved
    QStringList revoked;
    std::function<QByteArray()> dateHeader;
    std::function<void()> atToken;  ///< called when a token request has arrived and nothing is answered yet
    QByteArray lastRefresh;         ///< the newest refresh token
    QStringList secrets;            ///< every token, code, verifier and refresh token that went over the wire

private:
    struct Fault
    {
        FaultAnswer answer;
        bool effect = false;
    };
    FaultAnswer token(const FaultRequest &request);
    FaultAnswer grantCode(const QUrlQuery &form);
    FaultAnswer grantRefresh(const QUrlQuery &form);
    FaultAnswer tokens(const QString &nonce);
    FaultAnswer refuse(const QByteArray &name, const QByteArray &description = "because");
    FaultAnswer json(int status, const QJsonObject &body) const;
    struct Code
    {
        QString challenge;
        QString redirect;
        QString nonce;
    };
    std::unique_ptr<TestSigner> m_signer;
    QHash<QString, Code> m_codes;
    QSet<QString> m_live;
    QSet<QString> m_spent;
    QString m_nonce;
    QList<Fault> m_faults;
    int m_serial = 0;
};

}
