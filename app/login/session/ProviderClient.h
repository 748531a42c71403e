// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/session/ProviderHttp.h"
#include "app/login/tokens/IdToken.h"
#include "app/login/tokens/Jws.h"
#include "app/login/tokens/Provider.h"

namespace qd::login {

/// What the token endpoint gave. In memory only, and not wiped there: Qt's strings and JSON share and copy, so that writing over one
/// of them would promise what it does not do.
struct TokenSet {
    QByteArray idToken;
    QByteArray accessToken;
    QByteArray refreshToken;
    QDateTime accessExpiresAt;  ///< UTC; null: not said
};

inline constexpr char kOtherPerson[] = "other person";

/// One provider as one client sees it: discovery, keys, token endpoint, verification. Handlers as ProviderHttp's; none is called once
/// the client is gone.
class ProviderClient : public QObject {
    Q_OBJECT
public:
    template <typename T>
    using Handler = std::function<void(Result<T>)>;
    using Fields = QList<std::pair<QByteArray, QByteArray>>;
    ProviderClient(const ports::SignInSettings &settings, const SessionParts &parts, QObject *parent = nullptr);

    enum class Age { InTime, MayHaveEnded };

    /// Asked once an hour, so that a provider that moves is followed; a failure is not kept, and while the provider cannot be reached
    /// what it said before holds.
    void metadata(QObject *context, Handler<ProviderMetadata> handler);
    [[nodiscard]] const std::optional<ProviderMetadata> &known() const { return m_metadata; }
    /// The signing keys, fetched when there are none yet or they are an hour old (a key that is withdrawn ends).
    void keys(QObject *context, Handler<JwkSet> handler);
    /// POST to the token endpoint; client_id is added. An OAuth error has httpStatus, its name as detail's first word and
    /// fault SessionEnded (invalid_grant), ClientRefused, Denied, or IssuerUnreachable for what may pass (5xx, 429).
    void grant(const Fields &fields, QObject *context, Handler<TokenSet> handler);
    /// Signature and claims. An unknown key fetches the set again, at most once a minute. ClockOff when a time does not hold and
    /// the issuer's clock differs from ours.
    void verify(const TokenSet &tokens, const std::optional<QByteArray> &nonce, Age age, QObject *context, Handler<IdClaims> handler);
    /// Whether such an error says that the provider cannot be asked now: nobody answers, or with a 5xx or 429. Not one whose answer or
    /// certificate is wrong.
    [[nodiscard]] bool away(const Error &error) const;
    /// The keys fetched last, as they came; empty: none yet.
    [[nodiscard]] const QByteArray &keySet() const { return m_keySet; }
    /// As verify(), at once, with keys fetched at another time: for a token at rest while the provider is away.
    [[nodiscard]] Result<IdClaims> verifyWith(const QByteArray &keySet, const QStringList &algorithms, const TokenSet &tokens) const;
    /// Claims of an access token that is a token of our issuer about `subject`, signature verified; an error for all others, with detail
    /// kOtherPerson when that is why.
    void accessClaims(const QByteArray &token, const QString &subject, QObject *context, Handler<QJsonObject> handler);
    /// userinfo, if it is of `subject`.
    void userinfo(const QByteArray &accessToken, const QString &subject, QObject *context, Handler<QJsonObject> handler);
    void revoke(const QByteArray &refreshToken, QObject *context, Handler<Done> handler);
    /// POST of anything of OAuth, to an endpoint of the metadata: the JSON answer, errors as grant's.
    void ask(const QUrl &endpoint, const Fields &fields, QObject *context, Handler<QJsonObject> handler);

    /// See ProviderHttp.
    [[nodiscard]] std::shared_ptr<void> hurry() { return m_http.hurry(); }
    [[nodiscard]] std::optional<ports::ClockOffset> clock() const { return m_http.clock(); }

private:
    /// With the next turn, unless either is gone by then.
    void later(QObject *context, std::function<void()> call);
    void fetchKeys(QObject *context, Handler<JwkSet> handler);
    void verifySignature(const QByteArray &token, QObject *context, std::function<void(Result<QJsonObject>, QString)> handler);
    [[nodiscard]] Result<IdClaims> judge(const QJsonObject &claims, const TokenSet &tokens, const QString &algorithm,
                                         const std::optional<QByteArray> &nonce, Age age) const;
    /// When something was fetched.
    struct Moment {
        QDateTime wall;
        qint64 ms = 0;
    };
    [[nodiscard]] Moment moment() const { return {m_time->now(), m_time->monotonicMs()}; }
    [[nodiscard]] bool recent(const Moment &moment) const;

    ports::SignInSettings m_settings;
    std::shared_ptr<const Clock> m_time;
    ProviderHttp m_http;
    std::optional<ProviderMetadata> m_metadata;
    Moment m_metadataAt;
    std::optional<JwkSet> m_keys;
    QByteArray m_keySet;
    Moment m_keysAt;
    std::optional<qint64> m_refetched;  ///< monotonic: when an unknown key last fetched the set again
};

}
