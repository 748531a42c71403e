// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <optional>

namespace qd::ports {

enum class BearerToken : quint8 { IdToken, AccessToken };
enum class SignInWay : quint8 { Browser, DeviceCode };

/// Where and as which client to sign in: the profile's own, or found in a kubeconfig or an Argo CD.
struct SignInSettings {
    QString issuer;                 ///< as the provider writes it, compared character by character
    QString clientId;
    QString caFile = {};            ///< PEM, absolute; empty: the system's authorities
    QStringList scopes = {};        ///< openid is always asked for; empty: openid profile email offline_access
    QList<quint16> redirectPorts = {};  ///< empty: any free port of 127.0.0.1
    bool localhostName = false;     ///< "localhost" in the redirect (Entra ID); 127.0.0.1 is what is bound all the same
    QString redirectPath = QStringLiteral("/callback");
    BearerToken bearer = BearerToken::IdToken;
    QStringList roleClaims = {};    ///< JSON pointers: /realm_access/roles
    QStringList audiences = {};     ///< other audiences of the ID token that are fine; the client id always is
    QString resource = {};          ///< audience asked for with the access token; empty: the provider decides
    int waitSeconds = 300;          ///< for the person in the browser
    int skewSeconds = 60;           ///< 0 to 300
    friend bool operator==(const SignInSettings &, const SignInSettings &) = default;
};

enum class SignInPhase : quint8 {
    SignedOut,
    Restoring,          ///< asks the keychain, which may ask the person
    Discovering,        ///< asks the issuer for its endpoints
    WaitingForBrowser,  ///< browserUrl, deadline
    WaitingForDevice,   ///< userCode, verificationUrl, deadline
    Exchanging,         ///< the person is done, tokens are fetched and verified
    SignedIn,
    Refreshing,         ///< signed in, and renewing
    Expired,            ///< there was a session; identity says whose
    Failed              ///< error, fault
};

/// What an error of a sign-in is about, finer than ErrorKind: which remedy the window offers. Carried as Error::reason.
enum class SignInFault : quint8 {
    None,
    Cancelled,
    TimedOut,           ///< the person did not finish in time
    NoBrowser,          ///< copy the link, or take the device code
    NoListener,         ///< no port to listen at: device code
    Denied,             ///< the person or the provider said no
    IssuerUnreachable,
    IssuerInvalid,      ///< its documents break the rules
    ClientRefused,      ///< unknown client, redirect or scope: the profile or the provider's registration
    TokenInvalid,       ///< a rule of the ID token does not hold
    WrongAudience,
    ClockOff,           ///< this computer's clock: state.clock
    SessionEnded,       ///< the provider does not renew any more: sign in again
    ResponseLost,       ///< a renewal was sent and its answer lost
    KeychainLocked,
    KeychainUnavailable
};

/// This computer against the issuer's Date header.
struct ClockOffset {
    QDateTime here;
    QDateTime issuer;
    int limitSeconds = 60;
    /// Seconds this computer is ahead (negative: behind).
    [[nodiscard]] qint64 aheadSeconds() const { return issuer.secsTo(here); }
    [[nodiscard]] bool tooFar() const { return qAbs(aheadSeconds()) > limitSeconds; }
    friend bool operator==(const ClockOffset &, const ClockOffset &) = default;
};

struct RoleGrant {
    QString role;       ///< as the claim says it
    QString source;     ///< "ID token /realm_access/roles", "userinfo /groups", "access token /realm_access/roles"
    friend bool operator==(const RoleGrant &, const RoleGrant &) = default;
};

/// Who is signed in, of verified claims only.
struct SignInIdentity {
    QString issuer;
    QString subject;
    QString user;               ///< preferred_username, else email, else sub
    QString name;               ///< for people; may be empty
    QString email;
    QJsonObject claims;         ///< of the ID token
    QList<RoleGrant> roles;
    QStringList notes;          ///< sentences about roles that could not be read (too many groups for the token)
    QDateTime signedInAt;       ///< UTC
    QDateTime expiresAt;        ///< of what is sent to the API server; renewed before, when `renews`
    bool renews = false;        ///< there is a refresh token
    bool remembered = false;    ///< the keychain has it, a restart needs no browser
    friend bool operator==(const SignInIdentity &, const SignInIdentity &) = default;
};

/// One consistent picture of a session, by value.
struct SignInState {
    SignInPhase phase = SignInPhase::SignedOut;
    /// SignedIn, Refreshing; of who signs in again, while they do; Expired, and Restoring after it: whose session it was
    std::optional<SignInIdentity> identity = {};
    QUrl browserUrl = {};           ///< WaitingForBrowser: to open or to copy (it holds no secret)
    bool browserOpened = true;      ///< false: nothing could be started, the link must be copied
    QString userCode = {};          ///< WaitingForDevice
    QUrl verificationUrl = {};
    QUrl verificationUrlComplete = {};  ///< with the code in it, may be empty
    QDateTime deadline = {};        ///< UTC, of the waiting phases
    std::optional<Error> error = {};    ///< Failed, Expired; SignedIn: the last renewal failed and will be tried again
    SignInFault fault = SignInFault::None;
    std::optional<ClockOffset> clock = {};
    friend bool operator==(const SignInState &, const SignInState &) = default;
};

/// Between Error::reason and the enum; None for other errors.
[[nodiscard]] QString faultReason(SignInFault fault);
[[nodiscard]] SignInFault faultOf(const Error &error);

}
