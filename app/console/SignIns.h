// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/config/Profiles.h"
#include "models/ports/SecretStore.h"
#include "models/ports/SignIn.h"
#include "models/ports/TokenSource.h"

#include <memory>
#include <mutex>

namespace qd::console {

/// What a profile says of signing in, as the sessions take it.
[[nodiscard]] ports::SignInSettings signInSettings(const config::SignIn &signIn);

/// The sign-ins of the program. The keychain, the lock and the gateway are made when the first session is asked for, on the thread of the
/// application: a run without a sign-in has nothing to do with them. Nothing is read before a session is restored. GUI thread.
class SignIns {
public:
    /// `stateDir`: the program's; locks and what the keychain is asked for lie in its folder sign-ins, no secrets.
    explicit SignIns(const QString &stateDir) : m_folder(stateDir + QStringLiteral("/sign-ins")) { }
    ~SignIns();
    SignIns(const SignIns &) = delete;
    SignIns &operator=(const SignIns &) = delete;

    /// How links are opened from now on; without one a session shows the link to copy.
    void openWith(ports::BrowserOpener opener);
    /// Instead of the keychain (tests); before anything else.
    void keepIn(std::shared_ptr<ports::SecretStore> secrets) { m_secrets = std::move(secrets); }

    /// The same object for the same profile and settings.
    [[nodiscard]] std::shared_ptr<ports::SignInSession> session(const QString &profile, const ports::SignInSettings &settings);
    /// Whether somebody signed in so and did not sign out, by a file without secrets: the keychain is not asked.
    [[nodiscard]] bool remembers(const QString &profile, const ports::SignInSettings &settings) const;
    /// Ends what the keychain keeps of a sign-in that no profile names any more; a session of this program stays as it is.
    [[nodiscard]] QFuture<Result<ports::SignOutEnd>> end(const QString &profile, const ports::SignInSettings &settings);
    [[nodiscard]] std::shared_ptr<ports::SignInGateway> gateway();
    [[nodiscard]] std::shared_ptr<ports::SecretStore> secrets();
    [[nodiscard]] const QString &folder() const { return m_folder; }
    /// Whether anything was made yet.
    [[nodiscard]] bool used() const { return m_gateway || m_secrets; }

private:
    [[nodiscard]] std::shared_ptr<ports::SignInGateway> makeGateway();
    QString m_folder;
    std::shared_ptr<ports::BrowserOpener> m_opener = std::make_shared<ports::BrowserOpener>();
    std::shared_ptr<ports::SecretStore> m_secrets;
    std::shared_ptr<ports::SignInGateway> m_gateway;
};

/// One way to a credential until another is chosen, without a new connection. Thread safe.
class ChosenTokens final : public ports::TokenSource {
public:
    explicit ChosenTokens(std::shared_ptr<ports::TokenSource> first) : m_source(std::move(first)) { }
    void choose(std::shared_ptr<ports::TokenSource> source);
    [[nodiscard]] QFuture<Result<ports::Credential>> credential(std::stop_token stop) override { return chosen()->credential(stop); }
    void rejected(const ports::Credential &credential) override { chosen()->rejected(credential); }

private:
    [[nodiscard]] std::shared_ptr<ports::TokenSource> chosen() const;
    mutable std::mutex m_mutex;
    std::shared_ptr<ports::TokenSource> m_source;
};

}
