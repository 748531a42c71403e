// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Internal to issuer/: what its endpoints share.
#include "app/demo/issuer/Devices.h"
#include "app/demo/issuer/Grants.h"
#include "app/demo/issuer/Issuer.h"
#include "app/demo/issuer/Parameters.h"

#include <mutex>

namespace qd::demo {

/// The signing keys, one for each algorithm; any thread.
class IssuerKeys {
public:
    [[nodiscard]] std::optional<Error> renew();     ///< new ones; tokens of the old ones are nobody's any more
    void use(const QList<SigningKey> &keys);
    [[nodiscard]] QList<SigningKey> all() const;

private:
    mutable std::mutex m_mutex;
    QList<SigningKey> m_keys;
};

/// A form that a browser has before it: known by a secret in it, good once, for the browser with the cookie it was given to.
struct Interaction {
    enum class Kind : quint8 { SignIn, UserCode, Device, SignOut };
    Kind kind = Kind::SignIn;
    QByteArray browser;                 ///< digest of its cookie
    QString client = {};
    QString redirect = {};
    QString state = {};
    QStringList scopes = {};
    QString nonce = {};
    QByteArray challenge = {};
    QByteArray device = {};             ///< digest of the device code
    QString sid = {};                   ///< session to end
    qint64 until = 0;
};

class IssuerCore {
public:
    explicit IssuerCore(const IssuerOptions &given);
    [[nodiscard]] Response answer(const Request &request);
    [[nodiscard]] qint64 now() const { return options.now().toSecsSinceEpoch(); }
    /// As its tokens and its Date tell it: a fault may set it wrong.
    [[nodiscard]] QDateTime shownTime() const { return options.now().addSecs(clockOffset); }

    IssuerOptions options;
    IssuerKeys keys;
    Grants grants;
    Devices devices;
    qint64 clockOffset = 0;             ///< seconds

private:
    using Endpoint = Response (IssuerCore::*)(const Request &);
    struct Route {
        Endpoint endpoint;
        QByteArray methods;
    };
    static const QHash<QString, Route> &routes();

    [[nodiscard]] Response about(const Request &request);                   ///< Issuer.cpp
    [[nodiscard]] Response discovery(const Request &request);
    [[nodiscard]] Response keySet(const Request &request);
    [[nodiscard]] Response style(const Request &request);
    [[nodiscard]] Response authorize(const Request &request);               ///< IssuerAuthorize.cpp
    [[nodiscard]] Response login(const Request &request);
    [[nodiscard]] Response token(const Request &request);                   ///< IssuerToken.cpp
    [[nodiscard]] Response revoke(const Request &request);
    [[nodiscard]] Response userInfo(const Request &request);
    [[nodiscard]] Response deviceAuthorization(const Request &request);     ///< IssuerDevice.cpp
    [[nodiscard]] Response device(const Request &request);
    [[nodiscard]] Response deviceDecision(const Request &request);
    [[nodiscard]] Response logout(const Request &request);                  ///< IssuerLogout.cpp
    [[nodiscard]] Response logoutConfirmed(const Request &request);

    [[nodiscard]] OrOAuthError<Issued> granted(const Parameters &form, const IssuerClient &client, const QString &type);
    [[nodiscard]] Response tokens(const Issued &issued, const IssuerClient &client, const QStringList &scopes);
    [[nodiscard]] QJsonObject personClaims(const Granted &granted, const QStringList &scopes) const;
    [[nodiscard]] QByteArray signedBy(SigningAlgorithm algorithm, const QJsonObject &claims, const QString &type) const;
    [[nodiscard]] static std::variant<IssuerClient, Response> clientOf(const Request &request, const Parameters &form);
    [[nodiscard]] Response codeFor(const Interaction &asked, const BrowserSession &session, const QByteArray &cookie);
    [[nodiscard]] Response backWith(const Interaction &asked, const char *error, const QString &description) const;
    [[nodiscard]] Response signedOut(const Interaction &asked);

    /// Gives the form to this browser: its secret; the answer gets the cookie when the browser has none yet.
    [[nodiscard]] QString begin(Interaction interaction, const Request &request, QByteArray &cookie);
    /// The form that was sent, if it is one of this kind, this browser's, sent from our own page, and not sent before.
    [[nodiscard]] std::optional<Interaction> take(const Request &request, const Parameters &form, Interaction::Kind kind);
    [[nodiscard]] const IssuerPerson *person(const QString &user) const;
    [[nodiscard]] bool secure() const { return options.url.startsWith(QLatin1StringView("https:")); }
    [[nodiscard]] QByteArray cookieName(const char *what) const;
    [[nodiscard]] QByteArray cookie(const char *what, const QByteArray &value, const char *more) const;
    [[nodiscard]] std::optional<BrowserSession> session(const Request &request);

    QHash<QByteArray, Interaction> m_interactions;
};

[[nodiscard]] const IssuerClient *findClient(const QString &id);
[[nodiscard]] Response oauthError(const OAuthError &error);
[[nodiscard]] Response oauthJson(int status, const QJsonObject &body);
[[nodiscard]] Response redirectTo(const QByteArray &location);
[[nodiscard]] Response tooOld();

}
