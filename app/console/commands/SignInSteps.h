// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/CommandLine.h"
#include "app/console/Session.h"
#include "models/ports/SignIn.h"

#include <QJsonObject>
#include <QObject>

#include <functional>
#include <optional>

namespace qd::console {

/// The sign-in of the profile that was chosen; null: the kubeconfig's own credentials are used.
[[nodiscard]] std::shared_ptr<ports::SignInSession> signInOf(Session &session);
/// "quarterdeck --profile prod login", with what else that command needs to find the same sign-in.
[[nodiscard]] QString loginCommand(Session &session);
/// Of login and logout without one: names the profiles that have a sign-in.
[[nodiscard]] Error noSignIn(Session &session);
/// The error with a way out that a terminal has.
[[nodiscard]] Error withWayOut(const Error &error, Session &session);
/// Whether the keyring's dialog and a browser have where to open.
[[nodiscard]] bool hasDisplay();
/// The way out of a keyring that is locked, or not made yet, where its dialog cannot be shown.
[[nodiscard]] QString keyringWithoutDisplay(const Error &error);
/// An error of a request to a cluster of the session: a token that was not taken is explained, and the way out is a command's.
[[nodiscard]] Error explained(const Error &error, Session &session, const SessionCluster &cluster);
/// As exitCodeOf(), but 4 for whatever leaves nobody signed in: a keyring that is locked or gone, a person who did not come.
[[nodiscard]] int signInExitCode(const Error &error);

using SignInHandler = std::function<void(const Result<ports::SignInIdentity> &)>;
/// Takes up what the keychain remembers, renewed when it is due; never opens a browser. Calls back once, also at once. Errors have
/// their way out.
void takeUpSignIn(Session &session, const std::shared_ptr<ports::SignInSession> &signIn, QObject *context, const SignInHandler &then);
/// Of every cluster of the session, before a command runs; the first error is told to `then`.
void takeUpSignIns(Session &session, QObject *context, const std::function<void(const Result<Done> &)> &then);

/// Who one cluster says the bearer is.
struct ClusterIdentity {
    QString cluster;
    Result<ports::Identity> identity;
};

/// Who is signed in, and who that is to the clusters of the profile.
struct WhoReport {
    QString profile;
    std::optional<ports::SignInIdentity> identity;
    QList<ClusterIdentity> clusters;
};

/// Asks every cluster of the session.
void askClusters(Session &session, QObject *context, const std::function<void(const QList<ClusterIdentity> &)> &then);
/// The JSON of login and whoami (commands.md), with "profile", "name", "email", "renews", "remembered", "notes" and "clusters" besides.
[[nodiscard]] QJsonObject whoJson(const WhoReport &report);
void printWho(const WhoReport &report);

}
