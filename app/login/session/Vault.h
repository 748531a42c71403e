// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/session/SessionParts.h"

namespace qd::login {

/// What is at rest of a sign-in: never the access token.
struct StoredSignIn {
    QString issuer;
    QString clientId;
    QString subject;
    QByteArray refreshToken;
    QByteArray idToken;         ///< may be empty
    QStringList scopes;
    QDateTime savedAt;
    QByteArray keySet = {};         ///< the issuer's keys as they came, for when it cannot be asked; public
    QStringList algorithms = {};    ///< and what it signs with
    friend bool operator==(const StoredSignIn &, const StoredSignIn &) = default;
};

[[nodiscard]] QByteArray encodeStored(const StoredSignIn &stored);
/// Nothing for what was not written by encodeStored().
[[nodiscard]] std::optional<StoredSignIn> decodeStored(const QByteArray &bytes);

/// The entry of one profile in the keychain: one per issuer, client and subject. Which subject a profile had last is kept in a
/// small file without secrets, so that the keychain is never asked (and never asks) for what was never written.
class Vault : public QObject {
    Q_OBJECT
public:
    template <typename T>
    using Handler = std::function<void(Result<T>)>;
    Vault(const QString &profile, const ports::SignInSettings &settings, const SessionParts &parts, QObject *parent = nullptr);

    /// Whether something was written and not removed since.
    [[nodiscard]] bool remembers() const { return !rememberedSubject().isEmpty(); }
    /// Nothing remembered: NotFound. A keychain that is locked or gone has errors of its own, and nothing is forgotten.
    void read(Handler<StoredSignIn> handler);
    void write(const StoredSignIn &stored, Handler<Done> handler);
    /// Also of what is still being written.
    void remove(Handler<Done> handler);
    /// The provider will not have this refresh token any more. What another process wrote meanwhile stays.
    void removeSpent(const QByteArray &refreshToken, Handler<Done> handler);
    /// Of this sign-in, across processes.
    void lock(Handler<ports::SessionLock::Guard> handler);

private:
    [[nodiscard]] QString rememberedSubject() const;
    [[nodiscard]] Result<Done> remember(const QString &subject) const;
    [[nodiscard]] QString entry(const QString &subject) const;
    QString m_profile;
    ports::SignInSettings m_settings;
    SessionParts m_parts;
    QString m_file;
    QString m_writing;   ///< whose entry is being written; nobody remembers it yet
    int m_turn = 0;      ///< counts writes and removals: what a later one overtook is not remembered
};

}
